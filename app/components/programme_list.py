"""Kept plans of programmes: to open, to delete, and to bring back what was just deleted."""

import streamlit as st

from app import programme_planning
from app.components import discs, kept_list
from app.components.attempt import told

KEPT = kept_list.Kept("programme", programme_planning.open_kept, programme_planning.delete)


def draw() -> None:
    """The list, or that there is nothing yet, and what was just deleted."""
    with told():
        found = programme_planning.list_kept()
        st.html(
            '<h2 class="ey-h">What was kept</h2><p class="ey-small">Your plans of programmes. Only you can read '
            "them.</p>"
        )
        kept_list.bring_back(KEPT)
        if found:
            kept_list.rows(KEPT, found)
            return
        st.html(
            f'<div class="ey-none">{discs.line("small")}<p>No plan yet. A goal in one sentence is enough to '
            "begin.</p></div>"
        )


def way_back() -> None:
    """From a plan to the list."""
    look = {"icon": ":material/arrow_back:", "type": "tertiary", "key": "ey-plan-back"}
    st.button("All programme plans", on_click=programme_planning.leave, **look)  # type: ignore[arg-type]


def delete(plan: str, title: str) -> None:
    """Delete the plan that is open; the page is drawn anew, with the list."""
    kept_list.delete(KEPT, plan, title)
