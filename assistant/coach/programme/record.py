"""The plan of a programme: what it holds, and how it is read again after it was kept.

Pure data. Plans are made by `planner`, changed part by part on the screen, and kept as the JSON of this record. What is
counted (agendas, sessions) is checked whenever a plan is made or changed, so that no kept plan has sums that are wrong.
"""

from datetime import date
from typing import Final, Literal, get_args

from pydantic import Field, ValidationError, model_validator

from assistant.coach.leaders import Family
from assistant.guide.sections import Section
from assistant.notes.mistake import Mistake
from assistant.notes.note import Record

FORM: Final = 1
"""Version of `ProgrammePlan` as it is kept; goes up with every change that an older plan would not survive."""
FEWEST_PAIRS, MOST_PAIRS = 2, 500
SHORTEST, LONGEST = 2, 12
"""Months."""
LONGEST_GOAL: Final = 1000
"""Characters of a goal that are read."""
LONGEST_ROLE, MOST_ROLES = 120, 12
"""Characters of one role, and how many roles are read."""
Format = Literal["pairs", "group", "mutual", "project"]
Minutes = Literal[30, 45, 60]
SessionKind = Literal["first", "topic", "return", "project", "closing"]
"""`return`: the turn in which the senior teaches, in the mutual format."""
Level = Literal["reaction", "learning", "behaviour", "results"]
LEVELS: Final[tuple[Level, ...]] = get_args(Level)
Part = Literal[
    "goal",
    "months",
    "first_session",
    "briefings",
    "check_ins",
    "matching",
    "pitch",
    "evaluation",
    "risks",
    "budget",
    "calendar",
]
PARTS: Final[tuple[Part, ...]] = get_args(Part)


class ProgrammeWish(Record):
    """What a programme manager asks for."""

    goal: str
    """As typed; what should be different afterwards."""
    leader_roles: tuple[str, ...] = ()
    """Of the seniors, as typed, one each."""
    pairs: int = Field(default=12, ge=FEWEST_PAIRS, le=MOST_PAIRS)
    """In the group format the seniors that take part."""
    months: int = Field(default=6, ge=SHORTEST, le=LONGEST)
    format: Format = "pairs"
    minutes: Minutes = 45
    """Of one session."""
    starts: date | None = None
    """First day of the week in which the first sessions are; None where no day is settled."""


class Support(Record):
    """What a part of the plan rests on."""

    part: Part
    rests_on: tuple[Section, ...]
    """Sections of the guide; `ProgrammePlanner.cite` looks them up."""
    own: str
    """What of it is Eyelevel's own idea and not the guide's."""
    says: str = ""
    """What the guide says to such a part, in one sentence."""


class Numbers(Record):
    """How many of everything; the texts of the plan say the same."""

    units: int = Field(ge=1)
    """Pairs, or groups in the group format."""
    seniors: int
    mentors: int
    """Needed at the start, without the reserve."""
    reserve: int
    """Mentors who stand ready to step in."""
    sessions: int
    """Of each pair or group, the first and the last among them."""
    waves: tuple[int, ...]
    """Pairs or groups of each wave; one number where all start together."""


class Question(Record):
    """A question to leaders of one kind."""

    leaders: str
    """Such as "leaders of technology"."""
    text: str


class PlannedSession(Record):
    """One session of every pair or group."""

    number: int = Field(ge=1)
    month: int = Field(ge=1)
    week: int = Field(ge=1)
    """Of the programme, from 1."""
    on: date | None = None
    """Monday of that week, or another day that somebody chose."""
    kind: SessionKind
    title: str
    what: str
    """Why it matters to these leaders, and what is shown or done."""
    topic: str | None = None
    """Id of the catalogue's topic."""
    technical: bool | None = None
    """Whether the topic is a tool; None where the session has no topic of the catalogue."""
    families: tuple[Family, ...] = ()
    """Families of these leaders that the topic is written for."""
    questions: tuple[Question, ...] = ()


class AgendaItem(Record):
    """A part of a meeting."""

    title: str
    minutes: int = Field(ge=1)
    what: str


class Agenda(Record):
    """A meeting in timed parts."""

    minutes: int
    items: tuple[AgendaItem, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _adds_up(self) -> "Agenda":
        if sum(item.minutes for item in self.items) != self.minutes:
            raise ValueError("the minutes of the parts do not add up to the meeting's")
        return self


class Briefing(Record):
    """What one side hears before the first session."""

    side: Literal["mentors", "seniors"]
    agenda: Agenda
    messages: tuple[str, ...]
    """To be remembered, in one sentence each."""


class CheckIn(Record):
    """A look at how the pairs work together, never at what they say."""

    title: str
    week: int
    on: date | None = None
    who: str
    asks: tuple[str, ...]


class Measure(Record):
    """What is looked at on one of Kirkpatrick's four levels."""

    level: Level
    what: str
    how: str
    whom: str
    when: str
    compared: str


class Risk(Record):
    """A mistake to which this very design is prone."""

    mistake: Mistake
    why: str
    guard: str


class Hours(Record):
    """A line of the time budget."""

    what: str
    hours: float = Field(ge=0)


class Entry(Record):
    """Something to be done in a week."""

    week: int
    """Of the programme; 1 is the week of the first sessions, 0 the one before, and so on."""
    on: date | None = None
    what: str


class ProgrammePlan(Record):
    """A whole programme."""

    wish: ProgrammeWish
    title: str
    aim: str
    """Id of what the goal was taken for."""
    about: str
    """The same in a few words."""
    leaders: str
    """Who the seniors are, as the texts call them."""
    families: tuple[Family, ...]
    """Of the leaders, in the order of their roles; empty where none was recognised."""
    goal: str
    """One plain sentence."""
    outcomes: tuple[str, ...] = Field(min_length=2, max_length=6)
    """What can be tested at the end."""
    numbers: Numbers
    sessions: tuple[PlannedSession, ...] = Field(min_length=2)
    closing: str
    first_session: Agenda
    briefings: tuple[Briefing, ...]
    check_ins: tuple[CheckIn, ...]
    never: tuple[str, ...]
    """What no check-in asks."""
    confidence: tuple[str, ...]
    """What becomes of the answers, and what is done after missed sessions."""
    matching: tuple[str, ...]
    pitch: tuple[str, ...]
    """Sentences said to one senior."""
    openings: tuple[Question, ...] = ()
    """How the pitch begins for leaders of the other kinds."""
    evaluation: tuple[Measure, ...]
    shown: str
    """From how many pairs figures are shown."""
    risks: tuple[Risk, ...]
    manager: tuple[Hours, ...]
    """The programme manager's hours over the whole programme, of one wave where there are several."""
    participants: tuple[str, ...]
    """What a mentor and a senior give, and what to reserve by the guide's rule of thumb."""
    calendar: tuple[Entry, ...]
    supports: tuple[Support, ...]
    remarks: tuple[str, ...] = ()
    """What the manager should know: where the wish and the guide part ways, and what was not understood."""

    @property
    def manager_hours(self) -> float:
        """All of the manager's hours."""
        return sum(line.hours for line in self.manager)

    def support(self, part: Part) -> Support:
        """What a part rests on."""
        return next(one for one in self.supports if one.part == part)


def read_programme(content: str, form: int) -> ProgrammePlan | None:
    """The plan that was kept as JSON in this form; None where another version kept it and wrote it differently."""
    try:
        return ProgrammePlan.model_validate_json(content) if form == FORM else None
    except ValidationError:
        return None
