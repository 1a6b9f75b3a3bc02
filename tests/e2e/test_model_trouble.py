"""A language model elsewhere that hangs, fails, breaks off or sends garbage, with thirty people at the app at once.

The model's server is a real one on loopback. Everybody gets a clear result in time, everything written is kept, and
the app connects to nothing but this machine.
"""

import asyncio
import itertools
import shutil
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

import pytest
from app_server import free_port, serve
from chat_stub import Server, chunk, events, status
from own_loop import run_apart

from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings
from assistant.store.conversations import ConversationStore
from assistant.store.database import Database
from assistant.store.notes import NoteStore
from evals.sessions.browser import Browser

ASKING, CHECKING = 24, 6
MODEL_SECONDS = 8
"""How long the app waits for a piece of an answer here; by default longer, which the test adds."""
LIMIT_SECONDS = 60
BAD = {
    "hangs": events(wait=3 * MODEL_SECONDS, promise=5000),
    "fails": status(500),
    "breaks off": events(chunk("Half an answer that "), promise=5000),
    "hangs in the middle": events(chunk("Half an answer that "), wait=3 * MODEL_SECONDS, promise=5000),
    "a login page": status(200, b"<html>\nA login page</html>"),
    "binary": status(200, b"\xff\xfe\x00garbage"),
    "broken events": events(b"{broken"),
}
pytestmark = pytest.mark.timeout(280)


class Trouble(NamedTuple):
    """A served app beside a model that never gives a whole answer."""

    address: str
    home: Path
    model: Server
    connects: Path


@pytest.fixture(scope="module")
def trouble(tmp_path_factory: pytest.TempPathFactory, guide_home: Path) -> Iterator[Trouble]:
    folder, port = tmp_path_factory.mktemp("trouble"), free_port()
    home, connects = folder / "home", folder / "connects"
    shutil.copytree(guide_home / "index", home / "index")
    ways = itertools.cycle(BAD.values())

    def react(request: BaseHTTPRequestHandler) -> None:
        next(ways)(request)

    model = Server(react)
    environment = {
        "EYELEVEL_HOME": str(home),
        "EYELEVEL_CHAT_MODEL": "openai:some-model",
        "EYELEVEL_CHAT_BASE_URL": f"{model.address}/v1",
        "EYELEVEL_CHAT_API_KEY": "none",
        "EYELEVEL_CHAT_TIMEOUT_SECONDS": str(MODEL_SECONDS),
        "EYELEVEL_NOTE_JUDGE": "true",
        "EYELEVEL_THREADS": "1",
        "PYTHONPATH": str(Path(__file__).with_name("watched")),
        "WATCHED_CONNECTS": str(connects),
    }
    with serve(port, environment):
        yield Trouble(f"http://127.0.0.1:{port}", home, model, connects)
    model.close()


async def ask(browser: Browser, question: str) -> float:
    """Seconds from the question to a result that stands on the page."""
    tab = (await browser.open()).tab
    began = time.monotonic()
    await tab.use("ey-question", question)
    assert tab.shows(question)
    assert tab.shows('class="ey-answer') or tab.shows('class="ey-note'), "passages, or a line that says what is wrong"
    return time.monotonic() - began


async def check(browser: Browser, note: str) -> float:
    """Seconds from the click to the result; then the note is saved."""
    tab = (await browser.open("check")).tab
    await tab.use("Your note", note)
    began = time.monotonic()
    await tab.use("ey-note-check")
    await tab.until(lambda: any(one.key == "ey-note-save" for one in tab.widgets))
    seconds = time.monotonic() - began
    await tab.use("ey-note-save")
    assert tab.shows("Saved")
    return seconds


def test_a_bad_model_costs_nobody_more_than_a_minute_or_a_word(trouble: Trouble) -> None:
    # why: models fail in every way there is, mostly for everybody at once; what was typed must not go with them
    questions = [f"Person {n} interrupts everyone in meetings. How do I tell him?" for n in range(ASKING)]
    notes = [f"Session {n} with Henrik. I talked the whole hour and asked him nothing." for n in range(CHECKING)]
    browsers = [Browser(trouble.address, 3 * LIMIT_SECONDS) for _ in range(ASKING + CHECKING)]

    async def everybody() -> list[float]:
        asking = [ask(browser, text) for browser, text in zip(browsers, questions, strict=False)]
        checking = [check(browser, text) for browser, text in zip(browsers[ASKING:], notes, strict=True)]
        try:
            return await asyncio.gather(*asking, *checking)
        finally:
            for browser in browsers:
                await browser.__aexit__()

    seconds = run_apart(everybody())
    longest = max(seconds) - MODEL_SECONDS + Settings.model_fields["chat_timeout_seconds"].default
    assert longest <= LIMIT_SECONDS, sorted(seconds)
    assert [one for browser in browsers for one in browser.troubles] == []

    database = Database(Settings(home=trouble.home))
    mentor = Actor(person=PERSONAL, role=Role.MENTOR)
    store = ConversationStore(database)
    kept = [turn for summary in store.list(mentor) for turn in store.read(mentor, summary.id).turns]
    assert sorted(turn.question for turn in kept) == sorted(questions)
    assert {turn.status for turn in kept} <= {"done", "failed"}
    assert all(turn.reply and turn.reply.text for turn in kept if turn.status == "done")
    saved = NoteStore(database)
    assert sorted(saved.load(mentor, one.id).text for one in saved.list(mentor)) == sorted(notes)
    database.close()

    assert len(trouble.model.requests) >= len(BAD), "the model was asked, and failed in each of its ways"
    hosts = set(trouble.connects.read_text(encoding="utf-8").split())
    assert "127.0.0.1" in hosts
    strangers = {host for host in hosts if not host.startswith("/") and host != "localhost"}
    assert [host for host in strangers if not ip_address(host).is_loopback] == []
