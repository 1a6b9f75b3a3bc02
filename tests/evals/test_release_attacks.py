"""The attacks on releases in short: they find what there is to be found, and find nothing in what the product makes."""

import json
from itertools import pairwise

import numpy as np
import pytest

from assistant.programme import health, release
from evals.releases import enumeration, naive, optimum, others, writers
from evals.releases.make import Member, Programme, Published, publish
from evals.releases.seen import Group, look
from evals.releases.subtraction import find_exposed, find_told
from evals.releases.usefulness import add, count_reached, name_size
from evals.tasks import TASKS
from evals.tasks.releases import RELEASES

SEEDS = range(40)


@pytest.fixture(scope="module")
def programmes() -> list[list[Published]]:
    return [publish(Programme(seed).draw_cycles()) for seed in SEEDS]


def _careless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only thresholds: five pairs, five mentors, five mentees, two teams, and two more pairs than the band's end."""
    for module in (release, health):
        monkeypatch.setattr(module, "find_room", lambda pairs, fresh=(): len(pairs) - 2)


def test_nothing_is_exposed_and_the_naive_dashboard_exposes_plenty(programmes: list[list[Published]]) -> None:
    # The promise of the whole: over releases, bands, health, known numbers, teams and seniors.
    assert [exposed for one in programmes for seen in look(one) for exposed in find_exposed(seen)] == []
    found = [naive.attack(one.cycle.pairs) for several in programmes for one in several]
    assert sum(one.filters for one in found) > 0.3 * sum(one.hidden for one in found) > 100


def test_the_attackers_would_find_something(monkeypatch: pytest.MonkeyPatch) -> None:
    # The same attacks on mere thresholds: an attack that never succeeds would prove nothing.
    _careless(monkeypatch)
    several = [publish(Programme(seed, 8 + seed % 6).draw_cycles()) for seed in SEEDS]
    assert len([1 for one in several for seen in look(one) if find_exposed(seen)]) > 3
    assert any(enumeration.find_following(structure) for structure in enumeration.draw_partitions(8))


@pytest.mark.parametrize("number", range(5, 10))
def test_in_small_cycles_gone_through_completely_nothing_follows(number: int) -> None:
    # Every subset of pairs as the carriers, every insider, every team of mentors: all ways at once.
    structures = [
        *enumeration.draw_partitions(number),
        *(enumeration.draw_small(seed, number, number) for seed in range(15)),
    ]
    assert [words for one in structures for words in enumeration.find_following(one)] == []
    shown = [one for one in structures if len(enumeration.show_all(one)) > 1]
    assert bool(shown) == (number >= 7)


def test_a_single_leader_and_a_small_team_are_not_told_of() -> None:
    # Six mentors of one senior, and a team of two in a cycle of eight: by complete enumeration.
    leader = [Member(f"pair{at}", f"mentor{at}", f"mentee{max(0, at - 5)}", None, None) for at in range(11)]
    team = [Member(f"pair{at}", f"mentor{at}", f"mentee{at}", "boss" if at < 2 else f"b{at}", None) for at in range(8)]
    for structure in (leader, team):
        assert enumeration.find_following(structure) == []
    assert len(enumeration.show_all(team)) > 1


def test_an_insider_learns_of_no_other_pair(programmes: list[list[Published]]) -> None:
    # Somebody with several pairs knows what these said, and still of nobody else.
    for published in programmes:
        for seen, one in zip(look(published), published, strict=True):
            carried = frozenset((pair.pair, code) for pair in one.cycle.pairs for code in pair.codes)
            for part in seen.parts[:2]:
                for person in {member.mentee for member in part.members}:
                    own = Group(member.pair for member in part.members if member.mentee == person)
                    assert find_told(part, own, carried) == []


def test_the_insider_would_find_something(monkeypatch: pytest.MonkeyPatch) -> None:
    # Seven pairs, a senior with two of them who knows that neither carries it: "5-9" are all the others.
    _careless(monkeypatch)
    members = [Member(f"pair{at}", f"mentor{at}", f"mentee{max(1, at)}", None, None) for at in range(7)]
    assert any("by one with 2" in words for words in enumeration.find_following(members))


def test_the_last_writer_is_not_recovered() -> None:
    # Before and after each write, as soon as it is allowed: no better than guessing; the naive dashboard tells all.
    found = writers.attack_soon(np.random.default_rng(1), 200)
    assert found.exact - found.guessed <= 0.01
    assert writers.attack_naive(np.random.default_rng(1), 100) > 0.8


@pytest.mark.parametrize("leaves", [False, True])
def test_one_pair_more_or_less_in_the_same_cycle_again_tells_nothing(leaves: bool) -> None:
    # Repeated publishing, and somebody erased in between: everything is held back the second time.
    found = writers.attack_repeated(np.random.default_rng(2), (7, 30), 1.0, 60, leaves=leaves)
    assert found.exact - found.guessed <= 0.01


def test_it_takes_six_planted_pairs_and_nobody_else_to_read_one() -> None:
    # What is left, and said: whoever can make people (administrators, not managers) can surround one person.
    alone = {planted: others.attack_planted(np.random.default_rng(3), planted, 0, 20) for planted in (4, 5, 6)}
    assert (alone[4].sure, alone[5].sure, alone[6].sure) == (0.0, 0.0, 1.0)
    assert others.attack_planted(np.random.default_rng(3), 8, 12, 20).sure < 0.2


def test_who_took_part_is_hard_to_tell_in_a_large_cycle() -> None:
    # Not nothing: somebody who knows all that the target would have said is a little better than a coin.
    found = others.attack_membership(np.random.default_rng(4), (60, 60), 200)
    assert found.release < 0.65
    assert found.naive > 0.9


def test_trends_follow_from_the_bands_that_are_shown_anyway(programmes: list[list[Published]]) -> None:
    # So that they need no attack of their own.
    order = ["5-9", "10-19", "20+"]
    for published in programmes:
        for old, new in pairwise(published):
            before = {cell["code"]: cell["band"] for cell in json.loads(old.content)["cells"]}
            for cell in json.loads(new.content)["cells"]:
                if cell["trend"]:
                    step = order.index(cell["band"]) - order.index(before[cell["code"]])
                    assert cell["trend"] == ("up" if step > 0 else "down" if step < 0 else "steady")


def test_no_more_is_held_back_than_the_optimum_plus_a_hundredth() -> None:
    # A mixed-integer program over all tables of a total, with the same rules.
    totals = range(10, 61, 5)
    cells = [3 * sum(map(len, optimum.list_tables(total).values())) for total in totals]
    beyond = [optimum.count_ours(total) - optimum.count_together(total) for total in totals]
    assert min(beyond) >= 0
    assert np.mean([more / all_ for more, all_ in zip(beyond, cells, strict=True)]) <= 0.01


def test_large_programmes_keep_nearly_all_their_themes(programmes: list[list[Published]]) -> None:
    # Protection that shows nothing would be easy.
    reached = add(count_reached(one) for several in programmes for one in several if len(one.cycle.pairs) >= 40)
    assert reached.shown / reached.there > 0.95
    assert [name_size(size) for size in (5, 9, 10, 300)] == ["005-006", "007-009", "010-019", "100+"]


def test_the_suite_is_registered_and_has_an_outcome_for_each_row() -> None:
    # The whole suite on two programmes: every attack runs, and every metric has something to summarise.
    assert TASKS["releases"] is RELEASES
    rows = [row for row in RELEASES.load(2) if row.kind != "table" or row.seed in (12, 30)]
    outcomes = RELEASES.score(rows, RELEASES.solve(None, rows))  # type: ignore[arg-type]  # it opens no workspace
    assert len({outcome.id for outcome in outcomes}) == len(rows)
    scored = {key for outcome in outcomes for key in outcome.scores}
    assert {metric.score_key for metric in RELEASES.metrics} <= scored
