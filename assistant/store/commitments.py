"""What people promised themselves or the other side of their pair, each shown to its owner alone.

A commitment is open until it is settled: kept, changed into another one, or dropped; partly kept, it is on its way and
still open. It is read by somebody else only where it was shared (`shares`). Every call takes the `Actor` first and
denies by default: what belongs to another person, or to the same person in another role, looks exactly like what does
not exist. Nothing here writes a text to a log.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final, Literal
from uuid import uuid4

from pydantic import BaseModel, ConfigDict
from sqlalchemy import case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from assistant.errors import AccessDenied, InputError
from assistant.roles import Actor, Role
from assistant.store.access import reading, writing
from assistant.store.database import HOUSE, Database
from assistant.store.erasure import Subject, erase
from assistant.store.owned import ID, denied, owned_by
from assistant.store.people_tables import CommitmentRow, PairRow
from assistant.store.strings import storable
from assistant.store.tables import ConversationRow, DraftRow, NoteRow, Owned, place

__all__ = ["LONGEST_COMMITMENT", "Commitment", "CommitmentStore", "Outcome", "Source", "SourceKind"]

LONGEST_COMMITMENT = 1000
"""Characters of a commitment, and of the reason why it was changed or dropped."""
Outcome = Literal["kept", "partly", "changed", "dropped"]
SourceKind = Literal["draft", "note", "conversation", "commitment"]
SIDES: Final[Mapping[Role, InstrumentedAttribute[str]]] = {Role.MENTOR: PairRow.mentor, Role.MENTEE: PairRow.mentee}
"""Where a pair names the person who has this role in it; the other roles are no side of a pair."""


_SOURCES: Final[Mapping[SourceKind, type[Owned] | type[CommitmentRow]]] = {
    "draft": DraftRow,
    "note": NoteRow,
    "conversation": ConversationRow,
    "commitment": CommitmentRow,
}


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Source(_Record):
    """From what of its owner a commitment was made; `commitment`: the older one that was changed into it."""

    kind: SourceKind
    item: str
    """Its id."""


class Commitment(_Record):
    """What its owner promised."""

    id: str
    text: str
    """From 1 to 1,000 characters."""
    pair: str | None
    """Id of the pair that it belongs to; `None` where none was named or the pair is no more."""
    due: date | None
    created: datetime
    """UTC."""
    settled: datetime | None
    """UTC time at which the outcome was said first; `None` without one, or where an older version did not note it."""
    outcome: Outcome | None
    """`None` where nothing was said yet."""
    reason: str | None
    """Why, or how far it came, in the owner's words; `None` where nothing was said."""
    source: Source | None
    """`None` where nothing was named, or that was erased."""

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done, or the rest of it."""
        return self.outcome in (None, "partly")


class CommitmentStore:
    """The commitments of everyone; safe to call from many threads, and several processes may share one database.

    Every method raises `StoreUnavailable` or `StoreDamaged` where the database fails; what a method has returned from
    is on disk.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        actor: Actor,
        text: str,
        *,
        pair: str | None = None,
        due: date | None = None,
        source: Source | None = None,
    ) -> str:
        """Keep a commitment and return its id.

        Raises `InputError` for an empty or too long text, `AccessDenied` for a pair of which the actor, in the actor's
        role, is no side, and for a source that is not the actor's own.
        """
        checked = _checked("commitment", text)
        with writing(self._database, actor) as session:
            row = self._row(actor, checked, due)
            row.pair_id = own_pair(session, actor, pair)
            if source:
                row.source_kind, row.source_item = source.kind, _own_source(session, actor, source)
            session.add(row)
            return row.id

    def change(self, actor: Actor, commitment: str, text: str, *, pair: str | None, due: date | None) -> None:
        """Replace text, pair and due date of the same commitment. Raises as `add` does, and then changes nothing."""
        with writing(self._database, actor) as session:
            row = _own(session, actor, commitment)
            row.text = self._seal(actor, CommitmentRow.text, row.id, _checked("commitment", text))
            row.pair_id = own_pair(session, actor, pair)
            row.due_on = due

    def settle(
        self,
        actor: Actor,
        commitment: str,
        outcome: Outcome,
        reason: str | None = None,
        *,
        instead: str | None = None,
        due: date | None = None,
    ) -> str | None:
        """Say what became of it; settling it in another way replaces what was said before.

        A reason is needed for all but `kept`; of an outcome that is said again the first time counts. `changed` keeps
        the old text and makes a new commitment of the text `instead`, for the same pair, due on `due`: returns its id;
        else `None`. Raises `InputError` for what is missing or too long and for one that was changed before,
        `AccessDenied`; then nothing is changed.
        """
        why = _reason(outcome, reason)
        text = _checked("commitment", instead or "") if outcome == "changed" else None
        with writing(self._database, actor) as session:
            row = _own(session, actor, commitment)
            if row.outcome == "changed":
                raise InputError(f"The commitment {row.id!r} was changed into another one; settle that, or reopen it.")
            if row.outcome != outcome or row.settled_at is None:
                row.outcome, row.settled_at = outcome, _now()
            row.reason = why and self._seal(actor, CommitmentRow.reason, row.id, why)
            if text is None:
                return None
            new = self._row(actor, text, due)
            new.pair_id, new.source_kind, new.source_item = row.pair_id, "commitment", row.id
            session.add(new)
            return new.id

    def reopen(self, actor: Actor, commitment: str) -> None:
        """Open again, as if it had not been settled; one that it was changed into stays. Raises `AccessDenied`."""
        with writing(self._database, actor) as session:
            row = _own(session, actor, commitment)
            row.outcome = row.reason = row.settled_at = None

    def delete(self, actor: Actor, commitment: str) -> None:
        """Really delete it, at once and from the file as well, with whatever let others read it.

        Raises `AccessDenied`, also at the second time.
        """
        with writing(self._database, actor) as session:
            own = _own(session, actor, commitment).id
        with self._database.write(HOUSE) as session:
            erase(session, self._database.keys, Subject("commitment", own))
            self._database.note_erasure(session)
        self._database.remove_traces()

    def list(self, actor: Actor) -> tuple[Commitment, ...]:
        """The actor's own in the actor's role: open ones first, the soonest due first; then the last settled first."""
        settled = case((func.coalesce(CommitmentRow.outcome, "partly") != "partly", CommitmentRow.settled_at))
        is_open = func.coalesce(CommitmentRow.outcome, "partly") == "partly"
        by_time = select(CommitmentRow).order_by(is_open.desc(), settled.is_(None), settled.desc())
        by_due = by_time.order_by(CommitmentRow.due_on.is_(None), CommitmentRow.due_on)
        ordered = by_due.order_by(CommitmentRow.created_at, CommitmentRow.id)
        with reading(self._database, actor) as session:
            return tuple(
                self._kept(actor, row) for row in session.scalars(ordered.where(owned_by(CommitmentRow, actor)))
            )

    def _row(self, actor: Actor, text: str, due: date | None) -> CommitmentRow:
        made = uuid4().hex
        row = CommitmentRow(id=made, person=actor.person, role=actor.role.value, due_on=due, created_at=_now())
        row.text = self._seal(actor, CommitmentRow.text, made, text)
        return row

    def _kept(self, actor: Actor, row: CommitmentRow) -> Commitment:
        return Commitment(
            id=row.id,
            text=self._open(actor, CommitmentRow.text, row.id, row.text),
            pair=row.pair_id,
            due=row.due_on,
            created=row.created_at,
            settled=row.settled_at,
            outcome=row.outcome,  # type: ignore[arg-type]
            reason=None if row.reason is None else self._open(actor, CommitmentRow.reason, row.id, row.reason),
            source=Source(kind=row.source_kind, item=row.source_item or "") if row.source_kind else None,  # type: ignore[arg-type]
        )

    def _seal(self, actor: Actor, column: InstrumentedAttribute[Any], row: str, text: str) -> str:
        return self._database.keys.seal(actor.person, place(column, row), text)

    def _open(self, actor: Actor, column: InstrumentedAttribute[Any], row: str, sealed: str) -> str:
        return self._database.keys.open(actor.person, place(column, row), sealed)


def _own(session: Session, actor: Actor, wanted: str) -> CommitmentRow:
    query = select(CommitmentRow).where(CommitmentRow.id == wanted, owned_by(CommitmentRow, actor)).with_for_update()
    row = session.scalar(query) if ID.fullmatch(wanted) else None
    if row is None:
        raise denied("commitment", actor, wanted)
    return row


def is_side(session: Session, actor: Actor, pair: str) -> bool:
    """Whether the actor's role is the actor's side of this pair, ended or not."""
    side = SIDES.get(actor.role)
    if side is None or not ID.fullmatch(pair):
        return False
    return session.scalar(select(PairRow.id).where(PairRow.id == pair, side == actor.person)) is not None


def own_pair(session: Session, actor: Actor, pair: str | None) -> str | None:
    """The pair, where the actor is a side of it."""
    if pair is None or is_side(session, actor, pair):
        return pair
    raise AccessDenied(f"There is no pair {pair[:32]!r} of yours as {actor.role.value}; choose one of your own pairs.")


def _own_source(session: Session, actor: Actor, source: Source) -> str:
    """The id of the source, where it is the actor's own and not deleted."""
    table = _SOURCES[source.kind]
    query = select(table.id).where(table.id == source.item, owned_by(table, actor))
    if issubclass(table, Owned):
        query = query.where(table.deleted_at.is_(None))
    if not ID.fullmatch(source.item) or session.scalar(query) is None:
        raise denied(source.kind, actor, source.item)
    return source.item


def _reason(outcome: Outcome, reason: str | None) -> str | None:
    """The reason as it is kept. Raises `InputError` where one is needed and none was given."""
    given = (reason or "").strip()
    if not given and outcome == "kept":
        return None
    if not given:
        said = "partly kept" if outcome == "partly" else outcome
        raise InputError(f"A commitment is not {said} without a reason; write one.")
    return _checked("reason", given)


def _checked(what: str, text: str) -> str:
    kept = storable(text).strip()
    if not kept:
        raise InputError(f"The {what} is empty; write at least one word.")
    if len(kept) > LONGEST_COMMITMENT:
        limit = f"at most {LONGEST_COMMITMENT:,} are kept"
        raise InputError(f"The {what} has {len(kept):,} characters, {limit}; shorten it.")
    return kept


def _now() -> datetime:
    return datetime.now(UTC)
