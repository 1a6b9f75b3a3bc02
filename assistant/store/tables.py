"""The tables of what people write, in types that SQLite and PostgreSQL share.

A change here needs a migration and a new `SCHEMA`. Columns marked "sealed" hold what `keys` made of a text.
"""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

SCHEMA = "0008"
"""Revision of the newest migration, which a database must be at; a test holds the two together."""
VERSION_TABLE = "eyelevel_version"
"""Where Alembic notes the revision; a name of our own, because a server may hold other programs' tables."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time in UTC; SQLite, which knows no zones, holds it without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """To UTC. Raises `ValueError` for a time without a zone, which would be stored as something else."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a stored time needs a zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables of the store."""


class MetaRow(Base):
    """What is true of the whole database: `store`, its own id, by which its keys are found."""

    __tablename__ = "meta"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[str] = mapped_column(String(255))


class Owned(Base):
    """What belongs to one person in one role, has a title, and can be deleted with an undo."""

    __abstract__ = True

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    person: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(Text)
    """Sealed."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Set: gone from every list, and really deleted by the next purge unless it is restored."""


class ConversationRow(Owned):
    """A conversation of one person in one role."""

    __tablename__ = "conversations"
    __table_args__ = (Index("ix_conversations_owner", "person", "role", "updated_at"),)


class TurnRow(Base):
    """A question, saved before its answer is made, and then the answer."""

    __tablename__ = "turns"
    __table_args__ = (
        UniqueConstraint("conversation_id", "position", name="uq_turns_position"),
        CheckConstraint("status IN ('open', 'done', 'stopped', 'failed')", name="ck_turns_status"),
        CheckConstraint("rating IN ('up', 'down')", name="ck_turns_rating"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    position: Mapped[int]
    """1, 2, 3 … in the conversation: the order does not depend on a clock."""
    question: Mapped[str] = mapped_column(Text)
    """Sealed."""
    reply: Mapped[str | None] = mapped_column(Text)
    """A `Reply` as JSON, with its provenance; sealed."""
    status: Mapped[str] = mapped_column(String(8))
    rating: Mapped[str | None] = mapped_column(String(4))
    writer: Mapped[str] = mapped_column(String(255))
    """The process that is making the answer; see `liveness`."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    conversation: Mapped[ConversationRow] = relationship()


class NoteRow(Owned):
    """A session note that its writer saved, with its last check."""

    __tablename__ = "notes"
    __table_args__ = (Index("ix_notes_owner", "person", "role", "updated_at"),)

    text: Mapped[str] = mapped_column(Text)
    """Sealed."""
    report: Mapped[str] = mapped_column(Text)
    """The report of the check as JSON; sealed."""
    debrief: Mapped[str | None] = mapped_column(Text)
    """The debrief as JSON; sealed."""
    pair_id: Mapped[str | None] = mapped_column(ForeignKey("pairs.id", ondelete="SET NULL", name="fk_notes_pair"))
    """Which pair's session it is about, where that is known."""
    held_on: Mapped[date | None] = mapped_column(Date)
    """Day of that session."""
    keep_until: Mapped[date | None] = mapped_column(Date)
    """Set where its pair is no more: the last day on which it is kept."""
    verdicts: Mapped[str] = mapped_column(Text)
    """What the person said to each finding: a JSON object of mistake and true or false; sealed."""


class DraftRow(Owned):
    """Something that a person prepares: a plan, words to practise, a look back. Its content is its author's form."""

    __tablename__ = "drafts"
    __table_args__ = (
        Index("ix_drafts_owner", "person", "role", "updated_at"),
        CheckConstraint("kind IN ('plan', 'feedback', 'reflection', 'programme', 'rehearsal')", name="ck_drafts_kind"),
    )

    kind: Mapped[str] = mapped_column(String(16))
    content: Mapped[str] = mapped_column(Text)
    """A JSON object; sealed."""
    form: Mapped[int]
    """Which version of its form the content has, for whoever reads it."""
    pair_id: Mapped[str | None] = mapped_column(ForeignKey("pairs.id", ondelete="SET NULL", name="fk_drafts_pair"))
    """Which pair it is for, where that is known."""
    keep_until: Mapped[date | None] = mapped_column(Date)
    """Set where its pair is no more: the last day on which it is kept."""


class ConsentRow(Base):
    """A person who lets verdicts be kept for the evaluation; no row, no consent."""

    __tablename__ = "consents"

    person: Mapped[str] = mapped_column(String(255), primary_key=True)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)


class KeptVerdictRow(Base):
    """What a person said to one finding, kept for the evaluation. It cannot outlive the person's consent."""

    __tablename__ = "kept_verdicts"
    __table_args__ = (UniqueConstraint("person", "finding", name="uq_kept_verdicts_finding"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("consents.person", ondelete="CASCADE"))
    finding: Mapped[str] = mapped_column(String(64))
    """Digest of what tells this finding from the person's others; a finding has one row."""
    note: Mapped[str] = mapped_column(String(64))
    mistake: Mapped[str] = mapped_column(String(64))
    verdict: Mapped[bool]
    probability: Mapped[float] = mapped_column(Double)
    quotes: Mapped[str] = mapped_column(Text)
    """A JSON list; sealed."""
    model: Mapped[str | None] = mapped_column(Text)


def place(column: InstrumentedAttribute[Any], row: str) -> str:
    """What a sealed text is bound to: table, column and row."""
    return f"{column.class_.__tablename__}.{column.key}:{row}"
