"""Holds the words of programme plans to their rules: whole, tied to the guide, plain, and read strictly."""

import shutil
from pathlib import Path

import pytest
import yaml

from assistant.coach.catalogue import is_open
from assistant.coach.leaders import Family
from assistant.coach.programme.texts import load_programme_texts
from assistant.errors import KnowledgeError
from assistant.guide.sections import Section

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
TEXTS = load_programme_texts(KNOWLEDGE / "programme_plan")
AIMS = (*TEXTS.aims, TEXTS.general)


def guide() -> dict[Section, str]:
    """Every section of the shipped guide with its text."""
    found = {}
    for path in (KNOWLEDGE / "guide").rglob("*.md"):
        head, body = path.read_text(encoding="utf-8").removeprefix("---\n").split("\n---\n", 1)
        article = yaml.safe_load(head)["id"]
        for part in f"\n{body}".split("\n## ")[1:]:
            heading, _, text = part.partition("\n")
            found[Section(article=article, heading=heading)] = text
    return found


GUIDE = guide()


def test_every_section_exists_and_every_quote_stands_in_one_of_its_sections() -> None:
    # why: a citation that opens nothing, or marks nothing, is worse than none
    assert TEXTS.sections() <= set(GUIDE)
    for name, part in TEXTS.frame.parts.items():
        for quote in part.quotes:
            assert any(quote in GUIDE[section] for section in part.rests_on), (name, quote)


def test_there_are_aims_for_tools_work_people_and_customers() -> None:
    # why: a programme whose goal is not known gets a plan in general words
    assert len(TEXTS.aims) >= 20
    assert sum(aim.sensitive for aim in TEXTS.aims) >= 4
    assert min(aim.technical for aim in AIMS) >= 0.3 and max(aim.technical for aim in AIMS) <= 0.7


def test_no_two_aims_say_the_same() -> None:
    # why: a block that fits every goal helps with none
    seen: dict[str, str] = {}
    for aim in AIMS:
        for name, line in aim.model_dump(exclude={"id", "words", "prone", "rests_on"}).items():
            for one in line if isinstance(line, tuple) else (line,):
                if isinstance(one, str) and len(one) > 25:
                    assert seen.setdefault(one, f"{aim.id}.{name}") == f"{aim.id}.{name}", one


@pytest.mark.parametrize("name", ["open", "ask_seniors", "ask_mentors", "baseline", "check_in"])
def test_what_is_asked_is_open(name: str) -> None:
    # why: a question that is answered by yes ends the talk
    for aim in AIMS:
        question = getattr(aim, name).replace("{subject}", "rotas")
        last = question.rsplit(". ", 1)[-1]
        assert question.endswith("?") and (is_open(last) or " how " in last or "what " in last.lower()), (
            aim.id,
            question,
        )


def test_nothing_shouts_or_promises() -> None:
    # why: a plan that sounds like an advertisement is not believed
    for path in (KNOWLEDGE / "programme_plan").glob("*.yaml"):
        text = path.read_text(encoding="utf-8").lower()
        assert "!" not in text, path.name
        for word in ("empower", "leverage", "synerg", "unlock", "journey", "guarantee"):
            assert word not in text, (path.name, word)


def test_every_family_of_leaders_has_its_own_lines() -> None:
    # why: plans for a ward and for a law firm must differ in more than the title
    lines = [tuple(TEXTS.leaders[family].model_dump().values()) for family in Family]
    assert len({line for one in lines for line in one}) == sum(map(len, lines))


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        ("aims_technology.yaml", "pace: skill", "pace: quick", "pace"),
        ("aims_work.yaml", "{leader}", "{boss}", "boss"),
        ("formats.yaml", "minutes: [7, 10, 15]", "minutes: [7, 10, 16]", "add up"),
        ("evidence.yaml", "retention, ", "", "retention"),
        ("parts.yaml", "never:", "never_ever:", "never"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name(tmp_path: Path, file: str, before: str, after: str, said: str) -> None:
    # why: whoever edits the words must learn which file and what is wrong
    folder = tmp_path / "programme_plan"
    shutil.copytree(KNOWLEDGE / "programme_plan", folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert before in text
    (folder / file).write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(KnowledgeError) as raised:
        load_programme_texts(folder)
    line = str(raised.value)
    assert said in line and line.endswith(".") and "\n" not in line and "programme_plan" in line
