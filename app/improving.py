"""A result that stands on the page at once and is bettered meanwhile: what every coaching job has in common.

The first result is made without a chat model; a thread then takes the model's improvements one after the other, each
of them checked where it was made. Lives in one session's state; it must never be put where another session could
reach it. The thread asks the session nothing.
"""

import threading
from collections.abc import Callable, Generator
from contextlib import closing
from typing import Generic, TypeVar

from assistant.errors import EyelevelError
from assistant.events import log

T = TypeVar("T")
BROKE_OFF = "Bettering this with the chat model broke off; what stands here was made without it."


class Improving(Generic[T]):
    """One result and the thread that betters it."""

    def __init__(self, first: T, better: Callable[[], Generator[T | None, None, None]] | None = None) -> None:
        """`better` yields the whole result anew with each improvement, and None while there is nothing new; closing
        its generator cancels the model. Without it the result is finished."""
        self._latest, self._better = first, better
        self._changed = threading.Condition()
        self._stop = threading.Event()
        self._over = better is None
        self.trouble = ""
        """One plain line where the model could not be used to the end; the result stands all the same."""
        if better is not None:
            threading.Thread(target=self._run, name="improving", daemon=True).start()

    @property
    def latest(self) -> T:
        """The best result so far."""
        return self._latest

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self._over

    def stop(self) -> None:
        """Let it be; what stands stays. Takes effect at the generator's next step, a tenth of a second."""
        self._stop.set()

    def wait(self, seen: T, seconds: float) -> T:
        """The latest result as soon as it is another than the one seen, or when it is over, or after this long."""
        with self._changed:
            self._changed.wait_for(lambda: self._latest is not seen or self._over, timeout=seconds)
            return self._latest

    def _run(self) -> None:
        assert self._better is not None
        try:
            with closing(self._better()) as results:
                for result in results:
                    if self._stop.is_set():
                        break
                    if result is not None:
                        self._set(result)
        except EyelevelError as error:
            self.trouble = str(error)
        except Exception as error:  # whatever it is, the page must not wait for ever
            log("improving_failed", error=type(error).__name__)
            self.trouble = BROKE_OFF
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def _set(self, result: T) -> None:
        with self._changed:
            self._latest = result
            self._changed.notify_all()
