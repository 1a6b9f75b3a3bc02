"""The times that transcripts write before, after or beside a name.

A recording counts from its beginning, a chat shows the clock; only the first can tell who spoke for how long.
"""

import re
from typing import NamedTuple

_TIME = (
    r"(?:T ?[=+] ?)?\d{1,4}(?::\d\d(?::\d\d)?(?:[.,]\d{1,3})?|\.\d\d)"
    r"(?:[ \xa0\u202f]?[AaPp]\.?[Mm]\b\.?)?+(?!\d|[:.]\d)"
)
_MONTH = r"(?:Jan|Feb|M[aä]r|Apr|Ma[iy]|Jun|Jul|Aug|Sep|O[ck]t|Nov|De[cz])[a-zä]{0,6}\.?"
_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:[a-z]{0,5}day)?\.?"
_DATE = (
    r"(?:\d{1,4}[./-]\d{1,2}\.?(?:[./-]?\d{1,4})?"
    rf"|(?:{_DAY},? )?(?:\d{{1,2}}\.? {_MONTH}|{_MONTH} \d{{1,2}})(?:,? \d{{4}})?|{_DAY})"
)
_CUE_TIME = re.compile(r"(\d{1,4}):(\d\d)(?::(\d\d))?(?:[.,](\d{1,3}))?")
_TIME_IN = re.compile(r"(\d{1,4})[:.](\d\d)(?::(\d\d))?(?:[.,](\d{1,3}))?")


class Stamp(NamedTuple):
    """A time as a line gives it."""

    began: float
    """Seconds; of a time in two parts, the first is taken for minutes."""
    ended: float | None
    clock: bool
    """Whether it surely is a time of day: it has a date, or am and pm."""
    parts: int
    """How many numbers it has: 2 for 12:31, 3 for 00:12:31."""


def stamp_pattern(group: str) -> str:
    """A pattern for a time, a range of times or a date with a time, as the named group `group`."""
    date = rf"(?P<{group}_date>{_DATE}(?:,[ \xa0]?| at |T|[ \xa0]))?"
    return rf"(?P<{group}>{date}(?P<{group}_from>{_TIME})(?:[ \xa0]?(?:-->|–|-|—|to)[ \xa0]?(?P<{group}_to>{_TIME}))?)"


def read_stamp(match: re.Match[str], group: str) -> Stamp:
    """The time that a `stamp_pattern` has found as `group`."""
    began, ended = match[f"{group}_from"], match[f"{group}_to"]
    first, last = _TIME_IN.search(began), _TIME_IN.search(ended or "")
    assert first is not None  # the pattern has found it
    clock = bool(match[f"{group}_date"]) or began[-1:].lower() in ("m", ".")
    return Stamp(_seconds(first), _seconds(last) if last else None, clock, 3 if first[3] else 2)


def seconds_of(time: str) -> float | None:
    """Seconds of a cue's time such as `00:12:31.500`, `12:31,5` or `101:00:00.000`; None where it is broken."""
    match = _CUE_TIME.fullmatch(time.strip())
    return _seconds(match) if match else None


def _seconds(match: re.Match[str]) -> float:
    parts = [int(part) for part in match.group(1, 2, 3) if part]
    whole = 0
    for part in parts:
        whole = whole * 60 + part
    return whole + (float(f"0.{match[4]}") if match[4] else 0.0)
