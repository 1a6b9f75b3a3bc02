"""Themes: what people let be counted, releases, answers to the survey, and notes from elsewhere.

On a server a contribution and an answer are shown to nobody but their owner, and what was imported to nobody at all;
a release to managers and to those who have a pair in its programme.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision: str | None = "0007"
branch_labels: str | None = None
depends_on: str | None = None

TIME = sa.DateTime(timezone=True)
ME = "current_setting('eyelevel.person', true)"
ROLE = "current_setting('eyelevel.role', true)"
HOUSE = f"{ROLE} = 'house'"
IN_ROLE = f"person = {ME} AND role = {ROLE}"
MY_PAIR = f"({ROLE} = 'mentor' AND pairs.mentor = {ME} OR {ROLE} = 'mentee' AND pairs.mentee = {ME})"
OPEN = sa.text("release_id IS NULL")
POLICIES = (
    ("theme_consents", "own", "ALL", IN_ROLE),
    ("contributions", "own", "ALL", IN_ROLE),
    ("survey_answers", "own", "ALL", IN_ROLE),
    ("releases", "managers", "SELECT", f"{ROLE} = 'manager'"),
    (
        *("releases", "paired", "SELECT"),
        f"EXISTS (SELECT 1 FROM pairs WHERE pairs.programme_id = releases.programme_id AND {MY_PAIR})",
    ),
)
TABLES = ("survey_answers", "contributions", "imported_notes", "imported_pairs", "releases", "theme_consents")
"""In the order in which they can be dropped."""


def upgrade() -> None:
    """Create the tables, guarded on a server as every other, and the mark of a demonstration."""
    op.add_column("programmes", sa.Column("demonstration", sa.Boolean, nullable=False, server_default=sa.false()))
    _releases()
    _imports()
    _contributions()
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY house ON {table} FOR ALL USING ({HOUSE})")
        for table, name, command, condition in POLICIES:
            op.execute(f"CREATE POLICY {name} ON {table} FOR {command} USING ({condition})")


def downgrade() -> None:
    """Drop the tables with all they hold, and the column."""
    for table in TABLES:
        op.drop_table(table)
    with op.batch_alter_table("programmes") as programmes:
        programmes.drop_column("demonstration")


def _id() -> sa.Column[str]:
    return sa.Column("id", sa.String(32), primary_key=True)


def _belongs_to(column: str, table: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(column, sa.String(32), sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=nullable)


def _owner() -> tuple[sa.Column[str], sa.Column[str]]:
    return sa.Column("person", sa.String(255), nullable=False), sa.Column("role", sa.String(16), nullable=False)


def _releases() -> None:
    op.create_table(
        "theme_consents",
        _id(),
        *_owner(),
        sa.Column("given_at", TIME, nullable=False),
        sa.UniqueConstraint("person", "role", name="uq_theme_consents_person"),
    )
    op.create_table(
        "releases",
        _id(),
        _belongs_to("programme_id", "programmes"),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("since", sa.Date),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.UniqueConstraint("programme_id", "number", name="uq_releases_number"),
    )


def _imports() -> None:
    op.create_table(
        "imported_pairs",
        _id(),
        _belongs_to("programme_id", "programmes"),
        sa.Column("person", sa.String(255), nullable=False, index=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("mentor_team", sa.String(64)),
        sa.Column("mentee_team", sa.String(64)),
        sa.Column("held", sa.Integer),
        sa.Column("expected", sa.Integer),
        sa.Column("cancelled", sa.Boolean, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.UniqueConstraint("programme_id", "name", name="uq_imported_pairs_name"),
    )
    op.create_table(
        "imported_notes",
        _id(),
        _belongs_to("imported_pair_id", "imported_pairs"),
        *_owner(),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("held_on", sa.Date, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("debrief", sa.Text),
        sa.Column("codebook", sa.Integer),
        sa.Column("created_at", TIME, nullable=False),
    )
    op.create_index("ix_imported_notes_pair", "imported_notes", ["imported_pair_id"])
    op.create_index("ix_imported_notes_coding", "imported_notes", ["person", "codebook"])


def _contributions() -> None:
    op.create_table(
        "contributions",
        _id(),
        _belongs_to("programme_id", "programmes"),
        _belongs_to("pair_id", "pairs", nullable=True),
        _belongs_to("imported_pair_id", "imported_pairs", nullable=True),
        *_owner(),
        sa.Column("consent_id", sa.String(32)),
        sa.Column("source_kind", sa.String(16), nullable=False),
        sa.Column("source_item", sa.String(32), nullable=False),
        sa.Column("held_on", sa.Date),
        sa.Column("codes", sa.Text, nullable=False),
        sa.Column("codebook", sa.Integer, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("release_id", sa.String(32), sa.ForeignKey("releases.id")),
        sa.CheckConstraint("(pair_id IS NULL) <> (imported_pair_id IS NULL)", name="ck_contributions_pair"),
        sa.CheckConstraint("role IN ('mentor', 'mentee')", name="ck_contributions_role"),
        sa.CheckConstraint(
            "source_kind IN ('note', 'commitment', 'survey', 'imported')", name="ck_contributions_source_kind"
        ),
    )
    for name, columns in (
        ("programme", ["programme_id", "release_id"]),
        ("pair", ["pair_id"]),
        ("imported_pair", ["imported_pair_id"]),
        ("source", ["source_item", "source_kind"]),
        ("owner", ["person", "role"]),
    ):
        op.create_index(f"ix_contributions_{name}", "contributions", columns)
    op.create_index(
        "uq_contributions_open",
        "contributions",
        ["person", "role", "source_kind", "source_item"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_table(
        "survey_answers",
        _id(),
        _belongs_to("pair_id", "pairs"),
        *_owner(),
        sa.Column("answers", sa.Text, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.UniqueConstraint("pair_id", "person", "role", name="uq_survey_answers_side"),
    )
