"""What is said to a finding: its question, its advice, and the section of the guide that the advice rests on.

The words lie in `knowledge/mistakes/<mistake>.yaml` and `knowledge/next_session.yaml`; this module reads them strictly
and looks up their sections in the guide as it was ingested. A guide that is missing or damaged costs the citations
and nothing else. Nothing here reads a note, ranks passages or loads a model.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from assistant.errors import KnowledgeError
from assistant.guide.index import GuideIndex
from assistant.guide.passage import Citation
from assistant.guide.sections import Line, Section, Sections
from assistant.knowledge import read_yaml
from assistant.notes.mistake import Mistake
from assistant.notes.note import Record, Side
from assistant.roles import Role
from assistant.settings import Settings

Part = Literal["picture", "show", "people", "theirs", "again"]
"""Parts of a plan on a topic: the listener's picture of it, something to try, what it means for people, what only the
senior can tell, and a second attempt."""
T = TypeVar("T")


def _is_question(text: str) -> str:
    if not text.endswith("?"):
        raise ValueError("must end with a question mark")
    return text


Question = Annotated[Line, AfterValidator(_is_question)]


class SupportedAdvice(Section):
    """An advice and where the guide says so."""

    advice: Line
    """One or two sentences, with one that can be said as it stands."""
    quotes: tuple[Line, ...] = Field(min_length=1)
    """What the section says to it, verbatim."""

    @property
    def section(self) -> Section:
        """The section alone."""
        return Section(article=self.article, heading=self.heading)


class Worded(Record, Generic[T]):
    """One thing in three wordings: for each side, and for a writer of whom nothing is known."""

    mentor: T
    mentee: T
    either: T

    def to(self, writer: Role | None) -> T:
        """The wording for a writer; a programme manager gets the one for either."""
        return self.mentor if writer is Role.MENTOR else self.mentee if writer is Role.MENTEE else self.either


class BlockText(Record):
    """A part of a session plan, before its minutes are settled."""

    title: Line
    minutes: int = Field(ge=5, le=20)
    """In a session of 45 minutes."""
    what: Line
    questions: tuple[Question, ...] = Field(min_length=1, max_length=3)


class MiddleText(BlockText):
    """A part between the opening and the commitment."""

    kind: Literal["settle", "topic"]
    """Whether it settles how the two work together, or gives a topic its room."""
    part: Part | None = None
    """Which part of a plan on a topic it can take the place of; None where it is about the last session itself."""


class PlanText(Record):
    """What one finding gives to the next session."""

    purpose: Line
    blocks: tuple[MiddleText, ...] = Field(min_length=1, max_length=2)
    opening: Line
    """The matter carried over from last time."""
    instead: Line
    """What to leave out."""
    thread: Line | None = None
    """A question away from all tools; `tech_only_focus` alone has one."""


class Plans(Record):
    """The plan's parts for each side."""

    mentor: PlanText
    mentee: PlanText


class MistakeText(Record):
    """Everything that is said to one mistake."""

    id: Mistake
    name: Annotated[Line, StringConstraints(max_length=24)]
    """For labels."""
    question: Worded[Question]
    next_time: Worded[SupportedAdvice]
    plan: Plans

    @model_validator(mode="after")
    def _threads_where_needed(self) -> "MistakeText":
        threads = {self.plan.mentor.thread is not None, self.plan.mentee.thread is not None}
        if threads != {self.id is Mistake.TECH_ONLY_FOCUS}:
            raise ValueError("`thread` belongs to both plans of tech_only_focus and to no other")
        return self


class SessionText(Record):
    """The frame of a plan for one side."""

    purpose: Line
    opening: BlockText
    blocks: tuple[MiddleText, ...] = Field(min_length=3, max_length=3)
    closing: BlockText
    kept: Line
    """Carried over where the last commitment was made or kept."""
    not_kept: Line
    nothing_brought: Line
    cut_short: Line
    leave_out: Line
    commitment: Line


class Lengths(Record, Generic[T]):
    """One thing for sessions of 45 minutes or so, and one for short sessions."""

    full: T
    short: T

    def of(self, *, short: bool) -> T:
        """The one for a session of this kind."""
        return self.short if short else self.full


class Remarks(Lengths[Line]):
    """What the plan says about itself."""

    unknown_writer: Line


class Session(Record):
    """`knowledge/next_session.yaml`."""

    mentor: SessionText
    mentee: SessionText
    sections: Lengths[Section]
    remarks: Remarks

    def of(self, side: Side) -> SessionText:
        """The frame for one side."""
        return self.mentor if side == "mentor" else self.mentee


class Material(Record):
    """All that can be said."""

    mistakes: dict[Mistake, MistakeText]
    session: Session

    def plan(self, mistake: Mistake, side: Side) -> PlanText:
        """What a mistake gives to the plan of one side."""
        plans = self.mistakes[mistake].plan
        return plans.mentor if side == "mentor" else plans.mentee

    def sections(self) -> frozenset[Section]:
        """Every section of the guide that something here rests on."""
        worded = (text.next_time for text in self.mistakes.values())
        advised = {one.section for each in worded for one in (each.mentor, each.mentee, each.either)}
        return frozenset(advised | {self.session.sections.full, self.session.sections.short})


class Advice(Record):
    """What is said to one finding."""

    question: str
    advice: str
    citations: tuple[Citation, ...] = ()


@cache
def load_material(knowledge: Path) -> Material:
    """The words of every mistake and of the next session. Raises `KnowledgeError` naming the file."""
    mistakes = {mistake: read_yaml(knowledge / "mistakes" / f"{mistake}.yaml", MistakeText) for mistake in Mistake}
    for mistake, text in mistakes.items():
        if text.id is not mistake:
            path = str(knowledge / "mistakes" / f"{mistake}.yaml")
            raise KnowledgeError(
                f"{path!r} has the id {str(text.id)!r}; it must be that of its file, {str(mistake)!r}."
            )
    return Material(mistakes=mistakes, session=read_yaml(knowledge / "next_session.yaml", Session))


class Adviser:
    """Puts findings into words and cites the guide; opened when first asked, safe to share between threads."""

    def __init__(self, settings: Settings, current: Callable[[], GuideIndex] | None = None) -> None:
        """`current` as `Sections` takes it."""
        self._settings = settings
        self._sections = Sections(settings, self._wanted, current)
        self.cite = self._sections.cite

    @property
    def material(self) -> Material:
        """The words themselves. Raises `KnowledgeError`."""
        return load_material(self._settings.knowledge)

    @property
    def trouble(self) -> str | None:
        """Why advice has to go without some or all of its sources, as one plain line; None where nothing is amiss."""
        return self._sections.trouble

    def _wanted(self) -> frozenset[Section]:
        return self.material.sections()

    def advise(self, mistake: Mistake, writer: Role | None, number: int) -> Advice:
        """Question, advice and, where the guide has it, source of finding `number`. Raises `KnowledgeError`."""
        text = self.material.mistakes[mistake]
        advice = text.next_time.to(writer)
        return Advice(
            question=text.question.to(writer),
            advice=advice.advice,
            citations=self.cite(advice.section, str(number), advice.quotes),
        )
