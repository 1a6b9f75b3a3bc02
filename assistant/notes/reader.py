"""Reads a note with the trained models: how likely each mistake is, and which segments show it.

The encoder reads windows of the note, each segment with all its neighbours in view; a linear model on words reads
everything, quickly. A text too long to be read closely is read closely where the quick model finds the most to look
at, and the report says so. Scores here are raw; `assistant.notes.calibration` makes probabilities of them.
"""

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.models.note_encoder import NoteEncoder, ensure_note_encoder, export_name, shared_note_encoder
from assistant.notes.linear import LinearText
from assistant.notes.mistake import Mistake
from assistant.notes.segments import Segment, cut_segments

MODEL = Path(__file__).with_name("model")
"""The trained files: adapter, heads, words, moves, calibration; see the README there."""
ADAPTER = MODEL / "adapter"
MISTAKES = tuple(Mistake)
SHARPNESS = 2.0
"""Of the smooth maximum over segments, as in `evals.fit_encoder`."""
WINDOW_WORDS = 220
"""Words of a window: below the encoder's limit of word pieces for all but odd texts."""
OVERLAP_SEGMENTS = 2
"""Segments that a window shares with the one before, so that nothing is read without what led to it."""
CLOSE_WINDOWS = 8
"""Windows that are read closely: about 1,600 words, two seconds on two cores."""

Floats = NDArray[np.float32]


class Reading(NamedTuple):
    """What the models found in one text."""

    encoder: Floats
    """(10,) scores of the whole note by the encoder."""
    words: Floats
    """(10,) scores of the whole note by the words alone."""
    segments: tuple[Segment, ...]
    scores: Floats
    """(segments, 10) scores by the encoder; of a segment that was not read closely, minus infinity."""
    windows: int
    """How many windows the text has."""
    read: int
    """How many of them were read closely."""


class NoteReader:
    """The models of the note check, read from disk at the first use and kept; thread-safe."""

    def __init__(self, model_dir: Path, threads: int) -> None:
        self._model_dir, self._threads = model_dir, threads
        self._lock = threading.Lock()
        self._encoder: NoteEncoder | None = None

    @cached_property
    def name(self) -> str:
        """Which model this is; it changes with the trained files, of which it is a hash."""
        return export_name(ADAPTER)

    def load(self) -> None:
        """Read the models from disk now. Raises `ModelMissing`."""
        self._loaded()

    def read(self, text: str) -> Reading:
        """Scores of one text. Raises `ModelMissing` where the encoder cannot be had."""
        encoder = self._loaded()
        segments = cut_segments(text)
        windows = cut_windows(text, segments)
        chosen = self._choose(text, segments, windows)
        scores = np.full((len(segments), len(MISTAKES)), -np.inf, dtype=np.float32)
        notes = [self._read_window(encoder, text, segments, windows[number], scores) for number in chosen]
        found = [score for score in notes if score is not None]
        return Reading(
            encoder=_combine(found),
            words=self._words.logits(text),
            segments=tuple(segments),
            scores=scores,
            windows=len(windows),
            read=len(chosen),
        )

    def _choose(self, text: str, segments: Sequence[Segment], windows: Sequence[range]) -> list[int]:
        """All windows, or of a long text those whose words point most at any mistake, in the order of the text."""
        if len(windows) <= CLOSE_WINDOWS:
            return list(range(len(windows)))
        spans = [(segments[window[0]].start, segments[window[-1]].end) for window in windows]
        hints = self._words.all_logits(text[start:end] for start, end in spans)
        # The first windows for each mistake in turn, so that one frequent word does not take all the places.
        order = np.argsort(-hints, axis=0).ravel()
        return sorted(int(number) for number in list(dict.fromkeys(order.tolist()))[:CLOSE_WINDOWS])

    def _read_window(
        self, encoder: NoteEncoder, text: str, segments: Sequence[Segment], window: range, scores: Floats
    ) -> Floats | None:
        """(10,) scores of the window as a note; fills in those of its segments, the higher where windows overlap."""
        start, end = segments[window[0]].start, segments[window[-1]].end
        read = encoder.read(text[start:end])
        if not read.offsets:
            return None
        spans = [Segment(segments[row].start - start, segments[row].end - start) for row in window]
        found = [(row, part) for row, part in zip(window, pool(spans, read.offsets), strict=True) if part]
        if not found:
            return None
        states = np.stack([read.states[first:last].mean(axis=0) for _, (first, last) in found])
        own = states @ self._heads["segment"].T + self._heads["segment_bias"]
        rows = [row for row, _ in found]
        scores[rows] = np.maximum(scores[rows], own)
        top = np.logaddexp.reduce(SHARPNESS * own, axis=0) / SHARPNESS
        mean = read.states.mean(axis=0) @ self._heads["note"].T + self._heads["note_bias"]
        return np.asarray(self._heads["mix"] * top + mean, dtype=np.float32)

    def _loaded(self) -> NoteEncoder:
        with self._lock:
            if self._encoder is None:
                self._encoder = shared_note_encoder(ensure_note_encoder(self._model_dir, ADAPTER), self._threads)
            return self._encoder

    @cached_property
    def _heads(self) -> dict[str, Floats]:
        with np.load(MODEL / "heads.npz", allow_pickle=False) as file:
            return {name: file[name].astype(np.float32) for name in file.files}

    @cached_property
    def _words(self) -> LinearText:
        return LinearText.load(MODEL / "words.npz")


def cut_windows(text: str, segments: Sequence[Segment]) -> list[range]:
    """Ranges of segments of about `WINDOW_WORDS` words; a text that fits is one window."""
    sizes = [len(text[segment.start : segment.end].split()) for segment in segments]
    windows: list[range] = []
    first = 0
    while first < len(segments):
        last, count = first, 0
        while last < len(segments) and (last == first or count + sizes[last] <= WINDOW_WORDS):
            count += sizes[last]
            last += 1
        windows.append(range(first, last))
        if last == len(segments):
            break
        first = max(first + 1, last - OVERLAP_SEGMENTS)
    return windows


def pool(spans: Sequence[tuple[int, int]], offsets: Sequence[tuple[int, int]]) -> list[tuple[int, int] | None]:
    """For each segment the half-open range of the word pieces that begin in it; None where none was read."""
    ranges: list[tuple[int, int] | None] = []
    token = 0
    for start, end in spans:
        while token < len(offsets) and offsets[token][0] < start:
            token += 1
        first = token
        while token < len(offsets) and offsets[token][0] < end:
            token += 1
        ranges.append((first, token) if token > first else None)
    return ranges


OF_THE_WHOLE = (Mistake.TECH_ONLY_FOCUS, Mistake.ONE_WAY_LECTURING)
"""Mistakes of a whole session, for which one window says little: they take the mean."""


def _combine(windows: Sequence[Floats]) -> Floats:
    """(10,) one score of several windows: the highest, less what the highest of so many would be by chance."""
    if not windows:
        return np.full(len(MISTAKES), -np.inf, dtype=np.float32)
    stacked = np.stack(windows)
    best = stacked.max(axis=0) - np.log(len(windows))
    for mistake in OF_THE_WHOLE:
        column = MISTAKES.index(mistake)
        best[column] = stacked[:, column].mean()
    return np.asarray(best, dtype=np.float32)
