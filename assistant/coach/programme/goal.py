"""What a goal says, as a programme manager types it: what it is about, for whom, and whether a programme can serve it.

A goal in another language than English is recognised by its words and quoted; one that says nothing, or that is there
to watch or to rank people, is answered with one plain line. Rules and one comparison of vectors; no chat model.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from assistant.coach.programme.aims import Aim
from assistant.coach.programme.phrase import Phrase, phrase_of
from assistant.coach.programme.record import LONGEST_GOAL
from assistant.coach.programme.texts import Limit, ProgrammeTexts
from assistant.errors import InputError
from assistant.guide.index import Vectors
from assistant.guide.search import Encoder
from assistant.language import find_language
from assistant.notes.note import Record
from assistant.text import clean, content_words, fold, words

NEAR: Final = 0.34
"""Cosine of a goal and an aim from which the aim counts where no word of it stands in the goal."""
HIT: Final = 0.22
"""What a word of an aim that stands in the goal adds to the cosine; a second one adds half of it."""
BESIDE: Final = 0.1
"""A second aim that is as near as this counts too."""
NAMED: Final = 0.3
"""Score at which a second aim must be at least, beside a word of its own."""
UNCLEAR: Final = (
    "What should be different afterwards? The goal does not say it yet; write in one sentence what your leaders should "
    "understand or do differently."
)
_EMPTY: Final = frozenset(
    "reverse mentoring mentor mentors mentee mentees programme program programmes project test testing hello "
    "hi thanks please something anything nothing everything stuff thing things whatever goal goals aim purpose "
    "start plan good better best nice great success successful hr company organisation organization want need "
    "make do yes no ok okay leaders leader employees people juniors seniors programm mentoring-programm ziel "
    "objectif objetivo programa".split()
)
"""Words that alone say nothing of what should be different."""
_SPLIT: Final = re.compile(r"(?<=[.!?;])\s+|\n+|,? (?:and|und|et|y) (?:also |to |auch |zu )?|, ")
_ELIDED: Final = re.compile(r"^(?:l|d|qu|s|n|c)'")
"""What French puts before a word without a blank."""
ODD: Final = 0.2
"""Cosine of a goal and its nearest aim below which it is not about work, where it says nothing of leaders either."""
BARE: Final = 2
"""Words of a goal, at most, from which nothing can be made where they fit no aim."""
COMMON: Final = 2.0
"""Zipf frequency from which a word counts as one of its language."""


class Reading(Record):
    """A goal as it was understood."""

    text: str
    """As typed, on one line, without what a programme does not serve."""
    foreign: bool
    phrase: Phrase
    aims: tuple[Aim, ...]
    """One or two, the nearest first."""
    limit: Limit | None = None
    """What was left out of it."""

    @property
    def aim(self) -> Aim:
        """The nearest."""
        return self.aims[0]


class GoalReader:
    """Reads goals; one for a process, safe to share between threads."""

    def __init__(self, texts: ProgrammeTexts, encoder: Encoder) -> None:
        self._texts, self._encoder = texts, encoder
        self._words = [[tuple(words(word)) for word in aim.words] for aim in texts.aims]
        self._vectors: Vectors | None = None

    def read(self, goal: str) -> Reading:
        """What the goal says. Raises `InputError` where no programme could serve it, `ModelMissing`."""
        said = " ".join(clean(goal).split())
        if len(said) > LONGEST_GOAL:
            raise InputError(f"The goal has {len(said):,} characters, at most {LONGEST_GOAL:,} are read; shorten it.")
        if not says_something(said):
            raise InputError(UNCLEAR)
        rest, limit = self._without_limits(said)
        if limit and not says_something(rest):
            raise InputError(self._texts.limits[limit].says)
        language = find_language(rest)
        aims = self._aims(rest)
        if limit and not aims:
            raise InputError(self._texts.limits[limit].says)
        foreign = is_foreign(rest, language)
        if not aims and not foreign and self._is_odd(rest):
            raise InputError(UNCLEAR)
        return Reading(
            text=rest,
            foreign=foreign,
            phrase=phrase_of(rest, foreign=foreign),
            aims=aims or (self._texts.general,),
            limit=limit,
        )

    def _without_limits(self, goal: str) -> tuple[str, Limit | None]:
        """The goal without the clauses that ask to watch or to rank people, and which of the two they ask."""
        limit = self._limit_of(goal)
        if limit is None:
            return goal, None
        parts = _SPLIT.split(goal)
        kept = [part for part in parts if self._limit_of(part) is None]
        if len(kept) == len(parts):
            return "", limit
        rest = ", ".join(part.strip(" ,;.") for part in kept if part.strip(" ,;."))
        return ("", limit) if self._limit_of(rest) else (rest, limit)

    def _limit_of(self, text: str) -> Limit | None:
        plain = fold(text)
        found = (name for name, limit in self._texts.limits.items() if _pattern(limit.patterns).search(plain))
        return next(found, None)

    def _aims(self, goal: str) -> tuple[Aim, ...]:
        near, hits = self._near(goal), self._hits([_ELIDED.sub("", word) for word in words(goal)])
        scores = [
            float(cosine) + HIT * min(hit, 1) + HIT / 2 * min(max(hit - 1, 0), 2)
            for cosine, hit in zip(near, hits, strict=True)
        ]
        ranked = sorted(range(len(scores)), key=lambda at: (-scores[at], at))
        first, second = ranked[0], ranked[1]
        if not hits[first] and near[first] < NEAR:
            return ()
        close = scores[second] >= scores[first] - BESIDE and hits[second] > 0 and scores[second] >= NAMED
        return tuple(self._texts.aims[at] for at in ((first, second) if close else (first,)))

    def _near(self, goal: str) -> Vectors:
        """(n,) cosines of the goal and each aim, both without what leads up to them."""
        if self._vectors is None:
            self._vectors = self._encoder.encode([phrase_of(aim.like).text for aim in self._texts.aims])
        near: Vectors = self._vectors @ self._encoder.encode([phrase_of(goal).text])[0]
        return near

    def _is_odd(self, goal: str) -> bool:
        """Whether a goal that fits no aim is too short to make anything of, or about nothing that work is about."""
        is_of_leaders = phrase_of(goal).form in ("leaders", "programme")
        return len(_telling(goal)) <= BARE or (not is_of_leaders and float(self._near(goal).max()) < ODD)

    def _hits(self, said: Sequence[str]) -> list[int]:
        """For each aim how many words of the goal are its own; of two that overlap the longer one counts."""
        found = [
            (at, range(start, start + len(word)))
            for at, own in enumerate(self._words)
            for word in own
            for start in range(len(said) - len(word) + 1)
            if tuple(said[start : start + len(word)]) == word
        ]
        inside = [any(set(span) < set(other) for _, other in found) for _, span in found]
        counted: list[set[int]] = [set() for _ in self._words]
        for (at, span), is_inside in zip(found, inside, strict=True):
            if not is_inside:
                counted[at] |= set(span)
        return [len(one) for one in counted]


def says_something(text: str) -> bool:
    """Whether there is a word of a known language in it that could be a goal."""
    said = [word for word in content_words(text) if len(word) > 1 and not word.isdigit()]
    return any(map(_is_word, _telling(text))) and sum(map(_is_word, said)) >= len(said) / 2


def _telling(text: str) -> list[str]:
    """The words that could say what should be different."""
    return [word for word in content_words(text) if len(word) > 1 and not word.isdigit() and word not in _EMPTY]


def is_foreign(text: str, language: str | None) -> bool:
    """Whether a text is in another language than English, as far as it can be told."""
    if language == "en" or (said := words(text)) == []:
        return False
    english = sum(_frequency(word, "en") >= 3.0 for word in said) / len(said)
    return english < (0.8 if language else 0.45)


def _is_word(word: str) -> bool:
    return any(_frequency(word, language) >= COMMON for language in ("en", "de", "fr", "es", "it"))


@cache
def _frequency(word: str, language: str) -> float:
    from wordfreq import zipf_frequency

    return float(zipf_frequency(word, language, wordlist="small"))


@cache
def _pattern(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in patterns))
