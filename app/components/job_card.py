"""The card of a job in the chat: what was understood, at most two questions, the result, and the way to its screen.

A card holds no result of its own: a plan that was made of it is read from the store, topics and promises are looked up
as they are now. Opening a screen takes along what the turn says, so that nobody types it twice.
"""

from collections.abc import Callable
from typing import Literal

import streamlit as st

from app import checking, memo, navigation, reflecting, state, upward
from app.components import job_plan, job_programme, job_topics, promised
from app.components.attempt import attempt, told
from app.components.markup import html_text
from assistant.errors import EyelevelError
from assistant.events import Card
from assistant.store.records import StoredTurn
from assistant.text import shorten

OFFERS = {
    "plan": ("Make a session plan of this", ":material/event_note:"),
    "topics": ("Look for topics", ":material/lightbulb:"),
    "feedback": ("Prepare to say it", ":material/campaign:"),
    "rehearse": ("Rehearse it", ":material/record_voice_over:"),
    "check": ("Check a note", ":material/fact_check:"),
    "reflect": ("Reflect on a session", ":material/self_improvement:"),
    "commitments": ("See what you promised", ":material/handshake:"),
    "programme": ("Plan a programme", ":material/route:"),
}
"""What is offered below an answer, or begun from a card."""
PAGES = {
    "plan": "plan",
    "topics": "plan",
    "feedback": "feedback",
    "rehearse": "feedback",
    "check": "check",
    "reflect": "reflection",
    "commitments": "commitments",
    "programme": "programme_plan",
}
SCREENS = {
    "feedback": "What keeps you from saying it, your draft with what is there and what weakens it, then a rehearsal.",
    "rehearse": "You choose the mood: open, defensive, rushed or dismissive. Nothing of it reaches anybody.",
    "check": "Paste the note there, or choose a file. It is read here, and nothing is kept unless you save it.",
    "reflect": "Three questions to bring; afterwards, questions made from what happened. Your answers stay with you.",
    "programme": "A goal, the leaders, the number of pairs and the months are enough to begin.",
}
"""What a screen is for, where the turn holds nothing for it yet."""
PARTS = {"situation": "Situation", "behaviour": "Behaviour", "impact": "Impact", "request": "Request"}


def draw(turn: StoredTurn, card: Card) -> None:
    """The card of a finished turn, or the one line that offers it."""
    if not card.begun:
        _way(turn, card, "tertiary")
        return
    with st.container(border=True, key=f"ey-job-{turn.id}"), told():
        if card.job == "plan":
            job_plan.draw(turn, card)
        elif card.job == "topics":
            job_topics.draw(turn, card)
        elif card.job == "commitments":
            promised.draw_open()
        else:
            _about(turn, card)
            _way(turn, card, "primary")


def _way(turn: StoredTurn, card: Card, look: Literal["primary", "tertiary"]) -> None:
    name, icon = OFFERS[card.job]
    key = f"ey-job-open-{turn.id}"
    if st.button(name, icon=icon, type=look, key=key) and attempt(lambda: _begin(card)):
        st.switch_page(navigation.page(PAGES[card.job]))


def _begin(card: Card) -> None:
    """Take what the turn says to the job's screen. Raises what the stores and engines raise."""
    begin: dict[str, Callable[[Card], None]] = {
        "plan": job_plan.fill_in,
        "topics": job_plan.fill_in,
        "feedback": _feedback,
        "rehearse": _rehearse,
        "check": _check,
        "reflect": _reflect,
        "programme": job_programme.fill_in,
    }
    if card.job in begin:
        begin[card.job](card)


def _feedback(card: Card) -> None:
    upward.begin_anew()
    upward.keep(step="draft", role=card.role, name=card.name)
    if card.text:
        upward.look(card.text)


def _rehearse(card: Card) -> None:
    _feedback(card)
    upward.keep(step="rehearsal")


def _check(card: Card) -> None:
    if card.text and not checking.sheet().is_unsaved:
        checking.clear()
        checking.sheet().text = card.text


def _reflect(card: Card) -> None:
    if card.text:
        reflecting.begin(card.text)


def _about(turn: StoredTurn, card: Card) -> None:
    """What the job's engine says at once, where the turn holds a text for it; else what the screen is for."""
    if card.job in ("feedback", "rehearse") and card.text:
        _read(turn, card)
    elif card.job == "check" and card.text:
        st.html(f'<p>Your note: <span class="ey-said">{html_text(shorten(card.text, 160))}</span></p>')
    else:
        st.html(f"<p>{SCREENS[card.job]}</p>")


def _read(turn: StoredTurn, card: Card) -> None:
    try:
        found = memo.once(
            ("feedback", turn.id),
            lambda: state.get_feedback_coach().coach(card.text, senior=card.name or None),
        )
    except EyelevelError as error:
        st.html(f'<p class="ey-note">{html_text(str(error))}</p>')
        return
    there = [PARTS[name] for name in PARTS if name not in found.assessment.missing]
    missing = [PARTS[name].lower() for name in found.assessment.missing]
    lines = [f"Already there: {', '.join(there).lower()}." if there else ""]
    lines.append(f"Still missing: {', '.join(missing)}." if missing else "")
    lines += [one.question for one in found.marks[:2]]
    st.html("".join(f"<p>{html_text(line)}</p>" for line in lines if line))
    if found.draft:
        st.html(f'<blockquote class="ey-said">{html_text(found.draft)}</blockquote>')
