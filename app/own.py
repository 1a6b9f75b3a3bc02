"""What a person wrote, on its way to their own screen: looked up, read anew, prepared, and forgotten again.

Between the pages and `assistant.coach.own_notes`. Conversations keep ids and offsets alone; the words are read here,
from the store and in the actor's name, whenever they are shown, so that what was erased is shown nowhere any more.
"""

import threading
import time
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from app import state
from assistant.errors import AccessDenied, StoreError
from assistant.events import OwnPlace, log
from assistant.roles import Actor, Role

if TYPE_CHECKING:
    from assistant.coach.own_notes import Desk, OwnMatches, OwnNotes

WRITERS = (Role.MENTOR, Role.MENTEE)
"""Who writes notes and commitments here; for others nothing is looked up."""
PREPARED_AFTER = 3.0
"""Seconds after the first page of a session, so that reading notes does not delay it."""
GONE = "What stood here was deleted or changed since."
"""In place of a passage that is not there any more."""
_PREPARED = "own-prepared"


class Shown(NamedTuple):
    """A note or commitment with a passage of it."""

    title: str
    """Of the note; empty for a commitment."""
    day: date
    """On which it was first saved, in UTC."""
    text: str
    """All of it."""
    start: int
    end: int

    @property
    def passage(self) -> str:
        """Verbatim."""
        return self.text[self.start : self.end]


def desk() -> "Desk | None":
    """Where this session's own notes and commitments are; None where there are none to be looked at."""
    from assistant.coach.own_notes import Desk

    try:
        return Desk(state.get_notes(), state.get_commitments()) if state.role() in WRITERS else None
    except StoreError:
        return None


def search(query: str, k: int) -> "OwnMatches":
    """The k passages of this person's own nearest to the query. Raises `StoreError` and `ModelMissing`."""
    return state.get_coach().own.search(state.actor(), query, state.get_notes(), state.get_commitments(), k)


def read(place: OwnPlace) -> Shown | None:
    """What stands there now, for whoever has this session; None where it is gone. Raises `StoreError`."""
    found = desk()
    return read_for(state.actor(), found, place) if found else None


def read_for(actor: Actor, found: "Desk", place: OwnPlace) -> Shown | None:
    """As `read`; asks the session nothing. None too where the words there were changed since."""
    from assistant.coach.own_passages import cut_passages

    if place.kind == "note":
        try:
            note = found.notes.load(actor, place.item)
        except AccessDenied:
            return None
        title, day, text = note.title, note.created.date(), note.text
    else:
        promised = next((one for one in found.commitments.list(actor) if one.id == place.item), None)
        if promised is None:
            return None
        title, day, text = "", promised.created.date(), promised.text
    is_whole = (place.start, place.end) in cut_passages(text)
    return Shown(title, day, text, place.start, place.end) if is_whole else None


def prepare() -> None:
    """Have this person's notes read in the background, once a session and part, so that the first question is quick."""
    actor = state.actor()
    if st.session_state.get(_PREPARED) == actor or (found := desk()) is None:
        return
    st.session_state[_PREPARED] = actor
    accounts, token = (state.get_accounts() if state.shared() else None), state.token()
    here = (lambda: accounts.whoami(token) is not None) if accounts else (lambda: True)
    work = (state.get_coach().own, actor, found, here)
    threading.Thread(target=_prepare, args=work, name="own-notes", daemon=True).start()


def _prepare(own: "OwnNotes", actor: Actor, found: "Desk", here: Callable[[], bool]) -> None:
    time.sleep(PREPARED_AFTER)
    try:
        if here():
            own.prepare(actor, found.notes, found.commitments)
    except Exception as error:  # a search says itself what is wrong
        log("own.not_prepared", kind=type(error).__name__)
