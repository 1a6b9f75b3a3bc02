"""What is held of one person's texts between two searches: vectors and word stems, and no text.

In memory only. Used by `own_notes`, which gives each person in each role a shelf apart and throws it away.
"""

import math
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.coach.own_passages import cut_passages
from assistant.coach.own_texts import Item, OwnTexts
from assistant.guide.index import Vectors
from assistant.guide.search import Encoder
from assistant.notes.segments import Segment
from assistant.text import stems

_SHRINKAGE = 20
"""The mean of n passages is taken off by n / (n + 20): few passages do not tell what is common to all."""
_BEGINNING = 1000
"""Characters of a text in which a title made of it stands."""
_BLOCK = 8
"""Passages read at a time: about a fifth of a second on two cores."""


class Place(NamedTuple):
    """A passage."""

    item: Item
    number: int
    """0, 1, 2 … in its item."""


class _Held(NamedTuple):
    """One item's passages."""

    version: str
    spans: tuple[Segment, ...]
    words: tuple[tuple[str, ...], ...]
    """The different stems of title and passage, for each passage."""
    vectors: list[NDArray[np.float16] | None]
    """(d,) for each passage, `None` where it was not read yet; half precision is enough for a rank."""


class Shelf:
    """One person's; every method is called under its `lock`."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._held: dict[tuple[str, str], _Held] = {}

    def update(self, own: OwnTexts) -> list[Place]:
        """Drop what was deleted or changed, cut what is new; all passages that there are now."""
        before, self._held = self._held, {}
        for item in own.items:
            held = before.get(_key(item))
            if held is None or held.version != item.version:
                held = _cut(item, own.get(item))
            self._held[_key(item)] = held
        return [Place(item, n) for item in own.items for n in range(len(self._held[_key(item)].spans))]

    def span(self, place: Place) -> Segment:
        """Where the passage stands in its text."""
        return self._held[_key(place.item)].spans[place.number]

    def share(self, query: str, places: Sequence[Place]) -> NDArray[np.float64]:
        """(n,) share of the query's words that stand in each passage, in [0, 1]; rare words count for more."""
        wanted = set(stems(query))
        common = [wanted.intersection(self._held[_key(item)].words[n]) for item, n in places]
        frequency = Counter(chain.from_iterable(common))
        weights = {word: math.log(1 + len(places) / (frequency[word] or 0.5)) for word in wanted}
        total = sum(weights.values()) or 1.0
        return np.array([sum(weights[word] for word in words) / total for words in common])

    def read(self, places: Sequence[Place], own: OwnTexts, embeddings: Encoder, until: float) -> int:
        """Make the vectors that are missing, in this order, until that time; how many are still missing.

        `until`: of `time.monotonic`; one block is read in any case.
        """
        missing = [place for place in places if self._vector(place) is None]
        for start in range(0, len(missing), _BLOCK):
            block = [(place, text) for place in missing[start : start + _BLOCK] if (text := own.get(place.item))]
            vectors = embeddings.encode([self._readable(place, text) for place, text in block])
            for (place, _), vector in zip(block, vectors, strict=True):
                self._held[_key(place.item)].vectors[place.number] = vector.astype(np.float16)
            if time.monotonic() > until:
                break
        return sum(self._vector(place) is None for place in missing)

    def nearness(self, question: Vectors, places: Sequence[Place]) -> Vectors:
        """(n,) cosines of the question and each passage, in [-1, 1]; 0 where one was not read.

        What all of them have in common is taken off both: nearly every note speaks of mentors and sessions.
        """
        vectors = [self._vector(place) for place in places]
        known = np.array([vector is not None for vector in vectors])
        near = np.zeros(len(places), dtype=np.float32)
        if known.any():
            read = np.array([vector for vector in vectors if vector is not None], dtype=np.float32)
            common = read.mean(axis=0) * len(read) / (len(read) + _SHRINKAGE)
            near[known] = _unit(read - common) @ _unit(question - common)
        return near

    def cosines(self, question: Vectors, places: Sequence[Place]) -> Vectors:
        """(n,) plain cosines of the question and each passage, in [-1, 1]; -1 where one was not read."""
        vectors = [self._vector(place) for place in places]
        return np.array(
            [-1.0 if vector is None else float(vector.astype(np.float32) @ question) for vector in vectors],
            dtype=np.float32,
        )

    def _vector(self, place: Place) -> NDArray[np.float16] | None:
        return self._held[_key(place.item)].vectors[place.number]

    def _readable(self, place: Place, text: str) -> str:
        return _with_title(place.item, text, self.span(place))


def _key(item: Item) -> tuple[str, str]:
    return item.kind, item.id


def _cut(item: Item, text: str | None) -> _Held:
    spans = cut_passages(text or "")
    found = (sorted(set(stems(_with_title(item, text or "", span)))) for span in spans)
    words = tuple(tuple(map(sys.intern, own)) for own in found)  # one copy of each word in memory
    return _Held(item.version, tuple(spans), words, [None] * len(spans))


def _with_title(item: Item, text: str, span: Segment) -> str:
    """A passage as it is read: with its note's title, unless that only repeats how the note begins."""
    begins = " ".join(text[:_BEGINNING].split()).startswith(item.title.removesuffix(" …"))
    return f"{'' if begins else item.title}\n{text[span.start : span.end]}"


def _unit(vectors: Vectors) -> Vectors:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-9), dtype=np.float32)
