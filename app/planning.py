"""Plans of a session that the person keeps: made, bettered, changed, undone, deleted and brought back.

Called by the page `plan` and by the note check, whose plan is kept here when the person saves it. What is on the page
stands in the store from the moment it was made; the session holds what can be undone and the thread that betters it.
Raises what the store raises; the pages say it.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from app import drafting, hosting, state
from app.improving import Improving
from app.plan_edits import Working, merged
from assistant.errors import InputError
from assistant.notes.session_plan import FORM, SessionPlan, plan_text, read_plan
from assistant.text import shorten

if TYPE_CHECKING:
    from assistant.coach.plan import Known, PlanWish
    from assistant.events import Referral
    from assistant.privacy.sending import Sending
    from assistant.store.drafts import DraftSummary

_SAVED, _DESKS = "ey-plan-saved", "ey-plan-desks"
MOST_UNDONE = 20
"""Changes of a plan that can be undone, one after the other."""
UNTITLED = "A session"
LONGEST_TITLE = 110
"""Characters; the store cuts a longer one."""


class SavedPlan(NamedTuple):
    """A plan as it is kept."""

    id: str
    title: str
    plan: SessionPlan
    pair: str | None = None
    """Id of the pair whose session it is."""


@dataclass
class Desk:
    """What the session holds beside a kept plan."""

    undo: list[SavedPlan] = field(default_factory=list)
    """As it was before each change, the latest last."""
    improving: Improving[SessionPlan] | None = None
    seen: SessionPlan | None = None
    """What of `improving` is in the kept plan already."""
    working: Working | None = None
    """While the person changes it."""
    version: int = 0
    """Goes up with every step of a change; names the widgets, so that they show it."""
    trouble: str = ""
    """One plain line about the last step, where it could not be done."""
    referral: "Referral | None" = None
    """Where what the person wrote into the plan discloses harm: whom to turn to."""


def desk(plan: str) -> Desk:
    """What the session holds beside this plan."""
    desks: dict[str, Desk] = st.session_state.setdefault(_DESKS, {})
    return desks.setdefault(plan, Desk())


# Making and keeping


def title_of(plan: SessionPlan) -> str:
    """What a plan is called until the person calls it something else: its topic, its wish or its purpose."""
    name = plan.topics[0].title if plan.topics else plan.about or plan.purpose
    return shorten(" ".join(name.split()), LONGEST_TITLE) or UNTITLED


def make(wish: "PlanWish", known: "Known", pair: str | None, sending: "Sending | None") -> str:
    """Make a plan, keep it at once, put it on its page, let the chat model better it from there, and return its id.

    Raises `InputError` for a wish that cannot be planned, and `ModelMissing`.
    """
    plan = state.get_planner().plan(wish, known)
    drafting.leave("plan")
    made = drafting.keep("plan", title_of(plan), plan, form=FORM, pair=pair)
    _improve(made, plan, sending)
    return made


def make_anew(saved: SavedPlan, wish: "PlanWish", known: "Known", sending: "Sending | None") -> None:
    """Make another plan in place of a kept one, which comes back with `undo`. Raises as `make` does."""
    plan = state.get_planner().plan(wish, known)
    stop(saved.id)
    title = title_of(plan) if saved.title == title_of(saved.plan) else saved.title
    change(saved, title, plan)
    _improve(saved.id, plan, sending)


def _improve(plan: str, first: SessionPlan, sending: "Sending | None") -> None:
    planner, chat, beside = state.get_planner(), state.get_coach().chat, desk(plan)
    writes = hosting.may_write(sending, also_loading=True)
    beside.improving = Improving(first, (lambda: planner.better(first, chat, sending)) if writes else None)
    beside.seen = first


def save(plan: SessionPlan, pair: str | None = None) -> str:
    """Keep a plan that was made elsewhere, as one for this pair's session, and return its id."""
    content = plan.model_dump_json()
    made = state.get_drafts().add(state.actor(), "plan", title_of(plan), content, form=FORM, pair=pair)
    st.session_state.setdefault(_SAVED, {})[content] = made
    return made


def find_saved(plan: SessionPlan) -> str | None:
    """Id of what this session saved of exactly this plan, where it is still there."""
    made: str | None = st.session_state.get(_SAVED, {}).get(plan.model_dump_json())
    return made if made in {one.id for one in list_saved()} else None


def list_saved() -> "tuple[DraftSummary, ...]":
    """The plans that this part has kept, the latest first."""
    return drafting.kept("plan")


def open_saved(plan: str) -> None:
    """Put a kept plan on the page."""
    drafting.open_draft("plan", plan)


def leave() -> None:
    """Take the plan off the page, and let nothing better it any more."""
    stop_all()
    drafting.leave("plan")


def opened() -> SavedPlan | None:
    """The plan on the page. Raises `StoreError`, and `InputError` where another version wrote it differently."""
    draft = drafting.on_page("plan")
    if draft is None:
        return None
    if plan := read_plan(draft.content, draft.form):
        return SavedPlan(draft.id, draft.title, plan, draft.pair)
    raise InputError(
        f"The plan {draft.id!r} is in a form that is not read any more; take its words from the file with everything "
        "that is kept of you, under “What others see”."
    )


# Bettering


def take_in(saved: SavedPlan) -> SavedPlan:
    """The plan with what the chat model bettered meanwhile, kept; nothing that the person changed is touched.

    Not while the person is changing it: then the improvements wait.
    """
    beside = desk(saved.id)
    if beside.improving is None or beside.seen is None or beside.working:
        return saved
    latest = beside.improving.latest
    if latest is beside.seen:
        return saved
    plan = merged(saved.plan, beside.seen, latest)
    beside.seen = latest
    if plan == saved.plan:
        return saved
    title = title_of(plan) if saved.title == title_of(saved.plan) else saved.title
    after = saved._replace(title=title, plan=plan)
    _put(after)
    return after


def stop(plan: str) -> None:
    """Leave this plan as it is."""
    if improving := desk(plan).improving:
        improving.stop()


def stop_all() -> None:
    """Leave every plan as it is, such as when another page is opened."""
    for beside in st.session_state.get(_DESKS, {}).values():
        if beside.improving and not beside.improving.is_over:
            beside.improving.stop()


# Changing


def change(before: SavedPlan, title: str, plan: SessionPlan) -> None:
    """Keep another title and other words in place of the ones before, which can be had back."""
    after = before._replace(title=title, plan=plan)
    if (after.title, after.plan) == (before.title, before.plan):
        return
    _put(after)
    beside = desk(before.id)
    beside.referral = state.get_coach().referral(_written(before, after))
    beside.undo.append(before)
    del beside.undo[:-MOST_UNDONE]


def _written(before: SavedPlan, after: SavedPlan) -> str:
    """The lines that are new."""
    known = set(_words(before))
    return "\n".join(line for line in _words(after) if line not in known)


def _words(saved: SavedPlan) -> list[str]:
    plan = saved.plan
    return [saved.title, *plan_text(plan).splitlines(), *plan.ask, plan.thread or ""]


def undo(plan: str) -> None:
    """Take back the last change of this session; nothing where there was none."""
    beside = desk(plan)
    if beside.undo:
        _put(beside.undo[-1])
        beside.undo.pop()
        beside.referral = None


def _put(saved: SavedPlan) -> None:
    content = saved.plan.model_dump_json()
    state.get_drafts().save(state.actor(), saved.id, saved.title, content, form=FORM)


# Deleting


def delete(plan: str) -> tuple[str]:
    """Delete a kept plan and take it off the page; it can be brought back until it is erased."""
    state.get_drafts().delete(state.actor(), plan)
    leave()
    return (plan,)


def forget_erased() -> None:
    """Drop what this session still holds of plans that are no more. Raises `StoreError`."""
    there = {one.id for one in list_saved()}
    kept = st.session_state.get(_SAVED, {})
    st.session_state[_SAVED] = {content: made for content, made in kept.items() if made in there}
    desks = st.session_state.get(_DESKS, {})
    st.session_state[_DESKS] = {plan: beside for plan, beside in desks.items() if plan in there}
