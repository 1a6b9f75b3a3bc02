"""Tables of results for a terminal. Text in, text out."""

from collections.abc import Sequence

from evals.baselines import FAILING, Comparison, Report

MARKS = {"better": "+", "worse": "✗ worse", "out of bounds": "✗ limit", "unscored": "✗ unscored"}


def render_report(report: Report) -> str:
    """The suite's table, with what it depends on above it."""
    result, record = report.result, report.result.record
    commit = "no checkout" if record.commit is None else record.commit[:10] + ("+" if record.dirty else "")
    head = f"{result.task} (version {result.version}, {len(result.items)} items, {commit}, {record.chat_model})"
    rows = [_row(comparison) for comparison in report.comparisons]
    table = render_table(("metric", "value", "95%", "n", "unscored", "before", "difference", ""), rows)
    stale = [f"The baseline does not count: {reason}. Renew it with --save." for reason in report.stale]
    return "\n".join([head, *stale, table, ""])


def _row(comparison: Comparison) -> tuple[str, ...]:
    metric = comparison.metric
    difference = "" if comparison.difference is None else f"{comparison.difference:+.3f}"
    if comparison.low is not None and comparison.high is not None:
        difference += f" [{comparison.low:+.3f}, {comparison.high:+.3f}]"
    note = MARKS.get(comparison.verdict, "")
    if comparison.verdict in FAILING and comparison.why:
        note += f": {comparison.why}"
    return (
        ("  " if metric.slice else "") + metric.name,
        show(metric.value),
        "" if metric.low is None else f"{show(metric.low)}–{show(metric.high)}",
        str(metric.n),
        str(metric.unscored or ""),
        show(comparison.before) if comparison.before is not None else "",
        difference,
        note,
    )


def show(value: float | None) -> str:
    """A figure with three significant digits after the point where they matter; a dash for none."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.3f}"


def render_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns padded to their widest cell; the first is left-aligned, the others right, the last left."""
    lines = [head, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    last = len(head) - 1

    def pad(column: int, cell: str) -> str:
        return cell.ljust(widths[column]) if column in (0, last) else cell.rjust(widths[column])

    return "\n".join("  ".join(pad(i, cell) for i, cell in enumerate(line)).rstrip() for line in lines)
