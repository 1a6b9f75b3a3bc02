"""Reads everything that is kept of one person into one document; the statements behind `RightsStore.export`.

Texts are read as the person in each role, so that a server's own row security holds here as well; what is no text,
as the house, because no role alone is shown all of it. A text that is damaged is named in the document instead of
stopping it.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from assistant.errors import StoreDamaged
from assistant.events import Reply
from assistant.roles import Actor, Role
from assistant.store import export_themes as themes
from assistant.store import rights_records as records
from assistant.store.account_tables import CredentialRow, HostedChoiceRow, IdentityRow, RosterRow, SignInRow
from assistant.store.database import HOUSE, Database
from assistant.store.keys import Keyring
from assistant.store.owned import owned_by
from assistant.store.people_tables import (
    CommitmentRow,
    GrantRow,
    PairRow,
    PersonRow,
    ProgrammeRow,
    ReminderChoiceRow,
    SessionRow,
    ShareRow,
    TakeawayConsentRow,
    TakeawayRow,
)
from assistant.store.tables import ConsentRow, ConversationRow, DraftRow, KeptVerdictRow, NoteRow, TurnRow, place


def collect(database: Database, actor: Actor) -> records.Export:
    """The document. Raises `KeyMissing` where the key to the texts is gone."""
    seals = _Seals(database.keys, actor.person)
    texts = defaultdict[str, list[Any]](list)
    for role in Role:
        own = Actor(person=actor.person, role=role)
        with database.read(own) as session:
            texts["conversations"] += _conversations(session, seals, own)
            texts["notes"] += _notes(session, seals, own)
            texts["drafts"] += _drafts(session, seals, own)
            texts["commitments"] += _commitments(session, seals, own)
            texts["takeaways"] += _takeaways(session, seals, own)
            texts["theme_consents"] += themes.consents(session, own)
            texts["contributions"] += themes.contributions(session, seals.value, own)
            texts["survey_answers"] += themes.answers(session, seals.value, own)
    with database.read(actor) as session:
        values = texts | _verdicts(session, seals, actor.person)
        values["names_written_about"] = _roster(session, seals, actor.person)
        reminded = session.get(ReminderChoiceRow, actor.person)
        values["reminder_choice"] = reminded and _copied(records.ReminderChoice, reminded)
    with database.read(HOUSE) as session:
        values |= _about(session, actor.person)
    return records.Export(made_at=datetime.now(UTC), unreadable=tuple(seals.unreadable), **values)


class _Seals:
    """Opens one person's texts and notes which of them cannot be read."""

    def __init__(self, keys: Keyring, person: str) -> None:
        self._keys, self._person = keys, person
        self.unreadable: list[str] = []

    def text(self, column: InstrumentedAttribute[Any], row: str, sealed: str | None) -> str | None:
        if sealed is None:
            return None
        try:
            return self._keys.open(self._person, place(column, row), sealed)
        except StoreDamaged:
            self.unreadable.append(place(column, row))
            return None

    def value(self, column: InstrumentedAttribute[Any], row: str, sealed: str | None) -> Any:
        """What a text of JSON says."""
        found = self.text(column, row, sealed)
        try:
            return None if found is None else json.loads(found)
        except ValueError:
            self.unreadable.append(place(column, row))
            return None

    def reply(self, row: TurnRow) -> Reply | None:
        found = self.text(TurnRow.reply, row.id, row.reply)
        try:
            return None if found is None else Reply.model_validate_json(found)
        except ValidationError:
            self.unreadable.append(place(TurnRow.reply, row.id))
            return None


def _conversations(session: Session, seals: _Seals, own: Actor) -> Iterator[records.ExportedConversation]:
    rows = select(ConversationRow).where(owned_by(ConversationRow, own)).order_by(ConversationRow.created_at)
    for row in session.scalars(rows).all():
        turns = select(TurnRow).where(TurnRow.conversation_id == row.id).order_by(TurnRow.position)
        yield records.ExportedConversation(
            id=row.id,
            role=own.role,
            title=seals.text(ConversationRow.title, row.id, row.title),
            created_at=row.created_at,
            updated_at=row.updated_at,
            deleted_at=row.deleted_at,
            turns=tuple(_turn(seals, turn) for turn in session.scalars(turns)),
        )


def _turn(seals: _Seals, row: TurnRow) -> records.ExportedTurn:
    return records.ExportedTurn(
        id=row.id,
        question=seals.text(TurnRow.question, row.id, row.question),
        reply=seals.reply(row),
        status=row.status,
        rating=row.rating,
        asked_at=row.created_at,
        finished_at=row.finished_at,
    )


def _notes(session: Session, seals: _Seals, own: Actor) -> Iterator[records.ExportedNote]:
    rows = select(NoteRow).where(owned_by(NoteRow, own)).order_by(NoteRow.created_at)
    for row in session.scalars(rows):
        yield records.ExportedNote(
            id=row.id,
            role=own.role,
            title=seals.text(NoteRow.title, row.id, row.title),
            text=seals.text(NoteRow.text, row.id, row.text),
            report=seals.value(NoteRow.report, row.id, row.report),
            debrief=seals.value(NoteRow.debrief, row.id, row.debrief),
            verdicts=seals.value(NoteRow.verdicts, row.id, row.verdicts),
            pair=row.pair_id,
            held_on=row.held_on,
            keep_until=row.keep_until,
            created_at=row.created_at,
            updated_at=row.updated_at,
            deleted_at=row.deleted_at,
        )


def _drafts(session: Session, seals: _Seals, own: Actor) -> Iterator[records.ExportedDraft]:
    for row in session.scalars(select(DraftRow).where(owned_by(DraftRow, own)).order_by(DraftRow.created_at)):
        yield _copied(
            records.ExportedDraft,
            row,
            title=seals.text(DraftRow.title, row.id, row.title),
            content=seals.value(DraftRow.content, row.id, row.content),
            pair=row.pair_id,
        )


def _commitments(session: Session, seals: _Seals, own: Actor) -> Iterator[records.ExportedCommitment]:
    mine = select(CommitmentRow).where(owned_by(CommitmentRow, own))
    for row in session.scalars(mine.order_by(CommitmentRow.created_at)):
        yield _copied(
            records.ExportedCommitment,
            row,
            text=seals.text(CommitmentRow.text, row.id, row.text),
            reason=seals.text(CommitmentRow.reason, row.id, row.reason),
            pair=row.pair_id,
        )


def _takeaways(session: Session, seals: _Seals, own: Actor) -> Iterator[records.ExportedTakeaway]:
    given = select(TakeawayRow, TakeawayConsentRow.given_at).outerjoin(
        TakeawayConsentRow, TakeawayConsentRow.takeaway == TakeawayRow.id
    )
    mine = given.where(owned_by(TakeawayRow, own)).order_by(TakeawayRow.created_at)
    for row, consented_at in session.execute(mine).tuples():
        text = seals.text(TakeawayRow.text, row.id, row.text)
        places = {"meeting": row.session_id, "pair": row.pair_id}
        yield _copied(records.ExportedTakeaway, row, text=text, consented_at=consented_at, **places)


def _verdicts(session: Session, seals: _Seals, person: str) -> dict[str, Any]:
    consent = session.get(ConsentRow, person)
    rows = session.scalars(select(KeptVerdictRow).where(KeptVerdictRow.person == person).order_by(KeptVerdictRow.id))
    kept = [
        records.ExportedVerdict(
            id=row.id,
            mistake=row.mistake,
            verdict=row.verdict,
            probability=row.probability,
            quotes=seals.value(KeptVerdictRow.quotes, row.id, row.quotes),
            model=row.model,
        )
        for row in rows
    ]
    return {"verdict_consent": consent and consent.given_at, "kept_verdicts": kept}


def _roster(session: Session, seals: _Seals, person: str) -> list[str]:
    row = session.get(RosterRow, person)
    return (row and seals.value(RosterRow.names, person, row.names)) or []


def _about(session: Session, person: str) -> dict[str, Any]:
    """What is no text: the account, pairs, sessions, shares, signing in."""
    granted = select(GrantRow).where(GrantRow.person == person).order_by(GrantRow.granted_at)
    known = select(IdentityRow).where(IdentityRow.person == person)
    signed = select(SignInRow).where(SignInRow.person == person).order_by(SignInRow.created_at)
    chosen = select(HostedChoiceRow).where(HostedChoiceRow.person == person)
    pairs = list(_pairs(session, person))
    met = select(SessionRow).where(SessionRow.pair_id.in_([pair.id for pair in pairs])).order_by(SessionRow.held_on)
    return {
        "person": _profile(session, person),
        "roles": [_copied(records.HeldRole, row) for row in session.scalars(granted)],
        "company_sign_ins": [_copied(records.CompanySignIn, row) for row in session.scalars(known)],
        "pairs": pairs,
        "sessions": [_copied(records.ExportedSession, row, pair=row.pair_id) for row in session.scalars(met)],
        "sign_ins": [_copied(records.SignIn, row, began_at=row.created_at) for row in session.scalars(signed)],
        "hosted_choices": [_copied(records.HostedChoice, row) for row in session.scalars(chosen)],
        **_shares(session, person),
    }


def _profile(session: Session, person: str) -> records.Profile:
    row, password = session.get(PersonRow, person), session.get(CredentialRow, person)
    if row is None:
        return records.Profile(id=person)
    above = session.get(PersonRow, row.line_manager) if row.line_manager else None
    return records.Profile(
        id=person,
        name=row.name,
        email=row.email,
        line_manager=above.name if above else None,
        created_at=row.created_at,
        password_set_at=password.changed_at if password else None,
    )


def _pairs(session: Session, person: str) -> Iterator[records.ExportedPair]:
    mentor, mentee = aliased(PersonRow), aliased(PersonRow)
    query = (
        select(PairRow, ProgrammeRow, mentor.name, mentee.name)
        .join(ProgrammeRow, ProgrammeRow.id == PairRow.programme_id)
        .join(mentor, mentor.id == PairRow.mentor)
        .join(mentee, mentee.id == PairRow.mentee)
        .where(or_(PairRow.mentor == person, PairRow.mentee == person))
        .order_by(PairRow.created_at)
    )
    for pair, programme, mentor_name, mentee_name in session.execute(query).tuples():
        mentors = pair.mentor == person
        yield records.ExportedPair(
            id=pair.id,
            role=Role.MENTOR if mentors else Role.MENTEE,
            partner=mentee_name if mentors else mentor_name,
            programme=programme.title,
            starts_on=programme.starts_on,
            ends_on=programme.ends_on,
            retention_days=programme.retention_days,
            created_at=pair.created_at,
            ended_at=pair.ended_at,
        )


def _shares(session: Session, person: str) -> dict[str, Any]:
    given = select(ShareRow, PersonRow.name).join(PersonRow, PersonRow.id == ShareRow.recipient)
    mine = given.where(ShareRow.owner == person).order_by(ShareRow.shared_at)
    received = select(ShareRow).where(ShareRow.recipient == person).order_by(ShareRow.shared_at)
    return {
        "shares_given": [
            _copied(records.ShareGiven, row, recipient=name) for row, name in session.execute(mine).tuples()
        ],
        "shares_received": [_copied(records.ShareReceived, row) for row in session.scalars(received)],
    }


def _copied(kind: Any, row: Any, **given: Any) -> Any:
    """A record with the columns of the row that are called like its fields."""
    return kind(**{name: getattr(row, name) for name in kind.model_fields if name not in given}, **given)
