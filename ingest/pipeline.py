"""Brings documents into the guide: read, compare, split, embed, and put a new index in use.

The one entry is `run_ingest`. What did not change is carried over with its vectors; where nothing changed,
nothing is written. The index in use is never touched before the new one is whole (`guide.builder`).
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

import numpy as np
from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict

from assistant.errors import (
    EyelevelError,
    GuideIndexError,
    IndexBusy,
    IndexDamaged,
    IndexMismatch,
    IndexMissing,
    LoadError,
)
from assistant.guide import manifest as files
from assistant.guide.builder import IndexBuilder
from assistant.guide.index import GuideIndex
from assistant.guide.manifest import DocumentRecord, Manifest
from assistant.guide.passage import Document, Passage
from assistant.guide.search import Encoder
from assistant.settings import Settings
from ingest.embed import EmbeddingQueue
from ingest.load import STREAMED, SourceFile, find_sources
from ingest.parser_child import Failure, ParserChild
from ingest.split import SplitterConfig, split_document

NOT_GUIDE = ("README.md", "demonstration")
"""In the folder of knowledge: the rules for its authors, and made-up notes of a programme that there never was."""
CARRY_AT_ONCE = 1000
Held = TypeVar("Held")


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
            try:
                report = _Ingest(settings, encoder, embedding, on_progress).run(paths, prune)
            except IndexDamaged:  # found only when passages were carried over: nothing of it can be used
                report = _Ingest(settings, encoder, embedding, on_progress, anew=True).run(paths, prune)
    except Timeout:
        where = str(settings.index_dir)
        raise IndexBusy(f"Another ingest is running on {where!r}; wait until it has finished.") from None
    except EyelevelError:
        raise
    except Exception as error:
        reason = getattr(error, "strerror", None) or " ".join(str(error).split())[:200] or type(error).__name__
        raise GuideIndexError(
            f"The guide cannot be written to {str(settings.index_dir)!r} ({reason}); free space there or set "
            "EYELEVEL_HOME. The guide in use is unchanged."
        ) from None
    report.seconds = round(time.monotonic() - started, 2)
    return report


class _Ingest:
    def __init__(
        self,
        settings: Settings,
        encoder: Encoder,
        embedding: str,
        on_progress: Callable[[Progress], None],
        *,
        anew: bool = False,
    ) -> None:
        self._settings, self._embedding, self._on_progress = settings, embedding, on_progress
        self._anew = anew
        self._splitter = SplitterConfig()
        self._report = IngestReport()
        self._read_whole: set[str] = set()
        """Origins of the files that were read now without any failure."""
        self._builder: IndexBuilder | None = None
        self._stack = ExitStack()
        self._queue = EmbeddingQueue(encoder, self._open_builder, self._tell_embedded)

    def run(self, paths: Sequence[Path], prune: bool) -> IngestReport:
        with self._stack:
            previous = self._open_previous()
            known = dict(previous.documents) if previous else {}
            kept, seen = dict(known), set[str]()
            for document in self._read(self._sources(paths, previous, prune)):
                self._take(document, known, kept, seen)
            gone = _gone(kept, seen, self._read_whole) if prune else []
            for source in gone:
                del kept[source]
            self._report.removed = len(gone)
            self._report.passages = self._finish(previous, kept, known, changed=bool(gone))
        return self._report

    def _open_previous(self) -> GuideIndex | None:
        """The index in use, where its vectors can be carried over; nothing of it is changed by opening it."""
        if self._anew:
            return None
        try:
            index = GuideIndex.open(self._settings, self._embedding, connect_now=False)
        except (IndexMissing, IndexDamaged, IndexMismatch):
            return None
        self._stack.callback(index.close)
        return index if index.manifest.splitter == self._splitter.version else None

    def _sources(self, paths: Sequence[Path], previous: GuideIndex | None, prune: bool) -> list[SourceFile]:
        def report(error: LoadError) -> None:
            self._report.failed.append(Failure(source="", error=str(error)))

        knowledge = self._settings.knowledge.resolve()
        origins = self._origins(previous)
        found = find_sources([Path(path) for path in paths] or [knowledge], on_error=report)
        names = {origin: source for source, origin in origins.items()}
        apart = [knowledge / name for name in NOT_GUIDE]
        wanted = [file for file in found if not any(file.path.resolve().is_relative_to(one) for one in apart)]
        named = [_named(file, knowledge, origins, names) for file in wanted]
        if previous is None:  # nothing can be carried over: what was known before is read again
            named += self._recorded(origins, {file.path.resolve().as_posix() for file in named}, prune)
        return named

    def _origins(self, previous: GuideIndex | None) -> dict[str, str]:
        """Known documents and the files that they came from."""
        if previous:
            return {source: record.origin for source, record in previous.documents.items()}
        try:
            return files.read_origins(self._settings.index_dir)
        except IndexDamaged as error:
            self._report.failed.append(Failure(source="", error=f"{error} Ingest your own files once more."))
            return {}

    def _recorded(self, origins: dict[str, str], given: set[str], prune: bool) -> list[SourceFile]:
        """Files of an index that cannot be used any more, besides those given; reports what is lost with it."""
        sources = {origin: source for source, origin in origins.items() if origin not in given}
        lost = [source for origin, source in sources.items() if not Path(origin).exists()]
        if not prune:
            self._report.failed += [
                Failure(source=source, error=f"The file of {source!r} is gone, and so is the index that held its text.")
                for source in lost
            ]
        return [SourceFile(path=Path(key), source=name) for key, name in sources.items() if name not in lost]

    def _read(self, sources: Sequence[SourceFile]) -> Iterator[Document]:
        with ParserChild() as child:
            for number, file in enumerate(sources, start=1):
                origin, failures = file.path.resolve().as_posix(), len(self._report.failed)
                for result in child.parse(file):
                    if isinstance(result, Failure):
                        self._report.failed.append(result)
                    else:
                        yield result.model_copy(update={"origin": origin})
                if len(self._report.failed) == failures:
                    self._read_whole.add(origin)
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
        passages = split_document(document, self._splitter)
        if not passages:
            self._report.failed.append(
                Failure(source=document.source, error=f"{document.source!r} has no text to index; check the file.")
            )
            return
        kept[document.source] = _record(document, digest, passages)
        self._report.updated += before is not None
        self._report.added += before is None
        self._queue.add(passages, document.questions)

    def _open_builder(self) -> IndexBuilder:
        if self._builder is None:
            self._builder = self._stack.enter_context(
                IndexBuilder(self._settings, self._embedding, self._splitter.version)
            )
        return self._builder

    def _tell_embedded(self, done: int, total: int | None) -> None:
        self._on_progress(Progress(stage="embedding", done=done, total=total))

    def _finish(
        self,
        previous: GuideIndex | None,
        kept: dict[str, DocumentRecord],
        known: dict[str, DocumentRecord],
        *,
        changed: bool,
    ) -> int:
        """Write and switch if anything changed; the number of passages in the guide afterwards."""
        self._queue.finish()
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
            pairs = [(key, question) for key in part for question in _held(passages, key).questions]
            builder.add_passages([passages[key] for key in part], np.stack([_held(vectors, key) for key in part]))
            if pairs:
                known = previous.question_vectors(part)
                builder.add_questions(pairs, np.stack([_held(known, question) for _, question in pairs]))
            self._on_progress(Progress(stage="carrying over", done=start + len(part), total=len(ids)))


def _held(found: Mapping[str, Held], key: str) -> Held:
    """What the index in use must hold."""
    if key not in found:
        raise IndexDamaged(f"The guide's index has lost {key!r}; {files.MENDING}.")
    return found[key]


def _named(file: SourceFile, knowledge: Path, origins: Mapping[str, str], names: Mapping[str, str]) -> SourceFile:
    """What a file is called in the guide; `origins` are known documents' files, `names` the same turned around.

    The shipped guide is named the same wherever the project lies: `knowledge/…`. A known file keeps its name
    however its path is written now, and a name that belongs to another file is not taken from it.
    """
    path = file.path.resolve()
    origin, source = path.as_posix(), file.source
    owner = origins.get(source, origin)
    if path.is_relative_to(knowledge):
        source = path.relative_to(knowledge.parent).as_posix()
    elif origin in names and path.suffix.lower() != STREAMED:
        source = names[origin]
    elif owner != origin and Path(owner).exists():
        source = origin
    return SourceFile(path=file.path, source=source)


def _record(document: Document, digest: str, passages: Sequence[Passage]) -> DocumentRecord:
    shared = document.model_dump(exclude={"sections"})
    return DocumentRecord(digest=digest, passages=tuple(p.id for p in passages), **shared)


def _same(before: DocumentRecord | None, after: DocumentRecord) -> bool:
    return before is not None and before.digest == after.digest


def _gone(kept: dict[str, DocumentRecord], seen: set[str], read_whole: set[str]) -> list[str]:
    """Documents that no longer exist: their file is gone, or it was read whole now and did not contain them."""
    return [
        source
        for source, record in kept.items()
        if source not in seen and (record.origin in read_whole or not Path(record.origin).exists())
    ]
