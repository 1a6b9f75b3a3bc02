"""Writing a new generation of the guide's index beside the one in use.

`ingest.pipeline` fills it; `finish` is the one atomic switch. Killed at any moment it leaves the generation
in use as it was; what it left half-written is removed by the next ingest.
"""

import contextlib
import datetime as dt
import json
import shutil
import uuid
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from assistant.errors import IndexDamaged
from assistant.guide import manifest as files
from assistant.guide.index import COSINE, Vectors, connect
from assistant.guide.lexical import LexicalIndex, lexical_text
from assistant.guide.manifest import DocumentRecord, Manifest
from assistant.guide.passage import Passage
from assistant.guide.spelling import common_words, count_words
from assistant.guide.whitening import Moments, Whitening
from assistant.settings import Settings

WRITE_BATCH = 2000
"""Records a write; Chroma's own limit is about 5,400."""


class IndexBuilder:
    """A new generation. `finish` puts it in use; leaving without it removes every trace.

    Use as a context manager. At every moment before `finish` the generation in use is untouched.
    """

    def __init__(self, settings: Settings, embedding: str, splitter: str) -> None:
        self._settings = settings
        self._embedding = embedding
        self._splitter = splitter
        self.generation = f"g{dt.datetime.now(dt.UTC):%Y%m%d%H%M%S}-{uuid.uuid4().hex[:8]}"
        self._folder = settings.index_dir / self.generation
        self._records: list[DocumentRecord] = []
        self._lexical: list[tuple[str, str]] = []
        self._texts: list[str] = []
        self._moments = Moments()
        self._counts = {"passages": 0, "questions": 0}
        self._client: Any = None
        self._finished = False

    def __enter__(self) -> "IndexBuilder":
        try:
            self._begin()
        except BaseException:
            self._remove()
            raise
        return self

    def _begin(self) -> None:
        (self._folder / "chroma").mkdir(parents=True)
        self._client = connect(self._folder, self._settings)
        self._collections = {
            kind: self._client.create_collection(f"{self.generation}-{kind}", configuration=COSINE)
            for kind in self._counts
        }

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._finished:
            self._remove()

    def _remove(self) -> None:
        if self._client is not None:
            for name in self._counts:
                _drop_collection(self._client, f"{self.generation}-{name}")
            with contextlib.suppress(Exception):  # what stopped the build is what the person must read
                self._client.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def add_documents(self, records: Iterable[DocumentRecord]) -> None:
        """Remember documents; their passages are added with `add_passages`."""
        self._records += records

    def add_passages(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        """`vectors`: (n, d) unit vectors, one a passage, in the same order."""
        self._lexical += [(passage.id, lexical_text(passage)) for passage in passages]
        self._texts += [passage.embedded_text() for passage in passages]
        self._moments.add(vectors)
        self._add(
            "passages",
            [p.id for p in passages],
            vectors,
            [p.text for p in passages],
            list(map(_metadata, passages)),
        )

    def add_questions(self, questions: Sequence[tuple[str, str]], vectors: Vectors) -> None:
        """`questions`: (passage id, question) pairs; `vectors`: (n, d) unit vectors in the same order."""
        start = self._counts["questions"]
        ids = [f"{passage}-{start + i}" for i, (passage, _) in enumerate(questions)]
        metadatas = [{"passage": passage} for passage, _ in questions]
        self._add("questions", ids, vectors, [question for _, question in questions], metadatas)

    def _add(
        self, kind: str, ids: list[str], vectors: Vectors, texts: list[str], metadatas: list[dict[str, Any]]
    ) -> None:
        for start in range(0, len(ids), WRITE_BATCH):
            part = slice(start, start + WRITE_BATCH)
            self._collections[kind].add(
                ids=ids[part], embeddings=vectors[part], documents=texts[part], metadatas=metadatas[part]
            )
        self._counts[kind] += len(ids)

    def finish(self) -> Manifest:
        """Write the lexical index and the manifest, then put the generation in use and remove old ones."""
        if whitening := Whitening.fit(self._moments):
            whitening.save(self._folder)
        lexical = LexicalIndex.build(self._lexical, count_words(self._texts), common_words())
        lexical.save(self._folder / "lexical")
        records = sorted(self._records, key=lambda record: record.source)
        files.write_documents(self._folder, records)
        self._client.close()
        manifest = Manifest(
            generation=self.generation,
            format=files.FORMAT,
            embedding=self._embedding,
            splitter=self._splitter,
            documents=len(self._records),
            built_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            files=files.digest_files(self._folder),
            **self._counts,
        )
        files.write_durably(self._folder / files.MANIFEST, manifest.model_dump_json())
        previous = _pointer_or_none(self._settings.index_dir)
        files.write_origins(self._settings.index_dir, records)
        files.write_pointer(self._settings.index_dir, self.generation)
        self._finished = True
        remove_generations(self._settings, keep={self.generation, previous})
        return manifest


def remove_generations(settings: Settings, keep: set[str | None]) -> None:
    """Remove generations that are not in `keep`: finished ones long out of use, and unfinished ones."""
    stale = [path for path in _generations(settings.index_dir) if path.name not in keep]
    if settings.chroma_url and stale:
        client = connect(settings.index_dir, settings)
        for path in stale:
            for kind in ("passages", "questions"):
                _drop_collection(client, f"{path.name}-{kind}")
        client.close()
    for path in stale:
        shutil.rmtree(path, ignore_errors=True)


def _generations(index_dir: Path) -> Iterator[Path]:
    return (path for path in index_dir.glob("g*-*") if path.is_dir())


def _pointer_or_none(index_dir: Path) -> str | None:
    try:
        return files.read_pointer(index_dir)
    except IndexDamaged:
        return None


def _drop_collection(client: Any, name: str) -> None:
    try:
        client.delete_collection(name)
    except Exception:  # it was never made, or it is gone with its folder: both are what we want
        return


def _metadata(passage: Passage) -> dict[str, Any]:
    return {
        "document": passage.document,
        "title": passage.title,
        "heading": passage.heading,
        "position": passage.position,
        "article": passage.article or "",
        "questions": json.dumps(passage.questions, ensure_ascii=False),
    }
