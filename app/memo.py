"""What a session need not make again at every redraw, such as what a card in the chat says of its turn."""

from collections.abc import Callable, Hashable
from typing import TypeVar, cast

import streamlit as st

T = TypeVar("T")

MOST = 64
"""Results that a session holds; the oldest goes first."""
_MADE = "ey-made"


def once(key: Hashable, make: Callable[[], T]) -> T:
    """What was made for the key, made now if it was not; kept until the session ends, or `forget`."""
    made: dict[Hashable, object] = st.session_state.setdefault(_MADE, {})
    if key not in made:
        made[key] = make()
        while len(made) > MOST:
            del made[next(iter(made))]
    return cast(T, made[key])


def forget() -> None:
    """Drop everything, for what it was made from may be erased."""
    st.session_state.pop(_MADE, None)
