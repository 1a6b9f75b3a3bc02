"""The coach as screens and commands use it: one object a process, cheap to make, loaded in the background.

It knows who asks only through the `Actor` of a turn and keeps no text between turns.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from assistant.coach.conversation import Conversation, Turn
from assistant.coach.disclosure import shared_reader
from assistant.coach.leaders import load_leaders
from assistant.coach.offers import Offers
from assistant.coach.own_notes import Desk, OwnNotes
from assistant.coach.question import Exchange
from assistant.coach.safety import find_referral, parse_contacts
from assistant.errors import EyelevelError
from assistant.events import Contact, Event, Referral, log
from assistant.guide.library import GuideState, Library
from assistant.guide.manifest import DocumentRecord
from assistant.guide.passage import Passage
from assistant.guide.search import Hit
from assistant.knowledge import read_yaml
from assistant.models.encoder import MiniLMEncoder
from assistant.models.service import ChatService, ModelState
from assistant.prompts import fence, load_prompt
from assistant.roles import COACHED, Role
from assistant.settings import Settings

__all__ = ["Coach", "Desk", "Exchange", "GuideState", "ModelState", "SourceInfo", "Turn"]


class SourceInfo(BaseModel):
    """Where the guide's facts come from, and what that is worth."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    title: str
    by: str
    note: str


class Coach:
    """Everything a person can ask for."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.embeddings = MiniLMEncoder(settings.model_dir, settings.threads)
        """The embedding model, for whoever else in this process may use it."""
        self._library = Library(settings, self.embeddings, self.embeddings.name)
        self.chat = ChatService(settings)
        """The chat model, for whoever else in this process may ask it."""
        self._contacts = parse_contacts(settings.contacts)
        self.own = OwnNotes(self.embeddings)
        """A person's own notes and commitments, searched by that person alone."""
        offers = Offers(load_leaders(settings.knowledge / "topics" / "leaders.yaml"), self.embeddings)
        self._conversation = Conversation(
            self.chat, self._contacts, settings.fingerprint(), settings.chat_model, own=self.own, offers=offers
        )
        self._warming: threading.Thread | None = None

    def start(self, after: float = 0.0) -> None:
        """Load the guide and the chat model in the background, `after` seconds; a second call does nothing."""
        if self._warming is None:
            self._warming = threading.Thread(target=self._warm, args=(after,), name="warm-up", daemon=True)
            self._warming.start()

    def _warm(self, after: float) -> None:
        time.sleep(after)
        try:
            self._library.warm()
        except EyelevelError as error:
            log("guide.not_ready", kind=type(error).__name__)
        fixed = {"facts": "- Ask first.", "earlier": "", "question": fence("How?")}
        self.chat.start([load_prompt(f"answer_{role}").render(**fixed) for role in COACHED])
        if not shared_reader().ready:
            log("disclosures.by_rules")

    def model_state(self) -> ModelState:
        """Whether a chat model can write."""
        return self.chat.state

    def wait_for_model(self, seconds: float) -> ModelState:
        """As `model_state`, after waiting until loading has ended, at most this long."""
        return self.chat.wait(seconds)

    def guide_state(self) -> GuideState:
        """Whether the guide can be used."""
        if self._warming is not None and self._warming.is_alive() and not self.embeddings.loaded:
            return GuideState(status="loading", message="The guide is being opened.")
        return self._library.state()

    def reply(self, turn: Turn) -> Iterator[Event]:
        """The events of one turn; closing the iterator cancels the model's work.

        Raises `InputError` for a question that cannot be taken, `GuideIndexError` where there is no guide.
        """
        return self._conversation.reply(turn, self._library.current())

    def suggestions(self, role: Role) -> tuple[str, ...]:
        """Questions to begin with, for a role."""
        return tuple(self._starters.get(role.value, ()))

    def documents(self) -> list[DocumentRecord]:
        """Every document of the guide."""
        return self._library.documents()

    def read_document(self, source: str) -> list[Passage]:
        """The passages of one document, in order."""
        return self._library.read(source)

    def search(self, query: str, k: int = 5) -> list[Hit]:
        """Hybrid retrieval alone."""
        return self._library.current().search(query, k)

    def search_batch(self, queries: Sequence[str], k: int = 5) -> list[list[Hit]]:
        """`search` for many queries."""
        return self._library.current().search_batch(queries, k)

    def source_titles(self, keys: Sequence[str]) -> list[SourceInfo]:
        """What an article's sources are; unknown keys are left out."""
        return [SourceInfo(key=key, **self._sources[key]) for key in keys if key in self._sources]

    def contacts(self) -> tuple[Contact, ...]:
        """Whom to turn to for what is no coaching matter."""
        return self._contacts

    def referral(self, text: str) -> Referral | None:
        """What takes the place of every job's work where a text discloses harm."""
        return find_referral(text, self._contacts)

    @cached_property
    def _sources(self) -> dict[str, dict[str, str]]:
        return read_yaml(self._settings.knowledge / "sources.yaml", dict[str, dict[str, str]])

    @cached_property
    def _starters(self) -> dict[str, list[str]]:
        return read_yaml(self._settings.knowledge / "starters.yaml", dict[str, list[str]])
