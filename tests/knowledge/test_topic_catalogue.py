"""Holds the topics that ship with the guide to their rules: enough of them, open, tied to the guide, said once."""

import re
from collections import Counter
from pathlib import Path

import pytest

from assistant.coach.catalogue import Area, Topic, is_open, load_topics
from assistant.coach.leaders import Family, load_leaders
from assistant.errors import KnowledgeError
from assistant.guide.passage import Document
from assistant.guide.sections import Section
from ingest.load import find_sources, load_documents
from ingest.split import split_document

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
TOPICS = load_topics(KNOWLEDGE / "topics")
LONGEST_QUESTION = 22
"""Words; more cannot be said in one breath."""


def lines_of(topic: Topic) -> list[str]:
    """Every sentence that a topic says."""
    angles = [part for angle in topic.leaders.values() for part in (angle.why, angle.question)]
    return [topic.title, topic.why, topic.show, topic.thread, topic.commitment, *topic.questions, *topic.ask, *angles]


def questions_of(topic: Topic) -> list[str]:
    return [*topic.questions, topic.thread, *(angle.question for angle in topic.leaders.values())]


def test_there_are_enough_for_every_area_and_every_family_of_leaders() -> None:
    # why: a pair meets up to twelve times, and nobody's leader may find three topics and no more
    assert len(TOPICS) >= 150
    assert min(Counter(topic.area for topic in TOPICS)[area] for area in Area) >= 25
    suited = Counter(family for topic in TOPICS for family in topic.leaders)
    assert min(suited[family] for family in Family) >= len(TOPICS) // 3


def test_tools_and_people_are_both_there_for_everyone() -> None:
    # why: a programme that offers tools alone is one of the ten mistakes
    for family in Family:
        technical = [topic.technical for topic in TOPICS if family in topic.leaders]
        assert 0.1 <= sum(technical) / len(technical) <= 0.6, family


def test_every_month_has_topics_of_both_kinds() -> None:
    # why: the first session and the last one need some as well
    for month in range(1, 7):
        fitting = [topic for topic in TOPICS if topic.months[0] <= month <= topic.months[1]]
        assert len(fitting) >= 15 and {topic.technical for topic in fitting} == {True, False}, month


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.id)
def test_a_topic_asks_short_open_questions_and_keeps_to_the_words_of_the_house(topic: Topic) -> None:
    # why: what can be answered by yes ends a conversation, and nobody remembers a question of forty words
    for question in questions_of(topic):
        assert is_open(question) and len(question.split()) <= LONGEST_QUESTION, question
        assert question.count("?") == 1, question
    for line in lines_of(topic):
        assert not re.search(r"(?i)\b(he|she|him|her|his|hers)\b|!|[–—]|[*`<>\[\]#]", line), line


def test_no_sentence_stands_in_two_topics() -> None:
    # why: a block that fits every topic fits none
    said = Counter(line for topic in TOPICS for line in set(lines_of(topic)))
    assert [line for line, count in said.items() if count > 1] == []


def test_every_section_stands_in_the_guide() -> None:
    # why: a citation that leads nowhere looks like one that nobody supports
    there = {
        Section(article=document.article, heading=passage.heading)
        for file in find_sources([KNOWLEDGE / "guide"])
        for document in load_documents(file)
        if isinstance(document, Document) and document.article
        for passage in split_document(document)
    }
    assert {section for topic in TOPICS for section in topic.rests_on} - there == set()


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What did you expect?", True),
        ("In your first year, what surprised you?", True),
        ("Do you like it?", False),
        ("Isn't that slow?", False),
        ("Could you show me?", False),
        ("Tell me more.", False),
        ("?", False),
    ],
)
def test_open_questions_are_told_from_closed_ones(question: str, expected: bool) -> None:
    # why: the rule that holds the catalogue must be able to fail
    assert is_open(question) is expected


def test_a_wrong_file_is_named(tmp_path: Path) -> None:
    # why: whoever edits the catalogue must find the place
    shipped = (KNOWLEDGE / "topics" / f"{Area.CAREERS}.yaml").read_text(encoding="utf-8")
    broken = tmp_path / f"{Area.CAREERS}.yaml"
    for wrong, said in (
        (shipped.replace("technical: false", "technical: perhaps", 1), "technical"),
        (shipped.replace("area: careers_and_expectations", "area: technology", 1), "another area"),
        ("- id: [", "ParserError"),
    ):
        broken.write_text(wrong, encoding="utf-8")
        load_topics.cache_clear()
        with pytest.raises(KnowledgeError, match=said) as caught:
            load_topics(tmp_path)
        assert str(broken) in str(caught.value)
    broken.write_text(shipped, encoding="utf-8")
    (tmp_path / f"{Area.CAREERS}_more.yaml").write_text(shipped, encoding="utf-8")
    load_topics.cache_clear()
    with pytest.raises(KnowledgeError, match="twice"):
        load_topics(tmp_path)
    load_topics.cache_clear()
    with pytest.raises(KnowledgeError, match="no topics"):
        load_topics(tmp_path / "none")
    (tmp_path / "leaders.yaml").write_text("technical: 1\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="leaders"):
        load_leaders(tmp_path / "leaders.yaml")
