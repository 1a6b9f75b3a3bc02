"""Whether a word that is also a name is meant as the name: "Will said" against "Will you?". English; pure.

A name that is no ordinary word needs none of this. Small letters count as a name only beside a verb of speaking; in
dictated notes without capitals most such names are therefore missed, and the suite `pseudonyms` says how many.
"""

import re
from collections.abc import Sequence

from assistant.privacy.tokens import Token

_MONTHS = frozenset("april may june july august january".split())
_BEFORE_MONTH = frozenset(
    "in by since until till last next early late mid of from to every this through during for".split()
)
_DETERMINERS = frozenset(
    "the a an these those my your our his her their its no any each every some another one".split()
)
_SPOKE = frozenset(
    "said says told tells asked asks thinks thought wants wanted explained replied answered agreed agrees laughed "
    "nodded smiled shrugged admitted mentioned suggested listened promised insists insisted talked spoke knows knew "
    "felt feels looked believes noticed joked apologised apologized wrote writes sent sends came left brought liked "
    "likes disagreed wondered".split()
)
_VERBS = _SPOKE | frozenset(
    "was is isn't wasn't has had hasn't hadn't does doesn't did didn't would wouldn't could couldn't can't cannot "
    "never kept keeps gave gives got gets goes went made makes took takes ran runs met meets started starts began "
    "begins forgot forgets read reads put puts sat sits stood stands told showed shows needs needed tried tries "
    "became becomes seems seemed moved moves paid pays held holds lost loses won wins saw sees heard hears found "
    "finds led leads drew draws spent spends broke breaks let lets set sets cut cuts works lives owes speaks skipped "
    "cancelled retires retired".split()
)
_SAME_AS_BASE = frozenset("read put let set cut come became".split())
_SHE_OR_HE_AFTER = frozenset("told asked thanked phoned emailed mailed messaged pinged".split())
_JOINING = frozenset("and but then because so when while whether if since although though or as where that".split())
_TITLES = frozenset("mr mrs ms miss dr prof professor sir frau herr aunt uncle".split())
_SPEAKER = re.compile(r"\s?(?:\([^)\n]{1,24}\))?:")
_POSSESSIVE = re.compile(r"['’]s?\b|['’](?=\s)")
_LISTED = re.compile(r"\s?(?:,|&|\band\b|\bor\b|\+|/)\s?(?=[^\W\d_a-z]|I\b|me\b)")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_DATE = re.compile(r"\s(?:\d|the \d)")


def is_meant(text: str, row: Sequence[Token], first: int, last: int) -> bool:
    """Whether the tokens `first` to `last`, which are an ordinary word as well, are meant as a name."""
    token, end = row[first], row[last].end
    before = row[first - 1].folded if first and not token.first else ""
    after = _next_word(text, row, last)
    if before in _TITLES:
        return True
    if not token.capital:
        return _meant_small(token, before, after)
    if token.folded in _MONTHS and _is_month(text, token, before, end):
        return False
    if before in _DETERMINERS:
        return False
    if not token.first:
        return True
    return bool(
        _POSSESSIVE.match(text, end) or _LISTED.match(text, end) or _SPEAKER.match(text, end) or _is_verb(token, after)
    )


def _next_word(text: str, row: Sequence[Token], last: int) -> str:
    """The next word, in small letters, where only blanks stand between."""
    if last + 1 >= len(row) or text[row[last].end : row[last + 1].start].strip():
        return ""
    match = _WORD.match(text, row[last + 1].start)
    return match.group().lower().replace("’", "'") if match else ""


def _meant_small(token: Token, before: str, after: str) -> bool:
    if before in _DETERMINERS:
        return False
    return (after in _SPOKE and (token.first or before in _JOINING)) or before in _SHE_OR_HE_AFTER


def _is_month(text: str, token: Token, before: str, end: int) -> bool:
    day_before = text[max(0, token.start - 4) : token.start].rstrip()
    return before in _BEFORE_MONTH or bool(_DATE.match(text, end)) or day_before[-1:].isdigit() or day_before[-2:] in (
        "st", "nd", "rd", "th"
    )  # fmt: skip


def _is_verb(token: Token, after: str) -> bool:
    if token.folded in ("will", "may") and after in _SAME_AS_BASE:
        return False
    return after in _VERBS or (after.endswith("ed") and len(after) > 4)
