"""Turns what a database driver raises into one clear line: what failed, which database, and how to fix it."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InvalidRequestError,
    NoSuchModuleError,
    SQLAlchemyError,
    TimeoutError,
)

from assistant.errors import AccessDenied, StoreDamaged, StoreError, StoreUnavailable

_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_DAMAGED_EXTENDED = {sqlite3.SQLITE_IOERR_SHORT_READ}
_NAME_LOST = ("no such table", "no such column")
"""What SQLite says where a name in the file was changed: the version is looked at before any table is."""
_ADVICE = {
    sqlite3.SQLITE_FULL: ("the disk is full", "free some space; what was saved before is safe"),
    sqlite3.SQLITE_READONLY: ("it may not be written", "allow writing to the file and its folder, or set {variable}"),
    sqlite3.SQLITE_CANTOPEN: ("the file cannot be opened", "allow writing to its folder, or set {variable}"),
    sqlite3.SQLITE_BUSY: ("another program has held it for seconds", "try again, or close that program"),
    sqlite3.SQLITE_LOCKED: ("another program has held it for seconds", "try again, or close that program"),
    sqlite3.SQLITE_IOERR: ("the disk reports an error", "check the disk and its free space"),
}
_BUSY = {"55P03", "40P01", "40001"}
"""A server's codes for a lock that was not to be had, a deadlock and a conflict."""
NOT_ALLOWED = "42501"
"""A server's code for a missing privilege and for a row that row-level security keeps."""
_TAKEN = "23505"
"""A server's code for a second row where there may be one."""
_VALUE = ("22", "23")
"""Classes of codes whose words may repeat a stored value."""
VARIABLE = "EYELEVEL_DATABASE_URL"


@contextmanager
def translated(database: str) -> Iterator[None]:
    """Raise `StoreDamaged` or `StoreUnavailable` for every failure of the database; `database`: its shown address."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, ImportError, OSError, ValueError) as error:
        raise failure(database, error) from error


def failure(database: str, error: Exception) -> StoreError:
    """The error to raise for one that a driver or the file system raised."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    if isinstance(cause, ValueError) or "decode to UTF-8" in str(cause):
        return damaged(database, "a stored value cannot be read")  # the cause's own words may hold that value
    if isinstance(cause, sqlite3.Error):
        return _sqlite_failure(database, cause)
    code = getattr(cause, "sqlstate", None) or ""
    if code == NOT_ALLOWED and "row-level security" in str(cause):
        return AccessDenied("The database keeps this from whom it was asked for; choose something of your own.")
    what, fix = _explain_code(code) or _explain(cause)
    return StoreUnavailable(f"The database {database!r} cannot be used: {what}; {fix}.")


def damaged(database: str, why: str) -> StoreDamaged:
    """The error for a corrupt database; nothing is repaired or thrown away on its own."""
    fix = "put a backup in its place, or move the file away to begin with an empty one"
    return StoreDamaged(f"The database {database!r} is damaged ({why}); {fix}.")


def hide_password(address: str) -> str:
    """An address as it may be shown, also where it cannot be parsed; options are left out, as they may hold one too."""
    return re.sub(r"(://[^:/@]*):.*@", r"\1:***@", address).split("?")[0]


def _sqlite_failure(database: str, error: sqlite3.Error) -> StoreError:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    if code & 0xFF in _DAMAGED or code in _DAMAGED_EXTENDED or str(error).startswith(_NAME_LOST):
        return damaged(database, _first_line(error))
    what, fix = _ADVICE.get(code & 0xFF, (_first_line(error), "check the file, or set {variable}"))
    return StoreUnavailable(f"The database {database!r} cannot be used: {what}; {fix.format(variable=VARIABLE)}.")


def _explain_code(code: str) -> tuple[str, str] | None:
    """The same for what a server has a code for."""
    if code in _BUSY:
        return "somebody else has held it for seconds", "try again"
    if code == _TAKEN:
        return "somebody did the same at this moment", "try again"
    if code == NOT_ALLOWED:
        fix = f"run `eyelevel database prepare --app-role NAME` as the owner of the tables, and correct {VARIABLE}"
        return "its user may not do this", fix
    return (f"it refused a value ({code})", "run `eyelevel doctor`") if code.startswith(_VALUE) else None


def _explain(error: BaseException) -> tuple[str, str]:
    """What happened and what to do, where the database is not SQLite or was never reached."""
    if isinstance(error, ArgumentError | NoSuchModuleError | InvalidRequestError):
        return "its address names no kind of database that is known", f"correct or unset {VARIABLE}"
    if isinstance(error, ImportError):
        return f"the driver {error.name!r} is not installed", f"install it, or correct {VARIABLE}"
    if isinstance(error, OSError):
        return error.strerror or "its folder cannot be used", f"allow writing to its folder, or set {VARIABLE}"
    if isinstance(error, TimeoutError):
        return "too many people are using it", "try again"
    return _first_line(error), f"check that its server runs and that {VARIABLE} is right"


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
