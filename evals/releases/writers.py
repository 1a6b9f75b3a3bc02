"""What a new release tells of the one who wrote last: the attack before and after every contribution.

The attacker knows who wrote when, how often each theme occurs among people, and every rule; they publish whenever it
is allowed, or wait for a number of pairs. They name the themes that are likelier than not. That is compared with naming
them without the release, and with the same attack on somebody who wrote nothing: what a release tells of everybody is
what it is for. Nobody has a team here and nobody two pairs, so that as much as ever possible is shown.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.programme.release import build_release
from assistant.store.theme_records import FLOOR, Cycle, PairCodes
from evals.releases.make import THEMES, VERSION, Member, Truth
from evals.releases.naive import show
from evals.releases.seen import ENDS

CODES: Final = THEMES[:12]
MOST: Final = 60
"""Mentors in a programme."""
_DAY = date(2026, 3, 2)
Chances = NDArray[np.float64]
"""(codes,) how likely each theme is."""


class People:
    """Those of whom the writers are drawn: how often they name each theme, and which go together."""

    def __init__(self, random: np.random.Generator) -> None:
        self.random = random
        self._base = random.normal(-1.0, 1.0, len(CODES))
        self._factors = random.integers(3, size=len(CODES))
        self.chances: Chances = self.draw(20_000).mean(axis=0)
        """Known to the attacker."""

    def draw(self, number: int) -> Truth:
        """What so many of them say."""
        together = self.random.normal(0, 1.2, (number, 3))[:, self._factors]
        return np.asarray(self.random.random((number, len(CODES))) < 1 / (1 + np.exp(-(self._base + together))))


def contribute(said: Truth, first: int = 0) -> tuple[PairCodes, ...]:
    """A contribution of each row; pairs are numbered from `first`."""
    return tuple(
        Member(f"pair{at}", f"mentor{at}", f"mentee{at}", None, None).say([CODES[one] for one in np.flatnonzero(row)])
        for at, row in enumerate(said, start=first)
    )


def release(
    pairs: tuple[PairCodes, ...], before: str | None = None, before_pairs: Sequence[PairCodes] = ()
) -> tuple[tuple[str | None, ...], str]:
    """The bands of the codes, and the content."""
    cycle = Cycle(
        number=2 if before else 1,
        since=None,
        until=_DAY,
        pairs=pairs,
        health=(),
        before=before,
        before_pairs=tuple(before_pairs),
    )
    made = build_release(cycle, CODES, VERSION)
    return tuple(cell.band for cell in made.cells), made.to_json()


@lru_cache(maxsize=4096)
def _spread(number: int, chance: float) -> NDArray[np.float64]:
    """(number + 1,) how likely so many of `number` carry a theme."""
    from scipy.stats import binom

    return np.asarray(binom.pmf(np.arange(number + 1), number, chance))


def find_looks(band: str | None, number: int) -> NDArray[np.bool_]:
    """(number + 1,) which counts of so many pairs look like this, with nothing but numbers to judge by."""
    counts = np.arange(number + 1)
    shown = np.zeros(number + 1, dtype=bool)
    for name, (least, most) in ENDS.items():
        fits = (counts >= least) & (counts <= (number if most is None else most)) & (least <= number - 2)
        if name == band:
            return fits
        shown |= fits
    return ~shown


def infer(bands: Sequence[str | None], number: int, chances: Chances) -> Chances:
    """(codes,) how likely one who contributed, and of whom nothing else is known, carries each."""
    likely = np.empty(len(chances))
    for at, (band, chance) in enumerate(zip(bands, chances, strict=True)):
        weights = _spread(number, float(chance)) * find_looks(band, number)
        share = np.arange(number + 1) / number
        likely[at] = (weights * share).sum() / weights.sum() if weights.sum() else chance
    return likely


class Recovered(NamedTuple):
    """Shares of trials, or of themes in them."""

    exact: float
    """All themes of the last writer, and no other."""
    guessed: float
    """The same without the release."""
    themes: float
    """Themes about which the attacker was right."""
    control: float
    """The same about somebody who wrote nothing."""


def attack(random: np.random.Generator, sizes: tuple[int, int], trials: int) -> Recovered:
    """The last of a cycle of so many pairs, both ends included."""
    people = People(random)
    found = []
    for _ in range(trials):
        number = int(random.integers(sizes[0], sizes[1] + 1))
        said, other = people.draw(number), people.draw(1)[0]
        bands, _ = release(contribute(said))
        named, blind = infer(bands, number, people.chances) > 0.5, people.chances > 0.5
        found.append(_compare(named, blind, said[-1], other))
    return Recovered(*np.mean(found, axis=0).tolist())


def attack_soon(random: np.random.Generator, trials: int) -> Recovered:
    """The last of a programme in which a release is made as soon as it is allowed."""
    return attack(random, (FLOOR, FLOOR), trials)


def attack_naive(random: np.random.Generator, trials: int) -> float:
    """Share of trials in which the counts before and after the last of 60 told all themes of that one."""
    people = People(random)
    hits = 0
    for _ in range(trials):
        said = people.draw(MOST)
        before, after = said[:-1].sum(axis=0), said.sum(axis=0)
        seen = [(show(int(old)), show(int(new))) for old, new in zip(before, after, strict=True)]
        named = [new is not None and (old is None or new > old) for old, new in seen]
        hits += bool(np.array_equal(named, said[-1]))
    return hits / trials


def attack_repeated(
    random: np.random.Generator, sizes: tuple[int, int], stays: float, trials: int, *, leaves: bool = False
) -> Recovered:
    """Two releases of the same pairs, one of them with the target as well, by one who believes that nothing changed.

    `stays`: how likely each pair says the same of a theme again. `leaves`: the target was in the first and was erased.
    """
    people = People(random)
    found = []
    for _ in range(trials):
        number = int(random.integers(sizes[0], sizes[1] + 1))
        said, target, nobody = people.draw(number), people.draw(1), people.draw(1)[0]
        again = np.where(random.random(said.shape) < stays, said, people.draw(number))
        one, two = contribute(said), contribute(again)
        first, second = (
            ((*one, *contribute(target, number)), two) if leaves else (one, (*two, *contribute(target, number)))
        )
        bands, content = release(first)
        later, _ = release(second, content, one)
        more, less = (bands, later) if leaves else (later, bands)
        cells = zip(less, more, people.chances, strict=True)
        likely = np.array([_believe(one, other, number, float(chance)) for one, other, chance in cells])
        found.append(_compare(likely > 0.5, people.chances > 0.5, target[0], nobody))
    return Recovered(*np.mean(found, axis=0).tolist())


def _believe(less: str | None, more: str | None, number: int, chance: float) -> float:
    """How likely the target carries a theme whose cell looked so without and so with the target."""
    weights = _spread(number, chance) * find_looks(less, number)
    with_target = find_looks(more, number + 1)
    yes, no = (weights * with_target[1:]).sum() * chance, (weights * with_target[:-1]).sum() * (1 - chance)
    return float(yes / (yes + no)) if yes + no else chance


def _compare(named: Truth, blind: Truth, target: Truth, other: Truth) -> Recovered:
    return Recovered(
        float(np.array_equal(named, target)),
        float(np.array_equal(blind, target)),
        float(np.mean(named == target)),
        float(np.mean(named == other)),
    )
