"""The programme's health as cells of a release: how many pairs are on plan, behind, without a session, or cancelled.

Called by `release`. The first three share out the active pairs, whose number managers know, so that `suppression`
decides on them together; the fourth is judged like any code. The sessions are those since the release before, each in
one release only: what piles up over releases would tell of a pair that is made or ended between two of them.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from assistant.programme.records import BANDS, LOWER_ENDS, Cell, find_band
from assistant.programme.room import find_room, is_spread, judge
from assistant.programme.suppression import suppress
from assistant.store.theme_records import FLOOR, PairHealth

STATES: Final = ("on_plan", "behind", "not_started")
"""Each active pair is in one of them."""
CANCELLED: Final = "cancelled"
CODES: Final = (*STATES, CANCELLED)
SHORTEST: Final = timedelta(days=28)
"""A session a month is expected, so that a shorter time since the release before says nothing of a pair."""


def find_state(pair: PairHealth) -> str:
    """`on_plan`: at least as many sessions as expected; `not_started`: none; else `behind`."""
    if pair.held >= pair.expected:
        return "on_plan"
    return "behind" if pair.held else "not_started"


def build_health(pairs: Sequence[PairHealth], since: date | None, until: date) -> tuple[Cell, ...]:
    """The four cells, in the order of `CODES`, without trends. All are held back less than 28 days after `since`.

    Managers make and end pairs, so that they can name any few: a band must leave out any four.
    """
    if since is not None and until - since < SHORTEST:
        return tuple(Cell(code=code) for code in CODES)
    room = min(find_room(pairs), len(pairs) - FLOOR + 1)
    states = [[pair for pair in pairs if find_state(pair) == state] for state in STATES]
    bands = [find_band(len(group)) for group in states]
    held = [True] * len(STATES)
    if all(is_spread(group) for group, band in zip(states, bands, strict=True) if band):
        held = list(suppress(bands, len(pairs), [band for band in BANDS if LOWER_ENDS[band] <= room]))
    cells = [
        Cell(code=code) if hidden or band is None else Cell(code=code, band=band, suppressed=False)
        for code, band, hidden in zip(STATES, bands, held, strict=True)
    ]
    return (*cells, judge(CANCELLED, [pair for pair in pairs if pair.cancelled], room))
