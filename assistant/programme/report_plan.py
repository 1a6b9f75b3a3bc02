"""Where to help first, and the plan of the next month: chosen from the bands of a release by rules that can be read.

What happens to trust comes first, then what grew, then what most pairs name; the order of the kinds of help decides the
rest. Pure: it knows words and bands, and neither the guide nor a store.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from assistant.programme.records import BANDS, Band
from assistant.programme.report_records import HealthRow, Level, Row
from assistant.programme.report_words import Help, ReportWords, Step

MOST_HELPS: Final = 3
"""Kinds of help in a month; more are not done."""
MOST_REASONS: Final = 2
WEEKS: Final = 4


class Cause(NamedTuple):
    """Why a kind of help is needed."""

    help: Help
    label: str
    band: Band
    grew: bool
    why: str


class Wanted(NamedTuple):
    """A kind of help with all causes, the weightiest first."""

    help: Help
    causes: tuple[Cause, ...]


class Planned(NamedTuple):
    """A step in its week, with why."""

    week: int
    step: Step
    why: str


def told_band(band: Band) -> str:
    """The band as it stands in a sentence."""
    return {"5-9": "5–9", "10-19": "10–19", "20+": "20 or more"}[band]


def find_causes(
    words: ReportWords, rows: Iterable[Row], health: Iterable[HealthRow], survey: Iterable[Level]
) -> list[Cause]:
    """Everything shown that asks for help."""
    found = [_theme(words, row, row.band) for row in rows if row.band and row.code in words.codes]
    for line in health:
        told = words.health[line.code]
        if line.band and told.help and told.reason:
            why = told.reason.format(band=told_band(line.band))
            found.append(Cause(words.find(told.help), line.label, line.band, line.trend == "up", why))
    for level in survey:
        for one in level.statements:
            if band := one.disagree.band:
                why = words.reasons.survey.format(label=one.text.rstrip("."), band=told_band(band))
                kind = words.find(words.survey[level.id].help)
                found.append(Cause(kind, one.text, band, one.disagree.trend == "up", why))
    return found


def _theme(words: ReportWords, row: Row, band: Band) -> Cause:
    said = {"up": words.reasons.more, "down": words.reasons.fewer}.get(row.trend or "", words.reasons.one)
    why = said.format(label=row.label, band=told_band(band))
    return Cause(words.find(words.codes[row.code]), row.label, band, row.trend == "up", why)


def rank(words: ReportWords, causes: Iterable[Cause]) -> list[Wanted]:
    """Kinds of help, the first to give first."""
    by_kind: dict[str, list[Cause]] = {}
    for cause in causes:
        by_kind.setdefault(cause.help.id, []).append(cause)
    order = {one.id: place for place, one in enumerate(words.help)}
    wanted = [
        Wanted(words.find(kind), tuple(sorted(each, key=_weight, reverse=True))) for kind, each in by_kind.items()
    ]
    return sorted(wanted, key=lambda one: (*(-part for part in _weight(one.causes[0])), order[one.help.id]))


def _weight(cause: Cause) -> tuple[int, int, int]:
    return (int(cause.help.urgent), int(cause.grew), BANDS.index(cause.band))


def tell_first(words: ReportWords, ranked: Sequence[Wanted]) -> str:
    """Why the first kind of help is the first."""
    cause = ranked[0].causes[0]
    reasons = words.reasons
    if cause.why and cause.label not in cause.why:
        return cause.why
    if cause.help.urgent:
        said = reasons.urgent
    elif cause.grew:
        said = reasons.grew
    elif BANDS.index(cause.band) == max(BANDS.index(one.band) for each in ranked for one in each.causes):
        said = reasons.most
    else:
        said = reasons.one
    return said.format(label=cause.label.rstrip("."), band=told_band(cause.band))


def plan_month(words: ReportWords, ranked: Sequence[Wanted], strong: Sequence[Row]) -> tuple[Planned, ...]:
    """The steps of four weeks: the report to the pairs, up to three kinds of help, thanks, and what became of it."""
    steps = [Planned(1, words.opening, "")]
    if ranked:
        for week, one in enumerate(ranked[:MOST_HELPS], start=1):
            why = " ".join(cause.why for cause in one.causes[:MOST_REASONS])
            steps.append(Planned(week, one.help, why))
    else:
        steps.append(Planned(2, words.find("check_in"), words.reasons.nothing))
    if strong and strong[0].band and words.thanks.reason:
        why = words.thanks.reason.format(label=strong[0].label, band=told_band(strong[0].band))
        steps.append(Planned(WEEKS, words.thanks, why))
    return (*steps, Planned(WEEKS, words.closing, ""))
