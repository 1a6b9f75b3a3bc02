"""The tables of signing in, and of what each person allows. No password, no token and no text stands in them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assistant.store.tables import Base, UtcDateTime


class CredentialRow(Base):
    """A local account's password, as Argon2id keeps it."""

    __tablename__ = "credentials"

    person: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    hash: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class IdentityRow(Base):
    """Who a person is to a company's sign-in (OpenID Connect): issuer and subject, never an address alone."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("issuer", "subject", name="uq_identities_subject"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    issuer: Mapped[str] = mapped_column(String(512))
    subject: Mapped[str] = mapped_column(String(255))
    linked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class InvitationRow(Base):
    """A link by which one person sets a password, or connects a company's sign-in, once."""

    __tablename__ = "invitations"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the token in the link, which is kept nowhere."""
    person: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SignInRow(Base):
    """A signed-in browser: looked up at every run of a page, so that revoking works at once."""

    __tablename__ = "sign_ins"
    __table_args__ = (Index("ix_sign_ins_person", "person"),)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the cookie's token, or of what tells an OpenID Connect sign-in; the token is kept nowhere."""
    person: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AttemptRow(Base):
    """A failed sign-in, for the limits on them; erased after a day."""

    __tablename__ = "attempts"
    __table_args__ = (Index("ix_attempts_about", "about", "at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    about: Mapped[str] = mapped_column(String(64))
    """SHA-256 of what a limit is on: an account's address, a network address, both, or a known browser."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class HostedChoiceRow(Base):
    """What a person said to texts being sent to a model elsewhere; no row: not asked yet, so nothing is sent."""

    __tablename__ = "hosted_choices"

    person: Mapped[str] = mapped_column(String(255), primary_key=True)
    model: Mapped[str] = mapped_column(String(255), primary_key=True)
    """Its name as the administrator set it; another model is another question."""
    allowed: Mapped[bool]
    chosen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RosterRow(Base):
    """The names that a person says the own texts may hold, so that they can be replaced; shown to nobody else."""

    __tablename__ = "rosters"

    person: Mapped[str] = mapped_column(String(255), primary_key=True)
    names: Mapped[str] = mapped_column(Text)
    """A JSON list; sealed."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
