"""Gathers what a release is made of: the codes of each pair in a cycle, and how the sessions of each active pair went.

Called by `themes` inside the one transaction that publishes, which is the house's; what it returns names pairs and
people and is shown to nobody. Codes are opened one contribution at a time. Nothing here writes a release.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from assistant.errors import KeyMissing
from assistant.store.contributions import open_codes
from assistant.store.keys import Keyring
from assistant.store.people_tables import CommitmentRow, PairRow, PersonRow, ProgrammeRow, SessionRow
from assistant.store.tables import NoteRow
from assistant.store.theme_records import FLOOR, Cycle, PairCodes, PairHealth
from assistant.store.theme_tables import ContributionRow, ImportedPairRow, ReleaseRow

_AT_ONCE = 1_000
"""Rows in memory at a time."""


class _Sides(NamedTuple):
    """Who stands in a pair, and who leads them."""

    pair: str
    mentor: str
    mentee: str
    mentor_team: str | None
    mentee_team: str | None


def in_open_cycle(programme: str) -> ColumnElement[bool]:
    """Tells the contributions of a programme that its next release takes.

    Not those whose note is deleted or is said to be about another pair, or whose commitment is open again.
    """
    return and_(ContributionRow.programme_id == programme, ContributionRow.release_id.is_(None), stands())


def stands() -> ColumnElement[bool]:
    """Whether what a contribution was made from is there as it was then."""
    note = NoteRow.id == ContributionRow.source_item, NoteRow.pair_id == ContributionRow.pair_id
    promise = CommitmentRow.id == ContributionRow.source_item, CommitmentRow.pair_id == ContributionRow.pair_id
    return or_(
        ContributionRow.source_kind.in_(("survey", "imported")),
        and_(ContributionRow.source_kind == "note", exists().where(*note, NoteRow.deleted_at.is_(None))),
        and_(ContributionRow.source_kind == "commitment", exists().where(*promise, CommitmentRow.outcome.is_not(None))),
    )


def count_needed(session: Session, programme: str) -> int:
    """How many more distinct pairs must contribute before the cycle can be closed, 0 to 5."""
    pair = func.coalesce(ContributionRow.pair_id, ContributionRow.imported_pair_id)
    some = select(pair).where(in_open_cycle(programme)).distinct().limit(FLOOR).subquery()
    return FLOOR - (session.scalar(select(func.count()).select_from(some)) or 0)


def last_release(session: Session, programme: str) -> ReleaseRow | None:
    """The newest one of a programme."""
    of = select(ReleaseRow).where(ReleaseRow.programme_id == programme)
    return session.scalar(of.order_by(ReleaseRow.number.desc()).limit(1))


def gather(session: Session, keys: Keyring, programme: ProgrammeRow, taken: ReleaseRow) -> Cycle:
    """All that the release `taken` is made of; the contributions in it were marked before."""
    numbered = ReleaseRow.programme_id == programme.id, ReleaseRow.number == taken.number - 1
    before = session.scalar(select(ReleaseRow).where(*numbered))
    sides = {one.pair: one for one in (*_pairs(session, programme.id), *_imported(session, programme.id))}
    return Cycle(
        number=taken.number,
        since=taken.since,
        until=taken.until,
        pairs=_codes(session, keys, taken.id, sides, _made_since(session, before)),
        health=tuple(sorted(_health(session, programme, taken, sides), key=lambda one: one.pair)),
        before=before.content if before else None,
        before_pairs=_codes(session, keys, before.id, sides) if before else (),
    )


def whole_months(since: date, until: date) -> int:
    """How many whole months lie between two days; 0 where the second is the earlier one."""
    months = (until.year - since.year) * 12 + until.month - since.month
    last_of_month = (until + timedelta(days=1)).month != until.month
    return max(0, months - (until.day < since.day and not last_of_month))


def _pairs(session: Session, programme: str) -> Iterator[_Sides]:
    mentor, mentee = aliased(PersonRow), aliased(PersonRow)
    query = select(PairRow.id, PairRow.mentor, PairRow.mentee, mentor.line_manager, mentee.line_manager)
    query = query.join(mentor, mentor.id == PairRow.mentor).join(mentee, mentee.id == PairRow.mentee)
    for row in session.execute(query.where(PairRow.programme_id == programme)).tuples():
        yield _Sides(*row)


def _imported(session: Session, programme: str) -> Iterator[_Sides]:
    query = select(ImportedPairRow.id, ImportedPairRow.mentor_team, ImportedPairRow.mentee_team)
    for pair, *teams in session.execute(query.where(ImportedPairRow.programme_id == programme)):
        yield _Sides(pair, f"{pair}:mentor", f"{pair}:mentee", *teams)


def _made_since(session: Session, before: ReleaseRow | None) -> frozenset[str]:
    """The pairs that were made after a release of the same programme."""
    if before is None:
        return frozenset()
    found = set[str]()
    for table in (PairRow, ImportedPairRow):
        made = table.programme_id == before.programme_id, table.created_at > before.created_at
        found.update(session.scalars(select(table.id).where(*made)))
    return frozenset(found)


def _codes(
    session: Session, keys: Keyring, release: str, sides: dict[str, _Sides], new: frozenset[str] = frozenset()
) -> tuple[PairCodes, ...]:
    """The pairs of a release by id, each with the codes that count."""
    shown = ContributionRow.id, ContributionRow.person, ContributionRow.codes, ContributionRow.source_kind
    pair = func.coalesce(ContributionRow.pair_id, ContributionRow.imported_pair_id)
    query = select(pair, *shown).where(ContributionRow.release_id == release)
    found, answered, wrote = defaultdict[str, set[str]](set), set[str](), set[str]()
    for of, row, person, sealed, kind in session.execute(query.execution_options(yield_per=_AT_ONCE)):
        codes = _opened(keys, person, row, sealed)
        if codes is not None:
            found[of].update(codes)
            (answered if kind == "survey" else wrote).add(of)
    return tuple(
        PairCodes(
            **sides[of]._asdict(),
            codes=frozenset(found[of]),
            wrote=of in wrote,
            answered=of in answered,
            new=of in new,
        )
        for of in sorted(found)
    )


def _opened(keys: Keyring, person: str, row: str, sealed: str) -> list[str] | None:
    """The codes that count of one contribution; None where its owner is being erased at this moment."""
    try:
        return [sys.intern(code) for code in open_codes(keys, person, row, sealed).counted]
    except KeyMissing:
        if keys.has(person):
            raise
        return None


def _health(
    session: Session, programme: ProgrammeRow, taken: ReleaseRow, sides: dict[str, _Sides]
) -> Iterator[PairHealth]:
    """Since the release before, of the active pairs, and of the imported ones of which it was said."""
    since, until = taken.since or date.min, taken.until
    active = PairRow.programme_id == programme.id, PairRow.ended_at.is_(None)
    met = select(SessionRow).join(PairRow, PairRow.id == SessionRow.pair_id).where(*active)
    held, cancelled = defaultdict[str, int](int), set[str]()
    for one in session.scalars(met.where(SessionRow.held_on > since, SessionRow.held_on <= until)):
        held[one.pair_id] += _was_held(one, until)
        if one.minutes_planned and one.minutes_held == 0:
            cancelled.add(one.pair_id)
    end = min(until, programme.ends_on)
    for pair, made_at in session.execute(select(PairRow.id, PairRow.created_at).where(*active)).tuples():
        expected = max(1, whole_months(max(programme.starts_on, made_at.date(), since), end))
        of = sides[pair]._asdict()
        yield PairHealth(**of, held=held[pair], expected=expected, cancelled=pair in cancelled)
    said = select(ImportedPairRow).where(
        ImportedPairRow.programme_id == programme.id,
        ImportedPairRow.held.is_not(None),
        ImportedPairRow.expected.is_not(None),
    )
    for row in session.scalars(said):
        of = sides[row.id]._asdict()
        yield PairHealth(**of, held=row.held or 0, expected=row.expected or 1, cancelled=row.cancelled)


def _was_held(one: SessionRow, until: date) -> bool:
    """Also one that is past and of which no minutes were said."""
    if one.minutes_held is None:
        return one.held_on < until
    return one.minutes_held > 0
