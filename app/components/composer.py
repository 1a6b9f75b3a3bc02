"""The foot of the coach page: what to go on with, the input, and who can read it."""

from collections.abc import Sequence
from contextlib import nullcontext

import streamlit as st

from app import asking, hosting, navigation, state
from app.components import markup
from assistant.models.place import model_place
from assistant.store.records import StoredTurn

FOLLOWING = "ey-following"


def draw(turns: Sequence[StoredTurn], can_ask: bool, *, follow: bool) -> None:
    """The foot of the page; `follow` keeps the page scrolled to what is new, as a conversation needs it."""
    with st.bottom, st.container(key="ey-before"):
        _before(turns, can_ask)
    with nullcontext() if follow else st.bottom:  # only an input that Streamlit places itself makes the page follow
        st.chat_input(
            "Ask, or describe what happened" if can_ask else "The guide has to be filled first",
            key=asking.INPUT,
            disabled=not can_ask,
            on_submit=asking.take,
        )
    with st.bottom:
        _reading_line()


def _before(turns: Sequence[StoredTurn], can_ask: bool) -> None:
    """Above the input: why a question was not taken, the way to stop, or questions to go on with."""
    running = asking.current()
    if refused := st.session_state.get("refused"):
        st.html(f'<p class="ey-error" role="alert">{markup.message(refused)}</p>')
    if running and not running.progress.ending:
        st.button("Stop", icon=":material/stop_circle:", key="ey-stop", on_click=asking.stop)
    elif can_ask:
        _following(turns)


def _following(turns: Sequence[StoredTurn]) -> None:
    last = turns[-1].reply if turns else None
    if not last or not last.suggestions:
        return
    names = {question: markup.label(question, 60) for question in last.suggestions[:3]}
    st.pills(
        "Questions to go on with",
        list(names),
        format_func=lambda question: names.get(question, question),
        key=FOLLOWING,
        wrap=False,
        label_visibility="collapsed",
        on_change=_follow,
    )


def _follow() -> None:
    question = st.session_state[FOLLOWING]
    st.session_state[FOLLOWING] = None
    asking.ask(question or "")


def _reading_line() -> None:
    place = model_place(state.get_settings())
    line = "Only you can read what you write." if state.shared() else "Only this computer keeps what you write."
    if place.where == "elsewhere" and hosting.is_allowed():
        line = f"Your question goes to {place.name} to be answered."
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="ey-reading"):
        st.html(f'<p class="ey-xs">{markup.html_text(line)}</p>', width="content")
        navigation.link_to("privacy", "What others see")
