"""The real app in a process of its own, for tests that drive a browser."""

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from command import EYELEVEL


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serve(port: int, environment: dict[str, str], folder: Path | None = None) -> Iterator[int]:
    """The app on this port, from its first answer on: the number of its process. `folder` is where it runs."""
    server = subprocess.Popen([EYELEVEL, "serve", "--port", str(port)], env=os.environ | environment, cwd=folder)
    try:
        await_answer(f"http://127.0.0.1:{port}/_stcore/health")
        yield server.pid
    finally:
        server.terminate()
        server.wait(20)


def await_answer(url: str) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(url, timeout=2)
            return
        except OSError:
            assert time.monotonic() < until, f"{url} does not answer"
            time.sleep(0.2)
