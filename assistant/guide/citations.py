"""Citation marks in text: minting, finding, taking out. Pure functions; nothing here knows a model."""

import re

from assistant.events import Source
from assistant.guide.passage import Citation, Passage

_NUMBERS = r"(\d{1,3}(?:\s*,\s*\d{1,3})*)"
_MARK = re.compile(rf"(?<!\s)\s*[\[【(]{_NUMBERS}[\]】)]")
_SQUARE = re.compile(rf"\[{_NUMBERS}\]")


def mint_sources(passages: list[Passage]) -> tuple[Source, ...]:
    """Sources with the markers `1`, `2` … in the order given."""
    return tuple(
        Source(
            marker=str(number),
            id=passage.id,
            document=passage.document,
            title=passage.title,
            heading=passage.heading,
            text=passage.text,
            article=passage.article,
        )
        for number, passage in enumerate(passages, start=1)
    )


def find_markers(text: str) -> list[str]:
    """Markers in the order in which they stand in the text, repeats included."""
    return [mark.strip() for match in _SQUARE.finditer(text) for mark in match[1].split(",")]


def strip_markers(text: str, known: set[str]) -> tuple[str, int]:
    """The text without marks, and how many of them are not in `known`.

    Models write wrong numbers, so marks are taken out of their text and set by the program. A number in round
    brackets is a mark only where it stands at the end of the sentence.
    """
    unknown = 0
    before = ""

    def take(match: re.Match[str]) -> str:
        nonlocal unknown
        ends = not before[match.end() :].strip(" .!?")
        if match.group().lstrip().startswith("(") and not ends:
            return match.group()
        unknown += sum(mark.strip() not in known for mark in match[1].split(","))
        return ""

    while text != before:  # taking out the inner one of nested marks makes another
        before = text
        text = _MARK.sub(take, before)
    return text.strip(), unknown


def cite(source: Source, quotes: tuple[str, ...]) -> Citation:
    """The citation of a source, with the sentences of it that the answer rests on."""
    return Citation(
        marker=source.marker,
        id=source.id,
        document=source.document,
        title=source.title,
        heading=source.heading,
        text=source.text,
        quotes=quotes,
    )
