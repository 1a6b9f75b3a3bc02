"""One quiet line under a note that names people, with the way to replace the names, and to undo it."""

import streamlit as st

from app import checking, hosting
from assistant.errors import StoreError
from assistant.privacy.mentions import find_mentions
from assistant.privacy.pseudonyms import replace_names
from assistant.privacy.roster import Roster, roster_of
from assistant.privacy.unlisted import find_unlisted


def draw(current: checking.Sheet, widget: str) -> None:
    """The line, where it applies; `widget` is the key of the text's own widget."""
    if current.replaced and current.replaced.after == current.text:
        _line("The names in this note were replaced.", "Undo", _undo)
    elif current.text.strip() and (roster := _named(current.text)) is not None:
        _line("This note names people; it says as much without.", "Replace names", _replace, widget, roster)


def _line(text: str, label: str, act: object, *arguments: object) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="ey-naming"):
        st.html(f'<p class="ey-small" role="status">{text}</p>', width="content")
        st.button(label, type="tertiary", key="ey-naming-act", on_click=act, args=arguments)  # type: ignore[arg-type]


def _named(text: str) -> Roster | None:
    """Whom the text may name: the roster with given names that it does not know; None where it names nobody."""
    try:
        roster = hosting.roster()
    except StoreError:
        roster = Roster()
    roster = roster | roster_of(find_unlisted(text, roster))
    return roster if any(mention.who for mention in find_mentions(text, roster)) else None


def _replace(widget: str, roster: Roster) -> None:
    current = checking.sheet()
    before = st.session_state.get(widget, current.text) or ""
    current.replaced = checking.Replaced(before, replace_names(before, roster))
    _put(current, current.replaced.after)


def _undo() -> None:
    current = checking.sheet()
    if current.replaced:
        _put(current, current.replaced.before)
        current.replaced = None


def _put(current: checking.Sheet, text: str) -> None:
    current.text = text
    current.files += 1
