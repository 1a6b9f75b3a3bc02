"""The last step that all readers share: an outline becomes a Document, or the file has no text."""

from pathlib import Path

from assistant.errors import LoadError
from assistant.guide.passage import Document
from ingest.clean import clean_line
from ingest.outline import Outline


def build_document(path: Path, source: str, outline: Outline, *, hint: str = "add some or leave it out") -> Document:
    """The document of a file; raises LoadError with `hint` where there is no text in it."""
    if not outline.sections:
        raise LoadError(f"{source!r} has no text; {hint}.")
    return Document(source=source, origin=origin_of(path), title=outline.title, sections=outline.sections)


def origin_of(path: Path) -> str:
    """Absolute path with forward slashes."""
    return path.absolute().as_posix()


def title_from_name(path: Path) -> str:
    """A title for a file that states none: its name in words."""
    return clean_line(path.stem.replace("_", " ").replace("-", " ")) or path.name
