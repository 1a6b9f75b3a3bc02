"""What counts for themes, for whom, and how a cycle is closed: on a file and on a server."""

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from company import CAI, let_in, opened
from paired import MANAGER, Two, found_programme, gathered, let_all_count, let_count, rows, save_note

from assistant.errors import AccessDenied, InputError
from assistant.roles import Actor, Role
from assistant.settings import Settings
from assistant.store.commitments import CommitmentStore
from assistant.store.database import HOUSE, Database
from assistant.store.notes import NoteStore
from assistant.store.programmes import ProgrammeStore
from assistant.store.rights import RightsStore, erase_person
from assistant.store.survey import SurveyStore
from assistant.store.theme_tables import ContributionRow
from assistant.store.themes import ThemeSource, ThemeStore

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


def codes_of(store: ThemeStore, actor: Actor) -> list[tuple[str, ...]]:
    return [one.codes for one in store.own(actor)]


# Consent


def test_nothing_counts_without_consent_of_the_person_in_that_role(database: Database, store: ThemeStore) -> None:
    # why: it is off until it is given, and given as a mentor it says nothing of the same person as a mentee
    (one,) = found_programme(database, 1)
    let_in(database, CAI)
    assert store.consents(one.mentor) and not store.consents(CAI)
    both = Actor(person=one.mentor.person, role=Role.MENTEE)
    let_in(database, both)
    assert not store.consents(both)
    store.set_consent(one.mentor, False)
    with pytest.raises(AccessDenied, match="have not agreed"):
        let_count(database, one.mentor, one.pair, "need_time")
    assert store.own(one.mentor) == () and rows(database, ContributionRow.id) == []


def test_withdrawn_consent_takes_away_all_that_was_to_count_and_nothing_else(
    database: Database, store: ThemeStore
) -> None:
    # why: withdrawable at any time, at once; what a release has taken names nobody, and others' codes are theirs
    pairs = found_programme(database, 5)
    let_all_count(database, pairs, "no_time")
    gathered(store)
    one, other = pairs[:2]
    for side in (one.mentor, one.mentee, other.mentor):
        let_count(database, side, one.pair if side != other.mentor else other.pair, "need_time")
    store.set_consent(one.mentor, False)
    assert codes_of(store, one.mentor) == [("no_time",)] and store.own(one.mentor)[0].released
    assert codes_of(store, one.mentee) == [("need_time",)]
    assert codes_of(store, other.mentor) == [("need_time",), ("no_time",)]
    store.set_consent(one.mentor, True)
    assert codes_of(store, one.mentor) == [("no_time",)], "nothing comes back by itself"


def test_an_older_copy_loses_again_what_was_withdrawn(home: Path, tmp_path: Path) -> None:
    # why: yesterday's backup must not let codes count that were taken back today, also of a consent given anew
    settings = Settings(home=home, keys=tmp_path / "keys")
    with opened(settings) as database:
        first, second, third = found_programme(database, 3)
        kept = let_count(database, first.mentor, first.pair, "kept")
        let_count(database, first.mentee, first.pair, "consent_withdrawn")
        source = ThemeSource("note", save_note(database, second.mentor, second.pair))
        ThemeStore(database).contribute(second.mentor, source, second.pair, ["retracted"], codebook=1)
        SurveyStore(database).answer(second.mentee, second.pair, {"useful": 4})
        of_survey = ThemeSource("survey", second.pair)
        ThemeStore(database).contribute(second.mentee, of_survey, second.pair, ["survey:useful:agree"], codebook=1)
        let_count(database, third.mentor, third.pair, "person_erased")
    copy = (home / "eyelevel.db").read_bytes()
    with opened(settings) as database:
        store = ThemeStore(database)
        store.set_consent(first.mentee, False)
        store.set_consent(first.mentee, True)
        store.retract(second.mentor, source)
        SurveyStore(database).withdraw(second.mentee, second.pair)
        erase_person(database, HOUSE, third.mentor.person)
        assert rows(database, ContributionRow.id) == [kept]
    (home / "eyelevel.db").write_bytes(copy)
    with opened(settings) as database:
        assert rows(database, ContributionRow.id) == [kept]
        assert SurveyStore(database).own(second.mentee, second.pair) == {}
        assert not ThemeStore(database).consents(first.mentee)


# What counts


def test_codes_are_replaced_and_what_was_taken_back_stays_so(database: Database, store: ThemeStore) -> None:
    # why: a note is checked again and again; each check must not ask anew, and must count once
    (one,) = found_programme(database, 1)
    source = ThemeSource("note", save_note(database, one.mentor, one.pair))
    made = store.contribute(one.mentor, source, one.pair, ["no_time", "need_time", "no_time"], codebook=1)
    store.withdraw(one.mentor, made, "no_time")
    store.withdraw(one.mentor, made, "no_time")
    day = date(2026, 2, 3)
    again = store.contribute(one.mentor, source, one.pair, ["area_tools", "no_time"], codebook=2, held_on=day)
    (seen,) = store.own(one.mentor)
    assert (again, seen.codes, seen.withdrawn) == (made, ("area_tools", "no_time"), ("no_time",))
    assert (seen.source, seen.pair, seen.role, seen.held_on) == (source, one.pair, Role.MENTOR, day)
    assert store.contribute(one.mentor, source, one.pair, ["area_tools"], codebook=2) == made
    assert store.own(one.mentor)[0].withdrawn == ()
    store.contribute(one.mentor, source, one.pair, ["no_time"], codebook=2)
    assert store.own(one.mentor)[0].withdrawn == ("no_time",), "not even found again in between"
    store.put_back(one.mentor, made, "no_time")
    assert store.own(one.mentor)[0].withdrawn == () and not seen.released


def test_only_an_own_note_commitment_or_survey_about_that_pair_counts(database: Database, store: ThemeStore) -> None:
    # why: else one person could put words into the mouth of another, or count for a pair of others
    one, other = found_programme(database, 2)
    theirs, unpaired = save_note(database, one.mentee, one.pair), save_note(database, one.mentor, None)
    deleted, mine = (save_note(database, one.mentor, one.pair) for _ in range(2))
    NoteStore(database).delete(one.mentor, deleted)
    open_one = CommitmentStore(database).add(one.mentor, "x", pair=one.pair)
    refused = [
        *(ThemeSource("note", item) for item in (theirs, unpaired, deleted, NOBODYS, "%", "")),
        *(ThemeSource("commitment", item) for item in (open_one, mine)),
        *(ThemeSource("survey", item) for item in (one.pair, other.pair, NOBODYS)),
    ]
    for source in refused:
        with pytest.raises(AccessDenied):
            store.contribute(one.mentor, source, one.pair, ["no_time"], codebook=1)
    for pair in (other.pair, NOBODYS):
        with pytest.raises(AccessDenied):
            store.contribute(one.mentor, ThemeSource("note", mine), pair, ["no_time"], codebook=1)
    CommitmentStore(database).settle(one.mentor, open_one, "kept")
    SurveyStore(database).answer(one.mentor, one.pair, {"useful": 5})
    for source in (ThemeSource("note", mine), ThemeSource("commitment", open_one), ThemeSource("survey", one.pair)):
        store.contribute(one.mentor, source, one.pair, ["no_time"], codebook=1)
    assert len(store.own(one.mentor)) == 3 and store.own(one.mentee) == store.own(other.mentor) == ()


@pytest.mark.parametrize(
    "code", ["", "Ana said it", "Ana", "a-b", "a b", "a:b:c:d", "survey:", "é", "a" * 81, "a\n", "9a", "a\0"]
)
def test_what_is_no_code_is_refused(database: Database, store: ThemeStore, code: str) -> None:
    # why: a text that gets in here could reach a manager
    (one,) = found_programme(database, 1)
    with pytest.raises(InputError, match="no text"):
        let_count(database, one.mentor, one.pair, "no_time", code)
    with pytest.raises(InputError):
        let_count(database, one.mentor, one.pair, *(f"code_{number}" for number in range(201)))
    assert store.own(one.mentor) == ()


def test_codes_are_sealed_under_their_owners_key(database: Database, store: ThemeStore) -> None:
    # why: whoever reads the database, or a backup after an erasure, must not learn who said what
    (one,) = found_programme(database, 1)
    made = let_count(database, one.mentor, one.pair, "mentor_holds_back")
    (sealed,) = rows(database, ContributionRow.codes)
    assert "mentor" not in sealed and not sealed.startswith("{")
    said = json.loads(database.keys.open(one.mentor.person, f"contributions.codes:{made}", sealed))
    assert said == {"codes": ["mentor_holds_back"], "withdrawn": []}


def test_nobody_changes_what_is_anothers_or_released(database: Database, store: ThemeStore) -> None:
    # why: an id is worth nothing to anybody else, and a release that could change would tell by its changes
    pairs = found_programme(database, 5)
    let_all_count(database, pairs, "no_time")
    one, other = pairs[:2]
    made = store.own(one.mentor)[0].id
    for change in (store.withdraw, store.put_back):
        for asker in (other.mentor, one.mentee):
            with pytest.raises(AccessDenied):
                change(asker, made, "no_time")
        with pytest.raises(InputError, match="not in this"):
            change(one.mentor, made, "need_time")
    before = store.own(one.mentor)
    store.retract(other.mentor, before[0].source)
    assert store.own(one.mentor) == before
    gathered(store)
    for change in (store.withdraw, store.put_back):
        with pytest.raises(InputError, match="release has taken"):
            change(one.mentor, made, "no_time")
    store.retract(one.mentor, before[0].source)
    again = store.contribute(one.mentor, before[0].source, one.pair, ["need_time"], codebook=1)
    assert again == made and codes_of(store, one.mentor) == [("no_time",)] and store.own(one.mentor)[0].released


def test_a_survey_counts_again_only_when_it_was_answered_again(database: Database, store: ThemeStore) -> None:
    # why: the same answer in every cycle would be no new contribution, and five old ones would close a cycle
    pairs = found_programme(database, 5)

    def answer(value: int) -> None:
        for one in pairs:
            SurveyStore(database).answer(one.mentee, one.pair, {"useful": value})
            code = "agree" if value > 3 else "disagree"
            source = ThemeSource("survey", one.pair)
            store.contribute(one.mentee, source, one.pair, [f"survey:useful:{code}"], codebook=1)

    answer(4)
    answer(4)
    assert {one.codes for one in gathered(store).pairs} == {frozenset(["survey:useful:agree"])}
    answer(4)
    assert store.state(HOUSE, SPRING).needs == 5
    answer(2)
    cycle = gathered(store)
    assert {one.codes for one in cycle.pairs} == {frozenset(["survey:useful:disagree"])}
    assert {one.codes for one in cycle.before_pairs} == {frozenset(["survey:useful:agree"])}


# What counts no more


def test_what_is_no_more_as_it_was_does_not_count(database: Database, store: ThemeStore) -> None:
    # why: a note in the bin, or about another pair, and a promise that is open again say nothing of this pair
    pairs = found_programme(database, 9)
    notes, promises = NoteStore(database), CommitmentStore(database)
    let_all_count(database, pairs[:7], "no_time")
    binned, moved, ended = pairs[:3]
    in_bin = store.own(binned.mentor)[0].source.item
    notes.delete(binned.mentor, in_bin)
    notes.set_pair(moved.mentor, store.own(moved.mentor)[0].source.item, None)
    ProgrammeStore(database).end_pair(MANAGER, ended.pair)
    for one in pairs[7:]:
        made = promises.add(one.mentor, "x", pair=one.pair)
        promises.settle(one.mentor, made, "kept")
        store.contribute(one.mentor, ThemeSource("commitment", made), one.pair, ["sign_trust"], codebook=1)
    promises.reopen(pairs[8].mentor, store.own(pairs[8].mentor)[0].source.item)
    assert store.own(binned.mentor) == store.own(moved.mentor) == store.own(pairs[8].mentor) == ()
    assert {one.pair for one in gathered(store).pairs} == {one.pair for one in pairs[2:8]}
    notes.restore(binned.mentor, in_bin)
    assert codes_of(store, binned.mentor) == [("no_time",)], "it is there again for the next cycle"


@pytest.mark.parametrize("what", ["note", "commitment", "pair", "person", "partner"])
def test_what_is_erased_counts_in_no_later_release(database: Database, store: ThemeStore, what: str) -> None:
    # why: an erasure takes effect in the next release; the one before is frozen and names nobody
    pairs = found_programme(database, 6)
    one = pairs[0]
    promise = CommitmentStore(database).add(one.mentor, "x", pair=one.pair)
    CommitmentStore(database).settle(one.mentor, promise, "kept")
    if what == "commitment":
        store.contribute(one.mentor, ThemeSource("commitment", promise), one.pair, ["no_time"], codebook=1)
    else:
        let_count(database, one.mentor, one.pair, "no_time")
    let_all_count(database, pairs[1:], "no_time")
    erasing: dict[str, Callable[[], Any]] = {
        "note": lambda: _erase_note(database, one),
        "commitment": lambda: CommitmentStore(database).delete(one.mentor, promise),
        "pair": lambda: RightsStore(database).erase_pair(one.mentor, one.pair),
        "person": lambda: RightsStore(database).erase_me(one.mentor),
        "partner": lambda: RightsStore(database).erase_me(one.mentee),
    }
    erasing[what]()
    assert one.pair not in rows(database, ContributionRow.pair_id)
    assert {two.pair for two in gathered(store).pairs} == {two.pair for two in pairs[1:]}


def _erase_note(database: Database, one: Two) -> None:
    notes = NoteStore(database)
    notes.delete(one.mentor, notes.list(one.mentor)[0].id)
    notes.purge_deleted(timedelta(0))
