"""Finds the four parts and the six weakening habits in a text: by the trained tagger, and by rules where it is weak.

The tagger reads the note check's encoder, which is loaded at the first use and shared by the whole process. It knows
English; in German, French and Spanish the rules add what it misses, and the result says so. A machine without the
encoder gets the rules alone.
"""

import threading
from itertools import pairwise
from pathlib import Path

from assistant.coach.feedback.features import cut_sentences, measure, pool_pieces
from assistant.coach.feedback.record import ELEMENTS, MARKS, ElementName
from assistant.coach.feedback.rules import Reading, Span, add_sure_marks, read_by_rules, unite
from assistant.coach.feedback.tagger import Tagger
from assistant.errors import ModelMissing
from assistant.language import find_language
from assistant.models.note_encoder import NoteEncoder, ensure_note_encoder, shared_note_encoder
from assistant.notes.reader import ADAPTER
from assistant.text import words

OTHER_LANGUAGE = (
    "The check reads English best. In German, French and Spanish it knows the commonest words, in other languages "
    "next to none; what it does not mark may still be there."
)
WINDOW_WORDS = 200
"""Words that are read at once; longer texts are cut between sentences."""


_COMMON = {
    "de": frozenset("ich und nicht sie er das der die ist ein mir mich wir dass auf mit für wenn".split()),
    "fr": frozenset("je et pas vous il elle le la les est un une que nous on mon ma pour ne dans".split()),
    "es": frozenset("yo y no usted él ella el la los es un una que mi me nos por mis con lo se".split()),
    "en": frozenset("i and not you he she the is a an me we that on with for my to of it was in at".split()),
}
"""Words that tell the language of a text that is too short for the detector."""


def find_text_language(text: str) -> str | None:
    """ISO code where it is certain or the commonest words speak for it; None is taken for English."""
    if found := find_language(text):
        return found
    said = words(text)
    counts = {code: sum(word in common for word in said) for code, common in _COMMON.items()}
    best = max(counts, key=lambda code: counts[code])
    return best if counts[best] >= 3 and counts[best] > 2 * counts["en"] else None


class FeedbackReader:
    """Thread-safe; `trouble` says what cannot be used."""

    def __init__(self, model_dir: Path, threads: int) -> None:
        self._model_dir, self._threads = model_dir, threads
        self._lock = threading.Lock()
        self._encoder: NoteEncoder | None = None
        self._tagger: Tagger | None = None

    def load(self) -> None:
        """Read the models from disk now. Raises `ModelMissing`."""
        self._loaded()

    def read(self, text: str) -> Reading:
        """By the tagger. Raises `ModelMissing` where the encoder cannot be had."""
        encoder, tagger = self._loaded()
        best: dict[ElementName, tuple[Span, float]] = {}
        marks: dict[str, list[Span]] = {kind: [] for kind in MARKS}
        for window in _windows(text):
            part = text[window.start : window.end]
            measured = measure(part)
            read = encoder.read(part)
            if not read.offsets or not measured.words:
                continue
            states = pool_pieces(measured.words, read.offsets, read.states)
            found, reading = tagger.decide(tagger.scores(states, measured), measured)
            for name, (span, score) in found.items():
                if name not in best or score > best[name][1]:
                    best[name] = (_moved(span, window.start), score)
            for kind, spans in reading.marks.items():
                marks[kind] += [_moved(span, window.start) for span in spans]
        elements = {name: best[name][0] for name in ELEMENTS if name in best}
        return Reading(elements, {kind: tuple(marks[kind]) for kind in MARKS})

    def read_or_rules(self, text: str, language: str | None) -> tuple[Reading, str]:
        """The reading, and one plain sentence where it is by rules only."""
        rules = read_by_rules(text)
        if language not in (None, "en", *_COMMON):
            return rules, OTHER_LANGUAGE
        try:
            reading = self.read(text)
        except ModelMissing as error:
            return rules, f"{error} Until then only the commonest words are known."
        if language in (None, "en"):
            return add_sure_marks(text, reading), ""
        marks = {kind: unite(reading.marks[kind], rules.marks[kind]) for kind in MARKS}
        return Reading({**rules.elements, **reading.elements}, marks), OTHER_LANGUAGE

    def _loaded(self) -> tuple[NoteEncoder, Tagger]:
        with self._lock:
            if self._encoder is None:
                self._encoder = shared_note_encoder(ensure_note_encoder(self._model_dir, ADAPTER), self._threads)
            if self._tagger is None:
                self._tagger = Tagger.load()
            return self._encoder, self._tagger


def _windows(text: str) -> list[Span]:
    sentences = cut_sentences(text)
    starts, count = [0], 0
    for sentence in sentences:
        size = len(text[sentence.start : sentence.end].split())
        if count and count + size > WINDOW_WORDS:
            starts.append(sentence.start)
            count = 0
        count += size
    return [Span(start, end) for start, end in pairwise([*starts, len(text)])]


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)
