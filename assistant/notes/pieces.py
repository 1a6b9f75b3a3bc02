"""Stretches of speech, and how they become turns: the common currency of all transcript formats.

`lines` and `subtitles` find pieces, `join_pieces` makes turns of them. Pure; offsets count code points of the text
that was read.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from assistant.notes.note import Turn

EDGES = (
    " \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\xa0\u2028\u2029\u202f"
    "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)
"""Blank space and direction marks, which are never spoken and so cut off at both ends of a piece."""
_ENDS_SENTENCE = re.compile(r"[.!?…][\"'”’)\]]*$")


class Piece(NamedTuple):
    """What one line or cue says."""

    speaker: str
    """Empty where nobody is named."""
    start: int
    end: int
    began: float | None = None
    ended: float | None = None


def speaker_key(name: str) -> str:
    """What two spellings of one speaker have in common: no capitals, marks or double blanks."""
    if name.isascii() and name.isalnum():
        return name.lower()
    bare = "".join(" " if character in ".,*_" or character in EDGES else character for character in name)
    return " ".join(bare.casefold().split()) or name


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch without blank space and direction marks at its ends."""
    stretch = text[start:end]
    left = len(stretch) - len(stretch.lstrip(EDGES))
    return start + left, start + left + len(stretch.strip(EDGES))


def join_pieces(text: str, pieces: Iterable[Piece]) -> tuple[Turn, ...]:
    """Turns: consecutive pieces of one speaker become one, pieces without words are left out.

    A turn of several lines runs from its first word to its last, over the names and times that stand between.

    Pieces without a speaker are joined up to the end of a sentence only, as nobody knows whether the next sentence
    is still the same person's. Where the times of the pieces do not run forward, no turn has any.
    """
    groups: list[list[Piece]] = []
    for piece in pieces:
        start, end = trim(text, piece.start, piece.end)
        if start == end:
            continue
        kept = piece._replace(start=start, end=end)
        if groups and goes_on(_end(text, groups[-1][-1]), groups[-1][-1], kept):
            groups[-1].append(kept)
        else:
            groups.append([kept])
    timed = _run_forward(groups)
    spellings: dict[str, str] = {}
    return tuple(_turn(group, spellings, timed=timed) for group in groups)


def goes_on(said: str, before: Piece, piece: Piece) -> bool:
    """Whether a piece belongs to the turn of the piece before it, whose words end with `said`."""
    if before.speaker != piece.speaker and speaker_key(before.speaker) != speaker_key(piece.speaker):
        return False
    return bool(piece.speaker) or _ENDS_SENTENCE.search(said[-8:]) is None


def _end(text: str, piece: Piece) -> str:
    return text[max(piece.start, piece.end - 8) : piece.end]


def _run_forward(groups: Sequence[Sequence[Piece]]) -> bool:
    times = [piece.began for group in groups for piece in group if piece.began is not None]
    return all(before <= after for before, after in pairwise(times))


def _turn(group: Sequence[Piece], spellings: dict[str, str], *, timed: bool) -> Turn:
    first, last = group[0], group[-1]
    began = first.began if timed else None
    ended = last.ended if began is not None and last.ended is not None and last.ended >= began else None
    speaker = spellings.setdefault(speaker_key(first.speaker), first.speaker)
    return Turn(speaker=speaker, start=first.start, end=last.end, began=began, ended=ended)
