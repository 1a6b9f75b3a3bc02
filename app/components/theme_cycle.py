"""The open cycle: how many more pairs it needs, and the button that closes it, after a plain word of what happens."""

from typing import TYPE_CHECKING

import streamlit as st

from app import state, theming
from app.components import theme_state
from app.components.attempt import attempt
from app.components.days import in_full
from app.components.markup import html_text
from assistant.programme.publishing import publish

if TYPE_CHECKING:
    from assistant.store.people_records import Programme
    from assistant.store.theme_records import CycleState

DONE = "ey-themes-closed"
_SURE = "ey-themes-sure"


def draw(programme: "Programme", cycle: "CycleState", pairs: int | None) -> None:
    """What the next release needs, and the way to make it where it can be made."""
    with st.container(key="ey-theme-next"):
        stays = " Until then this stays as it is." if cycle.needs and cycle.last else ""
        st.html(
            f"<h2>{'Next release' if cycle.last else 'First release'}</h2>"
            f'<p class="ey-small">{theming.needs_words(cycle.needs, first=cycle.last is None)}{stays}</p>'
        )
        if cycle.needs:
            return
        if st.session_state.get(_SURE) == programme.id:
            _confirm(programme, cycle, pairs)
        else:
            look = {"icon": ":material/lock_clock:", "key": "ey-themes-close"}
            st.button("Close this cycle …", on_click=_sure, args=(programme.id,), **look)  # type: ignore[arg-type]


def _sure(programme: str | None) -> None:
    st.session_state[_SURE] = programme


def _confirm(programme: "Programme", cycle: "CycleState", pairs: int | None) -> None:
    """What will happen, and the second press."""
    since = f"since {in_full(cycle.last.until)}" if cycle.last else "so far"
    number = theming.ordinal(cycle.last.number + 1 if cycle.last else 1)
    lines = [
        f"Whatever pairs let count {since} becomes the {number} release of {html_text(programme.title)}: bands, and "
        "nothing of a single pair.",
        "The release is frozen. Nobody can change it or take it back, you included.",
        "What goes into it is used up. The release after it begins from nothing and needs five pairs again.",
        "The longer you wait, the more pairs contribute, and the less has to be held back.",
    ]
    if said := theme_state.of_size(pairs):
        lines.append(html_text(said.text))
    items = "".join(f"<li>{line}</li>" for line in lines)
    with st.container(key="ey-tint-theme-close"):
        st.html(f'<div role="status"><h2>What happens then</h2><ul class="ey-plain">{items}</ul></div>')
        with st.container(horizontal=True, key="ey-themes-sure-ways"):
            pressed = st.button("Close the cycle", type="primary", key="ey-themes-sure-yes")
            st.button("Not yet", type="tertiary", key="ey-themes-sure-no", on_click=_sure, args=(None,))
        if pressed and attempt(lambda: _close(programme.id)):
            st.rerun()


def _close(programme: str) -> None:
    made = publish(state.get_themes(), state.actor(), programme, state.get_settings().knowledge)
    st.session_state[DONE] = made.id
    st.session_state.pop(_SURE, None)
    st.query_params.pop("release", None)
