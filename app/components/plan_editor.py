"""A plan while the person changes it: every word, the minutes, and the order of its parts.

One form, whose every button first takes what was typed: so moving a part costs no word. What the person has is held in
the session by `app.planning`; nothing is kept before it is saved.
"""

from collections.abc import Callable
from datetime import datetime, time

import streamlit as st

from app import plan_edits, planning, state
from app.components import refusals
from app.plan_edits import Part, Working
from app.planning import SavedPlan
from assistant.errors import EyelevelError, KnowledgeError
from assistant.notes.session_plan import LEAST, LONGEST, SHORTEST

LONGEST_TITLE, LONGEST_TEXT = 120, 2000
"""Characters that the form takes."""
Step = Callable[[Working], Working]


def begin(saved: SavedPlan) -> None:
    """Let the person change the plan."""
    beside = planning.desk(saved.id)
    beside.working, beside.trouble = plan_edits.working_of(saved.plan, saved.title), ""
    beside.version += 1


def end(plan: str) -> None:
    """Show it as it is read."""
    beside = planning.desk(plan)
    beside.working, beside.trouble = None, ""


def draw(saved: SavedPlan) -> None:
    """The form; each of its buttons does one step with what is typed."""
    beside = planning.desk(saved.id)
    assert beside.working is not None
    key = f"{saved.id}-{beside.version}"
    steps: list[Step] = []
    with st.form(key=f"ey-plan-form-{key}", border=False, enter_to_submit=False):
        typed = _frame(beside.working, key)
        questions = _questions(saved)
        parts = tuple(
            _part(at, part, key, steps, questions, last=at == len(beside.working.parts) - 1)
            for at, part in enumerate(beside.working.parts)
        )
        if st.form_submit_button("Add a part", icon=":material/add:", key=f"ey-plan-add-{key}"):
            steps.append(plan_edits.with_new)
        typed = _rest(typed._replace(parts=parts), key)
        saving = _ways(key, steps, beside.trouble)
    st.button("Leave it as it was", type="tertiary", key="ey-plan-unchanged", on_click=end, args=(saved.id,))
    if saving:
        _save(saved, typed)
    elif steps:
        _do(saved.id, typed, steps[0])


def _save(saved: SavedPlan, typed: Working) -> None:
    try:
        planning.change(saved, typed.title, plan_edits.plan_of(saved.plan, typed))
    except EyelevelError as error:
        _hold(saved.id, typed, str(error))
    else:
        end(saved.id)
    st.rerun()


def _do(plan: str, typed: Working, step: Step) -> None:
    try:
        _hold(plan, step(typed), "")
    except EyelevelError as error:
        _hold(plan, typed, str(error))
    st.rerun()


def _hold(plan: str, working: Working, trouble: str) -> None:
    beside = planning.desk(plan)
    beside.working, beside.trouble = working, trouble
    beside.version += 1


def _frame(working: Working, key: str) -> Working:
    title = st.text_input("Title", working.title, max_chars=LONGEST_TITLE, key=f"ey-plan-title-{key}")
    with st.container(horizontal=True, key="ey-plan-times"):
        starts = working.starts
        day = st.date_input("Day", starts, format="YYYY-MM-DD", width=160, key=f"ey-plan-day-{key}")
        hour = st.time_input("Time", _hour(starts), width=140, key=f"ey-plan-hour-{key}")
        minutes = st.number_input(
            "Minutes of the session", SHORTEST, LONGEST, working.minutes, key=f"ey-plan-length-{key}", width=200
        )
    purpose = _text("Purpose", working.purpose, f"ey-plan-purpose-{key}")
    begins = datetime.combine(day, hour or time()) if day else None
    return working._replace(title=title or "", minutes=minutes, purpose=purpose, starts=begins)


def _hour(starts: datetime | None) -> time | None:
    return starts.time() if starts and starts.time() != time() else None


def _rest(working: Working, key: str) -> Working:
    left, right = st.columns(2)
    with left:
        ask = _text("What to ask the senior for, one a line", working.ask, f"ey-plan-ask-{key}")
    with right:
        thread = _text("The human thread: a question away from all tools", working.thread, f"ey-plan-thread-{key}")
    commitment = _text("To end on", working.commitment, f"ey-plan-end-{key}")
    return working._replace(ask=ask, thread=thread, commitment=commitment)


def _ways(key: str, steps: list[Step], trouble: str) -> bool:
    """Save, or fit the minutes, with why the last step could not be done; whether it is to be saved."""
    with st.container(key="ey-plan-saving"):
        if trouble:
            st.html(refusals.as_html(trouble))
        with st.container(horizontal=True, vertical_alignment="center", key="ey-plan-save-ways"):
            saving = st.form_submit_button("Save", type="primary", key=f"ey-plan-keep-{key}")
            look = {"icon": ":material/timer:", "key": f"ey-plan-fit-{key}"}
            if st.form_submit_button("Fit the minutes", **look):  # type: ignore[arg-type]
                steps.append(plan_edits.fitted)
    return saving


def _questions(saved: SavedPlan) -> tuple[str, ...]:
    """What the plan's own topics offer to be asked; nothing where they cannot be read."""
    from assistant.coach.catalogue import load_topics

    wanted = {topic.id for topic in saved.plan.topics}
    try:
        found = load_topics(state.get_settings().knowledge / "topics") if wanted else ()
    except KnowledgeError:
        return ()
    return tuple(question for topic in found if topic.id in wanted for question in topic.questions)


def _part(at: int, part: Part, key: str, steps: list[Step], offered: tuple[str, ...], *, last: bool) -> Part:
    name = f"{at}-{key}"
    with st.container(border=True, key=f"ey-plan-part-{name}"):
        with st.container(horizontal=True, vertical_alignment="center", wrap=False, key=f"ey-plan-order-{name}"):
            st.html(f"<h2>Part {at + 1}</h2>")
            _step("Move it up", "arrow_upward", name, steps, lambda now: plan_edits.moved(now, at, -1), off=at == 0)
            _step("Move it down", "arrow_downward", name, steps, lambda now: plan_edits.moved(now, at, 1), off=last)
            _step("Remove this part", "delete", name, steps, lambda now: plan_edits.without(now, at))
        left, right = st.columns([3, 1])
        with left:
            title = st.text_input("Title", part.title, max_chars=LONGEST_TITLE, key=f"ey-part-title-{name}")
        with right:
            minutes = st.number_input("Minutes", LEAST, LONGEST, part.minutes, key=f"ey-part-minutes-{name}")
        left, right = st.columns(2)
        with left:
            what = _text("What", part.what, f"ey-part-what-{name}")
        with right:
            questions = _text("Questions to ask, one a line", part.questions, f"ey-part-questions-{name}")
            if offered and part.questions.strip() and at > 0 and not last:
                look = {"icon": ":material/refresh:", "type": "tertiary", "key": f"ey-part-other-{name}"}
                if st.form_submit_button("Another question", **look):  # type: ignore[arg-type]
                    steps.append(lambda now: plan_edits.asked_otherwise(now, at, offered))
    return Part(title or "", minutes, what, questions, part.block)


def _step(name: str, icon: str, key: str, steps: list[Step], step: Step, *, off: bool = False) -> None:
    look = {"icon": f":material/{icon}:", "type": "tertiary", "key": f"ey-icon-{icon}-{key}", "disabled": off}
    if st.form_submit_button(name, **look):  # type: ignore[arg-type]
        steps.append(step)


def _text(name: str, value: str, key: str) -> str:
    return st.text_area(name, value, max_chars=LONGEST_TEXT, height="content", key=key) or ""
