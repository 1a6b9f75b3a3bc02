"""Aims of programmes: what is said because of one, and the words between braces that every text of a plan may use.

Pure; read from files by `texts`.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints

from assistant.guide.sections import Line, Section
from assistant.notes.mistake import Mistake
from assistant.notes.note import Record

WORDS: Final = frozenset(
    "Leader Leaders ask_mentors ask_seniors at baseline behaviour busy call celebrate_low change check_in "
    "closing count fear first format_check format_matching format_mentors format_pitch format_seniors gain "
    "goal_named goal_short group_mentors helper helper_low honest hours human human_quoted know known language "
    "leader leaders leaders_low learning look_for_low managers mentor_hours mentor_kind minutes months name "
    "need never never_low number open others pairs place practise project_low result result_from returns_low "
    "round second senior_hours seniors sessions size subject to_mentors to_seniors topic topic_title unit "
    "units waves weigh whole witness".split()
)
"""What may stand between braces. `leader`, `leaders`: the seniors; `subject`: what the goal is about, in its writer's
words; the aim's own lines by their names, `…_low` with a small letter at the start; `topic`, `human`: titles of the
first topic and of the first that is no tool; the rest are numbers and lines of the leaders and of the format."""
AIM_WORDS: Final = frozenset({"leader", "leaders", "subject"})
_BRACED = re.compile(r"\{(\w+)\}")


def _known(text: str) -> str:
    if unknown := set(_BRACED.findall(text)) - WORDS:
        raise ValueError(f"{{{min(unknown)}}} is not known")
    return text


def _of_aim(text: str) -> str:
    if unknown := set(_BRACED.findall(text)) - AIM_WORDS:
        raise ValueError(f"{{{min(unknown)}}} is not known in an aim")
    return text


Template = Annotated[Line, AfterValidator(_known)]
AimLine = Annotated[Line, AfterValidator(_of_aim)]


class Prone(Record):
    """The mistake to which programmes with this aim are prone."""

    mistake: Mistake
    why: AimLine
    guard: AimLine


class Aim(Record):
    """What a programme is for, and everything that is said because of it."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z_]+$")]
    name: Line
    """After "about"."""
    words: Annotated[tuple[Line, ...], Field(min_length=1)]
    """By which a goal is recognised, in small letters and several languages."""
    like: Line
    """Such a goal in full, to which others are compared."""
    query: Line
    """By which topics on people and work are found in the catalogue."""
    tools: Line
    """By which topics on tools are found."""
    pace: Literal["skill", "mixed", "slow"]
    """How often pairs meet: skills fade without use, and habits need time to be tried."""
    technical: float = Field(ge=0.3, le=0.7)
    """Share of topics that are tools."""
    sensitive: bool = False
    """Whether a mentor can be hurt by speaking of it."""
    know: AimLine
    """After "knows": what a leader understands at the end."""
    change: AimLine
    """After "each leader": what one does otherwise at the end."""
    outcomes: Annotated[tuple[AimLine, ...], Field(min_length=2, max_length=3)]
    """What can be tested at the end."""
    baseline: AimLine
    """Asked before the first session, and again at the end."""
    learning: AimLine
    behaviour: AimLine
    result: AimLine
    """What is looked at on three of the four levels."""
    result_from: AimLine
    """Where the figure for the results lies already."""
    gain: AimLine
    """The first sentence of a pitch, said to one senior."""
    to_mentors: AimLine
    to_seniors: AimLine
    practise: AimLine
    """A hard sentence of a mentor."""
    honest: AimLine
    """What a senior could admit first."""
    look_for: AimLine
    ask_seniors: AimLine
    ask_mentors: AimLine
    """Whom to look for, and what to ask both sides before matching."""
    check_in: AimLine
    never: AimLine
    """What a check-in asks the senior, and what it never asks."""
    open: AimLine
    """A question of the mentor in the first session."""
    project: AimLine
    returns: AimLine
    """What a pair could work on, and what a senior could teach."""
    celebrate: AimLine
    prone: Prone
    rests_on: Annotated[tuple[Section, ...], Field(min_length=1, max_length=3)]

    def lines(self, words: Mapping[str, str]) -> dict[str, str]:
        """Its lines by their names, filled in; `words`: the leader, the leaders and the subject."""
        said = {name: fill(getattr(self, name), words) for name in AIM_LINES}
        return said | {"name": words["subject"] if self.id == GENERAL else self.name}


GENERAL: Final = "general"
"""The aim for goals that no other fits."""
AIM_LINES: Final = (
    "name know change baseline learning behaviour result result_from gain to_mentors to_seniors practise honest "
    "look_for ask_seniors ask_mentors check_in never open project returns celebrate"
).split()


def fill(template: str, words: Mapping[str, str]) -> str:
    """The template with the words in their places, single spaces, and a capital letter at the start of each sentence.

    Raises `KeyError` for a word that is not given.
    """
    text = " ".join(_BRACED.sub(lambda found: words[found[1]], template).split())
    return re.sub(r"(?<=[?.])\.(?=\s|$)", "", text[:1].upper() + text[1:])


def low(text: str) -> str:
    """With a small letter at the start, for the middle of a sentence, and without the full stop."""
    return (text[:1].lower() + text[1:]).rstrip(".")
