"""`eyelevel programme`: the plan of a whole programme, from its goal, leaders, number of pairs, months and format."""

import sys
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from app.printing import AsJson, print_result
from assistant.errors import InputError
from assistant.settings import load_settings

if TYPE_CHECKING:
    from assistant.coach.programme import ProgrammePlan, ProgrammePlanner


def programme(
    *,
    goal: Annotated[str, typer.Option(help="What leaders should understand or do differently afterwards.")],
    leader_role: Annotated[list[str] | None, typer.Option(help='Role of seniors, such as "plant manager".')] = None,
    pairs: Annotated[int, typer.Option(min=2, max=500, help="Pairs; in the group format, seniors.")] = 12,
    months: Annotated[int, typer.Option(min=2, max=12, help="Length of the programme.")] = 6,
    form: Annotated[
        Literal["pairs", "group", "mutual", "project"], typer.Option("--format", help="How the people meet.")
    ] = "pairs",
    minutes: Annotated[int, typer.Option(help="Length of a session: 30, 45 or 60.")] = 45,
    start: Annotated[str | None, typer.Option(help="First day of the first week, such as 2027-03-01.")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print a document.")] = False,
    as_json: AsJson = False,
) -> None:
    """A programme: sessions with topics, briefings, check-ins, matching, a pitch, an evaluation and a calendar."""
    from assistant.coach.programme import ProgrammePlanner, ProgrammeWish
    from assistant.coach.programme.render import HEADINGS, render_programme
    from assistant.coach.safety import find_referral, parse_contacts
    from assistant.models.encoder import MiniLMEncoder

    if minutes not in (30, 45, 60):
        sys.stderr.write(f"A session has 30, 45 or 60 minutes, not {minutes}.\n")
        raise SystemExit(2)
    settings = load_settings()
    wish = ProgrammeWish(
        goal=goal,
        leader_roles=tuple(leader_role or ()),
        pairs=pairs,
        months=months,
        format=form,
        minutes=minutes,  # type: ignore[arg-type]
        starts=_day(start),
    )
    if referral := find_referral("\n".join((goal, *wish.leader_roles)), parse_contacts(settings.contacts)):
        print_result({"referral": referral.model_dump(mode="json")}, referral.as_text(), as_json=as_json)
        return
    planner = ProgrammePlanner(settings, MiniLMEncoder(settings.model_dir, settings.threads))
    plan = planner.plan(wish)
    document = render_programme(plan, {part: planner.cite_part(plan, part) for part in HEADINGS})
    print_result(_as_json(plan, planner), document if markdown else _in_short(plan), as_json=as_json)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InputError(f"{text!r} is no date; write the year, the month and the day, such as 2027-03-01.") from None


def _as_json(plan: "ProgrammePlan", planner: "ProgrammePlanner") -> dict[str, Any]:
    """The plan with its citations, and for each part the markers of those that it rests on."""
    supports = [
        {
            "part": one.part,
            "says": one.says,
            "own": one.own,
            "markers": [cited.marker for cited in planner.cite_part(plan, one.part)],
        }
        for one in plan.supports
    ]
    return {
        **plan.model_dump(mode="json", exclude={"supports"}),
        "manager_hours": plan.manager_hours,
        "supports": supports,
        "citations": [one.model_dump(mode="json") for one in planner.cite(plan)],
        "referral": None,
    }


def _in_short(plan: "ProgrammePlan") -> str:
    """What fits on a screen; the rest is in the document."""
    from assistant.coach.programme.render import subtitle

    sessions = [f"  {one.number}. Week {one.week}: {one.title}" for one in plan.sessions]
    pieces = (
        f"{plan.title}\n{subtitle(plan)}",
        plan.goal,
        "\n".join(f"- {one}" for one in plan.outcomes),
        "\n".join(["Sessions", *sessions]),
        "\n".join(["Pitch to one senior", f"  {' '.join(plan.pitch)}"]),
        "\n".join(["To know", *(f"- {one}" for one in plan.remarks)]) if plan.remarks else "",
        "The whole plan: --markdown or --json.",
    )
    return "\n\n".join(filter(None, pieces))
