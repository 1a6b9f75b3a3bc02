"""Kept plans on the page: the list to open from, what was just deleted, and the button that keeps a note check's plan.

What is kept lies with `app.planning`; a deleted plan can be brought back for as long as the store has it.
"""

import streamlit as st

from app import checking, navigation, planning, state
from app.components import about_pair, discs, kept_list, look_around
from app.components.attempt import attempt, told
from assistant.notes.session_plan import SessionPlan

KEPT = kept_list.Kept("plan", planning.open_saved, planning.delete)


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
        kept_list.bring_back(KEPT)
        if found:
            kept_list.rows(KEPT, found)
            return
        st.html(f'<div class="ey-none">{discs.line("small")}<p>No plan yet. The first takes a minute.</p></div>')
        look_around.line()


def way_back() -> None:
    """From a plan to the list."""
    look = {"icon": ":material/arrow_back:", "type": "tertiary", "key": "ey-plan-back"}
    st.button("All plans", on_click=planning.leave, **look)  # type: ignore[arg-type]


def delete(plan: str, title: str) -> None:
    """Delete the plan that is open; the page is drawn anew, with the list."""
    kept_list.delete(KEPT, plan, title)
