"""Mended spelling: slips in the guide's words, and nothing that is a word already."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.guide.spelling import Spelling, common_words

GUIDE_WORDS = {
    "session": 900, "sessions": 700, "feedback": 500, "colleague": 40, "colleagues": 60, "director": 200, "mind": 30,
    "days": 40, "topic": 300, "promised": 9, "spreadsheet": 4, "internet": 3, "real": 90, "such": 80, "one": 900,
}  # fmt: skip


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    return Spelling(GUIDE_WORDS, common_words())


def mend(spelling: Spelling, query: str, *, known: frozenset[str] = frozenset()) -> str:
    return spelling.mend(query, lambda word: word in known)


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        ("my sesion with the direcotr", "my session with the director"),
        ("what do my collegues think", "what do my colleagues think"),
        ("I promissed him feedbak", "I promised him feedback"),
        ("SESION two", "session two"),
    ],
)
def test_slips_in_the_guides_words_are_mended(spelling: Spelling, typed: str, mended: str) -> None:
    # Neither the vectors nor BM25 find "sesion".
    assert mend(spelling, typed) == mended


@pytest.mark.parametrize(
    "query",
    [
        "Er sagt, dass er mir nur nach dem Mund redet",  # days, mind
        "Ich habe meine Notizen und sollte sie ohne Namen teilen",
        "Il me dit que les collègues sont contents sans me répondre",
        "Mi jefa nunca llega tarde, pero no tiene tiempo para mí",
        "De directeur zegt dat het niet echt nodig is",
        "we rewrote the helper text for the spreadsheets",  # inflections and rarer English words
        "She freezes whenever topics come up, concretely in teamwork",
        "a 3D sketch, v2.1, PR-17 and teh xyzzy",
        "reälly ses🙂sion naïve",  # no ASCII, no mending
    ],
)
def test_what_is_a_word_already_stays(spelling: Spelling, query: str) -> None:
    # A German, French or Spanish question must not become English nonsense before it is searched.
    assert mend(spelling, query) == query


def test_what_the_model_knows_as_a_word_stays(spelling: Spelling) -> None:
    # The vocabulary of the embedding model is the largest list of English words at hand.
    assert mend(spelling, "sesions") == "sessions"
    assert mend(spelling, "sesions", known=frozenset({"sesions"})) == "sesions"


def test_the_common_words_are_sorted_checksums_that_keep() -> None:
    # A search binary-searches them; an unsorted list would silently know no word.
    words = common_words()
    assert words.dtype == np.uint32 and len(words) > 30_000 and bool((np.diff(words.astype(np.int64)) >= 0).all())


@given(st.text(max_size=200))
def test_any_text_is_mended_without_an_error_and_once_is_enough(query: str) -> None:
    # Queries are what anybody types.
    spelling = Spelling(GUIDE_WORDS, np.array([], dtype=np.uint32))
    once = mend(spelling, query)
    assert mend(spelling, once) == once
