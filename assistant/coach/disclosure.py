"""Reads how likely a text discloses harm, by models that were fitted on turns; `safety` decides what follows.

They know what rules cannot list: harm that is told without naming it. An encoder reads for meaning, a regression on
words beside it knows the vocabulary of such turns. A text is read in windows of some sentences, so that two lines in a
long note count as much as a turn of two lines. No text is kept. Where its files are missing,
`DisclosureReader.measure` returns None: the rules then decide alone, and the doctor says so.
"""

import threading
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict

from assistant.errors import ModelMissing
from assistant.events import log
from assistant.models.disclosure_encoder import DisclosureEncoder, find_disclosure_encoder
from assistant.models.e5 import Floats, tidy
from assistant.notes.linear import LinearText
from assistant.settings import load_settings
from assistant.text import sentences

Kind = Literal["danger", "harassment", "discrimination", "retaliation", "illegality"]
KINDS: tuple[Kind, ...] = ("danger", "harassment", "discrimination", "retaliation", "illegality")
MODEL = Path(__file__).with_name("disclosure_model")
"""Adapter, head, words and `decision.json`, written by `python -m evals.fit_safety`."""
WORDS = "words.npz"
WINDOW = 90
"""Words of a window; the turns that the model was fitted on have at most 120."""


class Measured(NamedTuple):
    """What the models make of a window."""

    harm: float
    """Log odds by the encoder that anything is disclosed."""
    danger: float
    """Log odds by the encoder of danger, against everything else; never above `harm`."""
    words: float
    """Log odds by the words that anything is disclosed."""
    kind: Kind
    """The likeliest kind, whatever `harm` is."""


class Decisions(BaseModel):
    """Weights and cut-offs, chosen on development turns for recall first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: float
    """What the log odds by the words count beside those by the encoder."""
    named: float
    """What it adds to the log odds of harm that a word which the rules know names it."""
    pause: float
    """Sum from which coaching pauses."""
    danger: float
    """Log odds of danger from which coaching pauses, lower than `pause`."""
    offer: float
    """Sum from which an answer is given with the contacts above it."""
    fitted_on: str

    @classmethod
    @cache
    def load(cls) -> "Decisions":
        """What `evals.fit_safety` wrote."""
        return cls.model_validate_json((MODEL / "decision.json").read_text(encoding="utf-8"))


class DisclosureReader:
    """The model, read at the first call and kept; safe for threads."""

    def __init__(self, model_dir: Path, threads: int) -> None:
        self._model_dir, self._threads = model_dir, threads
        self._encoder: DisclosureEncoder | None = None
        self._broken = False
        self._lock = threading.Lock()

    @property
    def ready(self) -> bool:
        """Whether the model can be read; it is read now, so that the first turn need not wait for it."""
        return self._loaded() is not None

    def measure(self, text: str) -> tuple[Measured, ...] | None:
        """What the models make of each window of a text; None where the files are missing or cannot be read."""
        encoder = self._loaded()
        if encoder is None:
            return None
        return tuple(
            _measure(encoder.read(window), float(_words().logits(tidy(window))[0])) for window in cut_windows(text)
        )

    def mean(self, text: str) -> Floats:
        """(384,) what a text of up to about 110 words means. Raises `ModelMissing`."""
        encoder = self._loaded()
        if encoder is None:
            raise ModelMissing("The model that reads disclosures, and themes, is missing; run `eyelevel models`.")
        return encoder.mean(text)

    def _loaded(self) -> DisclosureEncoder | None:
        with self._lock:
            if self._encoder is None and not self._broken:
                folder = find_disclosure_encoder(self._model_dir, MODEL)
                self._encoder = _open(folder, self._threads) if folder else None
                self._broken = folder is not None and self._encoder is None
            return self._encoder


@cache
def shared_reader() -> DisclosureReader:
    """The one of this process, with the settings that it was started with."""
    settings = load_settings()
    return DisclosureReader(settings.model_dir, settings.threads)


def _open(folder: Path, threads: int) -> DisclosureEncoder | None:
    try:
        return DisclosureEncoder(folder, threads)
    except Exception as error:  # onnxruntime and tokenizers raise what they like on a damaged file
        log("disclosures.by_rules", kind=type(error).__name__)
        return None


@cache
def _words() -> LinearText:
    return LinearText.load(MODEL / WORDS)


def word_odds(text: str) -> float:
    """Log odds by the words alone that anything is disclosed, of the worst window."""
    return max(float(_words().logits(tidy(window))[0]) for window in cut_windows(text))


def _measure(scores: Floats, words: float) -> Measured:
    """`scores`: (6,) harmless first, then the kinds."""
    shifted = scores.astype(np.float64) - scores.max()
    shares = np.clip(np.exp(shifted) / np.exp(shifted).sum(), 1e-6, 1 - 1e-6)
    odds = np.log(shares / (1 - shares))
    return Measured(float(-odds[0]), float(odds[1]), words, KINDS[int(shares[1:].argmax())])


def cut_windows(text: str) -> list[str]:
    """The text whole where it is short, else windows of whole sentences that overlap by one sentence."""
    if len(text.split()) <= WINDOW:
        return [text]
    pieces = [piece for sentence in sentences(text) or [text] for piece in _cut(sentence)]
    windows, window = [], list[str]()
    for piece in pieces:
        if window and len(" ".join([*window, piece]).split()) > WINDOW:
            windows.append(" ".join(window))
            last = window[-1]
            window = [last] if len(f"{last} {piece}".split()) <= WINDOW else []
        window.append(piece)
    return [*windows, " ".join(window)]


def _cut(sentence: str) -> list[str]:
    words = sentence.split()
    return [" ".join(words[start : start + WINDOW]) for start in range(0, len(words), WINDOW)]
