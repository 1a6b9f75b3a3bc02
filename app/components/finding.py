"""One finding as a card: a question, how sure the tool is, what to try next time, and what the person says to it.

"Not so" folds the card up and takes its marks out of the note; what is said is kept in the session's sheet, and with
the note where that was saved.
"""

import streamlit as st

from app import checking, keeping
from app.components import highlight, source
from app.components.markup import html_text
from assistant.notes.note import Finding

QUOTES = 2
"""How many quotes a card shows on a phone, where the note stands below."""


def draw(number: int, finding: Finding) -> None:
    """The card, or the line that is left of a dismissed one."""
    verdict = checking.sheet().verdicts.get(finding.mistake)
    if verdict is False:
        _said(number, finding, "You said: not so")
        return
    with st.container(border=True, key=f"ey-finding-{finding.mistake}"):
        st.html(as_html(number, finding))
        with st.container(horizontal=True, vertical_alignment="center", key=f"ey-verdict-{finding.mistake}"):
            if verdict:
                st.html('<p class="ey-small" role="status">You said: yes, that</p>', width="content")
                _button("Undo", finding, None, "undo")
            else:
                _button("Yes, that", finding, True, "yes")
                _button("Not so", finding, False, "no")
            source.button(finding.citations, finding.mistake)


def as_html(number: int, finding: Finding) -> str:
    """Number, question, quotes (for phones), meter, the debrief's part and what to try."""
    sure = highlight.sureness(finding.confidence)
    quotes = "".join(
        f'<p class="ey-said">{highlight.marked(one.quote, faint=sure.faint)}</p>' for one in finding.evidence[:QUOTES]
    )
    said = f'<p class="ey-small">The debrief: {html_text(finding.debrief)}</p>' if finding.debrief else ""
    return (
        f'<div class="ey-card"><span class="ey-n" aria-hidden="true">{number}</span><div>'
        f'<h3 class="ey-q"><span class="ey-vh">Question {number}: </span>{html_text(finding.question)}</h3>'
        f'<div class="ey-phone">{quotes}</div>{meter(finding.confidence)}{said}'
        f'<p class="ey-try"><b>Try next time:</b> {html_text(finding.advice)}</p></div></div>'
    )


def meter(confidence: float) -> str:
    """How sure, as a bar and in words; the bar is for the eye only."""
    width = round(100 * confidence)
    return (
        f'<p class="ey-sure"><span class="ey-meter" aria-hidden="true"><i style="width:{width}%"></i></span>'
        f"<b>{highlight.sureness(confidence).words}</b></p>"
    )


def _said(number: int, finding: Finding, words: str) -> None:
    key = f"ey-tint-said-{finding.mistake}"
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", key=key):
        st.html(
            f'<div class="ey-card"><span class="ey-n" aria-hidden="true">{number}</span>'
            f'<p role="status">{words}<span class="ey-vh">, to “{html_text(finding.question)}”</span></p></div>'
        )
        _button("Undo", finding, None, "undo")


def _button(name: str, finding: Finding, verdict: bool | None, key: str) -> None:
    st.button(
        name,
        type="tertiary" if verdict is None else "secondary",
        key=f"ey-{key}-{finding.mistake}",
        on_click=keeping.say,
        args=(finding.mistake, verdict),
    )
