"""Whom to turn to for what is no coaching matter: always one click away, and on every referral.

Shows only what the operator configured (`EYELEVEL_CONTACTS`); it must never invent a contact or send anything.
"""

import re
from collections.abc import Sequence

import streamlit as st

from app import state
from app.components.markup import html_text, paragraphs
from assistant.events import Contact, Referral

NOBODY = (
    "Nobody is named here yet: whoever runs Eyelevel can set EYELEVEL_CONTACTS. Until then, turn to someone you "
    "trust outside your pair, to your works council or to HR. In danger, call the emergency number of your country."
)


def as_html(contacts: Sequence[Contact]) -> str:
    """The contacts as a list, or a plain line where none is configured."""
    if not contacts:
        return f"<p>{html_text(NOBODY)}</p>"
    items = "".join(f"<li><b>{html_text(one.name)}</b><br>{_address(one.address)}</li>" for one in contacts)
    return f'<ul class="ey-contacts">{items}</ul>'


def _address(address: str) -> str:
    """An e-mail address or a telephone number can be clicked; anything else is text."""
    text = html_text(address)
    if re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", address):
        return f'<a href="mailto:{text}">{text}</a>'
    if re.fullmatch(r"\+?[\d\s()/.-]{3,}", address):
        return f'<a href="tel:{re.sub(r"[^+0-9]", "", address)}">{text}</a>'
    return text


def button() -> None:
    """The way there from every page."""
    with st.popover("Someone to talk to", icon=":material/support:", type="tertiary"):
        st.html(
            "<p>For harassment, discrimination, retaliation or danger, coaching is the wrong tool. "
            f"These people can act:</p>{as_html(state.get_coach().contacts())}"
        )


def referral(found: Referral) -> None:
    """Takes the place of an answer."""
    with st.container(key=f"ey-brick-{found.kind}"):
        st.html(f'<div class="ey-referral" role="alert">{paragraphs(found.message)}{as_html(found.contacts)}</div>')
