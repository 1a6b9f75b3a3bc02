"""Step two of upward feedback: the draft, its parts and weak places, and wordings that keep the person's facts.

The draft is either written or read with its marks. A wording replaces it only on a click, and can be taken back.
"""

from typing import Any

import streamlit as st

from app import hosting, rehearsing, state, upward
from app.components import contacts, download, feedback_marks, source
from app.components.export import file_name
from app.components.feedback_file import as_markdown
from app.components.markup import html_text, wait_line
from app.documents import pdf_of
from app.upward import Sheet
from assistant.coach.feedback.record import Advice, FeedbackCoaching

COLUMNS = [500, 420]
"""Pixels of the draft and of what is said to it in a window of 1280."""
HEARTBEAT = 0.2
"""Seconds between two looks at what the chat model betters; a click is heard as fast."""
DIRECTNESS = {"gentle": "Gentler", "plain": "Plainer", "direct": "More direct"}
NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def draw(sheet: Sheet) -> None:
    """The step."""
    if sheet.current and sheet.current.referral:
        contacts.referral(sheet.current.referral)
        st.button("Back to the text", key="ey-up-back", on_click=upward.change, kwargs=_WRITE)
        return
    left, right = st.columns(COLUMNS, gap="large")
    coaching = None if sheet.editing else sheet.current
    with left:
        if coaching:
            _read(sheet, coaching)
        else:
            _write(sheet)
    with right:
        if coaching:
            _beside(coaching)
        else:
            _help()
    if coaching:
        _wordings(sheet, coaching)
        _look_again(sheet)


_WRITE = {"editing": True, "coaching": None}


def _write(sheet: Sheet) -> None:
    key = f"ey-up-text-{upward.on_page() or 'new'}"
    with st.container(key="ey-up-writing"):
        text = st.text_area(
            "Your draft",
            sheet.text,
            height=190,
            max_chars=upward.LONGEST,
            placeholder="In Thursday’s planning meeting you …",
            key=key,
        )
    if (text or "") != sheet.text:
        upward.keep(text=text or "", before=None)
        st.rerun()
    with st.container(horizontal=True, key="ey-up-look"):
        if st.button("Look at it", type="primary", disabled=not (text or "").strip(), key="ey-up-look-button"):
            upward.look(text or "")
            st.rerun()
        if sheet.coaching and sheet.text.strip():
            st.button("Leave it as it is", on_click=upward.change, kwargs={"editing": False}, key="ey-up-unchanged")


def _help() -> None:
    """What a draft is made of, before there is one."""
    with st.container(key="ey-tint-parts"):
        st.html(f"<h2>Four sentences carry it</h2>{feedback_marks.legend(None)}")
    st.html(
        '<p class="ey-small">Write it as it comes, also in anger: a raw complaint is a good beginning. Nobody else '
        "reads it.</p>"
    )


def _read(sheet: Sheet, coaching: FeedbackCoaching) -> None:
    st.html(f'<h2 class="ey-label">Your draft</h2>{feedback_marks.draft_html(coaching)}')
    with st.container(key="ey-tint-elements"):
        st.html(feedback_marks.legend(coaching.assessment))
    with st.container(horizontal=True, key="ey-up-next"):
        st.button("Rehearse this", type="primary", on_click=_rehearse, key="ey-up-rehearse")
        st.button("Edit the draft", on_click=upward.change, kwargs={"editing": True}, key="ey-up-edit")
        if sheet.before is not None:
            look: dict[str, Any] = {"icon": ":material/undo:", "type": "tertiary", "key": "ey-up-undo-use"}
            st.button("Take my words again", on_click=upward.take_back, **look)
    _files(sheet, coaching)


def _rehearse() -> None:
    rehearsing.leave()
    upward.change(step="rehearsal", rehearsal=None)


def _files(sheet: Sheet, coaching: FeedbackCoaching) -> None:
    title, text = sheet.title, as_markdown(sheet, coaching)
    with st.container(horizontal=True, key="ey-up-files"):
        with st.popover("Copy", icon=":material/content_copy:", type="tertiary"):
            st.code(sheet.text, language=None, wrap_lines=True)
        name = file_name("something to tell")
        download.button("Markdown", name, "text/markdown", lambda: text, kind="tertiary", key="ey-up-md")
        pdf = name.removesuffix(".md") + ".pdf"
        download.button("PDF", pdf, "application/pdf", lambda: pdf_of(text, title), kind="tertiary", key="ey-up-pdf")


def _beside(coaching: FeedbackCoaching) -> None:
    marks = feedback_marks.numbered(coaching)
    if marks:
        count = NUMBERS[len(marks)] if len(marks) < len(NUMBERS) else str(len(marks))
        name = f"{count} place{'' if len(marks) == 1 else 's'} to look at"
    else:
        name = "No weak place found"
    st.html(f'<h2 class="ey-label">{name}</h2>')
    if not marks:
        st.html(
            '<p class="ey-small">I looked for blame, guesses at motives, hearsay, absolutes, hedging and making '
            "yourself small. I do not find all of it.</p>"
        )
    for number, mark in marks.items():
        with st.container(border=True, key=f"ey-finding-up-{number}"):
            st.html(feedback_marks.card(number, mark))
    for name, advice in (("Ask first", coaching.ask_first), ("When to wait", coaching.wait)):
        if advice and advice.needed:
            with st.container(key=f"ey-tint-{name.split()[0].lower()}"):
                st.html(_advice(name, advice))
                source.button(upward.cite(advice.section), f"up-{name}")
    if coaching.not_alone and coaching.not_alone.needed:
        with st.container(key="ey-brick-up"):
            st.html(_advice("Not alone", coaching.not_alone))
            st.html(contacts.as_html(state.get_coach().contacts()))


def _advice(name: str, advice: Advice) -> str:
    say = f'<p class="ey-said ey-ask">“{html_text(advice.say)}”</p>' if advice.say else ""
    return f'<h2>{name}</h2><p class="ey-small">{html_text(advice.text)}</p>{say}'


def _wordings(sheet: Sheet, coaching: FeedbackCoaching) -> None:
    """The rewrite and the two others, each to be taken by a click."""
    offered = [("In your facts", coaching.draft)] if coaching.draft else []
    offered += [(DIRECTNESS[one.directness], one.text) for one in coaching.alternatives]
    offered = [(name, text) for name, text in offered if text.strip() and text.strip() != sheet.text.strip()]
    if offered:
        by = "a chat model helped, and was checked for facts of its own" if coaching.bettered else "made of your words"
        st.html(
            f'<div class="ey-between ey-h"><h2>How it could be said</h2><p class="ey-small">Your facts alone; {by}. '
            "What is missing stands in brackets.</p></div>"
        )
        with st.container(key="ey-up-wordings"):
            for column, (number, (name, text)) in zip(st.columns(len(offered)), enumerate(offered), strict=True):
                with column, st.container(border=True, key=f"ey-wording-{number}"):
                    st.html(f'<h3 class="ey-label">{name}</h3><p class="ey-said">{html_text(text)}</p>')
                    st.button("Use this", key=f"ey-use-{number}", on_click=upward.use, args=(text,))
    for remark in coaching.remarks:
        st.html(f'<p class="ey-small">{html_text(remark)}</p>')
    if place := hosting.place():
        st.html(f'<p class="ey-small">{_where(place.name)}</p>')


def _where(name: str) -> str:
    said = "goes to" if hosting.is_allowed() else "does not go to"
    return f"Your text {said} {html_text(name)}."


def _look_again(sheet: Sheet) -> None:
    """Wait for what the chat model betters, and draw the page anew with it, or with the end of the waiting."""
    run = upward.run()
    if run is None or run.text != sheet.text:
        return
    if run.improving.is_over:
        if run.improving.trouble:
            st.html(f'<p class="ey-note">{html_text(run.improving.trouble)}</p>')
        return
    with st.container(horizontal=True, vertical_alignment="center", key="ey-up-wait"):
        st.html(wait_line("A chat model looks for better words"), width="content")
        st.button("Leave it", type="tertiary", on_click=upward.stop, key="ey-up-stop")
    seen = run.improving.latest
    while not run.improving.is_over and run.improving.latest is seen:
        run.improving.wait(seen, HEARTBEAT)
        state.hear_clicks()
    st.rerun()
