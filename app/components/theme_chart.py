"""Themes over time: four heights, one for each band and one for what was held back, and the same as a table.

No line leads out of a release in which the theme was held back. Draws what `theming.draw_series` makes of the releases.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from app import theming
from app.components import charts
from app.components.markup import html_text
from app.theming import Series
from assistant.programme.report_records import Report

if TYPE_CHECKING:
    import altair as alt

HEIGHT: Final = 190
LEVELS: Final = ("held back", "5–9", "10–19", "20+")
APART: Final = 0.09
"""How far two themes of the same band lie from each other, in heights, so that both can be seen."""
MOST_RELEASES: Final = 6


def draw(report: Report, series: Sequence[Series]) -> None:
    """The card with the chart, and everything that was shown so far as a table beneath it."""
    chosen = theming.choose_series(series, report)
    if not chosen or len(chosen[0].points) < 2:
        return
    theme = "dark" if st.context.theme.type == "dark" else "light"
    with st.container(key="ey-tint-over-time"):
        st.html("<h2>Themes over time</h2>")
        st.altair_chart(over_time(chosen, theme), theme=None, width="stretch", alt=theming.describe(_recent(chosen)))
        st.html(_legend(chosen))
    with st.expander("All themes over time, as a table", key="ey-themes-table"):
        st.html(table(series))


def _recent(series: Sequence[Series]) -> list[Series]:
    return [one._replace(points=one.points[-MOST_RELEASES:]) for one in series]


def over_time(chosen: Sequence[Series], theme: str) -> "alt.LayerChart":
    """The chart of at most two themes over the last releases; colour and shape tell them apart."""
    import altair as alt

    paint = charts.COLOURS[theme]
    recent = _recent(chosen)
    whens = [point.when for point in recent[0].points]
    scale = alt.Scale(domain=[-0.3, len(LEVELS) - 0.7])
    labels = " : ".join(f"datum.value == {at} ? '{name}'" for at, name in enumerate(LEVELS)) + " : ''"
    axis = alt.Axis(
        values=list(range(len(LEVELS))), labelExpr=labels, title=None, domain=False, ticks=False, labelPadding=6
    )
    x = alt.X("when:N", sort=whens, title=None, axis=alt.Axis(labelAngle=0, domain=False, ticks=False, labelPadding=8))
    y = alt.Y("at:Q", scale=scale, axis=axis)
    layers: list[Any] = []
    for series, (side, shape) in zip(_shifted(recent), (("mentee", "square"), ("mentor", "circle")), strict=False):
        points, lines = series
        if lines:
            base = alt.Chart(alt.InlineData(values=lines)).mark_line(color=paint[side], strokeWidth=2.5, aria=False)
            layers.append(base.encode(x=x, y=y, detail="line:N"))
        tell = {"x": x, "y": y, "color": alt.value(paint[side]), "tooltip": ["theme:N", "when:N", "band:N"]}
        if shown := [point for point in points if point["shown"]]:
            dots = alt.Chart(alt.InlineData(values=shown))
            layers.append(dots.mark_point(filled=True, size=110, shape=shape, opacity=1, aria=False).encode(**tell))
        if held := [point for point in points if not point["shown"]]:
            rings = alt.Chart(alt.InlineData(values=held))
            layers.append(rings.mark_point(size=90, shape="circle", strokeDash=[2, 2], aria=False).encode(**tell))
    return charts.styled(alt.layer(*layers).properties(width="container", height=HEIGHT), paint)


def _shifted(chosen: Sequence[Series]) -> list[tuple[list[dict[str, Any]], list[dict[str, Any]]]]:
    """For each theme its points, and the points of its lines, with the line's number."""
    found = []
    for number, one in enumerate(chosen):
        shift = (APART if number == 0 else -APART) if len(chosen) > 1 else 0.0
        points, lines, line = list[dict[str, Any]](), list[dict[str, Any]](), 0
        for at, point in enumerate(one.points):
            place = {
                "when": point.when,
                "at": theming.height(point.band) + shift,
                "shown": point.band is not None,
                "band": theming.BAND_WORDS[point.band] if point.band else "held back",
                "theme": one.label,
            }
            if at and point.joined:
                line += 1
                lines += [points[-1] | {"line": line}, place | {"line": line}]
            points.append(place)
        found.append((points, lines))
    return found


def _legend(chosen: Sequence[Series]) -> str:
    marks = ("square", "round")
    items = "".join(
        f'<li><i class="ey-mark-{mark}"></i>{html_text(one.label)}</li>'
        for mark, one in zip(marks, chosen, strict=False)
    )
    return f'<ul class="ey-marks">{items}</ul>'


def table(series: Sequence[Series]) -> str:
    """Every theme that was shown at least once, in every release."""
    whens = [point.when for point in series[0].points]
    head = "".join(f'<th scope="col">{html_text(when)}</th>' for when in ("Theme", *whens))
    rows = "".join(
        f'<tr><th scope="row">{html_text(one.label)}</th>'
        + "".join(
            f'<td data-for="{html_text(point.when)}">'
            f"{theming.BAND_WORDS[point.band] if point.band else 'held back'}</td>"
            for point in one.points
        )
        + "</tr>"
        for one in series
    )
    return f'<table class="ey-table ey-over-time"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
