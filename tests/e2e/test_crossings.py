"""Fifty people at once on the served app: what the browser of one receives holds nothing that another wrote.

Everybody writes marks of their own (canaries) through the app: a question, a note, a commitment. Every byte that
arrives by web socket, page or download is searched for all marks. The sessions speak Streamlit's own protocol.
"""

import asyncio
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import pytest
from app_server import free_port, serve
from own_loop import run_apart

from assistant.settings import Settings
from evals.sessions.browser import Browser
from evals.sessions.people import PASSWORD, Account, make_people
from evals.sessions.tab import Tab

PEOPLE = 50
PATIENCE = 90.0
"""Seconds for one page, on a machine that runs other tests beside."""
MARK = re.compile(rb"kanari[0-9a-f]{16}")
KINDS = ("question", "note", "commitment")
pytestmark = pytest.mark.timeout(280)


class Person(NamedTuple):
    """Somebody at a browser, and the marks that only they write."""

    account: Account
    browser: Browser
    marks: dict[str, str]


class World(NamedTuple):
    """A served app and everybody who can sign in."""

    address: str
    accounts: list[Account]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, guide_home: Path) -> Iterator[World]:
    home, port = tmp_path_factory.mktemp("crowd") / "home", free_port()
    shutil.copytree(guide_home / "index", home / "index")
    accounts = make_people(Settings(home=home), PEOPLE)
    environment = {
        "EYELEVEL_HOME": str(home),
        "EYELEVEL_SIGN_IN": "local",
        "EYELEVEL_CHAT_MODEL": "none",
        "EYELEVEL_THREADS": "1",
    }
    with serve(port, environment):
        yield World(f"http://127.0.0.1:{port}", accounts)


def find_crossings(heard: dict[str, bytes], marks: dict[str, set[str]]) -> set[tuple[str, str]]:
    """(who received it, whose mark it is) for every mark that reached somebody else."""
    owner = {mark.encode(): who for who, own in marks.items() for mark in own}
    return {
        (who, owner[mark]) for who, received in heard.items() for mark in MARK.findall(received) if owner[mark] != who
    }


def new_person(world: World, number: int) -> Person:
    marks = {kind: f"kanari{uuid4().hex[:16]}" for kind in KINDS}
    return Person(world.accounts[number], Browser(world.address, PATIENCE), marks)


async def ask(person: Person, tab: Tab) -> None:
    await tab.use("ey-question", f"{person.marks['question']} interrupts everyone. How do I tell him?")
    for _ in range(60):
        if "conversation=" in tab.query and tab.shows('class="ey-answer"') and not tab.shows('class="ey-wait"'):
            break
        await asyncio.sleep(1)
        await tab.run()
    assert "conversation=" in tab.query and tab.shows(person.marks["question"])


async def save_note(person: Person, tab: Tab) -> None:
    await tab.go_to("check")
    await tab.use("Your note", f"{person.marks['note']} came late. I talked the whole hour and asked nothing.")
    await tab.use("ey-note-check")
    await tab.until(lambda: any(one.key == "ey-note-save" for one in tab.widgets))
    await tab.use("ey-note-save")
    assert tab.shows("Saved")


async def promise(person: Person, tab: Tab) -> None:
    await tab.go_to("you-said-i-did")
    tab.set("One commitment", f"Ask {person.marks['commitment']} first")
    await tab.use("I will do that")
    assert tab.shows(person.marks["commitment"])


async def go_on_with(browser: Browser, session: str) -> None:
    """Reconnect, as a browser does after a broken connection, once the server has noticed the break."""
    for _ in range(40):
        tab = (await browser.open(session=session)).tab
        if tab.session == session:
            return
        await tab.close()
        await asyncio.sleep(0.5)
    raise AssertionError("a person cannot go on with the own session")


async def live(person: Person) -> None:
    """Sign in, write, look at every page, reload, and download all that there is."""
    await person.browser.sign_in(person.account.email, PASSWORD)
    tab = (await person.browser.open()).tab
    await ask(person, tab)
    conversation = tab.query
    await save_note(person, tab)
    await promise(person, tab)
    for page in ("conversations", "what-others-see", "check"):
        await tab.go_to(page)
        assert {answer.status_code for answer in await person.browser.fetch_files()} <= {200}
    reloaded = (await person.browser.open(query=conversation)).tab
    assert reloaded.shows(person.marks["question"]), conversation
    await tab.close()
    await go_on_with(person.browser, tab.session)


async def pry(person: Person, other: Person) -> None:
    """Try what the other's browser has: the session, the conversation, the downloads."""
    stolen = other.browser.tabs[-1]
    await stolen.close()
    for _ in range(3):  # the server notices the end in between, and keeps the session for its owner
        opened = await person.browser.open(session=stolen.session)
        assert opened.tab.session != stolen.session
        await asyncio.sleep(0.5)
    await person.browser.open(query=next(tab.query for tab in other.browser.tabs if "conversation=" in tab.query))
    downloads = {path for path in other.browser.files if path.startswith("/download/")}
    assert downloads
    assert {(await person.browser.get(path)).status_code for path in downloads} <= {401, 404}


async def await_guide(world: World) -> None:
    async with Browser(world.address, PATIENCE) as browser:
        await browser.sign_in(world.accounts[0].email, PASSWORD)
        tab = (await browser.open()).tab
        await tab.until(lambda: tab.shows("in the guide"))


async def live_all(world: World) -> list[Person]:
    await await_guide(world)
    people = [new_person(world, number) for number in range(PEOPLE)]
    await asyncio.gather(*(live(person) for person in people))
    await asyncio.gather(*(pry(one, two) for one, two in zip(people[::2], people[1::2], strict=True)))
    for person in people:
        await person.browser.__aexit__()
    return people


def test_no_byte_of_one_person_reaches_another(world: World, record_property: Callable[[str, object], None]) -> None:
    # why: juniors write candid notes about powerful people; the measure is 0 crossings in what browsers receive
    people = run_apart(live_all(world))
    heard = {person.account.email: person.browser.heard for person in people}
    marks = {person.account.email: set(person.marks.values()) for person in people}
    assert [trouble for person in people for trouble in person.browser.troubles] == []
    for person in people:  # the search would find what is there
        missing = [kind for kind, mark in person.marks.items() if mark.encode() not in heard[person.account.email]]
        assert missing == [], f"{person.account.email} did not receive their own {missing}"
    record_property("bytes", sum(map(len, heard.values())))
    record_property("own_marks", sum(len(MARK.findall(received)) for received in heard.values()))
    assert find_crossings(heard, marks) == set()
    first, second = people[0].account.email, people[7].account.email
    leaked = people[7].browser.tabs[0].received
    assert find_crossings({**heard, first: heard[first] + b"".join(leaked)}, marks) == {(first, second)}


def test_the_next_person_at_the_same_browser_gets_nothing_of_the_last(world: World) -> None:
    # why: one shared laptop; a tab that stayed open and a session to reconnect to must not outlive the sign-out
    async def share_a_browser() -> tuple[Person, bytes, bytes]:
        first, second = new_person(world, 0), new_person(world, 1)
        browser = first.browser
        async with browser:
            await browser.sign_in(first.account.email, PASSWORD)
            tab, left_open = (await browser.open()).tab, (await browser.open()).tab
            await ask(first, tab)
            await tab.close()
            before = browser.heard
            assert (await browser.post("/account/sign-out")).status_code == 200
            await browser.sign_in(second.account.email, PASSWORD)
            await left_open.until(lambda: left_open.shows("You are signed out"))  # it notices by itself
            for session in (tab.session, left_open.session):
                opened = await browser.open(query=tab.query, session=session)
                assert opened.tab.session != session
                assert opened.tab.shows("Person 1")
            await browser.fetch_files()
            heard = browser.heard
        await second.browser.__aexit__()
        return first, before, heard

    first, before, heard = run_apart(share_a_browser())
    mark = first.marks["question"].encode()
    assert before.count(mark) > 0
    assert heard.count(mark) == before.count(mark)
