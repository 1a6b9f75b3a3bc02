"""`python -m evals.fit_notes [PART …]`: fits the trained files of the note check.

The parts are encoder, words, moves, attacks and calibration; without names all are fitted, in this order. The encoder
takes most of an hour on two processor cores, the others a minute or two each. The files go to `assistant/notes/model/`;
afterwards run `eyelevel models` and the suites `note_check`, `talks` and `injections`. Encoder and words are fitted on
the training notes, moves on the training talks, attacks on `attacks.jsonl`; the calibration on the development notes,
which none of them has seen. Test data are never read.
"""

import argparse
import math
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.notes.attacks import WEIGHTS as ATTACKS
from assistant.notes.attacks import measure_piece
from assistant.notes.calibration import FILE, Calibration, clip, logit
from assistant.notes.checker import says_enough
from assistant.notes.linear import LinearText, terms
from assistant.notes.measures import measure_transcript
from assistant.notes.mistake import Mistake
from assistant.notes.moves import MOVES, measure_turn
from assistant.notes.moves import WEIGHTS as MOVES_FILE
from assistant.notes.parse import parse_note
from assistant.notes.reader import MISTAKES, MODEL, NoteReader, Reading
from assistant.notes.segments import cut_segments
from assistant.settings import load_settings
from evals.corpus import Note, load_notes
from evals.data import Piece, load_rows
from evals.talks import MOVE_OF, Talk, load_talks

Array = NDArray[np.float64]
Weights = tuple[float, float, float]
Calibrate = Callable[[Reading], Array]

WORDS_STRENGTH, MOVES_STRENGTH, ATTACKS_STRENGTH = 10.0, 3.0, 10.0
"""Inverse penalties of the linear models; chosen once, on the training data's batches."""
MEASURE_SCALE = 0.3
"""Weight of a turn's measures beside its words."""
CALIBRATION_STRENGTH = 1.0
FOLDS = 5
ACCUSED = 0.06
"""Share of clean development notes that may be accused of anything; the bound for the test notes is 0.08."""
LEAST = 0.5
"""No finding is shown that is less likely than not."""
EVIDENCE, STEP = -0.5, 0.7
"""A second and third quote is given from this score, and not further than this below the first. On half of the
development notes two of three quotes are then marked by the author (0.67, 1.55 quotes a finding); with -2.15 and 2.5
it is 0.56 with 2.4 quotes."""


def fit_words(notes: Sequence[Note]) -> None:
    """One regression a mistake over words and pairs of words of whole notes."""
    labels = np.array([[mistake in note.findings for mistake in MISTAKES] for note in notes])
    fit_linear([note.text for note in notes], labels, WORDS_STRENGTH).save(MODEL / "words.npz")


def fit_moves(talks: Sequence[Talk]) -> None:
    """One regression over the five moves; every turn is seen as written, and as a recogniser would write it."""
    texts, before, labels = [], [], []
    for write in (str, _as_recognised):
        for talk in talks:
            said = [write(turn.text) for turn in talk.turns]
            texts += said
            before += ["", *said[:-1]]
            labels += [MOVES.index(MOVE_OF[turn.move]) for turn in talk.turns]
    measures = np.array([measure_turn(text, last) for text, last in zip(texts, before, strict=True)])
    fit_linear(texts, np.array(labels), MOVES_STRENGTH, measures).save(MOVES_FILE)


def fit_attacks(pieces: Sequence[Piece], notes: Sequence[Note]) -> None:
    """Attacks against innocent pieces that sound alike, and against all pieces of the training notes."""
    texts = [piece.text for piece in pieces]
    labels = [piece.attack for piece in pieces]
    for note in notes:
        texts += [note.text[start:end] for start, end in cut_segments(note.text)]
    labels += [False] * (len(texts) - len(labels))
    measures = np.array([measure_piece(text) for text in texts])
    fit_linear(texts, np.array(labels)[:, None], ATTACKS_STRENGTH, measures).save(ATTACKS)


def fit_calibration(notes: Sequence[Note], talks: Sequence[Talk]) -> None:
    """Weights of both models and intercepts of the mistakes on the development notes, and the cut-offs."""
    settings = load_settings()
    reader = NoteReader(settings.model_dir, settings.threads)
    readings = [reader.read(note.text) for note in notes]
    shown = np.array([[mistake in note.findings for mistake in MISTAKES] for note in notes])
    encoder = np.array([[clip(score) for score in reading.encoder] for reading in readings])
    words = np.array([[clip(score) for score in reading.words] for reading in readings])
    fold = np.arange(len(notes)) % FOLDS
    stated = np.zeros(shown.shape)
    for number in range(FOLDS):
        inside = fold != number
        weights = _platt(encoder[inside], words[inside], shown[inside])
        stated[~inside] = _apply(weights, encoder[~inside], words[~inside])
    threshold = find_threshold(stated, ~shown.any(axis=1))
    by_encoder, by_words, intercepts = _platt(encoder, words, shown)

    def calibrate(reading: Reading) -> Array:
        own = (np.array([[clip(score) for score in part]]) for part in (reading.encoder, reading.words))
        return np.asarray(_apply((by_encoder, by_words, intercepts), *own)[0])

    talk = _fit_talk(reader, calibrate, talks, notes)
    calibration = Calibration(
        encoder=round(by_encoder, 4),
        words=round(by_words, 4),
        intercepts={mistake: round(float(value), 4) for mistake, value in zip(MISTAKES, intercepts, strict=True)},
        thresholds=dict.fromkeys(MISTAKES, threshold),
        evidence=EVIDENCE,
        step=STEP,
        talk=talk,
        fitted_on=f"{len(notes)} development notes and {len(talks)} training talks, model {reader.name}",
    )
    FILE.write_text(calibration.model_dump_json(indent=2) + "\n", encoding="utf-8")
    hits, named = (stated >= threshold) & shown, (stated >= threshold).sum()
    sys.stdout.write(
        f"out of fold, cut-off {threshold}: precision {hits.sum() / max(1, named):.2f}, "
        f"recall {hits.sum() / shown.sum():.2f}\n"
    )


def fit_linear(texts: Sequence[str], labels: Any, strength: float, measures: Array | None = None) -> LinearText:
    """(n,) class numbers for a softmax, or (n, k) yes and no for k regressions."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    bag = TfidfVectorizer(analyzer=terms, min_df=2, sublinear_tf=True)
    columns = bag.fit_transform(texts)
    size = columns.shape[1]
    shift = np.zeros((2, 0), dtype=np.float32)
    if measures is not None:
        shift = np.stack([measures.mean(axis=0), (measures.std(axis=0) + 1e-6) / MEASURE_SCALE]).astype(np.float32)
        columns = hstack([columns, csr_matrix((measures - shift[0]) / shift[1])]).tocsr()
    if labels.ndim == 1:
        model = LogisticRegression(C=strength, max_iter=3000).fit(columns, labels)
        weights, bias = model.coef_, model.intercept_
    else:
        models = [
            LogisticRegression(C=strength, class_weight="balanced", max_iter=3000).fit(columns, labels[:, column])
            for column in range(labels.shape[1])
        ]
        weights = np.concatenate([model.coef_ for model in models])
        bias = np.concatenate([model.intercept_ for model in models])
    return LinearText(
        list(bag.get_feature_names_out()),
        idf=bag.idf_.astype(np.float32),
        weights=weights[:, :size].T.astype(np.float32),
        measures=weights[:, size:].T.astype(np.float32),
        shift=shift,
        bias=bias.astype(np.float32),
    )


def _as_recognised(text: str) -> str:
    return re.sub(r"[^\w\s']", "", text.lower())


def _platt(encoder: Array, words: Array, shown: Any) -> tuple[float, float, Array]:
    """One weight for each model's scores, one intercept a mistake (Platt 1999)."""
    from sklearn.linear_model import LogisticRegression

    count, kinds = encoder.shape
    which = np.tile(np.eye(kinds), (count, 1))
    model = LogisticRegression(C=CALIBRATION_STRENGTH, fit_intercept=False, max_iter=3000)
    model.fit(np.column_stack([encoder.ravel(), words.ravel(), which]), shown.ravel())
    found = model.coef_[0]
    return float(found[0]), float(found[1]), found[2:]


def _apply(weights: tuple[float, float, Array], encoder: Array, words: Array) -> Array:
    by_encoder, by_words, intercepts = weights
    return np.asarray(1 / (1 + np.exp(-(by_encoder * encoder + by_words * words + intercepts))))


def find_threshold(stated: Array, clean: Any) -> float:
    """The least cut-off, the same for all mistakes, that accuses few enough clean notes: one figure cannot overfit."""
    highest = stated[clean].max(axis=1)
    steps = [round(0.01 * step, 2) for step in range(math.ceil(100 * LEAST), 96)]
    return next((step for step in steps if (highest >= step).mean() <= ACCUSED), 0.95)


def _fit_talk(reader: NoteReader, calibrate: Calibrate, talks: Sequence[Talk], notes: Sequence[Note]) -> Weights:
    """How telling and the note's own words make one-way lecturing likely in a transcript.

    Slopes come from the training talks, poor and good by halves, and the development notes that are transcripts; the
    intercept from the latter, because sessions are not poor by halves.
    """
    from sklearn.linear_model import LogisticRegression

    rows, labels = [], []
    column = MISTAKES.index(Mistake.ONE_WAY_LECTURING)
    cases = [(talk.note(), talk.quality == "poor", 1.0) for talk in talks]
    cases += [(parse_note(note.text), Mistake.ONE_WAY_LECTURING in note.findings, 0.0) for note in notes]
    for note, lectures, is_talk in cases:
        measures = measure_transcript(note)
        if measures is None or measures.telling is None or not says_enough(measures):
            continue
        own = calibrate(reader.read(note.text))[column]
        rows.append([logit(measures.telling), logit(own), is_talk])
        labels.append(lectures)
    model = LogisticRegression(C=1.0).fit(np.array(rows), labels)
    by_telling, by_note = (round(float(weight), 4) for weight in model.coef_[0][:2])
    return round(float(model.intercept_[0]), 4), by_telling, by_note


def main() -> None:
    """Fit what is named, or everything."""
    parts: dict[str, Callable[[], None]] = {
        "encoder": _encoder,
        "words": lambda: fit_words(load_notes("train")),
        "moves": lambda: fit_moves(load_talks("train")),
        "attacks": lambda: fit_attacks(load_rows("attacks.jsonl", Piece), load_notes("train")),
        "calibration": lambda: fit_calibration(load_notes("dev"), load_talks("train")),
    }
    parser = argparse.ArgumentParser(description="Fits the trained files of the note check.")
    parser.add_argument("parts", nargs="*", choices=[*parts, []], help="default: all")
    for name in parser.parse_args().parts or parts:
        sys.stdout.write(f"{name}\n")
        parts[name]()


def _encoder() -> None:
    from assistant.models.note_encoder import find_base
    from evals.fit_encoder import fit_encoder

    fit_encoder(load_notes("train"), find_base(load_settings().model_dir), Path(MODEL))


if __name__ == "__main__":
    main()
