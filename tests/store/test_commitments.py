"""Commitments through the store's own door, on a real SQLite file."""

import inspect
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from company import let_in
from kit import one_line
from structlog.testing import capture_logs

from assistant.errors import AccessDenied, InputError, KeyMissing, StoreDamaged
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings
from assistant.store.commitments import LONGEST_COMMITMENT, CommitmentStore, Source
from assistant.store.conversations import ConversationStore
from assistant.store.database import HOUSE, Database
from assistant.store.drafts import DraftStore
from assistant.store.notes import NoteStore, SavedNote
from assistant.store.people_tables import CommitmentRow, PairRow, PersonRow, ProgrammeRow, ShareRow

ME = Actor(person=PERSONAL, role=Role.MENTOR)
LIN, OLA, UMA = (letter * 32 for letter in "abc")
PAIR, OTHERS = "d" * 32, "e" * 32
NOW = datetime(2026, 1, 5, tzinfo=UTC)
SIDES = ((LIN, Role.MENTOR), (OLA, Role.MENTEE), (OLA, Role.MENTOR), (UMA, Role.MENTEE))


@pytest.fixture
def database(home: Path) -> Iterator[Database]:
    with closing(Database(Settings(home=home))) as opened:
        yield opened


@pytest.fixture
def store(database: Database) -> CommitmentStore:
    return CommitmentStore(database)


@pytest.fixture
def pairs(database: Database) -> None:
    """Lin mentors Ola, and Ola mentors Uma."""
    day = date(2026, 1, 1)
    with database.write(HOUSE) as session:
        session.add_all(PersonRow(id=person, name=person[:3], created_at=NOW) for person in (LIN, OLA, UMA))
        session.add(
            ProgrammeRow(id="f" * 32, title="P", starts_on=day, ends_on=day, retention_days=365, created_at=NOW)
        )
        session.flush()
        for made, mentor, mentee in ((PAIR, LIN, OLA), (OTHERS, OLA, UMA)):
            session.add(PairRow(id=made, programme_id="f" * 32, mentor=mentor, mentee=mentee, created_at=NOW))
    let_in(database, *(Actor(person=one, role=role) for one, role in SIDES))


def alter(home: Path, statement: str) -> None:
    with closing(sqlite3.connect(home / "eyelevel.db")) as connection, connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(statement)


def texts(store: CommitmentStore, actor: Actor = ME) -> list[str]:
    return [one.text for one in store.list(actor)]


# What is kept


@pytest.mark.usefixtures("pairs")
def test_a_commitment_comes_back_whole_after_reopening(store: CommitmentStore, home: Path) -> None:
    # why: a promise that changes on the way to the disk is another promise
    lin = Actor(person=LIN, role=Role.MENTOR)
    made = store.add(lin, "  Ask Ärger “first” 🎓\nthen listen ", pair=PAIR, due=date(2026, 3, 1))
    with closing(Database(Settings(home=home))) as again:
        (found,) = CommitmentStore(again).list(lin)
    assert found.model_dump(exclude={"created"}) == {
        "id": made,
        "text": "Ask Ärger “first” 🎓\nthen listen",
        "pair": PAIR,
        "due": date(2026, 3, 1),
        "settled": None,
        "outcome": None,
        "reason": None,
        "source": None,
    }
    assert found.created.utcoffset() == timedelta(0) and datetime.now(UTC) - found.created < timedelta(minutes=1)


def test_open_ones_come_first_and_the_soonest_due_before_the_others(store: CommitmentStore) -> None:
    # why: what is to be done next must not be looked for
    due = {"later": date(2026, 5, 1), "never": None, "soon": date(2026, 2, 1), "old": date(2025, 1, 1), "x": None}
    made = {text: store.add(ME, text, due=day) for text, day in due.items()}
    assert texts(store) == ["old", "soon", "later", "never", "x"]
    for text in ("soon", "never"):
        store.settle(ME, made[text], "kept")
    assert texts(store) == ["old", "later", "x", "never", "soon"]
    store.settle(ME, made["old"], "dropped", "Too late")
    assert texts(store) == ["later", "x", "old", "never", "soon"]
    store.reopen(ME, made["never"])
    assert texts(store) == ["later", "never", "x", "old", "soon"]
    store.settle(ME, made["later"], "partly", "One of two")
    store.settle(ME, made["old"], "partly", "Half of it")
    assert texts(store) == ["old", "later", "never", "x", "soon"]


def test_the_first_time_of_being_done_counts(store: CommitmentStore) -> None:
    # why: a second click must not move the day on which a promise was kept
    made = store.add(ME, "Ring her")
    store.settle(ME, made, "kept")
    first = store.list(ME)[0].settled
    store.settle(ME, made, "kept", "It was time")
    kept = store.list(ME)[0]
    assert first is not None and (kept.settled, kept.outcome, kept.reason) == (first, "kept", "It was time")
    store.reopen(ME, made)
    opened = store.list(ME)[0]
    assert (opened.settled, opened.outcome, opened.reason) == (None, None, None)


@pytest.mark.parametrize("outcome", ["kept", "partly", "changed", "dropped"])
def test_every_outcome_has_its_own_moment(store: CommitmentStore, outcome: Any) -> None:
    # why: "let go in March" is a part of the story; and the moment of another outcome is another moment
    made, before = store.add(ME, "Ring her"), datetime.now(UTC)
    store.settle(ME, made, "dropped" if outcome != "dropped" else "partly", "First words")
    first = next(one for one in store.list(ME) if one.id == made).settled
    store.settle(ME, made, outcome, "Other words", instead="Write")
    second = next(one for one in store.list(ME) if one.id == made)
    assert first is not None and second.settled is not None and before <= first < second.settled <= datetime.now(UTC)
    assert second.is_open is (outcome == "partly")


def test_what_is_partly_kept_says_how_far_it_came_and_stays_open(store: CommitmentStore) -> None:
    # why: two of three teams is neither done nor undone, and the rest is still to do
    made = store.add(ME, "Move the freeze", due=date(2026, 3, 1))
    with pytest.raises(InputError, match="not partly kept without a reason"):
        store.settle(ME, made, "partly")
    store.settle(ME, made, "partly", "Agreed with two of three teams")
    (found,) = store.list(ME)
    assert (found.outcome, found.reason, found.is_open) == ("partly", "Agreed with two of three teams", True)
    store.settle(ME, made, "kept")
    assert [one.outcome for one in store.list(ME)] == ["kept"] and not store.list(ME)[0].is_open


@pytest.mark.usefixtures("pairs")
def test_one_that_is_changed_stays_as_it_was_beside_the_new_one(store: CommitmentStore) -> None:
    # why: a promise that quietly turns into an easier one is not the one that was made
    lin = Actor(person=LIN, role=Role.MENTOR)
    old = store.add(lin, "Ring her on Monday", pair=PAIR, due=date(2026, 2, 1))
    new = store.settle(lin, old, "changed", " She is away ", instead="Write to her", due=date(2026, 2, 8))
    first, second = store.list(lin)
    assert (first.id, first.text, first.pair, first.due) == (new, "Write to her", PAIR, date(2026, 2, 8))
    assert (first.outcome, first.source) == (None, Source(kind="commitment", item=old))
    assert (second.text, second.outcome, second.reason) == ("Ring her on Monday", "changed", "She is away")
    assert second.settled is not None and (second.due, second.pair) == (date(2026, 2, 1), PAIR)
    for again in ("changed", "kept", "dropped"):
        with pytest.raises(InputError, match="changed into another one"):
            store.settle(lin, old, again, "x", instead="y")  # type: ignore[arg-type]
    store.reopen(lin, old)
    assert store.settle(lin, old, "kept") is None and len(store.list(lin)) == 2


def test_settling_otherwise_replaces_what_was_said(store: CommitmentStore) -> None:
    # why: a slip of the finger must not stay as the record of what somebody did
    made = store.add(ME, "Ring her")
    store.settle(ME, made, "kept", "Easy")
    store.settle(ME, made, "dropped", "She left")
    (found,) = store.list(ME)
    assert (found.outcome, found.reason) == ("dropped", "She left") and found.settled
    store.settle(ME, made, "kept")
    (found,) = store.list(ME)
    assert (found.outcome, found.reason) == ("kept", None) and found.settled


@pytest.mark.parametrize(
    ("outcome", "reason", "instead", "expected"),
    [
        ("dropped", None, None, "without a reason"),
        ("dropped", " \n", None, "without a reason"),
        ("dropped", "\0", None, "reason is empty"),
        ("dropped", "sekret" * 200, None, "reason has 1,200 characters"),
        ("kept", "sekret" * 200, None, "reason has 1,200 characters"),
        ("changed", "", "other", "without a reason"),
        ("changed", "why", None, "commitment is empty"),
        ("changed", "why", "sekret" * 200, "commitment has 1,200 characters"),
    ],
)
def test_settling_that_lacks_something_is_one_line_and_changes_nothing(
    store: CommitmentStore, outcome: Any, reason: str | None, instead: str | None, expected: str
) -> None:
    # why: half a settled promise would be neither open nor settled
    made = store.add(ME, "Ring her")
    before = store.list(ME)
    with pytest.raises(InputError) as refused:
        store.settle(ME, made, outcome, reason, instead=instead)
    assert expected in one_line(refused.value) and "sekret" not in str(refused.value)
    assert store.list(ME) == before


def test_what_it_was_made_from_is_the_owners_own_and_goes_with_it(store: CommitmentStore, database: Database) -> None:
    # why: a commitment must not name somebody else's note, nor one that is erased
    drafts = DraftStore(database)
    sources = {
        "draft": drafts.add(ME, "plan", "t", "{}"),
        "note": NoteStore(database).save(ME, SavedNote(title="t", text="t", report="{}")),
        "conversation": ConversationStore(database).start(ME, "q"),
    }
    other = Actor(person="other", role=Role.MENTOR)
    for kind, item in sources.items():
        source = Source(kind=kind, item=item)  # type: ignore[arg-type]
        store.add(ME, kind, source=source)
        for asker, wanted in ((other, item), (ME.model_copy(update={"role": Role.MENTEE}), item), (ME, "0" * 32)):
            with pytest.raises(AccessDenied) as denied:
                store.add(asker, "foreign", source=source.model_copy(update={"item": wanted}))
            one_line(denied.value)
    assert {one.text: one.source and one.source.item for one in store.list(ME)} == sources
    drafts.delete(ME, sources["draft"])
    with pytest.raises(AccessDenied):
        store.add(ME, "deleted", source=Source(kind="draft", item=sources["draft"]))
    assert drafts.purge_deleted(timedelta(0)) == 1
    assert {one.text for one in store.list(ME) if one.source is None} == {"draft"}


def test_a_change_replaces_all_three_and_keeps_the_rest(store: CommitmentStore) -> None:
    # why: a due date that silently stays behind is wrong on the day it comes
    made = store.add(ME, "Ring her", due=date(2026, 2, 1))
    store.settle(ME, made, "kept")
    before = store.list(ME)[0]
    store.change(ME, made, "Write to her", pair=None, due=None)
    assert store.list(ME)[0] == before.model_copy(update={"text": "Write to her", "due": None})


@pytest.mark.usefixtures("pairs")
def test_a_pair_that_is_no_more_leaves_the_commitment(store: CommitmentStore, home: Path) -> None:
    # why: what somebody promised is theirs, whatever becomes of the programme
    ola = Actor(person=OLA, role=Role.MENTEE)
    store.add(ola, "Listen", pair=PAIR)
    alter(home, f"DELETE FROM pairs WHERE id = '{PAIR}'")
    assert [(one.text, one.pair) for one in store.list(ola)] == [("Listen", None)]


def test_the_file_holds_no_word_of_it(store: CommitmentStore, home: Path) -> None:
    # why: 0 plaintext in the data folder
    made = store.add(ME, "sekret")
    store.change(ME, made, "sekret again", pair=None, due=None)
    store.settle(ME, made, "changed", "sekret reason", instead="sekret once more")
    assert len(store.list(ME)) == 2
    assert not [path for path in home.iterdir() if b"sekret" in path.read_bytes()]


def test_a_text_moved_to_another_row_is_refused(store: CommitmentStore, home: Path) -> None:
    # why: whoever writes into the file must not be able to pass one promise off as another
    one, other = store.add(ME, "sekret one"), store.add(ME, "sekret two")
    alter(
        home,
        f"UPDATE commitments SET text = (SELECT text FROM commitments WHERE id = '{one}') WHERE id = '{other}'",
    )
    with pytest.raises(StoreDamaged) as refused:
        store.list(ME)
    assert "sekret" not in one_line(refused.value)


def test_an_erased_key_is_not_an_empty_list(store: CommitmentStore, database: Database) -> None:
    # why: "nothing there" and "cannot be read" are different things
    store.add(ME, "Ring her")
    database.keys.destroy(ME.person)
    with pytest.raises(KeyMissing):
        store.list(ME)


# What is refused


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", "is empty"), (" \n\0 ", "is empty"), ("sekret" * 200, "has 1,200 characters, at most 1,000 are kept")],
)
def test_a_refusal_is_one_line_and_changes_nothing(store: CommitmentStore, text: str, expected: str) -> None:
    # why: the line is shown on the page, and must not repeat what was written
    made = store.add(ME, "x" * LONGEST_COMMITMENT)
    for call in (lambda: store.add(ME, text), lambda: store.change(ME, made, text, pair=None, due=None)):
        with pytest.raises(InputError) as refused:
            call()
        assert expected in one_line(refused.value) and "sekret" not in str(refused.value)
    assert texts(store) == ["x" * LONGEST_COMMITMENT]


@pytest.mark.usefixtures("pairs")
def test_only_a_side_of_a_pair_may_name_it(store: CommitmentStore) -> None:
    # why: a commitment in somebody else's pair would tell who is paired with whom
    sides = {(LIN, Role.MENTOR, PAIR), (OLA, Role.MENTEE, PAIR), (OLA, Role.MENTOR, OTHERS), (UMA, Role.MENTEE, OTHERS)}
    for person, role, pair in product((LIN, OLA, UMA), Role, (PAIR, OTHERS, "0" * 32, "%", "\ud83d")):
        actor = Actor(person=person, role=role)
        let_in(store._database, actor)
        made = store.add(actor, "mine")
        calls = (
            lambda actor=actor, pair=pair: store.add(actor, "p", pair=pair),
            lambda actor=actor, pair=pair, made=made: store.change(actor, made, "p", pair=pair, due=None),
        )
        for call in calls:
            if (person, role, pair) in sides:
                call()
            else:
                with pytest.raises(AccessDenied) as denied:
                    call()
                one_line(denied.value)
        assert ({one.pair for one in store.list(actor)} - {None} == {pair}) is ((person, role, pair) in sides)
        for one in store.list(actor):
            store.delete(actor, one.id)


# Deleting


@pytest.mark.usefixtures("in_clear")
def test_a_deleted_commitment_is_in_no_file(store: CommitmentStore, home: Path) -> None:
    # why: deleted means gone from the disk at once, also what it said before it was changed
    gone = [store.add(ME, f"sekret {number} " * 40) for number in range(12)]
    kept = store.add(ME, "public")
    for made in gone:
        store.change(ME, made, "sekret again " * 60, pair=None, due=None)
    assert traces(home) != []
    for made in gone:
        store.delete(ME, made)
    assert traces(home) == [] and texts(store) == ["public"]
    with pytest.raises(AccessDenied):
        store.delete(ME, gone[0])
    assert store.list(ME)[0].id == kept


def traces(home: Path) -> list[str]:
    return [path.name for path in home.iterdir() if b"sekret" in path.read_bytes()]


@pytest.mark.usefixtures("pairs")
def test_its_shares_go_along_and_no_others(store: CommitmentStore, database: Database) -> None:
    # why: a share of what is no more would be a trace of it
    lin = Actor(person=LIN, role=Role.MENTOR)
    one, other = store.add(lin, "one"), store.add(lin, "other")
    with database.write(HOUSE) as session:
        for number, (kind, item) in enumerate((("commitment", one), ("commitment", other), ("note", one))):
            session.add(ShareRow(id=str(number) * 32, owner=LIN, recipient=OLA, kind=kind, item=item, shared_at=NOW))
    store.delete(lin, one)
    with database.read(HOUSE) as session:
        assert {(row.kind, row.item) for row in session.query(ShareRow)} == {("commitment", other), ("note", one)}
        assert [row.id for row in session.query(CommitmentRow)] == [other]


def test_no_event_holds_text(store: CommitmentStore) -> None:
    # why: logs travel in tickets
    with capture_logs() as events:
        made = store.add(ME, "sekret")
        store.settle(ME, made, "dropped", "sekret")
        store.delete(ME, made)
    assert "sekret" not in str(events)


# Who may

CALLS: dict[str, Callable[[CommitmentStore, Actor, str], Any]] = {
    "add": lambda s, a, c: s.add(a, "foreign"),
    "change": lambda s, a, c: s.change(a, c, "foreign", pair=None, due=None),
    "settle": lambda s, a, c: s.settle(a, c, "dropped", "x"),
    "reopen": lambda s, a, c: s.reopen(a, c),
    "delete": lambda s, a, c: s.delete(a, c),
    "list": lambda s, a, c: s.list(a),
}


def test_every_public_method_is_in_the_matrix() -> None:
    # why: a new method without a line here would be a door that nobody tried
    public = {n: m for n, m in inspect.getmembers(CommitmentStore, inspect.isfunction) if not n.startswith("_")}
    assert set(public) == set(CALLS)
    assert all(list(inspect.signature(method).parameters)[1] == "actor" for method in public.values())


@pytest.mark.parametrize(("name", "role"), product(CALLS, Role))
def test_only_the_owner_in_the_same_role_may(store: CommitmentStore, name: str, role: Role) -> None:
    # why: nobody, and above all no manager, has a path to what another person promised
    owner, other = (Actor(person=person * 32, role=role) for person in "ab")
    let_in(store._database, owner, *(Actor(person=other.person, role=one) for one in Role))
    made = store.add(owner, "Ring her")
    before = store.list(owner)
    for person, other_role in product((owner.person, other.person, "A" * 32, "a" * 31, PERSONAL, "%", ""), Role):
        asker = Actor(person=person, role=other_role)
        if asker == owner:
            continue
        if name in ("add", "list") and person == other.person:
            CALLS[name](store, asker, made)
            assert set(texts(store, asker)) <= {"foreign"}
        else:
            assert denial(store, name, asker, made) == denial(store, name, asker, "0" * 32)
        assert store.list(owner) == before
    CALLS[name](store, owner, made)


def denial(store: CommitmentStore, name: str, asker: Actor, wanted: str) -> str:
    with pytest.raises(AccessDenied) as denied:
        CALLS[name](store, asker, wanted)
    return one_line(denied.value).replace(wanted, "ID")


@pytest.mark.parametrize("wanted", ["", "x", "%", "0" * 33, "' OR 1=1 --", "\0", "\ud83d"])
def test_no_id_is_read_as_anything_else(store: CommitmentStore, wanted: str) -> None:
    # why: ids come from the address bar
    store.add(ME, "Ring her")
    with pytest.raises(AccessDenied):
        store.delete(ME, wanted)
    assert texts(store) == ["Ring her"]
