"""The guide as this process sees it: opened when first needed, and opened anew when an ingest has finished.

Every reader asks `Library.current()` for each piece of work; that costs one look at a small file.
"""

import threading
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.errors import EyelevelError, IndexMissing
from assistant.events import log
from assistant.guide.index import GuideIndex
from assistant.guide.manifest import DocumentRecord, read_pointer
from assistant.guide.passage import Passage
from assistant.guide.search import Encoder, HybridSearch
from assistant.settings import Settings


class GuideState(BaseModel):
    """Whether the guide can be used; `message` is one plain line for a person."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: Literal["loading", "ready", "empty", "damaged"]
    message: str
    documents: int = 0
    passages: int = 0
    generation: str = ""


class Library:
    """The one open index of this process."""

    def __init__(self, settings: Settings, encoder: Encoder, embedding: str) -> None:
        self._settings, self._encoder, self._embedding = settings, encoder, embedding
        self._search: HybridSearch | None = None
        self._lock = threading.Lock()

    def current(self) -> HybridSearch:
        """Search over the generation in use. Raises `GuideIndexError` where there is none that works."""
        with self._lock:
            generation = read_pointer(self._settings.index_dir)
            if self._search is None or self._search.index.manifest.generation != generation:
                index = GuideIndex.open(self._settings, self._embedding)
                self._search = HybridSearch(index, self._encoder)  # the old one closes when its last reader is done
                log("guide.opened", generation=index.manifest.generation, passages=index.manifest.passages)
            return self._search

    def warm(self) -> None:
        """Open the guide and load the embedding model, so that the first question does not wait for them."""
        search = self.current()
        search.search("warm up", 1)

    def state(self) -> GuideState:
        """The guide's state now; never raises."""
        try:
            manifest = self.current().index.manifest
        except IndexMissing as error:
            return GuideState(status="empty", message=str(error))
        except EyelevelError as error:
            return GuideState(status="damaged", message=str(error))
        return GuideState(
            status="ready",
            message=f"{manifest.documents} documents in {manifest.passages} passages.",
            documents=manifest.documents,
            passages=manifest.passages,
            generation=manifest.generation,
        )

    def documents(self) -> list[DocumentRecord]:
        """Every document of the guide, in order of its source."""
        return list(self.current().index.documents.values())

    def read(self, source: str) -> list[Passage]:
        """The passages of one document, in order."""
        return self.current().index.read_document(source)
