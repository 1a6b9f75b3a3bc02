"""What ends a share for good: the end of its pair, and of the role in which it was written or read."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from assistant.errors import AccessDenied
from assistant.roles import Actor, Role
from assistant.settings import Settings
from assistant.store.audit import AuditStore, verify
from assistant.store.commitments import CommitmentStore
from assistant.store.database import HOUSE, Database
from assistant.store.notes import NoteStore, SavedNote
from assistant.store.people import PeopleStore
from assistant.store.people_tables import PairRow
from assistant.store.programmes import ProgrammeStore
from assistant.store.rights import RightsStore
from assistant.store.shares import ShareStore

TODAY = datetime.now(UTC).date()


class World(NamedTuple):
    """Lin mentors Ola in one of two programmes, and each lets the other read a note and a commitment."""

    database: Database
    admin: Actor
    manager: Actor
    lin: Actor
    ola: Actor
    programmes: tuple[str, str]
    pair: str
    given: dict[Actor, dict[str, str]]

    def received(self, actor: Actor) -> set[str]:
        return {item.item for item in ShareStore(self.database).received(actor)}

    def audited(self) -> list[tuple[str, str, str]]:
        """Entries of ended shares: who, kind, item."""
        entries = AuditStore(self.database).entries(self.admin, limit=1000)
        return sorted((one.actor, one.kind, one.item) for one in entries if one.action == "end_share")


@pytest.fixture
def world(home: Path) -> Iterator[World]:
    with closing(Database(Settings(home=home))) as database:
        people, programmes = PeopleStore(database), ProgrammeStore(database)
        admin = Actor(person=people.first_administrator("Ada"), role=Role.ADMINISTRATOR)
        manager, lin, ola = (
            Actor(person=people.add(admin, name), role=role)
            for name, role in (("Mia", Role.MANAGER), ("Lin", Role.MENTOR), ("Ola", Role.MENTEE))
        )
        for actor in (manager, lin, ola):
            people.grant(admin, actor.person, actor.role)
        one, two = (programmes.create(manager, "P", TODAY, TODAY + timedelta(days=9)) for _ in range(2))
        pair = programmes.pair(manager, one, lin.person, ola.person)
        given = {}
        for owner, other in ((lin, ola), (ola, lin)):
            given[owner] = {
                "note": NoteStore(database).save(owner, SavedNote(title="t", text="t", report="{}")),
                "commitment": CommitmentStore(database).add(owner, "c"),
            }
            for kind, item in given[owner].items():
                ShareStore(database).share(owner, kind, item, other.person)  # type: ignore[arg-type]
        yield World(database, admin, manager, lin, ola, (one, two), pair, given)


def everything(world: World, *owners: Actor) -> set[str]:
    return {item for owner in owners for item in world.given[owner].values()}


def test_a_pair_that_is_resumed_begins_without_shares(world: World) -> None:
    # why: what was let be read in a relation that ended is not let be read in the next one by itself
    programmes, store = ProgrammeStore(world.database), ShareStore(world.database)
    assert world.received(world.ola) == everything(world, world.lin)
    programmes.end_pair(world.manager, world.pair)
    assert store.given(world.lin) == store.given(world.ola) == ()
    assert programmes.pair(world.manager, world.programmes[0], world.lin.person, world.ola.person) == world.pair
    assert world.received(world.ola) == world.received(world.lin) == set()
    audited = {item for who, _, item in world.audited() if who == world.manager.person}
    assert audited == everything(world, world.lin, world.ola) and verify(world.database).fault is None
    programmes.end_pair(world.manager, world.pair)
    assert len(world.audited()) == 4
    note = world.given[world.lin]["note"]
    with pytest.raises(AccessDenied):
        store.share(world.lin, "note", note, world.ola.person)
    programmes.pair(world.manager, world.programmes[0], world.lin.person, world.ola.person)
    store.share(world.lin, "note", note, world.ola.person)
    assert world.received(world.ola) == {note}


def test_a_share_stands_while_another_pair_of_the_same_two_stands(world: World) -> None:
    # why: a share is between two people as mentor and mentee, whichever programme they meet in
    programmes = ProgrammeStore(world.database)
    second = programmes.pair(world.manager, world.programmes[1], world.lin.person, world.ola.person)
    programmes.end_pair(world.manager, world.pair)
    assert world.received(world.ola) == everything(world, world.lin) and world.audited() == []
    programmes.end_pair(world.manager, second)
    programmes.pair(world.manager, world.programmes[0], world.lin.person, world.ola.person)
    assert world.received(world.ola) == set() and len(world.audited()) == 4


def test_what_two_share_the_other_way_round_stands(world: World) -> None:
    # why: somebody can be mentor and mentee of the same person; only the pair that ended is over
    people, programmes = PeopleStore(world.database), ProgrammeStore(world.database)
    people.grant(world.admin, world.lin.person, Role.MENTEE)
    people.grant(world.admin, world.ola.person, Role.MENTOR)
    programmes.pair(world.manager, world.programmes[0], world.ola.person, world.lin.person)
    ola_as_mentor = Actor(person=world.ola.person, role=Role.MENTOR)
    note = NoteStore(world.database).save(ola_as_mentor, SavedNote(title="t", text="t", report="{}"))
    ShareStore(world.database).share(ola_as_mentor, "note", note, world.lin.person)
    programmes.end_pair(world.manager, world.pair)
    assert world.received(Actor(person=world.lin.person, role=Role.MENTEE)) == {note}
    assert world.received(world.lin) == set()


def test_shares_from_before_an_end_that_deleted_none_do_not_come_back(world: World) -> None:
    # why: a replayed erasure and an older version end a pair and leave its shares in the table
    with world.database.write(HOUSE) as session:
        session.get_one(PairRow, world.pair).ended_at = datetime.now(UTC)
    ProgrammeStore(world.database).pair(world.manager, world.programmes[1], world.lin.person, world.ola.person)
    assert world.received(world.ola) == world.received(world.lin) == set()


@pytest.mark.parametrize("again", [False, True])
def test_a_role_that_is_taken_away_ends_its_shares_and_keeps_the_rights(world: World, again: bool) -> None:
    # why: who can do nothing as mentor any more could revoke nothing; the texts stay the person's to take and erase
    people, rights = PeopleStore(world.database), RightsStore(world.database)
    people.revoke(world.admin, world.lin.person, Role.MENTOR)
    assert world.received(world.ola) == set() and len(world.audited()) == 4
    for call in (
        lambda: NoteStore(world.database).list(world.lin),
        lambda: NoteStore(world.database).load(world.lin, world.given[world.lin]["note"]),
        lambda: CommitmentStore(world.database).add(world.lin, "x"),
        lambda: ShareStore(world.database).given(world.lin),
    ):
        with pytest.raises(AccessDenied):
            call()
    if again:
        people.grant(world.admin, world.lin.person, Role.MENTOR)
        assert world.received(world.lin) == set() and len(NoteStore(world.database).list(world.lin)) == 1
    assert [note.id for note in rights.export(world.lin).notes] == [world.given[world.lin]["note"]]
    assert rights.erase_pair(world.lin, world.pair).erased["notes"] == 0  # it was written without a pair
    assert rights.erase_me(world.lin).erased["notes"] == 1
    with pytest.raises(AccessDenied):
        rights.export(world.lin)
