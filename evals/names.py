"""Made-up rosters, and names written as people write them: with one letter wrong, in part, turned round, in capitals.

For the suite `pseudonyms`. Half of the names are in no list that the product has. Always the same for one seed.
"""

import random
from collections.abc import Iterator

from assistant.privacy.data import family_names, given_names, ordinary_words

SEED = 20
_SYLLABLES = (
    "ba be do fi go ha jo ka ku la le li ma mi mo na ne ni no pa ra ri ro sa se shi ta te to va vi wa yo zu".split()
)
_FRAMES = (
    "Yesterday {} told me that the plan is off.",
    "I asked {} what they would drop first.",
    "Sat with {} for an hour; nothing new.",
    "notes from the talk with {} (42 min)",
    "It was {}'s idea to stop the weekly report.",
    "So {} and the others left before the end.",
    "We gave {} the short version, in the lift.",
    "The room of {} has no door any more.",
)
_WORDS_TOO = ("Will", "Mark", "Grace", "May", "Rose", "Hope", "Bill", "Dawn", "Frank", "Joy")
Form = tuple[str, str]
"""Kind and what is written."""


def make_names(count: int, seed: int = SEED, *, with_words: float = 0.0) -> tuple[str, ...]:
    """Full names; the share `with_words` of them begins with an ordinary word, such as Will."""
    rng = random.Random(seed)
    words = ordinary_words()
    given = sorted(name for name in given_names() - words if len(name) > 3)
    family = sorted(name for name in family_names() - words if len(name) > 4)
    names = []
    for number in range(count):
        if number % 2:
            first, last = _invent(rng, 2), _invent(rng, 3)
        else:
            first, last = rng.choice(given), rng.choice(family)
        if rng.random() < with_words:
            first = rng.choice(_WORDS_TOO)
        names.append(f"{first.title()} {last.title()}")
    return tuple(names)


def _invent(rng: random.Random, syllables: int) -> str:
    return "".join(rng.choice(_SYLLABLES) for _ in range(syllables)) + rng.choice(("", "n", "s", "r"))


def write_forms(name: str, rng: random.Random) -> Iterator[Form]:
    """A full name of two words in the forms that notes have."""
    first, last = name.split()
    yield from (("exact", name), ("exact", first), ("exact", last))
    yield from (("variant", name.lower()), ("variant", name.upper()), ("variant", f"{first[0]}. {last}"))
    yield from (("variant", f"{last}, {first}"), ("variant", f"{first}-{last}"), ("variant", f"{first} {last[0]}."))
    yield from (("variant", last.lower()), ("variant", first.lower()))
    if len(last) > 5:
        yield "typo", _misspell(last, rng)


def _misspell(word: str, rng: random.Random) -> str:
    """One letter left out, doubled or replaced, or two turned round; never the first."""
    at = rng.randrange(1, len(word) - 2)
    return rng.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + rng.choice("aeiourstn") + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )


def write_sentences(names: tuple[str, ...], seed: int = SEED) -> Iterator[tuple[str, str, str, tuple[int, int]]]:
    """(kind, name, sentence, half-open offsets of the mention) of every form of every name."""
    rng = random.Random(seed)
    for name in names:
        for kind, form in write_forms(name, rng):
            frame = rng.choice(_FRAMES)
            start = frame.index("{")
            yield kind, name, frame.format(form), (start, start + len(form.rstrip(".")))
