"""What the server answers, with which headers, and to whom; and what it says when it cannot listen."""

import asyncio
import socket
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from app import security, server
from app.components import note_input
from assistant.errors import SettingsError

PAGE = Path(st.__file__).with_name("static") / "index.html"


def get(path: str, host: str = "localhost:8501") -> tuple[int, dict[str, str]]:
    """Status and headers of a request to a small app behind the middleware."""
    from starlette.applications import Starlette
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    async def hello(_request: Any) -> PlainTextResponse:
        return PlainTextResponse("hello")

    app = Starlette(
        routes=[Route("/{rest:path}", hello)], middleware=security.middleware("localhost,127.0.0.1,[::1]", PAGE)
    )
    sent: list[Any] = []
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b""}
    scope |= {"headers": [(b"host", host.encode())], "scheme": "http", "http_version": "1.1", "root_path": ""}

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return sent[0]["status"], {name.decode(): value.decode() for name, value in sent[0]["headers"]}


def test_pages_may_load_nothing_from_elsewhere_and_run_no_foreign_script() -> None:  # an image is a way out
    status, headers = get("/")
    policy = dict(rule.split(" ", 1) for rule in headers["content-security-policy"].split("; "))
    assert status == 200
    assert policy["default-src"] == "'self'"
    assert "unsafe" not in policy["script-src"]
    assert policy["connect-src"] == "'self' ws://localhost:8501 wss://localhost:8501"
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert "http" not in headers["content-security-policy"]


def test_every_response_carries_the_headers() -> None:  # also the ones that refuse
    for path, host in (("/", "localhost"), ("/_stcore/metrics", "localhost"), ("/", "evil.example")):
        assert security.HEADERS.items() <= {
            name.title() if name != "x-frame-options" else "X-Frame-Options": value
            for name, value in get(path, host)[1].items()
        }.items() | {("Cross-Origin-Opener-Policy", "same-origin")}


@pytest.mark.parametrize("path", ["/_stcore/metrics", "//_stcore//metrics", "/a/_stcore/metrics", "/_stcore/agent/mcp"])
def test_streamlits_own_doors_are_closed(path: str) -> None:  # metrics and the agent's interface need no account
    assert get(path)[0] == 404


def test_notes_can_be_uploaded_up_to_a_size(settings: Any) -> None:  # and nothing else of Streamlit's is opened for it
    from streamlit import config

    assert get("/_stcore/upload_file/x/y")[0] == 200
    server.build_app(settings)
    assert config.get_option("server.maxUploadSize") == note_input.MEGABYTES


@pytest.mark.parametrize(
    ("host", "status"), [("localhost", 200), ("127.0.0.1:9", 200), ("[::1]:9", 200), ("evil.example", 400)]
)
def test_only_named_hosts_are_answered(host: str, status: int) -> None:  # against DNS rebinding
    assert get("/", host)[0] == status


def test_a_strange_host_cannot_write_into_the_policy() -> None:  # the header is text from outside
    assert "evil" not in security.content_policy([], "x; script-src evil")


def test_a_taken_port_is_one_plain_line() -> None:  # what, which, how to fix
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=rf"Port {port} is in use.*--port {port + 1}"):
            server._listen(port)


def test_the_server_listens_on_this_machine_only() -> None:  # never on the network
    with server._listen(0) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"


def test_streamlit_tells_nobody_anything(settings: Any) -> None:  # telemetry, traces on screen, traces in the log
    from streamlit import config

    app = server.build_app(settings)
    assert app.script_path.is_absolute()
    assert config.get_option("browser.gatherUsageStats") is False
    assert config.get_option("client.showErrorDetails") == "none"
    assert config.get_option("server.enableAgentApi") is False
    assert config.get_option("server.allowedHosts") == ["localhost", "127.0.0.1", "::1"]
    assert config.get_option("theme.light.primaryColor") == "#1F5B55"
