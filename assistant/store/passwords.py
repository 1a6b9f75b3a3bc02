"""Passwords of local accounts: what is taken as one, and how it is kept and compared. Knows no table.

Argon2id with the OWASP parameters (Password Storage Cheat Sheet): 2 passes over 19 MiB in one lane, about 30 ms.
"""

import threading
import unicodedata
from functools import cache
from secrets import token_urlsafe
from typing import NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from assistant.errors import InputError

SHORTEST, LONGEST = 12, 256
"""Characters of a password."""
PASSES, MEMORY_KIB, LANES = 2, 19 * 1024, 1
_HASHER = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
_AT_ONCE = threading.BoundedSemaphore(4)
"""Four at a time, so that a flood of guesses takes 76 MiB and not all there is."""
_FEWEST_LETTERS = 5
_COMMON = frozenset(
    """
    123456789012 1234567890123 12345678901234 123456789123 012345678901 0123456789012 098765432109 987654321012
    111111111111 112233445566 121212121212 123123123123 123412341234 123654789123 147258369147 qwertyuiop12
    qwertyuiop123 qwertyuiopas qwertyuiopasdf qwerty123456 qwerty1234567 qwertyqwerty qwerqwerqwer qazwsxedcrfv
    1q2w3e4r5t6y 1qaz2wsx3edc q1w2e3r4t5y6 zaq12wsxcde3 asdfghjkl123 asdfasdfasdf zxcvbnm12345 abcdefghijkl
    abcdefgh1234 abcd12345678 abc123abc123 password1234 password12345 password123456 passwordpassword passw0rd1234
    p@ssword1234 p@ssw0rd1234 mypassword123 changeme1234 changemenow1 letmein12345 letmeinplease welcome12345
    welcome123456 administrator admin1234567 iloveyou1234 iloveyouforever sunshine1234 football1234 baseball1234
    princess1234 superman1234 starwars1234 dragon123456 michael12345 monkey123456 trustno1trustno1 unknownpassword
    correcthorsebatterystaple thisismypassword idontknow1234 eyelevel1234 eyeleveleyelevel companyname123
    """.split()
)
"""The commonest of twelve characters and more, and what people here would think of first."""


class Verdict(NamedTuple):
    """What came of comparing a password with a hash."""

    right: bool
    renewed: str | None
    """A new hash to keep, where the old one was made with other parameters."""


def check_password(password: str, *about: str | None) -> str:
    """The password as it is kept (NFC). Raises `InputError`, without repeating it, where it is too easy to guess.

    `about`: what others know of the person, such as name and address, which the password must not be.
    """
    taken = unicodedata.normalize("NFC", password)
    if not SHORTEST <= len(taken) <= LONGEST:
        raise InputError(f"The password has {len(taken)} characters; take {SHORTEST} to {LONGEST}.")
    plain = _plain(taken)
    if plain in _COMMON or len(set(plain)) < _FEWEST_LETTERS or plain in {_plain(one) for one in about if one}:
        raise InputError("The password is among those that are tried first; take another, such as four random words.")
    return taken


def hash_password(password: str) -> str:
    """The hash to keep, with its parameters and a salt of its own."""
    with _AT_ONCE:
        return _HASHER.hash(unicodedata.normalize("NFC", password))


def prepare() -> None:
    """Make what `compare` needs, so that the first guess takes no longer than the next."""
    _nobodys()


def compare(kept: str | None, password: str) -> Verdict:
    """Whether the password belongs to the hash; `None`, for an account that does not exist, takes as long."""
    with _AT_ONCE:
        right = _matches(kept or _nobodys(), unicodedata.normalize("NFC", password[: LONGEST + 1])) and kept is not None
    renew = right and kept is not None and _HASHER.check_needs_rehash(kept)
    return Verdict(right, hash_password(password) if renew else None)


def _matches(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (Argon2Error, InvalidHashError, UnicodeError):
        return False


def _plain(text: str) -> str:
    return "".join(text.casefold().split())


@cache
def _nobodys() -> str:
    """A hash of a password that nobody knows."""
    return _HASHER.hash(token_urlsafe())
