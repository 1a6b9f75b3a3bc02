"""What the chat model adds to a command's result: in time, or not at all."""

import sys
import time
from collections.abc import Callable, Generator
from contextlib import closing
from typing import TYPE_CHECKING, TypeVar

from assistant.errors import EyelevelError
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.models.service import ChatService
    from assistant.privacy.sending import Sending

T = TypeVar("T")


def better_in_time(
    settings: Settings,
    made: T,
    better: "Callable[[T, ChatService, Sending | None], Generator[T | None, None, None]]",
    until: float,
) -> T:
    """The result with what the model bettered by `until`, a time of `time.monotonic`.

    A model that is missing or fails costs a line on standard error and nothing else.
    """
    from app.sending import personal_sending
    from assistant.models.service import ChatService

    chat = ChatService(settings)
    chat.start()
    state = chat.wait(max(0.0, until - time.monotonic()))
    if state.status != "ready":
        sys.stderr.write(f"{state.message} This was made without it.\n")
        return made
    try:
        with closing(better(made, chat, personal_sending(settings))) as results:
            for result in results:
                made = made if result is None else result
                if time.monotonic() > until:
                    break
    except EyelevelError as error:
        sys.stderr.write(f"{error}\n")
    return made
