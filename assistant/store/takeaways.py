"""What each side of a pair says of a session: the mentor what was meant to be conveyed, the mentee what is taken away.

A text is its owner's alone until both sides have consented for that very session; then each reads the other's beside
the own, until one of the two withdraws, for whatever reason, and neither reads the other's any more. Nobody is told
whether the other side has written or consented before both have. The statement that fetches another's sealed text is
the one that looks whether it may be read: both consents, the session and the pair must stand at that moment. Managers
and administrators are no side of a pair and are shown nothing. Nothing here writes a text to a log.
"""

from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import uuid4

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.orm import Session, aliased

from assistant.errors import AccessDenied, InputError, KeyMissing
from assistant.roles import Actor, Role
from assistant.store import audit
from assistant.store.access import reading, require, writing
from assistant.store.commitments import SIDES
from assistant.store.database import HOUSE, Database, Who
from assistant.store.erasure import Subject, erase
from assistant.store.keys import Keyring
from assistant.store.owned import ID, denied, owned_by
from assistant.store.people_tables import PairRow, PersonRow, SessionRow, TakeawayConsentRow, TakeawayRow
from assistant.store.strings import storable
from assistant.store.tables import place

__all__ = ["LONGEST_TAKEAWAY", "OtherTakeaway", "Takeaway", "TakeawayStore", "end_consents"]

LONGEST_TAKEAWAY: Final = 2000
"""Characters of a text."""
_OTHER: Final = {Role.MENTOR: Role.MENTEE, Role.MENTEE: Role.MENTOR}


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Takeaway(_Record):
    """What the actor wrote about a session."""

    id: str
    meeting: str | None
    """Id of the session; `None` where it was deleted."""
    pair: str | None
    """Id of the pair; `None` where it is no more."""
    held_on: date
    """Day of the session when this was last written."""
    text: str
    """From 1 to 2,000 characters."""
    updated: datetime
    """UTC."""
    consented: bool
    """Whether the actor lets the other side read it, if the other does the same."""


class OtherTakeaway(_Record):
    """What the other side wrote about a session for which both have consented."""

    meeting: str
    """Id of the session."""
    owner_name: str
    text: str
    updated: datetime
    """UTC."""


class TakeawayStore:
    """The takeaways of everyone; safe to call from many threads, and several processes may share one database.

    Every method raises `StoreUnavailable` or `StoreDamaged` where the database fails; what a method has returned from
    is on disk.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, actor: Actor, meeting: str, text: str) -> str:
        """Keep the actor's words about a session of an own pair, in place of earlier ones; returns their id.

        A consent that was given goes on. Raises `InputError` for an empty or too long text, `AccessDenied` for a
        session of somebody else's.
        """
        checked, now = _checked(text), datetime.now(UTC)
        with writing(self._database, actor, *SIDES) as session:
            met = _own_session(session, actor, meeting)
            row = session.scalar(
                select(TakeawayRow).where(TakeawayRow.session_id == met.id, owned_by(TakeawayRow, actor))
            )
            if row is None:
                row = TakeawayRow(id=uuid4().hex, session_id=met.id, person=actor.person, role=actor.role.value)
                row.pair_id, row.created_at = met.pair_id, now
                session.add(row)
            row.text = self._database.keys.seal(actor.person, place(TakeawayRow.text, row.id), checked)
            row.held_on, row.updated_at = met.held_on, now
            return row.id

    def list(self, actor: Actor) -> tuple[Takeaway, ...]:
        """The actor's own in the actor's role, the latest session first."""
        query = select(TakeawayRow, TakeawayConsentRow.takeaway).outerjoin(
            TakeawayConsentRow, TakeawayConsentRow.takeaway == TakeawayRow.id
        )
        ordered = query.order_by(TakeawayRow.held_on.desc(), TakeawayRow.created_at.desc(), TakeawayRow.id)
        with reading(self._database, actor) as session:
            found = session.execute(ordered.where(owned_by(TakeawayRow, actor))).tuples()
            return tuple(
                Takeaway(
                    id=row.id,
                    meeting=row.session_id,
                    pair=row.pair_id,
                    held_on=row.held_on,
                    text=self._database.keys.open(actor.person, place(TakeawayRow.text, row.id), row.text),
                    updated=row.updated_at,
                    consented=given is not None,
                )
                for row, given in found
            )

    def delete(self, actor: Actor, takeaway: str) -> None:
        """Really delete it, at once and from the file as well, with the consent to show it.

        Raises `AccessDenied`, also at the second time.
        """
        with writing(self._database, actor) as session:
            own = _own(session, actor, takeaway).id
        with self._database.write(HOUSE) as session:
            erase(session, self._database.keys, Subject("takeaway", own))
            self._database.note_erasure(session)
        self._database.remove_traces()

    def consent(self, actor: Actor, takeaway: str) -> None:
        """Let the other side read it from now on, as soon and as long as the other consents too; twice changes nothing.

        Raises `AccessDenied` for a text that is not the actor's own, and where its session or its pair is over.
        """
        with self._database.write(actor) as session:
            audit.take_turn(session)
            require(session, actor, *SIDES)
            row = _own(session, actor, takeaway)
            standing = select(PairRow.id).join(SessionRow, SessionRow.pair_id == PairRow.id)
            if not session.scalar(standing.where(SessionRow.id == row.session_id, PairRow.ended_at.is_(None))):
                raise AccessDenied(
                    f"The session of the takeaway {row.id!r}, or its pair, is no more, so that nobody else can read "
                    "it; show another one."
                )
            if session.get(TakeawayConsentRow, row.id) is None:
                given = TakeawayConsentRow(takeaway=row.id, session_id=row.session_id, given_at=datetime.now(UTC))
                given.person, given.role = row.person, row.role
                session.add(given)
                audit.append(session, self._database.keys, actor, "share", "takeaway", row.id)

    def withdraw(self, actor: Actor, takeaway: str) -> None:
        """End the actor's consent at once: neither side reads the other's words about that session any more.

        A second time changes nothing. Raises `AccessDenied` for a text that is not the actor's own.
        """
        with self._database.write(actor) as session:
            audit.take_turn(session)
            require(session, actor, *Role)
            own = TakeawayConsentRow.takeaway == _own(session, actor, takeaway).id
            gone = delete(TakeawayConsentRow).where(own).returning(TakeawayConsentRow.takeaway)
            if (ended := session.scalar(gone)) is not None:
                audit.append(session, self._database.keys, actor, "revoke", "takeaway", ended)

    def received(self, actor: Actor) -> tuple[OtherTakeaway, ...]:
        """What the actor, in the actor's role, may read of other sides at this moment, one a session.

        Raises `AccessDenied` where the actor has not, or no longer, the role of a mentor or a mentee.
        """
        with reading(self._database, actor, *SIDES) as session:
            opened = [self._opened(row, name) for row, name in session.execute(_standing(actor)).tuples()]
        return tuple(one for one in opened if one)

    def _opened(self, row: TakeawayRow, name: str) -> OtherTakeaway | None:
        """None where the owner's key was erased just now."""
        try:
            text = self._database.keys.open(row.person, place(TakeawayRow.text, row.id), row.text)
        except KeyMissing:
            if self._database.keys.has(row.person):
                raise
            return None
        return OtherTakeaway(meeting=row.session_id or "", owner_name=name, text=text, updated=row.updated_at)


def end_consents(session: Session, keys: Keyring, who: Who, *pairs: ColumnElement[bool]) -> None:
    """Delete all consents for sessions of the pairs that meet the conditions; each is audited.

    In the caller's transaction, which is the house's, after `audit.take_turn`. So nothing from before comes back to
    life where people are paired anew or have a role again.
    """
    met = select(SessionRow.id).join(PairRow, PairRow.id == SessionRow.pair_id).where(*pairs)
    gone = delete(TakeawayConsentRow).where(TakeawayConsentRow.session_id.in_(met))
    for takeaway in sorted(session.scalars(gone.returning(TakeawayConsentRow.takeaway))):
        audit.append(session, keys, who, "end_share", "takeaway", takeaway)


def _standing(actor: Actor) -> Any:
    """The rows of others that the actor may read, with their names: the whole condition, in one place."""
    mine, theirs = aliased(TakeawayConsentRow), aliased(TakeawayConsentRow)
    other = _OTHER[actor.role]
    both = exists().where(
        mine.session_id == TakeawayRow.session_id, mine.person == actor.person, mine.role == actor.role.value
    )
    return (
        select(TakeawayRow, PersonRow.name)
        .join(theirs, theirs.takeaway == TakeawayRow.id)
        .join(SessionRow, SessionRow.id == TakeawayRow.session_id)
        .join(PairRow, PairRow.id == SessionRow.pair_id)
        .join(PersonRow, PersonRow.id == TakeawayRow.person)
        .where(
            PairRow.ended_at.is_(None),
            SIDES[actor.role] == actor.person,
            SIDES[other] == TakeawayRow.person,
            TakeawayRow.role == other.value,
            both,
        )
        .order_by(TakeawayRow.held_on.desc(), TakeawayRow.id)
    )


def _own(session: Session, actor: Actor, wanted: str) -> TakeawayRow:
    query = select(TakeawayRow).where(TakeawayRow.id == wanted, owned_by(TakeawayRow, actor)).with_for_update()
    row = session.scalar(query) if ID.fullmatch(wanted) else None
    if row is None:
        raise denied("takeaway", actor, wanted)
    return row


def _own_session(session: Session, actor: Actor, wanted: str) -> SessionRow:
    """A session of an own pair, kept from other writers until the transaction ends."""
    query = select(SessionRow).join(PairRow, PairRow.id == SessionRow.pair_id).with_for_update(of=SessionRow)
    own = query.where(SessionRow.id == wanted, SIDES[actor.role] == actor.person)
    row = session.scalar(own) if ID.fullmatch(wanted) else None
    if row is None:
        raise denied("session", actor, wanted)
    return row


def _checked(text: str) -> str:
    kept = storable(text).strip()
    if not kept:
        raise InputError("The takeaway is empty; write at least one word.")
    if len(kept) > LONGEST_TAKEAWAY:
        limit = f"at most {LONGEST_TAKEAWAY:,} are kept"
        raise InputError(f"The takeaway has {len(kept):,} characters, {limit}; shorten it.")
    return kept
