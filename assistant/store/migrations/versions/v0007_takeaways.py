"""Both sides' words about a session, with the consents to show them; reminders; when a commitment was settled.

On a server the words of one side are shown to the other only while both consents and the pair stand. A policy of
`takeaways` cannot ask `takeaways` itself, so the consents are a table of their own.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision: str | None = "0006"
branch_labels: str | None = None
depends_on: str | None = None

TIME = sa.DateTime(timezone=True)
ME = "current_setting('eyelevel.person', true)"
ROLE = "current_setting('eyelevel.role', true)"
HOUSE = f"{ROLE} = 'house'"
IN_ROLE = f"person = {ME} AND role = {ROLE}"
IN_ANY_ROLE = f"person = {ME} AND {ROLE} IN ('mentor', 'mentee', 'manager', 'administrator')"
OUTCOMES = "outcome IN ('kept', 'partly', 'changed', 'dropped')"
BEFORE = "outcome IN ('kept', 'changed', 'dropped')"
TABLES = ("takeaways", "takeaway_consents", "reminder_choices")


def _sides(person: str, role: str) -> str:
    """This row is the other side's of a pair in which the person stands on the side of the role."""
    return (
        f"({ROLE} = 'mentor' AND {role} = 'mentee' AND pairs.mentor = {ME} AND pairs.mentee = {person}"
        f" OR {ROLE} = 'mentee' AND {role} = 'mentor' AND pairs.mentee = {ME} AND pairs.mentor = {person})"
    )


def _met(table: str) -> str:
    """The session of a row was one of a standing pair of the two."""
    return (
        "EXISTS (SELECT 1 FROM sessions JOIN pairs ON pairs.id = sessions.pair_id"
        f" WHERE sessions.id = {table}.session_id AND pairs.ended_at IS NULL"
        f" AND {_sides(f'{table}.person', f'{table}.role')})"
    )


_THEIRS = "c.takeaway = takeaways.id AND c.person = takeaways.person AND c.session_id = takeaways.session_id"
_MINE = f"c.session_id = takeaways.session_id AND c.person = {ME} AND c.role = {ROLE}"
POLICIES = (
    ("takeaways", "own", "ALL", IN_ROLE),
    (
        "takeaways",
        "shared",
        "SELECT",
        f"{_met('takeaways')} AND EXISTS (SELECT 1 FROM takeaway_consents c WHERE {_THEIRS})"
        f" AND EXISTS (SELECT 1 FROM takeaway_consents c WHERE {_MINE})",
    ),
    ("takeaway_consents", "own", "ALL", IN_ROLE),
    ("takeaway_consents", "partner", "SELECT", _met("takeaway_consents")),
    ("reminder_choices", "own", "ALL", IN_ANY_ROLE),
)


def upgrade() -> None:
    """Create the tables, guarded on a server as every other; what was kept was settled when it was done."""
    op.create_table(
        "takeaways",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("session_id", sa.String(32), sa.ForeignKey("sessions.id", ondelete="SET NULL")),
        sa.Column("pair_id", sa.String(32), sa.ForeignKey("pairs.id", ondelete="SET NULL")),
        sa.Column("person", sa.String(255), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("held_on", sa.Date, nullable=False),
        sa.Column("keep_until", sa.Date),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.UniqueConstraint("session_id", "person", "role", name="uq_takeaways_side"),
    )
    op.create_index("ix_takeaways_owner", "takeaways", ["person", "role"])
    op.create_table(
        "takeaway_consents",
        sa.Column("takeaway", sa.String(32), sa.ForeignKey("takeaways.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("session_id", sa.String(32), sa.ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
        sa.Column("person", sa.String(255), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("given_at", TIME, nullable=False),
        sa.UniqueConstraint("session_id", "person", "role", name="uq_takeaway_consents_side"),
    )
    op.create_table(
        "reminder_choices",
        sa.Column("person", sa.String(255), primary_key=True),
        sa.Column("wanted", sa.Boolean, nullable=False),
        sa.Column("quiet_until", sa.Date),
        sa.Column("changed_at", TIME, nullable=False),
    )
    with op.batch_alter_table("commitments") as commitments:
        commitments.alter_column("done_at", new_column_name="settled_at")
        commitments.drop_constraint("ck_commitments_outcome", type_="check")
        commitments.create_check_constraint("ck_commitments_outcome", OUTCOMES)
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY house ON {table} FOR ALL USING ({HOUSE})")
        for table, name, command, condition in POLICIES:
            op.execute(f"CREATE POLICY {name} ON {table} FOR {command} USING ({condition})")


def downgrade() -> None:
    """Drop the tables with all they hold; what was partly kept is open again."""
    op.execute("UPDATE commitments SET outcome = NULL, reason = NULL WHERE outcome = 'partly'")
    op.execute("UPDATE commitments SET settled_at = NULL WHERE outcome IS NULL OR outcome <> 'kept'")
    with op.batch_alter_table("commitments") as commitments:
        commitments.drop_constraint("ck_commitments_outcome", type_="check")
        commitments.create_check_constraint("ck_commitments_outcome", BEFORE)
        commitments.alter_column("settled_at", new_column_name="done_at")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP POLICY shared ON takeaways")
    for table in ("takeaway_consents", "takeaways", "reminder_choices"):
        op.drop_table(table)
