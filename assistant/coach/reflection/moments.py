"""The moments of a note that carry a session, each with the words that tell it and what happened there.

A moment is a clause in which a cue of `knowledge/reflection/moves.yaml` stands; findings of the note check and turns of
a transcript add theirs. Where no cue stands, a sentence is a moment all the same: every note has something to ask
about. Pure.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final, NamedTuple

from assistant.coach.reflection.cast import PRONOUNS, Cast
from assistant.coach.reflection.fragments import cut_around, evidence
from assistant.coach.reflection.words import ReflectionWords, Theme, Who
from assistant.notes.mistake import Mistake
from assistant.notes.note import Evidence, Finding, Note, Record, Side, Transcript, Turn
from assistant.notes.segments import Segment, cut_segments
from assistant.text import content_words

LEAST_WORDS: Final = 2
"""Words with a meaning of their own that a quote has at least."""
LONG_TURN: Final = 60
"""Words from which a turn of the senior that asks nothing counts as an explanation."""
MOST: Final = 60
"""Moments that are looked at; the rest of a long transcript is passed over."""
OF_MISTAKE: Final = {
    Mistake.ONE_WAY_LECTURING: "explained",
    Mistake.TECH_ONLY_FOCUS: "tools_only",
    Mistake.TOO_MUCH_HIERARCHY: "gave_task",
    Mistake.NO_TIME: "short_of_time",
    Mistake.ALIBI: "for_show",
    Mistake.MENTOR_HOLDS_BACK: "held_back",
    Mistake.MENTEE_DEFENSIVE: "defended",
    Mistake.UNCLEAR_EXPECTATIONS: "unclear",
    Mistake.NO_FOLLOW_THROUGH: "not_kept",
    Mistake.CONFIDENTIALITY_BREACH: "passed_on",
}
"""What happened where the note check found a mistake and no cue stands."""
_DRY = re.compile(
    r"^(?:session|sitzung|séance|sesión|meeting|#|week|month|s)\s*(?:nr\.? ?|#)?\d|^\W*\d{1,2}[:.]\d{2}|"
    r"^(?:notes?|subject|topic|room|"
    r"date|time|place|betreff|thema|ort)\b\s*:|\b(?:umbrella|toner|onions|coffee machine|parking|weather|raining|"
    r"tyres)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(r"(?<![\w'’])(?:i|he|she|ich|er|sie|je|il|elle|yo|él|ella)(?!\w)", re.IGNORECASE)
_MARKED = re.compile(r"\W*(me|my|his|her)\b", re.IGNORECASE)
"""Who is meant by a line such as "me: because they run the projects"."""
_ASKS = re.compile(
    r"\b(?:ask\w*|want\w* to know|wonder\w*|said|says|thinks?|thought|told|knows?|knew|saw|see|which|what|who|"
    r"how|why|whom)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[.;:!?–—,(]\s*|\s(?:and|but|so|then|because|und|aber|mais|et|pero|y)\s", re.IGNORECASE)
_ELLIPTIC = (
    r"(?:^\W*|(?<=[.;:!?–-] ))(?=(?:told|asked|said|tried|explained|learned|learnt|promised|listened|"
    r"admitted|held forth|took over)\b)"
)
"""An "I" that a note leaves out."""
_HEADER = re.compile(
    r"\b(?:session|with|w/|coffee|sitzung|mit|séance|avec|sesión|con|min|minutes|hour|room|office)\b", re.IGNORECASE
)
_NUMBER = re.compile(
    r"\d|\b(?:half|third|twice|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b", re.IGNORECASE
)
_SPEECH = re.compile(r"[\"“„«][^\"”“»]{8,}[\"”»]")


class Moment(Record):
    """One clause of the note, and what happened in it."""

    move: str
    quote: Evidence
    sentence: Evidence
    spoken: Side | None = None
    """In a transcript: which side said it, where that is known."""
    speaker: str = ""
    """In a transcript: the name of who said it."""
    theme: str = ""
    score: float


class _Page(NamedTuple):
    """What is read, and with which words."""

    text: str
    cast: Cast
    words: ReflectionWords


class _Place(NamedTuple):
    """Where in it: a sentence, who speaks it in a transcript, and how far down it stands, in [0, 1]."""

    segment: Segment
    spoken: Side | None = None
    depth: float = 0.0


def find_moments(note: Note, cast: Cast, words: ReflectionWords, findings: Sequence[Finding] = ()) -> list[Moment]:
    """The moments of a note, the most telling first; empty only for a note without words."""
    page = _Page(note.text, cast, words)
    found = list(_of_turns(page, note.transcript) if note.transcript else _of_prose(page))
    found += _of_findings(page, findings)
    best: dict[tuple[int, int], Moment] = {}
    for one in found:
        key = (one.quote.start, one.quote.end)
        if key not in best or best[key].score < one.score:
            best[key] = one
    ranked = sorted(best.values(), key=lambda one: (-one.score, one.quote.start))
    return ranked[:MOST]


def _of_prose(page: _Page) -> Iterator[Moment]:
    segments = cut_segments(page.text)
    for at, segment in enumerate(segments):
        yield from _in_sentence(page, _Place(segment, depth=at / max(1, len(segments) - 1)))


def _of_turns(page: _Page, transcript: Transcript) -> Iterator[Moment]:
    for at, turn in enumerate(transcript.turns):
        depth = at / max(1, len(transcript.turns) - 1)
        for moment in _of_turn(page, turn, transcript.side(turn.speaker), depth):
            yield moment.model_copy(update={"speaker": turn.speaker})


def _of_turn(page: _Page, turn: Turn, side: Side | None, depth: float) -> Iterator[Moment]:
    """In a turn of the senior an "I" is the senior, as in a note of the senior's own."""
    said = page.text[turn.start : turn.end]
    own = page._replace(cast=page.cast.model_copy(update={"writer": side}))
    places = [_Place(Segment(turn.start + s, turn.start + e), side, depth) for s, e in cut_segments(said)]
    for place in places:
        quoted = page.text[place.segment.start : place.segment.end]
        if quoted.rstrip().endswith("?") and len(content_words(quoted)) >= LEAST_WORDS and side:
            yield _moment(own, place, "asked" if side == "mentee" else "was_asked")
        else:
            yield from _in_sentence(own, place)
    if side == "mentee" and len(said.split()) >= LONG_TURN and "?" not in said and places:
        yield _moment(own, places[0], "explained")


def _in_sentence(page: _Page, place: _Place) -> Iterator[Moment]:
    sentence = page.text[place.segment.start : place.segment.end]
    if len(content_words(sentence)) < LEAST_WORDS:
        return
    found = False
    for move, pattern in _patterns(page.words, page.cast):
        cue = next((one for one in pattern.finditer(sentence) if not _is_embedded(sentence, one)), None)
        if cue and _fits(page.words.moves[move].who, sentence, cue, page.cast):
            found = True
            yield _moment(page, place, move, cue.span())
    if not found:
        yield _moment(page, place, {"mentor": "heard_point", "mentee": "you_said", None: "moment"}[place.spoken])


def _is_embedded(sentence: str, cue: re.Match[str]) -> bool:
    """Whether another subject stands before that of the cue in its clause: "she asked what I think" is no thought."""
    if not _PERSON.match(cue[0].lstrip()):
        return False
    begin = max((one.end() for one in _CLAUSE.finditer(sentence, 0, cue.start())), default=0)
    before = sentence[begin : cue.start()]
    return _PERSON.search(before) is not None and _ASKS.search(before) is not None


def _with_junior(pattern: str, junior: str) -> str:
    """With the junior as the subject; a subject that a verb's ending holds, as in Spanish, has no blank behind it."""
    silent = "(?=(?:me|nos|le)" in junior
    return pattern.replace("{J} ", f"(?:{junior} ?)" if silent else f"{junior} ").replace("{J}", junior)


def _fits(who: Who, sentence: str, cue: re.Match[str], cast: Cast) -> bool:
    """Whether the nearest person before the cue, or in it, can be the one whose act the move is."""
    if who == "any" or cast.writer is None:
        return True
    if marked := _MARKED.match(cue[0]):
        is_writer = marked[1].lower() in ("me", "my")
        return (cast.writer == {"senior": "mentee", "junior": "mentor"}[who]) == is_writer
    before = list(_PERSON.finditer(sentence, 0, cue.start())) or list(_PERSON.finditer(sentence, *cue.span()))[:1]
    if _PERSON.match(sentence, cue.start()) or not before:
        return True
    is_writer = before[-1][0].lower() == PRONOUNS.get(cast.language, PRONOUNS["en"])[0]
    return (cast.writer == {"senior": "mentee", "junior": "mentor"}[who]) == is_writer


def _patterns(words: ReflectionWords, cast: Cast) -> list[tuple[str, re.Pattern[str]]]:
    language = cast.language if cast.language in ("en", "de", "fr", "es") else "en"
    return _compiled(words, language, cast.subjects.senior, cast.subjects.junior, cast.writer is None)


def _compiled(
    words: ReflectionWords, language: str, senior: str, junior: str, nobody: bool
) -> list[tuple[str, re.Pattern[str]]]:
    """The cues with the subjects of this note; where nobody is known, those alone that need no subject."""
    made = []
    elliptic = rf"|{_ELLIPTIC}" if senior.endswith("i(?!\\w)") else ""
    for move in words.moves.values():
        cues = move.cues.get(language, ())  # type: ignore[call-overload]
        if nobody:
            cues = tuple(cue for cue in cues if "{S}" not in cue and "{J}" not in cue)
            if move.who != "any":
                continue
        if cues:
            joined = "|".join(f"(?:{cue})" for cue in cues)
            joined = joined.replace("{S} ", rf"(?:{senior} {elliptic})").replace("{S}", senior)
            joined = _with_junior(joined, junior)
            made.append((move.id, _compile(joined)))
    return made


@cache
def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _moment(page: _Page, place: _Place, move: str, cue: tuple[int, int] = (0, 0)) -> Moment:
    """The moment of a sentence; `cue`: half-open offsets in the sentence."""
    text, segment = page.text, place.segment
    sentence = Evidence(quote=text[segment.start : segment.end], start=segment.start, end=segment.end)
    cuts = (cut_around(text, segment, segment.start + start, segment.start + end) for start, end in (cue, (0, 0)))
    quotes = [evidence(text, cut) for cut in cuts if cut.end > cut.start]
    quote = next((one for one in quotes if len(content_words(one.quote)) >= LEAST_WORDS), sentence)
    theme = find_theme(sentence.quote, page.words.themes)
    score = _score(page.words.moves[move].weight, quote.quote, theme, place.depth)
    return Moment(
        move=move,
        quote=quote,
        sentence=sentence,
        spoken=place.spoken,
        theme=theme.id if theme else "",
        score=score - _header(move, quote.quote, place.depth),
    )


def _score(weight: int, quote: str, theme: Theme | None, place: float) -> float:
    count = len(quote.split())
    score = float(weight)
    score += 1.5 if _SPEECH.search(quote) else 0.0
    score += 0.7 if _NUMBER.search(quote) else 0.0
    score += 1.0 if theme else 0.0
    score += 1.0 if 6 <= count <= 16 else 0.0
    score -= 2.0 if count < 4 else 0.0
    score += 0.5 if _PERSON.search(quote) else 0.0
    score -= 4.0 if _DRY.search(quote) else 0.0
    return score - 0.3 * place


def _header(move: str, quote: str, place: float) -> float:
    """What a first line loses that only says who met where."""
    return 3.0 if place == 0 and move in ("moment", "short_of_time", "number") and _HEADER.search(quote) else 0.0


def find_theme(sentence: str, themes: Sequence[Theme]) -> Theme | None:
    """What a sentence is about: the theme of which most words stand in it; None without any."""
    best = max(themes, key=lambda theme: len(_theme_pattern(theme).findall(sentence)))
    return best if _theme_pattern(best).search(sentence) else None


def _theme_pattern(theme: Theme) -> re.Pattern[str]:
    return _compile(rf"\b(?:{'|'.join(map(re.escape, theme.words))})\b")


def _of_findings(page: _Page, findings: Sequence[Finding]) -> Iterator[Moment]:
    """What the note check found, worth more the surer it is."""
    for finding in findings:
        for one in finding.evidence[:1]:
            made = _moment(page, _Place(Segment(one.start, one.end)), OF_MISTAKE[finding.mistake])
            yield made.model_copy(update={"score": made.score + 4 * finding.confidence})
