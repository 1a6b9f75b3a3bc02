"""Upward feedback in three steps: what stops me, my draft, and the rehearsal with a simulated senior.

Draws what `app.upward` and `app.rehearsing` have on the page; everything typed is kept as it is typed. Where a text
discloses harm, the contacts take the place of the step.
"""

from typing import Any

import streamlit as st

from app import drafting, navigation, rehearsing, state, upward
from app.components import feedback_belief, feedback_draft, feedback_list, feedback_rehearsal, own_note, refusals
from app.components.attempt import told
from app.components.markup import html_text
from app.upward import Sheet, Step
from assistant.roles import Role

STEPS: dict[Step, str] = {"belief": "What stops me", "draft": "My draft", "rehearsal": "Rehearsal"}


def render() -> None:
    """Draw the page."""
    if state.role() != Role.MENTOR:
        _not_theirs()
        return
    own_note.draw_open()
    with told():
        rehearsing.say_sent()
        sheet = upward.settle()
        _head(sheet)
        if line := upward.trouble():
            st.html(refusals.as_html(line))
        step = _steps(sheet)
        if step == "belief":
            feedback_belief.draw(sheet)
            feedback_list.draw()
        elif step == "draft":
            feedback_draft.draw(sheet)
        else:
            feedback_rehearsal.draw(sheet)


def _head(sheet: Sheet) -> None:
    with st.container(horizontal=True, vertical_alignment="top", key="ey-head"):
        st.html(f"<h1>Something to tell {html_text(sheet.whom)}</h1><p class='ey-sub'>{html_text(_below(sheet))}</p>")
        with st.container(horizontal=True, width="content", gap="medium", key="ey-up-actions"):
            if not sheet.is_empty and upward.on_page():
                look: dict[str, Any] = {"icon": ":material/edit_square:", "type": "tertiary", "key": "ey-up-new"}
                st.button("New", on_click=upward.begin_anew, **look)


def _below(sheet: Sheet) -> str:
    if sheet.step == "rehearsal":
        return f"A rehearsal with a simulated senior. None of this reaches {sheet.whom}; only you can read it"
    private = f"Kept as you type. Only you can read it, and none of this reaches {sheet.whom}"
    if sheet.step == "belief":
        return private
    chosen = next((one for one in state.get_feedback_coach().beliefs() if one.id == sheet.belief), None)
    return f"Reason chosen: “{chosen.name}”. {private}" if chosen else private


def _steps(sheet: Sheet) -> Step:
    done = {"belief": bool(sheet.belief or sheet.none_of_these), "draft": bool(sheet.current), "rehearsal": False}
    names: dict[Step, str] = {
        step: f":material/check: {name}" if done[step] and step != sheet.step else f"**{number}** {name}"
        for number, (step, name) in enumerate(STEPS.items(), 1)
    }
    with st.container(key="ey-steps"):
        chosen = st.segmented_control(
            "Steps",
            list(STEPS),
            default=sheet.step,
            required=True,
            format_func=names.__getitem__,
            label_visibility="collapsed",
            wrap=False,
            key=f"ey-step-{drafting.ADDRESS}-{sheet.step}",
        )
    if chosen and chosen != sheet.step:
        upward.keep(step=chosen)
        st.rerun()
    return sheet.step


def _not_theirs() -> None:
    st.html("<h1>Upward feedback</h1><p class='ey-sub'>For mentors</p>")
    line = {
        Role.MENTEE: "Here mentors prepare how to say what is hard to say to a senior. What they write stays with them "
        "until they say it to you. You make it easier when you ask for one thing about one occasion, and thank for the "
        "first small answer.",
    }.get(
        state.role(),
        "Here mentors prepare how to say what is hard to say to a senior. What they write is read by nobody else, so "
        "there is nothing here to see for you.",
    )
    with st.container(key="ey-spruce-notyours"):
        st.html(f"<h2>This page belongs to the mentor</h2><p>{line}</p>")
        navigation.link_to("coach", "To the coach", icon=":material/forum:")
