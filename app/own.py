"""What a person wrote, on its way to their own screen: looked up, read anew, prepared, and forgotten again.

Between the pages and `assistant.coach.own_notes`. Conversations keep ids and offsets alone; the words are read here,
from the store and in the actor's name, whenever they are shown, so that what was erased is shown nowhere any more.
"""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from app import state
from assistant.errors import AccessDenied, StoreError
from assistant.events import OwnPlace, log
from assistant.roles import PAIRED, Actor

if TYPE_CHECKING:
    from assistant.coach.own_notes import Desk, OwnMatches, OwnNotes

PREPARED_AFTER = 3.0
"""Seconds after the first page of a session, so that reading notes does not delay it."""
GONE = "What stood here was deleted or changed since."
"""In place of a passage that is not there any more."""
_PREPARED = "own-prepared"


def name(places: Sequence[OwnPlace]) -> str:
    """What places beside an answer are called: `plans` where all are of plans, `notes` otherwise."""
    return "plans" if all(place.kind == "plan" for place in places) else "notes"


class Shown(NamedTuple):
    """A note, plan or commitment with a passage of it."""

    title: str
    """Of the note or plan; empty for a commitment."""
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
    """Where this session's own notes, plans and commitments are; None where there are none to be looked at."""
    try:
        return _desk() if state.role() in PAIRED else None
    except StoreError:
        return None


def _desk() -> "Desk":
    from assistant.coach.own_notes import Desk

    return Desk(state.get_notes(), state.get_drafts(), state.get_commitments())


def search(query: str, k: int) -> "OwnMatches":
    """The k passages of this person's own nearest to the query. Raises `StoreError` and `ModelMissing`."""
    return state.get_coach().own.search(state.actor(), query, _desk(), k)


def read(place: OwnPlace) -> Shown | None:
    """What stands there now, for whoever has this session; None where it is gone. Raises `StoreError`."""
    found = desk()
    return read_for(state.actor(), found, place) if found else None


def read_for(actor: Actor, found: "Desk", place: OwnPlace) -> Shown | None:
    """As `read`; asks the session nothing. None too where the words there were changed since."""
    from assistant.coach.own_passages import cut_passages

    try:
        kept = _KEPT[place.kind](actor, found, place.item)
    except AccessDenied:
        return None
    if kept is None or (place.start, place.end) not in cut_passages(kept[2]):
        return None
    return Shown(*kept, place.start, place.end)


def _note(actor: Actor, found: "Desk", item: str) -> "_Kept | None":
    note = found.notes.load(actor, item)
    return note.title, note.created.date(), note.text


def _plan(actor: Actor, found: "Desk", item: str) -> "_Kept | None":
    from assistant.coach.own_texts import read_text

    draft = found.drafts.open(actor, item)
    text = read_text(draft)
    return (draft.title, draft.created.date(), text) if text else None


def _commitment(actor: Actor, found: "Desk", item: str) -> "_Kept | None":
    made = next((one for one in found.commitments.list(actor) if one.id == item), None)
    return ("", made.created.date(), made.text) if made else None


_Kept = tuple[str, date, str]
_KEPT = {"note": _note, "plan": _plan, "commitment": _commitment}


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
            own.prepare(actor, found)
    except Exception as error:  # a search says itself what is wrong
        log("own.not_prepared", kind=type(error).__name__)
