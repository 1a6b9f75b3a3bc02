"""The text of a Word file: a line a paragraph, a line a row of a table, in the order of the document.

For notes and for transcripts, in which line breaks within a paragraph part the name from the words (Teams) and cells
of a row are time, name and words: so breaks stay breaks, and cells are parted by tabs. Deleted text, comments,
headers and pictures are not looked at.
"""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from assistant.errors import InputError

MAX_UNPACKED_BYTES = 100 * 1024 * 1024
"""Most that a file may declare to hold once unpacked; zipfile gives no more than was declared."""
MAX_MARKUP_BYTES = 40 * 1024 * 1024
"""Most that one part that is parsed may declare; a transcript of three hours has about 2 MiB."""
MAX_PARTS = 2_000
_OLE = b"\xd0\xcf\x11\xe0"
"""First bytes of the older Office formats, and of every Office file with a password."""
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_AROUND = (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml", f"{_W}smartTag")
_BREAKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


def word_text(data: bytes, source: str) -> str:
    """The text of a docx file. Raises InputError where it is none, is protected, or unpacks to too much."""
    _verify_container(data, source)
    from docx import Document

    try:
        body = Document(io.BytesIO(data)).element.body
        return "\n".join(_lines(body))
    except MemoryError:
        raise
    except Exception as error:
        raise InputError(f"{source!r} is damaged or no docx file; open it in Word and save it again.") from error


def _verify_container(data: bytes, source: str) -> None:
    if data.startswith(_OLE):
        raise InputError(
            f"{source!r} is protected with a password or in the old Office format; save it as docx without one."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            members = container.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise InputError(f"{source!r} is damaged or no docx file; open it in Word and save it again.") from error
    largest = max((member.file_size for member in members if member.filename.endswith((".xml", ".rels"))), default=0)
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED_BYTES or largest > MAX_MARKUP_BYTES or len(members) > MAX_PARTS:
        raise InputError(
            f"{source!r} unpacks to too much ({unpacked / 1e6:,.0f} MB in {len(members):,} parts); "
            "save it again without pictures and what else it does not need."
        )


def _lines(parent: Any) -> Iterator[str]:
    for child in parent.iterchildren():
        if child.tag == f"{_W}p":
            yield _text(child)
        elif child.tag == f"{_W}tbl":
            for row in child.iterchildren(f"{_W}tr"):
                cells = [_cell(cell) for cell in row.iterchildren(f"{_W}tc")]
                yield "\t".join(filter(None, cells))
        elif child.tag in _AROUND:
            yield from _lines(child)


def _cell(cell: Any) -> str:
    """A cell on one line; a table within it is part of it."""
    return " ".join(" ".join(_text(paragraph) for paragraph in cell.iter(f"{_W}p")).split())


def _text(paragraph: Any) -> str:
    """All live text of a paragraph; what an application shows only as a fallback is there already."""
    pieces: list[str] = []
    for part in paragraph.iter(f"{_W}t", *_BREAKS):
        if part.getparent().tag == f"{_W}tabs":
            continue
        content = part.text if part.tag == f"{_W}t" else _BREAKS[part.tag]
        if content and next(part.iterancestors(_FALLBACK), None) is None:
            pieces.append(content)
    return "".join(pieces)
