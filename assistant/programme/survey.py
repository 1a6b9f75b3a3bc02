"""The evaluation survey on four levels, from `knowledge/survey.yaml`: its statements, and what an answer counts as.

A code is made of an answer that agrees or disagrees; the middle counts for nothing. Nothing here sees a person.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.guide.sections import Line, Section
from assistant.knowledge import read_yaml

FILE: Final = "survey.yaml"
SCALE: Final = ("Not at all", "Rather not", "Partly", "Rather yes", "Fully")
"""What 1 to 5 mean."""
AGREES, DISAGREES = 4, 2
"""From which answer on somebody agrees, and up to which somebody disagrees."""

Level = Literal["reaction", "learning", "behaviour", "results"]
"""Kirkpatrick's four levels."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Statement(_Record):
    """One statement to agree or disagree with."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    level: Level
    text: Line


class Survey(_Record):
    """All statements, in the order in which they are asked."""

    rests_on: Section
    statements: tuple[Statement, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ids_differ(self) -> "Survey":
        ids = [one.id for one in self.statements]
        if len(set(ids)) < len(ids):
            raise ValueError("two statements have one id")
        return self

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code that an answer can count as."""
        return tuple(f"survey:{one.id}:{side}" for one in self.statements for side in ("agree", "disagree"))

    def code(self, answers: Mapping[str, int]) -> tuple[str, ...]:
        """What these answers, from 1 to 5 by statement, count as; statements that are no more count for nothing."""
        found = []
        for one in self.statements:
            answer = answers.get(one.id)
            if answer is not None and (answer >= AGREES or answer <= DISAGREES):
                found.append(f"survey:{one.id}:{'agree' if answer >= AGREES else 'disagree'}")
        return tuple(found)


@cache
def load_survey(knowledge: Path) -> Survey:
    """The survey in a folder of knowledge. Raises `KnowledgeError` naming the file."""
    return read_yaml(knowledge / FILE, Survey)
