"""The weeks and the topics of a programme: a balanced arc from the first session to the closing.

Topics come from the catalogue: near the goal, fit for the leaders' families, in the months that they suit, tools and
people in the share that the aim asks for. Pure apart from the vectors that the chooser has.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from assistant.coach.catalogue import LAST_MONTH, Topic
from assistant.coach.leaders import Family
from assistant.coach.programme.aims import Aim
from assistant.coach.programme.numbers import WEEKS_A_MONTH
from assistant.coach.programme.record import ProgrammeWish, SessionKind
from assistant.coach.programme.roles import Leaders
from assistant.coach.topics import LONGEST_WISH, Read, TopicChooser, TopicWish, month_of
from assistant.notes.note import Record

LEAST_TECHNICAL, MOST_TECHNICAL = 0.3, 0.7
RANKED: Final = 50
"""Topics that are looked at for each kind of leader."""
HALVED: Final = 6
"""Places behind the best of its kind at which a topic is worth half."""
SAME_AREA: Final = 0.06
NOT_ALL: Final = 0.3
NOT_FOR: Final = 1.0
"""What it costs a topic to be of an area that was taken already, to be written for hardly any of the leaders' families,
and for none of them."""


class Slot(Record):
    """A session before it has a topic."""

    number: int
    month: int
    week: int
    kind: SessionKind


class _Near(NamedTuple):
    """The topics, and what was read of this goal and these leaders so far."""

    chooser: TopicChooser
    read: Read


def lay_out(wish: ProgrammeWish, sessions: int) -> tuple[Slot, ...]:
    """The sessions in their months and weeks: each month has one, and the early months have one more where there are
    more, because a pair at its beginning gains from two sessions close together."""
    base, extra = divmod(sessions, wish.months)
    order = sorted(range(wish.months), key=lambda month: (month % 2, month)) if extra > 1 else [0]
    more = set(order[:extra])
    weeks, months = [], []
    for month in range(wish.months):
        count = base + (month in more)
        for at in range(count):
            weeks.append(1 + int(WEEKS_A_MONTH * (month + at / count)))
            months.append(month + 1)
    weeks[-1] = int(wish.months * WEEKS_A_MONTH)
    return tuple(
        Slot(number=at + 1, month=months[at], week=weeks[at], kind=_kind(wish, at, sessions)) for at in range(sessions)
    )


def _kind(wish: ProgrammeWish, at: int, sessions: int) -> SessionKind:
    if at == 0:
        return "first"
    if at == sessions - 1:
        return "closing"
    if wish.format == "mutual" and at % 2 == 0:
        return "return"
    return "topic"


def count_technical(topics: int, share: float) -> int:
    """How many of so many topics are tools: as near to the share as 0.3 to 0.7 of all allow."""
    least = -(-topics * 3 // 10)
    most = topics * 7 // 10
    return max(min(least, topics), min(max(most, 0), round(topics * share))) if topics > 1 else 0


def choose_topics(
    chooser: TopicChooser, goal: str, aims: Sequence[Aim], leaders: Leaders, months: Sequence[int]
) -> tuple[Topic, ...]:
    """One topic for each of the months (of six), in their order. Raises `ModelMissing`.

    The best of each kind are taken, and each kind is then put in the order of the months that its topics suit.
    """
    technical = count_technical(len(months), sum(aim.technical for aim in aims) / len(aims))
    near = _Near(chooser, {})
    tools = _best(_worth(near, [*(aim.tools for aim in aims), goal], leaders, technical, is_tool=True), technical)
    wanted = len(months) - technical
    people = _best(_worth(near, [goal, *(aim.query for aim in aims)], leaders, wanted, is_tool=False), wanted)
    return tuple(tools.pop(0) if is_tool else people.pop(0) for is_tool in _spread(len(months), technical))


def _best(worth: Sequence[tuple[float, Topic]], count: int) -> list[Topic]:
    """So many topics, each of them the best beside those taken, in the order of the months that they suit."""
    taken: list[Topic] = []
    left = list(worth)
    while left and len(taken) < count:
        areas = Counter(topic.area for topic in taken)
        best = max(left, key=lambda one: (one[0] - SAME_AREA * areas[one[1].area], one[1].id))
        left.remove(best)
        taken.append(best[1])
    return sorted(taken, key=lambda topic: (sum(topic.months), topic.id))


def _worth(
    near: _Near, about: Sequence[str], leaders: Leaders, count: int, *, is_tool: bool
) -> list[tuple[float, Topic]]:
    """What each topic of a kind is worth for all of the leaders together: its place for each role, and the share of the
    leaders' families that it is written for. `count`: how many are needed."""
    known = [role for role, found in zip(leaders.roles, leaders.found, strict=True) if found]
    roles: list[str | None] = [*known] or [None]
    places: dict[str, float] = {}
    topics: dict[str, Topic] = {}
    for role in roles:
        for at, topic in enumerate(_ranked(near, role, " ".join(about)[:LONGEST_WISH], 2 * count, is_tool=is_tool)):
            topics[topic.id] = topic
            places[topic.id] = places.get(topic.id, 0.0) + 1 / (1 + at / HALVED) / len(roles)
    families = set(leaders.families)
    return [(places[key] + _suits(topic, families), topic) for key, topic in topics.items()]


def _ranked(near: _Near, role: str | None, about: str, least: int, *, is_tool: bool) -> list[Topic]:
    """Topics of a kind for a role, the best first, at least so many where there are so many."""
    seen: list[Topic] = []
    while True:
        had = tuple(topic.id for topic in seen)
        more = near.chooser.suggest(TopicWish(mentee_role=role, about=about, had=had), RANKED, near.read)
        seen += [one.topic for one in more]
        found = [topic for topic in seen if topic.technical is is_tool]
        if not more or len(found) >= least:
            return found


def _suits(topic: Topic, families: set[Family]) -> float:
    """0 for a topic that is written for all of the families, less for fewer, and least for none."""
    if not families:
        return 0.0
    covered = len(families & set(topic.leaders)) / len(families)
    return NOT_ALL * (covered - 1) if covered else -NOT_FOR


def _spread(count: int, technical: int) -> list[bool]:
    """Which of so many are tools, evenly spread, the first of them early."""
    return [(at + 1) * technical // count > at * technical // count for at in reversed(range(count))] if count else []


def six_of(month: int, months: int) -> int:
    """The month of six that a month of a programme is."""
    return min(LAST_MONTH, month_of((month - 0.5) / months))


def day_of(wish: ProgrammeWish, week: int) -> date | None:
    """The Monday, or whatever day the programme starts on, of a week."""
    return wish.starts + timedelta(weeks=week - 1) if wish.starts else None
