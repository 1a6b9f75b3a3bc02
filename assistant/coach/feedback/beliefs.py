"""The five beliefs that keep people silent, from `knowledge/feedback/beliefs.yaml`, and which one shows in a text.

Strictly read: a file that lacks a belief or has a key too many is refused with its name. Recognition is by the
patterns of that file, and where none shows, none is named: a belief is a guess about a person.
"""

import re
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator

from assistant.coach.feedback.record import Belief
from assistant.errors import KnowledgeError
from assistant.knowledge import read_yaml

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
    found = read_yaml(path, tuple[KnownBelief, ...])
    if sorted(belief.id for belief in found) != sorted(BELIEFS):
        raise KnowledgeError(f"{str(path)!r} must have the beliefs {', '.join(BELIEFS)}, each once; correct the file.")
    return found


def find_belief(text: str, beliefs: tuple[KnownBelief, ...]) -> Belief | None:
    """The belief whose patterns show most often; None where none shows."""
    plain = text.lower().replace("’", "'")
    counts = [sum(1 for sign in belief.signs if re.search(sign, plain)) for belief in beliefs]
    best = max(counts, default=0)
    return beliefs[counts.index(best)].plain if best else None
