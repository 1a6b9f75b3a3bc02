"""What people said, were answered and wrote, kept in SQL: the only importer of SQLAlchemy and Alembic.

Each `…Store` is a door for the rest of Eyelevel, and each call through it is made by an `Actor`; the other modules are
their parts. `database` opens, checks and migrates, `keys` seals, `erasure` erases, `backup` and `restore` copy.
"""
