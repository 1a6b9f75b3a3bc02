"""Files that a page offers, each for one browser: `/download/<token>`, made at the moment it is fetched.

A page puts an offer on the shelf (`app.components.download`) and links to it. Only the browser that the page was drawn
for gets it: it must show the same cookie as the page's web socket did, the one of its sign-in where people sign in, a
random one of its own otherwise. So an offer ends with the sign-in. It also ends minutes after its page was closed, and
at once where the page draws it no more. Nothing is written, and nothing is computed before it is asked for.
"""

import hashlib
import re
import threading
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from secrets import token_urlsafe
from urllib.parse import quote

import anyio
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import gate
from assistant.errors import AccessDenied, EyelevelError
from assistant.events import log
from assistant.settings import Settings

PATH = "/download"
KEPT_SECONDS = 300.0
"""How long an offer stands that no open page renews."""
RENEW_SECONDS = 100.0
"""How often an open page renews what it offers."""
MOST_EACH, MOST = 500, 10_000
"""Offers for one browser and altogether, some hundred bytes each; the oldest make room."""
AT_ONCE = 4
"""Files that are made at the same time; the others wait their turn, and the pages do not wait for them."""
TOKEN_BYTES = 32
BROWSER_COOKIE = "eyelevel_browser"
BROWSER_SECONDS = 365 * 24 * 3600
_TOKEN = re.compile(r"[\w-]{43}")
_LONGEST_STEM, _LONGEST_ENDING = 120, 10
_SEALED_OFF = "default-src 'none'; sandbox"
_OVER = "This download is over, or not for this browser. Load the page anew and download from there."
_BROKEN = "The file could not be made. Try it again; `eyelevel doctor` tells what is wrong."


@dataclass(frozen=True)
class File:
    """What is offered."""

    name: str
    """As the browser shall save it."""
    kind: str
    """Its media type."""
    make: Callable[[], str | bytes]
    """Its content, in the name of whoever it was offered to; called beside the pages, without a session."""


@dataclass(frozen=True)
class _Offer:
    owner: str
    file: File
    until: float


class Shelf:
    """The offers of this process; safe to use from many threads."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._offers: dict[str, _Offer] = {}
        """By token, the oldest first."""
        self._count: Counter[str] = Counter()

    def offer(self, owner: str, file: File, token: str | None = None) -> str:
        """Offer a file to the browser with this cookie, in place of what `token` offered; returns the token."""
        token = token or token_urlsafe(TOKEN_BYTES)
        with self._lock:
            self._take_away([token])
            self._clear_up()
            mine = _digest(owner)
            if self._count[mine] >= MOST_EACH:
                self._take_away([next(name for name, one in self._offers.items() if one.owner == mine)])
            elif len(self._offers) >= MOST:
                self._take_away([next(iter(self._offers))])
            self._offers[token] = _Offer(mine, file, self._now() + KEPT_SECONDS)
            self._count[mine] += 1
        return token

    def find(self, owner: str, token: str) -> File | None:
        """What is offered to the browser with this cookie; None for what is over, another's or was never offered."""
        with self._lock:
            self._clear_up()
            found = self._offers.get(token)
        return found.file if found and found.owner == _digest(owner) else None

    def renew(self, owner: str, tokens: Iterable[str]) -> None:
        """Let these offers stand for as long again; what is over stays over."""
        with self._lock:
            self._clear_up()
            for token in tokens:
                found = self._offers.get(token)
                if found and found.owner == _digest(owner):
                    del self._offers[token]
                    self._offers[token] = _Offer(found.owner, found.file, self._now() + KEPT_SECONDS)

    def withdraw(self, tokens: Iterable[str]) -> None:
        """End these offers."""
        with self._lock:
            self._take_away(tokens)

    def withdraw_all(self, owner: str) -> None:
        """End all offers to the browser with this cookie."""
        with self._lock:
            self._take_away([token for token, one in self._offers.items() if one.owner == _digest(owner)])

    def __len__(self) -> int:
        with self._lock:
            self._clear_up()
            return len(self._offers)

    def _clear_up(self) -> None:
        """Take away what is over: the first in line, because every offer stands equally long."""
        while self._offers and (oldest := next(iter(self._offers.items())))[1].until <= self._now():
            self._take_away([oldest[0]])

    def _take_away(self, tokens: Iterable[str]) -> None:
        for token in tokens:
            if gone := self._offers.pop(token, None):
                self._count[gone.owner] -= 1
                if not self._count[gone.owner]:
                    del self._count[gone.owner]


def address(token: str) -> str:
    """Where an offer is fetched."""
    return f"{PATH}/{token}"


class Downloads:
    """The route, over the shelf that `get_shelf` gives."""

    def __init__(self, settings: Settings, get_shelf: Callable[[], Shelf]) -> None:
        self._cookie = gate.cookie_name(settings) if gate.is_shared(settings) else BROWSER_COOKIE
        self._get_shelf = get_shelf
        self._limiter: anyio.CapacityLimiter | None = None

    def routes(self) -> list[Route]:
        """`/download/<token>`."""
        return [Route(PATH + "/{token}", self.send, methods=["GET"])]

    async def send(self, request: Request) -> Response:
        """The file, or a plain page with the reason: 401 without the cookie, 404 with another's, 503 where it fails."""
        owner = request.cookies.get(self._cookie)
        file = self._get_shelf().find(owner, request.path_params["token"]) if owner else None
        if file is None:
            response = _page(_OVER, 404 if owner else 401)
        else:
            response = await self._make(file)
        response.headers["Cache-Control"] = "no-store"
        return response

    async def _make(self, file: File) -> Response:
        self._limiter = self._limiter or anyio.CapacityLimiter(AT_ONCE)
        try:
            content = await anyio.to_thread.run_sync(file.make, limiter=self._limiter)
        except EyelevelError as error:
            return _page(str(error), 404 if isinstance(error, AccessDenied) else 503)
        except Exception as error:
            log("download_failed", error=type(error).__name__)
            return _page(_BROKEN, 500)
        headers = {"Content-Disposition": disposition(file.name), "Content-Security-Policy": _SEALED_OFF}
        return Response(content, media_type=file.kind, headers=headers)


def disposition(name: str) -> str:
    """The header that has a browser save a file under this name, in whatever script it is written (RFC 6266)."""
    kept = "".join(sign for sign in unicodedata.normalize("NFC", name) if unicodedata.category(sign)[0] != "C")
    path = PurePosixPath(re.sub(r'[\\/:*?"<>|%;]+', "-", kept).strip(" ."))
    stem, ending = path.stem[:_LONGEST_STEM] or "eyelevel", path.suffix[:_LONGEST_ENDING]
    plain = (_ascii(stem).strip(" .") or "eyelevel") + _ascii(ending)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(stem + ending, safe='')}"


def _ascii(text: str) -> str:
    """What of the text every browser reads, without accents."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


class BrowserCookie:
    """Gives a browser the cookie by which it is known again, on a machine where nobody signs in.

    It is given before the page opens its web socket: with the page, and with Streamlit's first question behind it for
    a page that a link elsewhere led to. There a browser keeps back the cookie it has, and a new one would replace it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or not _is_first_step(scope):
            await self.app(scope, receive, send)
            return
        kept = HTTPConnection(scope).cookies.get(BROWSER_COOKIE, "")
        value = kept if _TOKEN.fullmatch(kept) else token_urlsafe(TOKEN_BYTES)
        given = Response()
        given.set_cookie(BROWSER_COOKIE, value, BROWSER_SECONDS, path="/", httponly=True, samesite="strict")

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", given.headers["set-cookie"])
            await send(message)

        await self.app(scope, receive, send_with_cookie)


def middleware() -> list[Middleware]:
    """What the app of one person needs besides the route."""
    return [Middleware(BrowserCookie)]


def _is_first_step(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    if scope["method"] != "GET" or headers.get("sec-fetch-site") == "cross-site":
        return False
    return "text/html" in headers.get("accept", "") or scope["path"] == "/_stcore/host-config"


def _digest(cookie: str) -> str:
    return hashlib.sha256(cookie.encode("utf-8", "replace")).hexdigest()


def _page(line: str, status: int) -> Response:
    from app import account_pages

    return HTMLResponse(account_pages.no_file(line), status)
