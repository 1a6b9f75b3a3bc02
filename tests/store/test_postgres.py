"""Row-level security on a real PostgreSQL server: statements that forget whose rows they may touch touch none."""

import random
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from company import let_in
from postgres_server import APP, OWNER, Company
from psycopg import sql
from sqlalchemy import Date, Integer, Table, text
from sqlalchemy.types import Boolean, Double

from assistant.errors import AccessDenied
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings
from assistant.store.audit import append
from assistant.store.database import HOUSE, Database, Who
from assistant.store.notes import NoteStore, SavedNote
from assistant.store.people import PeopleStore
from assistant.store.postgres import OPEN
from assistant.store.programmes import ProgrammeStore
from assistant.store.rights import RightsStore
from assistant.store.tables import Base, UtcDateTime

OWNER_OF_ROWS, PARTNER, STRANGER = "a" * 32, "b" * 32, "c" * 32
ME = Actor(person=OWNER_OF_ROWS, role=Role.MENTOR)
SPECIAL: dict[str, Any] = {
    "turns.status": "done",
    "drafts.kind": "plan",
    "commitments.outcome": "kept",
    "commitments.source_kind": "note",
    "takeaways.session_id": "sessions",
    "takeaways.pair_id": "pairs",
    "turns.rating": "up",
    "pairs.mentee": PARTNER,
    "shares.recipient": PARTNER,
    "shares.kind": "note",
    "shares.item": "notes",
    "meta.name": "audit",
    "notes.deleted_at": None,
    "pairs.ended_at": None,
    "contributions.imported_pair_id": None,
    "contributions.source_kind": "note",
}
"""Values of the one row of each table; else an id and a text are the table's name, a person is `OWNER_OF_ROWS`."""
PEOPLE = {"person", "owner", "recipient", "mentor", "mentee", "actor"}
SEEN_BY_A_STRANGER = {
    Role.MENTOR: {"meta"},
    Role.MENTEE: {"meta"},
    Role.MANAGER: {"meta", "people", "grants", "programmes", "pairs", "releases"},
    Role.ADMINISTRATOR: {"meta", "people", "grants", "sign_ins", "invitations", "audit"},
}
"""Tables of which somebody who has no part in a pair and owns nothing sees other people's rows, by role."""
CHANGED_BY_A_STRANGER = {
    Role.MENTOR: {"meta"},
    Role.MENTEE: {"meta"},
    Role.MANAGER: {"meta", "programmes", "pairs"},
    Role.ADMINISTRATOR: {"meta", "people", "grants", "sign_ins", "invitations"},
}
"""The same for changing them; of `meta`, the line about the audit alone."""


@pytest.fixture
def server(on_server: Company) -> Company:
    return on_server


@pytest.fixture
def filled(server: Company) -> Company:
    """A row in every table, written past all guards."""
    with server.server.connect() as connection, connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        for table in Base.metadata.sorted_tables:
            _fill(connection, table)
    return server


def _fill(connection: "psycopg.Connection[Any]", table: Table) -> None:
    values = {column.name: _value(table.name, column) for column in table.columns}
    names = sql.SQL(", ").join(map(sql.Identifier, values))
    marks = sql.SQL(", ").join([sql.Placeholder()] * len(values))
    insert = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier(table.name), names, marks)
    connection.execute(insert, list(values.values()))


def _value(table: str, column: Any) -> Any:
    name = f"{table}.{column.name}"
    if name in SPECIAL:
        return SPECIAL[name]
    for reference in column.foreign_keys:
        return _value(reference.column.table.name, reference.column)
    if column.name in PEOPLE or name == "people.id":
        return OWNER_OF_ROWS
    if column.name == "role":
        return "mentor"
    made: dict[type, Any] = {Date: date(2026, 1, 1), UtcDateTime: datetime.now(UTC), Boolean: True, Integer: 1}
    made[Double] = 0.5
    return next((value for kind, value in made.items() if isinstance(column.type, kind)), table)


@pytest.fixture
def database(server: Company) -> Iterator[Database]:
    with closing(Database(Settings())) as opened:
        yield opened


def all_tables(server: Company) -> list[str]:
    """Whatever the server has, so that a table that is new is looked at as well."""
    found = (
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm') AND relnamespace = 'public'::regnamespace"
    )
    return sorted(name for (name,) in server.server.execute(found))


def rows(connection: "psycopg.Connection[Any]", table: str) -> int:
    found = connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))).fetchall()
    return len(found)


def speak_for(connection: "psycopg.Connection[Any]", person: str, role: str) -> None:
    told = "SELECT set_config('eyelevel.person', %s, true), set_config('eyelevel.role', %s, true)"
    connection.execute(told, (person, role))


# Nobody, and somebody else


@pytest.mark.parametrize("user", [APP, OWNER])
@pytest.mark.parametrize("before", ["nothing was said", "somebody was there before"])
def test_without_an_actor_there_is_no_row_in_any_table(filled: Company, user: str, before: str) -> None:
    # why: a connection on whose behalf nobody speaks is a mistake of the program, and must show nothing; connections
    # are used again, and what was said in an earlier transaction must not stay
    tables = all_tables(filled)
    assert set(tables) >= set(Base.metadata.tables) and len(tables) >= 20
    with filled.server.connect(user) as connection:
        if before != "nothing was said":
            with connection.transaction():
                speak_for(connection, OWNER_OF_ROWS, "mentor")
                assert rows(connection, "notes") == 1
        assert {table for table in tables if rows(connection, table)} == OPEN
    with filled.server.connect() as connection:
        assert all(rows(connection, table) for table in tables)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("person", [STRANGER, ""])
def test_a_stranger_sees_and_changes_no_row_of_others(filled: Company, person: str, role: Role) -> None:
    # why: these statements forgot every condition, as one of ours might
    tables = sorted(Base.metadata.tables)
    changes = {table: Base.metadata.tables[table].primary_key.columns.values()[0].name for table in tables}
    with filled.server.connect(APP) as connection, connection.transaction(force_rollback=True):
        speak_for(connection, person, role)
        assert {table for table in tables if rows(connection, table)} == SEEN_BY_A_STRANGER[role]
        changed = {t for t in tables if _affected(connection, f"UPDATE {t} SET {changes[t]} = {changes[t]}")}
        assert changed == CHANGED_BY_A_STRANGER[role]
        removed = {table for table in tables if _affected(connection, f"DELETE FROM {table}")}
        assert removed == CHANGED_BY_A_STRANGER[role] - {"meta"}


def _affected(connection: "psycopg.Connection[Any]", statement: str) -> int:
    """Rows that it changed, undone at once; none where the user has no such privilege."""
    try:
        with connection.transaction(force_rollback=True):
            return connection.execute(statement.encode()).rowcount
    except psycopg.errors.InsufficientPrivilege:
        return 0


@pytest.mark.parametrize("role", [Role.MENTEE, Role.MANAGER, Role.ADMINISTRATOR])
def test_another_role_of_the_same_person_is_somebody_else(filled: Company, role: Role) -> None:
    # why: what somebody wrote as a mentor is none of their business as an administrator
    with filled.server.connect(APP) as connection, connection.transaction():
        speak_for(connection, OWNER_OF_ROWS, role)
        assert [rows(connection, table) for table in ("conversations", "turns", "notes", "drafts")] == [0] * 4
        assert rows(connection, "commitments") == 0
        assert [rows(connection, table) for table in ("consents", "kept_verdicts", "hosted_choices")] == [1] * 3


def test_ten_thousand_random_actors_and_ids_meet_no_foreign_row(server: Company, database: Database) -> None:
    # why: ids travel in addresses and logs; holding one must be worth nothing, even to a statement with no condition
    store, chance, owners = NoteStore(database), random.Random(4), dict[str, Actor]()
    actors = [Actor(person=letter * 32, role=role) for letter in "abcd" for role in Role]
    let_in(database, *actors)
    for actor in actors:
        for _ in range(3):
            owners[store.save(actor, SavedNote(title="t", text="t", report="{}"))] = actor
    ids, met = [*sorted(owners), uuid4().hex], 0
    actors += [Actor(person="d'or", role=role) for role in Role]
    with server.server.connect(APP) as connection, connection.transaction():
        for _ in range(10_000):
            actor, wanted = chance.choice(actors), chance.choice(ids)
            speak_for(connection, actor.person, actor.role)
            found = connection.execute("SELECT person, role FROM notes WHERE id = %s", (wanted,)).fetchall()
            own = owners.get(wanted) == actor
            met += own
            assert found == ([(actor.person, actor.role.value)] if own else [])
    assert met > 300


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO consents VALUES ('{stranger}', now())",
        "UPDATE notes SET person = '{stranger}'",
        "UPDATE notes SET role = 'mentee'",
        "INSERT INTO shares VALUES ('x', '{stranger}', '{me}', 'note', 'notes', now())",
        "INSERT INTO audit VALUES (2, now(), '{stranger}', 'read', 'note', 'x', 's')",
        "INSERT INTO grants VALUES ('{me}', 'administrator', now())",
        "INSERT INTO meta VALUES ('accounts', 'now')",
        "UPDATE meta SET name = 'store' WHERE name = 'audit'",
    ],
)
def test_nobody_writes_in_the_name_of_another(filled: Company, database: Database, statement: str) -> None:
    # why: a row that was pushed under somebody is as bad as one that was taken; and nobody makes themselves more
    with pytest.raises(AccessDenied) as refused, database.write(ME) as session:
        session.execute(text(statement.format(stranger=STRANGER, me=ME.person)))
    assert "\n" not in str(refused.value) and str(refused.value).endswith(".")


def test_nobody_is_alone_where_others_have_accounts(database: Database) -> None:
    # why: whoever sits at this machine has the coached roles only while nobody has an account; the server shows them
    # no account of others, so that they could be taken for alone
    me = Actor(person=PERSONAL, role=Role.MANAGER)
    assert ProgrammeStore(database).candidates(me) == ()
    PeopleStore(database).first_administrator("Ada Admin")
    with pytest.raises(AccessDenied, match="takes the role of"):
        ProgrammeStore(database).candidates(me)


@pytest.mark.parametrize("sign_in", ["local", "oidc"])
@pytest.mark.usefixtures("server")
def test_nobody_is_personal_where_people_sign_in(sign_in: str) -> None:
    # why: a call that forgot to ask who is signed in speaks for "me", before the first account is made as well
    with closing(Database(Settings(sign_in=sign_in))) as shared:  # type: ignore[arg-type]
        for role in Role:
            me = Actor(person=PERSONAL, role=role)
            for call in (lambda me=me: NoteStore(shared).list(me), lambda me=me: RightsStore(shared).export(me)):
                with pytest.raises(AccessDenied):
                    call()
    with closing(Database(Settings())) as alone:
        assert NoteStore(alone).list(Actor(person=PERSONAL, role=Role.MENTOR)) == ()


# What is shared


def test_what_is_shared_can_be_read_while_everything_stands_and_never_changed(filled: Company) -> None:
    # why: a share is one item for one person; the end of the pair, the share or the note is its end
    def seen(person: str = PARTNER, role: str = "mentee") -> int:
        with filled.server.connect(APP) as connection, connection.transaction():
            speak_for(connection, person, role)
            assert _affected(connection, "UPDATE notes SET title = 'x'") == 0
            assert _affected(connection, "DELETE FROM notes") == 0
            assert rows(connection, "commitments") == 0  # the share is of the note
            return rows(connection, "notes")

    assert (seen(), seen(role="mentor"), seen(role="manager"), seen(STRANGER)) == (1, 0, 0, 0)
    for end, back in (
        ("UPDATE pairs SET ended_at = now()", "UPDATE pairs SET ended_at = NULL"),
        ("UPDATE notes SET deleted_at = now()", "UPDATE notes SET deleted_at = NULL"),
        (f"UPDATE shares SET owner = '{STRANGER}'", f"UPDATE shares SET owner = '{OWNER_OF_ROWS}'"),
        (f"UPDATE shares SET recipient = '{STRANGER}'", f"UPDATE shares SET recipient = '{PARTNER}'"),
        ("UPDATE shares SET kind = 'commitment'", "UPDATE shares SET kind = 'note'"),
        ("UPDATE notes SET role = 'mentee'", "UPDATE notes SET role = 'mentor'"),
    ):
        filled.server.execute(f"SET session_replication_role = replica; {end}")
        assert seen() == 0, end
        filled.server.execute(f"SET session_replication_role = replica; {back}")
    assert seen() == 1


def test_the_two_of_a_pair_see_it_and_each_other(filled: Company) -> None:
    # why: people must know with whom they are paired; a manager is told nothing of a pair's sessions
    def seen(person: str, role: Role) -> list[int]:
        with filled.server.connect(APP) as connection, connection.transaction():
            speak_for(connection, person, role)
            return [rows(connection, table) for table in ("people", "pairs", "programmes", "sessions")]

    assert seen(OWNER_OF_ROWS, Role.MENTOR) == [1, 1, 1, 1]  # the partner has no row here
    assert seen(PARTNER, Role.MENTEE) == [1, 1, 1, 1]
    assert seen(PARTNER, Role.MENTOR) == [0, 0, 0, 0]
    assert seen(STRANGER, Role.MANAGER) == [1, 1, 1, 0]
    assert seen(STRANGER, Role.ADMINISTRATOR) == [1, 0, 0, 0]


# The audit


@pytest.mark.parametrize("statement", ["UPDATE audit SET action = 'x'", "DELETE FROM audit", "TRUNCATE audit"])
@pytest.mark.parametrize("who", [ME, Actor(person=STRANGER, role=Role.ADMINISTRATOR), HOUSE])
def test_an_audit_entry_is_never_changed_or_removed(database: Database, who: Who, statement: str) -> None:
    # why: whoever did something must not be able to undo the record of it, and neither may the app for them
    with database.write(ME) as session:
        append(session, database.keys, ME, "share", "note", "d" * 32)
    with pytest.raises(Exception, match="may not do this"), database.write(who) as session:
        session.execute(text(statement))
    with database.read(HOUSE) as session:
        assert session.scalar(text("SELECT count(*) FROM audit WHERE action = 'share'")) == 1


def test_a_reader_changes_nothing(database: Database) -> None:
    # why: what is called reading runs against one moment, and is not held to any line of writers
    with pytest.raises(Exception, match="read-only transaction"), database.read(HOUSE) as session:
        session.execute(text("DELETE FROM attempts"))
