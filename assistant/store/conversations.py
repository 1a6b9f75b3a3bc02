"""Conversations kept for the person who had them, from the first question to the purge.

`app` saves a turn here before the coach answers it and finishes it with the reply. Every call takes the `Actor`
first and denies by default: what belongs to another person, or to the same person in another role, looks exactly
like what does not exist. Nothing here writes a text to a log.
"""

import json
from datetime import UTC, datetime
from uuid import uuid4

from pydantic import ValidationError
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from assistant.events import Reply
from assistant.roles import Actor, Role
from assistant.store.access import reading, writing
from assistant.store.liveness import current_writer, is_broken_off
from assistant.store.owned import ID, OwnedStore, denied, owned_by, unreadable
from assistant.store.records import Conversation, ConversationSummary, Ending, Rating, Status, StoredTurn
from assistant.store.strings import checked_title, one_line, storable
from assistant.store.tables import ConversationRow, TurnRow
from assistant.text import shorten

__all__ = ["Conversation", "ConversationStore", "ConversationSummary", "Rating", "StoredTurn"]

TITLE_CHARACTERS = 60
"""A title made from a question is cut to this."""
LONGEST_TITLE = 200
"""A title given by the person is cut to this."""


class ConversationStore(OwnedStore[ConversationRow]):
    """The conversations of everyone, each shown to its owner alone; `OwnedStore` says what holds for every call."""

    _table = ConversationRow
    _what = "conversation"

    def start(self, actor: Actor, question: str) -> str:
        """Create a conversation titled by its first question and return its id; `add_turn` saves the question."""
        now, title = datetime.now(UTC), shorten(one_line(question), TITLE_CHARACTERS)
        made = uuid4().hex
        row = ConversationRow(id=made, person=actor.person, role=actor.role.value, created_at=now, updated_at=now)
        with writing(self._database, actor) as session:
            row.title = self._seal(actor, ConversationRow.title, made, title)
            session.add(row)
        return made

    def add_turn(self, actor: Actor, conversation: str, question: str) -> str:
        """Save a question before its answer is made and return the turn's id. Raises `AccessDenied`."""
        now, made = datetime.now(UTC), uuid4().hex
        with writing(self._database, actor) as session:
            row = self._own(session, actor, conversation, lock=True)
            row.updated_at = now
            turn = TurnRow(id=made, conversation_id=row.id, position=_next_position(session, row.id))
            turn.question = self._seal(actor, TurnRow.question, made, storable(question))
            turn.status, turn.created_at = "open", now
            turn.writer = current_writer()
            session.add(turn)
        return made

    def finish_turn(self, actor: Actor, turn: str, reply: Reply | None, status: Ending) -> None:
        """Keep the answer, whole or as far as it came, with its provenance. Raises `AccessDenied`.

        The first ending counts: what was `done` or `stopped` stays so. A turn taken for failed can still end well,
        and one whose conversation was deleted meanwhile is finished too, so that an undo brings all of it back.
        """
        answer = None if reply is None else _stored(reply)
        with writing(self._database, actor) as session:
            row = _own_turn(session, actor, turn, deleted=True)
            if row.status in ("done", "stopped"):
                return
            row.status = status
            if answer is not None:
                row.reply = self._seal(actor, TurnRow.reply, turn, answer)
            row.finished_at = row.conversation.updated_at = datetime.now(UTC)

    def attach(self, actor: Actor, turn: str, draft: str) -> None:
        """Note on a turn's card which draft was made of it; nothing where it has no card. Raises `AccessDenied`."""
        with writing(self._database, actor) as session:
            row = _own_turn(session, actor, turn)
            stored = None if row.reply is None else self._open(actor, TurnRow.reply, turn, row.reply)
            reply = _reply(turn, stored)
            if reply is not None and reply.card is not None:
                kept = reply.model_copy(update={"card": reply.card.model_copy(update={"draft": draft})})
                row.reply = self._seal(actor, TurnRow.reply, turn, _stored(kept))

    def rate(self, actor: Actor, turn: str, rating: Rating | None) -> None:
        """Note what the person thought of an answer; `None` takes it back. Raises `AccessDenied`."""
        stored = rating and Rating(rating).value
        with writing(self._database, actor) as session:
            _own_turn(session, actor, turn).rating = stored

    def list(self, actor: Actor) -> tuple[ConversationSummary, ...]:
        """The actor's own conversations in the actor's role, the latest first, without deleted ones."""
        with reading(self._database, actor) as session:
            return tuple(self._summary(actor, row, turns) for row, turns in session.execute(_summaries(actor)))

    def read(self, actor: Actor, conversation: str) -> Conversation:
        """One conversation with its turns, oldest first. Raises `AccessDenied`."""
        with reading(self._database, actor) as session:
            row = self._own(session, actor, conversation)
            turns = select(TurnRow).where(TurnRow.conversation_id == row.id).order_by(TurnRow.position)
            stored = tuple(self._stored(actor, turn) for turn in session.scalars(turns))
            title = self._open(actor, ConversationRow.title, row.id, row.title)
            return Conversation(id=row.id, title=title, role=Role(row.role), turns=stored)

    def rename(self, actor: Actor, conversation: str, title: str) -> None:
        """Give a title of one line, up to `LONGEST_TITLE` characters. Raises `AccessDenied`, `InputError` if empty."""
        wanted = checked_title(title, LONGEST_TITLE)
        with writing(self._database, actor) as session:
            row = self._own(session, actor, conversation, lock=True)
            row.title = self._seal(actor, ConversationRow.title, row.id, wanted)

    def _summary(self, actor: Actor, row: ConversationRow, turns: int) -> ConversationSummary:
        title = self._open(actor, ConversationRow.title, row.id, row.title)
        return ConversationSummary(id=row.id, title=title, role=Role(row.role), updated_at=row.updated_at, turns=turns)

    def _stored(self, actor: Actor, row: TurnRow) -> StoredTurn:
        reply = None if row.reply is None else self._open(actor, TurnRow.reply, row.id, row.reply)
        return StoredTurn(
            id=row.id,
            question=self._open(actor, TurnRow.question, row.id, row.question),
            reply=_reply(row.id, reply),
            status=_status(row),
            rating=Rating(row.rating) if row.rating else None,
            created_at=row.created_at,
        )


def _own_turn(session: Session, actor: Actor, wanted: str, *, deleted: bool = False) -> TurnRow:
    """The actor's own turn; other writers are kept off it and its conversation meanwhile."""
    query = select(TurnRow).join(TurnRow.conversation).where(TurnRow.id == wanted, owned_by(ConversationRow, actor))
    row = session.scalar(query.with_for_update()) if ID.fullmatch(wanted) else None
    if row is None or (row.conversation.deleted_at and not deleted):
        raise denied("turn", actor, wanted)
    return row


def _next_position(session: Session, conversation: str) -> int:
    """The place after the last; the conversation is locked, so that nobody gets the same place."""
    last = select(func.max(TurnRow.position)).where(TurnRow.conversation_id == conversation)
    return (session.scalar(last) or 0) + 1


def _summaries(actor: Actor) -> "Select[ConversationRow, int]":
    turns = select(func.count(TurnRow.id)).where(TurnRow.conversation_id == ConversationRow.id).scalar_subquery()
    own = select(ConversationRow, turns).where(owned_by(ConversationRow, actor), ConversationRow.deleted_at.is_(None))
    return own.order_by(ConversationRow.updated_at.desc(), ConversationRow.created_at.desc(), ConversationRow.id)


def _status(row: TurnRow) -> Status:
    if row.status == "open" and is_broken_off(row.writer, row.created_at):
        return "failed"
    return row.status  # type: ignore[return-value]


def _stored(reply: Reply) -> str:
    return storable(json.dumps(reply.model_dump(mode="json"), ensure_ascii=False))


def _reply(turn: str, stored: str | None) -> Reply | None:
    """The stored reply. Raises `StoreDamaged` for one that cannot be read, which is not the same as none."""
    try:
        return Reply.model_validate_json(stored) if stored is not None else None
    except ValidationError:
        raise unreadable(f"answer of turn {turn!r}") from None
