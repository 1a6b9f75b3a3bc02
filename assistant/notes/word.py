"""The text of a Word file: a line a paragraph, a line a row of a table, in the order of the document.

For notes and for transcripts, in which line breaks within a paragraph part the name from the words (Teams) and cells
of a row are time, name and words: so breaks stay breaks, and cells are parted by tabs. Deleted text, comments,
headers and pictures are not looked at.

Read as a stream, because a file of a hundred kilobytes may unpack to a tree of a gigabyte: python-docx needed 1.5 GB
and 27 s for one. No definition of entities is accepted, and nothing is fetched.
"""

import io
import zipfile
import zlib
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

from assistant.errors import InputError

MAX_UNPACKED_BYTES = 100 * 1024 * 1024
"""Most that a file may declare to hold once unpacked; zipfile gives no more than was declared."""
MAX_MARKUP_BYTES = 20 * 1024 * 1024
"""Most that one part of markup may declare; a transcript of three hours has about 2 MiB."""
MAX_PARTS = 2_000
_MAX_DEPTH = 500
_MAX_TAG_BYTES = 1024 * 1024
"""Most that one tag may be long, with its attributes."""
_MAX_RELATIONS_BYTES = 1024 * 1024
_CHUNK = 64 * 1024
_OLE = b"\xd0\xcf\x11\xe0"
"""First bytes of the older Office formats, and of every Office file with a password."""
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main "
_UNSEEN = ("http://schemas.openxmlformats.org/markup-compatibility/2006 Fallback", f"{_W}moveFrom")
"""What an application shows only where it cannot show what stands beside it, and text that now stands elsewhere."""
_BREAKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    ElementTree.ParseError,
    OSError,
    EOFError,
    ValueError,
    LookupError,
    RuntimeError,
)
"""What a file that is damaged, protected or no Word file raises on its way through zipfile and expat."""


def word_text(data: bytes, source: str) -> str:
    """The text of a docx file. Raises InputError where it is none, is protected, or unpacks to too much."""
    if data.startswith(_OLE):
        raise InputError(
            f"{source!r} is protected with a password or in the old Office format; save it as docx without one."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            _verify_size(container, source)
            with container.open(_body(container)) as stream:
                return _Lines().read(stream)
    except _UNREADABLE as error:
        raise InputError(f"{source!r} is damaged or no docx file; open it in Word and save it again.") from error


def _verify_size(container: zipfile.ZipFile, source: str) -> None:
    members = container.infolist()
    largest = max((member.file_size for member in members if member.filename.endswith((".xml", ".rels"))), default=0)
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED_BYTES or largest > MAX_MARKUP_BYTES or len(members) > MAX_PARTS:
        raise InputError(
            f"{source!r} unpacks to too much ({unpacked / 1e6:,.0f} MB in {len(members):,} parts); "
            "save it again without pictures and what else it does not need."
        )


def _body(container: zipfile.ZipFile) -> zipfile.ZipInfo:
    """The part that holds the text, which the container's own list of relations names."""
    with container.open("_rels/.rels") as stream:
        relations = stream.read(_MAX_RELATIONS_BYTES)
    for relation in ElementTree.fromstring(relations):
        if relation.get("Type", "").endswith("/officeDocument"):
            body = container.getinfo(relation.get("Target", "").lstrip("/"))
            if body.file_size <= MAX_MARKUP_BYTES:
                return body
    raise ValueError("no part with a text")


class _Lines:
    """Takes the lines out of the markup as it comes by, and holds nothing else of it."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = _refuse_definitions
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._add
        self._path: list[str] = []
        """Names of the elements that are open."""
        self._unseen = 0
        self._cells = 0
        """How many elements that are not to be seen, and how many cells, are open."""
        self._line: list[str] = []
        self._row: list[str] = []
        self._lines: list[str] = []

    def read(self, stream: Any) -> str:
        """The lines of a document. Raises `ExpatError`, or ValueError where it is no document or cannot be one."""
        read = 0
        while chunk := stream.read(_CHUNK):
            self._parser.Parse(chunk, False)
            read += len(chunk)
            if read - self._parser.CurrentByteIndex > _MAX_TAG_BYTES:
                raise ValueError("a tag without an end")
        self._parser.Parse(b"", True)
        return "\n".join(self._lines)

    def _begin(self, name: str, _attributes: dict[str, str]) -> None:
        if len(self._path) == _MAX_DEPTH or (not self._path and name != f"{_W}document"):
            raise ValueError("no Word document")
        if name in _BREAKS and self._path[-1] != f"{_W}tabs" and not self._unseen:
            self._line.append(_BREAKS[name])
        self._path.append(name)
        self._unseen += name in _UNSEEN
        self._cells += name == f"{_W}tc"

    def _add(self, text: str) -> None:
        if self._path[-1] == f"{_W}t" and not self._unseen:
            self._line.append(text)

    def _end(self, name: str) -> None:
        self._path.pop()
        self._unseen -= name in _UNSEEN
        self._cells -= name == f"{_W}tc"
        if name == f"{_W}p":
            self._end_paragraph()
        elif name == f"{_W}tc" and not self._cells:
            self._row.append(" ".join(self._taken().split()))
        elif name == f"{_W}tr" and not self._cells:
            self._lines.append("\t".join(filter(None, self._row)))
            self._row = []

    def _end_paragraph(self) -> None:
        """A line of its own; within a cell, which is one line, and for a text box within a paragraph, a part of it."""
        if self._cells:
            self._line.append(" ")
        elif self._unseen:
            return
        elif f"{_W}p" in self._path:
            self._line.append("\n")
        else:
            self._lines.append(self._taken())

    def _taken(self) -> str:
        taken, self._line = "".join(self._line), []
        return taken


def _refuse_definitions(*_: object) -> None:
    """Word writes none; they are how markup grows without end and how it reads other files."""
    raise ValueError("definitions of entities")
