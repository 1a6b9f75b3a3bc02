"""Whether to ask first, whether to wait, and when not to do this alone: by what the text says and what was found.

Pure; every piece of advice rests on a section of the guide.
"""

import re
from collections.abc import Sequence

from assistant.coach.feedback.draft import DATED
from assistant.coach.feedback.record import Advice, Assessment, Mark
from assistant.coach.feedback.wording import inside, shorten
from assistant.guide.sections import Section

ASKING = Section(article="asking-before-giving-feedback", heading="Ask first, and ask narrowly")
SENTENCES = Section(article="asking-before-giving-feedback", heading="Sentences a mentor can use to ask")
MOMENT = Section(article="choosing-the-moment-for-feedback", heading="Soon, private, calm, and with time left")
AVOID = Section(article="choosing-the-moment-for-feedback", heading="Moments to avoid")
OLD = Section(article="choosing-the-moment-for-feedback", heading="When it happened long ago")
CARRY = Section(article="when-not-to-give-feedback-alone", heading="Messages that are not yours to carry")
SIGNS = Section(article="when-not-to-give-feedback-alone", heading="Three signs that you need somebody beside you")
SECTIONS = frozenset({ASKING, SENTENCES, MOMENT, AVOID, OLD, CARRY, SIGNS})

_PRAISE = re.compile(
    r"\b(?:thank(?:s| you)|i (?:really )?(?:enjoyed|liked|loved|appreciated|valued)|was great|great session|well done|"
    r"it helped|that helped|helped me|i'm grateful|wonderful)\b",
    re.I,
)
_ANGRY = re.compile(
    r"!{2,}|\b[A-Z]{4,}(?: [A-Z]{2,})+|\b(?:furious|fuming|so angry|had enough|fed up|sick of|could scream|"
    r"hate (?:him|her|you)|wtf|damn|bloody|bullshit|idiot|asshole|rant)\b"
)
_TODAY = re.compile(
    r"\b(?:today|this (?:morning|afternoon|evening)|just now|an hour ago|minutes ago|right now|heute|aujourd'hui|"
    r"hoy)\b",
    re.I,
)
_PUBLIC = re.compile(
    r"\b(?:i(?:'ll| will| am going to|'m going to)|let me|should i|shall i|i (?:want|plan|intend) to)\b[^.?!]{0,60}\b"
    r"(?:in front of|in the (?:next )?(?:meeting|town ?hall|all-hands|group|chat|channel)|reply to all|reply-all|"
    r"publicly|on stage|before everyone|in the round)\b",
    re.I,
)
_LONG_AGO = re.compile(r"\b(?:last year|months ago|years ago|a year ago|half a year|in (?:19|20)\d\d)\b", re.I)
_TOLD = re.compile(
    r"\b(?:i(?:'ve| have)?(?: already)? (?:told|asked|warned|said (?:it|this|so) to|raised (?:it|this) with|spoke to|"
    r"mentioned (?:it|this) to)|we (?:told|asked|warned))\b[^.?!]{0,30}\b(?:him|her|you|them|it|"
    r"this)\b[^.?!]{0,60}\b(?:"
    r"twice|again|before|three times|already|several times|but|and (?:nothing|it got worse|still)|last (?:time|"
    r"month)|in "
    r"writing|nothing (?:has )?changed|then)\b|\bi warned (?:him|her|you)\b|\b(?:second|third|"
    r"fourth) time i(?:'ve)? (?:told|"
    r"ask|say|raise)",
    re.I,
)
_RISK = re.compile(
    r"\b(?:(?:he|she|you|they) (?:threatened|threatens|will (?:fire|punish|sack)|would (?:fire|punish|sack))|"
    r"consequences|get(?:s|ting)? back at|pay(?:s|ing)? me back|make me pay|make my life|take it out on|revenge|"
    r"retaliat\w+|"
    r"(?:he|she|you) (?:decides?|signs?|rates?|sits on) [^.?!]{0,25}(?:my|our) [^.?!]{0,15}(?:contract|review|pay|"
    r"bonus|promotion|rating|budget|visa|probation)|(?:he|she|you)(?:'s| is| are|"
    r"'re) (?:also )?my (?:own )?(?:line manager|boss))\b",
    re.I,
)
_MESSENGER = re.compile(
    r"\b(?:asked me to (?:tell|say|pass|raise|write)|told me to tell|on behalf of|i (?:only )?(?:speak|write|"
    r"pass it on) for|(?:they|the (?:others|team)) want me to|someone (?:must|has to) say it)\b",
    re.I,
)


def advise_asking(text: str, assessment: Assessment, marks: Sequence[Mark], senior: str | None) -> Advice:
    """Whether and how to ask before it is said."""
    critical = bool(marks) or assessment.impact.present or (assessment.behaviour.present and not _PRAISE.search(text))
    if not critical and _PRAISE.search(text):
        return Advice(
            needed=False, text="Praise needs no permission. Say it soon, and with the example.", section=ASKING
        )
    if not critical and assessment.request.present:
        return Advice(needed=False, text="A request needs no permission. Ask it as it stands.", section=ASKING)
    about = _about(text, assessment)
    call = f"{senior}, may" if senior and _is_name(senior) else "May"
    return Advice(
        text=f"Ask in private, when at least a quarter of an hour is left, and take a no for an answer. {_why(marks)}",
        say=f"{call} I tell you something I noticed {about}? It takes two minutes, and I would want to know it myself.",
        section=SENTENCES,
    )


def advise_waiting(text: str, assessment: Assessment, marks: Sequence[Mark]) -> Advice | None:
    """Whether this is the wrong moment, or not yet one's own observation."""
    kinds = [mark.kind for mark in marks]
    if _PUBLIC.search(text):
        said = "Not in front of others: there it sounds like an attack. Keep it for a moment with the two of you alone."
        return Advice(text=said, section=AVOID)
    own = assessment.situation.present or assessment.impact.present
    if "hearsay" in kinds and not own:
        quote = shorten(next(mark.quote for mark in marks if mark.kind == "hearsay"))
        said = (
            f"So far this rests on “{quote}”. Wait until you have seen it yourself, and then tell what you saw; or "
            "encourage the person who did."
        )
        return Advice(text=said, section=CARRY)
    if _ANGRY.search(text) or kinds.count("blame") >= 2:
        today = " It happened today; tomorrow it will still be true." if _TODAY.search(text) else ""
        said = f"Sleep on it once. Anger picks the words, and the senior will answer the words.{today}"
        return Advice(text=said, section=AVOID)
    if _TODAY.search(text) and kinds:
        said = "It is fresh. Say it within days, but not today: read your draft again tomorrow, then ask for a moment."
        return Advice(text=said, section=MOMENT)
    if _LONG_AGO.search(text):
        said = "It was long ago. If it still goes on, begin with the latest time; if it happened once, let it rest."
        return Advice(text=said, section=OLD)
    return None


def advise_company(text: str) -> Advice | None:
    """Whether somebody should be beside the writer."""
    if _RISK.search(text):
        said = (
            "This person seems to have power over your work or to have hinted at consequences. Talk to your programme "
            "manager, or somebody else you trust, before you say anything; you need not name anyone."
        )
        return Advice(text=said, section=SIGNS)
    if _TOLD.search(text):
        said = (
            "You have said it before, and it did not help. Do not repeat it alone: ask your programme manager "
            "how to go on, perhaps with a talk of three."
        )
        return Advice(text=said, section=SIGNS)
    if _MESSENGER.search(text):
        said = (
            "A message for others puts the risk on you. Tell what you saw yourself, and show the others the door "
            "that is theirs: their own manager, a survey, a representative."
        )
        return Advice(text=said, section=CARRY)
    return None


def _about(text: str, assessment: Assessment) -> str:
    """What the opening names: the occasion where one is short enough to say, else where it belongs."""
    if assessment.situation.present:
        occasion = inside(shorten(assessment.situation.quote))
        opening = occasion.split(" ", maxsplit=1)[0].lower()
        short = len(occasion.split()) <= 9
        if short and opening in {"in", "on", "at", "during", "after", "before", "last", "yesterday"}:
            return occasion
        if short and opening.endswith("'s"):
            return f"in {occasion}"
    day = DATED.search(assessment.behaviour.quote)
    if day:
        said = inside(day[0])
        return f"on {said}" if said.lower().endswith("day") and len(said.split()) == 1 and said[0].isupper() else said
    return "in our sessions" if re.search(r"\bsessions?\b", text, re.I) else "in how we work together"


def _why(marks: Sequence[Mark]) -> str:
    kinds = {mark.kind for mark in marks}
    if kinds & {"blame", "mind_reading"}:
        return "After a yes, the first thing that is said should be what you saw, not what you think of it."
    return "A yes makes the rest easier for both of you."


def _is_name(senior: str) -> bool:
    return senior[:1].isupper() and not re.search(
        r"\b(?:my|our|the|head|director|officer|C[A-Z]O|manager)\b", senior, re.I
    )
