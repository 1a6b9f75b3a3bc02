"""What a command takes along to a model that is not on this machine: the yes that was given on the screen."""

import sys
from contextlib import closing

from assistant.models.place import hosted_place
from assistant.privacy.sending import Sending
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings


def personal_sending(settings: Settings) -> Sending | None:
    """The yes of whoever uses this machine alone; without it a line says where to give it. Raises `StoreError`."""
    place = hosted_place(settings)
    if place is None:
        return None
    from app.opening import open_database
    from assistant.store.hosted import sending_for

    with closing(open_database(settings)) as database:
        found = sending_for(database, settings, Actor(person=PERSONAL, role=Role.MENTOR))
    if found is None:
        sys.stderr.write(f"Nothing is sent to {place.name}; allow it on the page “What others see” first.\n")
    return found
