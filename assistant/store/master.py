"""The master key, which wraps everyone's own key: a file outside the home, or a variable.

Several keys may be given, the first of which is in use; the others still unwrap what was wrapped before a rotation.
AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits. Used by `keys` alone.
"""

import base64
import binascii
import hashlib
import os
import stat
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from assistant.errors import KeyMissing
from assistant.store.files import create_private, replace_private

FILE = "master.key"
VARIABLE = "EYELEVEL_MASTER_KEY"
KEY_BYTES = 32
NONCE_BYTES = 12
_HEAD = (
    "# Eyelevel's master key. Whoever has it, the keys beside it and the database can read what people wrote.\n"
    "# Nobody can read it without: keep a copy in a safe place, apart from the backups of the database.\n"
)


class MasterKeys:
    """One or more master keys; the first wraps, each unwraps what it wrapped."""

    is_new = False
    """Whether it was made just now."""

    def __init__(self, keys: list[bytes]) -> None:
        self._keys = {name_of(key): AESGCM(key) for key in keys}
        self.current = name_of(keys[0])
        """Name of the key in use."""
        self.names = frozenset(self._keys)
        """Names of all."""

    def wrap(self, key: bytes, place: str) -> str:
        """The key under the one in use, bound to its place, in base64."""
        nonce = os.urandom(NONCE_BYTES)
        return base64.b64encode(nonce + self._keys[self.current].encrypt(nonce, key, place.encode())).decode()

    def unwrap(self, name: str, wrapped: str, place: str) -> bytes:
        """The key. Raises `KeyMissing` where the master key is another one or the wrapped key was changed."""
        if name not in self._keys:
            raise KeyMissing(f"The master key {name!r} is needed and not there; put it back, or into {VARIABLE}.")
        try:
            raw = base64.b64decode(wrapped, validate=True)
            return self._keys[name].decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode())
        except (InvalidTag, ValueError):
            raise KeyMissing(f"A key that {name!r} wrapped was changed; put the folder of keys back.") from None


def name_of(key: bytes) -> str:
    """A name for a key that tells nothing of it: eight hexadecimal digits."""
    return hashlib.sha256(b"eyelevel master key " + key).hexdigest()[:8]


def parse_keys(text: str, where: str) -> list[bytes]:
    """Keys of 32 bytes in base64, separated by commas or lines; `#` begins a comment. Raises `KeyMissing`."""
    lines = [key for line in text.splitlines() if not line.startswith("#") for key in line.split(",") if key.strip()]
    keys = []
    for number, line in enumerate(lines, start=1):
        try:
            key = base64.b64decode(line.strip(), validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != KEY_BYTES:
            raise KeyMissing(f"Key {number} in {where!r} is not {KEY_BYTES} bytes in base64; put the right one back.")
        keys.append(key)
    if not keys:
        raise KeyMissing(f"There is no key in {where!r}; put the right one back.")
    return keys


def load_master(folder: Path, variable: str | None) -> MasterKeys | None:
    """The master keys of the variable, or else of the file; None where there is neither. Raises `KeyMissing`."""
    if variable:
        return MasterKeys(parse_keys(variable, VARIABLE))
    path = folder / FILE
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise KeyMissing(f"The master key {str(path)!r} cannot be read ({type(error).__name__}); mend it.") from None
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise KeyMissing(f"Others may read the master key {str(path)!r}; run `chmod 600` on it.")
    return MasterKeys(parse_keys(text, str(path)))


def make_master(folder: Path) -> MasterKeys:
    """Make the file where there is none. Two processes that begin at once end with the same key."""
    is_new = create_private(folder / FILE, _HEAD + _line(os.urandom(KEY_BYTES)))
    made = load_master(folder, None)
    assert made is not None
    made.is_new = is_new
    return made


def add_master(folder: Path) -> MasterKeys:
    """Put a new key first into the file; the older ones stay for what they wrapped. Raises `KeyMissing`."""
    path = folder / FILE
    older = parse_keys(path.read_text(encoding="ascii"), str(path))
    newer = [os.urandom(KEY_BYTES), *older]
    replace_private(path, _HEAD + "".join(map(_line, newer)))
    return MasterKeys(newer)


def keep_first(folder: Path) -> None:
    """Forget the older keys of the file, once nothing is wrapped by them any more."""
    path = folder / FILE
    replace_private(path, _HEAD + _line(parse_keys(path.read_text(encoding="ascii"), str(path))[0]))


def _line(key: bytes) -> str:
    return base64.b64encode(key).decode() + "\n"
