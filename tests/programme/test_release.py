"""Releases: what is shown of a cycle, and what never is, whatever the cycle."""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import StoreDamaged
from assistant.programme.records import Cell, Release, find_band, parse_release, read_release
from assistant.programme.release import build_release, count_changed
from assistant.store.theme_records import Cycle, PairCodes, PairHealth, StoredRelease

DAY = date(2026, 3, 16)
CODES = ("no_time", "need_time", "sign_trust", "area_tools", "survey:useful:agree", "survey:useful:disagree")
LOWER = {"5-9": 5, "10-19": 10, "20+": 20}


def pair(at: int, *codes: str, **fields: Any) -> PairCodes:
    known: dict[str, Any] = {"mentor": f"mentor{at}", "mentee": f"mentee{at}"}
    known |= {"mentor_team": f"boss{at}", "mentee_team": f"head{at}"}
    return PairCodes(pair=f"pair{at}", codes=frozenset(codes), **known | fields)


def meeting(at: int, held: int = 1, expected: int = 1, **fields: Any) -> PairHealth:
    known: dict[str, Any] = {"mentor": f"mentor{at}", "mentee": f"mentee{at}", "cancelled": False}
    known |= {"mentor_team": f"boss{at}", "mentee_team": f"head{at}"}
    return PairHealth(pair=f"pair{at}", held=held, expected=expected, **known | fields)


def cycle(pairs: Sequence[PairCodes], **fields: Any) -> Cycle:
    known: dict[str, Any] = {"number": 1, "since": None, "until": DAY, "health": (), "before": None, "before_pairs": ()}
    return Cycle(pairs=tuple(pairs), **known | fields)


def carried(number: int, of: int, code: str = "no_time", first: int = 0) -> list[PairCodes]:
    return [pair(at, *([code] if at - first < number else [])) for at in range(first, first + of)]


def show(pairs: Sequence[PairCodes], code: str = "no_time", **fields: Any) -> Cell:
    cell = build_release(cycle(pairs, **fields), CODES, 1).find(code)
    assert cell is not None
    return cell


@st.composite
def cycles(draw: st.DrawFn) -> Cycle:
    size = draw(st.integers(5, 26))
    teams = st.none() | st.sampled_from(["boss1", "boss2", "boss3", "boss4"])
    seniors = draw(st.integers(max(1, size // 2), size))
    heads = draw(st.lists(teams, min_size=seniors, max_size=seniors))
    often = st.frozensets(st.sampled_from(CODES), min_size=draw(st.integers(0, 3)))

    def place(at: int) -> dict[str, Any]:
        return {"mentee": f"mentee{at % seniors}", "mentor_team": draw(teams), "mentee_team": heads[at % seniors]}

    said = [
        pair(
            at,
            *draw(often),
            wrote=draw(st.booleans()) or at % 3 > 0,
            answered=at % 2 == 0,
            new=at % 5 == 0,
            **place(at),
        )
        for at in range(size)
    ]
    health = tuple(
        meeting(at, draw(st.integers(0, 3)), 2, cancelled=draw(st.booleans()), **place(at)) for at in range(size)
    )
    if not draw(st.booleans()):
        return cycle(said, health=health)
    before = [one.model_copy(update={"codes": draw(often)}) for one in said[: draw(st.integers(5, size))]]
    content = build_release(cycle(before), CODES, 1).to_json()
    return cycle(said, health=health, number=2, since=DAY - timedelta(40), before=content, before_pairs=tuple(before))


@settings(deadline=None)  # the machine may be busy
@given(cycles())
def test_whatever_the_cycle_a_cell_that_is_shown_keeps_the_rules(made: Cycle) -> None:
    # Rules 1 to 3, counted here once more from the pairs themselves.
    release = build_release(made, CODES, 1)
    for cell in (*release.cells, *release.survey):
        if cell.suppressed:
            assert (cell.band, cell.trend) == (None, None)
            continue
        could = [one for one in made.pairs if (one.answered if cell.code.startswith("survey:") else one.wrote)]
        carriers = [one for one in could if cell.code in one.codes]
        assert cell.band == find_band(len(carriers)) and LOWER[cell.band] <= len(could) - 2
        for people in ({one.mentor for one in carriers}, {one.mentee for one in carriers}):
            assert len(people) >= 5
        for teams in ({one.mentor_team for one in carriers}, {one.mentee_team for one in carriers}):
            assert len(teams) > 1 or teams == {None}


@settings(deadline=None)  # the machine may be busy
@given(cycles(), st.randoms())
def test_the_order_of_pairs_and_the_names_of_people_and_teams_change_nothing(made: Cycle, random: Any) -> None:
    # A release that depends on an order or an id could carry a message out.
    def other(one: Any) -> Any:
        names = {field: getattr(one, field) for field in ("pair", "mentor", "mentee", "mentor_team", "mentee_team")}
        return one.model_copy(update={field: name and name[::-1] for field, name in names.items()})

    fields = ("pairs", "health", "before_pairs")
    mixed = {field: [other(one) for one in getattr(made, field)] for field in fields}
    for several in mixed.values():
        random.shuffle(several)
    moved = made.model_copy(update={field: tuple(several) for field, several in mixed.items()})
    assert build_release(moved, CODES, 1).to_json() == build_release(made, CODES, 1).to_json()


@settings(deadline=None)  # the machine may be busy
@given(cycles(), st.sets(st.integers(0, 25), max_size=4))
def test_a_code_that_is_held_back_changes_no_other_cell(made: Cycle, carriers: set[int]) -> None:
    # Nothing may be learnt of a held-back code from the rest of the page. (What is told at all depends on how many
    # pairs said something else than before, so that this is about a first release.)
    first = made.model_copy(update={"before": None, "before_pairs": ()})
    more = [
        one.model_copy(update={"codes": one.codes | {"alibi"}}) if at in carriers else one
        for at, one in enumerate(first.pairs)
    ]
    with_it = build_release(first.model_copy(update={"pairs": tuple(more)}), (*CODES, "alibi"), 1)
    assert with_it.find("alibi") == Cell(code="alibi")
    assert with_it.cells[:-1] == build_release(first, CODES, 1).cells


@settings(deadline=None)  # the machine may be busy
@given(cycles())
def test_content_holds_codes_bands_and_trends_and_nothing_else(made: Cycle) -> None:
    # Read as text: no id, no count, no field that could hold one; and it is read again as it was.
    release = build_release(made, CODES, 1)
    content = json.loads(release.to_json())
    assert set(content) == {"codebook", "minimum_group", "cells", "survey", "health"}
    assert (content["codebook"], content["minimum_group"]) == (1, 5)
    for cell in (*content["cells"], *content["survey"], *content["health"]):
        assert set(cell) == {"code", "band", "suppressed", "trend"}
        assert cell["band"] in {None, "5-9", "10-19", "20+"} and cell["trend"] in {None, "up", "down", "steady"}
    assert [one["code"] for one in content["health"]] == ["on_plan", "behind", "not_started", "cancelled"]
    assert parse_release(release.to_json()) == release == build_release(made, CODES, 1)


@pytest.mark.parametrize(
    ("carriers", "of", "band"),
    [(4, 30, None), (5, 6, None), (5, 7, "5-9"), (7, 7, "5-9"), (9, 30, "5-9"), (10, 11, None), (10, 12, "10-19"),
     (19, 30, "10-19"), (20, 21, None), (20, 22, "20+"), (300, 300, "20+")],
)  # fmt: skip
def test_bands_and_the_room_they_need(carriers: int, of: int, band: str | None) -> None:
    # One pair knows what it said itself: with the band nearer to all, it would know what everybody said.
    assert show(carried(carriers, of)).band == band


def test_a_theme_of_one_team_or_one_leaders_mentors_is_held_back() -> None:
    # Five of one team are a message from that team, however many others are in the programme.
    one_team = [pair(at, "no_time", mentor_team="boss") for at in range(6)] + carried(0, 20, first=6)
    assert show(one_team).suppressed
    assert not show([*one_team[:5], pair(5, "no_time"), *one_team[6:]]).suppressed
    one_senior = [pair(at, "no_time", mentee="head") for at in range(6)] + carried(0, 20, first=6)
    assert show(one_senior).suppressed
    unknown = [pair(at, "no_time", mentor_team=None, mentee_team=None) for at in range(6)] + carried(0, 20, first=6)
    assert not show(unknown).suppressed


def test_both_sides_of_a_pair_count_once_and_unknown_codes_for_nothing() -> None:
    # The store joins the two sides; a code that is in no codebook has no cell.
    release = build_release(cycle(carried(8, 12, "invented")), CODES, 1)
    assert release.find("invented") is None and all(cell.suppressed for cell in release.cells)


def test_who_only_answered_the_survey_is_no_cover_for_those_who_wrote() -> None:
    # Seven pairs, of which five wrote: all five carry it, and whoever knows who wrote would know what they said.
    wrote = [pair(at, "no_time", answered=False) for at in range(5)]
    answered = [pair(at, "survey:useful:agree", wrote=False) for at in range(5, 14)]
    assert show([*wrote, *answered]).suppressed
    assert show([*wrote, *answered], "survey:useful:agree").band == "5-9"


def after(now: Sequence[PairCodes], before: Sequence[PairCodes], **fields: Any) -> Release:
    content = build_release(cycle(before), CODES, fields.pop("version", 1)).to_json()
    known: dict[str, Any] = {"number": 2, "since": DAY, "before": content, "before_pairs": tuple(before)}
    return build_release(cycle(now, **known | fields), CODES, 1)


@pytest.mark.parametrize(
    ("before", "now", "trend"),
    [(6, 12, "up"), (12, 6, "down"), (6, 9, "steady"), (25, 30, "steady"), (3, 12, None), (12, 3, None)],
)
def test_a_trend_is_what_the_two_bands_say(before: int, now: int, trend: str | None) -> None:
    # From bands alone, and never for a cell that is held back on one of the sides.
    found = after(carried(now, 40, first=50), carried(before, 40)).find("no_time")
    assert found is not None and found.trend == trend


def test_no_trend_over_another_codebook() -> None:
    # The same id may mean something else.
    found = after(carried(12, 40, first=50), carried(6, 40), version=2).find("no_time")
    assert found is not None and (found.band, found.trend) == ("10-19", None)


@pytest.mark.parametrize(("others", "held"), [(0, True), (4, True), (5, False)])
def test_where_fewer_than_five_say_something_else_nothing_is_told(others: int, held: bool) -> None:
    # The same notes again and one new pair: a band that moved would be that pair's doing.
    before = carried(9, 20)
    now = [*before, *carried(others, others, first=20)]
    assert count_changed(cycle(now, before_pairs=tuple(before))) == others
    assert all(cell.suppressed for cell in after(now, before).cells) == held


def test_an_erased_pair_does_not_show_by_its_absence() -> None:
    # Nine, and ten with the erased one: "10-19" and then "5-9" would tell what it said.
    before = carried(10, 20)
    left = after(before[1:], before, before_pairs=tuple(before[1:]))
    assert all(cell.suppressed for cell in left.cells)


def test_new_pairs_that_are_fewer_than_five_need_not_be_carriers() -> None:
    # Four old pairs and four new ones: five carriers cannot be without a new one, and not without an old one.
    before = carried(6, 8)
    now = [*(pair(at, "no_time", "sign_trust") for at in range(4)), *carried(4, 4, first=20)]
    assert all(cell.suppressed for cell in after(now, before).cells)
    assert not all(cell.suppressed for cell in after([*now, pair(30)], before).cells)
    made = [one.model_copy(update={"new": True}) for one in now[4:]]
    assert show([*now[:4], *made]).suppressed


def test_a_release_that_was_tampered_with_is_refused() -> None:
    # Frozen content is read with the same records; whatever else stands in it is an error, with the release named.
    content = json.loads(build_release(cycle(carried(6, 12)), CODES, 1).to_json())
    content["cells"][0]["count"] = 6
    stored = StoredRelease(
        id="r1",
        programme="p",
        number=3,
        since=None,
        until=DAY,
        content=json.dumps(content),
        created=datetime(2026, 3, 16),
    )
    with pytest.raises(StoreDamaged, match=r"Release 3 \('r1'\)"):
        read_release(stored)
    with pytest.raises(StoreDamaged):
        build_release(cycle(carried(6, 12), number=2, since=DAY, before=json.dumps(content)), CODES, 1)
    with pytest.raises(ValueError, match="held back"):
        Cell(code="no_time", band="5-9")
