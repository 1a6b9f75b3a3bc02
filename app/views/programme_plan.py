"""Programme plan, for programme managers: a short form, then a plan that is kept from the first moment.

Draws what `app.programme_planning` has on the page. While the chat model words it better, the page takes in what it
has, and never what the person changed.
"""

import streamlit as st

from app import programme_planning, state
from app.components import own_note, programme_head, programme_list, programme_sections, programme_wish, refusals
from app.components.attempt import told
from app.programme_planning import KeptProgramme
from assistant.errors import EyelevelError
from assistant.roles import Role

HEARTBEAT = 0.2
"""Seconds between two looks at what the chat model betters; a click is heard as fast."""


def render() -> None:
    """Draw the page."""
    if state.role() is not Role.MANAGER:
        _head("For programme managers")
        st.html(
            "<p>Here a programme manager plans a whole programme. Your own sessions have a page of their own, and what "
            "you prepare there stays yours. Do you run the programme yourself? Choose manager.</p>"
        )
        return
    own_note.draw_open()
    try:
        kept = programme_planning.opened()
    except EyelevelError as error:
        programme_list.way_back()
        st.html(refusals.as_html(str(error)))
        return
    if kept is None:
        _head("From one sentence to a programme that you can stand up for. No names of people are needed")
        programme_wish.draw()
        programme_list.draw()
        return
    with told():
        _plan(programme_planning.take_in(kept))


def _head(below: str) -> None:
    st.html(f"<h1>Programme plan</h1><p class='ey-sub'>{below}</p>")


def _plan(kept: KeptProgramme) -> None:
    programme_list.way_back()
    waiting = programme_head.draw(kept)
    programme_sections.draw(kept)
    if waiting:
        _look_again(kept)


def _look_again(kept: KeptProgramme) -> None:
    """Wait for what the chat model betters, and draw the page anew with it, or with the end of the waiting."""
    beside = programme_planning.desk(kept.id)
    if beside.improving is None or beside.seen is None or beside.changing:
        return
    while not beside.improving.is_over and beside.improving.latest is beside.seen:
        beside.improving.wait(beside.seen, HEARTBEAT)
        state.hear_clicks()
    st.rerun()
