"""The plan of a session: what it holds, how it is read again after it was kept, and how it reads as a document.

Pure. Plans are made by `assistant.notes.next_time` (from the findings of a note) and by `assistant.coach.plan` (from
the leader, the wish and all that is known of the pair); both make the same record, so every screen shows either.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Literal

from pydantic import Field, ValidationError, model_validator

from assistant.guide.sections import Section
from assistant.markdown import bullets, on_one_line
from assistant.notes.mistake import Mistake
from assistant.notes.note import Record, Side

SHORTEST, LONGEST = 10, 120
"""Minutes of a session that can be planned: three blocks of three minutes fit, and beyond two hours nobody meets."""
LEAST = 3
"""Minutes of the shortest block."""
FORM = 1
"""Version of `SessionPlan` as it is kept; goes up with every change that an older plan would not survive. A field with
a default is no such change."""
Format = Literal["session", "first", "group", "mutual", "project"]
"""What kind of session: one of two people, their first, one with a group of juniors, one in which both teach, one in
which they work on a project."""


class PlanBlock(Record):
    """One part of the session."""

    title: str
    minutes: int = Field(ge=LEAST)
    what: str
    questions: tuple[str, ...]
    mistake: Mistake | None = None
    """The finding it comes from; None for a part that every session has."""
    lead: Literal["mentor", "mentee", "both"] = "both"
    """Who has the word most in it."""
    section: Section | None = None
    """The section of the guide that it rests on; None where the part is Eyelevel's own idea."""


class PlanTopic(Record):
    """A topic of the catalogue that the session is about."""

    id: str
    title: str
    why: str
    """Why it suits this leader and this wish, in one sentence."""


class SessionPlan(Record):
    """A session, for the one who reads it."""

    side: Side
    """To whom it speaks."""
    minutes: int
    purpose: str
    blocks: tuple[PlanBlock, ...] = Field(min_length=3, max_length=8)
    first: tuple[str, ...]
    """Matters carried over, to begin with."""
    leave_out: tuple[str, ...]
    thread: str | None = None
    """One question away from all tools; a plan made from a note has it only where the session had none."""
    commitment: str
    """What to end on."""
    rests_on: tuple[Section, ...]
    """The sections of the guide behind it; `Sections.cite` looks them up."""
    remarks: tuple[str, ...] = ()
    """What is Eyelevel's own idea, and for whom the plan was written."""
    format: Format = "session"
    mentee_role: str = ""
    """Of the senior, as it was typed."""
    name: str = ""
    """What the reader calls the other side, as it was typed; empty where nobody said."""
    about: str = ""
    """The wish, as it was typed."""
    topics: tuple[PlanTopic, ...] = ()
    others: tuple[PlanTopic, ...] = ()
    """Topics that would suit as well, for another time."""
    ask: tuple[str, ...] = ()
    """What to ask the senior for: a story, a reason, a door."""
    starts: datetime | None = None
    """When it is held, in the time of the place; None where no day is settled."""

    @model_validator(mode="after")
    def _minutes_add_up(self) -> "SessionPlan":
        if sum(block.minutes for block in self.blocks) != self.minutes:
            raise ValueError("the blocks' minutes do not add up to the session's")
        return self


def read_plan(content: str, form: int) -> SessionPlan | None:
    """The plan that was kept as JSON in this form; `None` where another version kept it and wrote it differently."""
    try:
        return SessionPlan.model_validate_json(content) if form == FORM else None
    except ValidationError:
        return None


def plan_text(plan: SessionPlan) -> str:
    """The words that its owner may change, in the order in which they are shown, the parts divided by empty lines."""
    parts = ("\n".join(filter(None, (one.title, one.what, *one.questions))) for one in plan.blocks)
    return "\n\n".join((plan.purpose, *parts, plan.commitment))


def render_plan(plan: SessionPlan, title: str) -> str:
    """A plan alone as a Markdown document; what was typed is escaped."""
    return "\n\n".join([f"# {on_one_line(title)}", *describe_plan(plan, {})]) + "\n"


def describe_plan(plan: SessionPlan, numbers: Mapping[Mistake, int]) -> Iterator[str]:
    """The paragraphs of a plan in Markdown; `numbers`: of the findings that stand in the same document."""
    yield f"## The next session, {plan.minutes} minutes"
    yield f"Purpose: {on_one_line(plan.purpose)}"
    for topic in plan.topics:
        yield f"Topic: {on_one_line(topic.title)}. {on_one_line(topic.why)}"
    if plan.first:
        yield "### To begin with\n\n" + bullets(plan.first)
    for block in plan.blocks:
        number = numbers.get(block.mistake) if block.mistake else None
        mark = f" \\[{number}\\]" if number else ""
        yield f"### {on_one_line(block.title)}, {block.minutes} min{mark}"
        yield on_one_line(block.what)
        yield bullets(f"“{question}”" for question in block.questions)
    if plan.ask:
        yield "### To ask the senior for\n\n" + bullets(plan.ask)
    if plan.thread:
        yield f"### The human thread\n\n{on_one_line(plan.thread)}"
    yield f"### To end on\n\n{on_one_line(plan.commitment)}"
    if plan.leave_out:
        yield "### To leave out\n\n" + bullets(plan.leave_out)
    yield from (f"*{on_one_line(remark)}*" for remark in plan.remarks)
