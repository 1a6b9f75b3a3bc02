"""Does a rewrite hold a fact that its writer did not give? Decided by the program, never by the model that wrote it.

Strict on purpose: every content word, number, name, time, quotation, actor and negation of the rewrite must be in the
source, or on a closed list of words that feedback is joined with. A faithful wording with another word for the same
thing is refused as well; that costs a wording, and an invention would cost the writer's trust. The suite `feedback`
says how often either happens, on labelled rewrites. English only. Pure.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from assistant.once import once

_APART = ((r"\bcan't\b", "can not"), (r"\bwon't\b", "will not"), (r"n't\b", " not"), (r"'(?:m|re|s|d|ll|ve)\b", ""))
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+|[.!?;,:]")
_QUOTED = re.compile(r"\"([^\"]{2,})\"|“([^”]{2,})”|(?<!\w)'([^']{3,})'(?!\w)")
_BRACKETS = re.compile(r"\[[^\]]*\]")
_NUMBERS = {
    "zero": "0", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15",
    "sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19", "twenty": "20", "thirty": "30",
    "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80", "ninety": "90", "hundred": "100",
    "thousand": "1000", "twice": "2", "both": "2", "double": "2", "half": "1/2",
}  # fmt: skip
_IRREGULAR = """
tell told; say said; see saw seen; give gave given; take took taken; make made; leave left; go went gone goes;
come came;
write wrote written; read; speak spoke spoken; get got gotten; let; sit sat; stand stood; run ran; keep kept; lose lost;
find found; think thought; bring brought; feel felt; hear heard; know knew known; begin began begun; break broke broken;
choose chose chosen; send sent; spend spent; hold held; mean meant; meet met; pay paid; put; cut; shut; sell sold; show
shown; throw threw thrown; win won; wear wore worn; drive drove driven; eat ate eaten; fall fell fallen; forget forgot
forgotten; grow grew grown; hide hid hidden; hit; hurt; ride rode ridden; ring rang rung; rise rose risen; shake shook
shaken; sing sang sung; sleep slept; steal stole stolen; teach taught; understand understood; draw drew drawn;
cry cried;
catch caught; buy bought; build built; deal dealt; do did done does; have had has; be is are was were been am; child
children; man men; woman women; person people; stop stopped; answer answered; plan planned; cancel cancelled; travel
travelled; become became; swear swore sworn; lie lied; die died; lead led; fly flew flown; freeze froze frozen; quit
"""
_JOINING = """
i me my mine myself we us our ours you your yours yourself he she it its him his her hers they them their this that
these
those who whom whose which what where when while how why there here
a an the and or but so then than as if though although yet also too only just
of in on at to from for with without about by into onto over after before during between around through up down off out
be do have can could will would shall should may might must let
not no nor yes one ones some any other another each now
notice noticed saw see tell share say mention talk speak ask hear listen know understand think want like wish appreciate
help helpful useful happen happened mean effect impact affect result situation moment time next future instead
please thank thanks something thing things way point possible willing able prefer rather
experience observe observation feedback concrete specific request
more less very really
"""
_ASKS = re.compile(
    r"\b(?:could|can|would|will|might) (?:you|we|i)\b|\bplease\b|\bi(?: would|'d)? (?:like|ask|prefer|want|need|"
    r"wish)\b|"
    r"\bnext time\b|\bin (?:the )?future\b|\bfrom now on\b|\b(?:next|future) (?:meeting|session)\b|\blet (?:us|me)\b",
    re.I,
)
_ORDER = re.compile(
    r"(?:^|[.!?;,:]\s+)(?:please|next time|from now on|give|tell|send|ask|stop|leave|call|come|say|sign|keep|put|use|"
    r"name|answer|look|read|decide|help|explain|let|do|don't|make|take|write|pay|bring|show|spend|step|run|try|start|"
    r"wait|invite|include|hand|return|correct|delete|transfer|stick|be)\b",
    re.I,
)
_REASONS = frozenset("because since due reason deliberate purpose order intend motive aim".split())
_NEGATIONS = frozenset("not no never nobody nothing none without neither nor stop cannot hardly".split())
_FIRST, _SECOND = frozenset("i we".split()), frozenset("you he she".split())
_SUBJECTS = _FIRST | _SECOND | {"they", "it", "nobody", "everyone", "who"}
_HELPERS = frozenset(
    "be do have can could will would shall should may might must not also then just only always never".split()
)
_OURS = (
    "may i tell you something that i noticed",
    "may i tell you something",
    "i may be missing something",
    "one thing i want to say plainly",
    "i have a wish",
    "i have one request",
    "what was going on for you at that point",
    "what was going on for you",
    "what were you hoping for",
)
"""Sentences of our own, which state nothing."""
_SENIORS = frozenset("mentee boss senior director manager chief head ceo cto cfo coo dean professor".split())
_OTHERS = frozenset(
    "team client customer colleague colleagues crew people somebody someone nobody others staff".split()
)
_TIMES = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april june july august september "
    "october november december".split()
)


NUMBER_REACH, DAY_REACH = 5, 2
"""Words between a number and what it counts; sentences between a day and what happened on it."""


class _Word(NamedTuple):
    stem: str
    raw: str
    sentence: int
    clause: int


class _Source(NamedTuple):
    words: list[_Word]
    stems: frozenset[str]
    actors: dict[str, set[int]]
    negated: dict[str, set[bool]]


def find_inventions(source: str, rewrite: str) -> tuple[str, ...]:
    """What the rewrite has and the source does not, in words for a log of our own; empty where all is grounded."""
    known = _read(source)
    said = _plain(_BRACKETS.sub(" ", rewrite))
    for ours in _OURS:
        said = said.replace(ours, " ")
    found = list(_quotes(source, rewrite))
    words = _words(said)
    joining = _joining()
    for word in words:
        if word.stem in joining or word.stem in known.stems:
            continue
        if word.stem in _REASONS and known.stems & _REASONS:
            continue
        found.append(word.raw)
    if _ASKS.search(said) and not (_ASKS.search(_plain(source)) or _ORDER.search(_plain(source))):
        found.append("a request")
    found += _wrong_actors(known, words)
    found += _wrong_negations(known, words)
    found += _wrong_company(known, words)
    return tuple(dict.fromkeys(found))


def _plain(text: str) -> str:
    plain = text.lower().replace("’", "'")
    plain = re.sub(r"\bwithout (?:fail|exception)\b", "each", plain)
    for pattern, apart in _APART:
        plain = re.sub(pattern, apart, plain)
    return plain


def _words(plain: str) -> list[_Word]:
    found, sentence, clause = [], 0, 0
    for token in _TOKEN.findall(plain):
        if token in ".!?;,:":
            clause += 1
            sentence += token not in ",:"
        else:
            found.append(_Word(_stem(token), token, sentence, clause))
    return found


def _stem(token: str) -> str:
    if token in _NUMBERS:
        return _NUMBERS[token]
    base = _forms().get(token, token)
    return str(_stemmer().stemWord(base))  # type: ignore[attr-defined]


def _read(source: str) -> _Source:
    words = _words(_plain(source))
    actors: dict[str, set[int]] = {}
    for person, stem in _acts(words):
        actors.setdefault(stem, set()).add(person)
    negated: dict[str, set[bool]] = {}
    for stem, denied in _denials(words):
        negated.setdefault(stem, set()).add(denied)
    return _Source(words, frozenset(word.stem for word in words), actors, negated)


def _quotes(source: str, rewrite: str) -> Iterator[str]:
    """Quotations that are not verbatim in the source."""
    plain = re.sub(r"\W+", " ", source.lower())
    for found in _QUOTED.finditer(_BRACKETS.sub(" ", rewrite)):
        quote = next(part for part in found.groups() if part)
        if re.sub(r"\W+", " ", quote.lower()).strip() not in plain:
            yield f"“{quote}”"


def _acts(words: list[_Word]) -> Iterator[tuple[int, str]]:
    """(1 the writer, 2 the senior, 3 others; and the stem of what they do) for each of them with a verb behind."""
    for at, word in enumerate(words):
        if word.raw in _FIRST:
            person = 1
        elif word.raw in _SECOND or word.raw in _SENIORS:
            person = 2
        elif word.raw in _OTHERS:
            person = 3
        else:
            continue
        for later in words[at + 1 : at + 5]:
            if later.sentence != word.sentence or later.raw in _SUBJECTS:
                break
            if later.stem not in _helpers() and not later.raw.endswith("ly"):
                yield person, later.stem
                break


def _wrong_actors(known: _Source, words: list[_Word]) -> Iterator[str]:
    joining = _joining()
    for person, stem in _acts(words):
        there = known.actors.get(stem)
        if stem not in joining and there and person not in there:
            yield f"who {stem}"


def _denials(words: list[_Word]) -> Iterator[tuple[str, bool]]:
    for at, word in enumerate(words):
        before = [one.raw for one in words[max(0, at - 3) : at] if one.clause == word.clause]
        yield word.stem, any(raw in _NEGATIONS or raw.startswith("stopp") for raw in before)


def _wrong_negations(known: _Source, words: list[_Word]) -> Iterator[str]:
    joining = _joining()
    for stem, denied in _denials(words):
        there = known.negated.get(stem)
        if stem not in joining and there and denied not in there and (denied or there == {True}):
            yield f"not {stem}" if denied else f"{stem} without its not"


def _wrong_company(known: _Source, words: list[_Word]) -> Iterator[str]:
    """Numbers and days beside a word that they do not stand near in the source."""
    joining = _joining()
    places: dict[str, list[int]] = {}
    for at, word in enumerate(known.words):
        places.setdefault(word.stem, []).append(at)
    times = {_stem(day) for day in _TIMES}
    for at, word in enumerate(words):
        if not (word.stem[:1].isdigit() or word.stem in times) or word.stem not in places:
            continue
        near = next((one for one in words[at + 1 : at + 3] if one.stem not in joining), None)
        if near is None or near.sentence != word.sentence or near.stem not in places:
            continue
        if not any(_together(known.words, a, b, word) for a in places[word.stem] for b in places[near.stem]):
            yield f"{word.raw} {near.raw}"


def _together(words: list[_Word], one: int, other: int, of: _Word) -> bool:
    """A number belongs to the words beside it, a day to its sentence and the two around it."""
    if of.stem[:1].isdigit():
        return abs(one - other) <= NUMBER_REACH
    return abs(words[one].sentence - words[other].sentence) <= DAY_REACH


@once
def _stemmer() -> object:
    import Stemmer

    return Stemmer.Stemmer("english")


@once
def _forms() -> dict[str, str]:
    """Irregular forms to the base form."""
    rows = (row.split() for row in _IRREGULAR.replace("\n", " ").split(";"))
    return {form: row[0] for row in rows if row for form in row}


@once
def _joining() -> frozenset[str]:
    return frozenset(_stem(word) for word in _JOINING.split() if not word.endswith("?"))


@once
def _helpers() -> frozenset[str]:
    return frozenset(_stem(word) for word in _HELPERS)
