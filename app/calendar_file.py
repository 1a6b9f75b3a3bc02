"""A planned session as a calendar file (iCalendar, RFC 5545), with its parts as the description and a reminder.

Pure. The time has no zone, as the person typed it: a calendar shows it at that hour of the place where it is.
"""

from datetime import UTC, datetime, time, timedelta

from icalendar import Alarm, Calendar, Event

from assistant.errors import InputError
from assistant.notes.session_plan import SessionPlan

REMINDER = timedelta(days=1)
"""Before the session, when there is still time to prepare what is shown."""


def ics_of(plan: SessionPlan, title: str, item: str) -> bytes:
    """The file. `item` is the id of the plan, so that a calendar that has an older one replaces it.

    Raises `InputError` where the plan has no day or no time.
    """
    if plan.starts is None or not has_hour(plan):
        raise InputError("The plan has no day and time yet; give it both, and it can go into a calendar.")
    event = Event()
    event.add("uid", f"{item}@eyelevel")
    event.add("dtstamp", datetime.now(UTC))
    event.add("dtstart", plan.starts.replace(tzinfo=None))
    event.add("duration", timedelta(minutes=plan.minutes))
    event.add("summary", title)
    event.add("description", describe(plan))
    event.add_component(_alarm(title))
    calendar = Calendar()
    calendar.add("prodid", "-//Eyelevel//Session plan//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def describe(plan: SessionPlan) -> str:
    """The plan as plain text: its purpose, its parts at their hours with their questions, and what to end on."""
    parts = (
        "\n".join([f"{when} {block.title} ({block.minutes} min)", *(f"  {question}" for question in block.questions)])
        for when, block in zip(hours(plan), plan.blocks, strict=True)
    )
    asked = ["To ask the senior for:\n" + "\n".join(f"  {one}" for one in plan.ask)] if plan.ask else []
    thread = [f"The human thread: {plan.thread}"] if plan.thread else []
    return "\n\n".join([plan.purpose, *parts, *asked, *thread, f"To end on: {plan.commitment}"])


def hours(plan: SessionPlan) -> tuple[str, ...]:
    """When each part begins: the time of day, such as "16:05", or the minute of the session, such as "+5"."""
    minutes = [sum(block.minutes for block in plan.blocks[:at]) for at in range(len(plan.blocks))]
    if plan.starts is None or not has_hour(plan):
        return tuple(f"+{minute}" for minute in minutes)
    begins = plan.starts
    return tuple(f"{begins + timedelta(minutes=minute):%H:%M}" for minute in minutes)


def has_hour(plan: SessionPlan) -> bool:
    """Whether the hour is known, and not the day alone, which is kept as midnight."""
    return plan.starts is not None and plan.starts.time() != time()


def _alarm(title: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -REMINDER)
    alarm.add("description", title)
    return alarm
