"""The demonstration on the Themes page: the offer to load it, how far that is, and the way to remove it again."""

import streamlit as st

from app import demonstration, state
from app.components.attempt import attempt
from app.components.markup import message, wait_line

LOOK_SECONDS = 1.0
_ELSEWHERE = (
    " The pages of mentor, mentee and manager get examples as well. Removing takes them away, also where you "
    "changed one; what you added beside them stays."
)


@st.cache_resource(show_spinner=False)
def _loading() -> list[demonstration.Loading]:
    """The one that is being loaded or was last, for the whole process; made-up texts alone."""
    return []


def offer() -> None:
    """The card that offers it, or that says how far it is."""
    with st.container(key="ey-tint-theme-demo"):
        st.fragment(_draw, run_every=LOOK_SECONDS if _is_running() else None)()


def removal() -> None:
    """That what is shown is made up, and the button that removes it."""
    with st.container(key="ey-tint-theme-demo"):
        st.html(
            "<p><strong>A demonstration.</strong> Forty made-up pairs over six months. Nobody here wrote this."
            f"{_ELSEWHERE if not state.shared() else ''}</p>"
        )
        pressed = st.button("Remove the demonstration", icon=":material/delete:", key="ey-theme-demo-remove")
        if pressed and attempt(_remove):
            st.rerun()


def _is_running() -> bool:
    return any(not one.is_over() for one in _loading())


def _draw() -> None:
    if _is_running():
        now = _loading()[-1]
        done = f": {now.done} of {now.total} texts read" if now.total else ""
        st.html(wait_line(f"The demonstration is being loaded{done}. You can go on meanwhile"))
        return
    if _loading():
        trouble = _loading().pop().trouble
        if not trouble:
            st.rerun()
        st.html(f'<p class="ey-error" role="alert">{message(trouble)}</p>')
    st.html(
        "<h2>Look around first</h2><p>A demonstration shows what a report looks like: forty made-up pairs over six "
        "months, read and released like any others. It takes a minute or two and can be removed again without a trace."
        f"{_ELSEWHERE if not state.shared() else ''}</p>"
    )
    st.button("Load the demonstration", icon=":material/play_circle:", on_click=_load, key="ey-theme-demo-load")


def _load() -> None:
    if not _is_running():
        _loading()[:] = [demonstration.Loading(state.get_settings(), state.get_database())]


def _remove() -> None:
    demonstration.remove(state.get_database())
