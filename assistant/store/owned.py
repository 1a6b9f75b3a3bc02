"""What the stores of conversations, notes and drafts share: owners, denial, deletion with its undo, and its end.

Built upon by `conversations`, `notes` and `drafts`. Every statement about stored text, of other stores too, carries
`owned_by`, so that what belongs to another person, or to the same person in another role, looks exactly like what
does not exist; and it runs in a transaction in which the person has that role.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from assistant.errors import AccessDenied, StoreDamaged
from assistant.roles import Actor
from assistant.store.access import writing
from assistant.store.database import HOUSE, Database
from assistant.store.erasure import erase, find
from assistant.store.people_tables import CommitmentRow, TakeawayRow
from assistant.store.strings import ID
from assistant.store.tables import ConversationRow, DraftRow, NoteRow, Owned, place
from assistant.store.theme_tables import ContributionRow, SurveyAnswerRow

__all__ = ["ID", "OwnedStore", "denied", "owned_by", "unreadable"]

Texts = type[Owned] | type[CommitmentRow] | type[TakeawayRow] | type[ContributionRow] | type[SurveyAnswerRow]
"""Tables of what one person wrote, or said, in one role."""
OwnedRow = TypeVar("OwnedRow", bound=Owned)


class OwnedStore(Generic[OwnedRow]):
    """The rows of one table, each shown to its owner alone, while the owner has the role in which it was written.

    Safe to call from many threads, and several processes may share one database. Every method raises
    `StoreUnavailable` or `StoreDamaged` where the database fails; what a method has returned from is on disk.
    """

    _table: type[OwnedRow]
    _what: str
    """How messages name a row."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def delete(self, actor: Actor, wanted: str) -> None:
        """Hide one until `restore` or the purge; doing it twice changes nothing. Raises `AccessDenied`."""
        with writing(self._database, actor) as session:
            row = self._own(session, actor, wanted, deleted=True, lock=True)
            row.deleted_at = row.deleted_at or datetime.now(UTC)

    def restore(self, actor: Actor, wanted: str) -> None:
        """Undo `delete`. Raises `AccessDenied`, also when it was purged meanwhile."""
        with writing(self._database, actor) as session:
            self._own(session, actor, wanted, deleted=True, lock=True).deleted_at = None

    def purge_deleted(self, older_than: timedelta) -> int:
        """Really delete what was marked longer ago than this, leaving no trace in the file; returns how many.

        Conversations, notes and drafts alike, whichever store is asked: one call keeps the promise for the whole
        database.
        """
        before = datetime.now(UTC) - older_than
        with self._database.write(HOUSE) as session:
            deleted = [
                *find(session, "note", NoteRow.deleted_at <= before),
                *find(session, "conversation", ConversationRow.deleted_at <= before),
                *find(session, "draft", DraftRow.deleted_at <= before),
            ]
            purged = erase(session, self._database.keys, *deleted)
            if purged:
                self._database.note_erasure(session)
        self._database.remove_traces()
        return purged

    def check(self) -> str | None:
        """Integrity of the database: `None` when it is sound, or one plain line."""
        return self._database.check()

    def close(self) -> None:
        """Give the database back; call it once, at the end."""
        self._database.close()

    def _seal(self, actor: Actor, column: InstrumentedAttribute[Any], row: str, text: str) -> str:
        return self._database.keys.seal(actor.person, place(column, row), text)

    def _open(self, actor: Actor, column: InstrumentedAttribute[Any], row: str, sealed: str) -> str:
        return self._database.keys.open(actor.person, place(column, row), sealed)

    def _own(
        self, session: Session, actor: Actor, wanted: str, *, deleted: bool = False, lock: bool = False
    ) -> OwnedRow:
        """The actor's own row, a deleted one only if asked for; `lock` keeps other writers off it meanwhile."""
        query = select(self._table).where(self._table.id == wanted, owned_by(self._table, actor))
        row = session.scalar(query.with_for_update() if lock else query) if ID.fullmatch(wanted) else None
        if row is None or (row.deleted_at and not deleted):
            raise denied(self._what, actor, wanted)
        return row


def owned_by(table: Texts, actor: Actor) -> ColumnElement[bool]:
    """The one condition that every statement about stored text carries."""
    return and_(table.person == actor.person, table.role == actor.role.value)


def denied(what: str, actor: Actor, wanted: str) -> AccessDenied:
    """The same words whether it is someone else's, deleted, or never existed."""
    named = f"{what} {wanted[:32]!r}"
    return AccessDenied(f"There is no {named} of yours as {actor.role.value}; choose one from your own list.")


def unreadable(what: str) -> StoreDamaged:
    """The error for a stored value that cannot be read, which is not the same as none."""
    return StoreDamaged(f"The {what} cannot be read; run `eyelevel doctor`.")
