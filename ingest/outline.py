"""From a flat run of headings and paragraphs to titled sections: what every format reader ends with.

A reader yields `Block`s in reading order; `build_outline` picks the title and puts each text under its
heading path. No word is dropped: a heading with nothing under it stays as text.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.guide.passage import Section
from ingest.clean import has_words

MAX_HEADING_WORDS = 25
"""A longer "heading" is a paragraph that someone styled as one."""


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph or a list item, already cleaned."""

    text: str
    level: int = 0
    """0 for text; 1 and up for headings, 1 the outermost."""
    item: bool = False
    """Whether it stands on a line of its own right under the line before (list items, table rows)."""
    bare: bool = False
    """Set by `build_outline`: a heading without anything under it."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A document's title and its sections."""

    title: str
    sections: tuple[Section, ...]


def build_outline(blocks: Iterable[Block], *, title: str = "", fallback: str) -> Outline:
    """Title and sections of a document.

    `title` is the one that the format states; without it the first heading is the title when no text stands
    before it and no other heading is of its rank, else `fallback`. A first heading that is or repeats the
    title is left out of the paths.
    """
    kept = [_as_text_if_long(block) for block in blocks if has_words(block.text)]
    first = kept[0] if kept else Block("")
    if not title and first.level and all(not 0 < block.level <= first.level for block in kept[1:]):
        title = first.text
    title = title or fallback
    if first.level and len(kept) > 1 and same_title(first.text, title):
        kept = kept[1:]
    return Outline(title, tuple(_sections(_without_bare_headings(kept))))


def same_title(one: str, other: str) -> bool:
    """Whether two titles are the same but for case, blank space and closing punctuation."""
    return _folded(one) == _folded(other)


def _folded(text: str) -> str:
    return " ".join(text.casefold().rstrip(" .:!?").split())


def _as_text_if_long(block: Block) -> Block:
    if block.level and len(block.text.split()) > MAX_HEADING_WORDS:
        return replace(block, level=0)
    return block


def _without_bare_headings(blocks: Sequence[Block]) -> Iterator[Block]:
    """Marks headings with nothing under them, so that they become text where they stand in the tree."""
    for index, block in enumerate(blocks):
        below = blocks[index + 1] if index + 1 < len(blocks) else None
        bare = block.level > 0 and (below is None or 0 < below.level <= block.level)
        yield replace(block, bare=True) if bare else block


def _sections(blocks: Iterable[Block]) -> Iterator[Section]:
    path: list[Block] = []
    held: list[Block] = []
    for block in blocks:
        if not block.level:
            held.append(block)
            continue
        before, path = path, [heading for heading in path if heading.level < block.level]
        if held and (not block.bare or len(path) < len(before)):
            yield _section(before, held)
            held = []
        if block.bare:
            held.append(replace(block, level=0))
        else:
            path.append(block)
    if held:
        yield _section(path, held)


def _section(path: Sequence[Block], held: Sequence[Block]) -> Section:
    text = held[0].text
    for before, block in pairwise(held):
        text += ("\n" if before.item and block.item else "\n\n") + block.text
    return Section(path=tuple(heading.text for heading in path), text=text)
