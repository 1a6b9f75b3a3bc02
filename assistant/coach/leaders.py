"""Which family of leaders a role belongs to, from its words alone: "CTO", "Leiterin Personal", "head of nursing".

Topics and questions are written for families, not for single roles. A role that no family's titles are near is of no
family: then what suits every leader is offered, and nothing is guessed.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from assistant.coach.kept_vectors import KeptVectors
from assistant.errors import KnowledgeError
from assistant.guide.search import Encoder
from assistant.knowledge import read_yaml
from assistant.text import fold, words

LEADERS = "leaders.npz"
"""Where in a home the titles' vectors are kept."""
LIKELY = 0.62
"""Cosine of a role and its nearest title from which the family counts, where no title stands in the role itself."""
WHOLE = 4
"""Letters of a field from which it may be the beginning of a longer word."""
CLOSE = 0.05
"""A second family that is as near as this counts too."""


class Family(StrEnum):
    """Kinds of leaders that the topics are written for."""

    TECHNICAL = "technical"
    PRODUCT = "product"
    PEOPLE = "people"
    FINANCE = "finance"
    OPERATIONS = "operations"
    FRONTLINE = "frontline"
    PUBLIC_SECTOR = "public_sector"
    PROFESSIONAL_SERVICE = "professional_service"


class FamilyTitles(BaseModel):
    """How a family is called, and recognised."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """As people read it after "for"."""
    about: str
    fields: Annotated[tuple[str, ...], Field(min_length=5)]
    """Beginnings of words that name what such a leader leads, in small letters without accents."""
    titles: Annotated[tuple[str, ...], Field(min_length=10)]
    """Words of job titles, in small letters."""


class Leaders(BaseModel):
    """`knowledge/topics/leaders.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    general: Annotated[tuple[str, ...], Field(min_length=1)]
    """Titles of those who lead everything, and so belong to no family."""
    families: dict[Family, FamilyTitles]


@cache
def load_leaders(path: Path) -> Leaders:
    """Every family. Raises `KnowledgeError` naming the file."""
    found = read_yaml(path, Leaders)
    if missing := [family.value for family in Family if family not in found.families]:
        raise KnowledgeError(f"{str(path)!r} says nothing of {missing[0]!r}; add it.")
    return found


class FamilyFinder:
    """Finds families; one for a process, safe to share between threads."""

    def __init__(self, leaders: Leaders, embeddings: Encoder, kept: Path | None = None) -> None:
        """`kept`: the file that keeps the titles' vectors for the next process."""
        self._titles = [(words(title), family) for family, one in leaders.families.items() for title in one.titles]
        self._fields = {family: one.fields for family, one in leaders.families.items()}
        self._general = [words(title) for title in leaders.general]
        self._embeddings = embeddings
        self._vectors = KeptVectors(
            [title for one in leaders.families.values() for title in one.titles], embeddings, kept
        )

    def warm(self) -> None:
        """Make or read the titles' vectors. Raises `ModelMissing`."""
        self._vectors.get()

    def find(self, role: str) -> tuple[Family, ...]:
        """The families of a role, the surest first; none where nothing is near.

        A title that stands in the role decides, the longest first; else the fields that it names, those named most
        often; else nearness in meaning. Who leads everything is of no family.
        Raises `ModelMissing`.
        """
        said = words(role)
        within = [(len(title), family) for title, family in self._titles if _stands_in(title, said)]
        if within:
            longest = max(length for length, _ in within)
            return tuple(dict.fromkeys(family for length, family in within if length == longest))
        if named := _named(said, self._fields):
            return named
        if not said or any(_stands_in(title, said) for title in self._general):
            return ()
        near = self._vectors.get() @ self._embeddings.encode([role])[0]
        best: dict[Family, float] = {}
        for (_, family), score in zip(self._titles, near.tolist(), strict=True):
            best[family] = max(best.get(family, -1.0), score)
        ranked = sorted(best.items(), key=lambda one: -one[1])
        floor = max(LIKELY, ranked[0][1] - CLOSE)
        return tuple(family for family, score in ranked if score >= floor)


def _named(said: list[str], fields: Mapping[Family, Sequence[str]]) -> tuple[Family, ...]:
    """The families of which most fields are named; a short field must be the whole word."""
    plain = [fold(word) for word in said]
    counts = {
        family: sum(any(word == one or (len(one) >= WHOLE and word.startswith(one)) for one in own) for word in plain)
        for family, own in fields.items()
    }
    most = max(counts.values())
    return tuple(family for family, count in counts.items() if count == most) if most else ()


def _stands_in(title: list[str], said: list[str]) -> bool:
    return any(said[at : at + len(title)] == title for at in range(len(said) - len(title) + 1))
