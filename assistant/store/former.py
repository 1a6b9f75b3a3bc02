"""The dated copies that `restore` leaves of what a database held before, and erasing in them what is erased in it.

A copy lies beside the database's file, or in the home where a server has the database. Names of people stand in it in
clear, so that it must follow every erasure: the ledger is replayed on it, whatever database it was. One in which that
cannot be done, because it is damaged or of an older version, is deleted. Called by `Database.remove_traces`.
"""

import os
import secrets
import sqlite3
from datetime import UTC, datetime
from glob import escape
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from assistant.events import log
from assistant.settings import Settings
from assistant.store import erasure, sqlite
from assistant.store.content import read_note, write_note
from assistant.store.keys import Keyring
from assistant.store.schema import find_revision
from assistant.store.tables import SCHEMA

_MARK = ".before-"
_SIDES = ("-wal", "-shm", "-journal", "")


def base_of(settings: Settings, file: str | None) -> Path:
    """What the names of the copies begin with: the database's file, or what it would be called in the home."""
    return Path(file) if file else settings.home / "eyelevel.db"


def name_copy(base: Path) -> Path:
    """A new name for a copy of this moment."""
    return base.with_name(f"{base.name}{_MARK}{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}")


def find_copies(base: Path) -> list[Path]:
    """All that are there, the oldest first."""
    found = base.parent.glob(f"{escape(base.name)}{_MARK}*")
    return sorted(path for path in found if not path.name.endswith(_SIDES[:-1]))


def erase_in_copies(base: Path, keys: Keyring) -> bool:
    """Bring each copy that is older than the newest line of the ledger to what the ledger says, or delete it.

    False where another program or the file system was in the way, and the rest falls to the next call.
    """
    ledger = erasure.Ledger(keys).path
    if not ledger.exists():
        return True
    written = ledger.stat().st_mtime_ns
    followed = [_follow(copy, keys) for copy in find_copies(base) if copy.stat().st_mtime_ns <= written]
    return all(followed)


def _follow(copy: Path, keys: Keyring) -> bool:
    try:
        done = _replay(copy, keys)
        if done:
            os.utime(copy)
        return done
    except SQLAlchemyError as error:
        if _is_busy(error):
            return False
    except OSError:
        return False
    try:
        remove(copy)
    except OSError:
        return False
    return True


def remove(copy: Path) -> None:
    """Delete a copy with all that lies beside it."""
    for suffix in _SIDES:
        copy.with_name(copy.name + suffix).unlink(missing_ok=True)
    log("former_copy_removed")


def _replay(copy: Path, keys: Keyring) -> bool:
    """Whether all of it is done; False where another program was in the way."""
    engine = create_engine(f"sqlite:///{copy}", hide_parameters=True, connect_args={"timeout": sqlite.WAIT_SECONDS})
    sqlite.configure(engine)
    try:
        with Session(engine.execution_options(**{sqlite.WRITES: True})) as session, session.begin():
            if find_revision(session.connection()) != SCHEMA:
                raise SQLAlchemyError("of another version")
            if erasure.is_behind(session, keys):
                erasure.replay(session, keys)
                sqlite.note_erasure(session.connection())
        return sqlite.remove_traces(engine) and _note_again(copy)
    finally:
        engine.dispose()


def _note_again(copy: Path) -> bool:
    """Where the copy is a backup: its digest is that of what it holds now."""
    connection = sqlite3.connect(copy, timeout=sqlite.WAIT_SECONDS)
    try:
        note = read_note(connection)
        if note:
            write_note(connection, note.made_at)
        return True
    except (sqlite3.Error, ValueError):
        return False
    finally:
        connection.close()


def _is_busy(error: SQLAlchemyError) -> bool:
    cause = error.orig if isinstance(error, DBAPIError) else None
    return isinstance(cause, sqlite3.Error) and cause.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
