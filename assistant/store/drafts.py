"""What people prepare and keep: plans of a session, words to practise, looks back; each shown to its owner alone.

Every call takes the `Actor` first and denies by default, as `owned` says. The content is the JSON of a model that the
caller names; the store keeps it with the version of its form and does not understand it. Nothing here writes a text to
a log.
"""

import json
from datetime import UTC, datetime
from typing import Literal
from uuid import uuid4

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import defer

from assistant.errors import InputError
from assistant.roles import Actor
from assistant.store.access import reading, writing
from assistant.store.commitments import own_pair
from assistant.store.owned import OwnedStore, owned_by, unreadable
from assistant.store.strings import checked_title, storable
from assistant.store.tables import DraftRow

__all__ = ["LONGEST_CONTENT", "Draft", "DraftStore", "DraftSummary", "Kind"]

LONGEST_TITLE = 120
"""A title is cut to this."""
LONGEST_CONTENT = 200_000
"""Characters of a content; the plan of a session has about 3,000."""
Kind = Literal["plan", "feedback", "reflection", "programme", "rehearsal"]


class DraftSummary(BaseModel):
    """A line in the list of drafts."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    id: str
    kind: Kind
    title: str
    """One line of at most 120 characters."""
    pair: str | None
    """Id of the pair that it is for; `None` where none was named or the pair is no more."""
    created: datetime
    updated: datetime
    """UTC time of the last `save`."""


class Draft(DraftSummary):
    """The same with what it says."""

    content: str
    """A JSON object, at most 200,000 characters."""
    form: int
    """Which version of its form the content has."""


class DraftStore(OwnedStore[DraftRow]):
    """The drafts of everyone, each shown to its owner alone; `OwnedStore` says what holds for every call."""

    _table = DraftRow
    _what = "draft"

    def add(self, actor: Actor, kind: Kind, title: str, content: str, *, form: int = 1, pair: str | None = None) -> str:
        """Keep a draft and return its id; `content` is a JSON object, `form` the version of its form.

        Raises `InputError` for an empty title and for a content that is none or too long, `AccessDenied` for a pair
        of which the actor, in the actor's role, is no side.
        """
        now, made = datetime.now(UTC), uuid4().hex
        row = DraftRow(id=made, person=actor.person, role=actor.role.value, kind=kind, created_at=now)
        checked = checked_title(title, LONGEST_TITLE), _checked(content)
        with writing(self._database, actor) as session:
            row.pair_id = own_pair(session, actor, pair)
            self._put(actor, row, *checked, form)
            session.add(row)
        return made

    def save(self, actor: Actor, draft: str, title: str, content: str, *, form: int = 1) -> None:
        """Replace title and content. Raises `AccessDenied`, and `InputError` as `add` does; then nothing is changed."""
        checked = checked_title(title, LONGEST_TITLE), _checked(content)
        with writing(self._database, actor) as session:
            self._put(actor, self._own(session, actor, draft, lock=True), *checked, form)

    def open(self, actor: Actor, draft: str) -> Draft:
        """One draft with its content. Raises `AccessDenied`, `StoreDamaged`."""
        with reading(self._database, actor) as session:
            row = self._own(session, actor, draft)
            content = self._open(actor, DraftRow.content, row.id, row.content)
            if not _is_object(content):
                raise unreadable(f"content of the draft {row.id!r}")
            return Draft(**self._summary(actor, row).model_dump(), content=content, form=row.form)

    def list(self, actor: Actor, kind: Kind | None = None) -> tuple[DraftSummary, ...]:
        """The actor's own in the actor's role, the latest first, of one kind where one is named; no deleted ones."""
        own = select(DraftRow).where(owned_by(DraftRow, actor), DraftRow.deleted_at.is_(None))
        if kind is not None:
            own = own.where(DraftRow.kind == kind)
        shown = own.options(defer(DraftRow.content))
        ordered = shown.order_by(DraftRow.updated_at.desc(), DraftRow.created_at.desc(), DraftRow.id)
        with reading(self._database, actor) as session:
            return tuple(self._summary(actor, row) for row in session.scalars(ordered))

    def _put(self, actor: Actor, row: DraftRow, title: str, content: str, form: int) -> None:
        row.title = self._seal(actor, DraftRow.title, row.id, title)
        row.content = self._seal(actor, DraftRow.content, row.id, content)
        row.form, row.updated_at = form, datetime.now(UTC)

    def _summary(self, actor: Actor, row: DraftRow) -> DraftSummary:
        return DraftSummary(
            id=row.id,
            kind=row.kind,  # type: ignore[arg-type]
            title=self._open(actor, DraftRow.title, row.id, row.title),
            pair=row.pair_id,
            created=row.created_at,
            updated=row.updated_at,
        )


def _checked(content: str) -> str:
    kept = storable(content)
    if len(kept) > LONGEST_CONTENT:
        limit = f"at most {LONGEST_CONTENT:,} are kept"
        raise InputError(f"The draft has {len(kept):,} characters, {limit}; shorten it or keep it in parts.")
    if not _is_object(kept):
        raise InputError("The content of the draft is no JSON object; give the JSON of its form.")
    return kept


def _is_object(content: str) -> bool:
    try:
        return isinstance(json.loads(content), dict)
    except (ValueError, RecursionError):
        return False
