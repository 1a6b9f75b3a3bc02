"""The sixty-second debrief: six answers by touch, none by typing, each of which may be left open.

Draws into the session's sheet (`app.checking`) what is chosen. What it settles is settled by the check, not here.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from app import checking, state
from app.components.markup import html_text
from assistant.notes.note import Brought, Debrief, Topic
from assistant.roles import Role

PLANNED = (15, 30, 45, 60, 90)
HELD = (0, 10, 20, 30, 45, 60, 90)
BROUGHT = {
    Brought.STORY: "A story",
    Brought.DECISION: "A decision",
    Brought.QUESTIONS: "Questions",
    Brought.NOTHING: "Nothing yet",
}
TOPICS = {
    Topic.TOOLS: "Tools",
    Topic.WAYS_OF_WORKING: "Ways of working",
    Topic.PEOPLE: "People",
    Topic.CAREERS: "Careers",
    Topic.CUSTOMERS: "Customers",
}
COMMITMENT = {"made": "Yes, one", "none": "No"}
LAST = {"kept": "Kept", "partly": "In part", "not": "Not kept", "no_last": "There was none"}


def other(role: Role) -> str:
    """The other person of the pair, as this role calls them."""
    return "mentee" if role == Role.MENTOR else "mentor"


def asked(role: Role) -> dict[str, str]:
    """Who asked most, in the order of the form, in the words of this role."""
    return {role.value: "Me", "even": "About even", other(role): f"My {other(role)}"}


KEPT = "Leave open what you do not remember. It is kept only if you save the note."


def draw(button: str, on_click: Callable[[], None], below: str = KEPT) -> None:
    """The form as a card, with its one button; what is chosen is in the sheet before `on_click` is called.

    `below`: a line on what is kept of it.
    """
    current = checking.sheet()

    def press() -> None:
        take(current)
        on_click()

    with st.container(border=True, key="ey-debrief"):
        st.html(
            '<div class="ey-between"><h2>60-second debrief</h2><p class="ey-small">just after the session</p></div>'
        )
        _form(current, state.role())
        take(current)
        st.button(button, key="ey-debrief-check", disabled=current.debrief.is_empty, on_click=press)
        st.html(f'<p class="ey-xs">{html_text(below)}</p>')


def take(current: checking.Sheet) -> None:
    """Put what is chosen on the page into the sheet; called by buttons too, before the page is drawn again."""
    known = {name: getattr(current.debrief, name) for name in Debrief.model_fields}
    chosen = {name: st.session_state.get(_key(current, name), value) for name, value in known.items()}
    sets = {name: frozenset(chosen[name] or ()) for name in ("brought", "topics")}
    current.debrief = Debrief(**(chosen | sets))


def _key(current: checking.Sheet, name: str) -> str:
    """Names a widget by its field and its sheet, so that an emptied form is empty."""
    return f"ey-debrief-{name}-{current.id}"


def _form(current: checking.Sheet, role: Role) -> None:
    known, senior = current.debrief, "you" if role == Role.MENTEE else "your mentee"
    _one(current, "minutes_planned", "Minutes planned", _minutes(PLANNED, known.minutes_planned))
    _one(current, "minutes_held", "Minutes held", _minutes(HELD, known.minutes_held))
    _one(current, "asked_more", "Who asked most of the questions?", asked(role), joined=True)
    _many(current, "brought", f"What did {senior} bring?", BROUGHT, alone=Brought.NOTHING)
    _many(current, "topics", "What was it about?", TOPICS)
    _one(current, "commitment", "A commitment for next time?", COMMITMENT)
    _one(current, "last_kept", "And the last one?", LAST)


def _minutes(offered: Sequence[int], known: int | None) -> dict[int, str]:
    """The usual lengths, and the one that is known already."""
    return {minutes: str(minutes) for minutes in sorted({*offered, *([] if known is None else [known])})}


def _one(current: checking.Sheet, name: str, label: str, options: Mapping[Any, str], *, joined: bool = False) -> None:
    """One answer or none."""
    key = _key(current, name)
    st.session_state.setdefault(key, getattr(current.debrief, name))
    draw_options = st.segmented_control if joined else st.pills
    draw_options(label, list(options), format_func=options.__getitem__, key=key)


def _many(current: checking.Sheet, name: str, label: str, options: Mapping[Any, str], *, alone: Any = None) -> None:
    """Any number of answers; `alone` goes with no other, and the one touched last stands."""
    key, known = _key(current, name), getattr(current.debrief, name)
    st.session_state.setdefault(key, [option for option in options if option in known])

    def settle() -> None:
        chosen = st.session_state[key]
        if alone in chosen and len(chosen) > 1:
            st.session_state[key] = [one for one in chosen if one != alone] if alone in known else [alone]

    st.pills(
        label,
        list(options),
        selection_mode="multi",
        format_func=options.__getitem__,
        key=key,
        on_change=settle,
    )


def in_words(debrief: Debrief, role: Role) -> list[str]:
    """What the form says, a line for each answer."""
    lines = []
    if debrief.minutes_planned is not None or debrief.minutes_held is not None:
        held, planned = (
            "?" if minutes is None else str(minutes) for minutes in (debrief.minutes_held, debrief.minutes_planned)
        )
        lines.append(f"Held {held} of {planned} minutes")
    if debrief.asked_more:
        lines.append(f"Asked most of the questions: {asked(role)[debrief.asked_more].lower()}")
    if debrief.brought:
        lines.append(f"Brought by the senior: {_list(BROUGHT, debrief.brought)}")
    if debrief.topics:
        lines.append(f"It was about: {_list(TOPICS, debrief.topics)}")
    if debrief.commitment:
        lines.append(f"A commitment for next time: {COMMITMENT[debrief.commitment].lower()}")
    if debrief.last_kept:
        lines.append(f"The last commitment: {LAST[debrief.last_kept].lower()}")
    return lines


def _list(names: Mapping[Any, str], chosen: frozenset[Any]) -> str:
    return ", ".join(words.lower() for option, words in names.items() if option in chosen)


def summary_html(debrief: Debrief, role: Role) -> str:
    """The same as a list for the page."""
    return "".join(f"<li>{html_text(line)}</li>" for line in in_words(debrief, role))
