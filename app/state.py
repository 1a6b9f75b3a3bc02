"""What the pages share: settings, coach and store for the process, the actor for the session.

Pages call these functions through the module (`state.get_coach()`), so that a test can put another coach in their
place. Process-wide are only parts without anyone's text; what a person writes lives in the session and the store.
"""

import threading
from typing import TYPE_CHECKING

import streamlit as st

from app import preferences
from assistant.events import log
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings, load_settings

if TYPE_CHECKING:
    from assistant.coach.service import Coach
    from assistant.notes.advice import Adviser
    from assistant.notes.checker import NoteChecker
    from assistant.store.conversations import ConversationStore
    from assistant.store.database import Database
    from assistant.store.notes import NoteStore

MODELS_WAIT_SECONDS = 1.0
"""How long the models wait, so that on two cores the first page does not have to."""
_configured: list[Settings] = []


def configure(settings: Settings) -> None:
    """Use these settings instead of reading the environment; called once, by `app.server`."""
    _configured[:] = [settings]


@st.cache_resource(show_spinner=False)
def _environment() -> Settings:
    return load_settings()


def get_settings() -> Settings:
    """The settings of this process. Raises `SettingsError`."""
    return _configured[0] if _configured else _environment()


@st.cache_resource(show_spinner=False)
def get_coach() -> "Coach":
    """The coach of this process, loading in the background."""
    from assistant.coach.service import Coach

    coach = Coach(get_settings())
    coach.start(after=MODELS_WAIT_SECONDS)
    return coach


@st.cache_resource(show_spinner=False)
def get_checker() -> "NoteChecker":
    """The note check of this process."""
    from assistant.notes.checker import NoteChecker

    return NoteChecker(get_settings(), chat=get_coach().chat, adviser=get_adviser())


@st.cache_resource(show_spinner=False)
def warm_checker() -> threading.Thread:
    """Load the models of the note check beside the page, once, so that the first note does not wait for them."""
    loading = threading.Thread(target=_prepare_checker, name="warm_checker", daemon=True)
    loading.start()
    return loading


def _prepare_checker() -> None:
    try:
        get_checker().prepare()
    except Exception as error:  # the check itself says what is missing
        log("warm_up_failed", error=type(error).__name__)


@st.cache_resource(show_spinner=False)
def get_adviser() -> "Adviser":
    """The words of advice and of the next session."""
    from assistant.notes.advice import Adviser

    return Adviser(get_settings())


@st.cache_resource(show_spinner=False)
def get_database() -> "Database":
    """The database of this process. Raises `StoreError`."""
    from assistant.store.database import Database

    return Database(get_settings())


@st.cache_resource(show_spinner=False)
def get_notes() -> "NoteStore":
    """The saved notes of this process. Raises `StoreError`."""
    from assistant.store.notes import NoteStore

    return NoteStore(get_database())


@st.cache_resource(show_spinner=False)
def get_store() -> "ConversationStore":
    """The store of this process. Raises `StoreError`."""
    from assistant.store.conversations import ConversationStore

    return ConversationStore(get_database())


def role() -> Role:
    """The part this session plays; mentor until someone says otherwise."""
    if "role" not in st.session_state:
        st.session_state["role"] = preferences.load_role(get_settings().home) or Role.MENTOR
    chosen: Role = st.session_state["role"]
    return chosen


def choose_role(chosen: Role) -> None:
    """Play another part, now and next time. What belonged to the old part leaves the screen."""
    st.session_state["role"] = chosen
    preferences.save_role(get_settings().home, chosen)
    st.session_state.pop("deleted", None)
    leave_conversation()


def actor() -> Actor:
    """On whose behalf everything of this session is done."""
    return Actor(person=PERSONAL, role=role())


def conversation() -> str | None:
    """Id of the conversation on screen: from the address, so that a reload keeps it, else from the session."""
    shown = st.query_params.get("conversation") or st.session_state.get("conversation")
    return str(shown) if shown else None


def open_conversation(chosen: str) -> None:
    """Show this conversation on the coach page."""
    leave_conversation()
    st.session_state["conversation"] = chosen


def leave_conversation() -> None:
    """Begin anew, with nothing open; a running answer is stopped, and the store keeps what there is of it."""
    writing = st.session_state.get("writing")
    if writing and not writing.progress.ending:
        writing.stop(seconds=0)
    for key in ("conversation", "writing", "source", "refused"):
        st.session_state.pop(key, None)
    st.query_params.pop("conversation", None)
