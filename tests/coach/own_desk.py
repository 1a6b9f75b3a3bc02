"""What tests of a person's own notes share: people, the stores, and a search over them that remembers what it read."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from assistant.coach.own_notes import Desk as Stores
from assistant.coach.own_notes import OwnMatches, OwnNotes
from assistant.models.testing import HashedEmbeddings
from assistant.notes.session_plan import PlanBlock, SessionPlan
from assistant.roles import Actor, Role
from assistant.settings import Settings
from assistant.store.access import note_accounts
from assistant.store.commitments import CommitmentStore
from assistant.store.database import HOUSE, Database
from assistant.store.drafts import DraftStore
from assistant.store.notes import NoteStore, SavedNote
from assistant.store.people_tables import GrantRow, PersonRow

LIN, OLA = Actor(person="a" * 32, role=Role.MENTOR), Actor(person="b" * 32, role=Role.MENTEE)
LIN_AS_MENTEE = Actor(person=LIN.person, role=Role.MENTEE)


def let_in(database: Database, *actors: Actor) -> None:
    """An open account for each, with the role."""
    now = datetime.now(UTC)
    with database.write(HOUSE) as session:
        note_accounts(session)
        for actor in actors:
            session.merge(PersonRow(id=actor.person, name="Somebody", created_at=now))
            session.flush()
            session.merge(GrantRow(person=actor.person, role=actor.role.value, granted_at=now))


def plan_of(*words: str) -> SessionPlan:
    """A plan of 30 minutes whose middle part is about these words."""
    middle = PlanBlock(title="Middle", minutes=20, what=f"Speak about {' and '.join(words)}.", questions=("And?",))
    ends = [PlanBlock(title=title, minutes=5, what="", questions=()) for title in ("Begin", "End")]
    given: dict[str, Any] = {"side": "mentor", "first": (), "leave_out": (), "rests_on": ()}
    blocks = (ends[0], middle, ends[1])
    return SessionPlan(minutes=30, purpose="Hear her first", blocks=blocks, commitment="Ring her", **given)


class Desk(NamedTuple):
    """The stores and a search over them, with embeddings that remember what they were given."""

    notes: NoteStore
    drafts: DraftStore
    commitments: CommitmentStore
    own: OwnNotes
    embeddings: HashedEmbeddings

    def write(self, actor: Actor, title: str, text: str) -> str:
        return self.notes.save(actor, SavedNote(title=title, text=text, report="{}"))

    def plan(self, actor: Actor, title: str, *words: str) -> str:
        return self.drafts.add(actor, "plan", title, plan_of(*words).model_dump_json())

    @property
    def stores(self) -> Stores:
        return Stores(self.notes, self.drafts, self.commitments)

    def find(self, actor: Actor, query: str, k: int = 3) -> OwnMatches:
        return self.own.search(actor, query, self.stores, k)

    def read(self, work: Callable[[], Any]) -> list[str]:
        """The texts that became vectors meanwhile."""
        before = len(self.embeddings.texts)
        work()
        return [text for call in self.embeddings.texts[before:] for text in call]


@contextmanager
def open_desk(home: Path, *actors: Actor) -> Iterator[Desk]:
    """A desk over a new database in which these people have accounts."""
    database = Database(Settings(home=home))
    try:
        let_in(database, *actors)
        embeddings = HashedEmbeddings()
        stores = NoteStore(database), DraftStore(database), CommitmentStore(database)
        yield Desk(*stores, OwnNotes(embeddings), embeddings)
    finally:
        database.close()
