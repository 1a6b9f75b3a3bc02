"""The listening check: what a note shows of how the senior listened, and otherwise a question. Never a share or a score
of prose; a transcript has measures, which are told as they are. Pure."""

import re
from collections.abc import Sequence
from typing import Final

from assistant.coach.reflection.cast import Cast
from assistant.coach.reflection.moments import Moment
from assistant.coach.reflection.record import Listening
from assistant.coach.reflection.telling import choose, fill, quoted
from assistant.coach.reflection.words import ListeningText
from assistant.notes.note import Debrief, Evidence, Measures

_OWN_STORY = re.compile(
    r"\b(?:about|of) (?:my|his|her) (?:own|first|time|days|daughter|son|father|career|years)|\b(?:my|his|her) "
    r"own\b|\bin (?:19|20)\d\d\b|"
    r"\bin my day\b|\bstor(?:y|ies) (?:about|of|from)\b",
    re.IGNORECASE,
)
_KINDS: Final = {
    "asked": "asked",
    "listened": "gave_back",
    "opened_up": "own_story",
    "explained": "told",
}
MOST: Final = 2


def check_listening(
    moments: Sequence[Moment], cast: Cast, text: ListeningText, debrief: Debrief | None, measures: Measures | None
) -> Listening:
    """What there is to say, at most two things and the debrief's or the transcript's figure, and one question."""
    seen: list[str] = []
    quotes: list[Evidence] = []
    kinds: list[str] = []
    for moment in moments:
        kind = _kind(moment)
        if kind and kind not in kinds and len(quotes) < MOST and not _overlaps(moment.quote, quotes):
            kinds.append(kind)
            quotes.append(moment.quote)
            seen.append(fill(getattr(text, kind), cast, quote=quoted(moment.quote.quote)))
    if debrief and debrief.asked_more:
        words = {"mentee": text.mostly_you, "mentor": text.mostly_mentor, "even": text.even}[debrief.asked_more]
        seen.append(fill(words, cast))
    seen += _measured(measures, cast, text)
    first = next((kind for kind in ("told", "own_story", "asked", "gave_back") if kind in kinds), "nothing")
    options = getattr(text.questions, first)
    key = quotes[0].quote if quotes else "".join(moment.quote.quote for moment in moments[:1])
    question = fill(choose(options, key), cast)
    return Listening(seen=tuple(seen or [text.nothing]), question=question, quotes=tuple(quotes))


def _kind(moment: Moment) -> str | None:
    kind = _KINDS.get(moment.move)
    if moment.move == "you_said" and _OWN_STORY.search(moment.sentence.quote):
        return "own_story"
    return kind


def _overlaps(quote: Evidence, others: Sequence[Evidence]) -> bool:
    return any(quote.start < one.end and one.start < quote.end for one in others)


def _measured(measures: Measures | None, cast: Cast, text: ListeningText) -> list[str]:
    senior = next((one for one in measures.speakers if one.side == "mentee"), None) if measures else None
    if senior is None or senior.drawing_out is None:
        return []
    return [fill(text.measured, cast, share=f"{senior.drawing_out:.0%}")]
