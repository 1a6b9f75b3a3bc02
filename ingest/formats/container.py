"""What Word and PowerPoint files have in common: a zip container, and a title among the properties."""

from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from assistant.errors import LoadError
from ingest.clean import clean_line
from ingest.limits import ParserLimits, verify_unpacked

_OLE = b"\xd0\xcf\x11\xe0"
"""First bytes of the older Office formats, and of every Office file with a password."""
_NO_TITLE = ("powerpoint presentation", "presentation", "word document", "document", "untitled")


def verify_container(path: Path, source: str, limits: ParserLimits) -> None:
    """Raises LoadError where the file is no zip container or declares to unpack to too much."""
    with path.open("rb") as stream:
        head = stream.read(4)
    suffix = path.suffix[1:].lower()
    if head == _OLE:
        raise LoadError(
            f"{source!r} is protected with a password or in the old Office format; save it as {suffix} without one."
        )
    try:
        verify_unpacked(path, source, limits)
    except BadZipFile as error:
        raise LoadError(f"{source!r} is damaged or no {suffix} file; save it again as {suffix}.") from error


def stated_title(package: Any) -> str:
    """The title among a package's properties; empty where it is what the program filled in."""
    title = clean_line(package.core_properties.title or "")
    return "" if title.casefold() in _NO_TITLE else title
