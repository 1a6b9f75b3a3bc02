"""The chat model's part: it words the writer's facts anew, and each wording is checked before it is taken.

A wording is taken only where it speaks to the senior, says all the parts that were found, holds nothing that the
writer did not say (`grounded`), and has none of the six habits. What is missing stays a gap, put there by the program.
"""

import re
import time
from collections.abc import Generator, Iterator
from contextlib import closing

from assistant.coach.feedback.draft import Parts, gaps_after, gaps_before, take_parts
from assistant.coach.feedback.grounded import find_inventions
from assistant.coach.feedback.record import Alternative, Directness, FeedbackCoaching
from assistant.coach.feedback.rules import read_by_rules
from assistant.events import log
from assistant.models.service import ChatService
from assistant.privacy.sending import Sending
from assistant.prompts import fence, load_prompt
from assistant.text import stems

SECONDS = 16.0
"""After which the model is left alone; the whole job is due within twenty."""
LONGEST = 110
"""Words of a wording; what is longer cannot be said in a minute."""
COVERED = 0.6
"""Share of a part's content words that a wording must take up."""
_LINE = re.compile(r"^\W*(plain|gentle|direct)\W*[:：-]\s*(.+)$", re.IGNORECASE)
_ASKS_FIRST = re.compile(r"\b(?:may i|would you|i may be|i noticed|would it)\b", re.IGNORECASE)
_FAULTS = ("blame", "mind_reading", "hearsay", "absolute", "hedging", "subservience")


def better(
    result: FeedbackCoaching, chat: ChatService, sending: Sending | None = None
) -> Generator[FeedbackCoaching | None, None, None]:
    """As `FeedbackCoach.better`. Nothing is asked of the model where there is nothing to word."""
    parts = take_parts(result.text, result.assessment, result.marks)
    if result.referral or not result.draft or not parts.behaviour:
        return
    rendered = load_prompt("feedback").render(facts=fence(_facts(parts)), parts=_names(parts))
    written, done, until = "", 0, time.monotonic() + SECONDS
    pieces: Iterator[str | None] = chat.stream(rendered, sending)
    with closing(pieces) as stream:  # type: ignore[type-var]
        for piece in stream:
            written += piece or ""
            *lines, _ = written.split("\n")
            for line in lines[done:]:
                result = (taken := _take(line, result, parts)) or result
                if taken:
                    yield taken
            done = len(lines)
            yield None
            if time.monotonic() > until or done > 8 or len(written) > 6 * LONGEST * 3:
                return
    if taken := _take(written.split("\n")[-1], result, parts):
        yield taken


def _take(line: str, result: FeedbackCoaching, parts: Parts) -> FeedbackCoaching | None:
    """The result with the wording of this line; None where it holds none that can be taken."""
    found = _LINE.match(line.strip())
    if not found:
        return None
    kind: Directness = {"plain": "plain", "gentle": "gentle", "direct": "direct"}[found[1].lower()]  # type: ignore[assignment]
    wording = found[2].strip().strip('"“” ')
    faults = find_faults(wording, result.text, parts)
    if kind == "gentle" and not _ASKS_FIRST.search(wording):
        faults = (*faults, "does not ask first")
    log("feedback.bettered", kind=kind, taken=not faults)
    if faults:
        return None
    whole = " ".join(part for part in (gaps_before(parts, result.marks), wording, gaps_after(parts)) if part)
    if kind == "plain":
        return result.model_copy(update={"draft": whole, "bettered": True})
    others = tuple(
        Alternative(text=whole, directness=kind) if one.directness == kind else one for one in result.alternatives
    )
    return result.model_copy(update={"alternatives": others, "bettered": True})


def find_faults(wording: str, source: str, parts: Parts) -> tuple[str, ...]:
    """Why a wording cannot be taken, in words for a log of our own; empty where it can."""
    faults = []
    if not 5 <= len(wording.split()) <= LONGEST or "[" in wording:
        faults.append("length or gaps")
    if not re.search(r"\byou\b", wording, re.IGNORECASE):
        faults.append("does not speak to the senior")
    said = set(stems(wording))
    for name in ("situation", "behaviour", "impact", "request"):
        own = set(stems(getattr(parts, name)))
        if own and len(own & said) < COVERED * len(own):
            faults.append(f"leaves out the {name}")
    there = {kind for kind, spans in read_by_rules(wording).marks.items() if spans}
    before = {kind for kind, spans in read_by_rules(" ".join(parts[:4])).marks.items() if spans}
    faults += [kind for kind in _FAULTS if kind in there - before]
    known = f"{source}\n{' '.join(parts[:4])}"
    return (*faults, *(f"has {one}" for one in find_inventions(known, wording)))


def _facts(parts: Parts) -> str:
    names = ("situation", "behaviour", "impact", "request")
    return "\n".join(f"{name}: {getattr(parts, name)}" for name in names if getattr(parts, name))


def _names(parts: Parts) -> str:
    return ", ".join(name for name in ("situation", "behaviour", "impact", "request") if getattr(parts, name))
