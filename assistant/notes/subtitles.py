"""Cues of WebVTT and SRT, read where they stand: in a file, or pasted into a note.

Written here rather than taken from a library (webvtt-py, pysubs2, srt), because none of them says where in the text
a cue's words stand, and all of them refuse or drop what is broken. A cue is whatever stands below a line with an
arrow; a cue with a broken time is kept without it.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from assistant.notes.heads import heads_minutes
from assistant.notes.lines import Label, Line
from assistant.notes.pieces import EDGES, Piece, goes_on
from assistant.notes.times import seconds_of

_TIMING = re.compile(r"(\d[\w:.,]{0,19}+)?[ \t\xa0]*+-{1,2}>[ \t\xa0]*+(?:(\d[\w:.,]{0,19}+)(?:[ \t\xa0].*)?)?$")
_HEADER = re.compile(r"^[\ufeff\s]*WEBVTT\b", re.MULTILINE)
_HEADER_WITHIN = 2_000
_COMMENT = re.compile(r"(?:NOTE|STYLE|REGION|WEBVTT)\b")
_CUE_ID = re.compile(r"\d{1,9}$")
_VOICE = re.compile(r"<v(?:\.[^\s<>]{0,60})?[ \t]([^<>\n]{1,80}+)>", re.IGNORECASE)
_TAG = re.compile(r"</?(?:[a-z]{1,5}(?:[.\s][^<>\n]{0,80})?|[\d:.]{5,15})>|\{\\[^{}\n]{0,40}\}", re.IGNORECASE)
_TAGS = re.compile(rf"(?:{_TAG.pattern}|\s)++", re.IGNORECASE)


class Cue(NamedTuple):
    """One cue: its time, and the lines of its payload."""

    began: float | None
    ended: float | None
    lines: list[Line]


class Subtitles(NamedTuple):
    """What a text with cues says."""

    pieces: list[Piece]
    form: Literal["webvtt", "srt"]
    notes: dict[str, str]
    """By the speaker's key, what stood in brackets beside the name."""


def find_subtitles(text: str, lines: Sequence[Line]) -> Subtitles | None:
    """What the cues in the text with these lines say; None where it has none: one with a header, or two without."""
    if not any(line.arrow for line in lines):
        return None
    vtt = _HEADER.search(text[:_HEADER_WITHIN]) is not None
    cues = list(_cues(text, lines, vtt=vtt))
    timed = sum(1 for cue in cues if cue.began is not None)
    if len(cues) < (1 if vtt else 2) or timed * 2 < len(cues):
        return None
    labels = _labels(cues)
    notes = {label.key: label.notes for label in labels.values() if label.notes}
    return Subtitles(list(_pieces(text, cues, labels)), "webvtt" if vtt else "srt", notes)


def extract(text: str, pieces: Sequence[Piece]) -> tuple[str, list[Piece]]:
    """The words of all cues as a text to read, a line a turn (`Name: words`), and the pieces within that text."""
    out: list[str] = []
    moved: list[Piece] = []
    length = 0
    said = ""
    for piece in pieces:
        words = _plain(text[piece.start : piece.end])
        if not words:
            continue
        if moved and goes_on(said, moved[-1], piece):
            lead = " "
        else:
            lead = ("\n" if moved else "") + (f"{piece.speaker}: " if piece.speaker else "")
        out += (lead, words)
        start = length + len(lead)
        length = start + len(words)
        moved.append(piece._replace(start=start, end=length))
        said = words
    return "".join(out), moved


def _plain(payload: str) -> str:
    """A cue's words without tags and entities, on one line."""
    return " ".join(html.unescape(_TAG.sub("", payload)).strip(EDGES).split())


def _cues(text: str, lines: Sequence[Line], *, vtt: bool) -> Iterator[Cue]:
    """The cues in order, without their ids, comments and styles. A remark below the last cue is none of its words."""
    cue: Cue | None = None
    commented = False
    number = 0
    for line in lines:
        timing = _timing(text, line)
        if timing:
            if cue:
                yield _without_id(text, cue, line, number, vtt=vtt)
            cue, commented = Cue(_seconds(timing[1]), _seconds(timing[2]), []), False
            number += 1
            continue
        if line.gap:
            commented = vtt and _COMMENT.match(text, line.start) is not None
        if cue and not commented:
            cue.lines.append(line)
    if cue:
        gap = next((index for index, line in enumerate(cue.lines) if line.gap), len(cue.lines))
        yield cue._replace(lines=cue.lines[:gap])


def _timing(text: str, line: Line) -> re.Match[str] | None:
    found = _TIMING.match(text, line.start, min(line.end, line.start + 200)) if line.arrow else None
    return found if found and (found[1] or found[2]) else None


def _seconds(time: str | None) -> float | None:
    return seconds_of(time) if time else None


def _without_id(text: str, cue: Cue, timing: Line, number: int, *, vtt: bool) -> Cue:
    """The cue without the next one's id, which stands right above the next one's time."""
    last = cue.lines[-1] if cue.lines else None
    if last is None or timing.gap:
        return cue
    content = text[last.start : min(last.end, last.start + 80)]
    is_id = content == str(number + 1) or (last.gap and (vtt or _CUE_ID.match(content) is not None))
    return cue._replace(lines=cue.lines[:-1]) if is_id else cue


def _labels(cues: Sequence[Cue]) -> dict[str, Label]:
    """By key, the names before a colon that are speakers: they come back, or nearly all cues have one."""
    labels = [line.label for cue in cues for line in cue.lines if line.label and line.label.kind == "colon"]
    labels = [label for label in labels if not heads_minutes(label.key)]
    counts = Counter(label.key for label in labels)
    most = len(labels) * 2 >= len(cues)
    return {label.key: label for label in reversed(labels) if counts[label.key] > 1 or most}


def _pieces(text: str, cues: Sequence[Cue], labels: dict[str, Label]) -> Iterator[Piece]:
    """The pieces of all cues; where a cue names nobody, the one who spoke goes on."""
    speaker = ""
    for cue in cues:
        for line in cue.lines:
            at = line.start
            for voice in _VOICE.finditer(text, line.start, line.end) if _has_tags(text, line) else ():
                yield _piece(text, speaker, at, voice.start(), cue)
                speaker, at = " ".join(html.unescape(voice[1]).strip(EDGES).split()), voice.end()
            if at == line.start and line.label and line.label.kind == "colon" and line.label.key in labels:
                speaker, at = labels[line.label.key].name, line.label.words
            if not line.direction:
                yield _piece(text, speaker, at, line.end, cue)


def _has_tags(text: str, line: Line) -> bool:
    return text.find("<", line.start, line.end) >= 0


def _piece(text: str, speaker: str, start: int, end: int, cue: Cue) -> Piece:
    """The stretch without the tags around it."""
    if before := _TAGS.match(text, start, end):
        start = before.end()
    tail = max(start, end - 100)
    while end > start and text[end - 1] in ">}" and (last := _last_tag(text, tail, end)) is not None:
        end = last
    return Piece(speaker, start, end, cue.began, cue.ended)


def _last_tag(text: str, start: int, end: int) -> int | None:
    opened = max(text.rfind("<", start, end), text.rfind("{", start, end))
    return opened if opened >= start and _TAG.fullmatch(text, opened, end) else None
