"""The dashboard that releases are measured against: exact counts, filters by team, always up to date.

It hides counts below five, as many survey tools do, and that is all it does.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from assistant.store.theme_records import PairCodes

LEAST: Final = 5
FILTERS: Final[dict[str, Callable[[PairCodes], str]]] = {
    "team of the mentor": lambda pair: str(pair.mentor_team),
    "team of the mentee": lambda pair: str(pair.mentee_team),
}


class Exposure(NamedTuple):
    """Small cells, a theme in a team with one to four pairs, which the dashboard hides, and how many come out."""

    hidden: int
    one_filter: int
    """Of them, those whose hidden teams have fewer than five together: the total less what is shown."""
    filters: int
    """Those whose exact count follows from the total and from all teams but that one, chosen in the filter."""


def show(count: int) -> int | None:
    """A count as the dashboard shows it; `None`: hidden because it is small."""
    return count if count >= LEAST else None


def attack(pairs: Sequence[PairCodes]) -> Exposure:
    """Subtract, for every theme and filter."""
    found = []
    for by in FILTERS.values():
        counts = defaultdict[str, Counter[str]](Counter)
        for pair in pairs:
            for code in pair.codes:
                counts[code][by(pair)] += 1
        found += [_attack(groups) for groups in counts.values()]
    return Exposure(*(sum(column) for column in zip(*found, strict=True))) if found else Exposure(0, 0, 0)


def _attack(groups: Mapping[str, int]) -> Exposure:
    small = [count for count in groups.values() if show(count) is None]
    total = show(sum(groups.values()))
    if total is None:
        return Exposure(len(small), 0, 0)
    together = total - sum(show(count) or 0 for count in groups.values())
    return Exposure(
        len(small),
        len(small) if together in range(1, LEAST) else 0,
        sum(show(total - count) is not None for count in small),
    )
