"""Many people at once who open pages and read: how long the pages take, and what the server needs for them.

Each signs in where that is asked, opens the coach, looks at other pages with pauses between, and comes back. The tabs
stay open to the end, so that what the server keeps for them can be measured.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from itertools import cycle
from typing import NamedTuple

import httpx
import numpy as np
import psutil

from evals.data import EvaluationError
from evals.sessions.browser import Browser
from evals.sessions.people import PASSWORD

PAGES = ("conversations", "what-others-see", "check")
SIGNING_IN = 8
"""People at the form side by side."""


class Pace(NamedTuple):
    """When people come, and how long they look at a page."""

    arrival: float
    """Seconds within which they come, evenly; 0: all at the same moment."""
    pauses: tuple[float, ...] = (2.0, 3.0, 4.0, 5.0, 6.0)
    """Seconds between two pages, for one person after the other."""
    settling: float = 17.0
    """Seconds that the server gets to give memory back, before and after; it does so every fifteen."""


class Figures(NamedTuple):
    """What was measured."""

    sessions: int
    pages: tuple[float, ...]
    """Seconds from the request for a run to its end, ascending; for a first page from the opening of the socket."""
    errors: tuple[str, ...]
    """Pages that did not come, and troubles that pages told of."""
    memory: float
    """MiB a session that the server has in use more than before, all tabs open."""
    cpu: float
    """Milliseconds of the server's processor time a page, socket and frame of the first page included."""

    def quantile(self, share: float) -> float:
        """Seconds within which this share of the pages was drawn."""
        return float(np.quantile(self.pages, share)) if self.pages else float("inf")


class Server:
    """The process that serves, with its children."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)

    def cpu(self) -> float:
        """Seconds of processor time until now."""
        return sum(sum(one.cpu_times()[:2]) for one in self._all())

    def memory(self) -> float:
        """MiB in use; of what is shared with other processes its share, where the system tells that."""
        found = (one.memory_full_info() for one in self._all())
        return float(sum(getattr(info, "pss", info.uss) for info in found)) / 2**20

    def _all(self) -> Iterator[psutil.Process]:
        yield from (self._process, *self._process.children(recursive=True))


async def visit(address: str, server: Server, emails: Sequence[str | None], pace: Pace) -> Figures:
    """So many people as there are addresses to sign in with (None: nobody signs in here), measured.

    Raises `EvaluationError` where somebody is not let in.
    """
    async with _browsers(address, [emails[0], *emails]) as (first, *browsers):
        for page in ("", *PAGES):
            await first.open(page)
        await asyncio.sleep(pace.settling)
        memory, cpu = server.memory(), server.cpu()
        seconds: list[float] = []
        errors: list[str] = []
        apart, pauses = pace.arrival / len(browsers), cycle(pace.pauses)
        stays = [_stay(one, n * apart, next(pauses), seconds) for n, one in enumerate(browsers)]
        for outcome in await asyncio.gather(*stays, return_exceptions=True):
            if isinstance(outcome, (EvaluationError, httpx.HTTPError)):
                errors.append(f"{type(outcome).__name__}: {outcome}")
            elif outcome:
                raise outcome
        cpu = server.cpu() - cpu
        await asyncio.sleep(pace.settling)
        memory = server.memory() - memory
        errors += [trouble for browser in browsers for trouble in browser.troubles]
    pages, count = tuple(sorted(seconds)), len(browsers)
    return Figures(count, pages, tuple(errors), memory / count, 1000 * cpu / max(1, len(pages)))


@asynccontextmanager
async def _browsers(address: str, emails: Sequence[str | None]) -> AsyncIterator[list[Browser]]:
    """Browsers, signed in where they have an address; closed at the end."""
    browsers, places = [Browser(address) for _ in emails], asyncio.Semaphore(SIGNING_IN)

    async def sign_in(browser: Browser, email: str) -> None:
        async with places:
            await browser.sign_in(email, PASSWORD)

    try:
        await asyncio.gather(*(sign_in(one, email) for one, email in zip(browsers, emails, strict=True) if email))
        yield browsers
    finally:
        await asyncio.gather(*(browser.__aexit__() for browser in browsers))


async def _stay(browser: Browser, after: float, pause: float, seconds: list[float]) -> None:
    """One person's visit; adds the seconds of each page."""
    await asyncio.sleep(after)
    opened = await browser.open()
    seconds.append(opened.seconds)
    for page in PAGES:
        await asyncio.sleep(pause)
        seconds.append(await opened.tab.go_to(page))
    await asyncio.sleep(pause)
    seconds.append(await opened.tab.run())
