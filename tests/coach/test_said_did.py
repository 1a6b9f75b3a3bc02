"""You said, I did, in words and small numbers."""

from datetime import date

import pytest
from markdown_it import MarkdownIt

from assistant.coach.said_did import Promise, Standing, in_words, render_summary, summarise

DAY = date(2026, 3, 16)


def promises(*standings: Standing) -> list[Promise]:
    return [Promise(text=f"Promise {at}", standing=one) for at, one in enumerate(standings)]


@pytest.mark.parametrize(
    ("standings", "said"),
    [
        ((), ""),
        (("open",), "One promise, one on its way."),
        (("kept", "kept", "partly", "dropped"), "Four promises, two kept, one on its way, one let go."),
        (("open", "partly", "kept"), "Three promises, one kept, two on their way."),
        (("changed", "open"), "One promise, one on its way."),
        (("kept",) * 14, "14 promises, 14 kept."),
    ],
)
def test_the_line_says_what_there_is_and_nothing_that_there_is_not(standings: tuple[Standing, ...], said: str) -> None:
    # why: a promise that was changed into another is one promise; and "none let go" is nobody's business
    assert in_words(summarise(promises(*standings))) == said


def test_the_document_has_each_promise_once_with_what_became_of_it() -> None:
    # why: it is taken to the last session, and must be whole
    found = [
        Promise(text="Sit in", standing="kept", settled=DAY, reason="Half a day"),
        Promise(text="Move it", standing="partly", settled=DAY, reason="Two of three"),
        Promise(text="Ring her", standing="open", due=DAY),
        Promise(text="Write", standing="open"),
        Promise(text="Leave it", standing="dropped", reason="She asked to wait"),
    ]
    text = render_summary("You said, I did: with Lina", found, "3 sessions held.")
    for line in ("- Sit in (16 March 2026: Half a day)", "- Ring her (by 16 March 2026)", "- Write\n",
                 "- Leave it (She asked to wait)", "## Partly done, and on its way", "3 sessions held."):  # fmt: skip
        assert text.count(line) == 1, line
    assert text.startswith("# You said, I did: with Lina\n\nFive promises, one kept, three on their way, one let go.")
    assert "Changed" not in text and text.endswith("\n")


def test_nothing_that_somebody_typed_comes_alive() -> None:
    # why: a link or a picture in a promise must not act in whatever opens the file
    nasty = "[x](http://e.example) ![y](http://e.example) <b>z</b> `c`\n# heading\n- item"
    tokens = MarkdownIt("commonmark").parse(
        render_summary(nasty, [Promise(text=nasty, standing="kept", reason=nasty)], nasty)
    )
    kinds = {token.type for token in tokens} | {child.type for token in tokens for child in token.children or ()}
    assert not kinds & {"link_open", "image", "html_block", "html_inline", "code_inline", "fence", "code_block"}
    assert sum(token.type == "heading_open" for token in tokens) == 2


def test_without_a_promise_it_says_so() -> None:
    # why: an empty page looks like a mistake
    assert "Nothing was promised yet." in render_summary("t", [])
