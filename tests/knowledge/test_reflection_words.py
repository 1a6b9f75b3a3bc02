"""Holds the words of reflections to their rules: open, short, kind, said once, resting on the guide."""

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from assistant.coach.catalogue import is_open
from assistant.coach.leaders import Family
from assistant.coach.reflection.listening import _KINDS
from assistant.coach.reflection.moments import OF_MISTAKE
from assistant.coach.reflection.record import STAGES
from assistant.coach.reflection.words import ReflectionWords, load_words
from assistant.errors import KnowledgeError
from assistant.guide.passage import Document
from assistant.guide.sections import Section
from assistant.notes.mistake import Mistake
from ingest.load import find_sources, load_documents
from ingest.split import split_document

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
WORDS = load_words(KNOWLEDGE / "reflection")
LONGEST = 24
"""Words of a question; a longer one is not held in the head."""
_ACCUSES = re.compile(r"\b(?:you should|you must|you failed|your fault|why did you not|why didn't you|shame on)\b")


def asks(words: ReflectionWords) -> list[str]:
    """Every question after a session."""
    moves = [ask for move in words.moves.values() for stage in STAGES for ask in move.asks(stage)]
    themes = [ask for theme in words.themes for ask in (*theme.so_what, *theme.now_what)]
    facts = [ask for fact in words.phrases.debrief.values() for stage in STAGES for ask in fact.asks(stage)]
    return [*moves, *themes, *facts]


def everything(words: ReflectionWords) -> list[str]:
    """Every sentence that somebody can read."""
    dumped = words.model_dump(exclude={"moves": {"__all__": {"cues", "rests_on"}}, "themes": {"__all__": {"words"}}})
    found: list[str] = []

    def walk(value: object) -> None:
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, dict):
            for one in value.values():
                walk(one)
        elif isinstance(value, list | tuple):
            for one in value:
                walk(one)

    walk(dumped)
    return found


def test_there_are_enough_words_for_a_whole_programme() -> None:
    # why: a senior meets the questions twelve times, and the same words twice end the looking back
    assert len(WORDS.moves) >= 30 and len(WORDS.themes) >= 10 and len(asks(WORDS)) >= 300
    for move in WORDS.moves.values():
        assert len(move.what) >= 2 and len(move.so_what) >= 2 and len(move.now_what) >= 2, move.id


@pytest.mark.parametrize("ask", asks(WORDS))
def test_a_question_is_open_short_and_no_charge(ask: str) -> None:
    # why: a yes ends the thought, and a charge ends the reading
    assert is_open(ask) and ask.count("?") == 1
    assert len(ask.split()) <= LONGEST
    assert not _ACCUSES.search(ask.lower())


def test_no_question_is_there_twice() -> None:
    # why: two frames with the same words would count as two
    assert [ask for ask, times in Counter(asks(WORDS)).items() if times > 1] == []


def test_the_words_are_the_houses() -> None:
    # why: warm and plain, without shouting, and mentor and mentee are called so
    for line in everything(WORDS):
        assert "!" not in line, line
        assert not re.search(r"\b(?:protégé|reverse mentee|coachee|boss)\b", line, re.IGNORECASE), line


def test_every_mistake_and_every_family_has_its_words() -> None:
    # why: what the check finds is asked about, and every leader is asked as one
    assert {WORDS.moves[OF_MISTAKE[mistake]].id for mistake in Mistake}
    assert set(WORDS.before.families) == set(Family)
    assert set(_KINDS) <= set(WORDS.moves) and set(WORDS.before.after_moves) <= set(WORDS.moves)


def test_everything_rests_on_sections_that_the_guide_has() -> None:
    # why: a source that does not open is none
    found: dict[Section, str] = {}
    for file in find_sources([KNOWLEDGE / "guide"]):
        for document in load_documents(file):
            for passage in split_document(document) if isinstance(document, Document) else ():
                if document.article and passage.heading:
                    key = Section(article=document.article, heading=passage.heading)
                    found[key] = found.get(key, "") + passage.text
    assert sorted(map(str, WORDS.sections() - set(found))) == []
    for urge in WORDS.before.urges:
        assert urge.quote in found[Section(article=urge.article, heading=urge.heading)], urge.quote


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("moves.yaml", "- What had {mentor} just said when you began?", "- Did {mentor} speak?"),
        ("moves.yaml", "weight: 8", "weight: 80"),
        ("moves.yaml", "{mentor} just said", "{nobody} just said"),
        ("leads.yaml", "by_senior:", "by_somebody:"),
        ("before.yaml", "urges:", "urges_of:"),
    ],
)
def test_a_wrong_file_is_refused_by_its_name(tmp_path: Path, file: str, before: str, after: str) -> None:
    # why: who edits the words must learn where they are wrong
    shutil.copytree(KNOWLEDGE / "reflection", tmp_path / "reflection")
    path = tmp_path / "reflection" / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=re.escape(file)):
        load_words(tmp_path / "reflection")
