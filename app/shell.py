"""The frame around every page: style, navigation, the part one plays, and how the coach is.

`main.py` runs it once for every run of the script; the page chosen in the sidebar is drawn inside it.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from app import navigation, own, planning, state
from app.components import contacts, discs, download, pair_foot, status
from app.components.markup import html_text
from assistant.roles import Role

if TYPE_CHECKING:
    from assistant.store.people_records import Me

STYLE = Path(__file__).with_name("components") / "eyelevel.css"
SIDEBAR_PIXELS = 248
ROLES = {
    Role.MENTOR: "Mentor",
    Role.MENTEE: "Mentee",
    Role.MANAGER: "Manager",
    Role.ADMINISTRATOR: "Administrator",
}


def run() -> None:
    """Draw the frame and the page."""
    try:
        with download.on_page():
            _draw()
    finally:
        state.close_frame()


def _draw() -> None:
    st.set_page_config(
        page_icon=str(discs.STATIC / "favicon.svg"),
        layout="wide",
        initial_sidebar_state=SIDEBAR_PIXELS,
        menu_items={"Get help": None, "Report a bug": None, "About": None},
    )
    st.html(STYLE)
    st.logo(discs.picture("logo"), size="large", icon_image=discs.picture("logo"))
    person = state.admit() if state.shared() else None
    if state.shared() and (person is None or not person.roles):
        _stop(person)
    role = state.role()
    chosen = st.navigation([navigation.page(name, role) for name in navigation.names(role)], position="sidebar")
    with st.sidebar:
        _choose_role()
        if person:
            _account(person)
        with st.container(key="ey-foot"):
            st.html(discs.line("small"))
            pair_foot.draw()
            status.state_lines()
            contacts.button()
        download.stay()
    st.set_page_config(page_title=f"{chosen.title} · Eyelevel")
    own.prepare()
    before, st.session_state["ey-page"] = st.session_state.get("ey-page"), chosen.url_path
    if before == navigation.PAGES["plan"].address != chosen.url_path:
        planning.stop_all()
    contacts.button_above()
    chosen.run()


def _stop(person: "Me | None") -> None:
    """The page of somebody who is not signed in any more, or has no part: the way on, and what is theirs."""
    st.navigation([st.Page(lambda: None, title="Sign in", url_path="signed-out", default=True)], position="hidden")
    if person is None:
        st.html(
            "<h1>You are signed out</h1><p>What you wrote and did not erase is kept.</p>"
            '<p><a href="/account/sign-in" target="_self">Sign in</a></p>'
        )
    else:
        st.html(
            f"<h1>Welcome, {html_text(person.name or '')}</h1><p>You have no part in the programme yet. Ask whoever "
            'administers Eyelevel for one.</p><p><a href="/account" target="_self">Your account</a></p>'
        )
        _rights()
    contacts.button()
    st.stop()


def _rights() -> None:
    """What somebody whose last part was taken can still do with what was written in it."""
    from app.components import rights

    if rights.is_anything_kept():
        with st.container(key="ey-rights"):
            rights.take_away()
            rights.erase()
        download.stay()


def _account(person: "Me") -> None:
    """Who is signed in, and the way to sign out."""
    st.html(
        f'<p class="ey-state ey-who">{html_text(person.name or "")}<br>'
        '<a href="/account" target="_self">Account and sign out</a></p>'
    )


def _choose_role() -> None:
    """The part one plays, of those there are; the key follows it, so that a choice made elsewhere shows here too."""
    current, roles = state.role(), state.roles()
    if len(roles) == 1:
        return
    with st.container(key="ey-role"):
        chosen = st.segmented_control(
            "You are the",
            [role for role in ROLES if role in roles],
            default=current,
            required=True,
            format_func=ROLES.__getitem__,
            key=f"ey-role-{current}",
            wrap=False,
        )
    if chosen and chosen != current:
        state.choose_role(chosen)
        st.rerun()
