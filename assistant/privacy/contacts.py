"""Addresses, telephone and other long numbers, and handles: what points at a person without a name. Pure."""

import re
from collections.abc import Iterator
from typing import Literal

ContactKind = Literal["address", "number", "handle"]
LEAST_DIGITS = 7
"""A shorter number is a time, a price, a year or a count."""
_ADDRESS = re.compile(r"[\w.!#$%&*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+(?:@[\w.-]*\w)*")
_HANDLE = re.compile(r"(?<![\w@.])@[A-Za-z_][\w.-]{1,38}[\w]")
_NUMBER = re.compile(r"(?<![\w.,])(?:\+|\()?(?:[A-Z]{2})?\d(?:[ \u00a0.\-/()]{0,2}\d){6,33}(?![\w]|[.,]\d)")
_DATES = re.compile(
    r"(?:\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2\d{2,4}|\d{1,2}[.-]\d{2}\s?[-–]\s?\d{1,2}[.-]\d{2})"
    r"(?:[ T]\d{1,2}(?:[.:]\d{2})?)?"
)
_YEARS = re.compile(r"(?:(?:19|20)\d\d[ \-/.]{1,3})+(?:19|20)?\d\d")
_AMOUNT = re.compile(r"\d{1,3}(?:[ .\u00a0]0{3})+|\d{1,3}(?:[.\u00a0]\d{3})+")


def find_contacts(text: str) -> Iterator[tuple[int, int, ContactKind]]:
    """(start, end, kind) of each, half-open; none overlap within a kind."""
    for match in _ADDRESS.finditer(text):
        yield match.start(), match.end(), "address"
    for match in _HANDLE.finditer(text):
        yield match.start(), match.end(), "handle"
    for match in _NUMBER.finditer(text):
        if not _is_plain(match.group()):
            yield match.start(), match.end(), "number"


def _is_plain(number: str) -> bool:
    """Whether a long number is a date, a row of years or an amount."""
    digits = sum(map(str.isdigit, number))
    return digits < LEAST_DIGITS or any(kind.fullmatch(number) for kind in (_DATES, _YEARS, _AMOUNT))
