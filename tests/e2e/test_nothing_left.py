"""A mentor writes wherever the served app keeps text, and erases it all: no word was ever in a file, no trace stays.

Marks (canaries) are searched as they are, in UTF-16, and inside whatever is compressed. Because texts are sealed, the
sealed texts themselves are marks as well: they must be gone from database, log and copies once their owner is.
"""

import asyncio
import bz2
import gzip
import io
import lzma
import shutil
import sqlite3
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import pytest
from app_server import free_port, serve
from own_loop import run_apart

from assistant.errors import KeyMissing
from assistant.roles import Actor, Role
from assistant.settings import Settings
from assistant.store.backup import backup
from assistant.store.commitments import CommitmentStore
from assistant.store.database import HOUSE, Database
from assistant.store.drafts import DraftStore
from assistant.store.hosted import RosterStore
from assistant.store.notes import KeptVerdict, NoteStore
from assistant.store.people_tables import GrantRow, PersonRow
from assistant.store.programmes import ProgrammeStore
from assistant.store.records import SavedNote
from assistant.store.restore import restore
from assistant.store.seals import SEALED
from assistant.store.shares import ShareStore
from assistant.store.survey import SurveyStore
from assistant.store.takeaways import TakeawayStore
from assistant.store.theme_records import ThemeSource
from assistant.store.theme_tables import ImportedNoteRow
from assistant.store.themes import ThemeStore
from evals.sessions.browser import Browser
from evals.sessions.people import PASSWORD, Account, make_people
from evals.sessions.tab import Tab

PATIENCE = 200.0
WITHIN_SECONDS = 60.0
SENTENCE = "He kept his door shut for the whole of our hour and I said nothing"
WRITTEN = ("question", "note", "promise", "takeaway", "plan", "roster", "quote", "reason")
PLACES = (*WRITTEN, "address", "sign-in", "upload", "search")
MARKS = {place: f"kanari{uuid4().hex[:16]}" for place in PLACES}
pytestmark = pytest.mark.timeout(280)


class World(NamedTuple):
    """A served app, its folders, and two people who are a pair."""

    address: str
    settings: Settings
    folder: Path
    mentor: Account
    mentee: Account


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, guide_home: Path) -> Iterator[World]:
    folder, port = tmp_path_factory.mktemp("left"), free_port()
    settings = Settings(home=folder / "home", keys=folder / "keys")
    shutil.copytree(guide_home / "index", settings.home / "index")
    mentor, mentee, manager = make_people(settings, 3)
    pair_up(settings, mentor.actor, mentee.actor, manager.actor.person)
    (folder / "tmp").mkdir()
    environment = {
        "EYELEVEL_HOME": str(settings.home),
        "EYELEVEL_KEYS": str(settings.keys),
        "EYELEVEL_SIGN_IN": "local",
        "EYELEVEL_CHAT_MODEL": "none",
        "EYELEVEL_THREADS": "1",
        "TMPDIR": str(folder / "tmp"),
    }
    with serve(port, environment):
        yield World(f"http://127.0.0.1:{port}", settings, folder, mentor, mentee)


def pair_up(settings: Settings, mentor: Actor, mentee: Actor, person: str) -> None:
    manager, today = Actor(person=person, role=Role.MANAGER), datetime.now(UTC).date()
    with closing(Database(settings)) as database:
        with database.write(HOUSE) as session:
            session.add(GrantRow(person=person, role=Role.MANAGER.value, granted_at=datetime.now(UTC)))
        programmes = ProgrammeStore(database)
        spring = programmes.create(manager, "Spring", today, today + timedelta(days=90))
        programmes.pair(manager, spring, mentor.person, mentee.person)


def found_in(data: bytes, marks: list[bytes]) -> bool:
    return any(mark in data for mark in marks)


def unpacked(path: Path, data: bytes) -> Iterator[bytes]:
    """The content of a file, and what it is once it is unpacked."""
    yield data
    for unpack in (zlib.decompress, gzip.decompress, bz2.decompress, lzma.decompress):
        with suppress(OSError, EOFError, zlib.error, lzma.LZMAError, ValueError):
            yield unpack(data)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            yield from (container.read(name) for name in container.namelist())


def holding(folder: Path, *texts: str) -> list[str]:
    """Files below the folder, names included, in which one of the texts stands, in UTF-8, UTF-16 or as an escape."""
    marks = [text.encode(form) for text in texts for form in ("utf-8", "utf-16-le", "utf-16-be")]
    found = []
    for path in sorted(folder.rglob("*")):
        try:
            data = path.read_bytes() if path.is_file() else b""
        except FileNotFoundError:
            continue  # SQLite's own files come and go
        if found_in(path.name.encode(), marks) or any(found_in(one, marks) for one in unpacked(path, data)):
            found.append(path.name)
    return found


async def answered(world: World) -> None:
    """Wait until the first question has its answer in the database."""
    until = time.monotonic() + PATIENCE
    with closing(sqlite3.connect(world.settings.home / "eyelevel.db")) as connection:
        while connection.execute("SELECT status FROM turns").fetchone() != ("done",):
            assert time.monotonic() < until
            await asyncio.sleep(0.2)


async def write_through_pages(world: World, browser: Browser, tab: Tab) -> None:
    """A question, a note with its check, a promise; then every page, and every download."""
    await tab.use("ey-question", f"{MARKS['question']} interrupts everyone. How do I tell him?")
    await tab.until(lambda: tab.shows(MARKS["question"]))
    await answered(world)
    await tab.go_to("check")
    await tab.use("Your note", f"{MARKS['note']} came late. {SENTENCE}. I talked and asked nothing.")
    await tab.use("ey-note-check")
    await tab.until(lambda: any(one.key == "ey-note-save" for one in tab.widgets))
    await tab.use("ey-note-save")
    await tab.go_to("you-said-i-did")
    tab.set("One commitment", f"Ask {MARKS['promise']} first")
    await tab.use("I will do that")
    for page in ("conversations", "guide", "check", "what-others-see"):
        await tab.go_to(page)
    await browser.fetch_files()


def write_through_stores(world: World) -> None:
    """What else there is to keep: a plan, names, a kept verdict, a settled promise, a takeaway, and what counts."""
    me, other = world.mentor.actor, world.mentee.actor.person
    with closing(Database(world.settings)) as database:
        DraftStore(database).add(me, "plan", MARKS["plan"], f'{{"words": "{MARKS["plan"]}"}}')
        RosterStore(database).set_names(me, [MARKS["roster"]])
        notes, promises, shares = NoteStore(database), CommitmentStore(database), ShareStore(database)
        notes.set_consent(me, True)
        quote = KeptVerdict(mistake="no_time", verdict=True, probability=0.5, quotes=(MARKS["quote"],), model=None)
        assert notes.keep_verdict(me, quote)
        promise = promises.list(me)[0].id
        promises.settle(me, promise, "dropped", MARKS["reason"])
        programmes = ProgrammeStore(database)
        pair = programmes.own_pairs(me)[0].id
        met = programmes.record_session(me, pair, datetime.now(UTC).date())
        TakeawayStore(database).write(me, met, MARKS["takeaway"])
        themes, codes = ThemeStore(database), ("no_time", "hierarchy")
        themes.set_consent(me, True)
        note = notes.save(me, SavedNote(title="Our hour", text=SENTENCE, report="{}", pair=pair))
        themes.contribute(me, ThemeSource("note", note), pair, codes, codebook=1)
        SurveyStore(database).answer(me, pair, {"useful": 4})
        shares.share(me, "note", notes.list(me)[0].id, other)
        shares.share(me, "commitment", promise, other)


async def make_errors(browser: Browser, stranger: Browser) -> None:
    """What goes wrong with somebody's words in it: addresses, passwords, files, over-long and odd questions."""
    await browser.open(query=f"conversation={MARKS['address']}")
    await browser.get(f"/download/{MARKS['address']}")
    await browser.get(f"/{MARKS['address']}?note={MARKS['address']}")
    await stranger.post("/account/sign-in", email=f"{MARKS['sign-in']}@example.org", password=MARKS["sign-in"])
    await stranger.get(f"/account/invitation?token={MARKS['sign-in']}")
    tab = (await browser.open()).tab
    await tab.use("ey-question", f"{MARKS['search']} \0 \ud7ff " * 3_000)
    await tab.go_to("check")
    await tab.use("Your note", f"{MARKS['upload']} " * 40_000)
    with suppress(Exception):  # the button may be refused for so long a note
        await tab.use("ey-note-check")
    await tab.close()


def sealed_of(world: World) -> list[str]:
    """Every sealed text of the mentor as it stands in the database."""
    texts, person = [], world.mentor.actor.person
    with closing(sqlite3.connect(world.settings.home / "eyelevel.db")) as connection:
        for column in (one for one in SEALED if one.class_ is not ImportedNoteRow):  # those are a manager's
            table = column.class_.__tablename__
            owner = "conversation_id IN (SELECT id FROM conversations WHERE person = ?)"
            where = owner if table == "turns" else "person = ?"
            rows = connection.execute(f"SELECT {column.key} FROM {table} WHERE {where}", (person,))
            found = [row[0] for row in rows if row[0] is not None]
            assert found or column.key == "debrief", f"nothing was written into {table}.{column.key}"
            texts += found
    return texts


async def erase(tab: Tab) -> float:
    """By the page, as a person does; when it was asked for."""
    await tab.go_to("what-others-see")
    await tab.use("ey-erase")
    tab.set("ey-erase-word", "ERASE")
    began = time.monotonic()
    await tab.use("Erase for good")
    assert tab.shows("Everything is erased")
    return began


async def live(world: World, copy: Path) -> tuple[list[str], Tab]:
    """Everything of the mentor's, to the end, while both have pages open; the sealed texts, and the mentee's page."""
    mentor, mentee = Browser(world.address, PATIENCE), Browser(world.address, PATIENCE)
    async with mentor, mentee, Browser(world.address, PATIENCE) as stranger:
        await mentor.sign_in(world.mentor.email, PASSWORD)
        await mentee.sign_in(world.mentee.email, PASSWORD)
        tab, left_open = (await mentor.open()).tab, (await mentor.open("check")).tab
        await write_through_pages(world, mentor, tab)
        write_through_stores(world)
        theirs = (await mentee.open("conversations")).tab
        await make_errors(mentor, stranger)
        assert all(MARKS[place].encode() in mentor.heard for place in ("question", "note", "promise"))
        assert holding(world.folder, *MARKS.values(), SENTENCE) == [], "no word of it ever stands in a file"
        backup(world.settings, copy)
        sealed = sealed_of(world)
        assert holding(world.settings.home, *sealed[:1]), "the search finds what is there"
        began = await erase(tab)
        searched = (*MARKS.values(), SENTENCE, *sealed, "Person 0", world.mentor.email)
        while left := holding(world.settings.home, *searched) + holding(world.settings.keys, *searched):
            assert time.monotonic() - began < WITHIN_SECONDS, f"{left} still hold something"
            await asyncio.sleep(0.5)
        assert holding(world.folder / "tmp", *searched) == []
        await left_open.run()
        assert left_open.shows("You are signed out")
        await theirs.run()
        assert theirs.shows("Person 1") and not theirs.shows("Person 0"), "the other side goes on, alone"
        return sealed, theirs


def test_what_a_mentor_wrote_is_in_no_file_and_erased_without_a_trace(world: World) -> None:
    # why: juniors write candid notes about powerful people; "erased" must be true at once, and in every copy
    copy = world.folder / "safe" / "eyelevel.backup"
    copy.parent.mkdir()
    sealed, _ = run_apart(live(world, copy))
    logs = world.settings.home / "logs" / "eyelevel.log"
    assert logs.stat().st_size > 0, "the log was written, and searched with the rest"
    assert holding(copy.parent, *MARKS.values(), SENTENCE) == [] and holding(copy.parent, sealed[0])
    with closing(Database(world.settings)) as database, pytest.raises(KeyMissing):
        database.keys.open(world.mentor.actor.person, "notes.text:x", sealed[0])
    elsewhere = world.settings.model_copy(update={"home": world.folder / "elsewhere"})
    restore(elsewhere, copy)
    with closing(Database(elsewhere)) as database, database.read(HOUSE) as session:
        assert session.get(PersonRow, world.mentor.actor.person) is None
        assert session.get(PersonRow, world.mentee.actor.person) is not None
    assert holding(elsewhere.home, *sealed, world.mentor.email) == [], "a restored backup brings nobody back"
