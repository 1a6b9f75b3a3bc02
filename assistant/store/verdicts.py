"""Verdicts kept for the evaluation under a person's consent: the statements behind `NoteStore`, one session each.

A kept row hangs on the row of the consent, so that the database itself keeps none without it and drops all when it is
withdrawn. What a person says counts once a finding. Consent and rows are the person's, in whatever role.
"""

import hashlib
import json
import random
from contextlib import suppress
from datetime import UTC, datetime
from uuid import uuid4

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.store.keys import Keyring
from assistant.store.records import ExportedVerdict, KeptVerdict
from assistant.store.strings import storable
from assistant.store.tables import ConsentRow, KeptVerdictRow, place

_QUOTES = TypeAdapter(tuple[str, ...])


def has_consent(session: Session, person: str) -> bool:
    """Whether the person has given consent and not withdrawn it."""
    return session.get(ConsentRow, person) is not None


def give_consent(session: Session, person: str) -> None:
    """Note the person's consent; a second time changes nothing."""
    if not has_consent(session, person):
        with suppress(IntegrityError), session.begin_nested():  # said twice at the same moment, on a server
            session.add(ConsentRow(person=person, given_at=datetime.now(UTC)))


def keep(session: Session, keys: Keyring, person: str, kept: KeptVerdict) -> bool:
    """Keep the one row of a finding, the newest words in place of older ones; False without consent.

    The consent is locked meanwhile: a withdrawal comes before or after, never in between.
    """
    if session.scalar(select(ConsentRow).where(ConsentRow.person == person).with_for_update()) is None:
        return False
    row = session.scalar(select(KeptVerdictRow).where(is_finding(person, kept)))
    if row is None:
        row = KeptVerdictRow(id=uuid4().hex, person=person, finding=_digest(kept), mistake=kept.mistake)
        session.add(row)
    row.note, row.verdict, row.probability = storable(kept.note), kept.verdict, kept.probability
    quotes = storable(json.dumps(kept.quotes, ensure_ascii=False))
    row.quotes = keys.seal(person, _place(row), quotes)
    row.model = kept.model and storable(kept.model)
    return True


def of_person(session: Session, keys: Keyring, person: str) -> tuple[KeptVerdict, ...]:
    """What is kept of one person, by mistake."""
    query = select(KeptVerdictRow).where(KeptVerdictRow.person == person)
    rows = session.scalars(query.order_by(KeptVerdictRow.mistake, KeptVerdictRow.id))
    return tuple(KeptVerdict(note=row.note, **_exported(keys, row).model_dump()) for row in rows)


def shuffled(session: Session, keys: Keyring) -> list[ExportedVerdict]:
    """All rows without their persons, in an order that nothing in the database tells."""
    found = [_exported(keys, row) for row in session.scalars(select(KeptVerdictRow))]
    random.SystemRandom().shuffle(found)
    return found


def _exported(keys: Keyring, row: KeptVerdictRow) -> ExportedVerdict:
    return ExportedVerdict(
        mistake=row.mistake,
        verdict=row.verdict,
        probability=row.probability,
        quotes=_QUOTES.validate_json(keys.open(row.person, _place(row), row.quotes)),
        model=row.model,
    )


def _place(row: KeptVerdictRow) -> str:
    return place(KeptVerdictRow.quotes, row.id)


def is_finding(person: str, kept: KeptVerdict) -> ColumnElement[bool]:
    """Tells the row of a finding, whatever verdict it holds."""
    return and_(KeptVerdictRow.person == person, KeptVerdictRow.finding == _digest(kept))


def _digest(kept: KeptVerdict) -> str:
    """Of the mistake and the note, or of the mistake and its quotes where no note is named."""
    told_by = [kept.mistake, storable(kept.note)] if kept.note else [kept.mistake, list(kept.quotes)]
    return hashlib.sha256(storable(json.dumps(told_by, ensure_ascii=False)).encode()).hexdigest()
