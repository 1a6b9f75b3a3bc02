"""The lines of a text, and which of them name a speaker: the patterns of chats and transcripts.

`read_lines` only says what a line could be; whether a text is a transcript at all is decided in `chat`. Every
pattern looks at the first 160 characters of a line and cannot go back over them, so time grows with the text alone.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple, cast

from assistant.notes.pieces import EDGES, speaker_key
from assistant.notes.times import Stamp, read_stamp, stamp_pattern

Kind = Literal["colon", "dash", "tab", "timed", "irc", "zoom", "stamped", "alone"]
"""What sets the name off: a mark after it, a time alone, or a line of its own with a time (`stamped`) or without."""

_HEAD = 160
_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_BREAK = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_PREFIX = re.compile(
    rf"(?P<bullet>(?:[-*•·+>#▪◦]{{1,6}}+|\d{{1,4}}[.)])[ \t\xa0]+)?(?P<bold>[*_]{{0,3}}+)"
    rf"(?:(?:\[{stamp_pattern('a')}\]|\({stamp_pattern('b')}\)|{stamp_pattern('c')})[*_]{{0,3}}+"
    rf"(?:[ \t\xa0\u202f\u200e]*+(?:[-–—|,:][ \t\xa0]++)?))?[*_]{{0,3}}+[\u200e\u200f\u202a-\u202e\u2066-\u2069]*+"
)
_NO_PREFIX = cast("re.Match[str]", _PREFIX.match(""))
_DIGIT = re.compile(r"\d")
_IRC = re.compile(r"<(?:v )?([^<>\n/]{1,40}+)>[ \t\xa0]*+")
_ZOOM = re.compile(r"From[ \t]++((?:(?! to )[^:\n]){1,60}+)(?: to (?:(?!:[ \t\n]|:$)[^\n]){1,60}+)?:(?=\s|$)")
_SYMBOL = "\u2600-\u27bf\U0001f000-\U0001faff\ufe0f\u200d\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Emoji and direction marks, which names in chats carry."""
_NAME_CHARACTER = rf"(?:[\w.,'’´`&/+@~\"“”{_SYMBOL}]|[ \xa0\u202f](?![-–—>][ \xa0])|-(?=\w))"
_NAMED = re.compile(
    rf"(?P<name>{_NAME_CHARACTER}{{1,60}}+)"
    rf"(?P<notes>(?:[ \xa0]*\([^()\n]{{0,80}}\)|[ \xa0]*\[[^\[\]\n]{{0,80}}\]){{0,2}}+)"
    rf"[*_ \xa0{_SYMBOL}]{{0,9}}+(?P<mark>[:：]|\t|[–—]|[->][ \xa0])[*_]{{0,3}}+"
)
_TIMED = re.compile(
    rf"(?P<gap>,?[ \t\xa0]{{1,8}}+)(?P<bracket>[\[(])?{stamp_pattern('a')}[\])]?"
    rf"(?P<mark>[ \xa0]*(?::|[-–—>])[ \xa0]|[ \t\xa0]{{1,8}}+(?=\S)|:$)"
)
"""A time between a name and the words: `Anna, 18:22: hello`, `Anna  [9:01]  hello`."""
_BRACKETED = re.compile(r"\[([^\[\]\d\n][^\[\]\n]{0,39}+)\]:?[ \t\xa0]++")
_NOT_A_MARK = re.compile(r"//|[()/\\|DPp*](?:\s|$)|-?[()]")
"""What follows the colon of a web address or of a smiley."""
_STAMP_AT_END = re.compile(
    rf"(?:,|[ \t\xa0]|\||·|—|–|-|@)[ \t\xa0]*+(?:(?:(?:today|yesterday|heute|gestern),? )?(?:at|um) )?"
    rf"[\[(]?{stamp_pattern('a')}[\])]?$",
    re.IGNORECASE,
)
_STAMP_ENDS = "0123456789mM.)]"
_STAMP = re.compile(stamp_pattern("a"))
_SAYS = re.compile(r"[ \xa0]+(?:said|says|asked|asks|replied|answered|wrote|writes|sagt|sagte|schrieb|fragt|fragte)$")
_NAME = re.compile(r"(?=.*[^\W\d_])[\w.,'’´`&/@~ \xa0\"“”-]+$")
_PHONE = re.compile(r"~?\+?\d[\d \xa0-]{6,18}\d$")
_DIRECTION = re.compile(r"(?:\([^()]*\)|\[[^\[\]]*\]|\*[^*]*\*|[-–—_*=~. …]+)$")
_NAME_EDGES = EDGES + '.,*_~-–—"“”'


class Label(NamedTuple):
    """The part of a line that names who speaks."""

    name: str
    notes: str
    """What stands beside the name in brackets, such as a role."""
    kind: Kind
    words: int
    """Offset at which the spoken words begin; the line's end where they stand on the next lines."""
    stamp: Stamp | None
    bullet: bool
    key: str
    """The name in the form in which names are compared."""


class Line(NamedTuple):
    """One line that is not blank."""

    start: int
    end: int
    """Without blank space at the ends."""
    gap: bool
    """Whether a blank line stands before it."""
    label: Label | None
    stamped: bool
    """Whether it opens with a time, label or not."""
    direction: bool
    """Whether it is a stage direction or a ruled line: all in brackets, or without words."""
    arrow: bool = False
    """Whether it has the arrow of a cue's time."""


def read_lines(text: str) -> Iterator[Line]:
    """The lines that are not blank, in order."""
    before = 0
    for match in _LINE.finditer(text):
        raw = match.group()
        bare = raw.strip(EDGES)
        if not bare:
            continue
        start = match.start() + len(raw) - len(raw.lstrip(EDGES))
        end = start + len(bare)
        gap = start - before > 1 and len(_BREAK.findall(text, before, start)) > 1
        before = end
        yield _line(bare, start, end, gap)


class _Opening(NamedTuple):
    """The beginning of a line, after a list mark, emphasis and a time."""

    head: str
    at: int
    """Where the rest begins."""
    start: int
    """Offset of the line in the text."""
    end: int
    stamp: Stamp | None
    bullet: bool

    @property
    def whole(self) -> bool:
        """Whether the line is short enough to hold nothing but a name and a time."""
        return self.end - self.start <= 90

    def label(self, name: str, kind: Kind, words: int, *, notes: str = "", stamp: Stamp | None = None) -> Label | None:
        """The label, if the name can be one: one to six words with a letter in it, or a telephone number.

        `words`: where the spoken words begin in the line.
        """
        if not notes and name.rstrip(_NAME_EDGES).endswith(")"):
            name, _, notes = name.partition("(")
        bare = _SAYS.sub("", " ".join(name.strip(_NAME_EDGES).split()))
        stamp = stamp or self.stamp
        if not any(map(str.isalpha, bare)) and not (stamp and _PHONE.match(bare)):
            return None
        if len(bare) > 50 or bare.count(" ") > 5:
            return None
        return Label(bare, notes.strip(" \xa0"), kind, self.start + words, stamp, self.bullet, speaker_key(bare))


def _line(bare: str, start: int, end: int, gap: bool) -> Line:
    head = bare[:_HEAD]
    plain = head[0].isalpha() and not _DIGIT.search(head, 0, 70)
    prefix = _NO_PREFIX if plain else cast("re.Match[str]", _PREFIX.match(head))
    stamp = None if plain else _stamp(prefix)
    bullet = (prefix["bullet"] or ">").strip() not in (">", ">>", "#", "##", "###")
    label = _label(_Opening(head, prefix.end(), start, end, stamp, bullet))
    if label is None and stamp and head[0].isalpha():  # Thu is a day, and a name
        label = _label(_Opening(head, 0, start, end, None, bullet=False))
    direction = label is None and len(bare) <= _HEAD and _DIRECTION.match(bare) is not None
    return Line(start, end, gap, label, stamp is not None, direction, "->" in head)


def _stamp(match: re.Match[str]) -> Stamp | None:
    for group in "abc":
        if group in match.re.groupindex and match[group] is not None:
            return read_stamp(match, group)
    return None


def _label(opening: _Opening) -> Label | None:
    for read in (_marked, _timed, _stamped, _named, _alone):
        if label := read(opening):
            return label
    return None


def _marked(opening: _Opening) -> Label | None:
    """`<anna> hello`, `10:02:11 From Anna to Everyone: hello`, `00:12 [Anna] hello`."""
    head, at = opening.head, opening.at
    if found := _IRC.match(head, at):
        return opening.label(found[1], "irc", found.end())
    if opening.stamp and (found := _ZOOM.match(head, at)):
        return opening.label(found[1], "zoom", found.end())
    found = _BRACKETED.match(head, at) if opening.stamp else None
    return opening.label(found[1], "colon", found.end()) if found else None


def _timed(opening: _Opening) -> Label | None:
    """A time between name and words, with a mark after it or standing apart; else it could be part of a sentence."""
    head, at = opening.head, opening.at
    found = _TIMED.search(head, at, at + 70) if _DIGIT.search(head, at, at + 70) else None
    if found is None or ":" in head[at : found.start()]:
        return None
    apart = found["mark"].strip() or found["bracket"] or len(found["gap"]) > 1 or "\t" in found["gap"]
    return opening.label(head[at : found.start()], "colon" if apart else "timed", found.end(), stamp=_stamp(found))


def _stamped(opening: _Opening) -> Label | None:
    """A name and a time that make up the whole line: `Anna Berg   0:03`."""
    head, at = opening.head, opening.at
    if opening.stamp or not opening.whole or head[-1] not in _STAMP_ENDS:
        return None
    found = _STAMP_AT_END.search(head, at)
    if found is None or ":" in head[at : found.start()]:
        return None
    return opening.label(head[at : found.start()], "stamped", len(head), stamp=_stamp(found))


def _named(opening: _Opening) -> Label | None:
    """A name with a mark after it, and perhaps a role or a time in brackets between them."""
    head = opening.head
    found = _NAMED.match(head, opening.at)
    if found is None:
        return None
    name, mark, after = found["name"], found["mark"], head[found.end("mark") : found.end("mark") + 3]
    if mark in ":：" and (_NOT_A_MARK.match(after) or (after[:1].isdigit() and name[-1:].isdigit())):
        return None
    kind: Kind = "colon" if mark in ":：" else "tab" if mark == "\t" else "dash"
    inner = _STAMP.search(found["notes"]) if found["notes"] else None
    return opening.label(name, kind, found.end(), notes=found["notes"], stamp=_stamp(inner) if inner else None)


def _alone(opening: _Opening) -> Label | None:
    """Nothing but a name on the line, or a time and a name."""
    rest = opening.head[opening.at :]
    if not rest or len(rest) > 40 or not (opening.stamp or rest[0].isupper()) or not _NAME.match(rest):
        return None
    return opening.label(rest, "stamped" if opening.stamp else "alone", len(opening.head))
