"""Who asks: the four roles and the actor on whose behalf everything is done."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Role(StrEnum):
    """What a person is in the programme."""

    MENTOR = "mentor"
    """The junior employee, who coaches."""
    MENTEE = "mentee"
    """The senior leader, who is coached."""
    MANAGER = "manager"
    """The programme manager, who sees themes and never a person."""
    ADMINISTRATOR = "administrator"
    """Who manages accounts, and can read nothing that anybody wrote."""


COACHED = (Role.MENTOR, Role.MENTEE, Role.MANAGER)
"""The roles that have pages, questions and texts of their own."""


PAIRED = (Role.MENTOR, Role.MENTEE)
"""The two sides of a pair, who have sessions, notes and commitments."""


class Actor(BaseModel):
    """On whose behalf a call is made. The store shows an actor only what the actor owns."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    person: str
    """Id of the person; in personal mode everyone at this machine is one person."""
    role: Role


PERSONAL = "me"
"""The one person of the personal mode: whoever sits at this machine."""
