"""The records of a note check: what goes in (a note, its transcript, its debrief) and what comes out (a report).

Pure data; offsets are half-open and count code points of `Note.text`. Nothing here reads a file or knows a model.
"""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.guide.passage import Citation
from assistant.notes.mistake import Mistake
from assistant.roles import Role

MAX_CHARACTERS = 400_000
"""Of one note: a transcript of eight hours. More is no note but an archive."""

Side = Literal["mentor", "mentee"]
"""One of the two people of a pair."""


class Record(BaseModel):
    """Frozen; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Turn(Record):
    """What one person said until somebody else spoke."""

    speaker: str
    """The name as the transcript gives it."""
    start: int = Field(ge=0)
    end: int
    """Offsets of the spoken words in the note's text, without the name and the time."""
    began: float | None = None
    """Seconds from the beginning of the recording; None where the transcript has no times."""
    ended: float | None = None


class Transcript(Record):
    """The turns of a note that is a transcript or a chat, in the order of the text."""

    turns: tuple[Turn, ...]
    form: str
    """What it was read as: `webvtt`, `srt`, `zoom`, `teams`, `otter`, `chat` or `names`."""
    mentor: str | None = None
    """Which speaker is the mentor; None where nobody said and nothing in the text tells."""
    mentee: str | None = None
    roles_from: Literal["given", "inferred", "unknown"] = "unknown"

    @property
    def speakers(self) -> tuple[str, ...]:
        """Names in order of first turn."""
        return tuple(dict.fromkeys(turn.speaker for turn in self.turns))

    def side(self, speaker: str) -> Side | None:
        """Which side of the pair a speaker is, where it is known."""
        return "mentor" if speaker == self.mentor else "mentee" if speaker == self.mentee else None

    def swapped(self) -> "Transcript":
        """The same with mentor and mentee exchanged."""
        return self.model_copy(update={"mentor": self.mentee, "mentee": self.mentor, "roles_from": "given"})


class Brought(StrEnum):
    """What the senior brought to the session."""

    STORY = "story"
    DECISION = "decision"
    QUESTIONS = "questions"
    NOTHING = "nothing"


class Topic(StrEnum):
    """What a session was about."""

    TOOLS = "tools"
    WAYS_OF_WORKING = "ways_of_working"
    PEOPLE = "people"
    CAREERS = "careers"
    CUSTOMERS = "customers"


class Debrief(Record):
    """The sixty-second form; everything may be left open."""

    minutes_planned: int | None = Field(default=None, ge=0, le=480)
    minutes_held: int | None = Field(default=None, ge=0, le=480)
    asked_more: Literal["mentor", "mentee", "even"] | None = None
    """Who asked most of the questions."""
    brought: frozenset[Brought] = frozenset()
    topics: frozenset[Topic] = frozenset()
    commitment: Literal["made", "none"] | None = None
    """Whether one was made for the time until the next session."""
    last_kept: Literal["kept", "partly", "not", "no_last"] | None = None
    """What became of the last commitment."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was filled in."""
        return self == Debrief()


class Note(Record):
    """One note as it is to be checked."""

    id: str = ""
    text: str = ""
    """Exactly as given; for vtt, srt and docx the text extracted from the file."""
    writer: Role | None = None
    """Mentor or mentee, where it is known; it chooses the wording of the advice and nothing else."""
    transcript: Transcript | None = None
    debrief: Debrief | None = None
    extracted: bool = False
    """Whether `text` was extracted from a file and so has to be given back with the report."""


class Evidence(Record):
    """A stretch of the note that shows a mistake: `note.text[start:end] == quote`."""

    quote: str
    """Not empty. No constraint of pydantic's: it would refuse half of a surrogate pair, which a note may hold."""
    start: int = Field(ge=0)
    end: int

    @model_validator(mode="after")
    def _lengths_agree(self) -> "Evidence":
        if not self.quote or self.end - self.start != len(self.quote):
            raise ValueError("the quote and its offsets differ in length")
        return self


class Finding(Record):
    """One mistake that the note shows."""

    mistake: Mistake
    confidence: float = Field(ge=0, le=1)
    """Calibrated probability that the note shows this mistake."""
    evidence: tuple[Evidence, ...]
    """From the most to the least telling; empty only where the debrief settles the matter."""
    debrief: str | None = None
    """What the debrief says to it, in words: `Held 12 of 45 minutes`."""
    question: str
    """The finding as a question to the writer, never as a charge."""
    advice: str
    """What to try next time."""
    citations: tuple[Citation, ...] = ()

    @model_validator(mode="after")
    def _points_at_something(self) -> "Finding":
        if not self.evidence and self.debrief is None:
            raise ValueError("a finding needs a quote or a debrief to rest on")
        return self


class Method(Record):
    """How a report was made, and what was not looked at."""

    classifier: str | None
    """Name of the trained model; None where it was not run."""
    judge: str | None = None
    """Name of the chat model that judged as well; None where none did."""
    probabilities: dict[Mistake, float] = Field(default_factory=dict)
    """Calibrated, one a mistake, before the cut-offs; empty where the text was not read."""
    sentences: int = 0
    """How many sentences or pieces of sentences were read."""
    not_looked_at: tuple[str, ...] = ()
    """One plain sentence for each thing that the check could not or would not do."""
    milliseconds: int = 0


class SpeakerMeasures(Record):
    """One speaker of a transcript; `assistant.notes.measures` documents each figure and its source."""

    speaker: str
    side: Side | None = None
    turns: int
    words: int
    talk_share: float = Field(ge=0, le=1)
    """Share of all words; of all seconds where every turn has times."""
    longest_turn_words: int
    longest_turn_seconds: float | None = None
    longest_turn: int
    """Position of that turn, from 0."""
    open_questions: int
    closed_questions: int
    telling: float | None = Field(default=None, ge=0, le=1)
    """Share of the words in this speaker's turns that tell; None where too little was said."""
    drawing_out: float | None = Field(default=None, ge=0, le=1)
    """Share of the turns, without mere signs of listening, that ask or take up what the other said."""
    uptake: float | None = Field(default=None, ge=0, le=1)
    """Share of the turns after a substantial turn of somebody else that take it up."""
    interruptions: int | None = None
    """Turns begun before another's had ended; None without times."""


class TurnMeasure(Record):
    """One turn on the timeline."""

    speaker: str
    move: Literal["telling", "drawing_out", "sharing", "listening"]
    probability: float = Field(ge=0, le=1)
    """Of telling, calibrated."""
    words: int
    began: float
    ended: float
    """Seconds where the transcript has times; else running words."""
    start: int
    end: int
    """Offsets in the note's text."""


class Measures(Record):
    """What can be measured in a transcript, never guessed from prose."""

    unit: Literal["seconds", "words"]
    """What the timeline runs in."""
    length: float
    speakers: tuple[SpeakerMeasures, ...]
    timeline: tuple[TurnMeasure, ...]
    balance: Literal["balanced", "mid", "low"] | None = None
    """By the larger talk share of two: below 0.55, below 0.65, from there (ConvoKit TalkTimeSharing)."""
    teller: str | None = None
    """Who tells more, where somebody clearly does."""
    telling: float | None = Field(default=None, ge=0, le=1)
    """Words spoken while telling as a share of those spoken while telling or drawing out; 0.5 is even.

    What tells poor sessions from good ones; `evals/tasks/transcripts.py` compares it with talk share. None where
    nobody did either.
    """


class NoteReport(Record):
    """The outcome of one check."""

    id: str
    text: str
    findings: tuple[Finding, ...]
    """From the surest; only those that the product shows."""
    worth_keeping: tuple[Evidence, ...] = ()
    """Sentences in which the note shows something good; only where there is no finding."""
    transcript: Transcript | None = None
    measures: Measures | None = None
    method: Method
    degraded: bool = False
    """Whether a part of the check that was asked for could not be done; never the same as nothing found."""
    language: str = "en"
