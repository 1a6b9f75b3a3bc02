"""What the stores of themes take and hand out: frozen records without a text of anybody.

A `Cycle` names pairs and people, so that whoever builds a release from it can count them; it lives inside the one
transaction that publishes and goes no further. What managers and everybody else get is `StoredRelease`, whose content
names nobody. Nothing here reads a database.
"""

from datetime import date, datetime
from typing import Final, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from assistant.roles import Role

FLOOR: Final = 5
"""How many distinct pairs must have contributed to a cycle before it can be closed. No setting changes it."""
SourceKind = Literal["note", "commitment", "survey"]
"""From what a person in the app contributes; contributions of imported notes have no owner here."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class PairCodes(_Record):
    """The codes of one pair in a cycle: those that either side contributed and did not withdraw."""

    pair: str
    """Id of a pair or of an imported pair."""
    mentor: str
    mentee: str
    """Ids of people; of an imported pair `<pair>:mentor` and `<pair>:mentee`."""
    mentor_team: str | None
    mentee_team: str | None
    """Who leads the team: the id of the line manager, or what an import called the team; `None`: not known."""
    codes: frozenset[str]
    """Empty where all were withdrawn, or nothing was named."""
    wrote: bool = True
    """Whether a note, a commitment or an imported note is among its contributions, so that it could have any theme."""
    answered: bool = True
    """Whether an answer to the survey is; who wrote or answered may be known, so that each counts for its own cells."""
    new: bool = False
    """Whether the pair was made since the release before."""


class PairHealth(_Record):
    """How the sessions of an active pair went since the release before, until the day of the cycle.

    Each session is in one release only: what piles up over releases tells of a pair that is made or ended in between.
    """

    pair: str
    mentor: str
    mentee: str
    mentor_team: str | None
    mentee_team: str | None
    """All as in `PairCodes`."""
    held: int = Field(ge=0)
    """Sessions with minutes held."""
    expected: int = Field(ge=1)
    """One for each whole month since the programme began, the pair was made or the release before, whichever is the
    latest; at least one."""
    cancelled: bool
    """Whether a session that was planned did not take place: minutes planned, and none held."""


class Cycle(_Record):
    """All that a release is made of."""

    number: int = Field(ge=1)
    """Of the release that it makes: 1, 2, 3 … in its programme."""
    since: date | None
    """The day of the release before; `None`: the first one."""
    until: date
    """The day on which it is closed."""
    pairs: tuple[PairCodes, ...]
    """Those with a contribution in it, in an order that tells nothing."""
    health: tuple[PairHealth, ...]
    """The active pairs of the programme, with or without a contribution."""
    before: str | None
    """Content of the release before."""
    before_pairs: tuple[PairCodes, ...]
    """What the release before was made of, as far as it was not erased since."""


class StoredRelease(_Record):
    """A release as it was frozen."""

    id: str
    programme: str
    number: int
    """1, 2, 3 … in its programme."""
    since: date | None
    """The day of the release before; `None`: the first one."""
    until: date
    content: str
    """JSON, as `publish` was given it; the store does not read it."""
    created: datetime
    """UTC."""


class CycleState(_Record):
    """How far the open cycle of a programme is."""

    programme: str
    needs: int = Field(ge=0, le=FLOOR)
    """How many more distinct pairs must contribute before it can be closed; 0: it can be."""
    last: StoredRelease | None


class ThemeSource(NamedTuple):
    """From what a contribution was made: the person's own note, commitment, or answers about a pair."""

    kind: SourceKind
    item: str
    """Id of the note or the commitment; of a survey the id of the pair."""


class OwnContribution(_Record):
    """A contribution as its owner sees it."""

    id: str
    source: ThemeSource
    pair: str
    role: Role
    """In which it was made."""
    held_on: date | None
    """Day of the session, where that is known."""
    codes: tuple[str, ...]
    """All that were found, the withdrawn ones too, in the order in which they were given."""
    withdrawn: tuple[str, ...]
    """Those that do not count, because the owner took them back."""
    released: bool
    """True: a release has taken it and nothing about it changes any more."""
    created: datetime
    """UTC."""


class ImportedNote(_Record):
    """A session note from elsewhere, of which whoever brings it says that its author agreed."""

    pair: str
    """What the file calls the pair."""
    role: Role
    """Mentor or mentee: who wrote it."""
    held_on: date
    text: str
    debrief: str | None = None
    """The debrief as JSON; `None` where there is none."""


class ImportedPair(_Record):
    """What is known of a pair from elsewhere besides its notes. All but the name may be left out."""

    pair: str
    """What the file calls the pair."""
    mentor_team: str | None = None
    mentee_team: str | None = None
    """What the file calls the team, or whoever leads it."""
    held: int | None = Field(default=None, ge=0)
    expected: int | None = Field(default=None, ge=1)
    """As in `PairHealth`; a pair counts for the programme's health only where both are said."""
    cancelled: bool = False


class Added(_Record):
    """What an import did."""

    notes: int
    """That were not there before."""
    known: int
    """That were there already and were left as they are."""
    pairs: int
    """That were not there before."""


class UncodedNote(_Record):
    """An imported note that has no codes yet, for whoever codes it."""

    id: str
    role: Role
    held_on: date
    text: str
    debrief: str | None


class CodedNote(_Record):
    """What an imported note was found to say."""

    id: str
    codes: tuple[str, ...] | None
    """Empty: it names nothing; `None`: it must not count at all, because something in it is for others to deal with."""
    codebook: int
    """Version."""


class ExportedThemeConsent(_Record):
    """Since when a person, in a role, lets codes be counted."""

    role: Role
    given_at: datetime
    """UTC."""


class ExportedContribution(_Record):
    """What counts of a person for a programme's themes, or was released."""

    id: str
    role: Role
    pair: str
    source_kind: str
    """From what it was made: `note`, `commitment`, `survey`; with the id of that, of a survey the pair's."""
    source_item: str
    held_on: date | None
    codes: tuple[str, ...] | None
    """`None` only where `Export.unreadable` names it."""
    withdrawn: tuple[str, ...] | None
    """Those that do not count."""
    codebook: int
    created_at: datetime
    released: bool


class ExportedSurvey(_Record):
    """What a person answered to the survey about a pair."""

    id: str
    role: Role
    pair: str
    answers: dict[str, int] | None
    """From 1 to 5, by question."""
    created_at: datetime
    updated_at: datetime
