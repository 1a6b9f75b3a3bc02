"""Questions from a debrief of sixty seconds, alone or for what the words of a note do not say. Pure."""

from collections.abc import Sequence
from typing import Final

from assistant.coach.reflection.asking import pick
from assistant.coach.reflection.cast import Cast
from assistant.coach.reflection.record import STAGES, Prompt, Stage
from assistant.coach.reflection.telling import fill
from assistant.coach.reflection.words import FactText
from assistant.notes.note import Brought, Debrief, Record, Topic

_BROUGHT: Final = {Brought.STORY: "a story", Brought.DECISION: "a decision", Brought.QUESTIONS: "questions"}
_TOPICS: Final = {
    Topic.TOOLS: "tools",
    Topic.WAYS_OF_WORKING: "ways of working",
    Topic.PEOPLE: "people",
    Topic.CAREERS: "careers",
    Topic.CUSTOMERS: "customers",
}
_KEPT: Final = {"partly": "kept in part", "not": "not kept"}
STRONG: Final = frozenset({"full_time", "both_asked", "brought", "kept", "senior_asked"})
GRAVE: Final = frozenset({"cut_short", "not_kept", "no_commitment", "brought_nothing"})
"""What is asked of beside the words of a note as well."""


class Fact(Record):
    """One thing that a debrief says."""

    id: str
    text: FactText
    slots: dict[str, str]


def facts_of(debrief: Debrief, texts: dict[str, FactText]) -> list[Fact]:
    """What a debrief says, the gravest first; empty for an empty one."""
    held, planned = debrief.minutes_held, debrief.minutes_planned
    slots = {
        "held": str(held),
        "planned": str(planned),
        "kept": _KEPT.get(debrief.last_kept or "", ""),
        "topics": _list([name for topic, name in _TOPICS.items() if topic in debrief.topics]),
        "brought": _list([name for one, name in _BROUGHT.items() if one in debrief.brought]),
    }
    found = {
        "not_kept": debrief.last_kept in _KEPT,
        "cut_short": held is not None and planned is not None and held < 0.75 * planned,
        "no_commitment": debrief.commitment == "none",
        "brought_nothing": debrief.brought == {Brought.NOTHING},
        "mentor_asked": debrief.asked_more == "mentor",
        "only_tools": debrief.topics == {Topic.TOOLS},
        "senior_asked": debrief.asked_more == "mentee",
        "both_asked": debrief.asked_more == "even",
        "topics": bool(debrief.topics - {Topic.TOOLS}),
        "brought": bool(debrief.brought - {Brought.NOTHING}),
        "kept": debrief.last_kept == "kept",
        "full_time": held is not None and held >= 30 and (planned is None or held >= 0.75 * planned),
    }
    return [Fact(id=name, text=texts[name], slots=slots) for name, holds in found.items() if holds]


def _list(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def ask_facts(facts: Sequence[Fact], cast: Cast, used: frozenset[str], *, most: int = 2) -> list[Prompt]:
    """One or two questions a step, one strength first where there is any. `facts`: at least one."""
    strong = [fact for fact in facts if fact.id in STRONG][:1]
    rest = [fact for fact in facts if fact not in strong] or strong
    chosen: dict[Stage, list[Fact]] = {"what": [*strong, *rest][:most], "so_what": rest[:most], "now_what": rest[:most]}
    taken: set[str] = set()
    prompts = []
    for stage in STAGES:
        for fact in chosen[stage]:
            prompts.append(ask_fact(fact, stage, cast, taken, used))
            taken.add(prompts[-1].frame)
    return prompts


def ask_fact(fact: Fact, stage: Stage, cast: Cast, taken: set[str], used: frozenset[str]) -> Prompt:
    """One question about one fact."""
    options = [(f"debrief:{fact.id}/{stage}/{at}", ask) for at, ask in enumerate(fact.text.asks(stage))]
    frame, ask = pick(options, fact.id, taken, used)
    text = f"{fill(fact.text.fact, cast, **fact.slots)} {fill(ask, cast, **fact.slots)}"
    return Prompt(stage=stage, text=text, move=f"debrief:{fact.id}", frame=frame)
