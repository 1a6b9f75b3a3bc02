"""`followups`: is a question that needs the one before it recognised, and then searched with it?

`agrees` compares `depends_on_earlier` with the label. `finds the same` asks whether the article that the question
written out in full finds first is among the first three that the dialogue finds.
"""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from assistant.coach.question import Exchange, depends_on_earlier
from evals.data import Followup, load_followups
from evals.harness import MetricSpec, Outcome, Task
from evals.scorers.ranking import rank_articles
from evals.workspace import Workspace


class Reading(BaseModel):
    """How the last turn of a dialogue was taken."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    depends: bool
    found: tuple[str, ...]
    """Articles that the dialogue finds, best first."""
    wanted: tuple[str, ...]
    """Articles that the question in full finds, best first."""


def solve(workspace: Workspace, rows: list[Followup]) -> list[Reading]:
    """One reading a dialogue."""
    return [_read(workspace, row) for row in rows]


def _read(workspace: Workspace, row: Followup) -> Reading:
    history = tuple(Exchange(question=turn, answer="") for turn in row.turns[:-1])
    _, found = workspace.retrieve(row.turns[-1], row.role, history)
    _, wanted = workspace.retrieve(row.standalone, row.role)
    return Reading(
        depends=depends_on_earlier(row.turns[-1]),
        found=tuple(rank_articles(hit.passage.document for hit in found)),
        wanted=tuple(rank_articles(hit.passage.document for hit in wanted)),
    )


def score(rows: Sequence[Followup], outputs: Sequence[Reading]) -> list[Outcome]:
    """Agreement, in all and by label, and whether retrieval gets there."""
    outcomes = []
    for row, reading in zip(rows, outputs, strict=True):
        agrees = float(reading.depends == row.depends)
        label = "depends" if row.depends else "stands alone"
        same = float(reading.wanted[0] in reading.found[:3]) if reading.wanted else None
        scores = {"agrees": agrees, f"agrees, {label}": agrees, "finds the same": same}
        outcomes.append(Outcome(id=row.id, scores=scores, tags={"role": row.role}))
    return outcomes


FOLLOWUPS = Task(
    name="followups",
    version=1,
    about="Are follow-up questions recognised and understood?",
    datasets=("followups.jsonl",),
    load=lambda answers: load_followups(),
    solve=solve,
    score=score,
    metrics=(
        MetricSpec(name="agrees", tolerance=0.03),
        MetricSpec(name="agrees, depends", tolerance=0.05),
        MetricSpec(name="agrees, stands alone", tolerance=0.07),
        MetricSpec(name="finds the same", tolerance=0.05),
    ),
    slices=(("finds the same", "role"),),
)
