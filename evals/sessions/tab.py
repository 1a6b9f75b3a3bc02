"""One open page: a web socket on which runs of the page are asked for and every byte that comes back is kept.

Does what Streamlit's page in the browser does and no more: remembers widgets and their values, answers references to
messages that it still has, follows the address and repeats fragments on their timers. Draws nothing.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from evals.data import EvaluationError
from evals.sessions import wire
from evals.sessions.wire import Request, Value, Widget

LARGEST_FRAME = 64 * 2**20
Path = tuple[int, ...]


class Tab:
    """One tab of a browser. Open it with `open_tab`, use it, and `close` it."""

    def __init__(self, socket: ClientConnection, url: str, page: str, query: str, patience: float) -> None:
        self.received: list[bytes] = []
        """Every message as it came, in order."""
        self.troubles: list[str] = []
        """What pages said went wrong, and references to messages that this browser never had."""
        self.session = ""
        """The server's name of the session."""
        self.runs = 0
        """Runs that ended well, of whole pages."""
        self.query = query
        self._url, self._page, self._page_hash, self._patience = url, page, "", patience
        self._pages: dict[str, str] = {}
        self._socket = socket
        self._states: dict[str, Any] = {}
        self._elements: dict[Path, Any] = {}
        self._fresh: dict[Path, Any] = {}
        self._cached: dict[str, Any] = {}
        self._timers: dict[str, asyncio.Task[None]] = {}
        self._changed = asyncio.Event()
        self._reader = asyncio.create_task(self._read())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.close()

    @property
    def heard(self) -> bytes:
        """All that was received."""
        return b"".join(self.received)

    @property
    def widgets(self) -> list[Widget]:
        """Those on the page, in order."""
        found = (wire.widget_of(element) for _, element in sorted(self._elements.items()))
        return [widget for widget in found if widget]

    @property
    def shown(self) -> bytes:
        """What the page consists of now, as it went over the wire."""
        return b"\n".join(element.SerializeToString() for element in self._elements.values())

    def shows(self, text: str) -> bool:
        """Whether the page has this text."""
        return text.encode() in self.shown

    def widget(self, name: str) -> Widget:
        """The first widget with this key or label. Raises `EvaluationError`."""
        found = next((one for one in self.widgets if name in (one.key, one.label)), None)
        if found is None:
            raise EvaluationError(f"There is no widget {name!r} on the page; it has {[w.key for w in self.widgets]!r}.")
        return found

    async def run(self) -> float:
        """Have the page drawn anew, with all that was set; seconds until it was. Raises `EvaluationError`."""
        before, began = self.runs, time.perf_counter()
        await self._ask_for_run()
        await self.until(lambda: self.runs > before)
        return time.perf_counter() - began

    def set(self, name: str, value: Value) -> None:
        """Give a widget a value that the next run takes along, as a form does."""
        widget = self.widget(name)
        self._states[widget.id] = wire.set_to(widget, value)

    async def use(self, name: str, value: Value = True) -> float:
        """Click, type or choose, and wait until the page was drawn; seconds that it took."""
        self.set(name, value)
        return await self.run()

    async def start(self, name: str, value: Value = True) -> None:
        """Use a widget and do not wait, because the page stays busy until an answer is there."""
        self.set(name, value)
        await self._ask_for_run()

    async def go_to(self, page: str) -> float:
        """Open another page of the app by its link; seconds until it was drawn. Raises `EvaluationError`."""
        hashes = self._pages
        if page not in hashes:
            raise EvaluationError(f"There is no page {page!r} in the navigation; it has {sorted(hashes)!r}.")
        self._page_hash, self._page, self.query = hashes[page], page, ""
        self._states.clear()
        return await self.run()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until this holds; looked at after every message. Raises `EvaluationError` when patience ends."""
        deadline = time.monotonic() + self._patience
        while not holds():
            self._changed.clear()
            if self._reader.done():
                raise EvaluationError(f"The server closed the web socket of {self._url!r} ({self._socket.close_code}).")
            try:
                await asyncio.wait_for(self._changed.wait(), max(0.0, deadline - time.monotonic()))
            except TimeoutError:
                raise EvaluationError(f"The page {self._url!r} was not drawn within {self._patience:g} s.") from None

    async def close(self) -> None:
        """Close the tab."""
        for timer in self._timers.values():
            timer.cancel()
        await self._socket.close()
        await self._reader

    async def _ask_for_run(self, fragment: str = "") -> None:
        request = Request(
            query=self.query,
            page="" if self._page_hash else self._page,
            page_hash=self._page_hash,
            fragment=fragment,
            cached=tuple(self._cached),
            url=self._url,
        )
        states = list(self._states.values())
        self._states = {name: state for name, state in self._states.items() if not wire.is_trigger(state)}
        with suppress(ConnectionClosed):  # whoever waits hears of it from the reader
            await self._socket.send(wire.rerun(request, states))

    async def _read(self) -> None:
        try:
            async for frame in self._socket:
                self._take(frame if isinstance(frame, bytes) else frame.encode())
                self._changed.set()
        except ConnectionClosed:
            pass
        finally:
            self._changed.set()

    def _take(self, frame: bytes) -> None:
        self.received.append(frame)
        message = wire.read(frame)
        if message.HasField("ref_hash"):
            message = self._resolved(message)
        kind = message.WhichOneof("type")
        if kind == "delta":
            self._place(message)
        elif kind == "new_session":
            self._begin(message)
        elif kind == "script_finished":
            self._finish(message.script_finished)
        elif kind == "navigation":
            self._pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
            self._page_hash = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "auto_rerun":
            self._repeat(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "stop_auto_rerun":
            self._stop(message.stop_auto_rerun.fragment_ids)
        elif kind == "session_event":
            self.troubles.append("the script could not be compiled")

    def _resolved(self, reference: Any) -> Any:
        """The message that is meant, at the place where it belongs now."""
        meant = self._cached.get(reference.ref_hash)
        if meant is None:
            self.troubles.append(f"a reference to {reference.ref_hash!r}, which was never sent")
            return reference
        full = type(meant).FromString(meant.SerializeToString())
        full.metadata.CopyFrom(reference.metadata)
        return full

    def _place(self, message: Any) -> None:
        if message.metadata.cacheable:
            self._cached[message.hash] = message
        path = tuple(message.metadata.delta_path)
        for elements in (self._fresh, self._elements):
            for below in [one for one in elements if one[: len(path)] == path]:
                del elements[below]
        if message.delta.WhichOneof("type") == "new_element":
            element = message.delta.new_element
            self._fresh[path] = self._elements[path] = element
            if trouble := wire.trouble_in(element):
                self.troubles.append(trouble)

    def _begin(self, message: Any) -> None:
        """A run of the whole page begins its timers anew; those that it does not name are over."""
        self.session = message.new_session.initialize.session_id or self.session
        self._fresh = {}
        if not message.metadata.run.fragment_ids:
            self._stop(list(self._timers))

    def _finish(self, status: int) -> None:
        """A run of the whole page leaves only what it drew; a fragment leaves the rest as it is."""
        if status == wire.DONE:
            self._elements = dict(self._fresh)
            self.runs += 1
        elif status == wire.BROKEN:
            self.troubles.append("the script could not be compiled")

    def _repeat(self, fragment: str, seconds: float) -> None:
        if fragment not in self._timers:
            self._timers[fragment] = asyncio.create_task(self._rerun_every(fragment, seconds))

    async def _rerun_every(self, fragment: str, seconds: float) -> None:
        while not self._reader.done():
            await asyncio.sleep(seconds)
            await self._ask_for_run(fragment)

    def _stop(self, fragments: Any) -> None:
        for fragment in fragments:
            if timer := self._timers.pop(fragment, None):
                timer.cancel()


async def open_socket(address: str, cookies: str, xsrf: str, session: str | None, patience: float) -> ClientConnection:
    """The web socket as Streamlit's page opens it; `session`: the one to go on with, after the connection broke."""
    protocols: list[Any] = ["streamlit", xsrf or "PLACEHOLDER_AUTH_TOKEN", *([session] if session else [])]
    return await connect(
        f"{address.replace('http', 'ws', 1)}/_stcore/stream",
        origin=address,  # type: ignore[arg-type]
        subprotocols=protocols,
        additional_headers={"Cookie": cookies} if cookies else {},
        compression=None,
        max_size=LARGEST_FRAME,
        proxy=None,
        open_timeout=patience,
        ping_interval=None,
    )
