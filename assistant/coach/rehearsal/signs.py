"""The patterns of `signs.yaml` and `character.yaml`, read strictly and compiled once.

A file with a key too many or too few, an unknown list or a pattern that is none is refused with its name.
"""

import re
from functools import cache
from pathlib import Path

import yaml
from pydantic import Field, ValidationError

from assistant.errors import KnowledgeError
from assistant.notes.note import Record

HERE = Path(__file__).parent
_LIST = re.compile(r"\{([a-z_]+)\}")
Signs = dict[str, re.Pattern[str]]
SIGNS = frozenset(
    "permission moment no_moment acted no_behaviour pointed_at impact_clear impact_likely no_impact request proposes "
    "open_question invites "
    "acknowledges echoes argues blames no_blame absolute hedges gives_up it_is greets closes instructs".split()
)
"""What `reading` looks for."""
FAULTS = frozenset("machine coaching narrated grave yielding mentor_voice".split())
"""What `character` looks for."""


class _File(Record):
    words: dict[str, str] = Field(default_factory=dict)
    signs: dict[str, tuple[str, ...]]


@cache
def load_signs(name: str = "signs.yaml", wanted: frozenset[str] = SIGNS) -> Signs:
    """The compiled patterns of one file by name. Raises `KnowledgeError`."""
    path = HERE / name
    try:
        found = _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        if set(found.signs) != wanted:
            raise ValueError(f"the signs must be {', '.join(sorted(wanted))}")
        return {key: _compile(patterns, found.words) for key, patterns in found.signs.items()}
    except (OSError, ValueError, KeyError, re.error, yaml.YAMLError, ValidationError) as error:
        reason = type(error).__name__
        raise KnowledgeError(f"{str(path)!r} cannot be read ({reason}); put the shipped file back.") from None


def _compile(patterns: tuple[str, ...], lists: dict[str, str]) -> re.Pattern[str]:
    filled = [_LIST.sub(lambda found: lists[found[1]], pattern) for pattern in patterns]
    return re.compile("|".join(f"(?:{pattern})" for pattern in filled), re.IGNORECASE)
