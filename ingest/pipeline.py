"""Brings documents into the guide: read, compare, split, embed, and put a new index in use.

The one entry is `run_ingest`. What did not change is carried over with its vectors; where nothing changed,
nothing is written. The index in use is never touched before the new one is whole (`guide.builder`).
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict

from assistant.errors import EyelevelError, GuideIndexError, IndexBusy, IndexDamaged, LoadError
from assistant.guide import manifest as files
from assistant.guide.builder import IndexBuilder
from assistant.guide.index import GuideIndex
from assistant.guide.manifest import DocumentRecord, Manifest
from assistant.guide.passage import Document, Passage
from assistant.guide.search import Encoder
from assistant.settings import Settings
from ingest.load import SourceFile, find_sources
from ingest.parser_child import Failure, ParserChild
from ingest.split import SplitterConfig, split_document

EMBED_AT_ONCE = 512
"""Passages embedded and written together; bounds memory for large corpora."""
CARRY_AT_ONCE = 1000


class Progress(BaseModel):
    """How far an ingest is; `total` is None where it cannot be known yet."""

    model_config = ConfigDict(frozen=True)

    stage: str
    done: int
    total: int | None = None


class IngestReport(BaseModel):
    """What an ingest did, counted in documents; `passages` is what the guide holds now."""

    model_config = ConfigDict(extra="forbid")

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: list[Failure] = []
    passages: int = 0
    seconds: float = 0.0


def run_ingest(
    settings: Settings,
    encoder: Encoder,
    embedding: str,
    paths: Sequence[Path] = (),
    *,
    prune: bool = False,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> IngestReport:
    """Bring `paths` (default: the shipped guide) into the guide.

    With `prune`, documents whose file or jsonl line no longer exists are removed. Raises `IndexBusy` while
    another ingest runs, and `GuideIndexError` where the state folder cannot be written.
    """
    started = time.monotonic()
    try:
        settings.index_dir.mkdir(parents=True, exist_ok=True)
        with FileLock(settings.index_dir / "ingest.lock", timeout=0):
            report = _Ingest(settings, encoder, embedding, on_progress).run(paths, prune)
    except Timeout:
        where = str(settings.index_dir)
        raise IndexBusy(f"Another ingest is running on {where!r}; wait until it has finished.") from None
    except EyelevelError:
        raise
    except Exception as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise GuideIndexError(
            f"The guide cannot be written to {str(settings.index_dir)!r} ({reason}); free space there or set "
            "EYELEVEL_HOME. The guide in use is unchanged."
        ) from None
    report.seconds = round(time.monotonic() - started, 2)
    return report


class _Ingest:
    def __init__(
        self, settings: Settings, encoder: Encoder, embedding: str, on_progress: Callable[[Progress], None]
    ) -> None:
        self._settings, self._encoder, self._embedding = settings, encoder, embedding
        self._on_progress = on_progress
        self._splitter = SplitterConfig()
        self._report = IngestReport()
        self._pending: list[Passage] = []
        self._embedded = 0
        self._builder: IndexBuilder | None = None
        self._stack = ExitStack()

    def run(self, paths: Sequence[Path], prune: bool) -> IngestReport:
        previous = self._open_previous()
        known = dict(previous.documents) if previous else {}
        kept, seen = dict(known), set[str]()
        with self._stack:
            sources = self._sources(paths, previous)
            for document in self._read(sources):
                self._take(document, known, kept, seen)
            touched = {str(file.path.resolve()) for file in sources}
            gone = _gone(kept, seen, touched) if prune else []
            for source in gone:
                del kept[source]
            self._report.removed = len(gone)
            self._report.passages = self._finish(previous, kept, known, changed=bool(gone))
            if previous:
                previous.close()
        return self._report

    def _open_previous(self) -> GuideIndex | None:
        try:
            index = GuideIndex.open(self._settings, self._embedding)
        except GuideIndexError:
            return None
        if index.manifest.splitter == self._splitter.version:
            return index
        index.close()
        return None

    def _sources(self, paths: Sequence[Path], previous: GuideIndex | None) -> list[SourceFile]:
        def report(error: LoadError) -> None:
            self._report.failed.append(Failure(source="", error=str(error)))

        knowledge = self._settings.knowledge.resolve()
        found = find_sources([Path(path) for path in paths] or [knowledge], on_error=report)
        named = [_named(file, knowledge) for file in found if file.path.resolve() != knowledge / "README.md"]
        if previous is None:  # nothing can be carried over: what was known before is read again
            names = {file.path.resolve() for file in named}
            named += [file for file in self._recorded() if file.path.resolve() not in names]
        return named

    def _recorded(self) -> list[SourceFile]:
        """Files of an index that cannot be used any more, as far as its list of documents can be read."""
        try:
            generation = files.read_pointer(self._settings.index_dir)
            records = files.read_documents(self._settings.index_dir / generation) if generation else []
        except IndexDamaged:
            return []
        origins = {record.origin: record.source for record in records if Path(record.origin).exists()}
        return [SourceFile(path=Path(origin), source=source) for origin, source in origins.items()]

    def _read(self, sources: Sequence[SourceFile]) -> Iterator[Document]:
        with ParserChild() as child:
            for number, file in enumerate(sources, start=1):
                for result in child.parse(file):
                    if isinstance(result, Failure):
                        self._report.failed.append(result)
                    else:
                        yield result
                self._on_progress(Progress(stage="reading", done=number, total=len(sources)))

    def _take(
        self, document: Document, known: dict[str, DocumentRecord], kept: dict[str, DocumentRecord], seen: set[str]
    ) -> None:
        seen.add(document.source)
        before, digest = known.get(document.source), document.digest()
        if before and before.digest == digest:
            self._report.unchanged += 1
            if before.origin != document.origin:
                kept[document.source] = before.model_copy(update={"origin": document.origin})
            return
        passages = self._assign_questions(document, split_document(document, self._splitter))
        if not passages:
            self._report.failed.append(
                Failure(source=document.source, error=f"{document.source!r} has no text to index; check the file.")
            )
            return
        kept[document.source] = _record(document, digest, passages)
        self._report.updated += before is not None
        self._report.added += before is None
        self._pending += passages
        if len(self._pending) >= EMBED_AT_ONCE:
            self._flush()

    def _assign_questions(self, document: Document, passages: list[Passage]) -> list[Passage]:
        """Give each of the document's questions to the passage that is nearest to it."""
        if not document.questions or not passages:
            return passages
        builder = self._open_builder()
        vectors = self._encoder.encode([p.embedded_text() for p in passages])
        question_vectors = self._encoder.encode(document.questions)
        nearest = (question_vectors @ vectors.T).argmax(axis=1)
        pairs = [(passages[i].id, question) for i, question in zip(nearest, document.questions, strict=True)]
        builder.add_questions(pairs, question_vectors)
        return [
            p.model_copy(update={"questions": tuple(question for key, question in pairs if key == p.id)})
            for p in passages
        ]

    def _open_builder(self) -> IndexBuilder:
        if self._builder is None:
            self._builder = self._stack.enter_context(
                IndexBuilder(self._settings, self._embedding, self._splitter.version)
            )
        return self._builder

    def _flush(self) -> None:
        if not self._pending:
            return

        def tell(more: int) -> None:
            self._embedded += more
            self._on_progress(Progress(stage="embedding", done=self._embedded))

        vectors = self._encoder.encode([p.embedded_text() for p in self._pending], tell)
        self._open_builder().add_passages(self._pending, vectors)
        self._pending = []

    def _finish(
        self,
        previous: GuideIndex | None,
        kept: dict[str, DocumentRecord],
        known: dict[str, DocumentRecord],
        *,
        changed: bool,
    ) -> int:
        """Write and switch if anything changed; the number of passages in the guide afterwards."""
        self._flush()
        if self._builder is None and not changed and kept == known and previous:
            return previous.manifest.passages
        if not kept and previous is None:
            return 0
        builder = self._open_builder()
        carried = [
            key for source, record in kept.items() if _same(known.get(source), record) for key in record.passages
        ]
        if previous:
            self._carry_over(previous, builder, carried)
        builder.add_documents(kept.values())
        manifest: Manifest = builder.finish()
        return manifest.passages

    def _carry_over(self, previous: GuideIndex, builder: IndexBuilder, ids: Sequence[str]) -> None:
        for start in range(0, len(ids), CARRY_AT_ONCE):
            part = ids[start : start + CARRY_AT_ONCE]
            passages, vectors = previous.passages(part), previous.vectors(part)
            present = [key for key in part if key in passages]
            builder.add_passages([passages[key] for key in present], np.stack([vectors[key] for key in present]))
            pairs = [(key, question) for key in present for question in passages[key].questions]
            if pairs:
                known = previous.question_vectors(present)
                builder.add_questions(pairs, np.stack([known[question] for _, question in pairs]))
            self._on_progress(Progress(stage="carrying over", done=start + len(part), total=len(ids)))


def _named(file: SourceFile, knowledge: Path) -> SourceFile:
    """The shipped guide is named the same wherever the project lies: `knowledge/…`."""
    path = file.path.resolve()
    if path.is_relative_to(knowledge):
        return SourceFile(path=file.path, source=path.relative_to(knowledge.parent).as_posix())
    return file


def _record(document: Document, digest: str, passages: Sequence[Passage]) -> DocumentRecord:
    shared = document.model_dump(exclude={"sections"})
    return DocumentRecord(digest=digest, passages=tuple(p.id for p in passages), **shared)


def _same(before: DocumentRecord | None, after: DocumentRecord) -> bool:
    return before is not None and before.digest == after.digest


def _gone(kept: dict[str, DocumentRecord], seen: set[str], touched: Iterable[str]) -> list[str]:
    """Documents that no longer exist: their file is gone, or it was read now and did not contain them."""
    read_now = set(touched)
    return [
        source
        for source, record in kept.items()
        if source not in seen and (record.origin in read_now or not Path(record.origin).exists())
    ]
