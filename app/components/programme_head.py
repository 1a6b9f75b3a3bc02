"""What stands above a programme plan: its title, its size, and the ways to take it away, change it back or delete it.

Files are made when they are fetched, from the plan as it is drawn.
"""

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from app import programme_planning, state
from app.components import at_work, download, programme_list
from app.components.attempt import attempt
from app.components.export import file_name
from app.components.markup import html_text
from app.programme_calendar import ics_of
from app.programme_edits import restarted
from app.programme_planning import KeptProgramme
from assistant.coach.programme.record import ProgrammePlan
from assistant.coach.programme.render import HEADINGS, render_programme, subtitle

if TYPE_CHECKING:
    from datetime import date


def draw(kept: KeptProgramme) -> bool:
    """Title and ways; whether the page says that the chat model is at work."""
    with st.container(horizontal=True, vertical_alignment="top", key="ey-head"):
        below = f"{subtitle(kept.plan)} · only you can read it"
        st.html(f"<h1>{html_text(kept.plan.title)}</h1><p class='ey-sub'>{html_text(below)}</p>")
        with st.container(horizontal=True, width="content", gap="small", key="ey-plan-ways"):
            _calendar(kept)
            _files(kept)
    with st.container(horizontal=True, vertical_alignment="center", key="ey-programme-do"):
        beside = programme_planning.desk(kept.id)
        look = {"type": "tertiary"}
        if beside.undo:
            undo = {"icon": ":material/undo:", "key": "ey-programme-undo", **look}
            pressed = st.button("Undo the last change", **undo)  # type: ignore[arg-type]
            if pressed and attempt(lambda: programme_planning.undo(kept.id)):
                beside.changing = ""
                st.rerun()
        gone = {"icon": ":material/delete:", "key": "ey-programme-delete", **look}
        if st.button("Delete", **gone):  # type: ignore[arg-type]
            programme_list.delete(kept.id, kept.plan.title)
    return at_work.draw(beside.improving, programme_planning.stop, kept.id)


def _calendar(kept: KeptProgramme) -> None:
    """The first day, and the file where there is one."""
    with st.popover("Calendar", icon=":material/calendar_add_on:", key="ey-programme-when"):
        starts = kept.plan.wish.starts
        if starts:
            look = {"key": "ey-programme-ics", "icon": ":material/calendar_add_on:", "kind": "tertiary"}
            make = partial(ics_of, kept.plan, kept.id)
            download.button("As a calendar file", _file(kept, "ics"), "text/calendar", make, **look)  # type: ignore[arg-type]
        with st.form(key=f"ey-programme-start-{kept.id}", border=False):
            st.html('<p class="ey-flat">All dates are counted from the first day of the first week.</p>')
            key = f"ey-programme-day-{kept.id}"
            day = st.date_input("First week begins", starts, format="YYYY-MM-DD", key=key)
            pressed = st.form_submit_button("Count from here", key=f"ey-programme-count-{kept.id}")
        if pressed and attempt(lambda: _restart(kept, day)):
            st.rerun()


def _restart(kept: KeptProgramme, day: "date | None") -> None:
    programme_planning.change(kept, restarted(kept.plan, day))


def _files(kept: KeptProgramme) -> None:
    text = partial(_document, kept.plan)
    with st.popover("Download", icon=":material/download:", key="ey-programme-files"):
        pdf = {"key": "ey-programme-pdf", "icon": ":material/picture_as_pdf:", "kind": "tertiary"}
        make = partial(_pdf, text, kept.plan.title)
        download.button("As a PDF", _file(kept, "pdf"), "application/pdf", make, **pdf)  # type: ignore[arg-type]
        md = {"key": "ey-programme-md", "icon": ":material/markdown:", "kind": "tertiary"}
        download.button("As Markdown", _file(kept, "md"), "text/markdown", text, **md)  # type: ignore[arg-type]


def _document(plan: ProgrammePlan) -> str:
    planner = state.get_programme_planner()
    return render_programme(plan, {part: planner.cite_part(plan, part) for part in HEADINGS})


def _pdf(text: "partial[str]", title: str) -> bytes:
    from app.documents import pdf_of

    return pdf_of(text(), title)


def _file(kept: KeptProgramme, ending: str) -> str:
    return file_name(f"programme {kept.plan.title}", ending)
