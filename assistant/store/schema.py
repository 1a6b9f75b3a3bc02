"""Brings a database to the schema of this version; refuses one that a newer version wrote."""

import threading
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from assistant.errors import StoreUnavailable
from assistant.store.failures import VARIABLE
from assistant.store.keys import Keyring
from assistant.store.tables import SCHEMA, VERSION_TABLE

MIGRATIONS = Path(__file__).with_name("migrations")
_ONE_AT_A_TIME = threading.Lock()
"""Alembic keeps the running migration in module globals."""


MakeKeys = Callable[[str], Keyring]
"""Makes the keys of the database with this id, which holds nothing sealed yet."""


def migrate(connection: Connection, database: str, make_keys: MakeKeys) -> bool:
    """Run what is missing within the caller's transaction, all or nothing; whether there was anything.

    Another process waits and finds it done. Raises `StoreUnavailable` where the schema is unknown; `database`: the
    address as shown. Alembic is imported only where there is work for it, because that takes longer than opening.
    """
    revision = find_revision(connection)
    if revision == SCHEMA:
        connection.execute(text(f"DELETE FROM {VERSION_TABLE} WHERE 1 = 0"))  # changes nothing, fails if read-only
        return False
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config(attributes={"connection": connection, "make_keys": make_keys})
    config.set_main_option("path_separator", "os")
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in known:
        raise too_new(database, revision)
    with _ONE_AT_A_TIME:
        command.upgrade(config, "head")
    return True


def find_revision(connection: Connection) -> str | None:
    """The schema that a database has; None where it has no tables of ours."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()
    return None if found is None else str(found)


def too_new(database: str, revision: str) -> StoreUnavailable:
    """The error for a schema that this version does not know."""
    fix = f"update Eyelevel, or set {VARIABLE} to another database"
    return StoreUnavailable(f"The database {database!r} was written by a newer Eyelevel (schema {revision!r}); {fix}.")
