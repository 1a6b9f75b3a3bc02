"""`grounding`: does every sentence of an answer rest on a passage that says so?

What must hold always is bound at its limit: no marker without a source, no sentence without a marker, every quote
verbatim. How often a cited passage really says it is judged by `scorers.evidence`, which shares nothing with the
coach's own gate; its precision and recall on labelled sentences are `judge precision` and `judge recall`.
"""

from collections.abc import Sequence

from assistant.events import Reply, Sentence
from assistant.guide.citations import find_markers
from evals.data import Question, load_support
from evals.harness import MetricSpec, Outcome, Task
from evals.scorers.evidence import judge_support
from evals.tasks.answers import Answered, ask_all, load_asked
from evals.tasks.support import score_verdicts


def score(rows: Sequence[Question], outputs: Sequence[Answered]) -> list[Outcome]:
    """An outcome an answer, and those of the judge itself."""
    return [_score(row, answered) for row, answered in zip(rows, outputs, strict=True)] + judge_the_judge()


def _score(row: Question, answered: Answered) -> Outcome:
    reply = answered.reply
    spoken = [sentence for sentence in reply.sentences if sentence.origin != "eyelevel"]
    scores: dict[str, float | None] = {
        "unknown markers": float(count_unknown_markers(reply)),
        "abstained": float(reply.abstained or reply.referral is not None),
    }
    if spoken:
        scores |= score_sentences(reply, spoken)
        scores |= {"words": float(len(reply.text.split())), "held back": reply.timings.get("dropped")}
        if answered.failed:  # the model wrote nothing, or not to the end: what it would have written is not known
            scores |= {"from the model": None, "from the guide": None, "supported, model": None}
    return Outcome(id=row.id, scores=scores, tags={"role": row.role})


def count_unknown_markers(reply: Reply) -> int:
    """Markers in the text shown that belong to no source of the reply."""
    known = {source.marker for source in reply.sources}
    return sum(marker not in known for marker in find_markers(reply.text))


def score_sentences(reply: Reply, spoken: Sequence[Sentence]) -> dict[str, float | None]:
    """Shares, in [0, 1], over the sentences of the model and of the guide."""
    passages = {source.marker: source.text for source in reply.sources}
    quotes = [pair for one in spoken for pair in zip(one.markers, one.quotes, strict=False)]
    supported = {sentence.text: is_supported(sentence, passages) for sentence in spoken}
    model = [sentence for sentence in spoken if sentence.origin == "model"]
    scores: dict[str, float | None] = {
        "cited": _share([bool(one.markers) and len(one.quotes) == len(one.markers) for one in spoken]),
        "quotes verbatim": _share([quote in passages.get(marker, "") for marker, quote in quotes]),
        "supported": _share(list(supported.values())),
        "from the model": len(model) / len(spoken),
        "from the guide": sum(one.origin == "guide" for one in spoken) / len(spoken),
    }
    return scores | ({"supported, model": _share([supported[one.text] for one in model])} if model else {})


def is_supported(sentence: Sentence, passages: dict[str, str]) -> bool:
    """Whether a passage that the sentence cites says it, by the independent judge."""
    return any(judge_support(sentence.text, passages.get(marker, "")) for marker in sentence.markers)


def judge_the_judge() -> list[Outcome]:
    """The independent judge against the labelled sentences of the test half."""
    cases = load_support("test")
    found = score_verdicts(cases, [judge_support(case.sentence, case.passage) for case in cases])
    return [
        Outcome(
            id=f"judge-{one.id}",
            scores={f"judge {k}": v for k, v in one.scores.items() if k in ("precision", "recall")},
        )
        for one in found
    ]


def _share(values: list[bool]) -> float | None:
    return sum(values) / len(values) if values else None


GROUNDING = Task(
    name="grounding",
    version=1,
    about="Does every sentence rest on a passage that says so?",
    datasets=("retrieval.jsonl", "support.jsonl"),
    load=load_asked,
    solve=ask_all,
    score=score,
    metrics=(
        MetricSpec(name="unknown markers", better="lower", bound=0.0),
        MetricSpec(name="cited", bound=1.0),
        MetricSpec(name="quotes verbatim", bound=1.0),
        MetricSpec(name="supported", tolerance=0.05, bound=0.75),
        MetricSpec(name="supported, model", tolerance=0.07),
        MetricSpec(name="from the model", tolerance=0.1),
        MetricSpec(name="from the guide"),
        MetricSpec(name="held back"),
        MetricSpec(name="abstained", better="lower", tolerance=0.05),
        MetricSpec(name="words", statistic="median"),
        MetricSpec(name="judge precision", bound=0.7),
        MetricSpec(name="judge recall", bound=0.5),
    ),
    slices=(("supported", "role"), ("from the model", "role")),
    quick=False,
    prompts=True,
)
