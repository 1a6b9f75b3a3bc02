"""Everyone's own key, and what it seals: texts are encrypted under the key of the person who wrote them.

A person's key is a small file beside the master key, wrapped by it, outside the home and so outside every backup of
the database: when the file is gone, nobody can read the person's texts any more, in no copy. AES-256-GCM; each text is
bound to its table, column, row and person, so that it cannot be passed off as another. Nothing here knows the tables.
"""

import base64
import hashlib
import hmac
import json
import os
import threading
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from assistant.errors import KeyMissing, StoreDamaged
from assistant.settings import Settings
from assistant.store.files import create_private, erase, replace_private
from assistant.store.master import (
    FILE,
    KEY_BYTES,
    NONCE_BYTES,
    VARIABLE,
    MasterKeys,
    add_master,
    keep_first,
    load_master,
    make_master,
)

_SUFFIX = ".key"
_GONE = ".erased"
"""Suffix of the empty file that stands for a key which was destroyed for good."""
_HOUSE = "#house"
"""Owner of the key that seals nobody's text: it signs the audit. No person's id begins like this."""


class _Held(NamedTuple):
    """A key in memory, and the file it came from."""

    key: bytes
    made: int
    """The file's inode and time of change: another file, another key."""


class Keyring:
    """The keys of everyone in one database; safe to use from many threads and beside other processes."""

    def __init__(self, folder: Path, store: str, master: MasterKeys) -> None:
        """`store` is the database's own id; each database has its folder of keys."""
        self.folder = folder / store
        """Where everyone's keys are."""
        self.new_master = folder / FILE if master.is_new else None
        """Where the master key is, if it was made just now."""
        self._store, self._master = store, master
        self._held: dict[str, _Held] = {}
        self._lock = threading.Lock()

    def seal(self, person: str, place: str, text: str) -> str:
        """The text encrypted under the person's key, made at the first call; `place` names the row and column."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self._key(person, make=True)).encrypt(nonce, text.encode(), self._bound(person, place))
        return base64.b64encode(nonce + sealed).decode()

    def open(self, person: str, place: str, sealed: str) -> str:
        """The text. Raises `KeyMissing` where the key is gone, `StoreDamaged` where the sealed text was changed."""
        key = self._key(person, make=False)
        try:
            raw = base64.b64decode(sealed, validate=True)
            return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], self._bound(person, place)).decode()
        except (InvalidTag, ValueError):
            raise StoreDamaged(
                "A stored text cannot be read, because it was changed or damaged; run `eyelevel doctor`."
            ) from None

    def has(self, person: str) -> bool:
        """Whether the person's key is there."""
        return self._path(person).exists()

    def destroy(self, person: str, *, for_good: bool = False, made_before: datetime | None = None) -> bool:
        """Erase the person's key, and with it all that it sealed, in every copy; whether there was one.

        `for_good`: no other key is ever made for this person. `made_before`: a newer key stays.
        """
        path = self._path(person)
        if for_good:
            create_private(path.with_suffix(_GONE), "")
        with self._lock:
            self._held.pop(person, None)
        if made_before and path.exists() and path.stat().st_mtime > made_before.timestamp():
            return False
        return erase(path)

    def verify(self) -> int:
        """Unwrap every key, and say how many there are, the house's own included.

        Raises `KeyMissing` for the first that cannot be used.
        """
        paths = sorted(self.folder.glob(f"*{_SUFFIX}"))
        for path in paths:
            self._unwrap(path)
        return len(paths)

    def sign(self, text: str) -> str:
        """HMAC-SHA-256 under a key of the house, in hexadecimal digits."""
        return hmac.new(self._key(_HOUSE, make=True), text.encode(), hashlib.sha256).hexdigest()

    def rewrap(self, master: MasterKeys) -> int:
        """Wrap all keys anew with the first of these master keys; how many had another before."""
        changed = 0
        for path in sorted(self.folder.glob(f"*{_SUFFIX}")):
            found = _read(path)
            if found["master"] != master.current:
                key = master.unwrap(found["master"], found["wrapped"], self._place(path))
                replace_private(path, _text(master, key, self._place(path)))
                changed += 1
        self._master = master
        return changed

    def _key(self, person: str, *, make: bool) -> bytes:
        path = self._path(person)
        try:
            status = path.stat()
        except FileNotFoundError:
            if not make:
                raise KeyMissing(
                    "The key to these texts is not there: they were erased, or the folder of keys "
                    f"({str(self.folder)!r}) must be put back."
                ) from None
            status = self._make(path)
        made = hash((status.st_ino, status.st_mtime_ns))
        held = self._held.get(person)
        if held is None or held.made != made:
            held = _Held(self._unwrap(path), made)
            with self._lock:
                self._held[person] = held
        return held.key

    def _make(self, path: Path) -> os.stat_result:
        """A key for somebody who has none. Raises `KeyMissing` for a person who was erased, even at this moment."""
        create_private(path, _text(self._master, os.urandom(KEY_BYTES), self._place(path)))
        if path.with_suffix(_GONE).exists():
            erase(path)
            raise KeyMissing("This person was erased, and nothing can be kept for a person who is not here.")
        return path.stat()

    def _unwrap(self, path: Path) -> bytes:
        """The key in a file; the master key is read again where it was rotated meanwhile."""
        found = _read(path)
        if found["master"] not in self._master.names:
            self._master = load_master(self.folder.parent, None) or self._master
        return self._master.unwrap(found["master"], found["wrapped"], self._place(path))

    def _path(self, person: str) -> Path:
        return self.folder / (hashlib.sha256(person.encode()).hexdigest()[:32] + _SUFFIX)

    def _place(self, path: Path) -> str:
        return f"eyelevel key {self._store} {path.name}"

    def _bound(self, person: str, place: str) -> bytes:
        return json.dumps([self._store, person, place]).encode()


def open_keyring(settings: Settings, store: str, *, new: bool) -> Keyring:
    """The keys of the database with this id; `new`: it holds no sealed text yet, so they may be made.

    Raises `KeyMissing` where a database has texts and its keys are not there, or the master key is unusable.
    """
    folder = _folder(settings)
    secret = settings.master_key.get_secret_value() if settings.master_key else None
    try:
        master = load_master(folder, secret)
        if master is None and not new:
            raise KeyMissing(
                f"The master key {str(folder / FILE)!r} is not there and without it nothing in the database can be "
                f"read; put it back from your copy, or set {VARIABLE} or EYELEVEL_KEYS."
            )
        master = master or make_master(folder)
        keyring = Keyring(folder, store, master)
        if not new and not keyring.folder.is_dir():
            raise KeyMissing(
                f"The keys of this database, {str(keyring.folder)!r}, are not there; put the folder back from your "
                "copy, or set EYELEVEL_KEYS."
            )
        keyring.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise KeyMissing(
            f"The folder of keys {str(folder)!r} cannot be used ({error.strerror}); allow writing to it, or set "
            "EYELEVEL_KEYS to another folder outside the home."
        ) from None
    return keyring


def rotate_master(settings: Settings) -> int:
    """Wrap everyone's key, of all databases, with a new master key; how many there were.

    The file gets a new key and, at the end, loses the old one; broken off, it holds both and the next call ends the
    work. With `EYELEVEL_MASTER_KEY` the first of its keys is the new one. Raises `KeyMissing`.
    """
    folder = _folder(settings)
    if settings.master_key:
        master = load_master(folder, settings.master_key.get_secret_value())
    else:
        master = add_master(folder) if (folder / FILE).exists() else None
    if master is None:
        raise KeyMissing(f"There is no master key in {str(folder)!r} yet; it is made when the app first runs.")
    stores = [path.name for path in sorted(folder.iterdir()) if path.is_dir()]
    changed = sum(Keyring(folder, store, master).rewrap(master) for store in stores)
    if not settings.master_key:
        keep_first(folder)
    return changed


def _folder(settings: Settings) -> Path:
    if settings.keys.resolve().is_relative_to(settings.home.resolve()):
        raise KeyMissing(
            f"EYELEVEL_KEYS is {str(settings.keys)!r}, inside EYELEVEL_HOME, where a copy of the home would hold the "
            "keys too; name a folder outside."
        )
    return settings.keys


def _text(master: MasterKeys, key: bytes, place: str) -> str:
    return json.dumps({"master": master.current, "wrapped": master.wrap(key, place)}) + "\n"


def _read(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {"master": str(found["master"]), "wrapped": str(found["wrapped"])}
    except (ValueError, KeyError, TypeError, OSError):
        raise KeyMissing(f"The key {str(path)!r} cannot be read; put the folder of keys back.") from None
