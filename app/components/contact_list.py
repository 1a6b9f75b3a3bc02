"""The configured contacts as plain HTML, for screens and for the pages outside Streamlit.

It must never invent a contact: what is shown is what the operator configured (`EYELEVEL_CONTACTS`).
"""

import re
from collections.abc import Sequence

from app.components.markup import html_text
from assistant.events import Contact

NOBODY = (
    "Nobody is named here yet: whoever runs Eyelevel can set EYELEVEL_CONTACTS. Until then, turn to someone you "
    "trust outside your pair, to your works council or to HR. In danger, call the emergency number of your country."
)
WHY = (
    "For harassment, discrimination, retaliation, something illegal or danger, coaching is the wrong tool. "
    "These people can act:"
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
