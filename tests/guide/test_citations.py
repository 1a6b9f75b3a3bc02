"""Citation marks: minted, found, taken out. Whatever a model writes, no mark of its own reaches the screen."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.guide.citations import cite, find_markers, mint_sources, strip_markers
from assistant.guide.passage import Passage

plain = st.text(alphabet=string.ascii_letters + " .!?,;:'\n", max_size=40)
markish = st.text(alphabet="[]()【】 0123456789,.ab\n", max_size=60)
numbers = st.integers(0, 999).map(str)


def passage(number: int) -> Passage:
    return Passage(
        id=f"{number:016x}", document="a.md", title="A", heading="H", text=f"Text {number}.", position=number
    )


def test_markers_are_numbers_in_the_order_of_the_passages() -> None:
    # why: people find the passage beside the answer by its number
    sources = mint_sources([passage(n) for n in range(12)])
    assert [source.marker for source in sources] == [str(n) for n in range(1, 13)]
    assert [source.id for source in sources] == [passage(n).id for n in range(12)]
    citation = cite(sources[3], ("Text 3.",))
    assert (citation.marker, citation.text, citation.quotes) == ("4", "Text 3.", ("Text 3.",))


@pytest.mark.parametrize(
    ("text", "stripped", "unknown"),
    [
        ("Listen first [1].", "Listen first.", 0),
        ("Listen first. [1][2]", "Listen first.", 0),
        ("Listen [1, 2] first.", "Listen first.", 0),
        ("Listen 【3】 first.", "Listen first.", 1),
        ("Listen first (2).", "Listen first.", 0),
        ("Wait (3) days, then ask.", "Wait (3) days, then ask.", 0),
        ("Keep [sic] and [2024].", "Keep [sic] and [2024].", 0),
        ("Listen [9].", "Listen.", 1),
        ("Nested [[1]2] and [1[2]].", "Nested and.", 0),
        ("", "", 0),
    ],
)
def test_marks_in_a_models_text_are_taken_out(text: str, stripped: str, unknown: int) -> None:
    # why: models write wrong numbers; the program alone sets marks, and counts those that belong to nothing
    assert strip_markers(text, {"1", "2"}) == (stripped, unknown)


@given(plain, st.lists(numbers, max_size=5), st.sets(numbers))
def test_unknown_marks_are_counted(text: str, marks: list[str], known: set[str]) -> None:
    # why: the count tells how often a model invents sources
    marked = text + "".join(f" [{mark}]" for mark in marks)
    assert strip_markers(marked, known) == (text.strip(), sum(mark not in known for mark in marks))


@given(markish, st.sets(numbers))
def test_no_mark_survives(text: str, known: set[str]) -> None:
    # why: a mark that comes through, nested ones too, would be an unchecked citation
    stripped, unknown = strip_markers(text, known)
    assert find_markers(stripped) == [] and unknown >= 0
    assert strip_markers(stripped, known) == (stripped, 0)


@given(plain)
def test_text_without_marks_is_kept(text: str) -> None:
    # why: taking out marks must not change words
    assert strip_markers(text, set()) == (text.strip(), 0)


@given(st.lists(st.tuples(plain, st.lists(numbers, min_size=1, max_size=3)), max_size=5))
def test_markers_are_found_in_order(parts: list[tuple[str, list[str]]]) -> None:
    # why: the citations under an answer stand in the order of its marks; lists such as [1, 2] count
    text = "".join(f"{text}[{', '.join(marks)}]" for text, marks in parts)
    assert find_markers(text) == [mark for _, marks in parts for mark in marks]


def test_a_long_stretch_of_blanks_takes_no_time() -> None:
    # why: the pattern begins with blanks; tried at each of them it would take minutes
    text = "a" + " " * 200_000 + "b"
    assert strip_markers(text, set()) == (text, 0)
