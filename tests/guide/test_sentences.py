"""Sentences are quoted as evidence: each must stand in the text as it is."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.text import clean, sentences, shorten, words

prose = st.lists(
    st.sampled_from(
        [
            "Ask first.", "e.g. like this", "So what?", "Why?", "1:1 meetings",
            "Mr. Smith said “No.”", "- item", "2. Two",
            "It's 3.5 hours!", "(Really.)", "U.S. teams", "…and then", "\n", "\n\n", "  ",
            "Dr. A. B. Chan", "?!", "a.m.",
            "'Yes', she said.",
            "http://x.org/a.b?c=1", "é", "🙂", "“Stop.”",
            "[1]", "&", "<b>", "no. 5", "etc.", "*", "—",
        ]
    ),
    max_size=12,
).map(" ".join)  # fmt: skip


def verify_verbatim(text: str) -> None:
    rest = text
    for sentence in sentences(text):
        assert sentence and sentence == sentence.strip()
        assert sentence in rest, (text, sentence)
        rest = rest[rest.index(sentence) + len(sentence) :]


@settings(max_examples=150, deadline=None)
@given(prose)
def test_sentences_are_verbatim_and_in_order(text: str) -> None:
    # why: a quote that differs by one character is no quote; highlighting looks for it
    verify_verbatim(text)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
@example("a∯b. c&ᓰ&d!")
@example("He said ♨ and ☝. Then ȸȹƪ♟.")
def test_any_text_is_cut_verbatim(text: str) -> None:
    # why: notes and documents hold anything, also the characters that the segmenter uses for itself
    verify_verbatim(text)


def test_every_word_is_in_a_sentence() -> None:
    # why: a text that falls between sentences could be neither shown nor checked
    text = "First one. Second, e.g. this!\n- Third\n4. Fourth? So what?\n\nFifth"
    assert [word for sentence in sentences(text) for word in words(sentence)] == [w for w in words(text) if w != "4"]


@given(st.text(max_size=80))
def test_clean_is_stable_and_bounded(text: str) -> None:
    # why: what was cleaned once must not change when it is cleaned again, or digests would differ
    once = clean(text)
    assert clean(once) == once


@pytest.mark.parametrize("characters", [1, 5, 20, 100])
@given(text=st.text(max_size=60))
def test_shorten_keeps_the_limit(characters: int, text: str) -> None:
    # why: it cuts for screens of a fixed width
    short = shorten(text, characters)
    assert short == text or len(short) <= characters + 2
