"""Does the guide support this sentence? The program decides it, never the model that wrote the sentence.

A small logistic regression over what can be seen in the texts: nearness in meaning, shared words, numbers,
negation, strong words and roles. Its weights come from `evals/calibrate.py`, fitted on the development half of
`evals/datasets/support.jsonl` and reported on the other half. It must never see who asked.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict

from assistant.decision import Decision
from assistant.guide.index import Vectors
from assistant.guide.search import Encoder
from assistant.text import sentences, stems, words

FEATURES = ("nearest", "passage", "covered", "covered_nearest", "numbers", "negation", "strong", "roles", "missing")
WEIGHTS = Path(__file__).with_name("support.json")

_NEGATIONS = frozenset(
    "no not never nor without cannot nothing nobody none neither avoid stop don't doesn't isn't aren't won't can't "
    "shouldn't".split()
)
_STRONG = frozenset(
    "always never guarantee guarantees guaranteed proven prove proves every all must certainly definitely only "
    "completely best".split()
)
_COUNTS = frozenset(
    "two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty ninety hundred "
    "half third quarter double twice".split()
)
_JUNIOR = frozenset("mentor mentors junior juniors younger".split())
_SENIOR = frozenset("mentee mentees senior seniors leader leaders executive cto ceo cfo boss".split())


class Support(BaseModel):
    """The passage that supports a sentence best, and how sure that is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: int
    """Position of the passage among those given."""
    probability: float
    """In [0, 1]."""
    quote: str
    """The passage's sentence nearest to the sentence, verbatim."""


class Evidence:
    """The passages of one turn, prepared so that each sentence of an answer can be checked in milliseconds."""

    def __init__(self, encoder: Encoder, passages: Sequence[str]) -> None:
        self._encoder = encoder
        self.passages = tuple(passages)
        self.sentences = tuple(tuple(sentences(text)) for text in passages)
        flat = [sentence for group in self.sentences for sentence in group]
        vectors = encoder.encode([*passages, *flat]) if flat else np.zeros((0, 1), dtype=np.float32)
        self._passage_vectors = vectors[: len(self.passages)]
        self._groups: list[Vectors] = []
        start = len(self.passages)
        for group in self.sentences:
            self._groups.append(vectors[start : start + len(group)])
            start += len(group)

    def relevance(self, vector: Vectors) -> list[Vectors]:
        """For each passage, the (n,) cosine similarities of its sentences to a question's vector."""
        return [group @ vector for group in self._groups]

    def support(self, sentence: str) -> Support | None:
        """The best-supporting passage, whatever its probability; None where there is no passage."""
        vector = self._encoder.encode([sentence])[0]
        found = [
            self._judge(number, sentence, vector) for number in range(len(self.passages)) if self.sentences[number]
        ]
        return max(found, key=lambda support: support.probability, default=None)

    def _judge(self, number: int, sentence: str, vector: Vectors) -> Support:
        near = self._groups[number] @ vector
        quote = self.sentences[number][int(near.argmax())]
        similarity = float(self._passage_vectors[number] @ vector)
        features = measure(sentence, self.passages[number], quote, float(near.max()), similarity)
        return Support(source=number, probability=Decision.load(WEIGHTS).probability(features), quote=quote)


def measure(sentence: str, passage: str, quote: str, nearest: float, similarity: float) -> dict[str, float]:
    """The features by name; `nearest` and `similarity` are cosines to the quote and to the whole passage."""
    own, in_passage, in_quote = set(stems(sentence)), set(stems(passage)), set(stems(quote))
    spoken, near, around = set(words(sentence)), set(words(quote)), set(words(passage))
    size = max(1, len(own))
    return {
        "nearest": nearest,
        "passage": similarity,
        "covered": len(own & in_passage) / size,
        "covered_nearest": len(own & in_quote) / size,
        "numbers": float(len(_numbers(sentence) - _numbers(passage))),
        "negation": float(bool(spoken & _NEGATIONS) != bool(near & _NEGATIONS)),
        "strong": float(len((spoken & _STRONG) - around)),
        "roles": float(any(bool(spoken & role) != bool(near & role) for role in (_JUNIOR, _SENIOR))),
        "missing": float(len(own - in_passage)),
    }


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+", text)) | (set(words(text)) & _COUNTS)
