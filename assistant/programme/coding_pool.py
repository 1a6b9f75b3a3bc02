"""Two processes that read notes quickly, so that a hundred thousand are coded in minutes.

Started at the first note and ended with the block that opened them. Each holds its own models, some 400 MB; texts go
to them through a pipe and are kept nowhere. What they do is `ThemeCoder.read_quickly`.
"""

import multiprocessing
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from assistant.programme.coding import ThemeCoder, Waiting

PROCESSES: Final = 2
AT_ONCE: Final = 25
"""Notes that go to a process in one go."""

_coder: list["ThemeCoder"] = []
"""This process's own, where it is one of the two."""


class QuickPool:
    """Hands notes to the processes and returns their codes in order."""

    def __init__(self, make: Callable[[], "ThemeCoder"]) -> None:
        """`make`: a function of a module, which each process calls for a coder of its own."""
        self._make = make
        self._started: ProcessPoolExecutor | None = None

    def __enter__(self) -> "QuickPool":
        return self

    def __exit__(self, *_: object) -> None:
        if self._started is not None:
            self._started.shutdown(cancel_futures=True)

    def code(self, notes: Sequence["Waiting"]) -> list[tuple[str, ...] | None]:
        """For each note its codes, or `None` where it must not count."""
        return list(self._processes().map(_code, notes, chunksize=AT_ONCE))

    def _processes(self) -> ProcessPoolExecutor:
        if self._started is None:
            # A fresh interpreter each: a fork would copy threads and locks of models that are in use.
            context = multiprocessing.get_context("spawn")
            self._started = ProcessPoolExecutor(PROCESSES, context, initializer=_begin, initargs=(self._make,))
        return self._started


def _begin(make: Callable[[], "ThemeCoder"]) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.environ["EYELEVEL_THREADS"] = "1"  # two processes with one thread each, not four threads on two cores
    _coder.append(make())


def _end_with_parent() -> None:
    """End when whoever began this process is gone, in whatever way: nothing would end it any more."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _code(note: "Waiting") -> tuple[str, ...] | None:
    return _coder[0].read_quickly(note)
