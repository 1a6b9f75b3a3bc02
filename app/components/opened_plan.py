"""A saved plan on the page: to read, to take away, to delete, and to change its words and minutes.

Takes the place of the note check while it is open. What was typed stays in the form until it is kept or given up.
"""

import streamlit as st

from app import checking, planning
from app.components import download, plan, saved_plans
from app.components.attempt import attempt, told
from app.components.export import file_name
from app.components.markup import html_text
from app.planning import SavedPlan, Words
from assistant.notes.session_plan import LEAST, LONGEST, SHORTEST, PlanBlock, render_plan

_CHANGING = "ey-plan-changing"
LONGEST_TITLE, LONGEST_TEXT = 120, 2000
"""Characters that the form takes."""


def draw(wanted: str) -> None:
    """The plan with its ways on; where it cannot be read, why, and the way back."""
    from assistant.store.commitments import Source

    changing = st.session_state.get(_CHANGING) == wanted
    st.button("Back", icon=":material/arrow_back:", type="tertiary", key="ey-plan-back", on_click=_leave)
    with told():
        saved = planning.load(wanted)
        _head(saved, changing=changing)
        if changing:
            _change(saved)
        else:
            plan.draw(saved.plan, {}, Source(kind="draft", item=saved.id), saved.title)


def _leave() -> None:
    _read()
    planning.leave()


def _read() -> None:
    st.session_state.pop(_CHANGING, None)


def _begin(wanted: str) -> None:
    st.session_state[_CHANGING] = wanted


def _head(saved: SavedPlan, *, changing: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="top", key="ey-head"):
        st.html(
            f"<h1>{html_text(saved.title)}</h1><p class='ey-sub'>{saved.plan.minutes} minutes. Only you can read it</p>"
        )
        if changing:
            return
        with st.container(horizontal=True, width="content", gap="medium", key="ey-plan-ways"):
            download.button(
                "Download",
                file_name(saved.title),
                "text/markdown",
                lambda: render_plan(saved.plan, saved.title),
                kind="tertiary",
                key="ey-plan-download",
            )
            look = {"icon": ":material/delete:", "type": "tertiary", "key": "ey-plan-delete"}
            if st.button("Delete", **look):  # type: ignore[arg-type]
                saved_plans.delete(saved.id, saved.title, in_list=checking.sheet().report is None)
            st.button("Change it", icon=":material/edit:", key="ey-plan-change", on_click=_begin, args=(saved.id,))


def _change(saved: SavedPlan) -> None:
    before = saved.plan
    with st.form(key=f"ey-plan-form-{saved.id}", border=False):
        title = st.text_input("Title", saved.title, max_chars=LONGEST_TITLE, key=f"ey-plan-title-{saved.id}")
        minutes = st.number_input(
            "Minutes of the session", SHORTEST, LONGEST, before.minutes, key=f"ey-plan-length-{saved.id}", width=200
        )
        purpose = _text("Purpose", before.purpose, f"ey-plan-purpose-{saved.id}")
        parts = [_part(number, block, saved.id) for number, block in enumerate(before.blocks, 1)]
        commitment = _text("To end on", before.commitment, f"ey-plan-end-{saved.id}")
        pressed = st.form_submit_button("Save", type="primary")
    if pressed and attempt(
        lambda: planning.change(saved, title, planning.reworded(before, purpose, commitment, minutes, parts))
    ):
        _read()
        st.rerun()
    st.button("Leave it as it was", type="tertiary", key="ey-plan-unchanged", on_click=_read)


def _part(number: int, block: PlanBlock, saved: str) -> Words:
    key = f"{number}-{saved}"
    with st.container(border=True, key=f"ey-plan-part-{key}"):
        st.html(f"<h2>Part {number}</h2>")
        left, right = st.columns([3, 1])
        with left:
            title = st.text_input("Title", block.title, max_chars=LONGEST_TITLE, key=f"ey-part-title-{key}")
        with right:
            minutes = st.number_input("Minutes", LEAST, LONGEST, block.minutes, key=f"ey-part-minutes-{key}")
        left, right = st.columns(2)
        with left:
            what = _text("What", block.what, f"ey-part-what-{key}")
        with right:
            asked = "\n".join(block.questions)
            questions = _text("Questions to ask, one a line", asked, f"ey-part-questions-{key}")
    return Words(title, minutes, what, questions)


def _text(name: str, value: str, key: str) -> str:
    return st.text_area(name, value, max_chars=LONGEST_TEXT, height="content", key=key) or ""
