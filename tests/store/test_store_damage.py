"""What people read when the database cannot be used: one line that says what, which and how to fix it."""

import os
import random
import re
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, Pool, create_engine, event

from assistant.errors import StoreDamaged, StoreError, StoreUnavailable
from assistant.roles import Actor, Role
from assistant.settings import Settings
from assistant.store.conversations import ConversationStore
from assistant.store.database import Database
from assistant.store.schema import MIGRATIONS
from assistant.store.tables import SCHEMA, VERSION_TABLE, Base

ME = Actor(person="me", role=Role.MENTEE)


def opened(database: object) -> ConversationStore:
    return ConversationStore(Database(Settings(database_url=f"sqlite:///{database}")))


def refusal(database: object, kind: type[StoreError]) -> str:
    with pytest.raises(kind) as refused:
        opened(database).close()
    return one_line(refused.value)


def one_line(error: BaseException) -> str:
    message = str(error)
    assert "\n" not in message and message.endswith(".") and "sqlalche.me" not in message
    return message


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A closed database of about two megabytes: 40 conversations of one turn."""
    path = tmp_path / "data" / "eyelevel.db"
    with closing(opened(path)) as store:
        for number in range(40):
            store.add_turn(ME, store.start(ME, f"title {number}"), f"question {number} " * 2500)
    return path


# Opening


def test_a_new_database_is_private(tmp_path: Path) -> None:
    # why: conversations lie on shared machines; nobody else may read the file, its log or its folder
    path = tmp_path / "new" / "eyelevel.db"
    old = os.umask(0)
    try:
        with closing(opened(path)) as store:
            store.start(ME, "q")
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    finally:
        os.umask(old)
    assert modes == {"eyelevel.db": 0o600, "eyelevel.db-wal": 0o600, "eyelevel.db-shm": 0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_folder_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    # why: the folder may hold other things that others need
    tmp_path.chmod(0o755)
    opened(tmp_path / "eyelevel.db").close()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_every_connection_is_durable_and_forgets(tmp_path: Path) -> None:
    # why: these settings hold for a connection each; one without them would lose or leak
    seen: list[Any] = []

    def look(connection: sqlite3.Connection, *_: object) -> None:
        names = ("journal_mode", "synchronous", "secure_delete", "foreign_keys", "busy_timeout")
        seen.append([connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names])

    event.listen(Pool, "checkout", look)
    try:
        with closing(opened(tmp_path / "eyelevel.db")) as store:
            store.list(ME)
    finally:
        event.remove(Pool, "checkout", look)
    assert seen and all(values == ["wal", 2, 1, 1, 5000] for values in seen)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("nonsense", "names no kind of database"),
        ("foo://someone:pass@word@host/x", "names no kind of database"),
        ("://someone:pass@word@host", "names no kind of database"),
        ("postgresql://127.0.0.1:1/x?password=word", ""),
        ("sqlite://", "names no file"),
        ("sqlite:////proc/nowhere/eyelevel.db", "No such file or directory"),
        ("mysql://someone:pass@word@host/x", "driver 'MySQLdb' is not installed"),
    ],
)
def test_a_wrong_address_is_named_without_its_password(address: str, expected: str) -> None:
    # why: the line lands in terminals and tickets
    with pytest.raises(StoreUnavailable) as refused:
        ConversationStore(Database(Settings(database_url=address)))
    message = one_line(refused.value)
    assert expected in message and "EYELEVEL_DATABASE_URL" in message and "word" not in message


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, filled: Path) -> None:
    # why: a read-only place must be reported at the start, not at the first question (root ignores mode bits)
    below = filled / "sub" / "eyelevel.db"
    assert "Not a directory" in (message := refusal(below, StoreUnavailable)) and str(below) in message
    read_only = f"file:{filled}?mode=ro&uri=true"
    assert "may not be written" in refusal(read_only, StoreUnavailable)
    assert "cannot be opened" in refusal(tmp_path, StoreUnavailable)


@pytest.mark.skipif(os.geteuid() == 0, reason="root ignores mode bits")
def test_a_folder_without_write_permission_is_named(tmp_path: Path) -> None:
    # why: the usual case on a real machine
    tmp_path.chmod(0o500)
    assert "Permission denied" in refusal(tmp_path / "eyelevel.db", StoreUnavailable)


def test_a_newer_schema_is_refused_untouched(filled: Path) -> None:
    # why: writing into tables of tomorrow would damage them
    with closing(sqlite3.connect(filled)) as connection, connection:
        connection.execute(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    before = filled.read_bytes()
    message = refusal(filled, StoreUnavailable)
    assert "newer Eyelevel (schema '9999')" in message and "update Eyelevel" in message
    assert filled.read_bytes() == before


def test_tables_of_another_program_are_refused_and_left(tmp_path: Path) -> None:
    # why: a wrong address must not half-migrate somebody else's file
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE turns (x)")
    assert "already exists" in refusal(path, StoreUnavailable)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("turns",)]


def test_the_migrations_make_exactly_the_tables_of_the_code(tmp_path: Path) -> None:
    # why: a column changed without its migration works only on new machines
    path = tmp_path / "eyelevel.db"
    opened(path).close()
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == SCHEMA
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


# Damage


@pytest.mark.parametrize("where", ["header", "first page", "all", "one page"])
def test_a_garbled_file_is_reported_at_opening(filled: Path, where: str) -> None:
    # why: going on with a damaged file makes it worse; it is left as it is, for a backup to replace
    garbage, data = random.Random(3), bytearray(filled.read_bytes())
    start, end = {"header": (0, 100), "first page": (100, 4096), "all": (0, len(data)), "one page": (8192, 12288)}[
        where
    ]
    data[start:end] = garbage.randbytes(end - start)
    filled.write_bytes(data)
    message = refusal(filled, StoreDamaged)
    assert "is damaged" in message and str(filled) in message and "backup" in message
    assert filled.read_bytes() == bytes(data)


@pytest.mark.parametrize("share", [0.999, 0.5, 0.1, 0.001])
def test_a_truncated_file_is_reported_at_opening(filled: Path, share: float) -> None:
    # why: a copy that broke off must not look like a shorter history
    data = filled.read_bytes()
    filled.write_bytes(data[: int(len(data) * share)])
    assert "is damaged" in refusal(filled, StoreDamaged)


def test_random_damage_is_an_answer_or_a_clear_line(filled: Path) -> None:
    # why: whatever a disk does, people see a sentence and never a traceback or someone's text
    data, chance = filled.read_bytes(), random.Random(5)
    for _ in range(60):
        broken = bytearray(data)
        for _ in range(chance.choice([1, 5, 200])):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        filled.write_bytes(broken)
        try:
            with closing(opened(filled)) as store:
                for summary in store.list(ME):
                    store.read(ME, summary.id)
                assert store.check() is None or "damaged" in str(store.check())
        except StoreError as error:
            assert not re.search(r"question \d", one_line(error))


def test_an_unreadable_reply_is_damage_and_not_an_empty_answer(filled: Path) -> None:
    # why: "no answer was kept" and "the answer cannot be read" are different things to a person
    with closing(sqlite3.connect(filled)) as connection, connection:
        connection.execute("""UPDATE turns SET reply = '{"text": ' """)
    with closing(opened(filled)) as store, pytest.raises(StoreDamaged, match="cannot be read"):
        store.read(ME, store.list(ME)[0].id)


@pytest.mark.parametrize("value", ["CAST(x'fffe' AS TEXT)", "CAST(x'c3' AS TEXT)"])
def test_text_that_is_no_text_is_damage_without_its_words(filled: Path, value: str) -> None:
    # why: the driver quotes the bytes it cannot decode; a message must not
    with closing(sqlite3.connect(filled)) as connection, connection:
        connection.execute(f"UPDATE conversations SET title = 'secret' || {value}")
    with closing(opened(filled)) as store, pytest.raises(StoreDamaged) as refused:
        store.list(ME)
    assert "secret" not in one_line(refused.value)


def test_check_finds_damage_after_opening(filled: Path) -> None:
    # why: `doctor` must see what happened since the start, and say it in one line
    with closing(opened(filled)) as store:
        assert store.check() is None
        data = bytearray(filled.read_bytes())
        data[8192:16384] = random.Random(3).randbytes(8192)
        filled.write_bytes(data)
    with closing(opened_without_check(filled)) as store:
        found = store.check()
    assert found is not None and "is damaged" in found and "\n" not in found


def opened_without_check(path: Path) -> ConversationStore:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("assistant.store.database._CHECKED_BYTES", 0)
        return opened(path)


# A full disk and a busy file


@contextmanager
def pages_limited(to: int) -> Iterator[None]:
    def limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {to}")

    event.listen(Engine, "connect", limit)
    try:
        yield
    finally:
        event.remove(Engine, "connect", limit)


def test_a_full_disk_is_one_line_and_loses_nothing(tmp_path: Path) -> None:
    # why: the disk fills up one day; what was saved before must be there when there is space again
    path = tmp_path / "eyelevel.db"
    with pages_limited(120), closing(opened(path)) as store:
        conversation, saved = store.start(ME, "q"), []
        with pytest.raises(StoreUnavailable, match="disk is full") as refused:
            for _ in range(100):
                saved.append(store.add_turn(ME, conversation, "word " * 1000))
        one_line(refused.value)
        assert [turn.id for turn in store.read(ME, conversation).turns] == saved
    with closing(opened(path)) as store:
        assert [turn.id for turn in store.read(ME, conversation).turns] == saved
        assert store.check() is None
        store.add_turn(ME, conversation, "q")


def test_a_full_disk_at_the_first_start_is_one_line(tmp_path: Path) -> None:
    # why: half a migration must not be left behind
    path = tmp_path / "eyelevel.db"
    with pages_limited(2):
        assert "disk is full" in refusal(path, StoreUnavailable)
    with closing(opened(path)) as store:
        assert store.list(ME) == ()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.store.sqlite.WAIT_SECONDS", 0.2)


@pytest.mark.usefixtures("impatient")
def test_a_database_held_by_another_program_is_one_line(filled: Path) -> None:
    # why: a backup tool may hold the file; the person is told to try again, and reading goes on meanwhile
    with closing(opened(filled)) as store, closing(sqlite3.connect(filled, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="try again") as refused:
            store.start(ME, "q")
        one_line(refused.value)
        assert len(store.list(ME)) == 40
        other.execute("ROLLBACK")
        store.start(ME, "q")


@pytest.mark.usefixtures("impatient")
def test_a_reader_does_not_stop_a_purge(filled: Path) -> None:
    # why: someone who is reading must not make the start fail, and the next purge makes up for the log
    with closing(opened(filled)) as store, closing(sqlite3.connect(filled, isolation_level=None)) as reader:
        store.delete(ME, store.list(ME)[0].id)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM turns").fetchall()
        assert store.purge_deleted(timedelta(0)) == 1
        log = filled.with_name("eyelevel.db-wal")
        assert log.stat().st_size > 0
        reader.execute("ROLLBACK")
        assert store.purge_deleted(timedelta(0)) == 0
        assert log.stat().st_size == 0


def test_traces_that_could_not_be_removed_are_removed_next_time(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # why: the process may be killed, or the disk full, between deleting the rows and writing the file anew
    monkeypatch.setattr("assistant.store.sqlite.remove_traces", lambda _: False)
    with closing(opened(filled)) as store:
        for summary in store.list(ME)[1:]:
            store.delete(ME, summary.id)
        assert store.purge_deleted(timedelta(0)) == 39
    full = filled.stat().st_size
    monkeypatch.undo()
    with closing(opened(filled)) as store:
        assert store.purge_deleted(timedelta(0)) == 0
        assert filled.stat().st_size < full / 4
        written = filled.stat().st_mtime_ns
        assert store.purge_deleted(timedelta(0)) == 0
        assert filled.stat().st_mtime_ns == written
        assert store.check() is None and len(store.list(ME)) == 1
