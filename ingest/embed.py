"""Turns passages and questions into vectors, many at once, and hands them to the index that is being built.

`pipeline` adds one document after the other; they wait for each other, because many texts together are embedded
faster than few. Each question goes to the passage of its document that is nearest to it. Nothing here
reads a file or knows a model.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.guide.builder import IndexBuilder
from assistant.guide.index import Vectors
from assistant.guide.passage import Passage
from assistant.guide.search import Encoder

WRITE_AT_ONCE = 512
"""Texts written together; a document is never divided, so a batch may be longer."""
LOOK_AHEAD = 20_000
"""Texts that may wait for the end of reading, after which it is known how many there are, and that are embedded
together: about 20 MB, and 30 MB of vectors."""

Tell = Callable[[int, int | None], None]
"""Told how many texts are embedded, and of how many, or None while that is unknown."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """A document's passages and questions before they have vectors."""

    passages: Sequence[Passage]
    questions: Sequence[str]

    @property
    def passage_texts(self) -> list[str]:
        return [passage.embedded_text() for passage in self.passages]

    @property
    def question_texts(self) -> list[str]:
        """What is compared with questions: the questions, after the passages that they are given to."""
        return [*self.passage_texts, *self.questions] if self.questions else []

    def __len__(self) -> int:
        """Texts to embed."""
        return len(self.passages) * (2 if self.questions else 1) + len(self.questions)


class EmbeddingQueue:
    """What waits to be embedded. `finish` must be called at the end."""

    def __init__(self, encoder: Encoder, open_builder: Callable[[], IndexBuilder], tell: Tell) -> None:
        self._encoder, self._open_builder, self._tell = encoder, open_builder, tell
        self._waiting: list[_Draft] = []
        self._size = 0
        self._done = 0

    def add(self, passages: Sequence[Passage], questions: Sequence[str]) -> None:
        """Take a document; where too much waits already, embed it now."""
        draft = _Draft(passages, questions)
        self._waiting.append(draft)
        self._size += len(draft)
        if self._size >= LOOK_AHEAD:
            self._embed_waiting(None)

    def finish(self) -> None:
        """Embed what waits; now it is known how many texts there are."""
        self._embed_waiting(self._done + self._size)

    def _embed_waiting(self, total: int | None) -> None:
        def progress(more: int) -> None:
            self._done += more
            self._tell(self._done, total)

        waiting, self._waiting, self._size = self._waiting, [], 0
        vectors = self._encoder.encode([text for draft in waiting for text in draft.passage_texts], progress)
        compared = self._encoder.encode_questions(
            [text for draft in waiting for text in draft.question_texts], progress
        )
        for batch in _batches(waiting):
            passages = sum(len(draft.passage_texts) for draft in batch)
            questions = sum(len(draft.question_texts) for draft in batch)
            self._build(batch, vectors[:passages], compared[:questions])
            vectors, compared = vectors[passages:], compared[questions:]

    def _build(self, batch: Sequence[_Draft], vectors: Vectors, compared: Vectors) -> None:
        builder, start = self._open_builder(), 0
        passages: list[Passage] = []
        pairs: list[tuple[str, str]] = []
        asked: list[Vectors] = []
        for draft in batch:
            if not draft.questions:
                passages += draft.passages
                continue
            middle, end = start + len(draft.passages), start + len(draft.question_texts)
            given = _assign(draft, compared[start:middle], compared[middle:end])
            passages += _with_questions(draft.passages, given)
            pairs += given
            asked.append(compared[middle:end])
            start = end
        if pairs:
            builder.add_questions(pairs, np.concatenate(asked))
        builder.add_passages(passages, vectors)


def _batches(drafts: Sequence[_Draft]) -> Iterator[list[_Draft]]:
    batch: list[_Draft] = []
    size = 0
    for draft in drafts:
        batch.append(draft)
        size += len(draft)
        if size >= WRITE_AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _assign(draft: _Draft, passages: Vectors, questions: Vectors) -> list[tuple[str, str]]:
    """(passage id, question): each question with the passage that is nearest to it."""
    nearest = (questions @ passages.T).argmax(axis=1)
    return [(draft.passages[i].id, question) for i, question in zip(nearest, draft.questions, strict=True)]


def _with_questions(passages: Sequence[Passage], pairs: Sequence[tuple[str, str]]) -> list[Passage]:
    return [p.model_copy(update={"questions": tuple(text for key, text in pairs if key == p.id)}) for p in passages]
