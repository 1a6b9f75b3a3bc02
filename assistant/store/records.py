"""What the store hands out: frozen records, never a row. They hold text of the asking actor and of nobody else."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.events import Reply
from assistant.roles import Role

Ending = Literal["done", "stopped", "failed"]
"""How a turn ended: answered, stopped by the person, or broken off by an error."""
Status = Literal["open", "done", "stopped", "failed"]
"""An ending, or `open` while the answer is being made."""
MISTAKE = r"[a-z][a-z0-9_]{0,63}"
"""What the id of a mistake looks like; the store does not know which there are."""
MistakeId = Annotated[str, Field(pattern=f"^{MISTAKE}$")]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Rating(StrEnum):
    """What the person thought of an answer."""

    UP = "up"
    DOWN = "down"


class ConversationSummary(_Record):
    """A line in the list of conversations."""

    id: str
    title: str
    role: Role
    updated_at: datetime
    """UTC time of the last question or answer."""
    turns: int


class StoredTurn(_Record):
    """A question and what became of it."""

    id: str
    question: str
    reply: Reply | None
    """The whole answer, or the sentences so far of a stopped one; `None` where nothing was kept."""
    status: Status
    rating: Rating | None
    """`None`: not rated."""
    created_at: datetime
    """UTC time of the question."""


class Conversation(_Record):
    """A conversation with its turns, oldest first."""

    id: str
    title: str
    role: Role
    turns: tuple[StoredTurn, ...]


class SavedNote(_Record):
    """A session note with its check, as its writer saves it. `NoteStore.save` checks lengths and JSON."""

    title: str
    """One line; longer than 120 characters it is cut."""
    text: str
    """The note, at most 400,000 characters; empty where only the debrief was filled in."""
    report: str
    """The report of the check as JSON."""
    debrief: str | None = None
    """The debrief as JSON; `None` where there is none."""
    verdicts: dict[MistakeId, bool] = Field(default_factory=dict)
    """What the person said to a finding, by mistake: True "yes, that", False "not so"; absent: nothing said."""
    pair: str | None = None
    """Id of the pair whose session it is about; `None` where none was named or the pair is no more."""


class StoredNote(SavedNote):
    """A saved note as it is kept."""

    id: str
    created: datetime
    updated: datetime
    """UTC time of the last check that was kept."""


class NoteSummary(_Record):
    """A line in the list of saved notes."""

    id: str
    title: str
    created: datetime
    updated: datetime
    """UTC time of the last check that was kept."""


class ExportedVerdict(_Record):
    """What an evaluation gets of a verdict: no person, no note, no time.

    The quotes are the writer's own words; whoever is named in them is named here.
    """

    mistake: MistakeId
    verdict: bool
    """True: "yes, that"; False: "not so"."""
    probability: float = Field(ge=0, le=1)
    """What the check gave the mistake, calibrated."""
    quotes: tuple[str, ...]
    """The evidence that was shown, the most telling first; empty where the debrief settled the matter."""
    model: str | None
    """Name of the model that found it; `None` where none was run."""


class KeptVerdict(ExportedVerdict):
    """A verdict kept for the evaluation, as its person may see it."""

    note: str = Field(default="", max_length=64)
    """A name for the note, the same at every check of it, such as a digest of its text; never exported.

    A mistake of a note has one row; where no note is named, a mistake with the same quotes has one.
    """
