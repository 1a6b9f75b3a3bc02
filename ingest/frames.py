"""The wire between an ingest and its worker: JSON texts, each behind its length, over two pipes.

No pickle and no line protocol: what a parser prints, or what a document holds, cannot be taken for a message,
and reading a message runs nothing.
"""

import os
import select
import struct
import time

from pydantic import BaseModel, ConfigDict

from assistant.guide.passage import Document
from ingest.limits import ParserLimits
from ingest.load import SourceFile

_HEAD = struct.Struct(">I")
MAX_FRAME = 1 << 28
"""Longest message, in bytes; far above the text of the largest file that is read."""


class FrameError(Exception):
    """The other end sent something that is no message."""


class FrameTimeout(Exception):
    """No whole message came in time."""


class Request(BaseModel):
    """Asks the worker to read one file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: SourceFile
    limits: ParserLimits


class Reply(BaseModel):
    """One message of the worker: a document or an error, or the end of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: Document | None = None
    error: str = ""
    done: bool = False
    spent: bool = False
    """With `done`: the worker ends now, because memory stayed with it."""


def write_frame(pipe: int, payload: bytes) -> None:
    """Writes one message; blocks while the other end does not read."""
    data = memoryview(_HEAD.pack(len(payload)) + payload)
    while data:
        data = data[os.write(pipe, data) :]


class FrameReader:
    """Reads messages from a pipe, with a limit of time for each."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe
        self._held = bytearray()

    def read(self, seconds: float | None = None) -> bytes | None:
        """The next message, or None where the pipe ended; waits at most `seconds` for the whole of it.

        Raises FrameTimeout, or FrameError for a message that is cut off or too long.
        """
        until = None if seconds is None else time.monotonic() + seconds
        head = self._take(_HEAD.size, until)
        if head is None:
            return None
        length = int(_HEAD.unpack(head)[0])
        if length > MAX_FRAME:
            raise FrameError("too long")
        payload = self._take(length, until)
        if payload is None:
            raise FrameError("cut off")
        return payload

    def _take(self, count: int, until: float | None) -> bytes | None:
        while len(self._held) < count:
            if until is not None:
                self._wait(until)
            chunk = os.read(self._pipe, 1 << 20)
            if not chunk:
                return None
            self._held += chunk
        taken = bytes(self._held[:count])
        del self._held[:count]
        return taken

    def _wait(self, until: float) -> None:
        ready, _, _ = select.select([self._pipe], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            raise FrameTimeout
