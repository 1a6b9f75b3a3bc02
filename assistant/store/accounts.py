"""Accounts: who may sign in, with what, for how long; asked again at every run of a page.

Invitations, passwords, sign-ins and their end. A page never says who is signed in: it passes the token of the cookie
to `whoami`, which looks it up. Every refusal has the same words whether the account exists or not. Roles come from
`grants` alone. Sign-ins by way of a company are in `company`; the rules of passwords in `passwords`.
"""

import threading
from datetime import UTC, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from assistant.errors import AccessDenied
from assistant.roles import Actor, Role
from assistant.store import attempts, audit, company, known_browsers, signing_in
from assistant.store.access import require
from assistant.store.account_tables import CredentialRow
from assistant.store.company import Claims
from assistant.store.database import HOUSE, Database, Who
from assistant.store.owned import ID
from assistant.store.passwords import check_password, compare, hash_password, prepare
from assistant.store.people_records import Me
from assistant.store.people_tables import PersonRow

__all__ = ["AccountStore", "Claims"]

_COMPARING = threading.BoundedSemaphore(4)
"""Passwords under way in a process: each counts as wrong until it was right, and an office signs in at nine."""


class AccountStore:
    """The accounts of everyone; safe to use from many threads and beside other processes.

    Who signs in is nobody yet, so these calls take a token or a password instead of an actor, and the store works as
    the house. Every method raises `StoreUnavailable` or `StoreDamaged` where the database fails.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        prepare()

    def invite(self, who: Who, person: str) -> str:
        """The token of a link by which the person sets a (new) password, once, within 7 days; earlier links are void.

        For administrators and whoever runs the machine. Raises `AccessDenied`, also for an unknown or closed person.
        """
        with self._database.write(who) as session:
            self._known_to_administrator(session, who, person)
            audit.append(session, self._database.keys, who, "invite", "person", person)
            return signing_in.open_invitation(session, person)

    def invited(self, token: str) -> Me:
        """For whom an invitation is, without their roles. Raises `AccessDenied` where it is over, used or none."""
        with self._database.read(HOUSE) as session:
            person = signing_in.find_invited(session, token)[1]
            return Me(id=person.id, name=person.name, email=person.email, roles=())

    def redeem(self, token: str, password: str) -> str:
        """Set the password by an invitation, end all the person's sign-ins, and return the token of a new one.

        Raises `AccessDenied` as `invited` does, and `InputError` for a password that is too easy to guess; then the
        invitation stays open.
        """
        person = self.invited(token)
        kept = hash_password(check_password(password, person.name, person.email))
        with self._database.write(HOUSE) as session:
            row, _ = signing_in.find_invited(session, token, lock=True)
            row.used_at = datetime.now(UTC)
            self._set_password(session, person.id, kept)
            signing_in.revoke_all(session, person.id)
            audit.append(session, self._database.keys, _as_person(person.id), "redeem", "person", person.id)
            return signing_in.open_sign_in(session, person.id)

    def sign_in(self, email: str, password: str, network: str | None, browser: str | None = None) -> str:
        """The token of a new sign-in. Raises `AccessDenied`, and `TooManyAttempts` before it looks at the password.

        `network`: the address the request came from. `browser`: what `remember` gave the browser, if it shows that.
        Takes as long for an account that does not exist.
        """
        account = " ".join(email.split()).lower()[:320]
        known = known_browsers.name_of(self._database.keys, account, browser)
        limits = attempts.from_known(known) if known else attempts.from_unknown(account, network)
        with _COMPARING:
            return self._compare(account, password, limits)

    def _compare(self, account: str, password: str, limits: attempts.Limits) -> str:
        with self._database.write(HOUSE) as session:
            tried = attempts.begin(session, limits)
        with self._database.read(HOUSE) as session:
            found = session.execute(_credentials().where(PersonRow.email == account)).first()
        verdict = compare(found.hash if found else None, password)
        if found is None or not verdict.right:
            raise AccessDenied("The address or the password is wrong; try again, or ask for a new invitation.")
        with self._database.write(HOUSE) as session:
            row = session.get(CredentialRow, found.id, with_for_update=True)
            if row is None or row.hash != found.hash:
                raise AccessDenied("The password was changed a moment ago; sign in with the new one.")
            row.hash = verdict.renewed or row.hash
            attempts.forgive(session, tried)
            return signing_in.open_sign_in(session, found.id)

    def sign_in_company(self, claims: Claims, invitation: str | None = None) -> str:
        """The token of a new sign-in for whom a company's provider vouched just now. Raises `AccessDenied`.

        Each proof opens one sign-in, within five minutes of its making. Issuer and subject must be known, or become
        known by an invitation, or by a verified address that an administrator entered for an account without one.
        """
        with self._database.write(HOUSE) as session:
            company.spend(session, claims)
            person, linked = company.find_or_link(session, claims, invitation)
            if linked:
                audit.append(session, self._database.keys, _as_person(person), "link", "person", person)
            company.keep_spent(session, claims, person)
            return signing_in.open_sign_in(session, person)

    def whoami(self, token: str | None) -> Me | None:
        """Whose sign-in this is, with the roles of this moment; None: nobody's, or over, revoked or closed.

        One look-up by key (under a millisecond in SQLite): made to be asked at every run of a page.
        """
        if not token:
            return None
        with self._database.read(HOUSE) as session:
            return signing_in.find_person(session, token)

    def remember(self, token: str) -> str | None:
        """What a browser shows later to `sign_in`, so that guesses from elsewhere do not keep its person out.

        It signs nobody in. None for an account without an address. Raises `AccessDenied`.
        """
        with self._database.read(HOUSE) as session:
            email = self._signed_in(session, token).email
        return known_browsers.make(self._database.keys, email) if email else None

    def sign_out(self, token: str | None) -> None:
        """End this sign-in, for every copy of its cookie."""
        if token:
            with self._database.write(HOUSE) as session:
                signing_in.revoke_one(session, token)

    def sign_out_everywhere(self, token: str) -> int:
        """End all sign-ins of the person whose token this is; how many. Raises `AccessDenied`."""
        with self._database.write(HOUSE) as session:
            return signing_in.revoke_all(session, self._signed_in(session, token).id)

    def revoke(self, who: Who, person: str) -> int:
        """End all sign-ins of a person, for administrators and whoever runs the machine; how many. `AccessDenied`."""
        with self._database.write(who) as session:
            self._known_to_administrator(session, who, person)
            audit.append(session, self._database.keys, who, "revoke", "person", person)
            return signing_in.revoke_all(session, person)

    def change_password(self, token: str, old: str, new: str) -> None:
        """Set another password and end all other sign-ins of the person.

        Raises `AccessDenied` where the old one is wrong, `TooManyAttempts`, `InputError` as `redeem` does.
        """
        with self._database.write(HOUSE) as session:
            person = self._signed_in(session, token)
            taken = check_password(new, person.name, person.email)
            tried = attempts.begin(session, attempts.from_known(person.id))
        if not compare(self._hash_of(person.id), old).right:
            raise AccessDenied("The old password is wrong; try again, or ask for a new invitation.")
        fresh = hash_password(taken)
        with self._database.write(HOUSE) as session:
            self._signed_in(session, token)
            self._set_password(session, person.id, fresh)
            signing_in.revoke_all(session, person.id, but=token)
            attempts.forgive(session, tried)
            audit.append(session, self._database.keys, _as_person(person.id), "set_password", "person", person.id)

    def has_password(self, token: str) -> bool:
        """Whether the person signed in can change a password. Raises `AccessDenied`."""
        with self._database.read(HOUSE) as session:
            person = self._signed_in(session, token).id
        return self._hash_of(person) is not None

    def purge(self) -> None:
        """Erase sign-ins, invitations and failed attempts that have been over for a day."""
        with self._database.write(HOUSE) as session:
            signing_in.purge(session)
            attempts.purge(session)

    def _signed_in(self, session: Session, token: str) -> Me:
        found = signing_in.find_person(session, token)
        if found is None:
            raise AccessDenied("Nobody is signed in here any more; sign in again.")
        return found

    def _hash_of(self, person: str) -> str | None:
        with self._database.read(HOUSE) as session:
            return session.scalar(select(CredentialRow.hash).where(CredentialRow.person == person))

    def _set_password(self, session: Session, person: str, kept: str) -> None:
        row = session.get(CredentialRow, person) or CredentialRow(person=person)
        row.hash, row.changed_at = kept, datetime.now(UTC)
        session.add(row)

    def _known_to_administrator(self, session: Session, who: Who, person: str) -> None:
        """Raise `AccessDenied` for everyone else, and for a person whom administrators do not have."""
        audit.take_turn(session)
        if isinstance(who, Actor):
            require(session, who, Role.ADMINISTRATOR)
        row = session.get(PersonRow, person) if ID.fullmatch(person) else None
        if row is None or row.closed_at is not None:
            raise AccessDenied(f"There is no open account {person[:32]!r}; choose one from the list of people.")


def _credentials() -> "Select[str, str]":
    joined = select(PersonRow.id, CredentialRow.hash).join(CredentialRow, CredentialRow.person == PersonRow.id)
    return joined.where(PersonRow.closed_at.is_(None))


def _as_person(person: str) -> Actor:
    """Who the audit names for what a person does to the own account, in whatever role."""
    return Actor(person=person, role=Role.MENTOR)
