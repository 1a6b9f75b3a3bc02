"""Holds the frames of plans to their rules: tied to the guide, without filler, and refused where they are wrong."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.coach.plan.frames import NAMES, Frame, FrameBlock, load_frames
from assistant.errors import KnowledgeError
from assistant.guide.passage import Document
from assistant.guide.sections import Section
from ingest.load import find_sources, load_documents
from ingest.split import split_document

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
FRAMES = load_frames(KNOWLEDGE / "plan")
SIDES = [
    pytest.param(FRAMES.formats[name].of(side), id=f"{name}-{side}") for name in NAMES for side in ("mentor", "mentee")
]
NOT_SAID = r"!|—|–|(?i:\b(?:leverage|stakeholders?|synerg|empower|impactful|actionable|mindset|journey|learnings)\b)"
GENDER = r"(?i)\b(?:he|she|him|his|hers)\b"


def blocks_of(frame: Frame) -> list[FrameBlock]:
    return [frame.opening, *frame.parts, frame.closing]


def lines_of(frame: Frame) -> Iterator[str]:
    """Every sentence that a frame says."""
    yield from (*frame.purposes.values(), frame.commitment, *frame.ask, *frame.leave_out)
    for block in blocks_of(frame):
        yield from (block.title, block.what, *block.questions)


def test_every_section_is_in_the_guide() -> None:
    # why: a source that is not there is no source
    found = {
        Section(article=document.article, heading=passage.heading)
        for file in find_sources([KNOWLEDGE / "guide"])
        for document in load_documents(file)
        if isinstance(document, Document) and document.article
        for passage in split_document(document)
    }
    assert FRAMES.sections() - found == set()


@pytest.mark.parametrize("frame", SIDES)
def test_the_words_are_those_of_the_house(frame: Frame) -> None:
    # why: warm and plain, for anybody
    for line in lines_of(frame):
        assert not re.search(NOT_SAID, line) and not re.search(GENDER, line), line


@pytest.mark.parametrize("frame", SIDES)
def test_a_subject_stands_behind_a_preposition(frame: Frame) -> None:
    # why: "what how onboarding feels does to people" is what comes of anything else
    for line in lines_of(frame):
        for before in re.findall(r"(\S+) \{(?:subject|spoken)(?:\|[^}]+)?\}", line):
            assert before in ("about", "on", "perhaps", "is", "Name", "with", "of"), line


@pytest.mark.parametrize("frame", SIDES)
def test_most_parts_ask_about_the_subject(frame: Frame) -> None:
    # why: a part that could stand in any plan is what people call generic
    blocks = blocks_of(frame)
    asked = [any("{" in question for question in block.questions) for block in blocks]
    is_first = any(part.part == "hopes" for part in frame.parts)  # a first session is about the two people
    assert sum(asked) >= (1 if is_first else len(asked) - 2), [block.title for block in blocks]


@pytest.mark.parametrize("frame", SIDES)
def test_the_usual_length_is_what_pairs_have(frame: Frame) -> None:
    # why: minutes are shared out from it
    assert 40 <= frame.usual_minutes <= 60


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("{subject}", "{topicc}", "{topicc} is not known"),
        ("{subject}", "{subject", "a brace is left open"),
        ("{other}", "{other|them}", "{other} has no reference"),
        ("What has crossed your mind", "Has it crossed your mind", "is no open question"),
        ("rank: 1", "rank: 7", "must number the parts"),
        ("  commitment:", "  oath:", "commitment"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, before: str, after: str, says: str) -> None:
    # why: whoever edits a frame is to be told what is wrong, and where
    folder = tmp_path / "plan"
    shutil.copytree(KNOWLEDGE / "plan", folder)
    path = folder / "session.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=re.escape(str(path))) as caught:
        load_frames(folder)
    assert says in str(caught.value)
