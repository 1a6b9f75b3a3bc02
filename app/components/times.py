"""Moments in words. Pure."""

from datetime import UTC, datetime, timedelta


def ago(moment: datetime) -> str:
    """The time since, in words; older than a week as a date."""
    passed = datetime.now(UTC) - moment
    if passed < timedelta(minutes=1):
        return "just now"
    if passed < timedelta(hours=1):
        return _count(passed // timedelta(minutes=1), "minute")
    if passed < timedelta(days=1):
        return _count(passed // timedelta(hours=1), "hour")
    if passed < timedelta(days=7):
        return _count(passed // timedelta(days=1), "day")
    return f"{moment.day} {moment:%B %Y}"


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'} ago"
