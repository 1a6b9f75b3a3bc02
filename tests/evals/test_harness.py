"""Tasks, results, baselines and their comparison, on made-up scores."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from evals import __main__ as program
from evals import baselines
from evals.baselines import compare, load_baseline, save_baseline
from evals.data import EvaluationError
from evals.harness import MetricSpec, Outcome, Result, Task, build_result
from evals.record import Record, hash_prompts
from evals.report import render_report, render_table

RECORD = Record(
    time="2025-01-01T00:00:00+00:00",
    commit="0" * 40,
    dirty=False,
    prompts=hash_prompts(),
    chat_model="none",
    index=None,
    settings="f" * 12,
    dataset="d",
    machine="m, 2 cores",
)
HIT = MetricSpec(name="hit", tolerance=0.05)


def task(*metrics: MetricSpec, **changes: Any) -> Task[Any, Any]:
    fields: dict[str, Any] = {"name": "toy", "version": 1, "about": "", "datasets": ()}
    work: dict[str, Any] = {"load": lambda n: [], "solve": lambda w, rows: [], "score": lambda rows, outputs: []}
    return Task(**(fields | work | {"metrics": metrics or (HIT,)} | changes))


def result(scores: Mapping[str, Mapping[str, float | None]], of: Task[Any, Any] | None = None, **record: Any) -> Result:
    outcomes = [Outcome(id=key, scores=dict(found), tags={"kind": key[0]}) for key, found in scores.items()]
    return build_result(of or task(), outcomes, RECORD.model_copy(update=record))


def hits(good: int, bad: int) -> dict[str, dict[str, float | None]]:
    return {f"i{n}": {"hit": float(n < good)} for n in range(good + bad)}


def verdict(new: Result, old: Result | None, of: Task[Any, Any] | None = None) -> str:
    return compare(of or task(), new, old).comparisons[0].verdict


def test_unscored_items_are_counted_and_left_out() -> None:
    # A judge that could not read its verdict has not said "bad".
    found = result({"a": {"hit": 1.0}, "b": {"hit": None}, "c": {}}).metrics[0]
    assert (found.n, found.unscored, found.value) == (1, 1, 1.0)


def test_a_suite_that_scored_nothing_fails() -> None:
    # Nothing measured must never look like nothing wrong.
    found = result({"a": {"hit": None}})
    assert found.metrics[0].value is None
    report = compare(task(), found, None)
    assert report.failed and report.comparisons[0].verdict == "unscored"


@pytest.mark.parametrize(
    ("good", "expected"),
    [(90, "better"), (62, "same"), (60, "same"), (56, "same"), (54, "worse"), (0, "worse")],
)
def test_worse_by_more_than_the_tolerance_fails(good: int, expected: str) -> None:
    # The gate: 60 of 100 was accepted, five points less still is.
    old = result(hits(60, 40))
    new = result(hits(good, 100 - good))
    assert verdict(new, old) == expected
    assert compare(task(), new, old).failed == (expected == "worse")


def test_lower_is_better_turns_the_gate_around() -> None:
    # A share of mistakes may fall and must not rise.
    of = task(MetricSpec(name="hit", better="lower", tolerance=0.05))
    assert verdict(result(hits(70, 30), of), result(hits(60, 40), of), of) == "worse"
    assert verdict(result(hits(30, 70), of), result(hits(60, 40), of), of) == "better"


@pytest.mark.parametrize(("better", "bound", "failed"), [("higher", 0.7, True), ("higher", 0.5, False)])
def test_a_hard_limit_holds_without_and_against_any_baseline(better: Any, bound: float, failed: bool) -> None:
    # Some figures are not negotiable, even if they were bad before.
    of = task(MetricSpec(name="hit", better=better, bound=bound))
    found = result(hits(60, 40), of)
    assert compare(of, found, None).failed == failed
    assert compare(of, found, found).failed == failed


def test_a_metric_without_a_gate_never_fails() -> None:
    # Slices and ablations inform.
    of = task(MetricSpec(name="hit"), slices=(("hit", "kind"),))
    report = compare(of, result(hits(0, 9), of), result(hits(9, 0), of))
    assert not report.failed and {one.verdict for one in report.comparisons} == {"info"}


def test_slices_are_means_of_their_items() -> None:
    # A weak kind must show in an average that looks good.
    of = task(slices=(("hit", "kind"),))
    found = result({"a1": {"hit": 1.0}, "a2": {"hit": 0.0}, "b1": {"hit": 1.0}}, of)
    assert [(m.name, m.value, m.n) for m in found.metrics if m.slice] == [
        ("hit · kind a", 0.5, 2),
        ("hit · kind b", 1.0, 1),
    ]


@pytest.mark.parametrize("change", [{"dataset": "other"}, {"prompts": {"p": "1:abc"}}, {"chat_model": "openai:x"}])
def test_a_baseline_of_other_inputs_is_stale_and_fails(change: dict[str, Any]) -> None:
    # A changed prompt or data set without a renewed baseline would be compared with something else.
    of = task(prompts=True)
    report = compare(of, result(hits(6, 4), of), result(hits(6, 4), of, **change))
    assert report.failed and report.stale and report.comparisons[0].difference is None


def test_prompts_matter_only_to_suites_that_use_them() -> None:
    # Retrieval needs no new baseline for a new prompt.
    report = compare(task(), result(hits(6, 4)), result(hits(6, 4), prompts={}))
    assert not report.failed


def test_another_version_of_a_suite_is_stale() -> None:
    # Its figures mean something else.
    assert compare(task(version=2), result(hits(6, 4), task(version=2)), result(hits(6, 4))).failed


def test_times_of_another_machine_are_not_held_against_this_one() -> None:
    # A slower computer is no regression.
    of = task(MetricSpec(name="hit", statistic="median", better="lower", tolerance=0.1))
    slow, fast = {"a": {"hit": 9.0}, "b": {"hit": 9.0}}, {"a": {"hit": 1.0}, "b": {"hit": 1.0}}
    assert verdict(result(slow, of), result(fast, of, machine="another"), of) == "info"
    assert verdict(result(slow, of), result(fast, of), of) == "worse"


def test_a_baseline_is_kept_whole_and_holds_no_text(tmp_path: Path) -> None:
    # What is compared next month is what was accepted today; questions and answers stay out of it.
    found = result(hits(3, 2))
    path = save_baseline(found, tmp_path)
    assert load_baseline("toy", tmp_path) == found
    assert set(json.loads(path.read_text())["items"]["i0"]) == {"hit"}
    assert load_baseline("missing", tmp_path) is None


def test_a_damaged_baseline_is_named(tmp_path: Path) -> None:
    # Silently starting over would accept anything.
    (tmp_path / "toy.json").write_text('{"task": "toy"}')
    with pytest.raises(EvaluationError, match=r"'toy\.json' cannot be read .* --save"):
        load_baseline("toy", tmp_path)


def test_outdated_prompts_are_found_without_running_the_suite(tmp_path: Path) -> None:
    # `make check` has no time for the chat model, but must notice that its figures are of another prompt.
    of = task(prompts=True)
    save_baseline(result(hits(1, 1), of), tmp_path)
    assert baselines.find_outdated_prompts([of], tmp_path) == []
    save_baseline(result(hits(1, 1), of, prompts={"answer_mentor": "0:0"}), tmp_path)
    assert baselines.find_outdated_prompts([of], tmp_path) == ["toy"]


def test_the_report_shows_what_failed_and_why() -> None:
    # Whoever reads a red build reads this table.
    text = render_report(compare(task(), result(hits(1, 9)), result(hits(9, 1))))
    assert "✗ worse: by more than 0.05" in text and "-0.800" in text


def test_columns_line_up() -> None:
    # A table that does not line up cannot be read.
    lines = render_table(("a", "b", ""), [("long name", "1", "x"), ("s", "1,000", "")]).splitlines()
    assert lines == ["a              b", "long name      1  x", "s          1,000"]


class _Workspace:
    def __enter__(self) -> "_Workspace":
        return self

    def __exit__(self, *error: object) -> None:
        return None


@pytest.mark.parametrize(("good", "status"), [(9, 0), (2, 1)])
def test_the_command_fails_when_something_is_worse(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], good: int, status: int
) -> None:
    # The exit status is what a build looks at.
    of = task()
    save_baseline(result(hits(9, 1)), tmp_path)
    monkeypatch.setattr(program, "TASKS", {"toy": of})
    monkeypatch.setattr(program, "open_workspace", lambda home: _Workspace())
    monkeypatch.setattr(program, "run_task", lambda *_: result(hits(good, 10 - good)))
    monkeypatch.setattr(program.baselines, "load_baseline", lambda name: load_baseline(name, tmp_path))
    assert program.main(["toy", "--json"]) == status
    assert json.loads(capsys.readouterr().out)["result"]["task"] == "toy"


def test_a_broken_limit_is_not_accepted_as_a_baseline(monkeypatch: pytest.MonkeyPatch) -> None:
    # `--save` renews figures; it does not wave limits through.
    saved: list[Result] = []
    monkeypatch.setattr(program.baselines, "save_baseline", saved.append)
    of = task(MetricSpec(name="hit", bound=0.9))
    program._save(compare(of, result(hits(1, 9), of), None))
    program._save(compare(of, result(hits(10, 0), of), None))
    assert [one.metrics[0].value for one in saved] == [1.0]


def test_an_unknown_suite_is_wrong_usage() -> None:
    # A typing error must not run everything, or nothing.
    with pytest.raises(SystemExit) as stopped:
        program.main(["retreival"])
    assert stopped.value.code == 2
