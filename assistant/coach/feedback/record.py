"""The records of upward feedback: what was found in a text, what weakens it, and how it could be said.

Frozen and without behaviour beyond what can be read off them. Offsets are half-open and count code points of the
text as it was given, so that `text[start:end] == quote` holds for every element and every mark.
"""

from typing import Literal, get_args

from pydantic import model_validator

from assistant.events import Referral
from assistant.guide.sections import Line, Section
from assistant.notes.note import Record

ElementName = Literal["situation", "behaviour", "impact", "request"]
MarkKind = Literal["blame", "mind_reading", "hearsay", "absolute", "hedging", "subservience"]
Directness = Literal["gentle", "plain", "direct"]
ELEMENTS: tuple[ElementName, ...] = get_args(ElementName)
MARKS: tuple[MarkKind, ...] = get_args(MarkKind)


class Element(Record):
    """One of the four parts of feedback, with the words that carry it."""

    present: bool
    quote: str = ""
    """Verbatim; empty where the part is missing."""
    start: int = 0
    end: int = 0

    @model_validator(mode="after")
    def _quotes_what_is_there(self) -> "Element":
        if self.present != bool(self.quote) or self.end - self.start != len(self.quote):
            raise ValueError("An element is present with its quote and its offsets, or missing without them.")
        return self


MISSING = Element(present=False)


class Assessment(Record):
    """The four parts (situation, behaviour, impact after the Center for Creative Leadership; the request is ours)."""

    situation: Element = MISSING
    behaviour: Element = MISSING
    impact: Element = MISSING
    request: Element = MISSING

    def of(self, name: ElementName) -> Element:
        """The part of that name."""
        found: Element = getattr(self, name)
        return found

    @property
    def missing(self) -> tuple[ElementName, ...]:
        """Names of the parts that are not there, in the order in which they are said."""
        return tuple(name for name in ELEMENTS if not self.of(name).present)


class Mark(Record):
    """A stretch of the text that gives the senior a reason to argue with the words."""

    kind: MarkKind
    quote: str
    """Verbatim."""
    start: int
    end: int
    why: str
    """What it does to the talk, in one or two sentences."""
    question: str
    """Asked of the writer: “Could he name one exception to ‘always’?”"""
    instead: str
    """A thing to try; words in quotation marks could be said."""


class Belief(Record):
    """A belief that keeps people silent (implicit voice theories, Detert and Edmondson 2011), and a way through."""

    id: Line
    name: Line
    """As somebody would say it: “It could hurt my career”."""
    theory: Line
    """The field's name of it."""
    about: Line
    """One line that helps to recognise it."""
    way_through: Line
    question: Line
    """Asked of the writer."""
    section: Section


class Advice(Record):
    """What to do before, or instead of, saying it."""

    needed: bool = True
    text: str
    say: str = ""
    """A sentence that could be said, without quotation marks; empty where there is none."""
    section: Section


class Alternative(Record):
    """Another wording of the same facts."""

    text: str
    directness: Directness


class FeedbackCoaching(Record):
    """All that is said to one text. With a referral everything else is empty: harm is not coached around."""

    text: str
    """As it was given."""
    assessment: Assessment = Assessment()
    marks: tuple[Mark, ...] = ()
    """In the order of the text; marks of different kinds may overlap."""
    draft: str = ""
    """A wording of the writer's own facts; what is missing stands in square brackets for the writer to fill in."""
    alternatives: tuple[Alternative, ...] = ()
    """Two: one gentler and one more direct than the draft; none where there is nothing to word."""
    belief: Belief | None = None
    """The one that was chosen, or the one that shows in the text."""
    ask_first: Advice | None = None
    """Whether and how to ask before it is said; None only with a referral."""
    wait: Advice | None = None
    not_alone: Advice | None = None
    referral: Referral | None = None
    rests_on: tuple[Section, ...] = ()
    remarks: tuple[str, ...] = ()
    """What could not be looked at, one plain sentence each."""
    bettered: bool = False
    """Whether a chat model worded the draft or an alternative; each wording was checked for facts of its own."""
