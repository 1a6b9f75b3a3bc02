"""What a request for a job says already: with whom, about what, when, how long. So that nobody is asked twice.

Pure and cautious: what is not said plainly stays empty, and the card that shows what was understood lets it be changed.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from pydantic import BaseModel, ConfigDict

from assistant.coach.leaders import Leaders
from assistant.text import WORD, content_words, words

_MINUTES = re.compile(r"\b(\d{1,3})[\s-]*(?:min\b|mins\b|minutes?\b|minuten\b|minutos\b|')", re.IGNORECASE)
_LENGTHS = (
    (re.compile(r"\b(?:an hour and a half|anderthalb stunden|une heure et demie|hora y media)\b", re.IGNORECASE), 90),
    (re.compile(r"\b(?:half an hour|half hour|halbe stunde|demi-heure|media hora)\b", re.IGNORECASE), 30),
    (re.compile(r"\bthree quarters of an hour\b|\bdreiviertelstunde\b", re.IGNORECASE), 45),
    (re.compile(r"\b(?:an hour|one hour|the hour|1 ?h|eine stunde|une heure|una hora)\b", re.IGNORECASE), 60),
)
_HOUR = r"(?: (?:at|um|à|a las))? \d{1,2}(?:[:.h]\d{2})?(?: ?(?:am|pm|uhr|h)\b)?"
_WEEKDAYS = (
    "monday|tuesday|wednesday|thursday|friday|saturday|sunday|montag|dienstag|mittwoch|donnerstag|freitag|samstag|"
    "sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo"
)
_DAY = re.compile(
    rf"\b(?:\d{{4}}-\d\d-\d\d|today|tonight|tomorrow|heute|morgen|demain|aujourd'hui|hoy|mañana|{_WEEKDAYS})\b"
    rf"(?:{_HOUR}(?!\s*(?:min|%)))?",
    re.IGNORECASE,
)
_DAY_OF_MONTH = re.compile(
    r"\b(?:on )?(?:the )?(\d{1,2})(?:st|nd|rd|th)?(?: of)? (january|february|march|april|may|june|july|august|"
    r"september|october|november|december)\b|\b(?:on )?the (\d{1,2})(?:st|nd|rd|th)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(?:(?<!not )\babout|\bon the (?:topic|subject|theme) of|\b(?:topic|subject|theme)(?: is| could be| should be|:)|"
    r"\bregarding|\bcovering|\baround|\bon(?! the\b| my\b| our\b)|\btopic|\büber|\bzum thema|\bthema|\bau sujet de|"
    r"\bsur|\bsobre|\bacerca de)\s+(?P<about>[^.?!;\n]{3,160})",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“„«]\s?(?P<about>[^\"”“»]{3,160}?)\s?[\"”“»]")
_CALLED = re.compile(
    r"\b(?:with|see|seeing|meet|meeting|for|mit|treffe|avec|vois|con|veo)\s+(?P<name>(?:(?:Mr|Mrs|Ms|Dr|Prof|Frau|Herr|"
    r"Mme|Sra?)\.?\s+)?[A-ZÄÖÜÉ][\w'’-]+)"
)
_HEADS = (
    "head|director|chief|vp|vice president|manager|dean|mayor|minister|secretary|superintendent|commissioner|partner|"
    "lead|leader|supervisor|controller|president|principal|officer|superior|judge|leiter|leiterin|chef|chefin|"
    "directeur|directrice|director|directora|jefe|jefa"
)
_OF = "of|for|der|des|de|du|d'|del|de la"
_OWNED = r"my|our|the|a|an|as|your|unser\w*|mein\w*|mon|ma|notre|mi|nuestr[oa]"
_TITLE = re.compile(
    rf"\b(?:(?:{_HEADS}) (?:{_OF}) (?:the |la |las |los )?\w+(?: (?:and|&|und|et|y) \w+)?|"
    rf"(?:{_OWNED}) ((?:\w+ ){{0,2}}(?:{_HEADS}))(?! (?:{_OF})\b))\b",
    re.IGNORECASE,
)
_EMPTY = frozenset("us me him them it mentee mentor senior boss leader next time week session one ideas".split())
"""Words that say nothing about a wish."""


class Given(BaseModel):
    """What was understood; empty or None where it was not said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: str = ""
    """Of the senior, as it was typed."""
    name: str = ""
    about: str = ""
    minutes: int | None = None
    day: date | None = None
    hour: int | None = None
    """Full hour of the session, 0 to 23, where one was said."""


def read_given(text: str, leaders: Leaders, now: datetime) -> Given:
    """What a text says; days are looked for from `now` on."""
    day, hour = _day(text, now)
    role = _role(text, leaders)
    return Given(
        role=role, name=_name(text, role), about=_about(text, role), minutes=_minutes(text), day=day, hour=hour
    )


def _minutes(text: str) -> int | None:
    if found := _MINUTES.search(text):
        return int(found[1])
    return next((minutes for pattern, minutes in _LENGTHS if pattern.search(text)), None)


def _day(text: str, now: datetime) -> tuple[date | None, int | None]:
    if found := _DAY_OF_MONTH.search(text):
        return _of_month(found, now.date()), None
    if not (found := _DAY.search(text)):
        return None, None
    import dateparser  # a third of a second, for the few who name a day

    settings = {"PREFER_DATES_FROM": "future", "RELATIVE_BASE": now}
    moment = dateparser.parse(found[0], languages=["en", "de", "fr", "es"], settings=settings)
    if moment is None or moment.date() < now.date():
        return None, None
    return moment.date(), moment.hour if re.search(r" \d|:|noon", found[0]) and moment.hour else None


def _of_month(found: "re.Match[str]", today: date) -> date | None:
    """The next day of this number, in the month that was named or the next that has it."""
    import calendar

    names = [name.casefold() for name in calendar.month_name]
    number = int(found[1] or found[3])
    for ahead in range(366):
        day = today + timedelta(days=ahead)
        if day.day == number and (not found[2] or day.month == names.index(found[2].casefold())):
            return day
    return None


def _role(text: str, leaders: Leaders) -> str:
    """The longest known title in the text, or what is built like one."""
    if found := _TITLE.search(text):
        return (found[1] or found[0]).strip()
    spoken = [(match.start(), match.end(), match[0].casefold()) for match in WORD.finditer(text)]
    best = (0, "")
    for title in _titles(leaders):
        wanted = words(title)
        for at in range(len(spoken) - len(wanted) + 1):
            if len(wanted) > best[0] and [one[2] for one in spoken[at : at + len(wanted)]] == wanted:
                best = len(wanted), text[spoken[at][0] : spoken[at + len(wanted) - 1][1]]
    return best[1]


def _titles(leaders: Leaders) -> Iterable[str]:
    yield from leaders.general
    for family in leaders.families.values():
        yield from family.titles


def _name(text: str, role: str) -> str:
    for found in _CALLED.finditer(text):
        name = found["name"]
        if not _DAY.fullmatch(name) and name.casefold() not in words(role) and not name.isupper():
            return name
    return ""


def _about(text: str, role: str) -> str:
    """The wish, without the day and the length of the session."""
    for found in (*_QUOTED.finditer(text), *_ABOUT.finditer(text)):
        wish = found["about"]
        for pattern in (_DAY, _MINUTES, _DAY_OF_MONTH):
            wish = pattern.sub("", wish)
        wish = re.split(r",| for (?=my|our|the|a )| with (?=my|our|the|him|her)", wish)[0]
        wish = re.sub(
            r"\b(?:on|at|for|am|um|le|el|please|pls|bitte)\s*$", "", wish.strip(), flags=re.IGNORECASE
        ).strip()
        if set(content_words(wish)) - _EMPTY - set(words(role)) and words(wish)[0] not in ("that", "about"):
            return wish
    return ""
