"""What a session is about, as a phrase that can follow "about": from a wish as people type it.

"I want to talk to him about how AI changes our reports" becomes "how AI changes our reports", which is then said to
the senior as well: "his" is turned into "your" on the way. What is a whole sentence is put in quotation marks for the
reader where nothing in it can be named; else what it names is said. English only; other languages are quoted. Pure.
"""

import re
from typing import Final

from pydantic import Field

from assistant.notes.note import Record
from assistant.text import clean, content_words, shorten, words

LONGEST: Final = 12
"""Words of a phrase that can stand in the middle of a sentence."""
UNSPOKEN: Final = "this"
"""How a wish is spoken of that names nothing."""
SHORT: Final = 5
"""Words of a phrase that can be said again and again."""
LONGEST_QUOTED: Final = 70
"""Characters of a wish that is quoted."""

_WHO = r"(?:i|we|he|she|they|you|people|(?:my|our|the|this) \w+(?: \w+)?)"
_TALKING = (
    "talk|speak|chat|discuss|learn|hear|know|understand|find out|get to know|explore|look|think|work|ask|exchange|show|"
    "explain|see|focus|decide|prepare|plan|bring|cover|tackle|teach|tell|raise|address"
)
_LEADS: Final = re.compile(
    r"^(?:"
    r"(?:hi|hello|hey|good morning|dear \w+)\b[,.! ]*"
    r"|(?:please|maybe|perhaps|basically|well|also|and|just|so|some|really)\b,? "
    r"|(?:can|could|would|will) (?:you|we|i) "
    r"|help (?:me|us)(?: to)? "
    r"|(?:let's|let us|how about|what about) "
    rf"|{_WHO}(?:'d|'m|'s)? (?:really |just |also |only |still |both |always |now )?"
    r"(?:am |are |is )?(?:want|wants|wanted|need|needs|would like|would love|like|love|wish|wishes|hope|hopes|plan|"
    r"plans|intend|intends|asked|asks|agreed|promised|decided|have|has|going|keen|curious|interested|supposed|trying|"
    r"should|could|must|thought)(?: (?:me|us|him|her|them))? (?:to|about|in|on|of)\b"
    rf"|{_WHO} (?:should|could|must|want|will|would) (?=(?:{_TALKING})\b)"
    r"|(?:he|she|they|i|we) (?:keeps?|kept) (?:asking|talking|wondering) (?:me |us )?(?:about|for|on)\b"
    rf"|(?:to )?(?:{_TALKING})(?:ing|ning)? (?:(?:him|her|them|me|us|it|each other|together|people)\b ?)?"
    r"(?:(?:more|better|something|openly|honestly|a bit|a little|too much|a lot) )*"
    r"(?:(?:about|on|at|into|over|through|around|with)\b)?"
    r"|(?:a |an |my |our |the |this |next |second |third )*(?:session|meeting|talk|conversation|discussion|hour)"
    r"(?: with (?:my |our |the )?\w+)? (?:about|on|around|for|regarding)\b"
    r"|(?:something|anything|topics?|ideas?|questions?)(?: to do)? (?:about|on|around|with|regarding|for)\b"
    r"|(?:about|on|regarding|concerning|around|re|topic|theme|subject)\b:?"
    r") *",
    re.IGNORECASE,
)
_TAIL: Final = re.compile(
    r"\s*(?:[;:()\[\]]|[—–]| - |\bbecause\b|\bso that\b|\bsince\b|\balthough\b|\bbut\b|\bwhich would\b|"
    r"\band (?:how|what|why|whether) (?:i|we|he|she|they)\b|\band (?:i|he|she|they|we|nobody|everybody)\b).*$",
    re.IGNORECASE,
)
_MORE: Final = re.compile(r"^(?:a (?:bit|little) )?(?:more|less) (?:about|on|of) (?=\w)", re.IGNORECASE)
_EMPTY: Final = frozenset(
    "midnight noon morning evening weekend "
    "one two three four five six seven eight nine ten half more yet "
    "monday tuesday wednesday thursday friday saturday sunday today tomorrow week weeks month months year years "
    "day days time session sessions meeting talk idea ideas sure anything everything something nothing surprise "
    "whatever first second third fourth fifth next last new plan topic mentor mentee thing things lot".split()
)
"""Words that alone say nothing of what a session is about."""
_GERUNDS: Final = {
    **{verb: verb + "ing" for verb in "try show build find bring fix do speak buy learn teach help sell stay".split()},
    **{verb: verb[:-1] + "ing" for verb in "use improve reduce make give write create increase leave hire".split()},
    **{verb: verb + verb[-1] + "ing" for verb in "let get stop run cut plan".split()},
}
"""How an order begins that is to stand behind a preposition."""
_NAMES: Final = frozenset(
    "slack teams instagram figma excel zoom notion google microsoft copilot gemini claude python java linux "
    "windows jira confluence trello miro discord reddit facebook snapchat twitter twitch spotify netflix amazon "
    "apple outlook android english german french spanish italian dutch european american chinese indian easter "
    "christmas ramadan january february march april may june july august september october november december".split()
)
"""Names that are written with a capital letter only."""
_ASKING: Final = frozenset("how what why when where which who whom whose whether".split())
_AUXILIARIES: Final = frozenset(
    "am is are was were do does did have has had will would can could shall should may might must isn't aren't "
    "wasn't weren't don't doesn't didn't haven't hasn't hadn't won't wouldn't can't couldn't shouldn't it's "
    "that's there's".split()
)
_VERBS: Final = frozenset(
    "leave leaves get gets feel feels keep keeps think thinks know knows want wants come comes go goes say says "
    "hear hears stop stops ignore ignores hate hates love loves like likes seem seems become becomes make makes "
    "take takes give gives find finds lose loses believe believes understand understands refuse refuses interrupt "
    "interrupts treat treats happen happens avoid avoids prefer prefers forget forgets send sends told said went "
    "left got made took lost felt kept thought knew never always quit quits".split()
)
"""Words that make a whole sentence of a phrase, where they stand behind somebody who does it."""
_ARTICLES: Final = frozenset("the our my your a an".split())
_LOOSE: Final = frozenset("to too with for as at in like".split())
"""What a phrase does not begin with that is to stand behind a preposition."""
_DOERS: Final = frozenset("i we he she they you it people everyone everybody nobody someone somebody one".split())
_LINKING: Final = frozenset("who that which where when how what why whether whom and or to".split())
_IRREGULAR: Final = {
    "is": "are", "was": "were", "has": "have", "does": "do", "isn't": "aren't", "wasn't": "weren't",
    "hasn't": "haven't", "doesn't": "don't", "goes": "go",
}  # fmt: skip
_ABOUT_OTHER: Final = re.compile(
    r"\b(?:he|she) (?P<often>(?:never|always|often|really|sometimes|usually|only|just) )?(?P<verb>[a-z']+)",
    re.IGNORECASE,
)
_POSSESSIVE: Final = re.compile(
    r"\b(?:his|her|(?:my |our |the )(?:mentee|mentor|senior|boss|cto|ceo|cfo|coo|chro|cmo|cio|director|manager)'s)"
    r"(?= (?!about\b|for\b|on\b|in\b|to\b|and\b|with\b|at\b|that\b|how\b)\w)",
    re.IGNORECASE,
)
_REFLEXIVE: Final = re.compile(r"\b(?:him|her)self\b", re.IGNORECASE)
_OBJECT: Final = re.compile(r"\b(?:him|her)\b", re.IGNORECASE)
_NAMED: Final = re.compile(
    r"\b(?:(?:in|on|at|of|with|for|about|during|use|using|answer|answers)\s+|(?=(?:the|our|my|your) ))"
    r"((?:(?:the|our|my|your|a|an) )?[\w'-]+(?: [\w'-]+){0,2})",
    re.IGNORECASE,
)


_INNER: Final = (
    re.compile(r"\b(?:talk|talking|speak|discuss|think) (?:about )?(.+?)(?=[.!?]|$)", re.IGNORECASE),
    re.compile(r"\b((?:how|why|what|where|who) (?!about\b).+?)(?=[.!?]|$)", re.IGNORECASE),
)
"""Where the subject stands in a sentence that has more in it."""


class Subject(Record):
    """What a session is about; each fits behind a preposition."""

    written: str = Field(min_length=1)
    """As it is written to the reader."""
    spoken: str = Field(min_length=1)
    """As it is said to the other side, and never about the other side behind their back."""
    is_whole: bool = True
    """Whether it says all of the wish, and not only what a longer sentence names."""

    @property
    def is_short(self) -> bool:
        """Whether it names something in a few words, and so can stand for a topic's own name."""
        said = words(self.written)
        return self.is_whole and len(said) <= SHORT and said[0] not in _ASKING and "“" not in self.written


def subject_of(about: str, foreign: bool = False) -> Subject | None:
    """What a wish is about; None where it has no word to say so.

    `foreign`: the wish is in another language than English.
    """
    said = " ".join(clean(about).split()).strip(" .!,;:-")
    if not _says(said):
        return None
    quoted = f"“{shorten(said, LONGEST_QUOTED).replace('“', '‘').replace('”', '’')}”"
    if foreign:
        return Subject(written=quoted, spoken=quoted)
    phrase = _phrase(said)
    if phrase and not _says(phrase):
        return None
    plain = phrase if _is_plain(phrase) else _inner(said)
    if plain:
        written = lower_first(plain)
        return Subject(written=written, spoken=_to_the_face(written))
    clause = _to_the_face(phrase)
    spoken = _named(clause) or _run(clause) or UNSPOKEN
    return Subject(written=quoted if spoken == UNSPOKEN else spoken, spoken=spoken, is_whole=False)


def _says(text: str) -> bool:
    return bool(set(content_words(text)) - _EMPTY)


def _phrase(said: str) -> str:
    """The wish without its lead-in and what follows its first clause; empty where nothing with a meaning is left."""
    first = re.split(r"(?<=[.!?])\s+|\n", said)[0].rstrip(" .!?")
    text, before = first, None
    while text != before:
        before, text = text, _LEADS.sub("", text, count=1).strip()
    text = _in_order(_before_comma(_TAIL.sub("", _MORE.sub("", text))).strip(" .,;:-?!\"'“”"))
    return text if content_words(text) else _TAIL.sub("", first).strip(" .,;:-?!\"'“”")


def _before_comma(text: str) -> str:
    """Without what stands behind a comma and is a clause of its own; lists stay."""
    parts = text.split(",")
    for at, part in enumerate(parts[1:], start=1):
        if (_DOERS | _AUXILIARIES | _VERBS | _LINKING - {"and", "or", "to"}) & set(words(part)):
            return ",".join(parts[:at])
    return text


def _in_order(text: str) -> str:
    """A question in the order of a clause, an order as something that is done."""
    text = re.sub(r"^(how|why|when|where|what) do (?=\w)", r"\1 ", text, flags=re.IGNORECASE)
    text = re.sub(
        r"^(how|why|when|where|what) (can|could|should|would|will|might|must) (i|we|you|they|people|juniors)\b",
        r"\1 \3 \2",
        text,
        flags=re.IGNORECASE,
    )
    first, _, rest = text.partition(" ")
    return f"{_GERUNDS[first.lower()]} {rest}" if rest and first.lower() in _GERUNDS else text


def _is_plain(phrase: str) -> bool:
    """Whether it can follow "about": something named, or a question in the order of a clause."""
    said = words(phrase)
    if not 0 < len(said) <= LONGEST or "“" in phrase or '"' in phrase:
        return False
    if said[0] in _ASKING:
        return len(said) > 2 and said[1] not in _AUXILIARIES
    if _doer(said[0]) in _DOERS or said[0] in _AUXILIARIES or said[0] in ("don't", "stop", "make", "get"):
        return False
    for at, word in enumerate(said):
        if word in _AUXILIARIES or (word in _VERBS and at > 0):
            return bool(_LINKING & set(said[:at]))
    return True


def _doer(word: str) -> str:
    """Whoever does something, without what is drawn together with it: "he" of "he's"."""
    return word.lower().replace("’", "'").partition("'")[0]


def _to_the_face(phrase: str) -> str:
    """The phrase as it is said to the one whom it is about."""
    text = _ABOUT_OTHER.sub(_addressed, _POSSESSIVE.sub("your", phrase))
    return _OBJECT.sub("you", _REFLEXIVE.sub("yourself", text))


def _addressed(found: re.Match[str]) -> str:
    verb = found["verb"].lower()
    if verb in _IRREGULAR:
        plain = _IRREGULAR[verb]
    elif verb.endswith("ies") and len(verb) > 4:
        plain = verb[:-3] + "y"
    elif verb.endswith(("sses", "shes", "ches", "xes")):
        plain = verb[:-2]
    else:
        plain = verb[:-1] if verb.endswith("s") and not verb.endswith("ss") else verb
    return f"you {found['often'] or ''}{plain}"


def _inner(said: str) -> str:
    """What a longer sentence says that it is about: "he wants tips, but I would rather talk about our interns"."""
    for pattern in _INNER:
        for found in reversed(list(pattern.finditer(said))):
            phrase = _MORE.sub("", _TAIL.sub("", _before_comma(found[1]))).strip(" .,;:-?!\"'“”")
            if _says(phrase) and phrase.split()[0].lower() not in _LOOSE and _is_plain(phrase):
                return phrase
    return ""


def _run(clause: str) -> str:
    """The longest run of words with a meaning, of two words at least."""
    runs: list[list[str]] = [[]]
    for word in clause.split():
        bare = word.strip(",.;:!?()\"'“”")
        if content_words(bare) and not {bare.lower(), _doer(bare)} & (_VERBS | _AUXILIARIES | _DOERS):
            runs[-1].append(bare)
        if not runs[-1] or runs[-1][-1] != bare or bare != word:
            runs.append([])
    longest = max(runs, key=len)
    return " ".join(longest[:3]) if len(longest) > 1 and _says(" ".join(longest)) else ""


def _named(clause: str) -> str:
    """The last thing that a clause names, cut at the first word that names nothing; best one with its article."""
    names = _NAMED.findall(clause)
    owned = [name for name in names if name.split()[0].lower() in _ARTICLES]
    for found in [*reversed(owned), *reversed(names)]:
        kept: list[str] = []
        for at, word in enumerate(found.split()):
            is_article = at == 0 and word.lower() in _ARTICLES
            if not is_article and (not content_words(word) or word.lower() in _VERBS | _AUXILIARIES):
                break
            kept.append(word)
        if _says(" ".join(kept)):
            return " ".join(kept)
    return ""


def lower_first(text: str) -> str:
    """A small letter at the start, but for names, "I", and words with a capital or a digit inside."""
    first, _, rest = text.partition(" ")
    inside = any(letter.isupper() or letter.isdigit() for letter in first[1:])
    is_name = first == "I" or inside or first.lower().strip("',") in _NAMES or rest[:1].isupper()
    return text if is_name else text[:1].lower() + text[1:]
