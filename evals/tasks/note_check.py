"""`note_check`: does the note check find the mistakes in notes by authors it has never seen, and accuse few innocents?

Solved by the product's own checker, without a chat model, on the test notes; nothing was fitted or chosen on them.
Beside it in the same table: keyword rules, TF-IDF with logistic regression, logistic regression on a frozen
sentence encoder, and, on as many notes as `--answers` says, the chat model as a judge without any training.
"""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from assistant.errors import ModelError
from assistant.models.service import ChatService
from assistant.notes.checker import NoteChecker
from assistant.notes.judge import Judge
from assistant.notes.mistake import CORE, Mistake
from assistant.notes.note import Note as Given
from assistant.notes.note import NoteReport
from assistant.notes.parse import parse_note
from assistant.notes.segments import cut_segments
from assistant.roles import Role
from evals.corpus import Note, load_notes
from evals.harness import MetricSpec, Outcome, Task
from evals.scorers.note_baselines import by_frozen_encoder, by_keywords, by_words
from evals.statistics import pack_verdicts, state
from evals.workspace import Workspace

OTHERS = ("keyword rules", "TF-IDF", "frozen MiniLM")
ZERO_SHOT = "zero-shot chat model"
PATIENCE = 120.0
"""Seconds that the zero-shot model has for a note; people do not wait for it, the comparison does."""


class Case(NamedTuple):
    """A note, and whether the chat model judges it too."""

    note: Note
    zero_shot: bool


class Checked(Outcome):
    """What the checker and the baselines said of one note; `scores` are final."""


def solve(workspace: Workspace, cases: list[Case]) -> list[Checked]:
    """Reports and the baselines' verdicts, scored at once, because baselines are fitted for all notes together."""
    checker = NoteChecker(workspace.settings)
    rows = [case.note for case in cases]
    reports = [checker.check(as_given(row)) for row in tqdm(rows, desc="note_check", leave=False, disable=None)]
    judged = _zero_shot(workspace, [case.note for case in cases if case.zero_shot])
    train, dev = load_notes("train"), load_notes("dev")
    words, words_cut = by_words(rows, dev)
    frozen, frozen_cut = by_frozen_encoder(rows, train, dev, workspace.embeddings)
    named = dict(zip(OTHERS, (by_keywords(rows) >= 1, words >= words_cut, frozen >= frozen_cut), strict=True))
    return [
        Checked(
            id=row.id,
            scores=score_report(row, report)
            | _others(row, {name: found[place] for name, found in named.items()})
            | judged.get(row.id, {}),
            tags={"form": row.form},
        )
        for place, (row, report) in enumerate(zip(rows, reports, strict=True))
    ]


def _zero_shot(workspace: Workspace, rows: Sequence[Note]) -> dict[str, dict[str, float | None]]:
    """The chat model's verdicts by note; None where its answer cannot be read."""
    found: dict[str, dict[str, float | None]] = {}
    if not rows:
        return found
    judge = Judge(ChatService(workspace.settings), workspace.settings.chat_model, PATIENCE)
    for row in tqdm(rows, desc="zero-shot", leave=False, disable=None):
        try:
            named = judge.judge(row.text, cut_segments(row.text)).certainty
        except ModelError:
            found[row.id] = {f"all · {ZERO_SHOT}": None}
            continue
        found[row.id] = _others(row, {ZERO_SHOT: np.array([mistake in named for mistake in Mistake])})
    return found


def as_given(row: Note) -> Given:
    """The note as a person would give it."""
    writer = None if row.writer == "both" else Role(row.writer)
    return parse_note(row.text, id=row.id, writer=writer)


def score_report(row: Note, report: NoteReport) -> dict[str, float | None]:
    """Everything that is measured of one report."""
    found = {finding.mistake: finding for finding in report.findings}
    named = [mistake in found for mistake in Mistake]
    true = [mistake in row.findings for mistake in Mistake]
    scores = _verdicts(named, true)
    for mistake, probability in report.method.probabilities.items():
        scores[f"stated {mistake}"] = state(probability, mistake in row.findings)
    quotes = [quote for finding in report.findings for quote in finding.evidence]
    scores["broken quotes"] = float(sum(row.text[quote.start : quote.end] != quote.quote for quote in quotes))
    for mistake, finding in found.items():
        if mistake in row.findings and finding.evidence:
            first = finding.evidence[0].quote
            marked = row.findings[mistake]
            scores[f"evidence {mistake}"] = float(any(first in quote or quote in first for quote in marked))
    scores["milliseconds"] = float(report.method.milliseconds)
    return scores


def _others(row: Note, named: dict[str, NDArray[np.bool_]]) -> dict[str, float | None]:
    true = [mistake in row.findings for mistake in Mistake]
    scores: dict[str, float | None] = {}
    for name, found in named.items():
        scores |= {f"{key} · {name}": value for key, value in _verdicts(list(found), true, details=False).items()}
    return scores


def _verdicts(named: Sequence[bool], true: Sequence[bool], *, details: bool = True) -> dict[str, float | None]:
    scores: dict[str, float | None] = {
        "all": pack_verdicts(named, true),
        "core": pack_verdicts(named[: len(CORE)], true[: len(CORE)]),
    }
    if not any(true):
        scores["accused"] = float(any(named))
    if details:
        for mistake, said, shown in zip(Mistake, named, true, strict=True):
            if said or shown:
                scores[f"F1 {mistake}"] = float(said and shown)
            if said:
                scores[f"right {mistake}"] = float(shown)
    return scores


def score(_rows: Sequence[Case], outputs: Sequence[Checked]) -> list[Outcome]:
    """As solved."""
    return [Outcome(id=one.id, scores=one.scores, tags=one.tags) for one in outputs]


def load(answers: int | None) -> list[Case]:
    """The test notes; those whose hashed ids come first are judged by the chat model too."""
    notes = load_notes("test")
    ranked = sorted(notes, key=lambda note: hashlib.sha256(note.id.encode()).hexdigest())
    chosen = {note.id for note in ranked[: answers or 0]}
    return [Case(note, note.id in chosen) for note in notes]


NOTE_CHECK = Task(
    name="note_check",
    version=1,
    about="Does the note check find the mistakes, and accuse few innocents?",
    datasets=("notes/test",),
    load=load,
    solve=solve,
    score=score,
    metrics=(
        MetricSpec(name="macro-F1", key="all", statistic="macro_f1", tolerance=0.02),
        MetricSpec(name="macro-F1, core", key="core", statistic="macro_f1", tolerance=0.02),
        MetricSpec(name="clean accused", key="accused", better="lower", tolerance=0.02, bound=0.15),
        MetricSpec(
            name="calibration error",
            keys=tuple(f"stated {mistake}" for mistake in Mistake),
            statistic="ece",
            better="lower",
            tolerance=0.01,
            bound=0.05,
        ),
        MetricSpec(name="precision", keys=tuple(f"right {mistake}" for mistake in Mistake), tolerance=0.03),
        MetricSpec(name="first quote marked", keys=tuple(f"evidence {mistake}" for mistake in Mistake), tolerance=0.03),
        MetricSpec(name="broken quotes", better="lower", tolerance=0.0, bound=0.0),
        *(MetricSpec(name=f"F1 {mistake}", statistic="f1") for mistake in Mistake),
        *(
            MetricSpec(name=f"macro-F1 · {name}", key=f"all · {name}", statistic="macro_f1")
            for name in (*OTHERS, ZERO_SHOT)
        ),
        *(
            MetricSpec(name=f"clean accused · {name}", key=f"accused · {name}", better="lower")
            for name in (*OTHERS, ZERO_SHOT)
        ),
        MetricSpec(name="milliseconds", statistic="median", better="lower"),
    ),
    slices=(("accused", "form"),),
)
