"""Reads Word documents: headings by style, paragraphs, lists, tables a row a line.

Works on the XML tree, because python-docx's paragraph text leaves out inserted text and content controls.
Deleted text, comments, headers, pictures and linked files are not looked at.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.guide.passage import Document
from ingest.clean import clean_line
from ingest.formats.container import stated_title, verify_container
from ingest.formats.document import build_document, title_from_name
from ingest.limits import ParserLimits
from ingest.outline import Block, build_outline

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TITLE_LEVEL = 1
"""Level of the style Title; Heading 1 is one below it."""


def read_docx(path: Path, source: str, limits: ParserLimits) -> Document:
    """One Word document; its title is the paragraph styled Title, its only top heading, or its property."""
    verify_container(path, source, limits)
    from docx import Document as open_docx

    package = open_docx(str(path))
    styles = {style.style_id: _chain(style) for style in package.styles}
    blocks = list(_blocks(package.element.body, styles))
    styled = next((block.text for block in blocks if block.level == _TITLE_LEVEL), "")
    outline = build_outline(blocks, title=styled, fallback=stated_title(package) or title_from_name(path))
    return build_document(path, source, outline)


def _chain(style: Any) -> list[str]:
    """Names of a style and of those it is based on, lower case, its own first."""
    names: list[str] = []
    while style is not None and len(names) < 12:
        names.append((style.name or "").lower())
        style = getattr(style, "base_style", None)
    return names


def _blocks(parent: Any, styles: dict[str, list[str]]) -> Iterator[Block]:
    for child in parent.iterchildren():
        if child.tag == f"{_W}p":
            yield _paragraph(child, styles)
        elif child.tag == f"{_W}tbl":
            yield from _rows(child)
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"):
            yield from _blocks(child, styles)


def _paragraph(node: Any, styles: dict[str, list[str]]) -> Block:
    properties = node.find(f"{_W}pPr")
    stated = None if properties is None else properties.find(f"{_W}pStyle")
    names = styles.get("" if stated is None else stated.get(f"{_W}val"), [])
    text = _text(node)
    level = _level(names)
    numbered = properties is not None and properties.find(f"{_W}numPr") is not None
    if level or not (numbered or any(name.startswith("list") for name in names)):
        return Block(text, level)
    return Block(f"- {text}" if text else "", item=True)


def _level(names: list[str]) -> int:
    """Heading level of a chain of style names, 0 for text."""
    for name in names:
        if name == "title":
            return _TITLE_LEVEL
        head, _, number = name.rpartition(" ")
        if head == "heading" and number.isdigit():
            return _TITLE_LEVEL + min(int(number), 9)
    return 0


def _rows(table: Any) -> Iterator[Block]:
    """A line a row; tables within cells are part of their cell."""
    for row in table.iterchildren(f"{_W}tr"):
        cells = [_text(cell) for cell in row.iter(f"{_W}tc") if _table_of(cell) is table]
        yield Block(" | ".join(filter(None, cells)), item=True)


def _table_of(cell: Any) -> Any:
    return next(cell.iterancestors(f"{_W}tbl"), None)


def _text(node: Any) -> str:
    """All live text below a node; what an application shows only as a fallback is there already."""
    pieces: list[str] = []
    for part in node.iter(f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}cr", f"{_W}p"):
        if part.tag != f"{_W}t":
            pieces.append(" ")
        elif part.text and next(part.iterancestors(_FALLBACK), None) is None:
            pieces.append(part.text)
    return clean_line("".join(pieces))
