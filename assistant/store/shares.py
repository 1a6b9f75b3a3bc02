"""What somebody lets the other side of a pair read: one item, one person, until it is revoked.

The only place where a text leaves its owner. The statement that fetches a sealed text is the one that looks whether it
may be read: the share, the pair and the item must all stand at that moment. Of a note its title and text can be read,
never its check, its debrief or what was said to them. Managers and administrators are no side of a pair: they share
nothing and are shown nothing. Nothing here writes a text to a log.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, Literal, NamedTuple
from uuid import uuid4

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, and_, delete, exists, false, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from assistant.errors import AccessDenied, KeyMissing
from assistant.roles import Actor, Role
from assistant.store import audit
from assistant.store.access import reading, require
from assistant.store.commitments import SIDES
from assistant.store.database import Database, Who
from assistant.store.keys import Keyring
from assistant.store.owned import ID, denied, owned_by
from assistant.store.people_tables import CommitmentRow, PairRow, PersonRow, ShareRow
from assistant.store.tables import NoteRow, place

__all__ = ["GivenShare", "Kind", "ShareStore", "SharedItem", "SharedText"]

Kind = Literal["note", "commitment"]
_OTHER: Final[Mapping[Role, Role]] = {Role.MENTOR: Role.MENTEE, Role.MENTEE: Role.MENTOR}


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class GivenShare(_Record):
    """An item of the actor that somebody else may read."""

    kind: Kind
    item: str
    title: str
    """Title of the note, or text of the commitment."""
    recipient: str
    recipient_name: str
    shared_at: datetime
    """UTC."""
    stands: bool
    """False: the pair has ended, and so the recipient is shown nothing."""


class SharedItem(_Record):
    """An item that somebody else lets the actor read."""

    kind: Kind
    item: str
    title: str
    """Title of the note, or text of the commitment."""
    owner: str
    owner_name: str
    shared_at: datetime
    """UTC."""


class SharedText(SharedItem):
    """The same with what it says."""

    text: str
    """Text of the note or of the commitment."""


class _Table(NamedTuple):
    """Where the items of one kind are."""

    row: type[NoteRow] | type[CommitmentRow]
    sealed: Mapping[str, InstrumentedAttribute[str]]
    """Where what a record calls `title` and `text` is sealed."""
    there: ColumnElement[bool]
    """Whether the item is not deleted."""
    what: str
    """How messages name one."""


_TABLES: Final[Mapping[Kind, _Table]] = {
    "note": _Table(NoteRow, {"title": NoteRow.title, "text": NoteRow.text}, NoteRow.deleted_at.is_(None), "saved note"),
    "commitment": _Table(
        CommitmentRow, {"title": CommitmentRow.text, "text": CommitmentRow.text}, true(), "commitment"
    ),
}


class ShareStore:
    """Who lets whom read what; safe to call from many threads, and several processes may share one database.

    Every method raises `StoreUnavailable` or `StoreDamaged` where the database fails; what a method has returned from
    is on disk.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def share(self, actor: Actor, kind: Kind, item: str, recipient: str) -> None:
        """Let one person read one item of the actor from now on; a second time changes nothing.

        Raises `AccessDenied` for an item that is not the actor's own, and for anybody but the other side of a pair of
        the actor, in the actor's role, that has not ended.
        """
        with self._database.write(actor) as session:
            audit.take_turn(session)
            require(session, actor, *SIDES)
            _verify_own(session, actor, kind, item)
            if not (ID.fullmatch(recipient) and session.scalar(select(_paired(actor, recipient)))):
                raise _no_recipient(actor, recipient)
            if session.scalar(select(ShareRow.id).where(_is_share(actor, kind, item, recipient))) is None:
                shared = ShareRow(id=uuid4().hex, owner=actor.person, recipient=recipient, kind=kind, item=item)
                shared.shared_at = datetime.now(UTC)
                session.add(shared)
                audit.append(session, self._database.keys, actor, "share", kind, item)

    def revoke(self, actor: Actor, kind: Kind, item: str, recipient: str) -> None:
        """End a share at once, also one that does not stand any more; a second time changes nothing.

        Raises `AccessDenied` for an item that is not the actor's own.
        """
        with self._database.write(actor) as session:
            audit.take_turn(session)
            require(session, actor, *Role)
            _verify_own(session, actor, kind, item, deleted=True)
            gone = delete(ShareRow).where(_is_share(actor, kind, item, recipient)).returning(ShareRow.id)
            if ID.fullmatch(recipient) and session.scalar(gone) is not None:
                audit.append(session, self._database.keys, actor, "revoke", kind, item)

    def given(self, actor: Actor) -> tuple[GivenShare, ...]:
        """What of the actor, in the actor's role, is shared and with whom, the latest first."""
        with reading(self._database, actor) as session:
            found = [share for kind in _TABLES for share in self._given(session, actor, kind)]
        return tuple(sorted(found, key=lambda share: share.shared_at, reverse=True))

    def received(self, actor: Actor) -> tuple[SharedItem, ...]:
        """What others let the actor, in the actor's role, read at this moment, the latest first.

        Raises `AccessDenied` where the actor has not, or no longer, the role of a mentor or a mentee.
        """
        with reading(self._database, actor, *SIDES) as session:
            found = [item for kind in _TABLES for item in self._received(session, actor, kind)]
        return tuple(sorted(found, key=lambda item: item.shared_at, reverse=True))

    def read(self, actor: Actor, kind: Kind, item: str) -> SharedText:
        """An item that somebody else lets the actor read at this moment.

        Raises `AccessDenied` in the same words where it was revoked, its pair has ended, it was deleted, its owner
        was erased, it never was shared with the actor, or it does not exist.
        """
        if kind in _TABLES and ID.fullmatch(item):
            with reading(self._database, actor, *SIDES) as session:
                for text in self._texts(session, actor, kind, item):
                    return text
        raise AccessDenied(
            f"No {str(kind)[:16]!r} {item[:32]!r} is shared with you as {actor.role.value}; choose one from the list."
        )

    def _given(self, session: Session, actor: Actor, kind: Kind) -> list[GivenShare]:
        table = _TABLES[kind]
        stands = _paired(actor, ShareRow.recipient).label("stands")
        query = (
            select(ShareRow, PersonRow.name, table.sealed["title"], stands)
            .join(table.row, and_(table.row.id == ShareRow.item, ShareRow.kind == kind))
            .join(PersonRow, PersonRow.id == ShareRow.recipient)
            .where(ShareRow.owner == actor.person, owned_by(table.row, actor), table.there)
        )
        return [
            GivenShare(
                kind=kind,
                item=share.item,
                title=self._database.keys.open(actor.person, place(table.sealed["title"], share.item), title),
                recipient=share.recipient,
                recipient_name=name,
                shared_at=share.shared_at,
                stands=stood,
            )
            for share, name, title, stood in session.execute(query).tuples()
        ]

    def _received(self, session: Session, actor: Actor, kind: Kind) -> list[SharedItem]:
        opened = (self._opened(row, kind) for row in session.execute(_standing(actor, kind)))
        return [SharedItem(**values) for values in opened if values]

    def _texts(self, session: Session, actor: Actor, kind: Kind, item: str) -> list[SharedText]:
        query = _standing(actor, kind, _TABLES[kind].sealed["text"].label("text")).where(_TABLES[kind].row.id == item)
        opened = (self._opened(row, kind) for row in session.execute(query))
        return [SharedText(**values) for values in opened if values]

    def _opened(self, row: Any, kind: Kind) -> dict[str, Any]:
        """The fields of a record, the sealed ones opened; none where the owner's key was erased."""
        sealed, values = _TABLES[kind].sealed, {**row._mapping, "kind": kind}
        try:
            for name in sealed.keys() & values.keys():
                bound = place(sealed[name], values["item"])
                values[name] = self._database.keys.open(values["owner"], bound, values[name])
        except KeyMissing:
            if self._database.keys.has(values["owner"]):
                raise
            return {}
        return values


def end_shares_of_pair(session: Session, keys: Keyring, who: Who, mentor: str, mentee: str) -> None:
    """Delete what these two let each other read as such, unless a pair of theirs stands; each is audited.

    In the caller's transaction, which is the house's, after `audit.take_turn`. So nothing from before comes back to
    life where they are paired anew.
    """
    standing = exists().where(PairRow.mentor == mentor, PairRow.mentee == mentee, PairRow.ended_at.is_(None))
    if not session.scalar(select(standing)):
        for owner, role, other in ((mentor, Role.MENTOR, mentee), (mentee, Role.MENTEE, mentor)):
            _end(session, keys, who, role, ShareRow.owner == owner, ShareRow.recipient == other)


def end_shares_of_role(session: Session, keys: Keyring, who: Who, person: str, role: Role) -> None:
    """Delete what the person gave and was given in this role, of which the person can revoke nothing any more.

    In the caller's transaction, as in `end_shares_of_pair`. Of a role that is no side of a pair there is nothing.
    """
    if role in _OTHER:
        _end(session, keys, who, role, ShareRow.owner == person)
        _end(session, keys, who, _OTHER[role], ShareRow.recipient == person)


def _end(session: Session, keys: Keyring, who: Who, role: Role, *conditions: ColumnElement[bool]) -> None:
    """Delete shares of what was written in this role."""
    for kind, table in _TABLES.items():
        own = exists().where(table.row.id == ShareRow.item, table.row.role == role.value)
        gone = delete(ShareRow).where(ShareRow.kind == kind, own, *conditions).returning(ShareRow.item)
        for item in sorted(session.scalars(gone)):
            audit.append(session, keys, who, "end_share", kind, item)


def _standing(actor: Actor, kind: Kind, *columns: Any) -> Any:
    """The items of one kind that the actor may read, with what is sealed of them: the whole condition, in one place."""
    table = _TABLES[kind]
    return (
        select(
            table.row.id.label("item"),
            table.row.person.label("owner"),
            PersonRow.name.label("owner_name"),
            table.sealed["title"].label("title"),
            ShareRow.shared_at,
            *columns,
        )
        .join(ShareRow, and_(ShareRow.item == table.row.id, ShareRow.kind == kind, ShareRow.owner == table.row.person))
        .join(PersonRow, PersonRow.id == table.row.person)
        .where(
            ShareRow.recipient == actor.person,
            table.row.role == _OTHER.get(actor.role),
            _paired(actor, table.row.person),
            table.there,
        )
    )


def _paired(actor: Actor, other: str | InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whether the actor, in the actor's role, and `other` are the two sides of a pair that has not ended."""
    if actor.role not in SIDES:
        return false()
    mine, theirs = SIDES[actor.role], SIDES[_OTHER[actor.role]]
    return exists().where(mine == actor.person, theirs == other, PairRow.ended_at.is_(None))


def _verify_own(session: Session, actor: Actor, kind: Kind, item: str, *, deleted: bool = False) -> None:
    """Raise `AccessDenied` unless the actor, as a side of pairs, owns it; other writers are kept off it meanwhile."""
    table = _TABLES.get(kind)
    if table is None or actor.role not in SIDES or not ID.fullmatch(item):
        raise denied(table.what if table else "item", actor, item)
    own = select(table.row.id).where(
        table.row.id == item, owned_by(table.row, actor), true() if deleted else table.there
    )
    if session.scalar(own.with_for_update()) is None:
        raise denied(table.what, actor, item)


def _is_share(actor: Actor, kind: Kind, item: str, recipient: str) -> ColumnElement[bool]:
    one = and_(ShareRow.kind == kind, ShareRow.item == item, ShareRow.owner == actor.person)
    return and_(one, ShareRow.recipient == recipient)


def _no_recipient(actor: Actor, recipient: str) -> AccessDenied:
    """The same words whether the pair has ended, is somebody else's, or the person never existed."""
    who = f"You, as {actor.role.value}, are not paired with {recipient[:32]!r}"
    return AccessDenied(f"{who} at present; share with the other side of a pair that has not ended.")
