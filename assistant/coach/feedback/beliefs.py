"""The five beliefs that keep people silent, from `knowledge/feedback/beliefs.yaml`, and which one shows in a text.

Strictly read: a file that lacks a belief or has a key too many is refused with its name. Recognition is by the
patterns of that file, and where none shows, none is named: a belief is a guess about a person.
"""

import re
from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, TypeAdapter, ValidationError, field_validator

from assistant.coach.feedback.record import Belief
from assistant.errors import KnowledgeError

BELIEFS = ("career", "embarrass", "bypass", "proof", "target")


class KnownBelief(Belief):
    """A belief with the patterns that show it."""

    signs: Annotated[tuple[str, ...], Field(min_length=1)]

    @field_validator("signs")
    @classmethod
    def _compile(cls, signs: tuple[str, ...]) -> tuple[str, ...]:
        for sign in signs:
            try:
                re.compile(sign)
            except re.error:
                raise ValueError(f"{sign[:60]!r} is no pattern") from None
        return signs

    @property
    def plain(self) -> Belief:
        """The belief as it is shown."""
        return Belief.model_validate(self.model_dump(exclude={"signs"}))


@cache
def load_beliefs(path: Path) -> tuple[KnownBelief, ...]:
    """The five, in the order of the file. Raises `KnowledgeError` naming the file."""
    try:
        found = TypeAdapter(tuple[KnownBelief, ...]).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "everything"
        raise KnowledgeError(f"{str(path)!r} has {place!r} wrong ({first['msg']}); correct the file.") from None
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise KnowledgeError(f"{str(path)!r} cannot be read ({type(error).__name__}); correct the file.") from None
    if sorted(belief.id for belief in found) != sorted(BELIEFS):
        raise KnowledgeError(f"{str(path)!r} must have the beliefs {', '.join(BELIEFS)}, each once; correct the file.")
    return found


def find_belief(text: str, beliefs: tuple[KnownBelief, ...]) -> Belief | None:
    """The belief whose patterns show most often; None where none shows."""
    plain = text.lower().replace("’", "'")
    counts = [sum(1 for sign in belief.signs if re.search(sign, plain)) for belief in beliefs]
    best = max(counts, default=0)
    return beliefs[counts.index(best)].plain if best else None
