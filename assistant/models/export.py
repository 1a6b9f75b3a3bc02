"""Exported models on disk: a folder with `model.onnx` and the words it reads that appears whole or not at all.

`minilm_export` and `note_encoder` say what goes in; nothing here knows a model.
"""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from assistant.errors import ModelMissing

TABLES = "tables.bin"
LARGE = 10_000_000
"""Bytes from which a tensor is a table of words' vectors; matrices are smaller."""
WORDS = ("tokenizer.json", "tokenizer.model")
"""A model's words, as the library `tokenizers` keeps them or as `sentencepiece` does."""


def is_whole(folder: Path) -> bool:
    """Whether an export is there with both its files."""
    return (folder / "model.onnx").is_file() and any((folder / name).is_file() for name in WORDS)


def set_tables_apart(path: Path) -> None:
    """Move the tables of a model into a file beside it, which onnxruntime maps: only the rows in use take memory.

    The model computes what it did before.
    """
    import onnx
    from onnx.external_data_helper import convert_model_to_external_data

    model = onnx.load(path)
    convert_model_to_external_data(model, location=TABLES, size_threshold=LARGE)
    onnx.save(model, path)


def ensure_folder(target: Path, make: Callable[[Path], None], *, what: str, remedy: str) -> Path:
    """`target`, made now if it is not there: `make` fills a scratch folder, which then takes its place.

    Two processes may call this at once: one makes, the other waits. Raises `ModelMissing` with `what` and `remedy`
    where the disk refuses.
    """
    if is_whole(target):
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        from filelock import FileLock

        with FileLock(target.parent / f"{target.name}.lock"):
            if not is_whole(target):
                _make(target, make)
    except OSError as error:
        raise ModelMissing(
            f"{what} cannot be written to {str(target.parent)!r} ({error.strerror or error}); {remedy}"
        ) from None
    return target


def _make(target: Path, make: Callable[[Path], None]) -> None:
    scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        make(scratch)
        shutil.rmtree(target, ignore_errors=True)  # what somebody left of it
        scratch.replace(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
