"""The examples of a demonstration on the pages of mentor, mentee and manager, where one person sits at the machine.

The words are written in the knowledge; checks, plans, questions and answers are made of them by the product's own
jobs, without a chat model, and kept by the stores like anything else. `ExampleStore` notes each, for its removal.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from assistant.knowledge import read_yaml
from assistant.notes.note import Debrief
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings
from assistant.store.commitments import CommitmentStore, Outcome
from assistant.store.conversations import ConversationStore
from assistant.store.database import Database
from assistant.store.drafts import DraftStore, Kind
from assistant.store.examples import ExampleKind, ExampleStore
from assistant.store.notes import NoteStore
from assistant.store.records import SavedNote

if TYPE_CHECKING:
    from assistant.coach.service import Coach
    from assistant.events import Reply

FILE: Final = Path("demonstration") / "screens.yaml"
Side = Literal["mentor", "mentee"]
Line = Annotated[str, StringConstraints(pattern="^Example: ", max_length=120)]
"""A title that says what it is."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NoteText(_Part):
    """A note to be checked and saved."""

    role: Side
    title: Line
    text: str
    debrief: Debrief


class CommitmentText(_Part):
    """A commitment and what became of it; days from the day of loading."""

    role: Side
    text: Line
    due: int
    outcome: Outcome | None = None
    reason: str | None = None
    instead: Line | None = None
    instead_due: int = 0


class PlanText(_Part):
    """The wish for a session plan."""

    role: Side
    title: Line
    mentee_role: str
    about: str
    minutes: int
    name: str


class FeedbackText(_Part):
    """Something to tell a senior."""

    title: Line
    name: str
    role: str
    belief: str
    text: str


class ReflectionText(_Part):
    """What a senior wrote after a session."""

    title: Line
    mentor: str
    mentee_role: str
    topic: str
    text: str


class ConversationText(_Part):
    """Questions to the coach."""

    role: Side
    title: Line
    questions: tuple[str, ...] = Field(min_length=2)


class ProgrammeText(_Part):
    """The wish for a programme."""

    title: Line
    goal: str
    leader_roles: tuple[str, ...]
    pairs: int
    months: int


class Screens(_Part):
    """All of the file."""

    notes: tuple[NoteText, ...]
    commitments: tuple[CommitmentText, ...]
    plans: tuple[PlanText, ...]
    feedback: FeedbackText
    reflection: ReflectionText
    conversations: tuple[ConversationText, ...]
    programme: ProgrammeText


def read_screens(settings: Settings, database: Database) -> Screens | None:
    """The words; None where people sign in. Raises `StoreError`, and `KnowledgeError` naming the file."""
    return read_yaml(settings.knowledge / FILE, Screens) if ExampleStore(database).may_be_kept() else None


def count(screens: Screens) -> int:
    """How many examples are made, for the progress."""
    return len(screens.notes) + len(screens.commitments) + len(screens.plans) + len(screens.conversations) + 3


class Filling:
    """Makes the examples, one after the other."""

    def __init__(self, settings: Settings, database: Database, screens: Screens) -> None:
        from assistant.coach.service import Coach

        self._settings = settings.model_copy(update={"chat_model": "none", "note_judge": False})
        self._screens, self._examples = screens, ExampleStore(database)
        self._notes, self._drafts = NoteStore(database), DraftStore(database)
        self._commitments, self._conversations = CommitmentStore(database), ConversationStore(database)
        self._coach: Coach = Coach(self._settings)
        self._today = datetime.now(UTC).date()

    def steps(self) -> Iterator[Callable[[], object]]:
        """Each makes one example when called. They raise `EyelevelError`."""
        for note in self._screens.notes:
            yield partial(self._note, note)
        for one in self._screens.commitments:
            yield partial(self._commitment, one)
        for plan in self._screens.plans:
            yield partial(self._plan, plan)
        yield self._feedback
        yield self._reflection
        yield self._programme
        for talk in self._screens.conversations:
            yield partial(self._conversation, talk)

    def _note(self, one: NoteText) -> None:
        from assistant.notes.checker import NoteChecker
        from assistant.notes.parse import parse_note

        actor = _actor(one.role)
        note = parse_note(one.text, writer=actor.role, debrief=one.debrief)
        report = NoteChecker(self._settings, chat=self._coach.chat).check(note)
        bare = report.model_copy(update={"text": ""}).model_dump_json()
        kept = SavedNote(title=one.title, text=one.text, report=bare, debrief=one.debrief.model_dump_json())
        self._keep(actor, "note", one.title, lambda: self._notes.save(actor, kept))

    def _commitment(self, one: CommitmentText) -> None:
        actor, store = _actor(one.role), self._commitments
        made = self._keep(actor, "commitment", one.text, lambda: store.add(actor, one.text, due=self._day(one.due)))
        if one.outcome == "changed":
            text, due = one.instead or one.text, self._day(one.instead_due)
            self._keep(
                actor,
                "commitment",
                text,
                lambda: store.settle(actor, made, "changed", one.reason, instead=text, due=due) or "",
            )
        elif one.outcome:
            store.settle(actor, made, one.outcome, one.reason)

    def _plan(self, one: PlanText) -> None:
        from assistant.coach.plan import Known, Planner, PlanWish, Promise
        from assistant.notes.session_plan import FORM

        own = [given for given in self._screens.commitments if given.role == one.role and given.outcome is None]
        known = Known(
            commitments=tuple(Promise(text=given.text, owner=one.role, due=self._day(given.due)) for given in own)
        )
        wish = PlanWish(mentee_role=one.mentee_role, about=one.about, minutes=one.minutes, side=one.role, name=one.name)
        made = Planner(self._settings, self._coach.embeddings).plan(wish, known)
        self._draft(_actor(one.role), "plan", one.title, made, FORM)

    def _feedback(self) -> None:
        from app.upward import FORM, Sheet
        from assistant.coach.feedback.coach import FeedbackCoach

        one = self._screens.feedback
        said = FeedbackCoach(self._settings).coach(one.text, senior=one.name, belief=one.belief)
        sheet = Sheet(
            step="draft", belief=one.belief, name=one.name, role=one.role, text=one.text, editing=False, coaching=said
        )
        self._draft(_actor("mentor"), "feedback", one.title, sheet, FORM)

    def _reflection(self) -> None:
        from assistant.coach.reflection import About, Reflector, kept_from
        from assistant.notes.parse import parse_note

        one = self._screens.reflection
        about = About(mentor=one.mentor, mentee_role=one.mentee_role, topic=one.topic)
        note = parse_note(one.text, writer=Role.MENTEE)
        after = Reflector(self._settings, self._coach.embeddings).after(note, about, today=self._today)
        kept = kept_from(after, self._today, mentee_role=one.mentee_role, topic=one.topic)
        self._draft(_actor("mentee"), "reflection", one.title, kept, 1)

    def _programme(self) -> None:
        from assistant.coach.programme import ProgrammePlanner
        from assistant.coach.programme.record import FORM, ProgrammeWish

        one = self._screens.programme
        wish = ProgrammeWish(goal=one.goal, leader_roles=one.leader_roles, pairs=one.pairs, months=one.months)
        plan = ProgrammePlanner(self._settings, self._coach.embeddings).plan(wish)
        titled = plan.model_copy(update={"title": one.title})
        self._draft(Actor(person=PERSONAL, role=Role.MANAGER), "programme", one.title, titled, FORM)

    def _conversation(self, one: ConversationText) -> None:
        """Nothing where the guide was not read in yet: then the coach cannot answer."""
        if self._coach.guide_state().status != "ready":
            return
        actor, store = _actor(one.role), self._conversations
        made = self._keep(actor, "conversation", one.title, lambda: store.start(actor, one.title))
        history: list[tuple[str, str]] = []
        for question in one.questions:
            turn = store.add_turn(actor, made, question)
            reply = _answer(self._coach, actor, question, history)
            store.finish_turn(actor, turn, reply, "done")
            history.append((question, reply.text if reply else ""))

    def _draft(self, actor: Actor, kind: Kind, title: str, content: BaseModel, form: int) -> None:
        text = content.model_dump_json()
        self._keep(actor, "draft", title, lambda: self._drafts.add(actor, kind, title, text, form=form))

    def _keep(self, actor: Actor, kind: ExampleKind, line: str, make: Callable[[], str]) -> str:
        return self._examples.keep(actor, kind, line, make)

    def _day(self, days: int) -> date:
        return self._today + timedelta(days=days)


def _actor(role: Side) -> Actor:
    return Actor(person=PERSONAL, role=Role(role))


def _answer(coach: "Coach", actor: Actor, question: str, history: list[tuple[str, str]]) -> "Reply | None":
    from assistant.coach.service import Exchange, Turn
    from assistant.events import Reply

    earlier = tuple(Exchange(question=asked, answer=said) for asked, said in history if said)
    events = coach.reply(Turn(actor=actor, text=question, history=earlier))
    return next((event for event in events if isinstance(event, Reply)), None)
