"""One quiet line on top of a page: what is due, or a session that is near and has no plan; never more than one.

Only for whoever is looking, only in the app, and never again on a day on which it was put away. Whoever wants none
turns it off on the page "You said, I did". What it says is chosen here, from what the person's own stores hold.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from app import following, navigation, state
from app.components.attempt import attempt
from app.components.days import in_words, today
from app.components.markup import html_text
from assistant.errors import EyelevelError
from assistant.roles import PAIRED
from assistant.text import shorten

if TYPE_CHECKING:
    from assistant.store.commitments import Commitment
    from assistant.store.people_records import HeldSession

SOON = timedelta(days=3)
"""How long before its day a promise is brought to mind."""
LONGEST = 90
"""Characters of a promise in the line."""


class Reminder(NamedTuple):
    """What the line says and where it leads."""

    said: str
    """As HTML."""
    page: str
    way: str


class Near(NamedTuple):
    """A session of today or tomorrow for which nothing is planned."""

    partner: str
    held_on: date


def draw(on: str = "coach") -> None:
    """The line, or nothing; `on`: the page it stands on, to which it leads nobody.

    A store that fails costs the line and never the page.
    """
    try:
        found = _find()
    except EyelevelError:
        return
    if found is None or found.page == on:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="ey-tint-reminder"):
        st.html(f'<p class="ey-flat">{found.said}</p>', width="content")
        navigation.link_to(found.page, found.way)
        away = st.button("Not today", type="tertiary", icon=":material/close:", key="ey-reminder-away")
    tomorrow = today() + timedelta(days=1)
    if away and attempt(lambda: state.get_reminders().hush(state.actor(), tomorrow)):
        st.rerun()


def settle() -> None:
    """Be reminded, or not: a switch that is kept at once. Raises `StoreError`."""
    choice, key = state.get_reminders().choice(state.actor()), f"ey-reminder-wanted-{state.role().value}"
    wanted = st.toggle("Remind me of what is due", value=choice.wanted, key=key)
    st.html('<p class="ey-xs">One line on top of the coach, for you alone. Nothing is sent.</p>')
    if wanted is not choice.wanted and attempt(lambda: state.get_reminders().choose(state.actor(), wanted)):
        st.rerun()


def _find() -> Reminder | None:
    actor, now = state.actor(), today()
    if actor.role not in PAIRED or not state.get_reminders().choice(actor).allows(now):
        return None
    return choose(state.get_commitments().list(actor), _near(now), actor.role.value, now)


def choose(promises: "Sequence[Commitment]", near: Sequence[Near], role: str, now: date) -> Reminder | None:
    """The one thing that is nearest: a session of today, what is over or due, a session of tomorrow. Pure."""
    due = sorted(
        (one for one in promises if one.is_open and one.due and one.due <= now + SOON), key=lambda one: one.due or now
    )
    first = min(near, key=lambda one: one.held_on, default=None)
    if first and (first.held_on == now or not any((one.due or now) <= now for one in due)):
        return _meeting(first, role, now)
    return _promise(due, now) if due else None


def _meeting(near: Near, role: str, now: date) -> Reminder:
    day = in_words(near.held_on, now)
    if role == "mentee":
        return Reminder(f"You meet {html_text(near.partner)} {day}.", "reflection", "Ten minutes before")
    return Reminder(f"You meet {html_text(near.partner)} {day}, and there is no plan yet.", "plan", "Make one")


def _promise(due: "Sequence[Commitment]", now: date) -> Reminder:
    first, day = due[0], due[0].due or now
    quoted = f'<span class="ey-said">{html_text(shorten(" ".join(first.text.split()), LONGEST))}</span>'
    more = f" And {len(due) - 1} more." if len(due) > 1 else ""
    if day < now:
        return Reminder(f"Meant for {in_words(day, now)}: {quoted} Still right?{more}", "commitments", "Look at it")
    return Reminder(f"For {in_words(day, now)}: {quoted}{more}", "commitments", "Look at it")


def _near(now: date) -> list[Near]:
    if not state.shared():
        return []
    actor, programmes = state.actor(), state.get_programmes()
    return [
        Near(pair.partner_name, meeting.held_on)
        for pair in programmes.own_pairs(actor)
        if pair.active
        for meeting in programmes.sessions(actor, pair.id)
        if _is_near(meeting, now) and following.without_plan(pair, meeting)
    ]


def _is_near(meeting: "HeldSession", now: date) -> bool:
    return meeting.minutes_held is None and now <= meeting.held_on <= now + timedelta(days=1)
