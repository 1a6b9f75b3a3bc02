"""The guide's index: vectors in Chroma, words in BM25, a manifest beside them. The only importer of chromadb.

`GuideIndex` reads one generation; `guide.builder` writes a new one beside it. It holds the shared guide and
nothing personal. Passages come back as records; ranking is `guide.search`'s work.
"""

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import numpy as np
from numpy.typing import NDArray

from assistant.errors import GuideIndexError, IndexDamaged, IndexMismatch, IndexMissing
from assistant.guide import manifest as files
from assistant.guide.lexical import LexicalIndex
from assistant.guide.manifest import MENDING
from assistant.guide.passage import Passage
from assistant.settings import Settings

Vectors = NDArray[np.float32]

COSINE = {"hnsw": {"space": "cosine"}}
"""Set explicitly: Chroma's default is squared Euclidean, whose scores invert and are unbounded."""
SQLITE_CHECK_BYTES = 64 * (1 << 20)
"""Up to this size SQLite's own check is run on opening (20 ms for the shipped guide)."""


class GuideIndex:
    """One generation, open for reading; safe to share between threads."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.folder = folder
        self.manifest = files.read_manifest(folder)
        if self.manifest.format != files.FORMAT:
            raise IndexMismatch(f"The index has format {self.manifest.format}, not {files.FORMAT}; {MENDING}.")
        files.verify_files(folder, self.manifest)
        self.documents = {record.source: record for record in files.read_documents(folder)}
        self.lexical = LexicalIndex.load(folder / "lexical")
        self._client = connect(folder, settings)
        self._passages = self._collection("passages", self.manifest.passages)
        self._questions = self._collection("questions", self.manifest.questions)

    @classmethod
    def open(cls, settings: Settings, embedding: str) -> "GuideIndex":
        """Open the generation in use.

        Raises `IndexMissing`, `IndexDamaged`, or `IndexMismatch` where it was built with another model.
        """
        generation = files.read_pointer(settings.index_dir)
        if generation is None:
            raise IndexMissing("The guide is empty: nothing was ingested yet; run `eyelevel ingest`.")
        index = cls(settings.index_dir / generation, settings)
        if index.manifest.embedding != embedding:
            index.close()
            raise IndexMismatch(
                f"The index was built with {index.manifest.embedding!r}, the settings ask for {embedding!r}; {MENDING}."
            )
        return index

    def _collection(self, kind: str, count: int) -> Any:
        name = f"{self.manifest.generation}-{kind}"
        try:
            collection = self._client.get_collection(name)
            actual = collection.count()
        except Exception as error:
            self.close()
            raise IndexDamaged(f"The guide's index has lost its {kind} ({type(error).__name__}); {MENDING}.") from None
        if actual != count:
            self.close()
            raise IndexDamaged(f"The guide's index has {actual} {kind} instead of {count}; {MENDING}.")
        return collection

    def nearest(self, vector: Vectors, k: int) -> dict[str, float]:
        """Passage id to cosine similarity in [-1, 1] for the k nearest passages."""
        found = self._query(self._passages, vector, min(k, self.manifest.passages), ["distances"])
        return {key: 1.0 - distance for key, distance, _ in found}

    def nearest_questions(self, vector: Vectors, k: int) -> dict[str, float]:
        """Passage id to the cosine similarity of its nearest indexed question, among the k nearest."""
        best: dict[str, float] = {}
        found = self._query(self._questions, vector, min(k, self.manifest.questions), ["distances", "metadatas"])
        for _, distance, metadata in found:
            best.setdefault(str(metadata["passage"]), 1.0 - distance)
        return best

    def _query(
        self, collection: Any, vector: Vectors, k: int, include: list[str]
    ) -> list[tuple[str, float, dict[str, Any]]]:
        if k == 0:
            return []
        try:
            found = collection.query(query_embeddings=[vector], n_results=k, include=include)
        except Exception as error:
            raise IndexDamaged(f"The guide's index cannot be searched ({type(error).__name__}); {MENDING}.") from None
        metadatas = found["metadatas"][0] if found.get("metadatas") else [{}] * len(found["ids"][0])
        return list(zip(found["ids"][0], found["distances"][0], metadatas, strict=True))

    def passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        """Passages by id; an id that is not in the index is left out."""
        if not ids:
            return {}
        found = self._passages.get(ids=list(ids), include=["documents", "metadatas"])
        rows = zip(found["ids"], found["documents"], found["metadatas"], strict=True)
        return {key: _passage(key, text, metadata) for key, text, metadata in rows}

    def vectors(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """Stored vectors of passages by id, so that an ingest does not compute them again."""
        found = self._passages.get(ids=list(ids), include=["embeddings"])
        return dict(zip(found["ids"], np.asarray(found["embeddings"], dtype=np.float32), strict=True))

    def question_vectors(self, passage_ids: Sequence[str]) -> dict[str, Vectors]:
        """Question text to stored vector, for the questions that belong to these passages."""
        found = self._questions.get(where={"passage": {"$in": list(passage_ids)}}, include=["embeddings", "documents"])
        return dict(zip(found["documents"], np.asarray(found["embeddings"], dtype=np.float32), strict=True))

    def read_document(self, source: str) -> list[Passage]:
        """All passages of a document, in order. Raises `GuideIndexError` for an unknown source."""
        record = self.documents.get(source)
        if record is None:
            raise GuideIndexError(f"The guide has no document {source!r}; see `eyelevel doctor`.")
        found = self.passages(record.passages)
        return [found[key] for key in record.passages if key in found]

    def close(self) -> None:
        """Release files and connections; the index cannot be used afterwards."""
        self._client.close()


def connect(folder: Path, settings: Settings) -> Any:
    """Chroma client for a generation: in this process, or the server that the settings name."""
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    quiet = ChromaSettings(anonymized_telemetry=False)
    try:
        if settings.chroma_url:
            address = urlparse(settings.chroma_url)
            return chromadb.HttpClient(
                host=address.hostname or "localhost",
                port=address.port or 8000,
                ssl=address.scheme == "https",
                settings=quiet,
            )
        _check_sqlite(folder / "chroma" / "chroma.sqlite3")
        return chromadb.PersistentClient(path=str(folder / "chroma"), settings=quiet)
    except GuideIndexError:
        raise
    except Exception as error:
        where = settings.chroma_url or str(folder)
        raise IndexDamaged(f"The guide's vectors at {where!r} cannot be opened ({error}); {MENDING}.") from None


def _check_sqlite(path: Path) -> None:
    """SQLite's quick check, so that a damaged file is named instead of crashing the vector store."""
    if not path.exists():
        return  # a generation that is being built
    if path.stat().st_size > SQLITE_CHECK_BYTES:
        return
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        verdict = str(error)
    if verdict != "ok":
        raise IndexDamaged(f"The guide's index is damaged in {str(path)!r} ({verdict}); {MENDING}.")


def _passage(key: str, text: str, metadata: dict[str, Any]) -> Passage:
    return Passage(
        id=key,
        document=metadata["document"],
        title=metadata["title"],
        heading=metadata["heading"],
        text=text,
        position=metadata["position"],
        article=metadata["article"] or None,
        questions=tuple(json.loads(metadata["questions"])),
    )
