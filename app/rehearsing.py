"""The rehearsal on the page: kept line by line as a draft of the kind `rehearsal`, answered in a thread of its own.

Called by the part `rehearsal` of the page `feedback`. A line is kept before it is answered, so that a reload loses
nothing: an answer that was on its way is begun anew. The thread asks the session nothing.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st
from pydantic import ValidationError

from app import hosting, state, upward
from app.improving import Improving
from assistant.coach.rehearsal.record import FORM, LONGEST_SITUATION, Mood, Rehearsal, Senior
from assistant.errors import AccessDenied, EyelevelError
from assistant.text import shorten

if TYPE_CHECKING:
    from assistant.events import Referral
    from assistant.store.drafts import DraftSummary

INPUT = "ey-say"
"""Key of the input of lines."""
_RUN, _SENT, _REFERRAL, _MOOD = "ey-up-answer", "ey-up-sent", "ey-up-referral", "ey-up-mood"


@dataclass
class Run:
    """One answer on its way."""

    rehearsal: str
    """Id of the draft."""
    asked: Rehearsal
    improving: Improving[Rehearsal]


def on_page(sheet: upward.Sheet) -> Rehearsal:
    """The rehearsal on the page; a new one where none was begun. Raises `StoreError`."""
    if sheet.rehearsal and (found := load(sheet.rehearsal)):
        return found
    mood = st.session_state.get(_MOOD) or Mood.DEFENSIVE
    senior = Senior(role=sheet.role, name=sheet.name, mood=mood)
    return Rehearsal(senior=senior, situation=sheet.text[:LONGEST_SITUATION])


def load(rehearsal: str) -> Rehearsal | None:
    """One that is kept; None where it is deleted or in a form that is not read any more."""
    try:
        found = state.get_drafts().open(state.actor(), rehearsal)
        return Rehearsal.model_validate_json(found.content) if found.form == FORM else None
    except (AccessDenied, ValidationError):
        return None


def keep(rehearsal: Rehearsal, sheet: upward.Sheet) -> str:
    """Keep it as the one on the page, and return its id. Raises `StoreError`, `InputError`."""
    drafts, actor = state.get_drafts(), state.actor()
    title, content = _title(rehearsal), rehearsal.model_dump_json()
    if sheet.rehearsal and load(sheet.rehearsal):
        drafts.save(actor, sheet.rehearsal, title, content, form=FORM)
        return sheet.rehearsal
    made = drafts.add(actor, "rehearsal", title, content, form=FORM, pair=upward.pair_id())
    upward.keep(rehearsal=made, rehearsals=(made, *sheet.rehearsals))
    return made


def _title(rehearsal: Rehearsal) -> str:
    first = rehearsal.said[0] if rehearsal.said else "Nothing said yet"
    return f"{rehearsal.senior.mood.value.capitalize()}: {shorten(' '.join(first.split()), 80)}"


def take() -> None:
    """Take the line that was just sent, to be said by the run that follows; see `app.asking.take`."""
    held = st.session_state.to_dict()
    held.get(_SENT, []).append(held.get(INPUT) or "")


def say_sent() -> None:
    """Say what was taken; what cannot be said goes back into the input. Runs before any widget of the page."""
    waiting: list[str] = st.session_state.setdefault(_SENT, [])
    while waiting:
        line = waiting[0]
        try:
            if line.strip():
                say(line)
        except EyelevelError as error:
            upward.tell(str(error))
            st.session_state[INPUT] = line
        waiting.pop(0)


def say(line: str) -> None:
    """Say a line; harm that is no coaching matter pauses the rehearsal, and the line is not kept.

    Raises `InputError`, `StoreError`.
    """
    rehearser, sheet = state.get_rehearser(), upward.sheet()
    st.session_state.pop(_REFERRAL, None)
    now = on_page(sheet)
    if found := rehearser.referral(line) or (None if now.lines else rehearser.referral(now.situation)):
        st.session_state[_REFERRAL] = found
        return
    asked = rehearser.say(now, line)
    made = keep(asked, sheet)
    _begin(made, asked)


def referral() -> "Referral | None":
    """What stands in place of an answer; None where nothing was disclosed."""
    found: Referral | None = st.session_state.get(_REFERRAL)
    return found


def go_on() -> None:
    """Back to the rehearsal after a referral."""
    st.session_state.pop(_REFERRAL, None)


def _begin(rehearsal: str, asked: Rehearsal) -> None:
    rehearser, sending = state.get_rehearser(), hosting.sending()

    def answers() -> Generator[Rehearsal | None, None, None]:
        yield from rehearser.play(asked, sending)

    st.session_state[_RUN] = Run(rehearsal, asked, Improving(asked, answers))


def running(sheet: upward.Sheet, rehearsal: Rehearsal) -> Run | None:
    """The answer on its way to the rehearsal on the page, begun anew where a reload lost it; None: nothing is asked."""
    found: Run | None = st.session_state.get(_RUN)
    if rehearsal.is_answered or sheet.rehearsal is None:
        return None
    if found is None or found.rehearsal != sheet.rehearsal or found.asked != rehearsal:
        _stop()
        _begin(sheet.rehearsal, rehearsal)
        found = st.session_state[_RUN]
    return found


def settle(sheet: upward.Sheet, run: Run) -> None:
    """Keep the answer that is finished. Where nothing came, the moves answer. Raises `StoreError`, `KnowledgeError`."""
    answered = run.improving.latest
    if not answered.is_answered:
        answered = state.get_rehearser().answer(run.asked)
    st.session_state.pop(_RUN, None)
    keep(answered, sheet)


def _stop() -> None:
    found: Run | None = st.session_state.pop(_RUN, None)
    if found:
        found.improving.stop()


def take_back() -> None:
    """Take the last line back, with the answer to it, also while it is being made."""
    _stop()
    _change(lambda rehearsal: rehearsal.taken_back())


def end() -> None:
    """End it and debrief; an answer on its way is let be, and its line with it."""
    _stop()
    _change(lambda rehearsal: rehearsal.model_copy(update={"ended": True}))


def resume() -> None:
    """Say more after the debrief."""
    _change(lambda rehearsal: rehearsal.model_copy(update={"ended": False}))


def _change(change: "object") -> None:
    try:
        sheet = upward.sheet()
        rehearsal = on_page(sheet)
        if rehearsal.lines:
            keep(change(rehearsal), sheet)  # type: ignore[operator]
    except EyelevelError as error:
        upward.tell(str(error))


def choose_mood(mood: Mood) -> None:
    """Another mood: the one on the page stays kept where something was said in it, and a new one begins."""
    _stop()
    st.session_state[_MOOD] = mood
    st.session_state.pop(_REFERRAL, None)
    upward.change(rehearsal=None)


def anew() -> None:
    """Begin another with the same mood."""
    try:
        choose_mood(on_page(upward.sheet()).senior.mood)
    except EyelevelError as error:
        upward.tell(str(error))


def open_kept(rehearsal: str) -> None:
    """Put a kept one on the page."""
    leave()
    upward.change(rehearsal=rehearsal, step="rehearsal")


def leave() -> None:
    """Take the rehearsal off the page; it stays kept."""
    _stop()
    for key in (_MOOD, _REFERRAL):
        st.session_state.pop(key, None)


def earlier(sheet: upward.Sheet) -> "tuple[DraftSummary, ...]":
    """Those of this draft that are not on the page, the latest first. Raises `StoreError`."""
    linked = [one for one in sheet.rehearsals if one != sheet.rehearsal]
    there = {one.id: one for one in state.get_drafts().list(state.actor(), "rehearsal")}
    return tuple(there[one] for one in linked if one in there)


def delete(rehearsal: str) -> tuple[str]:
    """Delete one; it can be brought back until it is erased. Raises `StoreError`."""
    state.get_drafts().delete(state.actor(), rehearsal)
    if upward.sheet().rehearsal == rehearsal:
        leave()
        upward.keep(rehearsal=None)
    return (rehearsal,)
