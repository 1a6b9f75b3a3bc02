"""Erases for good what is kept too long: of pairs once their programme's time is over, and texts without a pair.

For the house alone, once an hour; no page calls this. Nothing here writes a text to a log.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from assistant.roles import Role
from assistant.store.database import HOUSE, Database
from assistant.store.erasure import Subject, erase, find
from assistant.store.people_tables import CommitmentRow, PairRow, ProgrammeRow, SessionRow
from assistant.store.tables import ConversationRow, DraftRow, NoteRow, Owned


def apply_retention(database: Database, today: date, days: int | None = None) -> int:
    """Really delete what is kept too long; how many notes, drafts, conversations, commitments and sessions.

    That is what pairs wrote, and their sessions, once the programme's time after its end has passed; what else a mentor
    or a mentee wrote until then, conversations too, once this is so of all their pairs; and, where `days` (at least 1)
    is given, what belongs to no pair and was not changed for so many days. Today is a day in UTC. For the house alone.
    """
    with database.write(HOUSE) as session:
        over = _over(session, today)
        items = [
            *find(session, "note", or_(NoteRow.pair_id.in_(over), NoteRow.keep_until < today)),
            *find(session, "draft", or_(DraftRow.pair_id.in_(over), DraftRow.keep_until < today)),
            *find(session, "commitment", or_(CommitmentRow.pair_id.in_(over), CommitmentRow.keep_until < today)),
            *find(session, "session", SessionRow.pair_id.in_(over)),
            *_of_former_members(session, today),
            *(_without_pair(session, _begin(today - timedelta(days=days))) if days else []),
        ]
        erased = erase(session, database.keys, *dict.fromkeys(items))
        if erased:
            database.note_erasure(session)
    if erased:
        database.remove_traces()
    return erased


def _over(session: Session, today: date) -> list[str]:
    """Pairs of programmes whose time has passed."""
    query = select(PairRow.id, ProgrammeRow.ends_on, ProgrammeRow.retention_days)
    joined = query.join(ProgrammeRow, ProgrammeRow.id == PairRow.programme_id).where(ProgrammeRow.ends_on < today)
    return [pair for pair, end, days in session.execute(joined).tuples() if end + timedelta(days=days) < today]


def _of_former_members(session: Session, today: date) -> list[Subject]:
    """What people wrote in a role whose pairs all are over, beside their pairs and before the last of these was."""
    until: dict[tuple[str, str], date] = {}
    joined = select(PairRow.mentor, PairRow.mentee, ProgrammeRow.ends_on, ProgrammeRow.retention_days)
    for mentor, mentee, end, days in session.execute(joined.join(ProgrammeRow)).tuples():
        for member in ((mentor, Role.MENTOR.value), (mentee, Role.MENTEE.value)):
            until[member] = max(until.get(member, date.min), end + timedelta(days=days))
    found = []
    for (person, role), last in until.items():
        if last < today:
            found += _without_pair(session, _begin(last + timedelta(days=1)), person, role)
    return found


def _without_pair(session: Session, before: datetime, *owner: str) -> list[Subject]:
    """What belongs to no pair and was not changed since `before`; `owner`: a person and a role, or everybody."""
    unpaired = NoteRow.pair_id.is_(None), NoteRow.keep_until.is_(None)
    for_nobody = DraftRow.pair_id.is_(None), DraftRow.keep_until.is_(None)
    loose = CommitmentRow.pair_id.is_(None), CommitmentRow.keep_until.is_(None)
    changed = func.coalesce(CommitmentRow.done_at, CommitmentRow.created_at)
    return [
        *find(session, "note", NoteRow.updated_at < before, *unpaired, *_of(NoteRow, owner)),
        *find(session, "draft", DraftRow.updated_at < before, *for_nobody, *_of(DraftRow, owner)),
        *find(session, "conversation", ConversationRow.updated_at < before, *_of(ConversationRow, owner)),
        *find(session, "commitment", changed < before, *loose, *_of(CommitmentRow, owner)),
    ]


def _of(table: type[Owned] | type[CommitmentRow], owner: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    return (table.person == owner[0], table.role == owner[1]) if owner else ()


def _begin(day: date) -> datetime:
    """The first moment of a day in UTC."""
    return datetime.combine(day, time(), UTC)
