"""One person's browser: a jar of cookies, plain requests, and tabs.

Signs in by the form as people do. Keeps the bodies of all that it fetched, beside what its tabs received.
"""

import re
import ssl
import time
from functools import cache
from typing import NamedTuple, Self

import httpx
from websockets.exceptions import WebSocketException

from evals.data import EvaluationError
from evals.sessions.tab import Tab, open_socket

XSRF = "_streamlit_xsrf"
_FILES = re.compile(rb"/media/[0-9a-f]{32,64}\.(?:svg|png)|/download/[\w-]{43}")


class Opened(NamedTuple):
    """A page that was opened."""

    tab: Tab
    seconds: float
    """From the opening of the web socket to the end of the first run."""


class Browser:
    """A browser with cookies of its own. Use it as an asynchronous context manager."""

    def __init__(self, address: str, patience: float = 60.0) -> None:
        """`patience`: the longest wait for a page or an answer, in seconds."""
        self.address, self._patience = address, patience
        """`http://host:port`, without a slash at the end."""
        self.tabs: list[Tab] = []
        """All that were ever opened."""
        self.fetched: list[bytes] = []
        """Bodies of all plain requests."""
        self._http = httpx.AsyncClient(
            base_url=address, headers={"Origin": address, "Accept": "text/html"}, timeout=patience, verify=_tls(),
            trust_env=False, follow_redirects=True,
        )  # fmt: skip

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exception: object) -> None:
        for tab in self.tabs:
            await tab.close()
        await self._http.aclose()

    @property
    def heard(self) -> bytes:
        """All that this browser ever received, but for headers."""
        return b"\n".join([*self.fetched, *(tab.heard for tab in self.tabs)])

    @property
    def troubles(self) -> list[str]:
        """What went wrong on any of its pages."""
        return [trouble for tab in self.tabs for trouble in tab.troubles]

    async def sign_in(self, email: str, password: str) -> None:
        """By the form. Raises `EvaluationError` where the person is not let in."""
        answer = await self.post("/account/sign-in", email=email, password=password)
        if answer.status_code != 200 or "/account/" in str(answer.url):
            raise EvaluationError(f"{email!r} was not signed in (status {answer.status_code}).")

    async def post(self, path: str, **fields: str) -> httpx.Response:
        """Send a form, and follow where it leads."""
        return self._kept(await self._http.post(path, data=fields))

    async def get(self, path: str) -> httpx.Response:
        """Fetch an address of the app."""
        return self._kept(await self._http.get(path))

    async def open(self, page: str = "", query: str = "", *, session: str | None = None) -> Opened:
        """Open a page in a new tab: its frame, the web socket, a first run. Raises `EvaluationError`.

        `session`: the session of a tab whose connection broke, to go on with, as a browser does by itself.
        """
        await self.get(f"/{page}")
        await self.get("/_stcore/health")  # sets the token that the web socket shows
        began = time.perf_counter()
        tab = await self.connect(page, query, session=session)
        await tab.run()
        return Opened(tab, time.perf_counter() - began)

    async def connect(self, page: str = "", query: str = "", *, session: str | None = None) -> Tab:
        """The web socket of a new tab, on which nothing was asked for yet."""
        jar = {cookie.name: cookie.value or "" for cookie in self._http.cookies.jar}
        cookies = "; ".join(f"{name}={value}" for name, value in jar.items())
        try:
            socket = await open_socket(self.address, cookies, jar.get(XSRF, ""), session, self._patience)
        except (OSError, WebSocketException) as error:
            raise EvaluationError(f"No web socket to {self.address!r}: {error}.") from None
        tab = Tab(socket, f"{self.address}/{page}", page, query, self._patience)
        self.tabs.append(tab)
        return tab

    @property
    def files(self) -> set[str]:
        """Addresses of all pictures and downloads that the tabs show now."""
        return {found.decode() for tab in self.tabs for found in _FILES.findall(tab.shown)}

    async def fetch_files(self) -> list[httpx.Response]:
        """Fetch all these."""
        return [await self.get(path) for path in sorted(self.files)]

    def _kept(self, response: httpx.Response) -> httpx.Response:
        self.fetched.append(response.content)
        return response


@cache
def _tls() -> ssl.SSLContext:
    """One for all, because the making takes longer than a page."""
    return ssl.create_default_context()
