"""How a note is divided among windows, and how what was read is put together again; no model is loaded here."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import ModelMissing
from assistant.models.note_encoder import Read
from assistant.notes.mistake import Mistake
from assistant.notes.reader import (
    CLOSE_WINDOWS,
    MISTAKES,
    OF_THE_WHOLE,
    OVERLAP_SEGMENTS,
    WINDOW_WORDS,
    NoteReader,
    _combine,
    cut_windows,
    pool,
)
from assistant.notes.segments import Segment, cut_segments


def lines(*sizes: int) -> tuple[str, list[Segment]]:
    """A text of lines with so many words, and its lines as segments, however long they are."""
    text, segments = "", []
    for size in sizes:
        line = " ".join(["word"] * size)
        segments.append(Segment(len(text), len(text) + len(line)))
        text += f"{line}\n"
    return text, segments


WINDOWS: dict[str, tuple[Sequence[int], list[range]]] = {
    "nothing": ((), []),
    "one": ((5,), [range(0, 1)]),
    "all that fits": ((100, 100, 20), [range(0, 3)]),
    "one word too many": ((100, 100, 20, 1), [range(0, 3), range(1, 4)]),
    "each shares two with the one before": ((60,) * 5, [range(0, 3), range(1, 4), range(2, 5)]),
    "longer than a window": ((500, 10, 10), [range(0, 1), range(1, 3)]),
}  # fmt: skip


@pytest.mark.parametrize(("sizes", "expected"), WINDOWS.values(), ids=WINDOWS.keys())
def test_windows(sizes: Sequence[int], expected: list[range]) -> None:
    # why: what is in no window is never read, and what is cut from its context is read wrongly
    assert cut_windows(*lines(*sizes)) == expected


@given(st.lists(st.integers(1, 300), max_size=40))
def test_windows_cover_everything_and_fit(sizes: list[int]) -> None:
    # why: a loop that does not move on would never end, and one that jumps would skip a sentence
    windows = cut_windows(*lines(*sizes))
    assert {row for window in windows for row in window} == set(range(len(sizes)))
    assert all(sum(sizes[row] for row in window) <= WINDOW_WORDS or len(window) == 1 for window in windows)
    for before, after in pairwise(windows):
        assert before.start < after.start <= before.stop
        assert before.stop - after.start <= OVERLAP_SEGMENTS


POOLS: dict[str, tuple[list[tuple[int, int]], list[tuple[int, int]], list[tuple[int, int] | None]]] = {
    "two segments": ([(0, 5), (6, 11)], [(0, 2), (3, 5), (6, 11)], [(0, 2), (2, 3)]),
    "a piece belongs where it begins": ([(0, 5), (5, 9)], [(0, 2), (3, 7), (7, 9)], [(0, 2), (2, 3)]),
    "a segment without a piece": ([(0, 2), (3, 4), (5, 9)], [(0, 2), (5, 9)], [(0, 1), None, (1, 2)]),
    "pieces between segments belong to none": ([(0, 2), (5, 9)], [(0, 2), (3, 4), (5, 9)], [(0, 1), (2, 3)]),
    "reading stopped before the end": ([(0, 2), (3, 5), (6, 9)], [(0, 2), (3, 4)], [(0, 1), (1, 2), None]),
    "nothing read": ([(0, 2)], [], [None]),
    "no segments": ([], [(0, 2)], []),
}


@pytest.mark.parametrize(("spans", "offsets", "expected"), POOLS.values(), ids=POOLS.keys())
def test_word_pieces_are_pooled_by_segment(
    spans: list[tuple[int, int]], offsets: list[tuple[int, int]], expected: list[tuple[int, int] | None]
) -> None:
    # why: a piece in the wrong segment moves the blame to the sentence beside it
    assert pool(spans, offsets) == expected


def test_one_window_is_taken_as_it_is() -> None:
    # why: most notes are one window, and the calibration was fitted on them
    scores = np.arange(10, dtype=np.float32)
    assert np.array_equal(_combine([scores]), scores)


def test_of_several_windows_the_highest_counts_less_what_chance_gives() -> None:
    # why: of twelve windows one is high by chance, and a long clean transcript must not be accused for its length
    low, high = np.zeros(10, dtype=np.float32), np.full(10, 3.0, dtype=np.float32)
    found = _combine([low, high, low])
    whole = [MISTAKES.index(mistake) for mistake in OF_THE_WHOLE]
    others = [column for column in range(10) if column not in whole]
    assert found[others] == pytest.approx(3 - np.log(3)) and found[whole] == pytest.approx(1.0)
    assert {Mistake.TECH_ONLY_FOCUS, Mistake.ONE_WAY_LECTURING} == set(OF_THE_WHOLE)


def test_nothing_read_is_no_score_at_all() -> None:
    # why: a zero would be an even chance
    assert np.isneginf(_combine([])).all()


class Encoder:
    """Sees a word piece in every word, and remembers what it was given."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def read(self, text: str) -> Read:
        self.texts.append(text)
        offsets, at = [], 0
        for word in text.split():
            at = text.index(word, at)
            offsets.append((at, at + len(word)))
            at += len(word)
        return Read(np.ones((len(offsets), 768), dtype=np.float32), offsets)


@pytest.fixture
def reader(tmp_path: Path) -> NoteReader:
    made = NoteReader(tmp_path, 1)
    made._encoder = Encoder()  # type: ignore[assignment]
    return made


LONG = "".join(
    f"On day {day} we talked about the rota and what it does to the people who drive.\n" for day in range(400)
)


def test_a_short_note_is_read_whole(reader: NoteReader) -> None:
    # why: every segment has to have a score, as the last one may be the telling one
    text = "  He came late. I read him all my slides.\r\nHe nodded and nodded.  "
    found = reader.read(text)
    assert reader._encoder.texts == [text.strip()]  # type: ignore[union-attr]
    assert found.segments == tuple(cut_segments(text)) and found.scores.shape == (3, 10)
    assert (
        np.isfinite(found.scores).all() and np.isfinite(found.encoder).all() and (found.windows, found.read) == (1, 1)
    )


def test_a_long_note_is_read_closely_in_places_and_says_so(reader: NoteReader) -> None:
    # why: six hours cannot be read closely while a person waits; what was passed over must not look as if it were
    found = reader.read(LONG)
    assert found.windows > CLOSE_WINDOWS == found.read == len(reader._encoder.texts)  # type: ignore[union-attr]
    assert reader._encoder.texts == sorted(reader._encoder.texts, key=LONG.index)  # type: ignore[union-attr]
    unread = np.isneginf(found.scores)
    assert (unread.all(axis=1) == unread.any(axis=1)).all() and unread.any() and not unread.all()
    assert np.isfinite(found.words).all()


@pytest.mark.parametrize("text", ["", " \n\t", "\r\n" * 50])
def test_nothing_to_read_is_no_error(text: str, reader: NoteReader) -> None:
    # why: a note of nothing but an instruction to the checker is blank when it is read
    found = reader.read(text)
    assert found.segments == () and found.scores.shape == (0, 10) and (found.windows, found.read) == (0, 0)
    assert np.isneginf(found.encoder).all()


def test_a_model_that_cannot_be_had_is_said(tmp_path: Path) -> None:
    # why: the checker makes a degraded report of this error and of no other
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelMissing, match="EYELEVEL_MODEL_DIR"):
        NoteReader(tmp_path / "file" / "models", 1).load()
