"""`talks`: do the measures of a transcript tell poor talks from good ones, in settings that were never seen?

Counselling, classroom, workplace and mentoring talks of the test batches; who talks how much is alike in poor and good
ones by design, so that talk share, the simplest alternative, has little to go by.
"""

from collections.abc import Sequence

from assistant.notes.checker import NoteChecker
from assistant.notes.measures import measure_transcript
from assistant.notes.mistake import Mistake
from assistant.notes.moves import MOVES, Move, find_moves
from evals.harness import MetricSpec, Outcome, Task
from evals.statistics import state
from evals.talks import MOVE_OF, Talk, load_talks
from evals.workspace import Workspace


def solve(workspace: Workspace, rows: list[Talk]) -> list[Outcome]:
    """Measures, moves and the checker's probability of one-way lecturing."""
    checker = NoteChecker(workspace.settings)
    return [_solve(checker, row) for row in rows]


def _solve(checker: NoteChecker, talk: Talk) -> Outcome:
    note, poor = talk.note(), talk.quality == "poor"
    measures = measure_transcript(note)
    found = [MOVES[int(row.argmax())] for row in find_moves([turn.text for turn in talk.turns])]
    true = [MOVE_OF[turn.move] for turn in talk.turns]
    probability = checker.check(note).method.probabilities[Mistake.ONE_WAY_LECTURING]
    scores: dict[str, float | None] = {
        "moves right": sum(a is b for a, b in zip(found, true, strict=True)) / len(true),
        "lecturing": state(probability, poor),
    }
    for move in Move:
        hits = [(a is move and b is move) for a, b in zip(found, true, strict=True) if move in (a, b)]
        scores[f"agreement {move}"] = sum(hits) / len(hits) if hits else None
    scores = {name: value for name, value in scores.items() if value is not None}
    if measures is not None and measures.telling is not None:
        scores["telling"] = state(measures.telling, poor)
        scores["talk share"] = state(max(speaker.talk_share for speaker in measures.speakers), poor)
        marks = sum(speaker.open_questions + speaker.closed_questions for speaker in measures.speakers)
        scores["few questions"] = state(1 - min(1.0, marks / len(talk.turns)), poor)
    return Outcome(id=talk.id, scores=scores, tags={"batch": talk.id.split("-")[0]})


def score(_rows: Sequence[Talk], outputs: Sequence[Outcome]) -> list[Outcome]:
    """As solved."""
    return list(outputs)


def load(_answers: int | None) -> list[Talk]:
    """The test talks."""
    return load_talks("test")


TALKS = Task(
    name="talks",
    version=1,
    about="Do the measures tell poor talks from good ones, by telling and not by talk share?",
    datasets=("talks/test",),
    load=load,
    solve=solve,
    score=score,
    metrics=(
        MetricSpec(name="AUC by lecturing", key="lecturing", statistic="auc", tolerance=0.02, bound=0.8),
        MetricSpec(name="AUC by telling", key="telling", statistic="auc", tolerance=0.02, bound=0.8),
        MetricSpec(name="AUC by talk share", key="talk share", statistic="auc"),
        MetricSpec(name="AUC by few questions", key="few questions", statistic="auc"),
        MetricSpec(name="moves right", tolerance=0.02),
    ),
    slices=(("moves right", "batch"), *((f"agreement {move}", "batch") for move in Move)),
)
