"""The frame around every page: style, navigation, the part one plays, and how the coach is.

`main.py` runs it once for every run of the script; the page chosen in the sidebar is drawn inside it.
"""

from pathlib import Path

import streamlit as st

from app import navigation, state
from app.components import contacts, discs, status
from assistant.roles import Role

STYLE = Path(__file__).with_name("components") / "eyelevel.css"
SIDEBAR_PIXELS = 248
ROLES = {Role.MENTOR: "Mentor", Role.MENTEE: "Mentee", Role.MANAGER: "Manager"}


def run() -> None:
    """Draw the frame and the page."""
    st.set_page_config(
        page_icon=str(discs.STATIC / "favicon.svg"),
        layout="wide",
        initial_sidebar_state=SIDEBAR_PIXELS,
        menu_items={"Get help": None, "Report a bug": None, "About": None},
    )
    st.html(STYLE)
    st.logo(discs.picture("logo"), size="large", icon_image=discs.picture("logo"))
    pages = [navigation.page(name, state.role()) for name in navigation.PAGES]
    chosen = st.navigation(pages, position="sidebar")
    with st.sidebar:
        _choose_role()
        with st.container(key="ey-foot"):
            st.html(discs.line("small"))
            status.state_lines()
            contacts.button()
    st.set_page_config(page_title=f"{chosen.title} · Eyelevel")
    chosen.run()


def _choose_role() -> None:
    """The part one plays; the key follows the role, so that a choice made elsewhere shows here too."""
    current = state.role()
    with st.container(key="ey-role"):
        chosen = st.segmented_control(
            "You are the",
            list(ROLES),
            default=current,
            required=True,
            format_func=ROLES.__getitem__,
            key=f"ey-role-{current}",
            wrap=False,
        )
    if chosen and chosen != current:
        state.choose_role(chosen)
        st.rerun()
