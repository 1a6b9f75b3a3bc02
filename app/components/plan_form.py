"""The beginning of a plan: with whom, about what and when; what is known already is filled in.

What is typed lives in the session, for each part that a person plays, so that it is still there after another page. The
plan is made by `app.planning`; a text that discloses harm is answered with the contacts instead.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, get_args

import streamlit as st

from app import hosting, known, planning, state
from app.components import about_pair, contacts, plan_topics
from app.components.attempt import attempt, told
from app.components.days import today
from app.components.markup import html_text
from assistant.notes.session_plan import Format
from assistant.roles import Role

if TYPE_CHECKING:
    from assistant.coach.topics import Suggestion
    from assistant.events import Referral
    from assistant.store.people_records import OwnPair

COLUMNS = [440, 480]
"""Pixels of the questions and of the topics in a window of 1280."""
MINUTES = (15, 30, 45, 60, 90)
LONGEST_ROLE, LONGEST_WISH = 120, 2000
"""Characters."""
FORMATS: dict[Format, str] = {
    "session": "The two of us",
    "first": "Our first",
    "group": "With a group",
    "mutual": "Both teach",
    "project": "On a project",
}
ABOUT = "about"
"""Name of a wish in the address."""
_FORMS = "ey-plan-forms"
ASKED = {
    Role.MENTOR: ("What does your mentee do?", "What you call them", "your mentee"),
    Role.MENTEE: ("What do you do?", "What you call your mentor", "your mentor"),
}


@dataclass
class Form:
    """What a person has said of the session so far."""

    role: str = ""
    """Of the senior."""
    name: str = ""
    about: str = ""
    day: date | None = None
    hour: time | None = None
    minutes: int = 45
    format: Format = "session"
    topic: "Suggestion | None" = None
    pair: str | None = None
    """Which pair it is filled in for."""
    is_begun: bool = False
    referral: "Referral | None" = None


def form() -> Form:
    """What this part has said so far."""
    forms: dict[Role, Form] = st.session_state.setdefault(_FORMS, {})
    return forms.setdefault(state.role(), Form())


def take_address() -> None:
    """Begin a plan about what the address names, such as a gap between two takeaways; a plan on the page is left."""
    if wish := st.query_params.pop(ABOUT, ""):
        planning.leave()
        form().about = str(wish)[:LONGEST_WISH]


def draw() -> None:
    """The questions, the topics to choose from, and the button."""
    current = form()
    left, right = st.columns(COLUMNS, gap="large")
    with left, st.container(key="ey-plan-wish"):
        pair = _whom(current)
        about = st.text_area(
            "What should it be about? (you can leave it open)",
            current.about,
            max_chars=LONGEST_WISH,
            height=96,
            placeholder="What you want to show, ask or bring up",
            key=f"ey-plan-about-{state.role()}",
        )
        current.about = about or ""
        _when(current)
    with right:
        plan_topics.draw(current, pair)
    if current.referral:
        contacts.referral(current.referral)
    with st.container(horizontal=True, vertical_alignment="center", key="ey-plan-begin"):
        pressed = st.button("Make the plan", type="primary", key="ey-plan-make")
        st.html('<p class="ey-small">Kept at once, and only you can read it.</p>', width="content")
    if pressed and attempt(lambda: make(current, pair)) and not current.referral:
        st.session_state[_FORMS].pop(state.role())
        st.rerun()
    elif pressed and current.referral:
        st.rerun()


def make(current: Form, pair: "OwnPair | None") -> str | None:
    """Make the plan and return its id, unless what was typed discloses harm. Raises what `planning.make` raises."""
    from assistant.coach.plan import PlanWish

    current.referral = state.get_coach().referral("\n".join(filter(None, (current.about, current.role))))
    if current.referral:
        return None
    wish = PlanWish(
        mentee_role=current.role,
        about=current.about,
        minutes=current.minutes,
        format=current.format,
        topic=current.topic.topic.id if current.topic else None,
        side=state.role().value,  # type: ignore[arg-type]
        name=current.name or (pair.partner_name if pair else ""),
    )
    return planning.make(wish, known.gather(pair, _starts(current)), pair.id if pair else None, hosting.sending())


def _starts(current: Form) -> datetime | None:
    return datetime.combine(current.day, current.hour or time()) if current.day else None


def _whom(current: Form) -> "OwnPair | None":
    """The pair, where people sign in; the role of the senior, and a name where no pair says it."""
    pair = None
    with told():
        chosen = about_pair.ask("plan")
        pair = next((one for one in known.own_pairs() if one.id == chosen), None)
        fill_in(current, pair)
    asked, called, _ = ASKED[state.role()]
    key = f"{state.role()}-{pair.id if pair else 'alone'}"
    if pair:
        st.html(f'<p class="ey-label">With {html_text(pair.partner_name)}, {html_text(pair.programme.title)}</p>')
    role = st.text_input(
        asked,
        current.role,
        max_chars=LONGEST_ROLE,
        placeholder="such as CTO, head of nursing",
        key=f"ey-plan-role-{key}",
    )
    current.role = " ".join((role or "").split())
    if not pair:
        name = st.text_input(f"{called} (optional)", current.name, max_chars=60, key=f"ey-plan-name-{key}")
        current.name = " ".join((name or "").split())
    return pair


def fill_in(current: Form, pair: "OwnPair | None") -> None:
    """What is known from the last plan and the planned session, once for each pair; what was typed stays."""
    wanted = pair.id if pair else None
    if current.is_begun and current.pair == wanted:
        return
    last = next(known.plans(pair), None)
    if last:
        current.role, current.minutes = last.plan.mentee_role or current.role, last.plan.minutes
    current.name = pair.partner_name if pair else (last.plan.name if last else current.name)
    if pair:
        standing = known.stands(pair, today())
        current.day = standing.next.held_on if standing.next else current.day
        current.minutes = (standing.next and standing.next.minutes_planned) or current.minutes
        current.format = "session" if standing.held else "first"
    current.minutes = max(10, min(120, current.minutes))
    current.pair, current.is_begun = wanted, True


def _when(current: Form) -> None:
    key = f"{state.role()}-{current.pair or 'alone'}"
    with st.container(horizontal=True, key="ey-plan-when"):
        look: dict[str, Any] = {"format": "YYYY-MM-DD", "width": 160}
        current.day = st.date_input("Day (optional)", current.day, key=f"ey-plan-day-{key}", **look)
        current.hour = st.time_input("Time (optional)", current.hour, key=f"ey-plan-hour-{key}", width=160)
    lengths = sorted({*MINUTES, current.minutes})
    minutes = st.pills(
        "Minutes", lengths, default=current.minutes, required=True, key=f"ey-plan-length-{key}-{len(lengths)}"
    )
    current.minutes = minutes or current.minutes
    chosen = st.pills(
        "What kind of session?",
        list(get_args(Format)),
        default=current.format,
        format_func=FORMATS.__getitem__,
        required=True,
        key=f"ey-plan-format-{key}",
    )
    current.format = chosen or current.format
