from datetime import date, datetime
from pathlib import Path

import pytest

from assistant.coach.jobs import JOBS, Job
from assistant.coach.leaders import load_leaders
from assistant.coach.offers import Offers
from assistant.coach.question import Exchange
from assistant.coach.slots import read_given
from assistant.models.encoder import MiniLMEncoder
from assistant.roles import COACHED, Role
from assistant.settings import load_settings

NOW = datetime(2026, 11, 22, 10)  # a Sunday
LEADERS = load_leaders(Path(__file__).parents[2] / "knowledge" / "topics" / "leaders.yaml")


@pytest.fixture(scope="module")
def offers() -> Offers:
    settings = load_settings()
    return Offers(LEADERS, MiniLMEncoder(settings.model_dir, settings.threads))


def job(offers: Offers, text: str, role: Role = Role.MENTOR) -> str:
    card = offers.find(text, role, (), NOW)
    return card.job if card and card.begun else "answer"


# why: a request must start its job, whatever the wording; none of these stands in the training data
@pytest.mark.parametrize(
    ("text", "role", "expected"),
    [
        ("I have an hour with the head of customs on Wednesday, make me an agenda", Role.MENTOR, "plan"),
        ("Bitte erstelle einen Plan für meine Sitzung am Montag", Role.MENTOR, "plan"),
        ("What topics could I bring to a head of archives?", Role.MENTOR, "topics"),
        ("He interrupts me in every review. How do I tell him?", Role.MENTOR, "feedback"),
        ("Could we role play it, with you as my director?", Role.MENTOR, "rehearse"),
        ("Please check my session notes", Role.MENTEE, "check"),
        ("Help me reflect on today's session", Role.MENTEE, "reflect"),
        ("What did I promise her last time?", Role.MENTEE, "commitments"),
        ("Draft a six month programme for 14 pairs", Role.MANAGER, "programme"),
    ],
)
def test_a_request_starts_its_job(offers: Offers, text: str, role: Role, expected: str) -> None:
    assert job(offers, text, role) == expected


# why: whoever asks about a job wants an answer, and taking the turn over would hide the guide
@pytest.mark.parametrize(
    "text",
    [
        "How long should a session last?",
        "Why do people hold back feedback?",
        "What makes a topic suitable?",
        "Who can read the notes that I check here?",
        "Was bringt Reverse Mentoring?",
        "Should a commitment have a date?",
    ],
)
def test_a_question_about_a_job_is_answered(offers: Offers, text: str) -> None:
    assert all(job(offers, text, role) == "answer" for role in COACHED)


# why: a part must never be sent to a screen that is not its own
def test_a_part_gets_its_own_jobs_alone(offers: Offers) -> None:
    for text in ("rehearse it with me", "draft feedback for him", "design a programme", "help me reflect", "plan it"):
        for role in COACHED:
            card = offers.find(text, role, (), NOW)
            assert card is None or Job(card.job) in JOBS[role]


# why: what was said once must not be asked again
def test_what_a_request_says_is_understood() -> None:
    given = read_given(
        "Thursday 3pm, 40 minutes with our head of claims, Ms Okafor, about shared calendars", LEADERS, NOW
    )
    assert (given.role, given.minutes, given.day, given.hour) == ("head of claims", 40, date(2026, 11, 26), 15)
    assert given.about == "shared calendars"
    assert read_given("half an hour with Dr Lind on the 3rd", LEADERS, NOW).day == date(2026, 12, 3)
    assert read_given("mardi avec la directrice financière", LEADERS, NOW).day == date(2026, 11, 24)


# why: a text that says nothing must not be read into
@pytest.mark.parametrize("text", ["plan it", "?", "x" * 4000, "about", "on the 45th", "99 min"])
def test_nothing_is_read_into_a_text(text: str) -> None:
    given = read_given(text, LEADERS, NOW)
    assert (given.role, given.name, given.about, given.day) == ("", "", "", None)


# why: the answer to the card's questions may be typed into the chat as well
def test_a_turn_after_a_waiting_card_fills_it(offers: Offers) -> None:
    before = Exchange(question="help me prepare tuesday", answer="A session plan, then.", job="plan")
    card = offers.find("with our head of nursing, about shift swaps", Role.MENTOR, (before,), NOW)
    assert card is not None and (card.job, card.begun) == ("plan", True)
    assert (card.role, card.about, card.day) == ("head of nursing", "shift swaps", date(2026, 11, 24))
    asked = offers.find("How long should a session last?", Role.MENTOR, (before,), NOW)
    assert asked is None or not asked.begun


# why: a draft in quotation marks is what is to be looked at, not the words around it
def test_the_draft_in_a_turn_is_found(offers: Offers) -> None:
    card = offers.find('is this ok to send? "You were late on Monday and we waited"', Role.MENTOR, (), NOW)
    assert card is not None and card.text == "You were late on Monday and we waited"
