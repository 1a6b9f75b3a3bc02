"""The next session, planned from the findings that the person lets stand: a tab of the check's result.

The words come from `assistant.notes.next_time`. The plan is made anew from what stands, and kept only where the person
saves it; then it opens on the page of plans.
"""

import streamlit as st

from app import checking, state
from app.components import plan as reading
from app.components import saved_plans
from app.components.markup import message
from assistant.errors import EyelevelError
from assistant.guide.passage import Citation
from assistant.notes.advice import Adviser
from assistant.notes.next_time import plan_next
from assistant.notes.session_plan import SessionPlan
from assistant.roles import Role

MINUTES = (15, 30, 45, 60, 90)


def make(current: checking.Sheet, role: Role, adviser: Adviser) -> SessionPlan | None:
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
    from assistant.store.commitments import Source

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
        saved_plans.button(plan)
        source = Source(kind="note", item=current.saved) if current.saved else None
        numbers = {one.mistake: at for at, one in current.numbered().items()}
        reading.draw(plan, reading.Beside(numbers=numbers, citations=_cite(plan, state.get_adviser()), source=source))


def _cite(plan: SessionPlan, adviser: Adviser) -> list[Citation]:
    return [one for at, section in enumerate(plan.rests_on, 1) for one in adviser.cite(section, str(at))]
