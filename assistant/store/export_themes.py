"""The part of an export that is about themes: consent, what counts of a person, and answers to the survey.

Called by `export`, as the person in each role. Shows nothing of anybody else.
"""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from assistant.roles import Actor
from assistant.store.contributions import find_consent
from assistant.store.owned import owned_by
from assistant.store.theme_records import ExportedContribution, ExportedSurvey, ExportedThemeConsent
from assistant.store.theme_tables import ContributionRow, SurveyAnswerRow

Value = Callable[[InstrumentedAttribute[Any], str, str | None], Any]
"""What a sealed text of JSON says; `None` for a damaged one, which it notes."""


def consents(session: Session, own: Actor) -> Iterator[ExportedThemeConsent]:
    """The one of this role, where it was given."""
    found = find_consent(session, own)
    if found is not None:
        yield ExportedThemeConsent(role=own.role, given_at=found.given_at)


def contributions(session: Session, value: Value, own: Actor) -> Iterator[ExportedContribution]:
    """All of this role, the oldest first."""
    mine = select(ContributionRow).where(owned_by(ContributionRow, own))
    for row in session.scalars(mine.order_by(ContributionRow.created_at, ContributionRow.id)):
        said = value(ContributionRow.codes, row.id, row.codes)
        yield ExportedContribution(
            id=row.id,
            role=own.role,
            pair=row.pair_id or "",
            source_kind=row.source_kind,
            source_item=row.source_item,
            held_on=row.held_on,
            codes=said and said["codes"],
            withdrawn=said and said["withdrawn"],
            codebook=row.codebook,
            created_at=row.created_at,
            released=row.release_id is not None,
        )


def answers(session: Session, value: Value, own: Actor) -> Iterator[ExportedSurvey]:
    """All of this role, the oldest first."""
    mine = select(SurveyAnswerRow).where(owned_by(SurveyAnswerRow, own))
    for row in session.scalars(mine.order_by(SurveyAnswerRow.created_at, SurveyAnswerRow.id)):
        yield ExportedSurvey(
            id=row.id,
            role=own.role,
            pair=row.pair_id,
            answers=value(SurveyAnswerRow.answers, row.id, row.answers),
            created_at=row.created_at,
            updated_at=row.updated_at,
        )
