"""Forty sessions at once on the served app, without a chat model: nothing fails, pages come soon, memory stays small.

The benchmark does the same with two hundred (`make bench crowd`); the bounds are the same.
"""

import shutil
from pathlib import Path

import pytest
from app_server import free_port, serve
from own_loop import run_apart

from assistant.settings import Settings
from evals.sessions.browser import Browser
from evals.sessions.crowd import Pace, Server, visit
from evals.sessions.people import PASSWORD, make_people

SESSIONS = 40
PACE = Pace(arrival=3.0, pauses=(0.5, 1.0, 1.5), settling=1.0)
PAGES = 5
MOST_SECONDS = 2.0
"""For 95 of 100 pages."""
MOST_MEMORY = 2.0
"""MiB a session."""


async def await_guide(address: str, email: str | None) -> None:
    """Reading it costs memory and time that are not the sessions'."""
    async with Browser(address) as browser:
        if email:
            await browser.sign_in(email, PASSWORD)
        tab = (await browser.open()).tab
        await tab.until(lambda: tab.shows("in the guide"))


@pytest.mark.parametrize("sign_in", ["personal", "local"])
def test_forty_people_at_once(sign_in: str, tmp_path: Path, guide_home: Path) -> None:
    # why: a company's mentors write their notes in the same hour; one process on two cores must bear that
    home, port = tmp_path / "home", free_port()
    shutil.copytree(guide_home / "index", home / "index")
    emails: list[str | None] = [None] * SESSIONS
    if sign_in == "local":
        emails = [account.email for account in make_people(Settings(home=home), SESSIONS)]
    environment = {
        "EYELEVEL_HOME": str(home),
        "EYELEVEL_SIGN_IN": sign_in,
        "EYELEVEL_CHAT_MODEL": "none",
        "EYELEVEL_THREADS": "1",
    }
    with serve(port, environment) as pid:
        address = f"http://127.0.0.1:{port}"
        run_apart(await_guide(address, emails[0]))
        found = run_apart(visit(address, Server(pid), emails, PACE))
    assert found.errors == ()
    assert len(found.pages) == SESSIONS * PAGES
    assert found.quantile(0.95) <= MOST_SECONDS, f"p50 {found.quantile(0.5):.2f}, longest {found.pages[-1]:.2f}"
    assert found.memory <= MOST_MEMORY
