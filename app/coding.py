"""The coder of themes, put together: codes from the programme's side, disclosures from the coach's.

The one place where both meet, because neither may import the other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.programme.coding import ThemeCoder
    from assistant.settings import Settings


def open_coder(settings: "Settings") -> "ThemeCoder":
    """A coder with this process's reader of disclosures; models are loaded at the first note.

    Raises `KnowledgeError` where the codebook cannot be read.
    """
    from assistant.coach.screening import discloses, discloses_quickly
    from assistant.programme.coding import ThemeCoder

    return ThemeCoder(settings, discloses, discloses_quickly=discloses_quickly)


@contextmanager
def open_many(settings: "Settings") -> "Iterator[ThemeCoder]":
    """A coder that reads thousands of notes in two processes, which end with the block. Raises `KnowledgeError`."""
    from assistant.coach.screening import discloses, discloses_quickly
    from assistant.programme.coding import ThemeCoder
    from assistant.programme.coding_pool import QuickPool

    with QuickPool(_own_coder) as pool:
        yield ThemeCoder(settings, discloses, discloses_quickly=discloses_quickly, pool=pool)


def _own_coder() -> "ThemeCoder":
    """A coder for another process, which reads its settings anew."""
    from assistant.coach.screening import discloses, discloses_quickly
    from assistant.programme.coding import ThemeCoder
    from assistant.settings import load_settings

    return ThemeCoder(load_settings(), discloses, discloses_quickly=discloses_quickly)
