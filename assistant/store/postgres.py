"""What is particular to PostgreSQL: its addresses, whom a transaction speaks for, and which users are refused.

The server holds each transaction to the rows of the person it speaks for (migration 0005), in case a statement should
ever forget its condition. That binds neither superusers nor, in all things, the owner of the tables; so the app signs
in as another user, whom `server.prepare` gives exactly what it needs, and `verify` refuses any other. It is a second
lock and not the first: whoever can run statements of their own as the app's user can also say whom they speak for.
"""

from typing import NamedTuple

from sqlalchemy import URL, Connection, Engine, bindparam, create_engine, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session

from assistant.errors import StoreUnavailable
from assistant.store.failures import VARIABLE
from assistant.store.schema import find_revision, too_new
from assistant.store.strings import storable
from assistant.store.tables import SCHEMA, VERSION_TABLE, Base

GROUP = "eyelevel_app"
"""The role that holds the app's privileges; the app's own user is a member of it."""
OPEN = frozenset({VERSION_TABLE})
"""Tables that everybody who may connect as the app may read: a number, and nothing of a person."""
APPENDED = frozenset({"audit"})
"""Tables whose rows the app may add and read, and never change or remove."""
PREPARE = "`eyelevel database prepare --app-role NAME` as the owner of the tables"
_DRIVER = "postgresql+psycopg"
_CONNECT_SECONDS = 10
_LOCK_SECONDS = 10
"""How long a call waits for another writer of the same row."""
_SPEAK = text(
    "SELECT set_config('eyelevel.person', :person, true), set_config('eyelevel.role', :role, true),"
    " set_config('lock_timeout', :wait, true)"
)


class _Table(NamedTuple):
    """What the server says of one table, for the user who asks."""

    name: str
    guarded: bool
    owned: bool
    excessive: bool


def connect(url: URL) -> Engine:
    """An engine for the address, with the driver that comes along; nothing is connected yet."""
    if url.get_backend_name() not in ("postgresql", "postgres"):
        create_engine(url)  # names what is wrong with the address, or which driver is missing
        raise ArgumentError(url.get_backend_name())
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername=_DRIVER)
    wait = {} if "connect_timeout" in url.query else {"connect_timeout": _CONNECT_SECONDS}
    return create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args=wait)


def reading(engine: Engine) -> Engine:
    """The same connections for transactions that see one moment and change nothing."""
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def speak_for(to: Session | Connection, person: str, role: str) -> None:
    """Tell the server, until the transaction ends, on whose behalf it runs and how long to wait for a lock.

    A person whose id no database takes is nobody there, and sees nothing.
    """
    person, role = (person, role) if storable(person) == person else ("", "")
    to.execute(_SPEAK, {"person": person, "role": role, "wait": f"{_LOCK_SECONDS}s"})


def verify(connection: Connection, shown: str) -> None:
    """Raise `StoreUnavailable` unless the schema is this version's and the server holds this user to its rows."""
    name = str(connection.scalar(text("SELECT session_user")))
    why = find_power(connection, name) or _find_excess(connection, name)
    if why:
        raise StoreUnavailable(
            f"The database user {name!r} {why}, so that the server would not hold the app to each person's own rows; "
            f"run {PREPARE}, and put NAME into {VARIABLE}."
        )
    revision = find_revision(connection)
    if revision is not None and revision > SCHEMA:
        raise too_new(shown, revision)
    if revision != SCHEMA:
        has = "no tables of Eyelevel" if revision is None else f"schema {revision!r}"
        raise StoreUnavailable(f"The database {shown!r} has {has}, this version needs {SCHEMA!r}; run {PREPARE}.")
    bare = [table.name for table in _tables(connection, name) if not table.guarded]
    if bare:
        raise StoreUnavailable(f"Row-level security is off for the table {bare[0]!r} of {shown!r}; run {PREPARE}.")


def find_power(connection: Connection, role: str) -> str | None:
    """What puts this role above row-level security, by itself or through another that it is a member of."""
    asked = "SELECT bool_or(rolsuper OR rolbypassrls) FROM pg_roles WHERE pg_has_role(:role, oid, 'MEMBER')"
    return "is above row-level security" if connection.scalar(text(asked), {"role": role}) else None


def find_ownership(connection: Connection, role: str) -> str | None:
    """That this role owns a table, or may act for who does."""
    return "owns the tables" if any(table.owned for table in _tables(connection, role)) else None


def _find_excess(connection: Connection, role: str) -> str | None:
    excess = any(table.excessive for table in _tables(connection, role))
    return find_ownership(connection, role) or ("may empty tables or rewrite the audit" if excess else None)


def _tables(connection: Connection, role: str) -> list[_Table]:
    """Those of Eyelevel's tables that are there, but for the number of the schema."""
    asked = text(
        "SELECT relname, relrowsecurity AND relforcerowsecurity, pg_has_role(:role, relowner, 'MEMBER'),"
        " has_table_privilege(:role, oid, 'TRUNCATE')"
        " OR relname IN :appended AND has_table_privilege(:role, oid, 'UPDATE, DELETE')"
        " FROM pg_class WHERE relkind = 'r' AND pg_table_is_visible(oid) AND relname IN :names ORDER BY relname"
    ).bindparams(bindparam("names", expanding=True), bindparam("appended", expanding=True))
    names = {"names": sorted(Base.metadata.tables), "appended": sorted(APPENDED)}
    return [_Table(*row) for row in connection.execute(asked, {"role": role, **names})]
