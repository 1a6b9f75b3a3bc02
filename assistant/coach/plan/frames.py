"""The frames that plans are made in, one file a format in `knowledge/plan`, and what is said to a wish without a topic.

Strictly read: a file with a field too many, an unknown word between braces, or a question that can be answered by yes
or no is refused with its name. Nothing here chooses; `compose` does.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, model_validator

from assistant.coach.catalogue import Area, is_open
from assistant.coach.leaders import Family
from assistant.coach.plan.naming import ALOUD, WRITTEN, mention
from assistant.guide.sections import Line, Section
from assistant.knowledge import read_yaml
from assistant.notes.advice import Part as TopicPart
from assistant.notes.note import Record, Side

FrameName = Literal["session", "first", "group", "mutual", "mutual_turned", "project"]
"""The formats; of the mutual one a frame for the turn of each side."""
PartName = TopicPart | Literal["hopes", "topics", "format", "confidence"]
WORDS: Final = frozenset(
    "subject spoken other Other others Others why start show ask pitfall commitment thread question topics "
    "who hope hour guard dates touchy".split()
)
"""What may stand between braces. `subject` and `spoken`: what the session is about, as it is written to the reader and
as it is said aloud, always after a preposition, with what is said in its place from the fourth time on behind a bar
where the usual reference (`naming`) does not fit: `{subject|it}`; `other`, `others`: the other side and what is theirs,
with a capital letter at the start of a sentence; `why`, `show`, `ask`, `pitfall`, `commitment`: the topic's own words;
`thread`: its question about people, nothing where all its questions are; `question`: one that the senior may be asked;
`start`: what the reader wished, or nothing; `topics`: titles; the others: lines of a frame's `leaders`."""
_BRACED = re.compile(r"\{(\w+)(?:\|([^{}|]+))?\}")
GENERAL: Final = "general"
_NAMES: Final = frozenset({"subject", "spoken"})
"""What may be said by reference."""


def _known(text: str) -> str:
    for word, reference in _BRACED.findall(text):
        if word not in WORDS or (reference and word not in _NAMES):
            raise ValueError(f"{{{word}}} is not known" if word not in WORDS else f"{{{word}}} has no reference")
    if "{" in _BRACED.sub("", text):
        raise ValueError("a brace is left open")
    return text


def _open(text: str) -> str:
    if not text.startswith("{") and not is_open(text):
        raise ValueError(f"{text[:60]!r} is no open question")
    return text


Template = Annotated[Line, AfterValidator(_known)]
QuestionTemplate = Annotated[Template, AfterValidator(_open)]


class FrameBlock(Record):
    """A part of a session with places for the topic, the other side and the leader."""

    title: Template
    minutes: int = Field(ge=5, le=20)
    """In a session of usual length."""
    lead: Literal["mentor", "mentee", "both"]
    what: Template
    questions: Annotated[tuple[QuestionTemplate, ...], Field(min_length=1, max_length=3)]
    section: Section | None = None
    """What the guide says to it; None where the part is Eyelevel's own idea."""


class FramePart(FrameBlock):
    """A part between opening and closing."""

    part: PartName
    rank: int = Field(ge=1)
    """1 for the part that is in every session, however short."""
    draw: int = Field(ge=0, le=3)
    """How many questions of the topic it takes; its own fill what is missing, and are all it has where this is 0."""
    wished: QuestionTemplate | None = None
    """A question more where there is a wish."""
    beside: Template | None = None
    """What is still said where a finding's words take the place of `what`; None: all of `what`."""


class Frame(Record):
    """A session for one side."""

    purposes: dict[Area | Literal["any", "wish"], Template]
    """For each area of topics and a `wish` that fits none; or for `any` session, and where there is a `wish`."""
    opening: FrameBlock
    parts: Annotated[tuple[FramePart, ...], Field(min_length=4)]
    closing: FrameBlock
    commitment: Template
    ask: tuple[Line, ...] = ()
    """What to ask the senior for, in place of the topic's own."""
    leave_out: tuple[Line, ...] = ()
    """In place of the topic's pitfalls."""

    @model_validator(mode="after")
    def _is_complete(self) -> "Frame":
        if set(self.purposes) - {"wish"} not in ({"any"}, {*Area}):
            raise ValueError("`purposes` must have every area, or `any`")
        if sorted(part.rank for part in self.parts) != list(range(1, len(self.parts) + 1)):
            raise ValueError("`rank` must number the parts")
        return self

    @property
    def usual_minutes(self) -> int:
        """Minutes of a session with the three parts of the highest rank."""
        middle = sum(part.minutes for part in self.parts if part.rank <= 3)
        return self.opening.minutes + middle + self.closing.minutes


class Format(Record):
    """`knowledge/plan/<format>.yaml`."""

    room: Annotated[tuple[int, ...], Field(min_length=3)]
    """Minutes from which a session has two parts between opening and closing, three, and so on."""
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    """What the guide says to the whole."""
    mentor: Frame
    mentee: Frame
    leaders: dict[Family | Literal["general"], dict[str, Line]] = Field(default={})
    """Lines that differ from leader to leader, by their word between braces."""

    @model_validator(mode="after")
    def _leaders_alike(self) -> "Format":
        if self.leaders and set(self.leaders) != {*Family, "general"}:
            raise ValueError("`leaders` must have every family and `general`")
        if len({frozenset(lines) for lines in self.leaders.values()}) > 1:
            raise ValueError("`leaders` must all have the same lines")
        return self

    def of(self, side: Side) -> Frame:
        """The frame for one side."""
        return self.mentor if side == "mentor" else self.mentee

    def parts_in(self, minutes: int) -> int:
        """How many parts stand between opening and closing in a session of this length."""
        return 1 + sum(minutes >= least for least in self.room)


class WishLines(Record):
    """How a wish concerns one family of leaders."""

    why: Template
    questions: Annotated[tuple[QuestionTemplate, ...], Field(min_length=3, max_length=4)]


class WishKind(Record):
    """What can be done with a wish of one kind: about a tool, a group of people, a rule …"""

    like: Annotated[tuple[Line, ...], Field(min_length=2)]
    """What such wishes are about."""
    show: Template
    thread: QuestionTemplate
    commitment: Template
    ask: Annotated[tuple[Template, ...], Field(min_length=1)]
    pitfalls: Annotated[tuple[Template, ...], Field(min_length=1)]
    questions: Annotated[tuple[QuestionTemplate, ...], Field(min_length=2)]


class WishText(Record):
    """`knowledge/plan/wish.yaml`: what a plan says where no topic of the catalogue fits."""

    kinds: dict[str, WishKind]
    """By name; `general` for a wish that is near to none."""
    leaders: dict[Family | Literal["general"], WishLines]

    @model_validator(mode="after")
    def _leaders_complete(self) -> "WishText":
        if set(self.leaders) != {*Family, "general"}:
            raise ValueError("`leaders` must have every family and `general`")
        if GENERAL not in self.kinds:
            raise ValueError("`kinds` must have `general`")
        return self


class Frames(Record):
    """All of `knowledge/plan`."""

    formats: dict[FrameName, Format]
    wish: WishText

    def sections(self) -> frozenset[Section]:
        """Every section of the guide that a frame rests on."""
        found: set[Section] = set()
        for one in self.formats.values():
            found.update(one.sections)
            for frame in (one.mentor, one.mentee):
                blocks = (frame.opening, *frame.parts, frame.closing)
                found.update(block.section for block in blocks if block.section)
        return frozenset(found)


NAMES: Final[tuple[FrameName, ...]] = ("session", "first", "group", "mutual", "mutual_turned", "project")


@cache
def load_frames(folder: Path) -> Frames:
    """Every frame. Raises `KnowledgeError` naming the file."""
    formats = {name: read_yaml(folder / f"{name}.yaml", Format) for name in NAMES}
    return Frames(formats=formats, wish=read_yaml(folder / "wish.yaml", WishText))


def fill(template: str, words: Mapping[str, str]) -> str:
    """The template with the words in their places, single spaces, and capital letters where sentences start.

    What the session is about is marked, for `naming.resolve` to say or to refer to. Raises `KeyError` for a word that
    is not given.
    """
    usual = ALOUD if template.endswith("?") else WRITTEN

    def said(found: re.Match[str]) -> str:
        word = words[found[1]]
        return mention(word, found[2] or usual) if found[1] in _NAMES else word

    text = " ".join(_BRACED.sub(said, template).split())
    return text[:1].upper() + text[1:]
