"""From moments to questions: which moments are asked about in which step, and in which words.

One strength first; then what cost or moved something; at the end what follows from it. No wording comes twice in one
result, and those that earlier sessions had come last. Pure.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple
from zlib import crc32

from assistant.coach.reflection.cast import Cast
from assistant.coach.reflection.fragments import SHORT, core_of, evidence, shorten_to
from assistant.coach.reflection.moments import Moment
from assistant.coach.reflection.record import Prompt, Stage
from assistant.coach.reflection.telling import choose, fill, quoted, tell
from assistant.coach.reflection.words import ReflectionWords, Tone
from assistant.notes.note import Evidence
from assistant.notes.segments import Segment
from assistant.text import content_words

FEW_WORDS, MANY_WORDS, VERY_MANY = 25, 120, 400
"""Of a note: below the first one question a step, from the others two, and three."""
THEMED: Final = frozenset(
    "heard_point mentor_opened_up surprised number moment shown you_said asked was_asked warm tools_only "
    "held_back disagreed".split()
)
"""What happened where a question about the matter says more than one about the craft."""


LEAST_TELLING: Final = 4.0
"""Score from which a sentence without a cue is asked about where there are others."""


_DAY = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\bthe \d|\b\d{1,2}(?:st|nd|rd|th)\b|tomorrow", re.IGNORECASE
)
"""A day that a promise names already."""


BARELY_TELLING: Final = 1.75
"""Score below which it is not asked about even where there is no other: a line that says who met where."""


class Counts(NamedTuple):
    """How many questions each step has."""

    what: int
    so_what: int
    now_what: int


def count_for(words: int, *, quick: bool) -> Counts:
    """How many questions a note of so many words bears."""
    if quick or words < FEW_WORDS:
        return Counts(1, 1, 1)
    if words < MANY_WORDS:
        return Counts(2, 1, 1)
    return Counts(2, 2, 2) if words < VERY_MANY else Counts(3, 3, 2)


class Asker:
    """Words the questions of one result."""

    def __init__(self, text: str, cast: Cast, words: ReflectionWords, used: frozenset[str]) -> None:
        self._text, self._cast, self._words, self._earlier = text, cast, words, used
        self._taken: set[str] = set()
        self._told: set[tuple[int, int]] = set()
        self._themed: set[Stage] = set()

    def ask_all(self, moments: Sequence[Moment], counts: Counts) -> list[Prompt]:
        """The questions of all steps, in order. `moments`: at least one, the most telling first."""
        strength = self._strength(moments)
        rest = [one for one in moments if not _overlaps(one, strength)]
        deep = _spread([one for one in rest if self._tone(one) in ("hard", "turn")])
        rest = [*deep, *_spread([one for one in rest if not any(_overlaps(one, other) for other in deep)])]
        plain = [one for one in rest if self._tone(one) != "step"]
        telling = [one for one in plain if one.move != "moment" or one.score >= LEAST_TELLING]
        rest = telling or [one for one in plain[:1] if one.score >= BARELY_TELLING] or [strength]
        deep = deep or rest or [strength]
        steps = _spread([one for one in moments if one.move == "promised"])
        prompts = [self._ask("what", strength, strong=True)]
        prompts += [self._ask("what", one) for one in deep[: counts.what - 1] if one != strength]
        later = _turned(rest[: counts.what + counts.so_what - 1] or deep, counts.what - 1)
        prompts += [self._ask("so_what", one) for one in _some(later, counts.so_what)]
        ahead = [*steps[:1], *_turned(deep, counts.what + counts.so_what - 1)]
        prompts += [self._ask("now_what", one) for one in _some(ahead, counts.now_what)]
        return prompts

    def _tone(self, moment: Moment) -> Tone:
        return self._words.moves[moment.move].tone

    def _strength(self, moments: Sequence[Moment]) -> Moment:
        """What went well, else what got through, else the first: it cost something to write it down."""
        for tone in ("strong", "turn"):
            for one in moments:
                if self._tone(one) == tone:
                    return one
        return next((one for one in moments if self._tone(one) != "step"), moments[0])

    def _ask(self, stage: Stage, moment: Moment, *, strong: bool = False) -> Prompt:
        question, frame = self._question(stage, moment)
        quote, lead = self._lead(moment)
        return Prompt(
            stage=stage,
            text=f"{lead} {question}",
            quotes=(quote,),
            move=moment.move,
            frame=frame,
            praise=self._praise(moment) if strong else "",
        )

    def _lead(self, moment: Moment) -> tuple[Evidence, str]:
        key = (moment.sentence.start, moment.sentence.end)
        if key in self._told:
            short = self._short(moment)
            again = choose(self._words.phrases.leads.again, f"{short.quote}{len(self._taken)}")
            return short, fill(again, self._cast, quote=quoted(short.quote))
        self._told.add(key)
        return moment.quote, tell(moment, self._cast, self._words.phrases.leads).sentence

    def _short(self, moment: Moment) -> Evidence:
        return short_of(self._text, moment)

    def _praise(self, moment: Moment) -> str:
        strengths, tone = self._words.phrases.strengths, self._tone(moment)
        if tone == "hard":
            options = {"mentee": strengths.hard_senior, "mentor": strengths.hard_mentor, None: strengths.plain}[
                None if moment.spoken else self._cast.writer
            ]
        else:
            options = {"strong": strengths.strong, "turn": strengths.turn}.get(tone, strengths.plain)
        return fill(choose(options, moment.quote.quote), self._cast)

    def _question(self, stage: Stage, moment: Moment) -> tuple[str, str]:
        move = self._words.moves[moment.move]
        options = [(f"{move.id}/{stage}/{at}", ask) for at, ask in enumerate(move.asks(stage))]
        theme = next((one for one in self._words.themes if one.id == moment.theme), None)
        if theme and stage != "what" and stage not in self._themed and move.id in THEMED:
            asks = theme.so_what if stage == "so_what" else theme.now_what
            themed = [(f"{theme.id}/{stage}/{at}", ask) for at, ask in enumerate(asks)]
            if any(frame not in self._taken | self._earlier for frame, _ in themed):
                options = themed
                self._themed.add(stage)
        if _DAY.search(moment.quote.quote):
            options = [one for one in options if "which day" not in one[1]] or options
        frame, ask = pick(options, moment.quote.quote, self._taken, self._earlier)
        self._taken.add(frame)
        return fill(ask, self._cast), frame


def short_of(text: str, moment: Moment) -> Evidence:
    """The matter of a moment in a few words of the note."""
    start = core_of(text, moment.quote.start, moment.quote.end)
    for begin in (start, moment.quote.start):
        whole = Segment(begin, moment.quote.end)
        short = evidence(text, shorten_to(text, *whole, whole, SHORT))
        if len(content_words(short.quote)) > 1:
            return short
    return moment.quote


def pick(
    options: Sequence[tuple[str, str]], key: str, taken: "set[str] | frozenset[str]", earlier: frozenset[str]
) -> tuple[str, str]:
    """A wording by the words it is about, in turn such as are new, new in this result, and any."""
    start = crc32(key.encode("utf-8", "replace")) % len(options)
    turned = [*options[start:], *options[:start]]
    for shut in (taken | earlier, taken):
        for frame, ask in turned:
            if frame not in shut:
                return frame, ask
    return turned[0]


def _spread(moments: Sequence[Moment]) -> list[Moment]:
    """At most one a sentence, and no kind twice before the others were there."""
    first: list[Moment] = []
    later: list[Moment] = []
    for one in moments:
        if any(_overlaps(one, other) for other in (*first, *later)):
            continue
        known = one.move == "moment" or any(one.move == other.move for other in first)
        (later if known else first).append(one)
    return [*first, *later]


def _overlaps(one: Moment, other: Moment) -> bool:
    return one.sentence.start < other.sentence.end and other.sentence.start < one.sentence.end


def _turned(moments: list[Moment], by: int) -> list[Moment]:
    at = by % len(moments) if moments else 0
    return [*moments[at:], *moments[:at]]


def _some(moments: Sequence[Moment], count: int) -> Sequence[Moment]:
    return list(dict.fromkeys(moments))[:count]
