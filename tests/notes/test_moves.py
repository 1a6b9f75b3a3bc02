"""What a turn does, and how many open and closed questions it asks."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.notes.moves import MOVES, Move, count_questions, find_moves

QUESTIONS: dict[str, tuple[int, int]] = {
    "How was it for you?": (1, 0),
    "What? Why?": (2, 0),
    "Which of them would you keep?": (1, 0),
    "HOW WAS IT FOR YOU?": (1, 0),
    "Um, so, well: how did they take it?": (1, 0),
    "You left early, so how was that?": (1, 0),
    "The new rota – what does it do to people?": (1, 0),
    "Tell me about the rota?": (1, 0),
    "Could you tell me more about it?": (1, 0),
    "Can you walk me through it?": (1, 0),
    "Where do you see it going?": (1, 0),
    "Did it work?": (0, 1),
    "Did it work? Was she there?": (0, 2),
    "How many were you?": (0, 1),
    "How long did it take?": (0, 1),
    "What time is it?": (0, 1),
    "Where were you?": (0, 1),
    "Can you open the door?": (0, 1),
    "If it is open, is that what you want?": (0, 1),
    "Right?": (0, 1),
    "Really?!": (0, 1),
    "So, what did they say? And was she there?": (1, 1),
    "I was tired. How about you? Did you sleep?": (1, 1),
    "how was it for you": (1, 0),
    "um so which one was it": (1, 0),
    "could you tell me how it went": (1, 0),
    "did you go there": (0, 1),
    "so how many of you were there": (0, 1),
    "we talked about how it was": (0, 0),
    "what he said was right": (1, 0),
    "What he said was right.": (0, 0),
    "I asked how it was, and did not wait.": (0, 0),
    "No.": (0, 0),
    "???": (0, 0),
    "": (0, 0),
}


@pytest.mark.parametrize(("text", "expected"), QUESTIONS.items(), ids=QUESTIONS.keys())
def test_questions_are_counted_by_kind(text: str, expected: tuple[int, int]) -> None:
    # why: open and closed questions are shown to people beside each other; a recogniser's text has no marks
    assert count_questions(text) == expected


@given(st.text(alphabet="how did you, .?!-–:;…\n", max_size=80))
def test_no_more_questions_than_marks_or_one(text: str) -> None:
    # why: a question counted twice would make a lecture look like a talk
    opened, closed = count_questions(text)
    assert opened >= 0 and closed >= 0
    assert opened + closed <= max(1, text.count("?"))


@pytest.mark.parametrize("part", ["word ", "word, ", "?", "-", "- ", "so ", "hm", "how ", "a.", "a?"])
def test_a_turn_without_an_end_is_counted_quickly(part: str) -> None:
    # why: an hour of dictation without a mark was once searched anew from each of its letters
    text = part * (400_000 // len(part))
    began = time.process_time()
    count_questions(text)
    count_questions(f"{text}?")
    assert time.process_time() - began < 3


CLEAR: dict[str, tuple[str, Move]] = {
    "an open question": ("What was that like for you, when they moved the depot?", Move.QUESTION),
    "a closed question": ("Did you go to the depot yourself last week?", Move.QUESTION),
    "an explanation": (
        "The pipeline has three stages. First the records are cleaned, then the model is trained, and then it is "
        "deployed, which means that you should always keep the raw data. The key point is the cache.",
        Move.TELLING,
    ),
    "a sign of listening": ("Mm-hm.", Move.LISTENING),
    "a greeting": ("Hello, good morning.", Move.LISTENING),
}


@pytest.mark.parametrize(("text", "expected"), CLEAR.values(), ids=CLEAR.keys())
def test_plain_moves_are_told_apart(text: str, expected: Move) -> None:
    # why: a file fitted wrongly, or with its columns in another order, would turn every figure around
    assert MOVES[int(find_moves([text])[0].argmax())] is expected


def test_what_comes_before_counts() -> None:
    # why: the same words are an answer after a question and a lecture after nothing; the model is given both
    said = "I had two drivers ill that week and I sat in the cab myself until Friday."
    alone, asked = find_moves([said])[0], find_moves(["How was that week for you?", said])[1]
    assert asked[MOVES.index(Move.SHARING)] > alone[MOVES.index(Move.SHARING)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=60), st.sampled_from(["", "?", "So you feel unheard.", "Mm."])), max_size=8))
def test_each_turn_gets_probabilities(turns: list[str]) -> None:
    # why: turns may be empty, and the figures are weighted by these numbers
    found = find_moves(turns)
    assert found.shape == (len(turns), 5) and found.dtype == np.float32
    assert (found >= 0).all() and found.sum(axis=1) == pytest.approx(np.ones(len(turns)), abs=1e-5)


def test_the_same_turns_get_the_same_figures() -> None:
    # why: a report must not change when the page is opened again
    turns = ["How was it?", "Good, thanks.", "The key point is the cache."]
    assert np.array_equal(find_moves(turns), find_moves(turns))
