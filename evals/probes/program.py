"""What the probes share: reading requests, timing, memory, and printing the one JSON object."""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, ParamSpec, TypeVar

import psutil

Value = TypeVar("Value")
Given = ParamSpec("Given")


def read_json(path: str) -> Any:
    """A JSON file that the benchmark wrote."""
    return json.loads(Path(path).read_text(encoding="utf-8"))


def timed(work: Callable[Given, Value], *args: Given.args, **options: Given.kwargs) -> tuple[float, Value]:
    """Seconds and result of one call."""
    began = time.perf_counter()
    value = work(*args, **options)
    return time.perf_counter() - began, value


def resident_megabytes() -> float:
    """Memory of this process that is in RAM now, mapped files included."""
    return float(psutil.Process().memory_info().rss) / 1e6


def finish(result: dict[str, Any]) -> NoReturn:
    """Print and end at once: how long a library takes to be torn down is not measured."""
    sys.stdout.write(json.dumps(result) + "\n")
    sys.stdout.flush()
    os._exit(0)
