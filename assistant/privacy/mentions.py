"""Finds where a text names somebody of a roster, in whatever form, and where it holds an address or a number.

    tokens ─ forms of the roster (longest first) ─ typos ─┐
                                    signs beside words ───┴─ joined, with initials ─ addresses and numbers ─ mentions

Pure; keeps no text. What is missed and what is hit wrongly is measured by the suite `pseudonyms`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from assistant.privacy.contacts import ContactKind, find_contacts
from assistant.privacy.data import family_names, frequency, given_names, ordinary_words
from assistant.privacy.lexicon import Entry, Lexicon, build_lexicon
from assistant.privacy.roster import Kind, Roster
from assistant.privacy.signs import is_meant
from assistant.privacy.tokens import Token, fold, tokens

_JOINT = re.compile(r"[\s\-‐‑–.’'_/]{1,2}")
_COMMA = re.compile(r",\s")
_INITIALS_BEFORE = re.compile(r"(?<![^\W_])(?:[^\W\d_a-z]\.?[\s\-‐‑]?){1,3}$")
_INITIAL_AFTER = re.compile(r"(?:,?\s)((?:[^\W\d_]\.[\s\-]?)*[^\W\d_]\.|[^\W\d_](?![\w'’]))")
_WORD_BEFORE = re.compile(r"(?<![^\W_])[^\W\d_]+(?=[ \u00a0]$)")
RARE = 3.0
"""Zipf frequency below which an unknown word may be a misspelt name."""
RARE_CAPITAL = 4.0
"""The same for a word with a capital inside a sentence."""


LONG_FAMILY_NAME = 7
"""Letters from which another family name, one letter away, is taken for this one: Anderson for Andersen."""


class Mention(NamedTuple):
    """A stretch of the text that names or reaches somebody."""

    start: int
    end: int
    """Half-open offsets in code points."""
    kind: Kind | ContactKind
    who: tuple[int, ...] = ()
    """Positions in the roster, in order: several where the text does not tell which of them."""


class _Hit(NamedTuple):
    start: int
    end: int
    entries: tuple[Entry, ...]
    sure: bool
    """False: an ordinary word without a sign beside it; counts only next to another part of the same name."""


def find_mentions(text: str, roster: Roster) -> tuple[Mention, ...]:
    """All mentions, in order, none overlapping another."""
    lexicon = build_lexicon(roster)
    named: list[Mention] = []
    if roster.known:
        hits = _join(text, list(_hits(text, tokens(text), lexicon)), lexicon)
        named = [_mention(hit, lexicon) for hit in hits if hit.sure]
        named += [
            Mention(match.start(), match.end(), roster.known[who].kind, (who,))
            for name, who in lexicon.unspaced
            for match in re.finditer(re.escape(name), text)
        ]
    contacts = [Mention(start, end, kind) for start, end, kind in find_contacts(text)]
    return tuple(_settle(contacts + named))


def _mention(hit: _Hit, lexicon: Lexicon) -> Mention:
    who = tuple(sorted({entry.who for entry in hit.entries}))
    return Mention(hit.start, hit.end, lexicon.roster.known[who[0]].kind, who)


def _hits(text: str, row: Sequence[Token], lexicon: Lexicon) -> Iterator[_Hit]:
    place = 0
    while place < len(row):
        found = _longest(text, row, place, lexicon) or _possessive(row, place, lexicon) or _typo(row, place, lexicon)
        if found is None:
            place += 1
            continue
        last, entries = found
        alone = all(entry.weak for entry in entries)
        yield _Hit(row[place].start, row[last].end, entries, not alone or is_meant(text, row, place, last))
        place = last + 1


_Found = tuple[int, tuple[Entry, ...]]


def _longest(text: str, row: Sequence[Token], place: int, lexicon: Lexicon) -> _Found | None:
    """The longest form that begins at this token, with its last token."""
    best, form, inner = None, "", set()
    for last in range(place, min(place + lexicon.longest, len(row))):
        if last > place:
            if not _JOINT.fullmatch(text, row[last - 1].end, row[last].start):
                break
            inner.add(len(form))
        form += row[last].folded
        entries = [entry for entry in lexicon.forms.get(form, ()) if inner <= entry.breaks]
        if entries:
            best = last, _nearest(entries)
    return best


def _nearest(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Names as they stand in the roster go before short forms."""
    return tuple(entry for entry in entries if entry.direct) or tuple(entries)


def _possessive(row: Sequence[Token], place: int, lexicon: Lexicon) -> _Found | None:
    """ "priyas notes": a possessive without its apostrophe."""
    word = row[place].folded
    if not word.endswith("s") or len(word) < 4 or frequency(word) >= RARE:
        return None
    entries = [entry for entry in lexicon.forms.get(word[:-1], ()) if not entry.weak]
    return (place, _nearest(entries)) if entries else None


def _typo(row: Sequence[Token], place: int, lexicon: Lexicon) -> _Found | None:
    token = row[place]
    if len(token.folded) < 4 or not lexicon.spelt or _is_word(token):
        return None
    near = process.extract(token.folded, lexicon.spelt.keys(), scorer=OSA.distance, score_cutoff=1, limit=3)
    who = sorted({one for spelling, *_ in near for one in lexicon.spelt[spelling]})
    return (place, tuple(Entry(one, frozenset(), weak=False, direct=True) for one in who)) if who else None


def _is_word(token: Token) -> bool:
    """Whether it is a word, or another name, and so no misspelt name; long family names are misspelt as others."""
    word = token.folded
    if word in given_names() or word in ordinary_words() or (word in family_names() and len(word) < LONG_FAMILY_NAME):
        return True
    if word in family_names():
        return not token.capital
    return frequency(word) >= (RARE_CAPITAL if token.capital and not token.first else RARE)


def _join(text: str, hits: Sequence[_Hit], lexicon: Lexicon) -> list[_Hit]:
    """Parts of one name side by side as one hit, with the initials around it."""
    joined: list[_Hit] = []
    for hit in hits:
        before = joined[-1] if joined else None
        shared = _shared(text, before, hit, lexicon) if before else ()
        if before and shared:
            joined[-1] = _Hit(before.start, hit.end, shared, sure=True)
        else:
            joined.append(hit)
    return [_with_initials(text, _with_given(text, hit, lexicon), lexicon) for hit in joined]


def _shared(text: str, one: _Hit, other: _Hit, lexicon: Lexicon) -> tuple[Entry, ...]:
    """The people whom two neighbouring hits both name, in different words."""
    whose = {entry.who for entry in one.entries} & {entry.who for entry in other.entries}
    between = text[one.end : other.start]
    first, second = fold(text[one.start : one.end]), fold(text[other.start : other.end])
    if first == second:
        return ()
    turned = {who for who in whose if (person := lexicon.people.get(who)) and first in person.last}
    if _COMMA.fullmatch(between):
        whose = {who for who in turned if any(second.startswith(given) for given in lexicon.people[who].given)}
    elif not _JOINT.fullmatch(between):
        return ()
    return tuple(entry for entry in one.entries if entry.who in whose)


def _with_given(text: str, hit: _Hit, lexicon: Lexicon) -> _Hit:
    """With a given name before the family name that is no form of its own: Bill Turner for Will Turner."""
    before = _WORD_BEFORE.search(text, max(0, hit.start - 24), hit.start)
    if before is None:
        return hit
    given, family = fold(before.group()), fold(text[hit.start : hit.end])
    people = lexicon.people
    whose = [one for one in hit.entries if one.who in people and given in people[one.who].given]
    whose = [one for one in whose if family in people[one.who].last]
    return _Hit(before.start(), hit.end, tuple(whose), sure=True) if whose else hit


def _with_initials(text: str, hit: _Hit, lexicon: Lexicon) -> _Hit:
    people = {entry.who: lexicon.people[entry.who] for entry in hit.entries if entry.who in lexicon.people}
    before = _INITIALS_BEFORE.search(text, max(0, hit.start - 9), hit.start)
    if before:
        letters = [letter for letter in before.group() if letter.isalpha()]
        whose = {who for who, person in people.items() if _are_initials(letters, person.initials)}
        if whose:
            entries = tuple(entry for entry in hit.entries if entry.who in whose)
            return _Hit(before.start(), hit.end, entries, sure=True)
    after = _INITIAL_AFTER.match(text, hit.end)
    if after:
        letters = [letter for letter in after.group() if letter.isalpha()]
        whose = {who for who, person in people.items() if _are_initials(letters, person.initials)}
        if whose and (letters != ["I"] or "." in after.group()):
            entries = tuple(entry for entry in hit.entries if entry.who in whose)
            return _Hit(hit.start, after.end(), entries, sure=True)
    return hit


def _are_initials(letters: Sequence[str], initials: Sequence[str]) -> bool:
    return bool(letters) and all(letter.isupper() and fold(letter)[:1] in initials for letter in letters)


def _settle(found: Iterable[Mention]) -> list[Mention]:
    """In order; those that overlap as one, of the kind of the longest."""
    kept: list[Mention] = []
    for one in sorted(found, key=lambda mention: (mention.start, -mention.end)):
        if not kept or kept[-1].end <= one.start:
            kept.append(one)
            continue
        before = kept[-1]
        longest = one if one.end - one.start > before.end - before.start else before
        kept[-1] = longest._replace(start=before.start, end=max(before.end, one.end))
    return kept
