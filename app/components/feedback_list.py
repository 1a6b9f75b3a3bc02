"""What the person began to tell before: to open, to delete with its rehearsals, and to bring back."""

from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

import streamlit as st

from app import state, upward
from app.components import discs
from app.components.attempt import attempt, told
from app.components.markup import html_text, label
from app.components.times import ago
from assistant.roles import Role
from assistant.text import shorten

if TYPE_CHECKING:
    from assistant.store.drafts import DraftSummary

PAGE = 5
DELETED = "ey-up-deleted"


class _Deleted(NamedTuple):
    role: Role
    gone: tuple[str, ...]
    title: str


def draw() -> None:
    """The list, or that there is nothing yet, and what was just deleted."""
    with told():
        shown, found = upward.on_page(), upward.kept()
        others = [one for one in found if one.id != shown]
        st.html('<h2 class="ey-h">What you began before</h2>')
        _bring_back()
        if not others:
            st.html(
                f'<div class="ey-none">{discs.line("small")}<p class="ey-small">Nothing else yet. Choose what stops '
                "you, or begin with the draft.</p></div>"
            )
            return
        pages = -(-len(others) // PAGE)
        page = int(st.pagination(pages, key=f"ey-up-pages-{pages}") or 1) if pages > 1 else 1
        with st.container(key="ey-list-plans", gap=None):
            for one in others[(page - 1) * PAGE : page * PAGE]:
                _row(one)


def _row(one: "DraftSummary") -> None:
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", key=f"ey-row-{one.id}"):
        with st.container(gap=None):
            st.button(
                label(one.title, 90),
                type="tertiary",
                key=f"ey-open-{one.id}-{crc32(one.title.encode())}",
                on_click=upward.open_kept,
                args=(one.id,),
            )
            st.html(f'<p class="ey-small">{ago(one.updated)}</p>')
        look = {"icon": ":material/delete:", "type": "tertiary", "key": f"ey-delete-{one.id}"}
        pressed = st.button("Delete", **look)  # type: ignore[arg-type]
        if pressed and attempt(lambda: _delete(one.id, one.title)):
            st.rerun()


def _delete(draft: str, title: str) -> None:
    st.session_state[DELETED] = _Deleted(state.role(), upward.delete(draft), title)


def _bring_back() -> None:
    deleted: _Deleted | None = st.session_state.get(DELETED)
    if deleted is None or deleted.role != state.role():
        return
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", key="ey-tint-deleted-up"):
        shown = html_text(shorten(deleted.title, 60))
        more = " with its rehearsals" if len(deleted.gone) > 1 else ""
        line = f"Deleted{more}: “{shown}”. It can be brought back now, and is erased after a day."
        st.html(f'<p role="status">{line}</p>')
        pressed = st.button("Bring it back", icon=":material/undo:", key="ey-up-undo")
        if pressed and attempt(lambda: upward.restore(deleted.gone)):
            st.session_state.pop(DELETED)
            st.rerun()
