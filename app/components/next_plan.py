"""The next session, planned from the findings that the person lets stand: a tab of the check's result.

The words come from `assistant.notes.next_time`; nothing is kept, the plan is made anew from what stands.
"""

import streamlit as st

from app import checking, state
from app.components.markup import html_text, message
from assistant.errors import EyelevelError
from assistant.notes.advice import Adviser
from assistant.notes.mistake import Mistake
from assistant.notes.next_time import NextPlan, PlanBlock, plan_next
from assistant.roles import Role

MINUTES = (15, 30, 45, 60, 90)


def make(current: checking.Sheet, role: Role, adviser: Adviser) -> NextPlan | None:
    """The plan of what stands. Raises `KnowledgeError` where its words cannot be read."""
    if current.report is None:
        return None
    return plan_next(
        current.report.findings,
        role,
        adviser.material,
        minutes=current.minutes,
        debrief=current.note.debrief if current.note else None,
        dismissed=current.dismissed(),
    )


def draw() -> None:
    """How long, then the plan."""
    current = checking.sheet()
    key = f"ey-plan-minutes-{current.id}"
    st.session_state.setdefault(key, current.minutes)
    chosen = st.pills("How long will you have?", MINUTES, format_func=lambda one: f"{one} min", key=key, required=True)
    current.minutes = chosen or current.minutes
    try:
        plan = make(current, state.role(), state.get_adviser())
    except EyelevelError as error:
        st.html(f'<p class="ey-error" role="alert">{message(str(error))}</p>')
        return
    if plan:
        left, right = st.columns([600, 320], gap="large")
        with left:
            st.html(_plan(plan, {one.mistake: at for at, one in current.numbered().items()}))
        with right:
            _beside(plan)


def _plan(plan: NextPlan, numbers: dict[Mistake, int]) -> str:
    parts = "".join(_block(block, numbers.get(block.mistake) if block.mistake else None) for block in plan.blocks)
    return f'<h2 class="ey-serif">{html_text(plan.purpose)}</h2><ol class="ey-plan">{parts}</ol>'


def _block(block: PlanBlock, number: int | None) -> str:
    mark = f' <span class="ey-n"><span class="ey-vh">from question </span>{number}</span>' if number else ""
    asked = "".join(f'<p class="ey-said">“{html_text(question)}”</p>' for question in block.questions)
    return (
        f'<li><p class="ey-plan-min">{block.minutes} min</p><div><h3>{html_text(block.title)}{mark}</h3>'
        f"<p>{html_text(block.what)}</p>{asked}</div></li>"
    )


def _beside(plan: NextPlan) -> None:
    with st.container(key="ey-tint-plan"):
        st.html(_list("To begin with", plan.first) + _list("To leave out", plan.leave_out))
    if plan.thread:
        with st.container(key="ey-tint-thread"):
            st.html(f'<h2>The human thread</h2><p class="ey-said">“{html_text(plan.thread)}”</p>')
    with st.container(key="ey-spruce-commitment"):
        st.html(f"<h2>To end on</h2><p>{html_text(plan.commitment)}</p>")
    st.html("".join(f'<p class="ey-small">{html_text(remark)}</p>' for remark in plan.remarks))


def _list(name: str, lines: tuple[str, ...]) -> str:
    if not lines:
        return ""
    return f'<h2>{name}</h2><ul class="ey-plain">{"".join(f"<li>{html_text(line)}</li>" for line in lines)}</ul>'
