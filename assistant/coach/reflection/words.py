"""The words of reflections, as `knowledge/reflection/` has them; strictly read.

A question that can be answered by yes or no, a cue that is no regular expression and a slot that nobody fills are
refused with the name of the file. What suits a note is chosen elsewhere.
"""

import re
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from assistant.coach.catalogue import OpenQuestion
from assistant.coach.leaders import Family
from assistant.coach.reflection.record import Stage
from assistant.guide.sections import Line, Section
from assistant.knowledge import read_yaml
from assistant.notes.note import Record

SLOTS: Final = frozenset(
    "mentor Mentor quote short role topic planned held topics brought kept share language writer who".split()
)
Who = Literal["senior", "junior", "any"]
Tone = Literal["strong", "turn", "hard", "plain", "step"]
Language = Literal["en", "de", "fr", "es"]
_SLOT = re.compile(r"\{(\w*)\}")


def _filled(text: str) -> str:
    if unknown := [name for name in _SLOT.findall(text) if name not in SLOTS]:
        raise ValueError(f"has the slot {unknown[0]!r}, which nothing fills")
    return text


def _cue(pattern: str) -> str:
    try:
        re.compile(pattern.replace("{S}", "x").replace("{J}", "x"))
    except re.error as error:
        raise ValueError(f"{pattern[:40]!r} is no regular expression ({error})") from None
    return pattern


Words = Annotated[Line, AfterValidator(_filled)]
Ask = Annotated[OpenQuestion, AfterValidator(_filled)]
Cue = Annotated[str, AfterValidator(_cue)]
Asks = Annotated[tuple[Ask, ...], Field(min_length=1)]


class MoveText(Record):
    """One thing that can happen in a session."""

    id: str
    who: Who
    tone: Tone
    weight: int = Field(ge=1, le=10)
    cues: dict[Language, tuple[Cue, ...]]
    what: Asks
    so_what: Asks
    now_what: Asks
    commitments: tuple[Words, ...]
    rests_on: Annotated[tuple[Section, ...], Field(min_length=1, max_length=2)]

    def asks(self, stage: Stage) -> tuple[str, ...]:
        """Its questions for one step."""
        return {"what": self.what, "so_what": self.so_what, "now_what": self.now_what}[stage]


class Theme(Record):
    """What a moment is about."""

    id: str
    words: Annotated[tuple[Line, ...], Field(min_length=5)]
    so_what: Asks
    now_what: Asks
    bring: Asks


class Leads(Record):
    """Sentences that quote the note."""

    by_senior: tuple[Words, ...]
    by_mentor: tuple[Words, ...]
    by_nobody: tuple[Words, ...]
    reader_did: tuple[Words, ...]
    again: tuple[Words, ...]
    """For a moment that was asked about before."""
    senior_said: tuple[Words, ...]
    senior_asked: tuple[Words, ...]
    somebody_said: tuple[Words, ...]
    """For a transcript of which nobody said who is who."""
    mentor_said: tuple[Words, ...]
    mentor_asked: tuple[Words, ...]


class Strengths(Record):
    """What is said first, by the tone of the moment and, for hard ones, by who wrote."""

    strong: tuple[Words, ...]
    turn: tuple[Words, ...]
    hard_senior: tuple[Words, ...]
    hard_mentor: tuple[Words, ...]
    plain: tuple[Words, ...]


class ListeningQuestions(Record):
    """A question for each thing that a note can show."""

    asked: Asks
    own_story: Asks
    told: Asks
    gave_back: Asks
    nothing: Asks


class ListeningText(Record):
    """How the listening check speaks."""

    asked: Words
    gave_back: Words
    own_story: Words
    told: Words
    nothing: Words
    mostly_you: Words
    mostly_mentor: Words
    even: Words
    measured: Words
    questions: ListeningQuestions


class FactText(Record):
    """What is asked of one fact of a debrief."""

    fact: Words
    what: Asks
    so_what: Asks
    now_what: Asks
    commitment: Words

    def asks(self, stage: Stage) -> tuple[str, ...]:
        """Its questions for one step."""
        return {"what": self.what, "so_what": self.so_what, "now_what": self.now_what}[stage]


class Remarks(Record):
    """What is said of how it was made."""

    language: Words
    sides_unknown: Words
    writer_unknown: Words
    writer_guessed: Words
    short: Words


class Phrases(Record):
    """`leads.yaml`."""

    leads: Leads
    strengths: Strengths
    listening: ListeningText
    debrief: dict[str, FactText]
    remarks: Remarks


class UrgeText(Section):
    """A card for the urge to explain."""

    text: Words
    quote: Line
    """Verbatim from the section."""


class BeforeText(Record):
    """`before.yaml`."""

    families: dict[Family, Asks]
    anybody: Annotated[tuple[Ask, ...], Field(min_length=6)]
    with_role: Asks
    topic: Asks
    last_time: tuple[Words, ...]
    after_moves: dict[str, tuple[Words, ...]]
    urges: Annotated[tuple[UrgeText, ...], Field(min_length=3)]
    not_done: Line
    nothing_promised: Line
    rests_on: tuple[Section, ...]


class ReflectionWords(Record):
    """All of it."""

    moves: dict[str, MoveText]
    themes: tuple[Theme, ...]
    phrases: Phrases
    before: BeforeText

    def sections(self) -> frozenset[Section]:
        """Every section of the guide that something here rests on."""
        urges = {Section(article=one.article, heading=one.heading) for one in self.before.urges}
        return frozenset(
            {one for move in self.moves.values() for one in move.rests_on} | urges | {*self.before.rests_on}
        )


@cache
def load_words(folder: Path) -> ReflectionWords:
    """Everything that reflections say. Raises `KnowledgeError` naming the file."""
    moves = read_yaml(folder / "moves.yaml", list[MoveText])
    return ReflectionWords(
        moves={move.id: move for move in moves},
        themes=tuple(read_yaml(folder / "themes.yaml", list[Theme])),
        phrases=read_yaml(folder / "leads.yaml", Phrases),
        before=read_yaml(folder / "before.yaml", BeforeText),
    )
