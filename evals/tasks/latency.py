"""`latency`: how long a person waits for passages, for the first words, and for the whole answer.

`first words` is the first sentence of the answer, which may be the guide's own; `first written` is the model's.
Seconds from the question, on a loaded model that has not seen these questions. Times depend on the machine, so a
baseline of another machine is shown and not held against the result.
"""

from collections.abc import Sequence

from evals.data import Question
from evals.harness import MetricSpec, Outcome, Task
from evals.tasks.answers import Answered, ask_warm, load_asked


def score(rows: Sequence[Question], outputs: Sequence[Answered]) -> list[Outcome]:
    """Seconds an answer; a turn in which the model failed is unscored, one without passages does not apply."""
    return [_score(row, answered) for row, answered in zip(rows, outputs, strict=True)]


def _score(row: Question, answered: Answered) -> Outcome:
    if answered.passages is None:
        return Outcome(id=row.id, scores={"without passages": answered.total})
    scores: dict[str, float | None] = {"passages": answered.passages}
    if answered.failed:  # how long it would have taken is not known
        return Outcome(id=row.id, scores=scores | dict.fromkeys(("first words", "first written", "total")))
    scores |= {"first words": answered.first_words, "total": answered.total}
    if answered.first_written is not None:
        scores["first written"] = answered.first_written
    return Outcome(id=row.id, scores=scores, tags={"role": row.role})


def _times(key: str, median: float, p95: float) -> tuple[MetricSpec, MetricSpec]:
    """Median and 95th percentile of a score, with how many seconds worse is accepted."""
    return (
        MetricSpec(name=f"{key}, median", key=key, statistic="median", better="lower", tolerance=median),
        MetricSpec(name=f"{key}, p95", key=key, statistic="p95", better="lower", tolerance=p95),
    )


LATENCY = Task(
    name="latency",
    version=1,
    about="How long does a person wait?",
    datasets=("retrieval.jsonl",),
    load=load_asked,
    solve=ask_warm,
    score=score,
    metrics=(
        *_times("passages", 0.05, 0.2),
        *_times("first words", 0.5, 1.5),
        *_times("first written", 1.0, 3.0),
        *_times("total", 1.0, 3.0),
        MetricSpec(name="without passages", statistic="median", better="lower"),
    ),
    quick=False,
    prompts=True,
)
