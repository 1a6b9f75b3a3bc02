"""`python -m evals.fit_themes [PART …]`: fits the models that read themes in notes, and their cut-offs.

The parts are words, heads and decision; without names all are fitted, in this order, in two minutes on a free
processor core. The files go to `assistant/programme/theme_model/`; afterwards run the suite `themes`. Fitted on the
training notes less a fifth, the development notes, on which the cut-offs are chosen. Test data are never read.

A fine-tuned encoder (multilingual-e5-small, four adapted layers, two epochs) had learnt nearly nothing from as few
notes when it was stopped: mean average precision 0.17 on the development notes, where words alone reach 0.49.
"""

import argparse
import hashlib
import math
import sys
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from assistant.coach.disclosure import shared_reader
from assistant.models.e5 import tidy
from assistant.models.encoder import DIMENSION
from assistant.notes.linear import LinearText
from assistant.notes.reader import MISTAKES
from assistant.notes.reader import MODEL as NOTE_MODEL
from assistant.programme.theme_reader import AREA_WORDS, CODES, FIRST_AREA, HEADS, MODEL, WORDS, Decisions, ThemeReader
from assistant.settings import load_settings
from evals.corpus import load_notes
from evals.data import ThemedArea, ThemedNote, load_rows
from evals.fit_notes import fit_linear

NOTES = ("themes_train.jsonl", "themes_more.jsonl")
SENTENCES, AREAS = "themes_sentences.jsonl", "themes_areas.jsonl"
"""Notes and single sentences with all their codes; training notes of the note check with their areas alone."""
HELD = 5
"""One note in so many is kept for development."""
WORDS_STRENGTH, STRENGTH = 10.0, 3.0
"""Inverse penalties of the regressions on words and on vectors."""
WRONG = 0.02
"""Share of development notes without a code in which it may be seen. What is wrong adds up over the notes of a pair: at
0.05 that alone would show a code in a programme of forty pairs that have three notes each."""
MISTAKE_PRECISION = 0.75
"""Share of the mistakes read quickly that has to be right, on development notes."""
LEAST = 10
"""Codes that have to pass before a share is believed."""

Floats = NDArray[np.float32]


class Examples(NamedTuple):
    """Texts with what is known of them."""

    texts: list[str]
    labels: Floats
    """(n, codes) 1 for each code of a text."""
    known: Floats
    """(n, codes) 0 where nobody said whether the text has the code."""


def is_held(row: ThemedNote) -> bool:
    """Whether a note is for development; twins go together."""
    name = min(row.id, row.twin or row.id)
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % HELD == 0


def load_notes_of(held: bool) -> list[ThemedNote]:
    """Development notes, or those to fit on."""
    return [row for name in NOTES for row in load_rows(name, ThemedNote) if is_held(row) is held]


def open_reader() -> ThemeReader:
    """With the encoders that are set up."""
    settings = load_settings()
    return ThemeReader(settings.model_dir, settings.threads, shared_reader().mean)


def label(rows: Sequence[ThemedNote | ThemedArea]) -> Floats:
    """(n, codes) 1 for each code of a row."""
    return np.array([[code in row.codes for code in CODES] for row in rows], dtype=np.float32)


def load_examples() -> Examples:
    """Everything to fit on."""
    rows: list[ThemedNote] = [*load_notes_of(held=False), *load_rows(SENTENCES, ThemedNote)]
    areas = load_rows(AREAS, ThemedArea)
    texts = {note.id: note.text for note in load_notes("train")}
    is_area = np.array([code.startswith("area_") for code in CODES], dtype=np.float32)
    return Examples(
        [row.text for row in rows] + [texts[row.note] for row in areas],
        np.concatenate([label(rows), label(areas)]),
        np.concatenate([np.ones((len(rows), len(CODES)), np.float32), np.tile(is_area, (len(areas), 1))]),
    )


def fit_heads() -> None:
    """One regression a code on the encoders' vectors of whole texts, where the code is known.

    The means of the second encoder are brought to the size of the unit vectors of the first, which the weights that
    are kept undo.
    """
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    examples = load_examples()
    vectors = open_reader().encode(tqdm(examples.texts, desc="reading"))
    shift, scale = np.zeros(vectors.shape[1], np.float32), np.ones(vectors.shape[1], np.float32)
    shift[DIMENSION:] = vectors[:, DIMENSION:].mean(axis=0)
    scale[DIMENSION:] = vectors[:, DIMENSION:].std(axis=0) * math.sqrt(DIMENSION)
    vectors = (vectors - shift) / scale
    models = []
    for column in range(len(CODES)):
        rows = examples.known[:, column] > 0
        model = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=1000)
        models.append(model.fit(vectors[rows], examples.labels[rows, column]))
    weights = np.concatenate([model.coef_ for model in models]).T / scale[:, None]
    bias = np.concatenate([model.intercept_ for model in models]) - shift @ weights
    np.savez(MODEL / HEADS, weights=weights.astype(np.float32), bias=bias.astype(np.float32))


def average_precision(scores: Floats, labels: Any) -> float:
    """Mean over the codes that occur."""
    from sklearn.metrics import average_precision_score  # type: ignore[import-untyped]

    there = [column for column in range(labels.shape[1]) if labels[:, column].any()]
    return float(np.mean([average_precision_score(labels[:, one], scores[:, one]) for one in there]))


def fit_words() -> None:
    """Two regressions on words: of needs and signs on what has all codes, of areas on everything."""
    examples = load_examples()
    texts = [tidy(text) for text in examples.texts]
    whole: Any = examples.known.all(axis=1)
    told = [text for text, all_known in zip(texts, whole, strict=True) if all_known]
    fit_linear(told, examples.labels[whole][:, :FIRST_AREA], WORDS_STRENGTH).save(MODEL / WORDS)
    fit_linear(texts, examples.labels[:, FIRST_AREA:], WORDS_STRENGTH).save(MODEL / AREA_WORDS)


def fit_decision() -> None:
    """The cut-offs: of a family of codes the lowest at which few notes without one pass."""
    reader = open_reader()
    rows, notes = load_notes_of(held=True), load_notes("dev")
    labels = label(rows) > 0
    sys.stdout.write(
        f"mean average precision {average_precision(np.stack([reader.read(r.text) for r in rows]), labels):.3f}\n"
    )
    close = np.stack([reader.read(row.text) for row in tqdm(rows, desc="reading")])
    quick = np.stack([reader.skim(row.text) for row in rows])
    words = LinearText.load(NOTE_MODEL / "words.npz").all_logits(note.text for note in notes)
    shown = np.array([[mistake in note.findings for mistake in MISTAKES] for note in notes])
    families = [code.split("_")[0] for code in CODES]
    decisions = Decisions(
        close=_cuts("close", close, labels, families),
        quick=_cuts("quick", quick, labels, families),
        mistakes=dict.fromkeys(MISTAKES, find_cut(words.ravel(), shown.ravel(), MISTAKE_PRECISION)),
        fitted_on=f"{len(rows)} development notes, and {len(notes)} of the note check",
    )
    (MODEL / "decision.json").write_text(decisions.model_dump_json(indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(decisions.model_dump_json() + "\n")


def _cuts(name: str, scores: Floats, labels: Any, families: Sequence[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for family in dict.fromkeys(families):
        columns = [column for column, one in enumerate(families) if one == family]
        own, true = scores[:, columns].ravel(), labels[:, columns].ravel()
        cut = round(float(np.quantile(own[~true], 1 - WRONG)), 3)
        passed = own >= cut
        sys.stdout.write(
            f"{name}, {family}: precision {true[passed].mean():.2f}, recall {passed[true].mean():.2f}, n {true.sum()}\n"
        )
        found |= {CODES[column]: cut for column in columns}
    return found


def find_cut(scores: Floats, true: Any, precision: float) -> float:
    """The lowest score from which at least this share of what passes is right; the most precise one otherwise."""
    order = np.argsort(-scores)
    share = np.cumsum(true[order]) / np.arange(1, len(order) + 1)
    share[: LEAST - 1] = 0.0
    good = np.flatnonzero(share >= precision)
    return round(float(scores[order[good[-1] if len(good) else int(share.argmax())]]), 3)


def main() -> None:
    """Fit what is named, or everything."""
    parts: dict[str, Callable[[], None]] = {"words": fit_words, "heads": fit_heads, "decision": fit_decision}
    parser = argparse.ArgumentParser(description="Fits the models that read themes in notes.")
    parser.add_argument("parts", nargs="*", choices=[*parts, []], help="default: all")
    for name in parser.parse_args().parts or parts:
        sys.stdout.write(f"{name}\n")
        parts[name]()


if __name__ == "__main__":
    main()
