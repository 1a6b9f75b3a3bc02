"""Signing in by way of a company's provider (OpenID Connect): whose proof it is, and that it is used once.

Streamlit speaks with the provider and checks the signature of its proof, the ID token; this takes the claims in it.
A proof is good for one sign-in here and for five minutes, so that a copy of it opens nothing. Called by `accounts`.
"""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.errors import AccessDenied
from assistant.store import signing_in
from assistant.store.account_tables import IdentityRow, SignInRow
from assistant.store.people_tables import PersonRow

FRESH = timedelta(minutes=5)
"""How long after it was issued a proof is taken."""
AHEAD = timedelta(minutes=1)
"""How far the provider's clock may be before ours."""


class Claims(BaseModel):
    """What an ID token says, once its signature and its audience were checked."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    issuer: str
    subject: str
    issued_at: datetime
    """Aware."""
    nonce: str
    """What tells this proof from every other of the same subject."""
    email: str | None = None
    """Only an address that the provider verified."""


def spend(session: Session, claims: Claims) -> None:
    """Raise `AccessDenied` for a proof that is not of this moment, or that opened a sign-in before."""
    now = datetime.now(UTC)
    if not now - FRESH <= claims.issued_at <= now + AHEAD or session.get(SignInRow, _digest(claims)) is not None:
        raise AccessDenied("This proof from your company was used or is too old; sign in again.")


def keep_spent(session: Session, claims: Claims, person: str) -> None:
    """Note the proof as used; the row signs nobody in."""
    now = datetime.now(UTC)
    until = now + signing_in.SIGNED_IN_FOR
    session.add(SignInRow(digest=_digest(claims), person=person, created_at=now, expires_at=until, revoked_at=now))


def find_or_link(session: Session, claims: Claims, invitation: str | None) -> tuple[str, bool]:
    """Id of the person with this issuer and subject, and whether they were linked just now. Raises `AccessDenied`."""
    known = IdentityRow.issuer == claims.issuer, IdentityRow.subject == claims.subject
    person = session.scalar(select(PersonRow).join(IdentityRow, IdentityRow.person == PersonRow.id).where(*known))
    if person is not None:
        if person.closed_at is not None:
            raise _nobody()
        return person.id, False
    found = _invited(session, invitation) if invitation else _by_address(session, claims)
    session.add(
        IdentityRow(
            id=uuid4().hex,
            person=found,
            issuer=claims.issuer,
            subject=claims.subject,
            linked_at=datetime.now(UTC),
        )
    )
    session.flush()
    return found, True


def _invited(session: Session, token: str) -> str:
    row, person = signing_in.find_invited(session, token, lock=True)
    row.used_at = datetime.now(UTC)
    return person.id


def _by_address(session: Session, claims: Claims) -> str:
    """The open account with this address, unless it is linked with the issuer already: addresses are given anew."""
    wanted = select(PersonRow.id).where(PersonRow.email == (claims.email or "").lower(), PersonRow.closed_at.is_(None))
    person = session.scalar(wanted) if claims.email else None
    linked = select(IdentityRow.id).where(IdentityRow.person == person, IdentityRow.issuer == claims.issuer)
    if person is None or session.scalar(linked) is not None:
        raise _nobody()
    return person


def _nobody() -> AccessDenied:
    return AccessDenied("Your company's sign-in has no account here; ask whoever administers Eyelevel to invite you.")


def _digest(claims: Claims) -> str:
    proof = [claims.issuer, claims.subject, int(claims.issued_at.timestamp()), claims.nonce]
    return hashlib.sha256(json.dumps(["company", *proof]).encode()).hexdigest()
