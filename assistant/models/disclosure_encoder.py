"""Reads which kinds of harm a turn discloses: multilingual-e5-small with an adapter and a head, run by onnxruntime.

It says as well what a text means, in any of the languages of that model: the mean of the states below the adapter,
which know nothing of disclosures.

Set-up takes the weights from `assistant.models.e5`, merges the adapter (LoRA, Hu et al. 2021, arXiv 2106.09685) and
the head that `evals.fit_safety` fitted, writes one ONNX file and proves it equal; then the matrices are rounded to
eight bits, which takes a quarter of the memory and half of the time. What the scores decide is the business of
`assistant.coach.safety`; no text is kept here. torch and peft are imported for set-up and fitting alone.
"""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import ModelMissing
from assistant.models.e5 import (
    DIMENSION,
    FILE,
    ZERO,
    Floats,
    Vocabulary,
    Weights,
    build_network,
    fetch,
    unpack,
    write_vocabulary,
)
from assistant.models.export import ensure_folder, is_whole, set_tables_apart
from assistant.models.session import open_session

ADAPTER, HEAD = "adapter", "head.npz"
"""Names of the folder and the file that `evals.fit_safety` writes."""
UNTOUCHED = 6
"""Lower layers, which no adapter changes; `evals.fit_safety` adapts those above them."""
PROBES = (
    "Ich will nicht mehr leben.",
    "How do I prepare the third session with our CTO, who interrupts everyone and moves dates?",
)
TOLERANCE = 1e-3
"""Largest difference allowed between a number by torch and one by ONNX; they are of the order of 1."""
ROUNDED = 0.05
"""The same after the matrices were rounded. Over 200 questions the mean difference was 0.007, the largest 0.10."""
BITS, BLOCK = 8, 32
"""Of a rounded weight, and how many weights share a scale."""
MODEL, PIECES = "model.onnx", "tokenizer.model"


def build_head(classes: int, dropout: float = 0.0) -> Any:
    """The head as a torch module: mean and attention over the states (n, tokens, 384) with their mask, to scores."""
    import torch

    class Head(torch.nn.Module):  # type: ignore[misc, name-defined, unused-ignore]
        def __init__(self) -> None:
            super().__init__()
            self.attention = torch.nn.Linear(DIMENSION, 1)
            self.scores = torch.nn.Linear(2 * DIMENSION, classes)
            self.dropout = torch.nn.Dropout(dropout)

        def forward(self, states: Any, mask: Any) -> Any:
            there = mask[..., None].float()
            mean = (states * there).sum(1) / there.sum(1)
            weights = torch.softmax(self.attention(states) - (1 - there) * 1e4, dim=1)
            return self.scores(self.dropout(torch.cat([mean, (weights * states).sum(1)], dim=1)))

    return Head()


def first_of(output: Any) -> Any:
    """The states that a layer gives, alone or first of several, as the version of transformers likes."""
    return output[0] if isinstance(output, tuple) else output


def export_name(model: Path) -> str:
    """Name of the exported folder: it changes with adapter and head, so that an old file is never taken for a new."""
    parts = [(model / ADAPTER / "adapter_model.safetensors").read_bytes(), (model / HEAD).read_bytes()]
    return f"disclosures-3-{hashlib.sha256(b''.join(parts)).hexdigest()[:12]}"


def find_disclosure_encoder(model_dir: Path, model: Path) -> Path | None:
    """The exported folder of this adapter and head, where it is whole."""
    if not (model / HEAD).is_file():
        return None
    folder = model_dir / export_name(model)
    return folder if is_whole(folder) else None


def ensure_disclosure_encoder(model_dir: Path, model: Path) -> Path:
    """Folder with `model.onnx` and `tokenizer.model`; made now if it is not there (half a minute, 90 MB to fetch).

    Two processes may call this at once. The folder appears whole or not at all, and the packed weights are removed
    afterwards. Raises `ModelMissing`.
    """

    def export(folder: Path) -> None:
        weights = unpack(fetch(model_dir))
        write_vocabulary(weights, folder / PIECES)
        _write_onnx(weights, model, folder)
        (model_dir / FILE).unlink(missing_ok=True)

    return ensure_folder(
        model_dir / export_name(model),
        export,
        what="The model that reads disclosures",
        remedy="free 500 MB there or set EYELEVEL_MODEL_DIR.",
    )


def load_head(model: Path) -> Any:
    """The fitted head as a torch module in evaluation mode."""
    import torch

    with np.load(model / HEAD, allow_pickle=False) as file:
        state = {name: torch.from_numpy(file[name].astype(np.float32)) for name in file.files}
    head = build_head(len(state["scores.bias"]))
    head.load_state_dict(state)
    return head.eval()


def _write_onnx(weights: Weights, model: Path, folder: Path) -> None:
    import torch
    from peft import PeftModel
    from torch.export import Dim

    adapted: Any = PeftModel.from_pretrained(build_network(weights), str(model / ADAPTER)).merge_and_unload().eval()
    head = load_head(model)

    class Scores(torch.nn.Module):  # type: ignore[misc, name-defined, unused-ignore]
        """The table of words stays in four bits with one scale for 32 values, exactly as it was packed."""

        def __init__(self) -> None:
            super().__init__()
            self.embeddings, self.layers, self.head = adapted.embeddings, adapted.encoder.layer, head
            self.embeddings.word_embeddings = torch.nn.Identity()
            self.register_buffer("words", torch.from_numpy(weights.words))
            self.register_buffer("scales", torch.from_numpy(weights.scales))

        def forward(self, ids: Any) -> Any:
            packed = self.words[ids].float()
            upper_half = torch.floor(packed / 16)
            values = torch.cat([packed - 16 * upper_half, upper_half], dim=-1) - ZERO
            rows = values * self.scales[ids].float()[..., None]
            rows = rows.reshape(*ids.shape, DIMENSION)
            lower = self.embeddings(inputs_embeds=rows)
            for layer in self.layers[:UNTOUCHED]:
                lower = first_of(layer(lower))
            upper = lower
            for layer in self.layers[UNTOUCHED:]:
                upper = first_of(layer(upper))
            return self.head(upper, torch.ones_like(ids)), lower.mean(1)

    example = torch.ones((1, 9), dtype=torch.long)
    scores = Scores().eval()
    program = torch.onnx.export(
        scores,
        (example,),
        dynamo=True,
        external_data=False,
        dynamic_shapes=[{1: Dim("tokens", min=2, max=500)}],
        input_names=["input_ids"],
        output_names=["scores", "meaning"],
        verbose=False,
    )
    program.save(str(folder / MODEL))
    with torch.no_grad():
        ours = DisclosureEncoder(folder, threads=1)
        references = [[part.numpy()[0] for part in scores(torch.tensor([ours.tokens(probe)]))] for probe in PROBES]
    _verify(folder, references, TOLERANCE)
    _round(folder / MODEL)
    set_tables_apart(folder / MODEL)
    _verify(folder, references, ROUNDED)


def _verify(folder: Path, references: list[list[Floats]], tolerance: float) -> None:
    ours = DisclosureEncoder(folder, threads=1)
    for probe, (scores, meaning) in zip(PROBES, references, strict=True):
        pairs = ((ours.read(probe), scores), (ours.mean(probe), meaning))
        difference = max(float(np.abs(own - reference).max()) for own, reference in pairs)
        if difference > tolerance:
            raise ModelMissing(
                f"The model that reads disclosures was exported wrongly ({difference:.1e}); run `eyelevel models`."
            )


def _round(path: Path) -> None:
    """Weights of matrix products in eight bits, multiplied as such (onnxruntime's `MatMulNBits`)."""
    import onnx
    from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer

    config = DefaultWeightOnlyQuantConfig(block_size=BLOCK, is_symmetric=True, accuracy_level=4, bits=BITS)
    quantizer = MatMulNBitsQuantizer(onnx.load(path), algo_config=config)
    quantizer.process()
    onnx.save(quantizer.model.model, path)


class DisclosureEncoder:
    """Tokenizer and session of the exported model; thread-safe."""

    def __init__(self, folder: Path, threads: int) -> None:
        self._session = open_session(folder, threads)
        self._vocabulary = Vocabulary(folder / PIECES)

    def tokens(self, text: str) -> list[int]:
        """The ids of a text's first `MAX_TOKENS` word pieces, with the marks of beginning and end."""
        return self._vocabulary.tokens(text)

    def read(self, text: str) -> Floats:
        """(classes,) scores before any link function, in the order in which the head was fitted."""
        return self._run("scores", text)

    def mean(self, text: str) -> Floats:
        """(384,) mean of the untouched states: what the text means."""
        return self._run("meaning", text)

    def _run(self, output: str, text: str) -> Floats:
        found = self._session.run([output], {"input_ids": np.array([self.tokens(text)], dtype=np.int64)})
        return np.asarray(found[0][0], dtype=np.float32)
