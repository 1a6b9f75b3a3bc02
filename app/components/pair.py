"""One's own pairs: with whom, in which programme, when the two met and when they meet next.

Both sides of a pair see and change the same sessions; no programme manager sees any. Nothing is kept here.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

import streamlit as st

from app import state
from app.components import both_sides, erasing_pair
from app.components.attempt import attempt, told
from app.components.days import in_words, today
from app.components.markup import html_text

if TYPE_CHECKING:
    from assistant.store.people_records import HeldSession, OwnPair

MINUTES = 600
"""The longest session that the store takes."""


class Entry(NamedTuple):
    """What the form of a session holds."""

    held_on: date
    planned: int | None
    held: int | None
    """Minutes."""


def draw(pairs: "Sequence[OwnPair]") -> None:
    """A card for each pair that has not ended; one line where there is none."""
    active = [pair for pair in pairs if pair.active]
    if not active:
        st.html(
            '<p class="ey-small">You are in no pair at present. Once your programme manager has paired you, the other '
            "side and your sessions stand here. What you promise yourself can be kept already.</p>"
        )
    _cards(active)


def draw_ended(pairs: "Sequence[OwnPair]") -> None:
    """A card for each pair that has ended, with the sessions that it had."""
    _cards([pair for pair in pairs if not pair.active])


def _cards(pairs: "Sequence[OwnPair]") -> None:
    for pair in pairs:
        with st.container(key=f"ey-tint-pair-{pair.id}"), told():
            _card(pair, state.get_programmes().sessions(state.actor(), pair.id), today())


def _card(pair: "OwnPair", sessions: "Sequence[HeldSession]", now: date) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"ey-pair-head-{pair.id}"):
        st.html(
            f"<h2>With {html_text(pair.partner_name)}</h2>"
            f"<p>{html_text(pair.programme.title)}, until {in_words(pair.programme.ends_on, now)}. "
            f"{_standing(pair, sessions, now)}</p>"
        )
        if pair.active:
            known = crc32(repr(sessions).encode())
            with st.popover("Note a session", icon=":material/event:", key=f"ey-session-new-{pair.id}-{known}"):
                _new(pair, now, known)
    if sessions:
        with st.expander(_count(len(sessions)), key=f"ey-sessions-{pair.id}"):
            for session in sessions:
                _row(session, now)
    with told():
        both_sides.draw(pair, sessions)
    erasing_pair.draw(pair)


def _standing(pair: "OwnPair", sessions: "Sequence[HeldSession]", now: date) -> str:
    """When the two meet next, or that they do not any more."""
    if not pair.active:
        return "This pair has ended, and with it what you two shared. What each of you wrote stays."
    ahead = [session for session in sessions if session.minutes_held is None and session.held_on >= now]
    if not ahead:
        return "No next session is planned."
    soonest = min(ahead, key=lambda session: session.held_on)
    planned = f", {soonest.minutes_planned} minutes" if soonest.minutes_planned else ""
    return f"<b>Next session: {in_words(soonest.held_on, now)}{planned}.</b>"


def _count(number: int) -> str:
    return "1 session" if number == 1 else f"{number} sessions"


def _row(session: "HeldSession", now: date) -> None:
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", key=f"ey-row-{session.id}"):
        day = in_words(session.held_on, now)
        st.html(f'<p class="ey-label">{day[0].upper()}{day[1:]}</p><p class="ey-small">{_minutes(session, now)}</p>')
        known = crc32(repr(session).encode())
        with st.popover("Change", type="tertiary", key=f"ey-more-{session.id}-{known}"):
            _change(session, known)


def _minutes(session: "HeldSession", now: date) -> str:
    planned = "" if session.minutes_planned is None else f"{session.minutes_planned} minutes planned"
    if session.minutes_held == 0:
        held = "it did not take place"
    elif session.minutes_held is not None:
        held = f"{session.minutes_held} minutes held"
    else:
        held = "still to come" if session.held_on > now else "how long it was is not noted"
    return ", ".join(filter(None, (planned, held)))


def _new(pair: "OwnPair", now: date, known: int) -> None:
    programmes = state.get_programmes()

    def add(entry: Entry) -> None:
        actor = state.actor()
        programmes.record_session(actor, pair.id, entry.held_on, minutes_planned=entry.planned, minutes_held=entry.held)

    _form(f"new-{pair.id}-{known}", Entry(now, None, None), "Keep the session", add)


def _change(session: "HeldSession", known: int) -> None:
    programmes = state.get_programmes()

    def change(entry: Entry) -> None:
        actor = state.actor()
        programmes.change_session(
            actor, session.id, entry.held_on, minutes_planned=entry.planned, minutes_held=entry.held
        )

    before = Entry(session.held_on, session.minutes_planned, session.minutes_held)
    _form(f"{session.id}-{known}", before, "Save", change)
    look = {"icon": ":material/delete:", "type": "tertiary", "key": f"ey-session-delete-{session.id}"}
    pressed = st.button("Delete it for both of you", **look)  # type: ignore[arg-type]
    if pressed and attempt(lambda: programmes.delete_session(state.actor(), session.id)):
        st.rerun()


def _form(name: str, entry: Entry, do: str, act: Callable[[Entry], None]) -> None:
    with st.form(key=f"ey-session-{name}", border=False):
        day = st.date_input("Day", value=entry.held_on, format="YYYY-MM-DD", key=f"ey-session-day-{name}")
        planned = _minutes_input("Minutes planned", entry.planned, f"ey-session-planned-{name}")
        held = _minutes_input("Minutes held", entry.held, f"ey-session-held-{name}")
        st.html('<p class="ey-flat">Leave empty what is not known; 0 held: it did not take place.</p>')
        if st.form_submit_button(do) and attempt(lambda: act(Entry(day, planned, held))):
            st.rerun()


def _minutes_input(name: str, value: int | None, key: str) -> int | None:
    return st.number_input(name, min_value=0, max_value=MINUTES, value=value, step=5, placeholder="not known", key=key)
