"""Saved plans on the page: the button that saves one, the list to open from, and what was just deleted.

What is saved and kept lies with `app.planning`; a deleted plan can be brought back for as long as the store has it.
"""

from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

import streamlit as st

from app import checking, planning, state
from app.components import about_pair
from app.components.attempt import attempt, told
from app.components.markup import html_text, label
from app.components.times import ago
from assistant.notes.session_plan import SessionPlan
from assistant.roles import Role
from assistant.text import shorten

if TYPE_CHECKING:
    from assistant.store.drafts import DraftSummary

PAGE = 5
DELETED = "ey-plan-deleted"


class _Deleted(NamedTuple):
    """What can be brought back."""

    role: Role
    plan: str
    title: str
    in_list: bool
    """Where the way back is shown: in the list, or above everything else."""


def button(plan: SessionPlan) -> None:
    """Save, or that it is saved and the way to it."""
    with st.container(horizontal=True, vertical_alignment="center", key="ey-plan-actions"), told():
        saved = planning.find_saved(plan)
        if saved:
            st.html('<p class="ey-saved" role="status">Saved</p>', width="content")
            st.button(
                "Open and change it",
                icon=":material/edit:",
                key="ey-plan-open-saved",
                on_click=planning.open_saved,
                args=(saved,),
            )
            return
        pair = about_pair.ask(f"plan-{checking.sheet().id}")
        pressed = st.button("Save this plan", icon=":material/bookmark:", key="ey-plan-save")
        st.html('<p class="ey-small">Only you can read it. It is not kept until you save it.</p>')
        if pressed and attempt(lambda: planning.save(plan, pair)):
            st.rerun()


def draw() -> None:
    """The list, where any plan was ever saved, and what was just deleted."""
    with told():
        found = planning.list_saved()
        bring_back(in_list=True)
        if not found:
            return
        st.html(
            f'<h2 class="ey-h">Saved plans</h2><p class="ey-small">Only you can read them, as {state.role().value}.</p>'
        )
        pages = -(-len(found) // PAGE)
        shown = int(st.pagination(pages, key=f"ey-plan-pages-{pages}") or 1) if pages > 1 else 1
        with st.container(key="ey-list-plans", gap=None):
            for plan in found[(shown - 1) * PAGE : shown * PAGE]:
                _row(plan)


def _row(plan: "DraftSummary") -> None:
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", key=f"ey-row-{plan.id}"):
        with st.container(gap=None):
            st.button(
                label(plan.title, 90),
                type="tertiary",
                key=f"ey-open-{plan.id}-{crc32(plan.title.encode())}",
                on_click=planning.open_saved,
                args=(plan.id,),
            )
            st.html(f'<p class="ey-small">{ago(plan.updated)}</p>')
        look = {"icon": ":material/delete:", "type": "tertiary", "key": f"ey-delete-{plan.id}"}
        if st.button("Delete", **look):  # type: ignore[arg-type]
            delete(plan.id, plan.title, in_list=True)


def delete(plan: str, title: str, *, in_list: bool) -> None:
    """Delete a plan, offer to bring it back where the person looks next, and draw the page anew."""
    if attempt(lambda: planning.delete(plan)):
        st.session_state[DELETED] = _Deleted(state.role(), plan, title, in_list)
        planning.leave()
        st.rerun()


def bring_back(*, in_list: bool) -> None:
    """What was just deleted, in the list or above everything else, and its undo."""
    deleted: _Deleted | None = st.session_state.get(DELETED)
    if deleted is None or (deleted.role, deleted.in_list) != (state.role(), in_list):
        return
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", key="ey-tint-deleted-plan"):
        shown = html_text(shorten(deleted.title, 60))
        st.html(f'<p role="status">Deleted: “{shown}”. It can be brought back now, and is erased after a day.</p>')
        pressed = st.button("Bring it back", icon=":material/undo:", key="ey-plan-undo")
        if pressed and attempt(lambda: planning.restore(deleted.plan)):
            st.session_state.pop(DELETED)
            st.rerun()
