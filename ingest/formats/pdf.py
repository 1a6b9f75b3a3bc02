"""Reads the text layer of a PDF. No picture is looked at, no script run, no link followed.

A PDF knows letters and places, not paragraphs: its lines are put together again by `plain`.
"""

import logging
import re
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import LoadError
from assistant.guide.passage import Document
from ingest.clean import clean_line, clean_lines, has_words
from ingest.formats.document import build_document, title_from_name
from ingest.formats.plain import plain_outline
from ingest.limits import ParserLimits

if TYPE_CHECKING:
    from pypdf import PdfReader

_SCAN = "it is probably a scan: run text recognition (OCR) over it first"
_NO_TITLE = re.compile(
    r"untitled|unknown|\(?anonymous\)?|microsoft (word|powerpoint)|.*\.(docx?|pptx?|pdf|indd|tex)$", re.I
)
"""What programs write as a title when nobody gave one."""
_BROKEN_WORD = re.compile(r"(\w+)-$")
_WORD = re.compile(r"\w+")


def read_pdf(path: Path, source: str, limits: ParserLimits) -> Document:  # noqa: ARG001
    """One PDF; its title is the one in its properties, else its first line where that reads like one."""
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    with path.open("rb") as stream:
        reader = PdfReader(stream)
        _verify_open(reader, source)
        pages = [page.extract_text() or "" for page in reader.pages]
        title = _stated_title(reader)
    text = "\n".join(_with_whole_words([line for page in pages for line in clean_lines(page)]))
    return build_document(path, source, plain_outline(text, title=title, fallback=title_from_name(path)), hint=_SCAN)


def _verify_open(reader: "PdfReader", source: str) -> None:
    """Raises LoadError for a PDF that asks for a password; many are encrypted with an empty one."""
    from pypdf.errors import DependencyError

    if not reader.is_encrypted:
        return
    try:
        opened = bool(reader.decrypt(""))
    except DependencyError:
        opened = False
    if not opened:
        raise LoadError(f"{source!r} is protected with a password; save a copy without one.")


def _stated_title(reader: "PdfReader") -> str:
    stated = clean_line(str(reader.metadata.title or "")) if reader.metadata else ""
    return stated if has_words(stated) and not _NO_TITLE.match(stated) else ""


def _with_whole_words(lines: list[str]) -> list[str]:
    """Joins words that a line end broke. The hyphen goes only where the document has the word without it."""
    known = {word.casefold() for line in lines for word in _WORD.findall(line)}
    for index in range(len(lines) - 1):
        broken = _BROKEN_WORD.search(lines[index])
        below = lines[index + 1]
        if not broken or not below[:1].islower():
            continue
        rest, _, lines[index + 1] = below.partition(" ")
        whole = (broken[1] + _WORD.findall(rest)[0]).casefold() in known
        lines[index] = lines[index][: -1 if whole else None] + rest
    return lines
