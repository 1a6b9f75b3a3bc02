"""One part of a programme plan while it is changed: its words, minutes and dates in a form, saved as a whole.

What the form says goes to `app.programme_edits`, and what comes of it to `app.programme_planning`. Where it makes no
plan, the line that says why stands in the form and nothing typed is lost.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

import streamlit as st

from app import programme_edits as edits
from app import programme_planning
from app.components.attempt import attempt
from app.components.markup import label
from app.programme_planning import KeptProgramme
from assistant.coach.programme.record import Agenda, Measure, Part, PlannedSession, ProgrammePlan, Question
from assistant.coach.programme.render import LEVEL_NAMES, SIDES, week_text

LONGEST_TITLE, LONGEST_LINE, LONGEST_TEXT = 120, 600, 6000
"""Characters that the fields take."""
Made = Callable[[], ProgrammePlan]
Rows = list[tuple[int, str, str]]


def begin(plan: str, part: str) -> None:
    """Let the person change a part, or a session by its name."""
    programme_planning.desk(plan).changing = part


def end(plan: str) -> None:
    """Show everything as it is read."""
    programme_planning.desk(plan).changing = ""


def draw(kept: KeptProgramme, part: Part) -> None:
    """The form of a part."""
    _form(kept, part, lambda key: _FORMS[part](kept.plan, key))


def draw_session(kept: KeptProgramme, session: PlannedSession) -> None:
    """The form of a session."""
    _form(kept, f"session-{session.number}", lambda key: _session(kept.plan, session, key))


def _form(kept: KeptProgramme, name: str, fields: Callable[[str], Made]) -> None:
    key = f"{name}-{kept.id}"
    with st.form(key=f"ey-programme-form-{key}", border=True, enter_to_submit=False):
        made = fields(key)
        saving = st.form_submit_button("Save", type="primary", key=f"ey-programme-save-{key}")
        if saving and attempt(lambda: programme_planning.change(kept, made())):
            end(kept.id)
            st.rerun()
    look = {"type": "tertiary", "key": f"ey-programme-unchanged-{key}"}
    st.button("Leave it as it was", on_click=end, args=(kept.id,), **look)  # type: ignore[arg-type]


def _goal(plan: ProgrammePlan, key: str) -> Made:
    title = st.text_input("Title", plan.title, max_chars=LONGEST_TITLE, key=f"ey-pg-title-{key}")
    goal = _text("The goal in one sentence", plan.goal, f"ey-pg-goal-{key}")
    outcomes = _text("What can be tested, one a line", "\n".join(plan.outcomes), f"ey-pg-outcomes-{key}")
    return lambda: edits.with_goal(plan, title or "", goal, outcomes)


def _session(plan: ProgrammePlan, one: PlannedSession, key: str) -> Made:
    title = st.text_input("Topic or title", one.title, max_chars=LONGEST_TITLE, key=f"ey-pg-title-{key}")
    on = _day("Day", one.on, f"ey-pg-day-{key}")
    what = _text("What is done or shown", one.what, f"ey-pg-what-{key}")
    asked = [
        _text(f"Question for {asked.leaders}", asked.text, f"ey-pg-question-{at}-{key}")
        for at, asked in enumerate(one.questions)
    ]
    kept = zip(one.questions, asked, strict=True)
    questions = tuple(Question(leaders=was.leaders, text=text) for was, text in kept if text.strip())
    fields = {"title": title or "", "on": on, "what": what, "questions": questions}
    return lambda: edits.with_session(plan, one.model_copy(update=fields))


def _first_session(plan: ProgrammePlan, key: str) -> Made:
    rows = _agenda(plan.first_session, key)
    return lambda: edits.with_first_session(plan, rows)


def _briefings(plan: ProgrammePlan, key: str) -> Made:
    typed = []
    for one in plan.briefings:
        st.html(f"<h3>{SIDES[one.side]}</h3>")
        rows = _agenda(one.agenda, f"{one.side}-{key}")
        messages = _text("To remember, one a line", "\n".join(one.messages), f"ey-pg-messages-{one.side}-{key}")
        typed.append((one, rows, messages))

    def made() -> ProgrammePlan:
        changed = plan
        for one, rows, messages in typed:
            changed = edits.with_briefing(changed, one, rows, messages)
        return changed

    return made


def _check_ins(plan: ProgrammePlan, key: str) -> Made:
    typed = []
    for at, one in enumerate(plan.check_ins):
        title = st.text_input("Moment", one.title, max_chars=LONGEST_TITLE, key=f"ey-pg-moment-{at}-{key}")
        on = _day("Day", one.on, f"ey-pg-day-{at}-{key}")
        who = _text("Who", one.who, f"ey-pg-who-{at}-{key}")
        asks = _text("What is asked, one a line", "\n".join(one.asks), f"ey-pg-asks-{at}-{key}")
        typed.append((one, {"title": title or one.title, "on": on, "who": who}, asks))
    never = _text("Never asked, one a line", "\n".join(plan.never), f"ey-pg-never-{key}")
    confidence = _text("What becomes of the answers, one a line", "\n".join(plan.confidence), f"ey-pg-conf-{key}")

    def made() -> ProgrammePlan:
        found = [one.model_copy(update={**fields, "asks": edits.lines_of(asks)}) for one, fields, asks in typed]
        changed = edits.with_lines(edits.with_check_ins(plan, found), "never", never)
        return edits.with_lines(changed, "confidence", confidence)

    return made


def _lines(name: str, asked: str) -> Callable[[ProgrammePlan, str], Made]:
    def fields(plan: ProgrammePlan, key: str) -> Made:
        text = _text(asked, "\n".join(getattr(plan, name)), f"ey-pg-lines-{key}")
        return lambda: edits.with_lines(plan, name, text)

    return fields


def _evaluation(plan: ProgrammePlan, key: str) -> Made:
    found: list[Measure] = []
    names = {
        "what": "What is looked at",
        "how": "How",
        "whom": "From whom",
        "when": "When",
        "compared": "Compared with",
    }
    for at, one in enumerate(plan.evaluation):
        st.html(f"<h3>{LEVEL_NAMES[one.level]}</h3>")
        said = {name: _text(asked, getattr(one, name), f"ey-pg-{name}-{at}-{key}") for name, asked in names.items()}
        found.append(one.model_copy(update=said))
    shown = _text("From how many pairs figures are shown", plan.shown, f"ey-pg-shown-{key}")
    return lambda: edits.with_evaluation(plan, found, shown)


def _risks(plan: ProgrammePlan, key: str) -> Made:
    found = []
    for at, one in enumerate(plan.risks):
        why = _text(f"Risk {at + 1}: why", one.why, f"ey-pg-why-{at}-{key}")
        guard = _text("What guards against it", one.guard, f"ey-pg-guard-{at}-{key}")
        found.append(one.model_copy(update={"why": why, "guard": guard}))
    return lambda: edits.with_risks(plan, found)


def _budget(plan: ProgrammePlan, key: str) -> Made:
    rows = []
    for at, line in enumerate(plan.manager):
        with st.container(horizontal=True, vertical_alignment="bottom", key=f"ey-pg-row-{at}-{key}"):
            what = st.text_input("What", line.what, max_chars=LONGEST_LINE, key=f"ey-pg-what-{at}-{key}")
            look: dict[str, Any] = {"step": 0.5, "format": "%.1f", "width": 130, "key": f"ey-pg-hours-{at}-{key}"}
            hours = st.number_input("Hours", 0.0, 10_000.0, float(line.hours), **look)
        rows.append((what or "", float(hours)))
    return lambda: edits.with_budget(plan, rows)


def _calendar(plan: ProgrammePlan, key: str) -> Made:
    found = []
    for at, one in enumerate(plan.calendar):
        with st.container(horizontal=True, vertical_alignment="bottom", key=f"ey-pg-row-{at}-{key}"):
            if plan.wish.starts:
                on = _day(week_text(one.week), one.on, f"ey-pg-day-{at}-{key}")
                changed = one.model_copy(update={"on": on})
            else:
                name = f"ey-pg-week-{at}-{key}"
                changed = one.model_copy(
                    update={"week": st.number_input("Week", -20, 800, one.week, width=120, key=name)}
                )
            what = st.text_input("What", one.what, max_chars=LONGEST_LINE, key=f"ey-pg-what-{at}-{key}")
        found.append(changed.model_copy(update={"what": what or ""}))
    return lambda: edits.with_calendar(plan, found)


def _agenda(one: Agenda, key: str) -> Rows:
    rows: Rows = []
    for at, item in enumerate(one.items):
        with st.container(horizontal=True, vertical_alignment="bottom", key=f"ey-pg-row-{at}-{key}"):
            look: dict[str, Any] = {"width": 120, "key": f"ey-pg-minutes-{at}-{key}"}
            minutes = st.number_input("Minutes", 1, 240, item.minutes, **look)
            title = st.text_input("Part", item.title, max_chars=LONGEST_TITLE, key=f"ey-pg-part-{at}-{key}")
        what = _text(label(f"What is done in part {at + 1}"), item.what, f"ey-pg-what-{at}-{key}")
        rows.append((int(minutes), title or "", what))
    return rows


def _day(name: str, value: date | None, key: str) -> date | None:
    return st.date_input(name, value, format="YYYY-MM-DD", width=170, key=key)


def _text(name: str, value: str, key: str) -> str:
    return st.text_area(name, value, max_chars=LONGEST_TEXT, height="content", key=key) or ""


_FORMS: Final[Mapping[Part, Callable[[ProgrammePlan, str], Made]]] = {
    "goal": _goal,
    "first_session": _first_session,
    "briefings": _briefings,
    "check_ins": _check_ins,
    "matching": _lines("matching", "The checklist, one a line"),
    "pitch": _lines("pitch", "The pitch, one sentence a line"),
    "evaluation": _evaluation,
    "risks": _risks,
    "budget": _budget,
    "calendar": _calendar,
}
