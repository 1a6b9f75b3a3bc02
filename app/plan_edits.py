"""A plan while it is being changed: its words and parts as the person has them, and the plan that comes of it.

Pure: keeps nothing and asks the session nothing. The pages hold a `Working` for as long as the person changes a plan;
it may hold minutes that do not add up, which no kept plan does. `merged` brings later improvements and the person's own
changes together.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import ValidationError

from assistant.errors import InputError
from assistant.notes.session_plan import LEAST, LONGEST, SHORTEST, PlanBlock, SessionPlan
from assistant.notes.timing import split_minutes

FEWEST, MOST = 3, 8
"""Parts of a plan, as `SessionPlan` takes them."""
NEW_MINUTES = 5


class Part(NamedTuple):
    """A part of a plan as the person has it."""

    title: str
    minutes: int
    what: str
    questions: str
    """One a line."""
    block: PlanBlock | None = None
    """What it was before; None for one that the person added."""


class Working(NamedTuple):
    """A plan as the person has it."""

    title: str
    minutes: int
    purpose: str
    commitment: str
    ask: str
    """One matter a line."""
    thread: str
    starts: datetime | None
    parts: tuple[Part, ...]


def working_of(plan: SessionPlan, title: str) -> Working:
    """The plan, ready to be changed."""
    return Working(
        title=title,
        minutes=plan.minutes,
        purpose=plan.purpose,
        commitment=plan.commitment,
        ask="\n".join(plan.ask),
        thread=plan.thread or "",
        starts=plan.starts,
        parts=tuple(
            Part(block.title, block.minutes, block.what, "\n".join(block.questions), block) for block in plan.blocks
        ),
    )


def moved(working: Working, at: int, by: int) -> Working:
    """The part `at` (from 0) moved by so many places; unchanged where it would leave the plan."""
    if not 0 <= at + by < len(working.parts):
        return working
    parts = list(working.parts)
    parts.insert(at + by, parts.pop(at))
    return working._replace(parts=tuple(parts))


def without(working: Working, at: int) -> Working:
    """Without the part `at`. Raises `InputError` where too few would be left."""
    if len(working.parts) <= FEWEST:
        raise InputError(f"A plan has {FEWEST} parts at least; change this one, or add another before you remove it.")
    return working._replace(parts=(*working.parts[:at], *working.parts[at + 1 :]))


def with_new(working: Working) -> Working:
    """With an empty part before the last. Raises `InputError` where there are too many."""
    if len(working.parts) >= MOST:
        raise InputError(f"A plan has {MOST} parts at most; remove one before you add another.")
    return working._replace(parts=(*working.parts[:-1], Part("", NEW_MINUTES, "", ""), working.parts[-1]))


def asked_otherwise(working: Working, at: int, offered: Sequence[str]) -> Working:
    """With another question in the part `at`, in place of its first: the next of those offered that no part asks.

    Raises `InputError` where none is left.
    """
    known = {question for part in working.parts for question in _lines(part.questions)}
    before, *rest = _lines(working.parts[at].questions) or [""]
    turn = [*offered[offered.index(before) + 1 :], *offered] if before in offered else offered
    new = next((question for question in turn if question not in known), None)
    if new is None:
        raise InputError("The topic has no other question that this plan does not ask already; write one of your own.")
    parts = list(working.parts)
    parts[at] = parts[at]._replace(questions="\n".join([new, *rest]))
    return working._replace(parts=tuple(parts))


def fitted(working: Working) -> Working:
    """With the parts' minutes fitted to the session's, each in its proportion. Raises `InputError` for too few."""
    _verify_length(working.minutes)
    spare = working.minutes - LEAST * len(working.parts)
    if spare < 0:
        raise InputError(
            f"{len(working.parts)} parts do not fit {working.minutes} minutes, as each takes {LEAST} at least; remove "
            "a part, or give the session more minutes."
        )
    weights = [max(0, part.minutes - LEAST) for part in working.parts]
    shares = split_minutes(spare, weights if any(weights) else [1] * len(weights))
    parts = zip(working.parts, shares, strict=True)
    return working._replace(parts=tuple(part._replace(minutes=LEAST + share) for part, share in parts))


def is_fitting(working: Working) -> bool:
    """Whether the parts' minutes add up to the session's."""
    return sum(part.minutes for part in working.parts) == working.minutes


def plan_of(plan: SessionPlan, working: Working) -> SessionPlan:
    """The plan as the person has it now. Raises `InputError`, in one line, where something is missing or off."""
    _verify_length(working.minutes)
    for name, text in (("purpose", working.purpose), ("line to end on", working.commitment)):
        if not text.strip():
            raise InputError(f"The {name} is empty; write at least one word.")
    for number, part in enumerate(working.parts, 1):
        if not part.title.strip():
            raise InputError(f"Part {number} has no title; give it one.")
    taken = sum(part.minutes for part in working.parts)
    if taken != working.minutes:
        way = f"take {taken - working.minutes} off" if taken > working.minutes else f"add {working.minutes - taken}"
        raise InputError(
            f"The parts take {taken} minutes and the session has {working.minutes}; {way}, change the session's "
            "minutes, or let them be fitted."
        )
    changes: dict[str, Any] = {
        "purpose": _line(working.purpose),
        "commitment": _line(working.commitment),
        "minutes": working.minutes,
        "ask": tuple(_lines(working.ask)),
        "thread": _line(working.thread) or None,
        "starts": working.starts,
        "blocks": tuple(map(_block, working.parts)),
    }
    return plan.model_copy(update=changes)


def _verify_length(minutes: int) -> None:
    if not SHORTEST <= minutes <= LONGEST:
        raise InputError(f"No plan fits {minutes!r} minutes; give a number from {SHORTEST} to {LONGEST}.")


def _block(part: Part) -> PlanBlock:
    questions = tuple(_lines(part.questions))
    words: dict[str, Any] = {"title": _line(part.title), "minutes": part.minutes, "what": _line(part.what)}
    if part.block:
        return part.block.model_copy(update=words | {"questions": questions})
    return PlanBlock(**words, questions=questions)


def _lines(text: str) -> list[str]:
    return list(filter(None, map(_line, text.splitlines())))


def _line(text: str) -> str:
    return " ".join(text.split())


def merged(mine: SessionPlan, seen: SessionPlan, better: SessionPlan) -> SessionPlan:
    """The person's plan with what got better since `seen`, the version it was changed from.

    Whatever the person changed stays: a field that is not as it was in `seen`, and a part that is not, wherever it
    stands now. Nothing that was removed comes back.
    """
    changes = {
        name: getattr(better, name)
        for name in SessionPlan.model_fields
        if name not in ("blocks", "minutes") and getattr(mine, name) == getattr(seen, name)
    }
    known = dict(zip(seen.blocks, better.blocks, strict=False)) if len(seen.blocks) == len(better.blocks) else {}
    blocks = tuple(known.get(block, block) for block in mine.blocks)
    try:
        return SessionPlan.model_validate({**dict(mine), **changes, "blocks": blocks})
    except ValidationError:
        return mine
