"""The embedding model: the same vectors as sentence-transformers, without torch."""

import json
import threading
from pathlib import Path

import numpy as np
import pytest
from kit import one_line, run

from assistant.errors import ModelMissing
from assistant.models import minilm_export
from assistant.models.embedding import MiniLMEmbeddings
from assistant.models.encoder import MiniLMEncoder
from assistant.models.minilm_export import export_folder
from assistant.settings import load_settings

TEXTS = [
    "",
    " ",
    "How do I tell my director that she interrupts?",
    "🙂👍🏽 emoji only 🎉",
    "Ümlaute, accénts, 日本語 and العربية",
    "word " * 1000,
    "A different long text about sessions, trust and honest feedback. " * 90,
    "UPPER lower MiXeD",
    "tabs\tand\nlines\r\n",
    "a" * 3000,
    "1:1 — 50 % of £3.50 (e.g.)",
    "[CLS] [SEP] ##ing [MASK]",
]
REFERENCE = """
from assistant.models.minilm_export import open_reference
model = open_reference(ARG["adapted"])
assert any("lora" in name for name, _ in model.named_modules()) is ARG["adapted"]
print(json.dumps(model.encode(ARG["texts"], normalize_embeddings=True).tolist()))
"""


@pytest.fixture(scope="module")
def encoder() -> MiniLMEncoder:
    return MiniLMEncoder(load_settings().model_dir, 2)


@pytest.mark.parametrize("adapted", [False, True])
def test_vectors_equal_those_of_sentence_transformers(encoder: MiniLMEncoder, *, adapted: bool) -> None:
    # why: evaluation figures and published results for the model hold only if ours is the same model
    reference = np.array(run(REFERENCE, texts=TEXTS, adapted=adapted), dtype=np.float32)
    ours = encoder.encode_questions(TEXTS) if adapted else encoder.encode(TEXTS)
    assert ours.shape == (len(TEXTS), 384) and ours.dtype == np.float32
    assert np.abs(ours - reference).max() <= 1e-5


def test_a_text_has_one_vector_whatever_stands_beside_it(encoder: MiniLMEncoder) -> None:
    # why: padding and batching must not show, and order and progress must be right
    done: list[int] = []
    together = encoder.encode(TEXTS[:6], done.append)
    alone = np.stack([encoder.encode([text])[0] for text in TEXTS[:6]])
    assert np.abs(together - alone).max() <= 1e-5 and sum(done) == 6
    assert np.abs(np.linalg.norm(together, axis=1) - 1).max() <= 1e-5
    chained = MiniLMEmbeddings(load_settings().model_dir, 2)  # LangChain's name for the same
    assert np.allclose(chained.embed_query(TEXTS[2]), alone[2], atol=1e-6)
    assert encoder.encode([]).shape == (0, 384)


def test_threads_share_one_model(encoder: MiniLMEncoder) -> None:
    # why: the web app asks from many threads; a second copy of the model would cost 100 MB
    expected = encoder.encode(TEXTS[:4])
    results: list[bool] = []

    def work() -> None:
        results.append(np.allclose(encoder.encode(TEXTS[:4]), expected, atol=1e-5))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 4


def test_half_a_character_is_no_crash(encoder: MiniLMEncoder) -> None:
    # why: arguments of the command line that are not UTF-8 arrive as lone surrogates
    assert np.isfinite(encoder.encode(["caf\udce9 \ud83d"])).all()


def test_damaged_model_files_are_named(tmp_path: Path) -> None:
    # why: a copy that was cut off must not show a traceback of onnxruntime
    folder = export_folder(tmp_path)
    folder.mkdir()
    (folder / "model.onnx").write_bytes(b"garbage")
    (folder / "tokenizer.json").write_text(json.dumps({}))
    with pytest.raises(ModelMissing, match="delete that folder") as refused:
        MiniLMEncoder(tmp_path).encode(["x"])
    assert str(folder) in one_line(refused.value)


def test_a_half_empty_folder_is_exported_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # why: the folder of a set-up that somebody tidied up would otherwise count as done for ever

    def write(path: Path) -> None:
        path.write_bytes(b"model")

    monkeypatch.setattr(minilm_export, "_write_onnx", write)
    monkeypatch.setattr(minilm_export, "find_weights", lambda: tmp_path)
    (tmp_path / "tokenizer.json").write_text("{}")
    folder = export_folder(tmp_path / "models")
    folder.mkdir(parents=True)
    (folder / "tokenizer.json").write_text("old")
    assert minilm_export.ensure_export(tmp_path / "models") == folder
    assert sorted(path.name for path in folder.iterdir()) == ["model.onnx", "tokenizer.json"]
    assert {path.name for path in (tmp_path / "models").iterdir()} <= {folder.name, f"{folder.name}.lock"}


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    # why: the cache of a service account is often read-only; the message names the setting
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelMissing, match="EYELEVEL_MODEL_DIR") as refused:
        MiniLMEncoder(tmp_path / "file" / "models").encode(["x"])
    one_line(refused.value)


def test_wrong_weights_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # why: the package is someone else's; only its hash makes it the model that it says it is
    monkeypatch.setattr(minilm_export, "WEIGHTS_SHA256", "0" * 64)
    with pytest.raises(ModelMissing, match="wrong hash") as refused:
        minilm_export.ensure_export(tmp_path)
    one_line(refused.value)
    assert [path.suffix for path in tmp_path.iterdir()] in ([], [".lock"])
