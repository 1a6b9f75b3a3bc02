"""Whether a person wants to be reminded in the app, and whether not again today. No text stands here.

The choice is the person's, in whichever role; nobody else can see or change it.
"""

from datetime import UTC, date, datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from assistant.roles import Actor
from assistant.store.access import reading, writing
from assistant.store.database import Database
from assistant.store.people_tables import ReminderChoiceRow

__all__ = ["ReminderChoice", "ReminderStore"]


class ReminderChoice(BaseModel):
    """What a person chose; reminded until somebody says otherwise."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wanted: bool = True
    quiet_until: date | None = None
    """The first day on which there may be a reminder again; `None`: none was put away."""

    def allows(self, today: date) -> bool:
        """Whether there may be a reminder on this day."""
        return self.wanted and (self.quiet_until is None or self.quiet_until <= today)


class ReminderStore:
    """Everyone's choice; safe to call from many threads, and several processes may share one database.

    Every method raises `AccessDenied` for an actor without the role it claims, `StoreUnavailable` or `StoreDamaged`
    where the database fails; what a method has returned from is on disk.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def choice(self, actor: Actor) -> ReminderChoice:
        """What the actor chose."""
        with reading(self._database, actor) as session:
            row = session.get(ReminderChoiceRow, actor.person)
            return ReminderChoice(wanted=row.wanted, quiet_until=row.quiet_until) if row else ReminderChoice()

    def choose(self, actor: Actor, wanted: bool) -> None:
        """Be reminded from now on, or never."""
        with writing(self._database, actor) as session:
            row = _row(session, actor)
            row.wanted, row.quiet_until = wanted, None

    def hush(self, actor: Actor, until: date) -> None:
        """No reminder before this day."""
        with writing(self._database, actor) as session:
            _row(session, actor).quiet_until = until


def _row(session: Session, actor: Actor) -> ReminderChoiceRow:
    row = session.get(ReminderChoiceRow, actor.person, with_for_update=True)
    if row is None:
        row = ReminderChoiceRow(person=actor.person, wanted=True)
        session.add(row)
    row.changed_at = datetime.now(UTC)
    return row
