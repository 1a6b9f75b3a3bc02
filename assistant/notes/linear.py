"""Linear classifiers on words and pairs of words, as plain numbers in a file: no pickle, no scikit-learn at run time.

`evals.fit_notes` fits them with scikit-learn and writes them with `save`; what is computed here is what scikit-learn
computes (TF-IDF with sublinear counts and unit length, then logistic regression), which a test compares.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.text import words

Floats = NDArray[np.float32]


def terms(text: str) -> list[str]:
    """The words of a text in lower case and its pairs of neighbouring words; a question mark counts as a word."""
    found = words(text.replace("?", " qmark "))
    return found + [f"{first} {second}" for first, second in pairwise(found)]


class LinearText:
    """One logistic regression a class, over the terms of a text and a few measures of it."""

    def __init__(
        self, vocabulary: Sequence[str], *, idf: Floats, weights: Floats, measures: Floats, shift: Floats, bias: Floats
    ) -> None:
        """`idf`: (v,); `weights`: (v, classes); `measures`: (m, classes); `shift`: (2, m) mean and scale; `bias`."""
        self._column = {term: column for column, term in enumerate(vocabulary)}
        self._idf, self._weights, self._measures, self._shift, self._bias = idf, weights, measures, shift, bias

    @property
    def classes(self) -> int:
        """How many scores a text gets."""
        return len(self._bias)

    def logits(self, text: str, measures: Sequence[float] = ()) -> Floats:
        """(classes,) scores before any link function; `measures` as many as the file was fitted with."""
        counts = Counter(column for term in terms(text) if (column := self._column.get(term)) is not None)
        scores = self._bias.copy()
        if counts:
            columns = np.fromiter(counts, dtype=np.int64)
            values = (1 + np.log(np.fromiter(counts.values(), dtype=np.float32))) * self._idf[columns]
            scores += (values / np.linalg.norm(values)) @ self._weights[columns]
        if len(measures):
            scores += (np.asarray(measures, dtype=np.float32) - self._shift[0]) / self._shift[1] @ self._measures
        return np.asarray(scores, dtype=np.float32)

    def all_logits(self, texts: Iterable[str]) -> Floats:
        """(n, classes) scores of texts without measures."""
        rows = [self.logits(text) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self.classes), dtype=np.float32)

    def save(self, path: Path) -> None:
        """Everything in one compressed file; weights at half precision (they are fitted to three figures at best)."""
        np.savez_compressed(
            path,
            vocabulary=np.frombuffer("\n".join(self._column).encode(), dtype=np.uint8),
            idf=self._idf.astype(np.float16),
            weights=self._weights.astype(np.float16),
            measures=self._measures,
            shift=self._shift,
            bias=self._bias,
        )

    @classmethod
    def load(cls, path: Path) -> "LinearText":
        """What `save` wrote."""
        with np.load(path, allow_pickle=False) as file:
            part = {name: file[name].astype(np.float32) for name in ("idf", "weights", "measures", "shift", "bias")}
            return cls(file["vocabulary"].tobytes().decode().split("\n"), **part)
