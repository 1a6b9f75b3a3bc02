"""Reads needs, signs and areas in a note with the trained models; `coding` decides which codes they make.

Quickly: a regression on words, for thousands of notes at once. Closely: the same and a regression on the vectors of
two encoders, all-MiniLM-L6-v2 and the lower layers of multilingual-e5-small, which knows more languages than English;
over windows of whole sentences, of which the best counts. Both give (codes,) scores in the order of `CODES`. No text is
kept.
"""

from collections.abc import Callable, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from assistant.models.e5 import tidy
from assistant.models.encoder import MiniLMEncoder
from assistant.notes.linear import LinearText
from assistant.notes.mistake import Mistake
from assistant.notes.segments import cut_segments

MODEL: Final = Path(__file__).with_name("theme_model")
"""Heads, words and `decision.json`, written by `python -m evals.fit_themes`."""
WORDS: Final = "words.npz"
AREA_WORDS: Final = "area_words.npz"
HEADS: Final = "heads.npz"
WORDS_WEIGHT: Final = 1.5
"""Of the words beside the encoder: both then vary as much."""
WINDOW: Final = 110
"""Words of a window; the second encoder reads 160 word pieces."""
CODES: Final = (
    "need_time",
    "need_topics",
    "need_guidance",
    "need_backing",
    "need_exchange",
    "need_safety",
    "need_match",
    "need_practicalities",
    "sign_dialogue",
    "sign_curiosity",
    "sign_candour",
    "sign_commitment_kept",
    "sign_behaviour_change",
    "sign_ripple",
    "sign_growth",
    "sign_trust",
    "area_tools",
    "area_ways",
    "area_culture",
    "area_customers",
    "area_careers",
    "area_leadership",
    "area_purpose",
)
"""Columns of the trained files: the codebook's needs, signs and areas, in its order."""
FIRST_AREA: Final = CODES.index("area_tools")

Floats = NDArray[np.float32]
Mean = Callable[[str], Floats]
"""What a text means: (384,) by multilingual-e5-small. Raises `ModelMissing`."""


class Decisions(BaseModel):
    """Cut-offs, chosen on development notes for precision first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    close: dict[str, float]
    """Score of the close reading from which a note has a code."""
    quick: dict[str, float]
    """Score of the words from which a note has a code."""
    mistakes: dict[Mistake, float]
    """Score of the note check's words from which a note has a mistake where it is read quickly."""
    fitted_on: str

    @classmethod
    @cache
    def load(cls) -> "Decisions":
        """What `evals.fit_themes` wrote."""
        return cls.model_validate_json((MODEL / "decision.json").read_text(encoding="utf-8"))


class ThemeReader:
    """The models, read from disk at the first use and kept; thread-safe."""

    def __init__(self, model_dir: Path, threads: int, mean: Mean) -> None:
        self._encoder, self._mean = MiniLMEncoder(model_dir, threads), mean

    def read(self, text: str) -> Floats:
        """(codes,) scores of a text by its words and by the encoders. Raises `ModelMissing`."""
        vectors = self.encode(cut_windows(text))
        meant = (vectors @ self._heads["weights"] + self._heads["bias"]).max(axis=0)
        return np.asarray(meant + WORDS_WEIGHT * self.skim(text), dtype=np.float32)

    def encode(self, texts: Sequence[str]) -> Floats:
        """(n, 768) vectors of short texts, by one encoder and by the other. Raises `ModelMissing`."""
        return np.hstack([self._encoder.encode(texts), np.stack([self._mean(text) for text in texts])])

    def skim(self, text: str) -> Floats:
        """(codes,) scores of a text by its words."""
        plain = tidy(text)
        return np.concatenate([words.logits(plain) for words in self._words])

    @cached_property
    def _heads(self) -> dict[str, Floats]:
        with np.load(MODEL / HEADS, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}

    @cached_property
    def _words(self) -> tuple[LinearText, LinearText]:
        return LinearText.load(MODEL / WORDS), LinearText.load(MODEL / AREA_WORDS)


def cut_windows(text: str) -> list[str]:
    """The text whole where it is short, else windows of whole segments, each sharing one with the one before."""
    if len(text.split()) <= WINDOW:
        return [text]
    windows, window, count = list[str](), list[str](), 0
    for start, end in cut_segments(text):
        piece = text[start:end]
        size = len(piece.split())
        if window and count + size > WINDOW:
            windows.append(" ".join(window))
            window = window[-1:]
            count = len(window[0].split())
        window.append(piece)
        count += size
    return [*windows, " ".join(window)] if window else windows or [text]
