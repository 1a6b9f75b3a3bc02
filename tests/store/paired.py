"""Pairs of a programme in a real database, whose two sides let codes be counted."""

from typing import Any, NamedTuple
from uuid import uuid4

from company import NOW, PROGRAMME
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.roles import Actor, Role
from assistant.store.access import note_accounts
from assistant.store.database import HOUSE, Database
from assistant.store.notes import NoteStore, SavedNote
from assistant.store.pairing import today
from assistant.store.people_tables import GrantRow, PairRow, PersonRow, ProgrammeRow
from assistant.store.theme_records import Cycle
from assistant.store.themes import ThemeSource, ThemeStore

MANAGER = Actor(person="9" * 32, role=Role.MANAGER)


class Two(NamedTuple):
    """A pair and its sides."""

    pair: str
    mentor: Actor
    mentee: Actor


def found_programme(database: Database, pairs: int, *, programme: str = PROGRAMME) -> list[Two]:
    """A programme that began on the first of this month, with its pairs, whose sides all consent, and its manager."""
    day = today()
    with database.write(HOUSE) as session:
        note_accounts(session)
        session.add(ProgrammeRow(id=programme, title="Spring", starts_on=day.replace(day=1), retention_days=30,
                                 ends_on=day.replace(year=day.year + 1, day=1), created_at=NOW))  # fmt: skip
        made = [_pair(session, programme) for _ in range(pairs)]
        if session.get(PersonRow, MANAGER.person) is None:
            session.add(PersonRow(id=MANAGER.person, name="Manager", created_at=NOW))
            session.flush()
            session.add(GrantRow(person=MANAGER.person, role="manager", granted_at=NOW))
    for one in made:
        for side in (one.mentor, one.mentee):
            ThemeStore(database).set_consent(side, True)
    return made


def _pair(session: Session, programme: str) -> Two:
    two = Two(uuid4().hex, *(Actor(person=uuid4().hex, role=role) for role in (Role.MENTOR, Role.MENTEE)))
    for side in (two.mentor, two.mentee):
        session.add(PersonRow(id=side.person, name=f"Name {side.person[:4]}", created_at=NOW))
        session.flush()
        session.add(GrantRow(person=side.person, role=side.role.value, granted_at=NOW))
    session.add(PairRow(id=two.pair, programme_id=programme, mentor=two.mentor.person, mentee=two.mentee.person,
                        created_at=NOW))  # fmt: skip
    return two


def save_note(database: Database, actor: Actor, pair: str | None) -> str:
    return NoteStore(database).save(actor, SavedNote(title="t", text="t", report="{}", pair=pair))


def let_count(database: Database, actor: Actor, pair: str, *codes: str) -> str:
    """A new note of the actor about the pair, with these codes; the contribution's id."""
    source = ThemeSource("note", save_note(database, actor, pair))
    return ThemeStore(database).contribute(actor, source, pair, codes, codebook=1)


def let_all_count(database: Database, pairs: list[Two], *codes: str) -> None:
    """A note of each mentor."""
    for one in pairs:
        let_count(database, one.mentor, one.pair, *codes)


def gathered(store: ThemeStore, programme: str = PROGRAMME, **more: Any) -> Cycle:
    """What the release is made of that is published now."""
    found: list[Cycle] = []
    store.publish(HOUSE, programme, lambda cycle: (found.append(cycle), "{}")[1], **more)
    return found[0]


def rows(database: Database, column: Any) -> list[Any]:
    """The values of one column."""
    with database.read(HOUSE) as session:
        return list(session.scalars(select(column)))
