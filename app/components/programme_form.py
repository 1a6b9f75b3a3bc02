"""Title, dates and retention of a programme, to make one or to change it. A refusal stands below what was typed."""

from collections.abc import Callable
from datetime import date, timedelta
from zlib import crc32

import streamlit as st

from app import state
from app.components import refusals
from assistant.errors import EyelevelError, InputError
from assistant.store.pairing import DEFAULT_RETENTION, LONGEST_RETENTION, today
from assistant.store.people_records import Programme
from assistant.store.programmes import LONGEST_TITLE

LENGTH = timedelta(days=182)
"""Half a year: what a new programme's end is set to, to begin with."""
_MADE = "programmes-made"
"""How many this session made; part of the form's key, so that it is empty after each."""


def draw_new() -> str | None:
    """The id of the programme, in the run in which it is made."""
    number = st.session_state.get(_MADE, 0)
    blank = Programme(
        id=f"new-{number}", title="", starts_on=today(), ends_on=today() + LENGTH, retention_days=DEFAULT_RETENTION
    )
    made: list[str] = []

    def make(title: str, begins: date, ends: date, days: int) -> None:
        made.append(state.get_programmes().create(state.actor(), title, begins, ends, retention_days=days))
        st.session_state[_MADE] = number + 1

    return made[0] if _draw(blank, "Make the programme", make) else None


def draw_change(shown: Programme) -> bool:
    """Whether it was changed in this run."""

    def change(title: str, begins: date, ends: date, days: int) -> None:
        state.get_programmes().change(state.actor(), shown.id, title, begins, ends, retention_days=days)

    return _draw(shown, "Save", change)


def _draw(shown: Programme, label: str, act: Callable[[str, date, date, int], None]) -> bool:
    """The form; whether it was sent and taken. Its key holds what is kept, so that a change by somebody else shows."""
    key = f"{shown.id}-{crc32(repr(shown).encode())}"
    with st.form(key=f"ey-programme-form-{key}", border=False):
        title = st.text_input("Title", shown.title, max_chars=LONGEST_TITLE, key=f"ey-title-{key}")
        with st.container(horizontal=True):
            begins = st.date_input("First day", shown.starts_on, format="YYYY-MM-DD", key=f"ey-begins-{key}")
            ends = st.date_input("Last day", shown.ends_on, format="YYYY-MM-DD", key=f"ey-ends-{key}")
        days = st.number_input(
            "Days after the end until what its pairs wrote is erased",
            min_value=1,
            max_value=LONGEST_RETENTION,
            value=shown.retention_days,
            key=f"ey-days-{key}",
        )
        sent = st.form_submit_button(label)
    if not sent:
        return False
    try:
        if not isinstance(begins, date) or not isinstance(ends, date):
            raise InputError("A programme has a first and a last day; choose both.")
        act(title, begins, ends, int(days))
    except EyelevelError as error:
        st.html(refusals.as_html(refusals.with_names(error, {shown.id: f"“{shown.title}”"})))
        return False
    return True
