"""Kept plans of programmes: to open, to delete, and to bring back what was just deleted."""

from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

import streamlit as st

from app import programme_planning
from app.components import discs
from app.components.attempt import attempt, told
from app.components.markup import html_text, label
from app.components.times import ago
from assistant.text import shorten

if TYPE_CHECKING:
    from assistant.store.drafts import DraftSummary

PAGE = 5
DELETED = "ey-programme-deleted"


class _Deleted(NamedTuple):
    """What can be brought back."""

    plan: str
    title: str


def draw() -> None:
    """The list, or that there is nothing yet, and what was just deleted."""
    with told():
        found = programme_planning.list_kept()
        st.html(
            '<h2 class="ey-h">What was kept</h2><p class="ey-small">Your plans of programmes. Only you can read '
            "them.</p>"
        )
        _bring_back()
        if not found:
            st.html(
                f'<div class="ey-none">{discs.line("small")}<p>No plan yet. A goal in one sentence is enough to '
                "begin.</p></div>"
            )
            return
        pages = -(-len(found) // PAGE)
        shown = int(st.pagination(pages, key=f"ey-programme-pages-{pages}") or 1) if pages > 1 else 1
        with st.container(key="ey-list-plans", gap=None):
            for one in found[(shown - 1) * PAGE : shown * PAGE]:
                _row(one)


def _row(one: "DraftSummary") -> None:
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", key=f"ey-row-{one.id}"):
        with st.container(gap=None):
            st.button(
                label(one.title, 90),
                type="tertiary",
                key=f"ey-open-{one.id}-{crc32(one.title.encode())}",
                on_click=programme_planning.open_kept,
                args=(one.id,),
            )
            st.html(f'<p class="ey-small">{ago(one.updated)}</p>')
        look = {"icon": ":material/delete:", "type": "tertiary", "key": f"ey-delete-{one.id}"}
        if st.button("Delete", **look):  # type: ignore[arg-type]
            delete(one.id, one.title)


def way_back() -> None:
    """From a plan to the list."""
    look = {"icon": ":material/arrow_back:", "type": "tertiary", "key": "ey-plan-back"}
    st.button("All programme plans", on_click=programme_planning.leave, **look)  # type: ignore[arg-type]


def delete(plan: str, title: str) -> None:
    """Delete a plan, offer to bring it back above the list, and draw the page anew."""
    if attempt(lambda: programme_planning.delete(plan)):
        st.session_state[DELETED] = _Deleted(plan, title)
        programme_planning.leave()
        st.rerun()


def _bring_back() -> None:
    deleted: _Deleted | None = st.session_state.get(DELETED)
    if deleted is None:
        return
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", key="ey-tint-deleted-plan"):
        shown = html_text(shorten(deleted.title, 60))
        st.html(f'<p role="status">Deleted: “{shown}”. It can be brought back now, and is erased after a day.</p>')
        pressed = st.button("Bring it back", icon=":material/undo:", key="ey-programme-restore")
        if pressed and attempt(lambda: programme_planning.restore(deleted.plan)):
            st.session_state.pop(DELETED)
            st.rerun()
