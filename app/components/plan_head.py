"""What stands above a kept plan: its title, when and with whom, and the ways to take it away.

Files are made when they are fetched, from the plan as it is drawn.
"""

from datetime import datetime, time
from functools import partial

import streamlit as st

from app import planning
from app.calendar_file import has_hour, ics_of
from app.components import download
from app.components.attempt import attempt
from app.components.days import in_full, in_words, today
from app.components.export import file_name
from app.components.markup import html_text
from app.planning import SavedPlan
from assistant.errors import InputError
from assistant.notes.session_plan import render_plan

CARD = "card"
"""Name of the one-card view in the address."""
NEAR = 6
"""Days within which the name of a day of the week is enough."""


def title_on(saved: SavedPlan) -> str:
    """The person's own title, or one that says when: "Your plan for Tuesday"."""
    if saved.title != planning.title_of(saved.plan):
        return saved.title
    if saved.plan.starts is None:
        return "Your session plan"
    day, now = saved.plan.starts.date(), today()
    named = f"{day:%A}" if 1 < (day - now).days <= NEAR else in_words(day, now)
    return f"Your plan for {named}"


def below(saved: SavedPlan, partner: str, number: int | None) -> str:
    """With whom, when and how long."""
    session = f"Session {number}" if number else "A session"
    who = f"{session} with {partner}" if partner else session if number else ""
    plan = saved.plan
    when = f"{plan.starts:%H:%M}, " if plan.starts and has_hour(plan) else ""
    return " · ".join(filter(None, (who, f"{when}{plan.minutes} minutes")))


def draw(saved: SavedPlan, partner: str, number: int | None, *, ways: bool = True) -> None:
    """Title and ways."""
    with st.container(horizontal=True, vertical_alignment="top", key="ey-head"):
        reader = " · only you can read it" if ways else ""
        line = html_text(below(saved, partner, number) + reader)
        st.html(f"<h1>{html_text(title_on(saved))}</h1><p class='ey-sub'>{line}</p>")
        if ways:
            with st.container(horizontal=True, width="content", gap="small", key="ey-plan-ways"):
                calendar(saved, partner)
                _files(saved)
                show = {"type": "primary", "key": "ey-plan-card", "icon": ":material/smartphone:"}
                st.button("Show as one card", on_click=_show_card, **show)  # type: ignore[arg-type]


def _show_card() -> None:
    st.query_params[CARD] = "1"


def calendar(saved: SavedPlan, partner: str) -> None:
    """The calendar file; without a day and an hour, the question for them."""
    if has_hour(saved.plan):
        name = f"Session with {partner}" if partner else saved.title
        make = partial(ics_of, saved.plan, name, saved.id)
        file = _file(saved, "ics")
        download.button("Calendar", file, "text/calendar", make, key="ey-plan-ics", icon=":material/calendar_add_on:")
        return
    with (
        st.popover("Calendar", icon=":material/calendar_add_on:", key="ey-plan-when-asked"),
        st.form(key=f"ey-plan-day-{saved.id}", border=False),
    ):
        st.html('<p class="ey-flat">A calendar needs a day and a time.</p>')
        starts = saved.plan.starts
        day = st.date_input("Day", starts, format="YYYY-MM-DD", key=f"ey-plan-ics-day-{saved.id}")
        hour = st.time_input("Time", None, key=f"ey-plan-ics-hour-{saved.id}")
        pressed = st.form_submit_button("Keep the day", key=f"ey-plan-ics-keep-{saved.id}")
        if pressed and attempt(lambda: _settle(saved, datetime.combine(day, hour) if day and hour else None)):
            st.rerun()


def _settle(saved: SavedPlan, starts: datetime | None) -> None:
    if starts is None or starts.time() == time():
        raise InputError("The day or the time is missing; choose both.")
    planning.change(saved, saved.title, saved.plan.model_copy(update={"starts": starts}))


def _files(saved: SavedPlan) -> None:
    title = _title_in_file(saved)
    with st.popover("Download", icon=":material/download:", key="ey-plan-files"):
        look = {"kind": "tertiary"}
        download.button(
            "As a PDF",
            _file(saved, "pdf"),
            "application/pdf",
            partial(_pdf, saved, title),
            key="ey-plan-pdf",
            icon=":material/picture_as_pdf:",
            **look,  # type: ignore[arg-type]
        )
        download.button(
            "As Markdown",
            _file(saved, "md"),
            "text/markdown",
            partial(render_plan, saved.plan, title),
            key="ey-plan-download",
            icon=":material/markdown:",
            **look,  # type: ignore[arg-type]
        )


def _title_in_file(saved: SavedPlan) -> str:
    """As on the page, with the day in full, because a file is read on other days too."""
    starts = saved.plan.starts
    if starts is None or saved.title != planning.title_of(saved.plan):
        return title_on(saved)
    hour = f", {starts:%H:%M}" if has_hour(saved.plan) else ""
    return f"Session plan for {starts:%A} {in_full(starts.date())}{hour}"


def _file(saved: SavedPlan, ending: str) -> str:
    return file_name(f"plan {saved.title}", ending)


def _pdf(saved: SavedPlan, title: str) -> bytes:
    from app.documents import pdf_of

    return pdf_of(render_plan(saved.plan, title), title)
