"""About whose sessions a saved note or plan is: asked when it is saved, and changed while the saved note is open.

Only where people sign in and are in a pair, in the part they play. What is about a pair is erased with it, and kept no
longer than its programme says. The store decides which pairs may be named; nothing is kept here.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from app import contributing, known, state
from app.components.attempt import attempt
from app.components.markup import label
from assistant.store.theme_records import ThemeSource

if TYPE_CHECKING:
    from assistant.store.people_records import OwnPair

NAME, NOBODY = "About your sessions with", "nobody in particular"
_NO_PAIR = "none"
WIDTH = 260
"""Pixels of the question."""


def ask(key: str) -> str | None:
    """The pair that belongs to what is saved next: the only active one, or as chosen where there are several.

    Raises `StoreError`.
    """
    active = [pair for pair in known.own_pairs() if pair.active]
    if len(active) < 2:
        return active[0].id if active else None
    return _choose(active, None, key)


def of_note(note: str) -> None:
    """About whom a saved note is, with the way to change it; nothing without a pair. Raises `StoreError`."""
    pairs = known.own_pairs()
    if not pairs:
        return
    notes, actor = state.get_notes(), state.actor()
    before = notes.load(actor, note).pair
    offered = [pair for pair in pairs if pair.active or pair.id == before]
    if not offered:
        return
    names = [pair.partner_name for pair in offered if pair.id == before]
    about = f"About your sessions with {label(names[0], 40)}" if names else "About nobody in particular"
    with st.popover(about, icon=":material/group:", type="tertiary", key=f"ey-about-{note}-{before}"):
        chosen = _choose(offered, before, f"{note}-{before}")
        if chosen != before and attempt(lambda: _move(note, before, chosen)):
            st.rerun()


def _move(note: str, before: str | None, chosen: str | None) -> None:
    """Say that it is about another pair, and let it count there, unless its owner had left it out."""
    counts = before is None or ThemeSource("note", note) in contributing.own()
    state.get_notes().set_pair(state.actor(), note, chosen)
    if chosen and counts:
        contributing.count_note(note)


def _choose(pairs: "Sequence[OwnPair]", before: str | None, key: str) -> str | None:
    named = {pair.id: f"{pair.partner_name}, {pair.programme.title}" for pair in pairs}
    options = [_NO_PAIR, *named]
    chosen = st.selectbox(
        NAME,
        options,
        index=options.index(before) if before in named else 0,
        format_func=lambda one: named.get(one, NOBODY),
        width=WIDTH,
        key=f"ey-about-choice-{key}",
    )
    return None if chosen == _NO_PAIR else chosen
