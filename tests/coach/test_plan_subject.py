"""What a wish is about, as it can stand in a sentence, and as it is said to the other side's face."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from assistant.coach.plan.subject import subject_of


@pytest.mark.parametrize(
    ("wish", "spoken"),
    [
        ("how onboarding feels from below", "how onboarding feels from below"),
        ("I want to show her how we use Figma", "how we use Figma"),
        ("He wants to learn about TikTok", "TikTok"),
        ("AI tools for her team", "AI tools for your team"),
        ("Can you help me prepare a session about social media for recruiting?", "social media for recruiting"),
        ("why do our graduates leave after a year?", "why our graduates leave after a year"),
        ("how he reacts to criticism", "how you react to criticism"),
        ("the way she runs the Monday meeting", "the way you run the Monday meeting"),
        ("Let him try the ticket machine himself", "letting you try the ticket machine yourself"),
        ("He could tell us more about himself", "yourself"),
        ("Generation Z's expectations, because our CEO thinks we're lazy", "Generation Z's expectations"),
        ("mentoring, apprentices and the night shift", "mentoring, apprentices and the night shift"),
    ],
)
def test_a_wish_becomes_a_phrase(wish: str, spoken: str) -> None:
    # why: the plan says it aloud, so it must fit behind "about" and speak to the senior, not of them
    found = subject_of(wish)
    assert found is not None and found.spoken == spoken


@pytest.mark.parametrize(
    "wish",
    [
        "She never answers her messages",
        "the team doesn't use the new dashboard",
        "He's polite, and nothing comes of it",
        "They're scared of the new boss",
    ],
)
def test_a_whole_sentence_is_not_said_aloud(wish: str) -> None:
    # why: a complaint read out to the one whom it is about ends the session
    found = subject_of(wish)
    assert found is not None and not found.is_whole and "“" not in found.spoken and wish not in found.spoken
    assert not found.spoken.lower().startswith(("he", "she", "they're"))


@pytest.mark.parametrize("wish", ["", "  ", "no idea", "Third session with our CTO on Tuesday", "?!"])
def test_what_says_nothing_is_no_subject(wish: str) -> None:
    # why: a plan about "Tuesday" is worse than one on a topic that suits
    assert subject_of(wish) is None


def test_another_language_is_quoted() -> None:
    # why: English grammar does nothing good to it
    found = subject_of("Wie unsere Azubis die Firma sehen", foreign=True)
    assert found is not None and found.spoken == found.written == "“Wie unsere Azubis die Firma sehen”"


@given(some.text(max_size=300))
def test_no_text_breaks_it(wish: str) -> None:
    # why: people paste anything
    found = subject_of(wish)
    assert found is None or (found.written.strip() and found.spoken.strip() and "\n" not in found.written)
