"""`themes`: does the coder name the needs, signs and areas that a careful manager would, and few others?

Solved by the product's own coder on notes by a writer whose notes nothing was fitted on, closely and quickly, beside
two simple alternatives: words that one would look for, and TF-IDF with logistic regression, which is what the quick
reading is. Mistakes are measured where they are found closely, by `note_check`; here on its test notes where they are
found quickly. No note discloses harm; one that is held back for it counts as a false alarm.
"""

import time
from collections.abc import Sequence
from typing import NamedTuple

from tqdm import tqdm

from assistant.coach.disclosure import shared_reader
from assistant.coach.screening import discloses, discloses_quickly
from assistant.notes.mistake import Mistake
from assistant.programme.coding import ThemeCoder
from assistant.programme.theme_reader import CODES, ThemeReader
from assistant.roles import Role
from evals.corpus import Note, load_notes
from evals.data import ThemedNote, load_rows
from evals.harness import MetricSpec, Outcome, Task
from evals.scorers.theme_baselines import by_keywords
from evals.statistics import pack_verdicts
from evals.workspace import Workspace

HELD_OUT = "themes_heldout.jsonl"
FAMILIES = ("need", "sign", "area")


class Given(NamedTuple):
    """A note as it waits to be coded."""

    role: Role
    text: str
    debrief: str | None = None


class Coded(NamedTuple):
    """What one note was found to name."""

    close: frozenset[str] | None
    """None: it was held back; empty for a note of the note check, which is read quickly alone."""
    quick: frozenset[str] | None
    keywords: frozenset[str]
    milliseconds: float
    """Of the quick reading."""


Row = ThemedNote | Note


def load(limit: int | None) -> list[Row]:
    """The held-out notes, and the test notes of the note check."""
    del limit
    return [*load_rows(HELD_OUT, ThemedNote), *load_notes("test")]


def solve(workspace: Workspace, rows: list[Row]) -> list[Coded]:
    """Each note twice."""
    settings = workspace.settings
    reader = ThemeReader(settings.model_dir, settings.threads, shared_reader().mean)
    coder = ThemeCoder(settings, reader, discloses, discloses_quickly=discloses_quickly)
    named = by_keywords([row.text for row in rows])
    found = []
    for row, words in zip(tqdm(rows, desc="coding"), named, strict=True):
        given = Given(Role.MENTEE if row.writer == "mentee" else Role.MENTOR, row.text)
        began = time.perf_counter()
        quick = coder.read_quickly(given)
        took = 1000 * (time.perf_counter() - began)
        held_back = isinstance(row, ThemedNote) and discloses(row.text)
        close = coder.code(row.text) if isinstance(row, ThemedNote) else frozenset[str]()
        found.append(
            Coded(
                None if held_back else close,
                None if quick is None else frozenset(quick),
                frozenset(code for code, there in zip(CODES, words, strict=True) if there),
                took,
            )
        )
    return found


def score(rows: Sequence[Row], outputs: Sequence[Coded]) -> list[Outcome]:
    """Verdicts of a family at once, so that notes are resampled whole; and whether what was named is right."""
    outcomes = []
    for row, one in zip(rows, outputs, strict=True):
        scores: dict[str, float | None] = {"milliseconds": one.milliseconds}
        if isinstance(row, ThemedNote):
            scores["held back"] = float(one.close is None)
            scores["held back, quick"] = float(one.quick is None)
            ways = {"": one.close or frozenset(), " · quick": one.quick or frozenset(), " · keywords": one.keywords}
            for way, named in ways.items():
                scores |= _verdicts(way, named, frozenset(row.codes))
            scores |= _verdicts(" · agreement", ways[" · quick"], ways[""])
            tags: dict[str, str] = {"language": row.language}
        else:
            named, true = one.quick or frozenset(), {mistake.value for mistake in row.findings}
            scores["mistakes"] = pack_verdicts([m in named for m in Mistake], [m in true for m in Mistake])
            scores |= {f"right {m} · mistakes": float(m in true) for m in Mistake if m in named}
            tags = {}
        outcomes.append(Outcome(id=row.id, scores=scores, tags=tags))
    return outcomes


def _verdicts(way: str, named: frozenset[str], true: frozenset[str]) -> dict[str, float | None]:
    scores: dict[str, float | None] = {}
    for family in FAMILIES:
        codes = [code for code in CODES if code.startswith(family)]
        scores[f"{family}{way}"] = pack_verdicts([code in named for code in codes], [code in true for code in codes])
        scores |= {f"right {code}{way}": float(code in true) for code in codes if code in named}
        scores |= {f"found {code}{way}": float(code in named) for code in codes if code in true}
    return scores


def _of(family: str, what: str, way: str) -> tuple[str, ...]:
    return tuple(f"{what} {code}{way}" for code in CODES if code.startswith(family))


THEMES = Task(
    name="themes",
    version=1,
    about="Does the coder name the needs, signs and areas that a careful manager would, and few others?",
    datasets=(HELD_OUT, "notes/test"),
    load=load,
    solve=solve,
    score=score,
    metrics=(
        *(
            MetricSpec(name=f"macro-F1, {family}s{way}", key=f"{family}{way}", statistic="macro_f1", tolerance=limit)
            for way, limit in (("", 0.03), (" · quick", 0.03), (" · keywords", None), (" · agreement", None))
            for family in FAMILIES
        ),
        *(
            MetricSpec(name=f"precision, {family}s{way}", keys=_of(family, "right", way), tolerance=0.05)
            for way in ("", " · quick")
            for family in FAMILIES
        ),
        *(
            MetricSpec(name=f"recall, {family}s{way}", keys=_of(family, "found", way), tolerance=0.05)
            for way in ("", " · quick")
            for family in FAMILIES
        ),
        MetricSpec(name="macro-F1, mistakes · quick", key="mistakes", statistic="macro_f1", tolerance=0.03),
        MetricSpec(
            name="precision, mistakes · quick",
            keys=tuple(f"right {mistake} · mistakes" for mistake in Mistake),
            tolerance=0.05,
        ),
        MetricSpec(name="harmless notes held back", key="held back", better="lower", tolerance=0.03),
        MetricSpec(name="harmless notes held back · quick", key="held back, quick", better="lower", tolerance=0.03),
        MetricSpec(name="milliseconds · quick", key="milliseconds", better="lower"),
    ),
)
