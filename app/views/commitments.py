"""You said, I did: what one promised and what became of it, with one's pairs and what the other side shares.

Reads the store once a run and draws from that; the parts do what their buttons ask. In personal mode there is nobody
to share with, and the commitments alone are shown.
"""

from typing import TYPE_CHECKING

import streamlit as st

from app import contributing, state
from app.components import both_sides, commitments, pair, programme_line, received, reminder, sharing
from app.components.attempt import told
from app.components.markup import html_text
from assistant.roles import PAIRED

if TYPE_CHECKING:
    from app.components.counted import Counted
    from assistant.store.commitments import Commitment

COLUMNS = [600, 320]
"""Pixels of commitments and of what others share in a window of 1280."""


def render() -> None:
    """Draw the page."""
    role = state.role()
    if role not in PAIRED:
        _head("For mentors and mentees")
        st.html("<p>Commitments belong to the two of a pair. Are you in one yourself? Choose mentor or mentee.</p>")
        return
    if not state.shared():
        _head(
            f"What you promised as {role.value}, and what became of it. Eyelevel runs for you alone on this computer, "
            "so there is nobody to share a line with here"
        )
        with st.container(key="ey-promises"), told():
            mine = _own(commitments.Around((), None))
            with told():
                programme_line.draw(None, mine)
            both_sides.alone()
            reminder.settle()
        return
    _head(f"What you promised as {role.value}, and what became of it. Only you can read a line, until you share it")
    with told():
        pairs = state.get_programmes().own_pairs(state.actor())
        around = commitments.Around(pairs, sharing.load(pairs), _counted())
        pair.draw(pairs)
        left, right = st.columns(COLUMNS, gap="large")
        own: tuple[Commitment, ...] = ()
        with left, told():
            own = _own(around)
        with right:
            received.draw()
            with told():
                reminder.settle()
        for one in pairs:
            if one.active:
                with told():
                    programme_line.draw(one, own)
        pair.draw_ended(pairs)


def _counted() -> "Counted | None":
    return contributing.own() if contributing.consents() else None


def _own(around: commitments.Around) -> "tuple[Commitment, ...]":
    found = state.get_commitments().list(state.actor())
    commitments.add(around)
    commitments.said([one for one in found if one.is_open], around)
    commitments.did([one for one in found if not one.is_open], around)
    return found


def _head(below: str) -> None:
    st.html(f"<h1>You said, I did</h1><p class='ey-sub'>{html_text(below)}</p>")
