"""The limits on failed sign-ins, by account and by network address; they stand in the database and outlast a restart.

An attempt is noted before its password is compared and taken back when it was right, so that many at once count too.
Called by `accounts` in its own transactions.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from assistant.errors import TooManyAttempts
from assistant.store.account_tables import AttemptRow
from assistant.store.audit import take_turn

WINDOW = timedelta(minutes=15)
PER_ACCOUNT = 5
"""Failures within the window after which an account is closed to guesses, whoever makes them."""
PER_NETWORK = 30
"""The same for a network address, behind which a whole office may be."""
KEPT = timedelta(days=1)


def begin(session: Session, account: str, network: str | None) -> tuple[str, ...]:
    """Note an attempt and return its ids for `forgive`. Raises `TooManyAttempts`, and notes nothing.

    `account`: what was typed as an address, or an id; whether it exists makes no difference. `network`: the address
    that the request came from, if known.
    """
    limits = {_digest("account", account): PER_ACCOUNT}
    if network:
        limits[_digest("network", network)] = PER_NETWORK
    take_turn(session)
    now = datetime.now(UTC)
    for about, limit in limits.items():
        recent = select(func.count()).where(AttemptRow.about == about, AttemptRow.at > now - WINDOW)
        if (session.scalar(recent) or 0) >= limit:
            minutes = int(WINDOW.total_seconds() // 60)
            raise TooManyAttempts(f"There were too many attempts to sign in; wait {minutes} minutes and try again.")
    rows = [AttemptRow(id=uuid4().hex, about=about, at=now) for about in limits]
    session.add_all(rows)
    return tuple(row.id for row in rows)


def forgive(session: Session, attempts: Sequence[str]) -> None:
    """Take back what turned out to be no failure."""
    session.execute(delete(AttemptRow).where(AttemptRow.id.in_(attempts)))


def purge(session: Session) -> None:
    """Erase what no limit counts any more."""
    session.execute(delete(AttemptRow).where(AttemptRow.at < datetime.now(UTC) - KEPT))


def _digest(kind: str, name: str) -> str:
    return hashlib.sha256(f"{kind}:{name}".encode()).hexdigest()
