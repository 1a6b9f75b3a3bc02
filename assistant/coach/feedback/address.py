"""Turns words about the senior into words to the senior: “he cuts people off” becomes “you cut people off”. Pure.

English only, and careful: a pronoun is turned only where the text leaves no doubt that it means the senior.
"""

import re
from collections import Counter
from typing import Literal

Pronoun = Literal["he", "she"]
_SECOND = re.compile(r"\b(?:you|your|yours|yourself)\b", re.IGNORECASE)
_THIRD = re.compile(r"\b(he|she)(?:'s|'d|'ll)?\b", re.IGNORECASE)
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”")
_TITLE = (
    r"(?:my|our|the) (?:mentee|boss|senior|manager|director|chief|head of \w+|ceo|cto|cfo|coo|[\w ]{3,30}, my mentee)"
    r"(?: \([^)]{2,60}\)|, [^,]{2,60},|,)?"
)
_CUT = r"(?:mentee|boss|senior|manager|director|chief|ceo|cto|cfo|coo)"
"""A title at whose beginning a quote was cut."""
_VERBS = {"is": "are", "isn't": "aren't", "was": "were", "wasn't": "weren't", "has": "have", "hasn't": "haven't",
          "does": "do", "doesn't": "don't", "goes": "go"}  # fmt: skip
_ADVERBS = frozenset("also always never just then still only often even once again twice simply already".split())
_ENDING_IN_S = frozenset(
    "was is has does this his yes as us its always perhaps across plus less unless discuss discussed focus".split()
)
_NO_OBJECT = frozenset(
    "and or but to at in on for with from by about after before when while if . , ; ! ? as because so again today "
    "yesterday twice out off up down the a an my your this that these those it one what how why who whether".split()
)


_TO_COACH = re.compile(
    r"\b(?:how|what|when|where|is|can|should|could|would)\b[^.?!]{0,20}\b(?:i|you|one)\b[^.?!]*\?", re.IGNORECASE
)
_ABOUT = re.compile(rf"\b(?:he|she)\b|\b{_TITLE}", re.IGNORECASE)


def is_to_senior(text: str) -> bool:
    """Whether the text speaks to the senior as “you”.

    What stands in quotation marks does not count, nor a question to the coach in a text about a third person.
    """
    plain = _QUOTED.sub("", _plain(text))
    if not _SECOND.search(plain):
        return False
    return bool(_SECOND.search(_TO_COACH.sub("", plain))) or not _ABOUT.search(plain)


def find_pronoun(text: str) -> Pronoun | None:
    """What the senior is called in a text about them; None where two people could be meant."""
    counts = Counter(found[1].lower() for found in _THIRD.finditer(_QUOTED.sub("", _plain(text))))
    if not counts:
        words = set(re.findall(r"\w+", text.lower()))
        return "he" if words & {"him", "his"} else "she" if words & {"her", "hers"} else None
    if len(counts) > 1:
        return None
    return "he" if "he" in counts else "she"


def address(quote: str, pronoun: Pronoun | None) -> str:
    """The quote as said to the senior. Words in quotation marks stay as they are."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[0])
        return f"\x00{len(kept) - 1}\x00"

    said = _QUOTED.sub(keep, _plain(quote))
    said = re.sub(rf"^(?:{_TITLE}|{_CUT})(?= \w)", "you", said, count=1, flags=re.IGNORECASE)
    if said.startswith("you "):
        said = "you " + _agree(said[4:])
    if pronoun:
        said = _turn(said, pronoun)
    return re.sub(r"\x00(\d+)\x00", lambda found: kept[int(found[1])], said)


def _turn(said: str, pronoun: Pronoun) -> str:
    said = re.sub(rf"\b{pronoun}'s (?=\w+(?:ed|en|een|one|ade|ent|old)\b)", "you have ", said, flags=re.IGNORECASE)
    said = re.sub(rf"\b{pronoun}'s\b", "you are", said, flags=re.IGNORECASE)
    said = re.sub(rf"\b{pronoun}'(d|ll)\b", r"you'\1", said, flags=re.IGNORECASE)
    pieces = re.split(rf"\b({pronoun})\b", said, flags=re.IGNORECASE)
    turned = pieces[0]
    for at in range(1, len(pieces), 2):
        turned += "you" + _agree_after(pieces[at + 1])
    return _objects(turned, pronoun)


def _agree_after(rest: str) -> str:
    return rest[:1] + _agree(rest[1:]) if rest.startswith(" ") else rest


def _agree(rest: str) -> str:
    """The verb that follows “you”, and the verb joined to it by “and”, in the second person."""
    words = rest.split(" ")
    at = 0
    while at < len(words) - 1 and (words[at].lower() in _ADVERBS or words[at].lower().endswith("ly")):
        at += 1
    present = words[at] != _second(words[at])
    words[at] = _second(words[at])
    if present:
        for later in range(at + 1, len(words) - 1):
            if words[later] == "and" and _looks_like_verb(words[later + 1]):
                words[later + 1] = _second(words[later + 1])
    return " ".join(words)


def _second(word: str) -> str:
    bare = word.rstrip(".,;:!?")
    tail, low = word[len(bare) :], bare.lower()
    if low in _VERBS:
        return _VERBS[low] + tail
    if low in _ENDING_IN_S or not low.endswith("s") or low.endswith(("ss", "us")) or len(low) < 3:
        return word
    if low.endswith("ies") and len(low) > 4:
        return bare[:-3] + "y" + tail
    if low.endswith(("sses", "shes", "ches", "xes", "zzes", "oes")):
        return bare[:-2] + tail
    return bare[:-1] + tail


def _looks_like_verb(word: str) -> bool:
    return word.lower() in _COMMON_VERBS


_COMMON_VERBS = frozenset(
    "says tells asks leaves takes gives goes does makes looks points laughs answers talks closes opens reads writes "
    "calls walks checks cuts moves sends turns puts finishes changes corrects".split()
)


def _objects(said: str, pronoun: Pronoun) -> str:
    if pronoun == "he":
        said = re.sub(r"\bhimself\b", "yourself", said, flags=re.IGNORECASE)
        said = re.sub(r"\bhim\b", "you", said, flags=re.IGNORECASE)
        return re.sub(r"\bhis\b", "your", said, flags=re.IGNORECASE)
    said = re.sub(r"\bherself\b", "yourself", said, flags=re.IGNORECASE)
    said = re.sub(r"\bhers\b", "yours", said, flags=re.IGNORECASE)

    def her(found: re.Match[str]) -> str:
        following = re.match(r"\s*([\w']+|[.,;!?]|$)", said[found.end() :])
        word = following[1].lower() if following else ""
        return "you" if word in _NO_OBJECT or not word else "your"

    return re.sub(r"\bher\b", her, said, flags=re.IGNORECASE)


def _plain(text: str) -> str:
    return text.replace("’", "'")
