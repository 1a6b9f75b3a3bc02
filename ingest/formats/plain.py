"""Reads plain text, and the text that a PDF gives: structure is guessed, words are never lost.

`headings` says which lines head what follows; the rest becomes paragraphs and list items. A line that is not
clearly a heading stays text.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.decode import decode
from assistant.guide.passage import Document
from ingest.clean import clean_lines
from ingest.formats.document import build_document, title_from_name
from ingest.formats.headings import Line, find_headings, is_title, mark_lines
from ingest.limits import ParserLimits
from ingest.outline import Block, Outline, build_outline, same_title


def read_plain(path: Path, source: str, limits: ParserLimits) -> Document:  # noqa: ARG001
    """One text file; its title is its first line where that reads like one."""
    outline = plain_outline(decode(path.read_bytes(), source), fallback=title_from_name(path))
    return build_document(path, source, outline)


def plain_outline(text: str, *, title: str = "", fallback: str) -> Outline:
    """Title and sections of a plain text. `title` is known already, or it is taken from the first line."""
    lines = mark_lines(clean_lines(text))
    if lines and not title and is_title(lines):
        title, lines = lines[0].text, lines[1:]
    if len(lines) > 1 and title and same_title(lines[0].text, title):
        lines = lines[1:]
    return build_outline(_blocks(lines), title=title or fallback, fallback=fallback)


def _blocks(lines: Sequence[Line]) -> Iterator[Block]:
    levels = find_headings(lines)
    held: Block | None = None
    before: Line | None = None
    for line, level in zip(lines, levels, strict=True):
        if held and before and not level and _continues(before, line):
            held = Block(f"{held.text} {line.text}", item=held.item)
        else:
            if held:
                yield held
            held = Block(line.text, level, item=line.item and not level)
        before = None if level else line
    if held:
        yield held


def _continues(before: Line, line: Line) -> bool:
    """Whether a line goes on with the sentence of the line before (text wrapped at a width)."""
    if line.gap or line.item:
        return False
    return before.full or line.text[0].islower()
