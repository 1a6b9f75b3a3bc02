"""What a plan says for and against itself: pitch, evaluation, risks, and the hours of everybody. Pure.

Filled in from the same `Case` and words as `parts`.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from assistant.coach.programme.aims import fill
from assistant.coach.programme.numbers import SHORT, TOO_FEW_FOR_FIGURES, mentor_hours, rule_of_thumb, senior_hours
from assistant.coach.programme.parts import Case, hours_text, leader_words
from assistant.coach.programme.record import LEVELS, Measure, Question, Risk
from assistant.coach.programme.texts import EvidenceText, RiskText, Signal
from assistant.notes.mistake import Mistake

MOST_RISKS: Final = 4
_IMAGE: Final = frozenset(
    "image brand branding marketing visibility showcase pr reputation press publicity award".split()
)


# Pitch


def evidence_for(case: Case) -> EvidenceText:
    """What is said of the evidence to these seniors."""
    return next(one for one in case.texts.evidence if case.aim.id in one.aims)


def openings(case: Case) -> tuple[Question, ...]:
    """How the pitch begins for leaders of the other families."""
    return tuple(
        Question(leaders=case.names[family], text=f"You {case.texts.leaders[family].weigh}.")
        for family in case.leaders.families[1:]
    )


def pitch(case: Case, words: Mapping[str, str]) -> tuple[str, ...]:
    """Said to one senior: what they decide, the gain, the time, the evidence with its limit, the free no."""
    texts = case.texts.frame.pitch
    weigh = f"{fill(texts['weigh'], words)} " if case.leaders.families else ""
    return (
        f"{weigh}{words['gain']}",
        fill(texts["ask"], words),
        evidence_for(case).text,
        fill(texts["free"], words),
    )


# Evaluation


def evaluation(case: Case, words: Mapping[str, str]) -> tuple[Measure, ...]:
    """A measure on each of the four levels, and for a second aim one more for behaviour."""
    frame = case.texts.frame.evaluation
    found = []
    for level in LEVELS:
        text = frame.of(level)
        said = {name: fill(getattr(text, name), words) for name in ("what", "how", "whom", "compared")}
        found.append(Measure(level=level, when=_when(case, level), **said))
        if level == "behaviour" and len(case.reading.aims) > 1:
            found.append(Measure(level=level, when=_when(case, level), **(said | {"what": case.lines(1)["behaviour"]})))
    return tuple(found)


def _when(case: Case, level: str) -> str:
    months = case.wish.months
    return {
        "reaction": "After the first session and after the last",
        "learning": f"In the week before the first session, and at the end of month {months}",
        "behaviour": f"At the end of month {months}, and again three months later",
        "results": f"Three months after the end, for months 1 to {months + 3}",
    }[level]


def shown(case: Case, words: Mapping[str, str]) -> str:
    """From how many pairs figures are shown."""
    frame = case.texts.frame.evaluation
    return fill(frame.talks if case.numbers.units < TOO_FEW_FOR_FIGURES else frame.shown, words)


# Risks


def risks(case: Case, words: Mapping[str, str]) -> tuple[tuple[Risk, RiskText | None], ...]:
    """What this design is most prone to, the aim's own first, each mistake once; with the text that it comes from."""
    prone = case.aim.prone
    said = {name: fill(getattr(prone, name), leader_words(case)) for name in ("why", "guard")}
    found: dict[Mistake, tuple[Risk, RiskText | None]] = {prone.mistake: (Risk(mistake=prone.mistake, **said), None)}
    signs = tuple(signals(case))
    for sign in signs:
        for text in case.texts.risks:
            if text.when == sign and text.mistake not in found:
                risk = Risk(mistake=text.mistake, why=fill(text.why, words), guard=fill(text.guard, words))
                found[text.mistake] = (risk, text)
    return tuple(found.values())[:MOST_RISKS]


def signals(case: Case) -> Iterator[Signal]:
    """What of this design makes it prone to mistakes, the strongest first."""
    wish, numbers = case.wish, case.numbers
    if wish.format != "pairs":
        yield wish.format
    checks: tuple[tuple[Signal, bool], ...] = (
        ("few", numbers.units < TOO_FEW_FOR_FIGURES),
        ("short", wish.months < SHORT),
        ("image", bool(_IMAGE & set(case.reading.text.lower().split()))),
        ("many", len(numbers.waves) > 1),
        ("long", wish.months > 6),
        ("short_minutes", wish.minutes == 30),
        ("top", case.leaders.is_high),
        ("sensitive", case.aim.sensitive),
        ("technical", case.aim.technical >= 0.5),
        ("mixed", len(case.leaders.families) > 1),
    )
    yield from (sign for sign, holds in checks if holds)
    yield "always"


def participants(case: Case, words: Mapping[str, str]) -> tuple[str, ...]:
    """What both sides give, and what the manager reserves."""
    wish, sessions, checks = case.wish, case.numbers.sessions, len(case.check_ins)
    mentor, senior = mentor_hours(wish, sessions, checks), senior_hours(wish, sessions, checks)
    own = {"mentor_hours": hours_text(mentor), "senior_hours": hours_text(senior)}
    thumb = {"hours": f"{rule_of_thumb(wish, case.numbers):.0f}"}
    texts = case.texts.remarks
    return fill(texts["participants"], {**words, **own}), fill(texts["thumb"], {**words, **thumb})
