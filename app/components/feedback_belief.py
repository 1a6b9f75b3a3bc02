"""Step one of upward feedback: the belief that keeps silent, a way through it, and when not to do this alone."""

from typing import TYPE_CHECKING

import streamlit as st

from app import state, upward
from app.components import contacts, source
from app.components.markup import html_text
from app.upward import Sheet

if TYPE_CHECKING:
    from assistant.coach.feedback.record import Belief

COLUMNS = [520, 400]
"""Pixels of the beliefs and of what is beside them in a window of 1280."""
_ABOUT = "What is said once a belief is chosen stands here: where it comes from, and a question to test it with."


def draw(sheet: Sheet) -> None:
    """The step."""
    beliefs = {one.id: one for one in state.get_feedback_coach().beliefs()}
    left, right = st.columns(COLUMNS, gap="large")
    with left:
        _choose(sheet, beliefs)
        _about(sheet)
    with right:
        _way_through(beliefs.get(sheet.belief or ""), none=sheet.none_of_these)
        _not_alone()
        with st.container(horizontal=True, key="ey-up-on"):
            st.button("On to my draft", type="primary", on_click=upward.change, kwargs={"step": "draft"})
            st.button(
                "None of these",
                on_click=upward.change,
                kwargs={"step": "draft", "none_of_these": True, "belief": None},
            )


def _choose(sheet: Sheet, beliefs: "dict[str, Belief]") -> None:
    key = f"ey-belief-{sheet.belief}-{upward.on_page()}"
    with st.container(key="ey-beliefs"):
        chosen = st.radio(
            "Which of these comes closest to your reason not to say it?",
            list(beliefs),
            index=list(beliefs).index(sheet.belief) if sheet.belief in beliefs else None,
            format_func=lambda one: beliefs[one].name,
            captions=[one.about for one in beliefs.values()],
            key=key,
        )
    if chosen and chosen != sheet.belief:
        upward.keep(belief=chosen, none_of_these=False)
        st.rerun()


def _about(sheet: Sheet) -> None:
    """Whom it is about; the name stays on the page, the role also helps the simulated senior."""
    with st.container(horizontal=True, key="ey-up-whom"):
        key = upward.on_page() or "new"
        name = st.text_input("What you call your senior", sheet.name, max_chars=80, key=f"ey-up-name-{key}")
        role = st.text_input("Their role", sheet.role, max_chars=120, placeholder="CTO", key=f"ey-up-role-{key}")
    if (name.strip(), role.strip()) != (sheet.name, sheet.role):
        upward.keep(name=name.strip(), role=role.strip())
        st.rerun()


def _way_through(belief: "Belief | None", *, none: bool) -> None:
    with st.container(key="ey-tint-belief"):
        if belief is None:
            line = "You chose none of these. That is fine: the draft comes next." if none else _ABOUT
            st.html(f"<h2>A belief, not yet a fact</h2><p>{line}</p>")
            return
        st.html(
            f"<h2>A belief, not yet a fact</h2><p>{html_text(belief.way_through)}</p>"
            f'<p class="ey-said ey-ask">“{html_text(belief.question)}”</p>'
        )
        source.button(upward.cite(belief.section), f"belief-{belief.id}")


def _not_alone() -> None:
    with st.container(key="ey-brick-notalone"):
        st.html(
            "<h2>When not to do this alone</h2><p>If it is about harassment, discrimination, retaliation or your "
            "safety, this is not a coaching matter.</p>"
        )
        with st.popover("See who can help", icon=":material/support:", type="tertiary"):
            st.html(contacts.as_html(state.get_coach().contacts()))
