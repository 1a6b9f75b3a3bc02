"""One open database: the engine, its transactions, its health and its keys. Knows nothing of what is stored."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Connection, Engine, create_engine, make_url, select
from sqlalchemy.exc import ArgumentError
from sqlalchemy.exc import TimeoutError as WaitedTooLong
from sqlalchemy.orm import Session

from assistant.errors import StoreError
from assistant.events import log
from assistant.roles import Actor
from assistant.settings import Settings
from assistant.store import account_tables, erasure, former, people_tables, postgres, schema, sqlite, theme_tables
from assistant.store.failures import damaged, failure, hide_password, translated
from assistant.store.keys import Keyring, open_keyring
from assistant.store.line import Line
from assistant.store.tables import Base, MetaRow

TABLES = (account_tables, people_tables, theme_tables)
"""Imported here, because the tables of texts refer to them."""
_CHECKED_BYTES = 32 * 2**20
"""A file up to this size is checked page by page at opening (about 50 ms); a larger one by `doctor` alone."""
_LINES: dict[str, Line] = {}
"""One line of writers for each address: the stores of this process that share a file stand in the same one."""
LINE_SECONDS = 30.0
"""How long a writer stands in line. Fifty people who ask at once on two busy cores wait up to 10 s."""


class House:
    """Whoever runs the machine, for work that concerns everybody: purge, integrity, backup. No page acts as this."""


HOUSE: Final = House()
HOUSE_ROLE: Final = ("", "house")
"""Person and role that a server is told for the house; no `Role` is called so."""
PERSONAL_MODE: Final = "personal_mode"
"""In `Session.info`: whether the settings say that one person sits at this machine and nobody signs in."""
Who = Actor | House
"""On whose behalf a transaction runs; a database server holds it to that as well, row by row."""


class Database:
    """A database that was checked and migrated; safe to use from many threads and beside other processes.

    A file is migrated here; a server is by `server.prepare` alone, because the app's user may not. Every failure
    leaves as `StoreUnavailable` or `StoreDamaged`, a row that a server keeps from whom it was asked for as
    `AccessDenied`; no message holds a stored text or a password.
    """

    keys: Keyring
    """What seals the texts in it."""
    new_master: Path | None = None
    """Where the master key is, if this opening made it."""

    def __init__(self, settings: Settings) -> None:
        address = settings.database
        url = parse(address)
        self._is_sqlite = url.get_backend_name() == "sqlite"
        self._info = {PERSONAL_MODE: settings.sign_in == "personal"}
        self._line = _LINES.setdefault(address, Line())
        self._shown = url.database if self._is_sqlite and url.database else hide_password(address)
        """How messages name the database."""
        self._copied_as = former.base_of(settings, url.database if self._is_sqlite else None)
        with translated(self._shown):
            self._engine = self._connect(url)
            self._reader = self._engine if self._is_sqlite else postgres.reading(self._engine)
            self._writer = self._engine.execution_options(**{sqlite.WRITES: True})
            self._prepare(settings)

    @contextmanager
    def read(self, who: Who) -> Iterator[Session]:
        """A session that sees one moment of the database, as far as `who` may."""
        with translated(self._shown), Session(self._reader, info=self._info) as session, session.begin():
            self._speak_for(session, who)
            yield session

    @contextmanager
    def write(self, who: Who) -> Iterator[Session]:
        """A session whose changes are on disk when the block ends, or undone when it raises."""
        with (
            translated(self._shown),
            self._place_in_line(),
            Session(self._writer, info=self._info) as session,
            session.begin(),
        ):
            self._speak_for(session, who)
            yield session

    def note_erasure(self, session: Session) -> None:
        """Called in the transaction that really deletes rows, so that `remove_traces` has work to do."""
        if self._is_sqlite:
            sqlite.note_erasure(session.connection())

    def remove_traces(self, wait_seconds: float = 0.0) -> bool:
        """Remove what erased rows leave behind: in the file and its log, and in the copies that a restore has left.

        A server cleans its own files by itself, in time. False where another program was in the way all the time, and
        the rest falls to the next call.
        """
        deadline = time.monotonic() + wait_seconds
        while True:
            with translated(self._shown), self._place_in_line():
                complete = sqlite.remove_traces(self._engine) if self._is_sqlite else True
                complete &= former.erase_in_copies(self._copied_as, self.keys)
            if complete or time.monotonic() > deadline:
                log("traces_removed", complete=complete)
                return complete
            time.sleep(0.1)

    def finish_erasures(self, *, sweep: bool = False) -> int:
        """Erase again what an older copy of the database brought back; how many rows. At each opening.

        `sweep`: also what a call that was under way has left of somebody who was erased meanwhile.
        """
        with self.read(HOUSE) as session:
            behind = erasure.is_behind(session, self.keys)
        if not (behind or sweep):
            return 0
        with self.write(HOUSE) as session:
            erased = erasure.replay(session, self.keys, sweep=sweep)
            if erased:
                self.note_erasure(session)
        self.remove_traces()
        return erased

    def check(self) -> str | None:
        """`None`, or one plain line about what is wrong; reads the whole file, or asks the server about its guards."""
        try:
            with translated(self._shown):
                self._verify("integrity_check")
            with self.read(HOUSE) as session:
                for table in Base.metadata.sorted_tables:
                    session.execute(select(table).limit(0))  # a name that was changed is no damage to SQLite
        except StoreError as error:
            return str(error)
        return None

    def close(self) -> None:
        """Give the connections back; the last program to close also empties SQLite's write-ahead log."""
        self._engine.dispose()

    def _speak_for(self, session: Session, who: Who) -> None:
        """Tell the server for this transaction; SQLite has no row security, only the stores' own conditions."""
        if not self._is_sqlite:
            person, role = (who.person, who.role.value) if isinstance(who, Actor) else HOUSE_ROLE
            postgres.speak_for(session, person, role)

    @contextmanager
    def _place_in_line(self) -> Iterator[None]:
        """One writer a process: SQLite's own waiting is by chance, which leaves some of many threads waiting for ever.

        A database server has a better way, and no line here.
        """
        if not self._is_sqlite:
            yield
            return
        if not self._line.enter(LINE_SECONDS):
            raise WaitedTooLong("another thread is writing")
        try:
            yield
        finally:
            self._line.leave()

    def _connect(self, url: URL) -> Engine:
        if not self._is_sqlite:
            return postgres.connect(url)
        sqlite.prepare_file(url)
        engine = create_engine(url, hide_parameters=True, connect_args={"timeout": sqlite.WAIT_SECONDS})
        sqlite.configure(engine)
        return engine

    def _prepare(self, settings: Settings) -> None:
        """Check before migrating: a damaged file is better left as it is.

        A database that may only be read fails here and not at the first question; so does one without its keys.
        """
        try:
            self._verify("quick_check", _CHECKED_BYTES)
            with self._writer.begin() as connection:
                changed = self._migrate(connection, settings)
                store = connection.scalar(select(MetaRow.value).where(MetaRow.name == "store"))
            self.keys = open_keyring(settings, str(store), new=False)
            if changed:
                self.remove_traces()
            self.finish_erasures()
        except BaseException:
            self._engine.dispose()
            raise

    def _migrate(self, connection: Connection, settings: Settings) -> bool:
        if self._is_sqlite:
            return schema.migrate(connection, self._shown, lambda store: self._make_keys(settings, store))
        postgres.speak_for(connection, *HOUSE_ROLE)
        return False

    def _make_keys(self, settings: Settings, store: str) -> Keyring:
        keys = open_keyring(settings, store, new=True)
        self.new_master = keys.new_master
        return keys

    def _verify(self, pragma: str, largest: int | None = None) -> None:
        """Raise `StoreDamaged` where SQLite finds damage; a larger file than `largest` bytes is not searched.

        On a server: raise `StoreUnavailable` where the app's user is not held to each person's rows.
        """
        with self._engine.begin() as connection:
            if not self._is_sqlite:
                postgres.verify(connection, self._shown)
            elif largest is None or sqlite.file_bytes(connection) <= largest:
                found = sqlite.find_damage(connection.exec_driver_sql, pragma)
                if found:
                    raise damaged(self._shown, found)


def parse(address: str) -> URL:
    """The address in its parts. Raises `StoreUnavailable`, without the password."""
    try:
        return make_url(address)
    except (ArgumentError, ValueError) as error:
        raise failure(hide_password(address), ArgumentError()) from error
