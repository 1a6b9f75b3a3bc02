"""The coach page before the first question: the two discs, one thought, and ways to begin."""

import streamlit as st

from app import asking, state
from app.components import discs, markup
from assistant.roles import Role

WELCOME = {
    Role.MENTOR: "You know things that someone far above you cannot see from there. Ask how to prepare, how to say "
    "what is hard to say, or what to make of the last hour.",
    Role.MENTEE: "Someone junior is about to show you what your position hides. Ask how to listen, what to bring, "
    "and what to do with what you hear.",
    Role.MANAGER: "You bring people together who would not meet otherwise. Ask how to match, brief and support "
    "them, and what to do when a pair is stuck.",
}
STARTERS = 3


def draw(can_ask: bool) -> None:
    """The empty conversation."""
    with st.container(key="ey-first"):
        st.html(
            f'{discs.line("large")}<div class="ey-hero"><h1>Eye to eye, whatever the rank</h1>'
            f"<p>{WELCOME[state.role()]} Each answer opens its source, or says that there is none.</p></div>"
        )
        if can_ask:
            _starters()


def _starters() -> None:
    questions = state.get_coach().suggestions(state.role())[:STARTERS]
    if not questions:
        return
    with st.container(key="ey-starts"):
        for column, (number, question) in zip(st.columns(len(questions)), enumerate(questions), strict=True):
            column.button(
                markup.label(question, 120),
                key=f"ey-start-{number}",
                icon=":material/forum:",
                width="stretch",
                wrap=True,
                on_click=asking.ask,
                args=(question,),
            )
