"""A small company in a real database: a mentor, a mentee, their pair, and something of every kind that each wrote."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy import select

from assistant.events import Reply
from assistant.roles import PAIRED, PERSONAL, Actor, Role
from assistant.settings import Settings
from assistant.store.access import note_accounts
from assistant.store.account_tables import (
    CredentialRow,
    HostedChoiceRow,
    IdentityRow,
    InvitationRow,
    RosterRow,
    SignInRow,
)
from assistant.store.conversations import ConversationStore
from assistant.store.database import HOUSE, Database
from assistant.store.drafts import DraftStore
from assistant.store.notes import KeptVerdict, NoteStore, SavedNote
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
from assistant.store.survey import SurveyStore
from assistant.store.tables import NoteRow, place
from assistant.store.themes import ThemeSource, ThemeStore

ANA = Actor(person="a" * 32, role=Role.MENTOR)
BEN = Actor(person="b" * 32, role=Role.MENTEE)
CAI = Actor(person="e" * 32, role=Role.MENTOR)
"""Somebody without a pair."""
PAIR, PROGRAMME = "c" * 32, "d" * 32
ENDS, DAYS = date(2026, 6, 30), 365
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    database = Database(settings)
    try:
        yield database
    finally:
        database.close()


def let_in(database: Database, *actors: Actor) -> None:
    """An open account for each, with the role, unless there is one."""
    with database.write(HOUSE) as session:
        note_accounts(session)
        for actor in actors:
            if session.get(PersonRow, actor.person) is None:
                session.add(PersonRow(id=actor.person, name=f"Name {actor.person[:4]}", created_at=NOW))
                session.flush()
            session.merge(GrantRow(person=actor.person, role=actor.role.value, granted_at=NOW))


def found_company(database: Database) -> dict[Actor, str]:
    """Two accounts, a pair with one session, and all that each of the two wrote; their notes by id."""
    with database.write(HOUSE) as session:
        session.add(ProgrammeRow(id=PROGRAMME, title="Spring", starts_on=date(2026, 1, 1), ends_on=ENDS,
                                 retention_days=DAYS, created_at=NOW))  # fmt: skip
        for actor, name in ((ANA, "Ana Zwetajewa"), (BEN, "Ben Quisling")):
            session.add(PersonRow(id=actor.person, name=name, email=f"{name.split()[0].lower()}@example.org",
                                  created_at=NOW))  # fmt: skip
        session.flush()
        session.add(PairRow(id=PAIR, programme_id=PROGRAMME, mentor=ANA.person, mentee=BEN.person, created_at=NOW))
        session.flush()
        session.add(SessionRow(id=uuid4().hex, pair_id=PAIR, held_on=NOW.date(), minutes_planned=60, minutes_held=50,
                               created_at=NOW))  # fmt: skip
    return {actor: write_everything(database, actor, PAIR, other) for actor, other in ((ANA, BEN), (BEN, ANA))}


def words_of(actor: Actor) -> str:
    return f"Sekret-{actor.person[:4]}"


def write_everything(database: Database, actor: Actor, pair: str | None = None, other: Actor | None = None) -> str:
    """Every kind of thing that belongs to one person; the id of the note."""
    words, person = words_of(actor), actor.person
    if person != PERSONAL:
        let_in(database, actor)
    talks, notes = ConversationStore(database), NoteStore(database)
    talk = talks.start(actor, words)
    turn = talks.add_turn(actor, talk, words)
    talks.finish_turn(actor, turn, Reply(text=words, sources=(), sentences=(), timings={}, provenance={}), "done")
    debrief = f'{{"brought": "{words}"}}'
    note = notes.save(
        actor, SavedNote(title=words, text=words, report=f'{{"q": "{words}"}}', debrief=debrief, verdicts={"a": True})
    )
    notes.set_consent(actor, True)
    notes.keep_verdict(actor, KeptVerdict(mistake="a", verdict=True, probability=1, quotes=(words,), model=None))
    DraftStore(database).add(actor, "plan", words, f'{{"purpose": "{words}"}}', pair=pair)
    promise = uuid4().hex
    sealed, why = (database.keys.seal(person, place(column, promise), words)
                   for column in (CommitmentRow.text, CommitmentRow.reason))  # fmt: skip
    with database.write(HOUSE) as session:
        session.get_one(NoteRow, note).pair_id = pair
        session.add(CommitmentRow(id=promise, person=person, role=actor.role.value, pair_id=pair, text=sealed,
                                  outcome="dropped", reason=why, source_kind="note", source_item=note,
                                  created_at=NOW))  # fmt: skip
        names = database.keys.seal(person, place(RosterRow.names, person), f'["{words}"]')
        session.add(RosterRow(person=person, names=names, changed_at=NOW))
        session.add(ReminderChoiceRow(person=person, wanted=False, changed_at=NOW))
        session.add(HostedChoiceRow(person=person, model="m", allowed=False, chosen_at=NOW))
        if other:
            if met := session.scalar(select(SessionRow.id).where(SessionRow.pair_id == pair)):
                said = uuid4().hex
                sealed = database.keys.seal(person, place(TakeawayRow.text, said), words)
                session.add(TakeawayRow(id=said, session_id=met, pair_id=pair, person=person, role=actor.role.value,
                                        text=sealed, held_on=NOW.date(), created_at=NOW, updated_at=NOW))  # fmt: skip
                session.flush()
                session.add(TakeawayConsentRow(takeaway=said, session_id=met, person=person, role=actor.role.value,
                                               given_at=NOW))  # fmt: skip
            session.add(ShareRow(id=uuid4().hex, owner=person, recipient=other.person, kind="note", item=note,
                                 shared_at=NOW))  # fmt: skip
            session.add(CredentialRow(person=person, hash=f"argon-{person[:4]}", changed_at=NOW))
            session.add(
                IdentityRow(
                    id=uuid4().hex, person=person, issuer="https://i", subject=f"subject-{person[:4]}", linked_at=NOW
                )
            )
            later = NOW + timedelta(hours=12)
            session.add(SignInRow(digest=uuid4().hex, person=person, created_at=NOW, expires_at=later))
            session.add(InvitationRow(digest=uuid4().hex, person=person, expires_at=later))
    if actor.role in PAIRED:
        ThemeStore(database).set_consent(actor, True)
    if other and pair:
        ThemeStore(database).contribute(actor, ThemeSource("note", note), pair, ("no_time", "need_time"), codebook=1)
        SurveyStore(database).answer(actor, pair, {"useful": 4})
    return note


def in_files(folder: Path, *words: str) -> list[str]:
    """Files below the folder that hold one of the words."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return [path.name for path in files for word in words if word.encode() in path.read_bytes()]
