"""What the picture of a programme shows, as plain rows and words. Pure: knows no chart library and no store.

Each mark says with its form what it is; a colour only repeats it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from app.components.days import day_of, in_full
from assistant.coach.arc import AREAS, Arc, Mix, Span
from assistant.coach.catalogue import LAST_MONTH

if TYPE_CHECKING:
    from app.following import Course
    from assistant.store.commitments import Commitment
    from assistant.store.people_records import HeldSession

SESSIONS, PROMISES = "Sessions", "Promises"
LANES: Final = (SESSIONS, PROMISES, *AREAS.values())
"""From top to bottom."""
HELD, AHEAD, OFF, UNSAID = "Session held", "Session planned", "It did not take place", "Not noted whether it was held"
DONE, PARTLY, OPEN, GONE, THEIRS = "Done", "Partly done", "Promised", "Changed or let go", "Shared with you"
TOPIC = "Topic of a plan of yours"


class Form(NamedTuple):
    """How a mark looks."""

    shape: str
    """As the chart calls it."""
    filled: bool
    sign: str
    """The same as a letter, for the legend."""


FORMS: Final[Mapping[str, Form]] = {
    HELD: Form("circle", True, "●"),
    AHEAD: Form("circle", False, "○"),
    UNSAID: Form("diamond", False, "◇"),
    OFF: Form("cross", False, "✚"),
    DONE: Form("square", True, "■"),
    PARTLY: Form("diamond", True, "◆"),
    OPEN: Form("square", False, "□"),
    GONE: Form("triangle-down", False, "▽"),
    THEIRS: Form("triangle-up", True, "▲"),
    TOPIC: Form("triangle-right", True, "▶"),
}
"""Of each kind of mark; no two are alike."""
_KIND: Final = {"kept": DONE, "partly": PARTLY, "changed": GONE, "dropped": GONE, None: OPEN}


class Mark(NamedTuple):
    """One thing on the picture."""

    lane: str
    day: date
    kind: str
    what: str
    """In the words of whoever wrote it, or the figures of a session."""


class Band(NamedTuple):
    """When an area leads, as the guide suggests."""

    lane: str
    begin: date
    end: date


def marks(course: "Course", mix: Mix, partner: str | None, now: date) -> tuple[Mark, ...]:
    """Everything that happened and is planned, by day."""
    found = [_met(one, now) for one in course.sessions]
    found += [_promise(one) for one in course.promises]
    found += [
        Mark(PROMISES, day_of(one.shared_at), THEIRS, f"{partner or 'The other side'}: {one.title}")
        for one in course.shared
    ]
    found += [Mark(AREAS[area], one.day, TOPIC, one.topic.title) for area, topics in mix.had.items() for one in topics]
    return tuple(sorted(found, key=lambda one: (one.day, LANES.index(one.lane))))


def lanes(found: Sequence[Mark]) -> tuple[str, ...]:
    """Those that are drawn: who is alone has no sessions."""
    return tuple(lane for lane in LANES if lane != SESSIONS or any(one.lane == lane for one in found))


def kinds(found: Sequence[Mark]) -> tuple[str, ...]:
    """The kinds of marks that are there, in the order of the legend."""
    return tuple(kind for kind in FORMS if any(one.kind == kind for one in found))


def bands(arc: Arc, span: Span) -> tuple[Band, ...]:
    """The arc of the guide, stretched to this programme."""
    return tuple(
        Band(name, span.begin(month), span.begin(month + 1))
        for area, name in AREAS.items()
        for month in arc.months_of(area)
    )


def describe(found: Sequence[Mark], span: Span) -> str:
    """The picture in words."""
    counted = {kind: sum(one.kind == kind for one in found) for kind in FORMS}
    said = ", ".join(f"{kind.lower()}: {number}" for kind, number in counted.items() if number)
    lanes = [lane for lane in AREAS.values() if any(one.lane == lane for one in found)]
    topics = f" Topics of plans were about {', '.join(lanes).lower()}." if lanes else ""
    return f"From {in_full(span.starts_on)} to {in_full(span.ends_on)}; {said or 'nothing yet'}.{topics}"


def months(span: Span) -> tuple[date, ...]:
    """First days of the six months, for the grid."""
    return tuple(span.begin(month) for month in range(1, LAST_MONTH + 2))


def mixed(mix: Mix, arc: Arc) -> Iterator[tuple[str, str, str]]:
    """A line for each area: its name, when the guide suggests it, and how often it was there."""
    for area, name in AREAS.items():
        lead = " and ".join(f"month {month}" for month in arc.months_of(area)) or "no month of its own"
        number = len(mix.had[area])
        yield name, lead, "not yet" if not number else "once" if number == 1 else f"{number} times"


def _met(one: "HeldSession", now: date) -> Mark:
    if one.minutes_held is None:
        return Mark(SESSIONS, one.held_on, AHEAD if one.held_on >= now else UNSAID, _minutes(one.minutes_planned))
    return Mark(SESSIONS, one.held_on, HELD if one.minutes_held else OFF, _minutes(one.minutes_held))


def _minutes(minutes: int | None) -> str:
    return f"{minutes} minutes" if minutes else ""


def _promise(one: "Commitment") -> Mark:
    """Where it was settled; before that where it is due, or where it was made."""
    day = day_of(one.settled) if one.settled else one.due or day_of(one.created)
    return Mark(PROMISES, day, _KIND[one.outcome], one.text)
