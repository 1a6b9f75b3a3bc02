"""Whether the process that was answering a turn still lives, so that a crash never leaves a turn open for ever.

Nothing is written: an open turn whose writer is gone is *shown* as failed. So no process can spoil the turn
of another by a wrong guess, and a late answer is still kept.
"""

import os
import socket
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import psutil

LONGEST_ANSWER = timedelta(minutes=10)
"""An open turn older than this counts as broken off, wherever its writer runs; an answer takes seconds."""
_SAME_START_SECONDS = 2.0
"""Two start times this close are one process; the system reports them in hundredths, moved by clock corrections."""


def current_writer() -> str:
    """`host/process/start` of this process; the start tells it from a later one with the same number."""
    return _writer(os.getpid())


@lru_cache(maxsize=4)
def _writer(process: int) -> str:
    return f"{socket.gethostname()[:200]}/{process}/{psutil.Process(process).create_time():.2f}"


def is_broken_off(writer: str, created_at: datetime) -> bool:
    """Whether an open turn will not be finished: too old, or its writer on this host is gone."""
    if datetime.now(UTC) - created_at > LONGEST_ANSWER:
        return True
    host, process, started = writer.rsplit("/", 2)
    if host != socket.gethostname()[:200]:
        return False
    return not _lives(int(process), float(started))


def _lives(process: int, started: float) -> bool:
    try:
        found = psutil.Process(process)
        same = abs(found.create_time() - started) < _SAME_START_SECONDS
        return same and bool(found.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True
