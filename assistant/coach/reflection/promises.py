"""What the reader could take on: what the note says was promised, else something small from what was talked about.

Each in the reader's own first person, with a day. Pure.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from assistant.coach.reflection.asking import short_of
from assistant.coach.reflection.cast import Cast
from assistant.coach.reflection.moments import Moment
from assistant.coach.reflection.promised import find_promises
from assistant.coach.reflection.record import Proposal
from assistant.coach.reflection.telling import choose, fill, quoted
from assistant.coach.reflection.words import ReflectionWords
from assistant.notes.note import Note
from assistant.text import content_words

MOST: Final = 3
WEEK: Final = timedelta(7)
_ASKED = re.compile(r"(?:what|why|how|who|whom|which|where|when|if|whether)\b", re.IGNORECASE)


def propose(
    note: Note, cast: Cast, moments: Sequence[Moment], words: ReflectionWords, *, today: date, due: date
) -> tuple[Proposal, ...]:
    """One to three: promises first, then what the moments offer. `due`: where the note names no day."""
    found: list[Proposal] = []
    for one in find_promises(note, cast, today, due):
        if not any(_same(one.text, other.text) for other in found):
            found.append(one)
    if len(found) < MOST:
        for one in _offered(note, cast, moments, words, due):
            if len(found) == (2 if found and found[0].promised else MOST):
                break
            if not any(_same(one.text, other.text) for other in found):
                found.append(one)
    return tuple(found[:MOST])


def _same(one: str, other: str) -> bool:
    mine, theirs = set(content_words(one)), set(content_words(other))
    return len(mine & theirs) >= 0.6 * max(1, min(len(mine), len(theirs)))


def _offered(
    note: Note, cast: Cast, moments: Sequence[Moment], words: ReflectionWords, due: date
) -> Iterator[Proposal]:
    seen: set[str] = set()
    ranked = sorted(moments, key=lambda one: (one.move == "moment", words.moves[one.move].tone not in ("hard", "turn")))
    for moment in ranked:
        options = words.moves[moment.move].commitments
        if not options or moment.move in seen or (moment.move == "moment" and seen):
            continue
        seen.add(moment.move)
        short = short_of(note.text, moment)
        if moment.move == "asked" and not _ASKED.match(short.quote):
            continue
        template = choose(options, moment.quote.quote)
        name = cast.name or "my mentor"
        text = re.sub(r"your mentor", name, fill(template, cast, short=quoted(short.quote)))
        yield Proposal(text=text, due=due, quotes=(short,))
