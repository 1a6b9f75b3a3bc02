"""What the person began to tell before: to open, to delete with its rehearsals, and to bring back."""

import streamlit as st

from app import upward
from app.components import discs, kept_list
from app.components.attempt import told

KEPT = kept_list.Kept("feedback", upward.open_kept, upward.delete)


def draw() -> None:
    """The list, or that there is nothing yet, and what was just deleted."""
    with told():
        shown = upward.on_page()
        others = [one for one in upward.kept() if one.id != shown]
        st.html('<h2 class="ey-h">What you began before</h2>')
        kept_list.bring_back(KEPT, "its rehearsals")
        if others:
            kept_list.rows(KEPT, others)
            return
        st.html(
            f'<div class="ey-none">{discs.line("small")}<p class="ey-small">Nothing else yet. Choose what stops you, '
            "or begin with the draft.</p></div>"
        )
