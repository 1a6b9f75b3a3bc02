"""`feedback`: are the parts of upward feedback and its habits found, and does no rewrite hold a fact of its own?

On texts by a writer who did not know the product, marked by that writer. A part counts as found where it is there and
something is quoted for it; beside that stands whether the quote overlaps by half or more (Dice). A habit counts a text
at a time, and a mark at a time where the stretches overlap by half of the shorter. Everything that the engine words is
read by the checker that the chat model's wordings must pass, and the checker itself is measured on labelled rewrites.
In the same table: patterns alone, and TF-IDF with logistic regression on whole sentences.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from assistant.coach.feedback.coach import FeedbackCoach
from assistant.coach.feedback.draft import INTENT
from assistant.coach.feedback.features import cut_sentences
from assistant.coach.feedback.grounded import find_inventions
from assistant.coach.feedback.record import ELEMENTS, MARKS, FeedbackCoaching
from assistant.coach.feedback.rules import Reading, Span, read_by_rules
from evals.data import load_rows
from evals.feedback_rows import FeedbackText, Rewrite
from evals.harness import MetricSpec, Outcome, Task
from evals.workspace import Workspace

FILE, REWRITES = "jobs/feedback_heldout.jsonl", "jobs/rewrites.jsonl"
TRAINING = ("jobs/feedback_train.jsonl", "jobs/feedback_more.jsonl")
OVERLAP = 0.5
KEY_MARKS = ("blame", "hedging", "hearsay")
COMPETITORS = ("patterns", "TF-IDF")


class Solved(NamedTuple):
    """What each reader found in one text, or what the checker found in one rewrite."""

    readings: dict[str, Reading]
    wordings: tuple[str, ...] = ()
    referred: bool = False
    inventions: tuple[str, ...] = ()


def load(limit: int | None) -> list[FeedbackText | Rewrite]:
    """The texts, then the rewrites of the half on which the checker was not mended."""
    rows: list[FeedbackText | Rewrite] = [*load_rows(FILE, FeedbackText)]
    rows += [row for row in load_rows(REWRITES, Rewrite) if row.split == "test"]
    return rows[:limit]


def solve(workspace: Workspace, rows: list[FeedbackText | Rewrite]) -> list[Solved]:
    """All readers on the texts, the checker on the rewrites."""
    coach = FeedbackCoach(workspace.settings, workspace.embeddings)
    plain = SentenceRegression([row for name in TRAINING for row in load_rows(name, FeedbackText)])
    return [_solve(row, coach, plain) for row in rows]


def _solve(row: FeedbackText | Rewrite, coach: FeedbackCoach, plain: "SentenceRegression") -> Solved:
    if isinstance(row, Rewrite):
        return Solved({}, inventions=find_inventions(row.source, row.rewrite))
    found = coach.coach(row.text)
    readings = {"patterns": read_by_rules(row.text), "TF-IDF": plain.read(row.text)}
    if found.referral is None:
        readings["Eyelevel"] = as_reading(found)
    wordings = tuple(one for one in (found.draft, *(other.text for other in found.alternatives)) if one)
    return Solved(readings, wordings, found.referral is not None)


def as_reading(found: FeedbackCoaching) -> Reading:
    """The parts and habits as stretches."""
    parts = {name: found.assessment.of(name) for name in ELEMENTS}
    return Reading(
        {name: Span(part.start, part.end) for name, part in parts.items() if part.present},
        {kind: tuple(Span(mark.start, mark.end) for mark in found.marks if mark.kind == kind) for kind in MARKS},
    )


def score(rows: Sequence[FeedbackText | Rewrite], outputs: Sequence[Solved]) -> list[Outcome]:
    """Verdicts: 1 for a hit, 0 for a miss or a false alarm, absent where nothing is there and nothing was found."""
    return [_score(row, solved) for row, solved in zip(rows, outputs, strict=True)]


def _score(row: FeedbackText | Rewrite, solved: Solved) -> Outcome:
    scores: dict[str, float | None] = {}
    if isinstance(row, Rewrite):
        passed = not solved.inventions
        scores["planted inventions held back" if row.invented else "faithful rewrites passed"] = float(
            passed != bool(row.invented)
        )
        return Outcome(id=row.id, scores=scores, tags={"invented": row.invented or "nothing"})
    language = "English" if row.lang == "en" else "other"
    scores["paused as a disclosure"] = float(solved.referred)
    if not solved.referred:
        scores["inventions in wordings"] = float(
            any(_holds_invention(row.text, wording) for wording in solved.wordings)
        )
        for name, reading in solved.readings.items():
            prefix = "" if name == "Eyelevel" else f"{name}: "
            prefix = prefix if language == "English" else f"{prefix}other languages: "
            for key, verdict in _verdicts(row, reading):
                scores[f"{prefix}{key}"] = verdict
    return Outcome(id=row.id, scores=scores, tags={"form": row.form, "language": language})


def _holds_invention(text: str, wording: str) -> bool:
    """By the checker, without the question about reasons, which states nothing."""
    return bool(find_inventions(text, wording.replace(INTENT, "")))


def _verdicts(row: FeedbackText, reading: Reading) -> Iterator[tuple[str, float]]:
    for name, (true, found) in {one: (row.spans.get(one), reading.elements.get(one)) for one in ELEMENTS}.items():
        if true or found:
            yield name, float(bool(true and found))
            yield f"{name} quote", float(bool(true and found and dice(true, found) >= OVERLAP))
        if found:
            yield f"{name} precision", float(bool(true))
        if true:
            yield f"{name} recall", float(bool(found))
    for kind in MARKS:
        marked, seen = row.mark_spans.get(kind, []), reading.marks[kind]
        if marked or seen:
            yield kind, float(bool(marked and seen))
            hits = sum(any(shorter(one, other) >= OVERLAP for other in seen) for one in marked)
            yield f"{kind} marks", hits / max(1, len(marked), len(seen))


def dice(one: Span, other: Span) -> float:
    """Twice the shared length by the sum of the lengths, in [0, 1]."""
    shared = max(0, min(one.end, other.end) - max(one.start, other.start))
    return 2 * shared / (one.end - one.start + other.end - other.start)


def shorter(one: Span, other: Span) -> float:
    """The shared length by that of the shorter stretch, in [0, 1]."""
    shared = max(0, min(one.end, other.end) - max(one.start, other.start))
    return shared / max(1, min(one.end - one.start, other.end - other.start))


class SentenceRegression:
    """The simplest trained competitor: TF-IDF of whole sentences, one logistic regression a part and a habit."""

    def __init__(self, rows: Sequence[FeedbackText]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]
        from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

        pairs = [(row, span) for row in rows for span in cut_sentences(row.text)]
        self._bag: Any = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
        columns = self._bag.fit_transform([row.text[span.start : span.end] for row, span in pairs])
        self._models: dict[str, Any] = {}
        for name in (*ELEMENTS, *MARKS):
            labels = [any(shorter(own, span) > OVERLAP for own in _own(row, name)) for row, span in pairs]
            model = LogisticRegression(C=10.0, class_weight="balanced", max_iter=2000)
            self._models[name] = model.fit(columns, labels)

    def read(self, text: str) -> Reading:
        """The likeliest sentence for each part, and each likely sentence for each habit."""
        spans = cut_sentences(text)
        columns = self._bag.transform([text[span.start : span.end] for span in spans])
        likely = {name: model.predict_proba(columns)[:, 1] for name, model in self._models.items()}
        return Reading(
            {name: spans[int(likely[name].argmax())] for name in ELEMENTS if likely[name].max() >= 0.5},
            {kind: tuple(span for span, one in zip(spans, likely[kind], strict=True) if one >= 0.5) for kind in MARKS},
        )


def _own(row: FeedbackText, name: str) -> list[Span]:
    parts = {str(one): [span] for one, span in row.spans.items()}
    marks = {str(kind): spans for kind, spans in row.mark_spans.items()}
    return (parts | marks).get(name, [])


def _metrics() -> Iterator[MetricSpec]:
    for name in ELEMENTS:
        yield MetricSpec(name=f"F1 {name}", key=name, statistic="f1", tolerance=0.03)
        yield MetricSpec(name=f"F1 {name}, quote overlaps", key=f"{name} quote", statistic="f1", tolerance=0.04)
        yield MetricSpec(name=f"precision {name}", key=f"{name} precision", tolerance=0.05)
        yield MetricSpec(name=f"recall {name}", key=f"{name} recall", tolerance=0.05)
    yield MetricSpec(name="F1 of the four parts", keys=ELEMENTS, statistic="f1", tolerance=0.02)
    for kind in MARKS:
        yield MetricSpec(name=f"F1 {kind}", key=kind, statistic="f1", tolerance=0.05)
        yield MetricSpec(name=f"F1 {kind}, marks overlap", key=f"{kind} marks", statistic="f1", tolerance=0.06)
    yield MetricSpec(name="F1 of blame, hedging, hearsay", keys=KEY_MARKS, statistic="f1", tolerance=0.03)
    yield MetricSpec(name="texts with an invention in a wording", key="inventions in wordings", better="lower",
                     tolerance=0.0, bound=0.0)  # fmt: skip
    yield MetricSpec(name="planted inventions held back", tolerance=0.03)
    yield MetricSpec(name="faithful rewrites passed", tolerance=0.1)
    yield MetricSpec(name="texts paused as a disclosure", key="paused as a disclosure", better="lower")
    for other in COMPETITORS:
        for key in (*ELEMENTS, *MARKS):
            yield MetricSpec(name=f"{other}: F1 {key}", key=f"{other}: {key}", statistic="f1")
    for name in ELEMENTS:
        foreign = f"other languages: {name}"
        yield MetricSpec(name=f"German, French, Spanish: F1 {name}", key=foreign, statistic="f1")
    yield MetricSpec(
        name="German, French, Spanish: F1 of the habits",
        keys=tuple(f"other languages: {kind}" for kind in MARKS),
        statistic="f1",
    )


FEEDBACK = Task(
    name="feedback",
    version=1,
    about="Are the parts and habits of upward feedback found, and does no wording hold a fact of its own?",
    datasets=(FILE, REWRITES, *TRAINING),
    load=load,
    solve=solve,
    score=score,
    metrics=tuple(_metrics()),
)
