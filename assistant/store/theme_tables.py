"""The tables of themes: codes that people let be counted, what was released of them, and notes from elsewhere.

What counts is sealed under its owner's key, imported notes and their codes under one key an import; a release is in
clear, because it names nobody. No column here holds a text that anybody wrote, unless it is sealed.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from assistant.store.tables import Base, UtcDateTime

_OPEN = text("release_id IS NULL")


class ThemeConsentRow(Base):
    """That a person, in a role, lets codes be counted; no row, no consent. Given anew, it is another row."""

    __tablename__ = "theme_consents"
    __table_args__ = (UniqueConstraint("person", "role", name="uq_theme_consents_person"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    person: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(String(16))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReleaseRow(Base):
    """What managers read of one cycle, frozen."""

    __tablename__ = "releases"
    __table_args__ = (UniqueConstraint("programme_id", "number", name="uq_releases_number"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    programme_id: Mapped[str] = mapped_column(ForeignKey("programmes.id", ondelete="CASCADE"))
    number: Mapped[int]
    """1, 2, 3 … in the programme."""
    since: Mapped[date | None] = mapped_column(Date)
    """Day of the release before."""
    until: Mapped[date] = mapped_column(Date)
    content: Mapped[str] = mapped_column(Text)
    """JSON; names nobody."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ImportedPairRow(Base):
    """A pair from elsewhere, which has no people here: of its name and its teams there are only digests."""

    __tablename__ = "imported_pairs"
    __table_args__ = (UniqueConstraint("programme_id", "name", name="uq_imported_pairs_name"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    programme_id: Mapped[str] = mapped_column(ForeignKey("programmes.id", ondelete="CASCADE"))
    person: Mapped[str] = mapped_column(String(255), index=True)
    """Owner of the key that seals what was imported into the programme: nobody, but a name of its own."""
    name: Mapped[str] = mapped_column(String(64))
    mentor_team: Mapped[str | None] = mapped_column(String(64))
    mentee_team: Mapped[str | None] = mapped_column(String(64))
    """Digests under a key of the house."""
    held: Mapped[int | None]
    expected: Mapped[int | None]
    cancelled: Mapped[bool]
    """How its sessions went, where that was said."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ImportedNoteRow(Base):
    """A session note from elsewhere."""

    __tablename__ = "imported_notes"
    __table_args__ = (
        Index("ix_imported_notes_pair", "imported_pair_id"),
        Index("ix_imported_notes_coding", "person", "codebook"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    imported_pair_id: Mapped[str] = mapped_column(ForeignKey("imported_pairs.id", ondelete="CASCADE"))
    person: Mapped[str] = mapped_column(String(255))
    """As of its pair."""
    role: Mapped[str] = mapped_column(String(16))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """Of its content, under a key of the house, so that the same line is not taken twice."""
    held_on: Mapped[date] = mapped_column(Date)
    text: Mapped[str] = mapped_column(Text)
    """Sealed."""
    debrief: Mapped[str | None] = mapped_column(Text)
    """Sealed."""
    codebook: Mapped[int | None]
    """Version with which it was coded; None: not yet."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ContributionRow(Base):
    """The codes of one note, commitment or answer, for the programme's next release or taken by one."""

    __tablename__ = "contributions"
    __table_args__ = (
        CheckConstraint("(pair_id IS NULL) <> (imported_pair_id IS NULL)", name="ck_contributions_pair"),
        CheckConstraint("role IN ('mentor', 'mentee')", name="ck_contributions_role"),
        CheckConstraint(
            "source_kind IN ('note', 'commitment', 'survey', 'imported')", name="ck_contributions_source_kind"
        ),
        Index("ix_contributions_programme", "programme_id", "release_id"),
        Index("ix_contributions_pair", "pair_id"),
        Index("ix_contributions_imported_pair", "imported_pair_id"),
        Index("ix_contributions_source", "source_item", "source_kind"),
        Index("ix_contributions_owner", "person", "role"),
        Index(
            "uq_contributions_open",
            *("person", "role", "source_kind", "source_item"),
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    programme_id: Mapped[str] = mapped_column(ForeignKey("programmes.id", ondelete="CASCADE"))
    pair_id: Mapped[str | None] = mapped_column(ForeignKey("pairs.id", ondelete="CASCADE"))
    imported_pair_id: Mapped[str | None] = mapped_column(ForeignKey("imported_pairs.id", ondelete="CASCADE"))
    person: Mapped[str] = mapped_column(String(255))
    """The owner; of an imported note as in its row."""
    role: Mapped[str] = mapped_column(String(16))
    consent_id: Mapped[str | None] = mapped_column(String(32))
    """Under which consent it was made; none for an imported note."""
    source_kind: Mapped[str] = mapped_column(String(16))
    source_item: Mapped[str] = mapped_column(String(32))
    held_on: Mapped[date | None] = mapped_column(Date)
    codes: Mapped[str] = mapped_column(Text)
    """A JSON object of `codes` and `withdrawn`; sealed."""
    codebook: Mapped[int]
    """Version of the codebook."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    release_id: Mapped[str | None] = mapped_column(ForeignKey("releases.id"))
    """None: it is in no release yet."""


class SurveyAnswerRow(Base):
    """What one side of a pair answered to the survey."""

    __tablename__ = "survey_answers"
    __table_args__ = (UniqueConstraint("pair_id", "person", "role", name="uq_survey_answers_side"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    pair_id: Mapped[str] = mapped_column(ForeignKey("pairs.id", ondelete="CASCADE"))
    person: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(String(16))
    answers: Mapped[str] = mapped_column(Text)
    """A JSON object of question and answer, 1 to 5; sealed."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
