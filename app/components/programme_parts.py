"""The parts of a programme plan as HTML, as they are read. Pure: draws no widget and keeps nothing."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from app.components.markup import html_text
from assistant.coach.programme.record import (
    Agenda,
    Entry,
    Measure,
    Part,
    PlannedSession,
    ProgrammePlan,
    SessionKind,
)
from assistant.coach.programme.render import LEVEL_NAMES, SIDES, week_text

LEADS: Final[Mapping[SessionKind, tuple[str, str]]] = {
    "first": ("both", "both"),
    "topic": ("mentor", "the mentor leads"),
    "return": ("mentee", "the senior leads"),
    "project": ("both", "both work"),
    "closing": ("both", "both"),
}


def day(on: date | None) -> str:
    """A day, short, with its year: "1 Mar 2027"; empty without one."""
    return f"{on.day} {on:%b %Y}" if on else ""


def lines(texts: Sequence[str]) -> str:
    """A list without bullets."""
    return f'<ul class="ey-lines">{"".join(f"<li>{html_text(text)}</li>" for text in texts)}</ul>' if texts else ""


def agenda(one: Agenda, heading: str = "h4") -> str:
    """A meeting on its line; `heading`: the element of its parts' titles."""
    items = "".join(
        f'<li><p class="ey-plan-min">{item.minutes} min</p>{_lead("both", "")}'
        f"<div><{heading}>{html_text(item.title)}</{heading}><p>{html_text(item.what)}</p></div></li>"
        for item in one.items
    )
    return f'<ol class="ey-plan ey-agenda">{items}</ol>'


def _lead(side: str, spoken: str) -> str:
    sides = ("mentor", "mentee") if side == "both" else (side,)
    discs = "".join(f'<span class="ey-disc ey-{one}"></span>' for one in sides)
    said = f'<span class="ey-vh">{spoken}</span>' if spoken else ""
    return f'<span class="ey-lead ey-lead-{side}">{said}<span>{discs}</span></span>'


def session(one: PlannedSession) -> str:
    """A session on its line."""
    side, spoken = LEADS[one.kind]
    kind = {True: '<span class="ey-kind">a tool</span>', False: '<span class="ey-kind">people and work</span>'}.get(
        one.technical  # type: ignore[arg-type]
    )
    asked = "".join(
        f'<p class="ey-small ey-for">For {html_text(asked.leaders)}</p><p class="ey-said">“{html_text(asked.text)}”</p>'
        for asked in one.questions
    )
    when = f"<b>Week {one.week}</b>{day(one.on)}"
    return (
        f'<ol class="ey-plan ey-arc"><li><p class="ey-plan-min">{when}</p>{_lead(side, spoken)}<div>'
        f"<h4>{one.number}. {html_text(one.title)}</h4>{kind or ''}<p>{html_text(one.what)}</p>{asked}</div></li></ol>"
    )


def balance(plan: ProgrammePlan) -> str:
    """How many sessions are about tools and how many about people, in words."""
    kinds = [one.technical for one in plan.sessions if one.topic]
    tools, people = sum(kind is True for kind in kinds), sum(kind is False for kind in kinds)
    return f'<p class="ey-small">{people} about people and work, {tools} about a tool.</p>' if kinds else ""


def _goal(plan: ProgrammePlan) -> str:
    outcomes = "".join(f"<li>{html_text(one)}</li>" for one in plan.outcomes)
    return f'<p class="ey-said ey-goal">{html_text(plan.goal)}</p><ul class="ey-plain">{outcomes}</ul>'


def _pitch(plan: ProgrammePlan) -> str:
    others = "".join(
        f'<p class="ey-small">To {html_text(one.leaders)}, begin with “{html_text(one.text)}”</p>'
        for one in plan.openings
    )
    return f'<p class="ey-said">{html_text(" ".join(plan.pitch))}</p>{others}'


def _briefings(plan: ProgrammePlan) -> str:
    return "".join(
        f"<h3>{SIDES[one.side]}, {one.agenda.minutes} minutes</h3>{agenda(one.agenda)}"
        f'<p class="ey-label">To remember</p>{lines(one.messages)}'
        for one in plan.briefings
    )


def _check_ins(plan: ProgrammePlan) -> str:
    moments = "".join(
        f"<h3>{html_text(one.title)}, week {one.week}{f', {day(one.on)}' if one.on else ''}</h3>"
        f'<p class="ey-small">{html_text(one.who)}</p>{lines(one.asks)}'
        for one in plan.check_ins
    )
    after = "".join(f'<p class="ey-flat">{html_text(one)}</p>' for one in plan.confidence)
    return f"{moments}<h3>Never asked</h3>{lines(plan.never)}{after}"


def _measure(one: Measure) -> str:
    told = (("How", one.how), ("From whom", one.whom), ("When", one.when), ("Compared with", one.compared))
    rest = "".join(f"<li><b>{name}:</b> {html_text(text)}</li>" for name, text in told)
    what = f'<p class="ey-flat">{html_text(one.what)}</p>'
    return f'<h3>{LEVEL_NAMES[one.level]}</h3>{what}<ul class="ey-lines ey-how">{rest}</ul>'


def _evaluation(plan: ProgrammePlan) -> str:
    return "".join(map(_measure, plan.evaluation)) + f'<p class="ey-flat">{html_text(plan.shown)}</p>'


def _budget(plan: ProgrammePlan) -> str:
    rows = "".join(
        f'<tr><th scope="row">{html_text(line.what)}</th><td data-for="Hours">{line.hours:g}</td></tr>'
        for line in plan.manager
    )
    after = "".join(f'<p class="ey-flat">{html_text(one)}</p>' for one in plan.participants)
    return (
        '<table class="ey-table ey-hours"><thead><tr><th scope="col">What the programme manager does</th>'
        f'<th scope="col">Hours</th></tr></thead><tbody>{rows}<tr><th scope="row">Together</th>'
        f'<td data-for="Hours"><b>{plan.manager_hours:g}</b></td></tr></tbody></table>{after}'
    )


def _entry(one: Entry) -> str:
    when = f"<span>{day(one.on)}</span>" if one.on else ""
    return f'<tr><th scope="row">{week_text(one.week)}{when}</th><td data-for="What">{html_text(one.what)}</td></tr>'


def _calendar(plan: ProgrammePlan) -> str:
    rows = "".join(map(_entry, plan.calendar))
    return (
        '<table class="ey-table ey-weeks"><thead><tr><th scope="col">When</th><th scope="col">What</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def risks(plan: ProgrammePlan, names: Mapping[str, str]) -> str:
    """The risks, each under the mistake's own name."""
    return "".join(
        f"<h3>{html_text(names.get(one.mistake.value, one.mistake.value))}</h3>"
        f'<p class="ey-flat">{html_text(one.why)}</p><p class="ey-try">{html_text(one.guard)}</p>'
        for one in plan.risks
    )


READ: Final[Mapping[Part, Callable[[ProgrammePlan], str]]] = {
    "goal": _goal,
    "first_session": lambda plan: agenda(plan.first_session, "h3"),
    "briefings": _briefings,
    "check_ins": _check_ins,
    "matching": lambda plan: lines(plan.matching),
    "pitch": _pitch,
    "evaluation": _evaluation,
    "budget": _budget,
    "calendar": _calendar,
}
"""Those that need nothing but the plan; sessions and risks are drawn by the page."""
