"""The topics that pairs can talk about, as `knowledge/topics/` has them.

Strictly read: a file with a field too many, a question that can be answered by yes or no, or an id that is there twice
is refused with its name. What suits a pair is chosen by `topics`; nothing here ranks or loads a model.
"""

from collections import Counter
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from assistant.coach.leaders import Family
from assistant.errors import KnowledgeError
from assistant.guide.sections import Line, Section
from assistant.knowledge import read_yaml
from assistant.notes.note import Record
from assistant.text import words

LAST_MONTH = 6
"""Programmes of other lengths are stretched to six months (`topics.month_of`)."""
_CLOSED = frozenset(
    "am are can could did do does had has have is may might must shall should was were will would".split()
)
"""A question that begins with one of these can be answered by yes or no."""


class Area(StrEnum):
    """What topics are about; the guide's five families of topics."""

    TECHNOLOGY = "technology"
    WAYS_OF_WORKING = "ways_of_working"
    CULTURE = "culture_and_inclusion"
    CUSTOMERS = "customers_and_market"
    CAREERS = "careers_and_expectations"


def is_open(question: str) -> bool:
    """Whether a question asks for more than yes or no, by its first word and its last sign."""
    said = words(question)
    if not (question.rstrip().endswith("?") and said):
        return False
    first = said[0].partition("'")[0]
    return _CLOSED.isdisjoint({first, first.removesuffix("n")})


def _open(question: str) -> str:
    if not is_open(question):
        raise ValueError(f"{question[:60]!r} is no open question")
    return question


OpenQuestion = Annotated[Line, AfterValidator(_open)]


class Angle(Record):
    """A topic as it concerns one family of leaders."""

    why: Line
    """Why it matters to such a leader, in one sentence that is said to the mentor."""
    question: OpenQuestion
    """Said by the mentor to such a leader."""


class Topic(Record):
    """One thing that a session can be about."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
    title: Annotated[Line, StringConstraints(max_length=70)]
    subject: Annotated[Line, StringConstraints(max_length=50)]
    """What it is about in a few words that can follow "about"."""
    area: Area
    technical: bool
    """Whether the session is about a tool or a technique; otherwise about people, work or the market."""
    why: Line
    """Why it matters to any senior."""
    show: Line
    """What the junior can show in about ten minutes; something to see or try, never slides."""
    questions: Annotated[tuple[OpenQuestion, ...], Field(min_length=3, max_length=5)]
    """Opening questions of the mentor, each tied to the topic."""
    ask: Annotated[tuple[Line, ...], Field(min_length=1, max_length=3)]
    """What to ask the senior for: a story, a reason, a door."""
    thread: OpenQuestion
    """A question about people that belongs to the topic and names no tool."""
    commitment: Line
    """A small thing that the senior could do within two weeks."""
    pitfalls: Annotated[tuple[Line, ...], Field(min_length=1, max_length=3)]
    words: Annotated[tuple[Line, ...], Field(min_length=5, max_length=12)]
    """What people type when they look for it."""
    months: tuple[Annotated[int, Field(ge=1, le=LAST_MONTH)], Annotated[int, Field(ge=1, le=LAST_MONTH)]]
    """First and last month that it suits, in a programme of six."""
    leaders: Annotated[dict[Family, Angle], Field(min_length=2)]
    """Whom it suits, and how it concerns them."""
    rests_on: Annotated[tuple[Section, ...], Field(min_length=1, max_length=3)]
    """Sections of the guide behind it."""

    @model_validator(mode="after")
    def _months_in_order(self) -> "Topic":
        if self.months[0] > self.months[1]:
            raise ValueError("`months` ends before it begins")
        return self


@cache
def load_topics(folder: Path) -> tuple[Topic, ...]:
    """All topics, in the order of the files' names and of the files. Raises `KnowledgeError` naming the file."""
    found = [topic for area in Area for path in sorted(folder.glob(f"{area}*.yaml")) for topic in _read(path, area)]
    if twice := [name for name, count in Counter(topic.id for topic in found).items() if count > 1]:
        raise KnowledgeError(f"The topic {twice[0]!r} is in {str(folder)!r} twice; give one of them another id.")
    if not found:
        raise KnowledgeError(f"There are no topics in {str(folder)!r}; put the shipped files back.")
    return tuple(found)


def _read(path: Path, area: Area) -> list[Topic]:
    topics = read_yaml(path, list[Topic])
    if stray := [topic.id for topic in topics if topic.area is not area]:
        raise KnowledgeError(f"{str(path)!r} has the topic {stray[0]!r} of another area; move it to that area's file.")
    return topics
