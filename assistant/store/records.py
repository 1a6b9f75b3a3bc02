"""What the store hands out: frozen records, never a row. They hold text of the asking actor and of nobody else."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.events import Reply
from assistant.roles import Role

Ending = Literal["done", "stopped", "failed"]
"""How a turn ended: answered, stopped by the person, or broken off by an error."""
Status = Literal["open", "done", "stopped", "failed"]
"""An ending, or `open` while the answer is being made."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


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
