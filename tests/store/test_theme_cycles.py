"""How a cycle is closed, of what a release is made, and who reads it: on a file and on a server."""

import json
import multiprocessing
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from company import CAI, let_in, opened
from paired import MANAGER, found_programme, gathered, let_all_count, let_count, rows
from postgres_server import APP, Company
from sqlalchemy import delete, select, text, update

from assistant.errors import AccessDenied, EyelevelError, InputError, StoreError, TooFewPairs
from assistant.roles import Actor, Role
from assistant.settings import Settings
from assistant.store.audit import verify
from assistant.store.database import HOUSE, Database
from assistant.store.gathering import whole_months
from assistant.store.people_tables import AuditRow, PersonRow, ProgrammeRow
from assistant.store.programmes import ProgrammeStore
from assistant.store.rights import erase_person
from assistant.store.survey import SurveyStore
from assistant.store.tables import Base
from assistant.store.theme_records import Cycle
from assistant.store.theme_tables import ContributionRow, ReleaseRow
from assistant.store.themes import ThemeStore

SPRING, AUTUMN = "d" * 32, "7" * 32
NOBODYS = "0" * 32


@pytest.fixture
def settings(home: Path) -> Settings:
    return Settings(home=home)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    with opened(settings) as database:
        yield database


@pytest.fixture
def store(database: Database) -> ThemeStore:
    return ThemeStore(database)


# Closing a cycle


def test_a_cycle_closes_with_five_distinct_pairs_and_not_before(database: Database, store: ThemeStore) -> None:
    # why: the floor; both sides of a pair, and many notes of one, count once
    pairs = found_programme(database, 6)
    assert store.state(MANAGER, SPRING).needs == 5
    for number, one in enumerate(pairs[:4], start=1):
        let_count(database, one.mentor, one.pair, "no_time")
        let_count(database, one.mentee, one.pair, "no_time")
        assert store.state(MANAGER, SPRING).needs == 5 - number
    with pytest.raises(TooFewPairs, match="1 more pair has") as refused:
        store.publish(MANAGER, SPRING, lambda _cycle: pytest.fail("nothing may be made"))
    assert refused.value.needs == 1
    assert store.releases(MANAGER, SPRING) == () and not store.own(pairs[0].mentor)[0].released
    let_count(database, pairs[4].mentee, pairs[4].pair)
    assert store.state(MANAGER, SPRING).needs == 0
    made = store.publish(MANAGER, SPRING, lambda cycle: json.dumps(len(cycle.pairs)))
    assert (made.number, made.content, made.since, made.until) == (1, "5", None, datetime.now(UTC).date())
    assert store.state(HOUSE, SPRING).last == made and store.releases(HOUSE, SPRING) == (made,)


def test_cycles_share_nothing_and_each_knows_the_one_before(database: Database, store: ThemeStore) -> None:
    # why: what is in two releases could be told by comparing them
    pairs = found_programme(database, 6)
    let_all_count(database, pairs[:5], "no_time")
    first = store.publish(HOUSE, SPRING, lambda _cycle: '{"first": 1}')
    with pytest.raises(TooFewPairs) as refused:
        gathered(store)
    assert refused.value.needs == 5
    let_all_count(database, pairs[1:], "need_time")
    cycle = gathered(store)
    assert (cycle.number, cycle.since, cycle.before) == (2, first.until, '{"first": 1}')
    assert {one.pair for one in cycle.pairs} == {one.pair for one in pairs[1:]}
    assert {one.codes for one in cycle.pairs} == {frozenset(["need_time"])}
    assert {one.codes for one in cycle.before_pairs} == {frozenset(["no_time"])}
    assert [one.number for one in store.releases(HOUSE, SPRING)] == [2, 1] and first in store.releases(HOUSE, SPRING)


def test_a_pair_has_what_either_side_says_and_did_not_take_back(database: Database, store: ThemeStore) -> None:
    # why: the two sides are one pair to whoever counts, and its teams tell whether one team alone speaks
    pairs = found_programme(database, 5)
    one, boss = pairs[0], pairs[1].mentee.person
    with database.write(HOUSE) as session:
        session.get_one(PersonRow, one.mentor.person).line_manager = boss
    let_all_count(database, pairs, "no_time", "area_tools")
    let_count(database, one.mentee, one.pair, "need_time", "area_tools")
    store.withdraw(one.mentor, store.own(one.mentor)[0].id, "no_time")
    for code in ("no_time", "area_tools"):
        store.withdraw(pairs[1].mentor, store.own(pairs[1].mentor)[0].id, code)
    found = {two.pair: two for two in gathered(store).pairs}
    assert found[one.pair].codes == {"need_time", "area_tools"}
    assert (found[one.pair].mentor, found[one.pair].mentee) == (one.mentor.person, one.mentee.person)
    assert (found[one.pair].mentor_team, found[one.pair].mentee_team) == (boss, None)
    assert found[pairs[1].pair].codes == frozenset() and len(found) == 5


def test_an_erasure_after_a_release_leaves_it_and_is_told_to_the_next(database: Database, store: ThemeStore) -> None:
    # why: trends are judged by whom the release before was made of; whoever is gone is not to be looked at again
    pairs = found_programme(database, 6)
    let_all_count(database, pairs, "no_time")
    content = '{"bands": "5-9"}'
    store.publish(HOUSE, SPRING, lambda _cycle: content)
    erase_person(database, HOUSE, pairs[0].mentor.person)
    assert store.releases(MANAGER, SPRING)[0].content == content
    let_all_count(database, pairs[1:], "no_time")
    assert {one.pair for one in gathered(store).before_pairs} == {one.pair for one in pairs[1:]}


def test_when_making_fails_nothing_was_done(database: Database, store: ThemeStore) -> None:
    # why: a cycle that is closed without a release would be lost
    pairs = found_programme(database, 5)
    let_all_count(database, pairs, "no_time")

    def fail(_cycle: Cycle) -> str:
        raise InputError("The codebook is not there.")

    with pytest.raises(InputError, match="codebook"):
        store.publish(HOUSE, SPRING, fail)
    assert rows(database, ReleaseRow.id) == [] and set(rows(database, ContributionRow.release_id)) == {None}
    assert len(gathered(store).pairs) == 5


def _publish(settings: Settings, start: Any, said: Any) -> None:
    with opened(settings) as database:
        start.wait()
        try:
            said.put(("made", ThemeStore(database).publish(HOUSE, SPRING, lambda _cycle: "{}").number))
        except TooFewPairs as error:
            said.put(("too few", error.needs))
        except EyelevelError as error:
            said.put(("failed", str(error)))


def test_two_processes_that_publish_at_once_make_one_release(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # why: two releases of one cycle, or one of half of it, would tell the difference
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))  # a page drawn by a test may have left its own
    let_all_count(database, found_programme(database, 5), "no_time")
    spawned = multiprocessing.get_context("spawn")
    start, said = spawned.Barrier(2), spawned.Queue()
    both = [spawned.Process(target=_publish, args=(settings, start, said)) for _ in range(2)]
    for process in both:
        process.start()
    assert sorted(said.get(timeout=60) for _ in both) == [("made", 1), ("too few", 5)]
    for process in both:
        process.join(20)
    assert len(rows(database, ReleaseRow.id)) == 1 and len(set(rows(database, ContributionRow.release_id))) == 1


def test_a_day_of_ones_own_is_for_a_demonstration_alone(database: Database, store: ThemeStore) -> None:
    # why: a release that is dated back would tell a wrong trend
    let_all_count(database, found_programme(database, 5), "no_time")
    with pytest.raises(InputError, match="demonstration"):
        gathered(store, until=date(2026, 1, 1))
    with database.write(HOUSE) as session:
        session.get_one(ProgrammeRow, SPRING).demonstration = True
    assert gathered(store, until=date(2026, 1, 1)).until == date(2026, 1, 1)


def test_publishing_is_audited_in_ids(database: Database, store: ThemeStore) -> None:
    # why: who closed a cycle, and when, is what one asks afterwards; the audit holds no text
    let_all_count(database, found_programme(database, 5), "no_time")
    made = store.publish(MANAGER, SPRING, lambda _cycle: "{}")
    with database.read(HOUSE) as session:
        (entry,) = session.scalars(select(AuditRow).where(AuditRow.action == "publish"))
        assert (entry.actor, entry.kind, entry.item) == (MANAGER.person, "release", made.id)
    assert verify(database).fault is None


# Health


@pytest.mark.parametrize(
    ("since", "until", "months"),
    [
        (date(2026, 1, 1), date(2026, 1, 31), 0),
        (date(2026, 1, 1), date(2026, 2, 1), 1),
        (date(2026, 1, 15), date(2026, 4, 14), 2),
        (date(2026, 1, 31), date(2026, 2, 28), 1),
        (date(2025, 11, 30), date(2026, 2, 28), 3),
        (date(2025, 12, 10), date(2026, 12, 10), 12),
        (date(2026, 3, 1), date(2026, 1, 1), 0),
    ],
)
def test_whole_months_are_counted(since: date, until: date, months: int) -> None:
    # why: a session a month is what a pair is measured by, and a month that has not passed asks for none
    assert whole_months(since, until) == months


def test_health_tells_what_active_pairs_held_and_what_was_to_be_expected(database: Database, store: ThemeStore) -> None:
    # why: sessions are counted against a month each since the programme or the pair began, for active pairs alone
    pairs, day = found_programme(database, 7), datetime.now(UTC).date()
    sessions = ProgrammeStore(database)
    begun = (day.replace(day=1) - timedelta(days=70)).replace(day=1)
    with database.write(HOUSE) as session:
        session.get_one(ProgrammeRow, SPRING).starts_on = begun
        session.execute(text("UPDATE pairs SET created_at = :now WHERE id = :id"),
                        {"now": datetime.now(UTC), "id": pairs[1].pair})  # fmt: skip
    for number in range(3):
        sessions.record_session(pairs[0].mentor, pairs[0].pair, day - timedelta(days=number), minutes_held=45)
    sessions.record_session(pairs[1].mentor, pairs[1].pair, day, minutes_planned=60, minutes_held=0)
    sessions.record_session(pairs[2].mentor, pairs[2].pair, day + timedelta(days=3), minutes_planned=60)
    sessions.record_session(pairs[3].mentor, pairs[3].pair, day - timedelta(days=3))
    sessions.end_pair(MANAGER, pairs[6].pair)
    let_all_count(database, pairs[:5], "no_time")
    found = {one.pair: (one.held, one.expected, one.cancelled) for one in gathered(store).health}
    months = whole_months(begun, day)
    assert months >= 2 and pairs[6].pair not in found and len(found) == 6
    assert [found[one.pair] for one in pairs[:5]] == [
        (3, months, False), (0, 1, True), (0, months, False), (1, months, False), (0, months, False)
    ]  # fmt: skip


# Who may


def test_releases_are_read_by_managers_and_whoever_has_a_pair_in_the_programme(
    database: Database, store: ThemeStore
) -> None:
    # why: those who contribute may see what comes of it, and nobody learns of a programme that is not theirs
    pairs = found_programme(database, 5)
    (elsewhere,) = found_programme(database, 1, programme=AUTUMN)
    let_all_count(database, pairs, "no_time")
    made = store.publish(MANAGER, SPRING, lambda _cycle: "{}")
    for reader in (HOUSE, MANAGER, pairs[0].mentor, pairs[4].mentee):
        assert store.releases(reader, SPRING) == (made,)
    administrator = Actor(person=MANAGER.person, role=Role.ADMINISTRATOR)
    let_in(database, administrator, CAI)
    for stranger in (elsewhere.mentor, elsewhere.mentee, CAI, administrator):
        with pytest.raises(AccessDenied):
            store.releases(stranger, SPRING)
    assert [one.id for one in store.programmes(pairs[0].mentee)] == [SPRING] and store.programmes(CAI) == ()
    assert (
        {one.id for one in store.programmes(MANAGER)} == {one.id for one in store.programmes(HOUSE)} == {SPRING, AUTUMN}
    )
    for asker in (pairs[0].mentor, administrator):
        for call in (store.state, lambda who, programme: store.publish(who, programme, lambda _cycle: "{}")):
            with pytest.raises(AccessDenied):
                call(asker, SPRING)
    for unknown in (NOBODYS, "", "%"):
        with pytest.raises(InputError, match="no programme"):
            store.state(MANAGER, unknown)


def test_a_manager_has_no_method_that_returns_a_contribution(database: Database, store: ThemeStore) -> None:
    # why: who said what is nobody's to see; a manager's own account is no way to it either
    (one,) = found_programme(database, 1)
    let_count(database, one.mentor, one.pair, "no_time")
    as_manager = Actor(person=one.mentor.person, role=Role.MANAGER)
    let_in(database, as_manager)
    for asker in (MANAGER, as_manager):
        for call in (store.own, store.consents):
            with pytest.raises(AccessDenied):
                call(asker)
    assert "no_time" not in repr((store.state(MANAGER, SPRING), store.releases(MANAGER, SPRING)))


def test_a_server_shows_a_contribution_to_its_owner_alone(on_server: Company) -> None:
    # why: the second lock: a statement without its condition still shows no one another's codes, a manager none
    with opened(Settings()) as database:
        pairs = found_programme(database, 5)
        let_all_count(database, pairs, "no_time")
        SurveyStore(database).answer(pairs[0].mentor, pairs[0].pair, {"useful": 4})
        ThemeStore(database).publish(MANAGER, SPRING, lambda _cycle: "{}")
        one, other = pairs[:2]
    tables = ("contributions", "survey_answers", "theme_consents", "imported_notes", "imported_pairs", "releases")

    def seen(person: str, role: str) -> list[int]:
        with on_server.server.connect(APP) as connection, connection.transaction():
            told = "SELECT set_config('eyelevel.person', %s, true), set_config('eyelevel.role', %s, true)"
            connection.execute(told, (person, role))
            counts = [connection.execute(f"SELECT count(*) FROM {name}".encode()).fetchone() for name in tables]
            return [count[0] for count in counts if count]

    assert seen("", "") == [0, 0, 0, 0, 0, 0]
    assert seen(MANAGER.person, "manager") == [0, 0, 0, 0, 0, 1]
    assert seen(one.mentor.person, "mentor") == [1, 1, 1, 0, 0, 1]
    assert seen(one.mentor.person, "mentee") == [0] * 6
    assert seen(other.mentee.person, "mentee") == [0, 0, 1, 0, 0, 1]
    assert set(tables) <= set(Base.metadata.tables)


def test_damaged_codes_are_told_and_nothing_is_released(database: Database, store: ThemeStore) -> None:
    # why: a release without those that cannot be read would say that they said nothing
    let_all_count(database, found_programme(database, 5), "no_time")
    with database.write(HOUSE) as session:
        some = session.scalars(select(ContributionRow.id).limit(1)).one()
        session.execute(update(ContributionRow).where(ContributionRow.id == some).values(codes="rubbish"))
    with pytest.raises(StoreError):
        gathered(store)
    assert rows(database, ReleaseRow.id) == []
    with database.write(HOUSE) as session:
        session.execute(delete(ContributionRow).where(ContributionRow.id == some))
    with pytest.raises(TooFewPairs):
        gathered(store)
