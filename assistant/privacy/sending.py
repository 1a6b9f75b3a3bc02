"""What a call must bring along so that a text may leave this machine: one person's yes, and the names to hide.

Made by the app for each question, never kept for the process. Without it `models.service` sends nothing elsewhere.
"""

from pydantic import BaseModel, ConfigDict

from assistant.privacy.roster import Roster


class Sending(BaseModel):
    """A person's yes to one model elsewhere."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    """The model that the person said yes to, as `models.place` calls it."""
    roster: Roster
    """Names that are hidden before a text is sent."""
