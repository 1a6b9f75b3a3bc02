"""The lexical half of retrieval: BM25 over stemmed words, saved beside the vectors."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.guide.passage import Passage
from assistant.guide.spelling import Checksums, Spelling
from assistant.text import stems

K1, B = 1.2, 0.6
"""BM25's saturation and length terms; chosen on the development questions (evals/tuning.py)."""
IDS = "ids.json"
WORDS = "words.json"
COMMON = "common.npy"


def lexical_text(passage: Passage) -> str:
    """What BM25 sees of a passage: its title, heading, text, and the questions that it answers."""
    return "\n".join((passage.title, passage.heading, passage.text, *passage.questions))


class LexicalIndex:
    """BM25 scores over all passages of a generation."""

    def __init__(self, ids: Sequence[str], scorer: Any | None, counts: Mapping[str, int], common: Checksums) -> None:
        self._ids = ids
        self._scorer = scorer
        self._counts = counts
        self._common = common
        self.spelling = Spelling(counts, common)

    @classmethod
    def build(cls, passages: Sequence[tuple[str, str]], counts: Mapping[str, int], common: Checksums) -> "LexicalIndex":
        """From (id, lexical text) pairs, how often each word stands in the passages themselves, and `common_words`."""
        import bm25s

        tokens = [stems(text) for _, text in passages]
        scorer = None
        if any(tokens):
            scorer = bm25s.BM25(method="lucene", k1=K1, b=B)
            scorer.index(tokens, show_progress=False)
        return cls([passage_id for passage_id, _ in passages], scorer, counts, common)

    def save(self, folder: Path) -> None:
        """Write to a new folder."""
        folder.mkdir()
        (folder / IDS).write_text(json.dumps(list(self._ids)), encoding="utf-8")
        (folder / WORDS).write_text(json.dumps(dict(self._counts)), encoding="utf-8")
        np.save(folder / COMMON, self._common)
        if self._scorer is not None:
            self._scorer.save(str(folder), show_progress=False)

    @classmethod
    def load(cls, folder: Path) -> "LexicalIndex":
        """Read what `save` wrote; the large arrays stay on disk and are mapped."""
        import bm25s

        ids = json.loads((folder / IDS).read_text(encoding="utf-8"))
        counts = json.loads((folder / WORDS).read_text(encoding="utf-8"))
        saved = (folder / "params.index.json").is_file()
        scorer = bm25s.BM25.load(str(folder), mmap=True, show_progress=False) if saved else None
        return cls(ids, scorer, counts, np.load(folder / COMMON))

    def search(self, query: str, k: int) -> dict[str, float]:
        """Passage id to BM25 score (> 0) for the best k."""
        words = [word for word in set(stems(query)) if self._scorer and word in self._scorer.vocab_dict]
        if not words or self._scorer is None:
            return {}
        scores: NDArray[np.float32] = self._scorer.get_scores(words)
        best = np.argpartition(-scores, min(k, len(scores) - 1))[:k]
        return {self._ids[i]: float(scores[i]) for i in best if scores[i] > 0}
