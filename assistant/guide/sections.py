"""Sections of the guide by the article and the heading, for texts of ours that rest on them and cite them.

A guide that is missing or damaged costs the citations and nothing else. Nothing here ranks passages or loads a model.
"""

import threading
from collections.abc import Callable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from assistant.errors import EyelevelError, IndexMissing
from assistant.guide.index import GuideIndex
from assistant.guide.manifest import read_pointer
from assistant.guide.passage import Citation, Passage
from assistant.settings import Settings

__all__ = ["Line", "Section", "Sections"]

Line = Annotated[str, StringConstraints(pattern=r"^\S(.*\S)?$")]
"""One line without blank space around it; a pattern's dot takes no line break."""


class Section(BaseModel):
    """A section of an article of the guide."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    article: Line
    """Id of the article."""
    heading: Line


class Sections:
    """Looks up and cites the sections that somebody rests on; opened when first asked, safe to share."""

    def __init__(
        self,
        settings: Settings,
        wanted: Callable[[], frozenset[Section]],
        current: Callable[[], GuideIndex] | None = None,
    ) -> None:
        """`wanted`: all sections that may be asked for. `current` hands out the index in use, such as
        `lambda: library.current().index`; by default it is opened here, for reading only, without Chroma and without
        an embedding model."""
        self._settings, self._wanted = settings, wanted
        self._current = current or self._open
        self._lock = threading.RLock()
        self._index: GuideIndex | None = None
        self._found: dict[Section, Passage] = {}
        self._found_in: GuideIndex | None = None

    @property
    def trouble(self) -> str | None:
        """Why some or all citations are missing, as one plain line; None where nothing is amiss."""
        try:
            found = self._passages()
        except EyelevelError as error:
            return str(error)
        missing = min((f"{one.article} › {one.heading}" for one in self._wanted() - set(found)), default=None)
        return missing and f"The guide has no section {missing!r}; run `eyelevel ingest` to take up the shipped guide."

    def cite(self, section: Section, marker: str, quotes: tuple[str, ...] = ()) -> tuple[Citation, ...]:
        """The citation of a section, with those quotes that it holds; empty where the guide does not have it."""
        try:
            passage = self._passages().get(section)
        except EyelevelError:
            return ()
        if passage is None:
            return ()
        fields = passage.model_dump(include={"id", "document", "title", "heading", "text"})
        return (Citation(marker=marker, quotes=tuple(quote for quote in quotes if quote in passage.text), **fields),)

    def _passages(self) -> dict[Section, Passage]:
        """The sections that the guide in use has, looked up once a generation. Raises `EyelevelError`."""
        with self._lock:
            index = self._current()
            if index is not self._found_in:
                self._found, self._found_in = _look_up(index, self._wanted()), index
            return self._found

    def _open(self) -> GuideIndex:
        generation = read_pointer(self._settings.index_dir)
        if generation is None:
            raise IndexMissing("The guide is empty: nothing was ingested yet; run `eyelevel ingest`.")
        if self._index is None or self._index.manifest.generation != generation:
            self._index = GuideIndex(self._settings.index_dir / generation, self._settings, connect_now=False)
        return self._index


def _look_up(index: GuideIndex, wanted: frozenset[Section]) -> dict[Section, Passage]:
    """The first passage of each section; a section that is longer than a passage goes on in the next."""
    found: dict[Section, Passage] = {}
    for passage in index.read_articles({one.article for one in wanted}):
        if passage.article and passage.heading:
            found.setdefault(Section(article=passage.article, heading=passage.heading), passage)
    return {section: passage for section, passage in found.items() if section in wanted}
