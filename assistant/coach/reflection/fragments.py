"""Which words of a note to quote: a clause around a cue, short enough to be read in a question. Pure."""

import re
from typing import Final, NamedTuple

from assistant.notes.note import Evidence
from assistant.notes.segments import Segment

LONGEST: Final = 20
"""Words of a quote."""
SHORTEST: Final = 4
"""A clause of fewer words takes the next one in."""
SPARED: Final = 2
"""Words by which a quote may be longer where it is whole with them."""
SHORT: Final = 8
"""Words of a quote inside a commitment."""
_BREAK = re.compile(
    r"(?<=[;:,–—…])\s+|\s+(?=[–—] )|\s+(?=\()|(?<=\))\s+|\s+(?=(?:and|but|so|because|then|while|although|anyway|"
    r"und|aber|weil|dann|"
    r"mais|puis|parce|pero|porque|luego)\s)",
    re.IGNORECASE,
)
_MARK = re.compile(
    r"^(?:[-*•·–—>+]+|\(?\d{1,2}[.)]|[a-z]\)(?=\s)|#+|->|→)\s*|^(?:and|but|so|because|then|also|um|uh|well|ok|"
    r"okay|anyway|und|aber|dann|mais|"
    r"puis|pero|y|et)\b[,\s]+",
    re.IGNORECASE,
)
_PAUSE = re.compile(r"\s*[,;:–—(](?=\s|$)")
_WORD = re.compile(r"\S*\w\S*")
_SAYING = re.compile(
    r"(?:[^.!?;]{1,40}?: )?(?:\S+\s+){0,3}?(?:said|says|told|tells|asked|thinks?|thought|explained|feels?|found|"
    r"noticed|reckons?|mentioned|admitted|"
    r"sagte|meinte|fragte|erzählte|a dit|dijo|preguntó)\s+(?:(?:to )?(?:me|him|her|us|them|mir|ihm|"
    r"ihr)\s+)?(?:(?:that|dass|que)\s+|[:,]\s*[\"“„]?)?"
    r"(?!it\b|so\b|no\b|yes\b|about\b|with\b|to\b|too\b|for\b)",
    re.IGNORECASE,
)
_LOOSE = " \t,;:–—-.("
_DANGLING = re.compile(
    r"\s+(?:and|but|so|because|then|which|that|who|the|a|an|of|to|in|on|at|for|with|from|my|his|her|our|their|or|"
    r"as|if|i|he|"
    r"she|it|said|says|told|asked|was|is|are|be|been|one|this|its|it's|that's|will|would|could|should|had|have|has|do|did|not|no|more|"
    r"most|very|what|how|why|when|where|"
    r"whether|about|like|than|by|into|over|after|before|you|we|they|me|us|just|only|each|there|und|der|die|das|"
    r"ein|eine|zu|et|le|la|les|de|des|un|une|y|el|los|las|una)$",
    re.IGNORECASE,
)


class Cut(NamedTuple):
    """Half-open offsets of a quote, and whether words of its sentence were left out behind it."""

    start: int
    end: int
    shortened: bool


def cut_around(text: str, sentence: Segment, start: int, end: int, longest: int = LONGEST) -> Cut:
    """The clause of a sentence that holds the stretch, at most `longest` words of it."""
    if len(_WORD.findall(text[sentence.start : sentence.end])) <= longest:
        return _tidy(text, sentence.start, sentence.end, sentence)
    breaks = [sentence.start, *(m.end() for m in _BREAK.finditer(text, sentence.start, sentence.end)), sentence.end]
    left = max(at for at in breaks if at <= start)
    rights = [at for at in breaks if at > left]
    right = next((at for at in rights if at >= end), sentence.end)
    for at in rights:
        if at > right and len(_WORD.findall(text[left:right])) < max(SHORTEST, longest // 3):
            right = at
    return shorten_to(text, left, right, sentence, longest)


def shorten_to(text: str, start: int, end: int, sentence: Segment, longest: int) -> Cut:
    """At most `longest` words from the beginning, without an article or the like hanging at the end."""
    start = _begin(text, start, end)
    found = list(_WORD.finditer(text, start, end))
    if len(found) > longest + SPARED:
        limit = found[longest - 1].end()
        pauses = [at.start() for at in _PAUSE.finditer(text, found[SHORTEST - 2].end(), limit)]
        end = pauses[-1] if pauses else limit
        while loose := _DANGLING.search(text[start:end]):
            end = start + loose.start()
    return _tidy(text, start, end, sentence)


def core_of(text: str, start: int, end: int) -> int:
    """Where the matter begins: behind "she told me that" and the like."""
    said = _SAYING.match(text[start:end])
    return start + said.end() if said and len(_WORD.findall(text[start + said.end() : end])) >= SHORTEST - 1 else start


def _begin(text: str, start: int, end: int) -> int:
    while mark := _MARK.match(text[start:end]):
        start += mark.end()
    return start


def _tidy(text: str, start: int, end: int, sentence: Segment) -> Cut:
    """Without list marks, blank space and loose punctuation at its ends, and without half a pair of quotation marks."""
    start = _begin(text, start, end)
    while start < end and (text[start].isspace() or text[start] in ",;:–—"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in _LOOSE):
        end -= 1
    for mark in '"“”„':
        inside = text[start:end]
        if inside.count(mark) % 2 if mark == '"' else inside.count("“") + inside.count("„") != inside.count("”"):
            if inside.startswith(mark):
                start += 1
            elif inside.endswith(mark):
                end -= 1
    rest = text[end : sentence.end].strip(' \t.,;:!…)"”')
    return Cut(start, end, bool(rest))


def evidence(text: str, cut: Cut) -> Evidence:
    """The quote as a record."""
    return Evidence(quote=text[cut.start : cut.end], start=cut.start, end=cut.end)
