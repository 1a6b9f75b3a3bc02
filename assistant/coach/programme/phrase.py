"""A goal as a phrase that can stand in a sentence: what leaders should do, what should come of it, or what it is about.

"We want our plant managers to understand what makes technicians stay" becomes "understand what makes technicians
stay". What fits none of the forms is quoted. English only; other languages are quoted. Pure.
"""

import re
from typing import Final, Literal

from assistant.notes.note import Record
from assistant.text import content_words, shorten, words

LONGEST: Final = 24
"""Words of a phrase that can stand in the middle of a sentence."""
LONGEST_QUOTED, SHORT = 160, 70
"""Characters of a goal that is quoted, and of one that is named in passing."""
LONGEST_SUBJECT: Final = 10
"""Words of a subject."""
_LOOSE: Final = frozenset("themselves himself herself instead rather than better more less closer".split())
"""Words that make an ending of what would be a subject."""
_OPENING: Final = re.compile(
    r"^(?:"
    r"(?:hi|hello|dear all|please|maybe|perhaps|basically|well|so|and)\b[,.! ]*"
    r"|(?:the|our|my) (?:main |overall |big )?(?:goal|aim|purpose|idea|objective|point|wish|hope)s?"
    r"(?: (?:here|of (?:the|this|our) (?:programme|program|project|thing)))?"
    r" (?:is|are|would be|should be|:)\s*(?:that |for |to )?"
    r"|goals?:? |objective:? |aim:? "
    r"|(?:i|we|they|hr|management|the board|the ceo|our ceo|our company|the company|leadership)"
    r"(?:'d|'re|'ve| would| really| simply| just| do)* "
    r"(?:wants?|needs?|like|love|wish|wishes|hopes?|plans?|aims?|are trying|try|intend|have)(?: (?:to|that|for))?\b"
    r"|in order to |so that |to |that |for "
    r")\s*",
    re.IGNORECASE,
)
_HELPING: Final = re.compile(r"^(?:help|get|make|enable|support|teach|allow|have|let)(?:ing)? ", re.IGNORECASE)
_KNOWING: Final = frozenset(
    "understand learn know see hear get become use listen feel stay recognise recognize experience notice discover "
    "grasp realise realize try ask give take stop start treat lead think talk speak share trust value appreciate "
    "respect work connect develop adopt rely explain accept include make be have develop meet".split()
)
"""What leaders themselves can do."""
_WORKING: Final = frozenset(
    "reduce improve increase strengthen build close bridge attract keep retain foster promote create prepare speed "
    "bring break raise lower cut fix win modernise modernize support encourage drive ensure reach boost change shift "
    "make avoid prevent enable help transfer save spread enhance accelerate establish introduce simplify shorten lift "
    "overcome narrow grow rebuild restore remove move digitise digitize find".split()
)
"""What a programme is to bring about."""
_WHO: Final = (
    "leaders leader executives managers directors seniors bosses heads partners chiefs officers supervisors principals "
    "physicians surgeons professors editors teachers judges mayors rectors ministers lawyers bankers consultants "
    "architects engineers controllers superintendents headteachers commanders management board leadership ceo cto cfo "
    "coo chro cmo mayor owners founders presidents vps nurses doctors deans c-suite boss team trustees "
    "councillors elders"
).split()
_LEADERS: Final = re.compile(
    r"^(?:(?:all|each of|every|our|the|my|these|some|both|senior|older|top|of) )*(?:[\w'&-]+ ){0,3}?"
    rf"(?:{'|'.join(_WHO)})(?: (?:of|in|from|at|for) [\w'& -]{{2,40}}?)?,?\s+"
    r"(?:(?:should|must|shall|will|can|could|need to|have to|ought to|would|to|who|all|really|finally|also)\s+)*"
    rf"(?=(?P<verb>(?:{'|'.join(sorted(_KNOWING | _WORKING))})(?:s|es)?)\b)",
    re.IGNORECASE,
)
"""Leaders at the beginning, with what may stand before their verb."""
_CUT: Final = re.compile(
    r"\s*(?:[;:()\[\]]|[—–]| - |\b(?:because|since|although|which is why)\b|, (?:but|as|so)\b).*$",
    re.IGNORECASE,
)
_NOUNS: Final = frozenset(
    "make be have work use start stop trust value respect share experience notice talk lead".split()
)
"""Those that are a noun as often, or nothing that leaders do by themselves, where no leaders stand before them."""
_VERBS_ONLY: Final = frozenset(
    "understand learn know listen become see hear feel talk talks speak realise realize give take get make find keep "
    "attract retain improve reduce bring build close bridge help teach tell think go come".split()
)
_FINITE: Final = frozenset(
    "is are was were do does did has have had will would can could should must don't doesn't isn't aren't can't won't "
    "keeps keep leaves leave quits quit feels feel know knows think thinks wants want says say gets".split()
)
_ASKING: Final = frozenset("what how why who where when which whether that".split())


class Phrase(Record):
    """A goal in a form that fits into a sentence."""

    form: Literal["leaders", "programme", "about", "quoted"]
    """What follows "the leaders", "the programme is there to", "the programme is about"; or a quotation."""
    text: str
    subject: str
    """What it is about, behind a preposition; quoted where that is not sure."""
    quoted: str
    """The goal in its writer's words, in quotation marks."""

    @property
    def short(self) -> str:
        """The subject, or the beginning of the goal in quotation marks."""
        if not self.subject.startswith("“"):
            return self.subject
        return f"“{shorten(self.subject.strip('“”'), SHORT)}”"


def phrase_of(goal: str, *, foreign: bool = False) -> Phrase:
    """The goal as a phrase. `foreign`: it is in another language than English."""
    quoted = f"“{shorten(goal.strip(' .'), LONGEST_QUOTED).replace('“', '‘').replace('”', '’')}”"
    whole = Phrase(form="quoted", text=quoted, subject=quoted, quoted=quoted)
    if foreign:
        return whole
    text, led = _bare(goal)
    said = words(text)
    if not 0 < len(said) <= LONGEST or not content_words(text) or '"' in text or "“" in text:
        return whole
    verb = _base(said[0])
    rest = text.split(" ", 1)[1] if " " in text else ""
    if verb in _KNOWING and (led or (rest and verb not in _NOUNS)):
        return Phrase(form="leaders", text=f"{verb} {rest}".strip(), subject=_subject(rest, quoted), quoted=quoted)
    if verb in _WORKING and rest:
        return Phrase(form="programme", text=f"{verb} {rest}", subject=_subject(rest, quoted), quoted=quoted)
    if _is_noun(said):
        small = _small(text)
        return Phrase(form="about", text=small, subject=small, quoted=quoted)
    return whole


def _bare(goal: str) -> tuple[str, bool]:
    """The first sentence without its lead-in, and whether leaders stood before the verb."""
    text = _CUT.sub("", re.split(r"(?<=[.!?])\s+|\n", goal.strip())[0]).strip(" .!?,")
    before, led = None, False
    while text != before:
        before = text
        text = _OPENING.sub("", text, count=1).strip()
        helped = _HELPING.match(text)
        if helped and _LEADERS.match(text[helped.end() :]):
            text = text[helped.end() :]
        found = _LEADERS.match(text)
        if found:
            text, led = text[found.end() :].strip(), True
    return text, led


def _base(verb: str) -> str:
    """The verb without the ending of the third person or of "-ing", where that makes one that is known."""
    known = _KNOWING | _WORKING
    for one in (
        verb,
        verb.removesuffix("s"),
        verb.removesuffix("es"),
        verb.removesuffix("ing"),
        f"{verb.removesuffix('ing')}e",
    ):
        if one in known:
            return one
    return verb


def _subject(rest: str, quoted: str) -> str:
    said = words(rest)
    start = re.sub(r"^(?:better|more|about|to|of|how to|closer to|in touch with|from) (?:about |of |to )?", "", rest)
    if 0 < len(said) <= LONGEST_SUBJECT and not _LOOSE & set(said) and (said[0] in _ASKING or _is_noun(words(start))):
        return _small(start)
    return quoted


def _is_noun(said: list[str]) -> bool:
    """Whether it names something, as far as its words tell."""
    if not said or len(said) > LONGEST_SUBJECT:
        return False
    asking = next((at for at, word in enumerate(said) if word in _ASKING | {"who"}), len(said))
    return not (_FINITE | _VERBS_ONLY) & set(said[:asking]) and said[0] not in (
        "we",
        "i",
        "they",
        "he",
        "she",
        "it",
        "our",
    )


def _small(text: str) -> str:
    first, blank, rest = text.partition(" ")
    keep = any(letter.isupper() or letter.isdigit() for letter in first[1:]) or first in (
        "I",
        "German",
        "French",
        "English",
    )
    return text if keep else f"{first[:1].lower()}{first[1:]}{blank}{rest}"
