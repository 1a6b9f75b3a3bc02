"""The lists beside this file: short forms of given names, names, and names that are ordinary words. Read once."""

from functools import cache
from pathlib import Path

from rapidfuzz.distance import OSA

from assistant.privacy.tokens import fold

_HERE = Path(__file__).parent
_ALIKE = 0.6
"""Similarity from which two spellings of one group are taken for the same name: Catherine and Kathryn, not Jean and
Giovanni."""


def _lines(name: str) -> list[str]:
    lines = (_HERE / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@cache
def ordinary_words() -> frozenset[str]:
    """Folded names that are words as well: will, mark, grace."""
    return frozenset(word for line in _lines("words.txt") for word in line.split())


@cache
def _names() -> tuple[frozenset[str], frozenset[str]]:
    given, family = "\n".join(_lines("names.txt")).split("family:")
    spellings = {word for line in _lines("nicknames.txt") for word in line.replace("=", " ").split()}
    first = {fold(word) for word in {*given.removeprefix("given:").split(), *spellings}}
    return frozenset(first), frozenset(fold(word) for word in family.split())


def given_names() -> frozenset[str]:
    """Folded given names."""
    return _names()[0]


def family_names() -> frozenset[str]:
    """Folded family names that are no ordinary words."""
    return _names()[1]


@cache
def _groups() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _lines("nicknames.txt"):
        left, right = ([fold(word) for word in half.split()] for half in line.split("="))
        for name in left:
            alike = {other for other in left if OSA.normalized_similarity(name, other) >= _ALIKE}
            found.setdefault(name, set()).update(alike, right)
        for short in right:
            found.setdefault(short, set()).update(left)
    return {name: frozenset(others - {name}) for name, others in found.items()}


def other_forms(name: str) -> frozenset[str]:
    """Folded short forms, full forms and other spellings of a folded given name."""
    return _groups().get(name, frozenset())


@cache
def frequency(word: str) -> float:
    """How common a folded English word is, in Zipf's scale: 3 once in a million words, 6 once in a thousand; 0 rare."""
    from wordfreq import zipf_frequency

    return float(zipf_frequency(word, "en", wordlist="small"))
