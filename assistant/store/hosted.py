"""What a person says to texts being sent to a model elsewhere, and the names that must not go along.

The app asks here before every question; without a person's yes to this very model nothing is sent. Whoever administers
can read neither.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select

from assistant.errors import InputError
from assistant.models.place import hosted_place
from assistant.privacy.roster import MOST_CHARACTERS, Known, Roster, roster_of
from assistant.privacy.sending import Sending
from assistant.roles import Actor, Role
from assistant.settings import Settings
from assistant.store.access import reading, require, writing
from assistant.store.account_tables import HostedChoiceRow, RosterRow
from assistant.store.database import HOUSE, Database
from assistant.store.owned import unreadable
from assistant.store.people_tables import PersonRow
from assistant.store.tables import place

MOST_NAMES = 200
"""Names of one person's own list."""


class HostedChoiceStore:
    """Each person's yes or no to each model. Methods raise `StoreUnavailable` or `StoreDamaged`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def choice(self, actor: Actor, model: str) -> bool | None:
        """What the person said to this model; None: not asked yet, which is no yes."""
        with reading(self._database, actor) as session:
            row = session.get(HostedChoiceRow, (actor.person, model))
            return row.allowed if row else None

    def choose(self, actor: Actor, model: str, allowed: bool) -> None:
        """Keep the person's yes or no, in place of an earlier one."""
        now = datetime.now(UTC)
        with writing(self._database, actor) as session:
            session.merge(HostedChoiceRow(person=actor.person, model=model, allowed=allowed, chosen_at=now))


class RosterStore:
    """The names that a person writes about, sealed under the person's key. Methods raise `StoreError`s."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def names(self, actor: Actor) -> tuple[str, ...]:
        """The person's own list, in its order."""
        with reading(self._database, actor) as session:
            row = session.get(RosterRow, actor.person)
            sealed = row.names if row else None
        if sealed is None:
            return ()
        try:
            found = json.loads(self._database.keys.open(actor.person, place(RosterRow.names, actor.person), sealed))
            return tuple(str(name) for name in found)
        except (ValueError, TypeError):
            raise unreadable("list of names") from None

    def set_names(self, actor: Actor, names: Sequence[str]) -> tuple[str, ...]:
        """Keep this list in place of the one before, without what is no name; returns it as kept.

        Raises `InputError` where it has too many names, or one is too long.
        """
        kept = tuple(dict.fromkeys(known.name for known in roster_of(names).known))
        if len(kept) > MOST_NAMES:
            raise InputError(f"The list has {len(kept):,} names, and {MOST_NAMES} are the most; leave out some.")
        if any(len(name) > MOST_CHARACTERS for name in names):
            raise InputError(f"A name has more than {MOST_CHARACTERS} characters; write one name a line.")
        with writing(self._database, actor) as session:
            sealed = self._database.keys.seal(actor.person, place(RosterRow.names, actor.person), json.dumps(kept))
            session.merge(RosterRow(person=actor.person, names=sealed, changed_at=datetime.now(UTC)))
        return kept

    def roster(self, actor: Actor) -> Roster:
        """The person's own list and, where several people use Eyelevel, the names of all of them.

        The names of others are for replacing them and are never shown.
        """
        own = roster_of(self.names(actor))
        with self._database.read(HOUSE) as session:
            require(session, actor, *Role)
            everyone = session.execute(select(PersonRow.id, PersonRow.name)).all()
        return own | Roster(known=tuple(Known(name=name, id=person) for person, name in everyone))


def sending_for(database: Database, settings: Settings, actor: Actor) -> Sending | None:
    """What a question of this person takes along to a model elsewhere; None: nothing is sent. Raises `StoreError`."""
    where = hosted_place(settings)
    if where is None or HostedChoiceStore(database).choice(actor, where.id) is not True:
        return None
    return Sending(model=where.id, roster=RosterStore(database).roster(actor))
