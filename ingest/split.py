"""Cuts a document into passages: whole thoughts with their heading path, none overlapping, no text lost.

Structure comes first: a section is a passage. Tiny neighbours under one parent join, and their sub-headings then
stand in the text. A section that is too long is cut by `cut`. The guide's own articles are written section by
section to stand alone, so theirs are never joined. Nothing here reads a file or knows a model.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from pydantic import BaseModel, ConfigDict, Field

from assistant.guide.passage import HEADING_SEPARATOR, Document, Passage, Section, mint_passage_id
from ingest.cut import cut_text, size_of


class SplitterConfig(BaseModel):
    """How documents are cut; part of an index's manifest, because other cuts are other passages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str = "1"
    """Changes whenever the same settings would cut otherwise."""
    min_words: int = Field(default=40, ge=0)
    """A shorter section is tiny: it joins a neighbour under the same parent where both fit."""
    max_words: int = Field(default=170, ge=20)
    """No passage is longer. With title and headings it stays within the 256 word pieces that are embedded."""
    keep_article_sections: bool = True
    """Whether each section of an article is a passage, however short."""


DEFAULT_CONFIG = SplitterConfig()


def split_document(document: Document, config: SplitterConfig = DEFAULT_CONFIG) -> list[Passage]:
    """The passages of a document in order; `questions` are left empty. The same input gives the same ids."""
    pieces = [piece for order, section in enumerate(document.sections) for piece in _cut(section, order, config)]
    if document.article and config.keep_article_sections:
        drafts = [_Draft((piece,)) for piece in pieces]
    else:
        drafts = _Joiner(config).drafts(pieces, 0)
    return list(_passages(document, drafts))


def _passages(document: Document, drafts: Sequence["_Draft"]) -> Iterator[Passage]:
    occurrences: Counter[tuple[str, str]] = Counter()
    for position, draft in enumerate(drafts):
        heading = HEADING_SEPARATOR.join(part.rstrip(" :") or part for part in draft.path)
        text = draft.text
        yield Passage(
            id=mint_passage_id(document.source, heading, text, occurrences[heading, text]),
            document=document.source,
            title=document.title,
            heading=heading,
            text=text,
            position=position,
            article=document.article,
        )
        occurrences[heading, text] += 1


@dataclass(frozen=True, slots=True)
class _Piece:
    """A section, or a part of one that is too long."""

    path: tuple[str, ...]
    text: str
    order: int
    """Which section of the document it belongs to."""


def _cut(section: Section, order: int, config: SplitterConfig) -> Iterator[_Piece]:
    for text in cut_text(section.text, min_words=config.min_words, max_words=config.max_words):
        yield _Piece(section.path, text, order)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A passage in the making: pieces in order, under the headings that they share."""

    pieces: tuple[_Piece, ...]
    tiny: bool = False
    """Whether it was joined from tiny sections alone, so that more of them may follow."""

    @property
    def path(self) -> tuple[str, ...]:
        return _shared([piece.path for piece in self.pieces])

    @property
    def size(self) -> int:
        return size_of(self.text)

    @property
    def text(self) -> str:
        """The pieces, each under those of its headings that the shared path does not name."""
        blocks: list[str] = []
        above, order = self.path, -1
        depth = len(above)
        for piece in self.pieces:
            known = len(_shared([above, piece.path]))
            if piece.path == above and piece.order != order and known > depth:
                known -= 1
            blocks.append("\n".join((*piece.path[known:], piece.text)))
            above, order = piece.path, piece.order
        return "\n\n".join(blocks)


def _shared(paths: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The longest common beginning."""
    first, last = min(paths), max(paths)
    count = next((index for index, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), None)
    return first if count is None else first[:count]


@dataclass(frozen=True, slots=True)
class _Item:
    """A draft among its siblings."""

    draft: _Draft
    whole: bool
    """Whether it is all of a sibling, and not a part of a long one."""


class _Joiner:
    """Joins tiny siblings, from the deepest headings up."""

    def __init__(self, config: SplitterConfig) -> None:
        self._config = config

    def drafts(self, pieces: Sequence[_Piece], depth: int) -> list[_Draft]:
        """The drafts of what stands under one heading, `depth` levels down."""
        joined: list[_Item] = []
        items = list(self._items(pieces, depth))
        for index, item in enumerate(items):
            after = items[index + 1] if index + 1 < len(items) else None
            if joined and self._joins(joined[-1], item, after, depth):
                joined[-1] = _Item(self._both(joined[-1], item), whole=True)
            else:
                joined.append(item)
        return [item.draft for item in joined]

    def _items(self, pieces: Sequence[_Piece], depth: int) -> Iterator[_Item]:
        for key, group in groupby(pieces, lambda piece: piece.path[depth : depth + 1] or piece.order):
            under = list(group)
            drafts = self.drafts(under, depth + 1) if isinstance(key, tuple) else [_Draft((it,)) for it in under]
            yield from (_Item(draft, whole=len(drafts) == 1) for draft in drafts)

    def _joins(self, before: _Item, item: _Item, after: _Item | None, depth: int) -> bool:
        """Whether a sibling joins the one before it; `after` may be the better match."""
        if not (self._tiny(before) or self._tiny(item)) or not self._fit(before.draft, item.draft):
            return False
        if self._tiny(before):
            return True
        if before.draft.tiny:
            return before.draft.size < (self._config.max_words if depth else 1.5 * self._config.min_words)
        return after is None or not self._fit(item.draft, after.draft) or after.draft.size >= before.draft.size

    def _tiny(self, item: _Item) -> bool:
        return item.whole and item.draft.size < self._config.min_words

    def _fit(self, one: _Draft, other: _Draft) -> bool:
        return _Draft(one.pieces + other.pieces).size <= self._config.max_words

    def _both(self, one: _Item, other: _Item) -> _Draft:
        tiny = all(self._tiny(item) or item.draft.tiny for item in (one, other))
        return _Draft(one.draft.pieces + other.draft.pieces, tiny)
