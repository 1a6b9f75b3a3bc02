"""Does what a button asks; where that cannot be done, the line that says why stands beside the button.

Called in the body of the script, never in a callback, so that what was typed stays where it is.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from app.components import refusals
from assistant.errors import EyelevelError


def attempt(act: Callable[[], object]) -> bool:
    """Whether it was done; if not, the page says here why."""
    try:
        act()
    except EyelevelError as error:
        st.html(refusals.as_html(str(error)))
        return False
    return True


@contextmanager
def told() -> Iterator[None]:
    """A part of a page that says in its place what keeps it from being drawn, and lets the rest be drawn."""
    try:
        yield
    except EyelevelError as error:
        st.html(refusals.as_html(str(error)))
