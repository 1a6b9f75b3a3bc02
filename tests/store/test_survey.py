"""Answers to the survey: sealed, one's own, and gone when they are withdrawn; on a file and on a server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from company import CAI, let_in, opened
from paired import MANAGER, found_programme, gathered, rows

from assistant.errors import AccessDenied, InputError, StoreError
from assistant.roles import Actor, Role
from assistant.settings import Settings
from assistant.store.database import HOUSE, Database
from assistant.store.seals import check_seals
from assistant.store.survey import SurveyStore
from assistant.store.theme_tables import ContributionRow, SurveyAnswerRow
from assistant.store.themes import ThemeSource, ThemeStore


@pytest.fixture
def database(home: Path) -> Iterator[Database]:
    with opened(Settings(home=home)) as database:
        yield database


@pytest.fixture
def store(database: Database) -> SurveyStore:
    return SurveyStore(database)


def test_answers_are_kept_replaced_and_shown_to_whoever_gave_them(database: Database, store: SurveyStore) -> None:
    # why: one may change one's mind, leave a question out, and be sure that the other side reads nothing
    (one,) = found_programme(database, 1)
    assert store.own(one.mentor, one.pair) == {}
    store.answer(one.mentor, one.pair, {"useful": 4, "learned": 1})
    store.answer(one.mentee, one.pair, {"useful": 2})
    store.answer(one.mentor, one.pair, {"learned": 5})
    assert (store.own(one.mentor, one.pair), store.own(one.mentee, one.pair)) == ({"learned": 5}, {"useful": 2})
    assert len(rows(database, SurveyAnswerRow.id)) == 2


def test_the_same_answers_again_are_no_new_ones(database: Database, store: SurveyStore) -> None:
    # why: pressing "save" twice must not count as an answer to the next survey
    (one,) = found_programme(database, 1)
    store.answer(one.mentor, one.pair, {"useful": 4, "learned": 1})
    before = rows(database, SurveyAnswerRow.updated_at)
    store.answer(one.mentor, one.pair, {"learned": 1, "useful": 4})
    assert rows(database, SurveyAnswerRow.updated_at) == before
    store.answer(one.mentor, one.pair, {"useful": 4})
    assert rows(database, SurveyAnswerRow.updated_at) > before


@pytest.mark.parametrize(
    "answers",
    [{}, {"useful": 0}, {"useful": 6}, {"useful": True}, {"useful": 3.0}, {"useful": "4"}, {"useful": None},
     {"Ana is late": 3}, {"": 3}, {"a:b": 3}, {"a" * 61: 3}, {f"q{number}": 3 for number in range(51)}],
)  # fmt: skip
def test_what_is_no_answer_is_refused(database: Database, store: SurveyStore, answers: Any) -> None:
    # why: what stands in an answer becomes a code that managers may read
    (one,) = found_programme(database, 1)
    store.answer(one.mentor, one.pair, {"useful": 4})
    with pytest.raises(InputError):
        store.answer(one.mentor, one.pair, answers)
    assert store.own(one.mentor, one.pair) == {"useful": 4}


def test_nobody_answers_reads_or_withdraws_for_another(database: Database, store: SurveyStore) -> None:
    # why: a pair's id is known to its manager and to its other side
    one, other = found_programme(database, 2)
    store.answer(one.mentor, one.pair, {"useful": 4})
    let_in(database, CAI, Actor(person=one.mentor.person, role=Role.MENTEE))
    for asker in (other.mentor, CAI, MANAGER, Actor(person=one.mentor.person, role=Role.MENTEE)):
        for call in (store.own, store.withdraw, lambda who, pair: store.answer(who, pair, {"useful": 1})):
            for pair in (one.pair, "0" * 32, "%"):
                with pytest.raises(AccessDenied):
                    call(asker, pair)
    store.withdraw(one.mentee, one.pair)
    assert store.own(one.mentor, one.pair) == {"useful": 4}


def test_withdrawn_answers_count_no_more_and_those_in_a_release_stay_in_it(
    database: Database, store: SurveyStore
) -> None:
    # why: an answer is a person's own until a release has taken it
    pairs, themes = found_programme(database, 6), ThemeStore(database)
    for one in pairs:
        store.answer(one.mentor, one.pair, {"useful": 4})
        source = ThemeSource("survey", one.pair)
        themes.contribute(one.mentor, source, one.pair, ["survey:useful:agree"], codebook=1)
    one = pairs[0]
    for _ in range(2):
        store.withdraw(one.mentor, one.pair)
    assert store.own(one.mentor, one.pair) == {} and themes.own(one.mentor) == ()
    with pytest.raises(AccessDenied):
        themes.contribute(one.mentor, ThemeSource("survey", one.pair), one.pair, ["survey:useful:agree"], codebook=1)
    assert {two.pair for two in gathered(themes).pairs} == {two.pair for two in pairs[1:]}
    store.withdraw(pairs[1].mentor, pairs[1].pair)
    assert themes.own(pairs[1].mentor)[0].released and len(rows(database, ContributionRow.id)) == 5


def test_answers_are_sealed_and_damage_is_found(database: Database, store: SurveyStore) -> None:
    # why: an opinion of one's boss is in them; and `doctor` must see what cannot be opened any more
    (one,) = found_programme(database, 1)
    store.answer(one.mentor, one.pair, {"useful": 4})
    (sealed,) = rows(database, SurveyAnswerRow.answers)
    assert "useful" not in sealed and check_seals(database) is None
    with database.write(HOUSE) as session:
        session.get_one(SurveyAnswerRow, rows(database, SurveyAnswerRow.id)[0]).answers = sealed[:-8] + "AAAAAAA="
    assert "survey_answers.answers" in (check_seals(database) or "")
    with pytest.raises(StoreError):
        store.own(one.mentor, one.pair)
