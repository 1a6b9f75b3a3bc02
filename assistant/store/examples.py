"""What a demonstration put among a person's own things, so that exactly this can be removed again.

Each thing is noted in `meta` by its id. Its note is announced before it is made, with a digest of its line, so that
what an interrupted loading left is found as well: by that line, in that part, made since. Holds no text.
"""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from assistant.errors import AccessDenied
from assistant.roles import PERSONAL, Actor, Role
from assistant.store.access import has_role
from assistant.store.database import HOUSE, Database
from assistant.store.erasure import Subject, erase
from assistant.store.people_tables import CommitmentRow
from assistant.store.tables import ConversationRow, DraftRow, MetaRow, NoteRow, place

__all__ = ["ExampleKind", "ExampleStore"]

ExampleKind = Literal["note", "conversation", "draft", "commitment"]
_LINES: Final[dict[str, InstrumentedAttribute[str]]] = {
    "note": NoteRow.title,
    "conversation": ConversationRow.title,
    "draft": DraftRow.title,
    "commitment": CommitmentRow.text,
}
"""The sealed line by which a thing of this kind is told."""
_ANNOUNCED: Final = "example_announced"
_MARK: Final = "example "
"""Begins the value beside the id of a thing."""


class ExampleStore:
    """The things of a demonstration; for whoever sits alone at this machine. Every method raises `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, actor: Actor, kind: ExampleKind, line: str, make: Callable[[], str]) -> str:
        """Have a thing made and note its id; `line`: its title as it is stored at first, or a commitment's text.

        Raises `AccessDenied` for everybody but the one person of a machine without accounts.
        """
        value = f"{kind} {actor.person} {actor.role.value} {datetime.now(UTC).isoformat()} {_digest(line)}"
        with self._database.write(HOUSE) as session:
            if actor.person != PERSONAL or not has_role(session, PERSONAL, actor.role):
                raise AccessDenied("Examples are for a machine that one person uses alone; here people sign in.")
            self._settle(session)
            session.add(MetaRow(name=_ANNOUNCED, value=value))
        made = make()
        with self._database.write(HOUSE) as session:
            session.add(MetaRow(name=made, value=_MARK + kind))
            session.delete(session.get_one(MetaRow, _ANNOUNCED))
        return made

    def may_be_kept(self) -> bool:
        """Whether one person sits at this machine and nobody has an account."""
        with self._database.read(HOUSE) as session:
            return has_role(session, PERSONAL, Role.MENTOR)

    def is_empty(self) -> bool:
        """Whether nothing is noted."""
        with self._database.read(HOUSE) as session:
            return not _noted(session) and session.get(MetaRow, _ANNOUNCED) is None

    def remove(self) -> int:
        """Really erase all that is noted, also what was changed since; how many things. A second time does nothing."""
        with self._database.write(HOUSE) as session:
            self._settle(session)
            noted = _noted(session)
            if not noted:
                return 0
            subjects = [Subject(row.value.removeprefix(_MARK), row.name) for row in noted]  # type: ignore[arg-type]
            erase(session, self._database.keys, *subjects)
            for row in noted:
                session.delete(row)
            self._database.note_erasure(session)
        self._database.remove_traces()
        return len(subjects)

    def _settle(self, session: Session) -> None:
        """Note what was made after its announcement and not noted, because the loading was interrupted between."""
        announced = session.get(MetaRow, _ANNOUNCED)
        if announced is None:
            return
        kind, person, role, since, digest = announced.value.split()
        line = _LINES[kind]
        table: Any = line.class_
        own = table.person == person, table.role == role, table.created_at >= datetime.fromisoformat(since)
        for row in session.scalars(select(table).where(*own)):
            opened = self._database.keys.open(person, place(line, row.id), getattr(row, line.key))
            if _digest(opened) == digest and session.get(MetaRow, row.id) is None:
                session.add(MetaRow(name=row.id, value=_MARK + kind))
        session.delete(announced)
        session.flush()


def _noted(session: Session) -> list[MetaRow]:
    return list(session.scalars(select(MetaRow).where(MetaRow.value.startswith(_MARK))))


def _digest(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()
