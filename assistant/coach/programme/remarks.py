"""What a programme manager should know of a plan: where the wish and the guide part ways, and what was not understood.

Which remarks apply is decided here; their words lie in `knowledge/programme_plan/remarks.yaml`. Pure.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from assistant.coach.programme.aims import fill
from assistant.coach.programme.numbers import LONG, SHORT, TOO_FEW_FOR_FIGURES
from assistant.coach.programme.parts import Case
from assistant.coach.programme.roles import plural
from assistant.coach.programme.texts import RemarkName
from assistant.language import find_language

LANGUAGES: Final = {
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "nl": "Dutch",
    "pt": "Portuguese",
    "pl": "Polish",
}
LOOKED_AFTER: Final = 20
"""Pairs that one person with a day a week can look after."""
PAUSE: Final = 2
"""Months between two waves."""
Found = Iterator[tuple[RemarkName, dict[str, str]]]


def remarks(case: Case, words: Mapping[str, str]) -> tuple[str, ...]:
    """All that apply, the most important first."""
    limit = case.reading.limit
    first = (case.texts.limits[limit].remark,) if limit else ()
    found = (*_goal(case), *_length(case), *_size(case), *_people(case))
    return (*first, *(fill(case.texts.remarks[name], {**words, **own}) for name, own in found))


def _goal(case: Case) -> Found:
    reading, is_general = case.reading, case.aim.id == "general"
    if reading.foreign:
        name = LANGUAGES.get(find_language(reading.text) or "")
        yield (
            "foreign_general" if is_general else "foreign",
            {"language": f"is in {name}" if name else "is not in English"},
        )
    if is_general:
        yield "general", {}
    elif len(reading.aims) > 1:
        yield "two_aims", {"second": reading.aims[1].name}


def _length(case: Case) -> Found:
    wish = case.wish
    if wish.months < SHORT:
        yield "short", {}
    if wish.months > LONG:
        yield "long", {}
    if wish.format == "group" and wish.minutes < 60:
        yield "group_minutes", {}
    if wish.format != "group" and wish.minutes == 30 and case.aim.pace == "slow":
        yield "thirty", {}


def _size(case: Case) -> Found:
    numbers, wish = case.numbers, case.wish
    if numbers.units < TOO_FEW_FOR_FIGURES:
        yield "few", {}
    count = len(numbers.waves)
    if count > 1:
        whole = count * wish.months + PAUSE * (count - 1)
        yield "waves", {"count": str(count), "whole": str(whole), "waves": _and([str(one) for one in numbers.waves])}
        managers = -(-numbers.waves[-1] // LOOKED_AFTER)
        if managers > 1:
            yield "managers", {"managers": str(managers)}


def _people(case: Case) -> Found:
    leaders = case.leaders
    if not leaders.roles:
        yield "no_roles", {}
    elif not leaders.families:
        yield "no_families", {}
    elif unknown := [role for role, found in zip(leaders.roles, leaders.found, strict=True) if not found]:
        known = _and([case.names[family] for family in leaders.families])
        yield "unknown", {"known": known, "others": _and([plural(role) for role in unknown])}
    if leaders.is_top and case.wish.format != "group":
        yield "top", {}


def _and(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
