"""Erases for good what is kept too long: of pairs once their programme's time is over, and texts without a pair.

For the house alone, once an hour; no page calls this. Nothing here writes a text to a log.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from assistant.roles import Actor, Role
from assistant.store.database import HOUSE, Database
from assistant.store.erasure import Subject, erase, find
from assistant.store.owned import owned_by
from assistant.store.people_tables import CommitmentRow, PairRow, ProgrammeRow, SessionRow, TakeawayRow
from assistant.store.tables import ConversationRow, DraftRow, NoteRow, Owned
from assistant.store.theme_tables import ContributionRow, ImportedPairRow, SurveyAnswerRow


def apply_retention(database: Database, today: date, days: int | None = None) -> int:
    """Really delete what is kept too long; how many notes, drafts, conversations, commitments, takeaways,
    sessions, contributions, answers to the survey and imported pairs.

    That is what pairs wrote, and their sessions, and what was imported into the programme, once its time after its end
    has passed; releases, which name nobody, stay; what else a mentor
    or a mentee wrote until then, conversations too, once this is so of all their pairs; and, where `days` (at least 1)
    is given, what belongs to no pair and was not changed for so many days. Today is a day in UTC. For the house alone.
    """
    with database.write(HOUSE) as session:
        ends = _load_ends(session)
        over = [end.pair for end in ends if end.last < today]
        items = [
            *find(session, "note", or_(NoteRow.pair_id.in_(over), NoteRow.keep_until < today)),
            *find(session, "draft", or_(DraftRow.pair_id.in_(over), DraftRow.keep_until < today)),
            *find(session, "commitment", or_(CommitmentRow.pair_id.in_(over), CommitmentRow.keep_until < today)),
            *find(session, "takeaway", or_(TakeawayRow.pair_id.in_(over), TakeawayRow.keep_until < today)),
            *find(session, "session", SessionRow.pair_id.in_(over)),
            *find(session, "contribution", ContributionRow.pair_id.in_(over)),
            *find(session, "survey", SurveyAnswerRow.pair_id.in_(over)),
            *_imports(session, today),
            *_of_former_members(session, ends, today),
            *(_without_pair(session, _begin(today - timedelta(days=days))) if days else []),
        ]
        erased = erase(session, database.keys, *dict.fromkeys(items))
        if erased:
            database.note_erasure(session)
    if erased:
        database.remove_traces()
    return erased


class _End(NamedTuple):
    """Until when what a pair wrote is kept."""

    pair: str
    mentor: str
    mentee: str
    last: date


def _load_ends(session: Session) -> list[_End]:
    query = select(PairRow.id, PairRow.mentor, PairRow.mentee, ProgrammeRow.ends_on, ProgrammeRow.retention_days)
    found = session.execute(query.join(ProgrammeRow, ProgrammeRow.id == PairRow.programme_id)).tuples()
    return [_End(pair, mentor, mentee, end + timedelta(days=days)) for pair, mentor, mentee, end, days in found]


def _imports(session: Session, today: date) -> list[Subject]:
    """What was imported into programmes whose time is over."""
    query = select(ImportedPairRow.person, ProgrammeRow.ends_on, ProgrammeRow.retention_days).distinct()
    found = session.execute(query.join(ProgrammeRow, ProgrammeRow.id == ImportedPairRow.programme_id)).tuples()
    return [Subject("import", owner) for owner, end, days in found if end + timedelta(days=days) < today]


def _of_former_members(session: Session, ends: Sequence[_End], today: date) -> list[Subject]:
    """What people wrote in a role whose pairs all are over, beside their pairs and before the last of these was."""
    until: dict[Actor, date] = {}
    for end in ends:
        for member in (Actor(person=end.mentor, role=Role.MENTOR), Actor(person=end.mentee, role=Role.MENTEE)):
            until[member] = max(until.get(member, date.min), end.last)
    found = []
    for member, last in until.items():
        if last < today:
            found += _without_pair(session, _begin(last + timedelta(days=1)), member)
    return found


def _without_pair(session: Session, before: datetime, owner: Actor | None = None) -> list[Subject]:
    """What belongs to no pair and was not changed since `before`; of everybody, or in one person's role."""

    def of(table: type[Owned] | type[CommitmentRow] | type[TakeawayRow]) -> ColumnElement[bool]:
        return owned_by(table, owner) if owner else true()

    unpaired = NoteRow.pair_id.is_(None), NoteRow.keep_until.is_(None)
    for_nobody = DraftRow.pair_id.is_(None), DraftRow.keep_until.is_(None)
    loose = CommitmentRow.pair_id.is_(None), CommitmentRow.keep_until.is_(None)
    orphaned = TakeawayRow.pair_id.is_(None), TakeawayRow.keep_until.is_(None)
    changed = func.coalesce(CommitmentRow.settled_at, CommitmentRow.created_at)
    return [
        *find(session, "note", NoteRow.updated_at < before, *unpaired, of(NoteRow)),
        *find(session, "draft", DraftRow.updated_at < before, *for_nobody, of(DraftRow)),
        *find(session, "conversation", ConversationRow.updated_at < before, of(ConversationRow)),
        *find(session, "commitment", changed < before, *loose, of(CommitmentRow)),
        *find(session, "takeaway", TakeawayRow.updated_at < before, *orphaned, of(TakeawayRow)),
    ]


def _begin(day: date) -> datetime:
    """The first moment of a day in UTC."""
    return datetime.combine(day, time(), UTC)
