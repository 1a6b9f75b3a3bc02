"""Plans of programmes that a manager keeps: made, bettered, changed, undone, deleted and brought back.

Called by the page `programme_plan`. What is on the page stands in the store from the moment it was made; the session
holds what can be undone, which part is being changed, and the thread that betters it. Raises what the store raises;
the pages say it.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from app import drafting, hosting, state
from app.improving import Improving
from app.programme_edits import merged
from assistant.coach.programme.record import FORM, ProgrammePlan, ProgrammeWish, read_programme
from assistant.errors import InputError

if TYPE_CHECKING:
    from assistant.privacy.sending import Sending
    from assistant.store.drafts import DraftSummary

_DESKS = "ey-programme-desks"
MOST_UNDONE = 20
"""Changes of a plan that can be undone, one after the other."""


class KeptProgramme(NamedTuple):
    """A plan as it is kept."""

    id: str
    plan: ProgrammePlan


@dataclass
class Desk:
    """What the session holds beside a kept plan."""

    undo: list[ProgrammePlan] = field(default_factory=list)
    """As it was before each change, the latest last."""
    improving: Improving[ProgrammePlan] | None = None
    seen: ProgrammePlan | None = None
    """What of `improving` is in the kept plan already."""
    changing: str = ""
    """Which part or session is being changed; empty where none is."""
    swapping: int = 0
    """Number of the session for which other topics are shown; 0 where none is."""


def desk(plan: str) -> Desk:
    """What the session holds beside this plan."""
    desks: dict[str, Desk] = st.session_state.setdefault(_DESKS, {})
    return desks.setdefault(plan, Desk())


def make(wish: ProgrammeWish, sending: "Sending | None") -> None:
    """Make a plan, keep it at once, put it on its page, and let the chat model better it from there.

    Raises `InputError` for a goal that no programme can serve, and `ModelMissing`.
    """
    planner, chat = state.get_programme_planner(), state.get_coach().chat
    plan = planner.plan(wish)
    drafting.leave("programme")
    beside = desk(drafting.keep("programme", plan.title, plan, form=FORM))
    writes = hosting.may_write(sending, also_loading=True)
    beside.improving = Improving(plan, (lambda: planner.better(plan, chat, sending)) if writes else None)
    beside.seen = plan


def opened() -> KeptProgramme | None:
    """The plan on the page. Raises `StoreError`, and `InputError` where another version wrote it differently."""
    draft = drafting.on_page("programme")
    if draft is None:
        return None
    if plan := read_programme(draft.content, draft.form):
        return KeptProgramme(draft.id, plan)
    raise InputError(
        f"The plan {draft.id!r} is in a form that is not read any more; take its words from the file with everything "
        "that is kept of you, under “What others see”."
    )


def list_kept() -> "tuple[DraftSummary, ...]":
    """The plans that this part has kept, the latest first."""
    return drafting.kept("programme")


def open_kept(plan: str) -> None:
    """Put a kept plan on the page."""
    drafting.open_draft("programme", plan)


def leave() -> None:
    """Take the plan off the page, and let nothing better it any more."""
    for beside in st.session_state.get(_DESKS, {}).values():
        if beside.improving and not beside.improving.is_over:
            beside.improving.stop()
    drafting.leave("programme")


def take_in(kept: KeptProgramme) -> KeptProgramme:
    """The plan with what the chat model bettered meanwhile, kept; nothing that the person changed is touched.

    Not while the person is changing it: then the improvements wait.
    """
    beside = desk(kept.id)
    if beside.improving is None or beside.seen is None or beside.changing:
        return kept
    latest = beside.improving.latest
    if latest is beside.seen:
        return kept
    plan = merged(kept.plan, beside.seen, latest)
    beside.seen = latest
    if plan != kept.plan:
        _put(kept.id, plan)
    return kept._replace(plan=plan)


def stop(plan: str) -> None:
    """Leave this plan as it is."""
    if improving := desk(plan).improving:
        improving.stop()


def change(before: KeptProgramme, plan: ProgrammePlan) -> None:
    """Keep other words in place of the ones before, which can be had back."""
    if plan == before.plan:
        return
    _put(before.id, plan)
    undone = desk(before.id).undo
    undone.append(before.plan)
    del undone[:-MOST_UNDONE]


def undo(plan: str) -> None:
    """Take back the last change of this session; nothing where there was none."""
    beside = desk(plan)
    if beside.undo:
        _put(plan, beside.undo[-1])
        beside.undo.pop()


def _put(item: str, plan: ProgrammePlan) -> None:
    state.get_drafts().save(state.actor(), item, plan.title, plan.model_dump_json(), form=FORM)


def delete(plan: str) -> tuple[str]:
    """Delete a kept plan and take it off the page; it can be brought back until it is erased."""
    state.get_drafts().delete(state.actor(), plan)
    leave()
    return (plan,)
