"""The foot of the sidebar: with whom, which session and month it is, and when the next one is.

Where people sign in it tells of the first pair that has not ended; alone on a machine, of the plan that was kept last.
Nothing is drawn where nothing is known, and a store that fails costs these lines alone.
"""

from collections.abc import Iterator
from datetime import datetime, time
from itertools import islice

import streamlit as st

from app import known, state
from app.components.days import in_words, today
from app.components.markup import html_text
from assistant.errors import EyelevelError
from assistant.roles import PAIRED

NEAR = 6
"""Days within which the name of a day of the week is enough."""

LATEST = 3
"""Plans in which the hour of the next session is looked for."""


def draw() -> None:
    """The lines, where there are any."""
    try:
        lines = list(_lines()) if state.role() in PAIRED else []
    except EyelevelError:
        return
    if lines:
        name, *rest = map(html_text, lines)
        st.html(f'<p class="ey-label">{name}</p><p class="ey-state">{"<br>".join(rest)}</p>')


def _lines() -> Iterator[str]:
    if state.shared():
        yield from _of_pair()
    else:
        yield from _of_plan()


def _of_pair() -> Iterator[str]:
    pair = next((one for one in known.own_pairs() if one.active), None)
    if pair is None:
        return
    standing = known.stands(pair, today())
    yield f"You and {pair.partner_name}"
    yield f"Session {standing.held + 1}, month {standing.month} of {standing.months}"
    if standing.next:
        planned = (one.plan.starts for one in islice(known.plans(pair), LATEST))
        hours = (starts for starts in planned if starts and starts.date() == standing.next.held_on)
        yield f"Next: {_moment(next(hours, datetime.combine(standing.next.held_on, time())))}"


def _of_plan() -> Iterator[str]:
    last = next(known.plans(), None)
    if last is None or not (last.plan.name or last.plan.mentee_role):
        return
    yield f"You and {last.plan.name}" if last.plan.name else f"With: {last.plan.mentee_role}"
    if last.plan.starts and last.plan.starts.date() >= today():
        yield f"Next: {_moment(last.plan.starts)}"


def _moment(starts: datetime) -> str:
    """Such as "Tuesday 16:00"; without the hour where it is not known."""
    day, now = starts.date(), today()
    named = f"{day:%A}" if 1 < (day - now).days <= NEAR else in_words(day, now)
    return named if starts.time() == time() else f"{named} {starts:%H:%M}"
