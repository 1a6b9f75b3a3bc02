"""Saved notes, consent to an evaluation, and the verdicts kept under it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Create the three tables."""
    op.create_table(
        "notes",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("person", sa.String(255), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("report", sa.Text, nullable=False),
        sa.Column("debrief", sa.Text),
        sa.Column("verdicts", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True)),
    )
    op.create_index("ix_notes_owner", "notes", ["person", "role", "updated_at"])
    op.create_table(
        "consents",
        sa.Column("person", sa.String(255), primary_key=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "kept_verdicts",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("person", sa.String(255), nullable=False),
        sa.Column("finding", sa.String(64), nullable=False),
        sa.Column("note", sa.String(64), nullable=False),
        sa.Column("mistake", sa.String(64), nullable=False),
        sa.Column("verdict", sa.Boolean, nullable=False),
        sa.Column("probability", sa.Double, nullable=False),
        sa.Column("quotes", sa.Text, nullable=False),
        sa.Column("model", sa.Text),
        sa.ForeignKeyConstraint(["person"], ["consents.person"], ondelete="CASCADE"),
        sa.UniqueConstraint("person", "finding", name="uq_kept_verdicts_finding"),
    )


def downgrade() -> None:
    """Drop the three tables, with all they hold."""
    op.drop_table("kept_verdicts")
    op.drop_table("consents")
    op.drop_table("notes")
