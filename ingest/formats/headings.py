"""Which lines of a plain text are headings, and how deep.

Two layouts occur. *Spaced*: blank lines stand between paragraphs, and a heading stands alone. *Dense*: every
line is a paragraph, and a heading shows by its capitals, its number or its question. Rules are conservative: a
heading taken for text costs a little structure, text taken for a heading would cut a thought in two.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from ingest.clean import has_words


class Kind(IntEnum):
    """What a line is; the value of a heading is its level, save that a plain one may be a child (2)."""

    TEXT = 0
    PLAIN = 1
    CHILD = 2
    NUMBERED = 3
    LABEL = 4
    NUMBERED_LABEL = 5


@dataclass(frozen=True, slots=True)
class Line:
    """A line that holds words, and how it stands on the page."""

    text: str
    gap: bool
    """A blank line stands before it."""
    alone: bool
    """A blank line, or the end, stands after it."""
    full: bool
    """It reaches the right edge of a text wrapped at a width, so that its sentence goes on."""
    dense: bool
    """The text has next to no blank lines."""
    underlined: bool = False
    hashes: int = 0
    """How many # stood before it."""

    @property
    def item(self) -> bool:
        """Whether it opens with a bullet or a number."""
        return _ITEM.match(self.text) is not None


_ITEM = re.compile(r"(?:[-*+•‣▪◦·●○–—]|\d{1,3}[.)]|\(?[a-z][.)])\s+\S")
_NUMBER = re.compile(r"(\d{1,2})[.)]\s+(?=\S)")
_ORDINAL = re.compile(
    r"(?:step|mistake|part|phase|stage|chapter|lesson|rule|tip|principle|challenge|section|week|question)\s+\d{1,2}\b",
    re.IGNORECASE,
)
_HASHES = re.compile(r"(#{1,6})\s+(?=\S)")
_FURNITURE = re.compile(
    r"by\s+[A-Z]|\d+\s*min|on this page|(?:table of )?contents$|last updated|updated on|published|share\b|"
    r"posted|(?:learn|read|see|find out) (?:more|also|here)|related:|click|page \d+|"
    r"(?:also )?(?:check|see|read)(?: it)? (?:out|also|this)\b",
    re.IGNORECASE,
)
"""Lines of a web page around its text; they look like headings and are none."""
_CLOSING = re.compile(
    r"(?:conclusions?|final thoughts|summary|in summary|closing|wrap-?up|frequently asked|faqs?|references|"
    r"further reading|key takeaways|next steps|appendix)\b",
    re.IGNORECASE,
)
"""Headings that open a new part even right after the children of another."""
_ASKS = re.compile(r"(?:what|who|whom|whose|when|where|why|how|which|can|should|is|are|does)\b", re.IGNORECASE)
_NOT_IN_HEADINGS = re.compile(r"[→←↔=|@<>{}\\]|://|\.\.\.|…")
_SMALL_WORDS = """
a an and are as at be but by can do does for from has have how if in into is it its not of on onto or our over per
so than that the their them this to up us versus via vs what when where which who why will with without you your
"""
_SMALL = frozenset(_SMALL_WORDS.split())


def mark_lines(texts: Sequence[str]) -> list[Line]:
    """The lines that hold words, with how they stand; ruled lines mark the line above as underlined."""
    worded = [text for text in texts if has_words(text)]
    width = _wrapped_width(worded)
    dense = "\n".join(texts).strip("\n").count("\n\n") * 10 < len(worded)
    lines: list[Line] = []
    gap = True
    for index, text in enumerate(texts):
        if not has_words(text):
            gap = gap or not text
            continue
        below = texts[index + 1] if index + 1 < len(texts) else ""
        hashes = _HASHES.match(text)
        lines.append(
            Line(
                text=text[hashes.end() :] if hashes else text,
                gap=gap,
                alone=not has_words(below),
                full=width > 0 and len(text) >= 0.75 * width and not text.endswith((".", "!", "?", ":")),
                dense=dense,
                underlined=len(below) >= 3 and set(below) in ({"="}, {"-"}),
                hashes=len(hashes[1]) if hashes else 0,
            )
        )
        gap = False
    return lines


def _wrapped_width(texts: Sequence[str]) -> int:
    """The width at which a text was wrapped, in characters; 0 where it was not."""
    width = max(map(len, texts), default=0)
    if not 40 <= width <= 125:
        return 0
    full = sum(1 for text in texts if len(text) >= 0.75 * width)
    return width if full >= 3 and full * 4 >= len(texts) else 0


def is_title(lines: Sequence[Line]) -> bool:
    """Whether the first line is the title of the lines below it."""
    first = lines[0]
    if len(lines) < 2 or first.item or first.full or not _could_head(first.text, words=20):
        return False
    follows = lines[1]
    return first.hashes > 0 or first.underlined or first.alone or not follows.text[0].islower()


def find_headings(lines: Sequence[Line]) -> list[int]:
    """For each line its heading level, 1 the outermost, or 0 for text."""
    kinds = _without_name_lists(_kinds(lines))
    levels: list[int] = []
    group_open = False
    for index, kind in enumerate(kinds):
        below = kinds[index + 1] if index + 1 < len(kinds) else Kind.TEXT
        if kind is not Kind.PLAIN:
            levels.append(_stated_level(lines[index], kind))
        elif index and kinds[index - 1] is Kind.PLAIN and group_open:
            levels.append(Kind.CHILD)
        elif below is Kind.PLAIN:
            levels.append(Kind.PLAIN)
            group_open = True
        else:
            outer = not group_open or _opens_part(lines[index], below)
            levels.append(Kind.PLAIN if outer else Kind.CHILD)
            group_open = group_open and not outer
    return levels


def _stated_level(line: Line, kind: Kind) -> int:
    return line.hashes if kind and line.hashes else int(kind)


def _opens_part(line: Line, below: Kind) -> bool:
    """A closing heading, or one right above numbered headings, stands beside the group before it."""
    return below is Kind.NUMBERED or _CLOSING.match(line.text) is not None


def _kinds(lines: Sequence[Line]) -> list[Kind]:
    """Kinds from the bottom up, because what stands below decides whether a line heads it."""
    kinds = [Kind.TEXT] * len(lines)
    for index in range(len(lines) - 2, -1, -1):
        before = lines[index - 1] if index else None
        kinds[index] = _kind(before, lines[index], lines[index + 1], kinds[index + 1])
    return _without_broken_counts(lines, kinds)


def _kind(before: Line | None, line: Line, below: Line, below_kind: Kind) -> Kind:
    if line.hashes or (line.underlined and len(line.text) <= 100):
        return Kind.PLAIN
    number = _NUMBER.match(line.text)
    text = line.text[number.end() :] if number else line.text
    if (line.item and not number) or not _could_head(text) or _within_sentence(before, line, below):
        return Kind.TEXT
    if _is_label(text):
        return Kind.NUMBERED_LABEL if number else Kind.LABEL
    if text.endswith(":"):
        heading = _in_title_case(text) and len(text.split()) <= 6 and not number
        return Kind.LABEL if heading else Kind.TEXT
    if number or _ORDINAL.match(text):
        listed = number and _NUMBER.match(below.text)
        heading = not listed and (_stands_apart(line) or _in_title_case(text))
        return Kind.NUMBERED if heading else Kind.TEXT
    return Kind.PLAIN if _is_plain_heading(line, below, below_kind) else Kind.TEXT


def _within_sentence(before: Line | None, line: Line, below: Line) -> bool:
    """Whether the line before runs into this one, or this one into the next."""
    if line.full or (before is not None and before.full and not line.gap):
        return True
    return below.text[0].islower() and not line.alone


def _is_plain_heading(line: Line, below: Line, below_kind: Kind) -> bool:
    heads_text = below_kind is Kind.TEXT
    if line.dense:
        asks = line.text.endswith("?") and _ASKS.match(line.text) and heads_text and len(below.text.split()) >= 8
        return _in_title_case(line.text) or bool(asks)
    if not line.gap or not (line.alone or below.item or _reads_on(below.text)):
        return False
    if _in_title_case(line.text) or (line.text.endswith("?") and _ASKS.match(line.text)):
        return True
    return line.alone and heads_text and len(line.text.split()) <= 14


def _reads_on(text: str) -> bool:
    """Whether a line is running text rather than another short line of the same kind."""
    return len(text.split()) >= 6 or text.endswith((".", "!", "?", ":", "…"))


def _stands_apart(line: Line) -> bool:
    return not line.dense and line.gap and line.alone


def _could_head(text: str, words: int = 14) -> bool:
    """What any heading looks like: short, opened by a capital or digit, and not closed like a sentence."""
    if not text or len(text) > 110 or len(text.split()) > words or not (text[0].isupper() or text[0].isdigit()):
        return False
    return not (text.endswith((".", ",", ";", "!")) or _NOT_IN_HEADINGS.search(text) or _FURNITURE.match(text))


def _is_label(text: str) -> bool:
    """ALL CAPS, closed by a colon or standing without one ("LEARNING:", "CURRENT SKILLS")."""
    letters = [character for character in text if character.isalpha()]
    capitals = sum(1 for character in letters if character.isupper())
    return len(letters) >= 2 and capitals >= 0.85 * len(letters) and ":" not in text[:-1]


def _in_title_case(text: str) -> bool:
    """Whether all words but the small ones open with a capital or a digit, and no label opens the line."""
    label, colon, rest = text.partition(": ")
    if colon and (label.isupper() or not rest):
        return False
    words = [word.strip("()[]\"'“”‘’,:?&/") for word in text.split()]
    large = [word for word in words if word and word.casefold() not in _SMALL]
    return bool(large) and all(not word[0].islower() for word in large)


def _without_broken_counts(lines: Sequence[Line], kinds: list[Kind]) -> list[Kind]:
    """Numbered headings count from 1 without a gap; others are the items of a list."""
    expected = 1
    for index, kind in enumerate(kinds):
        number = _NUMBER.match(lines[index].text)
        if kind in (Kind.NUMBERED, Kind.NUMBERED_LABEL) and number:
            counted = int(number[1]) in (1, expected)
            kinds[index] = kind if counted else Kind.TEXT
            expected = int(number[1]) + 1 if counted else expected
        elif number:
            expected = 0
    return kinds


def _without_name_lists(kinds: list[Kind]) -> list[Kind]:
    """Four plain headings in a row and more are a list of names."""
    start = 0
    for index in range(len(kinds) + 1):
        if index == len(kinds) or kinds[index] is not Kind.PLAIN:
            if index - start >= 4:
                kinds[start:index] = [Kind.TEXT] * (index - start)
            start = index + 1
    return kinds
