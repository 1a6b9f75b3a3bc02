"""Hybrid retrieval: dense passages, dense questions and BM25, fused into one ranking.

Deliberately free of LangChain, whose import alone would cost a cold `eyelevel search` half a second;
`guide.retriever` wraps it as a `BaseRetriever`.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from assistant.guide.index import GuideIndex, Vectors
from assistant.guide.passage import Passage


class Encoder(Protocol):
    """What search needs of an embedding model."""

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """(n, d) unit vectors; `progress` is told how many more are done."""
        ...


class SearchParameters(BaseModel):
    """How the three rankings are fused; the figures come from `evals/tasks/tuning.py` on development questions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    depth: int = 60
    """Candidates taken from each ranking."""
    question_weight: float = 0.6
    """Weight of the nearest indexed question's cosine similarity, where the passage itself weighs 1."""
    lexical_weight: float = 0.3
    """Weight of BM25, divided by the query's best BM25 score."""
    repeat_penalty: float = 0.04
    """Taken off for each better passage of the same document, so that answers draw on several."""


class Hit(BaseModel):
    """A passage with its fused score and what it is made of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    passage: Passage
    score: float
    """Higher is better; comparable within one query only."""
    dense: float
    """Cosine similarity of query and passage, in [-1, 1]."""
    question: float
    """Cosine similarity of the query and the passage's nearest indexed question; 0 where it has none near."""
    lexical: float
    """BM25 score relative to the query's best, in [0, 1]."""


class HybridSearch:
    """Searches one open index."""

    def __init__(self, index: GuideIndex, encoder: Encoder, parameters: SearchParameters | None = None) -> None:
        self.index = index
        self.encoder = encoder
        self.parameters = parameters or SearchParameters()

    def search(self, query: str, k: int = 5) -> list[Hit]:
        """The k best passages, best first; fewer where the guide has fewer."""
        return self.rank(query, self.encoder.encode([query])[0], k)

    def search_batch(self, queries: Sequence[str], k: int = 5) -> list[list[Hit]]:
        """`search` for many queries, their vectors computed together."""
        vectors = self.encoder.encode(queries)
        return [self.rank(query, vector, k) for query, vector in zip(queries, vectors, strict=True)]

    def rank(self, query: str, vector: Vectors, k: int) -> list[Hit]:
        """As `search`, for a query whose vector is known."""
        depth = self.parameters.depth
        dense = self.index.nearest(vector, depth)
        questions = self.index.nearest_questions(vector, depth)
        lexical = self.index.lexical.search(query, depth)
        parts = self._normalise(dense, questions, lexical)
        best = sorted(parts, key=lambda key: (-self._fuse(parts[key]), key))[: max(4 * k, 20)]
        passages = self.index.passages(best)
        hits = [self._hit(passages[key], parts[key]) for key in best if key in passages]
        return self._spread(hits)[:k]

    def _normalise(
        self, dense: dict[str, float], questions: dict[str, float], lexical: dict[str, float]
    ) -> dict[str, tuple[float, float, float]]:
        """(dense, question, lexical) a candidate; what a ranking left out gets that ranking's floor."""
        floor = min(dense.values(), default=0.0)
        question_floor = min(questions.values(), default=0.0)
        top = max(lexical.values(), default=1.0)
        return {
            key: (dense.get(key, floor), questions.get(key, question_floor), lexical.get(key, 0.0) / top)
            for key in {**dense, **questions, **lexical}
        }

    def _fuse(self, parts: tuple[float, float, float]) -> float:
        dense, question, lexical = parts
        return dense + self.parameters.question_weight * question + self.parameters.lexical_weight * lexical

    def _hit(self, passage: Passage, parts: tuple[float, float, float]) -> Hit:
        dense, question, lexical = parts
        return Hit(passage=passage, score=self._fuse(parts), dense=dense, question=question, lexical=lexical)

    def _spread(self, hits: list[Hit]) -> list[Hit]:
        """Reorder so that one document does not crowd out the others."""
        seen: Counter[str] = Counter()
        adjusted: list[Hit] = []
        for hit in hits:
            penalty = self.parameters.repeat_penalty * seen[hit.passage.document]
            adjusted.append(hit.model_copy(update={"score": hit.score - penalty}))
            seen[hit.passage.document] += 1
        return sorted(adjusted, key=lambda hit: -hit.score)
