"""The texts that a search of a person's own goes over: saved notes, plans and commitments, as they are at this moment.

Asks the stores in the actor's name alone. One object a search; it keeps no text beyond that.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple

from assistant.errors import AccessDenied
from assistant.notes.session_plan import plan_text, read_plan
from assistant.roles import Actor

if TYPE_CHECKING:
    from assistant.store.commitments import CommitmentStore
    from assistant.store.drafts import Draft, DraftStore, DraftSummary
    from assistant.store.notes import NoteStore
    from assistant.store.records import NoteSummary, StoredNote

Kind = Literal["note", "plan", "commitment"]


@dataclass(frozen=True)
class Desk:
    """Where everybody's own texts are kept; whose are read says the actor of each call."""

    notes: "NoteStore"
    drafts: "DraftStore"
    commitments: "CommitmentStore"


class Item(NamedTuple):
    """A note, plan or commitment, without its text."""

    kind: Kind
    id: str
    title: str
    """Of the note or plan; empty for a commitment."""
    day: date
    """On which it was first saved, in UTC."""
    version: str
    """Another one, another text."""


class OwnTexts:
    """What the actor wrote: listed at once, the texts of notes and plans opened when they are asked for."""

    def __init__(self, actor: Actor, desk: Desk) -> None:
        """Raises `StoreError`."""
        self._actor, self._desk = actor, desk
        self._texts: dict[Item, str | None] = {}
        listed = [_listed("note", note) for note in desk.notes.list(actor)]
        listed += [_listed("plan", plan) for plan in desk.drafts.list(actor, "plan")]
        for one in desk.commitments.list(actor):
            item = Item("commitment", one.id, "", one.created.date(), hashlib.sha256(one.text.encode()).hexdigest())
            self._texts[item] = one.text
            listed.append(item)
        self.items = tuple(listed)
        """The notes, the latest first, then the plans likewise, and then the commitments."""

    def get(self, item: Item) -> str | None:
        """The text; `None` where it was deleted or changed since this object was made, or cannot be read any more.

        Raises `StoreError`.
        """
        if item not in self._texts:
            self._texts[item] = self._load(item)
        return self._texts[item]

    def _load(self, item: Item) -> str | None:
        found: StoredNote | Draft
        try:
            if item.kind == "plan":
                found = self._desk.drafts.open(self._actor, item.id)
                text = read_text(found)
            else:
                found = self._desk.notes.load(self._actor, item.id)
                text = found.text
        except AccessDenied:
            return None
        return text if found.updated.isoformat() == item.version else None


def read_text(draft: "Draft") -> str | None:
    """The words of a saved plan, to which offsets refer; `None` where an older version kept it in another form."""
    plan = read_plan(draft.content, draft.form)
    return plan_text(plan) if plan else None


def _listed(kind: Kind, one: "NoteSummary | DraftSummary") -> Item:
    return Item(kind, one.id, one.title, one.created.date(), one.updated.isoformat())
