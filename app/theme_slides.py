"""The report of a release as pictures for slides, 16:9, in one zip with a description of each for who does not see it.

Made from the report alone (`assistant.programme.report_records`) and the bands of the releases before it.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from app import theming
from app.slide_canvas import (
    CHART_MENTOR,
    EDGE,
    LINE,
    MUTED,
    PAPER_2,
    SOFT,
    SPRUCE,
    WIDTH,
    Slide,
)
from app.theming import Series
from assistant.programme.report_records import Group, Part, Report, Shown

_LEFT: Final = 120
_WIDE: Final = WIDTH - 2 * _LEFT
_TOP: Final = 250
_CALM: Final[tuple[Part, ...]] = ("strong", "about")
MOST_ROWS: Final = 6
"""Themes on a slide; the page and the document have them all."""


class Picture(NamedTuple):
    """A slide and what it says."""

    name: str
    png: bytes
    words: str


def zip_of_report(report: Report, series: Sequence[Series]) -> bytes:
    """The slides as PNG files, with `descriptions.txt`; `series` as `theming.draw_series` gives them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        pictures = draw_slides(report, series)
        for at, one in enumerate(pictures, start=1):
            archive.writestr(zipfile.ZipInfo(f"{at}-{one.name}.png"), one.png)
        told = "\n\n".join(f"{at}. {one.words}" for at, one in enumerate(pictures, start=1))
        archive.writestr(zipfile.ZipInfo("descriptions.txt"), f"{told}\n")
    return out.getvalue()


def draw_slides(report: Report, series: Sequence[Series]) -> tuple[Picture, ...]:
    """Every slide that has something to show."""
    groups = {group.part: group for group in report.groups}
    made = [_cover(report), _short(report), _needs(report, groups["help"]), _rest(report, groups)]
    made += [_focus(report, series), _plan(report)]
    if any(not cell.suppressed for cell in _measures(report)):
        made.append(_how(report))
    return (*made, _reading(report))


def _begin(report: Report, title: str) -> Slide:
    slide = Slide()
    above = f"{report.programme} · {theming.heading(report)} · {theming.period(report.since, report.until)}"
    slide.text(_LEFT, 84, above, 26, colour=MUTED, width=_WIDE, lines=1)
    slide.text(_LEFT, 126, title, 60, serif=True)
    return slide


def _cover(report: Report) -> Picture:
    slide = Slide()
    slide.discs(_LEFT + 60, 230, 58)
    y = slide.text(_LEFT, 420, theming.heading(report), 108, serif=True)
    y = slide.text(_LEFT, y + 24, report.programme, 48, bold=True, width=_WIDE, lines=2)
    slide.text(_LEFT, y + 10, theming.subtitle(report), 36, colour=MUTED)
    slide.box(_LEFT, 880, _WIDE, 96, SOFT)
    slide.text(_LEFT + 36, 905, theming.PRIVACY, 34)
    words = f"{theming.heading(report)}, {report.programme}. {theming.subtitle(report)}. {theming.PRIVACY}"
    return Picture("cover", slide.png(), words)


def _short(report: Report) -> Picture:
    slide = _begin(report, "In short")
    each, gap = (_WIDE - 80) / 3, 40
    lines = theming.in_short(report)
    for at, (name, text) in enumerate(lines):
        x = _LEFT + at * (each + gap)
        slide.box(x, _TOP + 30, each, 620, SOFT if at == 0 else PAPER_2)
        slide.text(x + 36, _TOP + 70, name, 38, serif=True)
        slide.text(x + 36, _TOP + 150, text, 38, width=each - 72, lines=9)
    return Picture("in-short", slide.png(), " ".join(f"{name}: {text}." for name, text in lines))


def _needs(report: Report, group: Group) -> Picture:
    slide = _begin(report, group.title)
    shown = group.shown[:MOST_ROWS]
    if not shown:
        slide.text(_LEFT, _TOP + 60, "Everything here is held back. That does not mean zero.", 40, colour=MUTED)
    else:
        slide.scale(_LEFT + 620, _TOP - 20, 380)
    step = min(124.0, 700 / max(len(shown), 1))
    for at, row in enumerate(shown):
        y = _TOP + 20 + at * step
        slide.line((_LEFT, y), (_LEFT + _WIDE, y))
        middle = y + step / 2
        high = slide.height(row.label, 34, 580, bold=True)
        slide.text(_LEFT, middle - min(high, 92) / 2, row.label, 34, bold=True, width=580, lines=2)
        if row.band:
            slide.band(row.band, _LEFT + 620, middle, 380)
            slide.text(_LEFT + 1022, middle - 22, theming.band_words(row), 32)
        if row.trend:
            slide.trend(row.trend, theming.tone(group.part, row.trend), _LEFT + 1150, middle, _trend(row))
        if row.help:
            slide.text(_LEFT + 1340, middle - 42, row.help, 32, width=_WIDE - 1340, lines=1)
            slide.text(_LEFT + 1340, middle + 2, row.whom or "", 26, colour=MUTED, width=_WIDE - 1340, lines=1)
    _foot(slide, group)
    return Picture("needs-help", slide.png(), _told(group))


def _rest(report: Report, groups: Mapping[Part, Group]) -> Picture:
    slide = _begin(report, "What is strong, and what was talked about")
    half = (_WIDE - 100) / 2
    for at, part in enumerate(_CALM):
        group, x = groups[part], _LEFT + at * (half + 100)
        slide.text(x, _TOP, group.title, 36, bold=True)
        if not group.shown:
            slide.text(x, _TOP + 90, "Held back. That does not mean zero.", 34, colour=MUTED)
        for place, row in enumerate(group.shown[:MOST_ROWS]):
            y = _TOP + 76 + place * 104
            slide.line((x, y), (x + half, y))
            slide.text(x, y + 32, row.label, 32, width=380, lines=1)
            if row.band:
                slide.band(row.band, x + 400, y + 54, 200)
                slide.text(x + 614, y + 32, theming.band_words(row), 30)
            if row.trend and row.trend != "steady":
                slide.trend(row.trend, theming.tone(group.part, row.trend), x + 704, y + 54, "")
    words = " ".join(_told(groups[part]) for part in _CALM)
    return Picture("strong", slide.png(), words)


def _focus(report: Report, series: Sequence[Series]) -> Picture:
    slide = _begin(report, "Where to help first")
    chosen = theming.choose_series(series, report)
    drawn = bool(chosen) and len(chosen[0].points) > 1
    width = 620 if drawn else _WIDE
    slide.box(_LEFT, _TOP + 20, width, 640, SOFT)
    y: float = _TOP + 70
    if report.focus:
        y = slide.text(_LEFT + 44, y, report.focus.what, 42, serif=True, width=width - 88) + 30
        y = slide.text(_LEFT + 44, y, report.focus.why, 32, width=width - 88) + 24
        for one in report.focus.citations[:1]:
            slide.text(_LEFT + 44, y, f"The guide: {one.title}", 26, colour=MUTED, width=width - 88, lines=2)
    else:
        slide.text(_LEFT + 44, y, report.calm, 42, serif=True, width=width - 88)
    words = f"{report.focus.why} {report.focus.what}" if report.focus else report.calm
    if drawn:
        _chart(slide, chosen, _LEFT + 700, _TOP + 20)
        words = f"{words} Themes over time. {theming.describe(chosen)}"
    return Picture("help-first", slide.png(), f"Where to help first. {words}")


def _chart(slide: Slide, chosen: Sequence[Series], x: float, y: float) -> None:
    """Bands over releases; no line leads out of a release in which the theme was held back."""
    slide.text(x, y, "Themes over time", 36, bold=True)
    heights = [y + 440 - level * 110 for level in range(4)]
    for level, name in enumerate(("held back", "5–9", "10–19", "20+")):
        slide.text(x, heights[level] - 18, name, 26, colour=MUTED)
        if level:
            slide.line((x + 150, heights[level]), (x + 980, heights[level]), colour=LINE)
        else:
            slide.dashes(x + 150, heights[0], x + 980)
    points = [one.points[-6:] for one in chosen]
    step = 760 / max(len(points[0]) - 1, 1)
    places = [x + 190 + at * step for at in range(len(points[0]))]
    for point, place in zip(points[0], places, strict=True):
        slide.text(place - 40, y + 470, point.when, 26, colour=MUTED)
    for at, (one, colour) in enumerate(zip(points, (SPRUCE, CHART_MENTOR), strict=False)):
        shift = -9 if at == 0 else 9
        where = [(place, heights[theming.height(point.band)] + shift) for point, place in zip(one, places, strict=True)]
        for number, point in enumerate(one):
            if point.joined and number:
                slide.line(where[number - 1], where[number], colour=colour, width=5)
        for point, (across, down) in zip(one, where, strict=True):
            slide.dot(across, down, colour, square=at == 0, hollow=point.band is None)
        slide.dot(x + 14, y + 566 + at * 54, colour, square=at == 0)
        slide.text(x + 44, y + 544 + at * 54, chosen[at].label, 30)


def _plan(report: Report) -> Picture:
    slide = _begin(report, "A plan for the next month")
    step = min(130.0, 720 / len(report.plan))
    for at, one in enumerate(report.plan):
        y = _TOP + 10 + at * step
        slide.line((_LEFT, y), (_LEFT + _WIDE, y))
        slide.text(_LEFT, y + 22, f"Week {one.week}", 30, colour=MUTED)
        slide.text(_LEFT + 180, y + 18, one.title, 34, bold=True, width=640, lines=1)
        slide.text(_LEFT + 180, y + 66, f"{one.whom} · {one.minutes} minutes", 26, colour=MUTED, width=640, lines=1)
        slide.text(_LEFT + 860, y + 20, one.why or one.what, 28, width=_WIDE - 860, lines=2)
    slide.text(_LEFT, 1000, f"About {theming.hours(report)} in all. {report.minutes}", 26, colour=MUTED)
    told = " ".join(f"Week {one.week}: {one.title}." for one in report.plan)
    return Picture("plan", slide.png(), f"A plan for the next month. {told}")


def _measures(report: Report) -> list[Shown]:
    answers = [cell for level in report.survey for one in level.statements for cell in (one.agree, one.disagree)]
    return [*report.health, *answers]


def _how(report: Report) -> Picture:
    slide = _begin(report, "How the programme goes")
    told = []
    y: float = _TOP + 10
    lines: list[tuple[str, str, Shown]] = [(row.label, row.means, row) for row in report.health if not row.suppressed]
    lines += [
        (one.text, f"{level.label}: {cell.label.lower()}", cell)
        for level in report.survey
        for one in level.statements
        for cell in (one.agree, one.disagree)
        if not cell.suppressed
    ]
    step = min(96.0, 720 / max(len(lines), 1))
    for label, detail, cell in lines[:9]:
        slide.line((_LEFT, y), (_LEFT + _WIDE, y))
        slide.text(_LEFT, y + 22, label, 32, width=700, lines=1)
        slide.text(_LEFT + 730, y + 26, detail, 26, colour=MUTED, width=390, lines=1)
        if cell.band:
            slide.band(cell.band, _LEFT + 1140, y + 44, 380)
            slide.text(_LEFT + 1540, y + 22, theming.band_words(cell), 32)
        told.append(f"{label} ({detail}): {theming.band_words(cell)} pairs.")
        y += max(step, 76)
    return Picture("how-it-goes", slide.png(), f"How the programme goes. {' '.join(told)}")


def _reading(report: Report) -> Picture:
    slide = _begin(report, "How to read this")
    texts = (
        "A bar lies across a whole band: five to nine pairs, ten to nineteen, twenty or more. No number is behind it "
        "that anybody could look up.",
        report.held_back,
        "Each pair counts once, whoever of the two it comes from. Trends compare this release with the one before, "
        "where the two can be compared.",
        "The release is frozen. What somebody takes back or erases takes effect in the next one.",
    )
    y: float = _TOP + 30
    for text in texts:
        slide.box(_LEFT, y + 14, 14, 14, SPRUCE, radius=7)
        y = slide.text(_LEFT + 44, y, text, 36, width=_WIDE - 44) + 34
    slide.line((_LEFT, 990), (_LEFT + _WIDE, 990), colour=EDGE, width=1)
    slide.text(_LEFT, 1006, "Made with Eyelevel from the frozen release alone.", 24, colour=MUTED)
    return Picture("how-to-read", slide.png(), f"How to read this. {' '.join(texts)}")


def _foot(slide: Slide, group: Group) -> None:
    more = len(group.shown) - MOST_ROWS
    told = [f"{more} more in the report." if more > 0 else ""]
    if group.held:
        told.append(f"{len(group.held)} further themes are held back. That does not mean zero.")
    slide.text(_LEFT, 1000, " ".join(filter(None, told)), 26, colour=MUTED)


def _trend(cell: Shown) -> str:
    return theming.TREND_WORDS[cell.trend] if cell.trend else ""


def _told(group: Group) -> str:
    told = [f"{row.label}: {theming.band_words(row)} pairs{_moved(row)}" for row in group.shown]
    held = f" Held back: {', '.join(row.label for row in group.held)}." if group.held else ""
    return f"{group.title}. {'; '.join(told) or 'Nothing is shown'}.{held}"


def _moved(cell: Shown) -> str:
    return {"up": ", more than before", "down": ", fewer than before", "steady": ", as before"}.get(
        cell.trend or "", ""
    )
