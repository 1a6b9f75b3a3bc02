"""The audit: a chain of what was done by whom, in ids only, that shows when somebody changed it.

Each entry carries an HMAC-SHA-256, under a key of the house that is not in the database, over the signature before it
and itself; `meta` notes the newest. `append` is called by the other stores inside their own transactions, so that a
change and its entry are kept together or not at all. No text gets in: an item is an id or a short code word.

What the chain shows: an entry that was changed, taken out, put in or moved, and newest entries that were cut off.
What it cannot show: newest entries cut off by somebody who sets `meta` back to match, or who puts an older copy of the
whole database in place (compare `AuditReport.newest` with one written down elsewhere); a chain removed together with
its line in `meta`; anything done by whoever holds the keys, who can sign a chain of their own; and what was never
appended, because somebody changed the database past the stores.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, TypeAlias

from sqlalchemy import Row, Select, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from assistant.errors import InputError, StoreDamaged
from assistant.roles import Actor, Role
from assistant.store.access import reading
from assistant.store.database import HOUSE, Database, Who
from assistant.store.keys import Keyring
from assistant.store.people_records import AuditEntry, AuditReport
from assistant.store.people_tables import AuditRow
from assistant.store.tables import MetaRow

HOUSE_NAME: Final = "#house"
"""Stands for whoever runs the machine."""
BATCH = 1_000
"""Entries that `verify` holds in memory at a time."""
_HEAD = "audit"
"""Name of the line in `meta` that notes position and signature of the newest entry."""
_LOCK = 0x65796C6576656C
"""Number of the lock on a server, where writers do not stand in one line by themselves."""
_ID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{64}")
_WORD = re.compile(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*")
_LONGEST = {"actor": 64, "action": 32, "kind": 16, "item": 32}
"""Characters of a code word; an id has 32 or 64."""
_Entry: TypeAlias = "Row[int, datetime, str, str, str, str, str]"


def take_turn(session: Session) -> None:
    """Wait for whoever else is changing people, pairs or the audit; until the transaction ends nobody else does.

    SQLite has one writer at a time anyway. Taken first, it also keeps two transactions from waiting for each other.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})


def append(session: Session, keys: Keyring, who: Who, action: str, kind: str, item: str) -> None:  # noqa: PLR0917
    """Add an entry in the caller's transaction: `who` did `action` to the `item` of this `kind`.

    `action` up to 32 and `kind` up to 16 characters are code words such as "grant_mentor"; `item` is an id or a code
    word up to 32. Raises `InputError` for anything else, `StoreDamaged` where the chain and its note do not fit.
    """
    for name, value in (("action", action), ("kind", kind), ("item", item)):
        _check(name, value)
    actor = HOUSE_NAME
    if isinstance(who, Actor):
        _check("actor", actor := who.person)
    take_turn(session)
    head = session.get(MetaRow, _HEAD, populate_existing=True)
    position, before = _read_head(head)
    position, at = position + 1, datetime.now(UTC)
    signature = keys.sign(_signed(before, position, at, actor, action, kind, item))
    values = {"actor": actor, "action": action, "kind": kind, "item": item, "signature": signature}
    session.flush()
    try:
        session.execute(insert(AuditRow).values(position=position, at=at, **values))
    except IntegrityError:
        raise _does_not_fit() from None
    if head is None:
        head = MetaRow(name=_HEAD)
        session.add(head)
    head.value = f"{position} {signature}"
    session.flush()


def verify(database: Database) -> AuditReport:
    """Recompute the whole chain, oldest first, and report the first entry that is not as it was written."""
    right, newest = 0, ""
    with database.read(HOUSE) as session:
        try:
            for row in _rows(session):
                fault = _fault(database.keys, row, right + 1, newest)
                if fault:
                    return AuditReport(right=right, newest=newest, fault=fault)
                right, newest = row.position, row.signature
            fault = _fault_at_end(session, right, newest)
        except _Unreadable:
            fault = _line(f"entry {right + 1} cannot be read")
    return AuditReport(right=right, newest=newest, fault=fault)


class AuditStore:
    """The audit for an administrator to read: who did what and when, in ids."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def entries(
        self, actor: Actor, *, before: int | None = None, limit: int = 100, action: str | None = None
    ) -> tuple[AuditEntry, ...]:
        """Up to `limit` entries (1 to 1,000), the newest first.

        `before`: only those at lower positions; `action`: only those in which this was done. Whether they are genuine
        is what `check` tells. Raises `AccessDenied` for everyone who is no administrator, and `StoreDamaged` where a
        value stands there that no entry can hold.
        """
        query = _columns().order_by(AuditRow.position.desc()).limit(max(1, min(limit, BATCH)))
        if before is not None:
            query = query.where(AuditRow.position < before)
        if action is not None:
            query = query.where(AuditRow.action == action)
        with reading(self._database, actor, Role.ADMINISTRATOR) as session:
            shown = ("position", "at", "actor", "action", "kind", "item")
            try:
                return tuple(AuditEntry(**{n: getattr(row, n) for n in shown}) for row in session.execute(query))
            except (ValueError, TypeError):
                raise _unreadable() from None

    def actions(self, actor: Actor) -> tuple[str, ...]:
        """What was ever done, by the code words and in their order. Raises `AccessDenied` as `entries` does."""
        with reading(self._database, actor, Role.ADMINISTRATOR) as session:
            return tuple(session.scalars(select(AuditRow.action).distinct().order_by(AuditRow.action)))

    def check(self, actor: Actor) -> AuditReport:
        """What `verify` finds in the whole chain. Raises `AccessDenied` as `entries` does."""
        with reading(self._database, actor, Role.ADMINISTRATOR):
            return verify(self._database)


def _check(name: str, value: str) -> None:
    """Raise `InputError` for what is no id and no code word, without repeating it."""
    if not _ID.fullmatch(value) and not (_WORD.fullmatch(value) and len(value) <= _LONGEST[name]):
        raise InputError(
            f"The {name} of an audit entry is no id and no code word of up to {_LONGEST[name]} small letters, digits, "
            "'_' and '-'; the audit keeps no text."
        )


def _read_head(head: MetaRow | None) -> tuple[int, str]:
    """Position and signature of the newest entry; 0 and nothing before the first."""
    if head is None:
        return 0, ""
    position, _, signature = head.value.partition(" ")
    if not position.isascii() or not position.isdigit():
        raise _does_not_fit()
    return int(position), signature


def _does_not_fit() -> StoreDamaged:
    return StoreDamaged(
        "The audit and its note of the newest entry do not fit, so that nothing can be added to it; run "
        "`eyelevel doctor`, and put a backup in place."
    )


def _unreadable() -> StoreDamaged:
    return StoreDamaged("An entry of the audit cannot be read; run `eyelevel audit`, which names it.")


def _signed(before: str, position: int, at: datetime, *entry: str) -> str:
    """The canonical JSON that is signed; `entry`: actor, action, kind and item.

    A value of a wrong type, put in past the stores, gives another one.
    """
    time = at.astimezone(UTC).isoformat(timespec="microseconds")
    return json.dumps(["audit", before, position, time, *entry], default=repr)


class _Unreadable(Exception):
    """A value stands in the audit that no entry can hold."""


def _rows(session: Session) -> Iterator[_Entry]:
    """All entries in the order of their positions, a batch at a time."""
    last: int | None = None
    while batch := _batch(session, last):
        yield from batch
        last = batch[-1].position


def _batch(session: Session, last: int | None) -> list[_Entry]:
    """Entries after position `last`; one alone where a later one cannot be read, so that it is the one named."""
    query = _columns().order_by(AuditRow.position)
    after = query if last is None else query.where(AuditRow.position > last)
    for size in (BATCH, 1):
        try:
            return list(session.execute(after.limit(size)))
        except (ValueError, TypeError, DBAPIError) as error:
            if isinstance(error, DBAPIError) and "decode to UTF-8" not in str(error.orig):
                raise
    raise _Unreadable


def _columns() -> "Select[int, datetime, str, str, str, str, str]":
    shown = AuditRow.actor, AuditRow.action, AuditRow.kind, AuditRow.item
    return select(AuditRow.position, AuditRow.at, *shown, AuditRow.signature)


def _fault(keys: Keyring, row: _Entry, expected: int, before: str) -> str | None:
    """What is wrong with the entry that should be the next one, in one line."""
    if row.position > expected:
        return _line(f"entry {expected} is missing")
    if row.position < expected:
        return _line(f"entry {row.position} was put in, where there can be none")
    if row.signature != keys.sign(_signed(before, row.position, row.at, row.actor, row.action, row.kind, row.item)):
        return _line(f"entry {expected} was changed, or another one stands in its place")
    return None


def _fault_at_end(session: Session, right: int, newest: str) -> str | None:
    """What the note of the newest entry tells about entries that are no longer there."""
    head = session.get(MetaRow, _HEAD)
    try:
        noted = _read_head(head)
    except StoreDamaged:
        return _line("its note of the newest entry was changed")
    if noted[0] > right:
        return _line(f"entry {right + 1} is missing, the newest ones were cut off")
    return None if noted == (right, newest) else _line("its note of the newest entry was changed")


def _line(what: str) -> str:
    return f"The audit was changed past Eyelevel: {what}; keep a copy of the database and compare it with a backup."
