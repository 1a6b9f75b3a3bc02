"""One article of the guide: its passages in order, and the sources it rests on with what they are worth."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from app import navigation, state
from app.components.markup import html_text, message, passage
from assistant.errors import EyelevelError

if TYPE_CHECKING:
    from assistant.guide.manifest import DocumentRecord
    from assistant.guide.passage import Passage


def facts(record: "DocumentRecord") -> str:
    """Kind and readers of a document in a line."""
    readers = ", ".join(role.value for role in record.roles) or "everyone"
    return f"{(record.kind or 'document').capitalize()} · for {readers}"


def draw(record: "DocumentRecord", wanted: str | None) -> None:
    """The article, opened at the wanted passage: what stands before it is folded away, so that nobody scrolls."""
    st.query_params.from_dict({"document": record.source} | ({"passage": wanted} if wanted else {}))  # into the address
    with st.container(key="ey-back"):
        navigation.link_to("guide", "All articles", icon=":material/arrow_back:")
    st.html(f'<h1>{html_text(record.title)}</h1><p class="ey-sub">{html_text(facts(record))}</p>')
    try:
        passages = state.get_coach().read_document(record.source)
    except EyelevelError as error:
        st.html(f'<p class="ey-error" role="alert">{message(str(error))}</p>')
        return
    place = next((number for number, one in enumerate(passages) if one.id == wanted), None)
    with st.container(key="ey-article"):
        _passages(passages, place)
        _sources(record)
        st.html(f'<p class="ey-small ey-path">{html_text(record.source)}</p>')


def _passages(passages: Sequence["Passage"], place: int | None) -> None:
    if place:
        count = "One section" if place == 1 else f"{place} sections"
        with st.expander(f"{count} before this one"):
            for one in passages[:place]:
                _passage(one)
    for number, one in enumerate(passages[place or 0 :], start=place or 0):
        _passage(one, here=number == place)


def _passage(one: "Passage", here: bool = False) -> None:
    heading = f"<h2>{html_text(one.heading)}</h2>" if one.heading else ""
    mark = '<p class="ey-vh">The passage you came for</p>' if here else ""
    st.html(f'<section class="ey-section{" ey-here" if here else ""}">{mark}{heading}{passage(one.text)}</section>')


def _sources(record: "DocumentRecord") -> None:
    infos = state.get_coach().source_titles(record.sources)
    if not infos:
        return
    items = "".join(
        f"<li><b>{html_text(info.title)}</b><span>{html_text(info.by)}</span><span>{html_text(info.note)}</span></li>"
        for info in infos
    )
    with st.container(key="ey-tint-sources"):
        st.html(f'<h2>What this article rests on</h2><ul class="ey-sources">{items}</ul>')
