"""The coach: one conversation, with the source of each sentence beside it.

Draws from the store, so that a reload or a restart shows the same; only the answer being made comes from the
session. Must not keep text anywhere else.
"""

from collections.abc import Callable, Sequence

import streamlit as st

from app import asking, state
from app.components import composer, export, first, hosted, own_note, pane, reminder, status, turns
from app.components.markup import html_text, message
from app.writing import Writing
from assistant.store.records import Conversation, StoredTurn

COLUMNS = [564, 356]
"""Pixels of conversation and source pane in a window of 1280."""


def render() -> None:
    """Draw the page."""
    asking.put_sent()
    asking.settle()
    own_note.draw_open()
    conversation = asking.on_screen()
    stored = conversation.turns if conversation else ()
    if shown := state.conversation():
        st.query_params["conversation"] = shown
        st.session_state["conversation"] = shown
    guide = state.get_coach().guide_state()
    can_ask = guide.status in ("loading", "ready")
    writing = _on_screen()
    composer.draw(stored, can_ask, follow=bool(stored or writing))
    if guide.status in ("empty", "damaged"):
        status.guide_card(guide)
    if not writing:
        reminder.draw()
    hosted.ask()
    if not stored and not writing:
        first.draw(can_ask)
        _model_trouble()
        return
    _head(conversation)
    opened = pane.opened(stored)
    if opened is None:
        with st.container(key="ey-talk"):
            _conversation(stored, writing)
        return
    with st.container(key="ey-beside"):
        left, right = st.columns(COLUMNS, gap="large")
        with right:
            passage = pane.draw(opened)
        with left, st.container(key="ey-talk"):
            _conversation(stored, writing, lambda: pane.refresh(passage, stored))


def _on_screen() -> Writing | None:
    """The answer to draw live: one being made, or one that could not be kept."""
    writing = asking.current()
    if writing is None:
        return None
    progress = writing.progress
    if progress.conversation not in (None, state.conversation()):
        return None
    return writing if not progress.ending or progress.unsaved else None


def _head(conversation: Conversation | None) -> None:
    with st.container(horizontal=True, vertical_alignment="top", key="ey-head"):
        note = hosted.note(status.model_note(state.get_coach().model_state()))
        st.html(f'<h1>{html_text(_title(conversation))}</h1><p class="ey-sub">{message(note)}</p>')
        with st.container(horizontal=True, width="content", gap="medium"):
            st.button(
                "New conversation", icon=":material/edit_square:", type="tertiary", on_click=state.leave_conversation
            )
            if conversation:
                export.button(conversation.id, conversation.title)


def _title(conversation: Conversation | None) -> str:
    """The title a person gave; one made from the first question would only repeat it."""
    if not conversation or not conversation.turns:
        return "Coach"
    made = " ".join(conversation.turns[0].question.split()).startswith(conversation.title.removesuffix(" …"))
    return "Coach" if made else conversation.title


def _model_trouble() -> None:
    model = state.get_coach().model_state()
    if line := hosted.note("" if model.status == "ready" else status.model_note(model)):
        with st.container(key="ey-model"):
            st.html(f'<p class="ey-small" role="status">{message(line)}</p>')


def _conversation(
    stored: Sequence[StoredTurn], writing: Writing | None, on_progress: Callable[[], None] = lambda: None
) -> None:
    live = writing.progress.turn if writing else None
    for turn in stored:
        if turn.id != live:
            turns.stored(turn)
    if writing:
        turns.being_written(writing, on_progress)
