"""People, roles, programmes, pairs, sessions, commitments, shares, audit, signing in; a note's pair and date."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision: str | None = "0003"
branch_labels: str | None = None
depends_on: str | None = None

TIME = sa.DateTime(timezone=True)
TABLES: tuple[str, ...] = (
    "rosters",
    "hosted_choices",
    "attempts",
    "sign_ins",
    "invitations",
    "identities",
    "credentials",
    "audit",
    "shares",
)
TABLES += ("commitments", "sessions", "pairs", "programmes", "grants", "people")


def upgrade() -> None:
    """Create the tables, and three columns of `notes`."""
    _people()
    _programme()
    op.create_table(
        "commitments",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("person", sa.String(255), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("pair_id", sa.String(32), sa.ForeignKey("pairs.id", ondelete="SET NULL")),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("due_on", sa.Date),
        sa.Column("keep_until", sa.Date),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("done_at", TIME),
    )
    op.create_index("ix_commitments_owner", "commitments", ["person", "pair_id"])
    op.create_table(
        "shares",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("owner", sa.String(255), nullable=False),
        sa.Column("recipient", sa.String(32), sa.ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("item", sa.String(32), nullable=False),
        sa.Column("shared_at", TIME, nullable=False),
        sa.UniqueConstraint("kind", "item", "recipient", name="uq_shares_item"),
    )
    op.create_index("ix_shares_recipient", "shares", ["recipient", "kind"])
    op.create_table(
        "audit",
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor", sa.String(255), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("signature", sa.String(64), nullable=False),
    )
    _accounts()
    with op.batch_alter_table("notes") as notes:
        notes.add_column(sa.Column("pair_id", sa.String(32)))
        notes.add_column(sa.Column("held_on", sa.Date))
        notes.add_column(sa.Column("keep_until", sa.Date))
        notes.create_foreign_key("fk_notes_pair", "pairs", ["pair_id"], ["id"], ondelete="SET NULL")


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("email", sa.String(320), unique=True),
        sa.Column("line_manager", sa.String(32), sa.ForeignKey("people.id", ondelete="SET NULL")),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("closed_at", TIME),
    )
    op.create_table(
        "grants",
        sa.Column("person", sa.String(32), sa.ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("role", sa.String(16), primary_key=True),
        sa.Column("granted_at", TIME, nullable=False),
        sa.CheckConstraint("role IN ('mentor', 'mentee', 'manager', 'administrator')", name="ck_grants_role"),
    )


def _programme() -> None:
    op.create_table(
        "programmes",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("retention_days", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
    )
    op.create_table(
        "pairs",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("programme_id", sa.String(32), sa.ForeignKey("programmes.id", ondelete="CASCADE"), nullable=False),
        sa.Column("mentor", sa.String(32), sa.ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
        sa.Column("mentee", sa.String(32), sa.ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("ended_at", TIME),
        sa.UniqueConstraint("programme_id", "mentor", "mentee", name="uq_pairs_people"),
        sa.CheckConstraint("mentor <> mentee", name="ck_pairs_two"),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("pair_id", sa.String(32), sa.ForeignKey("pairs.id", ondelete="CASCADE"), nullable=False),
        sa.Column("held_on", sa.Date, nullable=False),
        sa.Column("minutes_planned", sa.Integer),
        sa.Column("minutes_held", sa.Integer),
        sa.Column("created_at", TIME, nullable=False),
    )
    op.create_index("ix_sessions_pair", "sessions", ["pair_id", "held_on"])


def _person() -> sa.Column[str]:
    return sa.Column("person", sa.String(32), sa.ForeignKey("people.id", ondelete="CASCADE"), nullable=False)


def _accounts() -> None:
    op.create_table(
        "credentials",
        sa.Column("person", sa.String(32), sa.ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
    )
    op.create_table(
        "identities",
        sa.Column("id", sa.String(32), primary_key=True),
        _person(),
        sa.Column("issuer", sa.String(512), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("linked_at", TIME, nullable=False),
        sa.UniqueConstraint("issuer", "subject", name="uq_identities_subject"),
    )
    op.create_table(
        "invitations",
        sa.Column("digest", sa.String(64), primary_key=True),
        _person(),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("used_at", TIME),
    )
    op.create_table(
        "sign_ins",
        sa.Column("digest", sa.String(64), primary_key=True),
        _person(),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("revoked_at", TIME),
    )
    op.create_index("ix_sign_ins_person", "sign_ins", ["person"])
    op.create_table(
        "attempts",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("about", sa.String(64), nullable=False),
        sa.Column("at", TIME, nullable=False),
    )
    op.create_index("ix_attempts_about", "attempts", ["about", "at"])
    op.create_table(
        "hosted_choices",
        sa.Column("person", sa.String(255), primary_key=True),
        sa.Column("model", sa.String(255), primary_key=True),
        sa.Column("allowed", sa.Boolean, nullable=False),
        sa.Column("chosen_at", TIME, nullable=False),
    )
    op.create_table(
        "rosters",
        sa.Column("person", sa.String(255), primary_key=True),
        sa.Column("names", sa.Text, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
    )


def downgrade() -> None:
    """Drop the tables with all they hold, and the three columns."""
    with op.batch_alter_table("notes") as notes:
        notes.drop_constraint("fk_notes_pair", type_="foreignkey")
        notes.drop_column("keep_until")
        notes.drop_column("held_on")
        notes.drop_column("pair_id")
    for table in TABLES:
        op.drop_table(table)
