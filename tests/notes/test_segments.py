"""The pieces that evidence is made of: verbatim, complete, short enough to see, and quickly cut."""

import time
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.notes.segments import MAX_WORDS, Segment, cut_segments

BREAKS = "\n\r\u2028\u2029\x0b\x0c\x85"


def pieces(text: str) -> list[str]:
    return [text[start:end] for start, end in cut_segments(text)]


def verify(text: str) -> None:
    """What holds for every text: in order, apart, trimmed, within a line, and nothing but blank space left out."""
    found = cut_segments(text)
    assert all(0 <= piece.start < piece.end <= len(text) for piece in found)
    assert all(piece.end <= after.start for piece, after in pairwise(found))
    assert all(one == one.strip() and not set(one) & set(BREAKS) for one in pieces(text))
    kept = "".join(pieces(text))
    assert "".join(kept.split()) == "".join(text.split())


SENTENCES: dict[str, tuple[str, list[str]]] = {
    "three sentences": (
        "He came ten minutes late. We talked about the rota! Was that all of it?",
        ["He came ten minutes late.", "We talked about the rota!", "Was that all of it?"],
    ),
    "a short answer joins what it answers": (
        "I asked how he saw it. Fine. Then we went on.",
        ["I asked how he saw it. Fine.", "Then we went on."],
    ),
    "a short beginning stays alone": ("Well. I showed her the board.", ["Well.", "I showed her the board."]),
    "title": ("We met Dr. Voss at ten. He was kind.", ["We met Dr. Voss at ten.", "He was kind."]),
    "for example": ("We tried e.g. the night rota. She liked it.", ["We tried e.g. the night rota.", "She liked it."]),
    "initial": ("J. Okafor sat in on it all. He said nothing.", ["J. Okafor sat in on it all.", "He said nothing."]),
    "number": ("No. 4 was the best so far. I asked more.", ["No. 4 was the best so far.", "I asked more."]),
    "figures": ("It took 3.5 hours at 10:30. We were tired.", ["It took 3.5 hours at 10:30.", "We were tired."]),
    "typographic quotes": (
        "He said “Send me the list.” Then he went on talking.",
        ["He said “Send me the list.”", "Then he went on talking."],
    ),
    "quote and bracket": (
        '(She asked me "Why not?") I had no answer to it.',
        ['(She asked me "Why not?")', "I had no answer to it."],
    ),
    "bold": ("**He came late again.** We had ten minutes.", ["**He came late again.**", "We had ten minutes."]),
    "ellipsis": ("He nodded and nodded… We went on.", ["He nodded and nodded…", "We went on."]),
    "list": (
        "- slides for an hour\n* he nodded\n\n3) no questions at all",
        ["- slides for an hour", "* he nodded", "3) no questions at all"],
    ),
    "a short line stays alone": ("He came late\nagain\n45 min", ["He came late", "again", "45 min"]),
    "every way to end a line": (
        "one a b\r\ntwo a b\rthree a b\u2028four a b\u2029five a b\x0bsix a b\x85seven",
        ["one a b", "two a b", "three a b", "four a b", "five a b", "six a b", "seven"],
    ),
    "blanks of all kinds": (
        "\t\xa0 He came late. \u3000 We had ten minutes. \t",
        ["He came late.", "We had ten minutes."],
    ),
    "another script": ("他迟到了。我们只有十分钟。", ["他迟到了。我们只有十分钟。"]),
    "only marks": ("...\n!?", ["...", "!?"]),
    "nothing": ("", []),
    "blank": (" \n\t\r\n", []),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SENTENCES.values(), ids=SENTENCES.keys())
def test_sentences(text: str, expected: list[str]) -> None:
    # why: a piece is what a person is shown as evidence; half a sentence, or two, would not convince
    assert pieces(text) == expected
    verify(text)


WORDS = " ".join(["slides"] * 25)
DICTATION: dict[str, tuple[str, list[str]]] = {
    "before a joining word": (f"{WORDS} and {WORDS}", [WORDS, f"and {WORDS}"]),
    "after a comma": (f"{WORDS}, {WORDS}", [f"{WORDS},", WORDS]),
    "in the middle where nobody draws breath": (f"{WORDS} {WORDS}", [WORDS, WORDS]),
    "not at a joining word far from the middle": (
        f"slides and {WORDS} {WORDS}",
        [f"slides and {WORDS[:-7]}", f"slides {WORDS}"],
    ),
    "no longer than it may be": (" ".join(["slides"] * MAX_WORDS), [" ".join(["slides"] * MAX_WORDS)]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), DICTATION.values(), ids=DICTATION.keys())
def test_dictation_is_cut_where_the_speaker_draws_breath(text: str, expected: list[str]) -> None:
    # why: a recogniser writes no full stops, and evidence of a whole page is none
    assert pieces(text) == expected


@given(st.lists(st.sampled_from("I we and so because rota slides he, nodded then week".split()), max_size=400))
def test_no_piece_of_ordinary_words_is_too_long(said: list[str]) -> None:
    # why: the bound holds however the joining words are spread
    assert all(len(piece.split()) <= MAX_WORDS for piece in pieces(" ".join(said)))


PARTS = (
    "He came late|. |? |! |… |.” |.) |Dr. |e.g. |A. |Yes. |and |, |; |um |\n|\r\n|\r|\u2028|\u2029|\x0b|\x85|\x1c|"
    "\xa0|\u3000| |\t|- |* |1. |é|🌸|\x00|\ud800|\ufeff|\u200f|https://a.org|slides slides slides slides slides slides"
).split("|")


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PARTS), max_size=120).map("".join)))
@example("and " * 200)
@example(". " * 50 + "a" * 300)
def test_any_text_is_cut_without_loss(text: str) -> None:
    # why: people paste anything; a character that is in no piece can never be shown, nor be found fault with
    verify(text)


LONG = 400_000
SLOW = {
    "sentences": "He came late and we had ten minutes. ",
    "lines": "- he came late\n",
    "a line without an end": "word ",
    "joining words": "and ",
    "one word": "a",
    "letters": "a ",
    "short answers": "Yes. ",
    "abbreviations": "A. ",
    "full stops": ".",
    "full stops apart": ". ",
    "closing quotes": '."',
    "blanks": " ",
    "line breaks": "\r\n",
    "commas": ", ",
}


@pytest.mark.parametrize("part", SLOW.values(), ids=SLOW.keys())
def test_the_longest_text_is_cut_quickly(part: str) -> None:
    # why: eight hours of transcript are the most that is taken; they must not stop the page
    text = part * (LONG // len(part))
    began = time.process_time()
    cut_segments(text)
    assert time.process_time() - began < 3


def test_a_gap_in_a_line_takes_no_time() -> None:
    # why: a run of blanks inside a long line was once searched anew from each of its blanks, for hours
    text = "word " * 40 + " " * (LONG - 400) + "word " * 40
    began = time.process_time()
    assert [len(piece.split()) for piece in pieces(text)] == [20, 20, 20, 20]
    assert time.process_time() - began < 3


def test_a_segment_is_a_pair_of_offsets() -> None:
    # why: the training code takes it apart as a tuple
    assert cut_segments("  He came late.") == [Segment(2, 15)] == [(2, 15)]
