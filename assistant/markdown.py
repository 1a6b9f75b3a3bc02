"""Markdown that shows texts as they were written: what a person typed can be read in it, and nothing of it acts.

Pure. Everything that a document says beside its own fixed words passes one of these functions.
"""

import re
from collections.abc import Iterable

_SPECIAL = re.compile(r"[\\`*_\[\]{}<>#|~$!&@^=]|:(?=\S)|(?<=[wW]{3})\.")
_LINE_START = re.compile(r"^(\d{0,9})([-+.)])")


def escape_markdown(text: str, *, at_line_start: bool = True) -> str:
    """One line of text that Markdown shows as it is, without the blank space before it (which could mean code)."""
    line = text.lstrip() if at_line_start else text
    start = _LINE_START.match(line) if at_line_start else None
    head = f"{start[1]}\\{start[2]}" if start else ""
    return head + _SPECIAL.sub(lambda found: "\\" + found[0], line[start.end() if start else 0 :])


def on_one_line(text: str) -> str:
    """A text of any form as one escaped line."""
    return escape_markdown(" ".join(text.split()))


def quoted(text: str) -> str:
    """A text as a quotation, its lines kept."""
    return "\n".join(f"> {escape_markdown(line)}".rstrip() + "  " for line in text.splitlines())


def bullets(texts: Iterable[str]) -> str:
    """A list, a line each."""
    return "\n".join(f"- {on_one_line(text)}" for text in texts)
