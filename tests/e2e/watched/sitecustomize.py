"""Python imports this at its start where this folder is on PYTHONPATH: notes every address that a process asks for.

One line in the file WATCHED_CONNECTS for each connection or look-up of a name, from Python's own audit events.
"""

import os
import sys
from typing import Any

KINDS = ("socket.connect", "socket.getaddrinfo")


def note(event: str, arguments: tuple[Any, ...]) -> None:
    if event in KINDS:
        target = arguments[1] if event == "socket.connect" else arguments[0]
        host = target[0] if isinstance(target, tuple) else target
        with open(os.environ["WATCHED_CONNECTS"], "a", encoding="utf-8") as file:  # noqa: PTH123
            file.write(f"{host}\n")


sys.addaudithook(note)
