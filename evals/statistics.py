"""The arithmetic under every figure: a statistic of scored items and its bootstrap interval. Pure functions.

An item's score is a number, None where it could not be scored, or absent where it does not apply; the three are
never mixed up. Items are resampled whole, so that a share over some of them keeps the uncertainty of how many they
are.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Statistic = Literal["mean", "median", "p95"]
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
        quantile = 0.5 if statistic == "median" else 0.95
        return _quantile(values, quantile, axis)


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
