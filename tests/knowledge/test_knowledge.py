"""Holds every article of the guide to the rules of knowledge/README.md that a program can check."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel, ConfigDict

from assistant.guide.passage import Document
from assistant.roles import COACHED
from ingest.cut import sentences_of
from ingest.load import find_sources, load_documents
from ingest.split import split_document

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
GUIDE = KNOWLEDGE / "guide"
FOLDERS = ("basics", "programme", "sessions", "mistakes", "conversations")
KINDS = ("concept", "how-to", "mistake", "challenge", "programme", "framework", "safety", "comparison")
KEYS = {"id", "title", "roles", "kind", "topics", "questions", "sources"}
NOT_IN_BODY = {
    "bold or italics": r"\*\*|__|(?<!\w)[*_](?=\w)",
    "a link": r"\]\(|https?://|www\.",
    "an image": r"!\[",
    "HTML": r"</?[a-zA-Z]|<!--",
    "code": r"`",
    "a table": r"^\s*\|",
    "an exclamation mark": r"!",
    "a dash; use a comma or a full stop": "[\u2013\u2014]",
    "a heading that is not `## `": r"^#(?!# \S)|^(?:===|---)",
    "emoji": "[\u2600-\u27bf\U0001f000-\U0001faff]",
    "filler": r"(?i)it is important to note|it should be noted|game.changer|at the end of the day",
}


class Article(BaseModel):
    """One article as it stands on disk."""

    model_config = ConfigDict(frozen=True)

    path: Path
    front: dict[str, Any]
    sections: tuple[tuple[str, str], ...]
    body: str

    def questions(self) -> list[str]:
        return [question for asked in self.front["questions"].values() for question in asked]


def read(path: Path) -> Article:
    match = re.fullmatch(r"---\n(.*?)\n---\n(.*)", path.read_text(encoding="utf-8"), re.DOTALL)
    assert match, f"{path.name}: no front matter between two lines of ---"
    before, *rest = re.split(r"^## +(.*)$", match[2], flags=re.MULTILINE)
    assert not before.strip(), f"{path.name}: text before the first ## heading"
    sections = tuple((rest[at].strip(), rest[at + 1].strip()) for at in range(0, len(rest), 2))
    return Article(path=path, front=yaml.safe_load(match[1]), sections=sections, body=match[2])


PATHS = sorted(GUIDE.rglob("*.md"))
each_article = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    return [read(path) for path in PATHS]


@pytest.fixture(scope="module")
def source_list() -> dict[str, dict[str, str]]:
    listed: dict[str, dict[str, str]] = yaml.safe_load((KNOWLEDGE / "sources.yaml").read_text(encoding="utf-8"))
    return listed


def words(text: str) -> int:
    return len(text.split())


@each_article
def test_the_front_matter_states_what_it_must(path: Path) -> None:
    """Why: roles, topics and questions steer retrieval; a misspelt one fails silently."""
    article = read(path)
    front = article.front
    assert set(front) == KEYS
    assert front["id"] == path.stem and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", path.stem)
    assert 0 < len(front["title"]) <= 70
    assert front["kind"] in KINDS
    assert front["roles"] and set(front["roles"]) <= set(COACHED) and len(set(front["roles"])) == len(front["roles"])
    assert 2 <= len(front["topics"]) <= 5 and all(isinstance(topic, str) for topic in front["topics"])
    assert front["sources"]


@each_article
def test_every_role_asks_in_its_own_words(path: Path) -> None:
    """Why: the questions are indexed beside the text and must sound like people."""
    article = read(path)
    asked = article.front["questions"]
    assert set(asked) <= set(COACHED)
    assert all(len(asked.get(role, ())) >= 2 for role in article.front["roles"])
    assert len(article.questions()) >= 5
    assert all(isinstance(question, str) and question.strip() for question in article.questions())
    assert article.front["title"].casefold() not in [question.casefold() for question in article.questions()]


@each_article
def test_the_body_is_three_to_six_sections_of_fair_length(path: Path) -> None:
    """Why: each section is shown alone as the source of a sentence."""
    sections = read(path).sections
    assert 3 <= len(sections) <= 6
    assert {name: words(text) for name, text in sections if not 25 <= words(text) <= 140} == {}
    assert 180 <= sum(words(text) for _, text in sections) <= 480
    names = [name for name, _ in sections]
    assert len(set(names)) == len(names)
    assert any(re.fullmatch(r"Example(: .+)?", name) for name in names)


@each_article
def test_the_first_section_answers_in_a_few_sentences_and_most_are_short(path: Path) -> None:
    """Why: an answer quotes the first sentences one by one."""
    sections = read(path).sections
    first = sections[0][1]
    assert not first.startswith(("- ", "1. "))
    assert 2 <= len(sentences_of(" ".join(first.split()))) <= 4
    everything = [sentence for _, text in sections for line in text.split("\n") for sentence in sentences_of(line)]
    assert sum(words(sentence) < 20 for sentence in everything) * 2 > len(everything)


@each_article
def test_the_body_is_plain_text(path: Path) -> None:
    """Why: passages are shown and quoted verbatim, and the guide has one voice."""
    body = read(path).body
    found = {what: match[0] for what, pattern in NOT_IN_BODY.items() if (match := re.search(pattern, body, re.M))}
    assert found == {}


@each_article
def test_an_article_is_read_and_split_as_it_is_written(path: Path) -> None:
    """Why: what the author wrote as a section must come out as a passage, word for word."""
    (file,) = find_sources([path])
    (document,) = load_documents(file)
    assert isinstance(document, Document), document
    article = read(path)
    assert document.article == path.stem and list(document.questions) == [
        " ".join(question.split()) for question in article.questions()
    ]
    passages = split_document(document)
    assert [passage.heading for passage in passages] == [name for name, _ in article.sections]
    for passage, (_, text) in zip(passages, article.sections, strict=True):
        assert passage.text.split() == text.split()


def test_there_are_enough_articles_on_every_subject(articles: list[Article]) -> None:
    """Why: the coach knows nothing beyond the guide."""
    assert len(articles) >= 80
    folders = Counter(article.path.relative_to(GUIDE).parts[0] for article in articles)
    assert set(folders) == set(FOLDERS)
    assert all(article.path.parent.parent == GUIDE for article in articles)
    for role in COACHED:
        assert sum(role in article.front["roles"] for article in articles) >= 15


def test_ids_titles_and_questions_are_unique(articles: list[Article]) -> None:
    """Why: two articles with one question would answer it by chance."""
    for values in (
        [article.front["id"] for article in articles],
        [article.front["title"].casefold() for article in articles],
        [
            " ".join(question.casefold().split()).rstrip("?.! ")
            for article in articles
            for question in article.questions()
        ],
    ):
        assert [value for value, count in Counter(values).items() if count > 1] == []


def test_every_source_exists_and_is_described(articles: list[Article], source_list: dict[str, dict[str, str]]) -> None:
    """Why: a citation that leads nowhere is worse than none."""
    named = {source for article in articles for source in article.front["sources"]}
    assert named - set(source_list) == set()
    for key, source in source_list.items():
        assert {"title", "by", "note"} <= set(source), key


def passages_of(articles: list[Article]) -> Iterator[str]:
    for file in find_sources([GUIDE]):
        for document in load_documents(file):
            assert isinstance(document, Document), document
            yield from (passage.id for passage in split_document(document))


def test_every_passage_of_the_guide_has_its_own_id(articles: list[Article]) -> None:
    """Why: the id is the citation."""
    ids = list(passages_of(articles))
    assert len(ids) == len(set(ids)) == sum(len(article.sections) for article in articles)
