"""Text of people, models and documents shows as the text it is, wherever it stands."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as some
from markdown_it import MarkdownIt

from app.components import export, markup
from assistant.events import Sentence

TEXT = some.text(
    alphabet=some.one_of(
        some.characters(exclude_categories=["Cs", "Cc"]), some.sampled_from("<>&\"'`*_[]()!$:\\#~|@-=.")
    )
)
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</div><script>alert(1)</script>",
    "![pixel](https://example.org/p.png)",
    "[click](javascript:alert(1))",
    ":red[red] :material/home: :smile: $x^2$ :green-badge[1]",
    "**bold** _it_ `code` ~~gone~~ # title",
    "www.example.org https://example.org me@example.org a->b <- =>",
)


def visible(html: str) -> str:
    """What a browser shows of this HTML, without its tags."""
    return unescape(re.sub(r"<[^>]*>", "", html))


@given(TEXT)
def test_html_of_a_passage_shows_exactly_its_text(text: str) -> None:  # nothing is lost, nothing becomes markup
    assert visible(markup.passage(text)) == text
    assert set(re.findall(r"<(/?\w+)", markup.passage(text))) <= {"div", "/div"}


@given(TEXT, some.lists(TEXT, max_size=3))
def test_marks_never_change_what_a_passage_says(text: str, quotes: list[str]) -> None:  # evidence stays verbatim
    html = markup.passage(text, [*quotes, text[2:7]])
    assert visible(html) == text
    assert set(re.findall(r"<(/?\w+)", html)) <= {"div", "/div", "mark", "/mark"}


def test_marks_stand_on_the_supporting_words_even_across_a_line_break() -> None:  # lists break lines, quotes do not
    html = markup.passage("One.\nTwo\nthree. Four.", ["Two three."])
    assert "<mark>Two\nthree.</mark>" in html


def test_touching_marks_become_one() -> None:  # two sentences with the same support must not nest
    assert markup.spans("abc def ghi", ["abc def", "def ghi", "nowhere", ""]) == [(0, 11)]


@pytest.mark.parametrize("text", HOSTILE)
def test_answers_show_hostile_text(text: str) -> None:  # a model may repeat what a document planted
    html = markup.answer([Sentence(text=text, markers=("1",), quotes=("",))])
    assert text in visible(html)
    assert set(re.findall(r"<(\w+)", html)) <= {"p", "span"}


def test_answers_keep_paragraphs_chips_and_the_guides_own_voice() -> None:  # design: serif is what a person said
    html = markup.answer(
        [
            Sentence(text="A.", markers=("1", "2")),
            Sentence(text="B.", markers=("2",), origin="guide", break_before=True),
        ],
        chosen="2",
    )
    assert html.count("<p>") == 2
    assert html.count("ey-on") == 2
    assert '<span class="ey-said">B.' in html


@given(TEXT)
def test_labels_hold_no_markdown(text: str) -> None:  # Streamlit reads labels of widgets as Markdown
    made = markup.label(text, 10_000)
    tokens = [token for token in MarkdownIt("commonmark").enable(["strikethrough"]).parse(made) if token.children]
    kinds = {child.type for token in tokens for child in token.children or []}
    assert kinds <= {"text", "text_special"}
    shown = "".join(child.content for token in tokens for child in token.children or [])
    assert shown.replace("\u2060", "") == " ".join(text.split()).replace("\u2060", "")


@pytest.mark.parametrize("text", HOSTILE)
def test_labels_defuse_what_streamlit_looks_for_after_markdown(text: str) -> None:  # emoji, icons, addresses, arrows
    shown = re.sub(r"\\(.)", r"\1", markup.label(text, 200))
    assert not re.search(r":[\w+/-]|www\.|\w@\w|->|<-|=>", shown)


@given(TEXT)
def test_exported_text_reads_the_same(text: str) -> None:  # the file must not turn into markup in another program
    line = " ".join(text.split())
    html = MarkdownIt("commonmark").render(export.plain(line))
    assert visible(html).strip() == line
    assert set(re.findall(r"<(/?\w+)", html)) <= {"p", "/p"}


@pytest.mark.parametrize("line", ["-", "+", "---", "===", "1.", "1) a", "- a", "# a", "    a"])
def test_what_means_something_at_the_start_of_a_line_reads_the_same(line: str) -> None:
    html = MarkdownIt("commonmark").render(export.plain(f"a\n{line}"))
    assert visible(html).split("\n")[:2] == ["a", line.strip()]
    assert set(re.findall(r"<(/?\w+)", html)) == {"p", "/p"}


def test_plain_text_keeps_its_line_breaks() -> None:  # a question typed in paragraphs is shown in paragraphs
    assert markup.paragraphs("a\nb\n\n<c>") == "<p>a<br>b</p><p>&lt;c&gt;</p>"


@given(TEXT)
def test_our_own_lines_set_commands_as_code_and_nothing_else(text: str) -> None:  # they may quote a person's words
    html = markup.message(text)
    assert visible(html).replace("`", "") == text.replace("`", "")
    assert set(re.findall(r"<(/?\w+)", html)) <= {"code", "/code"}
