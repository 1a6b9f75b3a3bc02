"""What a programme manager reads of a release: frozen records, made by `report` and drawn, printed and sent elsewhere.

Every field comes from a frozen release, from the words of `knowledge/` or from the guide. There is no field for a
count, a person, a pair or a sentence that somebody wrote.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from assistant.guide.passage import Citation
from assistant.programme.records import Band, Trend

Part = Literal["help", "strong", "about"]
"""What needs help (mistakes and needs), what is strong (signs), what was talked about (areas)."""
PARTS: Final[dict[Part, str]] = {
    "help": "What needs help",
    "strong": "What is strong",
    "about": "What was talked about",
}


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Shown(_Record):
    """A cell: a band, or held back."""

    code: str
    label: str
    band: Band | None
    suppressed: bool
    trend: Trend | None


class Row(Shown):
    """A theme."""

    family: str
    """`mistake`, `need`, `sign` or `area`."""
    definition: str
    advice: str
    """What a manager can do; empty where the codes have changed since and this one is gone."""
    help: str | None
    """The kind of help, in a few words; signs and areas need none."""
    whom: str | None
    """Whom that helps."""
    citations: tuple[Citation, ...]


class Group(_Record):
    """The themes of one part: shown ones first, by band, then those held back."""

    part: Part
    title: str
    rows: tuple[Row, ...]

    @property
    def shown(self) -> tuple[Row, ...]:
        """Those with a band."""
        return tuple(row for row in self.rows if not row.suppressed)

    @property
    def held(self) -> tuple[Row, ...]:
        """Those held back."""
        return tuple(row for row in self.rows if row.suppressed)


class HealthRow(Shown):
    """A line of the programme's health."""

    means: str


class Statement(_Record):
    """A statement of the survey, with those who agree and those who disagree."""

    id: str
    text: str
    agree: Shown
    disagree: Shown


class Level(_Record):
    """One of the four levels of the survey."""

    id: str
    label: str
    asks: str
    statements: tuple[Statement, ...]


class Focus(_Record):
    """Where to help first."""

    help: str
    why: str
    what: str
    citations: tuple[Citation, ...]


class PlanStep(_Record):
    """Something to do within the next month."""

    week: int
    title: str
    why: str
    """Empty where it stands in every plan."""
    what: str
    say: str | None
    minutes: int
    whom: str
    citations: tuple[Citation, ...]


class Report(_Record):
    """All of it."""

    id: str
    """Of the release."""
    programme: str
    """Title of the programme."""
    number: int
    since: date | None
    """`None`: from the beginning."""
    until: date
    frozen: date
    groups: tuple[Group, ...]
    focus: Focus | None
    """`None`: nothing that needs help is shown."""
    calm: str
    """What is said in its place."""
    plan: tuple[PlanStep, ...]
    health: tuple[HealthRow, ...]
    survey: tuple[Level, ...]
    held_back: str
    minutes: str
    compared: date | None
    """Until when the release before went, where at least one theme is compared with it."""

    def rows(self) -> Iterator[Row]:
        """Every theme, in the order of the page."""
        for group in self.groups:
            yield from group.rows

    @property
    def empty(self) -> bool:
        """Whether everything is held back."""
        cells: list[Shown] = [*self.rows(), *self.health]
        cells += [cell for level in self.survey for one in level.statements for cell in (one.agree, one.disagree)]
        return all(cell.suppressed for cell in cells)

    def changed(self) -> tuple[Row, ...]:
        """Themes whose band is another than in the release before."""
        return tuple(row for row in self.rows() if row.trend in ("up", "down"))
