"""Topics as a card in the chat: three that suit, each with why, a question to open with, and a way to its plan."""

import streamlit as st

from app import known, memo, navigation, state
from app.components import job_plan, plan_topics
from app.components.attempt import attempt
from app.components.markup import html_text, wait_line
from assistant.events import Card
from assistant.store.records import StoredTurn

COUNT = 3


def draw(turn: StoredTurn, card: Card) -> None:
    """The topics. Raises `InputError` where all are known, `KnowledgeError`, `ModelMissing`, `StoreError`."""
    if state.warm_planner().is_alive():
        st.html(wait_line("Looking for topics"))
        st.fragment(_look_again, run_every=1.0)()
        return
    pair = known.only_pair()
    earlier = tuple(known.plans(pair))
    role = card.role or next((one.plan.mentee_role for one in earlier), "")
    found = memo.once(
        ("topics", turn.id, pair and pair.id, tuple(one.id for one in earlier)),
        lambda: plan_topics.suggest(role, card.about, pair, count=COUNT),
    )
    for number, one in enumerate(found):
        with st.container(horizontal=True, wrap=False, vertical_alignment="center", key=f"ey-topic-{number}-{turn.id}"):
            st.html(
                f"<h3>{html_text(one.topic.title)}</h3><p>{html_text(one.why)}</p>"
                f'<p class="ey-said">“{html_text(one.question)}”</p>'
            )
            pressed = st.button("Plan it", icon=":material/event_note:", key=f"ey-topic-plan-{number}-{turn.id}")
        if pressed and attempt(lambda chosen=one: job_plan.fill_in(card, chosen)):  # type: ignore[misc]
            st.switch_page(navigation.page("plan"))


def _look_again() -> None:
    if not state.warm_planner().is_alive():
        st.rerun()
