"""What a turn of the conversation reports while it happens; screens and the command line render these.

Events carry text to the person who asked. The log gets only what `log` writes: ids, counts, milliseconds.
"""

import logging
from datetime import date
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Literal

import structlog
from pydantic import BaseModel, ConfigDict


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Contact(_Event):
    """Whom to turn to for what is no coaching matter."""

    name: str
    address: str


class Referral(_Event):
    """Coaching is paused: what was said belongs with people who can act on it."""

    kind: Literal["danger", "harassment", "discrimination", "retaliation", "illegality"]
    message: str
    contacts: tuple[Contact, ...]

    def as_text(self) -> str:
        """For a terminal: what is said, then each contact."""
        return "\n\n".join([self.message, *contact_lines(self.contacts)])


def contact_lines(contacts: tuple[Contact, ...]) -> list[str]:
    """A line a contact."""
    return [f"{contact.name}: {contact.address}" for contact in contacts]


class Offer(_Event):
    """Contacts above an answer: what was said may be harm, and may well be none, so coaching goes on."""

    text: str
    contacts: tuple[Contact, ...]


class Source(_Event):
    """A passage as shown beside an answer; `marker` is what stands in the text between brackets."""

    marker: str
    id: str
    document: str
    title: str
    heading: str
    text: str
    article: str | None = None


class Sources(_Event):
    """The passages of this turn, on screen before the first word."""

    sources: tuple[Source, ...]


class OwnPlace(_Event):
    """A place in something that the person wrote, without its words: whoever shows it reads them from the store anew.

    So an erased note leaves nothing behind in a conversation.
    """

    kind: Literal["note", "plan", "commitment"]
    item: str
    """Id of the note, plan or commitment."""
    start: int
    end: int
    """Half-open offsets in code points of its text; of a plan as `assistant.notes.session_plan.plan_text` gives it."""


class Own(_Event):
    """What the person wrote that fits the question: shown beside the answer, and no source of it."""

    places: tuple[OwnPlace, ...]
    """Best first."""


class Card(_Event):
    """A job that the turn asks for, with what was understood of it; the screen goes on from there."""

    job: Literal["plan", "topics", "feedback", "rehearse", "check", "reflect", "commitments", "programme"]
    begun: bool = True
    """False: the turn was answered, and the job is only offered below the answer."""
    role: str = ""
    """Of the senior, as it was typed."""
    name: str = ""
    about: str = ""
    minutes: int | None = None
    day: date | None = None
    hour: int | None = None
    text: str = ""
    """What is to be looked at: a draft, a complaint, a note; empty where the turn holds none."""
    draft: str | None = None
    """Id of the draft that was made of it, once it was."""


class Waiting(_Event):
    """Nothing new yet; sent several times a second so that a screen stays alive and can stop."""

    stage: Literal["loading", "reading", "writing"]


class Sentence(_Event):
    """One sentence of the answer, released after it was checked.

    `origin` tells who wrote it: the model, the guide verbatim, or Eyelevel itself (such as "The guide says
    nothing about this"). Sentences of the model and of the guide carry at least one marker.
    """

    text: str
    markers: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    """For each marker, the sentence of the passage that supports it, verbatim."""
    origin: Literal["model", "guide", "eyelevel"] = "model"
    break_before: bool = False
    """A new paragraph begins with this sentence."""


class Notice(_Event):
    """Something the person should know about this answer, such as that no model wrote it."""

    text: str


class Reply(_Event):
    """The finished turn; the last event of every turn that was not stopped."""

    text: str
    """The answer with its markers in square brackets, ready to print."""
    sources: tuple[Source, ...]
    """Only the passages that the answer cites, in the order of their markers."""
    sentences: tuple[Sentence, ...]
    own: tuple[OwnPlace, ...] = ()
    """What the person wrote that was shown beside the answer; the answer rests on none of it."""
    abstained: bool = False
    referral: Referral | None = None
    offer: Offer | None = None
    """Contacts that stand above the answer; never beside a referral."""
    notices: tuple[str, ...] = ()
    card: Card | None = None
    suggestions: tuple[str, ...] = ()
    """Questions that the guide does answer, for the person to go on with."""
    timings: dict[str, float]
    """Seconds from the question: `passages`, `first_words`, `first_written` (by the model), `total`; and counts
    `dropped`, `unknown_markers`."""
    provenance: dict[str, str]
    """Prompt id, version and hash, chat model, index generation, settings fingerprint."""


Event = Offer | Sources | Own | Waiting | Sentence | Notice | Reply


def log(name: str, **values: str | float | bool | None) -> None:
    """Write one structured line. Values are ids, counts and milliseconds: never a question, note or answer."""
    structlog.stdlib.get_logger("eyelevel").info(name, **values)


def configure_log(folder: Path) -> None:
    """Keep the log as JSON lines in `folder`, a megabyte a file and three files; nothing goes to the terminal.

    Until this is called, nothing is written anywhere.
    """
    logger = logging.getLogger("eyelevel")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(folder / "eyelevel.log", maxBytes=1 << 20, backupCount=3, encoding="utf-8")
    except OSError:
        return  # the state folder cannot be written: everything that needs it says so itself
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)


logging.getLogger("eyelevel").addHandler(logging.NullHandler())
logging.getLogger("eyelevel").propagate = False
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.JSONRenderer(),
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
