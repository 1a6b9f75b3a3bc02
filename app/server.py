"""The web app as one ASGI application, and the server that runs it on this machine alone.

`build_app` wraps Streamlit's own app in `app.security`; `serve` runs it with one worker on 127.0.0.1 and lets the
coach load beside the first page. Nothing here draws a screen.
"""

import contextlib
import ctypes
import errno
import socket
import threading
import time
import traceback
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import streamlit as st
import uvicorn
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from app import downloads, gate, navigation, security, state
from assistant.errors import EyelevelError, SettingsError
from assistant.events import configure_log, log
from assistant.settings import Settings
from assistant.store.people_records import Me

MAIN = Path(__file__).with_name("main.py")
ADDRESS = "127.0.0.1"
DELETED_KEPT = timedelta(days=1)
"""How long a deleted conversation or note can still be brought back."""
PURGE_SECONDS = 3600.0
TRIM_SECONDS = 15.0
"""Between two times that freed memory is given back; a call takes milliseconds."""
FIRST_PAGE_SECONDS = 5.0
"""Work that can wait stays out of the way of the first page this long."""
SOCKETS: dict[str, Any] = {
    "ws": "websockets-sansio",
    "ws_max_size": 4 * (1 << 20),
    "ws_per_message_deflate": False,
    "ws_ping_interval": 30.0,
    "ws_ping_timeout": 30.0,
}
"""As Streamlit sets uvicorn up, but for the size: a question of 50,000 characters is far below 4 MB."""
FIRM = {
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
    "global.developmentMode": False,
    "logger.enableRich": False,
    "logger.level": "critical",
    "runner.postScriptGC": False,
    "server.enableAgentApi": False,
    "server.enableCORS": True,
    "server.enableStaticServing": True,
    "server.enableXsrfProtection": True,
    "server.fileWatcherType": "none",
    "server.headless": True,
    "server.maxUploadSize": 5,
    "server.xsrfCookieSameSite": "strict",
}
"""Streamlit options that no configuration file or environment variable may change.

Its logger is silent below `critical` because it writes traces with their messages, and a message may hold text.
"""


def build_app(settings: Settings) -> Any:
    """The ASGI app. Streamlit finds its `.streamlit/` and `static/` folders beside `main.py`, wherever we are."""
    from streamlit.web import bootstrap

    state.configure(settings)
    page = Path(st.__file__).with_name("static") / "index.html"
    hosts, shared = gate.host_names(settings), gate.is_shared(settings)
    app = st.App(
        MAIN,
        lifespan=_lifespan,
        middleware=security.middleware(hosts, page) + (_gate(settings) if shared else downloads.middleware()),
        routes=[
            *(_account_routes(settings) if shared else []),
            *downloads.Downloads(settings, state.get_shelf).routes(),
            *(Route(f"/{navigation.PAGES[name].address}", _go_first) for name in navigation.FIRST),
        ],
        on_script_error=_show_error,
    )
    trusted = {"server.trustedUserHeaders": {gate.PERSON_HEADER: "person"}} if shared else {}
    bootstrap.load_config_options(FIRM | trusted | {"server.allowedHosts": _host_names(hosts)})
    if shared:
        gate.verify_address(settings)
    if settings.sign_in == "oidc":
        from app import company

        company.verify_setup()
    return app


def _account_routes(settings: Settings) -> list[Any]:
    from app.accounts import AccountRoutes  # not in personal mode, whose memory it would cost

    return list(AccountRoutes(settings, state.get_accounts, state.get_shelf, state.forget_own).routes())


async def _go_first(request: Request) -> Response:
    """The page that comes first has the shortest address; Streamlit knows it by no other."""
    return RedirectResponse(f"/?{request.url.query}".rstrip("?"), 307)


def _gate(settings: Settings) -> list[Middleware]:
    def whoami(token: str | None) -> Me | None:
        return state.get_accounts().whoami(token)

    return [Middleware(gate.Gate, settings=settings, whoami=whoami)]


def _host_names(allowed: str) -> list[str]:
    return [host.strip().strip("[]") for host in allowed.split(",") if host.strip()]


@contextlib.asynccontextmanager
async def _lifespan(_app: Any) -> AsyncIterator[None]:
    for work in (_warm_up, _keep_house, _give_memory_back):
        threading.Thread(target=work, name=work.__name__, daemon=True).start()
    yield


def _warm_up() -> None:
    """Load what the first question needs, so that nobody waits for it; errors show on the pages, in words."""
    try:
        state.get_coach()
    except Exception as error:
        log("warm_up_failed", error=type(error).__name__)


def _keep_house() -> None:
    """Erase what was deleted long enough ago, soon and then every hour."""
    time.sleep(FIRST_PAGE_SECONDS)
    while True:
        try:
            state.get_store().purge_deleted(DELETED_KEPT)
            _apply_retention()
            if state.shared():
                state.get_accounts().purge()
        except Exception as error:
            log("purge_failed", error=type(error).__name__)
        time.sleep(PURGE_SECONDS)


def _apply_retention() -> None:
    """Erase what is kept too long, and what a call has left of somebody who was erased meanwhile."""
    from assistant.store.retention import apply_retention

    database = state.get_database()
    apply_retention(database, datetime.now(UTC).date(), state.get_settings().retention_days)
    database.finish_erasures(sweep=True)


def _show_error(error: Exception) -> bool:
    """One plain line instead of Streamlit's; a trace goes to nobody's screen."""
    last = traceback.extract_tb(error.__traceback__)[-1:]
    log(
        "page_failed",
        error=type(error).__name__,
        where=", ".join(f"{Path(at.filename).name}:{at.lineno}" for at in last),
    )
    known = isinstance(error, EyelevelError)
    line = str(error) if known else "This page could not be drawn. Reload it; `eyelevel doctor` tells what is wrong."
    st.error(line, icon=":material/error:")
    return True


def serve(settings: Settings, port: int, open_browser: bool = False) -> None:
    """Run the web app until it is interrupted. Raises `SettingsError` where the port cannot be had."""
    listener = _listen(port)
    _spare_memory()
    configure_log(settings.home / "logs")
    options = uvicorn.Config(build_app(settings), log_level="warning", access_log=False, server_header=False, **SOCKETS)
    if open_browser:
        _open_soon(f"http://localhost:{listener.getsockname()[1]}")
    uvicorn.Server(options).run(sockets=[listener])


def _spare_memory() -> None:
    """Two heaps for all threads, and freed memory given back: 435 MB in use after three answers instead of 540.

    glibc's own options (mallopt(3)); elsewhere there is nothing to set.
    """
    trim_threshold, arena_max = -1, -8
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        libc.mallopt(arena_max, 2)
        libc.mallopt(trim_threshold, 128 * 1024)


def _give_memory_back() -> None:
    """Return what was freed in the middle of the heaps, now and then; glibc does so by itself at their ends alone."""
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        while libc.malloc_trim:
            time.sleep(TRIM_SECONDS)
            libc.malloc_trim(0)


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((ADDRESS, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        raise SettingsError(_port_trouble(port, error)) from None
    return listener


def _port_trouble(port: int, error: Exception) -> str:
    if getattr(error, "errno", None) == errno.EADDRINUSE:
        return f"Port {port!r} is in use; stop what runs there, or choose another: `eyelevel serve --port {port + 1}`."
    return f"Port {port!r} cannot be used ({error}); choose one from 1024 to 65535 with `--port`."


def _open_soon(address: str) -> None:
    import webbrowser

    opening = threading.Timer(1.0, webbrowser.open, args=(address,))
    opening.daemon = True
    opening.start()
