"""What the chat model adds to a plan is checked piece by piece, and a model that writes nonsense changes nothing."""

from pathlib import Path

import pytest

from assistant.coach.plan import Planner, PlanWish
from assistant.coach.plan.pieces import PieceCheck
from assistant.models.encoder import MiniLMEncoder
from assistant.models.service import ChatService
from assistant.models.testing import ScriptedChatModel
from assistant.notes.session_plan import SessionPlan
from assistant.settings import Settings, load_settings

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def encoder() -> MiniLMEncoder:
    return MiniLMEncoder(load_settings().model_dir, 2)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(home=tmp_path_factory.mktemp("better"), knowledge=ROOT / "knowledge", chat_model="local:scripted")


@pytest.fixture(scope="module")
def planner(settings: Settings, encoder: MiniLMEncoder) -> Planner:
    return Planner(settings, encoder)


def bettered(planner: Planner, settings: Settings, plan: SessionPlan, reply: str) -> SessionPlan:
    model = ScriptedChatModel(reply)
    chat = ChatService(settings, build=lambda _: model)
    chat.start()
    for result in planner.better(plan, chat):
        plan = result or plan
    return plan


def asked(plan: SessionPlan) -> list[str]:
    return [question for block in plan.blocks for question in block.questions]


def test_good_pieces_are_taken_and_stand_beside_the_topics_own(planner: Planner, settings: Settings) -> None:
    # why: this is what a better model is for
    plan = planner.plan(PlanWish(mentee_role="CFO", about="phishing mails", name="Henrik"))
    reply = (
        "1. Which mail of last week would you have opened, although it could have been phishing?\n"
        "2. What do you do in the minute after you clicked on something strange?\n"
        "Purpose: Henrik sorts his own mails and finds out which phishing he would fall for.\n"
    )
    better = bettered(planner, settings, plan, reply)
    new = [question for question in asked(better) if question not in asked(plan)]
    assert "Which mail of last week would you have opened, although it could have been phishing?" in new
    assert better.blocks[1].questions[0] == plan.blocks[1].questions[0]
    assert better.purpose == "Henrik sorts his own mails and finds out which phishing he would fall for."
    assert sum(block.minutes for block in better.blocks) == plan.minutes


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "Sure! Here are your questions about phishing mails, let me know if you need more.",
        "1. Do you open phishing mails?\n2. Have you ever clicked on phishing mails in your inbox?",
        "1. What makes you such an inspiring leader when it comes to phishing mails?",
        "1. What did Sandra Miller tell you about the phishing mails of the Acme group?",
        "1. How would you stop 73 phishing mails a day in your department?",
        "1. What is your favourite holiday, and what do you like to eat there most?",
        "1. Which bread do you throw away when phishing mails arrive at your bakery?",
        "1. Why do you always click on phishing mails and blame the help desk for it?",
        "Purpose: Sandra Miller understands the phishing mails of the Acme group.",
        "Purpose: To talk about phishing mails.",
    ],
)
def test_what_fails_a_check_changes_nothing(planner: Planner, settings: Settings, reply: str) -> None:
    # why: a small model must never make a plan worse
    plan = planner.plan(PlanWish(mentee_role="CFO", about="phishing mails", name="Henrik"))
    assert bettered(planner, settings, plan, reply or "\n") == plan


def test_a_question_that_is_there_already_is_not_taken(encoder: MiniLMEncoder) -> None:
    # why: twice the same question is worse than once
    there = ["Which mail of last week would you have opened, although it could have been phishing?"]
    check = PieceCheck(encoder, "phishing mails", ["phishing mails"], there)
    assert (
        check.accept_question("1. Which of last week's mails would you have opened although it was phishing?") is None
    )
    other = "How do you tell a colleague that you clicked on a phishing mail?"
    assert check.accept_question(other) == other and check.accept_question(other) is None


def test_without_a_model_nothing_comes(planner: Planner, settings: Settings) -> None:
    # why: the plan stands as it is; nobody waits
    chat = ChatService(settings.model_copy(update={"chat_model": "none"}))
    plan = planner.plan(PlanWish(mentee_role="CFO"))
    assert list(planner.better(plan, chat)) == []
