"""What tests of the web app share: a coach that follows a script, a real store, and pages run by AppTest."""

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from couple import couple  # noqa: F401
from firm import firm  # noqa: F401
from streamlit.testing.v1 import AppTest

from app import state
from assistant.coach.own_notes import OwnNotes
from assistant.coach.safety import find_disclosure, refer
from assistant.coach.service import GuideState, ModelState, SourceInfo, Turn
from assistant.events import Contact, Event, Referral, Reply, Sentence, Source, Sources, Waiting
from assistant.guide.manifest import DocumentRecord
from assistant.guide.passage import Passage
from assistant.guide.search import Hit
from assistant.models.service import ChatService
from assistant.models.testing import HashedEmbeddings
from assistant.roles import Role
from assistant.settings import Settings
from assistant.store.conversations import ConversationStore
from assistant.store.database import Database

MAIN = Path(__file__).resolve().parents[2] / "app" / "main.py"
ONE_PAGE = """
from importlib import import_module
import streamlit as st
from app import navigation
st.navigation([navigation.page(name) for name in navigation.PAGES], position="hidden")
import_module("app.views.{name}").render()
"""

SOURCES = (
    Source(
        marker="1",
        id="a" * 16,
        document="guide/lecturing.md",
        title="One-way lecturing",
        heading="What it is",
        text="One side tells.\nThe other side listens. Ask before you tell.",
        article="lecturing",
    ),
    Source(marker="2", id="b" * 16, document="guide/asking.md", title="Asking", heading="", text="Ask twice."),
)
SENTENCES = (
    Sentence(text="Ask before you tell.", markers=("1",), quotes=("Ask before you tell.",)),
    Sentence(text="Then ask again.", markers=("2",), quotes=("Ask twice.",), break_before=True),
)


def reply(**changes: Any) -> Reply:
    """A finished answer of two sentences."""
    fields: dict[str, Any] = {
        "text": "Ask before you tell. [1] Then ask again. [2]",
        "sources": SOURCES,
        "sentences": SENTENCES,
        "suggestions": ("What do I ask first?",),
        "timings": {},
        "provenance": {},
    }
    return Reply(**(fields | changes))


class ScriptedCoach:
    """Answers as told; `events` may hold exceptions, which are raised in their place, and locks to wait for."""

    def __init__(self) -> None:
        self.events: list[Event | Exception | threading.Event] = [
            Waiting(stage="reading"),
            Sources(sources=SOURCES),
            *SENTENCES,
            reply(),
        ]
        self.model = ModelState(status="ready", message="The chat model is ready.")
        self.guide = GuideState(status="ready", message="", documents=2, passages=3, generation="g1")
        self.named: tuple[Contact, ...] = (Contact(name="Ombuds office", address="ombuds@example.org"),)
        self.asked: list[Turn] = []
        self.closed = 0
        self.embeddings = HashedEmbeddings()
        self.own = OwnNotes(self.embeddings)
        self.chat: Any = ChatService(Settings(chat_model="none"))
        """Or whatever a job's own script takes for a chat model."""
        self.records: list[DocumentRecord] = []
        self.passages: dict[str, list[Passage]] = {}

    def start(self) -> None:
        """Nothing to load."""

    def model_state(self) -> ModelState:
        return self.model

    def guide_state(self) -> GuideState:
        return self.guide

    def suggestions(self, role: Role) -> tuple[str, ...]:
        return (f"How does a {role.value} begin?", "What **not** to do?")

    def contacts(self) -> tuple[Contact, ...]:
        return self.named

    def referral(self, text: str) -> Referral | None:
        kind = find_disclosure(text)
        return refer(kind, self.named) if kind else None

    def documents(self) -> list[DocumentRecord]:
        return self.records

    def read_document(self, source: str) -> list[Passage]:
        return self.passages[source]

    def search(self, query: str, k: int = 5) -> list[Hit]:
        found = [one for passages in self.passages.values() for one in passages if query in one.text]
        return [Hit.model_construct(passage=one, score=1.0) for one in found[:k]]

    def source_titles(self, keys: Sequence[str]) -> list[SourceInfo]:
        return [SourceInfo(key=key, title=f"Title of {key}", by="Someone, 2020", note="a hint") for key in keys]

    def reply(self, turn: Turn) -> Iterator[Event]:
        self.asked.append(turn)
        try:
            for event in self.events:
                if isinstance(event, Exception):
                    raise event
                if isinstance(event, threading.Event):
                    while not event.wait(0.02):
                        yield Waiting(stage="writing")
                else:
                    yield event
        finally:
            self.closed += 1


@pytest.fixture
def coach() -> ScriptedCoach:
    """The coach of this test."""
    return ScriptedCoach()


@pytest.fixture
def store(settings: Settings) -> Iterator[ConversationStore]:
    """A real store in the test's own home."""
    opened = ConversationStore(Database(settings))
    yield opened
    opened.close()


@pytest.fixture
def world(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, coach: ScriptedCoach, store: ConversationStore
) -> Iterator[None]:
    """The app stands on the scripted coach and the real store, and shares nothing with the test before."""
    st.cache_resource.clear()
    monkeypatch.setattr(state, "get_coach", lambda: coach)
    monkeypatch.setattr(state, "get_store", lambda: store)
    monkeypatch.setattr(state, "get_settings", lambda: settings)
    monkeypatch.setattr(state, "browser", lambda: "b" * 43)
    yield
    st.cache_resource.clear()


Opens = Callable[..., AppTest]


@pytest.fixture
def open_app(world: None) -> Opens:
    """Run the whole app as a new session; the coach page comes first. `query` is the address."""

    def run(**query: str) -> AppTest:
        session = AppTest.from_file(str(MAIN), default_timeout=15)
        session.query_params.update(query)
        return session.run()

    return run


@pytest.fixture
def open_page(world: None) -> Opens:
    """Run one page alone as a new session."""

    def run(name: str, **query: str) -> AppTest:
        session = AppTest.from_string(ONE_PAGE.format(name=name), default_timeout=15)
        session.query_params.update(query)
        return session.run()

    return run


def html(session: AppTest) -> str:
    """All HTML on screen, in order."""
    return "\n".join(element.proto.body for element in session.get("html"))


def ask(session: AppTest, question: str) -> AppTest:
    """Type a question and send it."""
    return session.chat_input[0].set_value(question).run()


@pytest.fixture(name="html")
def _html() -> Callable[[AppTest], str]:
    return html


@pytest.fixture(name="ask")
def _ask() -> Callable[[AppTest, str], AppTest]:
    return ask


@pytest.fixture(name="make_reply")
def _make_reply() -> Callable[..., Reply]:
    return reply
