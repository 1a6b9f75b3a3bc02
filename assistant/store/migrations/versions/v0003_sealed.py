"""The database's own id, and everything that people wrote sealed under their keys."""

from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from assistant.store.keys import Keyring
from assistant.store.sqlite import note_erasure

revision = "0003"
down_revision: str | None = "0002"
branch_labels: str | None = None
depends_on: str | None = None

TEXTS = {
    "conversations": ("title",),
    "turns": ("question", "reply"),
    "notes": ("title", "text", "report", "debrief", "verdicts"),
    "kept_verdicts": ("quotes",),
}


def upgrade() -> None:
    """Make the keys, and seal what is there row by row."""
    meta = op.create_table(
        "meta",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("value", sa.String(255), nullable=False),
    )
    store = uuid4().hex
    op.bulk_insert(meta, [{"name": "store", "value": store}])
    connection = op.get_bind()
    keys: Keyring = op.get_context().config.attributes["make_keys"](store)  # type: ignore[union-attr]
    sealed = sum([_seal_all(connection, keys, table, columns) for table, columns in TEXTS.items()])
    if sealed and connection.dialect.name == "sqlite":
        note_erasure(connection)  # so that the file is written anew, without what stood there in clear


def downgrade() -> None:
    """Refused: an older version would store in clear what people were promised is sealed."""
    raise NotImplementedError("texts that are sealed stay so; put back a backup from before instead")


def _seal_all(connection: sa.Connection, keys: Keyring, table: str, columns: tuple[str, ...]) -> int:
    owner = "(SELECT person FROM conversations WHERE id = conversation_id)" if table == "turns" else "person"
    rows = connection.execute(sa.text(f"SELECT id, {owner} AS owner, {', '.join(columns)} FROM {table}")).mappings()
    changed = [_sealed(keys, table, columns, row) for row in rows]
    if changed:
        puts = ", ".join(f"{column} = :{column}" for column in columns)
        connection.execute(sa.text(f"UPDATE {table} SET {puts} WHERE id = :id"), changed)
    return len(changed)


def _sealed(keys: Keyring, table: str, columns: tuple[str, ...], row: Any) -> dict[str, Any]:
    texts = {column: row[column] for column in columns}
    return {"id": row["id"]} | {
        column: None if text is None else keys.seal(row["owner"], f"{table}.{column}:{row['id']}", text)
        for column, text in texts.items()
    }
