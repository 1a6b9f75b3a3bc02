"""Fits the weights by which the coach tells a request for a job from a question: `python -m evals.fit_jobs`.

Learns from `datasets/jobs/routing_train.jsonl` and says what five-fold cross-validation gives. The suite `routing`
reports on turns by another writer.
"""

import sys

import numpy as np

from assistant.coach.jobs import SCALE, WEIGHTS, Job, cues, save
from assistant.models.encoder import MiniLMEncoder
from assistant.settings import load_settings
from evals.data import load_rows
from evals.tasks.routing import Request

STRENGTH = 2.0
"""Inverse of the regularisation, chosen by cross-validation among 1, 2, 3 and 10."""


def main() -> int:
    """Fit, report, save."""
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
    from sklearn.model_selection import StratifiedKFold, cross_val_predict  # type: ignore[import-untyped]

    settings = load_settings()
    rows = load_rows("jobs/routing_train.jsonl", Request)
    vectors = MiniLMEncoder(settings.model_dir, settings.threads).encode([row.text for row in rows])
    features = np.column_stack([np.stack([cues(row.text) for row in rows]), SCALE * vectors])
    labels = np.array([row.job.value for row in rows])
    model = LogisticRegression(C=STRENGTH, max_iter=5000)
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    found = cross_val_predict(model, features, labels, cv=folds)
    asked = labels != Job.ANSWER.value
    sys.stdout.write(
        f"{len(rows)} turns; five folds: jobs recognised {np.mean((found == labels)[asked]):.3f}, "
        f"questions taken for a job {np.mean((found != labels)[~asked]):.3f}\n"
    )
    model.fit(features, labels)
    save(WEIGHTS, model.classes_.tolist(), model.coef_.T, model.intercept_)
    return 0


if __name__ == "__main__":
    sys.exit(main())
