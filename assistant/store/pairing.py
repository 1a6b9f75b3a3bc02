"""Who may be paired with whom, and which dates and minutes a programme takes: each refusal says why.

The rules behind `ProgrammeStore`, which alone calls them. No message holds a name or a title.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from assistant.errors import InputError
from assistant.roles import Role
from assistant.store.access import has_role
from assistant.store.owned import ID
from assistant.store.people_tables import PersonRow
from assistant.store.reporting import load_line_managers, reports_to

DEFAULT_RETENTION: Final = 365
"""Days after a programme's end; twelve months."""
LONGEST_RETENTION: Final = 3 * 365
"""Notes about people are to be short-lived, so that no programme keeps them for longer than three years."""
LONGEST_PROGRAMME: Final = timedelta(days=5 * 366)
LONGEST_SESSION: Final = 600
"""Minutes."""
_EARLIEST, _LATEST = date(2000, 1, 1), date(2200, 1, 1)
_FURTHEST_AHEAD = timedelta(days=366)
"""A session is planned this far ahead at most."""
_ZONES = timedelta(days=1)
"""It may be tomorrow already where the person is."""


def today() -> date:
    """The date in UTC."""
    return datetime.now(UTC).date()


def verify_dates(starts_on: date, ends_on: date, retention_days: int) -> None:
    """Raise `InputError` for dates in the wrong order, or a retention that is over already or longer than allowed."""
    if not _EARLIEST <= starts_on <= ends_on <= _LATEST or ends_on - starts_on > LONGEST_PROGRAMME:
        raise InputError(
            f"A programme from {starts_on} to {ends_on} cannot be; let it end after it begins, within five years."
        )
    if not 1 <= retention_days <= LONGEST_RETENTION:
        raise InputError(f"Texts cannot be kept for {retention_days} days; choose from 1 to {LONGEST_RETENTION}.")
    if ends_on + timedelta(days=retention_days) < today():
        raise InputError(
            f"The programme ended on {ends_on} and its {retention_days} days of keeping texts are over, so that all of "
            "them would be erased; choose a later end or more days."
        )


def verify_session(held_on: date, minutes_planned: int | None, minutes_held: int | None) -> None:
    """Raise `InputError` for minutes outside 0 to 600, and for a day that cannot be."""
    for what, minutes in (("planned", minutes_planned), ("held", minutes_held)):
        if minutes is not None and not 0 <= minutes <= LONGEST_SESSION:
            raise InputError(f"A session of {minutes} minutes {what} cannot be; give 0 to {LONGEST_SESSION}.")
    if not _EARLIEST <= held_on <= today() + _FURTHEST_AHEAD:
        raise InputError(f"A session on {held_on} cannot be; give a day up to a year ahead.")
    if minutes_held is not None and held_on > today() + _ZONES:
        raise InputError(f"The session on {held_on} is still to come; leave the minutes held empty until then.")


def verify_pair(session: Session, mentor: str, mentee: str) -> None:
    """Raise `InputError`, with the reason, where these two must not be paired."""
    if mentor == mentee:
        raise InputError(f"The person {mentor[:32]!r} cannot be both sides of a pair; choose two people.")
    for person, role in ((mentor, Role.MENTOR), (mentee, Role.MENTEE)):
        _verify_side(session, person, role)
    lines = load_line_managers(session)
    sides = ("mentor", mentor), ("mentee", mentee)
    for (below, person), (above, other) in (sides, sides[::-1]):
        if reports_to(person, other, lines):
            raise InputError(
                f"The {below} {person!r} reports to the {above} {other!r}, directly or further up, and a pair inside "
                "one reporting line cannot speak freely; choose two people who do not report to each other."
            )


def _verify_side(session: Session, person: str, role: Role) -> None:
    row = session.get(PersonRow, person) if ID.fullmatch(person) else None
    if row is None:
        raise InputError(f"There is no person {person[:32]!r}; choose a {role.value} from the list.")
    if row.closed_at is not None:
        raise InputError(f"The account of {person!r} is closed; choose somebody else, or let an administrator open it.")
    if not has_role(session, person, role):
        raise InputError(
            f"The person {person!r} does not have the role of {role.value}; choose somebody else, or let an "
            "administrator grant it."
        )
