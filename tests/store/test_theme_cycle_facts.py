"""What a cycle says beside its codes, so that nothing follows from its release: who wrote, who is new, since when."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from company import opened
from paired import found_programme, gathered, let_all_count
from sqlalchemy import text

from assistant.settings import Settings
from assistant.store.database import HOUSE, Database
from assistant.store.programmes import ProgrammeStore
from assistant.store.survey import SurveyStore
from assistant.store.theme_records import ThemeSource
from assistant.store.themes import ThemeStore


@pytest.fixture
def database(home: Path) -> Iterator[Database]:
    with opened(Settings(home=home)) as database:
        yield database


def test_a_cycle_says_who_wrote_and_who_answered_the_survey(database: Database) -> None:
    # why: five who wrote would stand alone among seven who only answered, and all would carry what is shown
    pairs, store = found_programme(database, 6), ThemeStore(database)
    let_all_count(database, pairs[:5], "no_time")
    for one in pairs[4:]:
        SurveyStore(database).answer(one.mentee, one.pair, {"useful": 5})
        source = ThemeSource("survey", one.pair)
        store.contribute(one.mentee, source, one.pair, ["survey:useful:agree"], codebook=1)
    found = {one.pair: (one.wrote, one.answered) for one in gathered(store).pairs}
    expected = [(True, False)] * 4 + [(True, True), (False, True)]
    assert [found[one.pair] for one in pairs] == expected


def test_a_cycle_says_which_pairs_were_made_since_the_release_before(database: Database) -> None:
    # why: managers make pairs, so that the new ones are a group which they can name
    pairs, store = found_programme(database, 6), ThemeStore(database)
    let_all_count(database, pairs[:5], "no_time")
    assert not any(one.new for one in gathered(store).pairs)
    with database.write(HOUSE) as session:
        later = datetime.now(UTC) + timedelta(minutes=1)
        session.execute(text("UPDATE pairs SET created_at = :now WHERE id = :id"), {"now": later, "id": pairs[5].pair})
    let_all_count(database, pairs[1:], "need_time")
    assert {one.pair for one in gathered(store).pairs if one.new} == {pairs[5].pair}


def test_sessions_count_in_one_release_only(database: Database) -> None:
    # why: what piles up over releases tells of a pair that is made or ended between two of them
    pairs, store = found_programme(database, 6), ThemeStore(database)
    sessions, day = ProgrammeStore(database), datetime.now(UTC).date()
    sessions.record_session(pairs[0].mentor, pairs[0].pair, day - timedelta(days=3), minutes_held=45)
    sessions.record_session(pairs[1].mentor, pairs[1].pair, day - timedelta(days=3), minutes_planned=60, minutes_held=0)
    let_all_count(database, pairs[:5], "no_time")
    first = {one.pair: (one.held, one.cancelled) for one in gathered(store).health}
    assert (first[pairs[0].pair], first[pairs[1].pair]) == ((1, False), (0, True))
    let_all_count(database, pairs[1:], "need_time")
    second = gathered(store).health
    assert {(one.held, one.expected, one.cancelled) for one in second} == {(0, 1, False)}
