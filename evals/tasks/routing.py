"""`routing`: does a request start its job, and is a question answered as a question?

Turns by a writer who did not know the code (`jobs/routing_heldout.jsonl`). Compared in the same run with the simplest
alternative, the name of a job standing in the turn.
"""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from assistant.coach.jobs import JOBS, Job, JobRouter
from assistant.roles import Role
from assistant.text import words
from evals.data import Row, load_rows
from evals.harness import MetricSpec, Outcome, Task
from evals.workspace import Workspace

FILE = "jobs/routing_heldout.jsonl"
NAMES = {
    Job.PLAN: {"plan", "prepare", "agenda"},
    Job.TOPICS: {"topic", "topics", "ideas"},
    Job.FEEDBACK: {"feedback", "tell"},
    Job.REHEARSE: {"rehearse", "practise", "practice", "play"},
    Job.CHECK: {"note", "notes", "transcript", "check"},
    Job.REFLECT: {"reflect", "reflection"},
    Job.COMMITMENTS: {"promise", "promised", "commitment", "commitments", "remind"},
    Job.PROGRAMME: {"programme", "program", "pilot"},
}
"""What the simplest alternative looks for, in this order."""


class Request(Row):
    """A turn and the job it asks for."""

    text: str
    job: Job
    role: Role = Role.MENTOR
    history: str | None = None


class Routed(BaseModel):
    """What the product would start, and what the names of the jobs would."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    started: Job
    offered: Job | None
    by_name: Job


def load(limit: int | None) -> list[Request]:
    """The rows, or the first of them."""
    return load_rows(FILE, Request)[:limit]


def solve(workspace: Workspace, rows: list[Request]) -> list[Routed]:
    """What becomes of each."""
    router = JobRouter(workspace.embeddings)
    return [_route(router, row) for row in rows]


def _route(router: JobRouter, row: Request) -> Routed:
    found = router.route(row.text, row.role)
    return Routed(started=found.job, offered=found.offered, by_name=_by_name(row))


def _by_name(row: Request) -> Job:
    said = set(words(row.text))
    return next((job for job, names in NAMES.items() if job in JOBS[row.role] and said & names), Job.ANSWER)


def score(rows: Sequence[Request], outputs: Sequence[Routed]) -> list[Outcome]:
    """`started`: jobs that were; `taken over`: questions that started one; the same for the alternative."""
    outcomes = []
    for row, routed in zip(rows, outputs, strict=True):
        scores: dict[str, float | None] = {}
        for name, found in (("", routed.started), (", by name", routed.by_name)):
            if row.job is Job.ANSWER:
                scores[f"taken over{name}"] = float(found is not Job.ANSWER)
            else:
                scores[f"started{name}"] = float(found is row.job)
                scores[f"another job{name}"] = float(found not in (row.job, Job.ANSWER))
        if row.job is not Job.ANSWER:
            scores["started or offered"] = float(row.job in (routed.started, routed.offered))
        outcomes.append(Outcome(id=row.id, scores=scores, tags={"job": row.job, "role": row.role}))
    return outcomes


ROUTING = Task(
    name="routing",
    version=1,
    about="Does a request start its job, and is a question answered?",
    datasets=(FILE,),
    load=load,
    solve=solve,
    score=score,
    metrics=(
        MetricSpec(name="started", tolerance=0.03),
        MetricSpec(name="started or offered", tolerance=0.03),
        MetricSpec(name="taken over", better="lower", tolerance=0.03),
        MetricSpec(name="another job", better="lower", tolerance=0.03),
        MetricSpec(name="started, by name"),
        MetricSpec(name="taken over, by name", better="lower"),
    ),
    slices=(("started", "job"), ("started", "role")),
)
