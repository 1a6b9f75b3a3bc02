"""Complementary suppression: which cells of a table with a known total must be held back besides the small ones.

Used for the programme's health, whose three cells share out the active pairs, and managers know how many those are.
Pure arithmetic on bands; it sees no pair.

What follows from a table is judged as somebody would who knows the total and this very algorithm. Tables that would
look the same on the page are one *look*. A look is safe where

1. the visible bands leave room for five in what is held back: total - (their lower ends) >= 5 (interval feasibility),
2. no held-back cell is between one and four in every table with that look; the tables, not the bands alone, because
   an algorithm that hides no more than it must gives away that the rest had to be hidden (the minimality attack,
   Wong et al., VLDB 2007).

Every table begins with what the rules hold back; where a look is not safe, all tables that have it hold back their
lowest visible band as well, the first of equals; until every look is safe. Where that ends with everything held back in
a way that tells, it is done again with all equals alike, so that the order of the cells tells nothing either. There are
at most 4^n tables of bands, so n is small: three here.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import Final, NamedTuple

from assistant.programme.records import BANDS, LOWER_ENDS, Band
from assistant.store.theme_records import FLOOR

MOST_CELLS: Final = 5
"""Above that there are too many tables to go through."""
Table = tuple[Band | None, ...]
"""A band for each cell; `None`: fewer than five. Of a look: held back."""


class Span(NamedTuple):
    """Least and greatest number of pairs, both included."""

    least: int
    most: int


def suppress(bands: Sequence[Band | None], total: int, allowed: Iterable[Band] = BANDS) -> tuple[bool, ...]:
    """For each cell of a partition of `total` whether it is held back.

    `bands`: those of the true numbers, `None` for fewer than five. `allowed`: the bands that may be shown at all, which
    must not depend on anything but what is known. Raises `ValueError` for a table that cannot have that total.
    """
    table = tuple(bands)
    plan = _plan(len(table), total, tuple(band for band in BANDS if band in set(allowed)))
    if table not in plan:
        raise ValueError(f"the bands {table!r} cannot add up to {total}")
    return plan[table]


@lru_cache(maxsize=1024)
def _plan(cells: int, total: int, allowed: tuple[Band, ...]) -> dict[Table, tuple[bool, ...]]:
    """What is held back of each table that can have the total."""
    if cells > MOST_CELLS:
        raise ValueError(f"a table of {cells} cells is too large; {MOST_CELLS} at most")
    tables = [table for table in product((None, *BANDS), repeat=cells) if _is_possible(table, total)]
    for alike in (False, True):
        plan = {table: tuple(band not in allowed for band in table) for table in tables}
        while unsafe := [same for look, same in _find_unsafe(plan, total) if not all(band is None for band in look)]:
            for table in (table for same in unsafe for table in same):
                plan[table] = _hold_lowest(table, plan[table], alike=alike)
        if not any(_find_unsafe(plan, total)):
            return plan
    return dict.fromkeys(tables, (True,) * cells)


def _find_unsafe(plan: dict[Table, tuple[bool, ...]], total: int) -> Iterator[tuple[Table, list[Table]]]:
    yield from ((look, same) for look, same in _group(plan).items() if not _is_safe(look, same, total))


def _group(plan: dict[Table, tuple[bool, ...]]) -> dict[Table, list[Table]]:
    """Tables by their look."""
    looks = defaultdict[Table, list[Table]](list)
    for table, held in plan.items():
        looks[tuple(None if hidden else band for band, hidden in zip(table, held, strict=True))].append(table)
    return looks


def _is_safe(look: Table, tables: Sequence[Table], total: int) -> bool:
    hidden = [at for at, band in enumerate(look) if band is None]
    visible = [LOWER_ENDS[band] for band in look if band is not None]
    if hidden and visible and total - sum(visible) < FLOOR:
        return False
    spans = [[find_span(table, at, total) for table in tables] for at in hidden]
    return all(any(span.least < 1 or span.most >= FLOOR for span in found) for found in spans)


def _hold_lowest(table: Table, held: tuple[bool, ...], *, alike: bool) -> tuple[bool, ...]:
    visible = [at for at, hidden in enumerate(held) if not hidden]
    lowest = min(visible, key=lambda at: _span(table[at], 0).least)
    more = {at for at in visible if table[at] == table[lowest]} if alike else {lowest}
    return tuple(hidden or at in more for at, hidden in enumerate(held))


def find_span(table: Table, at: int, total: int) -> Span:
    """How many pairs the cell at a place can have, in a table of this total."""
    spans = [_span(band, total) for band in table]
    others = [span for place, span in enumerate(spans) if place != at]
    least = max(spans[at].least, total - sum(span.most for span in others))
    return Span(least, min(spans[at].most, total - sum(span.least for span in others)))


def _span(band: Band | None, total: int) -> Span:
    if band is None:
        return Span(0, FLOOR - 1)
    higher = [LOWER_ENDS[other] for other in BANDS if LOWER_ENDS[other] > LOWER_ENDS[band]]
    return Span(LOWER_ENDS[band], min(higher) - 1 if higher else total)


def _is_possible(table: Table, total: int) -> bool:
    spans = [_span(band, total) for band in table]
    return sum(span.least for span in spans) <= total <= sum(span.most for span in spans)
