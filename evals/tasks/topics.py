"""`topics`: are the topics that are suggested those that a wish asks for, and is what a pair has had left out?

Wishes and roles by a writer who did not know how topics are chosen. Beside it, in the same run, the simplest
alternative: the cosine of the wish, or of the role where nothing was wished, and the topics' titles.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from assistant.coach.catalogue import load_topics
from assistant.coach.topics import TopicChooser, TopicWish
from evals.data import TopicCase, load_rows
from evals.harness import MetricSpec, Outcome, Task
from evals.workspace import Workspace

FILE = "jobs/topics_heldout.jsonl"
SHOWN = 5
"""Topics that the command and the screen suggest."""


class Suggested(NamedTuple):
    """Ids, the best first."""

    ours: tuple[str, ...]
    by_title: tuple[str, ...]


def load(limit: int | None) -> list[TopicCase]:
    """The rows, or the first of them."""
    return load_rows(FILE, TopicCase)[:limit]


def solve(workspace: Workspace, rows: list[TopicCase]) -> list[Suggested]:
    """What is suggested to each."""
    chooser = TopicChooser(workspace.settings, workspace.embeddings)
    topics = load_topics(workspace.settings.knowledge / "topics")
    titles = workspace.embeddings.encode([topic.title for topic in topics])
    wishes = workspace.embeddings.encode([row.about or row.mentee_role for row in rows])
    found = []
    for row, wish in zip(rows, wishes, strict=True):
        asked = TopicWish(mentee_role=row.mentee_role or None, about=row.about, month=row.month, had=row.exclude)
        ours = tuple(one.topic.id for one in chooser.suggest(asked, SHOWN))
        order = [topics[at].id for at in np.argsort(-(titles @ wish), kind="stable")]
        found.append(Suggested(ours, tuple(name for name in order if name not in row.exclude)[:SHOWN]))
    return found


def score(rows: Sequence[TopicCase], outputs: Sequence[Suggested]) -> list[Outcome]:
    """Hits among the first one, three and five, and the share that fits."""
    outcomes = []
    for row, found in zip(rows, outputs, strict=True):
        scores: dict[str, float | None] = {"excluded shown": float(bool(set(found.ours) & set(row.exclude)))}
        for name, ids in (("", found.ours), (", by title", found.by_title)):
            if row.fits:
                for first in (1, 3, 5):
                    scores[f"hit@{first}{name}"] = float(bool(set(ids[:first]) & set(row.fits)))
                scores[f"share that fits{name}"] = _share(ids, row.fits)
                scores[f"share that is all right{name}"] = _share(ids, (*row.fits, *row.also_ok))
        outcomes.append(Outcome(id=row.id, scores=scores, tags={"asks": "a wish" if row.about else "a role alone"}))
    return outcomes


def _share(ids: Sequence[str], wanted: Sequence[str]) -> float:
    """Of those shown; of as many as there are where fewer than that would fit."""
    return len(set(ids) & set(wanted)) / max(1, min(len(ids), len(wanted)))


TOPICS = Task(
    name="topics",
    version=1,
    about="Are the topics that are suggested those that a wish asks for?",
    datasets=(FILE,),
    load=load,
    solve=solve,
    score=score,
    metrics=(
        MetricSpec(name="hit@1", tolerance=0.05),
        MetricSpec(name="hit@3", tolerance=0.05),
        MetricSpec(name="hit@5", tolerance=0.05),
        MetricSpec(name="share that fits", tolerance=0.05),
        MetricSpec(name="share that is all right", tolerance=0.05),
        MetricSpec(name="excluded shown", better="lower", bound=0.0),
        MetricSpec(name="hit@1, by title"),
        MetricSpec(name="hit@3, by title"),
        MetricSpec(name="hit@5, by title"),
        MetricSpec(name="share that fits, by title"),
    ),
    slices=(("hit@1", "asks"), ("share that fits", "asks")),
)
