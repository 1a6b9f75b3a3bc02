"""The statements behind a person's own contributions: consent, from what one is made, and its sealed codes.

Called by `themes`, `survey` and `imported` inside their transactions. Every statement about a contribution of a person
carries the owner and the role; nothing here looks at another's.
"""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from assistant.errors import InputError
from assistant.roles import Actor, Role
from assistant.store.keys import Keyring
from assistant.store.owned import ID, denied, owned_by
from assistant.store.people_tables import CommitmentRow
from assistant.store.tables import NoteRow, place
from assistant.store.theme_records import OwnContribution, ThemeSource
from assistant.store.theme_tables import ContributionRow, SurveyAnswerRow, ThemeConsentRow

MOST_CODES: Final = 200
"""In one contribution; a codebook with its survey has fewer than a hundred."""
_CODE: Final = re.compile(r"[a-z][a-z0-9_]*(:[a-z0-9_]+){0,2}")
_LONGEST_CODE: Final = 80


class Said(NamedTuple):
    """What a contribution holds."""

    codes: list[str]
    """All that were found, in the order in which they were given."""
    withdrawn: list[str]
    """Those that do not count; also of earlier codings, so that what was taken back stays so."""

    @property
    def counted(self) -> list[str]:
        """The codes that count."""
        return [code for code in self.codes if code not in self.withdrawn]


def seal_codes(keys: Keyring, person: str, row: str, said: Said) -> str:
    """What is stored of it in this row."""
    return keys.seal(person, place(ContributionRow.codes, row), json.dumps(said._asdict()))


def open_codes(keys: Keyring, person: str, row: str, sealed: str) -> Said:
    """What `seal_codes` sealed. Raises `KeyMissing`, `StoreDamaged`."""
    return Said(**json.loads(keys.open(person, place(ContributionRow.codes, row), sealed)))


def checked_codes(codes: Sequence[str]) -> list[str]:
    """Each once, in the given order. Raises `InputError` for what does not look like a code, and for too many."""
    unfit = next((code for code in codes if len(code) > _LONGEST_CODE or not _CODE.fullmatch(code)), None)
    if unfit is not None or len(codes) > MOST_CODES:
        what = f"{unfit[:20]!r} is none" if unfit is not None else f"there are {len(codes):,}"
        raise InputError(f"A contribution holds up to {MOST_CODES} codes of a codebook and no text; {what}.")
    return list(dict.fromkeys(codes))


def find_consent(session: Session, actor: Actor, *, lock: bool = False) -> ThemeConsentRow | None:
    """The actor's consent in this role; `lock`: a withdrawal comes before or after this transaction, not within."""
    query = select(ThemeConsentRow).where(
        ThemeConsentRow.person == actor.person, ThemeConsentRow.role == actor.role.value
    )
    return session.scalar(query.with_for_update() if lock else query)


def of_source(actor: Actor, source: ThemeSource) -> ColumnElement[bool]:
    """Tells the actor's contributions from one source, released or not."""
    same = ContributionRow.source_kind == source.kind, ContributionRow.source_item == source.item
    return and_(owned_by(ContributionRow, actor), *same)


def verify_source(session: Session, actor: Actor, source: ThemeSource, pair: str) -> datetime | None:
    """Of a survey: when it was answered last. Raises `AccessDenied` for what is not the actor's own about this pair."""
    query: Any
    if source.kind == "note":
        query = select(NoteRow.created_at).where(NoteRow.id == source.item, NoteRow.pair_id == pair)
        query = query.where(owned_by(NoteRow, actor), NoteRow.deleted_at.is_(None))
    elif source.kind == "commitment":
        query = select(CommitmentRow.created_at).where(CommitmentRow.id == source.item, CommitmentRow.pair_id == pair)
        query = query.where(owned_by(CommitmentRow, actor), CommitmentRow.outcome.is_not(None))
    else:
        query = select(SurveyAnswerRow.updated_at).where(SurveyAnswerRow.pair_id == source.item)
        query = query.where(owned_by(SurveyAnswerRow, actor), SurveyAnswerRow.pair_id == pair)
    found: datetime | None = session.scalar(query) if ID.fullmatch(source.item) else None
    if found is None:
        raise denied(source.kind, actor, source.item)
    return found if source.kind == "survey" else None


def own_row(session: Session, actor: Actor, wanted: str) -> ContributionRow:
    """The actor's own, kept from other writers until the transaction ends. Raises `AccessDenied`."""
    query = select(ContributionRow).where(ContributionRow.id == wanted, owned_by(ContributionRow, actor))
    row = session.scalar(query.with_for_update()) if ID.fullmatch(wanted) else None
    if row is None:
        raise denied("contribution", actor, wanted)
    return row


def own_record(keys: Keyring, row: ContributionRow) -> OwnContribution:
    """The row as its owner sees it."""
    said = open_codes(keys, row.person, row.id, row.codes)
    return OwnContribution(
        id=row.id,
        source=ThemeSource(row.source_kind, row.source_item),  # type: ignore[arg-type]
        pair=row.pair_id or "",
        role=Role(row.role),
        held_on=row.held_on,
        codes=tuple(said.codes),
        withdrawn=tuple(code for code in said.codes if code in said.withdrawn),
        released=row.release_id is not None,
        created=row.created_at,
    )
