"""Whom and what a text may name: people, places and organisations, as one frozen list.

Made by the app from what a person wrote down and, where several people use Eyelevel, from the list of people. Read
by `mentions`. Holds names and nothing that was written about them.
"""

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, field_validator

from assistant.text import clean

Kind = Literal["person", "place", "organisation"]
MOST_CHARACTERS = 120
"""Longest name that is taken."""


class Known(BaseModel):
    """One name, in full, as its bearer writes it: "Ana María López", "Dr. O'Brien-Smith", "Li Wei", "Zdenka"."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: Kind = "person"
    id: str = ""
    """Of the person, where there is one."""

    @field_validator("name")
    @classmethod
    def _clean(cls, name: str) -> str:
        return " ".join(clean(name).split())[:MOST_CHARACTERS]


class Roster(BaseModel):
    """Names in an order that does not matter; the same name twice is one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    known: tuple[Known, ...] = ()

    def __or__(self, other: "Roster") -> "Roster":
        """Both lists, without repetition."""
        merged = {(one.name.casefold(), one.kind): one for one in (*other.known, *self.known)}
        return Roster(known=tuple(merged.values()))


def roster_of(names: Iterable[str]) -> Roster:
    """People of these names; empty ones are left out."""
    return Roster() | Roster(known=tuple(Known(name=name) for name in names if any(map(str.isalpha, name))))
