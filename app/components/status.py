"""How the coach and the guide are, in words: a line in the sidebar, and a card where something is to be done.

Reads `Coach.model_state()` and `Coach.guide_state()`; while either is on its way it looks again by itself. Holds
nothing; must never stand in the way of asking.
"""

from typing import TYPE_CHECKING

import streamlit as st

from app import asking, hosting, state
from app.components.markup import html_text, message, wait_line

if TYPE_CHECKING:
    from assistant.coach.service import GuideState, ModelState

POLL_SECONDS = 2.0
MODEL = {
    "none": "No chat model: passages only",
    "off": "Chat model is not allowed: passages only",
    "loading": "Chat model is loading",
    "ready": "Chat model is ready",
    "missing": "Chat model is missing",
    "failed": "Chat model does not start",
}
GUIDE = {
    "loading": "The guide is being opened",
    "empty": "The guide is empty",
    "damaged": "The guide cannot be read",
}


def guide_line(guide: "GuideState") -> str:
    """One line about the guide."""
    if guide.status != "ready":
        return GUIDE[guide.status]
    documents = "1 document" if guide.documents == 1 else f"{guide.documents:,} documents"
    return f"{documents} in the guide"


def state_lines() -> None:
    """Model and guide at the foot of the sidebar; looks again until both have settled.

    Not while an answer is written: such a page is drawn anew at its end, and Streamlit loses the last that a page says
    where a look comes just then.
    """
    looks = _unsettled() and not asking.is_running()
    st.fragment(_state_lines, run_every=POLL_SECONDS if looks else None)()


def _unsettled() -> bool:
    coach = state.get_coach()
    return coach.model_state().status == "loading" or coach.guide_state().status in ("loading", "empty")


def _state_lines() -> None:
    coach = state.get_coach()
    model, guide = coach.model_state(), coach.guide_state()
    st.html(
        f'<p class="ey-state ey-{model.status}">{_model_line(model)}</p>'
        f'<p class="ey-state ey-{guide.status}">{html_text(guide_line(guide))}</p>'
    )
    seen = (model.status, guide.status, guide.generation)
    before = st.session_state.get("states", seen)
    st.session_state["states"] = seen
    if before != seen:
        st.rerun()


def _model_line(model: "ModelState") -> str:
    if model.status == "ready" and hosting.place() and not hosting.is_allowed():
        return "Nothing goes to the chat model: passages only"
    return MODEL[model.status]


def guide_card(guide: "GuideState") -> None:
    """What to do while the guide cannot answer; the sidebar's lines bring the page back once it can."""
    if guide.status == "loading":
        with st.container(key="ey-tint-guide"):
            st.html(wait_line("Opening the guide"))
            st.skeleton(height=64)
    elif guide.status == "empty":
        with st.container(key="ey-tint-guide"):
            st.html(
                "<h2>The guide is empty</h2><p>There is nothing to answer from yet. Run this once, in a terminal, "
                "where Eyelevel is installed:</p>"
            )
            st.code("eyelevel ingest", language=None)
            st.html('<p class="ey-small">This page notices by itself when it is done.</p>')
    elif guide.status == "damaged":
        with st.container(key="ey-brick-guide"):
            st.html(f'<h2>The guide cannot be read</h2><p role="alert">{message(guide.message)}</p>')


def model_note(model: "ModelState") -> str:
    """The line under the coach's title: what answers, and what to expect of it."""
    if model.status == "ready":
        return "Every sentence is checked against the guide before you see it"
    if model.status == "loading":
        return "You can ask already: passages come first, the chat model is still loading"
    if model.status == "none":
        return "Answers are the guide's own passages, word for word, as no chat model is set"
    return f"Answers are the guide's own passages for now. {model.message}"
