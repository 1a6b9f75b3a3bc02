"""What tells a browser in which an account was signed in before: a random name and a signature that binds it to one
address. It opens nothing; `accounts` gives such a browser limits of its own. Nothing of it is kept in the database.
"""

import hmac
import json
from secrets import token_urlsafe

from assistant.store.keys import Keyring

_NAME_BYTES = 16
_LONGEST = 128


def make(keys: Keyring, email: str) -> str:
    """A new name for a browser of the person with this address, signed."""
    name = token_urlsafe(_NAME_BYTES)
    return f"{name}.{_signature(keys, email, name)}"


def name_of(keys: Keyring, email: str, shown: str | None) -> str | None:
    """The name, where it was given to a browser of the person with this address; None for all else."""
    name, dot, signature = (shown or "")[:_LONGEST].partition(".")
    right = dot and hmac.compare_digest(signature.encode("utf-8", "replace"), _signature(keys, email, name).encode())
    return name if right else None


def _signature(keys: Keyring, email: str, name: str) -> str:
    return keys.sign(json.dumps(["known browser", email, name]))
