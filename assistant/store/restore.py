"""Puts a backup in the place of the database, or refuses it with nothing changed.

A copy of the backup is tried out completely first: its content by the digest it carries, its schema, its keys; and
what was erased since it was made is erased from it again. Then it replaces the content of the database in one
transaction: of SQLite's own, while nobody else has the file open, or of the server's, while others wait (`transfer`).
For whoever runs the machine; no page calls this.
"""

import errno
import os
import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict
from sqlalchemy import URL, func, select

from assistant.errors import InputError, KeyMissing, StoreDamaged, StoreError, StoreUnavailable
from assistant.settings import Settings
from assistant.store.backup import beside
from assistant.store.content import content_digest, read_note, remove_note
from assistant.store.database import HOUSE, Database, parse
from assistant.store.erasure import Ledger
from assistant.store.failures import hide_password, translated
from assistant.store.files import create_private, sync_file, sync_folder
from assistant.store.former import base_of, name_copy, remove
from assistant.store.keys import Keyring
from assistant.store.sqlite import find_damage
from assistant.store.tables import ConversationRow, DraftRow, NoteRow, place
from assistant.store.transfer import load_into_server

WAIT_SECONDS = 2.0
"""How long to wait for another program to close the database."""
_LOCK_BYTES = (0x40000000, 512)
"""Where SQLite locks a file, and how many bytes (https://www.sqlite.org/fileformat2.html#the_lock_byte_page)."""


class RestoreReport(BaseModel):
    """A backup that was put back."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    database: str
    """The file, or the server's address without its password."""
    made_at: datetime
    """When the backup was made; UTC."""
    former: Path | None
    """Where the content from before is now; `None` where there was none. What is erased later is erased there too."""
    without_key: int
    """How many people's texts cannot be opened, because their key is not there."""


class _Tried(NamedTuple):
    """What the trial of a backup has shown."""

    keys: Keyring
    missing: int
    """How many people's keys are not there."""


def restore(settings: Settings, source: Path, *, replace: bool = False) -> RestoreReport:
    """Put a backup in the place of the database, whose content is kept under a dated name, beside it or in the home.

    A file must not be open in another program. A server may be in use, and so nothing on it that is newer than the
    backup is replaced without `replace`; its address is the owner's, as for `server.prepare`. Raises, with nothing
    changed: `InputError` where there is no such backup or something is newer, `StoreDamaged` for a backup that is
    damaged, `StoreUnavailable` for one of a newer version, while another program has the file open, or for a user of
    the server who may not, `KeyMissing` where the keys to it are not there.
    """
    url = parse(settings.database)
    is_file = url.get_backend_name() == "sqlite" and bool(url.database)
    shown = str(url.database) if is_file else hide_password(settings.database)
    base = base_of(settings, url.database if is_file else None)
    with translated(shown):
        base.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with beside(base) as staged:
            made_at = _stage(source, staged)
            tried = _try_out(settings, staged, source)
            put = _put(staged, base) if is_file else _put_on_server(url, staged, tried, base, made_at, replace=replace)
    return RestoreReport(database=shown, made_at=made_at, former=put, without_key=tried.missing)


def _stage(source: Path, staged: Path) -> datetime:
    """A copy of the backup; when that was made. Raises `StoreDamaged` where any value differs from what it was then."""
    if not source.is_file():
        raise InputError(f"There is no file {str(source)!r}; name a backup that `eyelevel backup` made.")
    staged.write_bytes(source.read_bytes())
    with suppress(sqlite3.Error, ValueError), closing(sqlite3.connect(staged)) as copy:
        if find_damage(copy.execute, "integrity_check") is None:
            note = read_note(copy)
            if note and note.digest == content_digest(copy):
                remove_note(copy)
                return note.made_at
    raise StoreDamaged(
        f"The backup {str(source)!r} is damaged, or `eyelevel backup` did not make it; nothing was changed, take "
        "another one."
    )


def _try_out(settings: Settings, staged: Path, source: Path) -> _Tried:
    """Bring the copy to this version and erase what was erased since. Raises where it cannot be put in place."""
    try:
        trial = Database(settings.model_copy(update={"database_url": f"sqlite:///{staged}"}))
        with closing(trial):
            _verify_ledger(Ledger(trial.keys))
            missing, fitting = _fit_keys(trial)
    except StoreError as error:
        why = str(error).replace(str(staged), str(source))
        raise type(error)(f"The backup {str(source)!r} was not restored and nothing was changed: {why}") from None
    if missing and not fitting:
        raise KeyMissing(
            f"None of the keys to the backup {str(source)!r} is in {str(trial.keys.folder)!r}; put the folder of keys "
            "back from your copy. Nothing was changed."
        )
    return _Tried(trial.keys, missing)


def _verify_ledger(ledger: Ledger) -> None:
    lost = ledger.unreadable()
    if lost:
        raise StoreDamaged(
            f"{lost} lines of {str(ledger.path)!r} cannot be read, so that what was erased could come back; put the "
            "folder of keys back from your copy."
        )


def _fit_keys(database: Database) -> tuple[int, int]:
    """How many people have texts and no key that opens them, and how many have one. Raises `KeyMissing`."""
    samples: dict[str, tuple[str, str]] = {}
    with database.read(HOUSE) as session:
        for table in (NoteRow, ConversationRow, DraftRow):
            newest = select(table.person, func.max(table.id)).group_by(table.person)
            for person, row in session.execute(newest).tuples():
                title = session.scalar(select(table.title).where(table.id == row))
                samples[person] = (place(table.title, row), str(title))
    fitting = sum(_fits(database.keys, person, *sample) for person, sample in samples.items())
    return len(samples) - fitting, fitting


def _fits(keys: Keyring, person: str, where: str, sealed: str) -> bool:
    try:
        return keys.has(person) and keys.open(person, where, sealed) is not None
    except StoreDamaged:
        return False


def _put(staged: Path, path: Path) -> Path | None:
    """Copy the tried-out content into the database; where the former one is now."""
    former = name_copy(path)
    if path.exists() and _is_damaged(path):
        _move_aside(path, former)
    new = create_private(path, "")
    with closing(sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)) as live:
        _hold(live, path)
        if not new:
            _keep(live, former)
        with closing(sqlite3.connect(staged)) as copy:
            copy.backup(live)
    return former if former.exists() else None


def _put_on_server(url: URL, staged: Path, tried: _Tried, base: Path, made_at: datetime, *, replace: bool) -> Path:
    """The same for a server; the copy of what it held is a backup itself."""
    former = name_copy(base)
    create_private(former, "")
    try:
        load_into_server(url, staged, tried.keys, former, made_at, replace=replace)
    except BaseException:
        remove(former)
        raise
    return former


def _hold(live: sqlite3.Connection, path: Path) -> None:
    """Keep everybody else out until the connection is closed; whoever has the file open has it locked against this."""
    try:
        live.execute("PRAGMA locking_mode = EXCLUSIVE").fetchall()
        live.execute("PRAGMA journal_mode = DELETE").fetchall()
        live.execute("BEGIN EXCLUSIVE")
        live.execute("COMMIT")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            raise _is_open(path) from None
        raise


def _keep(live: sqlite3.Connection, former: Path) -> None:
    create_private(former, "")
    with closing(sqlite3.connect(former)) as copy:
        live.backup(copy)
    sync_file(former)
    sync_folder(former.parent)


def _is_damaged(path: Path) -> bool:
    """Whether SQLite cannot read all of the file."""
    try:
        with closing(sqlite3.connect(path, timeout=WAIT_SECONDS)) as connection:
            return find_damage(connection.execute, "integrity_check") is not None
    except sqlite3.DatabaseError as error:
        return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


def _move_aside(path: Path, former: Path) -> None:
    """Give a damaged database and its log another name. Raises `StoreUnavailable` while somebody has it open."""
    _verify_unlocked(path)
    for suffix in ("-wal", "-shm", ""):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(former.with_name(former.name + suffix))
    sync_folder(path.parent)


def _verify_unlocked(path: Path) -> None:
    """SQLite cannot lock what it cannot read; its locks are those of the system, where the system has them."""
    try:
        import fcntl
    except ImportError:  # there, a file that is open cannot be renamed anyway
        return
    start, length = _LOCK_BYTES
    with path.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, length, start, os.SEEK_SET)
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EAGAIN):
                raise _is_open(path) from None
            raise


def _is_open(path: Path) -> StoreUnavailable:
    return StoreUnavailable(
        f"The database {str(path)!r} is open in another program; stop `eyelevel serve` and what else uses it, and try "
        "again. Nothing was changed."
    )
