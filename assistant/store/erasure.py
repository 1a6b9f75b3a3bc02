"""The ledger of what was erased, and the one way to erase: first it is written there, then the rows are deleted.

The ledger is a private file beside the keys, so that a copy of the database does not hold it: a restored copy brings
rows back, and `replay` deletes them again. It holds kinds, ids and times, never a text. `meta` notes how much of it
has been done in this database; whoever erases does the rest first, within the same transaction. Called by the stores
and at each opening of a database.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import ColumnElement, CursorResult, Delete, Update, delete, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from assistant.roles import PERSONAL
from assistant.store.account_tables import HostedChoiceRow, RosterRow
from assistant.store.files import append_private
from assistant.store.keys import Keyring
from assistant.store.people_tables import (
    CommitmentRow,
    PairRow,
    PersonRow,
    ProgrammeRow,
    ReminderChoiceRow,
    SessionRow,
    ShareRow,
    TakeawayRow,
)
from assistant.store.tables import ConsentRow, ConversationRow, DraftRow, KeptVerdictRow, MetaRow, NoteRow, Owned
from assistant.store.theme_tables import ContributionRow, ImportedPairRow, SurveyAnswerRow, ThemeConsentRow

FILE = "erased.jsonl"
"""Name of the ledger in the folder of a database's keys."""
_DONE = "erased"
"""Name of the line in `meta`: how many bytes of the ledger were done, and their SHA-256."""
_AT_ONCE = 500
"""Ids in one statement."""

Kind = (
    Literal["person", "consent", "note", "conversation", "draft", "commitment", "takeaway", "session", "verdict"]
    | Literal["pair", "contribution", "survey", "theme_consent", "import", "programme"]
)
"""What can be erased. Of a `person` everything; of a `pair` nothing that the other side needs: it is ended; with a
`theme_consent` what was to count under it; of an `import` all notes and pairs; a `programme` only as a demonstration.
"""
_Row = (
    type[Owned]
    | type[CommitmentRow]
    | type[TakeawayRow]
    | type[SessionRow]
    | type[KeptVerdictRow]
    | type[ContributionRow]
    | type[SurveyAnswerRow]
)
_ROWS: dict[str, _Row] = {
    "note": NoteRow,
    "conversation": ConversationRow,
    "draft": DraftRow,
    "commitment": CommitmentRow,
    "takeaway": TakeawayRow,
    "session": SessionRow,
    "verdict": KeptVerdictRow,
    "contribution": ContributionRow,
    "survey": SurveyAnswerRow,
}
_OF_PERSON: tuple[tuple[InstrumentedAttribute[str], InstrumentedAttribute[datetime]], ...] = (
    (NoteRow.person, NoteRow.created_at),
    (ConversationRow.person, ConversationRow.created_at),
    (DraftRow.person, DraftRow.created_at),
    (CommitmentRow.person, CommitmentRow.created_at),
    (TakeawayRow.person, TakeawayRow.created_at),
    (ReminderChoiceRow.person, ReminderChoiceRow.changed_at),
    (ConsentRow.person, ConsentRow.given_at),
    (HostedChoiceRow.person, HostedChoiceRow.chosen_at),
    (RosterRow.person, RosterRow.changed_at),
    (ShareRow.owner, ShareRow.shared_at),
    (ShareRow.recipient, ShareRow.shared_at),
    (ThemeConsentRow.person, ThemeConsentRow.given_at),
    (ContributionRow.person, ContributionRow.created_at),
    (SurveyAnswerRow.person, SurveyAnswerRow.created_at),
)
"""Whose a row is and since when; all else that is a person's hangs on the row in `people` or on one of these."""


class Subject(NamedTuple):
    """What is to be erased; the id of a `consent` is its person's, that of an `import` its key's owner."""

    kind: Kind
    id: str


class Erased(BaseModel):
    """A line of the ledger."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    id: str
    at: datetime
    """UTC."""
    digest: str = ""
    """Of the rest, so that a changed line is told from a genuine one; empty in the lines of older versions."""

    def expected(self) -> str:
        """The digest of what it says, 16 hexadecimal digits."""
        return hashlib.sha256(f"{self.kind} {self.id} {self.at.isoformat()}".encode()).hexdigest()[:16]


class Ledger:
    """The file of one database. Appended to inside a transaction, which keeps other writers off it meanwhile."""

    def __init__(self, keys: Keyring) -> None:
        self.path = keys.folder / FILE

    def content(self) -> bytes:
        """Its whole lines; a last line without an end was broken off, and nothing was erased for it."""
        try:
            raw = self.path.read_bytes()
        except FileNotFoundError:
            return b""
        return raw[: raw.rfind(b"\n") + 1]

    def append(self, entries: Iterable[Erased]) -> bytes:
        """Write entries behind the whole lines; when it returns they are on disk. Returns the content then."""
        before = self.content()
        marked = (entry.model_copy(update={"digest": entry.expected()}) for entry in entries)
        added = "".join(entry.model_dump_json() + "\n" for entry in marked).encode()
        append_private(self.path, len(before), added)
        return before + added

    def unreadable(self) -> int:
        """How many lines were damaged and cannot be replayed."""
        content = self.content()
        return content.count(b"\n") - len(_parsed(content))


def erase(session: Session, keys: Keyring, *subjects: Subject) -> int:
    """Write the subjects into the ledger and delete their rows; how many rows there were.

    In the caller's transaction, which is the house's, as others' rows may be due too; the caller then calls
    `note_erasure` and `remove_traces`. Broken off before its end, it is ended by the next opening or erasure. A
    person's key is destroyed before the rows.
    """
    if not subjects:
        return 0
    ledger = Ledger(keys)
    done = _lock(session)
    missing = _not_done(done, ledger.content())
    now = datetime.now(UTC)
    new = [Erased(kind=kind, id=wanted, at=now) for kind, wanted in subjects]
    content = ledger.append(new)
    deleted = _do(session, keys, missing, again=True) + _do(session, keys, new, again=False)
    _note(session, done, content)
    return deleted


def find(session: Session, kind: Kind, *conditions: ColumnElement[bool]) -> list[Subject]:
    """The items of one kind that meet the conditions, kept from other writers until the transaction ends."""
    ids = session.scalars(select(_ROWS[kind].id).where(*conditions).with_for_update())
    return [Subject(kind, found) for found in ids]


def is_behind(session: Session, keys: Keyring) -> bool:
    """Whether the ledger tells of more, or of other things, than were done in this database."""
    content, done = Ledger(keys).content(), session.get(MetaRow, _DONE)
    return (done.value if done else _mark(b"")) != _mark(content)


def replay(session: Session, keys: Keyring, *, sweep: bool = False) -> int:
    """Do what the ledger tells and this database has not done; how many rows that deleted.

    `sweep`: also look again for rows of erased persons, which a call that was under way may have left.
    """
    content, done = Ledger(keys).content(), _lock(session)
    entries = _not_done(done, content)
    if sweep:
        entries = [entry for entry in _parsed(content) if entry.kind == "person" or entry in entries]
    deleted = _do(session, keys, entries, again=True)
    _note(session, done, content)
    return deleted


def _lock(session: Session) -> MetaRow | None:
    """How far this database is; on a server, nobody else erases until the transaction ends."""
    session.execute(select(MetaRow.value).where(MetaRow.name == "store").with_for_update())
    return session.get(MetaRow, _DONE, populate_existing=True)


def _note(session: Session, done: MetaRow | None, content: bytes) -> None:
    if done is None:
        done = MetaRow(name=_DONE)
        session.add(done)
    done.value = _mark(content)


def _mark(content: bytes) -> str:
    return f"{len(content)} {hashlib.sha256(content).hexdigest()}"


def _not_done(done: MetaRow | None, content: bytes) -> list[Erased]:
    """What comes behind what was done; all of it where the two do not fit, because doing it twice does no harm."""
    size = int(done.value.split()[0]) if done else 0
    fits = done is None or done.value == _mark(content[:size])
    return _parsed(content[size:] if fits else content)


def _parsed(content: bytes) -> list[Erased]:
    found = []
    for line in content.splitlines():
        try:
            entry = Erased.model_validate_json(line)
        except ValidationError:
            continue
        if entry.digest in ("", entry.expected()):
            found.append(entry)
    return found


def _do(session: Session, keys: Keyring, entries: Sequence[Erased], *, again: bool) -> int:
    deleted = 0
    for kind, group in groupby(entries, key=lambda entry: entry.kind):
        same = list(group)
        if kind in _ROWS:
            deleted += _erase_items(session, kind, [entry.id for entry in same])
        else:
            deleted += sum(_erase_one(session, keys, entry, again=again) for entry in same)
    return deleted


def _erase_items(session: Session, kind: str, ids: list[str]) -> int:
    table, deleted = _ROWS[kind], 0
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        deleted += _run(session, delete(table).where(table.id.in_(some)))
        _run(session, delete(ShareRow).where(ShareRow.kind == kind, ShareRow.item.in_(some)))
        made_of = update(CommitmentRow).where(CommitmentRow.source_kind == kind, CommitmentRow.source_item.in_(some))
        _run(session, made_of.values(source_kind=None, source_item=None))
        counted = ContributionRow.source_kind == kind, ContributionRow.source_item.in_(some)
        _run(session, delete(ContributionRow).where(*counted))
    return deleted


def _erase_one(session: Session, keys: Keyring, entry: Erased, *, again: bool) -> int:
    if entry.kind == "pair":
        ended = update(PairRow).where(PairRow.id == entry.id, PairRow.ended_at.is_(None))
        return _run(session, ended.values(ended_at=entry.at))
    if entry.kind == "theme_consent":
        to_count = ContributionRow.consent_id == entry.id, ContributionRow.release_id.is_(None)
        _run(session, delete(ContributionRow).where(*to_count))
        return _run(session, delete(ThemeConsentRow).where(ThemeConsentRow.id == entry.id))
    if entry.kind == "import":
        keys.destroy(entry.id, for_good=True)
        return _run(session, delete(ImportedPairRow).where(ImportedPairRow.person == entry.id))
    if entry.kind == "programme":
        return _run(session, delete(ProgrammeRow).where(ProgrammeRow.id == entry.id))
    if entry.kind == "consent":
        own = ConsentRow.person == entry.id
        return _run(session, delete(ConsentRow).where(own, *([ConsentRow.given_at <= entry.at] if again else [])))
    return _erase_person(session, keys, entry, again=again)


def _erase_person(session: Session, keys: Keyring, entry: Erased, *, again: bool) -> int:
    """The key and all rows. Whoever sits at this machine goes on as the same person: what is newer is not erased."""
    goes_on = entry.id == PERSONAL
    until = entry.at if goes_on and again else None
    keys.destroy(entry.id, for_good=not goes_on, made_before=until)
    keep_for_partners(session, or_(PairRow.mentor == entry.id, PairRow.mentee == entry.id))
    deleted = 0
    for owner, since in _OF_PERSON:
        own = [owner == entry.id, *([since <= until] if until else [])]
        deleted += _run(session, delete(owner.class_).where(*own))
    return deleted + _run(session, delete(PersonRow).where(PersonRow.id == entry.id))


def keep_for_partners(session: Session, pairs: ColumnElement[bool]) -> None:
    """Before pairs are deleted: note on what was written about them how long it is kept, as the programme says."""
    query = select(PairRow.id, ProgrammeRow.ends_on, ProgrammeRow.retention_days).join(
        ProgrammeRow, ProgrammeRow.id == PairRow.programme_id
    )
    for pair, ends_on, days in session.execute(query.where(pairs)).all():
        for table in (NoteRow, DraftRow, CommitmentRow, TakeawayRow):
            until = {"keep_until": ends_on + timedelta(days=days)}
            _run(session, update(table).where(table.pair_id == pair).values(until))


def _run(session: Session, statement: Delete | Update) -> int:
    result: CursorResult[Any] = session.execute(statement, execution_options={"synchronize_session": False})  # type: ignore[assignment]
    return result.rowcount
