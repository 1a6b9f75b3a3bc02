"""What one can do with all that is kept of oneself: take it away, and erase it in two steps."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from app import everything, navigation, preferences, state
from app.components import download
from app.components.markup import html_text, message
from assistant.errors import EyelevelError
from assistant.roles import COACHED, Actor
from assistant.store.rights import RightsStore
from assistant.store.rights_records import Export, Remains

WORD = "ERASE"
"""What is typed before everything is erased."""
_SURE, _DONE, _TROUBLE = "ey-erase-sure", "ey-erased", "ey-erase-trouble"


def take_away() -> None:
    """Everything as a file, in two forms; it is put together when it is asked for."""
    rights, actor, parts = state.get_rights(), state.owner(), state.roles()
    single = (
        " Single conversations, notes and plans can be downloaded and deleted too; what is deleted can be brought back "
        "for a day."
    )
    with st.container(key="ey-tint-away"):
        st.html(
            "<h2>Take it away</h2><p>All that is kept of you, in every part you play or have played. The file is not "
            f"sealed, so keep it safe.{single if parts else ''}</p>"
        )
        for form, name, kind, make in (
            ("To read (Markdown)", "eyelevel-everything.md", "text/markdown", everything.as_markdown),
            ("For programs (JSON)", "eyelevel-everything.json", "application/json", everything.as_json),
        ):
            download.button(form, name, kind, partial(_export, make, rights, actor), key=f"ey-everything-{kind}")
        if actor.role in COACHED and parts:
            navigation.link_to("conversations", "Go to your conversations", icon=":material/history:")


def _export(make: Callable[[Export], str], rights: RightsStore, actor: Actor) -> str:
    return make(rights.export(actor))


def is_anything_kept() -> bool:
    """Whether this person, in whatever role, has written anything or been in a pair."""
    return any(state.get_rights().kept(state.owner()).values())


def erase() -> None:
    """Erase everything: a button, then a word to type; and what remains, once it is done."""
    with st.container(key="ey-tint-erase"):
        what, then = "Your key and every row of yours are", " What you write later is sealed with a new key."
        if state.shared():
            what, then = "Your account, your pairs, your key and every row of yours are", ""
        st.html(
            f"<h2>Erase everything</h2><p>{what} destroyed at once and for good. A backup that is put back later does "
            f"not bring it back.{then}</p>"
        )
        if done := st.session_state.pop(_DONE, None):
            remains(done, "Everything is erased.")
        elif st.session_state.get(_SURE):
            _confirm()
        else:
            st.button("Erase everything …", icon=":material/delete_forever:", key="ey-erase", on_click=_ask)


def _ask() -> None:
    st.session_state[_SURE] = True


def _keep() -> None:
    st.session_state.pop(_SURE, None)


def _confirm() -> None:
    if trouble := st.session_state.pop(_TROUBLE, None):
        st.html(f'<p class="ey-error" role="alert">{message(trouble)}</p>')
    with st.form(key="ey-erase-form", border=False):
        typed = st.text_input(f"Type {WORD} to erase everything for good", key="ey-erase-word")
        if st.form_submit_button("Erase for good", icon=":material/delete_forever:"):
            _erase(typed)
    st.button("Keep it", type="tertiary", key="ey-erase-keep", on_click=_keep)


def _erase(typed: str) -> None:
    if typed.strip().upper() != WORD:
        st.session_state[_TROUBLE] = f"Nothing was erased: type {WORD} first."
        st.rerun()
    actor, shared = state.owner(), state.shared()
    state.forget_downloads()
    state.leave_conversation()
    try:
        done = state.get_rights().erase_me(actor)
        state.forget_own(actor.person)
    except EyelevelError as error:
        st.session_state[_TROUBLE] = str(error)
        st.rerun()
    if shared:
        remains(done, "Everything is erased.")
        st.stop()  # nobody is signed in any more: the next run says so
    preferences.forget(state.get_settings().home)
    st.session_state.clear()
    st.session_state[_DONE] = done
    st.rerun()


def remains(done: Remains, erased: str) -> None:
    """What was erased, in a sentence, and what remains, with the reasons."""
    left = "".join(f"<li>{html_text(one.what)}. {html_text(one.why)}</li>" for one in done.remains)
    soon = "" if done.traces_removed else "<p>The last traces leave the file within the hour.</p>"
    said = f"<p>{html_text(erased)} What remains, and why:</p>"
    st.html(f'<div role="status">{said}<ul>{left}</ul>{soon}</div>')
