"""`support`: does the gate on sentences pass what a passage supports, and hold back what it does not?

Precision counts the sentences that pass; recall those that should. `unscored` would be a passage without a sentence.
"""

from collections.abc import Sequence

from assistant.coach.support import WEIGHTS, Evidence, Support
from assistant.decision import Decision
from evals.data import SupportCase, load_support
from evals.harness import MetricSpec, Outcome, Task
from evals.workspace import Workspace


def solve(workspace: Workspace, rows: list[SupportCase]) -> list[Support | None]:
    """The verdict on each sentence."""
    return [Evidence(workspace.embeddings, [row.passage]).support(row.sentence) for row in rows]


def score(rows: Sequence[SupportCase], outputs: Sequence[Support | None]) -> list[Outcome]:
    """Passed or held back, against the label."""
    threshold = Decision.load(WEIGHTS).threshold
    verdicts = [None if support is None else support.probability >= threshold for support in outputs]
    return score_verdicts(rows, verdicts)


def score_verdicts(rows: Sequence[SupportCase], verdicts: Sequence[bool | None]) -> list[Outcome]:
    """Outcomes of any judge of support; None where it gave no verdict."""
    return [_score(row, passes) for row, passes in zip(rows, verdicts, strict=True)]


def _score(row: SupportCase, passes: bool | None) -> Outcome:
    side = "recall" if row.supported else "held back"
    right = None if passes is None else float(passes == row.supported)
    scores: dict[str, float | None] = {"right": right, side: right}
    if passes or passes is None:
        scores["precision"] = right
    return Outcome(id=row.id, scores=scores, tags={"kind": row.kind})


SUPPORT = Task(
    name="support",
    version=1,
    about="Does the gate pass supported sentences and hold back others?",
    datasets=("support.jsonl",),
    load=lambda answers: load_support("test"),
    solve=solve,
    score=score,
    metrics=(
        MetricSpec(name="precision", tolerance=0.03, bound=0.7),
        MetricSpec(name="recall", tolerance=0.04),
        MetricSpec(name="held back", tolerance=0.03),
        MetricSpec(name="right", tolerance=0.03),
    ),
    slices=(("recall", "kind"), ("held back", "kind")),
)
