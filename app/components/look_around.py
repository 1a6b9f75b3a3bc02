"""One quiet line on pages that are still empty: where the demonstration that fills them can be loaded."""

import streamlit as st

from app import state


def line() -> None:
    """The line, where one person sits at this machine; nothing where people sign in."""
    if not state.shared():
        st.html(
            '<p class="ey-small">To look around first, choose manager, open Themes and load the demonstration: it '
            "puts examples here, and takes them away again.</p>"
        )
