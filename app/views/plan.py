"""Session plan: a few questions, then a plan that is kept from the first moment; to read, change and take along.

Draws what `app.planning` has on the page: the form, the plan as it is read, the plan while it is changed, or its card.
While the chat model betters a plan, the page takes in what it has, and never what the person changed.
"""

from typing import TYPE_CHECKING

import streamlit as st

from app import known, planning, state
from app.components import (
    contacts,
    own_note,
    plan,
    plan_card,
    plan_editor,
    plan_form,
    plan_head,
    plan_topics,
    plan_ways,
    refusals,
    saved_plans,
)
from app.components.attempt import told
from app.components.markup import html_text
from app.planning import SavedPlan
from assistant.errors import EyelevelError, KnowledgeError
from assistant.guide.passage import Citation
from assistant.notes.mistake import Mistake
from assistant.notes.session_plan import SessionPlan
from assistant.roles import PAIRED

if TYPE_CHECKING:
    from assistant.store.people_records import OwnPair

LOOK_SECONDS = 0.5
"""Between two looks at what the chat model betters."""


def render() -> None:
    """Draw the page."""
    if state.role() not in PAIRED:
        _head("For mentors and mentees")
        st.html("<p>A plan belongs to a session of a pair. Are you in one yourself? Choose mentor or mentee.</p>")
        return
    own_note.draw_open()
    plan_form.take_address()
    try:
        saved = planning.opened()
    except EyelevelError as error:
        saved_plans.way_back()
        st.html(refusals.as_html(str(error)))
        return
    if saved is None:
        _begin()
        return
    with told():
        saved = planning.take_in(saved)
        pair = next((one for one in known.own_pairs() if one.id == saved.pair), None)
        _plan(saved, pair)


def _head(below: str) -> None:
    st.html(f"<h1>Session plan</h1><p class='ey-sub'>{html_text(below)}</p>")


def _begin() -> None:
    _head("A few words are enough. What you promised, talked about and noted before goes into the plan")
    plan_form.draw()
    saved_plans.draw()
    plan_topics.wait()


def _plan(saved: SavedPlan, pair: "OwnPair | None") -> None:
    partner = pair.partner_name if pair else saved.plan.name
    day = saved.plan.starts.date() if saved.plan.starts else None
    number = known.session_number(pair, day) if pair else None
    if st.query_params.get(plan_head.CARD):
        plan_card.draw(saved, partner, number)
        return
    saved_plans.way_back()
    beside = planning.desk(saved.id)
    if beside.working:
        plan_head.draw(saved, partner, number, ways=False)
        plan_editor.draw(saved)
        return
    plan_head.draw(saved, partner, number)
    if beside.referral:
        contacts.referral(beside.referral)
    waiting = plan_ways.draw(saved, pair)
    plan.draw(saved.plan, _beside(saved, partner))
    _look_again(saved, waiting=waiting)


def _beside(saved: SavedPlan, partner: str) -> plan.Beside:
    from assistant.store.commitments import Source

    return plan.Beside(
        findings=_findings(saved.plan),
        citations=_cited(saved.plan),
        source=Source(kind="draft", item=saved.id),
        partner=partner,
        pair=saved.pair,
    )


def _findings(shown: SessionPlan) -> dict[Mistake, str]:
    """What the findings that it takes up are called; a plan is read without, where their words cannot be."""
    found = {block.mistake for block in shown.blocks if block.mistake}
    try:
        return {mistake: state.get_adviser().material.mistakes[mistake].name for mistake in found}
    except KnowledgeError:
        return {}


def _cited(shown: SessionPlan) -> tuple[Citation, ...]:
    """The passages that it rests on; a plan is read without, where the topics cannot be."""
    try:
        return state.get_planner().cite(shown)
    except EyelevelError:
        return ()


def _look_again(saved: SavedPlan, *, waiting: bool) -> None:
    """Draw the page anew with what the chat model bettered, and when it is done.

    Looks from a fragment, so that the page itself is drawn to its end: what stood there before it would stay else.
    """
    if waiting:
        st.fragment(_look, run_every=LOOK_SECONDS)(saved.id)


def _look(plan_shown: str) -> None:
    beside = planning.desk(plan_shown)
    if beside.improving and (beside.improving.is_over or beside.improving.latest is not beside.seen):
        st.rerun()
