"""Holds what is said to the ten mistakes to the guide, and to the rules of its wording."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from assistant.guide.passage import Document
from assistant.guide.sections import Section
from assistant.notes.advice import SupportedAdvice, load_material
from assistant.notes.mistake import Mistake
from assistant.text import sentences, stems
from ingest.load import find_sources, load_documents
from ingest.split import split_document

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
MATERIAL = load_material(KNOWLEDGE)
WORDINGS = [
    pytest.param(getattr(text.next_time, wording), id=f"{mistake}-{wording}")
    for mistake, text in MATERIAL.mistakes.items()
    for wording in ("mentor", "mentee", "either")
]
TO_ONE_SIDE = {"mentor": r"\b[Yy]our mentor\b", "mentee": r"\b[Yy]our mentee\b", "either": r"\b[Yy]our ment(or|ee)\b"}
"""Whom a wording cannot call so: a mentor has no mentor, and a writer of whom nothing is known may be either."""
OPEN = r"(What|Which|Who|Whose|Where|When|Why|How)\b"
NOT_SAID = {
    "an exclamation mark": r"!",
    "a charge": r"(?i)\byou (have )?(failed|forgot|ignored|should have|did not|didn.t|never)\b|\bfault\b",
    "jargon or filler": r"(?i)\b(leverage|stakeholders?|synerg|empower|impactful|actionable|mindset|journey|learnings)",
    "a dash": "[–—]",
    "markup": r"[*_`<>\[\]#]",
    "a straight quotation mark": r"\"",
    "a gender": r"(?i)\b(he|she|him|her|his|hers)\b",
}


@pytest.fixture(scope="module")
def guide() -> dict[Section, str]:
    """Every section of the shipped guide, as ingest cuts it."""
    found: dict[Section, str] = {}
    for file in find_sources([KNOWLEDGE / "guide"]):
        for document in load_documents(file):
            assert isinstance(document, Document) and document.article
            for passage in split_document(document):
                found[Section(article=document.article, heading=passage.heading)] = passage.text
    return found


def strings(value: object) -> Iterator[str]:
    """Every text in a record."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            if name not in ("quotes", "article", "heading", "id", "kind"):
                yield from strings(getattr(value, name))
    elif isinstance(value, (tuple, list)):
        for one in value:
            yield from strings(one)


EVERYTHING = [*MATERIAL.mistakes.values(), MATERIAL.session]


def test_there_is_one_file_for_each_mistake_and_no_other() -> None:
    """Why: a file with another name would never be read."""
    assert {path.name for path in (KNOWLEDGE / "mistakes").iterdir()} == {f"{mistake}.yaml" for mistake in Mistake}


def test_every_cited_section_stands_in_the_guide(guide: dict[Section, str]) -> None:
    """Why: an advice without its source looks like one that nobody supports."""
    assert MATERIAL.sections() - set(guide) == set()


@pytest.mark.parametrize("advice", WORDINGS)
def test_the_section_says_what_the_advice_says(advice: SupportedAdvice, guide: dict[Section, str]) -> None:
    """Why: a citation is a promise that the source says so.

    The quotes are the section's own words; and of the advice's content words more than half stand in the section.
    """
    section = guide[advice.section]
    assert [quote for quote in advice.quotes if quote not in section] == []
    own = set(stems(advice.advice))
    assert len(own & set(stems(section))) >= 0.6 * len(own), own - set(stems(section))
    assert own & set(stems(" ".join(advice.quotes)))


@pytest.mark.parametrize("advice", WORDINGS)
def test_an_advice_is_short_and_has_a_sentence_to_say(advice: SupportedAdvice) -> None:
    """Why: it is read in passing, and tried tomorrow."""
    assert len(advice.advice) <= 240 and len(sentences(re.sub("“[^”]*”", "so", advice.advice))) <= 3
    assert re.search(r"“[^“”]+[.?]”", advice.advice)


@pytest.mark.parametrize("record", EVERYTHING, ids=lambda record: getattr(record, "id", "session"))
def test_the_words_are_plain_and_charge_nobody(record: BaseModel) -> None:
    """Why: a finding is a question to the writer, and everything here may be shown as it stands."""
    for text in strings(record):
        assert {what: found[0] for what, pattern in NOT_SAID.items() if (found := re.search(pattern, text))} == {}, text
        assert text.count("“") == text.count("”")


@pytest.mark.parametrize("mistake", Mistake)
def test_each_side_is_spoken_to_as_itself(mistake: Mistake) -> None:
    """Why: to tell a senior about their mentee would be about somebody else."""
    text = MATERIAL.mistakes[mistake]
    for wording, wrong in TO_ONE_SIDE.items():
        said = [getattr(text.question, wording), getattr(text.next_time, wording).advice]
        said += [] if wording == "either" else strings(getattr(text.plan, wording))
        assert [one for one in said if re.search(wrong, one)] == []
    assert text.next_time.mentor.advice != text.next_time.mentee.advice
    assert text.plan.mentor.purpose != text.plan.mentee.purpose


def test_names_and_questions_tell_the_mistakes_apart() -> None:
    """Why: they stand beside each other on one page."""
    texts = list(MATERIAL.mistakes.values())
    assert len({text.name for text in texts}) == len(Mistake)
    for wording in ("mentor", "mentee", "either"):
        assert len({getattr(text.question, wording) for text in texts}) == len(Mistake)


@pytest.mark.parametrize("path", sorted([*(KNOWLEDGE / "mistakes").iterdir(), KNOWLEDGE / "next_session.yaml"]))
def test_every_question_of_a_plan_is_open(path: Path) -> None:
    """Why: a plan against lecturing cannot ask what a nod answers."""

    def asked(value: object) -> Iterator[str]:
        if isinstance(value, dict):
            yield from value.get("questions", ())
            for one in value.values():
                yield from asked(one)
        elif isinstance(value, list):
            for one in value:
                yield from asked(one)

    found = list(asked(yaml.safe_load(path.read_text(encoding="utf-8"))))
    assert found and [one for one in found if not re.match(OPEN, one) or not one.endswith("?")] == []
