"""Copies a server's database into a backup's file and back: every table, row by row, at one moment.

Not by `pg_dump`. A backup of a server is the same kind of file as one of SQLite: it carries the same digest, is tried
out in the same way before anything changes, and can be put into either, so that a company can move from a file to a
server. The app's own user can make it, no program of the right version is needed and no password is handed to one.
Putting it back replaces rows and never tables, so that row-level security and privileges stay as `prepare` made them.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Table, create_engine, func, insert, select, text, update
from sqlalchemy.orm import Session

from assistant.errors import InputError, StoreUnavailable
from assistant.store import erasure, postgres, schema
from assistant.store.content import write_note
from assistant.store.database import HOUSE_ROLE
from assistant.store.failures import VARIABLE, hide_password
from assistant.store.files import sync_file
from assistant.store.keys import Keyring
from assistant.store.people_tables import PersonRow
from assistant.store.tables import SCHEMA, VERSION_TABLE, Base, UtcDateTime

_AT_ONCE = 1_000
"""Rows in memory at a time."""
_PASSING = frozenset({"attempts", "sign_ins", "invitations"})
"""Tables of which nobody misses a row: people sign in again, or are invited again."""


def save_server(url: URL, target: Path) -> None:
    """Everything on the server at one moment, in an empty file, as a backup; others go on reading and writing.

    Raises `StoreUnavailable` where the server has no tables of this version.
    """
    with _connected(postgres.reading(postgres.connect(url))) as connection:
        _verify_schema(connection, url)
        _save(connection, target)


def load_into_server(url: URL, source: Path, keys: Keyring, former: Path, made_at: datetime, *, replace: bool) -> None:
    """Put what a tried-out file holds in place of everything on the server, in one transaction.

    Others wait meanwhile. What was there before is in the file `former` when it returns, and what was erased since is
    erased again. Raises, with nothing changed: `InputError` where something on the server is newer than `made_at`,
    unless `replace`; `StoreUnavailable` for a user who does not own the tables or a server that is not prepared.
    """
    with _connected(postgres.connect(url)) as connection:
        _verify_schema(connection, url)
        _verify_owner(connection)
        tables = ", ".join(f'"{name}"' for name in sorted(Base.metadata.tables))
        connection.exec_driver_sql(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE")
        newer = () if replace else _find_newer(connection, made_at)
        if newer:
            raise InputError(
                f"Since the backup was made, the database was written to ({', '.join(newer)}); add `--replace` to put "
                "the backup in its place all the same. Nothing was changed."
            )
        _save(connection, former)
        connection.exec_driver_sql(f"TRUNCATE {tables}")
        with _connected_file(source) as file:
            _copy(file, connection)
        with Session(connection) as session:
            erasure.replay(session, keys)
            session.commit()


@contextmanager
def _connected(engine: Any) -> Iterator[Connection]:
    """A transaction that speaks for the house."""
    try:
        with engine.begin() as connection:
            postgres.speak_for(connection, *HOUSE_ROLE)
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _connected_file(path: Path) -> Iterator[Connection]:
    engine = create_engine(f"sqlite:///{path}", hide_parameters=True)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _save(server: Connection, target: Path) -> None:
    with _connected_file(target) as file:
        Base.metadata.create_all(file)
        file.exec_driver_sql(f"CREATE TABLE {VERSION_TABLE} (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        file.exec_driver_sql(f"INSERT INTO {VERSION_TABLE} VALUES (?)", (SCHEMA,))
        _copy(server, file)
    with closing(sqlite3.connect(target)) as written:
        write_note(written)
    sync_file(target)


def _copy(source: Connection, target: Connection) -> None:
    """All rows of all tables; whom a person reports to only when everybody is there."""
    people: Table = PersonRow.__table__  # type: ignore[assignment]
    for table in Base.metadata.sorted_tables:
        for rows in _batches(source, table):
            target.execute(insert(table), [{**row, "line_manager": None} for row in rows] if table is people else rows)
    reporting = source.execute(select(people.c.id, people.c.line_manager).where(people.c.line_manager.is_not(None)))
    for person, above in reporting.tuples():
        target.execute(update(people).where(people.c.id == person).values(line_manager=above))


def _batches(source: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    with source.execute(select(table).execution_options(yield_per=_AT_ONCE)) as found:
        for rows in found.mappings().partitions():
            yield [dict(row) for row in rows]


def _verify_schema(connection: Connection, url: URL) -> None:
    revision = schema.find_revision(connection)
    if revision != SCHEMA:
        shown = hide_password(url.render_as_string(hide_password=True))
        has = "no tables of Eyelevel" if revision is None else f"schema {revision!r}"
        raise StoreUnavailable(
            f"The database {shown!r} has {has}, this version needs {SCHEMA!r}; run {postgres.PREPARE}."
        )


def _verify_owner(connection: Connection) -> None:
    user = str(connection.scalar(text("SELECT session_user")))
    if not postgres.find_ownership(connection, user):
        raise StoreUnavailable(
            f"The database user {user!r} does not own the tables and may not replace what is in them; put the owner's "
            f"address into {VARIABLE} for this command, as for `eyelevel database prepare`. Nothing was changed."
        )


def _find_newer(connection: Connection, made_at: datetime) -> tuple[str, ...]:
    """Tables with something that was written after the backup, and how many such rows each has."""
    found = []
    for table in Base.metadata.sorted_tables:
        times = [column for column in table.c if isinstance(column.type, UtcDateTime)]
        if times and table.name not in _PASSING:
            latest = func.greatest(*times) if len(times) > 1 else times[0]
            count = connection.scalar(select(func.count()).select_from(table).where(latest > made_at))
            found += [f"{count} in {table.name!r}"] if count else []
    return tuple(found)
