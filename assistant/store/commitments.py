"""What people promised themselves or the other side of their pair, each shown to its owner alone.

A commitment is read by somebody else only where it was shared (`shares`). Every call takes the `Actor` first and denies
by default: what belongs to another person, or to the same person in another role, looks exactly like what does not
exist. Nothing here writes a text to a log.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Final
from uuid import uuid4

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from assistant.errors import AccessDenied, InputError
from assistant.roles import Actor, Role
from assistant.store.database import HOUSE, Database
from assistant.store.erasure import Subject, erase
from assistant.store.owned import ID, denied, owned_by
from assistant.store.people_tables import CommitmentRow, PairRow
from assistant.store.strings import storable
from assistant.store.tables import place

__all__ = ["LONGEST_COMMITMENT", "Commitment", "CommitmentStore"]

LONGEST_COMMITMENT = 1000
"""Characters of a commitment."""
SIDES: Final[Mapping[Role, InstrumentedAttribute[str]]] = {Role.MENTOR: PairRow.mentor, Role.MENTEE: PairRow.mentee}
"""Where a pair names the person who has this role in it; the other roles are no side of a pair."""


class Commitment(BaseModel):
    """What its owner promised."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    id: str
    text: str
    """From 1 to 1,000 characters."""
    pair: str | None
    """Id of the pair that it belongs to; `None` where none was named or the pair is no more."""
    due: date | None
    created: datetime
    """UTC."""
    done: datetime | None
    """UTC time at which it was marked done; `None` while it is open."""


class CommitmentStore:
    """The commitments of everyone; safe to call from many threads, and several processes may share one database.

    Every method raises `StoreUnavailable` or `StoreDamaged` where the database fails; what a method has returned from
    is on disk.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, actor: Actor, text: str, *, pair: str | None = None, due: date | None = None) -> str:
        """Keep a commitment and return its id.

        Raises `InputError` for an empty or too long text, `AccessDenied` for a pair of which the actor, in the actor's
        role, is no side.
        """
        made = uuid4().hex
        row = CommitmentRow(id=made, person=actor.person, role=actor.role.value, due_on=due, created_at=_now())
        row.text = self._sealed(actor, made, text)
        with self._database.write(actor) as session:
            row.pair_id = _own_pair(session, actor, pair)
            session.add(row)
        return made

    def change(self, actor: Actor, commitment: str, text: str, *, pair: str | None, due: date | None) -> None:
        """Replace text, pair and due date. Raises as `add` does, and then changes nothing."""
        with self._database.write(actor) as session:
            row = _own(session, actor, commitment)
            row.text = self._sealed(actor, row.id, text)
            row.pair_id = _own_pair(session, actor, pair)
            row.due_on = due

    def set_done(self, actor: Actor, commitment: str, done: bool) -> None:
        """Mark it done, or open again; the first time of being done counts. Raises `AccessDenied`."""
        with self._database.write(actor) as session:
            row = _own(session, actor, commitment)
            row.done_at = (row.done_at or _now()) if done else None

    def delete(self, actor: Actor, commitment: str) -> None:
        """Really delete it, at once and from the file as well, with whatever let others read it.

        Raises `AccessDenied`, also at the second time.
        """
        with self._database.write(actor) as session:
            own = _own(session, actor, commitment).id
        with self._database.write(HOUSE) as session:
            erase(session, self._database.keys, Subject("commitment", own))
            self._database.note_erasure(session)
        self._database.remove_traces()

    def list(self, actor: Actor) -> tuple[Commitment, ...]:
        """The actor's own in the actor's role: open ones first, the soonest due first; then the last done first."""
        by_done = select(CommitmentRow).order_by(CommitmentRow.done_at.is_not(None), CommitmentRow.done_at.desc())
        by_due = by_done.order_by(CommitmentRow.due_on.is_(None), CommitmentRow.due_on)
        ordered = by_due.order_by(CommitmentRow.created_at, CommitmentRow.id)
        with self._database.read(actor) as session:
            return tuple(
                self._kept(actor, row) for row in session.scalars(ordered.where(owned_by(CommitmentRow, actor)))
            )

    def _kept(self, actor: Actor, row: CommitmentRow) -> Commitment:
        return Commitment(
            id=row.id,
            text=self._database.keys.open(actor.person, place(CommitmentRow.text, row.id), row.text),
            pair=row.pair_id,
            due=row.due_on,
            created=row.created_at,
            done=row.done_at,
        )

    def _sealed(self, actor: Actor, row: str, text: str) -> str:
        return self._database.keys.seal(actor.person, place(CommitmentRow.text, row), _checked(text))


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


def _own_pair(session: Session, actor: Actor, pair: str | None) -> str | None:
    """The pair, where the actor is a side of it."""
    if pair is None or is_side(session, actor, pair):
        return pair
    raise AccessDenied(f"There is no pair {pair[:32]!r} of yours as {actor.role.value}; choose one of your own pairs.")


def _checked(text: str) -> str:
    kept = storable(text).strip()
    if not kept:
        raise InputError("The commitment is empty; write what you will do.")
    if len(kept) > LONGEST_COMMITMENT:
        limit = f"at most {LONGEST_COMMITMENT:,} are kept"
        raise InputError(f"The commitment has {len(kept):,} characters, {limit}; shorten it.")
    return kept


def _now() -> datetime:
    return datetime.now(UTC)
