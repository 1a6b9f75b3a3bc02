"""Remembers which part the person at this machine plays, in one small file of the home folder.

Called by `app.state`. It keeps a role and nothing else: never a question, an answer or a name.
"""

import json
from pathlib import Path

from assistant.roles import Role

FILE = "app.json"


def load_role(home: Path) -> Role | None:
    """The role chosen last, or None where none was chosen yet or the file cannot be read."""
    try:
        return Role(json.loads((home / FILE).read_text(encoding="utf-8"))["role"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def forget(home: Path) -> None:
    """Remember nothing any more."""
    (home / FILE).unlink(missing_ok=True)


def save_role(home: Path, role: Role) -> bool:
    """Remember the role; False where the folder cannot be written, which costs nothing but the memory."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        scratch = home / f".{FILE}.new"
        scratch.write_text(json.dumps({"role": role.value}), encoding="utf-8")
        scratch.replace(home / FILE)
    except OSError:
        return False
    return True
