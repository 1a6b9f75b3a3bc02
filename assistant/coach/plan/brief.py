"""What a plan is asked for, and what can be told from it before a word is planned. Pure data."""

from typing import Final

from pydantic import Field

from assistant.coach.leaders import Family
from assistant.coach.plan.known import Known
from assistant.coach.plan.matter import Voice
from assistant.coach.plan.subject import Subject
from assistant.coach.topics import LONGEST_WISH
from assistant.errors import InputError
from assistant.notes.note import Record, Side
from assistant.notes.session_plan import LONGEST, SHORTEST, Format
from assistant.text import clean, shorten

LONGEST_ROLE: Final = 200
"""Characters of a role, and of a name."""
LONGEST_START: Final = 90
"""Characters of a wish that is read back to its writer."""


class PlanWish(Record):
    """What a person asks for."""

    mentee_role: str = ""
    """Of the senior, as typed."""
    about: str = ""
    """What the session should be about, as typed."""
    minutes: int = Field(default=45, ge=SHORTEST, le=LONGEST)
    format: Format = "session"
    topic: str | None = None
    """Id of the topic that the person chose; None: one is chosen that suits."""
    side: Side = "mentor"
    """Who reads the plan."""
    name: str = ""
    """What the reader calls the other side: "Henrik"; empty where no name is known."""

    def verify(self) -> None:
        """Raises `InputError` for what is too long."""
        length = len(self.about)
        if length > LONGEST_WISH:
            raise InputError(f"The wish has {length:,} characters, at most {LONGEST_WISH:,} are read; shorten it.")
        for what, text in (("role", self.mentee_role), ("name", self.name)):
            if len(text) > LONGEST_ROLE:
                raise InputError(
                    f"The {what} has {len(text):,} characters, at most {LONGEST_ROLE} are read; shorten it."
                )


class Brief(Record):
    """A wish as it was understood."""

    wish: PlanWish
    known: Known
    families: tuple[Family, ...]
    """Of the leader, the surest first."""
    language: str | None
    """Of what the session should be about; None: English, or too little to tell."""
    subject: Subject | None
    """What it should be about; None where nothing was said."""

    @property
    def family(self) -> Family | None:
        """The surest family."""
        return self.families[0] if self.families else None

    @property
    def is_foreign(self) -> bool:
        """Whether the wish is in another language than the catalogue."""
        return self.language not in (None, "en")

    @property
    def voice(self) -> Voice:
        """How the plan speaks."""
        return Voice(side=self.wish.side, name=" ".join(clean(self.wish.name).split()))

    def read_back(self, subject: Subject) -> str:
        """The beginning of a part that takes up the wish as it was typed; empty where the subject says it all."""
        said = " ".join(clean(self.wish.about).split()).strip(" .")
        is_said = "“" in subject.written or said.lower() in (subject.written.lower(), subject.spoken.lower())
        if self.subject is None or self.wish.topic or is_said:
            return ""
        return f"You wrote “{shorten(said.replace('“', '‘').replace('”', '’'), LONGEST_START)}”, so begin there. "
