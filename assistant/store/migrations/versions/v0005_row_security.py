"""Row-level security on a server: each transaction sees and changes only rows of the person it speaks for.

Forced, so that it binds the tables' owner too. Whom a transaction speaks for is in `eyelevel.person` and
`eyelevel.role`, which end with it; without them there is no row in any table. SQLite has nothing like it.
"""

from typing import NamedTuple

from alembic import op

revision = "0005"
down_revision: str | None = "0004"
branch_labels: str | None = None
depends_on: str | None = None

ME = "current_setting('eyelevel.person', true)"
ROLE = "current_setting('eyelevel.role', true)"
HOUSE = f"{ROLE} = 'house'"
ACTING = f"{ROLE} IN ('mentor', 'mentee', 'manager', 'administrator')"
MANAGER, ADMINISTRATOR = f"{ROLE} = 'manager'", f"{ROLE} = 'administrator'"
MY_PAIR = f"({ROLE} = 'mentor' AND pairs.mentor = {ME} OR {ROLE} = 'mentee' AND pairs.mentee = {ME})"
"""The person stands in this row of `pairs` on the side of the role."""


class Policy(NamedTuple):
    """What a transaction may do to the rows for which the condition holds, before and after."""

    table: str
    name: str
    command: str
    condition: str


def _own(table: str, condition: str, command: str = "ALL") -> Policy:
    return Policy(table, "own", command, condition)


def _shared(table: str, kind: str, there: str = "true") -> Policy:
    """Items that the other side of a standing pair lets the person read."""
    share = f"shares.kind = '{kind}' AND shares.item = {table}.id AND shares.owner = {table}.person"
    sides = (
        f"{ROLE} = 'mentor' AND {table}.role = 'mentee' AND pairs.mentor = {ME} AND pairs.mentee = {table}.person"
        f" OR {ROLE} = 'mentee' AND {table}.role = 'mentor' AND pairs.mentee = {ME} AND pairs.mentor = {table}.person"
    )
    return Policy(
        table,
        "shared",
        "SELECT",
        f"{there} AND EXISTS (SELECT 1 FROM shares WHERE {share} AND shares.recipient = {ME})"
        f" AND EXISTS (SELECT 1 FROM pairs WHERE pairs.ended_at IS NULL AND ({sides}))",
    )


_IN_ROLE = f"person = {ME} AND role = {ROLE}"
_IN_ANY_ROLE = f"person = {ME} AND {ACTING}"
_PARTNER = (
    f"EXISTS (SELECT 1 FROM pairs WHERE {ROLE} = 'mentor' AND pairs.mentor = {ME} AND pairs.mentee = people.id"
    f" OR {ROLE} = 'mentee' AND pairs.mentee = {ME} AND pairs.mentor = people.id)"
)
_OWN_CONVERSATION = (
    f"EXISTS (SELECT 1 FROM conversations c WHERE c.id = turns.conversation_id AND c.person = {ME} AND c.role = {ROLE})"
)

POLICIES = (
    _own("conversations", _IN_ROLE),
    _own("turns", _OWN_CONVERSATION),
    _own("notes", _IN_ROLE),
    _shared("notes", "note", "deleted_at IS NULL"),
    _own("commitments", _IN_ROLE),
    _shared("commitments", "commitment"),
    _own("consents", _IN_ANY_ROLE),
    _own("kept_verdicts", _IN_ANY_ROLE),
    _own("hosted_choices", _IN_ANY_ROLE),
    _own("rosters", _IN_ANY_ROLE),
    _own("shares", f"owner = {ME} AND {ACTING}"),
    Policy("shares", "received", "SELECT", f"recipient = {ME} AND {ACTING}"),
    _own("people", f"id = {ME} AND {ACTING}", "SELECT"),
    Policy("people", "partner", "SELECT", _PARTNER),
    Policy("people", "managers", "SELECT", MANAGER),
    Policy("people", "administrators", "ALL", ADMINISTRATOR),
    _own("grants", _IN_ANY_ROLE, "SELECT"),
    Policy("grants", "managers", "SELECT", MANAGER),
    Policy("grants", "administrators", "ALL", ADMINISTRATOR),
    _own("pairs", MY_PAIR, "SELECT"),
    Policy("pairs", "managers", "ALL", MANAGER),
    _own(
        "programmes", f"EXISTS (SELECT 1 FROM pairs WHERE pairs.programme_id = programmes.id AND {MY_PAIR})", "SELECT"
    ),
    Policy("programmes", "managers", "ALL", MANAGER),
    _own("sessions", f"EXISTS (SELECT 1 FROM pairs WHERE pairs.id = sessions.pair_id AND {MY_PAIR})"),
    _own("sign_ins", _IN_ANY_ROLE, "SELECT"),
    Policy("sign_ins", "administrators", "ALL", ADMINISTRATOR),
    _own("identities", _IN_ANY_ROLE, "SELECT"),
    Policy("invitations", "administrators", "ALL", ADMINISTRATOR),
    Policy("audit", "append", "INSERT", f"actor = {ME} AND {ACTING}"),
    Policy("audit", "administrators", "SELECT", ADMINISTRATOR),
    Policy("meta", "read", "SELECT", ACTING),
    Policy("meta", "note_audit", "INSERT", f"name = 'audit' AND {ACTING}"),
    Policy("meta", "note_accounts", "INSERT", f"name = 'accounts' AND {ADMINISTRATOR}"),
    Policy("meta", "renew_audit", "UPDATE", f"name = 'audit' AND {ACTING}"),
    Policy("audit", "house_append", "INSERT", HOUSE),
    Policy("audit", "house", "SELECT", HOUSE),
)
"""Besides these, whoever runs the machine may do everything, but for changing the audit."""
APPENDED = "audit"
OF_THE_HOUSE = ("attempts", "credentials")
"""What nobody has a policy for."""
TABLES = sorted({policy.table for policy in POLICIES} | set(OF_THE_HOUSE))


def upgrade() -> None:
    """Switch it on for every table, with its policies."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for policy in (*POLICIES, *(Policy(table, "house", "ALL", HOUSE) for table in TABLES if table != APPENDED)):
        op.execute(f"CREATE POLICY {policy.name} ON {policy.table} FOR {policy.command} {_clause(policy)}")


def downgrade() -> None:
    """Drop the policies and switch it off."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in TABLES:
        for policy in {policy.name for policy in POLICIES if policy.table == table} | {"house"}:
            op.execute(f"DROP POLICY {policy} ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


def _clause(policy: Policy) -> str:
    """An inserted row has no before; every other command is held to the condition before and after."""
    return f"WITH CHECK ({policy.condition})" if policy.command == "INSERT" else f"USING ({policy.condition})"
