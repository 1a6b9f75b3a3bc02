"""Reporting lines: who reports to whom, directly or further up. A pair must not stand inside one.

Only what is in `people` is known: a line through somebody who was never added, or was erased, ends there.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.store.people_tables import PersonRow

LineManagers = Mapping[str, str | None]
"""Each person's line manager, by ids."""


def load_line_managers(session: Session) -> LineManagers:
    """Of everybody, with closed accounts: a line goes through them as well."""
    return dict(session.execute(select(PersonRow.id, PersonRow.line_manager)).tuples().all())


def reports_to(person: str, other: str, line_managers: LineManagers) -> bool:
    """Whether `other` is the line manager of `person`, or stands further up."""
    return other in _line_above(person, line_managers)


def _line_above(person: str, line_managers: LineManagers) -> Iterator[str]:
    """The line manager, theirs, and so on; each once, so that a circle ends as well."""
    passed, above = set[str](), line_managers.get(person)
    while above is not None and above not in passed:
        passed.add(above)
        yield above
        above = line_managers.get(above)
