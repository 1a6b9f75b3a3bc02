"""Many writers at once on a real PostgreSQL server, which lets them work side by side; and a server that goes away."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from postgres_server import APP, Company
from test_conversations import (
    children,
    test_a_reply_comes_back_whole_after_reopening,
    test_an_open_turn_is_failed_once_its_process_is_gone,
    test_killed_writers_lose_nothing_that_was_acknowledged,
    test_threads_and_processes_write_into_one_conversation,
)

from assistant.errors import AccessDenied, StoreUnavailable, TooManyAttempts
from assistant.roles import Actor, Role
from assistant.settings import Settings
from assistant.store import attempts
from assistant.store.conversations import ConversationStore
from assistant.store.database import HOUSE, Database
from assistant.store.notes import KeptVerdict, NoteStore, SavedNote

__all__ = [
    "children",
    "test_a_reply_comes_back_whole_after_reopening",
    "test_an_open_turn_is_failed_once_its_process_is_gone",
    "test_killed_writers_lose_nothing_that_was_acknowledged",
    "test_threads_and_processes_write_into_one_conversation",
]
ME = Actor(person="me", role=Role.MENTOR)
NOTE = SavedNote(title="t", text="t", report="{}")
KEPT = KeptVerdict(mistake="no_time", verdict=True, probability=0.8, quotes=("q",), model=None)


@pytest.fixture(autouse=True)
def server(on_server: Company) -> Company:
    return on_server


@pytest.fixture
def database() -> Iterator[Database]:
    with closing(Database(Settings())) as opened:
        yield opened


@pytest.fixture
def store(database: Database) -> ConversationStore:
    return ConversationStore(database)


def meanwhile(server: Company, statement: str, call: Callable[[], Any]) -> Any:
    """Result of a call that begins while somebody else's statement has not ended, and goes on when it has."""
    found: list[Any] = []

    def work() -> None:
        try:
            found.append(call())
        except Exception as error:
            found.append(error)

    with server.server.connect() as other, server.server.connect() as watching:
        with other.transaction():
            other.execute(statement.encode())
            thread = threading.Thread(target=work)
            thread.start()
            waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND usename = %s"
            for _ in range(1000):
                if found or watching.execute(waits, (APP,)).fetchone() == (1,):
                    break
                threading.Event().wait(0.01)
            assert not found, found
        thread.join(20)
    return found[0]


def test_the_first_ending_of_a_turn_counts(server: Company, store: ConversationStore) -> None:
    # why: "stop" is pressed at the moment in which the answer ends; the page has shown what came first
    conversation = store.start(ME, "q")
    turn = store.add_turn(ME, conversation, "q")
    stopping = f"UPDATE turns SET status = 'stopped' WHERE id = '{turn}'"
    assert meanwhile(server, stopping, lambda: store.finish_turn(ME, turn, None, "failed")) is None
    assert [kept.status for kept in store.read(ME, conversation).turns] == ["stopped"]


def test_consent_given_twice_at_the_same_moment_is_given_once(server: Company, database: Database) -> None:
    # why: two tabs
    store = NoteStore(database)
    given = "INSERT INTO consents VALUES ('me', now())"
    assert meanwhile(server, given, lambda: store.set_consent(ME, True)) is None
    assert store.consents(ME) and store.keep_verdict(ME, KEPT)


def test_no_verdict_is_kept_past_a_withdrawal(server: Company, database: Database) -> None:
    # why: withdrawn while a verdict is on its way is withdrawn
    store = NoteStore(database)
    store.set_consent(ME, True)
    assert meanwhile(server, "DELETE FROM consents", lambda: store.keep_verdict(ME, KEPT)) is False
    assert server.server.execute("SELECT count(*) FROM kept_verdicts") == [(0,)]


@pytest.mark.parametrize("call", ["rename", "restore", "add_turn", "delete"])
def test_what_was_purged_meanwhile_does_not_exist(server: Company, store: ConversationStore, call: str) -> None:
    # why: a purge in another process must look like one a moment before, and not like a broken server
    conversation = store.start(ME, "q")
    arguments = (ME, conversation, "t") if call in ("rename", "add_turn") else (ME, conversation)
    found = meanwhile(server, "DELETE FROM conversations", lambda: getattr(store, call)(*arguments))
    assert isinstance(found, AccessDenied)


def test_guesses_at_the_same_time_count_as_well(server: Company, database: Database) -> None:
    # why: whoever guesses passwords sends a hundred at once, and none of them sees the others' rows yet
    for _ in range(attempts.PER_BROWSER - 1):
        with database.write(HOUSE) as session:
            attempts.begin(session, attempts.from_known("ada"))
    found: list[Any] = []

    def guess() -> None:
        try:
            with database.write(HOUSE) as session:
                found.append(attempts.begin(session, attempts.from_known("ada")))
        except TooManyAttempts as error:
            found.append(error)

    with database.write(HOUSE) as session:
        attempts.begin(session, attempts.from_known("ada"))
        thread = threading.Thread(target=guess)
        thread.start()
        thread.join(0.3)
    thread.join(20)
    assert [type(one) for one in found] == [TooManyAttempts]


def test_verdicts_at_the_same_time_lose_nothing(database: Database) -> None:
    # why: all verdicts of a note stand in one sealed text, which is read, changed and written
    store = NoteStore(database)
    note, errors = store.save(ME, NOTE), list[BaseException]()

    def work(name: str) -> None:
        try:
            for number in range(8):
                store.set_verdict(ME, note, f"{name}_{number}", True)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcdef"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == [] and len(store.load(ME, note).verdicts) == 48


def test_a_row_held_too_long_is_one_line(
    server: Company, store: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    # why: a page must not hang because somebody left a statement open
    monkeypatch.setattr("assistant.store.postgres._LOCK_SECONDS", 0.2)
    conversation = store.start(ME, "q")
    with server.server.connect() as other, other.transaction():
        other.execute("SELECT * FROM conversations FOR UPDATE")
        with pytest.raises(StoreUnavailable, match=r"somebody else has held it for seconds; try again\.$"):
            store.rename(ME, conversation, "t")
        assert [kept.title for kept in store.list(ME)] == ["q"]


def test_reading_sees_one_moment(server: Company, database: Database) -> None:
    # why: a list and its count must belong together
    store = ConversationStore(database)
    conversation = store.start(ME, "q")
    with database.read(ME) as session:
        first = session.connection().exec_driver_sql("SELECT count(*) FROM turns").scalar()
        store.add_turn(ME, conversation, "q")
        assert session.connection().exec_driver_sql("SELECT count(*) FROM turns").scalar() == first == 0


def test_a_restarted_server_costs_nothing(server: Company, store: ConversationStore) -> None:
    # why: servers are updated while people work; connections that are gone are opened again unseen
    conversation = store.start(ME, "q")
    server.server.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{APP}'")
    store.rename(ME, conversation, "still there")
    assert [kept.title for kept in store.list(ME)] == ["still there"]


def test_a_purge_takes_the_turns_along(
    server: Company, database: Database, store: ConversationStore, home: Path
) -> None:
    # why: the references between tables are what deletes, and they must see past everybody's guards
    store.add_turn(ME, store.start(ME, "kept"), "q")
    gone = store.start(ME, "gone")
    store.add_turn(ME, gone, "q")
    store.delete(ME, gone)
    assert store.purge_deleted(timedelta(0)) == 1
    assert server.server.execute("SELECT count(*) FROM turns") == [(1,)] and database.check() is None
