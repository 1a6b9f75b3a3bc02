"""What stands beside an index: the manifest, the list of documents, and the pointer to the generation in use.

An index is a folder, a *generation*. It is built whole beside the one in use and put in its place by replacing
one small file, so that a reader sees the old one or the new one and nothing between.
"""

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import IndexDamaged
from assistant.roles import Role

FORMAT = 5
"""Raised when what is stored changes shape; an index of another format is built anew."""
POINTER = "CURRENT"
MANIFEST = "manifest.json"
DOCUMENTS = "documents.json"
ORIGINS = "origins.json"
"""Beside the pointer: which file each document came from, so that a damaged index can be built anew."""
MENDING = "run `eyelevel ingest` to build it anew"


class DocumentRecord(BaseModel):
    """A document as the index remembers it: enough to list it, to compare it and to find it again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    origin: str
    title: str
    digest: str
    article: str | None = None
    roles: tuple[Role, ...] = ()
    kind: str = ""
    topics: tuple[str, ...] = ()
    asked: dict[Role, tuple[str, ...]] = Field(default_factory=dict)
    """Questions that it answers, by who would ask them."""
    sources: tuple[str, ...] = ()
    passages: tuple[str, ...]
    """Ids of its passages, in order."""


class Manifest(BaseModel):
    """What an index was built with; checked when it is opened."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    generation: str
    format: int
    embedding: str
    splitter: str
    documents: int
    passages: int
    questions: int
    built_at: str
    """UTC, ISO 8601."""
    files: dict[str, str]
    """Relative path to BLAKE2 digest, for every file of the generation that reading never changes."""


def read_pointer(index_dir: Path) -> str | None:
    """Name of the generation in use, or None where nothing was ingested yet."""
    try:
        name = (index_dir / POINTER).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        raise IndexDamaged(f"{str(index_dir / POINTER)!r} cannot be read; {MENDING}.") from None
    if not re.fullmatch(r"g[\w-]{1,60}", name) or not (index_dir / name).is_dir():
        raise IndexDamaged(f"The guide's index {name[:80]!r} in {str(index_dir)!r} is gone; {MENDING}.")
    return name


def write_pointer(index_dir: Path, generation: str) -> None:
    """Put a finished generation in use, durably and at once."""
    write_durably(index_dir / POINTER, generation + "\n")


def write_durably(path: Path, text: str) -> None:
    """Replace a file so that after a crash it holds the old text or the new, whole."""
    scratch = path.with_name(f".{path.name}.new")
    with scratch.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)
    with contextlib.suppress(OSError):  # not every system lets a folder be synced
        descriptor = os.open(path.parent, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)


def read_manifest(folder: Path) -> Manifest:
    """Manifest of a generation. Raises `IndexDamaged`."""
    try:
        return Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError):
        raise IndexDamaged(f"The manifest of the guide's index in {str(folder)!r} is damaged; {MENDING}.") from None


def read_documents(folder: Path) -> list[DocumentRecord]:
    """Documents of a generation, in order of their source. Raises `IndexDamaged`."""
    try:
        rows = json.loads((folder / DOCUMENTS).read_text(encoding="utf-8"))
        return [DocumentRecord.model_validate(row) for row in rows]
    except (OSError, ValueError, TypeError, RecursionError):  # ValueError: not UTF-8, not JSON, or not valid
        raise IndexDamaged(f"The list of documents in {str(folder)!r} is damaged; {MENDING}.") from None


def write_documents(folder: Path, records: list[DocumentRecord]) -> None:
    """Write the list of documents of a generation that is being built."""
    rows = [record.model_dump(mode="json") for record in records]
    write_durably(folder / DOCUMENTS, json.dumps(rows, ensure_ascii=False))


def write_origins(index_dir: Path, records: list[DocumentRecord]) -> None:
    """Remember where the documents came from, outside the generation that holds them."""
    write_durably(index_dir / ORIGINS, json.dumps({record.source: record.origin for record in records}))


def read_origins(index_dir: Path) -> dict[str, str]:
    """Document to the file it came from, however damaged the index is; empty where nothing was ingested yet.

    Raises `IndexDamaged` where something was ingested and no list of it can be read any more.
    """
    try:
        generation = read_pointer(index_dir)
        records = read_documents(index_dir / generation) if generation else []
        return {record.source: record.origin for record in records}
    except IndexDamaged as damage:
        try:
            rows = json.loads((index_dir / ORIGINS).read_text(encoding="utf-8"))
            return {str(source): str(origin) for source, origin in rows.items()}
        except (OSError, ValueError, AttributeError, RecursionError):
            raise damage from None


def digest_files(folder: Path) -> dict[str, str]:
    """Relative path to digest for each file that reading never changes (SQLite's own files are left out)."""
    return {
        path.relative_to(folder).as_posix(): hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()
        for path in _stable_files(folder)
    }


def verify_files(folder: Path, manifest: Manifest) -> None:
    """Compare every file with the manifest. Raises `IndexDamaged` naming the first that differs."""
    for name, digest in manifest.files.items():
        path = folder / name
        try:
            actual = hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()
        except OSError:
            raise IndexDamaged(f"The guide's index has lost {str(path)!r}; {MENDING}.") from None
        if actual != digest:
            raise IndexDamaged(f"The guide's index is damaged in {str(path)!r}; {MENDING}.")


def _stable_files(folder: Path) -> Iterator[Path]:
    """Files that reading leaves alone.

    Chroma changes its SQLite file at every opening (`guide.index` has SQLite check that one), and it writes the
    `.bin` files of a small vector segment anew from SQLite; once a segment is saved for good, a pickle stands beside.
    """
    for path in sorted(folder.rglob("*")):
        scratch = path.suffix == ".bin" and not (path.parent / "index_metadata.pickle").exists()
        if path.is_file() and not scratch and path.name != MANIFEST and not path.name.startswith("chroma.sqlite3"):
            yield path
