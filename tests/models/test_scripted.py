"""The models that other tests stand on: a script that cannot be left or overrun, and vectors that mean something."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.messages import HumanMessage, SystemMessage

from assistant.models.testing import HashedEmbeddings, ScriptedChatModel, ScriptExhausted, ScriptUnfinished


@settings(max_examples=50)
@given(st.text(min_size=1, max_size=80))
def test_pieces_joined_are_the_reply(text: str) -> None:
    # why: a fake that loses blanks or line ends would hide the same fault in what reads it
    model = ScriptedChatModel(text, text)
    assert "".join(str(chunk.text) for chunk in model.stream("x")) == text
    assert model.invoke("x").text == text
    model.verify_finished()


def test_replies_come_in_order_and_calls_are_kept() -> None:
    # why: the test asserts on what the model was asked
    model = ScriptedChatModel("One.", ["Two ", "pieces."])
    asked = [SystemMessage("s"), HumanMessage("first")]
    assert model.invoke(asked).text == "One."
    assert [chunk.text for chunk in model.stream("second") if chunk.text] == ["Two ", "pieces."]
    assert [[message.text for message in call] for call in model.calls] == [["s", "first"], ["second"]]


def test_a_script_is_neither_overrun_nor_left() -> None:
    # why: fakes that cycle let a test pass when a call was added or lost
    model = ScriptedChatModel("One.", "Two.")
    model.invoke("x")
    with pytest.raises(ScriptUnfinished, match=r"1 replies.*'Two\.'"):
        model.verify_finished()
    model.invoke("x")
    model.verify_finished()
    with pytest.raises(ScriptExhausted, match="Call 3"):
        model.invoke("x")
    with pytest.raises(ScriptExhausted):
        model.verify_finished()


def test_exceptions_come_before_and_in_the_middle() -> None:
    # why: both happen with real servers, and are handled differently
    model = ScriptedChatModel(ConnectionError("down"), ["Half", TimeoutError("cut")], delay=0.01)
    with pytest.raises(ConnectionError):
        model.invoke("x")
    pieces = []
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        for chunk in model.stream("x"):
            pieces.append(chunk.text)
    assert pieces == ["Half"] and time.monotonic() - began >= 0.02


def test_texts_that_share_words_are_near() -> None:
    # why: with noise for vectors, related texts come out unrelated and retrieval cannot be tested
    encoder = HashedEmbeddings()
    done: list[int] = []
    texts = ["How to give feedback to a director", "Giving directors feedback", "Cooking pasta at home", "", "…"]
    vectors = encoder.encode(texts, done.append)
    assert vectors.dtype == np.float32 and vectors.shape == (5, 128) and sum(done) == 5
    assert np.abs(np.linalg.norm(vectors, axis=1) - 1).max() < 1e-6
    assert vectors[0] @ vectors[1] > 0.7 and abs(vectors[0] @ vectors[2]) < 0.3
    assert np.array_equal(vectors, HashedEmbeddings().encode(texts)), "the same in every process"
    assert encoder.encode([]).shape == (0, 128)
    assert encoder.embed_documents(texts[:1])[0] == encoder.embed_query(texts[0])
