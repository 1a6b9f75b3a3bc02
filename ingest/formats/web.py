"""Reads HTML: what a reader would see of a page, and none of what a browser would fetch or run.

The tree is walked without recursion, so nesting is bounded by memory alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.decode import decode
from assistant.guide.passage import Document
from ingest.clean import clean_line, clean_lines
from ingest.formats.document import build_document, title_from_name
from ingest.limits import ParserLimits
from ingest.outline import Block, build_outline

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import PageElement, Tag

_DROPPED_TAGS = """
head title script style nav noscript template iframe frame svg math object embed audio video canvas map
"""
_DROPPED = frozenset(_DROPPED_TAGS.split())
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCK_TAGS = """
address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure
footer form header hgroup hr html legend li main menu ol p pre search section summary table tbody tfoot thead tr ul
"""
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_INSIDE_ITEM = frozenset(("p", "div", "section", "article"))
"""Blocks that do not end a list item or a table row."""


@dataclass(frozen=True, slots=True)
class Page:
    """What was read of a page."""

    title: str
    """Text of its title element, or empty."""
    blocks: list[Block]


def read_html(path: Path, source: str, limits: ParserLimits) -> Document:  # noqa: ARG001
    """One HTML file; its title is the title element's, or the one top heading that the title repeats."""
    page = html_blocks(_decoded(path.read_bytes(), source))
    title = _own_title(page)
    return build_document(path, source, build_outline(page.blocks, title=title, fallback=title_from_name(path)))


def html_blocks(markup: str) -> Page:
    """Title and blocks of a page or of a fragment."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(markup, "html.parser")
    title = soup.title.get_text() if soup.title else ""
    return Page(clean_line(title), list(_Reader().read(soup)))


def _decoded(data: bytes, source: str) -> str:
    from bs4.dammit import EncodingDetector

    declared = EncodingDetector.find_declared_encoding(data, is_html=True, search_entire_document=False)
    return decode(data, source, [declared] if declared else [])


def _own_title(page: Page) -> str:
    """The page's title without the site's name, where the single top heading tells which part is which."""
    tops = [block.text for block in page.blocks if block.level == 1]
    if len(tops) == 1 and tops[0].casefold() in page.title.casefold():
        return tops[0]
    return page.title


@dataclass
class _Reader:
    """Walks the tree and gathers text between the edges of blocks."""

    text: list[str] = field(default_factory=list)
    open: list["Tag"] = field(default_factory=list)
    lists: list[int | None] = field(default_factory=list)
    marker: str = ""
    items: int = 0
    """How many list items and table rows are open."""
    level: int = 0
    pre: int = 0

    def read(self, soup: "BeautifulSoup") -> Iterator[Block]:
        walk: list[Iterator[PageElement]] = [iter(soup.contents)]
        while walk:
            node = next(walk[-1], None)
            if node is None:
                walk.pop()
                if self.open:
                    yield from self._close(self.open.pop())
            elif contents := self._contents(node):
                yield from self._enter(contents)
                self.open.append(contents)
                walk.append(iter(contents.contents))
        yield from self._flush()

    def _contents(self, node: "PageElement") -> "Tag | None":
        """The element to go into; text is kept, comments and what is not shown are passed over."""
        from bs4.element import NavigableString, PreformattedString, Tag

        if isinstance(node, NavigableString):
            if not isinstance(node, PreformattedString):
                self.text.append(str(node) if self.pre else str(node).replace("\n", " "))
            return None
        if not isinstance(node, Tag) or _is_hidden(node):
            return None
        if node.name == "img":
            self.text.append(f" {node.get('alt') or ''} ")
        return node

    def _enter(self, tag: "Tag") -> Iterator[Block]:
        if tag.name == "br":
            self.text.append("\n")
        elif tag.name in ("td", "th"):
            self.text.append(" | " if "".join(self.text).strip() else "")
        elif self._is_edge(tag):
            yield from self._flush()
        elif tag.name in _INSIDE_ITEM:
            self.text.append(" ")
        match tag.name:
            case "ol" | "ul" | "menu":
                self.lists.append(1 if tag.name == "ol" else None)
            case "li":
                self.items += 1
                self.marker = self._next_marker()
            case "tr":
                self.items += 1
            case "pre":
                self.pre += 1
            case name if name in _HEADINGS:
                self.level, self.marker = _HEADINGS[name], ""

    def _close(self, tag: "Tag") -> Iterator[Block]:
        if self._is_edge(tag):
            yield from self._flush()
        match tag.name:
            case "ol" | "ul" | "menu":
                self.lists.pop()
            case "li" | "tr":
                self.items -= 1
                self.marker = ""
            case "pre":
                self.pre -= 1
            case name if name in _HEADINGS:
                self.level = 0

    def _is_edge(self, tag: "Tag") -> bool:
        if tag.name in _HEADINGS:
            return True
        return tag.name in _BLOCKS and not (self.items and tag.name in _INSIDE_ITEM)

    def _next_marker(self) -> str:
        number = self.lists[-1] if self.lists else None
        if number is None:
            return "- "
        self.lists[-1] = number + 1
        return f"{number}. "

    def _flush(self) -> Iterator[Block]:
        raw, self.text = "".join(self.text), []
        one_line = self.level or self.items
        text = clean_line(raw) if one_line else "\n".join(filter(None, clean_lines(raw)))
        if not text.strip(" |"):
            return
        yield Block(text if self.level else self.marker + text, self.level, item=self.items > 0 and not self.level)
        self.marker = ""


def _is_hidden(tag: "Tag") -> bool:
    if tag.name in _DROPPED or tag.get("role") == "navigation" or tag.has_attr("hidden"):
        return True
    return "display:none" in str(tag.get("style") or "").replace(" ", "").casefold()
