"""What people said and were answered, kept in SQL: the only importer of SQLAlchemy and Alembic.

`conversations` is the door for the rest of Eyelevel; every call through it is made by an `Actor`.
"""
