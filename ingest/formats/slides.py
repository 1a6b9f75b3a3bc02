"""Reads PowerPoint presentations: a section a slide, with its texts, tables and speaker notes."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from assistant.guide.passage import Document
from ingest.clean import clean_line
from ingest.formats.container import stated_title, verify_container
from ingest.formats.document import build_document, title_from_name
from ingest.limits import ParserLimits
from ingest.outline import Block, build_outline


def read_pptx(path: Path, source: str, limits: ParserLimits) -> Document:
    """One presentation; its title is that of its first slide, else the one in its properties."""
    verify_container(path, source, limits)
    from pptx import Presentation

    deck = Presentation(str(path))
    slides = list(deck.slides)
    first = _title(slides[0]) if slides else ""
    blocks = [block for number, slide in enumerate(slides, 1) for block in _slide(slide, number)]
    outline = build_outline(blocks, title=first or stated_title(deck), fallback=title_from_name(path))
    return build_document(path, source, outline)


def _slide(slide: Any, number: int) -> Iterator[Block]:
    yield Block(_title(slide) or f"Slide {number}", level=1)
    title = slide.shapes.title
    for shape in _shapes(slide.shapes):
        if title is None or shape.shape_id != title.shape_id:
            yield from _lines(shape)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        for paragraph in slide.notes_slide.notes_text_frame.paragraphs:
            yield Block(clean_line(paragraph.text))


def _title(slide: Any) -> str:
    title = slide.shapes.title
    return "" if title is None else clean_line(title.text_frame.text)


def _shapes(shapes: Iterable[Any]) -> Iterator[Any]:
    """The shapes of a slide in order, with those inside groups."""
    waiting = list(shapes)[::-1]
    while waiting:
        shape = waiting.pop()
        inner = getattr(shape, "shapes", None)
        if inner is None:
            yield shape
        else:
            waiting += list(inner)[::-1]


def _lines(shape: Any) -> Iterator[Block]:
    """A line a paragraph of a text box, and a line a row of a table."""
    if getattr(shape, "has_table", False):
        for row in shape.table.rows:
            cells = [clean_line(cell.text) for cell in row.cells if not cell.is_spanned]
            yield Block(" | ".join(filter(None, cells)), item=True)
    elif shape.has_text_frame:
        for paragraph in shape.text_frame.paragraphs:
            yield Block(clean_line(paragraph.text), item=True)
