"""What one side of a pair meant in a session and the other side did not take away: sentences without one near them.

Both texts are read by the embedding model alone, and only English ones, on which the cut-off was chosen. What it finds
is a question to the two and no finding about either: nothing else is said than the two sentences themselves. Pure.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from pydantic import Field

from assistant.guide.search import Encoder
from assistant.language import find_language
from assistant.notes.note import Record
from assistant.text import content_words, sentences, shorten

NEAR: Final = 0.42
"""Least cosine of two sentences that say nearly the same.

Chosen on 80 pairs of sentences of our own (`tests/coach/gap_pairs.jsonl`, AUC 0.89): of the gaps that it finds there
83 of 100 are some, and it finds 80 of 100. On 30 others, written after the choice and each about the very same words,
it finds 7 of 15 and is wrong about 2 of 15. So it asks, and stays silent rather than wrong.
"""
LEAST_WORDS = 2
"""Words with a content of their own; a sentence of fewer ("That was good.") says too little to be missed."""
MOST = 2
"""Gaps that are shown; one is talked about first, and a list of them would be a verdict."""
LONGEST = 240
"""Characters of a sentence as it is quoted."""


class Gap(Record):
    """A sentence of the one side without a near one in what the other side wrote."""

    meant: str
    """Verbatim; from 240 characters on cut."""
    taken: str
    """The sentence of the other side that comes nearest, likewise."""
    nearness: float = Field(ge=-1, le=1)
    """Cosine of the two."""


class Gaps(NamedTuple):
    """What the comparison found."""

    found: tuple[Gap, ...]
    """The two farthest at most, in the order of the text; empty where all was near."""
    compared: bool
    """False: not English, or too short to say anything, so that nothing was looked at."""


def find_gaps(meant: str, taken: str, encoder: Encoder) -> Gaps:
    """What `meant` says and `taken` does not. Raises `ModelMissing`."""
    said, heard = _telling(meant), _telling(taken)
    if not said or not heard or not (_is_english(meant) and _is_english(taken)):
        return Gaps((), compared=False)
    vectors = encoder.encode([*said, *heard, taken])
    cosines = vectors[: len(said)] @ vectors[len(said) :].T
    best, nearest = cosines.max(axis=1), cosines[:, : len(heard)].argmax(axis=1)
    missed = sorted([at for at in np.argsort(best, kind="stable") if best[at] < NEAR][:MOST])
    return Gaps(
        tuple(
            Gap(
                meant=shorten(said[at], LONGEST),
                taken=shorten(heard[nearest[at]], LONGEST),
                nearness=float(np.clip(best[at], -1, 1)),
            )
            for at in missed
        ),
        compared=True,
    )


def topic_of(found: Sequence[Gap]) -> str:
    """The wish for the next plan that gaps make, in a sentence that either side can read."""
    return f"First of all, what did not come across last time: {' '.join(f'“{one.meant}”' for one in found)}"


def _telling(text: str) -> list[str]:
    """The sentences that say something."""
    return [one for one in sentences(text) if len(content_words(one)) >= LEAST_WORDS]


def _is_english(text: str) -> bool:
    """Too short to tell counts as English, which most of such texts are."""
    return find_language(text) in (None, "en")
