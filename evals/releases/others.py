"""Attacks by those who do more than read: who plant pairs, put together what they know, or ask who took part at all."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from evals.releases.make import Truth
from evals.releases.writers import CODES, Chances, People, contribute, find_looks, release

_TINY = 1e-9


class Membership(NamedTuple):
    """Shares of trials in which the attacker was right about whether somebody contributed; half of them did."""

    release: float
    naive: float


def attack_membership(random: np.random.Generator, sizes: tuple[int, int], trials: int) -> Membership:
    """The attacker knows what the target would have said, and how many others contributed.

    The likelier of the two is named, theme by theme independent of each other; of the naive dashboard the counts before
    and after are compared.
    """
    people = People(random)
    right = []
    for at in range(trials):
        number = int(random.integers(sizes[0], sizes[1] + 1))
        others, target = people.draw(number), people.draw(1)[0]
        taken = at % 2 == 0
        bands, _ = release(contribute(np.vstack([others, target]) if taken else others))
        named = _weigh(bands, number, people.chances, target) > 0
        moved = bool(np.any((others.sum(axis=0) >= 5) & target)) if taken else False
        right.append((named == taken, moved == taken))
    return Membership(*np.mean(right, axis=0).tolist())


def _weigh(bands: Sequence[str | None], others: int, chances: Chances, target: Truth) -> float:
    """Logarithm of how much likelier the bands are with the target than without."""
    total = 0.0
    for band, chance, carries in zip(bands, chances, target, strict=True):
        within, without = _likelihood(band, others, float(chance))
        total += np.log(within[int(carries)] + _TINY) - np.log(without + _TINY)
    return total


@lru_cache(maxsize=65536)
def _likelihood(band: str | None, others: int, chance: float) -> tuple[tuple[float, float], float]:
    """How likely a band is with somebody who does not carry the theme or does, and without that one."""
    from scipy.stats import binom

    weights = binom.pmf(np.arange(others + 1), others, chance)
    more = find_looks(band, others + 1)
    without = float((weights * find_looks(band, others)).sum())
    return (float((weights * more[:-1]).sum()), float((weights * more[1:]).sum())), without


class Planted(NamedTuple):
    """Shares of the target's themes."""

    right: float
    """About which the attacker was right."""
    blind: float
    """The same without a release."""
    sure: float
    """About which nothing else was possible."""


def attack_planted(random: np.random.Generator, planted: int, real: int, trials: int) -> Planted:
    """Pairs that say what the attacker wants, in a cycle with the target and `real` other people.

    Four of them, or as many as there are, carry every theme, so that the target can be the fifth; the others none, and
    only make the cycle large enough.
    """
    people = People(random)
    own = np.zeros((planted, len(CODES)), dtype=bool)
    own[:4] = True
    found = []
    for _ in range(trials):
        said = people.draw(real + 1)
        bands, _ = release(contribute(np.vstack([own, said])))
        likely = np.array(
            [_infer(band, planted, real, float(p)) for band, p in zip(bands, people.chances, strict=True)]
        )
        target = said[-1]
        sure = (likely < _TINY) | (likely > 1 - _TINY)
        found.append((np.mean((likely > 0.5) == target), np.mean((people.chances > 0.5) == target), np.mean(sure)))
    return Planted(*np.mean(found, axis=0).tolist())


@lru_cache(maxsize=65536)
def _infer(band: str | None, planted: int, real: int, chance: float) -> float:
    """How likely the target carries a theme."""
    from scipy.stats import binom

    carriers = min(planted, 4)
    looks = find_looks(band, planted + real + 1)
    counts = np.arange(real + 1)
    weights = binom.pmf(counts, real, chance)
    yes = (weights * looks[counts + carriers + 1]).sum() * chance
    no = (weights * looks[counts + carriers]).sum() * (1 - chance)
    return float(yes / (yes + no)) if yes + no else chance


def attack_with_friends(random: np.random.Generator, sizes: tuple[int, int], friends: int, trials: int) -> Planted:
    """So many of a cycle put together what they said themselves, and ask about one of the others."""
    people = People(random)
    found = []
    for _ in range(trials):
        number = int(random.integers(max(sizes[0], friends + 1), sizes[1] + 1))
        said = people.draw(number)
        bands, _ = release(contribute(said))
        known = said[:friends].sum(axis=0)
        likely = np.array(
            [
                _among(band, number, friends, int(own), float(p))
                for band, own, p in zip(bands, known, people.chances, strict=True)
            ]
        )
        sure = (likely < _TINY) | (likely > 1 - _TINY)
        target = said[-1]
        found.append((np.mean((likely > 0.5) == target), np.mean((people.chances > 0.5) == target), np.mean(sure)))
    return Planted(*np.mean(found, axis=0).tolist())


@lru_cache(maxsize=65536)
def _among(band: str | None, number: int, friends: int, own: int, chance: float) -> float:
    """How likely each of the others carries a theme that so many friends carry."""
    from scipy.stats import binom

    counts = np.arange(number - friends + 1)
    weights = binom.pmf(counts, number - friends, chance) * find_looks(band, number)[counts + own]
    return float((weights * counts).sum() / weights.sum() / (number - friends)) if weights.sum() else chance
