"""Small private files that are there whole or not at all: mode 0600, written beside and then put in place."""

import contextlib
import os
import secrets
from pathlib import Path


def create_private(path: Path, text: str) -> bool:
    """Make the file unless it is there already; whether this call made it. Folders get mode 0700."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = _write_beside(path, text)
    try:
        os.link(part, path)  # unlike a rename, it never replaces what another process has made meanwhile
        return True
    except FileExistsError:
        return False
    finally:
        part.unlink()
        sync_folder(path.parent)


def replace_private(path: Path, text: str) -> None:
    """Put a new file in the place of the old one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write_beside(path, text).replace(path)
    sync_folder(path.parent)


def write_private(path: Path, text: str) -> None:
    """Put a private file where it was asked for; the folder must be there, and keeps its mode."""
    _write_beside(path, text).replace(path)
    sync_folder(path.parent)


def append_private(path: Path, size: int, added: bytes) -> None:
    """Put bytes behind the first `size` bytes of a file, in place of what follows; on disk when it returns."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.truncate(size)
        file.seek(size)
        file.write(added)
        file.flush()
        os.fsync(file.fileno())
    if not size:
        sync_folder(path.parent)


def erase(path: Path) -> bool:
    """Overwrite a small file and remove it; whether it was there."""
    try:
        with path.open("r+b") as file:
            size = os.fstat(file.fileno()).st_size
            file.write(bytes(size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        return False
    sync_folder(path.parent)
    return True


def _write_beside(path: Path, text: str) -> Path:
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return part


def sync_file(path: Path) -> None:
    """A file that somebody else has written is on disk when this returns."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Where the system can: a power cut must not bring a removed key back or lose a new one."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
