"""The process that reads documents for an ingest: `load_documents` behind two pipes, within limits.

Started by `parser_child`. It sets its own limits before each document, sends what it reads at once, and holds
one document at a time. It imports no model, no index and no framework.
"""

import os
import resource
import signal
from collections.abc import Iterator
from pathlib import Path

from assistant.errors import LoadError
from assistant.guide.passage import Document
from ingest.frames import FrameReader, Reply, Request, write_frame
from ingest.limits import MIB
from ingest.load import load_documents


def serve(requests: int, replies: int) -> None:
    """The worker: answers requests from one pipe on another until it ends, or until memory stays with it."""
    reader = FrameReader(requests)
    baseline = _address_space()
    while (frame := reader.read()) is not None:
        request = Request.model_validate_json(frame)
        if baseline:
            _limit(resource.RLIMIT_AS, baseline + request.limits.memory_mib * MIB)
        spent = _answer(request, replies)
        kept = _address_space() - baseline
        spent = spent or kept * 4 > request.limits.memory_mib * MIB
        write_frame(replies, Reply(done=True, spent=spent).model_dump_json().encode())
        if spent:
            return


def _answer(request: Request, replies: int) -> bool:
    """Sends what is read of one file; whether the process is unfit for another."""
    documents = load_documents(request.file, request.limits)
    try:
        while found := _within_time(documents, request.limits.seconds):
            reply = Reply(error=str(found)) if isinstance(found, LoadError) else Reply(document=found)
            write_frame(replies, reply.model_dump_json().encode())
    except MemoryError:
        error = f"{request.file.source!r} needs more than {request.limits.memory_mib} MiB to read; split it."
        write_frame(replies, Reply(error=error).model_dump_json().encode())
        return True
    return False


def _within_time(documents: Iterator[Document | LoadError], seconds: int) -> Document | LoadError | None:
    """The next document; the process is killed by a signal where it takes too long, in Python or in C."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime)
    _limit(resource.RLIMIT_CPU, used + seconds + 1)
    signal.alarm(seconds)
    try:
        return next(documents, None)
    finally:
        signal.alarm(0)


def _limit(kind: int, soft: int) -> None:
    """Sets a soft limit within the hard one that stands."""
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _address_space() -> int:
    """Bytes of this process's address space; 0 where the system does not tell."""
    try:
        pages = Path("/proc/self/statm").read_text().split()[0]
    except OSError:
        return 0
    return int(pages) * resource.getpagesize()


def main() -> None:
    """Keeps the pipes to itself, so that nothing a parser prints or reads can disturb them."""
    _limit(resource.RLIMIT_CORE, 0)
    requests, replies = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    serve(requests, replies)
