"""What the simulated senior can say: moods with their moves, and reasons by subject, from `knowledge/rehearsal/`.

Strictly read: a mood without a move, a slot that nobody fills or a pattern that is none is refused with the file's
name. What is said when is decided by `moves`.
"""

import re
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from assistant.coach.rehearsal.record import Mood
from assistant.errors import KnowledgeError
from assistant.guide.sections import Line
from assistant.knowledge import read_yaml
from assistant.notes.note import Record

MOVES = (
    "permission situation behaviour impact whole request open_question acknowledges argues blames hedges gives_up "
    "greets closes instructs other"
).split()
"""What a line can call for, in the order of the files."""
SLOTS = frozenset("Turned turned said quoted moment Moment ask Echo echo_said reason reason_low admits".split())
OWN_WORDS = frozenset("Turned turned said quoted moment Moment ask Echo echo_said".split())
"""Slots that take the mentor's words."""
_SLOT = re.compile(r"\{(\w+)\}")


def slots_of(wording: str) -> frozenset[str]:
    """The slots that a wording has."""
    return frozenset(_SLOT.findall(wording))


def fill(wording: str, values: dict[str, str]) -> str:
    """The wording with its slots filled, every sentence beginning with a capital."""
    return " ".join(_SLOT.sub(lambda found: values[found[1]], wording).split())


def _known_slots(wording: str) -> str:
    if unknown := slots_of(wording) - SLOTS:
        raise ValueError(f"there is no slot {min(unknown)!r}")
    return wording


def _pattern(sign: str) -> str:
    try:
        re.compile(sign)
    except re.error:
        raise ValueError(f"{sign[:60]!r} is no pattern") from None
    return sign


Wording = Annotated[Line, AfterValidator(_known_slots)]
Sign = Annotated[str, AfterValidator(_pattern)]


class Wordings(Record):
    """How a move is worded."""

    any: tuple[Wording, ...] = ()
    hard: tuple[Wording, ...] = ()
    soft: tuple[Wording, ...] = ()

    @model_validator(mode="after")
    def _has_both(self) -> "Wordings":
        if not (self.any or (self.hard and self.soft)):
            raise ValueError("a move needs wordings for any stage, or for hard and soft")
        return self


class Feels(Record):
    """What a chat model is told of the senior's inside, in two short sentences."""

    hard: Line
    soft: Line


class MoodText(Record):
    """One mood."""

    mood: Mood
    start: int
    """Where the temper begins; from 0 on it is soft."""
    lowest: int
    highest: int
    feels: Feels
    moves: dict[str, Wordings]

    @model_validator(mode="after")
    def _has_every_move(self) -> "MoodText":
        if list(self.moves) != MOVES:
            raise ValueError(f"the moves must be {', '.join(MOVES)}, in this order")
        return self


class Subject(Record):
    """What feedback can be about, and what a senior says to it."""

    id: Line
    signs: tuple[Sign, ...]
    reasons: Annotated[tuple[Line, ...], Field(min_length=4)]
    admits: Annotated[tuple[Line, ...], Field(min_length=3)]


class Manner(Record):
    """All that the simulated senior can say."""

    moods: dict[Mood, MoodText]
    subjects: tuple[Subject, ...]
    """The last is for everything else."""

    def subject_of(self, text: str) -> Subject:
        """The subject whose signs a text shows most; the last one where it shows none."""
        plain = text.lower().replace("’", "'")
        counts = [sum(bool(re.search(sign, plain)) for sign in one.signs) for one in self.subjects]
        best = max(counts)
        return self.subjects[counts.index(best)] if best else self.subjects[-1]


@cache
def load_manner(folder: Path) -> Manner:
    """All of it. Raises `KnowledgeError` naming the file."""
    moods = {mood: read_yaml(folder / f"{mood}.yaml", MoodText) for mood in Mood}
    if wrong := [mood for mood, text in moods.items() if text.mood is not mood]:
        raise KnowledgeError(f"{str(folder / f'{wrong[0]}.yaml')!r} is of another mood; give it its own.")
    subjects = read_yaml(folder / "reasons.yaml", tuple[Subject, ...])
    if not subjects or subjects[-1].signs:
        path = str(folder / "reasons.yaml")
        raise KnowledgeError(f"{path!r} must end with a subject without signs, for everything else; add it.")
    return Manner(moods=moods, subjects=subjects)
