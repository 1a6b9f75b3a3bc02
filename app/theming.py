"""What the Themes page, its files and the commands share: the words of a report, themes over time, and its JSON.

Everything is made from frozen releases (`assistant.programme.report`) and the state of the cycle. Imports no Streamlit,
asks no store, and never sees a contribution.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from assistant.guide.passage import Citation
from assistant.programme.records import BANDS, Band, Trend, read_release
from assistant.programme.report_records import Part, Report, Row, Shown
from assistant.store.theme_records import FLOOR, CycleState, StoredRelease

HELD: Final = "Held back"
PRIVACY: Final = "Bands of at least five pairs; no notes, no names, no single pair."
BAND_WORDS: Final[dict[Band, str]] = {"5-9": "5–9", "10-19": "10–19", "20+": "20+"}
TREND_WORDS: Final[dict[Trend, str]] = {"up": "More", "steady": "Same", "down": "Fewer"}
_ORDINALS: Final = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
_NUMBERS: Final = ("no", "one", "two", "three", "four", "five")
MOST_SERIES: Final = 2
"""Themes drawn over time; more lines on four heights lie on each other."""


def ordinal(number: int) -> str:
    """Such as "third"; "21st" and so on from there."""
    if number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def heading(report: Report) -> str:
    """The title of the page and of every file."""
    return f"Themes, {ordinal(report.number)} release"


def period(since: date | None, until: date) -> str:
    """Such as "1 February to 15 March 2026"; "Up to 15 March 2026" where it has no beginning."""
    end = f"{until.day} {until:%B %Y}"
    if since is None:
        return f"Up to {end}"
    year = "" if since.year == until.year else f" {since.year}"
    month = "" if not year and since.month == until.month else f" {since:%B}"
    return end if since == until else f"{since.day}{month}{year} to {end}"


def subtitle(report: Report) -> str:
    """Period and freezing in a line."""
    year = "" if report.frozen.year == report.until.year else f" {report.frozen.year}"
    frozen = f"{report.frozen.day} {report.frozen:%B}{year}"
    return f"{period(report.since, report.until)} · bands of pairs, frozen on {frozen}"


def band_words(cell: Shown) -> str:
    """The band in words, or that it is held back."""
    return BAND_WORDS[cell.band] if cell.band else HELD


def tone(part: Part, trend: Trend) -> str:
    """Whether a trend is good news (`good`), bad news (`bad`) or neither (`even`)."""
    if trend == "steady" or part == "about":
        return "even"
    return "good" if (trend == "up") is (part == "strong") else "bad"


def needs_words(needs: int, *, first: bool = False) -> str:
    """What is still needed for the next release; `first`: there is none so far."""
    which = "the first one" if first else "a new one"
    if needs == 0:
        since = "" if first else " since the last release"
        return f"At least five pairs have contributed{since}, so {which} can be made."
    pairs = "One more pair needs" if needs == 1 else f"{_NUMBERS[needs].capitalize()} more pairs need"
    if needs == FLOOR:
        pairs = "Five pairs need"
    return f"{pairs} to contribute before {which} can be made."


def in_short(report: Report) -> tuple[tuple[str, str], ...]:
    """Three lines that say it all: what is strong, what needs help, what changed."""
    groups = {group.part: group for group in report.groups}
    changed = [f"{row.label} ({TREND_WORDS[row.trend].lower()})" for row in report.changed() if row.trend]
    if changed:
        moved = _listed(changed)
    else:
        moved = "Nothing that can be told" if report.compared else "The next release will tell"
    return (
        ("What is strong", _listed([row.label for row in groups["strong"].shown]) or HELD),
        ("What needs help", _listed([row.label for row in groups["help"].shown]) or HELD),
        ("What changed", moved),
    )


def _listed(labels: Sequence[str], most: int = 3) -> str:
    shown = [label if at == 0 else label[:1].lower() + label[1:] for at, label in enumerate(labels[:most])]
    rest = f" and {len(labels) - most} more" if len(labels) > most else ""
    return ", ".join(shown) + rest


class Point(NamedTuple):
    """A theme in one release."""

    release: int
    """Its number."""
    when: str
    """Its name on the axis."""
    band: Band | None
    """`None`: held back."""
    joined: bool
    """Whether a line may lead here from the release before: both are shown and were coded alike."""


class Series(NamedTuple):
    """A theme over all releases, the oldest first."""

    code: str
    label: str
    points: tuple[Point, ...]


def draw_series(releases: Iterable[StoredRelease], report: Report) -> tuple[Series, ...]:
    """Every theme that was shown at least once, over all releases up to the one of the report."""
    told = [one for one in sorted(releases, key=lambda one: one.number) if one.number <= report.number]
    read = [(stored, read_release(stored)) for stored in told]
    names = _names([stored.until for stored in told])
    found = []
    for row in report.rows():
        points: list[Point] = []
        version = 0
        for (stored, release), name in zip(read, names, strict=True):
            cell = release.find(row.code)
            band = cell.band if cell else None
            joined = bool(points and points[-1].band and band and version == release.codebook)
            points.append(Point(stored.number, name, band, joined))
            version = release.codebook
        if any(point.band for point in points):
            found.append(Series(row.code, row.label, tuple(points)))
    return tuple(found)


def choose_series(series: Sequence[Series], report: Report) -> tuple[Series, ...]:
    """The themes to draw: what needs help first, what moved before what stood still, what is shown most often."""
    rows = {row.code: row for row in report.rows()}
    help_ = {row.code for group in report.groups if group.part == "help" for row in group.rows}

    def weight(one: Series) -> tuple[bool, bool, bool, int]:
        shown = [point.band for point in one.points if point.band]
        return (len(set(shown)) > 1, rows[one.code].band is not None, one.code in help_, len(shown))

    return tuple(sorted(series, key=weight, reverse=True)[:MOST_SERIES])


def _names(days: Sequence[date]) -> list[str]:
    """The month of each release, short; with the day where a month has two, with the year where there are two years."""
    years = "" if len({day.year for day in days}) < 2 else " %y"
    months = [format(day, f"%b{years}") for day in days]
    twice = {name for name in months if months.count(name) > 1}
    return [f"{day.day} {name}" if name in twice else name for day, name in zip(days, months, strict=True)]


def describe(series: Sequence[Series]) -> str:
    """What a chart of these shows, for whoever does not see it."""
    if not series:
        return "No theme was shown."
    return " ".join(f"{one.label}: {', then '.join(_said(point) for point in one.points)}." for one in series)


def _said(point: Point) -> str:
    words = {"5-9": "5 to 9", "10-19": "10 to 19", "20+": "20 or more"}
    return f"{words[point.band] if point.band else 'held back'} in {point.when}"


def height(band: Band | None) -> int:
    """The band's height on the chart: 0 for held back, 3 for the largest."""
    return BANDS.index(band) + 1 if band else 0


def citations(report: Report) -> tuple[Citation, ...]:
    """Every source of what is shown, once, in the order of the markers."""
    focus = report.focus.citations if report.focus else ()
    found = [one for row in report.rows() if not row.suppressed for one in row.citations] + [*focus]
    found += [one for step in report.plan for one in step.citations]
    return tuple(sorted({one.marker: one for one in found}.values(), key=lambda one: int(one.marker)))


def hours(report: Report) -> str:
    """How long the plan takes, in words, such as "four hours"."""
    halves = max(1, round(sum(step.minutes for step in report.plan) / 30))
    whole, half = divmod(halves, 2)
    names = (*_NUMBERS, "six", "seven", "eight", "nine", "ten")
    if whole == 0:
        return "half an hour"
    named = names[whole] if whole < len(names) else str(whole)
    return f"{named} and a half hours" if half else f"{named} hour{'s' if whole > 1 else ''}"


def as_json(report: Report | None, state: CycleState) -> dict[str, Any]:
    """The report by the contract, with what else is shown on the page."""
    return {"release": report and _release_json(report), "next_release_needs": state.needs}


def _release_json(report: Report) -> dict[str, Any]:
    return {
        "id": report.id,
        "number": report.number,
        "period": {"since": report.since and report.since.isoformat(), "until": report.until.isoformat()},
        "minimum_group": FLOOR,
        "themes": [_theme_json(row) for row in report.rows()],
        "health": [_cell_json(one) for one in report.health],
        "survey": [
            {
                "level": level.id,
                "statement": one.text,
                "agree": _cell_json(one.agree),
                "disagree": _cell_json(one.disagree),
            }
            for level in report.survey
            for one in level.statements
        ],
        "first": report.focus and report.focus.model_dump(mode="json"),
        "plan": [step.model_dump(mode="json") for step in report.plan],
    }


def _cell_json(cell: Shown) -> dict[str, Any]:
    return cell.model_dump(mode="json", include={"code", "label", "band", "suppressed", "trend"})


def _theme_json(row: Row) -> dict[str, Any]:
    return _cell_json(row) | {
        "family": row.family,
        "advice": row.advice,
        "help": row.help,
        "whom": row.whom,
        "citations": [one.model_dump(mode="json") for one in row.citations],
    }
