"""From raw scores to honest probabilities, and the cut-offs from which the product speaks.

All figures lie in `model/calibration.json`; `evals.fit_notes` fits them on the development notes, which the models
were not trained on (Platt scaling of both models' scores at once; Platt 1999). How well the probabilities hold is in
`evals/baselines/note_check.json`: expected calibration error, and a reliability curve.
"""

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from assistant.notes.mistake import Mistake

FILE = Path(__file__).with_name("model") / "calibration.json"
MISTAKES = tuple(Mistake)
Floats = NDArray[np.float32]


class Calibration(BaseModel):
    """Platt's regression, one intercept a mistake, and the cut-offs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    encoder: float
    """Weight of the encoder's score."""
    words: float
    """Weight of the words' score."""
    intercepts: dict[Mistake, float]
    thresholds: dict[Mistake, float]
    """Least probability of a finding that is shown."""
    evidence: float
    """Least score of a segment, below the best one of its mistake by no more than `step`, to be quoted as well."""
    step: float = Field(ge=0)
    talk: tuple[float, float, float]
    """Intercept, weight of telling (a log odds) and weight of the note's own log odds for one-way lecturing."""
    fitted_on: str

    def probabilities(self, encoder: Floats, words: Floats) -> dict[Mistake, float]:
        """Of each mistake, in [0, 1], from the two models' (10,) scores."""
        found = {}
        for column, mistake in enumerate(MISTAKES):
            score = self.encoder * clip(encoder[column]) + self.words * clip(words[column]) + self.intercepts[mistake]
            found[mistake] = sigmoid(score)
        return found

    def lecturing(self, telling: float, probability: float) -> float:
        """Probability of one-way lecturing in a transcript: `telling` as `Measures.telling`, and the note's own."""
        base, by_telling, by_note = self.talk
        return sigmoid(base + by_telling * logit(telling) + by_note * logit(probability))


def clip(score: float) -> float:
    """A score within what the regression has seen; minus infinity, nothing read, counts as a clear no."""
    return float(np.clip(score, -12.0, 12.0))


def sigmoid(score: float) -> float:
    """In [0, 1]."""
    return float(1 / (1 + np.exp(-np.clip(score, -30.0, 30.0))))


def logit(probability: float) -> float:
    """Log odds, kept within what a thousand turns could show."""
    kept = float(np.clip(probability, 0.001, 0.999))
    return float(np.log(kept / (1 - kept)))


@cache
def load_calibration(path: Path = FILE) -> Calibration:
    """What was fitted, read once."""
    return Calibration.model_validate_json(path.read_bytes())
