"""Which document holds a name or an article id: both are unique in a guide.

Used by `parser_child` over everything that one ingest reads. It holds names, never texts.
"""

from dataclasses import dataclass
from pathlib import Path

from assistant.guide.passage import Document


@dataclass(frozen=True, slots=True)
class _Holder:
    origin: str
    turn: int


class Names:
    """The names taken so far. Reading the same file again takes its names over."""

    def __init__(self) -> None:
        self._holders: dict[str, _Holder] = {}
        self._turn = 0

    def next_file(self) -> None:
        """Begins a file; within it a name may be taken once."""
        self._turn += 1

    def take(self, document: Document) -> str:
        """Takes the document's name and id; one plain line where either is taken already, else empty."""
        wanted = {f"name {document.source!r}"}
        if document.article:
            wanted.add(f"id {document.article!r}")
        for name in sorted(wanted):
            before = self._holders.get(name)
            if before and (before.origin != document.origin or before.turn == self._turn):
                here, there = Path(document.origin).name, Path(before.origin).name
                return f"The {name} in {here!r} is already that of a document in {there!r}; give each its own."
        self._holders |= dict.fromkeys(wanted, _Holder(document.origin, self._turn))
        return ""
