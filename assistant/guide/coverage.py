"""Does the guide cover this question? A calibrated decision on what retrieval found, before any model is called.

A small logistic regression over quantities that do not depend on the size of the guide. Its weights come from
`evals/calibrate.py`, fitted on development questions, answerable and not, and reported on the others.
"""

import math
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

from assistant.decision import Decision
from assistant.guide.search import Hit
from assistant.language import find_language
from assistant.text import stems

FEATURES = (
    "cosine",
    "question_cosine",
    "dense_mean",
    "question_mean",
    "cosine_mean",
    "question_cosine_mean",
    "words",
    "length",
    "foreign",
)
WEIGHTS = Path(__file__).with_name("coverage.json")


def measure_coverage(query: str, hits: Sequence[Hit]) -> dict[str, float]:
    """The features by name, from the best five hits; all zero where there are none."""
    best = list(hits[:5])
    if not best:
        return dict.fromkeys(FEATURES, 0.0)
    own = set(stems(query))
    found = {
        stem for hit in best[:3] for stem in stems(" ".join((hit.passage.title, hit.passage.heading, hit.passage.text)))
    }
    return {
        "cosine": max(hit.cosine for hit in best),
        "question_cosine": max(hit.question_cosine for hit in best),
        "dense_mean": fmean(hit.dense for hit in best),
        "question_mean": fmean(hit.question for hit in best),
        "cosine_mean": fmean(hit.cosine for hit in best),
        "question_cosine_mean": fmean(hit.question_cosine for hit in best),
        "words": len(own & found) / max(1, len(own)),
        "length": math.log1p(len(own)),
        "foreign": float(find_language(query) not in (None, "en")),
    }


def coverage(query: str, hits: Sequence[Hit]) -> float:
    """Probability in [0, 1] that the guide can answer."""
    return Decision.load(WEIGHTS).probability(measure_coverage(query, hits))


def is_covered(query: str, hits: Sequence[Hit]) -> bool:
    """The decision. A guide without passages covers nothing."""
    return bool(hits) and coverage(query, hits) >= Decision.load(WEIGHTS).threshold
