"""The programme's health: bands of pairs and nothing of a single one, in a table whose total managers know."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from assistant.programme.health import build_health, find_state
from assistant.store.theme_records import PairHealth

UNTIL = date(2026, 3, 16)
Bands = dict[str, str | None]


def pairs(on_plan: int, behind: int, not_started: int, cancelled: int = 0) -> list[PairHealth]:
    held = [2] * on_plan + [1] * behind + [0] * not_started
    return [
        PairHealth(
            pair=f"pair{at}",
            mentor=f"mentor{at}",
            mentee=f"mentee{at}",
            mentor_team=f"boss{at}",
            mentee_team=None,
            held=times,
            expected=2,
            cancelled=at < cancelled,
        )
        for at, times in enumerate(held)
    ]


def show(those: Sequence[PairHealth], since: date | None = None) -> Bands:
    return {cell.code: cell.band for cell in build_health(those, since, UNTIL)}


@pytest.mark.parametrize(("held", "state"), [(0, "not_started"), (1, "behind"), (2, "on_plan"), (5, "on_plan")])
def test_states_share_out_the_pairs(held: int, state: str) -> None:
    # Each pair is in one of the three, so that they add up to a number that managers know.
    assert find_state(pairs(1, 0, 0)[0].model_copy(update={"held": held})) == state


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ((22, 7, 6), ("20+", "5-9", "5-9")),
        ((22, 7, 2), ("20+", "5-9", None)),
        ((12, 2, 3), ("10-19", None, None)),
        ((12, 11, 3), ("10-19", "10-19", None)),
        ((25, 2, 1), ("20+", None, None)),
        ((21, 2, 1), (None, None, None)),
        ((20, 5, 2), ("20+", None, None)),
        ((8, 0, 0), (None, None, None)),
    ],
)
def test_what_is_held_back_does_not_follow_from_the_rest(
    counts: tuple[int, int, int], shown: tuple[str | None]
) -> None:
    # 24 pairs and "20+" leave four at most, so that it goes as well; of 27 with "20+" and "5-9" two would be left.
    assert tuple(show(pairs(*counts)).values())[:3] == shown


def test_cancellations_are_a_cell_of_their_own() -> None:
    # They share out nothing: a pair may have cancelled and be on plan.
    assert show(pairs(12, 6, 6, cancelled=7))["cancelled"] == "5-9"
    assert show(pairs(12, 6, 6, cancelled=4))["cancelled"] is None


def test_a_state_of_one_team_alone_holds_the_whole_table_back() -> None:
    # Otherwise the rest would tell that there are five or more, and so that they are of one team.
    table = pairs(12, 8, 6)
    table[12:20] = [one.model_copy(update={"mentor_team": "boss"}) for one in table[12:20]]
    assert set(list(show(table).values())[:3]) == {None}


def test_nothing_so_soon_after_the_release_before() -> None:
    # A session a month is expected; after two weeks most pairs would look behind.
    table = pairs(12, 8, 6, cancelled=9)
    assert set(show(table, UNTIL - timedelta(27)).values()) == {None}
    assert show(table, UNTIL - timedelta(28)) == show(table)


def test_four_pairs_that_a_manager_made_need_not_be_in_a_band() -> None:
    # Managers make and end pairs: of eight, five cannot be on plan without one of any four.
    assert set(show(pairs(8, 0, 0, cancelled=8)).values()) == {None}
    assert show(pairs(9, 0, 0, cancelled=9))["cancelled"] == "5-9"
