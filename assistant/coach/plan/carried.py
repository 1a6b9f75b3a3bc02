"""Promises of the last sessions, as the next one begins with them: named, whose they are, and what to do with each.

A kept one is looked at, an open one asked after, and one that was missed is made smaller or dropped together. Pure.
"""

from collections.abc import Iterator, Sequence

from assistant.coach.plan.known import Promise, State
from assistant.notes.note import Record, Side
from assistant.text import shorten

LONGEST = 160
"""Characters of a promise in a list; a question has half of them."""
_URGENCY: dict[State, int] = {"missed": 0, "open": 1, "kept": 2, "changed": 3, "dropped": 3}


class Carried(Record):
    """What is carried into the next session."""

    lines: tuple[str, ...] = ()
    """One for each promise, the most urgent first."""
    naming: str = ""
    """The same in one sentence or two, for the opening's words; empty where nothing is carried."""
    questions: tuple[str, ...] = ()
    """To ask about the first of them; two at most."""


def carry(promises: Sequence[Promise], side: Side, other: str) -> Carried:
    """What a session begins with, as it is said to one side; `other`: what the other side is called."""
    held = sorted((one for one in promises if one.is_carried), key=lambda one: _URGENCY[one.state])
    if not held:
        return Carried()
    own = next((one.text for one in held if one.owner == side), None)
    theirs = [one for one in held if one.owner != side]
    return Carried(
        lines=tuple(_line(one, side, other) for one in held),
        naming=" ".join(_naming(held, side, other)),
        questions=tuple(_question(one) for one in theirs[:2]) or (_own_question(own or held[0].text),),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _quoted(text: str, characters: int = LONGEST) -> str:
    return f"“{shorten(text, characters).rstrip('.').replace('“', '‘').replace('”', '’')}”"


def _line(one: Promise, side: Side, other: str) -> str:
    due = f", due on {one.due.day} {one.due:%B}" if one.due else ""
    what = f"{_quoted(one.text)}{due}"
    if one.owner is None:
        return f"You both agreed on {what}. {_EITHER[one.state]}"
    if one.owner == side:
        return f"You promised {what}. {_OWN[one.state]}"
    return f"{_capital(other)} promised {what}. {_THEIRS[one.state]}"


_THEIRS = {
    "missed": "It was not done: ask what got in the way, and make it smaller or drop it together.",
    "open": "Ask what became of it, and what was different from what they expected.",
    "kept": "It is done: ask what they noticed, and say thank you for it.",
}
_OWN = {
    "missed": "It was not done: say what got in the way, without a long excuse, and make it smaller or drop it.",
    "open": "Say yourself what became of it, done or not.",
    "kept": "It is done: say in one sentence what you noticed.",
}
_EITHER = {
    "missed": "It was not done: ask what got in the way, and make it smaller or drop it together.",
    "open": "Ask whose it was, and what became of it.",
    "kept": "It is done: ask what changed because of it.",
}


def _naming(held: Sequence[Promise], side: Side, other: str) -> Iterator[str]:
    """Who promised what, in as few words as name everything."""
    groups = {
        f"{_capital(other)} promised": [one for one in held if one.owner not in (side, None)],
        "You promised": [one for one in held if one.owner == side],
        "You both agreed on": [one for one in held if one.owner is None],
    }
    for start, promises in groups.items():
        if promises:
            yield f"{start} {_and([_quoted(one.text) for one in promises])}."


def _and(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _question(one: Promise) -> str:
    named = _quoted(one.text, LONGEST // 2)
    if one.state == "missed":
        return f"What got in the way of {named}, and what would be small enough for this week?"
    if one.state == "kept":
        return f"What did you notice when you did it: {named}?"
    return f"What became of {named}, and what did you notice?"


def _own_question(text: str) -> str:
    return f"What would you still like to know about what I promised: {_quoted(text, LONGEST // 2)}?"
