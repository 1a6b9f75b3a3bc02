"""The debrief of a rehearsal, so far or at the end: what worked, what is worth another go, what is still missing.

Deterministic, with the mentor's own words as evidence and a line to try made of them. It never judges the person, and
it counts nothing. The words lie in `knowledge/rehearsal/debrief.yaml` and rest on sections of the guide.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from assistant.coach.rehearsal.craft import ELEMENTS, Craft, find_craft
from assistant.coach.rehearsal.record import Rehearsal
from assistant.coach.rehearsal.turning import main_clause, moment, quote, turn
from assistant.guide.sections import Line, Section
from assistant.knowledge import read_yaml
from assistant.language import find_language
from assistant.markdown import on_one_line
from assistant.notes.note import Record
from assistant.text import sentences

MOST_AGAIN = 2
"""Points worth another go that are shown at once; more would be a list of faults."""
PARTS = ("situation", "behaviour", "impact", "request")
_SLOT = re.compile(r"\{(\w+)\}")
_NOT_ENGLISH = "I read English lines only, so this debrief may have missed what you said in another language."


class WorkedText(Record):
    """What is said where something worked."""

    text: Line
    section: Section


class TryText(Record):
    """What is said where something is worth another go, or missing."""

    name: Line | None = None
    text: Line
    tries: Annotated[tuple[Line, ...], Field(min_length=1)]
    """Lines to try; the first whose slots can be filled is shown."""
    section: Section


class DebriefTexts(Record):
    """`knowledge/rehearsal/debrief.yaml`."""

    worked: dict[str, WorkedText]
    again: dict[str, TryText]
    missing: dict[str, TryText]

    @model_validator(mode="after")
    def _is_complete(self) -> "DebriefTexts":
        wanted: tuple[tuple[Mapping[str, object], tuple[str, ...]], ...] = (
            (self.worked, ELEMENTS),
            (self.again, ("blamed", "argued", "gave_up", "hedged", "absolute", "not_asked", "not_drawn_out")),
            (self.missing, PARTS),
        )
        for found, names in wanted:
            if set(found) != set(names):
                raise ValueError(f"the keys must be {', '.join(names)}")
        return self

    def sections(self) -> frozenset[Section]:
        """Every section of the guide that something here rests on."""
        worked = {text.section for text in self.worked.values()}
        return frozenset(worked | {text.section for text in (*self.again.values(), *self.missing.values())})


class Worked(Record):
    """Something that worked."""

    kind: str
    text: str
    quote: str
    """The mentor's words."""
    section: Section


class Again(Record):
    """Something worth another go."""

    kind: str
    text: str
    quote: str
    """The mentor's words; for what was left out, the words after which it was."""
    after: str
    """What the senior had said before it; empty at the beginning."""
    instead: str
    """A line to try, without quotation marks."""
    section: Section


class Missing(Record):
    """A part that was not said yet."""

    kind: str
    name: str
    text: str
    instead: str
    section: Section


class RehearsalDebrief(Record):
    """All that is said to a rehearsal."""

    worked: tuple[Worked, ...] = ()
    again: tuple[Again, ...] = ()
    """At most two, the one that matters most first."""
    missing: tuple[Missing, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said yet."""
        return not (self.worked or self.again or self.missing)


@cache
def load_debrief_texts(path: Path) -> DebriefTexts:
    """The words. Raises `KnowledgeError` naming the file."""
    return read_yaml(path, DebriefTexts)


def make_debrief(rehearsal: Rehearsal, texts: DebriefTexts) -> RehearsalDebrief:
    """The debrief of what was said so far; empty where nothing was."""
    if not rehearsal.said:
        return RehearsalDebrief()
    craft = find_craft(rehearsal)
    words = _words(rehearsal, craft)
    languages = {find_language(line) for line in rehearsal.said}
    return RehearsalDebrief(
        worked=tuple(
            Worked(kind=name, text=texts.worked[name].text, quote=craft.quote(name), section=texts.worked[name].section)
            for name in ELEMENTS
            if craft.has(name) and not _is_said_already(craft, name)
        ),
        again=tuple(_again(rehearsal, craft, words, texts))[:MOST_AGAIN],
        missing=tuple(
            Missing(
                kind=name,
                name=texts.missing[name].name or "",
                text=texts.missing[name].text,
                instead=_fill(texts.missing[name].tries, words),
                section=texts.missing[name].section,
            )
            for name in PARTS
            if not craft.has(name)
        ),
        remarks=(_NOT_ENGLISH,) if languages - {None, "en"} else (),
    )


def _is_said_already(craft: Craft, name: str) -> bool:
    """Whether the words stand there for something else: a moment named in the question, or a verdict."""
    judged = {craft.quote("blamed"), craft.quote("absolute")}
    return (name == "situation" and craft.quote(name) in (craft.quote("asked_first"), craft.quote("behaviour"))) or (
        name == "behaviour" and craft.quote(name) in judged
    )


def _again(rehearsal: Rehearsal, craft: Craft, words: dict[str, str], texts: DebriefTexts) -> list[Again]:
    """What is worth another go, the weightiest first."""
    worst = [kind for kind in ("blamed", "gave_up", "argued") if craft.has(kind)]
    points = [(kind, craft.shown[kind].line, craft.quote(kind)) for kind in worst]
    if not craft.has("asked_first") and (craft.has("behaviour") or craft.has("blamed")):
        first = craft.shown["blamed" if not craft.has("behaviour") else "behaviour"]
        points.append(("not_asked", first.line, first.quote))
    if craft.has("hedged"):
        points.append(("hedged", craft.shown["hedged"].line, craft.quote("hedged")))
    if craft.has("absolute") and not craft.has("blamed"):
        points.append(("absolute", craft.shown["absolute"].line, craft.quote("absolute")))
    if not craft.has("drew_out") and not craft.has("argued") and len(rehearsal.said) > 2:
        at = max(at for at, line in enumerate(rehearsal.lines) if line.speaker == "mentor")
        points.append(("not_drawn_out", at, _short(rehearsal.lines[at].text)))
    found = []
    for kind, at, said in points:
        text = texts.again[kind]
        before = rehearsal.lines[at - 1].text if at else ""
        here = words | _of_answer(before)
        found.append(
            Again(
                kind=kind,
                text=text.text,
                quote=said,
                after=before,
                instead=_fill(text.tries, here),
                section=text.section,
            )
        )
    return found


def _short(text: str) -> str:
    return sentences(text)[0] if sentences(text) else text


def _words(rehearsal: Rehearsal, craft: Craft) -> dict[str, str]:
    """The mentor's own words for the lines to try."""
    where = next(filter(None, (moment(line) for line in (*rehearsal.said, rehearsal.situation))), "")
    behaviour = _plain(main_clause(craft.quote("behaviour"))) if craft.has("behaviour") else ""
    if behaviour and not re.match(r"(?:you|your)\b", behaviour, re.I):
        behaviour = ""
    if craft.has("behaviour") and craft.quote("behaviour") == craft.quote("blamed"):
        behaviour = ""
    impact = _plain(craft.quote("impact"))
    return {
        "moment": where,
        "Moment": where[:1].upper() + where[1:],
        "behaviour": behaviour,
        "Behaviour": behaviour[:1].upper() + behaviour[1:],
        "impact": impact if re.match(r"(?:i|we|the|my|our|they|people|nobody|two|three)\b", impact, re.I) else "",
    }


def _plain(said: str) -> str:
    """The words without what leads to them, small at the beginning."""
    bare = re.sub(r"^(?:and|but|so|then|well|yesterday|also|because)[, ]+", "", said.strip(" ,;:.!?"), flags=re.I)
    bare = re.sub(r"\b(?:always|constantly|just|really|kind of|sort of|a bit|maybe|perhaps) ", "", bare, flags=re.I)
    return bare if re.match(r"(?:I|[A-Z]\w+ and)\b", bare) else bare[:1].lower() + bare[1:]


def _of_answer(before: str) -> dict[str, str]:
    """The senior's words: a few in quotation marks, and a statement of theirs turned round."""
    said = [one for one in sentences(before) if not one.endswith("?") and "“" not in one]
    statements = [
        turned
        for one in said
        if re.match(r"I (?!did not|do not|hear|see\b)", one) and (turned := turn(one, by_mentor=False))
    ]
    return {
        "answer": next(filter(None, (quote(one) for one in said[::-1] if re.search(r"\bI\b", one))), ""),
        "turned": statements[-1] if statements else "",
    }


def _fill(tries: tuple[str, ...], words: dict[str, str]) -> str:
    for one in tries:
        if all(words.get(slot) for slot in _SLOT.findall(one)):
            return _SLOT.sub(lambda found: words[found[1]], one)
    return next((one for one in tries if not _SLOT.search(one)), "")


def render_rehearsal(rehearsal: Rehearsal, debrief: RehearsalDebrief, title: str) -> str:
    """The rehearsal with its debrief as Markdown in which nothing that was typed acts."""
    names = {"mentor": "You", "senior": "Simulated senior"}
    parts = [f"# {on_one_line(title)}", f"A rehearsal with a simulated senior, {rehearsal.senior.mood.value}."]
    parts += [f"**{names[line.speaker]}:** {on_one_line(line.text)}" for line in rehearsal.lines]
    parts += _points("What worked", [f"{one.text} {_said(one.quote)}" for one in debrief.worked])
    parts += _points(
        "Worth another go", [f"{_said(one.quote)} {one.text} Try: {_said(one.instead)}" for one in debrief.again]
    )
    parts += _points("Still missing", [f"{one.name} {one.text} {_said(one.instead)}" for one in debrief.missing])
    return "\n\n".join([*parts, *debrief.remarks]) + "\n"


def _points(name: str, lines: list[str]) -> list[str]:
    return [f"## {name}", "\n".join(f"- {line}" for line in lines)] if lines else []


def _said(words: str) -> str:
    return f"“{on_one_line(words)}”"
