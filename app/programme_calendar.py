"""A programme plan's dates as a calendar file (iCalendar, RFC 5545): whole days, each with what is done on it. Pure."""

from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

from assistant.coach.programme.record import ProgrammePlan
from assistant.errors import InputError
from assistant.text import shorten

LONGEST_NAME = 90
"""Characters of an entry's name; the rest stands in its description."""


def ics_of(plan: ProgrammePlan, item: str) -> bytes:
    """The file. `item` is the id of the plan, so that a calendar that has an older one replaces it.

    Raises `InputError` where the plan has no dates.
    """
    if not any(entry.on for entry in plan.calendar):
        raise InputError("The plan has no dates yet; say when the first week begins, and it can go into a calendar.")
    calendar = Calendar()
    calendar.add("prodid", "-//Eyelevel//Programme plan//EN")
    calendar.add("version", "2.0")
    for at, entry in enumerate(plan.calendar):
        if entry.on:
            calendar.add_component(_event(plan, entry.on, entry.what, f"{item}-{at}"))
    return bytes(calendar.to_ical())


def _event(plan: ProgrammePlan, on: date, what: str, uid: str) -> Event:
    event = Event()
    event.add("uid", f"{uid}@eyelevel")
    event.add("dtstamp", datetime.now(UTC))
    event.add("dtstart", on)
    event.add("dtend", on + timedelta(days=1))
    event.add("summary", shorten(what, LONGEST_NAME))
    event.add("description", f"{plan.title}\n\n{what}")
    event.add("transp", "TRANSPARENT")
    return event
