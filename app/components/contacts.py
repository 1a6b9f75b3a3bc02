"""Whom to turn to for what is no coaching matter: always one click away, and on every referral.

Shows only what the operator configured (`EYELEVEL_CONTACTS`); it must never invent a contact or send anything.
"""

import streamlit as st

from app import state
from app.components.contact_list import NOBODY, WHY, as_html
from app.components.markup import html_text, paragraphs
from assistant.events import Offer, Referral

__all__ = ["NOBODY", "as_html", "button", "button_above", "offer", "referral"]


def button() -> None:
    """The way there from every page."""
    with st.popover("Someone to talk to", icon=":material/support:", type="tertiary"):
        st.html(f"<p>{html_text(WHY)}</p>{as_html(state.get_coach().contacts())}")


def button_above() -> None:
    """The same in the page's upper corner, shown while the sidebar is out of sight, as it is on a phone."""
    with st.container(key="ey-help"):
        button()


def referral(found: Referral) -> None:
    """Takes the place of an answer."""
    with st.container(key=f"ey-brick-{found.kind}"):
        st.html(f'<div class="ey-referral" role="alert">{paragraphs(found.message)}{as_html(found.contacts)}</div>')


def offer(found: Offer) -> None:
    """Stands above an answer that is given all the same."""
    with st.container(key="ey-tint-someone"):
        st.html(f'<div class="ey-referral" role="note"><p>{html_text(found.text)}</p>{as_html(found.contacts)}</div>')
