"""The guide's index: vectors in Chroma, words in BM25, a manifest beside them. The only importer of chromadb.

`GuideIndex` reads one generation; `guide.builder` writes a new one beside it. It holds the shared guide and
nothing personal. Passages come back as records; ranking is `guide.search`'s work.
"""

import contextlib
import json
import re
import sqlite3
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlparse

import numpy as np
from numpy.typing import NDArray

from assistant.errors import GuideIndexError, IndexDamaged, IndexMismatch, IndexMissing
from assistant.guide import manifest as files
from assistant.guide.lexical import LexicalIndex
from assistant.guide.manifest import MENDING
from assistant.guide.passage import Passage, mint_passage_id
from assistant.guide.stored import check_sqlite, count_records, read_records
from assistant.guide.whitening import Whitening
from assistant.settings import Settings

Vectors = NDArray[np.float32]

COSINE = {"hnsw": {"space": "cosine"}}
"""Set explicitly: Chroma's default is squared Euclidean, whose scores invert and are unbounded."""
SQLITE = "chroma/chroma.sqlite3"
_NO_WRITING = re.compile(r"disk I/O error|disk is full|readonly|read-only|unable to open|permission|locked", re.I)


class Nearness(NamedTuple):
    """How near a text is to a query; both in [-1, 1]."""

    score: float
    """Whitened cosine where the guide has a `Whitening`, else the cosine: sets texts of the guide apart."""
    cosine: float
    """Plain cosine: tells whether the guide speaks of the subject at all."""


class GuideIndex:
    """One generation, open for reading; safe to share between threads."""

    def __init__(self, folder: Path, settings: Settings, *, connect_now: bool = True) -> None:
        self.folder = folder
        self.manifest = files.read_manifest(folder)
        if self.manifest.format != files.FORMAT:
            raise IndexMismatch(f"The index has format {self.manifest.format}, not {files.FORMAT}; {MENDING}.")
        files.verify_files(folder, self.manifest)
        self.documents = {record.source: record for record in files.read_documents(folder)}
        self.document_of = {key: record.source for record in self.documents.values() for key in record.passages}
        """Passage id to the source of its document."""
        self.lexical = LexicalIndex.load(folder / "lexical")
        self._whitening = Whitening.load(folder)
        self._whitened = ("embeddings",) if self._whitening else ()
        self._settings = settings
        self._client: Any = None
        self._collections: dict[str, Any] = {}
        if connect_now or settings.chroma_url or not self._is_whole():
            self._connect()

    @classmethod
    def open(cls, settings: Settings, embedding: str, *, connect_now: bool = True) -> "GuideIndex":
        """Open the generation in use.

        Chroma writes to its folder whenever it opens it; without `connect_now` it is checked without Chroma, which is
        opened at the first question for passages or vectors. Raises `IndexMissing`, `IndexDamaged`, or
        `IndexMismatch` where it was built with another model.
        """
        generation = files.read_pointer(settings.index_dir)
        if generation is None:
            raise IndexMissing("The guide is empty: nothing was ingested yet; run `eyelevel ingest`.")
        index = cls(settings.index_dir / generation, settings, connect_now=connect_now)
        if index.manifest.embedding != embedding:
            index.close()
            raise IndexMismatch(
                f"The index was built with {index.manifest.embedding!r}, the settings ask for {embedding!r}; {MENDING}."
            )
        return index

    def _is_whole(self) -> bool:
        """Whether SQLite, opened for reading only, holds what the manifest says, and every text is unchanged."""
        path = self.folder / SQLITE
        check_sqlite(path)
        wanted = {"passages": self.manifest.passages, "questions": self.manifest.questions}
        if count_records(path) != {f"{self.manifest.generation}-{kind}": count for kind, count in wanted.items()}:
            return False
        try:
            for record in read_records(path, f"{self.manifest.generation}-passages"):
                _passage(*record)
        except (sqlite3.DatabaseError, KeyError, ValueError):
            return False
        return True

    def _connect(self) -> None:
        self._client = connect(self.folder, self._settings)
        self._collections = {
            "passages": self._open_collection("passages", self.manifest.passages),
            "questions": self._open_collection("questions", self.manifest.questions),
        }

    def _collection(self, kind: str) -> Any:
        if not self._collections:
            self._connect()
        return self._collections[kind]

    def _open_collection(self, kind: str, count: int) -> Any:
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

    def nearest(self, vector: Vectors, k: int) -> "dict[str, Nearness]":
        """Passage id to nearness for the k passages of highest cosine."""
        found = self._query("passages", vector, min(k, self.manifest.passages), *self._whitened)
        cosines = scores = [1.0 - distance for distance in found["distances"]]
        if self._whitening and cosines:
            scores = self._whitening.similarities(vector, np.asarray(found["embeddings"], dtype=np.float32)).tolist()
        return dict(zip(found["ids"], map(Nearness, scores, cosines), strict=True))

    def nearest_questions(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """(passage id, cosine) of the k indexed questions of highest cosine, nearest first."""
        found = self._query("questions", vector, min(k, self.manifest.questions), "metadatas")
        return [
            (str(metadata["passage"]), 1.0 - distance)
            for metadata, distance in zip(found["metadatas"], found["distances"], strict=True)
        ]

    def _query(self, kind: str, vector: Vectors, k: int, *include: str) -> dict[str, list[Any]]:
        """Chroma's own columns for one query, nearest first."""
        columns = ["ids", "distances", *include]
        if k == 0:
            return {column: [] for column in columns}
        try:
            found = self._collection(kind).query(query_embeddings=[vector], n_results=k, include=columns[1:])
        except GuideIndexError:
            raise
        except Exception as error:
            raise IndexDamaged(f"The guide's index cannot be searched ({type(error).__name__}); {MENDING}.") from None
        return {column: found[column][0] for column in columns}

    def _get(self, kind: str, **what: Any) -> dict[str, Any]:
        collection = self._collection(kind)
        try:
            return dict(collection.get(**what))
        except Exception as error:
            raise IndexDamaged(f"The guide's {kind} cannot be read ({type(error).__name__}); {MENDING}.") from None

    def passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        """Passages by id; an id that is not in the index is left out."""
        if not ids:
            return {}
        found = self._get("passages", ids=list(ids), include=["documents", "metadatas"])
        rows = zip(found["ids"], found["documents"], found["metadatas"], strict=True)
        return {key: _passage(key, text, metadata) for key, text, metadata in rows}

    def vectors(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """Stored vectors of passages by id, so that an ingest does not compute them again."""
        found = self._get("passages", ids=list(ids), include=["embeddings"])
        return dict(zip(found["ids"], np.asarray(found["embeddings"], dtype=np.float32), strict=True))

    def question_vectors(self, passage_ids: Sequence[str]) -> dict[str, Vectors]:
        """Question text to stored vector, for the questions that belong to these passages."""
        belongs = {"passage": {"$in": list(passage_ids)}}
        found = self._get("questions", where=belongs, include=["embeddings", "documents"])
        return dict(zip(found["documents"], np.asarray(found["embeddings"], dtype=np.float32), strict=True))

    def read_document(self, source: str) -> list[Passage]:
        """All passages of a document, in order. Raises `GuideIndexError` for an unknown source."""
        record = self.documents.get(source)
        if record is None:
            raise GuideIndexError(f"The guide has no document {source!r}; see `eyelevel doctor`.")
        found = self.passages(record.passages)
        return [found[key] for key in record.passages if key in found]

    def read_articles(self, articles: Collection[str]) -> list[Passage]:
        """All passages of the articles with these ids, each article's in order; one that is not there is left out.

        Asks SQLite while Chroma is not open: citing a section needs neither Chroma nor an embedding model.
        """
        records = [record for record in self.documents.values() if record.article in articles]
        sources = {record.source for record in records}
        wanted = [key for record in records for key in record.passages]
        found: dict[str, Passage] = {}
        if not self._collections:
            with contextlib.suppress(sqlite3.DatabaseError, KeyError, ValueError):
                rows = read_records(self.folder / SQLITE, f"{self.manifest.generation}-passages")
                found = {
                    key: _passage(key, text, metadata)
                    for key, text, metadata in rows
                    if self.document_of.get(key) in sources
                }
        if len(found) < len(wanted):
            found = self.passages(wanted)
        return [found[key] for key in wanted if key in found]

    def close(self) -> None:
        """Release files and connections; the index cannot be used afterwards."""
        if self._client is not None:
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
        check_sqlite(folder / SQLITE)
        return chromadb.PersistentClient(path=str(folder / "chroma"), settings=quiet)
    except GuideIndexError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split())[:200]
        if settings.chroma_url:
            raise GuideIndexError(
                f"The Chroma server {settings.chroma_url!r} cannot be used ({reason}); start it or correct "
                "EYELEVEL_CHROMA_URL."
            ) from None
        if _NO_WRITING.search(reason):  # Chroma writes to its folder even to read from it
            raise GuideIndexError(
                f"The guide's vectors in {str(folder)!r} cannot be opened ({reason}); free space there and see that "
                "the folder can be written."
            ) from None
        raise IndexDamaged(f"The guide's vectors in {str(folder)!r} cannot be opened ({reason}); {MENDING}.") from None


def _passage(key: str, text: str, metadata: dict[str, Any]) -> Passage:
    """The record; raises `IndexDamaged` where its text is not the one that its id was made from."""
    passage = Passage(
        id=key,
        document=metadata["document"],
        title=metadata["title"],
        heading=metadata["heading"],
        text=text,
        position=metadata["position"],
        article=metadata["article"] or None,
        questions=tuple(json.loads(metadata["questions"])),
    )
    content = passage.document, passage.heading, passage.text
    if not any(mint_passage_id(*content, occurrence) == key for occurrence in range(passage.position + 1)):
        raise IndexDamaged(f"The guide's index is damaged in passage {key!r}; {MENDING}.")
    return passage
