"""Programmes, pairs and sessions through the store's own door, on a real SQLite file."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from assistant.errors import AccessDenied, InputError
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings
from assistant.store.audit import verify
from assistant.store.database import HOUSE, Database
from assistant.store.pairing import LONGEST_RETENTION
from assistant.store.people import PeopleStore
from assistant.store.people_tables import AuditRow
from assistant.store.programmes import ProgrammeStore
from assistant.store.reporting import reports_to

TODAY = datetime.now(UTC).date()
BEGIN, END = TODAY - timedelta(days=30), TODAY + timedelta(days=150)


class World(NamedTuple):
    """A company with one programme and nobody paired yet."""

    database: Database
    people: PeopleStore
    store: ProgrammeStore
    admin: Actor
    manager: Actor
    programme: str

    def person(self, name: str, *roles: Role, above: str | None = None) -> str:
        made = self.people.add(self.admin, name, line_manager=above)
        for role in roles:
            self.people.grant(self.admin, made, role)
        return made

    def refusal(self, call: Callable[[], object]) -> str:
        with pytest.raises(InputError) as refused:
            call()
        said = str(refused.value)
        assert "\n" not in said and said.endswith(".")
        return said

    def names(self) -> list[tuple[str, str, bool, bool]]:
        found = self.store.pairs(self.manager, self.programme)
        return [(p.mentor_name, p.mentee_name, p.active, p.in_reporting_line) for p in found]


@pytest.fixture
def world(home: Path) -> Iterator[World]:
    with closing(Database(Settings(home=home))) as database:
        people, store = PeopleStore(database), ProgrammeStore(database)
        admin = Actor(person=people.first_administrator("Ada"), role=Role.ADMINISTRATOR)
        person = people.add(admin, "Mara Manager")
        people.grant(admin, person, Role.MANAGER)
        manager = Actor(person=person, role=Role.MANAGER)
        yield World(database, people, store, admin, manager, store.create(manager, "Spring", BEGIN, END))


def mentor(person: str) -> Actor:
    return Actor(person=person, role=Role.MENTOR)


def mentee(person: str) -> Actor:
    return Actor(person=person, role=Role.MENTEE)


def alter(home: Path, statement: str) -> None:
    with closing(sqlite3.connect(home / "eyelevel.db")) as connection, connection:
        connection.execute(statement)


# Programmes


def test_a_programme_is_kept_changed_and_listed(world: World) -> None:
    # why: its dates say what month it is, and its retention when texts are erased
    assert [p.model_dump(exclude={"id"}) for p in world.store.list(world.manager)] == [
        {"title": "Spring", "starts_on": BEGIN, "ends_on": END, "retention_days": 365, "demonstration": False}
    ]
    later = world.store.create(world.manager, "Autumn\n2", END, END + timedelta(days=90), retention_days=30)
    world.store.change(world.manager, later, "Autumn", END, END, retention_days=LONGEST_RETENTION)
    found = world.store.list(world.manager)
    assert [(p.id, p.title, p.retention_days) for p in found] == [
        (later, "Autumn", 1095),
        (world.programme, "Spring", 365),
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"title": " \n"}, "is empty"),
        ({"starts_on": END, "ends_on": BEGIN}, "let it end after it begins"),
        ({"starts_on": date(1999, 12, 31)}, "cannot be"),
        ({"ends_on": BEGIN + timedelta(days=5 * 366 + 1)}, "within five years"),
        ({"starts_on": date.max, "ends_on": date.max}, "cannot be"),
        ({"retention_days": 0}, "choose from 1 to 1095"),
        ({"retention_days": -5}, "choose from 1 to 1095"),
        ({"retention_days": 1096}, "choose from 1 to 1095"),
        ({"ends_on": TODAY - timedelta(days=12), "retention_days": 11}, "all of them would be erased"),
    ],
)
def test_a_refused_programme_is_neither_made_nor_changed(world: World, change: dict[str, Any], expected: str) -> None:
    # why: a slip in a date must not erase what all pairs wrote
    values: dict[str, Any] = {"title": "New", "starts_on": BEGIN, "ends_on": END, "retention_days": 365} | change
    before = world.store.list(world.manager)
    assert expected in world.refusal(lambda: world.store.create(world.manager, **values))
    assert expected in world.refusal(lambda: world.store.change(world.manager, world.programme, **values))
    assert world.store.list(world.manager) == before
    assert "There is no programme" in world.refusal(
        lambda: world.store.change(world.manager, "f" * 32, "New", BEGIN, END, retention_days=365)
    )


# Pairs


def test_a_person_is_mentor_in_one_pair_and_mentee_in_another(world: World) -> None:
    # why: each side shows its own pair only, with what one needs to know of the other
    middle = world.person("Mina", Role.MENTOR, Role.MENTEE)
    junior, senior = world.person("Jun", Role.MENTOR), world.person("Sal", Role.MENTEE)
    up = world.store.pair(world.manager, world.programme, middle, senior)
    down = world.store.pair(world.manager, world.programme, junior, middle)
    (as_mentor,) = world.store.own_pairs(mentor(middle))
    (as_mentee,) = world.store.own_pairs(mentee(middle))
    assert (as_mentor.id, as_mentor.role, as_mentor.partner, as_mentor.partner_name) == (up, Role.MENTOR, senior, "Sal")
    assert (as_mentee.id, as_mentee.role, as_mentee.partner, as_mentee.partner_name) == (
        down,
        Role.MENTEE,
        junior,
        "Jun",
    )
    assert as_mentor.active and as_mentor.programme.title == "Spring" and as_mentor.programme.ends_on == END
    for actor, foreign in ((mentor(middle), down), (mentee(middle), up), (mentor(junior), up), (mentee(senior), down)):
        with pytest.raises(AccessDenied, match="There is no pair"):
            world.store.sessions(actor, foreign)
    assert world.names() == [("Jun", "Mina", True, False), ("Mina", "Sal", True, False)]


LINES = {
    "the mentee is the mentor's boss": ({"jun": "sal"}, "The mentor '{jun}' reports to the mentee '{sal}'"),
    "the mentee is four steps up": (
        {"jun": "a", "a": "b", "b": "c", "c": "sal"},
        "The mentor '{jun}' reports to the mentee '{sal}'",
    ),
    "the mentor is the mentee's boss": ({"sal": "jun"}, "The mentee '{sal}' reports to the mentor '{jun}'"),
    "the mentor is two steps up": ({"sal": "a", "a": "jun"}, "The mentee '{sal}' reports to the mentor '{jun}'"),
    "through a closed account": (
        {"jun": "closed", "closed": "sal"},
        "The mentor '{jun}' reports to the mentee '{sal}'",
    ),
    "a circle": ({"jun": "sal", "sal": "jun"}, "The mentor '{jun}' reports to the mentee '{sal}'"),
    "one boss for both": ({"jun": "a", "sal": "a"}, None),
    "the boss's boss's other branch": ({"jun": "a", "a": "b", "sal": "b"}, None),
    "a circle above both": ({"jun": "a", "sal": "a", "a": "b", "b": "a"}, None),
    "one's own boss": ({"jun": "jun"}, None),
}


@pytest.mark.parametrize("case", LINES)
def test_a_pair_inside_one_reporting_line_is_refused_with_the_reason(world: World, home: Path, case: str) -> None:
    # why: nobody tells the own boss, or the boss's boss, what they really think; and a circle must not hang
    lines, expected = LINES[case]
    ids = {name: world.person(name) for name in ("a", "b", "c", "closed")}
    ids |= {"jun": world.person("Jun", Role.MENTOR), "sal": world.person("Sal", Role.MENTEE)}
    world.people.close(world.admin, ids["closed"])
    for below, above in lines.items():
        alter(home, f"UPDATE people SET line_manager = '{ids[above]}' WHERE id = '{ids[below]}'")
    if expected is None:
        world.store.pair(world.manager, world.programme, ids["jun"], ids["sal"])
        assert world.names() == [("Jun", "Sal", True, False)]
        return
    said = world.refusal(lambda: world.store.pair(world.manager, world.programme, ids["jun"], ids["sal"]))
    assert expected.format(**ids) in said and "one reporting line cannot speak freely" in said
    assert world.names() == []


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.dictionaries(st.integers(0, 7), st.integers(0, 7) | st.none()), st.integers(0, 7), st.integers(0, 7))
def test_reporting_lines_end_and_are_all_found(lines: dict[int, int | None], person: int, other: int) -> None:
    # why: any shape may stand in the table after an import, circles as well
    named = {str(below): None if above is None else str(above) for below, above in lines.items()}
    reached, frontier = set[str](), {str(person)}
    for _ in range(9):
        frontier = {above for one in frontier if (above := named.get(one)) is not None}
        reached |= frontier
    assert reports_to(str(person), str(other), named) == (str(other) in reached)


def test_a_pair_that_came_into_one_line_later_is_shown_as_such(world: World) -> None:
    # why: people change desks; the manager sees it and decides, nothing is ended behind anybody's back
    junior, senior = world.person("Jun", Role.MENTOR), world.person("Sal", Role.MENTEE)
    world.store.pair(world.manager, world.programme, junior, senior)
    world.people.set_line_manager(world.admin, junior, senior)
    assert world.names() == [("Jun", "Sal", True, True)]
    world.people.set_line_manager(world.admin, junior, None)
    world.people.set_line_manager(world.admin, senior, junior)
    assert world.names() == [("Jun", "Sal", True, True)]


def test_every_other_refusal_says_why(world: World) -> None:
    # why: the manager must know what to do about it: another person, an administrator, another programme
    junior, senior = world.person("Jun", Role.MENTOR), world.person("Sal", Role.MENTEE)
    both, nothing = world.person("Bo", Role.MENTOR, Role.MENTEE), world.person("No")
    closed = world.person("Clo", Role.MENTOR, Role.MENTEE)
    world.people.close(world.admin, closed)
    past = world.store.create(world.manager, "Past", TODAY - timedelta(days=90), TODAY - timedelta(days=1))
    standing = world.store.pair(world.manager, world.programme, junior, senior)
    for programme, one, other, expected in (
        (world.programme, both, both, "cannot be both sides"),
        (world.programme, senior, both, f"The person {senior!r} does not have the role of mentor"),
        (world.programme, both, junior, f"The person {junior!r} does not have the role of mentee"),
        (world.programme, nothing, senior, "does not have the role of mentor; choose somebody else, or let an admin"),
        (world.programme, closed, senior, f"The account of {closed!r} is closed"),
        (world.programme, junior, closed, f"The account of {closed!r} is closed"),
        (world.programme, "f" * 32, senior, "There is no person 'ffff"),
        (world.programme, junior, "\0", "There is no person"),
        (world.programme, junior, PERSONAL, "There is no person"),
        (world.programme, junior, senior, f"These two are the pair {standing!r}"),
        (past, both, senior, "ended on"),
        ("f" * 32, both, senior, "There is no programme"),
    ):
        assert expected in world.refusal(
            lambda programme=programme, one=one, other=other: world.store.pair(world.manager, programme, one, other)  # type: ignore[misc]
        )
    assert world.names() == [("Jun", "Sal", True, False)]
    world.store.pair(world.manager, world.programme, both, senior)  # the same senior with another mentor


def test_an_ended_pair_stays_readable_and_can_go_on(world: World) -> None:
    # why: ending is a decision of the manager; what the two did stays theirs, and a slip can be undone
    junior, senior = world.person("Jun", Role.MENTOR), world.person("Sal", Role.MENTEE)
    pair = world.store.pair(world.manager, world.programme, junior, senior)
    world.store.record_session(mentor(junior), pair, TODAY, minutes_held=40)
    world.store.end_pair(world.manager, pair)
    world.store.end_pair(world.manager, pair)
    assert world.names() == [("Jun", "Sal", False, False)]
    assert not world.store.own_pairs(mentee(senior))[0].active and len(world.store.sessions(mentee(senior), pair)) == 1
    assert "was ended" in world.refusal(lambda: world.store.record_session(mentor(junior), pair, TODAY))
    world.people.set_line_manager(world.admin, junior, senior)
    assert "one reporting line" in world.refusal(
        lambda: world.store.pair(world.manager, world.programme, junior, senior)
    )
    world.people.set_line_manager(world.admin, junior, None)
    assert world.store.pair(world.manager, world.programme, junior, senior) == pair
    assert world.names() == [("Jun", "Sal", True, False)]
    assert "There is no pair" in world.refusal(lambda: world.store.end_pair(world.manager, "f" * 32))


def test_candidates_are_open_accounts_with_a_side(world: World) -> None:
    # why: least privilege: the manager pairs people, and needs neither addresses nor who reports to whom
    junior, both = world.person("Jun", Role.MENTOR), world.person("Bo", Role.MENTEE, Role.MENTOR)
    world.person("No")
    world.people.close(world.admin, world.person("Clo", Role.MENTOR))
    found = world.store.candidates(world.manager)
    assert [c.model_dump() for c in found] == [
        {"id": both, "name": "Bo", "roles": (Role.MENTOR, Role.MENTEE)},
        {"id": junior, "name": "Jun", "roles": (Role.MENTOR,)},
    ]


# Sessions


def test_both_sides_record_and_see_the_same_sessions(world: World) -> None:
    # why: it is one meeting; whoever notes it, the other need not do it again
    junior, senior = world.person("Jun", Role.MENTOR), world.person("Sal", Role.MENTEE)
    pair = world.store.pair(world.manager, world.programme, junior, senior)
    week = timedelta(days=7)
    first = world.store.record_session(mentor(junior), pair, TODAY - week, minutes_planned=60, minutes_held=0)
    second = world.store.record_session(mentee(senior), pair, TODAY + week, minutes_planned=600)
    for actor in (mentor(junior), mentee(senior)):
        assert [s.model_dump() for s in world.store.sessions(actor, pair)] == [
            {"id": second, "held_on": TODAY + week, "minutes_planned": 600, "minutes_held": None},
            {"id": first, "held_on": TODAY - week, "minutes_planned": 60, "minutes_held": 0},
        ]
    world.store.change_session(mentee(senior), first, TODAY, minutes_planned=None, minutes_held=45)
    world.store.delete_session(mentor(junior), second)
    (left,) = world.store.sessions(mentee(senior), pair)
    assert (left.id, left.held_on, left.minutes_planned, left.minutes_held) == (first, TODAY, None, 45)
    with pytest.raises(AccessDenied):
        world.store.delete_session(mentor(junior), second)


@pytest.mark.parametrize(
    ("held_on", "planned", "held", "expected"),
    [
        (TODAY, -1, None, "-1 minutes planned"),
        (TODAY, 601, None, "601 minutes planned"),
        (TODAY, None, -1, "-1 minutes held"),
        (TODAY, 60, 601, "601 minutes held"),
        (date(1999, 12, 31), None, None, "up to a year ahead"),
        (TODAY + timedelta(days=367), 60, None, "up to a year ahead"),
        (date.max, None, None, "up to a year ahead"),
        (TODAY + timedelta(days=2), 60, 60, "still to come"),
    ],
)
def test_a_session_that_cannot_be_is_refused(
    world: World, held_on: date, planned: int | None, held: int | None, expected: str
) -> None:
    # why: these figures go into a plan and into themes
    junior, senior = world.person("Jun", Role.MENTOR), world.person("Sal", Role.MENTEE)
    pair = world.store.pair(world.manager, world.programme, junior, senior)
    kept = world.store.record_session(mentor(junior), pair, TODAY, minutes_planned=0, minutes_held=600)
    before = world.store.sessions(mentor(junior), pair)
    minutes = {"minutes_planned": planned, "minutes_held": held}
    assert expected in world.refusal(lambda: world.store.record_session(mentor(junior), pair, held_on, **minutes))
    assert expected in world.refusal(lambda: world.store.change_session(mentor(junior), kept, held_on, **minutes))
    assert world.store.sessions(mentor(junior), pair) == before


def test_nothing_that_a_manager_gets_depends_on_sessions(world: World) -> None:
    # why: no person's activity reaches a manager, not even as a count
    junior, senior = world.person("Jun", Role.MENTOR), world.person("Sal", Role.MENTEE)
    pair = world.store.pair(world.manager, world.programme, junior, senior)
    calls: list[Callable[[], object]] = [
        lambda: world.store.list(world.manager),
        lambda: world.store.candidates(world.manager),
        lambda: world.store.pairs(world.manager, world.programme),
    ]
    before = [call() for call in calls]
    for number in range(3):
        world.store.record_session(mentor(junior), pair, TODAY, minutes_held=number)
    assert [call() for call in calls] == before
    manager_too = Actor(person=junior, role=Role.MANAGER)
    world.people.grant(world.admin, junior, Role.MANAGER)
    with pytest.raises(AccessDenied):
        world.store.sessions(manager_too, pair)


def test_every_change_is_in_the_audit_by_ids(world: World) -> None:
    # why: who paired whom, and when, must be answerable later, without a name or a title in the answer; who met when
    # is the pair's own
    junior, senior = world.person("Jun", Role.MENTOR), world.person("Sal", Role.MENTEE)
    pair = world.store.pair(world.manager, world.programme, junior, senior)
    met = world.store.record_session(mentor(junior), pair, TODAY)
    world.store.change_session(mentee(senior), met, TODAY, minutes_planned=1, minutes_held=1)
    world.store.delete_session(mentor(junior), met)
    world.store.end_pair(world.manager, pair)
    world.store.change(world.manager, world.programme, "Sommer", BEGIN, END, retention_days=10)
    with world.database.read(HOUSE) as session:
        entries = session.scalars(select(AuditRow).where(AuditRow.kind != "person").order_by(AuditRow.position))
        found = [(entry.actor, entry.action, entry.kind, entry.item) for entry in entries]
    assert found == [
        (world.manager.person, "create_programme", "programme", world.programme),
        (world.manager.person, "pair", "pair", pair),
        (world.manager.person, "end_pair", "pair", pair),
        (world.manager.person, "change_programme", "programme", world.programme),
    ]
    assert verify(world.database).fault is None


def test_a_withdrawn_role_ends_the_view_and_not_the_pair(world: World) -> None:
    # why: roles are looked up at every call; nothing is lost should the role come back
    junior, senior = world.person("Jun", Role.MENTOR), world.person("Sal", Role.MENTEE)
    pair = world.store.pair(world.manager, world.programme, junior, senior)
    world.people.revoke(world.admin, junior, Role.MENTOR)
    for call in (
        lambda: world.store.own_pairs(mentor(junior)),
        lambda: world.store.sessions(mentor(junior), pair),
        lambda: world.store.record_session(mentor(junior), pair, TODAY),
    ):
        with pytest.raises(AccessDenied):
            call()
    world.people.grant(world.admin, junior, Role.MENTOR)
    assert [p.id for p in world.store.own_pairs(mentor(junior))] == [pair]


def test_personal_mode_has_no_pairs_and_no_error(home: Path) -> None:
    # why: the same page is drawn for whoever sits at this machine alone
    with closing(Database(Settings(home=home))) as database:
        store = ProgrammeStore(database)
        assert store.own_pairs(mentor(PERSONAL)) == store.own_pairs(mentee(PERSONAL)) == ()
        with pytest.raises(AccessDenied):
            store.record_session(mentor(PERSONAL), "0" * 32, TODAY)
        with pytest.raises(AccessDenied):
            store.own_pairs(Actor(person=PERSONAL, role=Role.ADMINISTRATOR))
