"""A programme plan as a Markdown document, part by part in the order of the screen. Pure; what was typed is escaped."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from assistant.coach.programme.record import Agenda, Part, ProgrammePlan
from assistant.guide.passage import Citation
from assistant.markdown import bullets, on_one_line

HEADINGS: Final[Mapping[Part, str]] = {
    "goal": "Goal and outcomes",
    "months": "Month by month",
    "first_session": "The first session",
    "briefings": "Briefings",
    "check_ins": "Check-ins",
    "matching": "Matching",
    "pitch": "Pitch to one senior",
    "evaluation": "Evaluation on four levels",
    "risks": "Risks of this design",
    "budget": "Time budget",
    "calendar": "Calendar",
}
LEVEL_NAMES: Final = {
    "reaction": "Reaction",
    "learning": "Learning",
    "behaviour": "Behaviour",
    "results": "Results",
}
FORMAT_NAMES: Final = {
    "pairs": "one-to-one pairs",
    "group": "groups",
    "mutual": "mutual pairs",
    "project": "pairs with a project",
}
SIDES: Final = {"mentors": "The mentors", "seniors": "The seniors"}


def render_programme(plan: ProgrammePlan, citations: Mapping[Part, Sequence[Citation]] = {}) -> str:
    """The whole plan; `citations`: those of each part, from `ProgrammePlanner.cite_part`."""
    pieces = [f"# {on_one_line(plan.title)}", on_one_line(subtitle(plan))]
    pieces += [f"*{on_one_line(remark)}*" for remark in plan.remarks]
    for part, heading in HEADINGS.items():
        pieces.append(f"## {heading}")
        pieces += describe(plan, part)
        pieces.append(f"*{_rests_on(plan, part, citations.get(part, ()))}*")
    return "\n\n".join(pieces) + "\n"


def subtitle(plan: ProgrammePlan) -> str:
    """With whom, how long and how often."""
    wish, numbers = plan.wish, plan.numbers
    who = plan.leaders.removeprefix("the ")
    units = f"{numbers.units} groups" if wish.format == "group" else f"{numbers.units} {FORMAT_NAMES[wish.format]}"
    return f"{units}, {who}; {wish.months} months, {numbers.sessions} sessions of {wish.minutes} minutes"


def _rests_on(plan: ProgrammePlan, part: Part, citations: Sequence[Citation]) -> str:
    named = "; ".join(f"[{one.marker}] {one.title} › {one.heading}" for one in citations)
    rests = f"Rests on {named}. " if named else ""
    return on_one_line(f"{rests}{says_text(plan, part)}")


def says_text(plan: ProgrammePlan, part: Part) -> str:
    """What the guide says to a part, and what of it is Eyelevel's own."""
    support = plan.support(part)
    return f"The guide: {support.says} {support.own}" if support.says else support.own


def describe(plan: ProgrammePlan, part: Part) -> Iterator[str]:
    """The paragraphs of a part in Markdown."""
    return iter(_DESCRIBED[part](plan))


def _goal(plan: ProgrammePlan) -> Iterator[str]:
    yield on_one_line(plan.goal)
    yield bullets(plan.outcomes)


def _months(plan: ProgrammePlan) -> Iterator[str]:
    for month in range(1, plan.wish.months + 1):
        yield f"### Month {month}"
        for one in (session for session in plan.sessions if session.month == month):
            when = f"{one.on.isoformat()}, " if one.on else ""
            kind = {True: " (a tool)", False: " (people and work)", None: ""}[one.technical]
            yield f"**Session {one.number}, {when}week {one.week}: {on_one_line(one.title)}**{kind}"
            yield on_one_line(one.what)
            if one.questions:
                yield bullets(f"For {asked.leaders}: “{asked.text}”" for asked in one.questions)
    yield on_one_line(plan.closing)


def agenda_lines(agenda: Agenda) -> list[str]:
    """A line for each part of a meeting."""
    return [f"{item.minutes} min, {item.title}: {item.what}" for item in agenda.items]


def _first_session(plan: ProgrammePlan) -> Iterator[str]:
    yield bullets(agenda_lines(plan.first_session))


def _briefings(plan: ProgrammePlan) -> Iterator[str]:
    for one in plan.briefings:
        yield f"### {SIDES[one.side]}, {one.agenda.minutes} minutes"
        yield bullets(agenda_lines(one.agenda))
        yield "To remember:"
        yield bullets(one.messages)


def _check_ins(plan: ProgrammePlan) -> Iterator[str]:
    for one in plan.check_ins:
        when = f", {one.on.isoformat()}" if one.on else ""
        yield f"### {on_one_line(one.title)} (week {one.week}{when})"
        yield on_one_line(one.who)
        yield bullets(one.asks)
    yield "Never asked:"
    yield bullets(plan.never)
    yield from map(on_one_line, plan.confidence)


def _matching(plan: ProgrammePlan) -> Iterator[str]:
    yield bullets(plan.matching)


def _pitch(plan: ProgrammePlan) -> Iterator[str]:
    yield "> " + on_one_line(" ".join(plan.pitch))
    if plan.openings:
        yield bullets(f"To {one.leaders}, begin with: “{one.text}”" for one in plan.openings)


def _evaluation(plan: ProgrammePlan) -> Iterator[str]:
    for one in plan.evaluation:
        yield f"### {LEVEL_NAMES[one.level]}"
        yield on_one_line(one.what)
        yield bullets(
            (f"How: {one.how}", f"From whom: {one.whom}", f"When: {one.when}", f"Compared with: {one.compared}")
        )
    yield on_one_line(plan.shown)


def _risks(plan: ProgrammePlan) -> Iterator[str]:
    for one in plan.risks:
        name = one.mistake.value.replace("_", " ").capitalize()
        yield f"**{name}.** {on_one_line(one.why)} Guard: {on_one_line(one.guard)}"


def _budget(plan: ProgrammePlan) -> Iterator[str]:
    yield bullets(f"{line.what}: {line.hours:g} hours" for line in plan.manager)
    yield f"Together {plan.manager_hours:g} hours."
    yield from map(on_one_line, plan.participants)


def _calendar(plan: ProgrammePlan) -> Iterator[str]:
    yield bullets(
        f"{week_text(one.week)}{f', {one.on.isoformat()}' if one.on else ''}: {one.what}" for one in plan.calendar
    )


def week_text(week: int) -> str:
    """A week as it is said: "Week 3", or "2 weeks before"."""
    if week >= 1:
        return f"Week {week}"
    before = 1 - week
    return f"{before} week{'' if before == 1 else 's'} before"


_DESCRIBED: Final = {
    "goal": _goal,
    "months": _months,
    "first_session": _first_session,
    "briefings": _briefings,
    "check_ins": _check_ins,
    "matching": _matching,
    "pitch": _pitch,
    "evaluation": _evaluation,
    "risks": _risks,
    "budget": _budget,
    "calendar": _calendar,
}
