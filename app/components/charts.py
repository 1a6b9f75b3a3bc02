"""The two charts of a transcript: every turn in order, and how many words of each person went where.

Builds Altair specifications and the picture to download. Draws nothing on a page; takes its rows from `turn_rows`.
"""

import io
from typing import TYPE_CHECKING, Any

from app.components import turn_rows
from assistant.notes.note import Measures, Transcript

if TYPE_CHECKING:
    import altair as alt

FONT = "Atkinson Hyperlegible Next, system-ui, sans-serif"
COLOURS: dict[str, dict[str, str]] = {
    "light": {
        "mentor": "#C2763F",
        "mentee": "#1F5B55",
        "other": "#7F8A86",
        "ink": "#1F2A28",
        "muted": "#55625F",
        "grid": "#E4E3DB",
        "frame": "#8A6610",
        "paper": "#FBFAF7",
    },
    "dark": {
        "mentor": "#F0B58D",
        "mentee": "#4F988C",
        "other": "#A6B2AE",
        "ink": "#E9ECE7",
        "muted": "#A6B2AE",
        "grid": "#2C3533",
        "frame": "#D9B44A",
        "paper": "#151B1A",
    },
}
"""By theme; the design's chart tokens."""
HEIGHT = 230
PICTURE_WIDTH = 960


def timeline(measures: Measures, theme: str, width: int | str = "container") -> "alt.LayerChart":
    """Telling above the line, drawing out below, a turn a block; the longest telling turn is framed."""
    import altair as alt

    paint = COLOURS[theme]
    rows = [row._asdict() for row in turn_rows.turn_rows(measures)]
    base = alt.Chart(alt.InlineData(values=rows))
    layers = [
        base.mark_rect(cornerRadius=3, stroke=paint["paper"], strokeWidth=1).encode(
            **_box(measures, "until"), color=_who(measures, paint), tooltip=_tooltip(measures)
        ),
        alt.Chart(alt.InlineData(values=[{"line": 0}]))
        .mark_rule(color=paint["ink"], strokeWidth=1.5)
        .encode(y=_height("line")),
        base.transform_filter("datum.framed")
        .mark_rect(fillOpacity=0, stroke=paint["frame"], strokeWidth=2.5, cornerRadius=3)
        .encode(x="began:Q", x2="until:Q", y=_height("frame"), y2="low:Q")
        .transform_calculate(frame="1.1"),
        _words(1.34, "Telling", "explains, advises", paint),
        _words(-1.12, "Drawing out", "asks, reflects, builds on", paint),
    ]
    return styled(alt.layer(*layers).properties(width=width, height=HEIGHT), paint)


def _box(measures: Measures, right: str) -> dict[str, Any]:
    import altair as alt

    marks = turn_rows.ticks(measures)
    unit = "datum.value / 60 + ' min'" if measures.unit == "seconds" else "format(datum.value, ',') + ' words'"
    axis = alt.Axis(
        values=marks,
        labelExpr=unit,
        title=None,
        grid=True,
        domain=False,
        ticks=False,
        labelPadding=8,
        labelOverlap=True,
    )
    span = alt.Scale(domain=[0, max(measures.length, 1)], nice=False)
    return {"x": alt.X("began:Q", axis=axis, scale=span), "x2": f"{right}:Q", "y": _height("low"), "y2": "high:Q"}


def _height(name: str) -> "alt.Y":
    import altair as alt

    return alt.Y(f"{name}:Q", axis=None, scale=alt.Scale(domain=[-1.2, 1.45], nice=False))


def _who(measures: Measures, paint: dict[str, str]) -> "alt.Color":
    """Clay for the mentor, spruce for the mentee; where nobody said who is who, in order."""
    import altair as alt

    colours = person_colours(measures, paint)
    legend = alt.Legend(title=None, orient="top", symbolType="square", symbolSize=140, labelFontSize=14, offset=10)
    return alt.Color("who:N", scale=alt.Scale(domain=list(colours), range=list(colours.values())), legend=legend)


def person_colours(measures: Measures, paint: dict[str, str]) -> dict[str, str]:
    """The colour of each chief speaker, and of the others where there are any."""
    chief = turn_rows.chief_speakers(measures)
    free = [side for side in ("mentor", "mentee") if side not in chief.values()]
    colours = {name: paint[side or free.pop(0)] for name, side in chief.items()}
    return colours | ({turn_rows.OTHERS: paint["other"]} if len(measures.speakers) > len(chief) else {})


def _tooltip(measures: Measures) -> "list[alt.Tooltip]":
    import altair as alt

    return [
        alt.Tooltip("speaker:N", title="Who"),
        alt.Tooltip("does:N", title="Does"),
        alt.Tooltip("words:Q", title="Words"),
        alt.Tooltip("began:Q", title=f"From ({measures.unit})", format=",.0f"),
    ]


def _words(height: float, name: str, detail: str, paint: dict[str, str]) -> "alt.Chart":
    """What stands above or below the line, in words, at the left edge."""
    import altair as alt

    words: Any = alt.Chart(alt.InlineData(values=[{"place": height, "words": f"{name}: {detail}"}]))
    mark = words.mark_text(align="left", baseline="middle", fontSize=13, color=paint["muted"], font=FONT)
    placed: alt.Chart = mark.encode(x=alt.value(0), y=_height("place"), text="words:N")
    return placed


def by_person(measures: Measures, speaker: str, theme: str) -> "alt.LayerChart":
    """How many of a person's words went into each move, with the number beside each bar."""
    import altair as alt

    paint = COLOURS[theme]
    everyone = turn_rows.words_by_move(measures)
    rows = [row for row in everyone if row["speaker"] == speaker]
    longest = max((int(str(row["words"])) for row in everyone), default=1)
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("words:Q", axis=None, scale=alt.Scale(domain=[0, max(1, longest) * 1.02])),
        y=alt.Y(
            "does:N",
            sort=list(turn_rows.MOVES.values()),
            axis=None,
            scale=alt.Scale(paddingInner=0.62, paddingOuter=0.5),
        ),
    )
    layers = [
        base.mark_bar(cornerRadius=2, color=person_colours(measures, paint)[speaker]),
        base.mark_text(align="left", baseline="bottom", fontSize=13, color=paint["ink"], font=FONT, dy=-8)
        .encode(x=alt.value(0), text="caption:N")
        .transform_calculate(caption="datum.does + ': ' + datum.label"),
    ]
    return styled(alt.layer(*layers).properties(width="container", height=176), paint)


def styled(chart: Any, paint: dict[str, str]) -> "alt.LayerChart":
    """The chart in the product's letters and greys, without a frame."""
    done: alt.LayerChart = (
        chart.configure(background="transparent", font=FONT)
        .configure_view(stroke=None)
        .configure_axis(gridColor=paint["grid"], labelColor=paint["muted"], labelFontSize=13)
        .configure_legend(labelColor=paint["muted"])
    )
    return done


def picture(measures: Measures, transcript: Transcript | None) -> bytes:
    """The timeline as a PNG on paper, in the light theme, twice as fine as a screen."""
    chart = timeline(measures, "light", PICTURE_WIDTH).properties(
        padding=24, background=COLOURS["light"]["paper"], description=turn_rows.describe(measures, transcript)
    )
    out = io.BytesIO()
    chart.save(out, format="png", scale_factor=2)
    return out.getvalue()
