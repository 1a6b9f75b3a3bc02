"""Frozen releases as tests need them: bands by code, everything else held back."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from assistant.programme.codebook import load_codebook
from assistant.programme.records import Band, Cell, Release, Trend
from assistant.programme.survey import load_survey
from assistant.store.theme_records import StoredRelease

KNOWLEDGE = Path(__file__).parents[1] / "knowledge"
HEALTH = ("on_plan", "behind", "not_started", "cancelled")
Shown = Mapping[str, "tuple[Band, Trend | None]"]
DAYS = (date(2026, 1, 10), date(2026, 2, 14), date(2026, 3, 15), date(2026, 4, 20))
RICH: Shown = {
    "one_way_lecturing": ("10-19", "steady"),
    "tech_only_focus": ("10-19", "down"),
    "no_time": ("10-19", "up"),
    "mentor_holds_back": ("5-9", "steady"),
    "need_time": ("5-9", None),
    "area_tools": ("20+", "steady"),
    "area_careers": ("5-9", None),
    "sign_trust": ("10-19", "up"),
    "sign_dialogue": ("20+", "steady"),
}


def stored(
    number: int,
    shown: Shown,
    *,
    survey: Shown | None = None,
    health: Shown | None = None,
    version: int | None = None,
    programme: str = "d" * 32,
) -> StoredRelease:
    """The release with this number; `shown`: band and trend of each code that is not held back."""
    book = load_codebook(KNOWLEDGE)
    content = Release(
        codebook=version or book.version,
        cells=_cells(shown, [code.id for code in book.codes]),
        survey=_cells(survey or {}, load_survey(KNOWLEDGE).codes),
        health=_cells(health or {}, HEALTH),
    )
    until = DAYS[number - 1]
    return StoredRelease(
        id=f"{number:032x}",
        programme=programme,
        number=number,
        since=DAYS[number - 2] if number > 1 else None,
        until=until,
        content=content.to_json(),
        created=datetime(until.year, until.month, until.day, 12, tzinfo=UTC),
    )


def _cells(shown: Shown, codes: Sequence[str]) -> tuple[Cell, ...]:
    assert set(shown) <= set(codes), set(shown) - set(codes)
    return tuple(
        Cell(code=code, band=shown[code][0], suppressed=False, trend=shown[code][1])
        if code in shown
        else Cell(code=code)
        for code in codes
    )
