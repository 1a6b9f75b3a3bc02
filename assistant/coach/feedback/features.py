"""What can be measured of each word of a feedback text, beside what the encoder makes of it. Pure.

Fitting and reading share this module, so that both see the same numbers; a change here asks for a new fit.
"""

import re
import zlib
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.coach.feedback.rules import PATTERNS, Span

Floats = NDArray[np.float32]

BUCKETS = 4096
"""Hashed words, endings and pairs of words; collisions are rare in texts of a hundred words."""
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[^\w\s]|_")
_SENTENCE_END = re.compile(r"[.?!]+[\"'”)]*\s+|\n+")
_SENIOR = frozenset("you your yours he she his her him sie ihr ihre er vous votre il elle usted su".split())
_WRITER = frozenset("i we my our me us ich wir mein unser je nous mon notre yo nosotros mi".split())
_PLACES = 11
"""Measures of a word that are no pattern: its place, its kind, its sentence."""
FLAGS = len(PATTERNS) + _PLACES


class Measured(NamedTuple):
    """A text by its words and signs."""

    words: list[Span]
    said: list[str]
    """The same in lower case."""
    flags: Floats
    """(n, FLAGS) zeros and ones, and the sentence's place from 0 to 1."""
    buckets: NDArray[np.int64]
    """(n, 3) hashes of the word, of its last three letters, and of it with the word before."""


def cut_sentences(text: str) -> list[Span]:
    """Sentences with the blank space behind them; together they are the whole text."""
    ends = [mark.end() for mark in _SENTENCE_END.finditer(text)]
    if not ends or ends[-1] < len(text):
        ends.append(len(text))
    return [Span(start, end) for start, end in zip([0, *ends], ends, strict=False) if end > start]


def measure(text: str) -> Measured:
    """The words of a text and what can be seen of them."""
    plain = text.replace("’", "'")
    words = [Span(found.start(), found.end()) for found in _WORD.finditer(plain)]
    lower = [plain[word.start : word.end].lower() for word in words]
    flags = np.zeros((len(words), FLAGS), dtype=np.float32)
    for column, pattern in enumerate(PATTERNS):
        for found in pattern.finditer(plain):
            for row, word in enumerate(words):
                if word.start < found.end() and word.end > found.start():
                    flags[row, column] = 1
    _measure_places(plain, words, lower, flags[:, len(PATTERNS) :])
    hashed = [
        (_bucket(word), _bucket(f"s{word[-3:]}"), _bucket(f"b{lower[row - 1] if row else '^'} {word}"))
        for row, word in enumerate(lower)
    ]
    return Measured(words, lower, flags, np.array(hashed, dtype=np.int64).reshape(-1, 3))


def pool_pieces(words: list[Span], pieces: list[tuple[int, int]], states: Floats) -> Floats:
    """(n, d) the mean of the states of each word's pieces; of a word that was not read, those of the word before."""
    pooled = np.zeros((len(words), states.shape[1]), dtype=np.float32)
    first = 0
    for row, word in enumerate(words):
        while first < len(pieces) and pieces[first][1] <= word.start:
            first += 1
        last = first
        while last < len(pieces) and pieces[last][0] < word.end:
            last += 1
        if last > first:
            pooled[row] = states[first:last].mean(axis=0)
        elif row:
            pooled[row] = pooled[row - 1]
    return pooled


def _measure_places(text: str, words: list[Span], lower: list[str], flags: Floats) -> None:
    sentences = cut_sentences(text)
    place = 0
    quotes = 0
    seen = 0
    for row, (word, said) in enumerate(zip(words, lower, strict=True)):
        while place < len(sentences) - 1 and word.start >= sentences[place].end:
            place += 1
        sentence = sentences[place]
        quotes += text.count('"', seen, word.start)
        seen = word.start
        flags[row] = (
            row == 0 or words[row - 1].start < sentence.start,
            place / (len(sentences) - 1) if len(sentences) > 1 else 0,
            place == len(sentences) - 1,
            place == 0,
            "?" in text[sentence.start : sentence.end],
            said in _SENIOR,
            said in _WRITER,
            text[word.start].isupper(),
            any(letter.isdigit() for letter in said),
            not said[0].isalnum(),
            quotes % 2,
        )


def _bucket(term: str) -> int:
    return zlib.crc32(term.encode("utf-8", "replace")) % BUCKETS
