"""Holds the texts on upward feedback to their rules: five beliefs, six habits, tied to the guide, said once."""

import shutil
from pathlib import Path

import pytest
import yaml

from assistant.coach.feedback import advice, coach
from assistant.coach.feedback.beliefs import BELIEFS, find_belief, load_beliefs
from assistant.coach.feedback.record import MARKS
from assistant.coach.feedback.wording import load_mark_texts
from assistant.errors import KnowledgeError
from assistant.guide.sections import Section

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
FOLDER = KNOWLEDGE / "feedback"
KNOWN = load_beliefs(FOLDER / "beliefs.yaml")
TEXTS = load_mark_texts(FOLDER / "marks.yaml")


def headings(article: str) -> set[str]:
    (path,) = (KNOWLEDGE / "guide").rglob(f"{article}.md")
    return {line[3:].strip() for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("## ")}


def test_the_five_beliefs_are_there_with_what_helps() -> None:
    # why: the first step shows all five, each with a way through and a question
    assert {belief.id for belief in KNOWN} == set(BELIEFS)
    for belief in KNOWN:
        assert belief.question.endswith("?") and len(belief.name.split()) <= 8
        assert "!" not in belief.about + belief.way_through + belief.question
    assert len({belief.theory for belief in KNOWN}) == len(KNOWN)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("I'm afraid it will hurt my review.", "career"),
        ("He decides on my bonus, so I keep quiet.", "career"),
        ("I don't want to embarrass her in front of the board.", "embarrass"),
        ("My own manager has not heard it yet.", "bypass"),
        ("It would mean going over my team lead's head.", "bypass"),
        ("I have no proof, it was one meeting.", "proof"),
        ("I can't prove it.", "proof"),
        ("The process is her baby.", "target"),
        ("He would take it personally.", "target"),
    ],
)
def test_a_belief_is_recognised_where_it_shows(text: str, name: str) -> None:
    # why: who writes the fear down should not be asked for it again
    found = find_belief(text, KNOWN)
    assert found is not None and found.id == name


@pytest.mark.parametrize(
    "text",
    [
        "In Thursday's planning meeting you finished our sentences.",
        "You looked around and came back with two coffees.",
        "You embarrassed me in front of the client.",
        "Could you send me the list an hour before?",
    ],
)
def test_no_belief_is_read_into_a_text(text: str) -> None:
    # why: a belief is a guess about a person, and a wrong one is an accusation
    assert find_belief(text, KNOWN) is None


def test_every_section_that_is_cited_stands_in_the_guide() -> None:
    # why: a citation that leads nowhere ends trust
    sections = {one.section for one in KNOWN} | {one.section for one in TEXTS.values()}
    sections |= advice.SECTIONS | set(coach.OF_PARTS.values()) | {coach.WHOLE, coach.DIRECT}
    for section in sections:
        assert section.heading in headings(section.article), section


def test_every_habit_has_words_for_texts_with_and_without_the_parts() -> None:
    # why: what is said must fit what was given
    assert set(TEXTS) == set(MARKS)
    assert all(len(text.instead) >= 2 and not text.instead[-1].needs for text in TEXTS.values())


@pytest.mark.parametrize(
    ("file", "change", "said"),
    [
        ("beliefs.yaml", lambda rows: rows[:-1], "each once"),
        ("beliefs.yaml", lambda rows: [*rows[:-1], rows[-1] | {"signs": ["("]}], "no pattern"),
        ("beliefs.yaml", lambda rows: [*rows[:-1], rows[-1] | {"more": 1}], "more"),
        ("marks.yaml", lambda rows: {key: rows[key] for key in list(rows)[:-1]}, "says nothing of"),
        ("marks.yaml", lambda rows: rows | {"blame": rows["blame"] | {"why": "{nobody}"}}, "nobody"),
    ],
)
def test_a_damaged_file_is_refused_with_its_name(tmp_path: Path, file: str, change: object, said: str) -> None:
    # why: somebody edits these files, and half of them would be used silently
    shutil.copy(FOLDER / file, tmp_path / file)
    rows = yaml.safe_load((tmp_path / file).read_text(encoding="utf-8"))
    (tmp_path / file).write_text(yaml.safe_dump(change(rows)), encoding="utf-8")  # type: ignore[operator]
    with pytest.raises(KnowledgeError, match=said) as caught:
        (load_beliefs if file == "beliefs.yaml" else load_mark_texts)(tmp_path / file)
    assert file in str(caught.value) and str(caught.value).count("\n") == 0


def test_sections_are_records_of_the_guide() -> None:
    # why: the loader must not take a plain text for one
    assert all(isinstance(belief.section, Section) for belief in KNOWN)
