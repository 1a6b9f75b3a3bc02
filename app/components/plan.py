"""A plan of a session as it is read: its parts on a line, and what belongs beside them.

Used for the plan that a check makes and for a saved one. Draws; it keeps only the commitment that the person makes.
"""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from app import navigation, state
from app.components.attempt import attempt
from app.components.markup import html_text
from assistant.notes.mistake import Mistake
from assistant.notes.session_plan import PlanBlock, SessionPlan

if TYPE_CHECKING:
    from assistant.store.commitments import Source

COLUMNS = [600, 320]
"""Pixels of the parts and of what is beside them in a window of 1280."""
LONGEST_COMMITMENT = 1000
"""Characters that the store takes."""
_FRESH, _KEPT = "ey-plan-promise-fresh", "ey-plan-promise-kept"


def draw(plan: SessionPlan, numbers: Mapping[Mistake, int], source: "Source | None", title: str = "") -> None:
    """The whole plan; `numbers`: of the findings as they stand beside it, `source`: what a commitment is made from.

    `title`: what stands above it already, and is not said again.
    """
    left, right = st.columns(COLUMNS, gap="large")
    with left:
        parts = "".join(_block(block, numbers.get(block.mistake) if block.mistake else None) for block in plan.blocks)
        look, purpose = ("ey-vh", "The session") if title == plan.purpose else ("ey-serif", plan.purpose)
        st.html(f'<h2 class="{look}">{html_text(purpose)}</h2><ol class="ey-plan">{parts}</ol>')
    with right:
        _beside(plan, source)


def _block(block: PlanBlock, number: int | None) -> str:
    mark = f' <span class="ey-n"><span class="ey-vh">from question </span>{number}</span>' if number else ""
    asked = "".join(f'<p class="ey-said">“{html_text(question)}”</p>' for question in block.questions)
    return (
        f'<li><p class="ey-plan-min">{block.minutes} min</p><div><h3>{html_text(block.title)}{mark}</h3>'
        f"<p>{html_text(block.what)}</p>{asked}</div></li>"
    )


def _beside(plan: SessionPlan, source: "Source | None") -> None:
    with st.container(key="ey-tint-plan"):
        st.html(_list("To begin with", plan.first) + _list("To leave out", plan.leave_out))
    if plan.thread:
        with st.container(key="ey-tint-thread"):
            st.html(f'<h2>The human thread</h2><p class="ey-said">{html_text(plan.thread)}</p>')
    with st.container(key="ey-spruce-commitment"):
        st.html(f"<h2>To end on</h2><p>{html_text(plan.commitment)}</p>")
        _commitment(plan, source)
    st.html("".join(f'<p class="ey-small">{html_text(remark)}</p>' for remark in plan.remarks))


def _list(name: str, lines: tuple[str, ...]) -> str:
    if not lines:
        return ""
    return f'<h2>{name}</h2><ul class="ey-plain">{"".join(f"<li>{html_text(line)}</li>" for line in lines)}</ul>'


def _commitment(plan: SessionPlan, source: "Source | None") -> None:
    """What the person will do, to be kept where all commitments are; empty again once it was."""
    fresh = st.session_state.get(_FRESH, 0)
    with st.form(key=f"ey-plan-promise-{fresh}", border=False):
        text = st.text_area(
            "What you will do",
            max_chars=LONGEST_COMMITMENT,
            height=68,
            placeholder="Small enough to be done",
            key=f"ey-plan-promise-text-{fresh}",
        )
        due = st.date_input("By when", value=None, format="YYYY-MM-DD", key=f"ey-plan-promise-due-{fresh}")
        pressed = st.form_submit_button("Keep as a commitment", icon=":material/handshake:")
    if pressed and attempt(lambda: _keep(text or "", due, source)):
        st.session_state[_FRESH], st.session_state[_KEPT] = fresh + 1, plan
        st.rerun()
    if st.session_state.get(_KEPT) == plan:
        st.html('<p class="ey-saved" role="status">Kept</p>')
        navigation.link_to("commitments", "You said, I did", icon=":material/handshake:")


def _keep(text: str, due: date | None, source: "Source | None") -> None:
    state.get_commitments().add(state.actor(), text, due=due, source=source)
