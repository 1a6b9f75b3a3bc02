"""Check a note: a note, a transcript or a debrief goes in; questions, each with the words it rests on, come out.

Draws what the session's sheet (`app.checking`) holds: the input, the wait, or the result. Keeps nothing itself.
"""

import streamlit as st

from app import checking, keeping, navigation, state
from app.components import note_input, own_note, result
from app.components.markup import wait_line
from assistant.roles import Role

HEARTBEAT = 0.2
"""Seconds between two looks at a running check; a click is heard as fast."""


def render() -> None:
    """Draw the page."""
    if state.role() == Role.MANAGER:
        _not_for_managers()
        return
    _settle()
    own_note.draw_open()
    state.warm_checker()
    current = checking.sheet()
    if current.running:
        _wait(current.running)
    elif current.report:
        result.draw(current.report)
    else:
        _head("Each question comes with the words of your note that it rests on. Whether it holds, you decide")
        note_input.draw()


def _settle() -> None:
    if checking.settle():
        keeping.renew()


def _head(below: str) -> None:
    st.html(f"<h1>Check a note</h1><p class='ey-sub'>{below}</p>")


def _wait(running: checking.Run) -> None:
    _head("Ten mistakes that quietly kill programmes, looked for in what you wrote")
    st.html(wait_line("Reading the note, sentence by sentence"))
    st.skeleton(height=180)
    while not running.is_over(HEARTBEAT):
        state.hear_clicks()
    _settle()
    st.rerun()


def _not_for_managers() -> None:
    _head("For mentors and mentees")
    with st.container(key="ey-spruce-manager"):
        st.html(
            "<h2>Notes belong to those who wrote them</h2><p>What a mentor or a mentee writes about a session is read "
            "by that person alone. If you could read it, they would write something else, or nothing. What you can do "
            "for pairs that are stuck stands in the guide.</p>"
        )
        navigation.link_to("guide", "Look in the guide", icon=":material/menu_book:")
    st.html(
        '<p class="ey-small">Are you in a pair yourself? Choose mentor or mentee, and this page checks your note.</p>'
    )
