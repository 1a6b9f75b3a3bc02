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
from assistant.roles import Role

FILE: Final = "survey.yaml"
SCALE: Final = ("Not at all", "Rather not", "Partly", "Rather yes", "Fully")
"""What 1 to 5 mean."""
AGREES, DISAGREES = 4, 2
"""From which answer on somebody agrees, and up to which somebody disagrees."""
SIDES: Final = ("agree", "disagree")
"""How a code of the survey ends."""

Level = Literal["reaction", "learning", "behaviour", "results"]
"""Kirkpatrick's four levels."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Statement(_Record):
    """One statement to agree or disagree with."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    level: Level
    text: Line
    """As reports and printed forms have it, for both sides."""
    mentor: Line | None = None
    mentee: Line | None = None
    """What one side is asked in its place."""

    @model_validator(mode="after")
    def _asks_both(self) -> "Statement":
        if (self.mentor is None) is not (self.mentee is None):
            raise ValueError(f"{self.id} has words for one side alone; give both or none")
        return self

    def asked(self, role: Role) -> str:
        """The statement as this side of a pair reads it."""
        return {Role.MENTOR: self.mentor, Role.MENTEE: self.mentee}.get(role) or self.text


class Survey(_Record):
    """All statements, in the order in which they are asked."""

    rests_on: Section
    levels: dict[Level, Line]
    """What each level asks, as a heading for those who answer; in the order of the page."""
    statements: tuple[Statement, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ids_and_levels(self) -> "Survey":
        ids = [one.id for one in self.statements]
        if len(set(ids)) < len(ids):
            raise ValueError("two statements have one id")
        if set(self.levels) != {one.level for one in self.statements}:
            raise ValueError("the levels with a heading are not those of the statements")
        return self

    def of(self, level: Level) -> tuple[Statement, ...]:
        """The statements of a level, in order."""
        return tuple(one for one in self.statements if one.level == level)

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code that an answer can count as."""
        return tuple(f"survey:{one.id}:{side}" for one in self.statements for side in SIDES)

    def find(self, code: str) -> Statement | None:
        """The statement that a code is made of; `None` where it is no code of this survey."""
        _, _, rest = code.partition("survey:")
        name, _, side = rest.rpartition(":")
        return next((one for one in self.statements if one.id == name and side in SIDES), None)

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
