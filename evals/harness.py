"""The frame of every suite: a task is data, a solver and a scorer; a result is metrics with what made them.

`run_task` solves the rows, scores the outputs and summarises; `evals.baselines` keeps and compares. Nothing here
knows what is measured.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict

from evals.record import Record, make_record
from evals.statistics import Array, Statistic, column, find_interval, summarise
from evals.workspace import Workspace

RowT = TypeVar("RowT")
OutputT = TypeVar("OutputT")
Better = Literal["higher", "lower"]


class MetricSpec(BaseModel):
    """What is summarised, which way is better, and how much worse is still accepted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    key: str = ""
    """Score that is summarised; the name where nothing else is said."""
    keys: tuple[str, ...] = ()
    """Scores that are summarised as one, all items of the first and then of the next; instead of `key`."""
    statistic: Statistic = "mean"
    better: Better = "higher"
    tolerance: float | None = None
    """How much worse than the baseline is accepted; None: reported, and never a failure."""
    bound: float | None = None
    """Hard limit, whatever the baseline is: a least value, or a greatest one where lower is better."""

    @property
    def score_key(self) -> str:
        """Key in the items' scores."""
        return self.key or self.name

    @property
    def score_keys(self) -> tuple[str, ...]:
        """All of them."""
        return self.keys or (self.score_key,)

    def column(self, items: Mapping[str, Mapping[str, float | None]], ids: Sequence[str] | None = None) -> Array:
        """(n,) what is summarised, NaN where an item has no score."""
        return np.concatenate([column(items, key, ids) for key in self.score_keys])


class Outcome(BaseModel):
    """An item's scores. None: it should have been scored and could not be. Absent: it does not apply."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    scores: dict[str, float | None]
    tags: dict[str, str] = {}
    """What the item is, for slices: kind, style, role."""


class Metric(BaseModel):
    """A figure with how many items made it and how sure it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    n: int
    """Items scored."""
    unscored: int
    value: float | None
    """None where no item was scored."""
    low: float | None = None
    high: float | None = None
    """Ends of the 95% bootstrap interval."""
    slice: bool = False
    """A part of the items: shown, and never a failure."""


class Result(BaseModel):
    """What a suite found, with everything that it depends on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    task: str
    version: int
    record: Record
    metrics: tuple[Metric, ...]
    items: dict[str, dict[str, float | None]]
    """Item id to its scores; never a text."""

    def metric(self, name: str) -> Metric | None:
        """The metric of that name, or None."""
        return next((metric for metric in self.metrics if metric.name == name), None)


@dataclass(frozen=True)
class Task(Generic[RowT, OutputT]):
    """One suite."""

    name: str
    version: int
    """Raised when rows, solver or scorer change meaning, so that old baselines do not count."""
    about: str
    datasets: tuple[str, ...]
    load: Callable[[int | None], list[RowT]]
    """The rows; the number is how many answers are asked for, where each costs model time."""
    solve: Callable[[Workspace, list[RowT]], Sequence[OutputT]]
    """One output a row, in order."""
    score: Callable[[Sequence[RowT], Sequence[OutputT]], list[Outcome]]
    metrics: tuple[MetricSpec, ...]
    slices: tuple[tuple[str, str], ...] = ()
    """(score key, tag): the mean of that score for each value of the tag."""
    quick: bool = True
    """Whether it needs no chat model."""
    prompts: bool = field(default=False)
    """Whether its figures depend on the prompts."""


def run_task(task: Task[Any, Any], workspace: Workspace, answers: int | None = None) -> Result:
    """Solve, score and summarise."""
    rows = task.load(answers)
    outcomes = task.score(rows, task.solve(workspace, rows))
    record = make_record(workspace, task.datasets)
    return build_result(task, outcomes, record)


def build_result(task: Task[Any, Any], outcomes: Sequence[Outcome], record: Record) -> Result:
    """The metrics of outcomes that are there already."""
    items = {outcome.id: outcome.scores for outcome in outcomes}
    metrics = [summarise_metric(spec, items) for spec in task.metrics]
    metrics += [metric for key, tag in task.slices for metric in _slice(key, tag, outcomes)]
    return Result(task=task.name, version=task.version, record=record, metrics=tuple(metrics), items=_rounded(items))


def summarise_metric(spec: MetricSpec, items: Mapping[str, Mapping[str, float | None]]) -> Metric:
    """The figure of one specification over items by id."""
    unscored = sum(key in scores and scores[key] is None for scores in items.values() for key in spec.score_keys)
    return _metric(spec.name, spec.column(items), spec.statistic, unscored)


def _slice(key: str, tag: str, outcomes: Sequence[Outcome]) -> list[Metric]:
    values = sorted({outcome.tags[tag] for outcome in outcomes if tag in outcome.tags and key in outcome.scores})
    found = []
    for value in values:
        scores = [o.scores.get(key) for o in outcomes if o.tags.get(tag) == value and key in o.scores]
        numbers = column({str(i): {key: score} for i, score in enumerate(scores)}, key)
        metric = _metric(f"{key} · {tag} {value}", numbers, "mean", scores.count(None))
        found.append(metric.model_copy(update={"slice": True}))
    return found


def _metric(name: str, values: Array, statistic: Statistic, unscored: int) -> Metric:
    scored = int(np.isfinite(values).sum())
    interval = find_interval(values, statistic)
    return Metric(
        name=name,
        n=scored,
        unscored=unscored,
        value=round(float(summarise(values, statistic)), 4) if scored else None,
        low=round(interval.low, 4) if interval else None,
        high=round(interval.high, 4) if interval else None,
    )


def _rounded(items: Mapping[str, Mapping[str, float | None]]) -> dict[str, dict[str, float | None]]:
    return {
        key: {name: None if score is None else round(score, 4) for name, score in scores.items()}
        for key, scores in items.items()
    }
