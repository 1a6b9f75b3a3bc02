"""The embedding model for thousands of texts at once: by torch in bfloat16, where the processor multiplies that.

Processors with AMX or AVX-512 BF16 do so several times faster than in float32, so that embedding a guide takes a third
of the time; onnxruntime has no such path. Elsewhere, and for few texts, `models.encoder` does it. The vectors are those
of the reference up to rounding, which is checked on real texts before any is given out. Only ingestion uses this: it
pays torch's import once.
"""

import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.events import log
from assistant.models.encoder import DIMENSION, MAX_TOKENS, MiniLMEncoder, Vectors
from assistant.models.minilm_export import adapt, ensure_export, find_weights

MANY = 400
"""Texts from which torch is worth its import: about six seconds of onnxruntime's work."""
SOME = 32
"""The same once torch is there."""
BATCH, STEP = 32, 16
"""Texts read together, of like length, filled up to a multiple of so many word pieces, because the processor's code is
made anew for each length: 230 a second, 200 without filling up; onnxruntime reads 70."""
CHECKED = 8
"""Texts that are read both ways before the quick one is used."""
PADDING = 0
"""No piece of a text has this id."""
ALIKE = 0.9995
"""Cosine similarity that both ways must reach. On 600 passages it was 0.99990 at least, 0.99994 on average."""


def has_bfloat16() -> bool:
    """Whether this processor multiplies bfloat16 itself. Imports torch."""
    import torch

    found = torch.cpu.get_capabilities()
    return bool(found.get("amx_bf16") or found.get("avx512_bf16"))


class BulkEncoder(MiniLMEncoder):
    """As `MiniLMEncoder`, for ingestion."""

    _quick: "dict[bool, _Bfloat16 | None]"

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """(n, 384) float32 unit vectors of any texts. Raises `ModelMissing` where the model cannot be had."""
        quick = self._quick_for(texts, adapted=False)
        return quick.encode(texts, progress) if quick else super().encode(texts, progress)

    def encode_questions(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """(n, 384) float32 unit vectors made with the guide's adapter."""
        quick = self._quick_for(texts, adapted=True)
        return quick.encode(texts, progress) if quick else super().encode_questions(texts, progress)

    def _quick_for(self, texts: Sequence[str], *, adapted: bool) -> "_Bfloat16 | None":
        """The quick way, where it is worth it and right."""
        known = self.__dict__.setdefault("_quick", {})
        if len(texts) < (SOME if adapted in known else MANY):
            return None
        if adapted not in known:
            known[adapted] = self._checked(texts[:: len(texts) // CHECKED][:CHECKED], adapted)
        found: _Bfloat16 | None = known[adapted]
        return found

    def _checked(self, texts: Sequence[str], adapted: bool) -> "_Bfloat16 | None":
        if not has_bfloat16():
            return None
        quick = _Bfloat16(self._threads, adapted, ensure_export(self._model_dir) / "tokenizer.json")
        slow = self._loaded().encode(texts, adapted)
        least = float((quick.encode(texts, None) * slow).sum(axis=1).min())
        if least < ALIKE:
            log("embedding.bulk_differs", cosine=round(least, 5))
            return None
        return quick


class _Bfloat16:
    """The reference's transformer, read in batches of like length."""

    def __init__(self, threads: int, adapted: bool, tokenizer: Path) -> None:
        import torch
        from tokenizers import Tokenizer
        from transformers import BertModel
        from transformers.utils import logging

        torch.set_num_threads(threads)
        logging.disable_progress_bar()  # type: ignore[no-untyped-call, unused-ignore]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # transformers' own, about transformers
            network = BertModel.from_pretrained(str(find_weights()))
            self._network: Any = (adapt(network).merge_and_unload() if adapted else network).eval().bfloat16()
        self._tokenizer: Any = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None) -> Vectors:
        """(n, 384) unit vectors, in the order of `texts`; the mean over the tokens is taken in float32."""
        import torch

        whole = [text.encode("utf-8", "replace").decode() for text in texts]  # half of a surrogate pair is no text
        tokens = [read.ids for read in self._tokenizer.encode_batch(whole)]
        order = sorted(range(len(whole)), key=lambda row: len(tokens[row]))
        vectors = np.zeros((len(whole), DIMENSION), dtype=np.float32)
        with torch.inference_mode():
            for start in range(0, len(order), BATCH):
                rows = order[start : start + BATCH]
                longest = max(len(tokens[row]) for row in rows)
                ids = torch.zeros((len(rows), -(-longest // STEP) * STEP), dtype=torch.long)
                for place, row in enumerate(rows):
                    ids[place, : len(tokens[row])] = torch.tensor(tokens[row])
                there = (ids != PADDING).long()
                states = self._network(input_ids=ids, attention_mask=there).last_hidden_state.float()
                mask = there[..., None].float()
                mean = (states * mask).sum(1) / mask.sum(1)
                vectors[rows] = torch.nn.functional.normalize(mean, dim=1).numpy()
                if progress:
                    progress(len(rows))
        return vectors
