"""What the transcript's chart and figures show, as plain rows and words. Pure: knows no chart library.

Rows come from a `Measures`; nothing is measured here. A row never holds what was said.
"""

import csv
import io
from collections.abc import Sequence
from typing import Literal, NamedTuple

from assistant.notes.note import Measures, Side, SpeakerMeasures, Transcript, TurnMeasure

Move = Literal["telling", "drawing_out", "sharing", "listening"]
BANDS: dict[Move, tuple[float, float]] = {
    "telling": (0.0, 1.0),
    "drawing_out": (-0.85, 0.0),
    "sharing": (0.0, 0.45),
    "listening": (-0.05, 0.05),
}
"""Where a turn stands: above the line what tells, below it what draws out, lower what answers, a tick for listening."""
MOVES: dict[Move, str] = {
    "telling": "Telling",
    "sharing": "Answering from their own world",
    "drawing_out": "Drawing out",
    "listening": "Signs of listening",
}
NARROWEST = 1 / 170
"""Width of the shortest turn as a share of the chart: five pixels of a wide screen."""
OTHERS = "Others"


class TurnRow(NamedTuple):
    """One turn on the chart; `began` and `ended` in seconds or words, `low` and `high` on the vertical axis."""

    number: int
    """From 1, in the order of the talk."""
    speaker: str
    who: str
    """The speaker where the side is known or the talk has no more than two, else `OTHERS`."""
    move: Move
    does: str
    """The move in words."""
    probability: float
    words: int
    began: float
    ended: float
    until: float
    """Right edge as drawn, so that no turn is too narrow to see."""
    low: float
    high: float
    framed: bool


class Figure(NamedTuple):
    """One of the figures below the chart."""

    label: str
    value: str
    detail: str


def turn_rows(measures: Measures) -> list[TurnRow]:
    """A row for each turn of the timeline."""
    framed = marked_turn(measures)
    return [_row(measures, at, turn, at == framed) for at, turn in enumerate(measures.timeline)]


def _row(measures: Measures, at: int, turn: TurnMeasure, framed: bool) -> TurnRow:
    low, high = BANDS[turn.move]
    narrowest = measures.length * NARROWEST * (0.5 if turn.move == "listening" else 1)
    return TurnRow(
        number=at + 1,
        speaker=turn.speaker,
        who=turn.speaker if turn.speaker in chief_speakers(measures) else OTHERS,
        move=turn.move,
        does=MOVES[turn.move],
        probability=round(turn.probability, 3),
        words=turn.words,
        began=round(turn.began, 2),
        ended=round(turn.ended, 2),
        until=round(max(turn.ended, turn.began + narrowest), 2),
        low=low,
        high=high,
        framed=framed,
    )


def chief_speakers(measures: Measures) -> dict[str, Side | None]:
    """The two that the chart has colours for, mentor first: the pair where it is known, else who said most."""
    ranked = sorted(measures.speakers, key=lambda one: (one.side is None, -one.words))[:2]
    return {one.speaker: one.side for one in sorted(ranked, key=lambda one: one.side == "mentee")}


def marked_turn(measures: Measures) -> int | None:
    """Position of the longest telling turn; None where nobody tells."""
    told = [at for at, turn in enumerate(measures.timeline) if turn.move == "telling"]
    return max(told, key=lambda at: measures.timeline[at].ended - measures.timeline[at].began, default=None)


def words_by_move(measures: Measures) -> list[dict[str, object]]:
    """How many words and turns of each chief speaker went into each move; moves without any are there with 0."""
    return [
        {
            "speaker": speaker,
            "does": does,
            "words": sum(turn.words for turn in turns),
            "label": f"{sum(turn.words for turn in turns):,} words in {counted(len(turns), 'turn')}",
        }
        for speaker in chief_speakers(measures)
        for move, does in MOVES.items()
        for turns in [[one for one in measures.timeline if one.speaker == speaker and one.move == move]]
    ]


def figures(measures: Measures, writer: Side | None) -> tuple[Figure, ...]:
    """Four figures about the writer, where the transcript says who that is, else about its first chief speaker."""
    own = _subject(measures, writer)
    if own is None:
        return ()
    whose = "Your" if own.side and own.side == writer else f"{own.speaker}’s"
    spoken = [one for one in measures.timeline if one.speaker == own.speaker and one.move != "listening"]
    told = sum(one.move == "telling" for one in spoken)
    asked = own.open_questions + own.closed_questions
    return (
        Figure(
            f"{whose} turns that told",
            f"{told / len(spoken):.0%}" if spoken else "none",
            f"{told} of {len(spoken)}, signs of listening left out",
        ),
        Figure(
            f"{whose} questions that opened",
            f"{own.open_questions} of {asked}" if asked else "none asked",
            "Open ones: what, how, tell me",
        ),
        _longest(measures),
        Figure(f"{whose} talk share", f"{own.talk_share:.0%}", "For interest; says little about quality"),
    )


def _subject(measures: Measures, writer: Side | None) -> SpeakerMeasures | None:
    chief = chief_speakers(measures)
    found = [one for one in measures.speakers if one.speaker in chief]
    return next((one for one in found if writer and one.side == writer), found[0] if found else None)


def _longest(measures: Measures) -> Figure:
    at = marked_turn(measures)
    if at is None:
        return Figure("Longest stretch of telling", "none", "No turn mainly tells")
    turn = measures.timeline[at]
    value = duration(turn.ended - turn.began) if measures.unit == "seconds" else counted(turn.words, "word")
    return Figure("Longest stretch of telling", value, f"{turn.speaker}, framed in the chart")


def counted(number: int, name: str) -> str:
    """`1 turn`, `1,200 words`."""
    return f"{number:,} {name}{'' if number == 1 else 's'}"


def duration(seconds: float) -> str:
    """`45 s`, `3 min 30`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02}" if minutes else f"{rest} s"


def place(measures: Measures, turn: TurnMeasure) -> str:
    """Where a turn stands: `04:07` into the recording, or after how many words."""
    if measures.unit == "words":
        return f"after {counted(round(turn.began), 'word')}"
    minutes, seconds = divmod(int(turn.began), 60)
    return f"{minutes:02}:{seconds:02}"


def ticks(measures: Measures, least: int = 3) -> list[float]:
    """Round places on the horizontal axis, from 0: at least this many where the talk is long enough."""
    steps = (
        (60, 120, 300, 600, 900, 1800, 3600) if measures.unit == "seconds" else (50, 100, 250, 500, 1000, 2500, 5000)
    )
    step = max([one for one in steps if measures.length >= one * least], default=steps[0])
    return [float(step * at) for at in range(int(measures.length // step) + 1)]


def describe(measures: Measures, transcript: Transcript | None) -> str:
    """The chart in a sentence, for who cannot see it."""
    rows = turn_rows(measures)
    parts = []
    for speaker in chief_speakers(measures):
        own = [row for row in rows if row.speaker == speaker]
        told, drew = (sum(row.move == move for row in own) for move in ("telling", "drawing_out"))
        side = transcript.side(speaker) if transcript else None
        name = f"{speaker} ({side})" if side else speaker
        parts.append(f"{name}: {counted(told, 'turn')} of telling, {counted(drew, 'turn')} of drawing out")
    return f"{counted(len(rows), 'turn')} in order. {'; '.join(parts)}."


def as_csv(measures: Measures) -> str:
    """The chart's rows for a spreadsheet; a name that a spreadsheet would take for a formula is quoted."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["turn", "speaker", "side", "move", "telling_probability", "words", "began", "ended", "unit"])
    sides = {one.speaker: one.side or "" for one in measures.speakers}
    writer.writerows(
        (
            *(row.number, _cell(row.speaker), sides.get(row.speaker, ""), row.move, row.probability, row.words),
            *(row.began, row.ended, measures.unit),
        )
        for row in turn_rows(measures)
    )
    return out.getvalue()


def _cell(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def turn_table(measures: Measures) -> Sequence[tuple[str, str, str, str]]:
    """Place, speaker, move and words of each turn, for the table below the chart."""
    return [
        (place(measures, turn), turn.speaker, MOVES[turn.move], counted(turn.words, "word"))
        for turn in measures.timeline
    ]
