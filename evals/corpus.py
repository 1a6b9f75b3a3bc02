"""`python -m evals.corpus`: the corpus of session notes, read, checked, and described in figures.

One folder a split and one file a batch, `datasets/notes/<split>/<batch>.jsonl`: whatever one author wrote lies on one
side only, so that habits of style cannot be learnt on one side and rewarded on the other. `disputed/` holds the notes
on which author and second reader differ; they are never trained on nor measured on. How the corpus was made and what
it is not stands in `datasets/notes/README.md`.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from typing import Literal

import numpy as np

from assistant.notes.mistake import Mistake
from evals.data import DATASETS, Row, read_rows

NOTES = DATASETS / "notes"
NoteSplit = Literal["train", "dev", "test", "disputed"]
SPLITS: tuple[NoteSplit, ...] = ("train", "dev", "test", "disputed")
LIKE = 0.6
"""Cosine similarity of two notes' character 5-grams (TF-IDF) from which they count as near-duplicates."""


class Note(Row):
    """A session note with what its author and a second, blind reader found in it."""

    writer: Literal["mentor", "mentee", "both"]
    form: Literal["prose", "bullets", "dictation", "chat", "transcript"]
    text: str
    findings: dict[Mistake, tuple[str, ...]]
    """By the author: each mistake with the verbatim passages that show it."""
    second: tuple[Mistake, ...]
    """By the second reader, who did not see `findings`."""
    trap: str
    """What could mislead a checker about a note, in the author's words; may be empty."""

    @property
    def agreed(self) -> bool:
        """Whether both found the same mistakes."""
        return set(self.findings) == set(self.second)


def load_notes(split: NoteSplit) -> list[Note]:
    """The notes of one split, batch by batch. Raises `EvaluationError` naming the line that is wrong."""
    return [note for path in sorted((NOTES / split).glob("*.jsonl")) for note in read_rows(path, Note)]


def find_broken_quotes(notes: Sequence[Note]) -> list[tuple[str, str]]:
    """(id, quote) of every quote that does not stand in its note as it is."""
    return [
        (note.id, quote)
        for note in notes
        for quotes in note.findings.values()
        for quote in (quotes or ("",))
        if not quote or quote not in note.text
    ]


def find_near_duplicates(notes: Sequence[Note]) -> list[tuple[str, str, float]]:
    """(id, id, similarity) of the pairs of notes that are too much alike; twins are meant to be, and left out."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]

    if len(notes) < 2:
        return []
    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(5, 5), sublinear_tf=True)
    vectors = grams.fit_transform([note.text for note in notes])
    alike = (vectors @ vectors.T).tocoo()
    return [
        (notes[i].id, notes[j].id, round(float(value), 2))
        for i, j, value in zip(alike.row, alike.col, alike.data, strict=True)
        if i < j and value >= LIKE and not _are_twins(notes[i].id, notes[j].id)
    ]


def _are_twins(one: str, other: str) -> bool:
    """Whether two ids are `b18-001a` and `b18-001b`: one scene, written with a mistake and without it."""
    return one[:-1] == other[:-1] != "" and {one[-1], other[-1]} == {"a", "b"}


def measure_agreement(notes: Sequence[Note]) -> dict[str, float]:
    """Cohen's kappa (1960) of author and second reader: of each mistake, of "any mistake", and their mean."""
    found = {
        mistake.value: _kappa([mistake in note.findings for note in notes], [mistake in note.second for note in notes])
        for mistake in Mistake
    }
    mean = sum(found.values()) / len(found)
    return {
        **found,
        "mean of the ten": mean,
        "any": _kappa([bool(n.findings) for n in notes], [bool(n.second) for n in notes]),
    }


def _kappa(one: Sequence[bool], other: Sequence[bool]) -> float:
    """Agreement beyond chance, in [-1, 1]; 1 where both always say the same."""
    from sklearn.metrics import cohen_kappa_score  # type: ignore[import-untyped]

    return 1.0 if one == other else float(cohen_kappa_score(one, other))


def find_giveaways(notes: Sequence[Note], count: int = 10) -> list[tuple[str, float]]:
    """(word, log odds ratio) of the words whose presence tells most whether a note shows any mistake.

    With half a note added to every cell (Haldane 1956); words in fewer than ten notes are left out.
    """
    from assistant.text import words

    faulty, clean = Counter[str](), Counter[str]()
    for note in notes:
        (faulty if note.findings else clean).update(set(words(note.text)))
    with_mistake = sum(bool(note.findings) for note in notes)
    without = len(notes) - with_mistake

    def ratio(word: str) -> float:
        a, b = faulty[word] + 0.5, clean[word] + 0.5
        return float(np.log(a / (with_mistake + 1 - a)) - np.log(b / (without + 1 - b)))

    common = [word for word in faulty | clean if faulty[word] + clean[word] >= 10]
    return sorted(((word, round(ratio(word), 2)) for word in common), key=lambda one: -abs(one[1]))[:count]


def describe() -> str:
    """The figures of the datasheet."""
    lines = []
    splits = {split: load_notes(split) for split in SPLITS}
    for split, notes in splits.items():
        clean = sum(not note.findings for note in notes)
        share = f"{clean / len(notes):.0%} clean" if notes else "empty"
        lines.append(f"{split}: {len(notes)} notes, {share}, {len({note.id.split('-')[0] for note in notes})} batches")
        counts = Counter(mistake for note in notes for mistake in note.findings)
        lines.append("  " + ", ".join(f"{mistake} {counts[mistake]}" for mistake in Mistake))
    everything = [note for notes in splits.values() for note in notes]
    agreement = ", ".join(f"{name} {value:.2f}" for name, value in measure_agreement(everything).items())
    lines.append(f"Author and second reader, Cohen's kappa over all {len(everything)} notes: {agreement}")
    lines.append(f"Near-duplicates: {find_near_duplicates(everything)}")
    agreed = [note for note in everything if note.agreed]
    lines.append(f"Words that tell most (log odds of any mistake): {find_giveaways(agreed)}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(describe() + "\n")
