"""A backup of a PostgreSQL database, by PostgreSQL's own `pg_dump`."""

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import URL

from assistant.errors import StoreUnavailable
from assistant.store.database import HOUSE_ROLE

LONGEST_SECONDS = 3600


def write(url: URL, target: Path) -> None:
    """Dump everything into a file of PostgreSQL's custom format, and check that it can be listed.

    Row security stays on, and the dump speaks for the house. Raises `StoreUnavailable` where `pg_dump` is not
    installed or fails.
    """
    address = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    person, role = HOUSE_ROLE
    environment = {**os.environ, "PGOPTIONS": f"-c eyelevel.person={person} -c eyelevel.role={role}"}
    if url.password:
        environment["PGPASSWORD"] = str(url.password)
    _run(
        ["pg_dump", "--format=custom", "--enable-row-security", "--no-owner", f"--file={target}", address], environment
    )
    _run(["pg_restore", "--list", str(target)], environment)


def _run(command: list[str], environment: dict[str, str]) -> None:
    if shutil.which(command[0]) is None:
        raise StoreUnavailable(
            f"The program {command[0]!r} is not installed; install PostgreSQL's client programs, as new as the server."
        )
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=LONGEST_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise StoreUnavailable(f"{command[0]!r} was not done after an hour; run it by hand.") from None
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[0].rstrip(".")
        raise StoreUnavailable(f"The backup was not made ({said}); check the server and {command[0]!r}.")
