"""Until when, as a note says it: "by Friday", "bis zum 14. November", "mañana". Pure; today comes from outside."""

import re
from datetime import date, timedelta
from typing import Final

_WEEKDAYS: Final = (
    ("monday", "mon", "montag", "lundi", "lunes"),
    ("tuesday", "tues", "tue", "dienstag", "mardi", "martes"),
    ("wednesday", "wed", "mittwoch", "mercredi", "miércoles"),
    ("thursday", "thurs", "thu", "donnerstag", "jeudi", "jueves"),
    ("friday", "fri", "freitag", "vendredi", "viernes"),
    ("saturday", "sat", "samstag", "samedi", "sábado"),
    ("sunday", "sun", "sonntag", "dimanche", "domingo"),
)
_MONTHS: Final = (
    ("january", "jan", "januar", "janvier", "enero"),
    ("february", "feb", "februar", "février", "febrero"),
    ("march", "mar", "märz", "mars", "marzo"),
    ("april", "apr", "avril", "abril"),
    ("may", "mai", "mayo"),
    ("june", "jun", "juni", "juin", "junio"),
    ("july", "jul", "juli", "juillet", "julio"),
    ("august", "aug", "août", "agosto"),
    ("september", "sept", "sep", "septembre", "septiembre"),
    ("october", "oct", "okt", "oktober", "octobre", "octubre"),
    ("november", "nov", "novembre", "noviembre"),
    ("december", "dec", "dez", "dezember", "décembre", "diciembre"),
)
_WEEKDAY = {name: at for at, names in enumerate(_WEEKDAYS) for name in names}
_MONTH = {name: at for at, names in enumerate(_MONTHS, start=1) for name in names}
_BEFORE = (
    r"(?:by|on|until|till|before|for|from|this|next|bis|am|ab|zum|bis zum|vor|avant|d'ici|le|dès|antes "
    r"del?|el|para el|hasta el)"
)
_DAY = rf"(?P<weekday>{'|'.join(sorted(_WEEKDAY, key=len, reverse=True))})s?"
_NEXT = r"(?P<next>(?:next|nächsten?|prochaine?|próximo) )?"
_DATE = (
    rf"(?:the |den |le |el )?(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.|er)?(?: (?:of |de "
    rf")?(?P<month>{'|'.join(sorted(_MONTH, key=len, reverse=True))})\b)?"
)
_FULL = re.compile(rf"\b{_BEFORE} (?:zum |dem )?{_NEXT}{_DAY}\b", re.IGNORECASE)
_DAY_OF_MONTH = re.compile(
    rf"\b(?:{_BEFORE}) {_DATE}(?![\d:/h]|\s?(?:people|%|min|o'clock|uhr|euros?|years?|times))", re.IGNORECASE
)
_NAMED = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)? (?:of |de "
    rf")?(?P<month>{'|'.join(sorted(_MONTH, key=len, reverse=True))})\b",
    re.IGNORECASE,
)
_NEAR: Final = (
    (re.compile(r"\b(?:tomorrow|morgen früh|demain|mañana)\b", re.IGNORECASE), 1),
    (re.compile(r"\b(?:this week|diese woche|cette semaine|esta semana)\b", re.IGNORECASE), 5),
    (
        re.compile(
            r"\b(?:next week|nächste woche|la semaine prochaine|la próxima semana|la semana que viene)\b", re.IGNORECASE
        ),
        9,
    ),
    (
        re.compile(
            r"\b(?:in two weeks|in a fortnight|in zwei wochen|dans deux semaines|en dos semanas)\b", re.IGNORECASE
        ),
        14,
    ),
)
_TAIL = re.compile(
    rf"[,;]?\s+(?:(?:not later than|at the latest )?{_BEFORE} (?:zum |dem )?(?:next |nächsten? "
    rf")?(?:{'|'.join(sorted(_WEEKDAY, key=len, reverse=True))}|the \d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}(?:st|nd|"
    rf"rd|th|\.)?(?: \w+)?)"
    rf"|tomorrow|this week|next week|next time|till next time)\.?$",
    re.IGNORECASE,
)
FARTHEST: Final = 120
"""Days; a date that would be further away is taken for something else."""


def find_day(text: str, today: date) -> date | None:
    """The first day named in a text that lies ahead of `today`, at most `FARTHEST` days; None without one."""
    found: list[tuple[int, date]] = []
    for match in _FULL.finditer(text):
        wanted = _WEEKDAY[match["weekday"].lower()]
        found.append((match.start(), today + timedelta((wanted - today.weekday() - 1) % 7 + 1)))
    for match in (*_DAY_OF_MONTH.finditer(text), *_NAMED.finditer(text)):
        if day := _of_month(int(match["day"]), match["month"], today):
            found.append((match.start(), day))
    for pattern, days in _NEAR:
        if near := pattern.search(text):
            found.append((near.start(), today + timedelta(days)))
    ahead = [(at, day) for at, day in found if 0 < (day - today).days <= FARTHEST]
    return min(ahead)[1] if ahead else None


def without_day(text: str) -> str:
    """The text without a day at its end."""
    return _TAIL.sub("", text)


def _of_month(day: int, name: str | None, today: date) -> date | None:
    """The next such day of the month, of this one or the next where none is named."""
    months = [_MONTH[name.lower()]] if name else [today.month, today.month % 12 + 1]
    found = [made for month in months for year in (today.year, today.year + 1) if (made := _date(year, month, day))]
    return min((one for one in found if one > today), default=None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
