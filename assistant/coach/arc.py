"""The mix of topics over a programme: what a pair's plans were about, month by month, beside the arc of the guide.

A programme of any length is seen as one of six months, as everywhere (`topics.month_of`). The arc is data
(`knowledge/topics/arc.yaml`) and no rule: what it says is offered, never counted against anybody. Pure.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from math import ceil
from pathlib import Path
from typing import Annotated, Final, NamedTuple

from pydantic import Field

from assistant.coach.catalogue import LAST_MONTH, Area, Topic
from assistant.coach.topics import month_of
from assistant.guide.sections import Section
from assistant.knowledge import read_yaml
from assistant.notes.note import Record

AREAS: Final[Mapping[Area, str]] = {
    Area.TECHNOLOGY: "Technology",
    Area.WAYS_OF_WORKING: "Ways of working",
    Area.CULTURE: "Culture",
    Area.CUSTOMERS: "Customers",
    Area.CAREERS: "Careers",
}
"""How the areas are called on a chart."""
USUAL: Final = timedelta(days=182)
"""A programme of six months, where nobody said when it ends."""


class Arc(Record):
    """`knowledge/topics/arc.yaml`."""

    months: dict[Annotated[int, Field(ge=1, le=LAST_MONTH)], tuple[Area, ...]]
    """The areas that lead in a month."""
    rests_on: Section

    def months_of(self, area: Area) -> tuple[int, ...]:
        """When an area leads."""
        return tuple(sorted(month for month, areas in self.months.items() if area in areas))


class Span(NamedTuple):
    """From when to when a programme goes."""

    starts_on: date
    ends_on: date
    """Its last day."""

    def month(self, day: date) -> int:
        """The month of six that a day is in; days before and after count to the first and the last."""
        length = max(1, (self.ends_on - self.starts_on).days + 1)
        return month_of((day - self.starts_on).days / length)

    def begin(self, month: int) -> date:
        """The first day of a month of six; of month 7, the day after the end."""
        length = (self.ends_on - self.starts_on).days + 1
        return self.starts_on + timedelta(days=ceil(length * (month - 1) / LAST_MONTH))


class Planned(NamedTuple):
    """A topic of a plan, and for which day the plan was."""

    day: date
    topic: Topic


class Mix(NamedTuple):
    """What the plans were about."""

    had: Mapping[Area, tuple[Planned, ...]]
    """By area, the earliest first; an area that was never there is empty."""
    missing: tuple[Area, ...]
    """Areas that lead in this month or led before, and were never there."""
    next: Topic | None
    """A topic of the first of these that suits this month, or None where nothing is missing."""


@cache
def load_arc(file: Path) -> Arc:
    """Raises `KnowledgeError` naming the file."""
    return read_yaml(file, Arc)


def span_of(days: Sequence[date], today: date) -> Span:
    """The span of somebody without a programme: six months from the first day on, or longer where there is more."""
    first = min([*days, today])
    return Span(first, max([first + USUAL, today, *days]))


def mix_topics(planned: Sequence[Planned], topics: Sequence[Topic], arc: Arc, month: int) -> Mix:
    """The mix until this month of six, and what it lacks; one topic of two areas cannot be."""
    in_order = sorted(planned, key=lambda one: one.day)
    had = {area: tuple(one for one in in_order if one.topic.area is area) for area in Area}
    due = [area for area in Area if not had[area] and any(lead <= month for lead in arc.months_of(area))]
    due.sort(key=arc.months_of)
    suiting = [one for area in due[:1] for one in topics if one.area is area and one.months[0] <= month]
    fitting = min(suiting, key=lambda one: (max(0, month - one.months[1]), one.id), default=None)
    return Mix(had, tuple(due), fitting)
