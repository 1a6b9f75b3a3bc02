"""The limits on failed sign-ins: by browser, account and network address; they stand in the database and outlast a
restart.

A browser in which an account was signed in before has a limit of its own, so that nobody can keep a person out by
guessing from elsewhere (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"). All other browsers share a
limit for each account from each network address, a wider one for the account and one for the address. An attempt is
noted before its password is compared and taken back when it was right, so that many at once count too; one that is
refused is not noted, so that the limits slow down and never close for good. Called by `accounts` in its transactions.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from assistant.errors import TooManyAttempts
from assistant.store.account_tables import AttemptRow
from assistant.store.audit import take_turn

WINDOW = timedelta(minutes=15)
PER_BROWSER = 5
"""Failures within the window after which guesses are refused: from a known browser, or from one network address."""
PER_ACCOUNT = 20
"""The same for an account, from all browsers together that are not known to be its person's."""
PER_NETWORK = 30
"""The same for a network address, behind which a whole office may be, and all accounts."""
Limits = Mapping[str, int]
"""How many failures each thing may have, by its digest."""
KEPT = timedelta(days=1)


def from_unknown(account: str, network: str | None) -> Limits:
    """What limits a browser that nobody knows.

    `account`: what was typed as an address; whether it exists makes no difference. `network`: the address that the
    request came from, if known.
    """
    limits = {_digest("from", account, network or ""): PER_BROWSER, _digest("account", account): PER_ACCOUNT}
    return limits | {_digest("network", network): PER_NETWORK} if network else limits


def from_known(name: str) -> Limits:
    """What limits a browser that is known to be a person's, by its name, or a person who is signed in, by id."""
    return {_digest("known", name): PER_BROWSER}


def begin(session: Session, limits: Limits) -> tuple[str, ...]:
    """Note an attempt and return its ids for `forgive`. Raises `TooManyAttempts`, and notes nothing."""
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


def _digest(*about: str) -> str:
    return hashlib.sha256(json.dumps(about).encode()).hexdigest()
