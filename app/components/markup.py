"""Turns text into HTML or into a widget's label so that it shows as the text it is.

Everything that a person, a model or a document wrote passes through here on its way to the screen. Pure: imports
no Streamlit and keeps nothing. It must never hand out text in which `<`, Markdown, LaTeX or a directive still works.
"""

import re
from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby

from assistant.events import Sentence
from assistant.text import shorten

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
"""ASCII punctuation: CommonMark lets exactly these be escaped with a backslash."""
_JOINER = "\u2060"
"""Word joiner: invisible; it breaks up what Streamlit looks for in text after Markdown was read."""
_LIVELY = re.compile(r"(?<=:)(?=[\w+/-])|(?<=[wW]{3})(?=\.)|(?<=@)(?=\w)|(?<=[-=<])(?=[->])")
"""Places inside `:emoji:`, `:material/x:`, `http://`, `www.`, `name@host` and `->`."""


def html_text(text: str) -> str:
    """The text for the inside of an HTML element or a quoted attribute."""
    return escape(text, quote=True)


def message(text: str) -> str:
    """One of our own lines, with its commands between backquotes set as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html_text(text))


def wait_line(text: str) -> str:
    """What is being done right now."""
    dots = '<span class="ey-dots" aria-hidden="true"></span>'
    return f'<p class="ey-wait" role="status">{dots}{html_text(text)}</p>'


def label(text: str, characters: int = 80) -> str:
    """The text, on one line and cut to length, for labels of widgets, which Streamlit reads as Markdown."""
    line = shorten(" ".join(text.split()), characters)
    return _PUNCTUATION.sub(r"\\\1", _LIVELY.sub(_JOINER, line))


def paragraphs(text: str) -> str:
    """Plain text as paragraphs; single line breaks are kept."""
    blocks = [block.strip() for block in re.split(r"\n\s*\n", text) if block.strip()]
    return "".join(f"<p>{html_text(block).replace(chr(10), '<br>')}</p>" for block in blocks)


def citation(marker: str, chosen: str | None) -> str:
    """The chip behind a sentence; the one whose source is open is marked."""
    state = " ey-on" if marker == chosen else ""
    return f'<span class="ey-cite{state}"><span class="ey-vh"> source </span>{html_text(marker)}</span>'


def answer(sentences: Sequence[Sentence], chosen: str | None = None) -> str:
    """An answer as paragraphs of sentences with their chips; the guide's own words stand in serif."""
    return "".join(f"<p>{' '.join(_runs(block, chosen))}</p>" for block in _blocks(sentences))


def _blocks(sentences: Iterable[Sentence]) -> list[list[Sentence]]:
    blocks: list[list[Sentence]] = []
    for sentence in sentences:
        if sentence.break_before or not blocks:
            blocks.append([])
        blocks[-1].append(sentence)
    return blocks


def _runs(block: Iterable[Sentence], chosen: str | None) -> Iterable[str]:
    for verbatim, run in groupby(block, key=lambda sentence: sentence.origin == "guide"):
        text = " ".join(_sentence(sentence, chosen) for sentence in run)
        yield f'<span class="ey-said">{text}</span>' if verbatim else text


def _sentence(sentence: Sentence, chosen: str | None) -> str:
    return html_text(sentence.text) + "".join(citation(marker, chosen) for marker in sentence.markers)


def spans(text: str, quotes: Iterable[str]) -> list[tuple[int, int]]:
    """Half-open offsets of the quotes in the text, in order, merged where they touch; spacing may differ."""
    found = sorted(match.span() for quote in quotes if (match := _find(text, quote)))
    merged: list[tuple[int, int]] = []
    for start, end in found:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _find(text: str, quote: str) -> re.Match[str] | None:
    words = quote.split()
    return re.search(r"\s+".join(map(re.escape, words)), text) if words else None


def passage(text: str, quotes: Iterable[str] = ()) -> str:
    """A passage verbatim, with the sentences that support the answer marked."""
    pieces, position = [], 0
    for start, end in spans(text, quotes):
        pieces += [html_text(text[position:start]), f"<mark>{html_text(text[start:end])}</mark>"]
        position = end
    return f'<div class="ey-said ey-passage">{"".join(pieces)}{html_text(text[position:])}</div>'
