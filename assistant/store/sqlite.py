"""What is particular to SQLite: a private file, how each connection is set up, and no trace of deleted text."""

import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPICursor

from assistant.errors import StoreUnavailable
from assistant.store.failures import VARIABLE

WAIT_SECONDS = 5.0
"""How long a call waits for another writer."""
WRITES = "eyelevel_writes"
"""Execution option of a connection that is going to write."""
_PRAGMAS = (
    "journal_mode = WAL",  # readers and one writer at a time do not wait for each other
    "synchronous = FULL",  # what was acknowledged survives a power cut
    "secure_delete = ON",  # deleted text is overwritten with zeros
    "foreign_keys = ON",  # a purged conversation takes its turns along
    "temp_store = MEMORY",  # no text in the system's folder for temporary files
)


def prepare_file(url: URL) -> None:
    """Create a missing file with mode 0600, and its folder with 0700 where that is missing too.

    A folder that exists keeps its mode: it may hold other things. Raises `OSError`, or `StoreUnavailable`
    for an address without a file, whose contents each thread would have to itself and lose.
    """
    name = url.database
    if not name or name == ":memory:":
        raise StoreUnavailable(f"The database {str(url)!r} names no file; name one, or unset {VARIABLE}.")
    if name.startswith("file:"):
        return
    path = Path(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return


def configure(engine: Engine) -> None:
    """Set every connection up, and begin each transaction explicitly."""
    event.listen(engine, "connect", _connected)
    event.listen(engine, "begin", _begin)


def _connected(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself: `_begin` does
    for pragma in (f"busy_timeout = {int(WAIT_SECONDS * 1000)}", *_PRAGMAS):
        _set(connection, pragma)


def _set(connection: sqlite3.Connection, pragma: str) -> None:
    """Try until `WAIT_SECONDS` are over: SQLite does not wait by itself where two processes begin a new file."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            connection.execute(f"PRAGMA {pragma}").fetchall()
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _begin(connection: Connection) -> None:
    """A writer takes its place in line at once; a reader that turns writer half-way could not wait."""
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def note_erasure(connection: Connection) -> None:
    """Count an erasure in the file, within its own transaction, so that no crash makes `remove_traces` forget it."""
    connection.exec_driver_sql(f"PRAGMA user_version = {_erasures(connection.exec_driver_sql) + 1}")


def remove_traces(engine: Engine) -> bool:
    """Write the file anew if something was erased, and cut the write-ahead log to nothing.

    `secure_delete` overwrites what is deleted, but not the copies that SQLite leaves where it rebuilds a page.
    False where another program was in the way or the disk too full: what is left then falls to the next call.
    """
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        erased = _erasures(cursor.execute)
        if erased:
            cursor.execute("VACUUM")
            _forget_erasures(cursor, erased)
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return [row[0] for row in cursor.fetchall()] == [0]
    except sqlite3.OperationalError:
        return False
    finally:
        connection.close()


def _forget_erasures(cursor: DBAPICursor, erased: int) -> None:
    """Back to zero, unless another process erased something meanwhile."""
    cursor.execute("BEGIN IMMEDIATE")
    if _erasures(cursor.execute) == erased:
        cursor.execute("PRAGMA user_version = 0")
    cursor.execute("COMMIT")


def _erasures(execute: Callable[[str], Any]) -> int:
    return int(execute("PRAGMA user_version").fetchone()[0])


def find_damage(execute: Callable[[str], Any], pragma: str) -> str | None:
    """First complaint of `quick_check` or `integrity_check`, in one line, or `None`."""
    found = str(execute(f"PRAGMA {pragma}(1)").fetchone()[0])
    return None if found == "ok" else " ".join(found.split())


def file_bytes(connection: Connection) -> int:
    """Size of the database in bytes."""
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    return int(pages) * int(connection.exec_driver_sql("PRAGMA page_size").scalar_one())
