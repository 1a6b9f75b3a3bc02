"""Earlier sessions: the reflections that were kept, to open, to delete and to bring back.

Part of the page `reflection`; the store keeps a deleted one for as long as it can be brought back.
"""

from typing import TYPE_CHECKING

import streamlit as st

from app import drafting, reflecting, state
from app.components.attempt import attempt
from app.components.markup import html_text, label
from app.components.times import ago
from app.reflecting import OnPage
from assistant.text import shorten

if TYPE_CHECKING:
    from assistant.store.drafts import DraftSummary

PAGE = 8
_DELETED = "ey-reflect-deleted"


def draw(shown: OnPage | None) -> None:
    """The list, the latest first. Raises `StoreError`."""
    _bring_back()
    found = reflecting.earlier()
    if not found:
        st.html(
            "<p>Nothing yet. After a session, write a few lines under “After”; the questions and your answers will "
            "stand here.</p>"
        )
        return
    pages = -(-len(found) // PAGE)
    at = int(st.pagination(pages, key=f"ey-reflect-pages-{pages}") or 1) if pages > 1 else 1
    with st.container(key="ey-list-reflections", gap=None):
        for one in found[(at - 1) * PAGE : at * PAGE]:
            _row(one, shown)


def _row(one: "DraftSummary", shown: OnPage | None) -> None:
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", key=f"ey-row-{one.id}"):
        with st.container(gap=None):
            here = shown is not None and shown.id == one.id
            opener = False
            if here:
                st.html(f'<p class="ey-said">“{html_text(one.title)}”</p>')
            else:
                opener = st.button(label(f"“{one.title}”", 110), type="tertiary", key=f"ey-open-{one.id}")
            st.html(f'<p class="ey-small">{ago(one.created)}{" · on the page" if here else ""}</p>')
        look = {"icon": ":material/delete:", "type": "tertiary", "key": f"ey-delete-{one.id}"}
        gone = st.button("Delete", **look)  # type: ignore[arg-type]
    if opener:
        drafting.open_draft(reflecting.KIND, one.id)
        st.rerun()
    if gone and attempt(lambda: state.get_drafts().delete(state.actor(), one.id)):
        st.session_state[_DELETED] = one
        if here:
            drafting.leave(reflecting.KIND)
        st.rerun()


def _bring_back() -> None:
    deleted: DraftSummary | None = st.session_state.get(_DELETED)
    if deleted is None:
        return
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", key="ey-tint-deleted"):
        title = html_text(shorten(deleted.title, 60))
        st.html(f'<p role="status">Deleted: “{title}”. It can be brought back now, and is erased after a day.</p>')
        back = st.button("Bring it back", icon=":material/undo:", key="ey-undo")
    if back and attempt(lambda: state.get_drafts().restore(state.actor(), deleted.id)):
        st.session_state.pop(_DELETED)
        st.rerun()
