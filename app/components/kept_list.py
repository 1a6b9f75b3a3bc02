"""A list of what a person keeps of one kind: each to open and to delete, and what was just deleted to bring back."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

import streamlit as st

from app import state
from app.components.attempt import attempt
from app.components.markup import html_text, label
from app.components.times import ago
from assistant.roles import Role
from assistant.text import shorten

if TYPE_CHECKING:
    from assistant.store.drafts import DraftSummary

PAGE = 5
LONGEST = 90
"""Characters of a title."""


class Kept(NamedTuple):
    """One kind, and what its page does with it."""

    name: str
    """Part of the keys of its widgets."""
    open: Callable[[str], None]
    delete: Callable[[str], tuple[str, ...]]
    """Deletes one, with what belongs to it; the ids of all that is gone."""

    @property
    def deleted(self) -> str:
        """Where the session holds what was just deleted."""
        return f"ey-{self.name}-deleted"


class _Deleted(NamedTuple):
    role: Role
    gone: tuple[str, ...]
    title: str


def rows(kind: Kept, found: "Sequence[DraftSummary]") -> None:
    """The list, a page at a time."""
    pages = -(-len(found) // PAGE)
    shown = int(st.pagination(pages, key=f"ey-{kind.name}-pages-{pages}") or 1) if pages > 1 else 1
    with st.container(key="ey-list-plans", gap=None):
        for one in found[(shown - 1) * PAGE : shown * PAGE]:
            _row(kind, one)


def _row(kind: Kept, one: "DraftSummary") -> None:
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", key=f"ey-row-{one.id}"):
        with st.container(gap=None):
            key = f"ey-open-{one.id}-{crc32(one.title.encode())}"
            st.button(label(one.title, LONGEST), type="tertiary", key=key, on_click=kind.open, args=(one.id,))
            st.html(f'<p class="ey-small">{ago(one.updated)}</p>')
        look = {"icon": ":material/delete:", "type": "tertiary", "key": f"ey-delete-{one.id}"}
        if st.button("Delete", **look):  # type: ignore[arg-type]
            delete(kind, one.id, one.title)


def delete(kind: Kept, wanted: str, title: str) -> None:
    """Delete one, offer to bring it back above the list, and draw the page anew."""

    def do() -> None:
        st.session_state[kind.deleted] = _Deleted(state.role(), kind.delete(wanted), title)

    if attempt(do):
        st.rerun()


def bring_back(kind: Kept, belonging: str = "") -> None:
    """What was just deleted, and its undo; `belonging` names what went with it, where anything did."""
    deleted: _Deleted | None = st.session_state.get(kind.deleted)
    if deleted is None or deleted.role != state.role():
        return
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", key=f"ey-tint-deleted-{kind.name}"):
        more = f" with {belonging}" if belonging and len(deleted.gone) > 1 else ""
        line = f"Deleted{more}: “{html_text(shorten(deleted.title, 60))}”."
        st.html(f'<p role="status">{line} It can be brought back now, and is erased after a day.</p>')
        pressed = st.button("Bring it back", icon=":material/undo:", key=f"ey-{kind.name}-restore")
        if pressed and attempt(lambda: _restore(deleted.gone)):
            st.session_state.pop(kind.deleted)
            st.rerun()


def _restore(gone: tuple[str, ...]) -> None:
    for one in gone:
        state.get_drafts().restore(state.actor(), one)
