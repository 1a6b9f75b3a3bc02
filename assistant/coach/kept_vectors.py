"""Vectors of texts that ship with the product, made at the first request and kept for the next process.

For whoever compares what a person typed with texts of ours: topics, titles of leaders. Never for what a person wrote.
"""

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from assistant.guide.index import Vectors
from assistant.guide.search import Encoder


class KeptVectors:
    """The vectors of fixed texts; safe to share between threads."""

    def __init__(self, texts: Sequence[str], embeddings: Encoder, path: Path | None = None) -> None:
        """`path`: the file that keeps them for the next process; None keeps them for this one alone."""
        self._texts, self._embeddings, self._path = tuple(texts), embeddings, path
        self._lock = threading.Lock()
        self._made: Vectors | None = None

    def get(self) -> Vectors:
        """(n, d) unit vectors in the order of the texts. Raises `ModelMissing`."""
        with self._lock:
            if self._made is None:
                self._made = self._load()
            if self._made is None:
                self._made = self._embeddings.encode(self._texts)
                self._keep(self._made)
            return self._made

    def _load(self) -> Vectors | None:
        if self._path is None:
            return None
        try:
            with np.load(self._path, allow_pickle=False) as file:
                return np.asarray(file["vectors"]) if str(file["of"]) == self._fingerprint() else None
        except (OSError, ValueError, KeyError, BadZipFile):
            return None

    def _keep(self, made: Vectors) -> None:
        """A disk that refuses costs the next process its time and nothing else."""
        if self._path is None:
            return
        scratch = self._path.with_suffix(".part.npz")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            np.savez(scratch, vectors=made, of=np.array(self._fingerprint()))
            scratch.replace(self._path)
        except OSError:
            scratch.unlink(missing_ok=True)

    def _fingerprint(self) -> str:
        """Of the texts and of the model that read them."""
        name = getattr(self._embeddings, "name", "")
        return hashlib.sha256("\0".join((name, *self._texts)).encode()).hexdigest()
