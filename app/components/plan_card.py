"""A plan on one card, to lie beside a conversation: the parts with one question each, large enough for a glance."""

import streamlit as st

from app.calendar_file import has_hour, hours
from app.components import plan_head
from app.components.markup import html_text
from app.components.plan import lead, open_question
from app.planning import SavedPlan
from assistant.notes.session_plan import PlanBlock, SessionPlan


def draw(saved: SavedPlan, partner: str, number: int | None) -> None:
    """The card, and the way back."""
    with st.container(key="ey-plan-onecard"):
        plan_head.draw(saved, partner, number, ways=False)
        st.html(f'<div class="ey-onecard">{_strip(saved.plan)}{_parts(saved.plan)}</div>')
        if saved.plan.thread:
            with st.container(key="ey-tint-thread"):
                st.html(f'<h2>The human thread</h2><p class="ey-said">“{open_question(saved.plan.thread)}”</p>')
        with st.container(horizontal=True, key="ey-plan-card-ways"):
            st.button("Back to the whole plan", icon=":material/arrow_back:", key="ey-plan-whole", on_click=leave)
            plan_head.calendar(saved, partner)


def leave() -> None:
    """Show the whole plan again."""
    st.query_params.pop(plan_head.CARD, None)


def _strip(plan: SessionPlan) -> str:
    """The minutes as a bar, the longest part marked."""
    longest = max(block.minutes for block in plan.blocks)
    pieces = (
        f'<i class="{"ey-main" if block.minutes == longest else ""}" style="flex:{block.minutes}"></i>'
        for block in plan.blocks
    )
    return f'<div class="ey-strip" aria-hidden="true">{"".join(pieces)}</div>'


def _parts(plan: SessionPlan) -> str:
    lines = zip(hours(plan), plan.blocks, strict=True)
    return f'<ol class="ey-plan">{"".join(_part(plan, when, block) for when, block in lines)}</ol>'


def _part(plan: SessionPlan, when: str, block: PlanBlock) -> str:
    shown, beside = (when, f" <span>{block.minutes} min</span>") if has_hour(plan) else (f"{block.minutes} min", "")
    asked = f'<p class="ey-said">“{html_text(block.questions[0])}”</p>' if block.questions else ""
    return (
        f'<li><p class="ey-plan-min"><b>{shown}</b></p>{lead(block)}'
        f"<div><h2>{html_text(block.title)}{beside}</h2>{asked}</div></li>"
    )
