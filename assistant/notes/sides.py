"""Who is the mentor and who the mentee, among the speakers of a transcript.

What is given wins. Else it is inferred from what the text says, the surest kind first: the words mentor and mentee,
then rank (the mentee is the senior), then `Me` with a known writer, then a title that only one of the two has. What
contradicts itself infers nothing. Wrong guesses are cheap to mend (`Transcript.swapped`), so `roles_from` says which
of them are guesses.
"""

import re
from collections.abc import Mapping, Sequence

from assistant.errors import InputError
from assistant.notes.note import Side, Transcript, Turn
from assistant.notes.pieces import speaker_key
from assistant.roles import Role

_OTHER: dict[Side, Side] = {"mentor": "mentee", "mentee": "mentor"}
_MENTOR = re.compile(r"\bmentor(?:in)?\b", re.IGNORECASE)
_MENTEE = re.compile(r"\bmentee\b", re.IGNORECASE)
_JUNIOR = re.compile(
    r"\b(?:trainees?|graduate|grad|apprentice|intern|junior|jr|student|azubi|auszubildende[rn]?|werkstudent(?:in)?|"
    r"praktikant(?:in)?|working student|entry[- ]level|stagiaire|est[aá]gi[aá]ri[ao]|placement|cadet|pte)\b",
    re.IGNORECASE,
)
_SENIOR = re.compile(
    r"\b(?:c[efoithmp]o|chro|ciso|director|dir|directrice|direktor(?:in)?|vp|svp|evp|vice president|president|chair"
    r"(?:man|woman|person)?|senior|executive|exec|managing|md|gm|partner|head of|head|chief|boss|general manager|"
    r"minister|ambassador|professor|prof|dean|principal|provost|vorstand|vorständin|geschäftsführer(?:in)?|"
    r"board member|superintendent|commissioner|governor|colonel|col|ltcol|lieutenant colonel|admiral)\b",
    re.IGNORECASE,
)
_HONORIFIC = re.compile(
    r"(?:mr|mrs|ms|dr|prof|sir|dame|lord|lady|madam|mme|herr|frau|professor|dott|ing|engr)\b", re.IGNORECASE
)
_ME = frozenset("me i ich myself moi yo ja jag".split())

_BEFORE = re.compile(r"\b(mentor|mentee)\b\s*(?:[:=–-]|is)?\s*(?:[\w.]+ ){0,2}$", re.IGNORECASE)
_AFTER = re.compile(
    r"[^\n(;/|,]{0,40}\(([^()\n]{1,60})\)"  # Lina Berg (trainee)
    r"|(?: ?=[^\n,;/|]{1,30})?,([^\n,;/|(:]{1,40})"  # L = Lina, trainee
    r"|\s*[=–-]\s*([^\n,;/|]{1,40})"  # Lina - trainee
)


def give_sides(transcript: Transcript, mentor: str | None, mentee: str | None) -> Transcript:
    """The transcript with the roles that somebody gave; with one name, the other main speaker has the other role.

    Names may differ in capitals, or be one word of the speaker's name. Raises InputError for a name that nobody or
    more than one speaker has, and for the same name twice.
    """
    given: dict[Side, str] = {}
    for side, name in (("mentor", mentor), ("mentee", mentee)):
        if name is not None:
            given[side] = _speaker(transcript, name, side)  # type: ignore[index]
    if len(given) == 2 and given["mentor"] == given["mentee"]:
        raise InputError(f"{given['mentor']!r} cannot be both mentor and mentee; give two names, or one.")
    if len(given) == 1:
        (side, name), *_ = given.items()
        others = [speaker for speaker in by_words(transcript.turns) if speaker != name]
        given |= {_OTHER[side]: others[0]} if others else {}
    return _with(transcript, given, "given")


def infer_sides(transcript: Transcript, text: str, notes: Mapping[str, str], writer: Role | None) -> Transcript:
    """The transcript with roles from labels, titles and the introduction; unknown where they say nothing clear.

    `notes`: by speaker key, what stood beside the name. Only the two who say most can have a role.
    """
    main = [speaker for speaker in by_words(transcript.turns) if speaker][:2]
    intro = text[: transcript.turns[0].start][-4_000:]
    described = {name: f"{name} {notes.get(speaker_key(name), '')} {_described(intro, name, main)}" for name in main}
    for tell in (_said, _ranked, lambda text: _written(text, writer), _titled):
        sides = {name: side for name in main if (side := tell(described[name]))}
        if tell is _titled and len(sides) == 2:
            break
        if len(set(sides.values())) < len(sides):
            continue
        if sides:
            (name, side), *_ = sides.items()
            given = {side: name}
            for other in main:
                given.setdefault(side if other == name else _OTHER[side], other)
            return _with(transcript, given, "inferred")
    return transcript


def by_words(turns: Sequence[Turn]) -> list[str]:
    """The speakers, those first who say most."""
    said: dict[str, int] = {}
    for turn in turns:
        said[turn.speaker] = said.get(turn.speaker, 0) + turn.end - turn.start
    return sorted(said, key=lambda speaker: -said[speaker])


def _with(transcript: Transcript, given: Mapping[Side, str], roles_from: str) -> Transcript:
    update = {"mentor": given.get("mentor"), "mentee": given.get("mentee"), "roles_from": roles_from}
    return transcript.model_copy(update=update)


def _speaker(transcript: Transcript, name: str, side: str) -> str:
    wanted = speaker_key(name)
    same = [speaker for speaker in transcript.speakers if speaker_key(speaker) == wanted]
    near = same or [speaker for speaker in transcript.speakers if wanted in speaker_key(speaker).split()]
    if len(near) == 1:
        return near[0]
    problem = "is more than one speaker" if near else "is nobody in the transcript"
    speakers = ", ".join(map(repr, transcript.speakers[:10]))
    raise InputError(f"The {side} {name!r} {problem}; give one of the speakers {speakers}.")


def _said(text: str) -> Side | None:
    return _one(_MENTOR.search(text), _MENTEE.search(text))


def _ranked(text: str) -> Side | None:
    return _one(_JUNIOR.search(text), _SENIOR.search(text))


def _written(text: str, writer: Role | None) -> Side | None:
    if text.split(maxsplit=1)[0].casefold().strip(".") not in _ME:
        return None
    return "mentor" if writer is Role.MENTOR else "mentee" if writer is Role.MENTEE else None


def _titled(text: str) -> Side | None:
    return "mentee" if _HONORIFIC.match(text) else None


def _one(mentor: object, mentee: object) -> Side | None:
    if bool(mentor) == bool(mentee):
        return None
    return "mentor" if mentor else "mentee"


def _described(intro: str, name: str, main: Sequence[str]) -> str:
    """What the introduction says right before and after a name: `mentor: Lina`, `Lina (trainee)`, `H = Henrik, CFO`."""
    names = [name, *(word for word in name.split() if len(word) > 2)]
    others = [word for other in main if other != name for word in other.split()]
    other = re.compile(_any_of(others), re.IGNORECASE) if others else None
    found: list[str] = []
    for place in re.finditer(_any_of(names), intro):
        before = _BEFORE.search(intro[max(0, place.start() - 40) : place.start()])
        if before and not (other and other.search(before.group())):
            return before[1]
        after = _AFTER.match(intro, place.end())
        if after and not (other and other.search(after.group())):
            found += filter(None, after.groups())
    return " ".join(found)


def _any_of(names: Sequence[str]) -> str:
    return rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)"
