"""Which parts of the craft a rehearsal shows, with the mentor's words that show them. Pure rules on `reading`."""

from assistant.coach.rehearsal.moves import read_lines
from assistant.coach.rehearsal.reading import Act, LineReading
from assistant.coach.rehearsal.record import Rehearsal
from assistant.notes.note import Record

ELEMENTS = ("asked_first", "situation", "behaviour", "impact", "request", "drew_out")
"""What makes upward feedback work, in the order in which it is said."""
SLIPS = ("blamed", "argued", "gave_up", "hedged", "absolute")
_TRIES_AGAIN = (Act.BEHAVIOUR, Act.REQUEST, Act.IMPACT, Act.OPEN_QUESTION)


class Shown(Record):
    """Where something shows."""

    line: int
    """Position in `Rehearsal.lines`."""
    quote: str
    """Verbatim, of that line."""


class Craft(Record):
    """What a rehearsal shows; absent where it does not."""

    shown: dict[str, Shown]
    """By the names in `ELEMENTS` and `SLIPS`."""

    def has(self, name: str) -> bool:
        """Whether it shows."""
        return name in self.shown

    def quote(self, name: str) -> str:
        """The words; empty where it does not show."""
        return self.shown[name].quote if name in self.shown else ""


def find_craft(rehearsal: Rehearsal) -> Craft:
    """What the mentor's lines show."""
    places = [at for at, line in enumerate(rehearsal.lines) if line.speaker == "mentor"]
    numbered = list(zip(places, read_lines(rehearsal), strict=True))
    found: dict[str, Shown | None] = {
        "asked_first": _asked_first(rehearsal, numbered),
        "situation": _first(rehearsal, numbered, Act.SITUATION),
        "behaviour": _behaviour(rehearsal, numbered),
        "impact": _first(rehearsal, numbered, Act.IMPACT),
        "request": _first(rehearsal, numbered, Act.REQUEST),
        "drew_out": _drew_out(rehearsal, numbered),
        "blamed": _last(rehearsal, numbered, Act.BLAMES),
        "argued": _argued(rehearsal, numbered),
        "gave_up": _gave_up(rehearsal, numbered),
        "hedged": _first(rehearsal, numbered, Act.HEDGES),
        "absolute": _last(rehearsal, numbered, Act.ABSOLUTE),
    }
    return Craft(shown={name: one for name, one in found.items() if one})


_Numbered = list[tuple[int, LineReading]]


def _shown(rehearsal: Rehearsal, at: int, reading: LineReading, act: Act) -> Shown:
    """The quote as it stands in the line, whatever its apostrophes are."""
    line, wanted = rehearsal.lines[at].text, reading.quotes[act]
    start = line.replace("’", "'").find(wanted)
    return Shown(line=at, quote=line[start : start + len(wanted)] if start >= 0 else wanted)


def _first(rehearsal: Rehearsal, numbered: _Numbered, act: Act) -> Shown | None:
    return next((_shown(rehearsal, at, one, act) for at, one in numbered if one.does(act)), None)


def _last(rehearsal: Rehearsal, numbered: _Numbered, act: Act) -> Shown | None:
    return _first(rehearsal, numbered[::-1], act)


def _behaviour(rehearsal: Rehearsal, numbered: _Numbered) -> Shown | None:
    """What was seen, rather in words that do not judge."""
    plain = [(at, one) for at, one in numbered if one.quote(Act.BEHAVIOUR) not in one.quote(Act.BLAMES, Act.ABSOLUTE)]
    return _first(rehearsal, plain, Act.BEHAVIOUR) or _first(rehearsal, numbered, Act.BEHAVIOUR)


def _asked_first(rehearsal: Rehearsal, numbered: _Numbered) -> Shown | None:
    """Asked in the line of the first observation or verdict, before it, or in a line before that."""
    for at, one in numbered:
        told = one.does(Act.BEHAVIOUR, Act.BLAMES)
        if one.does(Act.PERMISSION):
            line = rehearsal.lines[at].text.replace("’", "'")
            told_at = line.find(one.quote(Act.BEHAVIOUR, Act.BLAMES)) if told else len(line)
            asked_at = line.find(one.quote(Act.PERMISSION))
            return _shown(rehearsal, at, one, Act.PERMISSION) if asked_at <= told_at else None
        if told:
            return None
    return None


def _drew_out(rehearsal: Rehearsal, numbered: _Numbered) -> Shown | None:
    for at, one in numbered:
        if at and one.does(Act.OPEN_QUESTION):
            return _shown(rehearsal, at, one, Act.OPEN_QUESTION)
    return None


def _argued(rehearsal: Rehearsal, numbered: _Numbered) -> Shown | None:
    for at, one in numbered[::-1]:
        if one.does(Act.ARGUES) and not one.does(Act.OPEN_QUESTION, Act.REQUEST):
            return _shown(rehearsal, at, one, Act.ARGUES)
    return None


def _gave_up(rehearsal: Rehearsal, numbered: _Numbered) -> Shown | None:
    """Given up, and not taken up again afterwards."""
    for at, one in numbered[::-1]:
        if one.does(Act.GIVES_UP):
            return _shown(rehearsal, at, one, Act.GIVES_UP)
        if one.does(*_TRIES_AGAIN):
            return None
    return None
