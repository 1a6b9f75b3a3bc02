import re
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.guide.passage import Document, Passage, Section
from ingest.cut import sentences_of, size_of
from ingest.formats.plain import plain_outline
from ingest.split import SplitterConfig, split_document


def document(*sections: tuple[str, str], article: str | None = None) -> Document:
    """A document of (path joined by " > ", text)."""
    made = tuple(Section(path=tuple(filter(None, path.split(" > "))), text=text) for path, text in sections)
    return Document(source="a.md", origin="/a.md", title="Title", sections=made, article=article)


def words(count: int, name: str = "word") -> str:
    return " ".join(f"{name}{number}" for number in range(count))


def lengths(passages: list[Passage]) -> list[int]:
    return [len(passage.text.split()) for passage in passages]


def shape(passages: list[Passage]) -> list[tuple[str, str]]:
    return [(passage.heading, passage.text) for passage in passages]


# By structure


def test_a_section_of_fair_size_is_a_passage_with_its_headings() -> None:
    """Why: a section is the author's own cut, and its headings say what it is about."""
    first, second = words(60), words(90, "other")
    passages = split_document(document(("Steps > One", first), ("Steps > Two", second)))
    assert shape(passages) == [("Steps › One", first), ("Steps › Two", second)]
    assert [passage.position for passage in passages] == [0, 1]
    assert {(passage.document, passage.title, passage.questions) for passage in passages} == {("a.md", "Title", ())}


def test_tiny_siblings_join_under_their_parent_and_keep_their_headings() -> None:
    """Why: "RIGHT: Block the hour." says nothing without the error that it mends."""
    passages = split_document(
        document(
            ("Errors > No time > WRONG:", '"Between two jobs..."'),
            ("Errors > No time > RIGHT:", "Block the hour."),
            ("Errors > No plan > WRONG:", "Come as you are."),
            ("Errors > No plan > RIGHT:", "Bring one question."),
        )
    )
    assert shape(passages) == [
        (
            "Errors",
            'No time\nWRONG:\n"Between two jobs..."\n\nRIGHT:\nBlock the hour.\n\n'
            "No plan\nWRONG:\nCome as you are.\n\nRIGHT:\nBring one question.",
        )
    ]


def test_a_shared_label_loses_its_colon_in_the_heading_alone() -> None:
    """Why: "For the mentor › LEARNING" reads well as a path; in the text the label is verbatim."""
    passages = split_document(document(("For the mentor > LEARNING:", words(60)), ("For the boss", words(60))))
    assert [passage.heading for passage in passages] == ["For the mentor › LEARNING", "For the boss"]


def test_sections_of_fair_size_do_not_join() -> None:
    """Why: two questions of an FAQ are two thoughts, even where both would fit."""
    passages = split_document(document(("FAQ > A?", words(45)), ("FAQ > B?", words(45, "other"))))
    assert [passage.heading for passage in passages] == ["FAQ › A?", "FAQ › B?"]


def test_a_tiny_section_joins_the_smaller_neighbour() -> None:
    """Why: passages of even length are found more evenly."""
    passages = split_document(document(("P > A", words(120)), ("P > B", words(20, "b")), ("P > C", words(50, "c"))))
    assert [passage.heading for passage in passages] == ["P › A", "P"]


def test_tiny_sections_at_the_top_do_not_pile_up() -> None:
    """Why: sections of a whole document share no thought beyond its title; those under one heading do."""
    tops = split_document(document(*((f"Part {number}", words(20, f"p{number}")) for number in range(8))))
    below = split_document(document(*((f"P > Part {number}", words(20, f"p{number}")) for number in range(8))))
    assert len(tops) == 3 and len(below) == 2


def test_a_tiny_section_stays_alone_where_nothing_fits() -> None:
    """Why: a limit is a limit; a short passage is better than a truncated one."""
    passages = split_document(document(("P > A", words(165)), ("P > B", words(9)), ("P > C", words(165))))
    assert lengths(passages) == [165, 9, 165]


def test_the_sections_of_an_article_are_never_joined() -> None:
    """Why: the guide's sections are written to stand alone, and citations name them."""
    sections = (("At once", words(26)), ("Example", words(30)))
    assert len(split_document(document(*sections, article="a"))) == 2
    assert len(split_document(document(*sections))) == 1
    assert len(split_document(document(*sections, article="a"), SplitterConfig(keep_article_sections=False))) == 1


# By size


def test_a_long_section_is_cut_evenly_at_paragraphs() -> None:
    """Why: filling each passage to the brim leaves a crumb at the end."""
    paragraphs = [words(50, name) for name in "abcd"]
    passages = split_document(document(("Long", "\n\n".join(paragraphs))))
    assert [passage.text for passage in passages] == ["\n\n".join(paragraphs[:2]), "\n\n".join(paragraphs[2:])]
    assert {passage.heading for passage in passages} == {"Long"}


def test_a_long_list_is_cut_between_items_and_keeps_its_lead() -> None:
    """Why: an item is a whole thought, and "Do these:" alone is none."""
    items = [f"- {words(24, f'i{number}w')}" for number in range(10)]
    passages = split_document(document(("", "Do these:\n\n" + "\n".join(items))))
    assert len(passages) == 2
    assert passages[0].text.startswith("Do these:\n\n- i0w0")
    assert all(line.startswith("- ") for line in passages[1].text.split("\n"))


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    """Why: a sentence cut in two can be neither found nor quoted."""
    sentence = "Dr. Kim asked, e.g. on 3 May, for a 1:1 talk with the whole team of the harbour office. "
    passages = split_document(document(("", (sentence * 20).strip())))
    assert all(passage.text.startswith("Dr. Kim asked") and passage.text.endswith("office.") for passage in passages)
    assert min(lengths(passages)) >= 100


@pytest.mark.parametrize(
    "text",
    [
        "One thing was said, e.g. by Dr. Kim. Another was not.",
        'She said: "Stop it. Please listen." Then they agreed.',
        "They met at 9 a.m. Then Bo left. Was it good? Yes!",
        "Approx. Ten came (they were late. Very late.) and sat down. The end",
    ],
)
def test_sentences_are_verbatim_and_abbreviations_end_none(text: str) -> None:
    """Why: pieces are quoted verbatim."""
    sentences = sentences_of(text)
    assert " ".join(sentences) == text and len(sentences) > 1
    assert not any(sentence.endswith(("e.g.", "Dr.", "said:")) for sentence in sentences)


def test_a_text_without_sentences_or_spaces_is_cut_all_the_same() -> None:
    """Why: a blob or a script without spaces must not become a passage that no model can read."""
    japanese = "若手が先輩を指導する" * 60
    for text in (words(900), japanese, "x" * 9_000, f"{words(40)} {'y' * 5_000} {words(40)}"):
        passages = split_document(document(("", text)))
        assert all(size_of(passage.text) <= 170 for passage in passages)
        assert "".join("".join(passage.text.split()) for passage in passages) == "".join(text.split())


def test_a_very_long_paragraph_is_cut_in_reasonable_time() -> None:
    """Why: sentence splitters are slow on long lines; a book without line ends must not stop an ingest."""
    text = "The pair met again, e.g. on Monday, and the senior (Mr. Bo) asked first. " * 3_000
    assert len(split_document(document(("", text.strip())))) > 200


# What always holds

SENTENCES = st.lists(st.sampled_from(["one", "two", "e.g.", "three.", "Four", "five?", "six:", "1:1"]), max_size=60)
BLOCKS = st.lists(SENTENCES.map(" ".join), min_size=1, max_size=6)
TEXTS = st.builds(lambda blocks, gap: gap.join(filter(None, blocks)), BLOCKS, st.sampled_from(["\n\n", "\n", " "]))
PATHS = st.lists(st.sampled_from(["HA", "HB", "HC:"]), max_size=3).map(tuple)
DOCUMENTS = st.lists(st.builds(lambda path, text: Section(path=path, text=text), PATHS, TEXTS), max_size=9).map(
    lambda sections: Document(
        source="a", origin="/a", title="T", sections=tuple(section for section in sections if section.text)
    )
)


@settings(max_examples=300, deadline=None)
@given(DOCUMENTS, st.integers(0, 60), st.integers(60, 200))
def test_no_word_is_lost_doubled_or_moved(made: Document, least: int, most: int) -> None:
    """Why: what is not in a passage cannot be found; what is in two is found twice."""
    config = SplitterConfig(min_words=least, max_words=most)
    passages = split_document(made, config)
    read = [word for passage in passages for word in passage.text.split() if not re.fullmatch("H[ABC]:?", word)]
    assert read == [word for section in made.sections for word in section.text.split()]
    assert all(passage.text.strip() and size_of(passage.text) <= most for passage in passages)
    assert [passage.position for passage in passages] == list(range(len(passages)))


@settings(max_examples=200, deadline=None)
@given(DOCUMENTS)
def test_every_heading_stands_in_the_path_or_in_the_text(made: Document) -> None:
    """Why: a joined section must not lose what it is about."""
    passages = split_document(made)
    for section in made.sections:
        home = [passage for passage in passages if section.text.split()[0] in passage.text.split()]
        named = [f"{passage.heading}\n{passage.text}" for passage in home]
        assert any(all(part.rstrip(":") in text for part in section.path) for text in named)


@settings(max_examples=200, deadline=None)
@given(DOCUMENTS)
def test_ids_are_unique_and_the_same_each_time(made: Document) -> None:
    """Why: an id is the citation; the same content must keep it, and two passages must not share it."""
    passages = split_document(made)
    assert len({passage.id for passage in passages}) == len(passages)
    assert split_document(made) == passages


def test_the_same_text_twice_gets_two_ids() -> None:
    """Why: without counting, the second would overwrite the first in the index."""
    passages = split_document(document(("A", words(60)), ("B", words(60)), ("A", words(60))))
    assert len({passage.id for passage in passages}) == 3


def test_ids_do_not_hang_on_the_process() -> None:
    """Why: Python's own hashes differ from run to run; an index outlives many runs."""
    script = (
        "from assistant.guide.passage import Document, Section\nfrom ingest.split import split_document\n"
        "made = Document(source='a', origin='/a', title='T', sections=(Section(path=('H',), text='Some words.'),))\n"
        "print(split_document(made)[0].id)"
    )
    runs = {subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout for _ in range(2)}
    assert len(runs) == 1


# Real shapes

SLIDES = """Pair Learning: What the Apprentice Knows
A famous shop paired its masters with apprentices in 1998. The masters were unsure. The apprentices were nervous.
After a month the masters came early and stayed late. After a year nobody could say any more who had taught whom what.
Errors to Avoid
Error 1: No Time
WRONG:
"Let's do it between jobs..."
RIGHT:
Block the hour. Keep it even when work piles up.
Error 2: Only Tools
WRONG:
Pair learning = how to use the scanner
RIGHT:
Also talk about how people here decide.
The most useful talks are often not about tools.
Error 3: One Way
WRONG:
The apprentice lectures, the master sleeps.
RIGHT:
Both ask. Both learn.
"""


def test_slide_like_text_comes_out_in_whole_thoughts() -> None:
    """Why: cut at each label, it would give passages of four words."""
    outline = plain_outline(SLIDES, fallback="x")
    made = Document(source="a", origin="/a", title=outline.title, sections=outline.sections)
    first, second = split_document(made)
    assert second.heading == "Errors to Avoid"
    assert second.text.startswith("Error 1: No Time\nWRONG:\n\"Let's do it")
    assert "Error 3: One Way\nWRONG:\nThe apprentice lectures" in second.text
    assert first.text.startswith("A famous shop")
