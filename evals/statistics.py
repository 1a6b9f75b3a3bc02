"""The arithmetic under every figure: a statistic of scored items and its bootstrap interval. Pure functions.

An item's score is a number, None where it could not be scored, or absent where it does not apply; the three are
never mixed up. Items are resampled whole, so that a share over some of them keeps the uncertainty of how many they
are.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Statistic = Literal["mean", "median", "p95", "f1", "macro_f1", "ece", "auc"]
"""`f1` is over verdicts, 1 for a hit and 0 for a miss or a false alarm; `macro_f1` over `pack_verdicts`; `ece` over
`state`, the expected calibration error over ten equal bins (Guo et al. 2017); `auc` over `state`, the area under the
ROC curve."""
Scores = Mapping[str, float | None]
"""Key to score, of one item."""
Array = NDArray[np.float64]

RESAMPLES = 2000
SEED = 20250917
"""Fixed, so that the same scores always give the same interval."""
CONFIDENCE = 0.95


class Interval(NamedTuple):
    """Ends of a 95% percentile bootstrap interval."""

    low: float
    high: float


def pack_verdicts(named: Sequence[bool], true: Sequence[bool]) -> float:
    """One item's verdicts on several classes as one number, so that items are resampled whole.

    In base three, a digit a class: 0 neither named nor true, 1 one of the two, 2 both.
    """
    return float(sum((int(a) + int(b)) * 3**place for place, (a, b) in enumerate(zip(named, true, strict=True))))


def state(probability: float, true: bool) -> float:
    """A stated probability together with the truth: from 0 to 1 for what is false, from 2 to 3 for what is true."""
    return probability + 2.0 * true


def column(items: Mapping[str, Scores], key: str, ids: Sequence[str] | None = None) -> Array:
    """(n,) scores of `key` in the order of `ids`; NaN where an item has none."""
    empty: Scores = {}
    scores = (items.get(one, empty).get(key) for one in (list(items) if ids is None else ids))
    return np.array([np.nan if score is None else float(score) for score in scores], dtype=np.float64)


def summarise(values: Array, statistic: Statistic, axis: int = -1) -> Array:
    """The statistic over what is not NaN; NaN where nothing is left."""
    scored = ~np.isnan(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        if statistic == "mean":
            return np.asarray(np.where(scored, values, 0.0).sum(axis) / scored.sum(axis))
        if statistic == "f1":
            hits = np.where(scored, values, 0.0).sum(axis)
            return np.asarray(2 * hits / (hits + scored.sum(axis)))
        if statistic == "macro_f1":
            return _macro_f1(np.where(scored, values, 0.0), axis)
        if statistic == "ece":
            return _calibration_error(values, axis)
        if statistic == "auc":
            return _area(values, axis)
        quantile = 0.5 if statistic == "median" else 0.95
        return _quantile(values, quantile, axis)


CLASSES = 10
"""Most classes that `macro_f1` unpacks."""
BINS = 10


def _macro_f1(packed: Array, axis: int) -> Array:
    """Mean over the classes that were named or true at all."""
    digits = [np.floor(packed / 3**place) % 3 for place in range(CLASSES)]
    hits = np.stack([(digit == 2).sum(axis) for digit in digits])
    wrong = np.stack([(digit == 1).sum(axis) for digit in digits])
    there = (hits + wrong) > 0
    scores = np.where(there, 2 * hits / np.maximum(1, 2 * hits + wrong), 0.0)
    return np.asarray(scores.sum(axis=0) / there.sum(axis=0))


def _calibration_error(stated: Array, axis: int) -> Array:
    true = stated >= 2
    probability = stated - 2 * true
    place = np.minimum((probability * BINS).astype(np.int64, copy=False), BINS - 1)
    gaps = [np.abs(np.where(place == one, probability - true, 0.0).sum(axis)) for one in range(BINS)]
    return np.asarray(np.sum(gaps, axis=0) / (~np.isnan(stated)).sum(axis))


def _area(stated: Array, axis: int) -> Array:
    """Mann and Whitney's: how often a true item stands above a false one, a tie counting half."""
    from scipy.stats import rankdata

    true = stated >= 2
    scored = ~np.isnan(stated)
    ranks = rankdata(np.where(scored, stated - 2 * true, np.inf), axis=axis)
    count = true.sum(axis)
    above = np.where(true, ranks, 0.0).sum(axis) - count * (count + 1) / 2
    return np.asarray(above / (count * (scored.sum(axis) - count)))


def _quantile(values: Array, quantile: float, axis: int) -> Array:
    """As numpy's linear quantile, but quiet about rows that are all NaN."""
    ordered = np.sort(values, axis=axis)  # NaN comes last
    count = (~np.isnan(values)).sum(axis, keepdims=True)
    place = np.maximum(count - 1, 0) * quantile
    below = np.take_along_axis(ordered, np.floor(place).astype(int), axis)
    above = np.take_along_axis(ordered, np.ceil(place).astype(int), axis)
    return np.asarray(np.squeeze(below + (above - below) * (place - np.floor(place)), axis))


def find_interval(values: Array, statistic: Statistic) -> Interval | None:
    """Interval of the statistic; None for fewer than two scored items, which tell nothing about spread."""
    scored = values[~np.isnan(values)]
    if len(scored) < 2:
        return None
    return _bootstrap((scored,), lambda sample, axis=-1: summarise(sample, statistic, axis))


def find_difference(new: Array, old: Array, statistic: Statistic) -> Interval | None:
    """Interval of new minus old, item by item on the same items; None for fewer than two."""
    if len(new) < 2 or np.isnan(new).all() or np.isnan(old).all():
        return None
    return _bootstrap(
        (new, old),
        lambda first, second, axis=-1: summarise(first, statistic, axis) - summarise(second, statistic, axis),
    )


def _bootstrap(data: tuple[Array, ...], statistic: object) -> Interval:
    from scipy.stats import bootstrap

    found = bootstrap(
        data,
        statistic,
        paired=len(data) > 1,
        vectorized=True,
        n_resamples=RESAMPLES,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(SEED),
        batch=250,
    )
    distribution = found.bootstrap_distribution  # a resample may hold no scored item; what it says is nothing
    low, high = np.nanquantile(distribution, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Interval(float(low), float(high))
