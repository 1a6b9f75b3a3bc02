"""A note with the words that its findings rest on marked, and how sure the tool is of each, in words.

Pure: makes HTML and keeps nothing. The note is escaped piece by piece, so that nothing written in it becomes markup;
its line breaks are kept by the style sheet. Marks never nest: where two overlap, the shared words are one piece.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from app.components.markup import html_text
from assistant.notes.note import Finding


class Sureness(NamedTuple):
    """How sure the tool is, for people."""

    words: str
    faint: bool
    """Whether the mark in the note is dotted."""


def sureness(confidence: float) -> Sureness:
    """Words for a calibrated probability in [0, 1]; the cut-offs are the design's (0.85, 0.70)."""
    if confidence >= 0.85:
        return Sureness("Quite sure", False)
    if confidence >= 0.70:
        return Sureness("Likely", False)
    return Sureness("Perhaps", True)


class Mark(NamedTuple):
    """A stretch to mark: half-open offsets in code points, and the number of the question that rests on it."""

    start: int
    end: int
    number: int
    faint: bool = False


class Segment(NamedTuple):
    """A piece of the note that is marked throughout or not at all."""

    text: str
    numbers: tuple[int, ...] = ()
    """The questions that rest on it, ascending; empty where it is not marked."""
    faint: bool = False
    """Whether each of these is less sure."""
    ending: tuple[int, ...] = ()
    """Those whose stretch ends here: their chip follows the piece."""


def marks_of(findings: Mapping[int, Finding]) -> list[Mark]:
    """The marks of numbered findings."""
    return [
        Mark(one.start, one.end, number, sureness(finding.confidence).faint)
        for number, finding in findings.items()
        for one in finding.evidence
    ]


def segments(text: str, marks: Iterable[Mark]) -> list[Segment]:
    """The text in pieces that join to the text again; marks outside of it are cut to it or left out."""
    kept = _merged(mark._replace(start=max(0, mark.start), end=min(len(text), mark.end)) for mark in marks)
    cuts = sorted({0, len(text), *(mark.start for mark in kept), *(mark.end for mark in kept)})
    return [_segment(text, start, end, kept) for start, end in pairwise(cuts)]


def _merged(marks: Iterable[Mark]) -> list[Mark]:
    """Touching or overlapping marks of one question become one, so that its chip stands there once."""
    done: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: (mark.number, mark.start)):
        if mark.start >= mark.end:
            continue
        if done and done[-1].number == mark.number and mark.start <= done[-1].end:
            done[-1] = done[-1]._replace(end=max(done[-1].end, mark.end))
        else:
            done.append(mark)
    return done


def _segment(text: str, start: int, end: int, marks: Sequence[Mark]) -> Segment:
    over = [mark for mark in marks if mark.start <= start and end <= mark.end]
    return Segment(
        text=text[start:end],
        numbers=tuple(mark.number for mark in over),
        faint=bool(over) and all(mark.faint for mark in over),
        ending=tuple(mark.number for mark in over if mark.end == end),
    )


def note_html(text: str, marks: Iterable[Mark]) -> str:
    """The note as HTML: serif, with its line breaks, marks and number chips."""
    return f'<div class="ey-said ey-notetext">{"".join(map(_html, segments(text, marks)))}</div>'


def excerpt_html(text: str, stretches: Iterable[tuple[int, int]], marks: Sequence[Mark], longest: int) -> str:
    """Some stretches of the note as one run of words with their marks, cut after `longest` characters."""
    pieces, left = [], longest
    for start, end in stretches:
        stop = min(end, start + left)
        here = [mark._replace(start=mark.start - start, end=mark.end - start) for mark in marks]
        pieces.append("".join(map(_html, segments(text[start:stop], here))))
        left -= stop - start
        if stop < end or left <= 0:
            pieces.append("…")
            break
    return f'<div class="ey-said ey-notetext">{" ".join(pieces)}</div>'


def _html(piece: Segment) -> str:
    if not piece.numbers:
        return html_text(piece.text)
    bare, chips = piece.text.rstrip(), "".join(map(chip, piece.ending))
    if not bare and not chips:
        return html_text(piece.text)
    return marked(bare, faint=piece.faint, after=chips) + piece.text[len(bare) :]


def marked(text: str, *, faint: bool = False, after: str = "") -> str:
    """Words as evidence; `after` is HTML that belongs to the mark."""
    kind = ' class="ey-faint"' if faint else ""
    return f"<mark{kind}>{html_text(text)}{after}</mark>"


def chip(number: int) -> str:
    """The number of a question, behind the words that it rests on."""
    return f'<sup class="ey-n"><span class="ey-vh"> question </span>{number}</sup>'
