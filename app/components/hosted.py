"""On screen: the question about a model elsewhere, what was said to it, and the list of names that are hidden.

The decision and the list are kept by `app.hosting`; nothing is sent before a yes.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st

from app import hosting, state
from app.components.markup import html_text, message
from assistant.errors import EyelevelError

NAMES = "ey-names"
HIDDEN = "Names on your list, addresses and long numbers are replaced before, and put back in the answer."
TROUBLE = "hosted-trouble"


def ask() -> None:
    """The question, until it is answered, with all that would be sent. Draws nothing where there is nothing to ask."""
    where = hosting.place()
    if where is None or _choice() is not None:
        return
    notes = ", and notes that you check," if state.get_settings().note_judge else ""
    what = f"Your questions, the ones before them in a conversation and passages of the guide{notes}"
    with st.container(key="ey-tint-hosted"):
        st.html(
            f"<h2>May {html_text(where.name)} answer you?</h2><p>It is not on this computer. {what} would "
            f"go there, under its provider's rules. {HIDDEN} Without it, answers are the guide's own passages.</p>"
        )
        _buttons({"Yes, send them": True, "No, keep them here": False})


def note(otherwise: str) -> str:
    """The line about what answers, where this person said no to a model elsewhere; else the other line."""
    where = hosting.place()
    if where is None or _choice() is not False:
        return otherwise
    return f"Answers are the guide's own passages, word for word: nothing goes to {where.name} unless you allow it"


def settle() -> None:
    """On the page "What others see": what this person said, and the way to say otherwise."""
    where = hosting.place()
    if where is None:
        return
    allowed = _choice()
    said = {
        True: f"You allowed it. {HIDDEN}",
        False: "You said no, so nothing is sent.",
        None: "Nothing is sent before you say yes.",
    }
    st.html(f"<p>{said[allowed]}</p>")
    _buttons({"Take it back": False} if allowed else {"Allow it": True})


def names() -> None:
    """The list of names, to be read and changed by this person alone."""
    _show_trouble()
    try:
        kept = hosting.names()
    except EyelevelError as error:
        st.html(f'<p class="ey-error" role="alert">{message(str(error))}</p>')
        return
    st.text_area(
        "Names I write about",
        "\n".join(kept),
        key=NAMES,
        height=120,
        placeholder="One a line, in full: Ana María López",
        help="Kept sealed; only you can read it. “Replace names” on the note page uses it, and whatever is sent to a "
        "model elsewhere goes without these names.",
    )
    st.button("Keep the list", key="ey-names-keep", on_click=_try, args=(_keep_names,))


def _keep_names() -> None:
    hosting.set_names(st.session_state.get(NAMES) or "")


def _choice() -> bool | None:
    try:
        return hosting.choice()
    except EyelevelError as error:
        st.html(f'<p class="ey-error" role="alert">{message(str(error))}</p>')
        return None


def _buttons(answers: dict[str, bool]) -> None:
    _show_trouble()
    with st.container(horizontal=True):
        for label, allowed in answers.items():
            look: dict[str, Any] = {"type": "primary" if allowed else "secondary", "key": f"ey-hosted-{allowed}"}
            st.button(label, on_click=_try, args=(lambda allowed=allowed: hosting.choose(allowed),), **look)


def _try(act: Callable[[], None]) -> None:
    try:
        act()
    except EyelevelError as error:
        st.session_state[TROUBLE] = str(error)


def _show_trouble() -> None:
    if trouble := st.session_state.pop(TROUBLE, None):
        st.html(f'<p class="ey-error" role="alert">{message(trouble)}</p>')
