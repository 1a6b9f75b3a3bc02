"""The ledger of erasures: what was erased stays so, whatever copy of the database is put back."""

import json
import os
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from company import ANA, BEN, CAI, PAIR, found_company, opened, write_everything
from sqlalchemy import func, select

from assistant.errors import AccessDenied, KeyMissing
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings
from assistant.store.conversations import ConversationStore
from assistant.store.database import HOUSE, Database
from assistant.store.erasure import FILE, Ledger, Subject, erase
from assistant.store.notes import NoteStore, SavedNote
from assistant.store.people_tables import PairRow, PersonRow
from assistant.store.rights import erase_person
from assistant.store.tables import Base, ConversationRow, MetaRow

ME = Actor(person=PERSONAL, role=Role.MENTOR)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", keys=tmp_path / "keys")


def erase_now(database: Database, *subjects: Subject) -> int:
    with database.write(HOUSE) as session:
        return erase(session, database.keys, *subjects)


def rows(database: Database) -> dict[str, int]:
    with database.read(HOUSE) as session:
        tables = Base.metadata.sorted_tables
        return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def copy_of(settings: Settings) -> bytes:
    return (settings.home / "eyelevel.db").read_bytes()


def put_back(settings: Settings, copy: bytes) -> None:
    (settings.home / "eyelevel.db").write_bytes(copy)


def test_the_ledger_holds_ids_and_times_and_is_private(settings: Settings) -> None:
    # why: it outlives what was erased, so that it may tell nothing of it
    old = os.umask(0)
    try:
        with opened(settings) as database:
            note = found_company(database)[ANA]
            erase_now(database, Subject("note", note), Subject("person", BEN.person))
            ledger = Ledger(database.keys)
    finally:
        os.umask(old)
    lines = [json.loads(line) for line in ledger.path.read_text().splitlines()]
    assert [(line["kind"], line["id"]) for line in lines] == [("note", note), ("person", BEN.person)]
    assert all(set(line) == {"kind", "id", "at", "digest"} and line["at"].endswith("Z") for line in lines)
    assert stat.S_IMODE(ledger.path.stat().st_mode) == 0o600 and ledger.path.is_relative_to(settings.keys)


def test_a_copy_from_before_loses_again_what_was_erased_since(settings: Settings) -> None:
    # why: whoever was erased must not come back with yesterday's backup, and nothing else may go
    with opened(settings) as database:
        notes = found_company(database)
        mine = write_everything(database, CAI)
        talk = ConversationStore(database).list(BEN)[0].id
        before = rows(database)
    copy = copy_of(settings)
    with opened(settings) as database:
        erase_now(database, Subject("person", ANA.person), Subject("conversation", talk))
        after = rows(database)
        assert after["people"] == before["people"] - 1
    put_back(settings, copy)
    with opened(settings) as database:
        assert rows(database) == after | {"meta": after["meta"]}
        store = NoteStore(database)
        assert store.load(BEN, notes[BEN]).text and store.load(CAI, mine).text
        with pytest.raises(AccessDenied):
            store.list(ANA)
        assert not database.keys.has(ANA.person)
        assert database.finish_erasures() == 0


@pytest.mark.parametrize("kind", ["note", "conversation", "draft", "commitment", "session", "verdict", "consent"])
def test_each_kind_is_erased_again(settings: Settings, kind: str) -> None:
    # why: a kind that is forgotten comes back
    table = {"note": "notes", "verdict": "kept_verdicts"}.get(kind, f"{kind}s")
    with opened(settings) as database:
        found_company(database)
        with database.read(HOUSE) as session:
            column = Base.metadata.tables[table].primary_key.columns[0]
            wanted = session.scalars(select(column)).first()
    copy = copy_of(settings)
    with opened(settings) as database:
        before = rows(database)[table]
        assert erase_now(database, Subject(kind, str(wanted))) == 1  # type: ignore[arg-type]
        assert rows(database)[table] == before - 1
    put_back(settings, copy)
    with opened(settings) as database:
        assert rows(database)[table] == before - 1


def test_an_ended_pair_is_ended_again(settings: Settings) -> None:
    # why: otherwise what was shared within it could be read again
    with opened(settings) as database:
        found_company(database)
    copy = copy_of(settings)
    with opened(settings) as database:
        erase_now(database, Subject("pair", PAIR))
    put_back(settings, copy)
    with opened(settings) as database, database.read(HOUSE) as session:
        assert session.get_one(PairRow, PAIR).ended_at is not None


def test_whoever_goes_on_writing_keeps_what_is_new(settings: Settings) -> None:
    # why: at one's own machine one stays the same person after erasing everything
    with opened(settings) as database:
        write_everything(database, ME)
        old = copy_of(settings)
        erase_person(database, HOUSE, PERSONAL)
        new = NoteStore(database).save(ME, SavedNote(title="new", text="new", report="{}"))
    with opened(settings) as database:
        assert [note.id for note in NoteStore(database).list(ME)] == [new]
        with database.write(HOUSE) as session:
            session.get_one(MetaRow, "erased").value = "7 none"
    with opened(settings) as database:  # all of the ledger is done again
        assert [note.id for note in NoteStore(database).list(ME)] == [new]
        assert NoteStore(database).load(ME, new).text == "new"
    put_back(settings, old)
    with opened(settings) as database:
        assert NoteStore(database).list(ME) == ()


def test_what_was_broken_off_is_ended_by_the_next_opening(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    # why: a power cut between the ledger and the rows must not save anybody from being erased
    with opened(settings) as database:
        found_company(database)
        with monkeypatch.context() as patch:
            patch.setattr("assistant.store.erasure._do", lambda *_a, **_k: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                erase_now(database, Subject("person", ANA.person))
        assert database.keys.has(ANA.person)
    with opened(settings) as database:
        assert not database.keys.has(ANA.person)
        with database.read(HOUSE) as session:
            assert session.get(PersonRow, ANA.person) is None


def test_an_erasure_does_first_what_another_left_undone(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    # why: noting the whole ledger as done would otherwise pass over somebody
    with opened(settings) as database:
        notes = found_company(database)
        with monkeypatch.context() as patch:
            patch.setattr("assistant.store.erasure._do", lambda *_a, **_k: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                erase_now(database, Subject("note", notes[ANA]))
        erase_now(database, Subject("note", notes[BEN]))
        assert rows(database)["notes"] == 0


@pytest.mark.parametrize(
    "tail", [b'{"kind": "person", "id": "', b'{"kind":"note","id":"x","at":"2026-01-01T00:00:00Z"}']
)
def test_a_line_that_was_broken_off_is_none(settings: Settings, tail: bytes) -> None:
    # why: nothing was erased for it yet, and the next line must not be glued to it
    with opened(settings) as database:
        notes = found_company(database)
        path = Ledger(database.keys).path
        erase_now(database, Subject("note", notes[ANA]))
        path.write_bytes(path.read_bytes() + tail)
        erase_now(database, Subject("note", notes[BEN]))
        assert Ledger(database.keys).unreadable() == 0 and len(path.read_text().splitlines()) == 2
    with opened(settings) as database:
        assert rows(database)["notes"] == 0


def test_damage_in_the_ledger_is_counted_and_costs_no_other_line(settings: Settings) -> None:
    # why: one bad sector must not bring everybody back, and `doctor` must be able to tell
    with opened(settings) as database:
        found_company(database)
        copy_before = copy_of(settings)
        erase_now(database, Subject("person", ANA.person))
        erase_now(database, Subject("person", BEN.person))
        path = Ledger(database.keys).path
    first, second = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"\xff" + first[1:] + second)
    put_back(settings, copy_before)
    with opened(settings) as database:
        assert Ledger(database.keys).unreadable() == 1
        with database.read(HOUSE) as session:
            assert session.get(PersonRow, BEN.person) is None


def test_the_purge_is_in_the_ledger_too(settings: Settings) -> None:
    # why: what somebody deleted for good must not come back either
    with opened(settings) as database:
        store = NoteStore(database)
        note = store.save(ME, SavedNote(title="t", text="t", report="{}"))
    copy = copy_of(settings)
    with opened(settings) as database:
        store = NoteStore(database)
        store.delete(ME, note)
        assert store.purge_deleted(timedelta(0)) == 1
    put_back(settings, copy)
    with opened(settings) as database, pytest.raises(AccessDenied):
        NoteStore(database).load(ME, note)


def test_nobody_who_was_erased_can_be_written_for(settings: Settings) -> None:
    # why: an answer may still be on its way when its reader is erased
    with opened(settings) as database:
        found_company(database)
        erase_now(database, Subject("person", ANA.person))
        for write in (
            lambda: NoteStore(database).save(ANA, SavedNote(title="t", text="t", report="{}")),
            lambda: ConversationStore(database).start(ANA, "late"),
        ):
            with pytest.raises(AccessDenied):
                write()
        with pytest.raises(KeyMissing, match="erased"):
            database.keys.seal(ANA.person, "conversations.title:x", "late")
        assert not database.keys.has(ANA.person)


def test_a_row_that_slipped_in_is_swept_away(settings: Settings) -> None:
    # why: a text sealed before the erasure may reach the database after it
    with opened(settings) as database:
        found_company(database)
        erase_now(database, Subject("person", ANA.person))
        with database.write(HOUSE) as session:
            now = datetime.now(UTC)
            session.add(ConversationRow(id="e" * 32, person=ANA.person, role="mentor", title="sealed", created_at=now,
                                        updated_at=now))  # fmt: skip
        before = rows(database)["conversations"]
        assert database.finish_erasures(sweep=True) == 1
        assert rows(database)["conversations"] == before - 1
        assert database.finish_erasures(sweep=True) == 0


def test_erasures_at_the_same_time_lose_no_line(settings: Settings) -> None:
    # why: the ledger is one file for all threads and processes
    with opened(settings) as database:
        store = NoteStore(database)
        notes = [store.save(ME, SavedNote(title="t", text="t", report="{}")) for _ in range(24)]
        others = [Database(settings) for _ in range(4)]
        threads = [
            threading.Thread(
                target=lambda one=one, own=own: [erase_now(one, Subject("note", note)) for note in own]  # type: ignore[misc]
            )
            for one, own in zip(others, (notes[0:6], notes[6:12], notes[12:18], notes[18:]), strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for one in others:
            one.close()
        lines = Ledger(database.keys).path.read_text().splitlines()
        assert {json.loads(line)["id"] for line in lines} == set(notes) and len(lines) == 24
        assert rows(database)["notes"] == 0


def test_without_erasures_there_is_no_ledger(settings: Settings) -> None:
    # why: opening a database must not write where there is nothing to write
    with opened(settings) as database:
        NoteStore(database).save(ME, SavedNote(title="t", text="t", report="{}"))
        assert not (database.keys.folder / FILE).exists()
        before = rows(database)
    with opened(settings) as database:
        assert rows(database) == before
