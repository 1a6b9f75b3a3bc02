"""What the other side of a pair lets the person read, opened in its place.

Read anew from the store each time it is drawn, and looked at again by itself now and then: what is not shared any more
leaves the screen. Nothing of it is kept.
"""

from typing import TYPE_CHECKING

import streamlit as st

from app import state
from app.components.attempt import told
from app.components.markup import html_text, label
from app.components.times import ago
from assistant.errors import AccessDenied
from assistant.roles import Actor

if TYPE_CHECKING:
    from assistant.store.shares import SharedItem

WATCH_SECONDS = 15.0
"""How soon an open page notices by itself that something is not shared any more; every other run notices at once."""
_OPEN = "ey-received-open"
"""Whose notes were open in the run before: name by item."""


def draw() -> None:
    """The list, which looks again by itself."""
    st.fragment(_draw, run_every=WATCH_SECONDS)()


def _draw() -> None:
    with st.container(key="ey-tint-received"):
        st.html("<h2>Shared with you</h2>")
        with told():
            actor = state.actor()
            found = state.get_shares().received(actor)
            before: dict[str, str] = st.session_state.pop(_OPEN, {})
            for name in {name: None for item, name in before.items() if item not in {one.item for one in found}}:
                _gone(name)
            if not found:
                st.html('<p class="ey-small">Nothing at present. What the other side lets you read stands here.</p>')
            for item in found:
                _item(actor, item)


def _gone(name: str) -> None:
    st.html(f'<p class="ey-small" role="status">What you had open is not shared by {html_text(name)} any more.</p>')


def _item(actor: Actor, item: "SharedItem") -> None:
    by = f'<p class="ey-small">{html_text(item.owner_name)} · shared {ago(item.shared_at)}</p>'
    with st.container(gap=None, key=f"ey-received-{item.kind}-{item.item}"):
        if item.kind == "commitment":
            st.html(f'<p class="ey-said ey-passage">{html_text(item.title)}</p>{by}')
            return
        opened = st.expander(label(item.title, 90), on_change="rerun", key=f"ey-read-{item.item}")
        with opened:
            if opened.open:
                _note(actor, item)
        st.html(by)


def _note(actor: Actor, item: "SharedItem") -> None:
    try:
        text = state.get_shares().read(actor, item.kind, item.item).text
    except AccessDenied:  # it was ended between the list and now
        _gone(item.owner_name)
        return
    st.session_state.setdefault(_OPEN, {})[item.item] = item.owner_name
    said = html_text(text) if text.strip() else "A debrief without a note: there is no text to read."
    st.html(f'<div class="ey-said ey-passage">{said}</div>')
