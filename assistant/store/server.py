"""Makes a PostgreSQL database ready for the app: tables, guards, and the privileges of the user the app signs in as.

Run by `eyelevel database prepare`, as the owner of the tables; the app itself never does. Doing it again changes
nothing, and brings an older database to this version. See `postgres` for what is checked whenever the app opens it.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from assistant.errors import InputError, StoreUnavailable
from assistant.settings import Settings
from assistant.store import postgres, schema
from assistant.store.database import HOUSE_ROLE, parse
from assistant.store.failures import NOT_ALLOWED, VARIABLE, hide_password, translated
from assistant.store.keys import Keyring, open_keyring
from assistant.store.tables import Base

_LOCK = 0x6579656C
"""Number of the lock that lets one `prepare` work at a time."""


class Prepared(NamedTuple):
    """What was done."""

    migrated: bool
    """Whether there was anything to migrate."""
    new_master: Path | None
    """Where the master key is, if it was made now."""


def prepare(settings: Settings, app_role: str) -> Prepared:
    """Migrate as the owner, and let `app_role` work with the tables.

    Raises `InputError` where the address is no server's, and `StoreUnavailable`, with the statement that an
    administrator of the server must run, where the owner may not; what was migrated before that stays so.
    """
    shown, url = hide_password(settings.database), parse(settings.database)
    if url.get_backend_name() == "sqlite":
        raise InputError(f"{VARIABLE} names no server; a database in a file needs no preparation.")
    with translated(shown):
        engine = postgres.connect(url)
        try:
            prepared = _migrate(engine, settings, shown)
            _admit(engine, app_role)
            return prepared
        finally:
            engine.dispose()


def _migrate(engine: Engine, settings: Settings, shown: str) -> Prepared:
    made: list[Path] = []

    def make_keys(store: str) -> Keyring:
        keys = open_keyring(settings, store, new=True)
        made.extend([keys.new_master] if keys.new_master else [])
        return keys

    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
        postgres.speak_for(connection, *HOUSE_ROLE)
        migrated = schema.migrate(connection, shown, make_keys)
    return Prepared(migrated, made[0] if made else None)


def _admit(engine: Engine, app_role: str) -> None:
    """Give the group its privileges, and make the app's user a member of it."""
    quote = engine.dialect.identifier_preparer.quote_identifier
    group, role = quote(postgres.GROUP), quote(app_role)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
        if not _is_role(connection, app_role):
            raise _ask(f"CREATE ROLE {role} LOGIN PASSWORD '…'")
        _check_power(connection, app_role)
        if not _is_role(connection, postgres.GROUP):
            _run(connection, f"CREATE ROLE {group} NOLOGIN")
        for statement in _privileges(group, role):
            _run(connection, statement)
        if not connection.scalar(text("SELECT pg_has_role(:r, :g, 'USAGE')"), {"r": app_role, "g": postgres.GROUP}):
            _run(connection, f"GRANT {group} TO {role}")
        schema_ = connection.scalar(text("SELECT current_schema()"))
        asked = text("SELECT has_schema_privilege(:group, current_schema(), 'USAGE')")
        if not connection.scalar(asked, {"group": postgres.GROUP}):
            _run(connection, f"GRANT USAGE ON SCHEMA {quote(str(schema_))} TO {group}")


def _check_power(connection: Connection, app_role: str) -> None:
    power = postgres.find_power(connection, app_role) or postgres.find_ownership(connection, app_role)
    if power:
        raise StoreUnavailable(
            f"The role {app_role!r} {power}, so that the server would not hold the app to each person's own rows; "
            "name another one, which is neither superuser nor owner nor a member of their roles."
        )


def _privileges(group: str, role: str) -> Iterator[str]:
    """What the app needs and nothing more: no TRUNCATE anywhere, and nothing that rewrites the audit."""
    for table in sorted([*Base.metadata.tables, *postgres.OPEN]):
        yield f'REVOKE ALL ON "{table}" FROM PUBLIC, {role}, {group}'
        if table in postgres.OPEN:
            needed = "SELECT"
        elif table in postgres.APPENDED:
            needed = "SELECT, INSERT"
        else:
            needed = "SELECT, INSERT, UPDATE, DELETE"
        yield f'GRANT {needed} ON "{table}" TO {group}'


def _is_role(connection: Connection, name: str) -> bool:
    return bool(connection.scalar(text("SELECT count(*) FROM pg_roles WHERE rolname = :name"), {"name": name}))


def _run(connection: Connection, statement: str) -> None:
    """Raises `StoreUnavailable` that asks an administrator to run the statement where this user may not."""
    try:
        connection.exec_driver_sql(statement.replace("%", "%%"))
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == NOT_ALLOWED:
            raise _ask(statement) from None
        raise


def _ask(statement: str) -> StoreUnavailable:
    return StoreUnavailable(f"An administrator of the database server must run `{statement};`, then run this again.")
