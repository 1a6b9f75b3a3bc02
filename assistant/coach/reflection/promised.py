"""What a note says that the senior promised, as the senior would say it: "Ask Pieter in legal", with the day it names.

English is read clause by clause; of other languages the note's own words are kept. Pure.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from assistant.coach.reflection.cast import Cast
from assistant.coach.reflection.days import find_day, without_day
from assistant.coach.reflection.fragments import cut_around, evidence, shorten_to
from assistant.coach.reflection.record import Proposal
from assistant.coach.reflection.telling import quoted
from assistant.notes.note import Evidence, Note
from assistant.notes.segments import Segment, cut_segments
from assistant.text import content_words

LONGEST: Final = 16
"""Words of a promise that is taken over."""
_WILL: Final = (
    r"(?:['’]ll| will| shall|['’]m going to| am going to|['’]s going to| is going to| promised to| promised "
    r"(?:him|her|me|\w+) to|"
    r" undertook to| agreed to| want to| wants to|['’]ve to| have to| has to| need to| needs to| intend to| plan "
    r"to| would like to|"
    r"['’]d like to|['’]m to| am to| is to) (?:now |also |then |first )?"
)
_AGREED: Final = r"\bagreed (?:that )?{who}(?:['’]d| would|['’]ll| will) "
_DOING: Final = r"(?:['’]m| am|['’]s| is) (?P<ing>\w+ing) "
_HABIT: Final = (
    "stop|start|leave|ask|try|bring|read|visit|ring|call|send|talk|speak|pick|write|go|take|join|sit|check|show|open|look|meet|"
    "give|change|move|raise|"
    "put|tell|invite|cut|drop|find|host|clear|book|get|make|let"
)
_TO_VERB = {"tries": "try", "goes": "go", "does": "do", "has": "have"}
_ING = {
    "going": "go",
    "taking": "take",
    "writing": "write",
    "making": "make",
    "giving": "give",
    "moving": "move",
    "cutting": "cut",
    "sitting": "sit",
    "getting": "get",
    "putting": "put",
    "inviting": "invite",
    "changing": "change",
    "having": "have",
    "coming": "come",
    "letting": "let",
    "dropping": "drop",
    "raising": "raise",
}
_NO_ACT = frozenset(
    "be not never still see think know feel need hope probably say like miss remember understand".split()
)
_STOP = re.compile(
    r"\s*(?:[;:!?()\[\]|→\"“”]|\.(?:\s|$)|,? (?:and|but|so|because|while|whereas|which)\b|"
    r",? (?:she|he) (?:will|is|has|was|asks|sends|brings|shows)\b|"
    r"\s[–—-]\s|,)",
    re.IGNORECASE,
)
_ITEM = re.compile(
    r"(?:^|[;.,(/]\s*|\b(?:to do|todo|next|action)s?:?\s*)(?P<who>me|i|mine|my side|he|she|him|her|"
    r"[A-Z]\w+)\s*[:→]\s*(?P<words>[^;\n.]{6,120})",
)
_OTHER_WORDS = {
    "de": re.compile(
        r"\b(?:ich (?:werde|will|möchte|muss)|werde ich|versprochen|vorgenommen|bis (?:Montag|Dienstag|Mittwoch|"
        r"Donnerstag|Freitag|zum \d+))",
        re.I,
    ),
    "fr": re.compile(
        r"\b(?:je vais|j'ai promis|je dois|d'ici|avant (?:lundi|mardi|mercredi|jeudi|vendredi|le \d+))", re.I
    ),
    "es": re.compile(
        r"\b(?:voy a|he prometido|prometí|tengo que|antes del? (?:lunes|martes|miércoles|jueves|viernes|\d+))", re.I
    ),
}
LEAST: Final = 3
"""Words after which a clause may end."""
LEAST_WORDS: Final = 2
"""Of those with a meaning of their own."""
_BETWEEN = re.compile(r"\bbetween \S+$", re.IGNORECASE)
_UNREAL = re.compile(r"\b(?:if|would|last time|had) $", re.IGNORECASE)
_WHEN = re.compile(r"\b(?:by|on|until|before|from|next|tomorrow|this week|at the)\b", re.IGNORECASE)
KEEP: Final = "Do what I noted, {quote}"


class _Page(NamedTuple):
    """What is read: a sentence of a note, and until when a promise without a day is."""

    text: str
    cast: Cast
    today: date
    due: date
    segment: Segment
    own: bool
    """Whether an "I" in it is the senior."""

    @property
    def sentence(self) -> str:
        """The sentence."""
        return self.text[self.segment.start : self.segment.end]

    @property
    def day(self) -> date:
        """The day that it names, or the one for promises without."""
        return find_day(self.sentence, self.today) or self.due


def find_promises(note: Note, cast: Cast, today: date, due: date) -> Iterator[Proposal]:
    """What the note says that the senior promised, in the order of the text. `due`: where it names no day."""
    for segment in cut_segments(note.text):
        speaker = _speaker(note, segment)
        if speaker == "mentor":
            continue
        page = _Page(note.text, cast, today, due, segment, speaker == "mentee" or cast.writer == "mentee")
        if cast.language in _OTHER_WORDS:
            yield from _as_noted(page)
        elif cast.writer or speaker:
            yield from _in_sentence(page)


def _as_noted(page: _Page) -> Iterator[Proposal]:
    """In another language the note's own words, which nobody turns into an act."""
    cue = _OTHER_WORDS[page.cast.language].search(page.sentence)
    if cue is None or not page.own:
        return
    start = page.segment.start
    kept = evidence(page.text, cut_around(page.text, page.segment, start + cue.start(), start + cue.end(), LONGEST))
    yield Proposal(text=KEEP.format(quote=quoted(kept.quote)), due=page.day, quotes=(kept,), promised=True)


def _speaker(note: Note, segment: Segment) -> str | None:
    if note.transcript is None:
        return None
    turn = next((one for one in note.transcript.turns if one.start <= segment.start < one.end), None)
    return (note.transcript.side(turn.speaker) or "nobody") if turn else "nobody"


def _in_sentence(page: _Page) -> Iterator[Proposal]:
    sentence = page.sentence
    for pattern in _patterns(page):
        for match in re.finditer(pattern, sentence, re.IGNORECASE | re.DOTALL):
            fields = match.groupdict()
            dated = not (fields.get("s") or fields.get("now")) or _WHEN.search(sentence)
            if not dated or _UNREAL.search(sentence[: match.start()]):
                continue
            made = list(_made(page, page.segment.start + match.start("words"), page.segment.end, _verb(fields)))
            if made:
                yield from made
                return
    yield from _listed(page)


def _patterns(page: _Page) -> list[str]:
    who = r"(?<!\w)i" if page.own else page.cast.subjects.senior
    patterns = [
        rf"{who}{_WILL}(?=(?P<words>\w.+))",
        _AGREED.replace("{who}", who) + r"(?=(?P<words>\w.+))",
        rf"{who}{_DOING}(?=(?P<words>.+))",
    ]
    if page.own:
        left_out = "will|going to|to do:?|must|want to|promised to|promised \\w+ to|need to"
        patterns.append(rf"^\W*(?:{left_out}) (?=(?P<words>\w.+))")
        patterns.append(rf"{who} (?P<words>(?P<now>{_HABIT}) .+)")
        patterns.append(rf"^\W*(?P<words>(?:{_HABIT}) .+\b(?:by|on|until|before|next|tomorrow|this week)\b.*)")
    else:
        patterns.append(rf"{who} (?P<s>(?:{_HABIT})(?:s|es)|tries|goes) (?P<words>.+)")
    return patterns


def _listed(page: _Page) -> Iterator[Proposal]:
    """`me: cheat sheet; she: reads it, picks the room`."""
    others = {*page.cast.pronouns, *(name.lower() for name in page.cast.others), "him", "her"}
    mine = {"me", "i", "mine", "my side"} if page.own else others
    for item in _ITEM.finditer(page.text, page.segment.start, page.segment.end):
        if item["who"].lower() in mine:
            yield from _made(page, item.start("words"), item.end("words"))


def _verb(fields: dict[str, str | None]) -> str | None:
    if ing := fields.get("ing"):
        return _ING.get(ing.lower(), ing[:-3].lower())
    if habit := fields.get("s"):
        low = habit.lower()
        return _TO_VERB.get(low) or (low[:-2] if low.endswith(("shes", "ches")) else low[:-1])
    return None


def _made(page: _Page, start: int, end: int, verb: str | None = None) -> Iterator[Proposal]:
    """The promise in the words between `start` and the end of the clause; `verb`: its act, where they lack it."""
    stops = (at.start() for at in _STOP.finditer(page.text, start, end))
    whole = (at for at in stops if not _BETWEEN.search(page.text[start:at]))
    stop = next((at for at in whole if len(page.text[start:at].split()) >= LEAST), end)
    cut = shorten_to(page.text, start, stop, page.segment, LONGEST)
    said = without_day(page.text[cut.start : cut.end]).strip(" ,;.-–—")
    act = f"{verb} {said}" if verb else said
    first = act.split(maxsplit=1)[0].lower() if act else ""
    if not verb and first.endswith("s") and first[:-1] in _HABIT.split("|"):
        act, first = act[: len(first) - 1] + act[len(first) :], first[:-1]
    act = act if page.own else _in_first_person(act, page.cast)
    if len(content_words(act)) >= LEAST_WORDS and first.isalpha() and first not in _NO_ACT:
        kept = Evidence(quote=page.text[cut.start : cut.end], start=cut.start, end=cut.end)
        yield Proposal(text=f"{act[:1].upper()}{act[1:]}", due=page.day, quotes=(kept,), promised=True)


def _in_first_person(act: str, cast: Cast) -> str:
    """A promise that the mentor noted, as the senior would say it; empty where it is not clear who is who."""
    if re.search(r"\b(?:i|we|us|our)\b", act, re.IGNORECASE):
        return ""
    name = cast.name or "my mentor"
    act = re.sub(
        r"\b(?:me|my)\b", lambda one: name if one[0].lower() == "me" else f"{name}’s", act, flags=re.IGNORECASE
    )
    if cast.pronouns == ("he",):
        act = re.sub(r"\bhis\b", "my", re.sub(r"\bhimself\b", "myself", act), flags=re.IGNORECASE)
    if cast.pronouns == ("she",):
        act = re.sub(r"\bher (?=\w{3,})", "my ", re.sub(r"\bherself\b", "myself", act), flags=re.IGNORECASE)
    return act
