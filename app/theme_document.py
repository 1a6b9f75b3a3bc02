"""The report of a release as a PDF: what the page shows, on A4, to print or to send.

Made from the report alone (`assistant.programme.report_records`) and the bands of the releases before it.
"""

from collections.abc import Sequence

from app import theming
from app.documents import MARGIN, MUTED, open_pages
from app.theme_paper import PAPER_2, SOFT, Paper
from app.theming import Series
from assistant.programme.report_records import Group, Level, PlanStep, Report, Row, Shown

_THEME, _BAR, _WORDS, _TREND = 48.0, 26.0, 15.0, 22.0
"""Widths of the columns, in millimetres; advice takes what is left."""
_DETAIL = 52.0
"""What a line of the programme's health means."""


def pdf_of_report(report: Report, series: Sequence[Series]) -> bytes:
    """The document; `series` as `theming.draw_series` gives them."""
    document = open_pages(f"{theming.heading(report)}, {report.programme}")
    document.set_lang("en")
    paper = Paper(document)
    _head(paper, report)
    _first(paper, report)
    for group in report.groups:
        _group(paper, group)
    paper.down(3)
    paper.text(report.held_back, 9.5, colour=MUTED)
    _over_time(paper, series)
    _plan(paper, report)
    _health(paper, report)
    _survey(paper, report)
    _sources(paper, report)
    return bytes(document.output())


def _head(paper: Paper, report: Report) -> None:
    paper.text(theming.heading(report), 22, serif=True)
    paper.text(report.programme, 12, style="B")
    paper.text(theming.subtitle(report), 10.5, colour=MUTED)
    paper.down(4)
    lines = theming.in_short(report)
    width = paper.width - 44
    heights = [max(5.2, paper.measure(text, 10.5, width)) for _, text in lines]
    with paper.box(sum(heights) + 1.6 * len(lines) + 7, PAPER_2) as x:
        for (name, text), height in zip(lines, heights, strict=True):
            top = paper.y
            paper.text(name, 10.5, style="B", x=x, width=34)
            paper.document.set_y(top)
            paper.text(text, 10.5, x=x + 34, width=width)
            paper.document.set_y(top + height + 1.6)
    paper.down(3)
    paper.text(f"This is all that a programme manager can see. {theming.PRIVACY}", 9.5, colour=MUTED)


def _group(paper: Paper, group: Group) -> None:
    paper.heading(group.title)
    if not group.shown:
        paper.text("Everything here is held back.", 10.5, colour=MUTED)
    for row in group.shown:
        _row(paper, row, group)
    if group.shown and group.held:
        paper.rule()
        paper.down(1.8)
        held = f"{theming.HELD}: {', '.join(row.label for row in group.held)}"
        paper.text(held, 9.5, colour=MUTED)


def _row(paper: Paper, row: Row, group: Group) -> None:
    wide = paper.width - _THEME - _BAR - _WORDS - _TREND - 4
    source = _source(row)
    left = paper.measure(row.label, 10.5, _THEME, style="B")
    right = paper.measure(row.advice, 10, wide) + (paper.measure(source, 8.5, wide) if source else 0)
    height = max(left, right, 6) + 4
    paper.room(height)
    paper.rule()
    top = paper.y + 2
    document = paper.document
    document.set_y(top)
    paper.text(row.label, 10.5, style="B", width=_THEME)
    middle = top + 2.4
    x = MARGIN + _THEME + 2
    if row.band:
        paper.band(row.band, x, middle, _BAR)
        document.set_xy(x + _BAR + 1.5, middle - 2.5)
        document.set_font(size=10)
        document.cell(_WORDS, 5, theming.band_words(row))
    x += _BAR + _WORDS
    if row.trend:
        paper.trend(row.trend, theming.tone(group.part, row.trend), x, middle, theming.TREND_WORDS[row.trend])
    x += _TREND
    document.set_y(top)
    paper.text(row.advice, 10, x=x, width=wide)
    if source:
        paper.text(source, 8.5, colour=MUTED, x=x, width=wide)
    document.set_y(top + height - 2)


def _source(row: Row) -> str:
    marks = ", ".join(f"[{one.marker}]" for one in row.citations)
    return f"Source {marks}" if marks else ""


def _first(paper: Paper, report: Report) -> None:
    what = report.focus.what if report.focus else report.calm
    why = report.focus.why if report.focus else ""
    width = paper.width - 10
    height = 15 + paper.measure(what, 11, width, style="B") + (paper.measure(why, 10.5, width) if why else 0)
    paper.down(6)
    with paper.box(height, SOFT) as x:
        paper.text("Where to help first", 13, serif=True, x=x, width=width)
        paper.down(1)
        if why:
            paper.text(why, 10.5, x=x, width=width)
        paper.text(what, 11, style="B", x=x, width=width)


def _over_time(paper: Paper, series: Sequence[Series]) -> None:
    """The bands of every theme that was shown at least once, release by release."""
    if not series or len(series[0].points) < 2:
        return
    points = series[0].points[-5:]
    paper.heading("Themes over time")
    first, each = 66.0, (paper.width - 66.0) / len(points)
    _line(paper, ["Theme", *(point.when for point in points)], [first, *[each] * len(points)], bold=True)
    for one in series:
        paper.room(7)
        paper.rule()
        told = [theming.BAND_WORDS[point.band] if point.band else "held back" for point in one.points[-5:]]
        _line(paper, [one.label, *told], [first, *[each] * len(points)])


def _line(paper: Paper, cells: Sequence[str], widths: Sequence[float], *, bold: bool = False) -> None:
    top, height, x = paper.y + 1.2, 0.0, float(MARGIN)
    for cell, width in zip(cells, widths, strict=True):
        paper.document.set_y(top)
        style = "B" if bold else ""
        colour = MUTED if cell == "held back" else "#1F2A28"
        height = max(height, paper.text(cell, 9.5, style=style, colour=colour, x=x, width=width - 2))
        x += width
    paper.document.set_y(top + height + 1.2)


def _plan(paper: Paper, report: Report) -> None:
    paper.heading("A plan for the next month")
    for step in report.plan:
        _step(paper, step)
    paper.down(2)
    hours = theming.hours(report)
    paper.text(f"About {hours} of your time in all. {report.minutes}", 9.5, colour=MUTED)


def _step(paper: Paper, step: PlanStep) -> None:
    left = 24.0
    wide = paper.width - left
    marks = ", ".join(f"[{one.marker}]" for one in step.citations)
    below = f"{step.whom} · {step.minutes} minutes" + (f" · Source {marks}" if marks else "")
    said = f"“{step.say}”" if step.say else ""
    texts = [(step.what, 10.5, False), (step.why, 9.5, False), (said, 10.5, True)]
    height = 13 + sum(paper.measure(text, size, wide, serif=serif) for text, size, serif in texts if text)
    paper.room(height)
    paper.rule()
    paper.down(2)
    top = paper.y
    paper.text(f"Week {step.week}", 10, colour=MUTED, width=left)
    paper.document.set_y(top)
    x = MARGIN + left
    paper.text(step.title, 11, style="B", x=x, width=wide)
    paper.text(step.what, 10.5, x=x, width=wide)
    if said:
        paper.text(said, 10.5, serif=True, x=x, width=wide)
    if step.why:
        paper.text(step.why, 9.5, colour=MUTED, x=x, width=wide)
    paper.text(below, 9, colour=MUTED, x=x, width=wide)
    paper.down(2)


def _health(paper: Paper, report: Report) -> None:
    if not report.health:
        return
    paper.heading("How the programme goes")
    for row in report.health:
        _cell(paper, row.label, row, row.means)


def _survey(paper: Paper, report: Report) -> None:
    for level in report.survey:
        paper.heading(f"Survey: {level.label.lower()}", 13)
        _level(paper, level)


def _level(paper: Paper, level: Level) -> None:
    shown = [one for one in level.statements if not (one.agree.suppressed and one.disagree.suppressed)]
    for one in shown:
        _cell(paper, one.text, one.agree, one.agree.label.lower())
        _cell(paper, "", one.disagree, one.disagree.label.lower())
    if held := len(level.statements) - len(shown):
        paper.text(f"{held} of {len(level.statements)} statements are held back.", 9.5, colour=MUTED)


def _cell(paper: Paper, name: str, cell: Shown, detail: str) -> None:
    wide = paper.width - _BAR - _WORDS - _DETAIL
    height = max(6.0, paper.measure(name, 10.5, wide) if name else 6.0)
    paper.room(height + 2)
    top = paper.y
    if name:
        paper.text(name, 10.5, width=wide)
    paper.document.set_y(top)
    paper.text(detail, 9, colour=MUTED, x=MARGIN + wide, width=_DETAIL - 2)
    x = MARGIN + wide + _DETAIL
    if cell.band:
        paper.band(cell.band, x, top + 2.4, _BAR)
        paper.document.set_xy(x + _BAR + 1.5, top)
        paper.document.cell(_WORDS, 5, theming.band_words(cell))
    else:
        paper.document.set_y(top)
        paper.text(theming.HELD.lower(), 9, colour=MUTED, x=x, width=_BAR + _WORDS)
    paper.document.set_y(top + height + 0.8)


def _sources(paper: Paper, report: Report) -> None:
    cited = theming.citations(report)
    if not cited:
        return
    paper.heading("Sources in the guide")
    for one in cited:
        paper.text(f"[{one.marker}] {one.title} › {one.heading}", 9.5)
