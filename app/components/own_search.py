"""The search of one's own notes, plans and commitments, by words and by meaning, above the lists of what was saved.

Asks `app.own`; what is found is read from the store in the person's own name during the search. Keeps the query in
the session and nothing else.
"""

import streamlit as st

from app import own
from app.components import own_note
from app.components.days import in_full
from app.components.highlight import marked
from app.components.markup import html_text, message
from assistant.coach.own_notes import OwnPassage
from assistant.errors import EyelevelError
from assistant.events import OwnPlace
from assistant.text import WORD, shorten, stems

QUERY = "ey-own-query"
MOST = 6
"""Passages shown."""
SHARED = 0.2
"""Least share of the query's words for a passage that is not near it in meaning."""
LONGEST = 2000
"""Characters of a query that are searched: more than the model reads."""


def draw() -> bool:
    """The field, and what was found where something is searched; whether that is so."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="ey-own-search"):
        typed = st.text_input(
            "Search your notes and plans",
            key=QUERY,
            placeholder="A word, or a question about what you wrote",
        )
        query = " ".join((typed or "").split())[:LONGEST]
        if query:
            st.button("End the search", icon=":material/close:", type="tertiary", key="ey-own-all", on_click=_clear)
    if query:
        _results(query)
    return bool(query)


def _clear() -> None:
    st.session_state[QUERY] = ""


def _results(query: str) -> None:
    try:
        matches = own.search(query, MOST)
    except EyelevelError as error:
        st.html(f'<p class="ey-error" role="alert">{message(str(error))}</p>')
        return
    found = [one for one in matches.passages if one.fits or one.shared >= SHARED]
    places = "1 place" if len(found) == 1 else f"{len(found)} places"
    said = f"{places} in what you wrote, the nearest first." if found else _nothing(query)
    unread = " Some of it is still being read; search again in a moment." if matches.unread else ""
    st.html(f'<p class="ey-small" role="status">{html_text(said)}{unread}</p>')
    with st.container(key="ey-own-list", gap=None):
        for at, one in enumerate(found):
            _row(one, query, at)


def _nothing(query: str) -> str:
    return f"Nothing you wrote fits “{shorten(query, 80)}”. Try a word that you may have used."


def _row(one: OwnPassage, query: str, at: int) -> None:
    place = OwnPlace(kind=one.kind, item=one.item, start=one.start, end=one.end)
    with st.container(gap=None, key=f"ey-own-row-{at}"):
        name = f"{one.kind.capitalize()} of {in_full(one.day)}"
        own_note.opener(place, name, f"ey-own-found-{one.item}-{one.start}")
        st.html(f'<div class="ey-said ey-own">{highlighted(one.text, query)}</div>')


def highlighted(text: str, query: str) -> str:
    """The text as HTML, with the words that it shares with the query marked, whatever their endings."""
    wanted, parts, at = set(stems(query)), list[str](), 0
    for match in WORD.finditer(text):
        if wanted.intersection(stems(match.group())):
            parts += [html_text(text[at : match.start()]), marked(match.group())]
            at = match.end()
    return "".join([*parts, html_text(text[at:])])
