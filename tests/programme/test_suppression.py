"""Complementary suppression: nothing follows from a table with a known total, and no more is held back than must be."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import product

import pytest

from assistant.programme.records import BANDS, LOWER_ENDS, Band, find_band
from assistant.programme.suppression import suppress

Table = tuple[Band | None, ...]


def held(counts: Sequence[int], allowed: Sequence[Band] = BANDS) -> tuple[bool, ...]:
    return suppress([find_band(count) for count in counts], sum(counts), allowed)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((5, 5, 5), (False, False, False)),
        ((30, 12, 4), (False, False, True)),
        ((20, 5, 2), (False, True, True)),
        ((30, 6, 2), (False, False, True)),
        ((5, 5, 2), (True, False, True)),
        ((20, 1, 1), (True, True, True)),
        ((4, 4, 4), (True, True, True)),
        ((25, 3, 0), (False, True, True)),
    ],
)
def test_a_second_cell_goes_where_the_first_could_be_worked_out(
    counts: Sequence[int], expected: Sequence[bool]
) -> None:
    # 38 pairs with "20+" and "5-9" leave up to 13; 27 leave two at most, and so another goes.
    assert held(counts) == expected


def looks(total: int, cells: int, allowed: Sequence[Band]) -> dict[Table, list[tuple[int, ...]]]:
    found = defaultdict[Table, list[tuple[int, ...]]](list)
    for counts in product(range(total + 1), repeat=cells):
        if sum(counts) == total:
            seen = zip(counts, held(counts, allowed), strict=True)
            found[tuple(None if hidden else find_band(count) for count, hidden in seen)].append(counts)
    return found


@pytest.mark.parametrize("total", range(5, 41))
@pytest.mark.parametrize("highest", range(4))
def test_in_no_look_a_cell_is_surely_small(total: int, highest: int) -> None:
    # Everything that looks the same, gone through with the algorithm itself: what it leaves undecided is undecided
    # for those who know it too. And by the bands alone there is always room for five.
    allowed = [band for band in BANDS[:highest] if LOWER_ENDS[band] <= total - 2]
    for look, same in looks(total, 3, allowed).items():
        for at, band in enumerate(look):
            if band is None:
                assert any(counts[at] == 0 or counts[at] >= 5 for counts in same), (look, at)
        visible = [LOWER_ENDS[band] for band in look if band]
        assert len(visible) in (0, 3) or total - sum(visible) >= 5


def test_a_simple_algorithm_would_have_given_it_away() -> None:
    # Why whole looks are judged: 14 pairs, "5-9" and two hidden; hiding only what must be would mean that both are
    # small, and together they are at least five, so that each has somebody.
    assert held((7, 4, 3)) != (False, True, True) or any(
        max(counts[1:]) >= 5 for counts in looks(14, 3, BANDS)[("5-9", None, None)]
    )


def test_two_and_four_cells_work_as_well() -> None:
    # It is not made for three.
    for cells, total in ((2, 23), (4, 21)):
        for look, same in looks(total, cells, BANDS).items():
            for at, band in enumerate(look):
                assert band or any(counts[at] == 0 or counts[at] >= 5 for counts in same)


def test_tables_that_cannot_be_are_refused() -> None:
    # A wrong total would make every conclusion wrong.
    with pytest.raises(ValueError, match="cannot add up"):
        suppress(["20+", None, None], 12)
    with pytest.raises(ValueError, match="too large"):
        suppress([None] * 6, 12)
