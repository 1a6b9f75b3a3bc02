"""Reads jsonl: `{"_id", "title", "text"}` a line, one document each, a line at a time.

A bad line is reported with its number and the next one is read; memory is bounded by the longest line.
"""

import codecs
import json
from collections.abc import Iterator
from pathlib import Path

from assistant.decode import read_lines
from assistant.errors import LoadError
from assistant.guide.passage import Document
from ingest.clean import clean_line, has_words
from ingest.formats.document import origin_of
from ingest.formats.plain import plain_outline
from ingest.limits import MIB, ParserLimits

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_jsonl(path: Path, source: str, limits: ParserLimits) -> Iterator[Document | LoadError]:
    """A document or an error for each line that is not blank, in order."""
    empty = True
    with path.open("rb") as stream:
        if stream.read(2) in _UTF16:
            raise LoadError(f"{source!r} is encoded as UTF-16; save it as UTF-8.")
        stream.seek(0)
        for number, line in enumerate(read_lines(stream, limits.line_mib * MIB), 1):
            if line.strip():
                empty = False
                yield _document(path, source, number, line, limits)
    if empty:
        raise LoadError(f"{source!r} has no lines; add some or leave it out.")


def _document(path: Path, source: str, number: int, line: bytes, limits: ParserLimits) -> Document | LoadError:
    place = f"Line {number:,} of {source!r}"
    if len(line) > limits.line_mib * MIB:
        return LoadError(f"{place} is longer than {limits.line_mib} MiB; split its document.")
    try:
        entry = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return LoadError(f"{place} is not UTF-8; save the file as UTF-8.")
    except (ValueError, RecursionError):
        return LoadError(f"{place} is not JSON; each line is one object with `_id`, `title` and `text`.")
    problem = _problem(entry)
    if problem:
        return LoadError(f"{place} {problem}; each line is one object with `_id`, `title` and `text`.")
    return _entry_document(path, entry)


def _problem(entry: object) -> str:
    """What keeps an entry from being a document, or empty."""
    if not isinstance(entry, dict):
        return "is not an object"
    name = entry.get("_id")
    if isinstance(name, bool) or not isinstance(name, str | int) or not clean_line(str(name)):
        return "has no `_id`"
    if not isinstance(entry.get("text"), str) or not isinstance(entry.get("title") or "", str):
        return "has no `text`, or a `title` that is not text"
    if not has_words(entry["text"]) and not has_words(entry.get("title") or ""):
        return "has an empty `text`"
    return ""


def _entry_document(path: Path, entry: dict[str, str]) -> Document:
    """An entry with a title alone is that title: collections for search have such."""
    name = clean_line(str(entry["_id"]))
    title = clean_line(entry.get("title") or "")
    outline = plain_outline(entry["text"] if has_words(entry["text"]) else title, title=title, fallback=name)
    return Document(source=name, origin=origin_of(path), title=outline.title, sections=outline.sections)
