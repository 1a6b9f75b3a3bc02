"""`reflections`: are the questions after a session about that session, open, and said to the right person?

Session notes by a writer who did not know the code (`jobs/reflection_heldout.jsonl`), half of them by mentors, some of
a few words, some in other languages. Beside it in the same run the simplest alternative: Driscoll's three questions,
the same for every note. Without a chat model and without the note check, as the questions first stand on the page.
"""

import time
from collections.abc import Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict

from assistant.coach.reflection import About, After, Reflector
from assistant.notes.parse import parse_note
from evals.data import SessionNote, load_rows
from evals.harness import MetricSpec, Outcome, Task
from evals.scorers.reflection import FIXED, is_open_prompt, is_right_person, is_tied, shared
from evals.workspace import Workspace

FILE = "jobs/reflection_heldout.jsonl"
TODAY = date(2026, 11, 22)
FIXED_KEY = "tied, fixed questions"


class Reflected(BaseModel):
    """What was made of one note."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    after: After
    seconds: float


def load(limit: int | None) -> list[SessionNote]:
    """The rows, or the first of them."""
    return load_rows(FILE, SessionNote)[:limit]


def solve(workspace: Workspace, rows: list[SessionNote]) -> list[Reflected]:
    """The questions for each note, on words that are loaded already."""
    reflector = Reflector(workspace.settings, workspace.embeddings)
    reflector.after(parse_note("He asked me why nobody asks.", writer=rows[0].writer), today=TODAY)
    return [_reflect(reflector, row) for row in rows]


def _reflect(reflector: Reflector, row: SessionNote) -> Reflected:
    began = time.monotonic()
    after = reflector.after(parse_note(row.text, writer=row.writer), About(), today=TODAY)
    return Reflected(after=after, seconds=time.monotonic() - began)


def score(rows: Sequence[SessionNote], outputs: Sequence[Reflected]) -> list[Outcome]:
    """Shares of each note's questions; quotes and commitments of the whole result."""
    named = [(row.id, one.text) for row, out in zip(rows, outputs, strict=True) for one in out.after.prompts]
    twice = shared(named)
    return [_score(row, out, twice) for row, out in zip(rows, outputs, strict=True)]


def _score(row: SessionNote, out: Reflected, twice: set[str]) -> Outcome:
    after = out.after
    looking_back = [one.text for one in (*after.what, *after.so_what)]
    everything = [one.text for one in after.prompts]
    quotes = [quote for one in after.prompts for quote in one.quotes]
    quotes += [quote for one in after.commitments for quote in one.quotes]
    scores: dict[str, float | None] = {
        "tied": _share([is_tied(text, row.text) for text in looking_back]),
        FIXED_KEY: _share([is_tied(FIXED[stage], row.text) for stage in ("what", "so_what")]),
        "tied, now what": _share([is_tied(one.text, row.text) for one in after.now_what]),
        "open": _share([is_open_prompt(text) for text in everything]),
        "right person": _share([is_right_person(text, row.writer) for text in everything]),
        "verbatim": float(
            all(after.text[one.start : one.end] == one.quote for one in quotes) and after.text == row.text
        ),
        "distinct": _share([" ".join(text.lower().split()) not in twice for text in everything]),
        "commitment": float(bool(after.commitments)),
        "seconds": out.seconds,
    }
    length = "short" if len(row.text.split()) <= 12 else "long"
    tags = {"writer": row.writer.value, "length": length, "language": "English" if after.language == "en" else "other"}
    return Outcome(id=row.id, scores=scores, tags=tags)


def _share(held: Sequence[bool]) -> float:
    return sum(held) / len(held)


REFLECTIONS = Task(
    name="reflections",
    version=1,
    about="Are the questions after a session about that session, open, and said to the right person?",
    datasets=(FILE,),
    load=load,
    solve=solve,
    score=score,
    metrics=(
        MetricSpec(name="tied to the note", key="tied", tolerance=0.03, bound=0.90),
        MetricSpec(name=FIXED_KEY),
        MetricSpec(name="tied to the note, now what", key="tied, now what", tolerance=0.05),
        MetricSpec(name="open questions", key="open", tolerance=0.0, bound=1.0),
        MetricSpec(name="quotes verbatim", key="verbatim", tolerance=0.0, bound=1.0),
        MetricSpec(name="right person", tolerance=0.02),
        MetricSpec(name="distinct across notes", key="distinct", tolerance=0.02),
        MetricSpec(name="a commitment proposed", key="commitment", tolerance=0.0),
        MetricSpec(name="seconds, p95", key="seconds", statistic="p95", better="lower", tolerance=0.5),
    ),
    slices=(("tied", "writer"), ("tied", "length"), ("tied", "language"), ("right person", "writer")),
)
