"""Hybrid retrieval: dense passages, dense questions and BM25, fused into one ranking.

Deliberately free of LangChain, whose import alone would cost a cold `eyelevel search` half a second;
`guide.retriever` wraps it as a `BaseRetriever`.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from pydantic import BaseModel, ConfigDict

from assistant.guide.index import GuideIndex, Nearness, Vectors
from assistant.guide.passage import Passage
from assistant.roles import Role


class Encoder(Protocol):
    """What search needs of an embedding model."""

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """(n, d) unit vectors; `progress` is told how many more are done."""
        ...

    def encode_questions(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """As `encode`, to compare questions with questions only."""
        ...

    def is_word(self, word: str) -> bool:
        """Whether the model's vocabulary has this lower-case word whole."""
        ...


class QueryVectors(NamedTuple):
    """A query as it is compared: with passages, and with indexed questions."""

    text: Vectors
    question: Vectors


class SearchParameters(BaseModel):
    """How the rankings are fused; chosen by `evals/tuning.py` on the development questions only."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    depth: int = 60
    """Passages taken from the dense and from the lexical ranking."""
    question_depth: int = 150
    """Indexed questions looked at."""
    question_votes: int = 3
    """How many of a document's nearest questions are averaged: one alone may be near by chance."""
    question_weight: float = 3.0
    """Weight of that average, where the passage's own cosine similarity weighs 1."""
    lexical_weight: float = 0.6
    """Weight of BM25, divided by the query's best BM25 score."""
    role_weight: float = 0.3
    """Added where the document is for the role of the person who asks."""
    repeat_penalty: float = 0.04
    """Taken off for each better passage of the same document, so that answers draw on several."""


class Hit(BaseModel):
    """A passage with its fused score and what it is made of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    passage: Passage
    score: float
    """Higher is better; comparable within one query only."""
    dense: float
    """Similarity of query and passage, in [-1, 1] (`Nearness.score`)."""
    question: float
    """Mean cosine of the query and the document's nearest questions; `dense` where it has none."""
    lexical: float
    """BM25 score relative to the query's best, in [0, 1]."""
    cosine: float
    """Plain cosine similarity of query and passage."""
    question_cosine: float
    """Plain cosine similarity of the query and the document's nearest question; `cosine` where it has none."""


class HybridSearch:
    """Searches one open index."""

    def __init__(self, index: GuideIndex, encoder: Encoder, parameters: SearchParameters | None = None) -> None:
        self.index = index
        self.encoder = encoder
        self.parameters = parameters or SearchParameters()

    def search(self, query: str, k: int = 5) -> list[Hit]:
        """The k best passages, best first; fewer where the guide has fewer."""
        return self.search_batch([query], k)[0]

    def search_batch(self, queries: Sequence[str], k: int = 5) -> list[list[Hit]]:
        """`search` for many queries, their vectors computed together."""
        mended = [self.mend(query) for query in queries]
        return [self.rank(query, vectors, k) for query, vectors in zip(mended, self.embed(mended), strict=True)]

    def embed(self, queries: Sequence[str]) -> list[QueryVectors]:
        """The vectors of queries, computed together."""
        pairs = zip(self.encoder.encode(queries), self.encoder.encode_questions(queries), strict=True)
        return [QueryVectors(text, question) for text, question in pairs]

    def mend(self, query: str) -> str:
        """The query with misspelt words mended."""
        return self.index.lexical.spelling.mend(query, self.encoder.is_word)

    def rank(self, query: str, vectors: QueryVectors, k: int, role: Role | None = None) -> list[Hit]:
        """As `search`, for a query whose vectors are known, and for a person in a role."""
        dense = self.index.nearest(vectors.text, self.parameters.depth)
        lexical = self.index.lexical.search(query, self.parameters.depth)
        votes = self.index.nearest_questions(vectors.question, self.parameters.question_depth)
        far = min((cosine for _, cosine in votes), default=0.0)
        polls, unknown = self._poll(votes, far), Nearness(score=far, cosine=far)
        missing, top = _farthest(list(dense.values())), max(lexical.values(), default=1.0)
        scored = [
            self._score(
                key,
                dense.get(key, missing),
                polls.get(self.index.document_of[key], unknown),
                lexical.get(key, 0.0) / top,
                role,
            )
            for key in {**dense, **lexical, **dict(votes)}
        ]
        best = self._spread(sorted(scored, key=lambda one: (-one.score, one.key)))[:k]
        passages = self.index.passages([one.key for one in best])
        return [one.as_hit(passages[one.key]) for one in best if one.key in passages]

    def _poll(self, votes: Sequence[tuple[str, float]], far: float) -> dict[str, Nearness]:
        """Document to the mean cosine of its nearest questions, and its best.

        A document with fewer questions among the nearest gets `far` for each that is missing.
        """
        gathered: dict[str, list[float]] = defaultdict(list)
        for key, cosine in votes:
            gathered[self.index.document_of[key]].append(cosine)
        wanted = self.parameters.question_votes
        return {
            document: Nearness(score=sum((found + [far] * wanted)[:wanted]) / wanted, cosine=max(found))
            for document, found in gathered.items()
        }

    def _score(self, key: str, dense: Nearness, poll: Nearness, lexical: float, role: Role | None) -> "_Scored":
        record = self.index.documents[self.index.document_of[key]]
        question = poll if record.asked else dense
        parameters = self.parameters
        score = dense.score + parameters.question_weight * question.score + parameters.lexical_weight * lexical
        if role is not None and role in record.roles:
            score += parameters.role_weight
        return _Scored(key, record.source, score, dense, question, lexical)

    def _spread(self, ranked: "list[_Scored]") -> "list[_Scored]":
        """Reorder so that one document does not crowd out the others."""
        seen: Counter[str] = Counter()
        for one in ranked:
            one.score -= self.parameters.repeat_penalty * seen[one.document]
            seen[one.document] += 1
        return sorted(ranked, key=lambda one: (-one.score, one.key))


@dataclass(slots=True)
class _Scored:
    key: str
    document: str
    score: float
    dense: Nearness
    question: Nearness
    lexical: float

    def as_hit(self, passage: Passage) -> Hit:
        return Hit(
            passage=passage,
            score=self.score,
            dense=self.dense.score,
            question=self.question.score,
            lexical=self.lexical,
            cosine=self.dense.cosine,
            question_cosine=self.question.cosine,
        )


def _farthest(found: Sequence[Nearness]) -> Nearness:
    """What is assumed of a text that a ranking did not reach."""
    return Nearness(
        score=min((near.score for near in found), default=0.0), cosine=min((near.cosine for near in found), default=0.0)
    )
