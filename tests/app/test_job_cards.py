"""Cards of jobs in the chat: what they ask, what becomes of them, and where they lead. Real stores and engines."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app import state
from assistant.events import Card, Reply, Sentence
from assistant.models.encoder import MiniLMEncoder
from assistant.models.service import ChatService
from assistant.notes.session_plan import SessionPlan
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings
from assistant.store.conversations import ConversationStore
from assistant.store.drafts import DraftStore

ME = Actor(person=PERSONAL, role=Role.MENTOR)
TOLD = Sentence(text="A session plan, then:", origin="eyelevel")


@pytest.fixture(autouse=True)
def real_engines(world: None, monkeypatch: pytest.MonkeyPatch, coach: Any, settings: Settings) -> None:
    shipped = settings.model_copy(update={"knowledge": Path(__file__).parents[2] / "knowledge"})
    monkeypatch.setattr(state, "get_settings", lambda: shipped)
    coach.chat = ChatService(shipped.model_copy(update={"chat_model": "none"}))
    coach.model = coach.chat.state
    coach.embeddings = MiniLMEncoder(settings.model_dir, settings.threads)
    state.warm_planner().join()


@pytest.fixture
def drafts(store: ConversationStore) -> DraftStore:
    return state.get_drafts()


def told(card: Card) -> list[Any]:
    ending = Reply(text=TOLD.text, sources=(), sentences=(TOLD,), card=card, timings={}, provenance={})
    return [TOLD, ending]


def key_of(session: AppTest, beginning: str) -> Any:
    return next(one for one in (*session.button, *session.text_input) if one.key and one.key.startswith(beginning))


# why: "help me prepare Tuesday" must ask two things at most, and give a plan that outlives a reload
def test_a_plan_is_made_in_the_chat(open_app: Any, ask: Any, html: Any, coach: Any, drafts: DraftStore) -> None:
    coach.events = told(Card(job="plan", minutes=40))
    session = ask(open_app(), "help me prepare, 40 minutes")
    assert not session.exception and "40 minutes" in html(session)
    asked = [one for one in session.text_input if one.key and one.key.startswith("ey-job-")]
    assert len(asked) == 2
    key_of(session, "ey-job-role-").set_value("Head of Nursing")
    key_of(session, "ey-job-about-").set_value("swapping shifts by app")
    next(one for one in session.button if one.label == "Make the plan").click().run(timeout=60)
    assert not session.exception
    kept = drafts.list(ME, "plan")
    assert len(kept) == 1
    plan = SessionPlan.model_validate_json(drafts.open(ME, kept[0].id).content)
    assert (plan.minutes, plan.mentee_role, plan.about) == (40, "Head of Nursing", "swapping shifts by app")
    conversation = session.query_params["conversation"]
    shown = conversation if isinstance(conversation, str) else conversation[0]
    again = open_app(conversation=shown)
    assert plan.purpose in html(again) and key_of(again, "ey-job-plan-")


# why: what the turn says must not be asked again
def test_nothing_is_asked_where_all_is_said(open_app: Any, ask: Any, drafts: DraftStore, coach: Any) -> None:
    coach.events = told(Card(job="plan", role="CFO", about="data privacy", minutes=30))
    session = ask(open_app(), "30 minutes with the CFO about data privacy, plan it")
    assert not session.exception and len(drafts.list(ME, "plan")) == 1
    assert not [one for one in session.text_input if one.key and one.key.startswith("ey-job-")]


# why: harm that is typed into the card's own questions must be met with contacts like everywhere else
def test_a_disclosure_in_a_card_is_referred(open_app: Any, ask: Any, drafts: DraftStore, coach: Any) -> None:
    coach.events = told(Card(job="plan", role="CFO"))
    session = ask(open_app(), "plan it")
    key_of(session, "ey-job-about-").set_value("my boss touched me and I want to kill myself")
    next(one for one in session.button if one.label == "Make the plan").click().run(timeout=60)
    assert not drafts.list(ME, "plan")


# why: an offer below an answer must be one quiet line, and lead to the job with what was typed
def test_an_answer_may_offer_a_job(open_app: Any, ask: Any, coach: Any, make_reply: Any, drafts: DraftStore) -> None:
    text = "You were late on Monday and we waited for twenty minutes"
    coach.events[-1] = make_reply(card=Card(job="feedback", begun=False, text=text))
    session = ask(open_app(), "He was late. What now?")
    way = key_of(session, "ey-job-open-")
    assert way.label == "Prepare to say it"
    way.click().run(timeout=60)
    assert not session.exception
    assert [text in drafts.open(ME, one.id).content for one in drafts.list(ME, "feedback")] == [True]


# why: a card of topics is looked up anew with each drawing, and each of its topics must lead to a plan
def test_topics_stand_in_the_chat(open_app: Any, ask: Any, html: Any, coach: Any) -> None:
    coach.events = told(Card(job="topics", role="head of nursing"))
    session = ask(open_app(), "what could we talk about next?")
    assert not session.exception
    ways = [one for one in session.button if one.key and one.key.startswith("ey-topic-plan-")]
    assert len(ways) == 3 and html(session).count("ey-said") >= 3


# why: the gap between two takeaways is one click from the next plan, and must arrive there
def test_a_wish_in_the_address_begins_a_plan(open_page: Any) -> None:
    session = open_page("plan", about="What the nine days meant")
    assert not session.exception
    assert session.text_area[0].value == "What the nine days meant" and "about" not in session.query_params


# why: a manager who names goal, pairs and months in the chat must not name them again
def test_a_programme_goes_on_with_what_was_said() -> None:
    said = "Draft a programme: 24 pairs, six months, the goal is that leaders understand new hires"
    session = AppTest.from_string(
        "import json, streamlit as st\n"
        "from app.components import job_programme, programme_wish\n"
        "from assistant.events import Card\n"
        f"job_programme.fill_in(Card(job='programme', text={said!r}))\n"
        "form = programme_wish.form()\n"
        "st.text(json.dumps([form.goal, form.pairs, form.months]))",
        default_timeout=60,
    ).run()
    assert not session.exception
    assert session.text[0].value == '["leaders understand new hires", 24, 6]'
