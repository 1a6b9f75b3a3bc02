"""Is this a sentence that the senior could say here? Decided by rules before a model's words are shown.

In character means: in the first person, to the mentor, without coaching, without stage directions, without speaking of
models, rehearsals or instructions, in the language of the talk, no line over again, and no grave fact or name out of
nowhere. Measured on lines of both kinds in `tests/coach/rehearsal_lines.jsonl`.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from rapidfuzz import fuzz

from assistant.coach.rehearsal.record import Mood, Rehearsal
from assistant.coach.rehearsal.signs import FAULTS, Signs, load_signs
from assistant.language import find_language
from assistant.text import stems, words

Fault = Literal[
    "empty",
    "long",
    "machine",
    "coaching",
    "narrated",
    "swapped",
    "repeated",
    "language",
    "invented",
    "yielding",
    "unrelated",
]
LONGEST_WORDS = 34
"""Of one sentence; people do not speak longer ones in such a talk."""
SIMILAR = 86
"""Of 100: token similarity from which a sentence is one that was said before."""
_ECHO = 7
"""Words in a row of the mentor's, a person among them, that the senior does not say over without quoting them: whoever
turns the persons round never has so many."""
_PERSONS = frozenset("i me my mine we us our ours you your yours i'm i've i'd we're we've you're you've".split())


_NAME = re.compile(r"(?<=[a-z,;] )(?!I\b|I'm\b|I'd\b|I've\b|I'll\b)[A-Z][a-z]{2,}")
_CALENDAR = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december english ceo cto cfo board christmas".split()
)


def find_fault(sentence: str, rehearsal: Rehearsal, *, may_yield: bool, said: Sequence[str] = ()) -> Fault | None:
    """What keeps a sentence from being the senior's; None where nothing does.

    `may_yield`: whether the senior was told something and then heard, and may agree or apologise by now. `said`:
    sentences of the same answer that were released.
    """
    bare = sentence.strip().replace("’", "'")
    return next(_faults(bare, rehearsal, may_yield=may_yield, said=said), None)


def _faults(bare: str, rehearsal: Rehearsal, *, may_yield: bool, said: Sequence[str]) -> Iterator[Fault]:
    """The faults of a sentence, the plainest first."""
    spoken, signs = words(bare), _signs()
    if not spoken or bare[-1] not in ".?!…\"”'":
        yield "empty"
        return
    if len(spoken) > LONGEST_WORDS:
        yield "long"
    yield from (fault for fault in _BY_SIGN if signs[fault].search(bare))
    if _is_swapped(bare, rehearsal):
        yield "swapped"
    if _is_repeated(bare, [*rehearsal.answered, *said]):
        yield "repeated"
    if _is_foreign(bare, rehearsal):
        yield "language"
    if _is_invented(bare, rehearsal):
        yield "invented"
    if signs["yielding"].search(bare) and (not may_yield or rehearsal.senior.mood is Mood.DISMISSIVE):
        yield "yielding"


def _is_foreign(sentence: str, rehearsal: Rehearsal) -> bool:
    """Whether it is in another language than the mentor's last line; English is always taken."""
    spoken = find_language(rehearsal.said[-1]) if rehearsal.said else None
    return find_language(sentence) not in (None, "en", spoken)


_BY_SIGN: tuple[Fault, ...] = ("machine", "coaching", "narrated")


def _signs() -> Signs:
    return load_signs("character.yaml", FAULTS)


def _is_swapped(sentence: str, rehearsal: Rehearsal) -> bool:
    """Whether the senior speaks the mentor's part: says the mentor's words over, or asks what mentors ask."""
    if _signs()["mentor_voice"].search(sentence):
        return True
    if _OWNED.findall(sentence.lower()) and _takes_theirs(sentence, rehearsal):
        return True
    own = words(re.sub(r"[\"“][^\"”]*[\"”]", " ", sentence))
    every = (tuple(own[at : at + _ECHO]) for at in range(len(own) - _ECHO + 1))
    runs = {run for run in every if not _PERSONS.isdisjoint(run)}
    for line in (*rehearsal.said, rehearsal.situation):
        theirs = words(line)
        if any(tuple(theirs[at : at + _ECHO]) in runs for at in range(len(theirs) - _ECHO + 1)):
            return True
    return False


_OWNED = re.compile(r"\b(?:my|our) (\w{4,})", re.IGNORECASE)


def _takes_theirs(sentence: str, rehearsal: Rehearsal) -> bool:
    """Whether the senior calls "my" what the mentor called "my" or "our": the mentor's sentences, slides, time."""
    said = " ".join((*rehearsal.said, rehearsal.situation)).lower()
    theirs = set(_OWNED.findall(said)) - set(re.findall(r"\byour (\w{4,})", said)) - _BOTH
    return not theirs.isdisjoint(re.findall(r"\bmy (\w{4,})", sentence.lower()))


_BOTH = frozenset(
    "team time mind point side view week work meeting session sessions company department project".split()
)
"""What a senior may call "my" as well."""


def _is_repeated(sentence: str, before: Sequence[str]) -> bool:
    """Whether it was said before, whole or as the greater part of a line."""
    plain = " ".join(words(sentence))
    for line in before:
        if fuzz.token_sort_ratio(plain, " ".join(words(line))) >= SIMILAR:
            return True
        pieces = re.split(r"(?<=[.?!…])\s+", line)
        if any(fuzz.token_sort_ratio(plain, " ".join(words(piece))) >= SIMILAR for piece in pieces):
            return True
    return False


def _is_invented(sentence: str, rehearsal: Rehearsal) -> bool:
    """Whether it brings up something grave, a name or a number that nobody has spoken of."""
    known = " ".join([rehearsal.situation, rehearsal.senior.role, rehearsal.senior.name, *rehearsal.said]).lower()
    for found in _signs()["grave"].finditer(sentence):
        if found[0].lower()[:5] not in known:
            return True
    if any(number not in known for number in re.findall(r"\d+", sentence)):
        return True
    return any(name.lower() not in known and name.lower() not in _CALENDAR for name in _NAME.findall(sentence))


def is_tied(text: str, rehearsal: Rehearsal) -> bool:
    """Whether an answer takes up the talk: asks something, or shares a word of substance with what was said."""
    said = {stem for line in (*rehearsal.said[-2:], rehearsal.situation) for stem in stems(line)}
    return "?" in text or bool(said & set(stems(text)))
