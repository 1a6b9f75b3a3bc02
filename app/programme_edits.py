"""A programme plan while it is changed: what the person typed for a part, and the plan that comes of it.

Pure: keeps nothing and asks the session nothing. `merged` brings later improvements and the person's own changes
together. Raises `InputError` where what was typed makes no plan.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from assistant.coach.programme.record import (
    Agenda,
    AgendaItem,
    Briefing,
    CheckIn,
    Entry,
    Hours,
    Measure,
    PlannedSession,
    ProgrammePlan,
    Risk,
)
from assistant.errors import InputError

MOST_LINES = 40
"""Lines of a part."""


def lines_of(text: str) -> tuple[str, ...]:
    """One entry a line, blank ones left out. Raises `InputError` where they are too many."""
    found = tuple(line for line in (" ".join(one.split()) for one in text.splitlines()) if line)
    if len(found) > MOST_LINES:
        raise InputError(f"A part has {MOST_LINES} lines at most, and here are {len(found)}; put some together.")
    return found


def with_goal(plan: ProgrammePlan, title: str, goal: str, outcomes: str) -> ProgrammePlan:
    """With another title, goal and outcomes."""
    found = lines_of(outcomes)
    if not title.strip() or not goal.strip():
        raise InputError("The title or the goal is empty; write both.")
    if not 2 <= len(found) <= 6:
        raise InputError(f"A plan has two to six outcomes, and here are {len(found)}; write one a line.")
    return plan.model_copy(update={"title": _line(title), "goal": _line(goal), "outcomes": found})


def with_lines(plan: ProgrammePlan, name: str, text: str) -> ProgrammePlan:
    """With other lines in a part that is nothing but lines: `matching`, `pitch`, `never`, `confidence`."""
    found = lines_of(text)
    if not found:
        raise InputError("Nothing is left of this part; write one line at least.")
    return plan.model_copy(update={name: found})


def with_session(plan: ProgrammePlan, session: PlannedSession) -> ProgrammePlan:
    """With another session of this number; the calendar follows. Raises `InputError` for one without a title."""
    if not session.title.strip():
        raise InputError("The session has no title; write what it is about.")
    before = next(one for one in plan.sessions if one.number == session.number)
    head = f"Session {session.number} of {plan.numbers.sessions}: "
    entries = tuple(
        one.model_copy(update={"what": f"{head}{session.title}", "on": session.on})
        if one.what == f"{head}{before.title}"
        else one
        for one in plan.calendar
    )
    sessions = tuple(session if one.number == session.number else one for one in plan.sessions)
    return plan.model_copy(update={"sessions": sessions, "calendar": entries})


def agenda_of(rows: Sequence[tuple[int, str, str]], minutes: int | None = None) -> Agenda:
    """A meeting of rows of minutes, title and words; `minutes`: what they must add up to, or None for any sum."""
    items = tuple(
        AgendaItem(minutes=long, title=_line(title), what=_line(what)) for long, title, what in rows if title.strip()
    )
    total = sum(item.minutes for item in items)
    if not items:
        raise InputError("Nothing is left of the agenda; give one part a title at least.")
    if minutes is not None and total != minutes:
        raise InputError(f"The parts add up to {total} minutes and the session has {minutes}; change the minutes.")
    return Agenda(minutes=total, items=items)


def with_first_session(plan: ProgrammePlan, rows: Sequence[tuple[int, str, str]]) -> ProgrammePlan:
    """With another first session of the same length."""
    return plan.model_copy(update={"first_session": agenda_of(rows, plan.wish.minutes)})


def with_briefing(
    plan: ProgrammePlan, briefing: Briefing, rows: Sequence[tuple[int, str, str]], messages: str
) -> ProgrammePlan:
    """With another briefing of this side; its length is what its parts add up to."""
    changed = briefing.model_copy(update={"agenda": agenda_of(rows), "messages": lines_of(messages)})
    return plan.model_copy(
        update={"briefings": tuple(changed if one.side == briefing.side else one for one in plan.briefings)}
    )


def with_check_ins(plan: ProgrammePlan, check_ins: Sequence[CheckIn]) -> ProgrammePlan:
    """With other check-ins; one without questions is left out."""
    found = tuple(one for one in check_ins if one.asks)
    if not found:
        raise InputError("No check-in is left; keep one with a question at least.")
    return plan.model_copy(update={"check_ins": found})


def with_evaluation(plan: ProgrammePlan, measures: Sequence[Measure], shown: str) -> ProgrammePlan:
    """With other measures; each of the four levels keeps one."""
    found = tuple(one for one in measures if one.what.strip())
    if {one.level for one in found} != {one.level for one in plan.evaluation}:
        raise InputError("A level has no measure any more; write what is looked at on each of the four.")
    return plan.model_copy(update={"evaluation": found, "shown": _line(shown)})


def with_risks(plan: ProgrammePlan, risks: Sequence[Risk]) -> ProgrammePlan:
    """With other words on the risks; one without words is left out."""
    return plan.model_copy(update={"risks": tuple(one for one in risks if one.why.strip())})


def with_budget(plan: ProgrammePlan, rows: Sequence[tuple[str, float]]) -> ProgrammePlan:
    """With other hours of the programme manager."""
    found = tuple(Hours(what=_line(what), hours=hours) for what, hours in rows if what.strip())
    return plan.model_copy(update={"manager": found})


def with_calendar(plan: ProgrammePlan, entries: Sequence[Entry]) -> ProgrammePlan:
    """With other entries, in the order of their weeks and days; one without words is left out."""
    found = [one for one in entries if one.what.strip()]
    return plan.model_copy(update={"calendar": tuple(sorted(found, key=lambda one: (one.on or date.min, one.week)))})


def restarted(plan: ProgrammePlan, starts: date | None) -> ProgrammePlan:
    """The plan with its weeks counted from another day; None takes all dates out."""

    def day(week: int) -> date | None:
        return starts + timedelta(weeks=week - 1) if starts else None

    return plan.model_copy(
        update={
            "wish": plan.wish.model_copy(update={"starts": starts}),
            "sessions": tuple(one.model_copy(update={"on": day(one.week)}) for one in plan.sessions),
            "check_ins": tuple(one.model_copy(update={"on": day(one.week)}) for one in plan.check_ins),
            "calendar": tuple(one.model_copy(update={"on": day(one.week)}) for one in plan.calendar),
        }
    )


def merged(plan: ProgrammePlan, seen: ProgrammePlan, latest: ProgrammePlan) -> ProgrammePlan:
    """The plan with what became better between `seen` and `latest`, but for what the person changed since."""
    changes = {
        name: getattr(latest, name)
        for name in ("goal", "pitch")
        if getattr(plan, name) == getattr(seen, name) != getattr(latest, name)
    }
    return plan.model_copy(update=changes) if changes else plan


def _line(text: str) -> str:
    return " ".join(text.split())
