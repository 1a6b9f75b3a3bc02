"""`programmes`: does every programme plan add up, fit its leaders, serve its goal, and differ from every other?

Requests by a writer who did not know how plans are made; the engine alone, without a chat model. A goal that the engine
answers with a line in place of a plan (it says nothing, or asks to watch or rank people) is left out of all figures but
`planned`. The share of lines that a plan has in common with plans of other goals stands beside the same figure for the
simplest alternative: one fixed text of the same standards with the goal pasted in.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from assistant.coach.programme import ProgrammePlan, ProgrammePlanner, ProgrammeWish
from assistant.coach.programme.record import LEVELS, PARTS, Part
from assistant.coach.programme.render import describe
from assistant.coach.support import WEIGHTS, Evidence
from assistant.decision import Decision
from assistant.errors import InputError
from assistant.text import sentences, stems
from evals.data import ProgrammeCase, load_rows
from evals.harness import MetricSpec, Outcome, Task
from evals.scorers.evidence import judge_support
from evals.workspace import Workspace

FILE = "jobs/programmes_heldout.jsonl"
NEAR = 0.3
"""Cosine of a measure and the goal from which the measure is tied to it, where they share no content word."""
FEWEST, MOST = 6, 12
LEAST_TOOLS, MOST_TOOLS = 0.3, 0.7
USUAL_MINUTES = {"group": 60}
"""Of a session where the request has none; 45 for the other formats."""
TEMPLATE = (
    "Goal: {goal}",
    "Leaders understand the goal better at the end of the programme.",
    "Leaders change one thing because of their mentor.",
    "Plan six to twelve sessions over three to six months, of 30 to 60 minutes each.",
    "First session: get to know each other, clarify expectations, rank topics, agree on a format.",
    "Following sessions: topics on {goal}.",
    "Last session: look back, recommendations and farewell.",
    "Match pairs by topic, outside every reporting line.",
    "Both sides take part of their own free will.",
    "Both people can decline a match before it is announced.",
    "Brief the mentors: role, first session, speaking up, confidentiality, contacts.",
    "Brief the seniors: listening, own contribution, protected time, commitments.",
    "Tell everybody that the goal is {goal}.",
    "Check in after the first session, in the middle and before the end.",
    "Ask how the work together goes and not what was said.",
    "Nothing goes from one side to the other without consent.",
    "Pitch: you learn something about {goal}, and a no is fine.",
    "Reaction: were the sessions worth the time?",
    "Learning: what do leaders know now about {goal}?",
    "Behaviour: what do leaders do differently?",
    "Results: what changed for teams and customers?",
    "Show figures for at least five pairs only.",
    "Risk: cancelled sessions. Book all dates at once.",
    "Risk: one-way lecturing. Start with a question.",
    "Risk: only technology. Keep a human thread.",
    "Half a day a week of the programme manager's time for up to ten pairs.",
    "Celebrate at the end and thank the mentors.",
)
"""The simplest alternative, from the guide's own standards."""


class Made(NamedTuple):
    """A plan and what was measured in it."""

    plan: ProgrammePlan | None
    scores: dict[str, float]


def load(limit: int | None) -> list[ProgrammeCase]:
    """The rows, or the first of them."""
    return load_rows(FILE, ProgrammeCase)[:limit]


def solve(workspace: Workspace, rows: list[ProgrammeCase]) -> list[Made]:
    """A plan for each row, measured alone and against the others."""
    planner = ProgrammePlanner(workspace.settings, workspace.embeddings)
    plans = [_plan(planner, row) for row in rows]
    texts = [_lines(plan) if plan else {} for plan in plans]
    template = [[line.replace("{goal}", row.goal) for line in TEMPLATE] for row in rows]
    made = []
    for at, (row, plan) in enumerate(zip(rows, plans, strict=True)):
        if plan is None:
            made.append(Made(None, {}))
            continue
        others = [one for one in range(len(rows)) if plans[one] and rows[one].goal != row.goal]
        own = [line for lines in texts[at].values() for line in lines]
        scores = {
            **alone(row, plan),
            "shared lines": _shared(own, [[line for part in texts[one].values() for line in part] for one in others]),
            "shared lines of the template": _shared(template[at], [template[one] for one in others]),
            "parts of its own": _own_parts(texts[at], [texts[one] for one in others]),
            **tied(workspace, row, plan),
            **supported(workspace, planner, plan, texts[at]),
        }
        made.append(Made(plan, scores))
    return made


def _plan(planner: ProgrammePlanner, row: ProgrammeCase) -> ProgrammePlan | None:
    minutes = row.minutes or USUAL_MINUTES.get(row.format, 45)
    wish = ProgrammeWish.model_validate(
        {**row.model_dump(include={"goal", "leader_roles", "pairs", "months", "format"}), "minutes": minutes}
    )
    try:
        return planner.plan(wish)
    except InputError:
        return None


def _lines(plan: ProgrammePlan) -> dict[Part, list[str]]:
    """The lines of each part as a reader sees them, without marks."""
    return {
        part: [
            line.strip("-*#> ") for text in describe(plan, part) for line in text.splitlines() if line.strip("-*#> ")
        ]
        for part in PARTS
    }


def alone(row: ProgrammeCase, plan: ProgrammePlan) -> dict[str, float]:
    """What can be seen in a plan without any other."""
    agendas = [plan.first_session, *(one.agenda for one in plan.briefings)]
    exact = plan.first_session.minutes == (row.minutes or USUAL_MINUTES.get(row.format, 45))
    count, said = len(plan.sessions), " ".join(plan.remarks)
    topics = [one for one in plan.sessions if one.topic]
    tools = sum(bool(one.technical) for one in topics)
    scores = {
        "minutes exact": float(exact and all(sum(i.minutes for i in one.items) == one.minutes for one in agendas)),
        "sessions": float(FEWEST <= count <= MOST or "six to twelve" in said),
        "months covered": float({one.month for one in plan.sessions} == set(range(1, row.months + 1))),
        "numbers agree": float(_agree(row, plan)),
    }
    if len(topics) > 1:
        scores["balance"] = float(LEAST_TOOLS <= tools / len(topics) <= MOST_TOOLS)
    if plan.families and topics:
        scores["topics fit the leaders"] = sum(bool(one.families) for one in topics) / len(topics)
    return scores


def _agree(row: ProgrammeCase, plan: ProgrammePlan) -> bool:
    """Whether the texts say the numbers that the plan has."""
    numbers = plan.numbers
    held = sum(bool(re.match(r"Session \d+ of ", entry.what)) for entry in plan.calendar)
    checks: tuple[bool, ...] = (
        numbers.sessions == len(plan.sessions) == held,
        numbers.seniors == row.pairs,
        sum(numbers.waves) == numbers.units,
        numbers.mentors >= numbers.seniors,
        f"For {row.pairs} seniors" in plan.matching[0] and f"{numbers.mentors} mentors" in plan.matching[0],
        f"{numbers.sessions} sessions of {plan.wish.minutes} minutes over {row.months} months" in " ".join(plan.pitch),
        any(re.search(r"Invite \d+ seniors", entry.what) for entry in plan.calendar),
        [one.number for one in plan.sessions] == list(range(1, numbers.sessions + 1)),
    )
    return all(checks)


def tied(workspace: Workspace, row: ProgrammeCase, plan: ProgrammePlan) -> dict[str, float]:
    """Whether each of the four levels has a measure, and one that has to do with the goal as it was typed."""
    texts = {level: [f"{one.what} {one.how}" for one in plan.evaluation if one.level == level] for level in LEVELS}
    goal, words = workspace.embeddings.encode([row.goal])[0], set(stems(row.goal))
    found = []
    for said in texts.values():
        near = (workspace.embeddings.encode(said) @ goal).tolist() if said else []
        shared = [bool(words & set(stems(text))) for text in said]
        found.append(any(shared) or any(cosine >= NEAR for cosine in near))
    return {"four levels": float(all(texts.values())), "levels tied to the goal": sum(found) / len(found)}


def _shared(own: Sequence[str], others: Sequence[Sequence[str]]) -> float:
    """The mean share of one's lines that stand in another's text too."""
    if not own or not others:
        return 0.0
    return float(np.mean([sum(line in set(other) for line in own) / len(own) for other in others]))


def _own_parts(own: Mapping[Part, list[str]], others: Sequence[Mapping[Part, list[str]]]) -> float:
    """The share of parts that stand word for word in no other plan."""
    return sum(all(own[part] != other[part] for other in others) for part in PARTS) / len(PARTS)


def supported(
    workspace: Workspace, planner: ProgrammePlanner, plan: ProgrammePlan, texts: Mapping[Part, list[str]]
) -> dict[str, float]:
    """The share of parts with a source; of these the share in which a source supports what the part says of the guide,
    or of risks one of its sentences, by the product's own check; and the share in which it supports a line of the part
    itself, by a check that shares nothing with it. Most lines are about the goal, of which no guide can know."""
    cited = {part: tuple(one.text for one in planner.cite_part(plan, part)) for part in PARTS}
    with_source = [part for part in PARTS if cited[part]]
    says = {part: _said(plan, part) for part in with_source}
    found = [_supports(workspace, cited[part], says[part]) for part in with_source]
    own = [any(judge_support(line, text) for line in texts[part] for text in cited[part]) for part in with_source]
    return {
        "parts with a source": len(with_source) / len(PARTS),
        "sources support": float(np.mean(found)),
        "sources support a line of the part": float(np.mean(own)),
    }


def _said(plan: ProgrammePlan, part: Part) -> tuple[str, ...]:
    support = plan.support(part)
    lines = (support.says,) if support.says else tuple(one.guard for one in plan.risks)
    return tuple(said for line in lines for said in sentences(line))


_JUDGED: dict[tuple[tuple[str, ...], tuple[str, ...]], bool] = {}


def _supports(workspace: Workspace, passages: tuple[str, ...], said: tuple[str, ...]) -> bool:
    """Whether one of the sentences is supported; remembered, as many plans say the same of the guide."""
    if (passages, said) not in _JUDGED:
        evidence = Evidence(workspace.embeddings, passages)
        found = (evidence.support(sentence) for sentence in said)
        least = Decision.load(WEIGHTS).threshold
        _JUDGED[passages, said] = any(one is not None and one.probability >= least for one in found)
    return _JUDGED[passages, said]


def score(rows: Sequence[ProgrammeCase], outputs: Sequence[Made]) -> list[Outcome]:
    """The scores of each row; those without a plan have only that."""
    return [
        Outcome(id=row.id, scores={"planned": float(one.plan is not None), **one.scores}, tags={"format": row.format})
        for row, one in zip(rows, outputs, strict=True)
    ]


PROGRAMMES = Task(
    name="programmes",
    version=1,
    about="Does every programme plan add up, fit its leaders, serve its goal, and differ from every other?",
    datasets=(FILE,),
    load=load,
    solve=solve,
    score=score,
    metrics=(
        MetricSpec(name="planned", tolerance=0.05),
        MetricSpec(name="minutes exact", bound=1.0),
        MetricSpec(name="sessions within the standard or a remark", key="sessions", bound=1.0),
        MetricSpec(name="months covered", bound=1.0),
        MetricSpec(name="four levels", bound=1.0),
        MetricSpec(name="numbers agree", bound=1.0),
        MetricSpec(name="levels tied to the goal", tolerance=0.05),
        MetricSpec(name="topics fit the leaders", tolerance=0.05),
        MetricSpec(name="tools and people in balance", key="balance", bound=1.0),
        MetricSpec(name="shared lines", better="lower", tolerance=0.05),
        MetricSpec(name="shared lines of the template", better="lower"),
        MetricSpec(name="parts of its own", tolerance=0.05),
        MetricSpec(name="parts with a source", bound=1.0),
        MetricSpec(name="sources support", tolerance=0.05),
        MetricSpec(name="sources support a line of the part"),
    ),
    slices=(("levels tied to the goal", "format"),),
)
