"""Accepted results in `evals/baselines`, and the comparison of a new result with them.

A baseline counts only for the same task version and data, and, for times, the same machine. One that does not count
is `stale`: the comparison fails until it is renewed with `--save`, because a gate that compares nothing guards
nothing.
"""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from evals.data import EvaluationError
from evals.harness import Metric, MetricSpec, Result, Task
from evals.record import hash_prompts
from evals.statistics import find_difference, summarise

BASELINES = Path(__file__).with_name("baselines")
Verdict = Literal["new", "same", "better", "worse", "out of bounds", "unscored", "info"]
FAILING = frozenset({"worse", "out of bounds", "unscored"})


class Comparison(BaseModel):
    """A metric beside its baseline."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    metric: Metric
    before: float | None = None
    difference: float | None = None
    """New minus old, on the items that both have."""
    low: float | None = None
    high: float | None = None
    """Ends of the paired 95% bootstrap interval of the difference."""
    verdict: Verdict
    why: str = ""


class Report(BaseModel):
    """A suite's result beside its baseline."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    result: Result
    comparisons: tuple[Comparison, ...]
    stale: tuple[str, ...] = ()
    """Why the baseline does not count; empty where it does or where there is none."""

    @property
    def failed(self) -> bool:
        """Whether this must stop a release."""
        return bool(self.stale) or any(comparison.verdict in FAILING for comparison in self.comparisons)


def save_baseline(result: Result, folder: Path = BASELINES) -> Path:
    """Accept a result: ids and scores only, one item a line, so that a change can be read in a diff."""
    rows = result.model_dump(mode="json", exclude={"items"})
    head = json.dumps(rows, indent=1, ensure_ascii=False)
    items = ",\n".join(f"  {json.dumps(key)}: {json.dumps(scores)}" for key, scores in sorted(result.items.items()))
    folder.mkdir(exist_ok=True)
    path = folder / f"{result.task}.json"
    path.write_text(f'{head.removesuffix("}").rstrip()},\n "items": {{\n{items}\n }}\n}}\n', encoding="utf-8")
    return path


def load_baseline(task: str, folder: Path = BASELINES) -> Result | None:
    """The accepted result, or None where there is none yet. Raises `EvaluationError` for a damaged file."""
    path = folder / f"{task}.json"
    if not path.exists():
        return None
    try:
        return Result.model_validate_json(path.read_bytes())
    except ValidationError as error:
        reason = " ".join(str(error).split())[:160]
        raise EvaluationError(
            f"The baseline {path.name!r} cannot be read ({reason}); renew it: `eyelevel eval {task} --save`."
        ) from None


def compare(task: Task[Any, Any], result: Result, baseline: Result | None) -> Report:
    """Every metric beside the baseline's, item by item where both have the item."""
    stale = find_staleness(task, result, baseline) if baseline else []
    usable = None if stale else baseline
    specs = {spec.name: spec for spec in task.metrics}
    comparisons = [_compare(specs.get(metric.name), metric, result, usable) for metric in result.metrics]
    return Report(result=result, comparisons=tuple(comparisons), stale=tuple(stale))


def find_staleness(task: Task[Any, Any], result: Result, baseline: Result) -> list[str]:
    """Why a baseline does not count, in words."""
    reasons = []
    if baseline.version != result.version:
        reasons.append(f"it is of version {baseline.version} of the suite, not {result.version}")
    if baseline.record.dataset != result.record.dataset:
        reasons.append("the data changed")
    if task.prompts and baseline.record.prompts != result.record.prompts:
        reasons.append("a prompt changed")
    if task.prompts and baseline.record.chat_model != result.record.chat_model:
        reasons.append(f"it is of the chat model {baseline.record.chat_model!r}")
    return reasons


def find_outdated_prompts(tasks: Sequence[Task[Any, Any]], folder: Path = BASELINES) -> list[str]:
    """Suites whose accepted figures were made with other prompts than those in the repository.

    A prompt that did not exist then cannot have made them, so a new one makes nothing outdated.
    """
    now = hash_prompts()
    kept = ((task, load_baseline(task.name, folder)) for task in tasks if task.prompts)
    return [
        task.name
        for task, baseline in kept
        if baseline and any(now.get(name) != made_with for name, made_with in baseline.record.prompts.items())
    ]


def _compare(spec: MetricSpec | None, metric: Metric, result: Result, baseline: Result | None) -> Comparison:
    old = baseline.metric(metric.name) if baseline else None
    before = old.value if old else None
    if spec is None:
        return Comparison(metric=metric, before=before, verdict="info")
    found = Comparison(metric=metric, before=before, verdict="new")
    if baseline and old:
        found = found.model_copy(update=_difference(spec, result, baseline))
    verdict, why = _judge(spec, metric, found, result, baseline)
    return found.model_copy(update={"verdict": verdict, "why": why})


def _difference(spec: MetricSpec, result: Result, baseline: Result) -> dict[str, float | None]:
    shared = sorted(set(result.items) & set(baseline.items))
    new, old = (spec.column(one.items, shared) for one in (result, baseline))
    difference = float(summarise(new, spec.statistic) - summarise(old, spec.statistic)) if shared else float("nan")
    if math.isnan(difference):
        return {}
    interval = find_difference(new, old, spec.statistic)
    low, high = (round(interval.low, 4), round(interval.high, 4)) if interval else (None, None)
    return {"difference": round(difference, 4), "low": low, "high": high}


def _judge(
    spec: MetricSpec, metric: Metric, found: Comparison, result: Result, baseline: Result | None
) -> tuple[Verdict, str]:
    if metric.value is None:
        guarded = spec.tolerance is not None or spec.bound is not None
        return ("unscored" if guarded else "info"), "no item was scored"
    if spec.bound is not None and _sign(spec) * (metric.value - spec.bound) < 0:
        return "out of bounds", f"the limit is {spec.bound:g}"
    if found.difference is None or baseline is None:
        return "new", ""
    if _is_time(spec) and baseline.record.machine != result.record.machine:
        return "info", "the baseline is of another machine"
    return _judge_difference(spec, found, _sign(spec) * found.difference)


def _judge_difference(spec: MetricSpec, found: Comparison, gain: float) -> tuple[Verdict, str]:
    if spec.tolerance is None:
        return "info", ""
    if gain < -spec.tolerance:
        return "worse", f"by more than {spec.tolerance:g}"
    sure = found.low is not None and found.high is not None and (found.low > 0 or found.high < 0)
    return ("better" if gain > 0 and sure else "same"), ""


def _sign(spec: MetricSpec) -> float:
    return 1.0 if spec.better == "higher" else -1.0


def _is_time(spec: MetricSpec) -> bool:
    return spec.better == "lower" and spec.statistic != "mean"
