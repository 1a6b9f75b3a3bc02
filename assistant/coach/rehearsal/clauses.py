"""Clauses of what somebody said, as verbatim stretches: the pieces that the reading of a line looks at.

Pure and small: a clause ends where a sentence ends, and before a word that begins a new statement with its own subject.
"""

import re

from assistant.notes.note import Record
from assistant.text import sentences

_SUBJECT = (
    r"(?:I|we|you|he|she|they|it|this|that|there|nobody|everybody|(?:the|my|our|your|his|her|their|two|three|four|some|"
    r"half|most) \w+|[A-Z][a-z]+)"
)
_BREAK = re.compile(
    rf"(?<=[,;:–—])\s+(?=(?:and |but |so |then |which |because |who |what |where |or )?{_SUBJECT}\b)"
    rf"|\s+(?=(?:and|but|so|because|while|until|before|after which|and then) {_SUBJECT}(?:'\w+)?\b)"
    r"|\s+(?=(?:and|but) (?:could|would|can|will|please|may|what|how)\b)"
    r"|(?<=[;–—])\s+|\s+-\s+|(?<=,)\s+(?=(?:could|would|can|will|please|may|what|how)\b)"
)


class Clause(Record):
    """One piece of a sentence."""

    text: str
    """Verbatim, without the blank space and the comma around it."""
    sentence: str
    """The sentence that it stands in."""

    @property
    def is_asked(self) -> bool:
        """Whether the sentence is a question."""
        return self.sentence.rstrip("\"'”’)").endswith("?")


_BEGUN = re.compile(r"^(?:and |but |so )?(?:when|while|if|after|before|as) \S+(?: \S+)?$", re.IGNORECASE)
"""A clause that has its subject only, such as "When Ana" before "and I began"."""


def _pieces(sentence: str) -> list[str]:
    found: list[str] = []
    at = 0
    for stop in [*(match.end() for match in _BREAK.finditer(sentence)), len(sentence)]:
        piece = sentence[at:stop]
        if found and _BEGUN.match(found[-1].strip()):
            found[-1] += piece
        else:
            found.append(piece)
        at = stop
    return found


def split_clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of a text, in order."""
    found = []
    for sentence in sentences(text):
        for piece in _pieces(sentence):
            if bare := piece.strip(" ,;:–—"):
                found.append(Clause(text=bare, sentence=sentence))
    return tuple(found)
