"""Accounts and roles: who is here, who reports to whom, and who may do what.

Administrators keep them and see nothing else; everybody sees the own account. Whoever runs the machine may do the same
by command, and makes the very first administrator. Every change is audited in the transaction that makes it. A changed
role and a closed account end that person's sign-ins at once. No password and no text stands here.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.errors import AccessDenied, InputError
from assistant.roles import COACHED, PERSONAL, Actor, Role
from assistant.store import audit
from assistant.store.access import keep_an_administrator, note_accounts, require
from assistant.store.commitments import SIDES
from assistant.store.database import HOUSE, Database, Who
from assistant.store.owned import ID
from assistant.store.people_records import Me, Person
from assistant.store.people_tables import GrantRow, PersonRow
from assistant.store.reporting import load_line_managers, reports_to
from assistant.store.shares import end_shares_of_role
from assistant.store.signing_in import revoke_all
from assistant.store.strings import one_line
from assistant.store.takeaways import end_consents

__all__ = ["LONGEST_NAME", "Me", "PeopleStore", "Person"]

LONGEST_NAME: Final = 120
"""Characters of a name."""
LONGEST_EMAIL: Final = 254
"""Characters of an address (RFC 5321)."""
_EMAIL = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+")


class PeopleStore:
    """The accounts of everyone; safe to call from many threads, and several processes may share one database.

    Every method raises `AccessDenied` for an actor who does not have the role it takes, `StoreUnavailable` or
    `StoreDamaged` where the database fails; what a method has returned from is on disk.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def first_administrator(self, name: str, email: str | None = None) -> str:
        """Make the first account, with the role of administrator, for whoever runs the machine; returns its id.

        The personal mode ends with it: whoever comes without an account is denied. Raises `AccessDenied` once there is
        an administrator, who adds everybody else.
        """
        row = _new(name, email)
        with self._database.write(HOUSE) as session:
            audit.take_turn(session)
            taken = select(GrantRow.person).where(GrantRow.role == Role.ADMINISTRATOR.value)
            if session.scalar(taken.limit(1)) is not None:
                raise AccessDenied("There is an administrator already; ask them for an account.")
            self._add(session, HOUSE, row)
            self._grant(session, HOUSE, row.id, Role.ADMINISTRATOR)
            return row.id

    def add(self, actor: Who, name: str, *, email: str | None = None, line_manager: str | None = None) -> str:
        """Administrators: make an account without any role and return its id; `line_manager` is an id.

        Raises `InputError` for an empty or too long name, an address that is none or is taken, an unknown line manager.
        """
        row = _new(name, email)
        with self._administering(actor) as session:
            if line_manager is not None:
                row.line_manager = _person(session, line_manager).id
            self._add(session, actor, row)
            return row.id

    def rename(self, actor: Actor, person: str, name: str) -> None:
        """Administrators: give an account another name. Raises `InputError`."""
        wanted = _checked_name(name)
        with self._administering(actor) as session:
            _person(session, person).name = wanted
            self._note(session, actor, "rename_person", person)

    def set_email(self, actor: Actor, person: str, email: str | None) -> None:
        """Administrators: give an account another address, or none. Raises `InputError`."""
        wanted = _checked_email(email)
        with self._administering(actor) as session:
            row = _person(session, person)
            _verify_free(session, wanted, person)
            row.email = wanted
            self._note(session, actor, "set_email", person)

    def set_line_manager(self, actor: Actor, person: str, line_manager: str | None) -> None:
        """Administrators: say to whom a person reports, or to nobody here.

        Pairs that stand are not ended by it; programme managers are shown which they are. Raises `InputError` where
        the line manager reports to the person, directly or further up.
        """
        with self._administering(actor) as session:
            row = _person(session, person)
            if line_manager is not None:
                above = _person(session, line_manager).id
                if above == person or reports_to(above, person, load_line_managers(session)):
                    raise InputError(
                        f"The person {person!r} cannot report to {above!r}, who is the same or reports to them; name "
                        "somebody else."
                    )
            row.line_manager = line_manager
            self._note(session, actor, "set_line_manager", person)

    def close(self, actor: Who, person: str) -> None:
        """Administrators: end all access of an account at once; what it holds stays. A second time changes nothing.

        Raises `InputError` for the last administrator.
        """
        with self._administering(actor) as session:
            row = _person(session, person)
            if row.closed_at is None:
                keep_an_administrator(session, person)
                row.closed_at = datetime.now(UTC)
                revoke_all(session, person)
                self._note(session, actor, "close_person", person)

    def reopen(self, actor: Who, person: str) -> None:
        """Administrators: undo `close`; the person signs in anew and has the roles from before."""
        with self._administering(actor) as session:
            row = _person(session, person)
            if row.closed_at is not None:
                row.closed_at = None
                self._note(session, actor, "reopen_person", person)

    def grant(self, actor: Who, person: str, role: Role) -> None:
        """Administrators: give a role; a second time changes nothing."""
        with self._administering(actor) as session:
            _person(session, person)
            if session.get(GrantRow, (person, role.value)) is None:
                self._grant(session, actor, person, role)
                revoke_all(session, person)

    def revoke(self, actor: Who, person: str, role: Role) -> None:
        """Administrators: take a role away at once, with what was shared in it; pairs and texts stay.

        The person reads and writes nothing in it any more, so that nobody could revoke a share; as everybody may, the
        person still takes all own texts away or erases them (`rights`). A second time changes nothing.

        Raises `InputError` for the last administrator.
        """
        with self._administering(actor, HOUSE) as session:
            _person(session, person)
            row = session.get(GrantRow, (person, role.value))
            if row is not None:
                if role is Role.ADMINISTRATOR:
                    keep_an_administrator(session, person)
                session.delete(row)
                revoke_all(session, person)
                self._note(session, actor, f"revoke_{role.value}", person)
                end_shares_of_role(session, self._database.keys, actor, person, role)
                if role in SIDES:
                    end_consents(session, self._database.keys, actor, SIDES[role] == person)

    def list(self, actor: Who) -> tuple[Person, ...]:
        """Administrators: all accounts by name, closed ones as well."""
        with self._database.read(actor) as session:
            _require_administrator(session, actor)
            roles = defaultdict[str, set[Role]](set)
            for person, role in session.execute(select(GrantRow.person, GrantRow.role)).tuples():
                roles[person].add(Role(role))
            rows = session.scalars(select(PersonRow).order_by(PersonRow.name, PersonRow.id))
            return tuple(_shown(row, roles[row.id]) for row in rows)

    def me(self, actor: Actor) -> Me:
        """Everybody: the own account; in personal mode one without a name that has the coached roles."""
        with self._database.read(actor) as session:
            require(session, actor, *Role)
            if actor.person == PERSONAL:
                return Me(id=PERSONAL, name=None, email=None, roles=COACHED)
            row = _person(session, actor.person)
            found = session.scalars(select(GrantRow.role).where(GrantRow.person == row.id))
            return Me(id=row.id, name=row.name, email=row.email, roles=_ordered({Role(role) for role in found}))

    @contextmanager
    def _administering(self, actor: Who, who: Who | None = None) -> Iterator[Session]:
        """A transaction of an administrator, with nobody else changing people meanwhile.

        `who`: the house, where shares are ended, which a server does not show to administrators.
        """
        with self._database.write(who or actor) as session:
            audit.take_turn(session)
            _require_administrator(session, actor)
            yield session

    def _add(self, session: Session, who: Who, row: PersonRow) -> None:
        _verify_free(session, row.email, row.id)
        note_accounts(session)
        session.add(row)
        self._note(session, who, "add_person", row.id)

    def _grant(self, session: Session, who: Who, person: str, role: Role) -> None:
        session.add(GrantRow(person=person, role=role.value, granted_at=datetime.now(UTC)))
        self._note(session, who, f"grant_{role.value}", person)

    def _note(self, session: Session, who: Who, action: str, person: str) -> None:
        audit.append(session, self._database.keys, who, action, "person", person)


def _require_administrator(session: Session, who: Who) -> None:
    """Whoever runs the machine administers too."""
    if isinstance(who, Actor):
        require(session, who, Role.ADMINISTRATOR)


def _new(name: str, email: str | None) -> PersonRow:
    made, now = uuid4().hex, datetime.now(UTC)
    return PersonRow(id=made, name=_checked_name(name), email=_checked_email(email), created_at=now)


def _person(session: Session, wanted: str) -> PersonRow:
    row = session.get(PersonRow, wanted) if ID.fullmatch(wanted) else None
    if row is None:
        raise InputError(f"There is no person {wanted[:32]!r}; choose one from the list of accounts.")
    return row


def _shown(row: PersonRow, roles: set[Role]) -> Person:
    closed, roles_shown = row.closed_at is not None, _ordered(roles)
    return Person(
        id=row.id, name=row.name, email=row.email, line_manager=row.line_manager, roles=roles_shown, closed=closed
    )


def _ordered(roles: set[Role]) -> tuple[Role, ...]:
    return tuple(role for role in Role if role in roles)


def _checked_name(name: str) -> str:
    wanted = one_line(name)
    if not 0 < len(wanted) <= LONGEST_NAME:
        raise InputError(f"The name has {len(wanted)} characters; write 1 to {LONGEST_NAME}.")
    return wanted


def _checked_email(email: str | None) -> str | None:
    """In small letters; `None` for an empty one."""
    wanted = one_line(email or "").lower()
    if not wanted:
        return None
    if len(wanted) > LONGEST_EMAIL or not _EMAIL.fullmatch(wanted):
        raise InputError("The e-mail address is none; write one such as name@example.org, or leave it empty.")
    return wanted


def _verify_free(session: Session, email: str | None, person: str) -> None:
    """Raise `InputError` where another account has this address."""
    others = select(PersonRow.id).where(PersonRow.email == email, PersonRow.id != person)
    if email is not None and session.scalar(others) is not None:
        raise InputError("Another account has this e-mail address already; use that account or another address.")
