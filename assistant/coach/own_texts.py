"""The texts that a search of a person's own goes over: saved notes and commitments, as they are at this moment.

Asks the stores in the actor's name alone. One object a search; it keeps no text beyond that.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple

from assistant.errors import AccessDenied
from assistant.roles import Actor

if TYPE_CHECKING:
    from assistant.store.commitments import CommitmentStore
    from assistant.store.notes import NoteStore

Kind = Literal["note", "commitment"]


@dataclass(frozen=True)
class Desk:
    """Where everybody's own texts are kept; whose are read says the actor of each call."""

    notes: "NoteStore"
    commitments: "CommitmentStore"


class Item(NamedTuple):
    """A note or commitment, without its text."""

    kind: Kind
    id: str
    title: str
    """Of the note; empty for a commitment."""
    day: date
    """On which it was first saved, in UTC."""
    version: str
    """Another one, another text."""


class OwnTexts:
    """What the actor wrote: listed at once, the texts of notes opened when they are asked for."""

    def __init__(self, actor: Actor, notes: "NoteStore", commitments: "CommitmentStore") -> None:
        """Raises `StoreError`."""
        self._actor, self._notes = actor, notes
        self._texts: dict[Item, str | None] = {}
        listed = [
            Item("note", note.id, note.title, note.created.date(), note.updated.isoformat())
            for note in notes.list(actor)
        ]
        for one in commitments.list(actor):
            item = Item("commitment", one.id, "", one.created.date(), hashlib.sha256(one.text.encode()).hexdigest())
            self._texts[item] = one.text
            listed.append(item)
        self.items = tuple(listed)
        """The notes, the latest first, and then the commitments."""

    def get(self, item: Item) -> str | None:
        """The text; `None` where it was deleted or changed since this object was made. Raises `StoreError`."""
        if item not in self._texts:
            self._texts[item] = self._load(item)
        return self._texts[item]

    def _load(self, item: Item) -> str | None:
        try:
            note = self._notes.load(self._actor, item.id)
        except AccessDenied:
            return None
        return note.text if note.updated.isoformat() == item.version else None
