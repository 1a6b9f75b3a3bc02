"""Decides whether the lines of a text are a conversation, and gives what each line says.

A text is a conversation when most of its lines open with a name, names come back and take turns. Whatever else
opens with a word and a colon (minutes, headings, quoted dialogue within prose) stays prose: a transcript taken for
prose loses its measures, prose taken for a transcript would be measured wrongly. `parse` calls `find_chat`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from assistant.notes.heads import heads_minutes
from assistant.notes.lines import Kind, Label, Line
from assistant.notes.pieces import EDGES, Piece, speaker_key
from assistant.notes.times import Stamp

_FEWEST_LINES = 3
_INTRO_LINES = 8
_LEAST_SHARE = 0.3
"""Share of a text that a conversation has; in a longer text it is a quotation."""
_NOTICES = frozenset(
    """media omitted|image omitted|video omitted|audio omitted|sticker omitted|gif omitted|document omitted|
    medien ausgeschlossen|bild weggelassen|this message was deleted|you deleted this message|missed voice call|
    missed video call|null""".replace("\n    ", "").split("|")
)
"""What a messenger writes in the place of words."""
_PRONOUNS = frozenset(("i", "me", "he", "him", "she", "her", "they", "them", "we", "us"))
"""Who is meant in a list of what everybody did; as speakers of a transcript they stand without bullets."""


class Chat(NamedTuple):
    """A conversation that was found in a text."""

    pieces: list[Piece]
    form: str
    notes: dict[str, str]
    """By the speaker's key, what stood beside the name: a role in brackets, a title given once."""


class _Body(NamedTuple):
    """The lines from the first that names a speaker to the end of the conversation."""

    lines: Sequence[Line]
    labels: Sequence[Label | None]
    """For each line its label, where it names one of the speakers."""
    kind: Kind
    stamped: bool
    """Whether only lines with a time name a speaker."""

    @property
    def named(self) -> list[Label]:
        """The labels alone."""
        return [label for label in self.labels if label]

    def cut(self, first: int, end: int | None = None) -> "_Body":
        """The part from one line to another."""
        return self._replace(lines=self.lines[first:end], labels=self.labels[first:end])


_KINDS: tuple[Kind, ...] = ("zoom", "irc", "stamped", "colon", "timed", "tab", "dash", "alone")
"""The least ambiguous first: a text names its speakers in one way."""
_SURE: frozenset[Kind] = frozenset(("zoom", "irc"))
_APART: frozenset[Kind] = frozenset(("stamped", "alone"))
"""Names on a line of their own."""


def find_chat(text: str, lines: Sequence[Line]) -> Chat | None:
    """The conversation that the text with these lines is, or None where it is prose."""
    counts = Counter(line.label.kind for line in lines if line.label)
    for kind in _KINDS:
        if counts[kind] >= _FEWEST_LINES and (body := _body(lines, kind)):
            trusted = _trusts_times(text, body)
            aliases = _aliases(body.named)
            pieces = list(_pieces(text, body, aliases, trusted=trusted))
            return Chat(pieces, _form(text, body, trusted=trusted), _notes(body.named, aliases))
    return None


def _body(lines: Sequence[Line], kind: Kind) -> _Body | None:
    labels = [line.label if line.label and line.label.kind == kind else None for line in lines]
    heads = {key for key in {label.key for label in labels if label} if heads_minutes(key)}
    labels = [None if label is None or label.key in heads else label for label in labels]
    named = [label for label in labels if label]
    stamps = sum(1 for label in named if label.stamp)
    stamped = stamps > 1 and stamps * 10 >= len(named) * 6
    if stamped:
        named = [label for label in named if label.stamp]
    keys = _speakers(named, kind, stamped=stamped)
    labels = [label if label and label.key in keys and (label.stamp or not stamped) else None for label in labels]
    whole = _Body(lines, labels, kind, stamped)
    places = [index for index, label in enumerate(labels) if label]
    places = places[_headings(whole, places) :]
    if len(places) < _FEWEST_LINES:
        return None
    body = whole.cut(places[0])
    body = body.cut(0, _end(body, places[-1] - places[0]))
    return body if _is_conversation(whole, places[0], body) else None


def _speakers(named: Sequence[Label], kind: Kind, *, stamped: bool) -> set[str]:
    """Names that come back, and such as come once where the conversation leaves no doubt that they are names."""
    counts = Counter(label.key for label in named)
    back = {key for key, count in counts.items() if count > 1}
    if kind == "timed" or (kind not in _SURE and kind != "colon" and not stamped):
        return back
    once = {label.key for label in named if counts[label.key] == 1 and (stamped or _is_name(label.name))}
    return back if not back or len(once) > max(2, len(named) // 3) else back | once


def _is_name(name: str) -> bool:
    words = name.split()
    return len(words) <= 4 and all(word[:1].isupper() or not word[:1].isalpha() for word in words)


def _headings(whole: _Body, places: Sequence[int]) -> int:
    """How many of the first labels only introduce: `Pair: Birch` above a blank line, never said again."""
    counts = Counter(label.key for label in whole.named)
    gaps = [index for index in places if whole.lines[index].gap]
    if not gaps or len(places) <= _FEWEST_LINES or len(gaps) * 2 > len(places):
        return 0
    below = next((index for index in gaps if index > places[0]), 0)
    first = [label for index in places if index < below and (label := whole.labels[index])]
    return len(first) if all(counts[label.key] == 1 for label in first) else 0


def _end(body: _Body, last: int) -> int:
    """How many lines belong to the conversation: a remark below the `last` with a name does not."""
    pairs = zip(body.lines[:last], body.labels[:last], strict=True)
    inner = [line for line, label in pairs if not label and not line.direction]
    label = body.labels[last]
    below = body.kind in _APART or (label is not None and label.words == body.lines[last].end)
    spaced = sum(1 for line in inner if line.gap) > 1
    end = last + 1 + (below and last + 1 < len(body.lines))
    while end < len(body.lines) and (below or inner) and (spaced or not body.lines[end].gap):
        end += 1
    return end


def _is_conversation(whole: _Body, first: int, body: _Body) -> bool:
    spoken = [label.key for label in body.named]
    changes = sum(1 for before, after in pairwise(spoken) if before != after)
    speakers = Counter(spoken)
    if body.kind in _SURE or not _is_most(whole.lines, first, body):
        return body.kind in _SURE
    bulleted = 2 * sum(1 for label in body.named if label.bullet) > len(spoken)
    if len(speakers) == 1:
        return not bulleted and body.kind != "timed" and _share(body) >= (0.3 if body.stamped else 0.8)
    if changes < 2 or body.stamped:
        return changes >= 2 and (body.kind != "timed" or (len(spoken) > _FEWEST_LINES and _share(body) >= 0.6))
    if bulleted:
        return len(spoken) > _FEWEST_LINES and _share(body) >= 0.8 and not _PRONOUNS & set(spoken)
    if body.kind in _APART:
        return _headers_stand_over_text(body)
    often = min(speakers.values()) >= 3 and len(speakers) <= 3
    return changes * 4 >= len(spoken) and _share(body) >= (0.15 if often else 0.5)


def _is_most(lines: Sequence[Line], first: int, body: _Body) -> bool:
    """Whether the text is the conversation, with no more than a short introduction and a remark around it."""
    start, end = lines[0].start, lines[-1].end
    intro = body.lines[0].start - start
    most = body.lines[-1].end - body.lines[0].start >= _LEAST_SHARE * (end - start)
    return most and first <= max(_INTRO_LINES, len(lines) // 4) and intro <= max(400, (end - start) // 2)


def _share(body: _Body) -> float:
    """Share of the lines that name a speaker; of the first lines of paragraphs where that is more."""
    lines = [(line, label) for line, label in zip(body.lines, body.labels, strict=True) if not line.direction]
    starts = [label for index, (line, label) in enumerate(lines) if index == 0 or line.gap]
    of_lines = sum(1 for _, label in lines if label) / len(lines)
    return max(of_lines, sum(1 for label in starts if label) / len(starts) if len(starts) > 3 else 0.0)


def _headers_stand_over_text(body: _Body) -> bool:
    """Whether every name on a line of its own has text below it."""
    bare = sum(1 for label, below in pairwise([*body.labels, body.labels[0]]) if label and below)
    return bare == 0 and len(body.named) > _FEWEST_LINES


def _pieces(text: str, body: _Body, aliases: Mapping[str, str], *, trusted: bool) -> Iterator[Piece]:
    """What each line says; a line without a name goes on with what was said."""
    speaker = ""
    stamp: Stamp | None = None
    for line, label in zip(body.lines, body.labels, strict=True):
        start = line.start
        if label:
            speaker, start = aliases.get(label.key, label.name), label.words
            stamp = label.stamp if trusted else None
        elif line.direction or (body.stamped and line.stamped):
            continue
        if not _is_notice(text, start, line.end):
            yield Piece(speaker, start, line.end, stamp and stamp.began, stamp and stamp.ended)


def _is_notice(text: str, start: int, end: int) -> bool:
    return 0 < end - start < 40 and text[start:end].strip(EDGES + "<>[]()").casefold() in _NOTICES


def _trusts_times(text: str, body: _Body) -> bool:
    """Whether the times count from the beginning of a recording, and are not a clock's.

    They do if they have no date, begin low, and leave time for the words: no one says eight in a second.
    """
    stamps = [label.stamp for label in body.named if label.stamp]
    if not stamps or body.kind in _SURE or any(stamp.clock for stamp in stamps):
        return False
    words = text.count(" ", body.lines[0].start, body.lines[-1].start)
    enough = words <= 8 * max(stamps[-1].began - stamps[0].began, 1) + 100
    return enough and stamps[0].began < (360 if stamps[0].parts == 2 else 6 * 3600)


def _form(text: str, body: _Body, *, trusted: bool) -> str:
    if body.kind == "zoom":
        return "zoom"
    if body.kind == "irc" or (body.stamped and not trusted):
        return "chat"
    if body.kind != "stamped":
        return "names"
    heads = [text[line.start : line.end] for line, label in zip(body.lines, body.labels, strict=True) if label]
    two_blanks = all("  " in head and "   " not in head for head in heads)
    return "otter" if two_blanks or "otter.ai" in text else "teams"


def _aliases(named: Sequence[Label]) -> dict[str, str]:
    """By its key, a longer name given once or twice for a speaker who goes by its last word: `Director Halloran`."""
    counts = Counter(label.key for label in named)
    names = {label.key: label.name for label in reversed(named)}
    longer = [key for key, count in counts.items() if count <= 2 and " " in key]
    return {key: names[last] for key in longer if counts.get(last := key.rpartition(" ")[2], 0) > counts[key]}


def _notes(named: Sequence[Label], aliases: Mapping[str, str]) -> dict[str, str]:
    notes: dict[str, str] = {}
    for label in named:
        if label.key in aliases:
            notes.setdefault(speaker_key(aliases[label.key]), f"{label.name} {label.notes}")
        elif label.notes:
            notes.setdefault(label.key, label.notes)
    return notes
