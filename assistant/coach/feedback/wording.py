"""What is said about each habit that was found, from `knowledge/feedback/marks.yaml`, fitted to the text.

Strictly read: a kind that is missing, or a name in braces that nobody fills, is refused with the file's name.
"""

import re
from functools import cache
from pathlib import Path
from typing import Annotated, get_args

from pydantic import Field

from assistant.coach.feedback.record import ELEMENTS, MARKS, Assessment, ElementName, Mark, MarkKind
from assistant.errors import KnowledgeError
from assistant.guide.sections import Section
from assistant.knowledge import read_yaml
from assistant.notes.note import Record

LONGEST_QUOTE = 12
"""Words of a quotation inside a sentence of ours; longer ones are shortened in the middle."""
_FIELDS = frozenset({"quote", "senior", "Senior", *get_args(ElementName)})
_FIELD = re.compile(r"\{(\w+)\}")


class Instead(Record):
    """A thing to try, for texts that have certain parts."""

    needs: tuple[ElementName, ...]
    text: str


class MarkText(Record):
    """What is said about one habit."""

    why: str
    question: str
    instead: Annotated[tuple[Instead, ...], Field(min_length=1)]
    section: Section


@cache
def load_mark_texts(path: Path) -> dict[MarkKind, MarkText]:
    """By kind. Raises `KnowledgeError` naming the file."""
    found = read_yaml(path, dict[MarkKind, MarkText])
    if missing := [kind for kind in MARKS if kind not in found]:
        raise KnowledgeError(f"{str(path)!r} says nothing of {missing[0]!r}; add it.")
    for kind, text in found.items():
        used = {
            name
            for said in (text.why, text.question, *(one.text for one in text.instead))
            for name in _FIELD.findall(said)
        }
        if stray := sorted(used - _FIELDS) or (["needs"] if text.instead[-1].needs else []):
            raise KnowledgeError(f"{str(path)!r} has {stray[0]!r} in {kind!r}, which nothing fills; correct the file.")
    return found


def word_mark(
    kind: MarkKind, quote: str, start: int, *, text: MarkText, assessment: Assessment, senior: str | None
) -> Mark:
    """The mark with its reason, its question and what to try."""
    parts = {name: assessment.of(name) for name in ELEMENTS}
    own = (start, start + len(quote))
    usable = {name for name, part in parts.items() if part.present and not (part.start < own[1] and own[0] < part.end)}
    named = senior or "your senior"
    values: dict[str, str] = {name: shorten(part.quote) for name, part in parts.items()}
    values |= {"quote": shorten(quote), "senior": named, "Senior": named[:1].upper() + named[1:]}
    values["situation"] = inside(values["situation"])
    chosen = next(one for one in text.instead if usable.issuperset(one.needs))

    def fill(said: str) -> str:
        return _FIELD.sub(lambda found: values[found[1]], said)

    return Mark(
        kind=kind, quote=quote, start=start, end=own[1],
        why=fill(text.why), question=fill(text.question), instead=fill(chosen.text),
    )  # fmt: skip


def shorten(quote: str) -> str:
    """One line, without the marks at its end, and with its middle left out where it is long."""
    words = quote.strip(" .,;:!").replace("“", '"').replace("”", '"').replace('"', "'").split()
    if len(words) <= LONGEST_QUOTE:
        return " ".join(words)
    return " ".join([*words[: LONGEST_QUOTE - 4], "…", *words[-3:]])


def inside(occasion: str) -> str:
    """An occasion within a sentence: its first letter small, unless it is a name's or a day's."""
    first = occasion.split(" ", maxsplit=1)[0].lower()
    return occasion[:1].lower() + occasion[1:] if first in _OPENINGS else occasion


_OPENINGS = frozenset(
    "in on at when during after before since last yesterday this the from while between over as by for until early "
    "late then today's yesterday's".split()
)
