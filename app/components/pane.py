"""The source pane: the passage behind a sentence, verbatim, with the supporting words marked.

Stands to the right of the conversation; on a narrow screen the style sheet makes it a drawer over it. Which source
is open is the session's `source`; the passage comes from the stored reply or from the answer being made.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import streamlit as st

from app import asking
from app.components import markup
from app.components.source import article_link, body
from app.components.turns import open_source
from assistant.events import Sentence, Source
from assistant.store.records import StoredTurn


class Opened(NamedTuple):
    """What the pane shows."""

    turn: str
    sources: tuple[Source, ...]
    """All that can be leafed through."""
    position: int
    quotes: tuple[str, ...]


def opened(turns: Sequence[StoredTurn]) -> Opened | None:
    """The open source, or None; also None where its turn is not on screen any more."""
    chosen: tuple[str, str] | None = st.session_state.get("source")
    if not chosen:
        return None
    turn, marker = chosen
    for sources, sentences in _candidates(turn, turns):
        markers = [source.marker for source in sources]
        if marker in markers:
            return Opened(turn, sources, markers.index(marker), quotes_for(marker, sentences))
    return None


def _candidates(turn: str, turns: Sequence[StoredTurn]) -> list[tuple[tuple[Source, ...], tuple[Sentence, ...]]]:
    """Cited sources first; then all that were read, so that a pane opened early does not close at the end."""
    found = [(one.reply.sources, one.reply.sentences) for one in turns if one.id == turn and one.reply]
    writing = asking.current()
    if writing and turn in (writing.progress.turn, writing.id):
        found.append((writing.progress.sources, writing.progress.sentences))
    return found


def quotes_for(marker: str, sentences: Sequence[Sentence]) -> tuple[str, ...]:
    """What the answer rests on in the passage of this marker."""
    pairs = [pair for sentence in sentences for pair in zip(sentence.markers, sentence.quotes, strict=False)]
    return tuple(dict.fromkeys(quote for found, quote in pairs if found == marker and quote))


def draw(shown: Opened) -> Any:
    """The pane; returns the place of the passage, for `refresh`."""
    source = shown.sources[shown.position]
    with st.container(key="ey-tint-pane"):
        _head(shown)
        place = st.empty()
        place.html(_passage(shown))
        article_link(source.document, source.id)
    return place


def refresh(place: Any, turns: Sequence[StoredTurn]) -> None:
    """Mark what the answer rests on by now, while it is being written."""
    if shown := opened(turns):
        place.html(_passage(shown))


def _passage(shown: Opened) -> str:
    source = shown.sources[shown.position]
    marked = bool(markup.spans(source.text, shown.quotes))
    resting = "The answer rests on the marked words." if marked else "No sentence rests on it so far."
    return body(source.title, source.heading, source.text, shown.quotes, resting)


def _head(shown: Opened) -> None:
    count = len(shown.sources)
    with st.container(horizontal=True, vertical_alignment="center", gap=None, key="ey-pane-head"):
        st.html(f'<p class="ey-label">Source {shown.position + 1} of {count}</p>')
        _step("Previous source", "chevron_left", shown, shown.position - 1)
        _step("Next source", "chevron_right", shown, shown.position + 1)
        close = {"key": "ey-icon-close", "type": "tertiary", "icon": ":material/close:"}
        st.button("Close the source", on_click=open_source, args=(shown.turn, None), **close)  # type: ignore[arg-type]


def _step(name: str, icon: str, shown: Opened, position: int) -> None:
    exists = 0 <= position < len(shown.sources)
    st.button(
        name,
        icon=f":material/{icon}:",
        type="tertiary",
        key=f"ey-icon-{icon}",
        disabled=not exists,
        on_click=open_source,
        args=(shown.turn, shown.sources[position].marker if exists else None),
    )
