"""From a cycle to its release: which codes are shown, in which band, with which trend. Pure, the same each time.

Called inside the transaction that publishes; what it returns is all that leaves it. A cell is shown where

1. at least five pairs, five mentors and five mentees carry the code,
2. they are not all of one team, and
3. its band leaves room for the contrary, for everybody and about everybody (`room`), among the pairs that could carry
   it: survey answers make survey cells alone, and everything else the others;
4. the programme's health is a table with a known total (`health`, `suppression`);
5. a trend compares with the release before, from bands alone.

Where fewer than five pairs contributed something else than in the release before, all cells are held back: a band that
changed would be the doing of those few. Every cell that is held back looks the same.
"""

from collections.abc import Sequence
from typing import Final

from assistant.programme.health import build_health
from assistant.programme.records import BANDS, Cell, Release, Trend, parse_release
from assistant.programme.room import find_room, judge
from assistant.store.theme_records import FLOOR, Cycle, PairCodes

SURVEY: Final = "survey:"
"""How the codes of survey answers begin."""


def build_release(cycle: Cycle, codes: Sequence[str], codebook: int) -> Release:
    """What is frozen of a cycle.

    `codes`: all that have a cell, in the order of the cells, those of the survey with the others; a code of a pair that
    is not among them counts for nothing. `codebook`: their version. Raises `StoreDamaged` where the release before
    cannot be read.
    """
    before = parse_release(cycle.before) if cycle.before is not None else None
    tells = before is None or count_changed(cycle) >= FLOOR
    themes = [code for code in codes if not code.startswith(SURVEY)]
    answers = [code for code in codes if code.startswith(SURVEY)]
    wrote = [pair for pair in cycle.pairs if pair.wrote and tells]
    answered = [pair for pair in cycle.pairs if pair.answered and tells]
    known = frozenset(pair.pair for pair in cycle.before_pairs) if before is not None else None
    compared = before if before is not None and before.codebook == codebook else None
    return Release(
        codebook=codebook,
        cells=_build_cells(themes, wrote, known, compared),
        survey=_build_cells(answers, answered, known, compared),
        health=build_health(cycle.health, cycle.since, cycle.until),
    )


def count_changed(cycle: Cycle) -> int:
    """How many pairs contributed to only one of this cycle and the one before, or other codes; erased ones are not
    known and count for nothing."""
    now, before = _codes_by_pair(cycle.pairs), _codes_by_pair(cycle.before_pairs)
    return sum(now.get(pair) != before.get(pair) for pair in now.keys() | before.keys())


def _codes_by_pair(pairs: Sequence[PairCodes]) -> dict[str, frozenset[str]]:
    return {pair.pair: pair.codes for pair in pairs}


def _build_cells(
    codes: Sequence[str], pairs: Sequence[PairCodes], known: frozenset[str] | None, before: Release | None
) -> tuple[Cell, ...]:
    """`known`: ids of the pairs of the release before, where there is one."""
    made = [at for at, pair in enumerate(pairs) if pair.new]
    heard = [at for at, pair in enumerate(pairs) if known is not None and pair.pair not in known]
    room = find_room(pairs, [made, heard])
    cells = [judge(code, [pair for pair in pairs if code in pair.codes], room) for code in codes]
    return tuple(_with_trend(cell, before.find(cell.code) if before else None) for cell in cells)


def _with_trend(cell: Cell, before: Cell | None) -> Cell:
    if cell.band is None or before is None or before.band is None:
        return cell
    step = BANDS.index(cell.band) - BANDS.index(before.band)
    trend: Trend = "up" if step > 0 else "down" if step < 0 else "steady"
    return cell.model_copy(update={"trend": trend})
