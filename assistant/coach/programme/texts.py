"""The words of programme plans, as `knowledge/programme_plan/` has them.

Strictly read: a file with a field too many, an unknown word between braces, agendas that do not add up or a section
that is no section is refused with its name. Nothing here chooses.
"""

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, ValidationError, model_validator

from assistant.coach.leaders import Family
from assistant.coach.programme.aims import Aim, Template
from assistant.coach.programme.record import Format, Level, Part
from assistant.errors import KnowledgeError
from assistant.guide.sections import Line, Section
from assistant.knowledge import read_yaml
from assistant.notes.mistake import Mistake
from assistant.notes.note import Record


class LeaderLines(Record):
    """What differs from one family of leaders to the next."""

    weigh: Line
    busy: Line
    place: Line
    mentors: Line
    fear: Line
    witness: Line


class FirstItem(Record):
    """A part of the first session, for 30, 45 and 60 minutes."""

    title: Template
    minutes: tuple[int, int, int]
    what: Template


class FormatText(Record):
    """What a format adds."""

    name: Line
    pitch: Template
    """In the middle of the sentence on the time it takes."""
    first: tuple[FirstItem, ...]
    briefing_mentors: Template
    briefing_seniors: Template
    matching: Template
    check_in: Template
    closing: Template
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _adds_up(self) -> "FormatText":
        for at, minutes in enumerate((30, 45, 60)):
            if sum(item.minutes[at] for item in self.first) != minutes:
                raise ValueError(f"the first session of {minutes} minutes does not add up")
        return self


class PartText(Record):
    """What a part rests on in every plan."""

    own: Line
    says: Line | None = None
    """What the guide says to such a part, in our words."""
    quotes: tuple[Line, ...] = ()
    """The same in the guide's own."""
    rests_on: tuple[Section, ...]


class Item(Record):
    """A part of a briefing."""

    title: Template
    minutes: int
    what: Template


class CheckInText(Record):
    """One moment at which pairs are asked."""

    who: Template
    asks: Annotated[tuple[Template, ...], Field(min_length=2)]


class MeasureText(Record):
    """One level of the evaluation."""

    how: Template
    what: Template
    whom: Template
    compared: Template


class EvaluationText(Record):
    """The four levels, and from how many pairs figures are shown."""

    reaction: MeasureText
    learning: MeasureText
    behaviour: MeasureText
    results: MeasureText
    shown: Template
    talks: Template

    def of(self, level: Level) -> MeasureText:
        """The words of a level."""
        return {
            "reaction": self.reaction,
            "learning": self.learning,
            "behaviour": self.behaviour,
            "results": self.results,
        }[level]


class Frame(Record):
    """`parts.yaml`: what holds for every format."""

    parts: dict[Part, PartText]
    briefing_mentors: tuple[Item, ...]
    briefing_seniors: tuple[Item, ...]
    messages_mentors: tuple[Template, ...]
    messages_seniors: tuple[Template, ...]
    check_ins: dict[Literal["first", "middle", "last"], CheckInText]
    never: tuple[Template, ...]
    confidence: Template
    missed: Template
    matching: tuple[Template, ...]
    waves: dict[Literal["many", "few", "single"], Template]
    pitch: dict[Literal["weigh", "ask", "free"], Template]
    evaluation: EvaluationText
    closing: Template


Signal = Literal[
    "short_minutes", "long", "short", "many", "image", "few", "group", "mutual", "project", "top", "sensitive",
    "technical", "mixed", "always",
]  # fmt: skip


class RiskText(Record):
    """A mistake to which designs with this sign are prone."""

    when: Signal
    mistake: Mistake
    why: Template
    guard: Template
    section: Section


class EvidenceText(Record):
    """What can be said of the evidence, with its limit."""

    aims: tuple[str, ...]
    text: Line
    section: Section


class ReturnText(Record):
    """What a senior can teach."""

    title: Line
    what: Line


class LimitText(Record):
    """A kind of goal that programmes do not serve."""

    says: Line
    remark: Line
    section: Section
    patterns: Annotated[tuple[str, ...], Field(min_length=1)]


Limit = Literal["watching", "ranking"]
CalendarName = Literal[
    "sponsor", "line_managers", "invite", "invite_first", "match", "match_first", "brief", "session", "check_in",
    "sponsor_report", "review", "group_session", "report", "wave", "behaviour",
]  # fmt: skip
RemarkName = Literal[
    "foreign", "foreign_general", "general", "two_aims", "short", "long", "group_minutes", "thirty", "few", "waves",
    "managers", "thumb", "participants", "more_mentors", "need", "need_groups", "no_roles", "no_families", "unknown",
    "top",
]  # fmt: skip


class ProgrammeTexts(Record):
    """All of `knowledge/programme_plan`."""

    aims: tuple[Aim, ...]
    general: Aim
    """For goals that no other aim fits."""
    leaders: dict[Family | Literal["general"], LeaderLines]
    formats: dict[Format, FormatText]
    frame: Frame
    risks: tuple[RiskText, ...]
    evidence: tuple[EvidenceText, ...]
    returns: tuple[ReturnText, ...]
    limits: dict[Limit, LimitText]
    calendar: dict[CalendarName, Template]
    remarks: dict[RemarkName, Template]

    @model_validator(mode="after")
    def _is_whole(self) -> "ProgrammeTexts":
        names = [aim.id for aim in (*self.aims, self.general)]
        if len(set(names)) != len(names):
            raise ValueError("an aim is there twice")
        if missing := set(names) - {name for one in self.evidence for name in one.aims}:
            raise ValueError(f"there is no evidence for the aim {min(missing)!r}")
        if set(self.leaders) != {*Family, "general"}:
            raise ValueError("the leaders of a family are missing")
        if set(self.calendar) != set(get_args(CalendarName)) or set(self.remarks) != set(get_args(RemarkName)):
            raise ValueError("a line of the calendar or a remark is missing")
        return self

    def sections(self) -> frozenset[Section]:
        """Every section of the guide that a plan may rest on."""
        found = {section for aim in (*self.aims, self.general) for section in aim.rests_on}
        found.update(section for one in self.formats.values() for section in one.sections)
        found.update(section for one in self.frame.parts.values() for section in one.rests_on)
        found.update(one.section for one in self.risks)
        found.update(one.section for one in self.evidence)
        found.update(one.section for one in self.limits.values())
        return frozenset(found)


@cache
def load_programme_texts(folder: Path) -> ProgrammeTexts:
    """Everything. Raises `KnowledgeError` naming the file."""
    aims = [aim for path in sorted(folder.glob("aims_*.yaml")) for aim in read_yaml(path, list[Aim])]
    values: dict[str, Any] = {
        "aims": tuple(aims),
        "general": read_yaml(folder / "aim_general.yaml", Aim),
        "leaders": read_yaml(folder / "leaders.yaml", dict[Family | Literal["general"], LeaderLines]),
        "formats": read_yaml(folder / "formats.yaml", dict[Format, FormatText]),
        "frame": read_yaml(folder / "parts.yaml", Frame),
        "risks": read_yaml(folder / "risks.yaml", tuple[RiskText, ...]),
        "evidence": read_yaml(folder / "evidence.yaml", tuple[EvidenceText, ...]),
        "returns": read_yaml(folder / "returns.yaml", tuple[ReturnText, ...]),
        "limits": read_yaml(folder / "limits.yaml", dict[Limit, LimitText]),
        "calendar": read_yaml(folder / "calendar.yaml", dict[CalendarName, Template]),
        "remarks": read_yaml(folder / "remarks.yaml", dict[RemarkName, Template]),
    }
    try:
        return ProgrammeTexts(**values)
    except ValidationError as error:
        raise KnowledgeError(f"{str(folder)!r} is not whole ({_first(error)}); put the shipped files back.") from None


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or 'everything'}: {first['msg']}"
