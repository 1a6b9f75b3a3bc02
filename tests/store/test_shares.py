"""What somebody lets the other side of a pair read, through the store's own door."""

import inspect
import random
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from kit import one_line
from sqlalchemy import delete, event, select, update
from structlog.testing import capture_logs

from assistant.errors import AccessDenied, KeyMissing, StoreDamaged
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings
from assistant.store.audit import AuditStore
from assistant.store.commitments import CommitmentStore
from assistant.store.database import HOUSE, Database
from assistant.store.notes import NoteStore, SavedNote
from assistant.store.people_tables import AuditRow, GrantRow, PairRow, PersonRow, ProgrammeRow, ShareRow
from assistant.store.shares import Kind, ShareStore
from assistant.store.tables import NoteRow

LIN, OLA, UMA, IVO, MAX, ADA = (letter * 32 for letter in "abcdef")
PEOPLE = {
    LIN: (Role.MENTOR,),
    OLA: (Role.MENTEE, Role.MENTOR, Role.MANAGER),
    UMA: (Role.MENTEE,),
    IVO: (Role.MENTOR,),
    MAX: (Role.MANAGER,),
    ADA: (Role.ADMINISTRATOR,),
}
PAIRS = {"1" * 32: (LIN, OLA), "2" * 32: (OLA, UMA), "3" * 32: (IVO, UMA)}
"""Pair to mentor and mentee: Ola is mentee in one and mentor in another."""
NOW = datetime(2026, 1, 5, tzinfo=UTC)
MENTOR, MENTEE = Actor(person=LIN, role=Role.MENTOR), Actor(person=OLA, role=Role.MENTEE)
EVERYBODY = [Actor(person=person, role=role) for person, role in product((*PEOPLE, PERSONAL, "0" * 32, "%", ""), Role)]


class World(NamedTuple):
    """The stores of one database, and its people and pairs."""

    database: Database
    notes: NoteStore
    commitments: CommitmentStore
    shares: ShareStore

    def write(self, kind: Kind, actor: Actor, words: str) -> str:
        """A new item, the check of a note holding words that nobody else may see."""
        if kind == "commitment":
            return self.commitments.add(actor, words)
        note = SavedNote(
            title=f"{words} title", text=words, report='"hidden"', debrief='"hidden"', verdicts={"hidden": True}
        )
        return self.notes.save(actor, note)

    def do(self, *statements: Any) -> None:
        with self.database.write(HOUSE) as session:
            for statement in statements:
                session.execute(statement)


@pytest.fixture
def world(home: Path) -> Iterator[World]:
    with closing(Database(Settings(home=home))) as database:
        day = date(2026, 1, 1)
        with database.write(HOUSE) as session:
            session.add_all(PersonRow(id=person, name=f"Name {person[0]}", created_at=NOW) for person in PEOPLE)
            session.add(
                ProgrammeRow(id="9" * 32, title="P", starts_on=day, ends_on=day, retention_days=365, created_at=NOW)
            )
            session.flush()
            session.add_all(
                GrantRow(person=person, role=role.value, granted_at=NOW) for person in PEOPLE for role in PEOPLE[person]
            )
            for pair, (mentor, mentee) in PAIRS.items():
                session.add(PairRow(id=pair, programme_id="9" * 32, mentor=mentor, mentee=mentee, created_at=NOW))
        yield World(database, NoteStore(database), CommitmentStore(database), ShareStore(database))


def denied(call: Callable[[], Any]) -> str:
    with pytest.raises(AccessDenied) as refused:
        call()
    return one_line(refused.value)


def shown(world: World, actor: Actor, kind: Kind, item: str) -> bool:
    """Whether the actor is shown it, by the list and by reading, which must agree."""
    try:
        listed = any((one.kind, one.item) == (kind, item) for one in world.shares.received(actor))
    except AccessDenied:
        listed = False
    try:
        world.shares.read(actor, kind, item)
    except AccessDenied:
        assert not listed
        return False
    assert listed
    return True


# What is shared


@pytest.mark.parametrize("sort", ["note", "commitment"])
@pytest.mark.parametrize(("owner", "other"), [(MENTOR, MENTEE), (MENTEE, MENTOR)])
def test_what_is_shared_is_read_by_the_other_side(world: World, sort: Kind, owner: Actor, other: Actor) -> None:
    # why: both sides of a pair may let the other read something, and see whose it is
    item = world.write(sort, owner, "Ärger “quoted” 🎓")
    assert world.shares.given(owner) == world.shares.received(other) == ()
    world.shares.share(owner, sort, item, other.person)
    (given,), (received,) = world.shares.given(owner), world.shares.received(other)
    title = "Ärger “quoted” 🎓" + (" title" if sort == "note" else "")
    assert (given.kind, given.item, given.title, given.stands) == (sort, item, title, True)
    assert (given.recipient, given.recipient_name) == (other.person, f"Name {other.person[0]}")
    assert (received.owner, received.owner_name, received.title) == (owner.person, f"Name {owner.person[0]}", title)
    assert datetime.now(UTC) - received.shared_at < timedelta(minutes=1) and received.shared_at == given.shared_at
    read = world.shares.read(other, sort, item)
    assert read.text == "Ärger “quoted” 🎓" and read.model_dump(exclude={"text"}) == received.model_dump()


def test_the_check_of_a_note_stays_with_its_writer(world: World) -> None:
    # why: what the coach found in a note, and what the writer said to it, is nobody else's
    item = world.write("note", MENTOR, "words")
    world.shares.share(MENTOR, "note", item, OLA)
    seen = world.shares.read(MENTEE, "note", item).model_dump_json()
    assert "words" in seen and "hidden" not in seen
    assert set(world.shares.read(MENTEE, "note", item).model_dump()) == {
        *("kind", "item", "title", "owner", "owner_name", "shared_at", "text")
    }


def test_a_change_is_seen_by_whoever_may_read(world: World) -> None:
    # why: an item is shared and not a copy of it
    item = world.write("commitment", MENTOR, "old")
    world.shares.share(MENTOR, "commitment", item, OLA)
    world.commitments.change(MENTOR, item, "new", pair=None, due=None)
    assert world.shares.read(MENTEE, "commitment", item).text == "new"


def test_sharing_and_revoking_twice_change_nothing(world: World) -> None:
    # why: a second click must neither fail nor stand in the audit
    item = world.write("note", MENTOR, "words")
    for _ in range(2):
        world.shares.share(MENTOR, "note", item, OLA)
    (given,) = world.shares.given(MENTOR)
    for _ in range(2):
        world.shares.revoke(MENTOR, "note", item, OLA)
    assert world.shares.given(MENTOR) == () and not shown(world, MENTEE, "note", item)
    world.shares.share(MENTOR, "note", item, OLA)
    assert world.shares.given(MENTOR)[0].shared_at > given.shared_at
    with world.database.read(HOUSE) as session:
        rows = session.scalars(select(AuditRow).where(AuditRow.kind == "note").order_by(AuditRow.position))
        assert [(row.actor, row.action, row.item) for row in rows] == [
            (LIN, action, item) for action in ("share", "revoke", "share")
        ]


def test_the_latest_come_first(world: World) -> None:
    # why: what was shared just now is what is looked for
    items = [(kind, world.write(kind, MENTOR, str(n))) for n, kind in enumerate(("note", "commitment", "note"))]
    for kind, item in items:
        world.shares.share(MENTOR, kind, item, OLA)  # type: ignore[arg-type]
    for listed in (world.shares.given(MENTOR), world.shares.received(MENTEE)):
        assert [(one.kind, one.item) for one in listed] == items[::-1]


# What ends a share

ENDS: dict[str, Callable[[World, str], Any]] = {
    "revoked": lambda w, i: w.shares.revoke(MENTOR, "note", i, OLA),
    "deleted with an undo": lambda w, i: w.notes.delete(MENTOR, i),
    "really deleted": lambda w, i: (w.notes.delete(MENTOR, i), w.notes.purge_deleted(timedelta(0))),
    "pair ended": lambda w, i: w.do(update(PairRow).where(PairRow.mentor == LIN).values(ended_at=NOW)),
    "pair deleted": lambda w, i: w.do(delete(PairRow).where(PairRow.mentor == LIN)),
    "key erased": lambda w, i: w.database.keys.destroy(LIN),
    "owner erased": lambda w, i: w.do(delete(PersonRow).where(PersonRow.id == LIN)),
    "recipient's role withdrawn": lambda w, i: w.do(
        delete(GrantRow).where(GrantRow.person == OLA, GrantRow.role == "mentee")
    ),
    "recipient's account closed": lambda w, i: w.do(update(PersonRow).where(PersonRow.id == OLA).values(closed_at=NOW)),
    "note now in another role": lambda w, i: w.do(update(NoteRow).where(NoteRow.id == i).values(role="mentee")),
    "share of somebody else's item": lambda w, i: w.do(update(ShareRow).values(owner=IVO)),
    "share of another kind": lambda w, i: w.do(update(ShareRow).values(kind="commitment")),
}


@pytest.mark.parametrize("end", ENDS)
def test_what_ends_a_share_ends_it_at_once(world: World, end: str) -> None:
    # why: whoever takes something back, or leaves, must not depend on anybody's tidying up
    item = world.write("note", MENTOR, "sekret")
    world.shares.share(MENTOR, "note", item, OLA)
    assert shown(world, MENTEE, "note", item)
    ENDS[end](world, item)
    assert not shown(world, MENTEE, "note", item)
    if "recipient" not in end:
        never = denied(lambda: world.shares.read(MENTEE, "note", "0" * 32)).replace("0" * 32, item)
        assert denied(lambda: world.shares.read(MENTEE, "note", item)) == never


def test_a_deleted_commitment_is_gone_for_both(world: World) -> None:
    # why: a commitment has no undo
    item = world.write("commitment", MENTOR, "sekret")
    world.shares.share(MENTOR, "commitment", item, OLA)
    world.commitments.delete(MENTOR, item)
    assert not shown(world, MENTEE, "commitment", item) and world.shares.given(MENTOR) == ()
    with world.database.read(HOUSE) as session:
        assert session.scalars(select(ShareRow)).all() == []


def test_an_ended_pair_is_shown_to_the_owner_who_can_still_revoke(world: World) -> None:
    # why: a pair that is taken up again would open the note again
    item = world.write("note", MENTOR, "sekret")
    world.shares.share(MENTOR, "note", item, OLA)
    world.do(update(PairRow).values(ended_at=NOW))
    assert [one.stands for one in world.shares.given(MENTOR)] == [False]
    denied(lambda: world.shares.share(MENTOR, "note", item, OLA))
    world.shares.revoke(MENTOR, "note", item, OLA)
    world.do(update(PairRow).values(ended_at=None))
    assert world.shares.given(MENTOR) == () and not shown(world, MENTEE, "note", item)


def test_an_undone_deletion_brings_the_share_back_into_the_list(world: World) -> None:
    # why: undo means as it was, and what is shared must be shown
    item = world.write("note", MENTOR, "words")
    world.shares.share(MENTOR, "note", item, OLA)
    world.notes.delete(MENTOR, item)
    assert world.shares.given(MENTOR) == ()
    world.shares.revoke(MENTOR, "note", item, UMA)
    world.notes.restore(MENTOR, item)
    assert len(world.shares.given(MENTOR)) == 1 and shown(world, MENTEE, "note", item)


def test_a_key_that_cannot_be_used_is_not_an_erased_one(world: World) -> None:
    # why: a lost master key is trouble for whoever runs the machine, and no empty list
    item = world.write("note", MENTOR, "sekret")
    world.shares.share(MENTOR, "note", item, OLA)
    for path in world.database.keys.folder.iterdir():
        path.write_text("{}", encoding="utf-8")
    with pytest.raises(KeyMissing):
        world.shares.read(MENTEE, "note", item)


def test_a_changed_text_is_damage_without_its_words(world: World) -> None:
    # why: "not shared" and "cannot be read" are different things
    item = world.write("note", MENTOR, "sekret")
    world.shares.share(MENTOR, "note", item, OLA)
    world.do(update(NoteRow).values(text=NoteRow.title))
    with pytest.raises(StoreDamaged) as refused:
        world.shares.read(MENTEE, "note", item)
    assert "sekret" not in one_line(refused.value)


# Who may

CALLS: dict[str, Callable[[World, Actor, Kind, str, str], Any]] = {
    "share": lambda w, a, k, i, p: w.shares.share(a, k, i, p),
    "revoke": lambda w, a, k, i, p: w.shares.revoke(a, k, i, p),
    "read": lambda w, a, k, i, p: w.shares.read(a, k, i),
    "given": lambda w, a, k, i, p: w.shares.given(a),
    "received": lambda w, a, k, i, p: w.shares.received(a),
}


def test_every_public_method_is_in_the_matrix() -> None:
    # why: a new method without a line here would be a door that nobody tried
    public = {n: m for n, m in inspect.getmembers(ShareStore, inspect.isfunction) if not n.startswith("_")}
    assert set(public) == set(CALLS)
    assert all(list(inspect.signature(method).parameters)[1] == "actor" for method in public.values())


@pytest.mark.parametrize("sort", ["note", "commitment"])
def test_only_the_two_whom_it_concerns_reach_a_shared_item(world: World, sort: Kind) -> None:
    # why: a share is for one person, in the role in which the two are paired; a manager has no path to it
    item = world.write(sort, MENTOR, "sekret")
    world.shares.share(MENTOR, sort, item, OLA)
    before = world.shares.given(MENTOR), world.shares.received(MENTEE)
    for actor, (name, call) in product(EVERYBODY, CALLS.items()):
        if actor in (MENTOR, MENTEE):
            continue
        for recipient in (*PEOPLE, PERSONAL, "%", "\ud83d"):
            try:
                result = call(world, actor, sort, item, recipient)
            except AccessDenied as error:
                assert "sekret" not in one_line(error)
            else:
                assert name in ("given", "received") and result == ()
    assert (world.shares.given(MENTOR), world.shares.received(MENTEE)) == before
    for name, arguments in (("share", (OLA,)), ("revoke", (OLA,)), ("read", (LIN,))):
        actor = MENTOR if name == "read" else MENTEE
        denied(lambda name=name, actor=actor, a=arguments: CALLS[name](world, actor, sort, item, *a))


@pytest.mark.parametrize("sort", ["note", "commitment"])
def test_nothing_is_shared_but_within_a_standing_pair(world: World, sort: Kind) -> None:
    # why: roles, pairs and owners in all combinations, against the rule in its plainest words
    allowed = 0
    for actor in EVERYBODY:
        item = world.write(sort, actor, "words") if actor.role in PEOPLE.get(actor.person, ()) else "0" * 32
        for recipient in (*PEOPLE, PERSONAL, "0" * 32):
            pair = (actor.person, recipient) if actor.role is Role.MENTOR else (recipient, actor.person)
            if actor.role in (Role.MENTOR, Role.MENTEE) and pair in PAIRS.values():
                world.shares.share(actor, sort, item, recipient)
                allowed += 1
            else:
                denied(lambda a=actor, i=item, r=recipient: world.shares.share(a, sort, i, r))
    assert allowed == 2 * len(PAIRS)
    with world.database.read(HOUSE) as session:
        assert len(session.scalars(select(ShareRow)).all()) == allowed


def test_any_history_of_sharing_shows_what_stands_and_nothing_else(world: World) -> None:
    # why: 0 foreign rows in 1,400 random looks between 200 random changes
    chance, stands, ended, gone = random.Random(4), set[tuple[str, str, str]](), set[str](), set[str]()
    items: dict[str, tuple[Kind, Actor]] = {}
    sides = [Actor(person=p, role=r) for pair in PAIRS.values() for p, r in zip(pair, Role, strict=False)]
    for actor, kind in product(dict.fromkeys(sides), ("note", "commitment")):
        items |= {world.write(kind, actor, f"of {actor.person} {actor.role}"): (kind, actor) for _ in range(2)}
    for _ in range(200):
        item, recipient = chance.choice(list(items)), chance.choice(list(PEOPLE))
        kind, owner = items[item]
        what = chance.choice(("share",) * 6 + ("revoke", "revoke", "pair", "delete"))
        if what == "share" and item not in gone:
            try:
                world.shares.share(owner, kind, item, recipient)
                stands.add((kind, item, recipient))
            except AccessDenied:
                assert not paired(owner, recipient, ended)
        elif what == "revoke" and item not in gone:
            world.shares.revoke(owner, kind, item, recipient)
            stands.discard((kind, item, recipient))
        elif what == "pair":
            pair = chance.choice(list(PAIRS))
            ended ^= {pair}
            world.do(update(PairRow).where(PairRow.id == pair).values(ended_at=NOW if pair in ended else None))
        elif what == "delete" and kind == "note":
            gone ^= {item}
            (world.notes.delete if item in gone else world.notes.restore)(owner, item)
        for actor in chance.choices(EVERYBODY, k=3) + chance.choices(sides, k=4):
            looked = chance.choice(list(items))
            kind, owner = items[looked]
            may = (
                (kind, looked, actor.person) in stands
                and looked not in gone
                and paired(owner, actor.person, ended)
                and {owner.role, actor.role} == {Role.MENTOR, Role.MENTEE}
            )
            assert shown(world, actor, kind, looked) is may
    assert AuditStore(world.database).entries(Actor(person=ADA, role=Role.ADMINISTRATOR), limit=1000)


def paired(owner: Actor, other: str, ended: set[str]) -> bool:
    pair = (owner.person, other) if owner.role is Role.MENTOR else (other, owner.person)
    return any(people == pair and name not in ended for name, people in PAIRS.items())


def test_the_statement_that_fetches_a_text_also_asks_whether_it_may(world: World) -> None:
    # why: a question before, however right, would be about another moment
    item, statements = world.write("note", MENTOR, "sekret"), list[str]()
    promise = world.write("commitment", MENTOR, "sekret")
    world.shares.share(MENTOR, "note", item, OLA)
    world.shares.share(MENTOR, "commitment", promise, OLA)

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(world.database._engine, "before_cursor_execute", note)
    world.shares.read(MENTEE, "note", item)
    world.shares.read(MENTEE, "commitment", promise)
    assert len(world.shares.received(MENTEE)) == 2
    fetching = [one for one in statements if any(name in one for name in ("notes.t", "commitments.t"))]
    assert len(fetching) == 4
    for one in fetching:
        assert all(word in one for word in ("shares.recipient = ", "pairs.ended_at IS NULL", "shares.owner = "))


@pytest.mark.parametrize("wanted", ["", "x", "%", "0" * 33, "' OR 1=1 --", "\0", "\ud83d"])
def test_no_id_is_read_as_anything_else(world: World, wanted: str) -> None:
    # why: ids and kinds come from the address bar
    item = world.write("note", MENTOR, "words")
    for kind, one in (("note", wanted), (wanted, item)):
        for call in (CALLS["share"], CALLS["revoke"]):
            denied(lambda call=call, k=kind, i=one: call(world, MENTOR, k, i, OLA))
        denied(lambda k=kind, i=one: world.shares.read(MENTEE, k, i))
    denied(lambda: world.shares.share(MENTOR, "note", item, wanted))
    world.shares.revoke(MENTOR, "note", item, wanted)
    assert world.shares.given(MENTOR) == ()


def test_in_personal_mode_there_is_nobody_to_share_with(home: Path) -> None:
    # why: one person at one machine has no other side
    with closing(Database(Settings(home=home))) as database:
        me, store = Actor(person=PERSONAL, role=Role.MENTOR), ShareStore(database)
        item = CommitmentStore(database).add(me, "words")
        assert store.given(me) == store.received(me) == ()
        denied(lambda: store.share(me, "commitment", item, PERSONAL))


def test_no_event_holds_text(world: World) -> None:
    # why: logs travel in tickets
    with capture_logs() as events:
        item = world.write("note", MENTOR, "sekret")
        world.shares.share(MENTOR, "note", item, OLA)
        world.shares.read(MENTEE, "note", item)
        world.shares.revoke(MENTOR, "note", item, OLA)
    assert "sekret" not in str(events)
