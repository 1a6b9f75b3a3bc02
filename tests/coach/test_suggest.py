"""Questions to go on with: from the guide, for the person who asks, new, and fit to stand alone."""

from collections.abc import Iterator

import pytest
from kit import ENCODER, article, ingest

from assistant.coach.question import Exchange
from assistant.coach.suggest import LONGEST, is_plain, suggest_questions
from assistant.guide.index import GuideIndex
from assistant.guide.search import HybridSearch
from assistant.roles import Role
from assistant.settings import Settings

ASKED = {
    "pace": (
        "How often should a pair hold sessions?",
        "how often do we meet then",
        "I sat there for an hour, and nothing came of it. Should sessions be shorter?",
        "How long should sessions with a senior last?",
    ),
    "trust": (
        "Which sessions should stay confidential between a pair?",
        "What do I tell my manager about sessions?",
    ),
    "food": ("Where do gardeners buy tomato seeds?",),
}


@pytest.fixture
def search(settings: Settings) -> Iterator[HybridSearch]:
    for key, questions in ASKED.items():
        text = article(key, f"## About\nSome words on {key} in sessions.", questions)
        if key == "food":
            text = text.replace("  mentor:\n", "  manager:\n")
        (settings.knowledge / f"{key}.md").write_text(text)
    ingest(settings)
    index = GuideIndex.open(settings, ENCODER.name)
    yield HybridSearch(index, ENCODER)
    index.close()


def suggest(search: HybridSearch, question: str, role: Role = Role.MENTOR, *earlier: str) -> tuple[str, ...]:
    vectors = search.embed([question])[0]
    history = [Exchange(question=text, answer="…") for text in earlier]
    return suggest_questions(search, search.rank(question, vectors, 10), vectors.question, role, history)


def test_suggestions_are_the_roles_own_one_an_article_and_not_the_question_itself(search: HybridSearch) -> None:
    # why: a pill that repeats the question, or asks as somebody else, is a dead end
    found = suggest(search, "How often should a pair hold sessions?")
    assert len(found) == 2
    assert {next(key for key, asked in ASKED.items() if one in asked) for one in found} == {"pace", "trust"}
    assert "How often should a pair hold sessions?" not in found
    assert suggest(search, "tomato seeds", Role.MANAGER) == ()
    assert suggest(search, "gardeners in sessions", Role.MANAGER) == ASKED["food"]


def test_what_was_asked_before_is_not_suggested_again(search: HybridSearch) -> None:
    # why: going round in circles looks like a machine that does not listen
    first = suggest(search, "What helps with sessions?")
    again = suggest(search, "What helps with sessions?", Role.MENTOR, first[0].lower())
    assert first and first[0] not in again


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("How do I end a session with one commitment?", True),
        ("how do i end a session with one commitment?", False),
        ("He was late again. What do I say to my mentee?", False),
        ("How often should a pair meet in the first month?", True),
        ("How I say this to my mentee without offending him?", False),
        ("Only half hour with director, I must to throw out what?", False),
        ("Why is that?", False),
        ("Was sage ich meinem Mentor nach der Sitzung am Freitag?", False),
        (f"What does a mentor {'really ' * 12}need from a senior?", False),
        ("commitments at the end", False),
    ],
)
def test_only_a_short_tidy_english_question_that_stands_alone_is_a_pill(question: str, *, plain: bool) -> None:
    # why: the questions are written as people type; a pill is read out of context
    assert is_plain(question) is plain
    assert len(question) <= LONGEST or not plain
