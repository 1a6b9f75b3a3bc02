"""all-MiniLM-L6-v2, run by onnxruntime.

The place where texts become vectors, for ingestion and for questions alike. It imports neither torch nor LangChain:
a cold `eyelevel search` would pay about ten seconds for the one and a quarter of a second for the other.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelMissing
from assistant.models.minilm_export import EXPORT_NAME, ensure_export
from assistant.models.session import open_session

Vectors = NDArray[np.float32]

MAX_TOKENS = 256
"""Word pieces that the model reads; the rest of a text is cut off (sentence_bert_config.json)."""
DIMENSION = 384


class OnnxEncoder:
    """Tokenizer and session of one exported model; thread-safe.

    Each run reads one text on one processor thread, and `threads` runs go side by side: faster than one run on all
    threads (short texts leave little to share), and than batches (60 texts of a hundred words a second against 53 in
    batches of four: nothing is padded, and what is being worked on stays in the processor's cache).
    """

    def __init__(self, folder: Path, threads: int) -> None:
        from tokenizers import Tokenizer

        # the kernel of the disabled fusion takes a tenth longer than the two that it fuses
        self._session = open_session(folder, 1, disabled=("SkipLayerNormFusion",))
        self._threads = threads
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()

    def encode(
        self, texts: Sequence[str], adapted: bool = False, progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """(n, 384) unit vectors, in the order of `texts`; `progress` is told how many more are done."""
        if len(texts) == 1:  # beside a busy chat model, handing it to a thread costs more than reading it
            vector = self._run(texts[0], adapted)
            if progress:
                progress(1)
            return vector[np.newaxis]
        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        with ThreadPoolExecutor(self._threads) as pool:
            for row, vector in enumerate(pool.map(lambda text: self._run(text, adapted), texts)):
                vectors[row] = vector
                if progress:
                    progress(1)
        return vectors

    def is_word(self, word: str) -> bool:
        """Whether the vocabulary has this lower-case word whole: about 25,000 common English words."""
        return self._tokenizer.token_to_id(word) is not None

    def _run(self, text: str, adapted: bool) -> Vectors:
        whole = text.encode("utf-8", "replace").decode()  # half of a surrogate pair is no text
        ids = np.array([self._tokenizer.encode(whole).ids], dtype=np.int64)
        inputs = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
            "adapter": np.array(adapted, dtype=np.float32),
        }
        mean = self._session.run(None, inputs)[0][0].mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)


class MiniLMEncoder:
    """The product's embeddings; the model is read at the first call and kept."""

    name = EXPORT_NAME
    """Goes into the index's manifest: an index built with another name is refused."""

    def __init__(self, model_dir: Path, threads: int = 2) -> None:
        self._model_dir = model_dir
        self._threads = threads
        self._encoder: OnnxEncoder | None = None
        self._lock = threading.Lock()

    @property
    def loaded(self) -> bool:
        """Whether the model is in memory."""
        return self._encoder is not None

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """(n, 384) float32 unit vectors of any texts. Raises `ModelMissing` where the model cannot be had."""
        return self._loaded().encode(texts, False, progress)

    def encode_questions(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """(n, 384) float32 unit vectors that bring together questions which one article answers.

        Made with the guide's adapter; comparable only with each other.
        """
        return self._loaded().encode(texts, True, progress)

    def is_word(self, word: str) -> bool:
        """Whether the model's vocabulary has this lower-case word whole."""
        return self._loaded().is_word(word)

    def _loaded(self) -> OnnxEncoder:
        with self._lock:
            if self._encoder is None:
                self._encoder = _open(ensure_export(self._model_dir), self._threads)
            return self._encoder


def _open(folder: Path, threads: int) -> OnnxEncoder:
    try:
        return OnnxEncoder(folder, threads)
    except Exception as error:  # onnxruntime and tokenizers raise what they like on a damaged file
        raise ModelMissing(
            f"The embedding model in {str(folder)!r} cannot be used ({type(error).__name__}); delete that folder "
            "and run the command again."
        ) from None
