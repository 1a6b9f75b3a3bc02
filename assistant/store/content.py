"""The content of a SQLite file as one digest, and the note about it that a backup carries in itself.

Damage that SQLite does not notice, such as one changed letter, shows as another digest. Used by `backup` and `restore`.
"""

import hashlib
import sqlite3
from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict

_NOTE = "backup"
"""Name of the line in `meta` that only a backup has."""


class Note(BaseModel):
    """What a backup says of itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    made_at: datetime
    """UTC."""
    digest: str


def content_digest(connection: sqlite3.Connection) -> str:
    """SHA-256 over all tables and values, the note itself left out, in hexadecimal digits."""
    digest = hashlib.sha256()
    connection.text_factory = bytes
    try:
        tables = connection.execute("SELECT name, sql FROM sqlite_master ORDER BY type, name").fetchall()
        for name, sql in tables:
            digest.update(repr((name, sql)).encode())
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        ).fetchall():
            for row in connection.execute(f'SELECT rowid, * FROM "{name.decode()}" ORDER BY rowid'):
                if (name, row[1]) != (b"meta", _NOTE.encode()):
                    digest.update(repr(row).encode())
    finally:
        connection.text_factory = str
    return digest.hexdigest()


def write_note(connection: sqlite3.Connection, made_at: datetime | None = None) -> None:
    """Put the note in, as the last thing that is done to a backup; `made_at` is now unless it was made before."""
    note = Note(made_at=made_at or datetime.now(UTC), digest=content_digest(connection))
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_NOTE, note.model_dump_json()))
    connection.commit()


def read_note(connection: sqlite3.Connection) -> Note | None:
    """The note, `None` where there is none. Raises `ValueError` and `sqlite3.Error` where it cannot be read."""
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (_NOTE,)).fetchone()
    return Note.model_validate_json(row[0]) if row else None


def remove_note(connection: sqlite3.Connection) -> None:
    """Take the note out: a database in use is no backup."""
    connection.execute("DELETE FROM meta WHERE name = ?", (_NOTE,))
    connection.commit()
