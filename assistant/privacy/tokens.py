"""Words of a text with their places, folded so that case, accents and invisible characters make no difference. Pure."""

import re
import unicodedata
from typing import NamedTuple

_INVISIBLE = "\u00ad\u200b-\u200f\u2060\ufeff"
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
UNSPACED = re.compile(f"[{_UNSPACED}]")
"""A letter of a script that writes without blanks."""
_MARKS = rf"[\u0300-\u036f{_INVISIBLE}]*"
LETTERS = re.compile(rf"(?:[^\W\d_{_UNSPACED}]{_MARKS})+|(?:(?![\d_])[{_UNSPACED}]{_MARKS})+")
"""A run of letters of one way of writing: an apostrophe or a hyphen ends it."""
_GONE = re.compile(rf"[\u0300-\u036f{_INVISIBLE}]")
_SPECIAL = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"})
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_ENDS = frozenset(".!?:;\n•*>|")
_OPENS = frozenset("\"'“”‘’([«-–— \t#")
_CAPITALS = 0.7
"""Share of capitals among a line's letters from which capitals say nothing."""


class Token(NamedTuple):
    """A run of letters."""

    start: int
    end: int
    """Half-open offsets."""
    folded: str
    """Small letters without accents."""
    capital: bool
    """Whether it begins with a capital, in a line that is not all capitals."""
    first: bool
    """Whether it begins a sentence, a line or a quotation."""


def fold(text: str) -> str:
    """The letters of a text, small, without accents; nothing else."""
    plain = _GONE.sub("", unicodedata.normalize("NFKD", text.casefold())).translate(_SPECIAL)
    return "".join(letter for letter in plain if letter.isalpha())


def fold_german(text: str) -> str:
    """As `fold`, with ä as ae, ö as oe, ü as ue, å as aa."""
    return fold(unicodedata.normalize("NFC", text.casefold()).translate(_GERMAN))


def tokens(text: str) -> list[Token]:
    """The runs of letters, in order."""
    loud = _loud_lines(text)
    found = []
    for match in LETTERS.finditer(text):
        start, end = match.span()
        shouted = any(begin <= start < stop for begin, stop in loud) and match.group().isupper()
        capital = text[start].isupper() and not shouted
        found.append(Token(start, end, fold(match.group()), capital, _begins(text, start)))
    return found


def _begins(text: str, start: int) -> bool:
    before = start - 1
    while before >= 0 and text[before] in _OPENS:
        before -= 1
    return before < 0 or text[before] in _ENDS


def _loud_lines(text: str) -> list[tuple[int, int]]:
    found, start = [], 0
    for line in text.splitlines(keepends=True):
        letters = [letter for letter in line if letter.isalpha()]
        if len(letters) > 12 and sum(map(str.isupper, letters)) >= _CAPITALS * len(letters):
            found.append((start, start + len(line)))
        start += len(line)
    return found
