"""What can be done with a plan that is being read: change it, swap its topic, take a change back, delete it.

Also the line that says that the chat model is at work on it, with the way to stop that.
"""

from typing import TYPE_CHECKING

import streamlit as st

from app import hosting, known, planning
from app.components import at_work, plan_editor, plan_topics, saved_plans
from app.components.attempt import attempt, told
from app.planning import SavedPlan

if TYPE_CHECKING:
    from assistant.store.people_records import OwnPair

_SWAPPING = "ey-plan-swapping"
OTHERS = 3
"""Topics offered in place of the present one."""


def draw(saved: SavedPlan, pair: "OwnPair | None") -> bool:
    """The ways, and what they open; whether the page says that the chat model is at work."""
    beside = planning.desk(saved.id)
    with st.container(horizontal=True, vertical_alignment="center", key="ey-plan-do"):
        look = {"type": "tertiary"}
        begin = {"on_click": plan_editor.begin, "args": (saved,), **look}
        st.button("Change it", icon=":material/edit:", key="ey-plan-change", **begin)  # type: ignore[arg-type]
        if saved.plan.topics or saved.plan.about or saved.plan.mentee_role:
            swap = {"on_click": _swap, "args": (saved.id,), **look}
            st.button("Another topic", icon=":material/swap_horiz:", key="ey-plan-swap", **swap)  # type: ignore[arg-type]
        if beside.undo:
            look_undo = {"icon": ":material/undo:", "key": "ey-plan-undo-change", **look}
            pressed = st.button("Undo the last change", **look_undo)  # type: ignore[arg-type]
            if pressed and attempt(lambda: planning.undo(saved.id)):
                st.rerun()
        look_delete = {"icon": ":material/delete:", "key": "ey-plan-delete", **look}
        if st.button("Delete", **look_delete):  # type: ignore[arg-type]
            saved_plans.delete(saved.id, saved.title)
    if st.session_state.get(_SWAPPING) == saved.id:
        _other_topics(saved, pair)
    return at_work.draw(beside.improving, planning.stop, saved.id)


def _swap(plan: str | None) -> None:
    st.session_state[_SWAPPING] = plan


def _other_topics(saved: SavedPlan, pair: "OwnPair | None") -> None:
    with st.container(key="ey-tint-topics"), told():
        st.html(
            '<h2>Another topic</h2><p class="ey-small">The plan is made anew around it, and your changes of this one '
            "go with it. “Undo the last change” brings all of it back.</p>"
        )
        found = plan_topics.suggest(saved.plan.mentee_role, saved.plan.about, pair, count=OTHERS)
        chosen = plan_topics.choose(found, None, saved.id)
        with st.container(horizontal=True, key="ey-plan-swap-ways"):
            pressed = st.button("Plan around it", type="primary", key="ey-plan-swap-do")
            st.button("Keep this one", type="tertiary", key="ey-plan-swap-keep", on_click=_swap, args=(None,))
        if pressed and chosen and attempt(lambda: _plan_anew(saved, pair, chosen.topic.id)):
            _swap(None)
            st.rerun()


def _plan_anew(saved: SavedPlan, pair: "OwnPair | None", topic: str) -> None:
    from assistant.coach.plan import PlanWish

    before = saved.plan
    wish = PlanWish(
        mentee_role=before.mentee_role,
        about=before.about,
        minutes=before.minutes,
        format=before.format,
        topic=topic,
        side=before.side,
        name=before.name,
    )
    planning.make_anew(saved, wish, known.gather(pair, before.starts, without=saved.id), hosting.sending())
