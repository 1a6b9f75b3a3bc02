"""What can be measured in a transcript: who talks, asks, tells, draws out and takes up. Never used on prose.

Terms and thresholds: talk share and its balance after ConvoKit's TalkTimeSharing (balanced below 0.55, low from
0.65); a turn counts as substantial from five words, and as uptake when it takes up such a turn (Edu-ConvoKit, Wang and
Demszky 2024); telling against drawing out after the codes of motivational interviewing (MITI 4). Talk share says
little about quality: on 133 expert-rated conversations (AnnoMI) it ranks poor ones with an AUC of 0.65, telling with
0.92. How well our own telling does is in `evals/baselines/transcripts.json`.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.notes.moves import MOVES, Move, count_questions, find_moves
from assistant.notes.note import Measures, Note, SpeakerMeasures, Transcript, TurnMeasure
from assistant.notes.parse import spoken
from assistant.text import content_words, words

SUBSTANTIAL_WORDS = 5
"""A shorter turn gives nothing to take up (Edu-ConvoKit's filter of the first speaker)."""
BALANCED, LOW = 0.55, 0.65
"""Talk share of the louder of two: below the first balanced, from the second low (ConvoKit)."""
TELLS = 0.6
"""Somebody is named as the teller when this share of the words that tell or draw out tells, and of these are theirs."""
LITTLE = 15
"""Words of a speaker below which no share of telling is given."""
OVERLAP_SECONDS = 0.2
"""A turn that begins so much before the other's end interrupts; recognisers' times are about as exact."""

_TELL, _ASK, _REFLECT, _SHARE, _LISTEN = (MOVES.index(move) for move in Move)
Floats = NDArray[np.float32]


def measure_transcript(note: Note) -> Measures | None:
    """All figures of a note's transcript; None where it is none."""
    transcript = note.transcript
    if transcript is None:
        return None
    turns = transcript.turns
    said = [" ".join(note.text[piece.start : piece.end] for piece in pieces) for pieces in spoken(note)]
    moves = find_moves(said)
    counts = np.array([len(words(one)) for one in said], dtype=np.float32)
    clock = _clock(transcript, counts)
    lengths = clock[:, 1] - clock[:, 0]
    in_seconds = _has_times(transcript)
    weights = lengths if in_seconds and float(lengths.sum()) > 0 else counts
    total = float(weights.sum()) or 1.0
    speakers = []
    for name in transcript.speakers:
        own = np.array([turn.speaker == name for turn in turns])
        rows = np.flatnonzero(own)
        longest = int(rows[int(weights[rows].argmax())])
        asked = [count_questions(said[row]) for row in rows]
        speakers.append(
            SpeakerMeasures(
                speaker=name,
                side=transcript.side(name),
                turns=len(rows),
                words=int(counts[rows].sum()),
                talk_share=min(1.0, float(weights[rows].sum()) / total),
                longest_turn_words=int(counts[longest]),
                longest_turn_seconds=float(lengths[longest]) if in_seconds else None,
                longest_turn=longest,
                open_questions=sum(opened for opened, _ in asked),
                closed_questions=sum(closed for _, closed in asked),
                telling=_telling(moves[rows], counts[rows]),
                drawing_out=_drawing_out(moves[rows]),
                uptake=_uptake(rows, said, moves, counts, own),
                interruptions=_interruptions(transcript, rows),
            )
        )
    session = _session(transcript, moves, counts)
    return Measures(
        unit="seconds" if in_seconds else "words",
        length=float(clock[:, 1].max(initial=0.0)),
        speakers=tuple(speakers),
        timeline=_timeline(transcript, moves, counts, clock),
        balance=_balance(speakers),
        teller=session.teller,
        telling=session.telling,
    )


def _timeline(transcript: Transcript, moves: Floats, counts: Floats, clock: Floats) -> tuple[TurnMeasure, ...]:
    shown = ("telling", "drawing_out", "drawing_out", "sharing", "listening")
    return tuple(
        TurnMeasure(
            speaker=turn.speaker,
            move=shown[int(row.argmax())],  # type: ignore[arg-type]
            probability=min(1.0, float(row[_TELL])),
            words=int(count),
            began=float(began),
            ended=float(ended),
            start=turn.start,
            end=turn.end,
        )
        for turn, row, count, (began, ended) in zip(transcript.turns, moves, counts, clock, strict=True)
    )


class _Session(NamedTuple):
    telling: float | None
    teller: str | None


def _session(transcript: Transcript, moves: Floats, counts: Floats) -> _Session:
    telling = moves[:, _TELL] * counts
    drawing = (moves[:, _ASK] + moves[:, _REFLECT]) * counts
    both = float(telling.sum() + drawing.sum())
    if both <= 0:
        return _Session(None, None)
    share = float(telling.sum()) / both
    own = {
        name: float(
            sum(words_told for turn, words_told in zip(transcript.turns, telling, strict=True) if turn.speaker == name)
        )
        for name in transcript.speakers
    }
    loudest = max(own, key=lambda name: own[name])
    clear = share >= TELLS and own[loudest] >= TELLS * float(telling.sum())
    return _Session(min(1.0, share), loudest if clear else None)


def _telling(moves: Floats, counts: Floats) -> float | None:
    spoken = counts * (1 - moves[:, _LISTEN])
    if float(counts.sum()) < LITTLE or float(spoken.sum()) <= 0:
        return None
    return min(1.0, float((counts * moves[:, _TELL]).sum() / spoken.sum()))


def _drawing_out(moves: Floats) -> float | None:
    spoken = moves[moves.argmax(axis=1) != _LISTEN]
    return min(1.0, float((spoken[:, _ASK] + spoken[:, _REFLECT]).mean())) if len(spoken) else None


def _uptake(
    rows: NDArray[np.int64], said: Sequence[str], moves: Floats, counts: Floats, own: NDArray[np.bool_]
) -> float | None:
    """A turn takes up the one before when it reflects it, or asks with two of its content words (or its only one)."""
    after = [row for row in rows if row > 0 and not own[row - 1] and counts[row - 1] >= SUBSTANTIAL_WORDS]
    taken = 0
    for row in after:
        move = int(moves[row].argmax())
        heard = set(content_words(said[row - 1]))
        shared = len(heard & set(content_words(said[row])))
        taken += move == _REFLECT or (move in (_ASK, _SHARE) and shared >= min(2, len(heard)) > 0)
    return taken / len(after) if after else None


def _interruptions(transcript: Transcript, rows: NDArray[np.int64]) -> int | None:
    turns = transcript.turns
    if not any(turn.ended is not None for turn in turns):
        return None
    found = 0
    for row in rows:
        before = turns[row - 1] if row > 0 else None
        if (
            before
            and before.speaker != turns[row].speaker
            and before.ended is not None
            and turns[row].began is not None
        ):
            found += turns[row].began < before.ended - OVERLAP_SECONDS
    return found


def _has_times(transcript: Transcript) -> bool:
    began = [turn.began for turn in transcript.turns if turn.began is not None]
    whole = len(began) == len(transcript.turns) > 1
    return whole and began == sorted(began) and began[0] != began[-1]


def _clock(transcript: Transcript, counts: Floats) -> Floats:
    """(n, 2) where each turn begins and ends: seconds where every turn has a time, else running words."""
    if not _has_times(transcript):
        ends = np.cumsum(counts)
        return np.stack([ends - counts, ends], axis=1)
    turns = transcript.turns
    began = np.array([turn.began for turn in turns], dtype=np.float32)
    # Without an end a turn lasts until the next begins; the last one goes on at the pace of the others.
    pace = float(began[-1] - began[0]) / max(1.0, float(counts[:-1].sum()))
    following = np.append(began[1:], began[-1] + pace * counts[-1])
    ended = np.array(
        [next_ if turn.ended is None else turn.ended for turn, next_ in zip(turns, following, strict=True)]
    )
    return np.stack([began, np.maximum(began, ended)], axis=1).astype(np.float32)


def _balance(speakers: Sequence[SpeakerMeasures]) -> Literal["balanced", "mid", "low"] | None:
    if len(speakers) != 2:
        return None
    share = max(speaker.talk_share for speaker in speakers)
    return "balanced" if share < BALANCED else "mid" if share < LOW else "low"
