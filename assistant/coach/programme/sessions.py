"""The sessions of a programme as they stand in the plan: the first, those on topics, turns, projects, and the closing.

Pure; what a session is about comes from `arc`.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from assistant.coach.catalogue import Topic
from assistant.coach.leaders import Family
from assistant.coach.programme.aims import low
from assistant.coach.programme.arc import Slot, day_of
from assistant.coach.programme.numbers import WEEKS_A_MONTH
from assistant.coach.programme.record import PlannedSession, ProgrammeWish, Question
from assistant.coach.programme.texts import ReturnText

MOST_QUESTIONS: Final = 3
"""Kinds of leaders for whom a session has a question of their own."""
PROJECT_WEEKS: Final = 8
"""A project ends within six to ten weeks."""
_PHASES: Final = (
    ("try it", "the senior does the first half of the task, and the mentor shows the next step."),
    ("do it alone", "the senior does it and thinks aloud; the mentor writes down where it stops."),
    ("show it", "both show it to somebody whom it concerns, and listen."),
)
_OWN_TURN: Final = "The junior asks and the senior tells one real case; at the end the junior makes the commitment."


class Material(NamedTuple):
    """What sessions are made of."""

    aim: dict[str, str]
    """The aim's lines, filled in."""
    returns: tuple[ReturnText, ...]
    """What seniors can teach."""
    families: tuple[Family, ...]
    """Of the leaders."""
    names: dict[Family, str]
    """Of all families."""


def sessions_of(
    wish: ProgrammeWish, slots: Sequence[Slot], topics: Sequence[Topic], material: Material
) -> tuple[PlannedSession, ...]:
    """The sessions; `topics`: one for each slot of the kind `topic`, in order."""
    left, turns = list(topics), _turns(material)
    made: list[PlannedSession] = []
    for slot in slots:
        empty = _empty(wish, slot)
        if slot.kind == "topic":
            made.append(with_topic(empty, left.pop(0), material.families, material.names))
        elif slot.kind == "return":
            turn = turns.pop(0)
            turns.append(turn)
            title = f"The senior teaches: {low(turn.title)}"
            made.append(empty.model_copy(update={"title": title, "what": turn.what}))
        else:
            title, what = _ends(material.aim)[slot.kind == "closing"]
            made.append(empty.model_copy(update={"title": title, "what": what}))
    return tuple(_with_projects(wish, made, material.aim) if wish.format == "project" else made)


def _empty(wish: ProgrammeWish, slot: Slot) -> PlannedSession:
    on = day_of(wish, slot.week)
    return PlannedSession(
        number=slot.number, month=slot.month, week=slot.week, on=on, kind=slot.kind, title="", what=""
    )


def with_topic(
    session: PlannedSession, topic: Topic, families: Sequence[Family], names: dict[Family, str]
) -> PlannedSession:
    """The session with this topic, said for these families."""
    fit = tuple(family for family in families if family in topic.leaders)
    asked = [Question(leaders=names[one], text=topic.leaders[one].question) for one in fit[:MOST_QUESTIONS]]
    return session.model_copy(
        update={
            "title": topic.title,
            "what": topic.show,
            "topic": topic.id,
            "technical": topic.technical,
            "families": fit,
            "questions": tuple(asked) or (Question(leaders="any leader", text=topic.questions[0]),),
        }
    )


def _ends(aim: dict[str, str]) -> tuple[tuple[str, str], tuple[str, str]]:
    """Title and words of the first session and of the last."""
    return (
        (
            "The first session",
            f"Who the two are, what each hopes for on {aim['name']}, ranked topics, and what stays here.",
        ),
        (
            "Looking back and closing",
            f"Go through the commitments: done, changed or dropped. Then ask again: “{aim['baseline']}”",
        ),
    )


def _turns(material: Material) -> list[ReturnText]:
    return [ReturnText(title=material.aim["returns"], what=_OWN_TURN), *material.returns]


def _with_projects(
    wish: ProgrammeWish, made: Sequence[PlannedSession], aim: dict[str, str]
) -> tuple[PlannedSession, ...]:
    """The same with what is worked on; each session keeps its topic for the end, away from the task."""
    work = [at for at, one in enumerate(made) if one.kind == "topic"]
    projects = min(len(work), max(1, round(wish.months * WEEKS_A_MONTH / PROJECT_WEEKS)))
    found = list(made)
    for project in range(projects):
        inside = [at for place, at in enumerate(work) if place * projects // len(work) == project]
        for place, at in enumerate(inside):
            what = _worked_on(project, projects, place, len(inside), aim)
            found[at] = found[at].model_copy(update={"kind": "project", "what": what})
    return tuple(found)


def _worked_on(project: int, projects: int, place: int, places: int, aim: dict[str, str]) -> str:
    phase, doing = _PHASES[min(2, place * 3 // places)] if places > 1 else _PHASES[1]
    which = f"Project {project + 1}" if projects > 1 else "The project"
    task = f" {aim['project']}" if project == 0 and place == 0 else ""
    again = " The pair chose this task at the end of the last one." if project and place == 0 else ""
    return f"{which}, {phase}: {doing}{task}{again} For the last ten minutes, leave the task aside for this topic."
