"""`python -m evals.calibrate [coverage] [support] [--dry-run] [--home DIR]`: fits the two calibrated decisions.

Writes `assistant/guide/coverage.json` and `assistant/coach/support.json`. Fitted on the development halves only;
`fitted_on` states what is reached on the test halves, which nothing was fitted or chosen on. Rules for thresholds:

- coverage: the highest at which at least 95% of the answerable development questions are answered, because refusing
  a good question costs trust and what is answered is checked sentence by sentence. Questions in other languages than
  English count a quarter: a fifth of the development questions were written in them, to fit that case at all, and
  about a twentieth of what is asked is expected to be;
- support: the lowest at which what passes has a precision of at least 0.8 on the development sentences.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from pydantic import BaseModel

from assistant.coach import support
from assistant.decision import Decision
from assistant.guide import coverage
from evals.data import (
    EvaluationError,
    Question,
    Split,
    SupportCase,
    Unanswerable,
    load_questions,
    load_support,
    load_unanswerable,
)
from evals.fitting import Array, Labels, area, describe, fit, highest_with_recall, lowest_with_precision
from evals.workspace import Workspace, open_workspace

LEAST_ANSWERED = 0.95
LEAST_PRECISION = 0.8
FOREIGN_WEIGHT = 0.25


def fit_coverage(workspace: Workspace) -> Decision:
    """Weights of `guide.coverage` from the development questions."""
    dev, dev_labels, _ = _measure_coverage(workspace, "dev")
    test, test_labels, kinds = _measure_coverage(workspace, "test")
    fitted = fit(dev, dev_labels, strength=1.0, balanced=True)
    weights = np.where(dev[:, coverage.FEATURES.index("foreign")] > 0, FOREIGN_WEIGHT, 1.0)
    threshold = _require(highest_with_recall(fitted.out_of_fold, dev_labels, LEAST_ANSWERED, weights), "coverage")
    coefficients, intercept = fitted.raw()
    reached = fitted.probabilities(test)
    answered = {kind: (reached[kinds == kind] >= threshold).mean() for kind in ("answerable", "near", "far")}
    told = (
        f"{len(dev)} development questions; threshold: the highest with at least {LEAST_ANSWERED:.0%} of the "
        f"answerable ones answered out of fold, those in other languages weighing {FOREIGN_WEIGHT} "
        f"(unweighted: {describe(fitted.out_of_fold, dev_labels, threshold)}). "
        f"Test half (n {len(test)}): area {area(reached, test_labels):.3f}, answerable answered "
        f"{answered['answerable']:.3f}, near refused {1 - answered['near']:.3f}, far refused {1 - answered['far']:.3f}."
    )
    return Decision(
        coefficients=dict(zip(coverage.FEATURES, np.round(coefficients, 4).tolist(), strict=True)),
        intercept=round(intercept, 4),
        threshold=threshold,
        fitted_on=told,
    )


def _measure_coverage(workspace: Workspace, split: Split) -> tuple[Array, Labels, np.ndarray]:
    """(n, d) features, (n,) labels, and (n,) what each row is."""
    rows: list[Question | Unanswerable] = [*load_questions(split), *load_unanswerable(split)]
    features = [coverage.measure_coverage(*workspace.retrieve(row.question, row.role)) for row in rows]
    matrix = np.array([[measured[name] for name in coverage.FEATURES] for measured in features])
    kinds = np.array([row.kind if isinstance(row, Unanswerable) else "answerable" for row in rows])
    return matrix, kinds == "answerable", kinds


def fit_support(workspace: Workspace) -> Decision:
    """Weights of `coach.support` from the development sentences."""
    dev, dev_labels = _measure_support(workspace, load_support("dev"))
    test, test_labels = _measure_support(workspace, load_support("test"))
    fitted = fit(dev, dev_labels, strength=0.5, balanced=False)
    threshold = _require(lowest_with_precision(fitted.out_of_fold, dev_labels, LEAST_PRECISION), "support")
    coefficients, intercept = fitted.raw()
    reached = fitted.probabilities(test)
    told = (
        f"{len(dev)} development sentences; threshold: the lowest with a precision of at least "
        f"{LEAST_PRECISION} out of fold (there: {describe(fitted.out_of_fold, dev_labels, threshold)}). Test half: "
        f"area {area(reached, test_labels):.3f}, {describe(reached, test_labels, threshold)}."
    )
    return Decision(
        coefficients=dict(zip(support.FEATURES, np.round(coefficients, 4).tolist(), strict=True)),
        intercept=round(intercept, 4),
        threshold=threshold,
        fitted_on=told,
    )


def _measure_support(workspace: Workspace, cases: list[SupportCase]) -> tuple[Array, Labels]:
    """(n, d) features as the gate measures them, and (n,) labels."""
    rows = [measure_case(workspace, case) for case in cases]
    matrix = np.array([[row[name] for name in support.FEATURES] for row in rows])
    return matrix, np.array([case.supported for case in cases])


def measure_case(workspace: Workspace, case: SupportCase) -> dict[str, float]:
    """The features of one sentence and passage."""
    encoder = workspace.embeddings
    evidence = support.Evidence(encoder, [case.passage])
    vector, whole = encoder.encode([case.sentence, case.passage])
    near = evidence.relevance(vector)[0]
    quote = evidence.sentences[0][int(near.argmax())]
    return support.measure(case.sentence, case.passage, quote, float(near.max()), float(whole @ vector))


def _require(threshold: float | None, name: str) -> float:
    if threshold is None:
        raise EvaluationError(f"No threshold of {name!r} reaches what is asked on the development data; see its rule.")
    return threshold


def main() -> None:
    """Fit what is named, or both."""
    parser = argparse.ArgumentParser(prog="evals.calibrate", description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help="coverage, support; default: both")
    parser.add_argument("--dry-run", action="store_true", help="print the weights and write nothing")
    parser.add_argument("--home", type=Path, help="a home with an ingested guide; default: a temporary one")
    options = parser.parse_args()
    known: dict[str, tuple[Callable[[Workspace], BaseModel], Path]] = {
        "coverage": (fit_coverage, coverage.WEIGHTS),
        "support": (fit_support, support.WEIGHTS),
    }
    if unknown := set(options.parts) - set(known):
        parser.error(f"there is no part {min(unknown)!r}; use coverage or support")
    with open_workspace(options.home) as workspace:
        for name in options.parts or known:
            build, path = known[name]
            weights = build(workspace).model_dump_json(indent=1)
            sys.stdout.write(weights + "\n")
            if not options.dry_run:
                path.write_text(weights + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
