"""Who is who in a note: its writer, the mentor's name, and the words that stand for each of the two.

Told by the words alone; where they do not tell, nobody is anybody, and what is said about the note leaves open who did
what. Pure.
"""

import re
from collections import Counter
from typing import Final, NamedTuple

from assistant.notes.note import Record, Side
from assistant.roles import PAIRED, Role

PRONOUNS: Final = {
    "en": ("i", ("he", "she")),
    "de": ("ich", ("er", "sie")),
    "fr": ("je", ("il", "elle")),
    "es": ("yo", ("él", "ella")),
}
"""By language: the writer, and the two words for the other."""
_TITLE = r"(?:(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herrn?|Frau|Sr|Sra|Señora?|Don|Doña|Mme|Madame|Monsieur|M)\b\.? ?)"
_NAME = r"(?!I['’])[A-ZÀ-ÖØ-Þ][\w-]+"
_WITH = re.compile(
    rf"\b(?i:with|w/|met|mit|avec|con)\s+(?i:(?:young|little|the young|der jungen?|dem jungen|la jeune|le jeune|"
    rf"la joven|el "
    rf"joven)\s+)?(?P<title>{_TITLE}*)(?P<name>{_NAME}(?: {_NAME})?)"
)
_LISTED = re.compile(rf"[-*•#\s]*(?P<name>{_NAME})(?: \([^)\n]*\))?, ?\d+ ?(?:min|h\b|hour)")
_SUBJECT = re.compile(
    rf"(?<![\w'’])(?P<name>{_NAME}) (?i:says?|said|thinks?|thought|reckons?|asked|asks|told|showed|took|had|went|"
    rf"was|noticed|counted|explained|sagte|"
    rf"meinte|fragte|zeigte|hat|a dit|demande|m'a|dijo|preguntó)\b"
)
_NO_NAME = frozenset(
    "he she it i we they you his her the a an this that and but so then today yesterday monday tuesday wednesday "
    "thursday friday saturday sunday january february march april may june july august september october november "
    "december nobody everyone everybody somebody people session what when why how there our my your er sie es ich wir "
    "das der die heute gestern il elle je nous on ce cette hier yo él ella nosotros hoy ayer english french german it "
    "one two both all some most legal finance customers management sales marketing someone hr it ceo cto cfo coo "
    "vp md teams slack".split()
)
SURE: Final = 2
"""Points by which one side must lead to be taken for the writer."""
_BY_MENTEE: Final = (
    (4, r"\b(?:my|mein(?:e[rn]?)?|mon|ma|mi) (?:young |junior )?mentor(?:in|e|a)?\b"),
    (
        2,
        r"\b(?:(?-i:young [A-Z]\w+)|(?:the|that|good|nice|sharp|clever|this) (?:young )?(?:lad|lass|kid|girl|boy|"
        r"fellow))\b",
    ),
    (2, r"\b(?:showed|taught|took) me (?:how|the|what|where|through|a|two|three|on)\b"),
    (
        2,
        r"\b(?:with|avec|mit|con) (?-i:[A-Z])[\w-]+,? (?:\w+ )?(?:our |the |an? )?(?:\w+ )?(?:apprentice|trainee|"
        r"intern|graduate|cadet|junior|azubi)",
    ),
    (
        1,
        r"\bmy (?:office|desk|diary|pa|assistant|secretary|board|budget|department|division|directors|deputy|"
        r"management|leadership|people|staff|"
        r"wife|husband|son|daughter|grand\w+)\b",
    ),
    (1, r"\bi (?:shall|had (?:her|him)|let (?:her|him)|asked (?:her|him) to|explained|gave (?:her|him))\b"),
    (1, r"\b(?:apprentice|trainee|intern|azubi|auszubildende|praktikant|stagiaire|alternante|becaria)\w*\b"),
)
_BY_MENTOR: Final = (
    (4, r"\b(?:my|mein(?:e[rn]?)?|mon|ma|mi) mentee\b"),
    (
        2,
        r"\b(?:his|her|seine[mn]?|ihre[mn]?|son|su) (?:office|desk|wife|husband|pa|assistant|secretary|board|"
        r"deputy|division|büro|bureau|despacho)\b",
    ),
    (
        2,
        r"\bi (?:showed|shewed) (?:him|her|mr|ms|dr)\b|\bmy (?:age|generation|friends|slides|deck|flatmate|mum|"
        r"team lead|boss)\b",
    ),
    (
        2,
        r"\b(?-i:Mr|Mrs|Ms|Mme|Madame|Monsieur|Herrn?|Frau|Señora?|Director|Dr|Prof|President|VP|CEO|CTO|CFO|COO|"
        r"CHRO|MD)\b|\b(?:ma.am|sir|the boss)\b",
    ),
    (1, r"\b(?:he|she) (?:asked|told|wants?|wanted|tries|will|explained)\b.{0,12}\b(?:me|us|juniors|trainees)\b"),
    (1, r"\b(?:he|she) (?:will (?:ask|raise|tell|bring|try)|runs|chairs|leads|heads|promised)\b"),
)
"""Points and what earns them once: what people of each side write of themselves and of the other."""


_OTHER_RANK: Final[dict[str, list[str]]] = {
    "mentee": [
        r"(?:my|our|meine?|mon|ma|mi) (?:young )?mentor(?:in|e|a)?(?: (?-i:[A-Z])\w+)?",
        r"the (?:trainee|apprentice|lad)",
    ],
    "mentor": [
        r"(?:(?:the|la|le|die|der|el|our|my) )?(?:director|boss|general|rector|dean|chef(?:in)?|directrice|"
        r"directeur|directora?|mentee|"
        r"(?-i:CEO|CTO|CFO|COO|CHRO|VP))(?: (?-i:[A-Z])\w+)?",
        r"(?-i:Mr|Mrs|Ms|Mme|Dr|Prof|Professor|Herr|Frau|Sir|Dame|President|Director)\.? (?:(?-i:Dr|Prof)\.? "
        r")?(?-i:[A-Z])[\w-]+",
    ],
}
"""What the writer calls the other without a name, or with a title."""


class Cast(Record):
    """Who is who."""

    writer: Side | None
    """None: nobody said, and the note does not tell."""
    guessed: bool = False
    """Whether the writer was told by the note alone."""
    name: str = ""
    """Of the mentor, where known."""
    pronouns: tuple[str, ...] = ()
    """For the other of the two, as the note uses them, in small letters; the clear one, or both."""
    others: tuple[str, ...] = ()
    """Names by which the writer calls the other."""
    language: str = "en"

    @property
    def mentor(self) -> str:
        """What the mentor is called in a question."""
        return self.name or "your mentor"

    @property
    def subjects(self) -> "Subjects":
        """Patterns of the senior and the junior as the subject of a clause."""
        me, (he, she) = PRONOUNS.get(self.language, PRONOUNS["en"])
        known = self.pronouns or (he, she)
        names = [rf"(?-i:{re.escape(name)})" for name in self.others]
        ranks = _OTHER_RANK[self.writer] if self.writer else []
        third = rf"(?<!\w)(?:{'|'.join([*known, *names, *ranks])})(?!\w)"
        first = rf"(?<!\w){me}(?!\w)"
        if self.language == "fr":
            first = r"(?<!\w)j(?:e\b|['’])"
        if self.language == "es":
            third = rf"(?:{third}|(?<!\w)(?=(?:me|nos|le) \w+ó\b))"
        if self.language == "es" and self.writer == "mentee":
            first = r"(?:(?<!\w)yo(?!\w)|(?<!\w)(?=[a-záéíóúñ]+[éí]\b))"
        if self.writer == "mentee":
            return Subjects(first, third)
        if self.writer == "mentor":
            return Subjects(third, first)
        return Subjects(r"(?!)", r"(?!)")


class Subjects(NamedTuple):
    """Regular expressions without groups of their own."""

    senior: str
    junior: str


def find_cast(text: str, writer: Role | None, mentor: str, language: str) -> Cast:
    """The cast of a note; `mentor` is the mentor's name where it is known."""
    side: Side | None = writer.value if writer in PAIRED else None  # type: ignore[assignment]
    guessed = side is None
    if side is None:
        side = _guess(text)
    names = _names(text)
    name = mentor or (names[0] if side == "mentee" and names else "")
    first = name.split()[0] if name else ""
    others = tuple(dict.fromkeys(filter(None, (first, name, *names)))) if side == "mentee" else names
    return Cast(
        writer=side,
        guessed=guessed and side is not None,
        name=name,
        pronouns=_pronouns(text, language),
        others=others,
        language=language,
    )


def _guess(text: str) -> Side | None:
    mentee, mentor = (
        sum(points for points, pattern in signs if re.search(pattern, text, re.IGNORECASE))
        for signs in (_BY_MENTEE, _BY_MENTOR)
    )
    return None if abs(mentee - mentor) < SURE else "mentee" if mentee > mentor else "mentor"


def _names(text: str) -> tuple[str, ...]:
    """Names of the other of the two, the surest first: met "with" near the beginning, or twice a subject."""
    if listed := _LISTED.match(text):
        return (listed["name"],)
    head = " ".join(text.split()[:40])
    met = [found["title"].strip() + " " * bool(found["title"]) + found["name"] for found in _WITH.finditer(head)]
    known = [name.strip() for name in met if name.split()[-1].lower() not in _NO_NAME][:1]
    if known:
        return (known[0], *[part for part in known[0].split() if part != known[0] and re.fullmatch(_NAME, part)])
    count = Counter(found["name"] for found in _SUBJECT.finditer(text))
    often = [name for name, times in count.most_common(1) if name.lower() not in _NO_NAME and times >= 2]
    alone = [name for name in count if name.lower() not in _NO_NAME]
    return tuple(often or (alone if len(alone) == 1 else ()))


def _pronouns(text: str, language: str) -> tuple[str, ...]:
    """The pronoun of the other where one is clearly the more frequent; both where neither is; none where none."""
    _, pair = PRONOUNS.get(language, PRONOUNS["en"])
    count = {one: len(re.findall(rf"(?<!\w){one}(?!\w)", text, re.IGNORECASE)) for one in pair}
    ranked = sorted(pair, key=lambda one: -count[one])
    if not count[ranked[0]]:
        return ()
    return (ranked[0],) if count[ranked[0]] >= 2 * count[ranked[1]] else tuple(pair)
