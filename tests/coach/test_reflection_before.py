"""Ten minutes before a session: promises first, three questions that fit, and one card."""

from datetime import date
from pathlib import Path

import pytest

from assistant.coach.catalogue import is_open
from assistant.coach.plan.known import Known, Promise
from assistant.coach.reflection import About, Reflector
from assistant.coach.reflection.before import short_role
from assistant.models.testing import HashedEmbeddings
from assistant.notes.mistake import Mistake
from assistant.notes.parse import parse_note
from assistant.roles import Role
from assistant.settings import REPOSITORY, Settings

LAST = "I explained the budget to Lina for half an hour. She said new people stop asking after three months."


@pytest.fixture(scope="module")
def reflector(tmp_path_factory: pytest.TempPathFactory) -> Reflector:
    home = tmp_path_factory.mktemp("before")
    return Reflector(Settings(home=home, knowledge=REPOSITORY / "knowledge", chat_model="none"), HashedEmbeddings())


def test_three_open_questions_and_others_without_a_repetition(reflector: Reflector) -> None:
    # why: three can be remembered, and "another one" must be another one
    found = reflector.before()
    pool = [*found.questions, *found.others]
    assert len(found.questions) == 3 and len(pool) >= 8
    assert len({one.text for one in pool}) == len(pool)
    assert all(is_open(one.text.split(". ")[-1]) for one in pool)


def test_they_fit_the_last_session_the_topic_and_the_role(reflector: Reflector) -> None:
    # why: a question from nowhere gets an answer from nowhere
    about = About(mentor="Lina", mentee_role="our CTO, 58", topic="onboarding of trainees")
    last, topic, role = reflector.before(about, parse_note(LAST, writer=Role.MENTEE)).questions
    assert last.why == "from your last session" and last.frame.startswith("last:")
    assert topic.why == "for your topic"
    assert role.why == "from where you sit"
    texts = " ".join(one.text for one in (last, topic, role))
    assert "58" not in texts and "our CTO" not in texts


def test_other_leaders_get_other_questions(reflector: Reflector) -> None:
    # why: a ward manager is no CFO
    roles = ("CTO", "CFO", "Head of HR", "ward manager", "product director", "plant manager")
    asked = [{one.text for one in reflector.before(About(mentee_role=role)).questions} for role in roles]
    assert len(set.union(*asked)) >= 2 * len(roles)


def test_promises_come_first_with_their_state(reflector: Reflector) -> None:
    # why: a session begins with what was promised
    known = Known(
        commitments=(
            Promise(text="Sit in on an onboarding day", owner="mentee", due=date(2026, 11, 20), state="missed"),
            Promise(text="Send two names", owner="mentor"),
            Promise(text="An old one", owner="mentee", state="dropped"),
        )
    )
    found = reflector.before(About(known=known))
    assert [(one.text, one.state) for one in found.promised] == [("Sit in on an onboarding day", "missed")]
    assert "say so first" in found.hint
    assert "Nothing is open" in reflector.before().hint


def test_findings_of_the_last_check_shape_the_questions(reflector: Reflector) -> None:
    # why: what went wrong last time is asked about by who can repair it
    known = Known(findings=(Mistake.MENTEE_DEFENSIVE,))
    found = reflector.before(About(known=known))
    assert any("defending myself last time" in one.text for one in found.questions)
    assert "sting" in found.urge.text


def test_the_card_quotes_the_guide(reflector: Reflector) -> None:
    # why: the words are the guide's own, and are shown as such
    for sessions in range(12):
        urge = reflector.before(About(known=Known(sessions=sessions))).urge
        assert f"“{urge.quote.rstrip('.')}" in urge.text


@pytest.mark.parametrize(
    ("role", "short"),
    [
        ("CTO", "CTO"),
        ("our Head of HR, 58", "Head of HR"),
        ("", ""),
        ("someone who has led many teams over many years in many places", ""),
        ("the plant manager (Kassel)", "plant manager"),
    ],
)
def test_a_role_stands_in_a_question_only_where_it_is_one(role: str, short: str) -> None:
    # why: "if I were not the our Head of HR, 58" is not said by anybody
    assert short_role(role) == short


def test_the_same_is_asked_the_same_and_earlier_wordings_come_last(reflector: Reflector) -> None:
    # why: a reload must not shuffle, and the next session must
    first = reflector.before(About(mentee_role="CTO"))
    assert first == reflector.before(About(mentee_role="CTO"))
    used = frozenset(one.frame for one in first.questions)
    again = reflector.before(About(mentee_role="CTO", used=used))
    assert not used & {one.frame for one in again.questions}


def test_hostile_words_are_only_words(reflector: Reflector, tmp_path: Path) -> None:
    # why: what somebody types stands inside a sentence of ours
    about = About(mentor="{quote} {x}", mentee_role="{role}", topic="{topic} <script>")
    assert len(reflector.before(about).questions) == 3
