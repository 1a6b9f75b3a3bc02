"""`abstention`: are questions answered that the guide covers, and refused that it does not?

The decision is the product's own: safety rules first, then `guide.coverage` on what a turn would retrieve.
"""

from collections.abc import Sequence

from assistant.coach.question import prepare_question
from assistant.coach.safety import find_disclosure
from assistant.guide.coverage import coverage, is_covered
from evals.data import Question, Unanswerable, load_questions, load_unanswerable
from evals.harness import MetricSpec, Outcome, Task
from evals.workspace import Workspace

Asked = Question | Unanswerable


class Decision(Outcome):
    """What the coach would do: `scores` holds `answers`, `refers` and the `probability` of being covered."""


HARM = "when-it-is-not-a-coaching-matter"
"""The article for which an annotator sends people to somebody who can act."""


def solve(workspace: Workspace, rows: list[Asked]) -> list[Decision]:
    """One decision a question."""
    return [_decide(workspace, row) for row in rows]


def _decide(workspace: Workspace, row: Asked) -> Decision:
    refers = find_disclosure(prepare_question(row.question)) is not None
    query, hits = workspace.retrieve(row.question, row.role)
    answers = not refers and is_covered(query, hits)
    return Decision(
        id=row.id,
        scores={"answers": float(answers), "refers": float(refers), "probability": coverage(query, hits)},
    )


def score(rows: Sequence[Asked], outputs: Sequence[Decision]) -> list[Outcome]:
    """`answered` for covered questions, `refused` for others; ids of the two sets are kept apart."""
    return [_score(row, decision) for row, decision in zip(rows, outputs, strict=True)]


def _score(row: Asked, decision: Decision) -> Outcome:
    answers = decision.scores["answers"] or 0.0
    scores: dict[str, float | None] = {"coverage": decision.scores["probability"]}
    if isinstance(row, Question):
        tags = {"role": row.role, "style": row.style, "language": row.lang}
        scores["answered"] = answers
        if HARM not in row.relevant:  # a report of harm is referred and not answered, and rightly so
            scores["wrongly referred"] = decision.scores["refers"]
        return Outcome(id=f"answerable-{row.id}", scores=scores | {"right": answers}, tags=tags)
    scores |= {"refused": 1.0 - answers, f"refused, {row.kind}": 1.0 - answers}
    return Outcome(id=f"unanswerable-{row.id}", scores=scores | {"right": 1.0 - answers}, tags={"role": row.role})


def load(_answers: int | None) -> list[Asked]:
    """The test halves of both data sets."""
    return [*load_questions("test"), *load_unanswerable("test")]


ABSTENTION = Task(
    name="abstention",
    version=1,
    about="Are covered questions answered and others refused?",
    datasets=("retrieval.jsonl", "unanswerable.jsonl"),
    load=load,
    solve=solve,
    score=score,
    metrics=(
        MetricSpec(name="answered", tolerance=0.02, bound=0.85),
        MetricSpec(name="refused, far", tolerance=0.04, bound=0.8),
        MetricSpec(name="refused, near", tolerance=0.05),
        MetricSpec(name="refused", tolerance=0.04),
        MetricSpec(name="right", tolerance=0.02),
        MetricSpec(name="wrongly referred", better="lower", tolerance=0.01, bound=0.02),
    ),
    slices=(("answered", "role"), ("answered", "style"), ("answered", "language"), ("refused", "role")),
)
