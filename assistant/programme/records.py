"""A release as it is frozen and read again: codes, bands and trends, and nothing else.

`release` builds it, the store keeps it as text that is never changed, `report` reads it. No record here has a field
that could hold a count, a person, a pair or a word that somebody wrote.
"""

from collections.abc import Iterator
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.errors import StoreDamaged
from assistant.store.theme_records import FLOOR, StoredRelease

Band = Literal["5-9", "10-19", "20+"]
"""How many distinct pairs, both ends included; the only form in which a number of pairs is ever shown."""
BANDS: Final[tuple[Band, ...]] = ("5-9", "10-19", "20+")
"""The lowest first."""
LOWER_ENDS: Final[dict[Band, int]] = {"5-9": FLOOR, "10-19": 10, "20+": 20}
Trend = Literal["up", "down", "steady"]
"""The band beside the band of the release before."""
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(:[a-z0-9_]+){0,2}$", max_length=80)]
"""`one_way_lecturing`, `need_time`, `survey:useful:agree`, `on_plan`; never free text."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Cell(_Record):
    """One code: a band, or held back. A code that nobody named looks like one that was named too seldom."""

    code: Code
    band: Band | None = None
    suppressed: bool = True
    """Whether it is held back; there is one reason for all, so that the reason tells nothing."""
    trend: Trend | None = None
    """`None`: held back now or in the release before, or the two cannot be compared."""

    @model_validator(mode="after")
    def _verify(self) -> Self:
        if self.suppressed is not (self.band is None) or (self.suppressed and self.trend is not None):
            raise ValueError("a cell that is held back has neither band nor trend, and any other has a band")
        return self


class Release(_Record):
    """All that a manager ever learns of one cycle."""

    codebook: int
    """Version of the codes; two releases of different versions are not compared."""
    minimum_group: Literal[5] = FLOOR
    """Distinct pairs behind every band that is shown."""
    cells: tuple[Cell, ...]
    """Every code of the codebook, in its order."""
    survey: tuple[Cell, ...] = ()
    """Every `survey:<question>:agree` and `:disagree`, in the survey's order."""
    health: tuple[Cell, ...] = ()
    """`on_plan`, `behind`, `not_started` and `cancelled`, in this order."""

    def all_cells(self) -> Iterator[Cell]:
        """Every cell of the three parts."""
        yield from (*self.cells, *self.survey, *self.health)

    def find(self, code: str) -> Cell | None:
        """The cell of a code, or `None` where the release does not know it."""
        return next((cell for cell in self.all_cells() if cell.code == code), None)

    def to_json(self) -> str:
        """The content that is stored; the same release always gives the same bytes."""
        return self.model_dump_json()


def find_band(number: int) -> Band | None:
    """The band of a number of pairs; `None`: fewer than five."""
    return next((band for band in reversed(BANDS) if number >= LOWER_ENDS[band]), None)


def parse_release(content: str) -> Release:
    """The release of stored content. Raises `StoreDamaged` for anything that `Release.to_json` does not write."""
    try:
        return Release.model_validate_json(content)
    except ValidationError as error:
        raise StoreDamaged(
            f"A release is not as it was written ({error.error_count()} fields are wrong); "
            "put a backup back with `eyelevel restore`."
        ) from None


def read_release(stored: StoredRelease) -> Release:
    """What was frozen. Raises `StoreDamaged`, with the release's number, for content that cannot be read."""
    try:
        return parse_release(stored.content)
    except StoreDamaged:
        raise StoreDamaged(
            f"Release {stored.number} ({stored.id!r}) is not as it was written; "
            "put a backup back with `eyelevel restore`."
        ) from None
