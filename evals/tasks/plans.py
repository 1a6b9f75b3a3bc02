"""`plans`: does every session plan add up, ask open questions on its topic, and say what only this pair needs?

Sessions to plan by a writer who did not know how plans are made; the engine alone, without a chat model. A question is
on its topic where it was written for that topic, names it, names a promise, or is nearer to what was asked for, or to
the topic, than 95 of 100 questions of other topics are. Beside it stand the last of these alone, and how often it is
true of another plan's questions, which is what chance gives. Parts in which a finding of the last check is settled are
about the two people and left aside, and so are first sessions.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.coach.catalogue import Topic, is_open, load_topics
from assistant.coach.plan import Planner, PlanWish
from assistant.coach.plan.known import known_from
from assistant.coach.plan.subject import subject_of
from assistant.coach.support import WEIGHTS, Evidence
from assistant.decision import Decision
from assistant.notes.advice import load_material
from assistant.notes.note import Side
from assistant.notes.session_plan import PlanBlock, SessionPlan
from assistant.text import sentences
from evals.data import PlanCase, load_rows
from evals.harness import MetricSpec, Outcome, Task
from evals.workspace import Workspace

FILE = "jobs/plans_heldout.jsonl"
GENERIC = 0.95
"""Cosine from which a part says the same as one in the plan of another leader on another topic."""
CHANCE = 95
"""Percentile of other topics' questions that a question on the topic exceeds."""
SIDES: tuple[Side, Side] = ("mentor", "mentee")
LEAST_SAID = 40
"""Characters of a promise by which it is looked for."""


class Made(NamedTuple):
    """A plan and what was measured in it, each None where it does not apply."""

    plan: SessionPlan
    tied: float
    near: float
    by_chance: float | None
    generic: float
    supported: float | None
    cited: bool


def load(limit: int | None) -> list[PlanCase]:
    """The rows, or the first of them."""
    return load_rows(FILE, PlanCase)[:limit]


def solve(workspace: Workspace, rows: list[PlanCase]) -> list[Made]:
    """A plan for each row, measured against the others."""
    planner = Planner(workspace.settings, workspace.embeddings)
    plans = [planner.plan(_wish(row), known_from(row.history or {}, row.id)) for row in rows]
    measures = _Measures(workspace, planner)
    generic = measures.generic(plans)
    made = []
    for at, (row, plan) in enumerate(zip(rows, plans, strict=True)):
        other = next((one for one in plans[at + 1 :] + plans[:at] if _apart(plan, one)), None)
        targets = measures.targets(row, plan)
        asked = measures.asked(plan)
        near = measures.near(asked, targets)
        own = [one or measures.is_own(question, row, plan) for one, question in zip(near, asked, strict=True)]
        by_chance = _share(measures.near(measures.asked(other), targets)) if other else None
        cited = bool(planner.cite(plan))
        made.append(Made(plan, _share(own), _share(near), by_chance, generic[at], measures.supported(plan), cited))
    return made


def _wish(row: PlanCase) -> PlanWish:
    form = "first" if row.first else row.format
    return PlanWish(mentee_role=row.mentee_role, about=row.about, minutes=row.minutes, format=form)


def _questions(plan: SessionPlan) -> list[str]:
    return [question for block in plan.blocks for question in block.questions]


def _apart(one: SessionPlan, other: SessionPlan) -> bool:
    """Whether two plans have another leader and another topic, so that nothing in them need be the same."""
    topics = {topic.id for topic in one.topics} & {topic.id for topic in other.topics}
    return one.mentee_role != other.mentee_role and one.about != other.about and not topics


class _Measures:
    """What needs the embedding model or the guide."""

    def __init__(self, workspace: Workspace, planner: Planner) -> None:
        self._encode = lru_cache(maxsize=None)(self._one)
        self._embeddings, self._planner = workspace.embeddings, planner
        self._topics = {topic.id: topic for topic in load_topics(workspace.settings.knowledge / "topics")}
        material = load_material(workspace.settings.knowledge)
        plans = [material.plan(mistake, side) for mistake in material.mistakes for side in SIDES]
        texts = [text for plan in plans for text in plan.blocks if text.part is None]
        self._settling = {question for text in texts for question in text.questions}
        asked = [(topic.id, question) for topic in self._topics.values() for question in topic.questions[:2]]
        self._askers = np.array([name for name, _ in asked])
        self._asked = workspace.embeddings.encode([question for _, question in asked])

    def _one(self, text: str) -> NDArray[np.float32]:
        return np.asarray(self._embeddings.encode([text])[0])

    def targets(self, row: PlanCase, plan: SessionPlan) -> list[tuple[NDArray[np.float32], float]]:
        """Vectors of what a question may be about, each with the cosine that it has to exceed."""
        topics = [self._topics[one.id] for one in plan.topics]
        texts = [row.about, *map(_described, topics), *(line for line in plan.first)]
        others = ~np.isin(self._askers, [topic.id for topic in topics])
        vectors = [self._encode(text) for text in texts if text.strip()]
        return [(vector, float(np.percentile(self._asked[others] @ vector, CHANCE))) for vector in vectors]

    def asked(self, plan: SessionPlan) -> list[str]:
        """The questions of a plan, without those by which a finding is settled."""
        blocks = [block for block in plan.blocks if set(block.questions) - self._settling]
        return [question for block in blocks for question in block.questions]

    def near(self, questions: Sequence[str], targets: Sequence[tuple[NDArray[np.float32], float]]) -> list[bool]:
        """Which questions are nearer to one of the targets than chance."""
        return [any(float(self._encode(one) @ to) > least for to, least in targets) for one in questions]

    def is_own(self, question: str, row: PlanCase, plan: SessionPlan) -> bool:
        """Whether a question was written for the topic, or names it, the wish or a promise."""
        topics = [self._topics[one.id] for one in plan.topics]
        written = {question for topic in topics for question in _written_for(topic)}
        named = [topic.subject for topic in topics]
        if (subject := subject_of(row.about)) is not None:
            named.append(subject.spoken)
        promised = [one.text[:LEAST_SAID] for one in known_from(row.history or {}, row.id).commitments]
        return question in written or any(name in question for name in (*named, *promised) if name != "this")

    def generic(self, plans: Sequence[SessionPlan]) -> list[float]:
        """For each plan the share of its middle parts that stand, nearly word for word, in a plan that is apart."""
        texts = [[_said(block) for block in plan.blocks[1:-1]] for plan in plans]
        vectors = [np.stack([self._encode(text) for text in group]) for group in texts]
        shares = []
        for at, plan in enumerate(plans):
            apart = [vectors[i] for i, other in enumerate(plans) if _apart(plan, other)]
            nearest = (vectors[at] @ np.concatenate(apart).T).max(axis=1) if apart else np.zeros(len(vectors[at]))
            shares.append(float((nearest > GENERIC).mean()))
        return shares

    def supported(self, plan: SessionPlan) -> float | None:
        """Share of the parts of which a sentence is supported by the section that the part cites."""
        threshold = Decision.load(WEIGHTS).threshold
        by_heading = {(one.title, one.heading): one.text for one in self._planner.cite(plan)}
        texts = dict(zip(plan.rests_on, by_heading.values(), strict=False))
        if len(by_heading) != len(plan.rests_on):
            return None
        held = []
        for block in plan.blocks:
            if block.section:
                evidence = Evidence(self._embeddings, [texts[block.section]])
                found = [evidence.support(sentence) for sentence in (*sentences(block.what), *block.questions)]
                held.append(any(one is not None and one.probability >= threshold for one in found))
        return sum(held) / max(1, len(held))


def _written_for(topic: Topic) -> tuple[str, ...]:
    return (*topic.questions, topic.thread, *(angle.question for angle in topic.leaders.values()))


def _share(held: Sequence[bool]) -> float:
    return sum(held) / max(1, len(held))


def _described(topic: Topic) -> str:
    return "\n".join((topic.title, topic.subject, ", ".join(topic.words), topic.why, topic.show))


def _said(block: PlanBlock) -> str:
    return "\n".join((block.title, block.what, *block.questions))


def score(rows: Sequence[PlanCase], outputs: Sequence[Made]) -> list[Outcome]:
    """Each rule of a plan, as a share of where it holds."""
    outcomes = []
    for row, made in zip(rows, outputs, strict=True):
        plan, questions = made.plan, _questions(made.plan)
        scores: dict[str, float | None] = {
            "minutes": float(sum(block.minutes for block in plan.blocks) == row.minutes),
            "open": sum(map(is_open, questions)) / len(questions),
            "generic parts": made.generic,
            "supported": made.supported,
            "cited": float(made.cited),
            "human thread": float(plan.thread is not None and is_open(plan.thread)),
        }
        if plan.format != "first":
            scores |= {"on the topic": made.tied, "on the topic, by meaning": made.near}
            if made.by_chance is not None:
                scores["on the topic, by chance"] = made.by_chance
        if (carried := _carried_first(row, plan)) is not None:
            scores["carried first"] = carried
        outcomes.append(Outcome(id=row.id, scores=scores, tags={"format": plan.format}))
    return outcomes


def _carried_first(row: PlanCase, plan: SessionPlan) -> float | None:
    """Whether all that is open or was not kept is named in the first part and heads what is carried over."""
    known = known_from(row.history or {}, row.id)
    texts = [one.text[:LEAST_SAID].rstrip(".") for one in known.commitments if one.state in ("open", "missed")]
    if not texts:
        return None
    first = plan.first[: len(known.commitments)]
    named = all(text in plan.blocks[0].what and any(text in line for line in first) for text in texts)
    return float(named)


PLANS = Task(
    name="plans",
    version=1,
    about="Does every session plan add up, ask open questions on its topic, and say what only this pair needs?",
    datasets=(FILE,),
    load=load,
    solve=solve,
    score=score,
    metrics=(
        MetricSpec(name="minutes", bound=1.0),
        MetricSpec(name="open", bound=1.0),
        MetricSpec(name="on the topic", tolerance=0.03),
        MetricSpec(name="on the topic, by meaning"),
        MetricSpec(name="on the topic, by chance"),
        MetricSpec(name="generic parts", better="lower", tolerance=0.02),
        MetricSpec(name="supported", tolerance=0.05),
        MetricSpec(name="cited", tolerance=0.0),
        MetricSpec(name="human thread", bound=1.0),
        MetricSpec(name="carried first", bound=1.0),
    ),
    slices=(("on the topic", "format"),),
)
