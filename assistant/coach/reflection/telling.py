"""How the words of a note are put before a question: quoted, or said to the reader where grammar lets them be.

"I asked Lina to open the ticket" is said as "You asked Lina to open the ticket"; where a change of person could go
wrong the words stand as they are, in quotation marks. Pure, and English alone is ever changed.
"""

import re
from itertools import pairwise
from typing import Final, NamedTuple

from assistant.coach.reflection.cast import Cast
from assistant.coach.reflection.moments import Moment
from assistant.coach.reflection.words import Leads
from assistant.text import content_words

LONGEST_SAID: Final = 22
"""Words of a clause that is said to the reader."""
_PAST: Final = frozenset(
    "said asked told took went had was did thought knew got gave came saw made found kept left felt heard began "
    "ran read "
    "sat wrote spoke let put cut brought held understood meant won lost paid tried wanted promised laughed listened "
    "explained agreed looked answered admitted nodded waited showed stopped interrupted argued noticed liked "
    "called".split()
)
_AFTER_SAYING = re.compile(
    r"(?:(?:said|says|say)(?:\s+(?:to )?(?:me|him|her))?(?:\s+that\b|\s*[:,])?|(?:told|tells)\s+(?:me|him|"
    r"her)(?:\s+that\b|\s*[:,])|"
    r"(?:replied|answered|mentioned|pointed out|suggested)(?:\s+that\b|\s*[:,])|"
    r"(?P<asked>asked|asks)(?:\s+(?:me|him|her|us|them))?[:,]?(?=\s+[\"“„'‘]?(?:what|why|how|who|whom|which|"
    r"where|when|whether|if)\b|\s*[\"“„]))"
    r"\s*[\"“„'‘]?(?P<words>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_DIRECT = re.compile(r"[\"“„«](?P<words>[^\"”“»]{6,})[\"”»]")
_OF_ME = re.compile(r"(?<!\w)(?:i|me|my|mine|myself|we|us|our|ours|i['’]\w+|we['’]\w+)(?!\w)", re.IGNORECASE)
_OF_SELF = re.compile(r"(?<!\w)(?:i|me|my|mine|myself|i['’]\w+)(?!\w)", re.IGNORECASE)
_OF_YOU = re.compile(r"(?<!\w)(?:you|your|yours|you['’]\w+)(?!\w)", re.IGNORECASE)
_OF_US = re.compile(r"(?<!\w)(?:we|us|our|ours|ourselves|we['’]\w+)(?!\w)", re.IGNORECASE)
_THIRD = re.compile(
    r"(?<!\w)(?:he|she|him|her|hers|his|himself|herself|they|them|he['’]\w+|she['’]\w+)(?!\w)", re.IGNORECASE
)
_MARKS = re.compile(r"[\"“”„«»()\[\]/<>*_#=|…→]|->|\.\.|:\s")
_TO_YOU: Final = (
    (r"\bi am\b", "you are"),
    (r"\bi['’]m\b", "you’re"),
    (r"\bi was\b", "you were"),
    (r"\bam i\b", "are you"),
    (r"\bwas i\b", "were you"),
    (r"\bi['’](\w+)\b", r"you’\1"),
    (r"\bi wasn['’]t\b", "you weren’t"),
    (r"\bi (never|always|also|just|still|really) (?:was|am)\b", r"you \1 were"),
    (r"\bi\b", "you"),
    (r"\bme\b", "you"),
    (r"\bmyself\b", "yourself"),
    (r"\bmine\b", "yours"),
    (r"\bmy\b", "your"),
)
_JOINS: Final = frozenset(
    "and but that when what how why because if as where which who whom than before after while until so since "
    "whether or "
    "then though once for said says thought think".split()
)
"""Words after which an "I" goes on with the same sentence."""
_ELLIPTIC = re.compile(
    r"^(?:asked|told|said|tried|promised|explained|learned|learnt|kept|went|listened|admitted)\b", re.IGNORECASE
)


class Told(NamedTuple):
    """A sentence for the reader; `spoken` is set where the sentence calls its words somebody's speech."""

    sentence: str
    kind: str
    """Name of the lead, or `flipped`."""


def quoted(words: str) -> str:
    """Somebody's words in quotation marks; marks inside become single ones."""
    inner = words.replace("“", "‘").replace("”", "’").replace("„", "‚")
    if inner.count('"') % 2:
        inner = inner.replace('"', "")
    inner = re.sub(r'"([^"]*)"', r"‘\1’", inner)
    return f"“{' '.join(inner.split())}”"


def fill(template: str, cast: Cast, **slots: str) -> str:
    """A sentence with its slots filled; a full stop after a quote that ends a sentence itself is left out."""
    name = cast.mentor
    values = {"mentor": name, "Mentor": name[:1].upper() + name[1:], **slots}
    text = re.sub(r"\{(\w+)\}", lambda slot: values[slot[1]], template.replace("'", "’"))
    return re.sub(r"([.?!…])”\.", r"\1”", text)


def choose(options: tuple[str, ...], key: str) -> str:
    """One of several wordings, always the same for the same words."""
    return options[sum(key.encode("utf-8", "replace")) % len(options)]


def tell(moment: Moment, cast: Cast, leads: Leads) -> Told:
    """The sentence that stands before the question."""
    quote = moment.quote.quote
    if moment.speaker and not moment.spoken:
        return Told(
            fill(choose(leads.somebody_said, quote), cast, quote=quoted(quote), who=moment.speaker), "somebody_said"
        )
    if moment.spoken:
        asked = quote.rstrip().endswith("?")
        kind = f"{'senior' if moment.spoken == 'mentee' else 'mentor'}_{'asked' if asked else 'said'}"
        return Told(_lead(getattr(leads, kind), quote, cast), kind)
    if cast.language == "en" and cast.writer:
        if said := _speech(moment, cast):
            return Told(_lead(getattr(leads, said.kind), said.words, cast), said.kind)
        if flipped := flip(quote, cast):
            return Told(flipped, "flipped")
        if cast.writer == "mentor" and (act := _act_of_reader(quote, cast)):
            return Told(_lead(leads.reader_did, act, cast), "reader_did")
    kind = {"mentee": "by_senior", "mentor": "by_mentor", None: "by_nobody"}[cast.writer]
    return Told(_lead(getattr(leads, kind), quote, cast), kind)


def _act_of_reader(quote: str, cast: Cast) -> str:
    """What the reader did, in the mentor's words without the pronoun before them: "asked which of them I believe"."""
    subject = re.match(cast.subjects.senior, quote, re.IGNORECASE)
    if subject is None or len(cast.pronouns) > 1:
        return ""
    act = quote[subject.end() :].strip()
    first = act.split()[0].lower() if act else ""
    if first not in _PAST - {"was"} and not (first.endswith("ed") and len(first) > 3):
        return ""
    return act if len(content_words(act)) > 1 and not _THIRD.search(act) else ""


def _lead(options: tuple[str, ...], quote: str, cast: Cast) -> str:
    return fill(choose(options, quote), cast, quote=quoted(quote))


def spoken_words(moment: Moment, cast: Cast) -> str:
    """What the mentor said in this moment, in words that the reader can say to the mentor; empty where none are."""
    if moment.spoken == "mentor":
        return "" if moment.quote.quote.rstrip().endswith("?") else moment.quote.quote
    found = _speech(moment, cast) if cast.language == "en" and cast.writer else None
    return found.words if found and found.kind == "mentor_said" else ""


class _Speech(NamedTuple):
    words: str
    kind: str


def _speech(moment: Moment, cast: Cast) -> _Speech | None:
    """What somebody said, where the words are that person's own or hold nobody's person."""
    if moment.move not in ("asked", "was_asked", "heard_point", "you_said", "brushed_aside"):
        return None
    quote = moment.quote.quote
    subjects = cast.subjects
    who = next(
        (
            side
            for side, pattern in (("senior", subjects.senior), ("mentor", subjects.junior))
            if re.match(pattern, quote, re.IGNORECASE)
        ),
        None,
    )
    if who is None:
        return None
    rest = re.sub(r"^\S+\s+(?:(?:then|also|only|just|first|even)\s+)?", "", quote, count=1)
    found = _AFTER_SAYING.match(rest)
    if found is None:
        return None
    direct = _DIRECT.match(rest, max(0, found.start("words") - 1))
    words = (direct["words"] if direct else re.split(r",? and (?=\w+ed\b|then\b)", found["words"])[0]).strip(
        " \"“”„'‘’,;."
    )
    if len(words.split()) < 3 or len(content_words(words)) < 2:
        return None
    if not direct and (
        _OF_SELF.search(words)
        or _OF_YOU.search(words)
        or _THIRD.search(words)
        or words.lower().startswith(("to ", "for ", "about "))
    ):
        return None
    kind = f"{who}_{'asked' if found['asked'] else 'said'}"
    return _Speech(words, kind)


def flip(quote: str, cast: Cast) -> str:
    """The clause said to the reader, as a sentence; empty where that could go wrong."""
    bare = re.sub(r"^(?:\S+day,?\s+)?(?:and|but|so|because|then|also|well)\s+", "", quote.strip(), flags=re.IGNORECASE)
    bare = bare.rstrip(" .,;:!–—-")
    if not bare or bare.endswith("?") or len(bare.split()) > LONGEST_SAID:
        return ""
    if _MARKS.search(bare) or _OF_YOU.search(bare) or _OF_US.search(bare):
        return ""
    if _runs_on(bare):
        return ""
    said = _from_senior(bare, cast) if cast.writer == "mentee" else _from_mentor(bare, cast)
    if not set(pairwise(content_words(said))) & set(pairwise(content_words(quote))):
        return ""  # too little of the note would be left in it
    said = said.replace("'", "’")
    return f"{said[:1].upper()}{said[1:]}." if said else ""


def _runs_on(bare: str) -> bool:
    """Whether another sentence begins in it without a sign, as in dictation: "it was no joke i asked him"."""
    tokens = [token.lower().strip(",") for token in bare.split()]
    return any(token == "i" and tokens[at] not in _JOINS for at, token in enumerate(tokens[1:]))


def _from_senior(bare: str, cast: Cast) -> str:
    """An "I" of the reader becomes "you"; the other's pronoun at the beginning becomes the other's name."""
    first = bare.split(maxsplit=1)[0].lower()
    if _ELLIPTIC.match(bare):
        bare = f"i {bare[:1].lower()}{bare[1:]}"
    elif re.match(r"i(?:['’]\w+)?$", first) is None:
        subject = re.match(cast.subjects.junior, bare, re.IGNORECASE)
        if subject is None:
            return ""
        rest = bare[subject.end() :]
        if not rest.startswith(" "):
            return ""
        if subject[0].lower() in cast.pronouns:
            if len(cast.pronouns) > 1:
                return ""
            bare = f"{cast.mentor}{rest}"
    for pattern, you in _TO_YOU:
        bare = re.sub(pattern, you, bare, flags=re.IGNORECASE)
    return bare


def _from_mentor(bare: str, cast: Cast) -> str:
    """The reader's pronoun at the beginning becomes "you", and a "me" the mentor; with anybody else in it, nothing."""
    subject = re.match(cast.subjects.senior, bare, re.IGNORECASE)
    if subject is None or len(cast.pronouns) > 1:
        return ""
    rest = bare[subject.end() :].strip().split()
    if not rest or rest[0].lower() not in _PAST or len(rest) < 3:
        return ""
    if rest[0].lower() == "had" and len(rest) > 1 and rest[1].lower() == "me":
        return ""
    said = " ".join(["were" if rest[0].lower() == "was" else rest[0], *rest[1:]])
    if cast.pronouns == ("he",):
        said = re.sub(r"\bhis\b", "your", said, flags=re.IGNORECASE)
    said = re.sub(r"\bme\b", cast.mentor, said, flags=re.IGNORECASE)
    return "" if _THIRD.search(said) or _OF_ME.search(said) else f"you {said}"
