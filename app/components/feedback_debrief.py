"""The debrief beside a rehearsal: what worked, what is worth another go with a line to try, what is still missing.

So far while the talk goes on, and whole once it was ended. It counts nothing and judges nobody.
"""

from zlib import crc32

import streamlit as st

from app import state, upward
from app.components import download, source
from app.components.export import file_name
from app.components.markup import html_text
from app.documents import pdf_of
from app.upward import Sheet
from assistant.coach.rehearsal.debrief import Again, Missing, RehearsalDebrief, Worked, render_rehearsal
from assistant.coach.rehearsal.record import Rehearsal
from assistant.text import shorten

EMPTY = "After your first line stands here what worked, what is worth another go, and what is still missing."


def draw(rehearsal: Rehearsal, sheet: Sheet) -> None:
    """The debrief."""
    debrief = state.get_rehearser().debrief(rehearsal)
    with st.container(key="ey-tint-debrief"):
        st.html(f"<h2>{'Debrief' if rehearsal.ended else 'Debrief so far'}</h2>")
        if debrief.is_empty:
            st.html(f"<p>{EMPTY}</p>")
        if debrief.worked:
            st.html(f'<h3 class="ey-small">What worked</h3>{"".join(map(_worked, debrief.worked))}')
        if debrief.again:
            shown = debrief.again if rehearsal.ended else debrief.again[:1]
            st.html('<h3 class="ey-small">Worth another go</h3>')
            for one in shown:
                st.html(_again(one))
                key = crc32(f"{one.kind}{one.quote}".encode())
                source.button(state.get_rehearser().cite(one.section), f"again-{key}")
        st.html("".join(f'<p class="ey-small">{html_text(line)}</p>' for line in debrief.remarks) or "<span></span>")
    if debrief.missing:
        with st.container(border=True, key="ey-up-missing"):
            st.html(f'<h3 class="ey-small">Still missing</h3>{"".join(map(_missing, debrief.missing))}')
    if rehearsal.ended:
        _files(rehearsal, debrief, sheet)


def _worked(one: Worked) -> str:
    return f'<p>{html_text(one.text)} <span class="ey-said">“{html_text(shorten(one.quote, 160))}”</span></p>'


def _again(one: Again) -> str:
    after = _last_words(one.after)
    said = f'After <span class="ey-said">“{html_text(after)}”</span> you said ' if after else "You said "
    instead = f'<p class="ey-try"><span class="ey-said">“{html_text(one.instead)}”</span></p>' if one.instead else ""
    return (
        f'<p>{said}<span class="ey-said">“{html_text(shorten(one.quote, 160))}”</span>. {html_text(one.text)}</p>'
        f"{instead}"
    )


def _last_words(after: str) -> str:
    """What the senior had said, in at most a sentence; a line with quotation marks in it is left out."""
    short = shorten(after, 110)
    return "" if "“" in short else short


def _missing(one: Missing) -> str:
    instead = f' <span class="ey-said">“{html_text(one.instead)}”</span>' if one.instead else ""
    return f"<p><b>{html_text(one.name)}</b> {html_text(one.text)}{instead}</p>"


def _files(rehearsal: Rehearsal, debrief: RehearsalDebrief, sheet: Sheet) -> None:
    title = f"Rehearsal for {sheet.whom}"
    text = render_rehearsal(rehearsal, debrief, title)
    with st.container(horizontal=True, key="ey-up-debrief-files"):
        download.button(
            "Markdown", file_name("rehearsal"), "text/markdown", lambda: text, kind="tertiary", key="ey-say-md"
        )
        name = file_name("rehearsal").removesuffix(".md") + ".pdf"
        download.button("PDF", name, "application/pdf", lambda: pdf_of(text, title), kind="tertiary", key="ey-say-pdf")
        look = {"type": "tertiary", "key": "ey-say-draft"}
        st.button("Back to my draft", on_click=upward.change, kwargs={"step": "draft"}, **look)  # type: ignore[arg-type]
