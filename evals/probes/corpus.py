"""Synthetic documents and vectors for the benchmark, from a fixed seed: the same on every machine.

Documents are the guide's own sentences, shuffled into sections of about a hundred words, so that sentence lengths and
words are real and no two sections are the same.
"""

import random
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.settings import REPOSITORY

GUIDE = REPOSITORY / "knowledge" / "guide"
SEED = 7
SECTIONS = 20
"""Sections a document; ours makes a passage of each."""
WORDS = 95
"""A section ends with the sentence that reaches this."""
DIMENSION = 384


def read_sentences() -> list[str]:
    """The guide's sentences, in order of its files, without front matter, headings and short fragments."""
    found: list[str] = []
    for path in sorted(GUIDE.rglob("*.md")):
        body = path.read_text(encoding="utf-8").split("---", 2)[-1]
        prose = " ".join(line.lstrip("- ") for line in body.splitlines() if line and not line.startswith("#"))
        found += [sentence for sentence in re.split(r"(?<=[.!?])\s+", prose) if len(sentence.split()) >= 5]
    return found


def make_texts(count: int) -> list[str]:
    """Sections of about a hundred words."""
    source, chance = read_sentences(), random.Random(SEED)
    return [" ".join(_draw(source, chance)) for _ in range(count)]


def _draw(source: list[str], chance: random.Random) -> Iterator[str]:
    size = 0
    while size < WORDS:
        sentence = chance.choice(source)
        size += len(sentence.split())
        yield sentence


def write_documents(folder: Path, passages: int) -> list[str]:
    """Markdown files with `passages` sections in all; returns the sections' texts."""
    folder.mkdir(parents=True)
    texts = make_texts(passages)
    for start in range(0, passages, SECTIONS):
        number = start // SECTIONS + 1
        part = texts[start : start + SECTIONS]
        sections = "\n\n".join(f"## Part {number}.{i}\n\n{text}" for i, text in enumerate(part, start=1))
        (folder / f"document-{number:04}.md").write_text(f"# Document {number}\n\n{sections}\n", encoding="utf-8")
    return texts


def make_vectors(count: int, seed: int = SEED) -> NDArray[np.float32]:
    """(count, 384) random unit vectors: nothing is near anything, the worst case for an approximate index."""
    vectors = np.random.default_rng(seed).standard_normal((count, DIMENSION), dtype=np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)
