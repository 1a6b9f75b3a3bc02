"""A real PostgreSQL server for the tests: in a folder of its own, on loopback, gone afterwards."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import sql

from assistant.settings import Settings
from assistant.store.server import prepare
from assistant.store.tables import Base

ADMINISTRATOR, OWNER, APP = "administrator", "eyelevel_owner", "eyelevel_service"
"""Users of the server: its superuser, whoever owns Eyelevel's tables, and the one the app signs in as."""
_START_SECONDS = 60
README = Path(__file__).resolve().parents[2] / "README.md"


def find_programs() -> Path | None:
    """Folder of `initdb` and `postgres`, the newest where there are several."""
    on_path = shutil.which("initdb")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return Path(on_path).resolve().parent if on_path else (found[-1].parent if found else None)


class Server:
    """A running server; `url` gives an address, `execute` runs a statement as its superuser."""

    def __init__(self, port: int, password: str) -> None:
        self._port, self._password = port, password

    def url(self, user: str, database: str = "eyelevel") -> str:
        """Address as an administrator would write it, without a driver's name."""
        return f"postgresql://{user}:{self._password}@127.0.0.1:{self._port}/{database}"

    def connect(self, user: str = ADMINISTRATOR, database: str = "eyelevel") -> "psycopg.Connection[Any]":
        """A plain connection, each statement its own transaction."""
        return psycopg.connect(self.url(user, database), autocommit=True, connect_timeout=10)

    def execute(self, statement: str, user: str = ADMINISTRATOR, database: str = "eyelevel") -> list[Any]:
        """Rows of one statement, in a connection of its own."""
        with self.connect(user, database) as connection:
            found = connection.execute(statement.encode())
            return found.fetchall() if found.description else []

    def with_password(self, statement: str) -> str:
        """A statement of the README, whose passwords are "…"."""
        return statement.replace("…", self._password)

    def make_user(self, name: str, options: str = "") -> None:
        """A user with the tests' password."""
        made = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {} {}")
        with self.connect(database="postgres") as connection:
            connection.execute(made.format(sql.Identifier(name), sql.Literal(self._password), sql.SQL(options)))  # type: ignore[arg-type]

    def make_database(self, name: str, owner: str) -> None:
        """An empty database."""
        with self.connect(database="postgres") as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*map(sql.Identifier, (name, owner))))


class Company:
    """A server on which the README's own statements were run, and then `prepare`."""

    def __init__(self, server: Server) -> None:
        self.server = server
        for statement in _statements_of_readme():
            server.execute(server.with_password(statement), database="postgres")
        self.url = server.url(APP)
        """Address for the app."""
        prepare(Settings(database_url=server.url(OWNER)), APP)

    def empty(self) -> None:
        """Another database to the app: no rows, another id, and so other keys."""
        tables = ", ".join(f"'{name}'" for name in Base.metadata.tables)
        store = uuid4().hex
        with self.server.connect() as connection, connection.transaction():
            connection.execute("SET LOCAL session_replication_role = replica")  # in whatever order, no references
            for (name,) in connection.execute(f"SELECT relname FROM pg_class WHERE relname IN ({tables})").fetchall():
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
            connection.execute("INSERT INTO meta VALUES ('store', %s)", (store,))
        (Settings().keys / store).mkdir(mode=0o700)


@contextmanager
def running_server(programs: Path) -> Iterator[Server]:
    """Start a server and stop it at the end; as another user where the tests run as root, which it refuses."""
    folder, password = Path(tempfile.mkdtemp(prefix="eyelevel-pg-")), secrets.token_hex(8)
    user = _user()
    process: subprocess.Popen[bytes] | None = None
    try:
        (folder / "password").write_text(password, encoding="ascii")
        for path in (folder, folder / "password"):
            if user:
                shutil.chown(path, user.pw_uid, user.pw_gid)
        _initialise(programs, folder, user)
        port = _free_port()
        process = _start(programs, folder, port, user)
        server = Server(port, password)
        _await(server, process, folder)
        yield server
    finally:
        if process:
            process.send_signal(signal.SIGINT)  # with the polite signal it waits for every client
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _statements_of_readme() -> list[str]:
    section = README.read_text(encoding="utf-8").split("\n## For a company: PostgreSQL\n")[1]
    block = section.split("```")[1]
    return [line.split(";")[0] for line in block.splitlines() if line.strip()]


def _user() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def _as(user: pwd.struct_passwd | None) -> dict[str, Any]:
    return {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _initialise(programs: Path, folder: Path, user: pwd.struct_passwd | None) -> None:
    options = ["--auth=scram-sha-256", f"--username={ADMINISTRATOR}", f"--pwfile={folder / 'password'}"]
    options += ["--encoding=UTF8", "--no-locale", "--no-sync", "--no-instructions"]
    command = [str(programs / "initdb"), f"--pgdata={folder / 'data'}", *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False, **_as(user))
    assert done.returncode == 0, done.stderr


def _start(programs: Path, folder: Path, port: int, user: pwd.struct_passwd | None) -> "subprocess.Popen[bytes]":
    settings = {"port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": folder}
    settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": 60}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    command = [str(programs / "postgres"), "-D", str(folder / "data"), *options]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, **_as(user))


def _await(server: Server, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while True:
        try:
            server.execute("SELECT 1", database="postgres")
            return
        except psycopg.OperationalError:
            log = (folder / "log").read_text(errors="replace")
            assert process.poll() is None and time.monotonic() < until, f"PostgreSQL does not start: {log}"
            time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
