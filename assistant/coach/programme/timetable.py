"""The calendar of a programme by weeks: what is prepared, held, asked and looked at, and when. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from assistant.coach.programme.aims import fill
from assistant.coach.programme.arc import day_of
from assistant.coach.programme.numbers import LONG, WEEKS_A_MONTH, weeks_before
from assistant.coach.programme.parts import Case
from assistant.coach.programme.record import Entry, PlannedSession, ProgrammeWish
from assistant.coach.programme.texts import CalendarName

AFTER_WEEKS: Final = 13
"""Three months after the end behaviour is looked at again."""
REPORT_WEEKS: Final = 4
PAUSE_WEEKS: Final = 8
"""Between two waves, as between two rounds."""
GROUP_FROM: Final = 4
"""Pairs, and months, from which the pairs also meet as a group."""


def weeks_of_check_ins(wish: ProgrammeWish, sessions: Sequence[PlannedSession]) -> tuple[int, ...]:
    """After the first session, in the middle, and before the last; a long programme has two in between."""
    first, last = sessions[0].week + 1, max(sessions[0].week + 2, sessions[-1].week - 2)
    parts = 3 if wish.months > LONG else 2
    between = [round(first + (last - first) * at / parts) for at in range(1, parts)]
    return tuple(dict.fromkeys((first, *between, last)))


def calendar(case: Case, words: Mapping[str, str]) -> tuple[Entry, ...]:
    """Everything in the order of its weeks, with dates where a start is settled."""
    found = sorted(_entries(case), key=lambda one: one[0])
    return tuple(
        Entry(week=week, on=day_of(case.wish, week), what=fill(case.texts.calendar[name], {**words, **own}))
        if name
        else Entry(week=week, on=day_of(case.wish, week), what=fill(case.texts.frame.closing, words))
        for week, name, own in found
    )


Line = tuple[int, CalendarName | None, dict[str, str]]
"""Week, name of the text (None: the closing), and the words of its own."""


def _entries(case: Case) -> Iterator[Line]:
    yield from _before(case)
    yield from _during(case)
    yield from _after(case)


def _before(case: Case) -> Iterator[Line]:
    start, numbers = 1 - weeks_before(case.numbers), case.numbers
    yield start, "sponsor", {}
    yield start + 1, "line_managers", {}
    share = numbers.waves[0] / numbers.units
    seniors, mentors = first_of(numbers.seniors, share), first_of(numbers.mentors + numbers.reserve, share)
    yield start + 2, "invite" if share == 1 else "invite_first", {"seniors": str(seniors), "call": str(mentors)}
    yield -1, "match" if len(numbers.waves) == 1 else "match_first", {}
    yield 0, "brief", {}


def first_of(number: int, share: float) -> int:
    """How many of so many belong to the first wave."""
    return max(1, round(number * share))


def _during(case: Case) -> Iterator[Line]:
    for one in case.sessions:
        yield one.week, "session", {"number": str(one.number), "topic_title": one.title}
    for at, week in enumerate(case.check_ins):
        name = "first" if at == 0 else "last" if at == len(case.check_ins) - 1 else "next"
        yield week, "check_in", {"round": f"the {name} round"}
    middle = round(case.wish.months * WEEKS_A_MONTH / 2)
    yield middle, "sponsor_report", {}
    if case.wish.months > LONG:
        yield middle, "review", {}
    has_group = case.wish.format in ("pairs", "project") and case.numbers.waves[0] >= GROUP_FROM
    if has_group and case.wish.months >= GROUP_FROM:
        yield middle + 1, "group_session", {}


def _after(case: Case) -> Iterator[Line]:
    last = case.sessions[-1].week
    yield last + 1, None, {}
    yield last + REPORT_WEEKS, "report", {}
    for at, size in enumerate(case.numbers.waves[1:], start=2):
        yield (at - 1) * (last + PAUSE_WEEKS) + 1, "wave", {"at": str(at), "size": str(size)}
    yield last + AFTER_WEEKS, "behaviour", {}
