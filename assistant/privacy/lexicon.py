"""From a roster to every form that its names take in notes: whole, in part, joined, shortened, spelt otherwise.

Built once a roster; asked by `mentions`. Forms are kept folded and without what joins their words, so that
"O'Brien-Smith", "obrien smith" and "O Brien-Smith" are one form; `breaks` says where blanks may stand in it.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from assistant.privacy.data import family_names, frequency, given_names, ordinary_words, other_forms
from assistant.privacy.roster import Known, Roster
from assistant.privacy.tokens import LETTERS, UNSPACED, fold, fold_german

_TITLES = frozenset(
    "dr mr mrs ms miss mx prof professor sir dame lord lady rev frau herr fr hr mme mlle don dona dott dottoressa ing "
    "jr sr ii iii iv phd mba md".split()
)
_PARTICLES = frozenset(
    "al el ibn bin bint ben abu de del della der den des di da do dos das du la las le les los van von vom zu zur ter "
    "ten te of y e i und and the san st saint mac mc o d l ni nic ui".split()
)
_LEGAL = frozenset(
    "inc ltd limited llc plc gmbh ag sa sas srl spa bv nv oy ab as kg se corp corporation company co".split()
)
COMMON = 4.3
"""Zipf frequency from which a name that stands in no list of names is taken for an ordinary word."""
SHORTEST_TYPO = 5
"""Letters from which a name is recognised with one letter wrong."""
MOST_FORMS = 200
"""Of one name; a longer chain of words than people have is not taken apart further."""
_HYPHEN = re.compile("[-‐‑]")


class Entry(NamedTuple):
    """Whom a form stands for."""

    who: int
    """Position in the roster."""
    breaks: frozenset[int]
    """Offsets in the form at which a blank may stand."""
    weak: bool
    """Whether it is an ordinary word too, or very short: then it needs a sign beside it."""
    direct: bool
    """Whether it is part of the name as it stands in the roster, not a short form."""


class Person(NamedTuple):
    """What is needed to know a name by its parts."""

    initials: tuple[str, ...]
    """First letters of its words, in order."""
    last: frozenset[str]
    """Folded words that are not the first."""
    given: frozenset[str]
    """Folded first word, its other forms and theirs."""


class Lexicon:
    """All forms of one roster."""

    def __init__(self, roster: Roster) -> None:
        self.roster = roster
        self.forms: dict[str, list[Entry]] = {}
        self.people: dict[int, Person] = {}
        self.unspaced: list[tuple[str, int]] = []
        """Names in scripts without blanks, which are found wherever they stand."""
        self.longest = 1
        """Most words that a form has."""
        spelt: dict[str, list[int]] = {}
        for who, known in enumerate(roster.known):
            if UNSPACED.search(known.name):
                self.unspaced.append((known.name, who))
            add = self._add_person if known.kind == "person" else self._add_whole
            for word in add(who, known):
                spelt.setdefault(word, []).append(who)
        self.spelt = {word: tuple(whose) for word, whose in spelt.items() if len(word) >= SHORTEST_TYPO}
        """Words of names that are long enough to be recognised misspelt, with whose they are."""

    def _add_person(self, who: int, known: Known) -> set[str]:
        words = _person_words(known.name)
        pieces = [[fold(piece) for piece in _HYPHEN.split(word) if fold(piece)] for word in words]
        folded = [fold(word) for word in words]
        self.people[who] = _person(pieces, folded)
        units = {unit for unit in {*folded, *(p for some in pieces for p in some)} if _is_unit(unit)}
        units = units or set(folded[:1])
        german = [fold_german(word) for word in words]
        units |= {word for word in german if _is_unit(word)} - set(folded)
        for word, unit in [*zip(words, folded, strict=True), *zip(words, german, strict=True)]:
            if unit in units:
                self._add(unit, who, _inner_breaks(word, unit), weak=_is_weak(unit), direct=True)
        for piece in (piece for word in words for piece in _HYPHEN.split(word) if len(word) > len(piece)):
            if fold(piece) in units:
                self._add(fold(piece), who, _inner_breaks(piece, fold(piece)), weak=_is_weak(fold(piece)), direct=True)
        for other in sorted(set().union(*(_short_forms(unit) for unit in units))):
            self._add(other, who, frozenset(), weak=_is_weak(other) or len(other) < 3, direct=False)
        for chain, spelling in [*_chains(words, fold), *(_chains(words, fold_german) if german != folded else [])]:
            self._add("".join(spelling), who, _chain_breaks(chain, spelling), weak=False, direct=True)
        return units

    def _add_whole(self, who: int, known: Known) -> set[str]:
        words = [match.group() for match in LETTERS.finditer(known.name)]
        while len(words) > 1 and fold(words[-1]) in _LEGAL:
            words.pop()
        spelling = [fold(word) for word in words]
        form = "".join(spelling)
        if form:
            weak = len(words) == 1 and (_is_weak(form) or frequency(form) >= COMMON)
            self._add(form, who, _chain_breaks(words, spelling), weak=weak, direct=True)
        return {form} if len(words) == 1 else set()

    def _add(self, form: str, who: int, breaks: frozenset[int], *, weak: bool, direct: bool) -> None:
        entries = self.forms.setdefault(form, [])
        if not any(entry.who == who and (entry.direct or not direct) for entry in entries):
            entries.append(Entry(who, breaks, weak, direct))
            self.longest = max(self.longest, len(breaks) + 1)


@lru_cache(maxsize=64)
def build_lexicon(roster: Roster) -> Lexicon:
    """The forms of a roster, kept for the rosters used last."""
    return Lexicon(roster)


def _person_words(name: str) -> list[str]:
    """The words of a name in the order they are spoken, without titles: "López, Ana" is Ana López."""
    if name.count(",") == 1:
        last, given = name.split(",")
        name = f"{given} {last}" if fold(given) not in _TITLES else last
    words = [word for word in re.split(r"[\s.,()]+", name) if fold(word)]
    return [word for word in words if fold(word) not in _TITLES] or words


def _person(pieces: list[list[str]], folded: list[str]) -> Person:
    initials = tuple(piece[0] for some in pieces for piece in some)
    first = {folded[0], *pieces[0]} if folded else set()
    given = first.union(*(other_forms(word) for word in first))
    given |= set().union(*(other_forms(word) for word in given))
    last = {*folded[1:], *(piece for some in pieces[1:] for piece in some)}
    return Person(initials, frozenset(last), frozenset(given))


def _short_forms(name: str) -> frozenset[str]:
    """Other forms of a word of a name, with short forms of the same short form: Bill, William, Billy but not Will."""
    direct = other_forms(name)
    beyond = {other for one in direct for other in other_forms(one) if other.startswith(name) or name.startswith(other)}
    return direct | {other for other in beyond if len(other) > 2 and len(name) > 2} - {name}


def _is_unit(word: str) -> bool:
    """Whether a word of a name can stand for it alone."""
    return len(word) >= 2 and word not in _PARTICLES


def _is_weak(word: str) -> bool:
    if word in ordinary_words():
        return True
    known = word in given_names() or word in family_names()
    return len(word) <= 2 if known else frequency(word) >= COMMON or len(word) <= 2


def _chains(words: list[str], spell: Callable[[str], str]) -> list[tuple[list[str], list[str]]]:
    """Two and more words of a name that stand side by side, or its first and its last."""
    found = [words[i:j] for i in range(len(words)) for j in range(i + 2, len(words) + 1)]
    if len(words) > 2:
        found.append([words[0], words[-1]])
    return [(chain, [spell(word) for word in chain]) for chain in found[:MOST_FORMS]]


def _inner_breaks(word: str, unit: str) -> frozenset[int]:
    """Offsets at which the word's own apostrophes and hyphens stand."""
    parts = [match.group() for match in LETTERS.finditer(word)]
    spell = fold if fold(word) == unit else fold_german
    return frozenset(accumulate(len(spell(part)) for part in parts[:-1]))


def _chain_breaks(words: list[str], spelling: list[str]) -> frozenset[int]:
    """Offsets of the blanks between words and of what stands inside them."""
    found, offset = set(), 0
    for word, spelt in zip(words, spelling, strict=True):
        found |= {offset, *(offset + inner for inner in _inner_breaks(word, spelt))}
        offset += len(spelt)
    return frozenset(found - {0})
