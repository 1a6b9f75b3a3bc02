"""Opens an exported encoder for reading on the processor; every encoder that runs without torch comes through here."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


def open_session(folder: Path, threads: int, *, disabled: tuple[str, ...] = ()) -> "InferenceSession":
    """The model of a folder, with this many threads and without these optimisers of onnxruntime.

    Without an arena: texts differ in length, and an arena would keep the memory of the longest for ever. Raises what
    onnxruntime raises on a missing or damaged file.
    """
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    providers = ["CPUExecutionProvider"]
    return ort.InferenceSession(
        str(folder / "model.onnx"), options, providers=providers, disabled_optimizers=list(disabled)
    )
