"""A calibrated yes or no: a logistic regression small enough to read, with the cut-off chosen for it.

The weights lie as JSON beside the module that uses them, and come from `evals/calibrate.py`.
"""

import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict


class Decision(BaseModel):
    """Coefficients by feature, in the features' own units."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    coefficients: dict[str, float]
    intercept: float
    threshold: float
    """Least probability at which the answer is yes."""
    fitted_on: str
    """What the figures come from, and what they reach on data they were not fitted on."""

    @classmethod
    @cache
    def load(cls, path: Path) -> Self:
        """The weights in a file, read once."""
        return cls.model_validate_json(path.read_bytes())

    def probability(self, features: Mapping[str, float]) -> float:
        """In [0, 1]."""
        score = self.intercept + sum(weight * features[name] for name, weight in self.coefficients.items())
        return 1.0 / (1.0 + math.exp(-score))
