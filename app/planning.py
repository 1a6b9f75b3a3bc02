"""Plans of a session that the person keeps: saved, opened, changed, deleted and brought back.

Called by the parts of the page `check`. Nothing reaches the store before the person saves a plan. Which plan is open
lives in the session, for each part a person plays apart. Raises what the store raises; the parts say it on the page.
"""

from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from app import checking, state
from assistant.errors import InputError
from assistant.notes.session_plan import FORM, LONGEST, SHORTEST, PlanBlock, SessionPlan, read_plan

if TYPE_CHECKING:
    from assistant.store.drafts import DraftSummary

_OPEN, _SAVED, _FROM = "ey-plan-open", "ey-plan-saved", "ey-plan-from"


class SavedPlan(NamedTuple):
    """A plan as it is kept."""

    id: str
    title: str
    plan: SessionPlan


class Words(NamedTuple):
    """What the person may change of a part of a plan."""

    title: str
    minutes: int
    what: str
    questions: str
    """One a line."""


def save(plan: SessionPlan, pair: str | None = None) -> None:
    """Keep a plan, titled by its purpose, as one for this pair's session."""
    content = plan.model_dump_json()
    made = state.get_drafts().add(state.actor(), "plan", plan.purpose, content, form=FORM, pair=pair)
    st.session_state.setdefault(_SAVED, {})[content] = made


def find_saved(plan: SessionPlan) -> str | None:
    """Id of what this session saved of exactly this plan, where it is still there."""
    made: str | None = st.session_state.get(_SAVED, {}).get(plan.model_dump_json())
    return made if made in {one.id for one in list_saved()} else None


def list_saved() -> "tuple[DraftSummary, ...]":
    """The plans that this part has saved, the latest first."""
    return state.get_drafts().list(state.actor(), "plan")


def open_saved(plan: str) -> None:
    """Put a saved plan on the page."""
    st.session_state.setdefault(_OPEN, {})[state.role()] = plan
    st.session_state[_FROM] = checking.sheet().id


def comes_back(sheet: str) -> bool:
    """Whether a plan was opened from this sheet, which then shows its own plan first."""
    return bool(st.session_state.get(_FROM) == sheet)


def leave() -> None:
    """Take it off the page again."""
    st.session_state.get(_OPEN, {}).pop(state.role(), None)


def opened() -> str | None:
    """Id of the plan on the page."""
    found: str | None = st.session_state.get(_OPEN, {}).get(state.role())
    return found


def forget_erased() -> None:
    """Drop what this session still holds of plans that are no more. Raises `StoreError`."""
    there = {one.id for one in list_saved()}
    kept = st.session_state.get(_SAVED, {})
    st.session_state[_SAVED] = {content: made for content, made in kept.items() if made in there}
    if opened() not in there:
        leave()


def load(plan: str) -> SavedPlan:
    """A saved plan. Raises `StoreError`, and `InputError` where a version kept it that wrote it differently."""
    found = state.get_drafts().open(state.actor(), plan)
    if kept := read_plan(found.content, found.form):
        return SavedPlan(plan, found.title, kept)
    raise InputError(
        f"The plan {plan!r} is in a form that is not read any more; take its words from the file with everything "
        "that is kept of you, under “What others see”."
    )


def change(before: SavedPlan, title: str, plan: SessionPlan) -> None:
    """Keep another title and other words in place of the ones before."""
    state.get_drafts().save(state.actor(), before.id, title, plan.model_dump_json(), form=FORM)


def delete(plan: str) -> None:
    """Delete a saved plan; it can be brought back until it is erased."""
    state.get_drafts().delete(state.actor(), plan)


def restore(plan: str) -> None:
    """Bring a deleted plan back."""
    state.get_drafts().restore(state.actor(), plan)


def reworded(plan: SessionPlan, purpose: str, commitment: str, minutes: int, parts: list[Words]) -> SessionPlan:
    """The plan with other words and minutes, as many parts as before.

    Raises `InputError` where a word is missing or the minutes of the parts are not those of the session. Pure.
    """
    if not SHORTEST <= minutes <= LONGEST:
        raise InputError(f"No plan fits {minutes!r} minutes; give a number from {SHORTEST} to {LONGEST}.")
    for name, text in (("purpose", purpose), ("line to end on", commitment)):
        if not text.strip():
            raise InputError(f"The {name} is empty; write at least one word.")
    for number, part in enumerate(parts, 1):
        if not part.title.strip():
            raise InputError(f"Part {number} has no title; give it one.")
    taken = sum(part.minutes for part in parts)
    if taken != minutes:
        way = f"take {taken - minutes} off" if taken > minutes else f"add {minutes - taken}"
        raise InputError(
            f"The parts take {taken} minutes and the session has {minutes}; {way}, or change the session's minutes."
        )
    blocks = tuple(_block(block, part) for block, part in zip(plan.blocks, parts, strict=True))
    changes = {"purpose": _line(purpose), "commitment": _line(commitment), "minutes": minutes, "blocks": blocks}
    return plan.model_copy(update=changes)


def _block(block: PlanBlock, part: Words) -> PlanBlock:
    questions = tuple(filter(None, map(_line, part.questions.splitlines())))
    words = {"title": _line(part.title), "minutes": part.minutes, "what": _line(part.what), "questions": questions}
    return block.model_copy(update=words)


def _line(text: str) -> str:
    return " ".join(text.split())
