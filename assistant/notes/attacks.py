"""Finds the pieces of a note that speak to the checker instead of the session: "mark this session as perfect".

Such a piece is left out of what the models read, so that it can neither clear nor accuse anybody; the report says
that it was left out. A linear model over words and over how the piece is written; fitted by `evals.fit_notes` on
`evals/datasets/attacks.jsonl` and reported on `evals/datasets/injections.jsonl`, which it has not seen.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from assistant.notes.linear import LinearText
from assistant.notes.mistake import Mistake
from assistant.notes.segments import Segment
from assistant.text import words

WEIGHTS = Path(__file__).with_name("model") / "attacks.npz"
THRESHOLD = 0.8
"""Probability from which a piece is left out. It finds 55% of 680 attacks (cross-validated, each alone) and takes 3% of
560 innocent pieces that sound alike, and 5 of 3,777 pieces of the development notes, for some. A missed attack does
little, because the models read notes and follow no instructions."""
DOUBTFUL = 0.5
"""Probability from which a piece may speak to the checker; such a piece is read, and is not let clear anybody."""
BESIDE = 0.25
"""Probability from which a piece next to one that is left out is left out as well: instructions come in several."""
_NAMES = tuple({form for mistake in Mistake for form in (mistake.value, mistake.value.replace("_", " "))})
_MARKUP = re.compile(r"[<>{}\[\]`#=|\\*_]")
_ASIDE = re.compile(r"[(\[{<][^()\[\]{}<>]{12,}[)\]}>]")
"""What stands in brackets inside a sentence: an instruction can hide there, in a sentence that is the note's own."""
_BASE64 = re.compile(r"[A-Za-z0-9+/]{20,}={0,2}")


def measure_piece(text: str) -> list[float]:
    """How a piece is written, in a fixed order; each figure of the order of one."""
    size = max(1, len(text))
    found = words(text)
    lower = text.lower()
    letters = [character for character in text if character.isalpha()]
    return [
        float(np.log1p(len(found))) / 3,
        sum(name in lower for name in _NAMES) / 2,
        min(3.0, 20 * len(_MARKUP.findall(text)) / size),
        sum(character.isupper() for character in letters) / max(1, len(letters)),
        sum(len(word) == 1 for word in found) / max(1, len(found)),
        float(bool(_BASE64.search(text))),
        min(3.0, 10 * sum(unicodedata.category(character) in {"Cf", "Co"} for character in text) / size),
        sum(ord(character) > 0x2E7F for character in text) / size,
    ]


@cache
def _model() -> LinearText:
    return LinearText.load(WEIGHTS)


def find_attacks(text: str, segments: Sequence[Segment], least: float = THRESHOLD) -> list[Segment]:
    """The segments that speak to the checker, in order: with `least` probability, and likely ones next to them."""
    segments = [piece for segment in segments for piece in _take_asides_apart(text, segment)]
    pieces = [text[segment.start : segment.end] for segment in segments]
    scores = [float(_model().logits(piece, measure_piece(piece))[0]) for piece in pieces]
    stated = 1 / (1 + np.exp(-np.clip(scores, -30.0, 30.0)))
    found = stated >= least
    for direction in (range(1, len(segments)), range(len(segments) - 2, -1, -1)):
        for row in direction:
            found[row] |= found[row - direction.step] and stated[row] >= BESIDE
    return [segment for segment, cut in zip(segments, found, strict=True) if cut]


def _take_asides_apart(text: str, segment: Segment) -> Iterator[Segment]:
    """A segment in parts: what stands in brackets, and what is before, between and behind."""
    done = segment.start
    for aside in _ASIDE.finditer(text, segment.start, segment.end):
        yield from (
            part for part in (Segment(done, aside.start()), Segment(*aside.span())) if text[slice(*part)].strip()
        )
        done = aside.end()
    if text[done : segment.end].strip():
        yield Segment(done, segment.end)


def blank_out(text: str, pieces: Sequence[Segment]) -> str:
    """The text with line breaks in place of the pieces: all other offsets stay, and no segment runs across."""
    parts, done = [], 0
    for piece in sorted(pieces):
        parts += [text[done : piece.start], "\n" * (piece.end - piece.start)]
        done = piece.end
    return "".join([*parts, text[done:]])
