"""The gate of the shared app: without a sign-in nothing is answered but the way to one. Plain ASGI, for `app.server`.

It stands between `app.security` and Streamlit, in the modes `local` and `oidc` only. It asks the database at every
request and at the opening of every web socket, and reads no body; what happens later on an open web socket is asked
again by `app.state`, at every run of a page. An open page on which nothing happens is told when its sign-in ends.
"""

import asyncio
import time
from collections.abc import Callable
from functools import cache
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import security
from assistant.errors import SettingsError, StoreError
from assistant.settings import Settings
from assistant.store.people_records import Me

Whoami = Callable[[str | None], Me | None]
WATCH_SECONDS = 15.0
"""How soon an open page notices that its sign-in was ended; whatever is done on it is refused at once."""
PERSON_HEADER = "x-eyelevel-person"
"""Tells Streamlit whose web socket it is, so that it gives nobody the session of another; only the gate sets it."""
PUBLIC = ("/account/", "/app/static/", "/static/", "/_stcore/health/")
COMPANY = ("/auth/login/", "/oauth2callback/")
"""Streamlit's own way to a company's provider and back."""
LOCAL_ADDRESS = "http://localhost:8501"


def is_shared(settings: Settings) -> bool:
    """Whether people sign in."""
    return settings.sign_in != "personal"


def public_address(settings: Settings) -> str:
    """What people type to get here, without a slash at the end."""
    return (settings.public_url or LOCAL_ADDRESS).rstrip("/")


def verify_address(settings: Settings) -> None:
    """Raise `SettingsError` where passwords and cookies would travel in the clear beyond this machine."""
    address = urlsplit(public_address(settings))
    if address.scheme != "https" and address.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise SettingsError(
            f"EYELEVEL_PUBLIC_URL is {settings.public_url!r}, where passwords would travel in the clear; put a proxy "
            "that speaks TLS before the app and name its address, https://…."
        )


def is_secure(settings: Settings) -> bool:
    """Whether browsers reach the app by https, so that cookies must not travel otherwise."""
    return public_address(settings).startswith("https:")


def cookie_name(settings: Settings) -> str:
    """Name of the sign-in's cookie; browsers hold `__Host-` to Secure and to this host alone."""
    return "__Host-eyelevel" if is_secure(settings) else "eyelevel"


def host_names(settings: Settings) -> str:
    """The names that are answered to: those set, and the public one."""
    name = urlsplit(settings.public_url or "").hostname
    return f"{settings.allowed_hosts},{name}" if name else settings.allowed_hosts


def set_cookie(response: Response, settings: Settings, name: str, token: str, seconds: int, *, path: str = "/") -> None:
    """A cookie that no script reads and no other site sends; with 0 seconds it is removed."""
    secure = is_secure(settings)
    response.set_cookie(name, token, max_age=seconds, path=path, httponly=True, samesite="strict", secure=secure)


class Gate:
    """Passes on what is public and what a signed-in browser asks; 401 for all else, 503 where the database fails."""

    def __init__(self, app: ASGIApp, settings: Settings, whoami: Whoami) -> None:
        self.app = app
        self.settings = settings
        self.whoami = whoami
        self.public = PUBLIC + (COMPANY if settings.sign_in == "oidc" else ())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request or one web socket."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        if is_secure(self.settings):
            send = _securing(send)
        if scope["type"] == "http" and _is_under(scope["path"], self.public):
            await self.app(_told(scope, None), receive, send)
            return
        cookie = HTTPConnection(scope).cookies.get(cookie_name(self.settings))
        try:
            person = await run_in_threadpool(self.whoami, cookie)
        except StoreError:
            from app import account_pages

            await _refuse(scope, receive, send, HTMLResponse(account_pages.out_of_order(), 503))
            return
        if person is None:
            await _refuse(scope, receive, send, _unknown(scope))
        elif scope["type"] == "websocket":
            watched = _Watched(receive, lambda: self.whoami(cookie) is None)
            try:
                await self.app(_told(scope, person.id), watched, send)
            finally:
                watched.close()
        else:
            await self.app(_told(scope, person.id), receive, send)


class _Watched:
    """What a web socket receives; once its sign-in is over, also the wish to draw the page anew, which then says so.

    One look for each open page now and then. A timer on the page itself would cost a run of the script each time,
    and where Streamlit is busy, a tick that comes as a page ends makes it lose that page's last messages.
    """

    def __init__(self, receive: Receive, is_over: Callable[[], bool]) -> None:
        self._receive, self._is_over = receive, is_over
        self._next: asyncio.Future[Message] | None = None
        self._look_at = time.monotonic() + WATCH_SECONDS
        self._told = False

    async def __call__(self) -> Message:
        """The next message."""
        self._next = self._next or asyncio.ensure_future(self._receive())
        while not self._told:
            left = self._look_at - time.monotonic()
            if left > 0:
                if (await asyncio.wait({self._next}, timeout=left))[0]:
                    break
                continue
            self._look_at = time.monotonic() + WATCH_SECONDS
            try:
                self._told = await run_in_threadpool(self._is_over)
            except StoreError:
                continue
            if self._told:
                return {"type": "websocket.receive", "bytes": _draw_anew()}
        message, self._next = await self._next, None
        return message

    def close(self) -> None:
        """Wait for nothing more."""
        if self._next:
            self._next.cancel()


@cache
def _draw_anew() -> bytes:
    from streamlit.proto.BackMsg_pb2 import BackMsg

    message = BackMsg()
    message.rerun_script.SetInParent()
    return bytes(message.SerializeToString())


def _is_under(path: str, places: tuple[str, ...]) -> bool:
    """Whether an address is below one of these; one that climbs or is written in a strange way is not."""
    plain = "//" not in path and "\\" not in path and "%" not in path and ".." not in path.split("/")
    return plain and f"{path}/".startswith(places)


def _told(scope: Scope, person: str | None) -> Scope:
    """The scope with whose it is, and never with what somebody outside wrote there."""
    name = PERSON_HEADER.encode()
    headers = [(key, value) for key, value in scope["headers"] if key.lower() != name]
    return {**scope, "headers": headers if person is None else [*headers, (name, person.encode())]}


def _unknown(scope: Scope) -> Response:
    from app import account_pages

    wants_page = "text/html" in Headers(scope=scope).get("accept", "") and scope.get("method") == "GET"
    return HTMLResponse(account_pages.to_sign_in(), 401) if wants_page else PlainTextResponse("Sign in first.", 401)


async def _refuse(scope: Scope, receive: Receive, send: Send, response: Response) -> None:
    response.headers["Cache-Control"] = "no-store"
    await security.refuse(scope, receive, send, response)


def _securing(send: Send) -> Send:
    """Adds Secure to cookies that were set without it; Streamlit leaves it out."""

    async def send_secured(message: Message) -> None:
        if message["type"] in ("http.response.start", "websocket.accept") and "headers" in message:
            headers = MutableHeaders(scope=message)
            cookies = headers.getlist("set-cookie")
            if cookies:
                del headers["set-cookie"]
                for cookie in cookies:
                    is_marked = "secure" in (part.strip().lower() for part in cookie.split(";")[1:])
                    headers.append("set-cookie", cookie if is_marked else f"{cookie}; Secure")
        await send(message)

    return send_secured
