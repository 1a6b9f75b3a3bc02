"""Sign-ins and invitations as rows: made with a random token, found by its digest. Called by `accounts` and `company`.

The token is handed out once and kept nowhere; who reads the database cannot sign in with what stands there.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from secrets import token_urlsafe

from sqlalchemy import CursorResult, delete, or_, select, update
from sqlalchemy.orm import Session

from assistant.errors import AccessDenied
from assistant.roles import Role
from assistant.store.account_tables import InvitationRow, SignInRow
from assistant.store.people_records import Me
from assistant.store.people_tables import GrantRow, PersonRow

SIGNED_IN_FOR = timedelta(hours=12)
INVITED_FOR = timedelta(days=7)
TOKEN_BYTES = 32
_LONGEST_TOKEN = 64
_KEPT = timedelta(days=1)
"""How long rows that are over stay; a company's sign-in must not come back while its proof is fresh."""


def digest_of(token: str) -> str:
    """What stands in the database for a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def open_sign_in(session: Session, person: str) -> str:
    """A new sign-in; returns its token."""
    token, now = token_urlsafe(TOKEN_BYTES), datetime.now(UTC)
    session.add(SignInRow(digest=digest_of(token), person=person, created_at=now, expires_at=now + SIGNED_IN_FOR))
    return token


def find_person(session: Session, token: str) -> Me | None:
    """Whose sign-in this is, with the roles of this moment; None for one that is unknown, over or revoked."""
    if not 0 < len(token) <= _LONGEST_TOKEN:
        return None
    query = (
        select(PersonRow.id, PersonRow.name, PersonRow.email, GrantRow.role)
        .join(SignInRow, SignInRow.person == PersonRow.id)
        .outerjoin(GrantRow, GrantRow.person == PersonRow.id)
        .where(
            SignInRow.digest == digest_of(token),
            SignInRow.revoked_at.is_(None),
            SignInRow.expires_at > datetime.now(UTC),
            PersonRow.closed_at.is_(None),
        )
    )
    rows = session.execute(query).all()
    if not rows:
        return None
    granted = {row.role for row in rows}
    roles = tuple(role for role in Role if role.value in granted)
    return Me(id=rows[0].id, name=rows[0].name, email=rows[0].email, roles=roles)


def revoke_one(session: Session, token: str) -> None:
    """End one sign-in; an unknown one changes nothing."""
    ended = update(SignInRow).where(SignInRow.digest == digest_of(token), SignInRow.revoked_at.is_(None))
    session.execute(ended.values(revoked_at=datetime.now(UTC)))


def revoke_all(session: Session, person: str, but: str | None = None) -> int:
    """End all of a person's, except the one with the token `but`; how many there were."""
    ended = update(SignInRow).where(SignInRow.person == person, SignInRow.revoked_at.is_(None))
    if but is not None:
        ended = ended.where(SignInRow.digest != digest_of(but))
    result = session.execute(ended.values(revoked_at=datetime.now(UTC)))
    return result.rowcount if isinstance(result, CursorResult) else 0


def open_invitation(session: Session, person: str) -> str:
    """A new invitation in place of the person's others; returns its token."""
    session.execute(delete(InvitationRow).where(InvitationRow.person == person))
    token = token_urlsafe(TOKEN_BYTES)
    session.add(InvitationRow(digest=digest_of(token), person=person, expires_at=datetime.now(UTC) + INVITED_FOR))
    return token


def find_invited(session: Session, token: str, *, lock: bool = False) -> tuple[InvitationRow, PersonRow]:
    """An open invitation and its person. Raises `AccessDenied` where it is none, used, over or the account closed."""
    query = (
        select(InvitationRow, PersonRow)
        .join(PersonRow, PersonRow.id == InvitationRow.person)
        .where(
            InvitationRow.digest == digest_of(token[:_LONGEST_TOKEN]),
            InvitationRow.used_at.is_(None),
            InvitationRow.expires_at > datetime.now(UTC),
            PersonRow.closed_at.is_(None),
        )
    )
    found = session.execute(query.with_for_update() if lock else query).tuples().first()
    if found is None:
        raise AccessDenied("This invitation is over or was used already; ask whoever invited you for a new one.")
    return found


def purge(session: Session) -> None:
    """Erase sign-ins and invitations that ended more than a day ago."""
    before = datetime.now(UTC) - _KEPT
    session.execute(delete(SignInRow).where(SignInRow.expires_at < before))
    over = or_(InvitationRow.expires_at < before, InvitationRow.used_at < before)
    session.execute(delete(InvitationRow).where(over))
