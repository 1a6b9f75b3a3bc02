"""Replaces names, addresses and numbers in texts by labels such as "Person 1", and puts them back in an answer.

    prompt ─ hide ─ "Person 1 asked Person 2's team" ─ model elsewhere ─ answer in pieces ─ Restorer ─ real names

`Pseudonymiser` holds the names of one conversation, note or prompt and lives as long; it must never be logged. What
is hidden can be put back exactly: every spelling has a label of its own ("Person 1" for Ana, "Person 1b" for López),
and a label that a text holds already is hidden too.
"""

import re
from collections.abc import Iterable

from assistant.privacy.mentions import Mention, find_mentions
from assistant.privacy.roster import Roster

LABELS = {
    "person": "Person",
    "place": "Place",
    "organisation": "Company",
    "address": "Address",
    "number": "Digits",
    "handle": "Handle",
}
"""First word of a label by what it stands for; in prose none of them is followed by a figure."""
_SUFFIXES = ("", *"bcdefghijklmnopqrstuvwxyz")
"""Behind the figure: the spellings of one name, in the order they came."""
_NAMES = "|".join(LABELS.values())
_BETWEEN = "[ \u00a0\u202f_-]?"
_LABEL = re.compile(rf"(?<![^\W_])({_NAMES}){_BETWEEN}(\d{{1,4}})([b-z]?)(?![^\W_])", re.IGNORECASE)
_BEGUN = re.compile(
    rf"(?<![^\W_])(?:(?:{_NAMES}){_BETWEEN}(?:\d{{1,4}}[b-z]?)?"
    rf"|{'|'.join(sorted({label[:end] for label in LABELS.values() for end in range(1, len(label))}))})$",
    re.IGNORECASE,
)
"""The end of a piece that may be the beginning of a label."""
_INSIDE = re.compile(r"[^\W_]")
_BEGUN_CHARACTERS = max(map(len, LABELS.values())) + 1 + 4 + 1
_Key = tuple[str, int, str]
"""Label in small letters, figure, suffix."""


class Pseudonymiser:
    """The labels of one conversation, note or prompt: the same name always has the same."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster
        self._originals: dict[_Key, str] = {}
        self._labels: dict[tuple[str, object, str], str] = {}
        """By label word, whom it stands for, and spelling."""
        self._spellings: dict[tuple[str, object], tuple[int, int]] = {}
        """Figure and number of spellings so far, by label word and whom it stands for."""
        self._highest: dict[str, int] = {}

    def hide(self, text: str) -> str:
        """The text with labels in place of names, addresses and numbers; `restore` gives it back as it was."""
        return _replace(text, ((one, self._label(one, text[one.start : one.end])) for one in self._found(text)))

    def restore(self, text: str) -> str:
        """The text with what its labels stand for; a label that was not given is left as it stands."""
        return _LABEL.sub(self._original, text)

    def restorer(self) -> "Restorer":
        """For an answer that comes in pieces."""
        return Restorer(self)

    def _original(self, match: re.Match[str]) -> str:
        return self._originals.get(_key(match), match.group())

    def _found(self, text: str) -> list[Mention]:
        """Mentions and labels that stand there already, widened so that nothing of a word touches a label."""
        literal = [Mention(*match.span(), "person", (-1,)) for match in _LABEL.finditer(text)]
        found = sorted(_widen(text, one) for one in (*literal, *find_mentions(text, self._roster)))
        apart: list[Mention] = []
        for one in found:
            if apart and one.start <= apart[-1].end:
                apart[-1] = apart[-1]._replace(end=max(one.end, apart[-1].end))
            else:
                apart.append(one)
        return apart

    def _label(self, mention: Mention, original: str) -> str:
        word = LABELS[mention.kind]
        whom: object = mention.who if mention.who and mention.who != (-1,) else original
        known = self._labels.get((word, whom, original))
        if known:
            return known
        figure, used = self._spellings.get((word, whom), (0, len(_SUFFIXES)))
        if used == len(_SUFFIXES):
            figure, used = self._highest.get(word, 0) + 1, 0
            self._highest[word] = figure
        self._spellings[word, whom] = figure, used + 1
        self._originals[word.lower(), figure, _SUFFIXES[used]] = original
        label = f"{word} {figure}{_SUFFIXES[used]}"
        self._labels[word, whom, original] = label
        return label


class Restorer:
    """Puts names back into an answer as it is written; a label may be cut anywhere."""

    def __init__(self, names: Pseudonymiser) -> None:
        self._names = names
        self._held = ""
        self._before = ""
        """Stands for what was passed on: a letter where that ends in one, because no label begins inside a word."""

    def feed(self, piece: str) -> str:
        """What can be said now; the beginning of a label is held back."""
        text = self._before + self._held + piece
        begun = _BEGUN.search(text, max(0, len(text) - _BEGUN_CHARACTERS))
        cut = begun.start() if begun else len(text)
        return self._say(text, max(cut, len(self._before)))

    def finish(self) -> str:
        """What was held back."""
        text = self._before + self._held
        return self._say(text, len(text))

    def _say(self, text: str, cut: int) -> str:
        said, self._held = text[len(self._before) : cut], text[cut:]
        restored = self._names.restore(text[:cut])[len(self._before) :]
        if said:
            self._before = "x" if _INSIDE.match(said[-1]) else " "
        return restored


def replace_names(text: str, roster: Roster) -> str:
    """The text with one label for each person, place and organisation of the roster, for good.

    Addresses and numbers get labels too. It cannot be put back: all spellings of a name get the same label. A label
    that stands in the text already keeps its meaning.
    """
    taken = {_key(match)[:2] for match in _LABEL.finditer(text)}
    given: dict[tuple[str, object], str] = {}
    found = []
    for one in find_mentions(text, roster):
        word, whom = LABELS[one.kind], one.who or text[one.start : one.end]
        if (word, whom) not in given:
            figure = next(n for n in range(1, len(text) + 2) if (word.lower(), n) not in taken)
            taken.add((word.lower(), figure))
            given[word, whom] = f"{word} {figure}"
        found.append((one, given[word, whom]))
    return _replace(text, found)


def _replace(text: str, labels: Iterable[tuple[Mention, str]]) -> str:
    parts, at = [], 0
    for mention, label in labels:
        parts += [text[at : mention.start], label]
        at = mention.end
    return "".join([*parts, text[at:]])


def _widen(text: str, mention: Mention) -> Mention:
    start, end = mention.start, mention.end
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return mention._replace(start=start, end=end)


def _key(match: re.Match[str]) -> _Key:
    return match[1].casefold(), int(match[2]), match[3].casefold()
