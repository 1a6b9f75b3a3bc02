"""Logistic regressions for the two calibrated decisions, and the thresholds chosen by stated rules.

A threshold is chosen on out-of-fold probabilities of the development half (each row judged by a model that was
fitted without it), because a model flatters the rows that it was fitted on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Labels = NDArray[np.bool_]

FOLDS = 5
SEED = 20250917
STEPS = tuple(round(step / 100, 2) for step in range(5, 100))
"""Thresholds that are considered."""


@dataclass(frozen=True)
class Fitted:
    """A regression on standardised features."""

    means: Array
    scales: Array
    coefficients: Array
    """For standardised features."""
    intercept: float
    out_of_fold: Array
    """(n,) probabilities of the rows that it was fitted on, each from a model without that row."""

    def probabilities(self, features: Array) -> Array:
        """(n,) probabilities in [0, 1] of other rows."""
        score = (features - self.means) / self.scales @ self.coefficients + self.intercept
        return np.asarray(1.0 / (1.0 + np.exp(-score)))

    def raw(self) -> tuple[Array, float]:
        """Coefficients and intercept for features as measured."""
        coefficients = self.coefficients / self.scales
        return coefficients, float(self.intercept - coefficients @ self.means)


def fit(features: Array, labels: Labels, strength: float, balanced: bool) -> Fitted:
    """`features` (n, d), `labels` (n,); `strength` is the inverse of the penalty."""
    means, scales = features.mean(axis=0), features.std(axis=0)
    scales = np.where(scales == 0, 1.0, scales)
    standard = (features - means) / scales
    model = _regression(strength, balanced).fit(standard, labels)
    return Fitted(
        means=means,
        scales=scales,
        coefficients=np.asarray(model.coef_[0]),
        intercept=float(model.intercept_[0]),
        out_of_fold=_cross_validate(standard, labels, strength, balanced),
    )


def _regression(strength: float, balanced: bool) -> Any:
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    return LogisticRegression(C=strength, class_weight="balanced" if balanced else None, max_iter=1000)


def _cross_validate(features: Array, labels: Labels, strength: float, balanced: bool) -> Array:
    from sklearn.model_selection import StratifiedKFold, cross_val_predict  # type: ignore[import-untyped]

    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    found = cross_val_predict(_regression(strength, balanced), features, labels, cv=folds, method="predict_proba")
    return np.asarray(found[:, 1])


def highest_with_recall(
    probabilities: Array, labels: Labels, recall: float, weights: Array | None = None
) -> float | None:
    """The highest threshold at which at least this share of the positive rows passes; None where none does.

    `weights` (n,) say how much each row counts; all alike where they are missing.
    """
    found, counts = probabilities[labels], None if weights is None else weights[labels]
    good = [step for step in STEPS if np.average(found >= step, weights=counts) >= recall]
    return max(good, default=None)


def lowest_with_precision(probabilities: Array, labels: Labels, precision: float) -> float | None:
    """The lowest threshold at which what passes has at least this precision; None where none has."""
    good = [step for step in STEPS if (passed := probabilities >= step).any() and labels[passed].mean() >= precision]
    return min(good, default=None)


def describe(probabilities: Array, labels: Labels, threshold: float) -> str:
    """Precision, recall and the share of negative rows held back, in words."""
    passed = probabilities >= threshold
    precision = labels[passed].mean() if passed.any() else float("nan")
    return (
        f"precision {precision:.3f}, recall {passed[labels].mean():.3f}, "
        f"negatives held back {1 - passed[~labels].mean():.3f}, n {len(labels)}"
    )


def area(probabilities: Sequence[float] | Array, labels: Labels) -> float:
    """Area under the ROC curve: how often a positive row ranks above a negative one."""
    from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]

    return float(roc_auc_score(labels, probabilities))
