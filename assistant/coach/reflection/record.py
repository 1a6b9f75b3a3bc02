"""What goes into a reflection and what comes out: frozen records, and nothing that knows how they are made.

Offsets count code points of the note's text, half-open, as everywhere in `assistant.notes`.
"""

from datetime import date
from typing import Final, Literal

from pydantic import Field

from assistant.coach.plan.known import Known
from assistant.guide.passage import Citation
from assistant.notes.note import Evidence, Record

FORM: Final = 1
"""Version of the form in which a reflection is kept."""
Stage = Literal["what", "so_what", "now_what"]
"""Driscoll's three questions: What? So what? Now what?"""
STAGES: Final[tuple[Stage, ...]] = ("what", "so_what", "now_what")


class About(Record):
    """Whom a reflection is for; everything may be left out."""

    mentor: str = ""
    """Name of the mentor; empty: "your mentor"."""
    mentee_role: str = ""
    """Of the reader, such as "CTO"."""
    topic: str = ""
    """What the next session is to be about, in the words of whoever asks."""
    known: Known = Known()
    used: frozenset[str] = frozenset()
    """Ids of the questions that earlier sessions of this reader had; they come last this time."""


class Prompt(Record):
    """One question to oneself."""

    stage: Stage
    text: str
    """A sentence that says what it is about, and an open question."""
    praise: str = ""
    """What is said before it where it stands first because something went well, or was not easy to write down."""
    quotes: tuple[Evidence, ...] = ()
    """The words of the note that it rests on; empty only where a debrief says it."""
    move: str
    """Id of what happened there, or of the debrief's fact."""
    frame: str
    """Id of the question's wording, to be passed as `About.used` next time."""
    by_model: bool = False
    """Whether the chat model worded it."""


class Proposal(Record):
    """A commitment that the reader may take on, in the reader's own first person."""

    text: str
    due: date
    quotes: tuple[Evidence, ...] = ()
    promised: bool = False
    """Whether the note says that it was promised; otherwise it is only proposed."""


class Listening(Record):
    """What the note shows of how the reader listened, and a question about it."""

    seen: tuple[str, ...]
    """One sentence for each thing; one alone where it shows nothing."""
    question: str
    quotes: tuple[Evidence, ...] = ()


class After(Record):
    """Questions after a session."""

    what: tuple[Prompt, ...]
    so_what: tuple[Prompt, ...]
    now_what: tuple[Prompt, ...]
    """One to three each."""
    listening: Listening | None
    """None where there is no text of a session."""
    commitments: tuple[Proposal, ...] = Field(min_length=1, max_length=3)
    citations: tuple[Citation, ...] = ()
    remarks: tuple[str, ...] = ()
    """One plain sentence for each thing that the reader should know of how it was made."""
    language: str = "en"
    """Of the note."""
    mentor: str = "your mentor"
    """As the questions call the mentor."""
    text: str = Field(default="", repr=False)
    """The note, to which the offsets belong."""

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        """All of them, in order."""
        return (*self.what, *self.so_what, *self.now_what)


class Promised(Record):
    """What the reader promised, and how it stands."""

    text: str
    due: date | None
    state: str
    """`open`, `missed` or `kept`."""


class Bring(Record):
    """A question that the reader can put to the mentor."""

    text: str
    why: str
    """Where it comes from, in a few words."""
    frame: str
    quotes: tuple[Evidence, ...] = ()


class Urge(Record):
    """What to do when one would rather explain."""

    text: str
    """With the guide's words in it."""
    quote: str
    """The guide's words, verbatim."""
    citations: tuple[Citation, ...] = ()


class Before(Record):
    """Ten minutes before a session."""

    promised: tuple[Promised, ...]
    """The reader's own, the oldest first; first of all, because a session begins with them."""
    questions: tuple[Bring, ...] = Field(min_length=3, max_length=3)
    others: tuple[Bring, ...] = ()
    """Further ones, for who wants another."""
    urge: Urge
    hint: str
    """One sentence on the promises."""
    citations: tuple[Citation, ...] = ()
