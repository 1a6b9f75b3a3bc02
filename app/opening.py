"""Opens the database for the commands and the pages, and says once where the master key is that this made."""

import sys
from typing import TYPE_CHECKING

from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.store.database import Database


def open_database(settings: Settings) -> "Database":
    """The database. Raises `StoreError`. A new master key is told on standard error, in one line."""
    from assistant.store.database import Database

    database = Database(settings)
    if database.new_master:
        sys.stderr.write(
            f"What people write is sealed from now on; the keys are in {str(database.new_master.parent)!r}, the master "
            f"key in {database.new_master.name!r}. If they are lost, nobody can read it any more: keep a copy of that "
            "folder in a safe place, apart from backups of the database.\n"
        )
        sys.stderr.flush()
    return database
