"""Earlier rehearsals of the draft on the page: to open, to delete, and to bring back."""

from typing import NamedTuple

import streamlit as st

from app import rehearsing, state
from app.components.attempt import attempt
from app.components.markup import html_text, label
from app.components.times import ago
from app.upward import Sheet
from assistant.roles import Role
from assistant.text import shorten

DELETED = "ey-say-deleted"


class _Deleted(NamedTuple):
    role: Role
    rehearsal: str
    title: str


def draw(sheet: Sheet) -> None:
    """The list; nothing where there are none."""
    found = rehearsing.earlier(sheet)
    _bring_back()
    if not found:
        return
    st.html('<h2 class="ey-label ey-h">Earlier rehearsals of this</h2>')
    with st.container(key="ey-list-plans-rehearsals", gap=None):
        for one in found:
            with st.container(horizontal=True, wrap=False, vertical_alignment="center", key=f"ey-row-{one.id}"):
                with st.container(gap=None):
                    st.button(
                        label(one.title, 80),
                        type="tertiary",
                        key=f"ey-open-{one.id}",
                        on_click=rehearsing.open_kept,
                        args=(one.id,),
                    )
                    st.html(f'<p class="ey-small">{ago(one.updated)}</p>')
                look = {"icon": ":material/delete:", "type": "tertiary", "key": f"ey-delete-{one.id}"}
                pressed = st.button("Delete", **look)  # type: ignore[arg-type]
                if pressed and attempt(lambda one=one: rehearsing.delete(one.id)):  # type: ignore[misc]
                    st.session_state[DELETED] = _Deleted(state.role(), one.id, one.title)
                    st.rerun()


def _bring_back() -> None:
    deleted: _Deleted | None = st.session_state.get(DELETED)
    if deleted is None or deleted.role != state.role():
        return
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", key="ey-tint-deleted-say"):
        shown = html_text(shorten(deleted.title, 60))
        st.html(f'<p role="status">Deleted: “{shown}”. It can be brought back now, and is erased after a day.</p>')
        pressed = st.button("Bring it back", icon=":material/undo:", key="ey-say-undo-delete")
        if pressed and attempt(lambda: rehearsing.restore(deleted.rehearsal)):
            st.session_state.pop(DELETED)
            st.rerun()
