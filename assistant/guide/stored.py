"""Looks at Chroma's SQLite file without Chroma, which would write to it: is it whole, and what does it hold?

`guide.index` checks a generation with it. Only the tables' names are Chroma's; where they are not as expected here,
nothing is claimed, and `guide.index` asks Chroma itself.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import Any

from assistant.errors import IndexDamaged
from assistant.guide.manifest import MENDING

CHECK_BYTES = 64 * (1 << 20)
"""Up to this size SQLite's own check is run on opening (20 ms for the shipped guide)."""
TEXT = "chroma:document"
_COUNTS = """
SELECT collections.name, count(embeddings.id) FROM collections
JOIN segments ON segments.collection = collections.id AND segments.scope = 'METADATA'
LEFT JOIN embeddings ON embeddings.segment_id = segments.id GROUP BY collections.name
"""
_RECORDS = """
SELECT embeddings.embedding_id, data.key, coalesce(data.string_value, data.int_value) FROM collections
JOIN segments ON segments.collection = collections.id AND segments.scope = 'METADATA'
JOIN embeddings ON embeddings.segment_id = segments.id
JOIN embedding_metadata AS data ON data.id = embeddings.id
WHERE collections.name = ? ORDER BY embeddings.id
"""


def check_sqlite(path: Path) -> None:
    """SQLite's quick check, so that a damaged file is named instead of crashing the vector store."""
    if not path.exists():
        return  # a generation that is being built
    if path.stat().st_size > CHECK_BYTES:
        return
    try:
        with closing(_read_only(path)) as connection:
            verdict = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        verdict = str(error)
    if verdict != "ok":
        reason = " ".join(verdict.split())
        raise IndexDamaged(f"The guide's index is damaged in {str(path)!r} ({reason}); {MENDING}.")


def count_records(path: Path) -> dict[str, int]:
    """Collection to its number of records; empty where they cannot be read so."""
    try:
        with closing(_read_only(path)) as connection:
            return dict(connection.execute(_COUNTS).fetchall())
    except sqlite3.DatabaseError:
        return {}


def read_records(path: Path, collection: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(id, text, metadata) of each record of a collection. Raises `sqlite3.DatabaseError`."""
    with closing(_read_only(path)) as connection:
        rows = connection.execute(_RECORDS, (collection,))
        for key, values in groupby(rows, key=lambda row: str(row[0])):
            metadata = {name: value for _, name, value in values}
            yield key, str(metadata.pop(TEXT, "")), metadata


def _read_only(path: Path) -> sqlite3.Connection:
    """A connection that changes nothing, unless a killed process left a change half done: that is taken back."""
    interrupted = path.with_name(path.name + "-journal").exists()
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode={'rw' if interrupted else 'ro'}", uri=True)
