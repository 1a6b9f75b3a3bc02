"""Whether a piece that a chat model put forward may enter a plan: a question, or the session's purpose.

Rules and the embedding model decide, never the model that wrote it. A piece is refused where it could be answered by
yes or no, is not on the subject, repeats what the plan has, flatters, or holds a name or a number that nobody gave.
"""

import re
from collections.abc import Sequence
from typing import Final

from assistant.coach.catalogue import is_open
from assistant.guide.search import Encoder
from assistant.language import find_language
from assistant.text import content_words, stems, words

LONGEST: Final = 25
"""Words of a question or a purpose."""
SHORTEST: Final = 6
TIED: Final = 0.33
"""Cosine of a piece and what the session is about from which it is on the subject."""
SAME: Final = 0.82
"""Cosine from which a piece repeats another."""
COPIED: Final = 0.7
"""Share of its stems that a piece may have in common with another."""
_FLATTERY: Final = re.compile(
    r"\b(?:great|amaz\w+|awesome|impress\w+|inspir\w+|brilliant|admir\w+|fantastic|wonderful|excellent|incredibl\w+|"
    r"outstanding|success(?:ful)?|thank|thanks|congratulat\w+|visionary|vision|passion\w*|exciting|excited)\b",
    re.IGNORECASE,
)
_HARD: Final = re.compile(r"\b(?:always|never|everyone|nobody ever|fail\w*|fault|blame\w*|wrong with)\b", re.IGNORECASE)
_ROLES: Final = re.compile(
    r"\b(?:the (?:junior|senior|listener|mentor|mentee)|bees?|beehives?|hives?|bread|bakery)\b", re.I
)
"""Who is spoken to is "you", and what is in the prompt's examples is none of this session's."""
_STARTS: Final = frozenset("what how which when where who whom whose".split())
_CAPITAL: Final = re.compile(r"(?<![.!?:] )(?<!^)\b[A-Z][\w'-]+")
_NUMBER: Final = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|dozen|hundred|thousand|percent|half)\b", re.IGNORECASE
)


class PieceCheck:
    """Checks pieces for one plan."""

    def __init__(self, encoder: Encoder, given: str, about: Sequence[str], there: Sequence[str]) -> None:
        """`given`: every text that names and numbers may come from; `about`: texts that say what the session is about;
        `there`: what the plan says already."""
        self._encoder, self._given = encoder, set(words(given))
        self._given_text = given
        self._about = encoder.encode(list(about))
        self._there = list(there)

    def accept_question(self, text: str) -> str | None:
        """The question as it may be asked, or None. What is accepted counts as there from then on."""
        said = _bare(text)
        first = said.split()[0].lower() if said else ""
        if said.count("?") != 1 or not is_open(said) or first not in _STARTS:
            return None
        if not {"you", "your", "yours", "yourself"} & set(words(said)) or _HARD.search(said):
            return None
        return self._accepted(said)

    def accept_purpose(self, text: str, start: str) -> str | None:
        """A purpose of one sentence that begins with who it is for, or None."""
        said = _bare(text)
        if not said.endswith(".") or re.search(r"[.!?:;] ", said) or not said.startswith((start, "You ")):
            return None
        return self._accepted(said)

    def _accepted(self, said: str) -> str | None:
        if not SHORTEST <= len(said.split()) <= LONGEST or _FLATTERY.search(said) or _ROLES.search(said):
            return None
        if self._invents(said) or find_language(said) not in (None, "en"):
            return None
        vector = self._encoder.encode([said])[0]
        if float((self._about @ vector).max()) < TIED:
            return None
        if self._there and self._repeats(said):
            return None
        self._there.append(said)
        return said

    def _invents(self, said: str) -> bool:
        """Whether it has a name or a number that nobody gave."""
        names = [name for name in _CAPITAL.findall(said) if not name.startswith("I'") and name != "I"]
        if any(words(name) and words(name)[0] not in self._given for name in names):
            return True
        return any(found.lower() not in self._given_text.lower() for found in _NUMBER.findall(said))

    def _repeats(self, said: str) -> bool:
        near = self._encoder.encode(self._there) @ self._encoder.encode([said])[0]
        if float(near.max()) >= SAME:
            return True
        own = set(stems(said))
        return any(len(own & set(stems(one))) > COPIED * max(1, len(own)) for one in self._there)


def _bare(text: str) -> str:
    """Without number, quotation marks and blank space around it."""
    said = re.sub(r"^\s*(?:\d+[.)]|[-*•]|Q\d?[:.]|Purpose:)\s*", "", text, flags=re.IGNORECASE).strip(" \"“”'*")
    return said if content_words(said) else ""
