"""`eyelevel plan`: a session plan for a leader, from the topics and what is known of the pair."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from app.bettering import better_in_time
from app.printing import AsJson, print_result
from assistant.settings import load_settings

if TYPE_CHECKING:
    from assistant.guide.passage import Citation
    from assistant.notes.session_plan import SessionPlan

SECONDS = 18.0
"""From the start of the command until the model's improvements are left where they are; 20 are promised."""


def plan(
    *,
    mentee_role: Annotated[str, typer.Option(help='Role of the senior, such as "CTO".')] = "",
    about: Annotated[str, typer.Option(help="What the session should be about, in your words.")] = "",
    minutes: Annotated[int, typer.Option(min=10, max=120, help="Length of the session.")] = 45,
    history: Annotated[
        Path | None, typer.Option(help="JSON with commitments, topics_had, findings, sessions, month; or a text.")
    ] = None,
    first: Annotated[bool, typer.Option("--first", help="The first session of the pair.")] = False,
    form: Annotated[
        Literal["session", "first", "group", "mutual", "project"], typer.Option("--format", help="Kind of session.")
    ] = "session",
    topic: Annotated[str | None, typer.Option(help="Id of a topic, as `eyelevel topics` gives it.")] = None,
    side: Annotated[Literal["mentor", "mentee"], typer.Option(help="Who reads the plan.")] = "mentor",
    name: Annotated[str, typer.Option(help='What the reader calls the other side, such as "Henrik".')] = "",
    quick: Annotated[bool, typer.Option("--quick", help="Without the chat model.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print a document.")] = False,
    as_json: AsJson = False,
) -> None:
    """A plan for one session: timed parts, open questions, something to show, a commitment to end on."""
    began = time.monotonic()
    from assistant.coach.plan import Known, Planner, PlanWish, read_history
    from assistant.coach.safety import find_referral, parse_contacts
    from assistant.models.encoder import MiniLMEncoder
    from assistant.notes.session_plan import render_plan

    if first and form not in ("session", "first"):
        sys.stderr.write(f"A first session has no format {form!r}; leave out --first or --format.\n")
        raise SystemExit(2)
    settings = load_settings()
    wish = PlanWish(
        mentee_role=mentee_role,
        about=about,
        minutes=minutes,
        format="first" if first else form,
        topic=topic,
        side=side,
        name=name,
    )
    known = read_history(history) if history else Known()
    if referral := find_referral(f"{about}\n{mentee_role}", parse_contacts(settings.contacts)):
        print_result(_nothing() | {"referral": referral.model_dump(mode="json")}, referral.as_text(), as_json=as_json)
        return
    planner = Planner(settings, MiniLMEncoder(settings.model_dir, settings.threads))
    made = planner.plan(wish, known)
    if not quick and settings.chat_model != "none":
        made = better_in_time(settings, made, planner.better, began + SECONDS)
    citations = planner.cite(made)
    title = f"Session plan, {made.minutes} minutes"
    text = render_plan(made, title) if markdown else _text(made, citations)
    print_result(plan_json(made, citations), text, as_json=as_json)


def plan_json(made: "SessionPlan", citations: "tuple[Citation, ...]") -> dict[str, Any]:
    """As the contract has it, and more."""
    topics = [one.model_dump(mode="json") | {"planned": one in made.topics} for one in (*made.topics, *made.others)]
    return {
        "purpose": made.purpose,
        "blocks": [
            block.model_dump(mode="json", include={"minutes", "title", "what", "questions", "lead", "mistake"})
            for block in made.blocks
        ],
        "ask_the_senior": list(made.ask),
        "non_technical": made.thread,
        "commitment": made.commitment,
        "topics": topics,
        "citations": [citation.model_dump(mode="json") for citation in citations],
        "carried_over": list(made.first),
        "leave_out": list(made.leave_out),
        "remarks": list(made.remarks),
        "format": made.format,
        "minutes": made.minutes,
        "referral": None,
    }


def _nothing() -> dict[str, Any]:
    """The same keys where nothing is planned."""
    lists = ("blocks", "ask_the_senior", "topics", "citations", "carried_over", "leave_out", "remarks")
    empty = {"purpose": "", "non_technical": None, "commitment": "", "format": None, "minutes": 0}
    return empty | {name: [] for name in lists}


def _text(made: "SessionPlan", citations: "tuple[Citation, ...]") -> str:
    """For a terminal."""
    parts = [f"{made.minutes} minutes: {made.purpose}"]
    parts += [f"{one.title} ({one.id})\n  {one.why}" for one in made.topics]
    if made.first:
        parts.append("To begin with:\n" + _listed(made.first))
    for block in made.blocks:
        questions = "".join(f"\n  “{question}”" for question in block.questions)
        parts.append(f"{block.minutes} min  {block.title}\n  {block.what}{questions}")
    parts.append("Ask for:\n" + _listed(made.ask))
    parts += [f"The human thread: “{made.thread}”"] if made.thread else []
    parts.append(f"To end on: {made.commitment}")
    parts.append("Leave out:\n" + _listed(made.leave_out))
    parts += list(made.remarks)
    parts += ["\n".join(f"[{one.marker}] {one.title} › {one.heading}" for one in citations)] if citations else []
    return "\n\n".join(parts)


def _listed(lines: tuple[str, ...]) -> str:
    return "\n".join(f"  - {line}" for line in lines)
