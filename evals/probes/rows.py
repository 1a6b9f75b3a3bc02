"""The rows of the benchmark's table: repeated measurements, their median and spread, a ratio and a target."""

from collections.abc import Sequence
from statistics import median

from pydantic import BaseModel, ConfigDict

from evals.report import render_table, show


class Sample(BaseModel):
    """Repeats of one measurement."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    values: tuple[float, ...]
    note: str = ""

    @property
    def median(self) -> float:
        """The middle one."""
        return median(self.values)

    def render(self) -> str:
        """Median with least and greatest."""
        text = show(self.median)
        if len(self.values) > 1:
            text += f" ({show(min(self.values))}–{show(max(self.values))})"
        return text + (f" {self.note}" if self.note else "")


class Target(BaseModel):
    """What must hold for the median; None: no demand of that kind."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    most: float | None = None
    least: float | None = None
    ratio: float | None = None
    """How many times better than the tutorial pipeline, at least."""

    def render(self) -> str:
        """The demands in words."""
        parts = [f"≤ {self.most:g}"] if self.most is not None else []
        parts += [f"≥ {self.least:g}"] if self.least is not None else []
        return ", ".join(parts + ([f"≥ {self.ratio:g}×"] if self.ratio is not None else []))


class Row(BaseModel):
    """One line: ours beside the tutorial pipeline's, where that has a counterpart."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    unit: str
    ours: Sample | None
    """None where it could not be measured; `why` says so."""
    tutorial: Sample | None = None
    target: Target = Target()
    higher_is_better: bool = False
    why: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times better ours is; above 1 is better."""
        if not self.ours or not self.tutorial or not self.ours.median or not self.tutorial.median:
            return None
        quotient = self.tutorial.median / self.ours.median
        return 1 / quotient if self.higher_is_better else quotient

    @property
    def ok(self) -> bool | None:
        """Whether the target is met; None where there is none, or nothing was measured."""
        if not self.ours or self.target == Target():
            return None
        most, least = self.target.most, self.target.least
        within = (most is None or self.ours.median <= most) and (least is None or self.ours.median >= least)
        needed = self.target.ratio
        return within and (needed is None or self.ratio is None or self.ratio >= needed)


def render_rows(rows: Sequence[Row]) -> str:
    """The table."""
    head = ("", "unit", "ours", "tutorial", "ratio", "target", "ok")
    return render_table(head, [_cells(row) for row in rows])


def _cells(row: Row) -> tuple[str, ...]:
    verdict = {True: "yes", False: "NO", None: row.why}[row.ok]
    ratio = f"{row.ratio:.2f}×" if row.ratio is not None else ""
    ours = row.ours.render() if row.ours else "–"
    tutorial = row.tutorial.render() if row.tutorial else "–"
    return row.name, row.unit, ours, tutorial, ratio, row.target.render(), verdict


def as_json(row: Row) -> dict[str, object]:
    """The row with what is derived from it."""
    return row.model_dump(mode="json") | {
        "median": row.ours.median if row.ours else None,
        "tutorial_median": row.tutorial.median if row.tutorial else None,
        "ratio": row.ratio,
        "ok": row.ok,
    }
