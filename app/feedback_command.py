"""`eyelevel feedback`: what is in a complaint or a draft, what weakens it, and how it could be said to the senior."""

import sys
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.bettering import better_in_time
from app.printing import AsJson, print_result
from assistant.settings import load_settings

if TYPE_CHECKING:
    from assistant.coach.feedback.record import Advice, FeedbackCoaching
    from assistant.guide.passage import Citation

SECONDS = 18.0
"""From the start of the command until the model's wordings are left where they are; 20 are promised."""


def feedback(
    text: Annotated[str, typer.Argument(help="What you would like to tell your senior; - reads standard input.")],
    *,
    senior: Annotated[str, typer.Option(help='Name or role of the senior, such as "Henrik".')] = "",
    belief: Annotated[
        str | None, typer.Option(help="What stops you: career, embarrass, bypass, proof or target.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Without the chat model.")] = False,
    as_json: AsJson = False,
) -> None:
    """Look at upward feedback before it is said: its four parts, what weakens it, other wordings, the moment."""
    began = time.monotonic()
    from assistant.coach.feedback.coach import FeedbackCoach
    from assistant.models.encoder import MiniLMEncoder

    settings = load_settings()
    coach = FeedbackCoach(settings, MiniLMEncoder(settings.model_dir, settings.threads))
    found = coach.coach(sys.stdin.read() if text == "-" else text, senior=senior or None, belief=belief)
    if not quick and settings.chat_model != "none" and found.referral is None and found.draft:
        found = better_in_time(settings, found, coach.better, began + SECONDS)
    citations = coach.cite(found)
    print_result(feedback_json(found, citations), _text(found, citations), as_json=as_json)


def feedback_json(found: "FeedbackCoaching", citations: "tuple[Citation, ...]") -> dict[str, Any]:
    """As the contract has it, and more."""
    assessment = found.assessment.model_dump(mode="json")
    return {
        "assessment": assessment,
        "issues": [mark.model_dump(mode="json") for mark in found.marks],
        "draft": found.draft,
        "alternatives": [one.text for one in found.alternatives],
        "belief": found.belief and found.belief.model_dump(mode="json", exclude={"section"}),
        "ask_first": _advice_json(found.ask_first),
        "wait": _advice_json(found.wait),
        "not_alone": _advice_json(found.not_alone),
        "referral": found.referral and found.referral.model_dump(mode="json"),
        "citations": [citation.model_dump(mode="json") for citation in citations],
        "remarks": list(found.remarks),
        "bettered": found.bettered,
    }


def _advice_json(advice: "Advice | None") -> dict[str, Any] | None:
    return advice.model_dump(mode="json", exclude={"section"}) if advice else None


def _text(found: "FeedbackCoaching", citations: "tuple[Citation, ...]") -> str:
    """For a terminal."""
    if found.referral:
        return found.referral.as_text()
    parts = ["\n".join(_part(name, found) for name in ("situation", "behaviour", "impact", "request"))]
    for number, mark in enumerate(found.marks, start=1):
        parts.append(f"{number}. “{mark.quote}”\n   {mark.why}\n   {mark.question}\n   Try: {mark.instead}")
    if found.draft:
        parts.append(f"It could be said like this:\n  {found.draft}")
        parts += [f"{one.directness.capitalize()}:\n  {one.text}" for one in found.alternatives]
    if found.belief:
        parts.append(f"{found.belief.name}\n  {found.belief.way_through}\n  “{found.belief.question}”")
    for name, advice in (("Ask first", found.ask_first), ("When to wait", found.wait), ("Not alone", found.not_alone)):
        if advice:
            parts.append(f"{name}: {advice.text}" + (f"\n  “{advice.say}”" if advice.say else ""))
    parts += list(found.remarks)
    parts += ["\n".join(f"[{one.marker}] {one.title} › {one.heading}" for one in citations)] if citations else []
    return "\n\n".join(parts)


def _part(name: str, found: "FeedbackCoaching") -> str:
    element = getattr(found.assessment, name)
    return f"{name.capitalize()}: “{' '.join(element.quote.split())}”" if element.present else f"{name.capitalize()}: –"
