"""Cuts a note into the pieces that can be pointed at: sentences, lines, and stretches of dictation without either.

Offsets are kept, so that a piece is always a verbatim part of the text. pysbd is not used here: it reads about 100 kB
a second and changes what it returns, and a transcript of three hours has 150 kB.
"""

import re
from typing import NamedTuple

MAX_WORDS = 34
"""A longer piece is cut near its middle: dictation has no full stops, and evidence should be short enough to see."""
MIN_WORDS = 3
"""A shorter piece joins the one before it on its line: "Yes." says nothing alone."""
_END = re.compile(r"(?<=[.!?…])([\"'”’)\]*_]{0,3})\s+")
_ABBREVIATION = re.compile(r"(?:\b(?:Dr|Mr|Mrs|Ms|Prof|St|No|vs|approx|ca|incl|resp|e\.g|i\.e|z\.B)|\b[A-Z])\.$")
_BREATH = re.compile(
    r"(?<=[,;:])\s+|(?<!\s)\s++(?=(?:and|but|so|because|then|um|uh|which|when|while|though|anyway)\b)", re.IGNORECASE
)
_LINE = re.compile(r"[^\r\n\u2028\u2029\x0b\x0c\x85]+")
_SPACE = re.compile(r"\s+")


class Segment(NamedTuple):
    """Half-open offsets of a piece, without the blank space around it."""

    start: int
    end: int


def cut_segments(text: str) -> list[Segment]:
    """The pieces of a text, in order, not overlapping; every character that is no blank space is in one of them."""
    pieces: list[Segment] = []
    for line in _LINE.finditer(text):
        pieces += _cut_line(text, line.start(), line.end())
    return pieces


def _cut_line(text: str, start: int, end: int) -> list[Segment]:
    sentences: list[Segment] = []
    begin = start
    for cut in [*_END.finditer(text, start, end), None]:
        stop = cut.end(1) if cut else end
        if cut and _ABBREVIATION.search(text, max(begin, stop - 12), stop):
            continue
        sentence = _trim(text, begin, stop)
        if sentence and sentences and _count(text, sentence) < MIN_WORDS:
            sentences[-1] = Segment(sentences[-1].start, sentence.end)
        elif sentence:
            sentences.append(sentence)
        begin = cut.end() if cut else end
    return [piece for sentence in sentences for piece in _halve(text, sentence)]


def _halve(text: str, piece: Segment) -> list[Segment]:
    """A piece of at most `MAX_WORDS` words as it is; a longer one cut where the speaker draws breath."""
    pending, short = [piece], []
    while pending:
        current = pending.pop()
        cut = _middle(text, current) if _count(text, current) > MAX_WORDS else None
        if cut is None:
            short.append(current)
        else:
            left, right = _trim(text, current.start, cut[0]), _trim(text, cut[1], current.end)
            pending += [part for part in (right, left) if part]
    return short


def _middle(text: str, piece: Segment) -> tuple[int, int] | None:
    """The blank space nearest to the middle, before a joining word if there is one; None in an endless word."""
    middle, margin = (piece.start + piece.end) // 2, (piece.end - piece.start) // 6
    # Only the inner two thirds are searched: halves that are far too unequal would be cut again and again.
    low, high = piece.start + margin, piece.end - margin
    for pattern in (_BREATH, _SPACE):
        cuts = [(cut.start(), cut.end()) for cut in pattern.finditer(text, low, high)]
        if cuts:
            return min(cuts, key=lambda cut: abs(cut[0] - middle))
    return None


def _trim(text: str, start: int, end: int) -> Segment | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Segment(start, end) if end > start else None


def _count(text: str, piece: Segment) -> int:
    return len(text[piece.start : piece.end].split())
