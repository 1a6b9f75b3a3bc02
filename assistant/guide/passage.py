"""The records of the guide: a document with its sections, and the passages cut from them.

`ingest` makes them, `guide.index` keeps them, retrieval and citation return them. Nothing here reads a
file or knows a model.
"""

import hashlib
from itertools import chain

from pydantic import BaseModel, ConfigDict, Field

from assistant.roles import Role

HEADING_SEPARATOR = " › "


class Section(BaseModel):
    """A stretch of a document under one heading, before it is cut to size."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: tuple[str, ...] = ()
    """Headings from the outermost to the section's own, without the document's title."""
    text: str
    """Plain text; paragraphs are separated by blank lines, list items stand on lines of their own."""


class Document(BaseModel):
    """One source of the guide as read, whatever its format was."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    """Path as given when it was ingested (posix), or the `_id` of a jsonl line."""
    origin: str
    """Absolute path of the file that holds it, so that an index can be rebuilt."""
    title: str
    sections: tuple[Section, ...]
    article: str | None = None
    """Id of the article, for the guide's own Markdown with front matter."""
    roles: tuple[Role, ...] = ()
    """Whom the article is for; empty means everyone."""
    kind: str = ""
    topics: tuple[str, ...] = ()
    asked: dict[Role, tuple[str, ...]] = Field(default_factory=dict)
    """How each kind of person would ask for it; indexed beside the text."""
    sources: tuple[str, ...] = ()
    """Keys of the guide's source list."""

    @property
    def questions(self) -> tuple[str, ...]:
        """Everybody's questions."""
        return tuple(chain.from_iterable(self.asked.values()))

    def digest(self) -> str:
        """SHA-256 over everything that is indexed or shown, 64 hexadecimal digits."""
        return hashlib.sha256(self.model_dump_json(exclude={"origin"}).encode()).hexdigest()


class Passage(BaseModel):
    """A retrievable piece of a document: a whole thought with its heading path."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    """Sixteen hexadecimal digits, a hash of document, heading, text and occurrence."""
    document: str
    """`Document.source`."""
    title: str
    heading: str
    """Heading path joined by ` › `; empty where the document has no headings."""
    text: str
    """Verbatim text of the source, as it is shown."""
    position: int = Field(ge=0)
    """Order within the document, from 0."""
    article: str | None = None
    questions: tuple[str, ...] = ()
    """The document's questions that this passage answers best."""

    def embedded_text(self) -> str:
        """Text that is turned into a vector: title and heading give the passage its context."""
        head = self.title if not self.heading else f"{self.title}: {self.heading}"
        return f"{head}\n{self.text}"


def mint_passage_id(source: str, heading: str, text: str, occurrence: int) -> str:
    """Content-addressed id of a passage.

    `occurrence` (from 0) tells apart identical texts under the same heading of one document.
    """
    content = "\x1f".join((source, heading, text, str(occurrence)))
    return hashlib.sha256(content.encode()).hexdigest()[:16]


class Citation(BaseModel):
    """A sentence's link to the passage that supports it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    marker: str
    """What stands in the answer between square brackets: `1`, `2` …"""
    id: str
    """Id of the passage."""
    document: str
    title: str
    heading: str
    text: str
    """The passage, verbatim."""
    quotes: tuple[str, ...] = ()
    """The sentences of the passage that the answer rests on, verbatim, in order of use."""
