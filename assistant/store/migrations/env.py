"""What Alembic runs for a migration: on the connection, and in the transaction, that `schema` hands over."""

from alembic import context

from assistant.store.tables import VERSION_TABLE, Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
