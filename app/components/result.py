"""The outcome of a check: questions beside the note, the transcript, the next session, and what was not looked at.

Nothing found, half a check and a language that is not read are three different things here, and look different.
"""

import streamlit as st

from app import checking, state
from app.components import all_clear, counted, debrief, download, finding, highlight, next_plan, saved, timeline
from app.components.export import file_name
from app.components.markup import html_text, message
from assistant.errors import KnowledgeError
from assistant.notes.advice import Adviser
from assistant.notes.next_time import render_markdown
from assistant.notes.note import NoteReport
from assistant.roles import Role

COLUMNS = [480, 440]
LONG = 3500
"""Characters from which a note scrolls in a box of its own."""


def draw(report: NoteReport) -> None:
    """The whole result."""
    current = checking.sheet()
    _head(current)
    if current.trouble:
        st.html(f'<p class="ey-error" role="alert">{message(current.trouble)}</p>')
    names = ["The note", *(["The transcript"] if current.transcript else []), "Next time"]
    with st.container(key="ey-tabs"):
        for tab, name in zip(st.tabs(names, key=f"ey-tabs-{current.id}"), names, strict=True):
            with tab:
                if name == "The note":
                    _note_tab(report)
                elif name == "Next time":
                    next_plan.draw()
                elif current.transcript:
                    timeline.draw(report, current.transcript)


def _head(current: checking.Sheet) -> None:
    role, adviser = state.role(), state.get_adviser()
    with st.container(horizontal=True, vertical_alignment="top", key="ey-head"):
        st.html(f"<h1>Your note</h1><p class='ey-sub'>{saved.promise()}</p>")
        with st.container(horizontal=True, width="content", gap="medium", key="ey-note-actions"):
            new = "New note" if current.saved else "Clear"
            icon = ":material/edit_square:" if current.saved else ":material/close:"
            st.button(new, icon=icon, type="tertiary", key="ey-note-clear", on_click=checking.clear)
            download.button(
                "Download",
                file_name("note check"),
                "text/markdown",
                lambda: as_markdown(current, role, adviser),
                kind="tertiary",
                key="ey-note-download",
            )
            saved.button()


def as_markdown(current: checking.Sheet, role: Role, adviser: Adviser) -> str:
    """The whole check as a document; without the plan where its words cannot be read. Asks the session nothing."""
    if current.report is None:
        return ""
    try:
        plan = next_plan.make(current, role, adviser)
    except KnowledgeError:
        plan = None
    return render_markdown(current.report, plan, dismissed=current.dismissed())


def _note_tab(report: NoteReport) -> None:
    with st.container(key="ey-flip"):
        left, right = st.columns(COLUMNS, gap="medium")
        with left:
            if report.text.strip():
                _note(report)
            _not_looked_at(report)
            if report.findings:
                _debrief()
            counted.note()
        with right:
            _outcome(report)
            if not report.findings:
                _debrief()


def _note(report: NoteReport) -> None:
    marks = highlight.marks_of(checking.sheet().standing())
    note = highlight.note_html(report.text, marks)
    box = "ey-note-box" if len(report.text) > LONG else "ey-note-whole"
    with st.container(key=box):
        role = ' role="region" tabindex="0" aria-label="Your note"' if len(report.text) > LONG else ""
        st.html(f"<div{role}>{note}</div>")
    if marks:
        st.html('<p class="ey-small">Marked: the words a question rests on. Dotted: less sure.</p>')


def _outcome(report: NoteReport) -> None:
    if report.degraded:
        _degraded(report)
    elif report.language != "en" and not report.findings:
        _unread(report)
    elif not report.findings:
        all_clear.draw(report)
    if report.findings:
        _findings(report)


def _findings(report: NoteReport) -> None:
    many = len(report.findings)
    number = all_clear.NUMBERS[many].capitalize() if many < len(all_clear.NUMBERS) else str(many)
    name = f"{number} question{'' if many == 1 else 's'} to look at"
    st.html(f'<div class="ey-between"><h2>{name}</h2><p class="ey-small">You decide what counts</p></div>')
    with st.container(key="ey-findings", gap="small"):
        for at, one in checking.sheet().numbered().items():
            finding.draw(at, one)
    saved.consent()


def _degraded(report: NoteReport) -> None:
    with st.container(key="ey-brick-half"):
        st.html(f"<h2>I could only do half of the check</h2>{_reasons(report)}")
        st.button("Try again", icon=":material/refresh:", key="ey-note-again", on_click=checking.again)


def _unread(report: NoteReport) -> None:
    with st.container(key="ey-tint-unread"):
        st.html(f"<h2>I could not read this note</h2>{_reasons(report)}")


def _reasons(report: NoteReport) -> str:
    lines = report.method.not_looked_at or ("Why is not known.",)
    return "".join(f"<p>{html_text(line)}</p>" for line in lines)


def _not_looked_at(report: NoteReport) -> None:
    """What was left out, where the outcome does not say it already."""
    said = report.degraded or (report.language != "en" and not report.findings)
    if report.method.not_looked_at and not said:
        items = "".join(f"<li>{html_text(line)}</li>" for line in report.method.not_looked_at)
        st.html(f'<h3 class="ey-label">What I did not look at</h3><ul class="ey-plain ey-small">{items}</ul>')


def _debrief() -> None:
    """What the debrief said, and the way to add or change it."""
    current = checking.sheet()
    given = current.note.debrief if current.note else None
    if given:
        lines = debrief.summary_html(given, state.role())
        st.html(f'<h3 class="ey-label">The debrief</h3><ul class="ey-plain ey-small">{lines}</ul>')
    if current.adding:
        debrief.draw("Check with the debrief", checking.again)
        return
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", key="ey-tint-add"):
        name = "Change the 60-second debrief." if given else "Add the 60-second debrief."
        st.html(f"<p><b>{name}</b> With the minutes and who asked, less of this is guessed.</p>")
        st.button("Change it" if given else "Add it", key="ey-debrief-add", on_click=_add)


def _add() -> None:
    checking.sheet().adding = True
