"""The quick way to the vectors of a whole guide."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.models import bulk
from assistant.models.bulk import BulkEncoder
from assistant.models.encoder import MiniLMEncoder
from assistant.settings import load_settings

TEXTS = [
    f"{who} {what} {when}"
    for who in ("My mentee", "The CFO", "Our head of sales, who came from a bank,", "Ana")
    for what in ("interrupts me", "asked what juniors say about the app", "moved our session again. " * 30, "ok")
    for when in ("today.", "in the second month, twice; nobody said a word about it.", "wie immer 🙂")
]


@pytest.fixture(scope="module")
def plain() -> MiniLMEncoder:
    """onnxruntime's."""
    return MiniLMEncoder(load_settings().model_dir)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> BulkEncoder:
    """torch's, for few texts and on any processor."""
    monkeypatch.setattr(bulk, "MANY", 20)
    monkeypatch.setattr(bulk, "has_bfloat16", lambda: True)
    return BulkEncoder(load_settings().model_dir)


def test_both_ways_give_the_same_vectors(quick: BulkEncoder, plain: MiniLMEncoder) -> None:
    # why: a passage embedded one way is looked for with a question embedded the other way
    told: list[int] = []
    for fast, slow in (
        (quick.encode(TEXTS, told.append), plain.encode(TEXTS)),
        (quick.encode_questions(TEXTS, told.append), plain.encode_questions(TEXTS)),
    ):
        assert fast.dtype == np.float32 and np.allclose(np.linalg.norm(fast, axis=1), 1, atol=1e-5)
        assert not np.array_equal(fast, slow), "nothing was read in bfloat16"
        assert ((fast * slow).sum(axis=1) > 0.9995).all()
    assert sum(told) == 2 * len(TEXTS)


def test_a_processor_without_bfloat16_reads_as_ever(
    quick: BulkEncoder, plain: MiniLMEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    # why: torch multiplies bfloat16 everywhere, but slowly where it must be imitated
    monkeypatch.setattr(bulk, "has_bfloat16", lambda: False)
    assert np.array_equal(quick.encode(TEXTS), plain.encode(TEXTS))


def test_vectors_that_differ_are_not_used(
    quick: BulkEncoder, plain: MiniLMEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    # why: a new torch that multiplies otherwise must not spoil a guide in silence
    right = bulk._Bfloat16.encode

    def wrong(self: bulk._Bfloat16, texts: Sequence[str], progress: object) -> bulk.Vectors:
        return right(self, texts, None)[:, ::-1].copy()

    monkeypatch.setattr(bulk._Bfloat16, "encode", wrong)
    assert np.array_equal(quick.encode(TEXTS), plain.encode(TEXTS))


def test_few_texts_do_not_wait_for_torch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # why: adding one document to the guide is a matter of a second
    def refuse() -> bool:
        raise AssertionError("torch was asked for")

    monkeypatch.setattr(bulk, "has_bfloat16", refuse)
    assert len(BulkEncoder(load_settings().model_dir).encode(TEXTS)) == len(TEXTS)
