"""How a question gets from the input to the coach, and back to the input when it cannot be taken.

Called by the coach page and its parts; keeps the running answer in the session (`writing`). Must never log a text.
"""

from typing import TYPE_CHECKING

import streamlit as st

from app import hosting, own, state
from app.writing import Writing
from assistant.errors import AccessDenied, EyelevelError, StoreError

if TYPE_CHECKING:
    from assistant.coach.service import Exchange
    from assistant.events import Reply
    from assistant.store.records import Conversation

INPUT = "ey-question"
"""Key of the chat input."""
_SENT = "sent"
"""Key of the questions that were sent and are not put yet."""
HISTORY = 6
"""How many earlier exchanges go with a question; the coach uses fewer."""


def current() -> Writing | None:
    """The answer being made, or the one made last in this session, if it belongs to the conversation on screen."""
    writing: Writing | None = st.session_state.get("writing")
    return writing


def is_running() -> bool:
    """Whether an answer of this session is being made."""
    running = current()
    return running is not None and not running.progress.ending


def take() -> None:
    """Take the question that was just sent, to be put by the run that follows; the input's own first step.

    Streamlit ends a run wherever it looks into the session once a newer click has come, and whatever the input held is
    lost with it. Listing the session is the one look that does not end a run.
    """
    held = st.session_state.to_dict()
    held.get(_SENT, []).append(held.get(INPUT) or "")


def put_sent() -> None:
    """Put what was taken. A run that ends before leaves it to the next; what cannot be put goes back into the input.

    Runs before any widget of the page.
    """
    waiting: list[str] = st.session_state.setdefault(_SENT, [])
    while waiting:
        try:
            ask(waiting[0])
        except EyelevelError as error:
            st.session_state["refused"], st.session_state[INPUT] = str(error), waiting[0]
        waiting.pop(0)


def ask(question: str) -> None:
    """Put a question. What is empty is not put; an answer still being made is stopped where it is."""
    if not question.strip():
        return
    running = current()
    if running and not running.progress.ending:
        running.stop()
    if running and running.progress.conversation:
        st.session_state["conversation"] = running.progress.conversation
    history = _history()
    sending, shown = hosting.sending(), state.conversation()
    writing = Writing(
        state.get_coach(), state.get_store, state.actor(), question, shown, sending=sending, desk=own.desk()
    )
    st.session_state.pop("refused", None)
    st.session_state.pop("source", None)
    st.session_state["writing"] = writing
    writing.start(history)


def _history() -> "tuple[Exchange, ...]":
    """The latest answered turns of the conversation on screen; what was referred elsewhere is not gone into again."""
    from assistant.coach.service import Exchange

    conversation = on_screen()
    turns = conversation.turns[-HISTORY:] if conversation else ()
    answered = [(turn.question, turn.reply) for turn in turns if turn.reply and not turn.reply.referral]
    return tuple(
        Exchange(question=question, answer=reply.text, job=_waiting(reply))
        for question, reply in answered
        if reply.text
    )


def _waiting(reply: "Reply") -> str:
    """The job that an answer began and that nothing was made of yet."""
    card = reply.card
    return card.job if card and card.begun and card.draft is None else ""


def on_screen() -> "Conversation | None":
    """The conversation on screen. Where it is gone or someone else's, a new one is begun, with a line that says so."""
    shown = state.conversation()
    if shown is None:
        return None
    try:
        return state.get_store().read(state.actor(), shown)
    except AccessDenied:
        state.leave_conversation()
        st.session_state["refused"] = "That conversation is not among yours any more; this is a new one."
    except StoreError as error:
        st.session_state["refused"] = str(error)
    return None


def stop() -> None:
    """End the running answer with what is there."""
    if running := current():
        running.stop()


def settle() -> None:
    """Take in what happened to the running answer since the last run: its conversation, or its refusal.

    Runs before any widget of the page, because it may put a refused question back into the input.
    """
    writing = current()
    if writing is None:
        return
    progress = writing.progress
    if progress.conversation and progress.ending != "refused":
        st.session_state["conversation"] = progress.conversation
    if progress.ending == "refused":
        st.session_state["refused"] = progress.trouble
        st.session_state[INPUT] = writing.question
        st.session_state.pop("writing")
