"""The simulated senior without a chat model: which move a line calls for, and how it is worded.

A move follows from what the mentor's line does, from the senior's mood, and from what was said before: asked openly
and acknowledged, the temper rises; blamed, it falls. It is worded with the mentor's own words and never twice the same.
The same rehearsal always gets the same answer.
"""

import hashlib
from collections.abc import Iterable, Sequence

from assistant.coach.rehearsal.character import is_tied
from assistant.coach.rehearsal.moods import OWN_WORDS, Manner, MoodText, Subject, fill, slots_of
from assistant.coach.rehearsal.reading import Act, LineReading, read_line
from assistant.coach.rehearsal.record import Rehearsal, SpokenLine
from assistant.coach.rehearsal.turning import moment, quote, turn, turn_request

_RISES = {Act.PERMISSION: 1, Act.OPEN_QUESTION: 1, Act.ACKNOWLEDGES: 1}
_FALLS = {Act.BLAMES: -2, Act.ABSOLUTE: -1, Act.ARGUES: -1, Act.INSTRUCTS: 0}
_ORDER: tuple[tuple[Act, str], ...] = (
    (Act.INSTRUCTS, "instructs"),
    (Act.GIVES_UP, "gives_up"),
    (Act.BLAMES, "blames"),
    (Act.REQUEST, "request"),
    (Act.OPEN_QUESTION, "open_question"),
    (Act.BEHAVIOUR, "behaviour"),
    (Act.PERMISSION, "permission"),
    (Act.ARGUES, "argues"),
    (Act.IMPACT, "impact"),
    (Act.CLOSES, "closes"),
    (Act.ACKNOWLEDGES, "acknowledges"),
    (Act.HEDGES, "hedges"),
    (Act.SITUATION, "situation"),
    (Act.GREETS, "greets"),
)
"""Of several things that a line does, the first of these is answered."""


def read_lines(rehearsal: Rehearsal) -> tuple[LineReading, ...]:
    """What each line of the mentor does, in order."""
    found: list[LineReading] = []
    heard = False
    for line in rehearsal.lines:
        if line.speaker == "senior":
            heard = True
            continue
        told = any(one.does(Act.BEHAVIOUR) for one in found)
        found.append(read_line(line.text, after_senior=heard, behaviour_said=told))
    return tuple(found)


def temper(mood: MoodText, readings: Iterable[LineReading]) -> int:
    """How the senior feels after these lines, from `mood.lowest` to `mood.highest`; from 0 on it is soft."""
    now, asked = mood.start, False
    for reading in readings:
        change = sum(by for act, by in {**_RISES, **_FALLS}.items() if reading.does(act))
        if reading.does(Act.PERMISSION) and asked:
            change -= 1
        if reading.does(Act.BLAMES):
            change = min(change, -1)
        asked = asked or reading.does(Act.PERMISSION)
        now = max(mood.lowest, min(mood.highest, now + change))
    return now


def move_for(reading: LineReading) -> str:
    """Which move a line calls for."""
    if reading.does(Act.BEHAVIOUR) and reading.does(Act.REQUEST) and not reading.does(Act.BLAMES, Act.INSTRUCTS):
        return "whole"
    return next((move for act, move in _ORDER if reading.does(act)), "other")


def answer(rehearsal: Rehearsal, manner: Manner) -> SpokenLine:
    """What the senior says to the mentor's last line, in one to three sentences."""
    readings = read_lines(rehearsal)
    mood = manner.moods[rehearsal.senior.mood]
    stage = "soft" if temper(mood, readings) >= 0 else "hard"
    move = move_for(readings[-1])
    used = frozenset(one for line in rehearsal.lines for one in line.used)
    subject = manner.subject_of(" ".join([*rehearsal.said, rehearsal.situation]))
    slots = _Slots(rehearsal, readings[-1], move, (subject, manner.subjects[-1]), used)
    for name, wordings in _offers(mood, move, stage):
        if chosen := _choose(f"{rehearsal.senior.mood}.{name}", wordings, slots, rehearsal, used):
            return chosen
    return _plain(slots)


def _offers(mood: MoodText, move: str, stage: str) -> list[tuple[str, Sequence[str]]]:
    """Wordings by name, those that fit best first."""
    other = "soft" if stage == "hard" else "hard"
    found: list[tuple[str, Sequence[str]]] = []
    for name in (move, "other"):
        wordings = mood.moves[name]
        found.append((f"{name}.{stage}", (*getattr(wordings, stage), *wordings.any)))
        found.append((f"{name}.{other}", getattr(wordings, other)))
    return found


class _Slots:
    """What the slots of a wording can be filled with here."""

    def __init__(
        self,
        rehearsal: Rehearsal,
        reading: LineReading,
        move: str,
        subjects: tuple[Subject, ...],
        used: frozenset[str],
    ) -> None:
        said = rehearsal.said[-1]
        key = _key_words(reading, move, said)
        turned, echo = turn(key), turn(_question(reading)) if move == "open_question" else ""
        where = moment(said)
        self.values = {
            "Turned": _capital(turned), "turned": turned, "said": quote(key), "quoted": quote(key),
            "moment": where, "Moment": _capital(where), "ask": turn_request(said), "Echo": _capital(echo),
            "echo_said": quote(_question(reading)),
        }  # fmt: skip
        self.reason = _fresh([(one.id, "reason", text) for one in subjects for text in one.reasons], rehearsal, used)
        self.admits = _fresh([(one.id, "admits", text) for one in subjects for text in one.admits], rehearsal, used)
        if self.reason:
            self.values |= {"reason": self.reason[1], "reason_low": _lower(self.reason[1])}
        if self.admits:
            self.values["admits"] = self.admits[1]

    def can_fill(self, wording: str) -> bool:
        return all(self.values.get(slot) for slot in slots_of(wording))

    def fill(self, wording: str) -> tuple[str, tuple[str, ...]]:
        """The words, and the ids of what was used for them."""
        needed = slots_of(wording)
        taken = [self.reason[0]] if self.reason and needed & {"reason", "reason_low"} else []
        taken += [self.admits[0]] if self.admits and "admits" in needed else []
        return fill(wording, self.values), tuple(taken)


def _key_words(reading: LineReading, move: str, said: str) -> str:
    """The stretch of the line that is said back."""
    acts = {
        "impact": (Act.IMPACT,),
        "behaviour": (Act.BEHAVIOUR,),
        "whole": (Act.BEHAVIOUR,),
        "blames": (Act.BLAMES, Act.ABSOLUTE),
        "hedges": (Act.HEDGES,),
        "argues": (Act.ARGUES,),
        "request": (Act.REQUEST,),
    }.get(move, ())
    return reading.quote(*acts) or (said if move == "other" else "")


def _question(reading: LineReading) -> str:
    return reading.quote(Act.OPEN_QUESTION)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower(text: str) -> str:
    return text if text.startswith(("I ", "I'")) else text[:1].lower() + text[1:]


def _rank(seed: str, name: str) -> str:
    return hashlib.sha256(f"{seed}\x1f{name}".encode()).hexdigest()


def _seed(rehearsal: Rehearsal) -> str:
    return f"{rehearsal.situation}\x1f{len(rehearsal.lines)}\x1f{rehearsal.said[0]}"


def _fresh(
    offered: Sequence[tuple[str, str, str]], rehearsal: Rehearsal, used: frozenset[str]
) -> tuple[str, str] | None:
    """(id, words) of one that was not said yet, of the first subject as long as it has one."""
    named = [(subject, f"{subject}.{kind}.{text[:24]}", text) for subject, kind, text in offered]
    for wanted in dict.fromkeys(subject for subject, _, _ in named):
        left = [(name, text) for subject, name, text in named if subject == wanted and name not in used]
        if left:
            return min(left, key=lambda one: _rank(_seed(rehearsal), one[0]))
    return None


def _choose(
    name: str, wordings: Sequence[str], slots: _Slots, rehearsal: Rehearsal, used: frozenset[str]
) -> SpokenLine | None:
    """One that was not used yet and can be filled, rather one that takes up the talk in the mentor's own words."""
    fit = [one for one in wordings if slots.can_fill(one) and f"{name}:{one[:32]}" not in used]
    if not fit:
        return None
    quoted_before = bool(rehearsal.answered) and "“" in rehearsal.answered[-1]

    def rank(one: str) -> tuple[bool, bool, str]:
        tied = is_tied(slots.fill(one)[0], rehearsal)
        return not tied, _is_bare(one, quoted_before), _rank(_seed(rehearsal), one)

    chosen = min(fit, key=rank)
    text, taken = slots.fill(chosen)
    text = text[:1] + _capital(text[1:]) if text.startswith("“") else _capital(text)
    return SpokenLine(speaker="senior", text=text, source="moves", used=(f"{name}:{chosen[:32]}", *taken))


def _is_bare(wording: str, quoted_before: bool) -> bool:
    """Whether it says nothing of the mentor's words; quoting twice in a row would sound like an echo."""
    own = slots_of(wording) & OWN_WORDS
    return not own or (quoted_before and own <= {"said", "quoted", "echo_said"})


def _plain(slots: _Slots) -> SpokenLine:
    """Where everything was said already: a reason or an admission that is new, else a request to go on."""
    for one in (slots.admits, slots.reason):
        if one:
            return SpokenLine(speaker="senior", text=one[1], source="moves", used=(one[0],))
    return SpokenLine(speaker="senior", text="I think we have both said what we had to say.", source="moves")
