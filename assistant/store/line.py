"""A line of threads: one at a time, in the order in which they came.

A lock of Python lets whoever asks at the right moment go first, so that of fifty threads some wait for ever.
"""

import threading
from collections import deque


class Line:
    """One thread is let in at a time; the others stand in line."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Event] = deque()

    def enter(self, seconds: float) -> bool:
        """Wait for one's turn, at most this long. False where it did not come; else `leave` must follow."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            turn = threading.Event()
            self._waiting.append(turn)
        if turn.wait(seconds):
            return True
        with self._guard:
            if turn.is_set():  # it came just now
                return True
            self._waiting.remove(turn)
        return False

    def leave(self) -> None:
        """Let the next one in."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False
