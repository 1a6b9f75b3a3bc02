"""The tables of the programme: who takes part, who meets whom, what was shared, and what was done. No one's texts.

Ids of people are random, 32 hexadecimal digits; in personal mode there is one person, `roles.PERSONAL`, without a row.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assistant.store.tables import Base, UtcDateTime


class PersonRow(Base):
    """Somebody who takes part or administers. Erased: no row."""

    __tablename__ = "people"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(String(320), unique=True)
    """In small letters."""
    line_manager: Mapped[str | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    """Whom the person reports to, where that person is here as well."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Set: the account is closed and nobody can sign in with it; what it holds stays until it is erased."""


class GrantRow(Base):
    """A role that a person has. The only source of roles: no claim and no cookie gives one."""

    __tablename__ = "grants"
    __table_args__ = (
        CheckConstraint("role IN ('mentor', 'mentee', 'manager', 'administrator')", name="ck_grants_role"),
    )

    person: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(16), primary_key=True)
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ProgrammeRow(Base):
    """A programme with its dates."""

    __tablename__ = "programmes"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    retention_days: Mapped[int]
    """How long after the end what its pairs wrote is kept."""
    demonstration: Mapped[bool] = mapped_column(default=False)
    """Whether all in it was made up, and is removed together with it."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PairRow(Base):
    """A mentor and a mentee in a programme."""

    __tablename__ = "pairs"
    __table_args__ = (
        UniqueConstraint("programme_id", "mentor", "mentee", name="uq_pairs_people"),
        CheckConstraint("mentor <> mentee", name="ck_pairs_two"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    programme_id: Mapped[str] = mapped_column(ForeignKey("programmes.id", ondelete="CASCADE"))
    mentor: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    mentee: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SessionRow(Base):
    """A meeting of a pair: both sides see that it was and how long, and nothing that either wrote."""

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_pair", "pair_id", "held_on"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    pair_id: Mapped[str] = mapped_column(ForeignKey("pairs.id", ondelete="CASCADE"))
    held_on: Mapped[date] = mapped_column(Date)
    minutes_planned: Mapped[int | None]
    minutes_held: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CommitmentRow(Base):
    """What one person promised; the other side of the pair sees it only where it was shared."""

    __tablename__ = "commitments"
    __table_args__ = (
        Index("ix_commitments_owner", "person", "pair_id"),
        CheckConstraint("outcome IN ('kept', 'partly', 'changed', 'dropped')", name="ck_commitments_outcome"),
        CheckConstraint(
            "source_kind IN ('draft', 'note', 'conversation', 'commitment')", name="ck_commitments_source_kind"
        ),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    person: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(String(16))
    pair_id: Mapped[str | None] = mapped_column(ForeignKey("pairs.id", ondelete="SET NULL"))
    text: Mapped[str] = mapped_column(Text)
    """Sealed."""
    due_on: Mapped[date | None] = mapped_column(Date)
    keep_until: Mapped[date | None] = mapped_column(Date)
    """Set where its pair is no more: the last day on which it is kept."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was said what became of it; None where nothing was said, or an older version did not note when."""
    outcome: Mapped[str | None] = mapped_column(String(8))
    """What became of it; None where nothing was said yet."""
    reason: Mapped[str | None] = mapped_column(Text)
    """Why; sealed."""
    source_kind: Mapped[str | None] = mapped_column(String(16))
    source_item: Mapped[str | None] = mapped_column(String(32))
    """From what it was made; both None where nothing was named or that was erased."""


class TakeawayRow(Base):
    """What one side of a pair meant to convey in a session, or takes away from it."""

    __tablename__ = "takeaways"
    __table_args__ = (
        UniqueConstraint("session_id", "person", "role", name="uq_takeaways_side"),
        Index("ix_takeaways_owner", "person", "role"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    session_id: Mapped[str | None] = mapped_column(ForeignKey("sessions.id", ondelete="SET NULL"))
    """None: the session was deleted, and the text is its owner's alone for ever."""
    pair_id: Mapped[str | None] = mapped_column(ForeignKey("pairs.id", ondelete="SET NULL"))
    person: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    """Sealed."""
    held_on: Mapped[date] = mapped_column(Date)
    """Day of the session when it was last written."""
    keep_until: Mapped[date | None] = mapped_column(Date)
    """Set where its pair is no more: the last day on which it is kept."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TakeawayConsentRow(Base):
    """That a side lets the other read its takeaway of a session, if the other does the same; no row, no consent.

    Apart from the texts, so that a server can ask in a policy of theirs whether both sides consented.
    """

    __tablename__ = "takeaway_consents"
    __table_args__ = (UniqueConstraint("session_id", "person", "role", name="uq_takeaway_consents_side"),)

    takeaway: Mapped[str] = mapped_column(ForeignKey("takeaways.id", ondelete="CASCADE"), primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))
    person: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(String(16))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReminderChoiceRow(Base):
    """Whether a person wants to be reminded in the app; no row: yes."""

    __tablename__ = "reminder_choices"

    person: Mapped[str] = mapped_column(String(255), primary_key=True)
    wanted: Mapped[bool]
    quiet_until: Mapped[date | None] = mapped_column(Date)
    """The first day on which there may be a reminder again, after it was put away."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ShareRow(Base):
    """One item that its owner lets one other person read, until it is revoked."""

    __tablename__ = "shares"
    __table_args__ = (
        UniqueConstraint("kind", "item", "recipient", name="uq_shares_item"),
        Index("ix_shares_recipient", "recipient", "kind"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner: Mapped[str] = mapped_column(String(255))
    recipient: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))
    """`note` or `commitment`."""
    item: Mapped[str] = mapped_column(String(32))
    shared_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AuditRow(Base):
    """Something that was done, in ids only; each entry signs itself and the one before it."""

    __tablename__ = "audit"

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """1, 2, 3 …"""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(255))
    """Id of a person; `#house` for whoever runs the machine."""
    action: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16))
    item: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(64))
    """HMAC-SHA-256 over the signature before it and this entry, under a key of the house."""
