"""What people said, were answered and wrote, kept in SQL: the only importer of SQLAlchemy and Alembic.

`conversations` and `notes` are the doors for the rest of Eyelevel; calls through them are made by an `Actor`.
"""
