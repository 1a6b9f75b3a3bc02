"""Plans and other drafts; what became of a commitment, and from what it was made."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision: str | None = "0005"
branch_labels: str | None = None
depends_on: str | None = None

TIME = sa.DateTime(timezone=True)
OWN = "person = current_setting('eyelevel.person', true) AND role = current_setting('eyelevel.role', true)"
HOUSE = "current_setting('eyelevel.role', true) = 'house'"


def upgrade() -> None:
    """Create the table, guarded on a server as every other; what was done counts as kept."""
    op.create_table(
        "drafts",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("person", sa.String(255), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("deleted_at", TIME),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("form", sa.Integer, nullable=False),
        sa.Column("pair_id", sa.String(32)),
        sa.Column("keep_until", sa.Date),
        sa.ForeignKeyConstraint(["pair_id"], ["pairs.id"], name="fk_drafts_pair", ondelete="SET NULL"),
        sa.CheckConstraint(
            "kind IN ('plan', 'feedback', 'reflection', 'programme', 'rehearsal')", name="ck_drafts_kind"
        ),
    )
    op.create_index("ix_drafts_owner", "drafts", ["person", "role", "updated_at"])
    with op.batch_alter_table("commitments") as commitments:
        commitments.add_column(sa.Column("outcome", sa.String(8)))
        commitments.add_column(sa.Column("reason", sa.Text))
        commitments.add_column(sa.Column("source_kind", sa.String(16)))
        commitments.add_column(sa.Column("source_item", sa.String(32)))
        commitments.create_check_constraint("ck_commitments_outcome", "outcome IN ('kept', 'changed', 'dropped')")
        commitments.create_check_constraint(
            "ck_commitments_source_kind", "source_kind IN ('draft', 'note', 'conversation', 'commitment')"
        )
    op.execute("UPDATE commitments SET outcome = 'kept' WHERE done_at IS NOT NULL")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE drafts ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE drafts FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own ON drafts FOR ALL USING ({OWN})")
        op.execute(f"CREATE POLICY house ON drafts FOR ALL USING ({HOUSE})")


def downgrade() -> None:
    """Drop the table with all it holds, and the columns."""
    with op.batch_alter_table("commitments") as commitments:
        commitments.drop_constraint("ck_commitments_source_kind", type_="check")
        commitments.drop_constraint("ck_commitments_outcome", type_="check")
        for column in ("source_item", "source_kind", "reason", "outcome"):
            commitments.drop_column(column)
    op.drop_table("drafts")
