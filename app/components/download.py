"""Downloads on a page: a link that looks like a button, to a file made when it is fetched, for this browser alone.

Instead of Streamlit's own download button, whose files anybody has who knows their address. `app.shell` draws every
page inside `on_page`, so that what a page offers no more cannot be fetched any more. Keeps tokens in the session, and
what they stand for on the process's shelf (`app.downloads`).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

import streamlit as st

from app import downloads, state

_NOW, _BEFORE = "ey-downloads", "ey-downloads-before"
NO_COOKIE = "Downloads need a cookie of this page; allow cookies for this address and load the page anew."
Kind = Literal["secondary", "tertiary"]


def button(
    name: str,
    file: str,
    mime: str,
    make: Callable[[], str | bytes],
    *,
    key: str,
    kind: Kind = "secondary",
    icon: str = ":material/download:",
) -> None:
    """Offer a file under this label.

    `make` is called at each fetch, in another thread and without a session: it must ask the session nothing, and act
    for the actor that it was made with. `key` is unique on the page, and the same link stays as long as it is drawn.
    """
    owner = state.browser()
    if owner is None:
        st.button(name, icon=icon, type=kind, key=key, disabled=True, help=NO_COOKIE)
        return
    now: dict[str, str] = st.session_state.setdefault(_NOW, {})
    before: dict[str, str] = st.session_state.get(_BEFORE, {})
    now[key] = state.get_shelf().offer(owner, downloads.File(file, mime, make), now.get(key) or before.get(key))
    st.link_button(name, downloads.address(now[key]), icon=icon, type=kind, key=key)


@contextmanager
def on_page() -> Iterator[None]:
    """One run of the script: whatever was offered before and is not drawn in it is withdrawn at its end."""
    before: dict[str, str] = st.session_state.pop(_NOW, {})
    now: dict[str, str] = {}
    st.session_state[_NOW], st.session_state[_BEFORE] = now, before
    try:
        yield
    finally:  # the session may be another's or closed by now, and is not asked
        state.get_shelf().withdraw(set(before.values()) - set(now.values()))


def stay() -> None:
    """Keep what this page offers for as long as the page is open. Draws nothing."""
    st.fragment(_renew, run_every=downloads.RENEW_SECONDS)()


def _renew() -> None:
    owner, now = state.browser(), st.session_state.get(_NOW)
    if owner and now:
        state.get_shelf().renew(owner, now.values())
