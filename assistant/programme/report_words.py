"""The words of the manager's report, from `knowledge/theme_report.yaml`: kinds of help, reasons, states.

Read strictly and once. Whether every code, level and section is known, `verify` and the tests of the knowledge say.
Nothing here sees a release.
"""

from functools import cache
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.guide.sections import Line, Section
from assistant.knowledge import read_yaml

FILE: Final = "theme_report.yaml"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Supported(_Record):
    """Something that rests on a section of the guide."""

    article: Line
    heading: Line
    quotes: tuple[Line, ...] = Field(min_length=1)
    """What the section says to it, verbatim."""

    @property
    def section(self) -> Section:
        """The section alone."""
        return Section(article=self.article, heading=self.heading)


class Step(Supported):
    """Something that a manager does within a month."""

    title: Line
    what: Line
    say: Line | None = None
    """A sentence to send as it stands."""
    whom: Line
    minutes: int = Field(ge=5, le=240)
    """Of the manager's own time; an estimate of ours."""
    reason: Line | None = None
    """Why, where it is always the same; may hold `{label}` and `{band}`."""


class Help(Step):
    """A kind of help, with its step."""

    id: str
    urgent: bool
    """Whether it comes before whatever grew or is larger."""
    name: Line
    first: Line
    """What to do, in one sentence, where it is the first help."""


class HealthWords(_Record):
    """A line of the programme's health."""

    label: Line
    means: Line
    help: str | None = None
    reason: Line | None = None


class LevelWords(_Record):
    """A level of the survey."""

    label: Line
    asks: Line
    help: str


class Reasons(_Record):
    """Why a help comes first or stands in the plan; `{label}` is a theme, `{band}` a band."""

    urgent: Line
    grew: Line
    most: Line
    one: Line
    more: Line
    fewer: Line
    survey: Line
    nothing: Line


class StateWords(_Record):
    """What is said where there is nothing, or too little, to show."""

    title: Line
    text: Line


class States(_Record):
    """All of these."""

    no_programme: StateWords
    alone: StateWords
    waiting: StateWords
    ready: StateWords
    few: StateWords
    five: StateWords
    seven: StateWords
    nothing_shown: StateWords


class InsteadItem(Supported):
    """Something to do without a release."""

    text: Line


class Instead(_Record):
    """What a manager can do meanwhile."""

    title: Line
    items: tuple[InsteadItem, ...] = Field(min_length=1)


class ReportWords(_Record):
    """The whole file."""

    help: tuple[Help, ...]
    codes: dict[str, str]
    """Code to kind of help."""
    health: dict[str, HealthWords]
    survey: dict[str, LevelWords]
    reasons: Reasons
    opening: Step
    closing: Step
    thanks: Step
    held_back: Line
    minutes: Line
    states: States
    instead: Instead

    @model_validator(mode="after")
    def _known(self) -> "ReportWords":
        kinds = {one.id for one in self.help}
        named = {*self.codes.values(), *(one.help for one in self.survey.values())}
        named |= {one.help for one in self.health.values() if one.help}
        if unknown := sorted(named - kinds):
            raise ValueError(f"{unknown[0]!r} is no kind of help")
        return self

    def find(self, kind: str) -> Help:
        """A kind of help by its id."""
        return next(one for one in self.help if one.id == kind)

    def sections(self) -> frozenset[Section]:
        """Every section of the guide that something here rests on."""
        steps = (*self.help, self.opening, self.closing, self.thanks, *self.instead.items)
        return frozenset(one.section for one in steps)


@cache
def load_report_words(knowledge: Path) -> ReportWords:
    """The words. Raises `KnowledgeError` naming the file."""
    return read_yaml(knowledge / FILE, ReportWords)
