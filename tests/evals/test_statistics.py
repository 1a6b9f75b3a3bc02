import numpy as np
import pytest

from evals.statistics import column, find_difference, find_interval, summarise

NAN = float("nan")


def test_an_interval_holds_the_value_and_repeats() -> None:
    # A report that differs from run to run on the same scores would make every comparison doubtful.
    values = np.array([0.0, 1.0] * 40)
    first, second = find_interval(values, "mean"), find_interval(values, "mean")
    assert first == second and first is not None
    assert first.low < 0.5 < first.high
    assert first.low > 0.35 and first.high < 0.65  # the normal approximation gives 0.39 to 0.61


def test_the_interval_narrows_with_more_items() -> None:
    # Otherwise n would not matter.
    few, many = (find_interval(np.array([0.0, 1.0] * n), "mean") for n in (5, 200))
    assert few and many and many.high - many.low < few.high - few.low


@pytest.mark.parametrize("values", [[], [1.0], [NAN, 1.0]])
def test_no_interval_without_spread_to_see(values: list[float]) -> None:
    # One item says nothing about how much items differ.
    assert find_interval(np.array(values), "mean") is None


@pytest.mark.parametrize(
    ("statistic", "expected"), [("mean", 3.0), ("median", 2.5), ("p95", float(np.quantile([1, 2, 3, 6], 0.95)))]
)
def test_unscored_items_do_not_count_as_zero(statistic: str, expected: float) -> None:
    # Absence and zero are different things.
    found = float(summarise(np.array([1.0, NAN, 2.0, 3.0, 6.0, NAN]), statistic))  # type: ignore[arg-type]
    assert found == pytest.approx(expected)


@pytest.mark.parametrize("statistic", ["mean", "median", "p95"])
def test_nothing_scored_is_no_number(statistic: str) -> None:
    # It must not look like a bad score.
    assert np.isnan(summarise(np.array([NAN, NAN]), statistic))  # type: ignore[arg-type]


def test_a_column_tells_absent_and_unscored_from_zero() -> None:
    # The three reach the arithmetic as NaN, NaN and 0.
    items = {"a": {"x": 0.0}, "b": {"x": None}, "c": {}}
    assert np.array_equal(column(items, "x"), [0.0, NAN, NAN], equal_nan=True)
    assert np.array_equal(column(items, "x", ["c", "a"]), [NAN, 0.0], equal_nan=True)


def test_a_paired_difference_is_surer_than_two_intervals() -> None:
    # Every item a little better is a sure gain, though the items differ much among themselves.
    old = np.linspace(0, 1, 50)
    found = find_difference(old + 0.05, old, "mean")
    assert found and found.low == pytest.approx(0.05) and found.high == pytest.approx(0.05)


def test_a_difference_over_some_items_resamples_whole_items() -> None:
    # Precision counts other items in each run; the interval must still exist and hold the difference.
    new = np.array([1.0, NAN, 1.0, 1.0, NAN] * 8)
    old = np.array([1.0, 0.0, NAN, 1.0, 0.0] * 8)
    found = find_difference(new, old, "mean")
    assert found and found.low < 0.5 <= found.high
