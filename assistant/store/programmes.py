"""Programmes, the pairs in them and the sessions of a pair.

Programme managers make programmes and say who meets whom, and are told nothing of what a pair then does: no session
and no count of them. Mentor and mentee see their own pairs and the sessions of these. Administrators, who keep the
accounts, have no part in it. Every change of a programme or a pair is audited in the transaction that makes it;
sessions are not, because the audit would tell an administrator who meets how often. No text stands here but a
programme's title.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Final
from uuid import uuid4

from sqlalchemy import ColumnElement, false, select
from sqlalchemy.orm import Session

from assistant.errors import InputError
from assistant.roles import Actor, Role
from assistant.store import audit
from assistant.store.access import require
from assistant.store.commitments import SIDES
from assistant.store.database import HOUSE, Database, Who
from assistant.store.managers_view import load_candidates, load_pairs, load_programmes, load_seen, programme_of
from assistant.store.owned import ID, denied
from assistant.store.pairing import DEFAULT_RETENTION, today, verify_dates, verify_pair, verify_session
from assistant.store.people_records import Candidate, HeldSession, OwnPair, Pair, Programme, SeenByManagers
from assistant.store.people_tables import PairRow, PersonRow, ProgrammeRow, SessionRow
from assistant.store.shares import end_shares_of_pair
from assistant.store.strings import checked_title
from assistant.store.takeaways import end_consents

__all__ = ["Candidate", "HeldSession", "OwnPair", "Pair", "Programme", "ProgrammeStore"]

LONGEST_TITLE: Final = 120
"""A programme's title is cut to this."""


class ProgrammeStore:
    """All programmes and pairs; safe to call from many threads, and several processes may share one database.

    Every method raises `AccessDenied` for an actor who does not have the role it takes, `StoreUnavailable` or
    `StoreDamaged` where the database fails; what a method has returned from is on disk. Another pair's sessions look
    exactly like what does not exist.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    # For programme managers

    def create(
        self, actor: Actor, title: str, starts_on: date, ends_on: date, *, retention_days: int = DEFAULT_RETENTION
    ) -> str:
        """Managers: make a programme and return its id; `retention_days` from 1 to 1,095. Raises `InputError`."""
        made = ProgrammeRow(id=uuid4().hex, created_at=datetime.now(UTC))
        fill_programme(made, title, starts_on, ends_on, retention_days)
        with self._managing(actor) as session:
            session.add(made)
            self._note(session, actor, "create_programme", "programme", made.id)
            return made.id

    def change(
        self, actor: Actor, programme: str, title: str, starts_on: date, ends_on: date, *, retention_days: int
    ) -> None:
        """Managers: replace title, dates and retention. Raises `InputError` as `create` does."""
        with self._managing(actor) as session:
            row = find_programme(session, programme)
            fill_programme(row, title, starts_on, ends_on, retention_days)
            self._note(session, actor, "change_programme", "programme", row.id)

    def list(self, actor: Actor) -> tuple[Programme, ...]:
        """Managers: all programmes, the latest begun first."""
        with self._database.read(actor) as session:
            require(session, actor, Role.MANAGER)
            return load_programmes(session)

    def candidates(self, actor: Actor) -> tuple[Candidate, ...]:
        """Managers: everybody with an open account who is mentor or mentee, by name."""
        with self._database.read(actor) as session:
            require(session, actor, Role.MANAGER)
            return load_candidates(session)

    def pair(self, actor: Actor, programme: str, mentor: str, mentee: str) -> str:
        """Managers: pair two people, by ids, and return the pair's id; one that was ended goes on, without its shares.

        Raises `InputError` with the reason where the programme is over, the two are one person, are paired already or
        stand inside one reporting line, or where an account is closed or does not have the role.
        """
        with self._managing(actor, HOUSE) as session:
            within = find_programme(session, programme)
            if within.demonstration:
                raise InputError(f"The programme {programme!r} is a demonstration without people; choose another one.")
            if within.ends_on < today():
                raise InputError(
                    f"The programme {programme!r} ended on {within.ends_on}; move its end, or make another."
                )
            verify_pair(session, mentor, mentee)
            same = select(PairRow).where(PairRow.programme_id == within.id)
            row = session.scalar(same.where(PairRow.mentor == mentor, PairRow.mentee == mentee))
            if row is not None and row.ended_at is None:
                raise InputError(f"These two are the pair {row.id!r} of this programme already; choose two others.")
            end_shares_of_pair(session, self._database.keys, actor, mentor, mentee)
            if row is not None:
                end_consents(session, self._database.keys, actor, PairRow.id == row.id)
            if row is None:
                row = PairRow(id=uuid4().hex, programme_id=within.id, mentor=mentor, mentee=mentee)
                row.created_at = datetime.now(UTC)
                session.add(row)
            row.ended_at = None
            self._note(session, actor, "pair", "pair", row.id)
            return row.id

    def end_pair(self, actor: Actor, pair: str) -> None:
        """Managers: end a pair and what the two shared as such; notes and sessions stay with them.

        A second time changes nothing. Where another pair of the same two stands, its shares stand as well.
        """
        with self._managing(actor, HOUSE) as session:
            row = session.get(PairRow, pair) if ID.fullmatch(pair) else None
            if row is None:
                raise InputError(f"There is no pair {pair[:32]!r}; choose one from the list.")
            if row.ended_at is None:
                row.ended_at = datetime.now(UTC)
                self._note(session, actor, "end_pair", "pair", row.id)
                end_shares_of_pair(session, self._database.keys, actor, row.mentor, row.mentee)
                end_consents(session, self._database.keys, actor, PairRow.id == row.id)

    def pairs(self, actor: Actor, programme: str) -> tuple[Pair, ...]:
        """Managers: who is paired with whom in a programme, active pairs first, by the mentor's name."""
        with self._database.read(actor) as session:
            require(session, actor, Role.MANAGER)
            return load_pairs(session, PairRow.programme_id == find_programme(session, programme).id)

    # For the two of a pair

    def own_pairs(self, actor: Actor) -> tuple[OwnPair, ...]:
        """Mentors and mentees: the pairs in which the actor has the actor's role, active ones first."""
        with self._database.read(actor) as session:
            require(session, actor, *SIDES)
            partner = PairRow.mentee if actor.role is Role.MENTOR else PairRow.mentor
            query = select(PairRow, PersonRow, ProgrammeRow).join(PersonRow, PersonRow.id == partner)
            query = query.join(ProgrammeRow, ProgrammeRow.id == PairRow.programme_id).where(_own(actor))
            ordered = query.order_by(PairRow.ended_at.is_not(None), ProgrammeRow.starts_on.desc(), PairRow.id)
            return tuple(
                OwnPair(
                    id=row.id,
                    role=actor.role,
                    partner=other.id,
                    partner_name=other.name,
                    active=row.ended_at is None,
                    programme=programme_of(programme),
                )
                for row, other, programme in session.execute(ordered).tuples()
            )

    def seen_by_managers(self, actor: Actor) -> SeenByManagers:
        """Mentors and mentees: the very records that programme managers get of the actor and the actor's pairs.

        Which pairs are the actor's own is asked as the actor; the rest as the house, because a server shows nobody
        else who reports to whom.
        """
        with self._database.read(actor) as session:
            require(session, actor, *SIDES)
            own = tuple(session.scalars(select(PairRow.id).where(_own(actor))))
        with self._database.read(HOUSE) as session:
            return load_seen(session, actor.person, own)

    def record_session(
        self,
        actor: Actor,
        pair: str,
        held_on: date,
        *,
        minutes_planned: int | None = None,
        minutes_held: int | None = None,
    ) -> str:
        """Mentors and mentees: note a meeting of an own pair, planned or held, for both; returns its id.

        Minutes from 0 to 600. Raises `InputError`, also where the pair was ended.
        """
        verify_session(held_on, minutes_planned, minutes_held)
        with self._meeting(actor) as session:
            if _own_pair(session, actor, pair).ended_at is not None:
                raise InputError(
                    f"The pair {pair!r} was ended, and no session can be added; ask its programme manager."
                )
            row = SessionRow(id=uuid4().hex, pair_id=pair, held_on=held_on, created_at=datetime.now(UTC))
            row.minutes_planned, row.minutes_held = minutes_planned, minutes_held
            session.add(row)
            return row.id

    def change_session(
        self, actor: Actor, meeting: str, held_on: date, *, minutes_planned: int | None, minutes_held: int | None
    ) -> None:
        """Mentors and mentees: replace what is noted of a session of an own pair. Raises `InputError`."""
        verify_session(held_on, minutes_planned, minutes_held)
        with self._meeting(actor) as session:
            row = _own_session(session, actor, meeting)
            row.held_on, row.minutes_planned, row.minutes_held = held_on, minutes_planned, minutes_held

    def delete_session(self, actor: Actor, meeting: str) -> None:
        """Mentors and mentees: really delete a session of an own pair, for both."""
        with self._meeting(actor) as session:
            row = _own_session(session, actor, meeting)
            session.delete(row)
            self._database.note_erasure(session)

    def sessions(self, actor: Actor, pair: str) -> tuple[HeldSession, ...]:
        """Mentors and mentees: the sessions of an own pair, ended or not, the latest first."""
        with self._database.read(actor) as session:
            require(session, actor, *SIDES)
            _own_pair(session, actor, pair)
            query = select(SessionRow).where(SessionRow.pair_id == pair)
            rows = session.scalars(query.order_by(SessionRow.held_on.desc(), SessionRow.created_at.desc()))
            return tuple(HeldSession.model_validate(row, from_attributes=True) for row in rows)

    @contextmanager
    def _managing(self, actor: Actor, who: Who | None = None) -> Iterator[Session]:
        """A transaction of a manager, with nobody else changing people or pairs meanwhile.

        `who`: the house, where shares are ended, which a server does not show to managers.
        """
        with self._database.write(who or actor) as session:
            audit.take_turn(session)
            require(session, actor, Role.MANAGER)
            yield session

    @contextmanager
    def _meeting(self, actor: Actor) -> Iterator[Session]:
        """A transaction of a mentor or a mentee."""
        with self._database.write(actor) as session:
            audit.take_turn(session)
            require(session, actor, *SIDES)
            yield session

    def _note(self, session: Session, actor: Actor, action: str, kind: str, item: str) -> None:
        audit.append(session, self._database.keys, actor, action, kind, item)


def _own(actor: Actor) -> ColumnElement[bool]:
    """The one condition that every statement about a pair of one's own carries."""
    return SIDES[actor.role] == actor.person if actor.role in SIDES else false()


def _own_pair(session: Session, actor: Actor, wanted: str) -> PairRow:
    query = select(PairRow).where(PairRow.id == wanted, _own(actor))
    row = session.scalar(query) if ID.fullmatch(wanted) else None
    if row is None:
        raise denied("pair", actor, wanted)
    return row


def _own_session(session: Session, actor: Actor, wanted: str) -> SessionRow:
    query = select(SessionRow).join(PairRow, PairRow.id == SessionRow.pair_id)
    row = session.scalar(query.where(SessionRow.id == wanted, _own(actor))) if ID.fullmatch(wanted) else None
    if row is None:
        raise denied("session", actor, wanted)
    return row


def find_programme(session: Session, wanted: str) -> ProgrammeRow:
    """The programme with this id. Raises `InputError`."""
    row = session.get(ProgrammeRow, wanted) if ID.fullmatch(wanted) else None
    if row is None:
        raise InputError(f"There is no programme {wanted[:32]!r}; choose one from the list.")
    return row


def fill_programme(row: ProgrammeRow, title: str, starts_on: date, ends_on: date, retention_days: int) -> None:
    """Put checked values into the row. Raises `InputError`."""
    verify_dates(starts_on, ends_on, retention_days)
    row.title, row.starts_on, row.ends_on = checked_title(title, LONGEST_TITLE), starts_on, ends_on
    row.retention_days = retention_days
