"""Verdicts kept for the evaluation: only under consent, the person's own, and exported without anybody's name."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from company import let_in
from pydantic import ValidationError

from assistant.errors import AccessDenied, StoreDamaged
from assistant.roles import Actor, Role
from assistant.settings import Settings
from assistant.store.database import Database
from assistant.store.notes import ExportedVerdict, KeptVerdict, NoteStore, SavedNote

ME, OTHER = Actor(person="a" * 32, role=Role.MENTOR), Actor(person="b" * 32, role=Role.MENTOR)
EVERY_ROLE = [Actor(person=ME.person, role=role) for role in Role]
THIRD = Actor(person="c" * 32, role=Role.MANAGER)
KEPT = KeptVerdict(mistake="no_time", verdict=True, probability=0.8, quotes=("Moved “again” 🎓.", "b"), model="heads-1")


@pytest.fixture
def store(home: Path) -> Iterator[NoteStore]:
    database = Database(Settings(home=home))
    let_in(database, *EVERY_ROLE, OTHER, THIRD)
    with closing(NoteStore(database)) as opened:
        yield opened


def changed(**values: Any) -> KeptVerdict:
    return KEPT.model_copy(update=values)


def rows(home: Path, table: str = "kept_verdicts") -> int:
    with closing(sqlite3.connect(home / "eyelevel.db")) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def traces(home: Path) -> list[str]:
    return [path.name for path in home.iterdir() if b"sekret" in path.read_bytes()]


# Consent


def test_without_consent_nothing_is_kept(store: NoteStore, home: Path) -> None:
    # why: silence is no consent
    assert not store.consents(ME)
    assert store.keep_verdict(ME, changed(quotes=("sekret",))) is False
    assert (store.kept_verdicts(ME), rows(home), traces(home)) == ((), 0, [])


def test_consent_is_given_once_and_for_oneself_alone(store: NoteStore, home: Path) -> None:
    # why: a second click must not fail, and nobody consents for somebody else
    store.set_consent(ME, True)
    store.set_consent(ME, True)
    assert store.consents(ME) and rows(home, "consents") == 1
    assert not store.consents(OTHER) and store.keep_verdict(OTHER, KEPT) is False
    store.set_consent(OTHER, False)
    for person in ("f" * 32, "A" * 32, "me", "%", ""):
        stranger = Actor(person=person, role=Role.MENTOR)
        keep = lambda asker: store.keep_verdict(asker, KEPT)  # noqa: E731
        calls = (store.consents, keep, lambda asker: store.set_consent(asker, False))
        for call in calls:
            with pytest.raises(AccessDenied):
                call(stranger)
    assert store.consents(ME) and store.keep_verdict(ME, KEPT)


def test_consent_and_what_it_keeps_are_the_persons_in_every_role(store: NoteStore, home: Path) -> None:
    # why: someone who withdraws as a mentee must not leave rows behind that were kept as a mentor
    for asker in EVERY_ROLE:
        store.set_consent(ME, True)
        assert store.keep_verdict(ME, KEPT)
        assert store.consents(asker) and store.kept_verdicts(asker) == (KEPT,)
        store.set_consent(asker, False)
        assert not store.consents(ME) and rows(home) == 0


@pytest.mark.usefixtures("in_clear")
def test_withdrawing_deletes_all_of_the_person_from_the_file(store: NoteStore, home: Path) -> None:
    # why: withdrawn means gone from the disk at once, and nobody else's with it
    for actor, word in ((ME, "sekret"), (OTHER, "public")):
        store.set_consent(actor, True)
        for number in range(40):
            assert store.keep_verdict(actor, changed(quotes=(f"{number} " + f"{word} " * 40,)))
    assert traces(home) != []
    store.set_consent(ME, False)
    assert traces(home) == [] and store.kept_verdicts(ME) == () and rows(home) == 40
    store.set_consent(ME, True)
    assert store.kept_verdicts(ME) == ()


@pytest.mark.parametrize("call", ["set_consent", "forget_verdict"])
def test_traces_that_could_not_be_removed_are_removed_next_time(
    store: NoteStore, home: Path, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # why: somebody may be reading, or the disk be full, at the moment of the withdrawal
    store.set_consent(ME, True)
    store.keep_verdict(ME, KEPT)
    monkeypatch.setattr("assistant.store.sqlite.remove_traces", lambda _: False)
    getattr(store, call)(ME, False if call == "set_consent" else KEPT)
    assert rows(home) == 0 and erasures(home) == 1
    monkeypatch.undo()
    store.purge_deleted(timedelta(0))
    assert erasures(home) == 0


def erasures(home: Path) -> int:
    with closing(sqlite3.connect(home / "eyelevel.db")) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def test_the_database_itself_keeps_no_verdict_without_consent(store: NoteStore, home: Path) -> None:
    # why: whatever the code above it does one day
    store.set_consent(ME, True)
    store.keep_verdict(ME, KEPT)
    with closing(sqlite3.connect(home / "eyelevel.db")) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError), connection:
            connection.execute("UPDATE kept_verdicts SET person = 'nobody'")


# One row a finding


def test_a_verdict_comes_back_whole(store: NoteStore, home: Path) -> None:
    # why: people may see what is kept of them, word for word
    store.set_consent(ME, True)
    odd = changed(mistake="alibi", quotes=(), model=None, probability=0.0, verdict=False, note="d41d8cd9")
    for kept in (KEPT, odd):
        assert store.keep_verdict(ME, kept)
    with closing(NoteStore(Database(Settings(home=home)))) as again:
        assert again.kept_verdicts(ME) == (odd, KEPT)
        assert again.kept_verdicts(OTHER) == ()


@pytest.mark.parametrize(("first", "second"), product((True, False), repeat=2))
def test_a_finding_has_one_row_with_the_last_word(store: NoteStore, first: bool, second: bool) -> None:
    # why: a change of mind must not count twice
    store.set_consent(ME, True)
    for verdict, probability in ((first, 0.6), (second, 0.7)):
        assert store.keep_verdict(ME, changed(verdict=verdict, probability=probability, model="heads-2"))
    assert store.kept_verdicts(ME) == (changed(verdict=second, probability=0.7, model="heads-2"),)


def test_findings_are_told_apart_by_note_or_by_quotes(store: NoteStore) -> None:
    # why: what a debrief settles has no quote, and one note's row must not replace another's
    store.set_consent(ME, True)
    store.keep_verdict(ME, changed(note="a", quotes=()))
    store.keep_verdict(ME, changed(note="b", quotes=()))
    store.keep_verdict(ME, changed(note="b", quotes=("found by a newer model",)))
    store.keep_verdict(ME, changed(quotes=("one",)))
    store.keep_verdict(ME, changed(quotes=("two",)))
    store.keep_verdict(ME, changed(quotes=("two",), mistake="alibi"))
    assert len(store.kept_verdicts(ME)) == 5


def test_an_undone_verdict_leaves_no_row(store: NoteStore, home: Path) -> None:
    # why: undo means it was never said, whichever verdict it was; and it leaves the file with the next purge
    odd = changed(quotes=("sekret \0 \ud83d",), note="")
    for actor in (ME, OTHER):
        store.set_consent(actor, True)
        store.keep_verdict(actor, odd)
        store.keep_verdict(actor, KEPT)
    assert store.forget_verdict(ME, odd.model_copy(update={"verdict": False, "probability": 0.1}))
    assert not store.forget_verdict(ME, odd)
    assert store.kept_verdicts(ME) == (KEPT,) and len(store.kept_verdicts(OTHER)) == 2
    for kept in store.kept_verdicts(OTHER):  # what the list shows can be forgotten from there
        assert store.forget_verdict(OTHER, kept)
    store.purge_deleted(timedelta(0))
    assert traces(home) == [] and rows(home) == 1


def test_a_deleted_note_leaves_kept_verdicts_alone(store: NoteStore) -> None:
    # why: the two are promised apart: consent is what keeps a verdict, and withdrawing what removes it
    store.set_consent(ME, True)
    store.keep_verdict(ME, KEPT)
    saved = store.save(ME, SavedNote(title="t", text="x", report="{}"))
    store.delete(ME, saved)
    assert store.purge_deleted(timedelta(0)) == 1
    assert store.kept_verdicts(ME) == (KEPT,)
    store.set_consent(ME, False)
    store.save(ME, SavedNote(title="t", text="x", report="{}"))
    assert len(store.list(ME)) == 1


@pytest.mark.parametrize(
    "broken", [{"probability": 1.2}, {"mistake": "No time"}, {"note": "x" * 65}, {"person": "me"}, {"quotes": 3}]
)
def test_a_malformed_verdict_is_refused_without_its_words(broken: dict[str, Any]) -> None:
    # why: a text in the place of a name would be kept as one
    with pytest.raises(ValidationError) as refused:
        KeptVerdict.model_validate(changed(quotes=("sekret",)).model_dump() | broken)
    assert "sekret" not in str(refused.value)


def test_a_row_that_cannot_be_read_is_damage_without_its_words(store: NoteStore, home: Path) -> None:
    # why: an evaluation that leaves rows out unseen measures something else
    store.set_consent(ME, True)
    store.keep_verdict(ME, KEPT)
    with closing(sqlite3.connect(home / "eyelevel.db")) as connection, connection:
        connection.execute("UPDATE kept_verdicts SET quotes = '[\"sekret'")
    for call in (lambda: store.kept_verdicts(ME), store.export_verdicts):
        with pytest.raises(StoreDamaged) as refused:
            call()
        assert "\n" not in str(refused.value) and "sekret" not in str(refused.value)


# What the evaluation gets


def test_an_export_names_nobody_and_has_no_order(store: NoteStore) -> None:
    # why: whoever runs the machine may learn how good the check is, and not who said what when
    sent = []
    for actor in (ME, OTHER):
        store.set_consent(actor, True)
        for number in range(20):
            kept = changed(quotes=(f"{actor.person[0]} {number:02}",), note=f"{number}")
            assert store.keep_verdict(actor, kept)
            sent.append(kept)
    store.set_consent(THIRD, True)
    exports = [tuple(store.export_verdicts()) for _ in range(3)]
    names = {"mistake", "verdict", "probability", "quotes", "model"}
    assert all(type(row) is ExportedVerdict and set(row.model_dump()) == names for row in exports[0])
    assert [sorted(row.quotes for row in rows) for rows in exports] == [sorted(kept.quotes for kept in sent)] * 3
    assert len({tuple(row.quotes for row in rows) for rows in exports}) == 3
    store.set_consent(ME, False)
    assert {row.quotes[0][0] for row in store.export_verdicts()} == {"b"}


def test_nobody_is_offered_all_verdicts_with_their_persons() -> None:
    # why: the export is the only door to more than one person's rows
    assert not hasattr(NoteStore, "all_kept_verdicts")
