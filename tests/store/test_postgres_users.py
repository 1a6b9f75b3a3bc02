"""Which users of a PostgreSQL server the app takes, and how `eyelevel database prepare` makes the right one."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from alembic.config import Config
from command import run_eyelevel
from postgres_server import ADMINISTRATOR, APP, OWNER, Company
from sqlalchemy import create_engine

from assistant.errors import InputError, StoreUnavailable
from assistant.roles import Actor, Role
from assistant.settings import Settings
from assistant.store.conversations import ConversationStore
from assistant.store.database import Database
from assistant.store.failures import VARIABLE
from assistant.store.schema import MIGRATIONS
from assistant.store.server import prepare
from assistant.store.tables import SCHEMA, VERSION_TABLE, Base

ME = Actor(person="me", role=Role.MENTOR)
PREPARE = "run `eyelevel database prepare --app-role NAME`"


@pytest.fixture
def name(company: Company) -> Iterator[str]:
    """A new user, gone afterwards."""
    made = f"user_{uuid4().hex[:8]}"
    company.server.make_user(made)
    company.server.execute(f"GRANT CONNECT ON DATABASE eyelevel TO {made}")
    yield made
    company.server.execute(f"DROP OWNED BY {made}; DROP ROLE {made}")


@pytest.fixture
def fresh(company: Company) -> Iterator[str]:
    """A new database of the owner, without tables."""
    made = f"fresh_{uuid4().hex[:8]}"
    company.server.make_database(made, OWNER)
    yield made
    company.server.execute(f"DROP DATABASE {made} WITH (FORCE)")


def refusal(url: str) -> str:
    with pytest.raises(StoreUnavailable) as refused:
        Database(Settings(database_url=url))
    return one_line(refused.value)


def one_line(error: Exception) -> str:
    message = str(error)
    assert "\n" not in message and message.endswith(".")
    return message


def of(company: Company, user: str, database: str = "eyelevel") -> Settings:
    return Settings(database_url=company.server.url(user, database))


# Whom the app takes


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        ("ALTER ROLE {} SUPERUSER", "is above row-level security"),
        ("ALTER ROLE {} BYPASSRLS", "is above row-level security"),
        (f"GRANT {ADMINISTRATOR} TO {{}}", "is above row-level security"),
        (f"GRANT {OWNER} TO {{}}", "owns the tables"),
        (f"GRANT {OWNER} TO {{0}}; ALTER ROLE {{0}} NOINHERIT", "owns the tables"),
        ("GRANT TRUNCATE ON notes TO {}", "may empty tables or rewrite the audit"),
        ("GRANT DELETE ON audit TO {}", "may empty tables or rewrite the audit"),
        ("GRANT pg_write_all_data TO {}", "may empty tables or rewrite the audit"),
    ],
)
def test_a_user_whom_the_server_would_not_hold_is_refused(
    company: Company, name: str, made: str, expected: str
) -> None:
    # why: the guards are worth nothing for such a user, and nobody would notice
    company.server.execute(f"GRANT eyelevel_app TO {name}")
    with closing(Database(of(company, name))) as opened:
        assert opened.check() is None
        company.server.execute(made.format(name))
        assert expected in (opened.check() or "")
    message = refusal(company.server.url(name))
    assert expected in message and PREPARE in message and repr(name) in message and VARIABLE in message


@pytest.mark.parametrize("user", [ADMINISTRATOR, OWNER])
def test_superuser_and_owner_are_refused(company: Company, user: str) -> None:
    # why: they are the two that everybody tries first
    assert repr(user) in (message := refusal(company.server.url(user))) and PREPARE in message


def test_a_table_without_guards_is_refused(on_server: Company) -> None:
    # why: somebody switched it off to look for something, and forgot
    for off in ("NO FORCE", "DISABLE"):
        on_server.server.execute(f"ALTER TABLE turns {off} ROW LEVEL SECURITY")
        message = refusal(on_server.url)
        on_server.server.execute("ALTER TABLE turns FORCE ROW LEVEL SECURITY")
        on_server.server.execute("ALTER TABLE turns ENABLE ROW LEVEL SECURITY")
        assert "Row-level security is off for the table 'turns'" in message and PREPARE in message
    Database(Settings()).close()


@pytest.mark.parametrize(("found", "expected"), [("0004", "needs '0005'"), ("9999", "written by a newer Eyelevel")])
def test_another_schema_is_refused_untouched(on_server: Company, found: str, expected: str) -> None:
    # why: the app may not migrate; it says who must, or that it is the one that is too old
    on_server.server.execute(f"UPDATE {VERSION_TABLE} SET version_num = '{found}'")
    message = refusal(on_server.url)
    on_server.server.execute(f"UPDATE {VERSION_TABLE} SET version_num = '{SCHEMA}'")
    assert expected.replace("0005", SCHEMA) in message and (found == "9999" or PREPARE in message)


def test_an_unprepared_database_and_user_say_what_to_run(company: Company, fresh: str, name: str) -> None:
    # why: this is what a company sees first
    assert "has no tables of Eyelevel" in (message := refusal(company.server.url(APP, fresh))) and PREPARE in message
    assert "its user may not do this" in refusal(company.server.url(name)) and PREPARE in message
    assert "cannot be used: connection failed" in refusal(company.url.replace(APP, "nobody"))


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_the_usual_addresses_work(on_server: Company, scheme: str) -> None:
    # why: hosts hand out the first two; the driver is nobody's business
    url = on_server.url.replace("postgresql", scheme)
    with closing(ConversationStore(Database(Settings(database_url=url)))) as store:
        assert store.list(ME) == ()


# Preparing


def test_prepare_makes_a_new_database_and_does_nothing_twice(company: Company, fresh: str) -> None:
    # why: it is run again with each version
    settings = of(company, OWNER, fresh)
    assert [prepare(settings, APP).migrated for _ in range(2)] == [True, False]
    with closing(ConversationStore(Database(of(company, APP, fresh)))) as store:
        conversation = store.start(ME, "q")
        store.add_turn(ME, conversation, "q")
        assert len(store.read(ME, conversation).turns) == 1


def test_prepare_takes_back_what_the_app_should_not_have(company: Company, fresh: str, name: str) -> None:
    # why: `GRANT ALL` is what many a manual says
    company.server.execute(f"GRANT eyelevel_app TO {name}")
    prepare(of(company, OWNER, fresh), name)
    company.server.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {name}, PUBLIC", OWNER, fresh)
    assert "may empty tables" in refusal(company.server.url(name, fresh))
    prepare(of(company, OWNER, fresh), name)
    Database(of(company, name, fresh)).close()
    asked = "SELECT count(*) FROM information_schema.table_privileges WHERE grantee IN ('PUBLIC', '{}')"
    asked += " AND table_schema = 'public'"
    assert company.server.execute(asked.format(name), OWNER, fresh) == [(0,)]


def test_the_app_gets_exactly_what_it_needs(company: Company) -> None:
    # why: what is not granted cannot be misused, whatever the policies say
    asked = "SELECT table_name, string_agg(privilege_type, ' ' ORDER BY privilege_type)"
    asked += " FROM information_schema.table_privileges WHERE grantee = 'eyelevel_app' GROUP BY table_name"
    everything = dict.fromkeys(Base.metadata.tables, "DELETE INSERT SELECT UPDATE")
    assert dict(company.server.execute(asked)) == everything | {"audit": "INSERT SELECT", VERSION_TABLE: "SELECT"}


def test_a_migrating_user_who_may_not_make_roles_says_what_to_run(company: Company, fresh: str, name: str) -> None:
    # why: few companies let the owner of a database make roles; what was migrated stays so
    settings, told = of(company, OWNER, fresh), []
    company.server.execute("ALTER ROLE eyelevel_app RENAME TO put_aside")
    try:
        for _ in range(2):
            with pytest.raises(StoreUnavailable, match="An administrator of the database server must run") as refused:
                prepare(settings, name)
            told.append(one_line(refused.value).split("`")[1])
            company.server.execute(told[-1])
    finally:
        company.server.execute("DROP OWNED BY eyelevel_app; DROP ROLE eyelevel_app", database=fresh)
        company.server.execute("ALTER ROLE put_aside RENAME TO eyelevel_app")
    assert told == ['CREATE ROLE "eyelevel_app" NOLOGIN;', f'GRANT "eyelevel_app" TO "{name}";']
    company.server.execute(f"GRANT eyelevel_app TO {name}")
    assert prepare(settings, name).migrated is False
    Database(of(company, name, fresh)).close()


def test_an_owner_who_may_make_roles_does(company: Company, fresh: str, name: str) -> None:
    # why: with one more right it is one step
    company.server.execute(f"ALTER ROLE {OWNER} CREATEROLE; ALTER ROLE eyelevel_app RENAME TO put_aside")
    try:
        prepare(of(company, OWNER, fresh), name)
        Database(of(company, name, fresh)).close()
    finally:
        company.server.execute("DROP OWNED BY eyelevel_app; DROP ROLE eyelevel_app", database=fresh)
        company.server.execute(f"ALTER ROLE {OWNER} NOCREATEROLE; ALTER ROLE put_aside RENAME TO eyelevel_app")


@pytest.mark.parametrize("role", [OWNER, ADMINISTRATOR, 'no"body', "x; DROP TABLE notes"])
def test_prepare_refuses_a_role_that_cannot_be_the_apps(company: Company, role: str) -> None:
    # why: better now than when the app opens
    with pytest.raises(StoreUnavailable) as refused:
        prepare(of(company, OWNER), role)
    message = one_line(refused.value)
    assert ("must run `CREATE ROLE" in message) == (role not in (OWNER, ADMINISTRATOR))


def test_prepare_is_for_servers(tmp_path: Path) -> None:
    # why: a file needs none of this
    with pytest.raises(InputError, match="names no server"):
        prepare(Settings(home=tmp_path), "x")


def test_the_command_prepares_and_tells_where_the_master_key_is(company: Company, fresh: str, tmp_path: Path) -> None:
    # why: who loses that key loses everything; no password may be on the screen
    url, keys = company.server.url(OWNER, fresh), str(tmp_path / "keys")
    words = ("database", "prepare", "--app-role", APP, "--json")
    done = run_eyelevel(*words, home=tmp_path / "home", EYELEVEL_DATABASE_URL=url, EYELEVEL_KEYS=keys)
    assert done.returncode == 0 and json.loads(done.stdout) == {"migrated": True, "app_role": APP}
    assert f"The master key was made in {keys}/master.key" in done.stderr
    broken = run_eyelevel(*words[:-2], "nobody", home=tmp_path / "home", EYELEVEL_DATABASE_URL=url, EYELEVEL_KEYS=keys)
    assert broken.returncode == 1 and broken.stderr.count("\n") == 1 and broken.stdout == ""
    doctor = run_eyelevel("doctor", home=tmp_path / "home", EYELEVEL_DATABASE_URL=url, EYELEVEL_KEYS=keys)
    assert "owns the tables" in doctor.stdout
    password = url.split(":")[2].split("@")[0]
    assert all(password not in run.stdout + run.stderr for run in (done, broken, doctor))


def test_a_database_of_the_first_version_is_taken_along(company: Company, fresh: str) -> None:
    # why: an update must keep every conversation that was there, and seal it
    engine = create_engine(company.server.url(OWNER, fresh).replace("postgresql", "postgresql+psycopg"))
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("path_separator", "os")
        config.set_main_option("script_location", str(MIGRATIONS))
        command.upgrade(config, "0002")
        now = datetime.now(UTC).isoformat()
        connection.exec_driver_sql(
            f"INSERT INTO conversations VALUES ('{'a' * 32}', 'me', 'mentor', 't', '{now}', '{now}', NULL)"
        )
        connection.exec_driver_sql(
            f"INSERT INTO turns VALUES ('{'b' * 32}', '{'a' * 32}', 1, 'sekret', NULL, 'done', 'up', 'h/1/1', '{now}')"
        )
    engine.dispose()
    assert prepare(of(company, OWNER, fresh), APP).migrated
    with closing(ConversationStore(Database(of(company, APP, fresh)))) as store:
        assert [turn.question for turn in store.read(ME, "a" * 32).turns] == ["sekret"]
    assert "sekret" not in str(company.server.execute("SELECT * FROM turns", database=fresh))
