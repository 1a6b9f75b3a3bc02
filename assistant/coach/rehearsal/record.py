"""A rehearsal as it is kept: who the simulated senior is, what is to be said, and what both said so far.

Pure data, frozen; what was added is a new record. Nothing here understands a line or writes one.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from assistant.notes.note import Record

LONGEST_LINE = 2000
"""Characters of one line; a minute of speech has about 900."""
LONGEST_SITUATION = 4000
MOST_LINES = 60
"""Of both together: a rehearsal of ten minutes has about twenty."""
FORM = 1
"""Version of the form in which a rehearsal is kept."""


class Mood(StrEnum):
    """How the senior takes it."""

    OPEN = "open"
    DEFENSIVE = "defensive"
    RUSHED = "rushed"
    DISMISSIVE = "dismissive"


class Senior(Record):
    """Whom the tool plays."""

    role: Annotated[str, StringConstraints(max_length=120)] = ""
    """As the mentor calls it: "CTO", "head of nursing"; may be empty."""
    mood: Mood = Mood.DEFENSIVE
    name: Annotated[str, StringConstraints(max_length=80)] = ""
    """Only for the page; no model is told it."""


class SpokenLine(Record):
    """What one of the two said in one go."""

    speaker: Literal["mentor", "senior"]
    text: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_LINE)]
    source: Literal["person", "moves", "model"] = "person"
    """Who worded it: the mentor, the built-in moves, or a chat model."""
    used: tuple[str, ...] = ()
    """The wordings of the built-in moves that went into it, so that none comes twice."""


class Rehearsal(Record):
    """One rehearsal."""

    senior: Senior
    situation: Annotated[str, StringConstraints(max_length=LONGEST_SITUATION)] = ""
    """What the mentor wants to say, or what it is about: the draft, where there is one."""
    lines: Annotated[tuple[SpokenLine, ...], Field(max_length=MOST_LINES)] = ()
    ended: bool = False
    """Whether the mentor ended it and looks at the debrief."""

    @property
    def is_answered(self) -> bool:
        """Whether it is the mentor's turn."""
        return not self.lines or self.lines[-1].speaker == "senior"

    @property
    def said(self) -> tuple[str, ...]:
        """What the mentor said, in order."""
        return tuple(line.text for line in self.lines if line.speaker == "mentor")

    @property
    def answered(self) -> tuple[str, ...]:
        """What the senior said, in order."""
        return tuple(line.text for line in self.lines if line.speaker == "senior")

    def with_line(self, line: SpokenLine) -> "Rehearsal":
        """The same with one line more."""
        return self.model_copy(update={"lines": (*self.lines, line)})

    def taken_back(self) -> "Rehearsal":
        """Without the mentor's last line and the answer to it; the same where nothing was said."""
        last = max((at for at, line in enumerate(self.lines) if line.speaker == "mentor"), default=len(self.lines))
        return self.model_copy(update={"lines": self.lines[:last], "ended": False})

    def anew(self, mood: Mood) -> "Rehearsal":
        """From the beginning with a senior of this mood."""
        senior = self.senior.model_copy(update={"mood": mood})
        return self.model_copy(update={"senior": senior, "lines": (), "ended": False})
