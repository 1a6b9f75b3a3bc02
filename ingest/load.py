"""Finds the documents under files and folders, and reads one of them: the first steps of an ingest.

`find_sources` walks and reads nothing. `load_documents` reads in this process; an ingest calls it through
`parser_child`, never directly, because a hostile file may hang or exhaust the process that reads it. Nothing
here fetches anything, follows a link out of a folder, or changes a file.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from pydantic import BaseModel, ConfigDict

from assistant.errors import LoadError
from assistant.guide.passage import Document
from ingest.formats import READERS
from ingest.formats.jsonl import read_jsonl
from ingest.limits import ParserLimits, verify_size

STREAMED = ".jsonl"
SUFFIXES = (*READERS, STREAMED)
"""File name endings that can be read, lower case, with the dot."""
FORMATS = "md, txt, html, pdf, docx, pptx, jsonl"
"""The formats as messages name them."""


class SourceFile(BaseModel):
    """One file to read, before anything of it was read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: Path
    source: str
    """Its name in the guide: the path as the user gave it, with forward slashes."""


def find_sources(paths: Sequence[Path], *, on_error: Callable[[LoadError], None] | None = None) -> list[SourceFile]:
    """The files to read, in the order of `paths` and by name within a folder; each file once.

    In folders, hidden entries, symbolic links and other formats are passed over. A path that is missing or of
    another format, or a folder that cannot be listed, is handed to `on_error` and the rest goes on; without
    `on_error` it raises LoadError (the habit of `os.walk`).
    """
    report = on_error or _raise
    found: dict[Path, SourceFile] = {}
    for path in paths:
        for file in _files_under(path, report):
            found.setdefault(file.path.resolve(), file)
    return list(found.values())


def load_documents(file: SourceFile, limits: ParserLimits | None = None) -> Iterator[Document | LoadError]:
    """The documents of one file; what cannot be read is yielded as a LoadError, and nothing is raised.

    A jsonl file gives a document or an error a line, lazily; every other file gives exactly one of the two.
    Only MemoryError passes through, because the process is then no longer fit for the next file.
    """
    limits = limits or ParserLimits()
    try:
        verify_source(file, limits)
        if file.path.suffix.lower() == STREAMED:
            yield from read_jsonl(file.path, file.source, limits)
        else:
            yield READERS[file.path.suffix.lower()](file.path, file.source, limits)
    except LoadError as error:
        yield error
    except MemoryError:
        raise
    except Exception as error:
        yield LoadError(
            f"{file.source!r} cannot be read as {file.path.suffix[1:].lower()} ({_reason(error)}); "
            "open it in its own program, save it again and ingest it once more."
        )


def verify_source(file: SourceFile, limits: ParserLimits) -> None:
    """Raises LoadError where the file's format or size rules it out; opens nothing."""
    suffix = file.path.suffix.lower()
    if suffix not in SUFFIXES:
        raise _unsupported(file.source)
    verify_size(file.path, file.source, limits.stream_mib if suffix == STREAMED else limits.file_mib)


def _files_under(path: Path, report: Callable[[LoadError], None]) -> Iterator[SourceFile]:
    if path.is_dir():
        yield from _walk(path, report)
    elif not path.exists():
        report(LoadError(f"{path.as_posix()!r} is not there; check the path."))
    elif path.suffix.lower() not in SUFFIXES:
        report(_unsupported(path.as_posix()))
    else:
        yield SourceFile(path=path, source=path.as_posix())


def _walk(folder: Path, report: Callable[[LoadError], None]) -> Iterator[SourceFile]:
    def unlisted(error: OSError) -> None:
        name = Path(error.filename).as_posix()
        report(LoadError(f"The folder {name!r} cannot be listed ({error.strerror}); check its rights."))

    for parent, folders, names in os.walk(folder, onerror=unlisted):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for path in (Path(parent, name) for name in sorted(names) if not name.startswith(".")):
            if path.suffix.lower() in SUFFIXES and path.is_file() and not path.is_symlink():
                yield SourceFile(path=path, source=path.as_posix())


def _unsupported(source: str) -> LoadError:
    return LoadError(f"{source!r} is of a format that cannot be read; give one of {FORMATS}.")


def _reason(error: Exception) -> str:
    """An exception of a library in a few words of one line, without paths of this machine."""
    line = " ".join(str(error).split())
    return f"{type(error).__name__}: {line[:120]}" if line and "/" not in line else type(error).__name__


def _raise(error: LoadError) -> NoReturn:
    raise error
