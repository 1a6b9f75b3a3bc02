"""What programme managers see of people: who can be paired, and who is paired with whom.

The statements behind the managers' own lists, and behind the page on which people read what is shown of them
(`ProgrammeStore.seen_by_managers`): the same records from the same statements, so that the two cannot differ. No
session, no text and no count of either gets in.
"""

from collections import defaultdict

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from assistant.store.commitments import SIDES
from assistant.store.people_records import Candidate, Pair, Programme, SeenByManagers, SeenProgramme
from assistant.store.people_tables import GrantRow, PairRow, PersonRow, ProgrammeRow
from assistant.store.reporting import load_line_managers, reports_to


def load_candidates(session: Session, *of: ColumnElement[bool]) -> tuple[Candidate, ...]:
    """Everybody with an open account who is mentor or mentee, by name; `of`: only those for whom it holds."""
    query = select(PersonRow.id, PersonRow.name, GrantRow.role).join(GrantRow, GrantRow.person == PersonRow.id)
    sides = query.where(GrantRow.role.in_([role.value for role in SIDES]), PersonRow.closed_at.is_(None), *of)
    found = defaultdict[tuple[str, str], set[str]](set)
    for person, name, role in session.execute(sides.order_by(PersonRow.name, PersonRow.id)).tuples():
        found[person, name].add(role)
    return tuple(
        Candidate(id=person, name=name, roles=tuple(role for role in SIDES if role.value in roles))
        for (person, name), roles in found.items()
    )


def load_pairs(session: Session, *of: ColumnElement[bool]) -> tuple[Pair, ...]:
    """The pairs for which `of` holds, active ones first, by the mentor's name."""
    mentor, mentee = aliased(PersonRow), aliased(PersonRow)
    query = select(PairRow, mentor.name, mentee.name).join(mentor, mentor.id == PairRow.mentor)
    query = query.join(mentee, mentee.id == PairRow.mentee).where(*of)
    ordered = query.order_by(PairRow.ended_at.is_not(None), mentor.name, mentee.name, PairRow.id)
    lines = load_line_managers(session)
    return tuple(
        Pair(
            id=row.id,
            mentor=row.mentor,
            mentor_name=one,
            mentee=row.mentee,
            mentee_name=other,
            active=row.ended_at is None,
            in_reporting_line=reports_to(row.mentor, row.mentee, lines) or reports_to(row.mentee, row.mentor, lines),
        )
        for row, one, other in session.execute(ordered).tuples()
    )


def load_programmes(session: Session, *of: ColumnElement[bool]) -> tuple[Programme, ...]:
    """The programmes for which `of` holds, the latest begun first."""
    rows = session.scalars(select(ProgrammeRow).where(*of).order_by(ProgrammeRow.starts_on.desc(), ProgrammeRow.id))
    return tuple(map(programme_of, rows))


def load_seen(session: Session, person: str, own_pairs: tuple[str, ...]) -> SeenByManagers:
    """What all of it shows of one person and the pairs with these ids."""
    mine = PairRow.id.in_(own_pairs)
    within = ProgrammeRow.id.in_(select(PairRow.programme_id).where(mine))
    return SeenByManagers(
        candidate=next(iter(load_candidates(session, PersonRow.id == person)), None),
        programmes=tuple(
            SeenProgramme(programme=one, pairs=load_pairs(session, mine, PairRow.programme_id == one.id))
            for one in load_programmes(session, within)
        ),
    )


def programme_of(row: ProgrammeRow) -> Programme:
    """The record of a row."""
    return Programme(
        id=row.id,
        title=row.title,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        retention_days=row.retention_days,
        demonstration=row.demonstration,
    )
