"""Holds the codebook to its rules: all codes of the design, tied to the guide, and read strictly."""

import shutil
from pathlib import Path

import pytest
import yaml

from assistant.errors import KnowledgeError
from assistant.notes.mistake import Mistake
from assistant.programme.codebook import FILES, FOLDER, load_codebook
from assistant.programme.theme_reader import CODES

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
BOOK = load_codebook(KNOWLEDGE)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A folder of knowledge with codebook and guide, to be spoilt."""
    shutil.copytree(KNOWLEDGE / FOLDER, tmp_path / FOLDER)
    shutil.copytree(KNOWLEDGE / "guide", tmp_path / "guide")
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_every_code_of_the_models_and_every_mistake_is_in_the_book_and_no_other() -> None:
    # why: a column of a model that no code names would be shown as another theme
    assert set(BOOK.of("mistake")) == {mistake.value for mistake in Mistake}
    assert BOOK.of("need") + BOOK.of("sign") + BOOK.of("area") == CODES
    assert len(BOOK.codes) == 33


def test_every_quote_stands_in_the_section_that_it_is_taken_from() -> None:
    # why: a source that does not say it is worse than none
    guide = {}
    for path in (KNOWLEDGE / "guide").rglob("*.md"):
        head, body = path.read_text(encoding="utf-8").removeprefix("---\n").split("\n---\n", 1)
        for part in f"\n{body}".split("\n## ")[1:]:
            heading, _, text = part.partition("\n")
            guide[yaml.safe_load(head)["id"], heading] = " ".join(text.split())
    for code in BOOK.codes:
        for source in code.rests_on:
            assert all(quote in guide[source.article, source.heading] for quote in source.quotes), code.id


def test_labels_are_short_and_no_two_codes_say_the_same() -> None:
    # why: the report has room for a few words, and two themes must be told apart by them
    assert all(len(code.label) <= 45 for code in BOOK.codes)
    for field in ("label", "definition", "advice"):
        said = [getattr(code, field) for code in BOOK.codes]
        assert len(set(said)) == len(said), field


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("needs.yaml", "id: need_topics", "id: need_time", "a second time"),
        (
            "needs.yaml",
            "  definition: A side wants more, longer or better protected time for the sessions.\n",
            "",
            "wrong",
        ),
        ("signs.yaml", "article: check-ins-with-pairs", "article: check-ins-with-bears", "check-ins-with-bears"),
        ("areas.yaml", "version: 1", "version: 2", "version"),
        ("mistakes.yaml", "id: alibi", "id: excuse", "mistakes of the note check"),
        ("areas.yaml", "label: Careers and expectations", "label: ''", "wrong"),
    ],
)
def test_a_codebook_that_is_not_sound_is_refused_with_the_file_and_what_is_wrong(
    copied: Path, file: str, old: str, new: str, message: str
) -> None:
    # why: whoever edits a code by hand must find the line, and a release must never be made with half a book
    change(copied / FOLDER / file, old, new)
    with pytest.raises(KnowledgeError, match=message) as caught:
        load_codebook(copied)
    assert file in str(caught.value)


def test_a_missing_file_is_named(copied: Path) -> None:
    # why: an installation without a part of its knowledge must say which
    (copied / FOLDER / FILES[0]).unlink()
    with pytest.raises(KnowledgeError, match=FILES[0]):
        load_codebook(copied)
