"""`rehearsals`: does the debrief see the craft, and does the simulated senior stay in character?

Rehearsals by a writer who did not know the code (`jobs/rehearsals_heldout.jsonl`), each with 3 to 5 lines that are said
whatever the senior answers. `rehearsals` plays them with the built-in moves; `rehearsals_model` plays some of them with
the chat model, also the small one that the product does not ask.
"""

import time
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from assistant.coach.rehearsal.character import find_fault, is_tied
from assistant.coach.rehearsal.craft import find_craft
from assistant.coach.rehearsal.record import Mood, Rehearsal, Senior, SpokenLine
from assistant.coach.rehearsal.rehearser import Rehearser
from assistant.text import sentences
from evals.data import RehearsalCase, load_rows
from evals.harness import MetricSpec, Outcome, Task
from evals.workspace import Workspace

FILE = "jobs/rehearsals_heldout.jsonl"
CRAFT = ("asked_first", "situation", "behaviour", "impact", "request", "drew_out", "blamed", "gave_up")
SAMPLE = 6
"""Rehearsals that are played with a chat model where nothing else is asked for; each has about four answers."""
SECONDS = 20.0
"""Within which an answer is to be complete on two cores."""


class Played(BaseModel):
    """A rehearsal played to the end."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rehearsal: Rehearsal
    seconds: tuple[float, ...]
    """Of each answer."""


def load(limit: int | None) -> list[RehearsalCase]:
    """The rows, or the first of them."""
    return load_rows(FILE, RehearsalCase)[:limit]


def load_some(limit: int | None) -> list[RehearsalCase]:
    """A few rows, the moods in turn."""
    rows = load_rows(FILE, RehearsalCase)
    by_mood = [[row for row in rows if row.mood == mood] for mood in Mood]
    turns = [group[at] for at in range(len(rows)) for group in by_mood if at < len(group)]
    return turns[: limit or SAMPLE]


def play(rehearser: Rehearser, row: RehearsalCase) -> Played:
    """Say every line and take every answer."""
    senior = Senior(role=row.senior.role, name=row.senior.name, mood=row.mood)
    rehearsal, seconds = Rehearsal(senior=senior, situation=row.situation), []
    for line in row.lines:
        asked = answered = rehearser.say(rehearsal, line)
        began = time.monotonic()
        for step in rehearser.play(asked):
            answered = step or answered
        seconds.append(time.monotonic() - began)
        rehearsal = answered
    return Played(rehearsal=rehearsal, seconds=tuple(seconds))


def solve(workspace: Workspace, rows: list[RehearsalCase]) -> list[Played]:
    """With the moves."""
    rehearser = Rehearser(workspace.settings)
    return [play(rehearser, row) for row in rows]


def solve_with_model(workspace: Workspace, rows: list[RehearsalCase]) -> list[Played]:
    """With the chat model."""
    rehearser = Rehearser(workspace.settings, workspace.coach.chat, ask_small=True)
    return [play(rehearser, row) for row in rows]


def score(rows: Sequence[RehearsalCase], outputs: Sequence[Played]) -> list[Outcome]:
    """Each element of the craft, and what share of the senior's lines is in character, tied and new."""
    outcomes = []
    for row, played in zip(rows, outputs, strict=True):
        scores = _craft(row, played.rehearsal) | _lines(played)
        outcomes.append(Outcome(id=row.id, scores=dict(scores), tags={"mood": row.mood}))
    return outcomes


def _craft(row: RehearsalCase, rehearsal: Rehearsal) -> dict[str, float | None]:
    found = find_craft(rehearsal)
    scores: dict[str, float | None] = {}
    for name in CRAFT:
        shown, said = getattr(row.craft, name), found.has(name)
        if shown or said:
            scores[f"F1 {name}"] = float(shown and said)
    return scores


def _lines(played: Played) -> dict[str, float | None]:
    """Shares over the senior's lines; the fault is looked for as if the senior had been heard, so that yielding counts
    as a fault only where nothing was said yet."""
    good, tied, new, model = [], [], [], []
    earlier: list[str] = []
    so_far = played.rehearsal.model_copy(update={"lines": ()})
    for line in played.rehearsal.lines:
        if line.speaker == "senior":
            good.append(_is_in_character(line, so_far))
            tied.append(is_tied(line.text, so_far))
            new.append(line.text not in earlier)
            model.append(line.source == "model")
            earlier.append(line.text)
        so_far = so_far.with_line(line)
    return {
        "in character": _share(good),
        "tied": _share(tied),
        "new": _share(new),
        "by the model": _share(model),
        "in time": _share([one <= SECONDS for one in played.seconds]),
        "seconds": max(played.seconds),
    }


def _is_in_character(line: SpokenLine, so_far: Rehearsal) -> bool:
    """Whether every sentence is; words that were quoted from the mentor are the mentor's."""
    return not any(find_fault(one, so_far, may_yield=True) for one in sentences(line.text) if "“" not in one)


def _share(found: list[bool]) -> float:
    return sum(found) / len(found)


_CRAFT = tuple(MetricSpec(name=f"F1 {name}", statistic="f1", tolerance=0.05) for name in CRAFT)
_SENIOR = (
    MetricSpec(name="in character", tolerance=0.02),
    MetricSpec(name="tied", tolerance=0.05),
    MetricSpec(name="new", tolerance=0.01),
)
REHEARSALS = Task(
    name="rehearsals",
    version=1,
    about="Does the debrief of a rehearsal see the craft, and does the simulated senior stay in character?",
    datasets=(FILE,),
    load=load,
    solve=solve,
    score=score,
    metrics=(*_CRAFT, *_SENIOR),
    slices=(("tied", "mood"),),
)
REHEARSALS_MODEL = Task(
    name="rehearsals_model",
    version=1,
    about="Does a senior played by the chat model stay in character, and answer in time?",
    datasets=(FILE,),
    load=load_some,
    solve=solve_with_model,
    score=score,
    metrics=(
        *_SENIOR,
        MetricSpec(name="by the model"),
        MetricSpec(name="in time"),
        MetricSpec(name="slowest answer, seconds", key="seconds", statistic="p95", better="lower"),
    ),
    quick=False,
    prompts=True,
)
