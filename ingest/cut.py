"""Cuts a text that is too long for one passage: at paragraphs, else at lines, else at sentences.

The last resort of `split`, within one section. Cuts never overlap and lose nothing; pieces come out of about the
same length, so that no crumb is left at the end.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

_LONG = re.compile(r"\S{13,}")
_PARAGRAPHS = re.compile(r"\n\s*\n")
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_ENDS = re.compile(r"(?<=[.!?。！？])\s+")
_SURE_END = re.compile(r"\b(?!(?:[Aa]pprox|[Aa]ssoc|Messrs)\.)[^\W\d_]{5,}[.!?]\s+(?=[A-Z])")
"""A long word, a mark and a capital: no abbreviation looks like that."""
_AT_ONCE = 500
"""Characters given to pysbd at a time: its time grows with the square of its input (50 ms for 5,000)."""
_LONG_WORD_END = re.compile(r"\w{4}[.!?。！？]$")


class Grain(IntEnum):
    """The smallest thing that is kept whole."""

    PARAGRAPH = 0
    LINE = 1
    SENTENCE = 2


@dataclass(frozen=True, slots=True)
class _Atom:
    gap: str
    """What stood before it."""
    text: str
    size: int


def size_of(text: str) -> int:
    """Length in words, where a word beyond 12 letters counts for more and a Chinese or Japanese letter for one.

    The embedding model reads 256 word pieces: about 1.3 an English word, one a Chinese letter.
    """
    narrow, wide = (text, 0) if text.isascii() else _WIDE.subn(" ", text)
    return len(narrow.split()) + wide + sum((len(long) - 1) // 12 for long in _LONG.findall(narrow))


def cut_text(text: str, *, min_words: int, max_words: int) -> list[str]:
    """Pieces of at most `max_words` in order; of at least `min_words` where the text allows."""
    if size_of(text) <= max_words:
        return [text]
    groups: list[list[_Atom]] = []
    for grain in Grain:
        groups = _pack(_glued(_atoms(text, grain, max_words), max_words), max_words)
        if min(map(_size, groups)) >= min_words:
            break
    return [_joined(group) for group in groups]


def _atoms(text: str, grain: Grain, limit: int) -> Iterator[_Atom]:
    for paragraph in _PARAGRAPHS.split(text):
        gap = "\n\n"
        if grain is Grain.PARAGRAPH and size_of(paragraph) <= limit:
            yield _Atom(gap, paragraph, size_of(paragraph))
            continue
        for line in paragraph.split("\n"):
            yield from _line_atoms(line, gap, grain, limit)
            gap = "\n"


def _line_atoms(line: str, gap: str, grain: Grain, limit: int) -> Iterator[_Atom]:
    if grain is not Grain.SENTENCE and size_of(line) <= limit:
        yield _Atom(gap, line, size_of(line))
        return
    for sentence in sentences_of(line):
        if size_of(sentence) <= limit:
            yield _Atom(gap, sentence, size_of(sentence))
        else:
            yield from _word_atoms(sentence, gap, limit)
        gap = " "


def _word_atoms(sentence: str, gap: str, limit: int) -> Iterator[_Atom]:
    """Words, and parts of words that alone are too long (a script without spaces, a blob)."""
    for word in sentence.split():
        for start in range(0, len(word), limit) if size_of(word) > limit else (0,):
            part = word[start : start + limit] if size_of(word) > limit else word
            yield _Atom(gap if not start else "", part, size_of(part))
        gap = " "


def _glued(atoms: Iterable[_Atom], limit: int) -> list[_Atom]:
    """Keeps a line that ends in a colon with the first of what it announces."""
    glued: list[_Atom] = []
    for atom in atoms:
        before = glued[-1] if glued else None
        if before and before.text.endswith(":") and before.size + atom.size <= limit:
            glued[-1] = _Atom(before.gap, before.text + atom.gap + atom.text, before.size + atom.size)
        else:
            glued.append(atom)
    return glued


def _pack(atoms: Sequence[_Atom], limit: int) -> list[list[_Atom]]:
    """Atoms in as few groups as fit, filled evenly."""
    total = _size(atoms)
    target = total / math.ceil(total / limit)
    groups: list[list[_Atom]] = [[]]
    filled = 0
    for atom in atoms:
        over = filled + atom.size - target
        if filled and (filled + atom.size > limit or over > target - filled):
            groups.append([])
            filled = 0
        groups[-1].append(atom)
        filled += atom.size
    if len(groups) > 1 and _size(groups[-2]) + filled <= limit:
        tail = groups.pop()
        groups[-1] += tail
    return groups


def _size(atoms: Iterable[_Atom]) -> int:
    return sum(atom.size for atom in atoms)


def _joined(atoms: Sequence[_Atom]) -> str:
    return atoms[0].text + "".join(atom.gap + atom.text for atom in atoms[1:])


def sentences_of(line: str) -> list[str]:
    """The sentences of one line, verbatim but for the blank space between them.

    pysbd is right about "e.g." and "1:1" and slow (about 100 kB a second), so sure ends are cut before it.
    """
    return [sentence for chunk in _surely_cut(line) for sentence in _segmented(chunk)]


def _surely_cut(line: str) -> Iterator[str]:
    start = 0
    for end in _SURE_END.finditer(line):
        if _is_closed(line[start : end.end()]):
            yield line[start : end.end()].strip()
            start = end.end()
    yield line[start:].strip()


def _runs(text: str) -> Iterator[str]:
    """A long text in runs that pysbd reads quickly, ended where a sentence most likely ends."""
    run = ""
    for part in _ENDS.split(text):
        if run and (len(run) + len(part) >= _AT_ONCE or (len(run) * 2 > _AT_ONCE and _LONG_WORD_END.search(run))):
            yield run
            run = ""
        run = f"{run} {part}" if run else part
    yield run


def _is_closed(text: str) -> bool:
    """Whether every quotation and bracket that opens in a text closes in it."""
    return text.count('"') % 2 == 0 and all(text.count(a) == text.count(b) for a, b in ("“”", "()", "[]"))


def _segmented(text: str) -> list[str]:
    """pysbd's sentences, found again in the text, because it may change what it returns."""
    if not _ENDS.search(text.rstrip()):
        return [text] if text else []
    if len(text) > _AT_ONCE:
        return [sentence for run in _runs(text) for sentence in _segmented(run)]
    import pysbd

    ends: list[int] = []
    position = 0
    for sentence in pysbd.Segmenter(language="en", clean=False).segment(text):
        found = text.find(sentence.strip(), position)
        if found < 0:
            return _ENDS.split(text)
        position = found + len(sentence.strip())
        ends.append(position)
    starts = [0, *ends[:-1]]
    pieces = [text[start:end].strip() for start, end in zip(starts, [*ends[:-1], len(text)], strict=True)]
    return [piece for piece in pieces if piece]
