"""Kept plans on the page: the list to open from, what was just deleted, and the button that keeps a note check's plan.

What is kept lies with `app.planning`; a deleted plan can be brought back for as long as the store has it.
"""

from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

import streamlit as st

from app import checking, navigation, planning, state
from app.components import about_pair, discs
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


def button(plan: SessionPlan) -> None:
    """Keep the plan of a note check and open it on its page; or that it is kept, and the way to it."""
    with st.container(horizontal=True, vertical_alignment="center", key="ey-plan-actions"), told():
        saved = planning.find_saved(plan)
        if saved:
            st.html('<p class="ey-saved" role="status">Saved</p>', width="content")
            look = {"icon": ":material/edit:", "key": "ey-plan-open-saved"}
            if st.button("Open and change it", **look):  # type: ignore[arg-type]
                go_to(saved)
            return
        pair = about_pair.ask(f"plan-{checking.sheet().id}")
        pressed = st.button("Save this plan", icon=":material/bookmark:", key="ey-plan-save")
        st.html('<p class="ey-small">Only you can read it. It is not kept until you save it.</p>')
        if pressed and attempt(lambda: planning.save(plan, pair)):
            go_to(planning.find_saved(plan) or "")


def go_to(plan: str) -> None:
    """Open a kept plan on the page of plans."""
    planning.open_saved(plan)
    st.switch_page(navigation.page("plan"))


def draw() -> None:
    """The list, or that there is nothing yet, and what was just deleted."""
    with told():
        found = planning.list_saved()
        st.html(
            '<h2 class="ey-h">What was kept</h2><p class="ey-small">Your plans. Only you can read them, as '
            f"{state.role().value}.</p>"
        )
        _bring_back()
        if not found:
            st.html(f'<div class="ey-none">{discs.line("small")}<p>No plan yet. The first takes a minute.</p></div>')
            return
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
            delete(plan.id, plan.title)


def way_back() -> None:
    """From a plan to the list."""
    look = {"icon": ":material/arrow_back:", "type": "tertiary", "key": "ey-plan-back"}
    st.button("All plans", on_click=planning.leave, **look)  # type: ignore[arg-type]


def delete(plan: str, title: str) -> None:
    """Delete a plan, offer to bring it back above the list, and draw the page anew."""
    if attempt(lambda: planning.delete(plan)):
        st.session_state[DELETED] = _Deleted(state.role(), plan, title)
        planning.leave()
        st.rerun()


def _bring_back() -> None:
    """What was just deleted, and its undo."""
    deleted: _Deleted | None = st.session_state.get(DELETED)
    if deleted is None or deleted.role != state.role():
        return
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", key="ey-tint-deleted-plan"):
        shown = html_text(shorten(deleted.title, 60))
        st.html(f'<p role="status">Deleted: “{shown}”. It can be brought back now, and is erased after a day.</p>')
        pressed = st.button("Bring it back", icon=":material/undo:", key="ey-plan-undo")
        if pressed and attempt(lambda: planning.restore(deleted.plan)):
            st.session_state.pop(DELETED)
            st.rerun()
