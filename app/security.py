"""What every response carries and which requests are answered at all; plain ASGI, wrapped around Streamlit.

`app.server` puts it in front of everything. It looks at addresses and headers, and must never read a body.
"""

import base64
import hashlib
import re
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CLOSED = ("/_stcore/metrics", "/_stcore/agent/", "/_stcore/script-health-check")
"""Streamlit's own addresses that Eyelevel has no use for."""
MEDIA = "/media/"
"""Closed too: what Streamlit puts there is had by its address alone. Our pictures come inside the page, and files by
way of `app.downloads`."""
FORMS, DOWNLOADS = "/account/", "/download/"
"""Where the pages without a script are. A form tells where it came from only if the page lets its address be told
here."""
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), midi=(), display-capture=(), "
        "browsing-topics=(), clipboard-read=(), clipboard-write=(self)"
    ),
}


def inline_scripts(page: Path) -> list[str]:
    """CSP sources for the scripts that stand inside Streamlit's own page: their SHA-256."""
    bodies = re.findall(r"<script>(.*?)</script>", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    digests = (base64.b64encode(hashlib.sha256(body.encode()).digest()).decode() for body in bodies)
    return [f"'sha256-{digest}'" for digest in digests]


def content_policy(scripts: list[str], host: str) -> str:
    """Content-Security-Policy for pages of this host: nothing remote, no evaluated or inline script.

    Streamlit writes its styles at run time, so inline styles have to stay; `data:` and `blob:` carry its pictures
    and downloads. `host` is named for the web socket, because older browsers do not count it as `'self'`.
    """
    socket = f"ws://{host} wss://{host}" if re.fullmatch(r"[\w.\-:\[\]]+", host) else ""
    rules = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", *scripts]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": f"'self' {socket}".strip(),
        "media-src": "'none'",
        "object-src": "'none'",
        "frame-src": "'none'",
        "worker-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def form_policy() -> str:
    """Content-Security-Policy for the pages of our own: forms to this host, the look, and no script at all."""
    rules = {
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        "img-src": "'self'",
        "font-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


class SecurityHeaders:
    """Adds the headers to each response and answers 404 for closed addresses."""

    def __init__(self, app: ASGIApp, scripts: list[str]) -> None:
        self.app = app
        self.scripts = scripts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        place = f"{scope['path']}/"
        own = {"Referrer-Policy": "same-origin"} if place.startswith(FORMS) else {}
        plain = place.startswith((FORMS, DOWNLOADS))
        policy = form_policy() if plain else content_policy(self.scripts, Headers(scope=scope).get("host", ""))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in {**HEADERS, **own}.items():
                    headers[name] = value
                headers.setdefault("Content-Security-Policy", policy)
            await send(message)

        if _is_closed(scope["path"]):
            await PlainTextResponse("Not Found", status_code=404)(scope, receive, send_with_headers)
        else:
            await self.app(scope, receive, send_with_headers)


class SameOrigin:
    """Refuses web sockets and changes that a page of another origin asks for.

    Streamlit would let every page of this machine in, and asks a service elsewhere for its own address to judge others.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request or one web socket; one without an origin is from no page."""
        headers = Headers(scope=scope) if scope["type"] in ("http", "websocket") else Headers()
        origin = headers.get("origin")
        looks_only = scope.get("method") in ("GET", "HEAD")
        if origin is None or looks_only or origin in _origins_of(headers.get("host", "")):
            await self.app(scope, receive, send)
        else:
            await refuse(scope, receive, send, PlainTextResponse("Not from this page.", status_code=403))


async def refuse(scope: Scope, receive: Receive, send: Send, response: Response) -> None:
    """Answer a request with the response, and close a web socket unopened."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
    else:
        await response(scope, receive, send)


def _origins_of(host: str) -> tuple[str, str]:
    """What a page of this host may be from; a proxy may have taken TLS off."""
    return f"http://{host}", f"https://{host}"


def _is_closed(path: str) -> bool:
    folded = re.sub(r"/+", "/", path) + "/"
    return folded.startswith(MEDIA) or any(closed.rstrip("/") + "/" in folded for closed in CLOSED)


def middleware(allowed_hosts: str, page: Path) -> list[Middleware]:
    """Headers, host check and origin check, in the order in which requests meet them."""
    hosts = [host.strip() for host in allowed_hosts.split(",") if host.strip()]
    return [
        Middleware(SecurityHeaders, scripts=inline_scripts(page)),
        Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False),
        Middleware(SameOrigin),
    ]
