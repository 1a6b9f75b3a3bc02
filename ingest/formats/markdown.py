"""Reads Markdown: the guide's own articles with front matter, and anyone's notes.

Structure comes from markdown-it's tokens, so every construct of CommonMark is understood as a browser would
show it. Link targets, images, scripts and tags are left behind; link texts and image descriptions stay.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.decode import decode
from assistant.guide.passage import Document
from ingest.clean import clean_line, clean_lines
from ingest.formats.article import read_front_matter
from ingest.formats.document import build_document, title_from_name
from ingest.formats.web import html_blocks
from ingest.limits import ParserLimits
from ingest.outline import Block, build_outline

if TYPE_CHECKING:
    from markdown_it.token import Token

_MAX_NESTING = 10_000
"""Out of reach: the default of 20 would drop deeper text without a word. Too deep a file fails on recursion."""
_OPENS_HIDDEN = re.compile(r"<(script|style)\b(?![^<]*/>)", re.IGNORECASE)
_CLOSES_HIDDEN = re.compile(r"</(script|style)\s*>", re.IGNORECASE)


def read_markdown(path: Path, source: str, limits: ParserLimits) -> Document:  # noqa: ARG001
    """One Markdown file; an article of the guide keeps its front matter."""
    front, body = read_front_matter(decode(path.read_bytes(), source), source)
    outline = build_outline(markdown_blocks(body), title=front.title, fallback=title_from_name(path))
    return build_document(path, source, outline).model_copy(update=front.document_fields())


def markdown_blocks(body: str) -> Iterator[Block]:
    """Headings, paragraphs and list items of a Markdown text, in order."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING}).enable(["table", "strikethrough"])
    return _Reader().read(parser.parse(body))


@dataclass
class _Reader:
    """Walks the tokens; holds the list item or table row under way."""

    lists: list[int | None] = field(default_factory=list)
    """A number for each open ordered list, None for a bullet list."""
    parts: list[str] = field(default_factory=list)
    marker: str = ""
    row: bool = False
    hidden: bool = False
    """Inside a script or style element that runs over several tokens."""

    def read(self, tokens: Sequence["Token"]) -> Iterator[Block]:
        level = 0
        for token in tokens:
            match token.type:
                case "heading_open":
                    yield from self._flush()
                    level = int(token.tag[1])
                case "heading_close":
                    level = 0
                case "bullet_list_open" | "ordered_list_open":
                    yield from self._flush()
                    start = int(token.attrGet("start") or 1)
                    self.lists.append(start if token.type == "ordered_list_open" else None)
                case "bullet_list_close" | "ordered_list_close":
                    self.lists.pop()
                case "list_item_open":
                    self.marker = self._next_marker()
                case "list_item_close" | "tr_open":
                    yield from self._flush()
                    self.row = token.type == "tr_open"
                case "tr_close":
                    yield from self._flush(" | ")
                    self.row = False
                case "html_block":
                    yield from self._flush()
                    yield from self._html(token.content)
                case "inline":
                    yield from self._text(self._inline(token), level)
                case "fence" | "code_block" if not self.hidden:
                    yield from self._text(token.content, level)

    def _text(self, text: str, level: int) -> Iterator[Block]:
        if level:
            yield Block(clean_line(text), level)
        elif self.row or self.lists:
            self.parts.append(clean_line(text))
        else:
            yield Block("\n".join(filter(None, clean_lines(text))))

    def _next_marker(self) -> str:
        number = self.lists[-1]
        if number is None:
            return "- "
        self.lists[-1] = number + 1
        return f"{number}. "

    def _flush(self, joiner: str = " ") -> Iterator[Block]:
        text = joiner.join(filter(None, self.parts))
        if text:
            yield Block(self.marker + text, item=True)
            self.marker = ""
        self.parts = []

    def _inline(self, token: "Token") -> str:
        pieces = []
        for child in token.children or ():
            if child.type == "html_inline":
                self._follow(child.content)
            elif self.hidden:
                continue
            elif child.type in ("softbreak", "hardbreak"):
                pieces.append(" " if child.type == "softbreak" else "\n")
            else:
                pieces.append(child.content)
        return "".join(pieces)

    def _html(self, markup: str) -> Iterator[Block]:
        if self.hidden:
            closing = _CLOSES_HIDDEN.search(markup)
            markup = markup[closing.end() :] if closing else ""
            self.hidden = closing is None
        self._follow(markup)
        yield from html_blocks(markup).blocks

    def _follow(self, markup: str) -> None:
        opened = [match.start() for match in _OPENS_HIDDEN.finditer(markup)]
        closed = [match.start() for match in _CLOSES_HIDDEN.finditer(markup)]
        if opened or closed:
            self.hidden = max(opened, default=-1) > max(closed, default=-1)
