"""Words feedback anew from the stretches that were found: situation, behaviour, impact, request, in this order. Pure.

Nothing is added but a closed list of joining words; what is missing stands in square brackets for the writer. The
habits that weaken it are taken out, and a guess about the senior's reasons becomes a question.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from assistant.coach.feedback.address import Pronoun, address, find_pronoun, is_to_senior
from assistant.coach.feedback.grounded import find_inventions
from assistant.coach.feedback.record import ELEMENTS, Alternative, Assessment, Element, Mark

INTENT = "What was going on for you at that point?"
GENTLY, PLAINLY = (
    "May I tell you something that I noticed? I may be missing something.",
    "One thing I want to say plainly.",
)
_OPENERS = frozenset(
    "in on at when during after before since last yesterday this the from while between over as by for until early "
    "late today twice two three".split()
)
_SMALL = frozenset(
    "you he she they we my our your his her the a an this that these those it there nobody no one two three when while "
    "and so then because after before in on at since last yesterday today both some at asked told could can would will "
    "please next".split()
)
_ASK = re.compile(
    r"^(?:and |so |but )?(?:could|can|would|will|might|may) you (?:please |perhaps |maybe |possibly )?", re.I
)
_WISH = re.compile(r"^i(?:'d| would)? ?(?:like|want|ask|need|prefer|must ask) you to ", re.I)
_STARTS_WITH_VERB = re.compile(
    r"^(?:also |then |just )?(?:\w+ed|told|said|gave|took|made|left|put|cut|read|sent|went|spoke|got|let|sat|stood|ran|"
    r"came|kept|wrote|drew|threw|broke|chose|drove|forgot|spent|shut|hung|thanks|asks|tells|says|gives|takes|leaves|"
    r"cancels|answers|interrupts|forwards|checks|changes|talks|keeps|ignores|calls|moves|eats|opens|puts|reads)\b",
    re.I,
)
DATED = re.compile(
    r"\b(?:this (?:morning|afternoon|evening)|(?:on |last |this )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|yesterday|"
    r"today|last (?:night|week|month|time))\b",
    re.I,
)
"""A day within what was seen; then nobody has to be asked for one."""
_EMPTY = re.compile(r"\b(?:sort of|kind of|kinda|sorta)\s+", re.I)
_SUBJECT_BEFORE = re.compile(r"\b(?:you|he|she)\s+$", re.I)
_CLAUSE = re.compile(r"\b(?:I|we|there (?:was|were)|it was)\b")
_CONJUNCTION = re.compile(r"\b(?:when|while|as|after|before|since|where|that|time)\b", re.I)
_FILLERS = re.compile(r"^(?:(?:and|but|so|then|also|that|which|because|well|ok|okay|honestly|frankly)\b[ ,]*)+", re.I)


class Worded(NamedTuple):
    """The draft and its two alternatives."""

    draft: str
    alternatives: tuple[Alternative, ...]


class Parts(NamedTuple):
    """The four parts in the second person, without the habits; empty where one is missing."""

    situation: str
    behaviour: str
    impact: str
    request: str
    guessed: bool
    """Whether the text guesses at reasons, so that a question about them belongs into the wording."""


def take_parts(text: str, assessment: Assessment, marks: Sequence[Mark]) -> Parts:
    """The parts as they can be said to the senior.

    What is marked is taken out; where that would turn the meaning ("never asks" into "asks"), it stays, and a part
    that still says what the text does not becomes a gap.
    """
    for taken_out in (marks, ()):
        parts = _take(text, assessment, taken_out)
        if not find_inventions(text, ". ".join(parts[:4])):
            break
    else:
        situation, behaviour, impact, request = ("" if find_inventions(text, part) else part for part in parts[:4])
        parts = Parts(situation, behaviour, impact, request, guessed=False)
    return parts._replace(guessed=any(mark.kind == "mind_reading" for mark in marks))


def _take(text: str, assessment: Assessment, marks: Sequence[Mark]) -> Parts:
    to_senior = is_to_senior(text) and not _third_person(text, assessment.behaviour)
    pronoun = None if to_senior else find_pronoun(text)
    said = {name: _say(text, name, assessment, marks, pronoun) for name in ELEMENTS}
    act = said["behaviour"]
    if act and (_STARTS_WITH_VERB.match(act) or _SUBJECT_BEFORE.search(text[: assessment.behaviour.start])):
        said["behaviour"] = address(f"you {_small(act)}", None)
    return Parts(**said, guessed=False)


def _third_person(text: str, behaviour: Element) -> bool:
    """Whether “he” or “she” does what was seen; then a “you” elsewhere speaks to the coach."""
    around = text[max(0, behaviour.start - 5) : behaviour.start] + behaviour.quote[:5]
    return behaviour.present and re.search(r"\b(?:he|she)\b", around, re.I) is not None


def word_draft(parts: Parts, marks: Sequence[Mark]) -> Worded:
    """The plain wording, a gentler and a more direct one."""
    if parts.request and not parts.behaviour and not parts.impact and not marks:
        return _only_request(parts)
    gaps = _gaps(marks)
    if DATED.search(parts.behaviour) and not parts.situation:
        opening = _sentence(parts.behaviour)
    else:
        opening = _joined(parts.situation or gaps["situation"], parts.behaviour or gaps["behaviour"])
    impact = _sentence(parts.impact) if parts.impact else gaps["impact"]
    ask = _sentence(_as_question(parts.request)) if parts.request else gaps["request"]
    order = _sentence(_as_order(parts.request)) if parts.request else gaps["order"]
    if not parts.behaviour:
        own = [impact] if parts.impact else []
        return Worded(
            " ".join([opening, impact, ask]),
            (
                Alternative(text=" ".join([GENTLY, opening, *own, INTENT]), directness="gentle"),
                Alternative(text=" ".join([opening, *own, order]), directness="direct"),
            ),
        )
    return Worded(
        " ".join([opening, impact, *([INTENT] if parts.guessed else []), ask]),
        (
            Alternative(text=" ".join([GENTLY, opening, impact, INTENT, ask]), directness="gentle"),
            Alternative(text=" ".join([PLAINLY, opening, impact, order]), directness="direct"),
        ),
    )


def _only_request(parts: Parts) -> Worded:
    """A wish without a complaint needs no scaffold."""
    asked, ordered = _sentence(_as_question(parts.request)), _sentence(_as_order(parts.request))
    return Worded(
        asked,
        (
            Alternative(text=f"I have a wish. {asked}", directness="gentle"),
            Alternative(text=ordered if ordered != asked else f"I have one request. {asked}", directness="direct"),
        ),
    )


def gaps_before(parts: Parts, marks: Sequence[Mark]) -> str:
    """What is to be filled in before a wording that has at least the behaviour."""
    return "" if parts.situation or DATED.search(parts.behaviour) else f"{_big(_gaps(marks)['situation'])}:"


def gaps_after(parts: Parts) -> str:
    """What is to be filled in behind such a wording."""
    gaps = _gaps(())
    return " ".join(gaps[name] for name in ("impact", "request") if not getattr(parts, name))


def _gaps(marks: Sequence[Mark]) -> dict[str, str]:
    """What the writer is to fill in, after what the text has."""
    label = next((mark.quote for mark in marks if mark.kind == "blame"), "")
    guess = next((mark.quote for mark in marks if mark.kind == "mind_reading"), "")
    thought = label or guess
    behaviour = (
        f"[what you saw or heard when you thought “{_short(thought)}”]" if thought else "[what you saw or heard]"
    )
    return {
        "situation": "[on which day and at which occasion]",
        "behaviour": behaviour,
        "impact": "[What did it do to you, or to the work?]",
        "request": "[What would you like to happen next time? “Could you …?”]",
        "order": "[What would you like to happen next time? “Please …”]",
    }


def _short(quote: str) -> str:
    words = quote.strip(" .,;:!?").replace("“", "'").replace("”", "'").replace('"', "'").split()
    return " ".join(words) if len(words) <= 9 else " ".join([*words[:8], "…"])


def _say(text: str, name: str, assessment: Assessment, marks: Sequence[Mark], pronoun: Pronoun | None) -> str:
    element: Element = assessment.of(name)  # type: ignore[arg-type]
    if not element.present:
        return ""
    start, end = (
        _with_lead_in(text, element, assessment, marks) if name == "behaviour" else (element.start, element.end)
    )
    said = _without(text, start, end, marks)
    said = _FILLERS.sub("", said.strip(" ,;:–—-\n")) if name != "situation" else said.strip(" ,;:–—-\n")
    said = _EMPTY.sub("", " ".join(said.split())).rstrip(" .,;:!")
    return address(said, pronoun) if said else ""


def _with_lead_in(text: str, element: Element, assessment: Assessment, marks: Sequence[Mark]) -> tuple[int, int]:
    """From the beginning of its clause, so that “when Amira spoke” stays with what was done then."""
    sentence = max(text.rfind(sign, 0, element.start) for sign in ".?!;\n") + 1
    others = [assessment.of(name).end for name in ELEMENTS if name != "behaviour"] + [mark.end for mark in marks]
    start = max([sentence, *(end for end in others if end <= element.start)])
    lead = text[start : element.start].strip(" ,:–—-")
    return (start if re.match(r"(?:when|while|as|after|before)\b", lead, re.I) else element.start), element.end


def _without(text: str, start: int, end: int, marks: Sequence[Mark]) -> str:
    """The stretch without what is marked in it; a mark that is nearly all of it stays, as nothing would be left."""
    kept, at = "", start
    for mark in sorted(marks, key=lambda mark: mark.start):
        first, last = max(start, mark.start), min(end, mark.end)
        if first < at or last <= first or last - first > 0.6 * (end - start):
            continue
        if mark.kind == "mind_reading" and last < end and first > start:
            continue
        if mark.kind == "absolute" and not _can_go(text, first, last):
            continue
        kept += text[at:first].rstrip(" ") + " "
        at = last
    return re.sub(r"\s+([,.;:!?])", r"\1", kept + text[at:end])


_SUBJECTS = frozenset("everyone everybody nobody no-one everything nothing".split())


def _can_go(text: str, first: int, last: int) -> bool:
    """Whether a sentence stands without its absolute: an adverb goes, a subject or an object would be missed."""
    words = text[first:last].lower().split()
    if not words or words[0] in _SUBJECTS or words[:2] == ["no", "one"]:
        return False
    return words[0] not in {"never", "not"}


def _joined(occasion: str, act: str) -> str:
    first = occasion.split(" ", maxsplit=1)[0].lower().strip("[")
    clause = _CLAUSE.search(occasion)
    if clause and not _CONJUNCTION.search(occasion[: clause.start()]):
        return f"{_sentence(occasion)} {_sentence(act)}"
    if occasion.startswith("["):
        return _sentence(f"{_big(occasion)} {_small(act)}")
    if first in _OPENERS or first.endswith("'s"):
        return _sentence(f"{_big(occasion)}, {_small(act)}")
    return _sentence(f"{_big(occasion)}: {_small(act)}")


def _as_question(request: str) -> str:
    """A request as a question where it was one, else as it stands."""
    if re.match(r"^(?:could|can|would|will|might|may|is|are|do|how|what|when)\b", request, re.I):
        return f"{request.rstrip('?')}?"
    return request


def _as_order(request: str) -> str:
    """“Could you send it?” as “Please send it.”"""
    for form in (_ASK, _WISH):
        if form.match(request):
            rest = form.sub("", request).rstrip("?. ")
            return rest if rest.lower().startswith("please") else f"Please {_small(rest)}"
    return _as_question(request)


def _sentence(said: str) -> str:
    said = _big(said.strip())
    return said if said.endswith((".", "?", "!", "…", "]", '."', '?"', '."')) else f"{said}."


def _big(said: str) -> str:
    if said.startswith("["):
        return said[:1] + said[1:2].upper() + said[2:]
    return said[:1].upper() + said[1:]


def _small(said: str) -> str:
    first = re.split(r"[ ']", said, maxsplit=1)[0].lower()
    return said[:1].lower() + said[1:] if first in _SMALL and not said.startswith("I") else said
