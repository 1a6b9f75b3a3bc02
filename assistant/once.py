"""What takes long to load is loaded once, also where many people come at the same moment."""

import threading
from collections.abc import Callable
from functools import cache, wraps
from typing import TypeVar

T = TypeVar("T")


def once(build: Callable[[], T]) -> Callable[[], T]:
    """The first call's result for every later one; whoever comes meanwhile waits for it.

    `functools.cache` lets each thread that comes early build one of its own: fifty at a cold start, fifty at a time.
    """
    built, lock = cache(build), threading.Lock()

    @wraps(build)
    def get() -> T:
        with lock:
            return built()

    return get
