"""How many of everything: sessions, mentors, groups, waves and hours. Pure arithmetic on a wish and an aim.

Figures that the guide gives: six to twelve sessions over three to six months; 30 minutes at least and 60 for a group;
three or four juniors with one or two seniors; four to eight pairs to begin with and at most three times as many in the
next wave; half a day a week of the manager's time for up to ten pairs; briefings of 90 and 45 minutes.
"""

from typing import Final

from assistant.coach.programme.aims import Aim
from assistant.coach.programme.record import Format, Hours, Numbers, ProgrammeWish

FEWEST_SESSIONS, MOST_SESSIONS = 6, 12
SHORT: Final = 3
"""Months below which behaviour hardly has time to change."""
LONG: Final = 6
"""Months above which a programme needs a review in the middle."""
_A_MONTH: Final = {"skill": 2.0, "mixed": 1.4, "slow": 1.1}
"""Sessions, by the pace of the aim: every two weeks where a skill is learned, monthly where habits change."""
_HIGH: Final = 0.75
"""Share of these for which people of the first rank have time."""
SMALL: Final = 12
"""Pairs or groups up to which all can start together."""
FIRST_WAVE, GROWTH = 8, 3
TOO_FEW_FOR_FIGURES: Final = 5
RESERVE: Final = 8
"""One mentor in reserve for so many."""
IN_BRIEFING: Final = 16
"""People who can practise in one briefing."""
CHECK_IN_MINUTES, TALK_MINUTES = 10, 15
HALF_DAY: Final = 4.0
WEEKS_A_MONTH: Final = 52 / 12


def count_sessions(wish: ProgrammeWish, aim: Aim, *, is_high: bool) -> int:
    """Sessions of each pair, the first and the last among them; at least one a month, and an even number in turns."""
    wanted = wish.months * _A_MONTH[aim.pace] * (_HIGH if is_high else 1.0)
    least = FEWEST_SESSIONS if wish.months >= SHORT else 2 * wish.months
    count = max(least, wish.months, min(MOST_SESSIONS, round(wanted)))
    if wish.format == "mutual" and count % 2:
        count += 1 if count < MOST_SESSIONS else -1
    return count


def count_all(wish: ProgrammeWish, sessions: int) -> Numbers:
    """Pairs or groups, people and waves."""
    seniors = wish.pairs
    units = -(-seniors // 2) if wish.format == "group" else seniors
    mentors = sum(group_mentors(size) for size in group_sizes(seniors)) if wish.format == "group" else seniors
    return Numbers(
        units=units,
        seniors=seniors,
        mentors=mentors,
        reserve=max(1, round(mentors / RESERVE)),
        sessions=sessions,
        waves=waves(units),
    )


def group_sizes(seniors: int) -> tuple[int, ...]:
    """Seniors of each group, two or one."""
    return (2,) * (seniors // 2) + (1,) * (seniors % 2)


def group_mentors(seniors: int) -> int:
    """Juniors of a group with so many seniors."""
    return 4 if seniors == 2 else 3


def waves(units: int) -> tuple[int, ...]:
    """Pairs or groups of each wave: all together where they are few, else a small first group and growth from there."""
    if units <= SMALL:
        return (units,)
    left, size, found = units, FIRST_WAVE if units > 2 * SMALL else 6, []
    while left > size * 1.25:
        found.append(size)
        left -= size
        size *= GROWTH
    return (*found, left)


def senior_hours(wish: ProgrammeWish, sessions: int, check_ins: int) -> float:
    """What a senior gives: sessions, ten minutes before each, the briefing and the check-ins."""
    return _halves(sessions * (wish.minutes + 10) / 60 + 0.75 + check_ins * CHECK_IN_MINUTES / 60)


def mentor_hours(wish: ProgrammeWish, sessions: int, check_ins: int) -> float:
    """What a mentor gives: sessions, half an hour before each, the briefing and the check-ins."""
    prepared = sessions / 2 if wish.format != "group" else sessions / 4
    return _halves(sessions * wish.minutes / 60 + prepared + 1.5 + check_ins * CHECK_IN_MINUTES / 60)


def manager_hours(wish: ProgrammeWish, numbers: Numbers, check_ins: int, about: str) -> tuple[Hours, ...]:
    """The programme manager's hours for the first wave, by what they are for; `about`: the goal in a few words."""
    share = numbers.waves[0] / numbers.units
    seniors, mentors = round(numbers.seniors * share), round(numbers.mentors * share)
    unit = "group" if wish.format == "group" else "pair"
    sides = -(-mentors // IN_BRIEFING) * 1.5 + -(-seniors // IN_BRIEFING) * 0.75
    talks = check_ins * (seniors + mentors)
    return (
        Hours(what=f"The goal on {about}, the sponsor, the works council and the line managers", hours=8),
        Hours(
            what=f"Talks before matching: {seniors} seniors and {mentors} mentors, {TALK_MINUTES} minutes each",
            hours=_halves((seniors + mentors) * TALK_MINUTES / 60),
        ),
        Hours(what=f"Matching {_count(numbers.waves[0], unit)}", hours=_halves(1 + numbers.waves[0] / 6)),
        Hours(what="Briefings of both sides, with their preparation", hours=_halves(sides + 4)),
        Hours(
            what=f"Check-ins: {talks} talks of {CHECK_IN_MINUTES} minutes", hours=_halves(talks * CHECK_IN_MINUTES / 60)
        ),
        Hours(what="Moved dates, repairs and rematches", hours=_halves(wish.months * max(1, numbers.waves[0] / 6))),
        Hours(
            what=f"Half-time report, closing, and the look at what was done about {about} three months later", hours=14
        ),
    )


def rule_of_thumb(wish: ProgrammeWish, numbers: Numbers) -> float:
    """Hours by the guide's half a day a week for up to ten pairs, from preparation to closing."""
    return (wish.months * WEEKS_A_MONTH + weeks_before(numbers)) * HALF_DAY * max(1.0, numbers.waves[0] / 10)


def weeks_before(numbers: Numbers) -> int:
    """Weeks of preparation before the first session."""
    return 6 if numbers.waves[0] <= SMALL else 8


def unit_name(format_: Format, count: int = 2) -> str:
    """What the texts call a pair or a group."""
    name = "group" if format_ == "group" else "pair"
    return name if count == 1 else f"{name}s"


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"


def _halves(hours: float) -> float:
    return round(hours * 2) / 2
