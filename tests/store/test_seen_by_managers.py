"""What people are told that managers see of them is what managers get: the same records, compared one by one."""

import random
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from assistant.errors import AccessDenied, InputError
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings
from assistant.store.database import Database
from assistant.store.people import PeopleStore
from assistant.store.people_records import SeenByManagers, SeenProgramme
from assistant.store.programmes import ProgrammeStore

TODAY = datetime.now(UTC).date()
SIDES = (Role.MENTOR, Role.MENTEE)


class World(NamedTuple):
    """A company with some programmes; people by their ids."""

    people: PeopleStore
    store: ProgrammeStore
    admin: Actor
    manager: Actor
    ids: list[str]
    programmes: list[str]


@pytest.fixture
def world(home: Path) -> Iterator[World]:
    with closing(Database(Settings(home=home))) as database:
        people, store = PeopleStore(database), ProgrammeStore(database)
        admin = Actor(person=people.first_administrator("Ada"), role=Role.ADMINISTRATOR)
        manager = Actor(person=people.add(admin, "Mara"), role=Role.MANAGER)
        people.grant(admin, manager.person, Role.MANAGER)
        ids = [people.add(admin, f"P{number}") for number in range(6)]
        for number, person in enumerate(ids):
            for role in SIDES if number % 2 else SIDES[number % 4 // 2 :][:1]:
                people.grant(admin, person, role)
        starts = [TODAY - timedelta(days=days) for days in (90, 30, 60)]
        made = [store.create(manager, f"Programme {day}", day, TODAY + timedelta(days=90)) for day in starts]
        yield World(people, store, admin, manager, ids, made)


def expected(world: World, actor: Actor) -> SeenByManagers:
    """The manager's own lists, with everything taken out that is of others."""
    (candidate,) = [one for one in world.store.candidates(world.manager) if one.id == actor.person]
    found = []
    for programme in world.store.list(world.manager):
        pairs = world.store.pairs(world.manager, programme.id)
        own = tuple(p for p in pairs if actor.person == (p.mentor if actor.role is Role.MENTOR else p.mentee))
        if own:
            found.append(SeenProgramme(programme=programme, pairs=own))
    return SeenByManagers(candidate=candidate, programmes=tuple(found))


def test_what_is_told_is_what_managers_get(world: World) -> None:
    # why: the page promises "exactly"; 40 random steps of a company's life, compared for everybody after each
    chance, compared, with_pairs, in_line = random.Random(7), 0, 0, 0
    actors = [Actor(person=c.id, role=role) for c in world.store.candidates(world.manager) for role in c.roles]
    mentors = [actor.person for actor in actors if actor.role is Role.MENTOR]
    mentees = [actor.person for actor in actors if actor.role is Role.MENTEE]
    for _ in range(40):
        programme = chance.choice(world.programmes)
        standing = [pair for pair in world.store.pairs(world.manager, programme) if pair.active]
        try:
            if standing and chance.random() < 0.3:
                world.store.end_pair(world.manager, chance.choice(standing).id)
            elif chance.random() < 0.3:
                person, above = chance.sample(world.ids, 2)
                world.people.set_line_manager(world.admin, person, chance.choice((above, None)))
            else:
                world.store.pair(world.manager, programme, chance.choice(mentors), chance.choice(mentees))
        except InputError:
            pass
        for actor in chance.sample(actors, 3):
            told = world.store.seen_by_managers(actor)
            assert told == expected(world, actor)
            shown = [pair for one in told.programmes for pair in one.pairs]
            compared, with_pairs = compared + 1, with_pairs + bool(shown)
            in_line += any(pair.in_reporting_line for pair in shown)
    assert compared == 120 and with_pairs > 60 and in_line > 3


def test_a_line_through_somebody_the_person_does_not_see_is_shown_too(world: World) -> None:
    # why: a server shows a mentor nobody but the own partner, and the mark must be there all the same
    mentor = next(c.id for c in world.store.candidates(world.manager) if c.roles == (Role.MENTOR,))
    mentee = next(c.id for c in world.store.candidates(world.manager) if c.roles == (Role.MENTEE,))
    between = next(one for one in world.ids if one not in (mentor, mentee))
    world.store.pair(world.manager, world.programmes[0], mentor, mentee)
    world.people.set_line_manager(world.admin, mentor, between)
    world.people.set_line_manager(world.admin, between, mentee)
    ((pair,),) = [one.pairs for one in world.store.seen_by_managers(Actor(person=mentor, role=Role.MENTOR)).programmes]
    assert pair.in_reporting_line and pair.active


def test_only_open_accounts_in_their_own_part_are_told(world: World) -> None:
    # why: it names the other side of pairs
    mentor = next(c.id for c in world.store.candidates(world.manager) if c.roles == (Role.MENTOR,))
    actor = Actor(person=mentor, role=Role.MENTOR)
    assert world.store.seen_by_managers(actor).programmes == ()
    denied = [actor.model_copy(update={"role": role}) for role in Role if role is not Role.MENTOR]
    for wanted in (*denied, world.manager, world.admin, Actor(person=PERSONAL, role=Role.MENTOR)):
        with pytest.raises(AccessDenied):
            world.store.seen_by_managers(wanted)
    world.people.close(world.admin, mentor)
    with pytest.raises(AccessDenied):
        world.store.seen_by_managers(actor)


def test_in_personal_mode_nobody_is_shown_anything(home: Path) -> None:
    # why: there is no manager, and no error either
    with closing(Database(Settings(home=home))) as database:
        told = ProgrammeStore(database).seen_by_managers(Actor(person=PERSONAL, role=Role.MENTEE))
    assert told == SeenByManagers(candidate=None, programmes=())
