"""Session notes from elsewhere: pairs that have no people here, their notes, and what of them counts.

Whoever imports says that the authors agreed; it stands in the audit. An import makes no account, so that a machine of
one person stays so. Of names of pairs and teams only digests are kept, under a key of the house; texts and codes are
sealed under one key a programme, which `remove` destroys. Nobody but whoever runs the machine reads a note again, to
code it; a manager has no method that returns one. Nothing here writes a text to a log.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any, Final, TypeVar
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, delete, exists, func, insert, select, update
from sqlalchemy.orm import Session

from assistant.errors import AccessDenied, InputError
from assistant.roles import PAIRED, Actor, Role
from assistant.store import audit
from assistant.store.contributions import Said, checked_codes, seal_codes
from assistant.store.database import HOUSE, Database, Who
from assistant.store.erasure import Subject, erase
from assistant.store.notes import LONGEST_TEXT
from assistant.store.pairing import DEFAULT_RETENTION
from assistant.store.people_tables import ProgrammeRow
from assistant.store.programmes import fill_programme, find_programme
from assistant.store.strings import storable
from assistant.store.tables import place
from assistant.store.theme_records import Added, CodedNote, ImportedNote, ImportedPair, UncodedNote
from assistant.store.theme_tables import ContributionRow, ImportedNoteRow, ImportedPairRow
from assistant.store.themes import require_manager

__all__ = ["Added", "CodedNote", "ImportedNote", "ImportedPair", "ImportedStore", "UncodedNote"]

_AT_ONCE: Final = 500
"""Notes in one transaction: what was done before a crash stays done, and others can write in between."""
_UNTAKEN: Final = "\ufffd"
"""Stands for the zero character, which not every database takes."""
_One = TypeVar("_One")


class ImportedStore:
    """What was imported into programmes; safe to call from many threads, and several processes may share one database.

    Every method takes a manager or the house, `uncoded`, `waiting` and `code` the house alone, and raises
    `AccessDenied` for anybody else, `InputError` for an unknown programme, `StoreUnavailable` or `StoreDamaged` where
    the database fails. What a method has returned from is on disk.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self,
        who: Who,
        title: str,
        starts_on: date,
        ends_on: date,
        *,
        retention_days: int = DEFAULT_RETENTION,
        demonstration: bool = False,
    ) -> str:
        """Make a programme to import into, and return its id. Raises `InputError` as `ProgrammeStore.create` does.

        `demonstration`: all in it is made up; nobody can be paired in it, and `remove` removes it as well.
        """
        made = ProgrammeRow(id=uuid4().hex, created_at=datetime.now(UTC), demonstration=demonstration)
        fill_programme(made, title, starts_on, ends_on, retention_days)
        with self._database.write(HOUSE) as session:
            audit.take_turn(session)
            require_manager(session, who)
            session.add(made)
            audit.append(session, self._database.keys, who, "create_programme", "programme", made.id)
            return made.id

    def add(self, who: Who, programme: str, notes: Iterable[ImportedNote], pairs: Iterable[ImportedPair] = ()) -> Added:
        """Keep what is not there yet, and the pairs that it names; `pairs`: what else is known of some.

        A note is known by its content, so that a file can be taken again, or go on where it was broken off. Raises
        `InputError` for a note that cannot be kept; those before it may be kept then.
        """
        done = Added(notes=0, known=0, pairs=0)
        for some_pairs in _batches(pairs):
            done = _sum(done, self._add(who, programme, (), some_pairs))
        for some in _batches(notes):
            done = _sum(done, self._add(who, programme, some, ()))
        return done

    def waiting(self, who: Who, programme: str) -> int:
        """How many notes were not coded yet."""
        with self._database.read(HOUSE) as session:
            _verify_house(who)
            owner = _owner(session, find_programme(session, programme).id)
            count = select(func.count()).where(ImportedNoteRow.person == owner, ImportedNoteRow.codebook.is_(None))
            return session.scalar(count) or 0

    def uncoded(self, who: Who, programme: str, limit: int, *, codebook: int | None = None) -> tuple[UncodedNote, ...]:
        """Up to `limit` notes that were not coded yet; `codebook`: then those of an older version, unless released."""
        _verify_house(who)
        with self._database.read(HOUSE) as session:
            owner = _owner(session, find_programme(session, programme).id)
            of = select(ImportedNoteRow).where(ImportedNoteRow.person == owner)
            rows = list(session.scalars(of.where(ImportedNoteRow.codebook.is_(None)).limit(limit)))
            if codebook is not None and len(rows) < limit:
                released = exists().where(_is_of_note(), ContributionRow.release_id.is_not(None))
                older = of.where(ImportedNoteRow.codebook < codebook, ~released)
                rows += session.scalars(older.limit(limit - len(rows)))
            return tuple(self._opened(row) for row in rows)

    def code(self, who: Who, coded: Iterable[CodedNote]) -> int:
        """Let the codes of these notes count; how many do. Earlier codes are replaced, but for those in a release.

        A note without codes (`None`) counts for nothing. One that was removed meanwhile is passed over.
        """
        _verify_house(who)
        return sum(self._code({one.id: one for one in some}) for some in _batches(coded))

    def remove(self, who: Who, programme: str) -> int:
        """Erase all that was imported into a programme, in backups too; how many notes. Releases stay.

        Of a demonstration the programme and its releases go as well.
        """
        with self._database.write(HOUSE) as session:
            audit.take_turn(session)
            require_manager(session, who)
            within = find_programme(session, programme)
            owner = _owner(session, within.id)
            notes = session.scalar(select(func.count()).where(ImportedNoteRow.person == owner)) or 0
            subjects = [Subject("import", owner)] if owner else []
            subjects += [Subject("programme", within.id)] if within.demonstration else []
            if subjects:
                audit.append(session, self._database.keys, who, "remove_import", "programme", within.id)
                erase(session, self._database.keys, *subjects)
                self._database.note_erasure(session)
        self._database.remove_traces()
        return notes

    def _add(self, who: Who, programme: str, notes: Sequence[ImportedNote], pairs: Sequence[ImportedPair]) -> Added:
        """One batch, in one transaction."""
        with self._database.write(HOUSE) as session:
            audit.take_turn(session)
            require_manager(session, who)
            within = find_programme(session, programme).id
            owner = _owner(session, within) or uuid4().hex
            ids, new_pairs = self._put_pairs(session, within, owner, notes, pairs)
            rows = {self._digest("note", within, note.model_dump_json()): note for note in notes}
            known = set(session.scalars(select(ImportedNoteRow.digest).where(ImportedNoteRow.digest.in_(rows))))
            made = [self._row(owner, ids[note.pair], note, one) for one, note in rows.items() if one not in known]
            if made:
                session.execute(insert(ImportedNoteRow), made)
            if made or new_pairs:
                audit.append(session, self._database.keys, who, "import", "programme", within)
            return Added(notes=len(made), known=len(notes) - len(made), pairs=new_pairs)

    def _put_pairs(
        self,
        session: Session,
        programme: str,
        owner: str,
        notes: Sequence[ImportedNote],
        pairs: Sequence[ImportedPair],
    ) -> tuple[Mapping[str, str], int]:
        """The ids of all pairs that are named, by their names, and how many of them are new."""
        facts = {note.pair: ImportedPair(pair=note.pair) for note in notes} | {one.pair: one for one in pairs}
        names = {self._digest("pair", programme, name): name for name in facts}
        query = select(ImportedPairRow.name, ImportedPairRow.id).where(ImportedPairRow.programme_id == programme)
        ids = dict(session.execute(query.where(ImportedPairRow.name.in_(names))).tuples().all())
        new = {digest: uuid4().hex for digest in names if digest not in ids}
        made = datetime.now(UTC)
        for digest, pair in new.items():
            row = ImportedPairRow(id=pair, programme_id=programme, person=owner, name=digest, created_at=made)
            session.add(self._with_facts(row, programme, facts[names[digest]]))
        for one in pairs:
            digest = self._digest("pair", programme, one.pair)
            if digest in ids:
                self._with_facts(session.get_one(ImportedPairRow, ids[digest]), programme, one)
        session.flush()
        return {names[digest]: pair for digest, pair in (ids | new).items()}, len(new)

    def _with_facts(self, row: ImportedPairRow, programme: str, said: ImportedPair) -> ImportedPairRow:
        row.mentor_team, row.mentee_team = (
            None if team is None else self._digest("team", programme, team)
            for team in (said.mentor_team, said.mentee_team)
        )
        row.held, row.expected, row.cancelled = said.held, said.expected, said.cancelled
        return row

    def _row(self, owner: str, pair: str, note: ImportedNote, digest: str) -> dict[str, Any]:
        made, (text, debrief) = uuid4().hex, _checked(note)
        seal = self._database.keys.seal
        return {
            "id": made,
            "imported_pair_id": pair,
            "person": owner,
            "role": note.role.value,
            "digest": digest,
            "held_on": note.held_on,
            "text": seal(owner, place(ImportedNoteRow.text, made), text),
            "debrief": debrief and seal(owner, place(ImportedNoteRow.debrief, made), debrief),
            "codebook": None,
            "created_at": datetime.now(UTC),
        }

    def _opened(self, row: ImportedNoteRow) -> UncodedNote:
        unseal = self._database.keys.open
        return UncodedNote(
            id=row.id,
            role=Role(row.role),
            held_on=row.held_on,
            text=unseal(row.person, place(ImportedNoteRow.text, row.id), row.text),
            debrief=row.debrief and unseal(row.person, place(ImportedNoteRow.debrief, row.id), row.debrief),
        )

    def _code(self, coded: Mapping[str, CodedNote]) -> int:
        """One batch, in one transaction."""
        with self._database.write(HOUSE) as session:
            audit.take_turn(session)
            of = select(ImportedNoteRow, ImportedPairRow.programme_id).join(
                ImportedPairRow, ImportedPairRow.id == ImportedNoteRow.imported_pair_id
            )
            found = session.execute(of.where(ImportedNoteRow.id.in_(coded))).tuples().all()
            earlier = ContributionRow.source_kind == "imported", ContributionRow.source_item.in_(coded)
            session.execute(delete(ContributionRow).where(*earlier, ContributionRow.release_id.is_(None)))
            released = set(session.scalars(select(ContributionRow.source_item).where(*earlier)))
            made = [
                self._contribution(row, within, coded[row.id])
                for row, within in found
                if row.id not in released and coded[row.id].codes is not None
            ]
            if made:
                session.execute(insert(ContributionRow), made)
            if found:
                versions = [{"id": row.id, "codebook": coded[row.id].codebook} for row, _ in found]
                session.execute(update(ImportedNoteRow), versions)
            return len(made)

    def _contribution(self, note: ImportedNoteRow, programme: str, coded: CodedNote) -> dict[str, Any]:
        made, said = uuid4().hex, Said(checked_codes(coded.codes or ()), [])
        return {
            "id": made,
            "programme_id": programme,
            "imported_pair_id": note.imported_pair_id,
            "person": note.person,
            "role": note.role,
            "source_kind": "imported",
            "source_item": note.id,
            "held_on": note.held_on,
            "codes": seal_codes(self._database.keys, note.person, made, said),
            "codebook": coded.codebook,
            "created_at": datetime.now(UTC),
        }

    def _digest(self, what: str, programme: str, content: str) -> str:
        return self._database.keys.sign(json.dumps([f"imported {what}", programme, content]))


def _owner(session: Session, programme: str) -> str:
    """Owner of the key under which a programme's import is sealed; empty where nothing was imported."""
    of = select(ImportedPairRow.person).where(ImportedPairRow.programme_id == programme)
    return session.scalar(of.limit(1)) or ""


def _verify_house(who: Who) -> None:
    if isinstance(who, Actor):
        raise AccessDenied("Imported notes are read by whoever runs the machine alone, to code them.")


def _is_of_note() -> ColumnElement[bool]:
    kind = ContributionRow.source_kind == "imported"
    return and_(kind, ContributionRow.source_item == ImportedNoteRow.id)


def _checked(note: ImportedNote) -> tuple[str, str | None]:
    """Text and debrief as they are kept. Raises `InputError`."""
    if note.role not in PAIRED or not note.pair.strip() or not (note.text.strip() or note.debrief):
        raise InputError("An imported note needs a pair, a text and who wrote it, mentor or mentee; correct the file.")
    if len(note.text) > LONGEST_TEXT:
        raise InputError(f"An imported note has {len(note.text):,} characters, at most {LONGEST_TEXT:,} can be kept.")
    if note.debrief is not None:
        try:
            json.loads(note.debrief)
        except ValueError:
            raise InputError("The debrief of an imported note is not JSON; correct the file.") from None
    return storable(note.text, _UNTAKEN), note.debrief


def _batches(all_of_it: Iterable[_One]) -> Iterator[list[_One]]:
    left = iter(all_of_it)
    while some := list(islice(left, _AT_ONCE)):
        yield some


def _sum(one: Added, other: Added) -> Added:
    return Added(notes=one.notes + other.notes, known=one.known + other.known, pairs=one.pairs + other.pairs)
