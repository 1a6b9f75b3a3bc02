"""A programme plan as it is read, in tabs: every part with its words, what it rests on, and the way to change it."""

from collections.abc import Mapping, Sequence

import streamlit as st

from app import programme_planning, state
from app.components import programme_edit, programme_parts
from app.components import source as passages
from app.components.attempt import attempt, told
from app.components.markup import html_text, label
from app.programme_edits import with_session
from app.programme_planning import KeptProgramme
from assistant.coach.programme.record import Part, PlannedSession
from assistant.coach.programme.render import HEADINGS, says_text
from assistant.guide.passage import HEADING_SEPARATOR, Citation

TABS: Mapping[str, tuple[Part, ...]] = {
    "Goal": ("goal", "pitch"),
    "Sessions": ("months",),
    "Before the start": ("matching", "briefings", "first_session"),
    "On the way": ("check_ins", "evaluation", "risks"),
    "Time": ("calendar", "budget"),
}
NAME = 34
"""Characters of a passage's name that fit a pill."""


def draw(kept: KeptProgramme) -> None:
    """All tabs."""
    with st.container(key="ey-tabs-programme"):
        for place, parts in zip(st.tabs(list(TABS)), TABS.values(), strict=True):
            with place:
                for part in parts:
                    with told(), st.container(key=f"ey-programme-part-{part}"):
                        _part(kept, part)


def _part(kept: KeptProgramme, part: Part) -> None:
    changing = programme_planning.desk(kept.id).changing
    with st.container(horizontal=True, vertical_alignment="center", key=f"ey-part-head-{part}"):
        st.html(f"<h2>{HEADINGS[part]}</h2>", width="content")
        if part not in {"months", changing}:
            look = {"icon": ":material/edit:", "type": "tertiary", "key": f"ey-programme-change-{part}"}
            args = {"on_click": programme_edit.begin, "args": (kept.id, part)}
            st.button(label(f"Change {HEADINGS[part].lower()}"), **look, **args)  # type: ignore[arg-type]
    if changing == part:
        programme_edit.draw(kept, part)
    elif part == "months":
        _sessions(kept)
    elif part == "risks":
        names = {key.value: one.name for key, one in state.get_adviser().material.mistakes.items()}
        st.html(programme_parts.risks(kept.plan, names))
    else:
        st.html(programme_parts.READ[part](kept.plan))
    _rests_on(kept, part)
    if part == "goal":
        _remarks(kept)


def _remarks(kept: KeptProgramme) -> None:
    if kept.plan.remarks:
        with st.container(key="ey-tint-programme-remarks"):
            st.html(f"<h2>Good to know</h2>{programme_parts.lines(kept.plan.remarks)}")


def _rests_on(kept: KeptProgramme, part: Part) -> None:
    """Pills that open the passages, and what of the part is Eyelevel's own."""
    citations: Sequence[Citation] = state.get_programme_planner().cite_part(kept.plan, part)
    with st.container(horizontal=True, key=f"ey-pills-programme-{part}", gap="small"):
        for one in citations:
            name = label((one.heading or one.title).split(HEADING_SEPARATOR)[-1], NAME)
            if st.button(f"**{one.marker}** {name}", key=f"ey-rests-{part}-{one.marker}"):
                passages.open_passages([one], "plan")
    st.html(f'<p class="ey-xs">{html_text(says_text(kept.plan, part))}</p>')


def _sessions(kept: KeptProgramme) -> None:
    """Month by month, every session with the ways to change it and to swap its topic."""
    st.html(programme_parts.balance(kept.plan))
    for month in range(1, kept.plan.wish.months + 1):
        st.html(f'<h3 class="ey-month">Month {month}</h3>')
        for one in (session for session in kept.plan.sessions if session.month == month):
            _session(kept, one)
    st.html(f'<p class="ey-flat">{html_text(kept.plan.closing)}</p>')


def _session(kept: KeptProgramme, one: PlannedSession) -> None:
    beside = programme_planning.desk(kept.id)
    if beside.changing == f"session-{one.number}":
        programme_edit.draw_session(kept, one)
        return
    st.html(programme_parts.session(one))
    with st.container(horizontal=True, key=f"ey-session-do-{one.number}"):
        look = {"type": "tertiary"}
        change = {"icon": ":material/edit:", "key": f"ey-session-change-{one.number}", **look}
        args = {"on_click": programme_edit.begin, "args": (kept.id, f"session-{one.number}")}
        st.button(f"Change session {one.number}", **change, **args)  # type: ignore[arg-type]
        if one.topic:
            swap = {"icon": ":material/swap_horiz:", "key": f"ey-session-swap-{one.number}", **look}
            other = {"on_click": _swap, "args": (kept.id, one.number)}
            st.button(f"Another topic for session {one.number}", **swap, **other)  # type: ignore[arg-type]
    if beside.swapping == one.number:
        _others(kept, one)


def _swap(plan: str, number: int) -> None:
    programme_planning.desk(plan).swapping = number


def _others(kept: KeptProgramme, one: PlannedSession) -> None:
    """Topics that fit this session, to choose from."""
    with st.container(key=f"ey-tint-topics-{one.number}"), told():
        others = {other.topic: other for other in state.get_programme_planner().others(kept.plan, one.number)}
        if not others:
            st.html("<p>No other topic of the catalogue fits here; change the session and write your own.</p>")
        chosen = st.radio(
            "Another topic",
            list(others),
            index=None,
            format_func=lambda topic: label(others[topic].title, 90),
            captions=["About a tool" if other.technical else "About people and work" for other in others.values()],
            key=f"ey-plan-topic-programme-{one.number}",
        )
        with st.container(horizontal=True, key=f"ey-swap-ways-{one.number}"):
            pressed = st.button("Take this one", type="primary", key=f"ey-swap-do-{one.number}")
            keep = {"on_click": _swap, "args": (kept.id, 0), "type": "tertiary", "key": f"ey-swap-keep-{one.number}"}
            st.button("Keep the topic", **keep)  # type: ignore[arg-type]
        if pressed and chosen:
            plan = with_session(kept.plan, others[chosen])
            if attempt(lambda: programme_planning.change(kept, plan)):
                _swap(kept.id, 0)
                st.rerun()
