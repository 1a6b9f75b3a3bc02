"""Saved notes on the page: the button that saves, the list to open and delete from, and the consent.

What is saved and kept lies with `app.keeping`; a deleted note can be brought back for as long as the store has it.
"""

from zlib import crc32

import streamlit as st

from app import checking, keeping, planning, state
from app.components import about_pair, own_search, sharing
from app.components.attempt import told
from app.components.markup import html_text, label, message
from app.components.times import ago
from assistant.errors import StoreError
from assistant.store.records import NoteSummary
from assistant.text import shorten

PAGE = 5
DELETED = "deleted-note"


def button() -> None:
    """Save, or that it is saved, and about whose sessions it is."""
    current = checking.sheet()
    with told():
        if current.saved:
            st.html('<p class="ey-saved" role="status">Saved</p>', width="content")
            about_pair.of_note(current.saved)
            return
        with st.container(horizontal=True, vertical_alignment="bottom", width="content", key="ey-note-saving"):
            pair = about_pair.ask(f"note-{current.id}")
            look = {"icon": ":material/bookmark:", "key": "ey-note-save"}
            st.button("Save this note", on_click=keeping.save, args=(pair,), **look)  # type: ignore[arg-type]


def promise() -> str:
    """What stands beside the button, as HTML: who can read it."""
    saved = checking.sheet().saved
    if not saved:
        return "Only you can read it. Nothing is kept until you save it"
    try:
        return html_text(sharing.readers(sharing.load(), "note", saved))
    except StoreError as error:
        return message(str(error))


def draw() -> None:
    """The list and the search, where anything was ever saved, and what was just deleted."""
    try:
        found = keeping.list_saved()
        has_plans, shares = bool(planning.list_saved()), sharing.load()
    except StoreError as error:
        st.html(f'<p class="ey-error" role="alert">{message(str(error))}</p>')
        return
    _bring_back()
    if not found:
        if has_plans:
            own_search.draw()
        return
    until = ", until you share one" if shares else ""
    st.html(
        f'<h2 class="ey-h">Saved notes</h2><p class="ey-small">Only you can read them, as {state.role().value}{until}.'
        "</p>"
    )
    if own_search.draw():
        consent()
        return
    pages = -(-len(found) // PAGE)
    shown = int(st.pagination(pages, key="ey-note-pages") or 1) if pages > 1 else 1
    with st.container(key="ey-list", gap=None):
        for note in found[(shown - 1) * PAGE : shown * PAGE]:
            _row(note, shares)
    consent()


def _row(note: NoteSummary, shares: sharing.Sharing | None) -> None:
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", key=f"ey-row-{note.id}"):
        with st.container(gap=None):
            st.button(
                label(note.title, 90),
                type="tertiary",
                key=f"ey-open-{note.id}-{crc32(note.title.encode())}",
                on_click=keeping.open_saved,
                args=(note.id,),
            )
            st.html(f'<p class="ey-small">{ago(note.updated)}</p>')
            sharing.control(shares, "note", note.id)
        look = {"icon": ":material/delete:", "type": "tertiary", "key": f"ey-delete-{note.id}"}
        st.button("Delete", on_click=_delete, args=(note,), **look)  # type: ignore[arg-type]


def _delete(note: NoteSummary) -> None:
    keeping.delete(note)
    st.session_state[DELETED] = note


def _bring_back() -> None:
    deleted: NoteSummary | None = st.session_state.get(DELETED)
    if deleted is None:
        return
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", key="ey-tint-deleted"):
        title = html_text(shorten(deleted.title, 60))
        st.html(f'<p role="status">Deleted: “{title}”. It can be brought back now, and is erased after a day.</p>')
        st.button("Bring it back", icon=":material/undo:", key="ey-undo", on_click=_restore, args=(deleted,))


def _restore(note: NoteSummary) -> None:
    st.session_state.pop(DELETED, None)
    keeping.restore(note)


def consent() -> None:
    """Off unless ticked, and to be withdrawn at any time."""
    try:
        given = keeping.consents()
    except StoreError:
        return
    key = "ey-consent"
    st.session_state[key] = given
    st.checkbox(
        "Keep my answers to find out how often Eyelevel is right",
        key=key,
        wrap=True,
        on_change=lambda: keeping.set_consent(st.session_state[key]),
    )
    st.html(
        '<p class="ey-xs">“Yes, that” and “Not so” are then kept with the words they are about, '
        "without your name, for whoever runs Eyelevel. Untick it, and they are erased at once.</p>"
    )
