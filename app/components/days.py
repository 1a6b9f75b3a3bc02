"""Days in words, and what day it is where the person is."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st


def today() -> date:
    """The date in the time zone of the browser; in UTC where that is not known."""
    return day_of(datetime.now(UTC))


def day_of(moment: datetime) -> date:
    """The day of a moment, in the same zone."""
    try:
        zone = ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return moment.astimezone(UTC).date()
    return moment.astimezone(zone).date()


def in_words(day: date, now: date) -> str:
    """Such as "today" or "Tuesday 24 November", seen from the day `now`; with the year where that is another."""
    near = {timedelta(-1): "yesterday", timedelta(0): "today", timedelta(1): "tomorrow"}.get(day - now)
    year = "" if day.year == now.year else f" {day.year}"
    return near or f"{day:%A} {day.day} {day:%B}{year}"


def in_full(day: date) -> str:
    """Such as "4 June 2026"."""
    return f"{day.day} {day:%B %Y}"


def due_in_words(due: date, now: date) -> str:
    """Until when, seen from the day `now`; without reproach where that is over."""
    if due < now:
        return f"Was meant for {in_words(due, now)}. Still right? Do it, move it, or let it go"
    return f"{'For' if (due - now).days < 2 else 'By'} {in_words(due, now)}"
