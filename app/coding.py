"""The coder of themes, put together: codes from the programme's side, disclosures from the coach's.

The one place where both meet, because neither may import the other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.programme.coding import ThemeCoder
    from assistant.programme.coding_pool import QuickPool
    from assistant.settings import Settings


def open_coder(settings: "Settings", pool: "QuickPool | None" = None) -> "ThemeCoder":
    """A coder with this process's reader of disclosures; models are loaded at the first note.

    Raises `KnowledgeError` where the codebook cannot be read.
    """
    from assistant.coach.disclosure import shared_reader
    from assistant.coach.screening import discloses, discloses_quickly
    from assistant.programme.coding import ThemeCoder
    from assistant.programme.theme_reader import ThemeReader

    reader = ThemeReader(settings.model_dir, settings.threads, shared_reader().mean)
    return ThemeCoder(settings, reader, discloses, discloses_quickly=discloses_quickly, pool=pool)


@contextmanager
def open_many(settings: "Settings") -> "Iterator[ThemeCoder]":
    """A coder that reads thousands of notes in two processes, which end with the block. Raises `KnowledgeError`."""
    from assistant.programme.coding_pool import QuickPool

    with QuickPool(_own_coder) as pool:
        yield open_coder(settings, pool)


def _own_coder() -> "ThemeCoder":
    """A coder for another process, which reads its settings anew."""
    from assistant.settings import load_settings

    return open_coder(load_settings())
