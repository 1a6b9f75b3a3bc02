"""The beginning of a programme plan: the goal, the leaders, how many, how long and how they meet.

What is typed lives in the session, so that it is still there after another page. A goal that discloses harm is answered
with the contacts instead.
"""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, get_args

import streamlit as st

from app import hosting, programme_planning, state
from app.components import contacts
from app.components.attempt import attempt
from app.components.markup import wait_line
from assistant.coach.programme.record import (
    FEWEST_PAIRS,
    LONGEST,
    LONGEST_GOAL,
    LONGEST_ROLE,
    MOST_PAIRS,
    MOST_ROLES,
    SHORTEST,
    Format,
    Minutes,
    ProgrammeWish,
)

if TYPE_CHECKING:
    from assistant.events import Referral

COLUMNS = [540, 380]
"""Pixels of the questions and of what comes of them in a window of 1280."""
FORMATS: dict[Format, str] = {
    "pairs": "One to one",
    "group": "In groups",
    "mutual": "Both teach",
    "project": "On a project",
}
WHAT_COMES = (
    "<h2>What you get</h2><ul class='ey-lines'><li>A goal in one sentence, with outcomes that can be tested</li>"
    "<li>Sessions month by month, tools and people in balance</li><li>Briefings of both sides, and the first session "
    "by the minute</li><li>Check-ins, a checklist for matching, a pitch to seniors</li><li>An evaluation on four "
    "levels, the risks of your design, hours and a calendar</li></ul><p class='ey-small'>Every part can be changed, "
    "and shows what it rests on. Names of people do not belong in it.</p>"
)
_FORM = "ey-programme-form"
HEARTBEAT = 0.2


@dataclass
class Form:
    """What has been said so far."""

    goal: str = ""
    roles: str = ""
    pairs: int = 12
    months: int = 6
    format: Format = "pairs"
    minutes: Minutes = 45
    starts: date | None = None
    referral: "Referral | None" = None


def form() -> Form:
    """What has been said so far."""
    kept: Form = st.session_state.setdefault(_FORM, Form())
    return kept


def draw() -> None:
    """The questions, what comes of them, and the button."""
    state.warm_programme_planner()
    current = form()
    left, right = st.columns(COLUMNS, gap="large")
    with left, st.container(key="ey-programme-wish"):
        goal = st.text_area(
            "What should leaders understand or do differently afterwards?",
            current.goal,
            max_chars=LONGEST_GOAL,
            height=96,
            placeholder="Such as: our plant managers understand what makes new technicians stay",
            key="ey-programme-goal",
        )
        current.goal = goal or ""
        _leaders(current)
        _numbers(current)
        _form(current)
        if current.referral:
            contacts.referral(current.referral)
        with st.container(horizontal=True, vertical_alignment="center", key="ey-plan-begin"):
            pressed = st.button("Make the plan", type="primary", key="ey-programme-make")
            st.html('<p class="ey-small">Kept at once, and only you can read it.</p>', width="content")
        if pressed and attempt(lambda: _make(current)):
            st.rerun()
    with right, st.container(key="ey-tint-programme-comes"):
        st.html(WHAT_COMES)


def _leaders(current: Form) -> None:
    roles = st.text_area(
        "Who are the leaders? Their roles, one a line (optional)",
        current.roles,
        max_chars=LONGEST_ROLE * MOST_ROLES,
        height=68,
        placeholder="plant manager\nhead of HR",
        key="ey-programme-roles",
    )
    current.roles = roles or ""


def _numbers(current: Form) -> None:
    with st.container(horizontal=True, key="ey-programme-numbers"):
        many = "Seniors" if current.format == "group" else "Pairs"
        pairs = st.number_input(many, FEWEST_PAIRS, MOST_PAIRS, current.pairs, width=150, key="ey-programme-pairs")
        months = st.number_input("Months", SHORTEST, LONGEST, current.months, width=150, key="ey-programme-months")
        look: dict[str, Any] = {"format": "YYYY-MM-DD", "width": 190, "key": "ey-programme-starts"}
        current.starts = st.date_input("First week begins (optional)", current.starts, **look)
        current.pairs, current.months = int(pairs), int(months)


def _form(current: Form) -> None:
    chosen = st.pills(
        "How do they meet?",
        list(get_args(Format)),
        default=current.format,
        format_func=FORMATS.__getitem__,
        required=True,
        key="ey-programme-format",
    )
    minutes = st.pills(
        "Minutes of a session",
        list(get_args(Minutes)),
        default=current.minutes,
        required=True,
        key="ey-programme-minutes",
    )
    if chosen and chosen != current.format:
        current.format = chosen
        st.rerun()
    current.minutes = minutes or current.minutes


def _make(current: Form) -> None:
    """Make the plan, unless what was typed discloses harm. Raises what `programme_planning.make` raises."""
    current.referral = state.get_coach().referral("\n".join(filter(None, (current.goal, current.roles))))
    if current.referral:
        return
    wish = ProgrammeWish(
        goal=current.goal,
        leader_roles=tuple(line for line in current.roles.splitlines() if line.strip()),
        pairs=current.pairs,
        months=current.months,
        format=current.format,
        minutes=current.minutes,
        starts=current.starts,
    )
    loading = state.warm_programme_planner()
    if loading.is_alive():
        place = st.empty()
        place.html(wait_line("Reading the goal"))
        while loading.is_alive():
            loading.join(HEARTBEAT)
            state.hear_clicks()
        place.empty()
    programme_planning.make(wish, hosting.sending())
    st.session_state.pop(_FORM, None)
