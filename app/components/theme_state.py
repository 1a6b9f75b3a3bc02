"""What the Themes page says where there is nothing, or too little, to show, and what a manager can do meanwhile.

The words stand in `knowledge/theme_report.yaml`. How many pairs a programme has, its manager knows from the page of
programmes; how many of them contributed is told by nobody.
"""

from functools import partial
from typing import Final

import streamlit as st

from app import navigation, state, theme_form
from app.components import discs, download, source
from app.components.markup import html_text, message
from assistant.programme.report_words import StateWords
from assistant.store.theme_records import FLOOR

SOME, MORE = 7, 10
"""From how many pairs anything can be shown at all, and from how many no longer only what nearly everybody shares."""
_DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def of_size(pairs: int | None) -> StateWords | None:
    """What there is to say of a programme with so many active pairs; `None`: large enough, or not known."""
    states = state.get_reporter().words.states
    if not pairs or pairs >= MORE:
        return None
    return states.few if pairs < FLOOR else states.five if pairs < SOME else states.seven


def draw(said: StateWords, *, begin: bool = False) -> None:
    """One card that says it; `begin`: with the way to the programmes."""
    with st.container(key="ey-tint-theme-state"):
        st.html(f"{discs.line('small')}<h2>{html_text(said.title)}</h2><p>{message(said.text)}</p>")
        if begin:
            navigation.link_to("programmes", "Make a programme", icon=":material/hub:")


def meanwhile() -> None:
    """What can be done without a release."""
    told = state.get_reporter().words.instead
    with st.container(key="ey-themes-instead", gap=None):
        st.html(f'<h2 class="ey-themes-title">{html_text(told.title)}</h2>')
        for at, one in enumerate(told.items):
            with st.container(key=f"ey-theme-instead-{at}", gap=None):
                st.html(f'<p class="ey-flat">{html_text(one.text)}</p>')
                source.button(state.get_reporter().cite(one), f"theme-instead-{at}")
        survey_form()


def survey_form() -> None:
    """The survey as a form, to print or to take along."""
    with st.container(horizontal=True, key="ey-theme-form"):
        word = {"key": "ey-theme-form-docx", "icon": ":material/description:", "kind": "tertiary"}
        make = partial(theme_form.docx, state.get_reporter())
        download.button("Survey form for Word", "eyelevel-survey.docx", _DOCX, make, **word)  # type: ignore[arg-type]
        plain = {"key": "ey-theme-form-md", "icon": ":material/markdown:", "kind": "tertiary"}
        text = partial(theme_form.markdown, state.get_reporter())
        download.button("As Markdown", "eyelevel-survey.md", "text/markdown", text, **plain)  # type: ignore[arg-type]
