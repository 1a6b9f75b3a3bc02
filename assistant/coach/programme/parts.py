"""The parts of a plan in words: goal, first session, briefings, check-ins, matching; `weighing` has the others.

Every line is filled in from the aim, the leaders, the format and the numbers of one `Case`; nothing is chosen here but
what the case decides. Pure.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from assistant.coach.leaders import Family
from assistant.coach.programme.aims import Aim, fill, low
from assistant.coach.programme.goal import Reading
from assistant.coach.programme.numbers import (
    TOO_FEW_FOR_FIGURES,
    group_mentors,
    group_sizes,
    senior_hours,
    unit_name,
)
from assistant.coach.programme.record import (
    Agenda,
    AgendaItem,
    Briefing,
    CheckIn,
    Numbers,
    PlannedSession,
    ProgrammeWish,
)
from assistant.coach.programme.roles import Leaders
from assistant.coach.programme.texts import Item, LeaderLines, ProgrammeTexts
from assistant.notes.note import Record

SHARE: Final = 2 / 3
"""Of the leaders, who should reach the outcome in figures."""


class Case(Record):
    """Everything that the words of a plan depend on."""

    texts: ProgrammeTexts
    wish: ProgrammeWish
    reading: Reading
    leaders: Leaders
    numbers: Numbers
    sessions: tuple[PlannedSession, ...]
    check_ins: tuple[int, ...]
    """Weeks of the check-ins."""
    names: dict[Family, str]
    """Of the families, as in "leaders of technology"."""

    @property
    def aim(self) -> Aim:
        """What the goal was taken for."""
        return self.reading.aim

    @property
    def leader_lines(self) -> LeaderLines:
        """Of the first family, or of leaders of everything."""
        return self.texts.leaders[self.leaders.families[0] if self.leaders.families else "general"]

    def lines(self, at: int = 0) -> dict[str, str]:
        """The lines of the first aim, or of the second, filled in."""
        return self.reading.aims[at].lines(leader_words(self))

    @property
    def short(self) -> str:
        """What the goal is about: in its writer's words where these are few, else in the aim's."""
        phrase = self.reading.phrase
        is_long = phrase.subject.startswith("“") and self.aim.id != "general"
        return self.aim.name if is_long else phrase.short

    def outcomes(self, at: int = 0) -> tuple[str, ...]:
        """What can be tested of the first aim, or of the second."""
        return tuple(fill(one, leader_words(self)) for one in self.reading.aims[at].outcomes)


def words_of(case: Case) -> dict[str, str]:
    """What stands for each word between braces."""
    wish, numbers, aim, leaders = case.wish, case.numbers, case.lines(), case.leaders
    who = case.leader_lines
    topics = [one.title for one in case.sessions if one.topic]
    people = [one.title for one in case.sessions if one.technical is False and one.title not in topics[:1]]
    human = people[0] if people else aim["name"]
    checks = len(case.check_ins)
    words = {
        **aim,
        **{f"{name}_low": low(line) for name, line in aim.items()},
        "know": low(aim["know"]),
        "change": low(aim["change"]),
        "leader": leaders.one,
        "Leader": leaders.one[:1].upper() + leaders.one[1:],
        "leaders": leaders.bare,
        "Leaders": leaders.bare[:1].upper() + leaders.bare[1:],
        "leaders_low": leaders.bare,
        "subject": case.reading.phrase.subject,
        "goal_short": case.short,
        "goal_named": case.reading.phrase.short,
        "pairs": str(numbers.units),
        "units": unit_name(wish.format, numbers.units),
        "unit": unit_name(wish.format, 1),
        "sessions": str(numbers.sessions),
        "minutes": str(wish.minutes),
        "months": str(wish.months),
        "senior_hours": hours_text(senior_hours(wish, numbers.sessions, checks)),
        "group_mentors": str(group_mentors(min(2, numbers.seniors))),
        "topic": topics[0] if topics else aim["name"],
        "human": human,
        "human_quoted": f"“{human}”",
        "weigh": who.weigh,
        "busy": who.busy,
        "place": who.place,
        "mentor_kind": who.mentors,
        "fear": who.fear,
        "witness": who.witness,
        "helper": "The programme manager" if numbers.units <= 20 else "The programme manager or a named helper",
        "first": str(numbers.waves[0] if len(numbers.waves) > 1 else max(1, numbers.units // 2)),
        "waves": ", ".join(map(str, numbers.waves)),
        "need": need(case),
        "closing": case.texts.formats[wish.format].closing,
    }
    words["helper_low"] = low(words["helper"])
    own = case.texts.formats[wish.format]
    words["format_mentors"] = fill(own.briefing_mentors, words)
    words["format_seniors"] = fill(own.briefing_seniors, words)
    words["format_matching"] = fill(own.matching, words)
    words["format_check"] = fill(own.check_in, words)
    words["format_pitch"] = low(fill(own.pitch, words))
    return words


def leader_words(case: Case) -> dict[str, str]:
    """What stands for the words between braces in an aim."""
    return {"subject": case.reading.phrase.subject, "leader": case.leaders.one, "leaders": case.leaders.bare}


def hours_text(hours: float) -> str:
    """Hours without an empty half."""
    return f"{hours:g}"


def need(case: Case) -> str:
    """Who is needed, in one sentence."""
    numbers, texts = case.numbers, case.texts.remarks
    words = {
        "seniors": str(numbers.seniors),
        "pairs": str(numbers.units),
        "call": str(numbers.mentors),
        "size": f"{numbers.reserve} more who {'is' if numbers.reserve == 1 else 'are'}",
    }
    if case.wish.format != "group":
        return fill(texts["need"], words)
    sizes = group_sizes(numbers.seniors)
    shapes = (
        f"{sizes.count(size)} with {size} {'senior' if size == 1 else 'seniors'} and {group_mentors(size)} juniors"
        for size in (2, 1)
        if size in sizes
    )
    return fill(texts["need_groups"], words | {"others": " and ".join(shapes)})


# Goal


def goal_sentence(case: Case) -> str:
    """The goal in one plain sentence: a group of leaders, a change, and a moment to look at it."""
    phrase, leaders, words = case.reading.phrase, case.leaders, words_of(case)
    end = _end(case.wish)
    each = f"each {leaders.one}"
    if phrase.form == "leaders":
        return f"By {end}, {leaders.all} {phrase.text}, and {each} {words['change']}."
    if phrase.form == "programme":
        return (
            f"The programme is there to {phrase.text}: by {end}, {each} knows {words['know']}, and {words['change']}."
        )
    if phrase.form == "about":
        return f"The programme is about {phrase.text}: by {end}, {each} knows {words['know']}, and {words['change']}."
    return f"By {end}, {each} knows {words['know']}, and {words['change']}; in the words of the goal: {phrase.quoted}."


def _end(wish: ProgrammeWish) -> str:
    return f"the end of month {wish.months}"


def outcomes(case: Case) -> tuple[str, ...]:
    """What can be tested: the aim's own, one of a second aim, and how many leaders should be able to answer."""
    first = list(case.outcomes())
    if len(case.reading.aims) > 1:
        first.append(case.outcomes(1)[-1])
    many = case.numbers.seniors
    goal = many if many < TOO_FEW_FOR_FIGURES else round(many * SHARE)
    who = f"All {many} seniors" if goal == many else f"At least {goal} of {many} seniors"
    return (*first, f"{who} answer in writing, before and after: “{case.lines()['baseline']}”")


# Meetings


def first_session(case: Case, words: Mapping[str, str]) -> Agenda:
    """The first session, timed."""
    at = (30, 45, 60).index(case.wish.minutes)
    items = case.texts.formats[case.wish.format].first
    made = [
        AgendaItem(title=fill(one.title, words), minutes=one.minutes[at], what=fill(one.what, words)) for one in items
    ]
    return Agenda(minutes=case.wish.minutes, items=tuple(made))


def briefings(case: Case, words: Mapping[str, str]) -> tuple[Briefing, ...]:
    """Of the mentors and of the seniors, apart from each other."""
    frame = case.texts.frame
    return (
        Briefing(
            side="mentors",
            agenda=_agenda(frame.briefing_mentors, words),
            messages=tuple(fill(one, words) for one in frame.messages_mentors),
        ),
        Briefing(
            side="seniors",
            agenda=_agenda(frame.briefing_seniors, words),
            messages=tuple(fill(one, words) for one in frame.messages_seniors),
        ),
    )


def _agenda(items: Sequence[Item], words: Mapping[str, str]) -> Agenda:
    made = [AgendaItem(title=fill(one.title, words), minutes=one.minutes, what=fill(one.what, words)) for one in items]
    return Agenda(minutes=sum(item.minutes for item in items), items=tuple(made))


# Check-ins and matching


def check_ins(case: Case, words: Mapping[str, str]) -> tuple[CheckIn, ...]:
    """After the first session, in the middle, and before the last; of a long programme one more."""
    texts = case.texts.frame.check_ins
    found = []
    for at, week in enumerate(case.check_ins):
        kind = "first" if at == 0 else "last" if at == len(case.check_ins) - 1 else "middle"
        title = {"first": "After the first session", "middle": "In the middle", "last": "Before the last session"}[kind]
        if kind == "middle" and len(case.check_ins) > 3:
            title = "At a third" if at == 1 else "At two thirds"
        text = texts[kind]  # type: ignore[index]
        asks = tuple(fill(one, words) for one in text.asks)
        found.append(CheckIn(title=title, week=week, who=fill(text.who, words), asks=asks))
    return tuple(found)


def matching(case: Case, words: Mapping[str, str]) -> tuple[str, ...]:
    """The checklist, with the numbers for so many pairs."""
    lines = [fill(one, words) for one in case.texts.frame.matching]
    for family in case.leaders.families[1:]:
        own = {"known": case.names[family], "others": case.texts.leaders[family].mentors}
        lines.insert(2, fill(case.texts.remarks["more_mentors"], {**words, **own}))
    waves = case.numbers.waves
    kind = "many" if len(waves) > 1 else "single" if waves[0] > 8 else "few"
    return (*lines, fill(case.texts.frame.waves[kind], words))  # type: ignore[index]
