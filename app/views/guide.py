"""The guide: everything that answers rest on, to browse, to search and to read.

The address says what is open: `document` an article, `passage` the place in it. Text of documents is shown as it
is, through `markup`.
"""

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from zlib import crc32

import streamlit as st

from app import navigation, state
from app.components import article, status
from app.components.markup import html_text, label, message
from assistant.errors import EyelevelError
from assistant.text import shorten

if TYPE_CHECKING:
    from assistant.guide.manifest import DocumentRecord
    from assistant.guide.search import Hit

PAGE = 24
HITS = 8
ALL = "All"


def render() -> None:
    """Draw the page."""
    coach = state.get_coach()
    guide = coach.guide_state()
    wanted = st.query_params.get("document")
    if guide.status != "ready":
        _title("The guide")
        status.guide_card(guide)
        return
    records = coach.documents()
    record = next((record for record in records if record.source == wanted), None)
    if record:
        article.draw(record, st.query_params.get("passage"))
        return
    st.query_params.from_dict({"document": wanted} if wanted else {})  # what the address shows is what is open
    _title("The guide", f"{guide.documents:,} documents. Every answer of the coach rests on them, and on nothing else.")
    if wanted:
        st.html('<p class="ey-error" role="alert">This article is not in the guide any more. Look for it below.</p>')
    query = st.text_input("Search the guide", placeholder="What are you looking for?", key="ey-search", max_chars=400)
    if query.strip():
        _found(query)
    else:
        _browse(records)


def _title(title: str, below: str = "") -> None:
    st.html(f"<h1>{html_text(title)}</h1><p class='ey-sub'>{html_text(below)}</p>")


def _found(query: str) -> None:
    try:
        hits = state.get_coach().search(query, HITS)
    except EyelevelError as error:
        st.html(f'<p class="ey-error" role="alert">{message(str(error))}</p>')
        return
    st.html(f'<h2 class="ey-h">{"The nearest passages" if hits else "Nothing in the guide is near this"}</h2>')
    with st.container(key="ey-list", gap=None):
        for hit in hits:
            _hit(hit)


def _hit(hit: "Hit") -> None:
    passage = hit.passage
    with st.container(gap=None, key=f"ey-row-{passage.id}"):
        title = f"{passage.title} › {passage.heading}" if passage.heading else passage.title
        query = {"document": passage.document, "passage": passage.id}
        navigation.link_to("guide", label(title, 120), query=query)
        beginning = shorten(" ".join(passage.text.split()), 220)
        st.html(f'<p class="ey-said ey-small">{html_text(beginning)}</p>')


def _browse(records: Sequence["DocumentRecord"]) -> None:
    with st.container(horizontal=True, key="ey-filters"):
        folder = _choose("Folder", sorted({folder_of(record) for record in records}))
        kind = _choose("Kind", sorted({record.kind for record in records if record.kind}))
        part = _choose("For", sorted({role.value for record in records for role in record.roles}))
    chosen = [
        record
        for record in records
        if folder in (ALL, folder_of(record))
        and kind in (ALL, record.kind)
        and (part == ALL or not record.roles or part in [role.value for role in record.roles])
    ]
    count = "1 article" if len(chosen) == 1 else f"{len(chosen):,} articles"
    pages = max(1, -(-len(chosen) // PAGE))
    st.html(f'<p class="ey-small" role="status">{count}</p>')
    shown = int(st.pagination(pages, key=f"ey-guide-pages-{pages}") or 1) if pages > 1 else 1
    with st.container(key="ey-list", gap=None):
        for record in chosen[(shown - 1) * PAGE : shown * PAGE]:
            _entry(record)


def _choose(name: str, options: list[str]) -> str:
    return st.selectbox(name, [ALL, *options], key=f"ey-filter-{name.lower()}", format_func=str.capitalize)


def _entry(record: "DocumentRecord") -> None:
    with st.container(gap=None, key=f"ey-row-{record.digest[:12]}-{crc32(record.source.encode())}"):
        navigation.link_to("guide", label(record.title, 120), query={"document": record.source})
        st.html(f'<p class="ey-small">{html_text(article.facts(record))}</p>')


def folder_of(record: "DocumentRecord") -> str:
    """The folder that a document was ingested from, as a word."""
    parent = PurePosixPath(record.source).parent.name
    return parent or "other"
