"""Ten minutes before a session: what was promised, three questions to bring, and what to do instead of explaining.

The questions come from the last session, from what the next one is to be about and from the reader's role, one of each
where they are known. Pure.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final
from zlib import crc32

from assistant.coach.leaders import Family
from assistant.coach.reflection.asking import pick
from assistant.coach.reflection.cast import Cast
from assistant.coach.reflection.moments import OF_MISTAKE, Moment, find_theme
from assistant.coach.reflection.record import About, Bring, Promised
from assistant.coach.reflection.telling import fill, quoted, spoken_words
from assistant.coach.reflection.words import ReflectionWords, UrgeText
from assistant.text import clean, shorten

OTHERS: Final = 9
"""Further questions, for who wants another."""
LONGEST_TOPIC: Final = 8
"""Words of a topic that can stand inside a question."""
_LAST, _TOPIC, _ROLE, _ANY = "from your last session", "for your topic", "from where you sit", "always worth asking"


def promised(about: About) -> tuple[Promised, ...]:
    """The reader's own promises that are open, missed or were kept lately; the oldest first."""
    mine = [one for one in about.known.commitments if one.owner in ("mentee", None) and one.is_carried]
    return tuple(Promised(text=one.text, due=one.due, state=one.state) for one in mine)


def bring(
    about: About, cast: Cast, moments: Sequence[Moment], families: Sequence[Family], words: ReflectionWords
) -> tuple[Bring, ...]:
    """Questions to bring: the first three each from another source where there are such, then the others."""
    key = "".join(
        [about.topic, about.mentee_role, str(about.known.sessions), *(one.quote.quote for one in moments[:2])]
    )
    sources = [
        list(_from_last(about, cast, moments, words)),
        list(_from_topic(about, cast, moments, words)),
        list(_from_role(about, families, words)),
        [Bring(text=ask, why=_ANY, frame=f"anybody/{at}") for at, ask in enumerate(words.before.anybody)],
    ]
    found: list[Bring] = []
    for source in sources[:3]:
        found += _next(source, key, about, found)
    while len(found) < 3 + OTHERS:
        more = [one for source in (sources[3], *sources[:3]) for one in _next(source, key, about, found)]
        if not more:
            break
        found += more
    return tuple(found)


def _next(source: Sequence[Bring], key: str, about: About, found: Sequence[Bring]) -> list[Bring]:
    taken = {one.frame for one in found}
    left = [one for one in source if one.frame not in taken and one.text not in {other.text for other in found}]
    if not left:
        return []
    frame, _ = pick([(one.frame, one.text) for one in left], key, taken, about.used)
    return [next(one for one in left if one.frame == frame)]


def _from_last(about: About, cast: Cast, moments: Sequence[Moment], words: ReflectionWords) -> Iterator[Bring]:
    """What the last session left open: by what happened in it, what the check found, and in the mentor's own words."""
    texts = words.before.after_moves
    for move in dict.fromkeys([*(one.move for one in moments), *(OF_MISTAKE[one] for one in about.known.findings)]):
        for at, ask in enumerate(texts.get(move, ())):
            quotes = next(((one.quote,) for one in moments if one.move == move), ())
            yield Bring(text=fill(ask, cast), why=_LAST, frame=f"last:{move}/{at}", quotes=quotes)
    said = [(one, spoken_words(one, cast)) for one in moments]
    for moment, heard in [(one, heard) for one, heard in said if heard][:2]:
        for at, ask in enumerate(words.before.last_time):
            text = fill(ask, cast, quote=quoted(heard))
            yield Bring(text=text, why=_LAST, frame=f"last:said/{at}", quotes=(moment.quote,))


def _from_topic(about: About, cast: Cast, moments: Sequence[Moment], words: ReflectionWords) -> Iterator[Bring]:
    topic = shorten(" ".join(clean(about.topic).split()).rstrip(".?! "), 80)
    theme = find_theme(topic, words.themes) if topic else None
    named = theme.id if theme else next((one.theme for one in moments if one.theme), "")
    for one in words.themes:
        if one.id == named:
            why = _TOPIC if theme else _LAST
            yield from (Bring(text=ask, why=why, frame=f"{one.id}/bring/{at}") for at, ask in enumerate(one.bring))
    if topic and len(topic.split()) <= LONGEST_TOPIC and "?" not in topic:
        inside = topic if topic.split()[0].isupper() else topic[:1].lower() + topic[1:]
        for at, ask in enumerate(words.before.topic):
            yield Bring(text=fill(ask, cast, topic=inside), why=_TOPIC, frame=f"topic/{at}")


def _from_role(about: About, families: Sequence[Family], words: ReflectionWords) -> Iterator[Bring]:
    role = short_role(about.mentee_role)
    asks = [ask for family in families[:2] for ask in words.before.families[family]]
    asks += list(words.before.with_role) if role else []
    for at, ask in enumerate(dict.fromkeys(asks)):
        if "{role}" not in ask or role:
            yield Bring(text=ask.replace("{role}", role), why=_ROLE, frame=f"role/{at}/{'-'.join(families[:2])}")


def short_role(role: str) -> str:
    """The role as it stands after "the": without an article, a name or an age; empty where it is no short role."""
    bare = re.split(r"[,;(/\n]", clean(role))[0].strip()
    bare = re.sub(r"^(?:our|the|my|a|an)\s+", "", bare, flags=re.IGNORECASE)
    return bare if 0 < len(bare) <= 40 and len(bare.split()) <= 5 else ""


def choose_urge(about: About, moments: Sequence[Moment], words: ReflectionWords) -> UrgeText:
    """The card: for the sting after a session that stung, else in turn."""
    urges = words.before.urges
    moves = {one.move for one in moments[:4]} | {OF_MISTAKE[one] for one in about.known.findings}
    stung = [one for one in urges if "sting" in one.text]
    if moves & {"defended", "uneasy", "brushed_aside"} and stung:
        return stung[0]
    key = f"{about.known.sessions}{about.topic}{''.join(sorted(moves))}"
    return urges[crc32(key.encode("utf-8", "replace")) % len(urges)]
