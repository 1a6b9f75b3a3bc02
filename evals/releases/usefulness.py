"""What a manager still learns: which of the themes that are there reach the report, and what holds back the others.

A theme is there where at least five pairs and a fifth of those who wrote carry it. The dashboard without protection
shows all of them.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

from assistant.programme.release import count_changed
from assistant.programme.room import is_spread
from evals.releases.make import THEMES, Published

LEAST: Final = 5
SHARE: Final = 0.2
SIZES: Final = (5, 7, 10, 20, 40, 100)
"""Where a class of sizes begins."""


class Reached(NamedTuple):
    """Themes that are there, by what became of them."""

    shown: int
    repeated: int
    """Held back because fewer than five pairs said something else than before."""
    concentrated: int
    """Because fewer than five mentors or mentees carry it, or one team alone."""
    cautious: int
    """Because the band would tell too much of somebody, in so small or so uneven a cycle."""

    @property
    def there(self) -> int:
        """All of them."""
        return sum(self)


def count_reached(one: Published) -> Reached:
    """The themes of a release."""
    wrote = [pair for pair in one.cycle.pairs if pair.wrote]
    found = Counter[str]()
    for code in THEMES:
        carriers = [pair for pair in wrote if code in pair.codes]
        if len(carriers) >= LEAST and len(carriers) >= SHARE * len(wrote):
            cell = one.release.find(code)
            if cell is not None and not cell.suppressed:
                found["shown"] += 1
            elif one.cycle.before is not None and count_changed(one.cycle) < LEAST:
                found["repeated"] += 1
            else:
                found["cautious" if is_spread(carriers) else "concentrated"] += 1
    return Reached(*(found[field] for field in Reached._fields))


def add(several: Iterable[Reached]) -> Reached:
    """All of them together."""
    columns = list(zip(*several, strict=True)) or [(0,)] * len(Reached._fields)
    return Reached(*map(sum, columns))


def name_size(pairs: int) -> str:
    """The class of a programme of so many pairs."""
    starts = [start for start in SIZES if start <= pairs] or [SIZES[0]]
    after = [start for start in SIZES if start > pairs]
    return f"{starts[-1]:03}-{after[0] - 1:03}" if after else f"{starts[-1]:03}+"
