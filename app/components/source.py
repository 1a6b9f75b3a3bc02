"""A passage of the guide as the source of something said: its text verbatim, with the words that count marked.

The coach's pane and the dialog of a finding show it the same way.
"""

from collections.abc import Sequence

import streamlit as st

from app import navigation
from app.components import markup
from assistant.guide.passage import Citation

NAME = 26
"""Characters of an article's name that fit beside the two buttons of a card."""


def body(title: str, heading: str, text: str, quotes: Sequence[str], resting: str) -> str:
    """The passage as HTML; `resting` says what rests on it."""
    over = f'<p class="ey-small">{markup.html_text(heading)}</p>' if heading else ""
    return (
        f"<h2>{markup.html_text(title)}</h2>{over}{markup.passage(text, quotes)}"
        f'<p class="ey-small ey-rule">The guide’s own words. {markup.html_text(resting)}</p>'
    )


def article_link(document: str, passage: str) -> None:
    """The way to the article, opened at the passage."""
    query = {"document": document, "passage": passage}
    navigation.link_to("guide", "Read the whole article", icon=":material/menu_book:", query=query)


def button(citations: Sequence[Citation], key: str) -> None:
    """Opens the passages behind a piece of advice; nothing where there are none."""
    if not citations:
        return
    name = markup.label(citations[0].title.split(":")[0], NAME)
    if st.button(name, icon=":material/menu_book:", type="tertiary", key=f"ey-source-{key}"):
        open_passages(citations)


@st.dialog("Source", position="right", width="medium")
def open_passages(citations: Sequence[Citation], what: str = "advice") -> None:
    """Show the passages over the page; `what` rests on them."""
    for one in citations:
        marked = bool(markup.spans(one.text, one.quotes))
        resting = f"The {what} rests on {'the marked words' if marked else 'this passage'}."
        with st.container(key=f"ey-source-body-{one.id}"):
            st.html(body(one.title, one.heading, one.text, one.quotes, resting))
            article_link(one.document, one.id)
