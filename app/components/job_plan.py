"""A session plan as a card in the chat: what is known, at most two questions, then the plan and the way to its page."""

from dataclasses import replace
from datetime import time
from typing import TYPE_CHECKING

import streamlit as st

from app import drafting, known, navigation, planning, state
from app.components import plan_form
from app.components.attempt import attempt
from app.components.days import in_words, today
from app.components.markup import html_text
from app.components.plan_form import Form
from assistant.errors import AccessDenied
from assistant.events import Card
from assistant.notes.session_plan import LONGEST, SHORTEST, SessionPlan, read_plan
from assistant.store.records import StoredTurn

if TYPE_CHECKING:
    from assistant.coach.topics import Suggestion
    from assistant.store.people_records import OwnPair

_TRIED = "ey-job-tried"


def draw(turn: StoredTurn, card: Card) -> None:
    """The plan that was made of the card, or what it takes to make one. Raises `StoreError`."""
    if card.draft:
        _made(card.draft)
        return
    with_whom = known.only_pair()
    current = _form(card, with_whom)
    st.html(f'<p class="ey-small">{html_text(_understood(current, with_whom))}</p>')
    questions = _questions(current, card)
    tried: set[str] = st.session_state.setdefault(_TRIED, set())
    if not questions and turn.id not in tried:
        tried.add(turn.id)
        _make(turn, current, with_whom)
    state.warm_planner()
    with st.form(key=f"ey-job-form-{turn.id}", border=False):
        answers = {name: st.text_input(asked, key=f"ey-job-{name}-{turn.id}") for name, asked in questions.items()}
        pressed = st.form_submit_button("Make the plan", type="primary")
    if pressed:
        role, about = (" ".join((answers.get(name) or "").split()) for name in ("role", "about"))
        _make(turn, replace(current, role=role or current.role, about=about or current.about), with_whom)
    if st.button("Say more on its page", type="tertiary", key=f"ey-job-more-{turn.id}"):
        fill_in(card)
        st.switch_page(navigation.page("plan"))


def fill_in(card: Card, topic: "Suggestion | None" = None) -> None:
    """Put what the card says into the form of the page. Raises `StoreError`."""
    planning.leave()
    current = plan_form.form()
    made = _form(card, known.only_pair())
    for name in ("role", "name", "about", "day", "hour", "minutes", "format", "pair", "is_begun"):
        setattr(current, name, getattr(made, name))
    current.topic = topic


def _form(card: Card, with_whom: "OwnPair | None") -> Form:
    """What is known: from the card, else from the pair and the last plan."""
    current = Form()
    plan_form.fill_in(current, with_whom)
    minutes = card.minutes if card.minutes and SHORTEST <= card.minutes <= LONGEST else current.minutes
    return replace(
        current,
        role=card.role or current.role,
        name=card.name or current.name,
        about=card.about,
        day=card.day or current.day,
        hour=time(card.hour) if card.hour is not None else current.hour,
        minutes=minutes,
    )


def _questions(current: Form, card: Card) -> dict[str, str]:
    """What has to be asked, two things at most."""
    asked = plan_form.ASKED[state.role()][0]
    wanted = {
        "role": "" if current.role else asked,
        "about": "" if card.about else "What should it be about? (optional)",
    }
    return {name: question for name, question in wanted.items() if question}


def _understood(current: Form, with_whom: "OwnPair | None") -> str:
    name = with_whom.partner_name if with_whom else current.name
    whom = " · ".join(filter(None, (name, current.role)))
    day = in_words(current.day, today()) if current.day else ""
    hour = f"{current.hour:%H:%M}" if current.hour else ""
    parts = [f"with {whom}" if whom else "", " ".join(filter(None, (day, hour))), f"{current.minutes} minutes"]
    parts.append(f"about {current.about}" if current.about else "")
    said = " · ".join(filter(None, parts))
    return said[:1].upper() + said[1:]


def _make(turn: StoredTurn, current: Form, with_whom: "OwnPair | None") -> None:
    made: list[str | None] = []
    if not attempt(lambda: made.append(plan_form.make(current, with_whom))):
        return
    st.query_params.pop(drafting.ADDRESS, None)  # it belongs to the plan's own page
    if made[0] is None:
        plan_form.form().referral = current.referral
        st.switch_page(navigation.page("plan"))
    elif attempt(lambda: state.get_store().attach(state.actor(), turn.id, made[0] or "")):
        st.rerun()


def _made(draft: str) -> None:
    try:
        found = state.get_drafts().open(state.actor(), draft)
    except AccessDenied:
        st.html('<p class="ey-note">The plan that was made here is deleted.</p>')
        return
    plan = read_plan(found.content, found.form)
    st.html(f"<h3>{html_text(found.title)}</h3>" + (_summary(plan) if plan else ""))
    if st.button("Open the plan", icon=":material/event_note:", type="primary", key=f"ey-job-plan-{draft}"):
        planning.open_saved(draft)
        st.switch_page(navigation.page("plan"))


def _summary(plan: SessionPlan) -> str:
    parts = "".join(
        f"<li>{html_text(block.title)} <span class='ey-small'>{block.minutes} min</span></li>" for block in plan.blocks
    )
    first = next((question for block in plan.blocks for question in block.questions), "")
    asked = f'<p class="ey-said">“{html_text(first)}”</p>' if first else ""
    return f"<p>{html_text(plan.purpose)}</p><ol>{parts}</ol>{asked}"
