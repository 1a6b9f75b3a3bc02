"""Saved notes through the store's own door, on a real SQLite file; kept verdicts stand in `test_kept_verdicts`."""

import inspect
import random
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from company import let_in
from pydantic import ValidationError
from sqlalchemy import create_engine
from structlog.testing import capture_logs

from assistant.errors import AccessDenied, InputError, StoreDamaged, StoreError, StoreUnavailable
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings
from assistant.store.conversations import ConversationStore
from assistant.store.database import Database
from assistant.store.notes import LONGEST_TEXT, KeptVerdict, NoteStore, SavedNote
from assistant.store.schema import MIGRATIONS

ME = Actor(person="me", role=Role.MENTOR)
NOTE = SavedNote(
    title="Third session",
    text="We moved it again.\nÄrger, “quotes” 🎓",
    report='{"findings": [{"mistake": "no_time"}]}',
    debrief='{"minutes_held": 12}',
    verdicts={"no_time": True, "alibi": False},
)
KEPT = KeptVerdict(mistake="no_time", verdict=True, probability=0.8, quotes=("We moved it again.",), model="heads-1")


@pytest.fixture
def store(home: Path) -> Iterator[NoteStore]:
    with closing(NoteStore(Database(Settings(home=home)))) as opened:
        yield opened


def alter(home: Path, statement: str) -> None:
    with closing(sqlite3.connect(home / "eyelevel.db")) as connection, connection:
        connection.execute(statement)


def named(title: str, **values: Any) -> SavedNote:
    return NOTE.model_copy(update={"title": title, **values})


def kept_part(found: SavedNote) -> dict[str, Any]:
    return found.model_dump(exclude={"id", "created", "updated"})


# What is kept


def test_a_note_comes_back_whole_after_reopening(store: NoteStore, home: Path) -> None:
    # why: the report's quotes are found by offsets, so that not one character of the text may differ
    saved, plain = store.save(ME, NOTE), store.save(ME, SavedNote(title="Only the form", text="", report="{}"))
    with closing(NoteStore(Database(Settings(home=home)))) as again:
        found = again.load(ME, saved)
        assert kept_part(found) == NOTE.model_dump() and found.id == saved
        assert found.created == found.updated and found.created.utcoffset() == timedelta(0)
        assert (again.load(ME, plain).debrief, again.load(ME, plain).verdicts) == (None, {})


@pytest.mark.parametrize(("nasty", "expected"), [("a\0b", "a\ufffdb"), ("a\ud83db", "a?b"), ("'; DROP--", "'; DROP--")])
def test_what_no_database_takes_is_replaced_one_for_one(store: NoteStore, nasty: str, expected: str) -> None:
    # why: a character less would shift every quote behind it
    assert store.load(ME, store.save(ME, named(nasty, text=nasty))).text == expected


def test_the_list_is_latest_first_and_without_text(store: NoteStore) -> None:
    # why: the list is drawn often; the note at hand is the one checked last
    first, second = store.save(ME, named("first")), store.save(ME, named("second"))
    store.set_verdict(ME, first, "alibi", True)
    assert [(n.id, n.title) for n in store.list(ME)] == [(second, "second"), (first, "first")]
    store.update(ME, first, report="{}", debrief=None, verdicts={})
    assert [n.id for n in store.list(ME)] == [first, second]
    assert store.list(ME)[0].updated > store.list(ME)[0].created
    assert set(type(store.list(ME)[0]).model_fields) == {"id", "title", "created", "updated"}


def test_a_new_check_replaces_the_old_one_and_only_that(store: NoteStore) -> None:
    # why: old verdicts beside new findings would speak of something else
    saved = store.save(ME, NOTE)
    store.update(ME, saved, report="[]", debrief=None, verdicts={"alibi": True})
    check = {"report": "[]", "debrief": None, "verdicts": {"alibi": True}}
    assert kept_part(store.load(ME, saved)) == NOTE.model_dump() | check
    store.update(ME, saved, report="[]", debrief=None, verdicts={}, text="Changed.")
    assert store.load(ME, saved).text == "Changed."


def test_a_verdict_goes_round(store: NoteStore) -> None:
    # why: yes, no and nothing said are three things
    saved = store.save(ME, named("n", verdicts={}))
    for verdict in (True, False, None, None, True):
        store.set_verdict(ME, saved, "alibi", True)
        store.set_verdict(ME, saved, "no_time", verdict)
        assert store.load(ME, saved).verdicts.get("no_time") is verdict
        assert store.load(ME, saved).verdicts["alibi"] is True


def test_verdicts_and_questions_at_the_same_time_lose_nothing(store: NoteStore, home: Path) -> None:
    # why: Streamlit calls from many threads, and both stores write into one file
    saved, errors = store.save(ME, named("n", verdicts={})), list[BaseException]()
    with closing(ConversationStore(Database(Settings(home=home)))) as conversations:
        conversation = conversations.start(ME, "q")

        def work(name: str) -> None:
            try:
                for number in range(8):
                    store.set_verdict(ME, saved, f"{name}_{number}", True)
                    conversations.add_turn(ME, conversation, "q")
            except BaseException as error:
                errors.append(error)

        threads = [threading.Thread(target=work, args=(name,)) for name in "abcdef"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == [] and len(conversations.read(ME, conversation).turns) == 48
    assert len(store.load(ME, saved).verdicts) == 48


# What is refused


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"text": "sekret" * LONGEST_TEXT}, "has 2,400,000 characters, at most 400,000"),
        ({"title": " \n "}, "is empty"),
        ({"report": '{"text": "sekret'}, "The report of the note is not JSON"),
        ({"debrief": "sekret"}, "The debrief of the note is not JSON"),
        ({"verdicts": {"No time!": True}}, "The mistake 'No time!' is none"),
    ],
)
def test_a_refusal_is_one_line_and_saves_nothing(store: NoteStore, change: dict[str, Any], expected: str) -> None:
    # why: the line is shown on the page, and must not repeat the note
    with pytest.raises(InputError) as refused:
        store.save(ME, NOTE.model_copy(update=change))
    assert expected in one_line(refused.value) and store.list(ME) == ()


def test_a_refused_check_changes_nothing(store: NoteStore) -> None:
    # why: half a new check beside half an old one would be nobody's
    saved = store.save(ME, NOTE)
    for broken in ({"report": "{"}, {"debrief": "{"}, {"verdicts": {"": True}}, {"text": "x" * (LONGEST_TEXT + 1)}):
        with pytest.raises(InputError):
            store.update(ME, saved, **({"report": "{}", "debrief": None, "verdicts": {}} | broken))  # type: ignore
    with pytest.raises(InputError):
        store.set_verdict(ME, saved, "x" * 65, True)
    assert kept_part(store.load(ME, saved)) == NOTE.model_dump()


def test_the_longest_note_and_title_are_kept(store: NoteStore) -> None:
    # why: a limit that cuts one character early is a lie
    saved = store.save(ME, named("t" * 120, text="x" * LONGEST_TEXT))
    assert (len(store.load(ME, saved).text), store.load(ME, saved).title) == (LONGEST_TEXT, "t" * 120)
    for long in ("word " * 100, "w" * 500):
        assert len(store.load(ME, store.save(ME, named(long))).title) <= 120


def test_a_malformed_record_is_refused_without_its_words() -> None:
    # why: pydantic quotes what it was given; a log of that error must hold no note
    with pytest.raises(ValidationError) as refused:
        SavedNote(title="t", text=["sekret"], report="{}", more="sekret")  # type: ignore
    assert "sekret" not in str(refused.value)


# Deleting


def test_delete_can_be_undone(store: NoteStore) -> None:
    # why: a slip of the mouse must cost nothing
    saved = store.save(ME, NOTE)
    store.delete(ME, saved)
    store.delete(ME, saved)
    assert store.list(ME) == ()
    for name in ("load", "update", "set_verdict"):
        with pytest.raises(AccessDenied):
            CALLS[name](store, ME, saved)
    store.restore(ME, saved)
    assert kept_part(store.load(ME, saved)) == NOTE.model_dump()


def test_purge_takes_only_what_was_deleted_long_enough_ago(store: NoteStore, home: Path) -> None:
    # why: the undo period is a promise, and so is the end of it, whichever store the caller holds
    kept, fresh, old = (store.save(ME, named(name)) for name in ("kept", "fresh", "old"))
    for note in (fresh, old):
        store.delete(ME, note)
    alter(home, f"UPDATE notes SET deleted_at = '2020-01-01 00:00:00.000000' WHERE id = '{old}'")
    with closing(ConversationStore(Database(Settings(home=home)))) as conversations:
        assert conversations.purge_deleted(timedelta(days=1)) == 1
    store.restore(ME, fresh)
    with pytest.raises(AccessDenied):
        store.restore(ME, old)
    assert {n.id for n in store.list(ME)} == {kept, fresh}


@pytest.mark.usefixtures("in_clear")
@pytest.mark.parametrize("seed", range(3))
def test_a_purged_note_is_in_no_file(store: NoteStore, home: Path, seed: int) -> None:
    # why: deleted means gone from the disk: the text, and the report and verdicts that quote it, old ones too
    chance, purged = random.Random(seed), []
    for number in range(30):
        word = "sekret" if number % 2 else "public"
        text = f"{word} " * chance.randint(1, chance.choice([3, 300, 9000]))
        note = store.save(ME, named(f"{word} {number}", text=text, report=f'"{text}"', debrief=f'"{text}"'))
        longer = f'"{text * chance.randint(1, 3)}"'
        store.update(ME, note, report=longer, debrief=None, verdicts={f"{word}_x": True})
        if word == "sekret":
            purged.append(note)
    for note in purged:
        store.delete(ME, note)
    assert traces(home) != []
    assert store.purge_deleted(timedelta(0)) == 15
    assert traces(home) == [] and len(store.list(ME)) == 15 and store.check() is None


def traces(home: Path) -> list[str]:
    return [path.name for path in home.iterdir() if b"sekret" in path.read_bytes()]


def test_no_event_holds_text(store: NoteStore) -> None:
    # why: logs travel in tickets
    with capture_logs() as events:
        saved = store.save(ME, named("sekret", text="sekret", report='"sekret"'))
        store.set_consent(ME, True)
        store.keep_verdict(ME, KEPT.model_copy(update={"quotes": ("sekret",)}))
        store.set_consent(ME, False)
        store.delete(ME, saved)
        store.purge_deleted(timedelta(0))
    assert "sekret" not in str(events)


# Who may

NO_ACTOR = {"purge_deleted", "check", "close", "export_verdicts"}
OF_THE_PERSON = {"consents", "set_consent", "keep_verdict", "forget_verdict", "kept_verdicts"}
CALLS: dict[str, Callable[[NoteStore, Actor, str], Any]] = {
    "save": lambda s, a, n: s.save(a, named("foreign")),
    "update": lambda s, a, n: s.update(a, n, report="[1]", debrief=None, verdicts={}, text="foreign"),
    "set_verdict": lambda s, a, n: s.set_verdict(a, n, "alibi", None),
    "set_pair": lambda s, a, n: s.set_pair(a, n, None),
    "list": lambda s, a, n: s.list(a),
    "load": lambda s, a, n: s.load(a, n),
    "delete": lambda s, a, n: s.delete(a, n),
    "restore": lambda s, a, n: s.restore(a, n),
}


def test_every_public_method_is_in_the_matrix() -> None:
    # why: a new method without a line here would be a door that nobody tried
    public = {n: m for n, m in inspect.getmembers(NoteStore, inspect.isfunction) if not n.startswith("_")}
    assert set(public) == set(CALLS) | OF_THE_PERSON | NO_ACTOR
    assert all(list(inspect.signature(public[n]).parameters)[1] == "actor" for n in set(public) - NO_ACTOR)


@pytest.mark.parametrize(("name", "role"), product(CALLS, Role))
def test_only_the_writer_in_the_same_role_may(store: NoteStore, name: str, role: Role) -> None:
    # why: nobody, and above all no manager, has a path to what another person wrote
    owner, other = (Actor(person=person * 32, role=role) for person in "ab")
    let_in(store._database, owner, *(Actor(person=other.person, role=one) for one in Role))
    note = store.save(owner, NOTE)
    before = (store.load(owner, note), store.list(owner))
    for person, other_role in product((owner.person, other.person, "A" * 32, "a" * 31, PERSONAL, "%", ""), Role):
        asker = Actor(person=person, role=other_role)
        if asker == owner:
            continue
        if name in ("save", "list") and person == other.person:
            CALLS[name](store, asker, note)
            assert all(summary.title == "foreign" for summary in store.list(asker))
        else:
            assert denial(store, name, asker, note) == denial(store, name, asker, "0" * 32)
        assert (store.load(owner, note), store.list(owner)) == before
    CALLS[name](store, owner, note)


def denial(store: NoteStore, name: str, asker: Actor, note: str) -> str:
    with pytest.raises(AccessDenied) as denied:
        CALLS[name](store, asker, note)
    return one_line(denied.value).replace(note, "ID")


@pytest.mark.parametrize("wanted", ["", "x", "%", "0" * 33, "' OR 1=1 --", "\0", "\ud83d"])
def test_no_id_is_read_as_anything_else(store: NoteStore, wanted: str) -> None:
    # why: ids come from the address bar
    store.save(ME, NOTE)
    with pytest.raises(AccessDenied):
        store.load(ME, wanted)


# An older database, and one in trouble


def test_a_database_of_the_previous_version_is_taken_along(home: Path) -> None:
    # why: an update must keep every conversation that was there
    home.mkdir()
    engine = create_engine(f"sqlite:///{home / 'eyelevel.db'}")
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("path_separator", "os")
        config.set_main_option("script_location", str(MIGRATIONS))
        command.upgrade(config, "0001")
        now = "'2026-01-01 00:00:00.000000'"
        connection.exec_driver_sql(
            f"INSERT INTO conversations VALUES ('{'a' * 32}', 'me', 'mentor', 't', {now}, {now}, NULL)"
        )
        connection.exec_driver_sql(
            f"INSERT INTO turns VALUES ('{'b' * 32}', '{'a' * 32}', 1, 'q', NULL, 'done', 'up', 'h/1/1.0', {now}, NULL)"
        )
    engine.dispose()
    with (
        closing(NoteStore(Database(Settings(home=home)))) as store,
        closing(ConversationStore(Database(Settings(home=home)))) as older,
    ):
        assert store.list(ME) == () and not store.consents(ME)
        assert [turn.question for turn in older.read(ME, "a" * 32).turns] == ["q"]
        store.load(ME, store.save(ME, NOTE))
        older.delete(ME, "a" * 32)
        assert older.purge_deleted(timedelta(0)) == 1 and store.check() is None


@pytest.mark.parametrize(
    "change",
    [
        """report = '{"text": "sekret'""",
        "debrief = 'sekret'",
        """verdicts = '{"sekret": 3}'""",
        "text = 'sekret' || CAST(x'fffe' AS TEXT)",
        "updated_at = 'sekret'",
    ],
)
def test_an_unreadable_note_is_damage_without_its_words(store: NoteStore, home: Path, change: str) -> None:
    # why: "nothing was found" and "the report cannot be read" are different things to a person
    saved = store.save(ME, NOTE)
    alter(home, f"UPDATE notes SET {change}")
    with pytest.raises(StoreDamaged) as refused:
        store.load(ME, saved)
    assert "sekret" not in one_line(refused.value)


def test_a_garbled_file_is_reported_at_opening(store: NoteStore, home: Path) -> None:
    # why: going on with a damaged file makes it worse
    store.close()
    path = home / "eyelevel.db"
    path.write_bytes(random.Random(3).randbytes(8192))
    with pytest.raises(StoreDamaged, match="is damaged"):
        NoteStore(Database(Settings(home=home)))


def test_a_database_held_by_another_program_is_one_line(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # why: a backup tool may hold the file; reading goes on meanwhile
    monkeypatch.setattr("assistant.store.sqlite.WAIT_SECONDS", 0.2)
    with closing(NoteStore(Database(Settings(home=home)))) as store:
        saved = store.save(ME, NOTE)
        with closing(sqlite3.connect(home / "eyelevel.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            for call in (lambda: store.save(ME, NOTE), lambda: store.set_consent(ME, True)):
                with pytest.raises(StoreUnavailable, match="try again") as refused:
                    call()
                one_line(refused.value)
            assert store.load(ME, saved).title == NOTE.title
            other.execute("ROLLBACK")
        store.set_consent(ME, True)


def one_line(error: StoreError | InputError) -> str:
    message = str(error)
    assert "\n" not in message and message.endswith(".") and "sekret" not in message
    return message
