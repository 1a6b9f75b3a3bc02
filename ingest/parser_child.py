"""Reads documents in a child process, so that a hostile file costs itself and nothing else.

An ingest stands at one end (`ParserChild`), `worker` at the other (`python -m ingest.parser_child`). One worker
reads many files; it is replaced after a crash, a time-out, a limit, or when memory stays with it. The worker
loads no model and no index, writes nothing and fetches nothing.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import LoadError
from assistant.guide.passage import Document
from ingest.frames import FrameError, FrameReader, FrameTimeout, Reply, Request, write_frame
from ingest.limits import ParserLimits
from ingest.load import SourceFile, verify_source
from ingest.names import Names

WORKER = (sys.executable, "-P", "-m", "ingest.parser_child")
"""Command line of the worker; `-P` keeps the current folder from providing modules."""
_PACKAGES = Path(__file__).parents[1]
_GRACE = 2.0
"""Seconds that the parent waits beyond the worker's own limit, so that the worker's answer comes first."""


class Failure(BaseModel):
    """A document that could not be read, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    error: str
    """One plain line: what, which, and how to fix it."""


class ParserChild:
    """A worker process that reads files one after the other. Use it as a context manager.

    Not for several threads at once. Ids of documents must be unique over everything that one ParserChild
    reads: the second holder of an id is a Failure.
    """

    def __init__(self, *, limits: ParserLimits | None = None, command: Sequence[str] = WORKER) -> None:
        self._limits = limits or ParserLimits()
        self._command = tuple(command)
        self._process: subprocess.Popen[bytes] | None = None
        self._names = Names()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the worker; a later `parse` would start another."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.communicate()

    def parse(self, file: SourceFile) -> Iterator[Document | Failure]:
        """The documents of one file and what could not be read, lazily and in order; never raises.

        Many for jsonl, exactly one for every other format. Only what is waiting in the pipe is held.
        """
        self._names.next_file()
        for found in self._replies(file):
            if isinstance(found, Failure):
                yield found
            else:
                taken = self._names.take(found)
                yield Failure(source=file.source, error=taken) if taken else found

    def _replies(self, file: SourceFile) -> Iterator[Document | Failure]:
        try:
            verify_source(file, self._limits)
        except LoadError as error:
            yield Failure(source=file.source, error=str(error))
            return
        count, whole = 0, False
        try:
            for reply in self._exchange(file):
                if reply.document:
                    count += 1
                    yield reply.document
                elif reply.error:
                    yield Failure(source=file.source, error=reply.error)
            whole = True
        except (FrameTimeout, FrameError, OSError, ValidationError) as error:
            reason = self._why(error) + (f", after {count:,} documents" if count else "")
            yield Failure(source=file.source, error=f"{file.source!r} {reason}; split it or save it again.")
        finally:
            if not whole:
                self.close()

    def _exchange(self, file: SourceFile) -> Iterator[Reply]:
        """Sends one request and yields what comes back until the worker is done with it."""
        process = self._running() or self._start()
        if process.stdin is None or process.stdout is None:
            raise FrameError("no pipes")
        absolute = file.model_copy(update={"path": file.path.absolute()})
        request = Request(file=absolute, limits=self._limits).model_dump_json()
        write_frame(process.stdin.fileno(), request.encode())
        reader = FrameReader(process.stdout.fileno())
        while True:
            frame = reader.read(self._limits.seconds + _GRACE)
            if frame is None:
                raise FrameError("ended")
            reply = Reply.model_validate_json(frame)
            if reply.done:
                break
            yield reply
        if reply.spent:
            self.close()

    def _start(self) -> "subprocess.Popen[bytes]":
        paths = [str(_PACKAGES), os.environ.get("PYTHONPATH", "")]
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        )
        return self._process

    def _running(self) -> "subprocess.Popen[bytes] | None":
        if self._process is not None and self._process.poll() is not None:
            self.close()
        return self._process

    def _why(self, error: Exception) -> str:
        """What stopped the worker, in words; ends it."""
        process = self._process
        if isinstance(error, FrameTimeout) or process is None:
            return f"takes more than {self._limits.seconds} s to read"
        if isinstance(error, ValidationError):
            return "made its reader answer nonsense"
        try:
            ended = process.wait(timeout=_GRACE)
        except subprocess.TimeoutExpired:
            return "made its reader answer nonsense"
        if -ended in (signal.SIGALRM, signal.SIGXCPU):
            return f"takes more than {self._limits.seconds} s to read"
        return f"made its reader stop ({_ending(ended)})"


def _ending(status: int) -> str:
    return signal.Signals(-status).name if -status in set(signal.Signals) else f"status {status}"


if __name__ == "__main__":
    from ingest.worker import main

    main()
