"""Text as a database takes it, ids, and titles of one line. Pure helpers of the stores."""

import re

from assistant.errors import InputError
from assistant.text import shorten

ID = re.compile(r"[0-9a-f]{32}")
"""What every id of the store looks like; anything else is not even looked up."""


def storable(text: str, zero: str = "") -> str:
    """Without what no database takes: a lone surrogate becomes "?", a zero character `zero`."""
    return text.encode("utf-8", "replace").decode().replace("\0", zero)


def one_line(text: str) -> str:
    """Storable, with single spaces for all blank space."""
    return " ".join(storable(text).split())


def checked_title(title: str, longest: int) -> str:
    """One line of at most `longest` characters, cut at a word's end. Raises `InputError` for an empty one."""
    wanted = one_line(title)
    if not wanted:
        raise InputError(f"The title {title[:20]!r} is empty; write at least one character.")
    return wanted if len(wanted) <= longest else shorten(wanted, longest - len(" …"))
