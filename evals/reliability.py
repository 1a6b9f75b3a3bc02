"""`python -m evals.reliability [FILE.svg]`: the reliability plot of the note check, from the accepted figures.

Stated probabilities of all ten mistakes in the test notes, in ten equal bins, beside how often they were right
(DeGroot and Fienberg 1983); the bars of a bin are a 95% Wilson interval. Draws what `evals/baselines/note_check.json`
holds and runs nothing.
"""

import sys
from pathlib import Path
from typing import Any, NamedTuple

from assistant.notes.reader import MODEL
from evals.baselines import load_baseline
from evals.data import EvaluationError

BINS = 10
PREFIX = "stated "


class Bin(NamedTuple):
    """Statements of about the same probability."""

    stated: float
    """Their mean, in [0, 1]."""
    right: float
    """Share of them that were true."""
    low: float
    high: float
    """Ends of the interval of that share."""
    size: int


def find_bins(values: list[float]) -> list[Bin]:
    """The bins that hold anything; `values` as `evals.statistics.state` packs them."""
    from scipy.stats import binomtest

    groups: dict[int, list[tuple[float, bool]]] = {}
    for value in values:
        true = value >= 2
        probability = value - 2 * true
        groups.setdefault(min(int(probability * BINS), BINS - 1), []).append((probability, true))
    bins = []
    for _, group in sorted(groups.items()):
        hits = sum(true for _, true in group)
        interval = binomtest(hits, len(group)).proportion_ci(method="wilson")
        mean = sum(probability for probability, _ in group) / len(group)
        bins.append(Bin(mean, hits / len(group), float(interval.low), float(interval.high), len(group)))
    return bins


def draw(bins: list[Bin]) -> Any:
    """The plot, as an Altair chart."""
    import altair as alt

    scale = alt.Scale(domain=[0, 1])
    base = alt.Chart(alt.Data(values=[one._asdict() for one in bins]))  # type: ignore[no-untyped-call]
    x = alt.X("stated:Q", title="stated probability", scale=scale)
    points = base.mark_circle(color="#1F5B55", opacity=1, size=60)
    dots = points.encode(x=x, y=alt.Y("right:Q", title="share that was true", scale=scale))
    spread = base.mark_rule(color="#1F5B55").encode(x=x, y="low:Q", y2="high:Q")
    counts = base.mark_text(dy=-12, dx=14, color="#55625F", fontSize=10).encode(x=x, y="right:Q", text="size:Q")
    corners = [{"stated": 0, "right": 0}, {"stated": 1, "right": 1}]
    ideal = alt.Chart(alt.Data(values=corners))  # type: ignore[no-untyped-call]
    line = ideal.mark_line(color="#7F8A86", strokeDash=[4, 4]).encode(x="stated:Q", y="right:Q")
    return (line + spread + dots + counts).properties(width=320, height=320)


def main() -> None:
    """Write the plot beside the trained files, or where it is told to."""
    result = load_baseline("note_check")
    if result is None:
        raise EvaluationError("There are no accepted figures of 'note_check'; run `eyelevel eval note_check --save`.")
    values = [
        value
        for scores in result.items.values()
        for name, value in scores.items()
        if name.startswith(PREFIX) and value is not None
    ]
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else MODEL / "reliability.svg"
    draw(find_bins(values)).save(str(path))
    sys.stdout.write(f"{len(values)} statements drawn to {path.name}\n")


if __name__ == "__main__":
    main()
