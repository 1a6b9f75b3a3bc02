"""Session notes that their writers saved, with the last check of each; and verdicts kept for the evaluation.

The page of the note check saves a note here only when the person asks for it. Every call takes the `Actor` first and
denies by default, as `owned` says; only `export_verdicts`, for whoever runs the machine, takes none and tells nobody's
name. Report and debrief are JSON that the store keeps and does not understand. Nothing here writes a text to a log.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select

from assistant.errors import InputError, StoreDamaged
from assistant.roles import Actor, Role
from assistant.store import verdicts as kept_rows
from assistant.store.access import reading, require, writing
from assistant.store.commitments import own_pair
from assistant.store.database import HOUSE
from assistant.store.erasure import Subject, erase, find
from assistant.store.owned import OwnedStore, owned_by, unreadable
from assistant.store.records import MISTAKE, ExportedVerdict, KeptVerdict, NoteSummary, SavedNote, StoredNote
from assistant.store.strings import checked_title, storable
from assistant.store.tables import NoteRow

__all__ = ["ExportedVerdict", "KeptVerdict", "NoteStore", "NoteSummary", "SavedNote", "StoredNote"]

LONGEST_TITLE = 120
"""A title is cut to this."""
LONGEST_TEXT = 400_000
"""Characters of a note; a transcript of two hours has about 100,000."""
_UNTAKEN = "\ufffd"
"""Stands for the zero character, which not every database takes: one for one, so that a report's offsets stay right."""
_VERDICTS = TypeAdapter(dict[str, bool])


class NoteStore(OwnedStore[NoteRow]):
    """The saved notes of everyone, each shown to its writer alone; `OwnedStore` says what holds for every call."""

    _table = NoteRow
    _what = "saved note"

    def save(self, actor: Actor, note: SavedNote) -> str:
        """Save a note and return its id.

        Raises `InputError` for an empty title, a text too long or a broken report, `AccessDenied` for a pair of which
        the actor, in the actor's role, is no side.
        """
        now, made = datetime.now(UTC), uuid4().hex
        title, text = checked_title(note.title, LONGEST_TITLE), _checked_text(note.text)
        row = NoteRow(id=made, person=actor.person, role=actor.role.value, created_at=now, updated_at=now)
        with writing(self._database, actor) as session:
            row.pair_id = own_pair(session, actor, note.pair)
            row.title = self._seal(actor, NoteRow.title, made, title)
            row.text = self._seal(actor, NoteRow.text, made, text)
            self._put_check(actor, row, note.report, note.debrief, note.verdicts)
            session.add(row)
        return made

    def update(
        self,
        actor: Actor,
        note: str,
        *,
        report: str,
        debrief: str | None,
        verdicts: Mapping[str, bool],
        text: str | None = None,
    ) -> None:
        """Replace the check of a saved note by a new one; `text` where the note was changed for it, too.

        Raises `AccessDenied`, and `InputError` as `save` does; then nothing is changed.
        """
        changed = None if text is None else _checked_text(text)
        with writing(self._database, actor) as session:
            row = self._own(session, actor, note, lock=True)
            self._put_check(actor, row, report, debrief, verdicts)
            if changed is not None:
                row.text = self._seal(actor, NoteRow.text, row.id, changed)
            row.updated_at = datetime.now(UTC)

    def set_verdict(self, actor: Actor, note: str, mistake: str, verdict: bool | None) -> None:
        """Note what the person said to a finding; `None` takes it back. Raises `AccessDenied`, `InputError`."""
        with writing(self._database, actor) as session:
            row = self._own(session, actor, note, lock=True)
            others = {name: said for name, said in self._verdicts(actor, row).items() if name != mistake}
            now = _verdicts_json(others if verdict is None else {**others, mistake: verdict})
            row.verdicts = self._seal(actor, NoteRow.verdicts, row.id, now)

    def set_pair(self, actor: Actor, note: str, pair: str | None) -> None:
        """Say which pair's session a saved note is about; `None`: no pair's.

        Raises `AccessDenied`, also for a pair of which the actor, in the actor's role, is no side.
        """
        with writing(self._database, actor) as session:
            row = self._own(session, actor, note, lock=True)
            row.pair_id = own_pair(session, actor, pair)

    def list(self, actor: Actor) -> tuple[NoteSummary, ...]:
        """The actor's own notes in the actor's role, the latest first, without deleted ones and without text."""
        shown = select(NoteRow.id, NoteRow.title, NoteRow.created_at, NoteRow.updated_at)
        own = shown.where(owned_by(NoteRow, actor), NoteRow.deleted_at.is_(None))
        ordered = own.order_by(NoteRow.updated_at.desc(), NoteRow.created_at.desc(), NoteRow.id)
        with reading(self._database, actor) as session:
            found = session.execute(ordered).tuples()
            return tuple(
                NoteSummary(id=i, title=self._open(actor, NoteRow.title, i, title), created=c, updated=u)
                for i, title, c, u in found
            )

    def load(self, actor: Actor, note: str) -> StoredNote:
        """One note with its check and what was said to it. Raises `AccessDenied`, `StoreDamaged`."""
        with reading(self._database, actor) as session:
            return self._stored(actor, self._own(session, actor, note))

    def consents(self, actor: Actor) -> bool:
        """Whether the person lets verdicts be kept for the evaluation; nobody does without having said so."""
        with reading(self._database, actor) as session:
            return kept_rows.has_consent(session, actor.person)

    def set_consent(self, actor: Actor, given: bool) -> None:
        """Give consent, or withdraw it: then all that was kept of the person is gone at once, from the file as well."""
        if given:
            with writing(self._database, actor) as session:
                kept_rows.give_consent(session, actor.person)
            return
        with self._database.write(HOUSE) as session:
            require(session, actor, *Role)
            if kept_rows.has_consent(session, actor.person):
                erase(session, self._database.keys, Subject("consent", actor.person))
                self._database.note_erasure(session)
        self._database.remove_traces()

    def keep_verdict(self, actor: Actor, kept: KeptVerdict) -> bool:
        """Keep one row for a finding, in place of an older one; False, and nothing kept, without consent.

        The row is apart from any saved note: it stays when the note is deleted, until it is forgotten or the consent
        withdrawn.
        """
        with writing(self._database, actor) as session:
            return kept_rows.keep(session, self._database.keys, actor.person, kept)

    def forget_verdict(self, actor: Actor, kept: KeptVerdict) -> bool:
        """Remove the row of a finding, told by `mistake` and `note` (or `quotes`); whether there was one.

        Its last traces leave the file with the next purge.
        """
        with self._database.write(HOUSE) as session:
            require(session, actor, *Role)
            rows = find(session, "verdict", kept_rows.is_finding(actor.person, kept))
            if rows:
                erase(session, self._database.keys, *rows)
                self._database.note_erasure(session)
            return bool(rows)

    def kept_verdicts(self, actor: Actor) -> tuple[KeptVerdict, ...]:
        """All that is kept of the person, in whatever role it was said."""
        with reading(self._database, actor) as session:
            return kept_rows.of_person(session, self._database.keys, actor.person)

    def export_verdicts(self) -> Iterator[ExportedVerdict]:
        """What everyone who consents has let be kept, without any person's id and in random order.

        For the evaluation alone, through a command of whoever runs the machine; no page calls it. A row holds the
        mistake, the verdict, the probability, the model's name and the quotes: sentences of a note as they were
        written, names in them included. No person, role, note or time; rows of one person cannot be told together,
        unless their quotes tell it.
        """
        with self._database.read(HOUSE) as session:
            return iter(kept_rows.shuffled(session, self._database.keys))

    def _put_check(
        self, actor: Actor, row: NoteRow, report: str, debrief: str | None, verdicts: Mapping[str, bool]
    ) -> None:
        row.report = self._seal(actor, NoteRow.report, row.id, _checked_json("report", report))
        kept = None if debrief is None else _checked_json("debrief", debrief)
        row.debrief = None if kept is None else self._seal(actor, NoteRow.debrief, row.id, kept)
        row.verdicts = self._seal(actor, NoteRow.verdicts, row.id, _verdicts_json(verdicts))

    def _stored(self, actor: Actor, row: NoteRow) -> StoredNote:
        report = self._open(actor, NoteRow.report, row.id, row.report)
        debrief = None if row.debrief is None else self._open(actor, NoteRow.debrief, row.id, row.debrief)
        if not (_is_json(report) and (debrief is None or _is_json(debrief))):
            raise _unreadable(row)
        return StoredNote(
            id=row.id,
            title=self._open(actor, NoteRow.title, row.id, row.title),
            text=self._open(actor, NoteRow.text, row.id, row.text),
            report=report,
            debrief=debrief,
            verdicts=self._verdicts(actor, row),
            pair=row.pair_id,
            created=row.created_at,
            updated=row.updated_at,
        )

    def _verdicts(self, actor: Actor, row: NoteRow) -> dict[str, bool]:
        try:
            return _VERDICTS.validate_json(self._open(actor, NoteRow.verdicts, row.id, row.verdicts), strict=True)
        except ValidationError:
            raise _unreadable(row) from None


def _checked_text(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        limit = f"at most {LONGEST_TEXT:,} can be saved"
        raise InputError(f"The note has {len(text):,} characters, {limit}; save it in parts.")
    return storable(text, _UNTAKEN)


def _checked_json(what: str, value: str) -> str:
    kept = storable(value, _UNTAKEN)
    if not _is_json(kept):
        raise InputError(f"The {what} of the note is not JSON and cannot be saved; check the note again.")
    return kept


def _is_json(value: str) -> bool:
    try:
        json.loads(value)
    except ValueError:
        return False
    return True


def _verdicts_json(verdicts: Mapping[str, bool]) -> str:
    unnamed = [name for name in verdicts if not re.fullmatch(MISTAKE, name)]
    if unnamed:
        raise InputError(f"The mistake {unnamed[0][:20]!r} is none; name it as the report does.")
    return json.dumps(dict(verdicts))


def _unreadable(row: NoteRow) -> StoreDamaged:
    return unreadable(f"check of the saved note {row.id!r}")
