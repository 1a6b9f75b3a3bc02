"""Wordings of upward feedback: the writer's facts in order, the habits gone, gaps where something is missing."""

from pathlib import Path

import pytest

from assistant.coach.feedback.address import address, find_pronoun, is_to_senior
from assistant.coach.feedback.draft import INTENT, Worded, take_parts, word_draft
from assistant.coach.feedback.grounded import find_inventions
from assistant.coach.feedback.record import Assessment, Element
from assistant.coach.feedback.wording import load_mark_texts, word_mark

TEXTS = load_mark_texts(Path(__file__).parents[2] / "knowledge" / "feedback" / "marks.yaml")


def worded(text: str, marks: dict[str, str] | None = None, **parts: str) -> Worded:
    """The wording of a text whose parts and habits are given as quotes."""
    elements = {
        name: Element(present=True, quote=quote, start=text.index(quote), end=text.index(quote) + len(quote))
        for name, quote in parts.items()
    }
    assessment = Assessment.model_validate(elements)
    found = [
        word_mark(kind, quote, text.index(quote), text=TEXTS[kind], assessment=assessment, senior=None)  # type: ignore[index, arg-type]
        for kind, quote in (marks or {}).items()
    ]
    return word_draft(take_parts(text, assessment, found), found)


def test_the_parts_come_in_order_without_the_habits() -> None:
    # why: the draft is what somebody will say aloud
    text = (
        "In Thursday's planning meeting you always cut people off. When Amira and I started on the test results, you "
        "finished our sentences and we moved on. I stopped offering numbers after that, because you don't value data."
    )
    found = worded(
        text,
        {"absolute": "always", "mind_reading": "you don't value data"},
        situation="In Thursday's planning meeting",
        behaviour="you finished our sentences",
        impact="I stopped offering numbers after that",
    )
    assert found.draft == (
        "In Thursday's planning meeting, when Amira and I started on the test results, you finished our sentences. I "
        f"stopped offering numbers after that. {INTENT} [What would you like to happen next time? “Could you …?”]"
    )
    assert [one.directness for one in found.alternatives] == ["gentle", "direct"]
    assert len({found.draft, *(one.text for one in found.alternatives)}) == 3


def test_what_is_missing_is_a_gap_and_never_made_up() -> None:
    # why: an invented day is a lie that somebody else tells
    found = worded("He interrupts everyone. How do I tell him?", behaviour="He interrupts everyone")
    assert found.draft.startswith("[On which day and at which occasion] you interrupt everyone.")
    assert found.draft.count("[") == 3
    judged = worded("You are a tyrant.", {"blame": "You are a tyrant"})
    assert "when you thought “You are a tyrant”" in judged.draft


@pytest.mark.parametrize(
    ("quote", "pronoun", "said"),
    [
        ("He interrupts everyone", "he", "you interrupt everyone"),
        ("he never answers his mails", "he", "you never answer your mails"),
        ("She doesn't listen and leaves", "she", "you don't listen and leave"),
        ("she told her assistant to stop", "she", "you told your assistant to stop"),
        ("I gave her the list", "she", "I gave you the list"),
        ("he's late", "he", "you are late"),
        ("he's cancelled twice", "he", "you have cancelled twice"),
        ("my mentee (bank, head of risk) said no", None, "you said no"),
        ('he said "she is new"', "he", 'you said "she is new"'),
        ("you finished our sentences", None, "you finished our sentences"),
    ],
)
def test_words_about_the_senior_become_words_to_the_senior(quote: str, pronoun: str | None, said: str) -> None:
    # why: people complain about somebody, and must say it to them
    assert address(quote, pronoun) == said  # type: ignore[arg-type]


def test_nobody_is_addressed_where_two_could_be_meant() -> None:
    # why: "she thanked Kevin, he was on leave" must not become "you were on leave"
    assert find_pronoun("She thanked Kevin. He was on leave.") is None
    assert find_pronoun("He took the phone and left.") == "he"
    assert is_to_senior("You took the phone.") and not is_to_senior('He said "you people". How do I tell him?')


def test_a_request_alone_gets_no_scaffold() -> None:
    # why: who only asks for a list should not be made to describe an offence
    found = worded("Could you send me the list?", request="Could you send me the list?")
    assert found.draft == "Could you send me the list?"
    assert found.alternatives[1].text == "Please send me the list."


SOURCE = (
    "On Monday you answered the phone twice in our session, and I forgot the third point. Nobody asked me. Could you "
    "leave it outside?"
)


@pytest.mark.parametrize(
    "rewrite",
    [
        "On Monday, in our session, you answered the phone twice. I forgot the third point. Please leave it outside.",
        "You answered the phone two times in our session on Monday, and I forgot my third point.",
        f"May I tell you something? On Monday you answered the phone. {INTENT}",
        "[On which day] you answered the phone twice.",
    ],
)
def test_a_faithful_rewrite_passes(rewrite: str) -> None:
    # why: a check that refuses everything helps nobody
    assert find_inventions(SOURCE, rewrite) == ()


@pytest.mark.parametrize(
    ("kind", "rewrite"),
    [
        ("number", "On Monday you answered the phone three times in our session."),
        ("day", "On Tuesday you answered the phone twice."),
        ("person", "On Monday you answered Anna's phone twice."),
        ("quote", 'On Monday you answered the phone twice and said "one moment".'),
        ("effect", "On Monday you answered the phone twice, and I felt ignored."),
        ("motive", "On Monday you answered the phone twice because of the merger."),
        ("place", "On Monday you answered the phone twice in the canteen."),
        ("actor", "On Monday I answered the phone twice."),
        ("negation", "On Monday you did not answer the phone."),
        ("the other way", "Everybody asked me. On Monday you answered the phone."),
    ],
)
def test_a_planted_fact_is_seen(kind: str, rewrite: str) -> None:
    # why: what the writer did not say must not be said in their name
    assert find_inventions(SOURCE, rewrite), kind


def test_a_request_of_the_models_own_is_seen() -> None:
    # why: what somebody wants is theirs to say
    assert find_inventions("You took my seat on Monday.", "On Monday you took my seat. Could you ask me next time?")


# why: the part that was found may begin after "My", and the senior must be spoken to all the same
def test_a_title_without_its_my_is_turned_too() -> None:
    assert address("mentee interrupts everyone in meetings", "he") == "you interrupt everyone in meetings"
