"""One file with everything in the database, made while the app runs.

A backup holds no key: it lies apart from the keys, and without them nobody can read the texts in it. It carries a
digest of its own content, by which `restore` tells a cut or garbled one. Of a server it is the same kind of file as of
SQLite. For whoever runs the machine; no page calls this.
"""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from assistant.errors import InputError, StoreDamaged, StoreUnavailable
from assistant.settings import Settings
from assistant.store.content import write_note
from assistant.store.database import parse
from assistant.store.failures import VARIABLE, damaged, hide_password, translated
from assistant.store.files import create_private, sync_file, sync_folder
from assistant.store.sqlite import find_damage
from assistant.store.transfer import save_server

WAIT_SECONDS = 5.0
"""How long a backup waits for a writer; reading itself keeps nobody waiting."""


class BackupReport(BaseModel):
    """A backup that was made and checked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: Path
    bytes: int
    keys: Path
    """Folder of the keys, which are not in it."""


def backup(settings: Settings, target: Path, *, replace: bool = False) -> BackupReport:
    """Write the whole database into one private file, while others go on reading and writing.

    The file is there whole and checked, or not at all. Raises `InputError` where the target exists and `replace` is
    not given, `StoreUnavailable` where there is no database or no room, `StoreDamaged` where the database is damaged.
    """
    url = parse(settings.database)
    path = Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None
    _verify_target(target, path, replace=replace)
    with translated(str(target)), beside(target) as part:
        if path:
            _copy(path, part)
        else:
            with translated(hide_password(settings.database)):
                save_server(url, part)
        sync_file(part)
        _verify_target(target, path, replace=replace)
        part.replace(target)
        sync_folder(target.parent)
    return BackupReport(path=target, bytes=target.stat().st_size, keys=settings.keys)


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """An empty private file in the same folder for the block; what is left of it at the end is removed."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    create_private(part, "")
    try:
        yield part
    finally:
        for suffix in ("", "-journal", "-wal", "-shm"):
            part.with_name(part.name + suffix).unlink(missing_ok=True)


def _verify_target(target: Path, database: Path | None, *, replace: bool) -> None:
    if target.is_dir() or (database and target.resolve() == database.resolve()):
        raise InputError(f"{str(target)!r} is a folder or the database itself; name another file.")
    if target.exists() and not replace:
        raise InputError(f"The file {str(target)!r} exists; name another, or add `--replace`.")
    if not target.absolute().parent.is_dir():
        raise InputError(f"There is no folder {str(target.parent)!r} for the backup; make it, or name another.")


def _copy(path: Path, part: Path) -> None:
    """One moment of the database: SQLite's backup API in one step, beside which others may write."""
    if not path.is_file():
        raise StoreUnavailable(f"There is no database {str(path)!r} yet; run `eyelevel serve`, or set {VARIABLE}.")
    with translated(str(path)), closing(sqlite3.connect(part)) as copy:
        with closing(sqlite3.connect(path, timeout=WAIT_SECONDS)) as live:
            live.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE").fetchall()
        found = find_damage(copy.execute, "integrity_check")
        if found:
            raise damaged(str(path), found)
        if not copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
            raise StoreDamaged(f"{str(path)!r} is no database of this version; run `eyelevel doctor` first.")
        write_note(copy)
