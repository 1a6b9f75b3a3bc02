"""What the stores of people, programmes and the audit hand out: frozen records, never a row, and no text of anybody."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from assistant.roles import Role


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Person(_Record):
    """An account, as administrators see it."""

    id: str
    name: str
    email: str | None
    """In small letters."""
    line_manager: str | None
    """Id of the person this one reports to, where that person is here as well."""
    roles: tuple[Role, ...]
    """In the order of `Role`."""
    closed: bool


class Me(_Record):
    """What a person sees of the own account."""

    id: str
    name: str | None
    """`None` in personal mode, which asks for no name."""
    email: str | None
    roles: tuple[Role, ...]


class Candidate(_Record):
    """Somebody with an open account who can be paired, as programme managers see them."""

    id: str
    name: str
    roles: tuple[Role, ...]
    """Mentor, mentee or both."""


class Programme(_Record):
    """A programme with its dates."""

    id: str
    title: str
    starts_on: date
    ends_on: date
    """Its last day."""
    retention_days: int
    """How many days after the end what its pairs wrote is erased."""
    demonstration: bool = False
    """Whether all in it was made up, to have something to show."""


class Pair(_Record):
    """Who is paired with whom, as programme managers see it; nothing of what the two do."""

    id: str
    mentor: str
    """Id of the person."""
    mentor_name: str
    mentee: str
    """Id of the person."""
    mentee_name: str
    active: bool
    """False: it was ended."""
    in_reporting_line: bool
    """True: since they were paired, one of the two came to report to the other, directly or further up."""


class SeenProgramme(_Record):
    """A programme with those of its pairs that one person stands in, as programme managers see both."""

    programme: Programme
    pairs: tuple[Pair, ...]


class SeenByManagers(_Record):
    """All that programme managers see of one mentor or mentee."""

    candidate: Candidate | None
    """The line in the list of people who can be paired; `None` in personal mode, where nobody is listed."""
    programmes: tuple[SeenProgramme, ...]
    """Those with a pair of the person, the latest begun first."""


class OwnPair(_Record):
    """A pair, as the mentor or the mentee in it sees it."""

    id: str
    role: Role
    """Mentor or mentee: what the asking person is in it."""
    partner: str
    """Id of the other."""
    partner_name: str
    active: bool
    programme: Programme


class HeldSession(_Record):
    """A meeting of a pair, planned or held; both sides see the same."""

    id: str
    held_on: date
    minutes_planned: int | None
    """0 to 600; `None`: not said."""
    minutes_held: int | None
    """0 to 600; `None`: not said, or still to come."""


class AuditEntry(_Record):
    """Something that was done, in ids."""

    position: int
    """1, 2, 3 …"""
    at: datetime
    """UTC."""
    actor: str
    """Id of a person; `#house` for whoever runs the machine."""
    action: str
    kind: str
    item: str


class AuditReport(_Record):
    """What `audit.verify` found."""

    right: int
    """How many entries, from the first one on, are as they were written."""
    newest: str
    """Signature of the last of these; empty where there is none. Written down elsewhere, it shows a chain cut short."""
    fault: str | None
    """One plain line about the first entry that is wrong, missing or out of order; `None`: there is none."""
