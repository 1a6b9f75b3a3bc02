"""Accounts and roles through the store's own door, on a real SQLite file."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from assistant.errors import AccessDenied, InputError
from assistant.roles import COACHED, PERSONAL, Actor, Role
from assistant.settings import Settings
from assistant.store.access import require, require_account
from assistant.store.account_tables import SignInRow
from assistant.store.database import HOUSE, Database
from assistant.store.people import LONGEST_NAME, PeopleStore
from assistant.store.people_tables import AuditRow, PersonRow


@pytest.fixture
def database(home: Path) -> Iterator[Database]:
    with closing(Database(Settings(home=home))) as opened:
        yield opened


@pytest.fixture
def store(database: Database) -> PeopleStore:
    return PeopleStore(database)


@pytest.fixture
def admin(store: PeopleStore) -> Actor:
    return Actor(person=store.first_administrator("Ada Admin", "Ada@Example.org"), role=Role.ADMINISTRATOR)


def shown(store: PeopleStore, admin: Actor, person: str) -> Any:
    return next(one for one in store.list(admin) if one.id == person)


def actions(database: Database) -> list[str]:
    with database.read(HOUSE) as session:
        return list(session.scalars(select(AuditRow.action).order_by(AuditRow.position)))


# Accounts


def test_the_first_administrator_is_made_once(store: PeopleStore, database: Database) -> None:
    # why: on the first day there is nobody who could; on the second nobody may get in that way
    first = store.first_administrator("Ada Admin", " Ada@Example.org ")
    admin = Actor(person=first, role=Role.ADMINISTRATOR)
    assert store.me(admin).model_dump() == {
        "id": first,
        "name": "Ada Admin",
        "email": "ada@example.org",
        "roles": (Role.ADMINISTRATOR,),
    }
    with pytest.raises(AccessDenied, match="administrator already"):
        store.first_administrator("Eve")
    assert len(store.list(admin)) == 1 and actions(database) == ["add_person", "grant_administrator"]


def test_many_first_administrators_at_once_are_one(tmp_path: Path, store: PeopleStore) -> None:
    # why: two people at two machines run the command at the same moment
    made, refused = list[str](), list[BaseException]()

    def make(number: int) -> None:
        try:
            with closing(Database(Settings(home=tmp_path / "home"))) as own:
                made.append(PeopleStore(own).first_administrator(f"Nr {number}"))
        except AccessDenied as error:
            refused.append(error)

    threads = [threading.Thread(target=make, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(made), len(refused)) == (1, 5)


def test_accounts_are_kept_changed_and_listed_by_name(store: PeopleStore, admin: Actor, database: Database) -> None:
    # why: this list is what an administrator works with
    cto = store.add(admin, " Carla\nCTO ", email="cto@example.org")
    junior = store.add(admin, "Jun", email="", line_manager=cto)
    assert [(p.name, p.email, p.line_manager, p.roles, p.closed) for p in store.list(admin)] == [
        ("Ada Admin", "ada@example.org", None, (Role.ADMINISTRATOR,), False),
        ("Carla CTO", "cto@example.org", None, (), False),
        ("Jun", None, cto, (), False),
    ]
    store.rename(admin, junior, "June")
    store.set_email(admin, junior, "JUNE@example.org")
    store.set_line_manager(admin, junior, None)
    found = shown(store, admin, junior)
    assert (found.name, found.email, found.line_manager) == ("June", "june@example.org", None)
    store.set_email(admin, cto, "cto@example.org")  # the own address is not taken
    assert actions(database)[2:] == ["add_person"] * 2 + ["rename_person", "set_email", "set_line_manager", "set_email"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"name": " \n"}, "The name has 0 characters"),
        ({"name": "x" * (LONGEST_NAME + 1)}, "The name has 121 characters"),
        ({"email": "sekret"}, "address is none"),
        ({"email": "sek ret@example.org"}, "address is none"),
        ({"email": "x" * 250 + "@example.org"}, "address is none"),
        ({"email": "ADA@example.org"}, "has this e-mail address already"),
        ({"line_manager": "f" * 32}, "There is no person 'ffffffff"),
        ({"line_manager": "\0' OR 1=1"}, "There is no person"),
    ],
)
def test_a_refused_account_is_not_made(store: PeopleStore, admin: Actor, values: dict[str, str], expected: str) -> None:
    # why: two accounts with one address could not be told apart at signing in; the line must not repeat what was typed
    with pytest.raises(InputError, match=expected) as refused:
        store.add(admin, **({"name": "sekret"} | values))
    assert "sekret" not in str(refused.value) and len(store.list(admin)) == 1
    assert str(refused.value).endswith(".") and "\n" not in str(refused.value)


def test_nobody_reports_in_a_circle(store: PeopleStore, admin: Actor) -> None:
    # why: a circle would put everybody in it inside one reporting line for ever
    top = store.add(admin, "Top")
    middle = store.add(admin, "Middle", line_manager=top)
    low = store.add(admin, "Low", line_manager=middle)
    for person, above in ((top, top), (top, low), (middle, low), (top, middle)):
        with pytest.raises(InputError, match="cannot report to"):
            store.set_line_manager(admin, person, above)
    store.set_line_manager(admin, low, top)
    assert shown(store, admin, low).line_manager == top


def test_whoever_runs_the_machine_may_keep_accounts_by_command(store: PeopleStore, database: Database) -> None:
    # why: scripts and the first day; it counts as the house in the audit, and shuts the personal mode as well
    person = store.add(HOUSE, "Jun", email="jun@example.org")
    store.grant(HOUSE, person, Role.MENTOR)
    store.close(HOUSE, person)  # nobody administers yet, and this is not the last who does
    store.reopen(HOUSE, person)
    store.revoke(HOUSE, person, Role.MENTOR)
    assert [(one.id, one.roles, one.closed) for one in store.list(HOUSE)] == [(person, (), False)]
    with database.read(HOUSE) as session:
        assert set(session.scalars(select(AuditRow.actor))) == {"#house"}
    with pytest.raises(AccessDenied):
        store.me(Actor(person=PERSONAL, role=Role.MENTOR))
    last = store.first_administrator("Ada")
    with pytest.raises(InputError, match="last administrator"):
        store.close(HOUSE, last)


# Roles


def test_a_role_counts_from_its_grant_to_its_end(store: PeopleStore, admin: Actor, database: Database) -> None:
    # why: roles come from the table at the moment of the call, never from what the actor says of itself
    person = store.add(admin, "Jun")
    mentor, mentee = (Actor(person=person, role=role) for role in (Role.MENTOR, Role.MENTEE))
    for actor in (mentor, mentee):
        with pytest.raises(AccessDenied):
            store.me(actor)
    store.grant(admin, person, Role.MENTEE)
    store.grant(admin, person, Role.MENTOR)
    store.grant(admin, person, Role.MENTOR)
    assert store.me(mentor).roles == store.me(mentee).roles == (Role.MENTOR, Role.MENTEE)
    store.revoke(admin, person, Role.MENTOR)
    store.revoke(admin, person, Role.MENTOR)
    assert store.me(mentee).roles == (Role.MENTEE,)
    with pytest.raises(AccessDenied):
        store.me(mentor)
    assert actions(database)[3:] == ["grant_mentee", "grant_mentor", "revoke_mentor"]


def test_a_closed_account_is_denied_until_it_is_opened_again(
    store: PeopleStore, admin: Actor, database: Database
) -> None:
    # why: somebody leaves today; the roles are there again should they come back
    person = store.add(admin, "Second")
    store.grant(admin, person, Role.ADMINISTRATOR)
    second = Actor(person=person, role=Role.ADMINISTRATOR)
    assert len(store.list(second)) == 2
    store.close(admin, person)
    store.close(admin, person)
    for call in (store.list, store.me, lambda a: store.add(a, "x"), lambda a: store.reopen(a, person)):
        with pytest.raises(AccessDenied):
            call(second)
    assert shown(store, admin, person).closed
    store.reopen(admin, person)
    store.reopen(admin, person)
    assert len(store.list(second)) == 2
    assert actions(database)[4:] == ["close_person", "reopen_person"]


@pytest.mark.parametrize("end", ["close", "revoke", "close the other, then oneself"])
def test_the_last_administrator_stays(store: PeopleStore, admin: Actor, end: str) -> None:
    # why: with none left, nobody could ever make one again through the app
    if end.startswith("close the other"):
        other = store.add(admin, "Other")
        store.grant(admin, other, Role.ADMINISTRATOR)
        store.close(admin, other)
    with pytest.raises(InputError, match="is the last administrator"):
        if end == "revoke":
            store.revoke(admin, admin.person, Role.ADMINISTRATOR)
        else:
            store.close(admin, admin.person)
    assert store.me(admin).roles == (Role.ADMINISTRATOR,) and not shown(store, admin, admin.person).closed


def test_two_administrators_cannot_remove_each_other(store: PeopleStore, admin: Actor, tmp_path: Path) -> None:
    # why: each is there when the other looks; one of the two must come second
    for number in range(5):
        other = Actor(person=store.add(admin, f"Other {number}"), role=Role.ADMINISTRATOR)
        store.grant(admin, other.person, Role.ADMINISTRATOR)
        outcomes = list[str]()
        barrier = threading.Barrier(2)

        def remove(one: Actor, victim: Actor, said: list[str] = outcomes, ready: Any = barrier) -> None:
            with closing(Database(Settings(home=tmp_path / "home"))) as own:
                ready.wait()
                try:
                    PeopleStore(own).revoke(one, victim.person, Role.ADMINISTRATOR)
                    said.append("removed")
                except AccessDenied:
                    said.append("denied")

        threads = [threading.Thread(target=remove, args=pair) for pair in ((admin, other), (other, admin))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["denied", "removed"]
        admin = admin if holds(store, admin) else other


def holds(store: PeopleStore, actor: Actor) -> bool:
    try:
        return bool(store.list(actor))
    except AccessDenied:
        return False


@pytest.mark.parametrize("change", ["grant", "revoke", "close"])
def test_a_changed_role_and_a_closed_account_end_the_sign_ins(
    store: PeopleStore, admin: Actor, database: Database, change: str
) -> None:
    # why: a cookie that was copied before must be worth nothing after; other people stay signed in
    person, other = store.add(admin, "Jun"), store.add(admin, "Other")
    store.grant(admin, person, Role.MENTOR)
    now = datetime.now(UTC)
    with database.write(HOUSE) as session:
        for digest, of in (("a" * 64, person), ("b" * 64, other)):
            session.add(SignInRow(digest=digest, person=of, created_at=now, expires_at=now + timedelta(hours=12)))
    calls: dict[str, Callable[[], None]] = {
        "grant": lambda: store.grant(admin, person, Role.MENTEE),
        "revoke": lambda: store.revoke(admin, person, Role.MENTOR),
        "close": lambda: store.close(admin, person),
    }
    calls[change]()
    with database.read(HOUSE) as session:
        revoked = {row.person: row.revoked_at is not None for row in session.scalars(select(SignInRow))}
    assert revoked == {person: True, other: False}


# Personal mode


def test_personal_mode_has_the_coached_roles_while_nobody_is_there(store: PeopleStore, database: Database) -> None:
    # why: on one machine nobody makes accounts; with the first account that way in is shut
    for role in Role:
        actor = Actor(person=PERSONAL, role=role)
        if role in COACHED:
            assert store.me(actor).model_dump() == {"id": PERSONAL, "name": None, "email": None, "roles": COACHED}
        else:
            with pytest.raises(AccessDenied):
                store.me(actor)
            with pytest.raises(AccessDenied):
                store.list(actor)
    store.first_administrator("Ada")
    for role in Role:
        with pytest.raises(AccessDenied), database.read(HOUSE) as session:
            require(session, Actor(person=PERSONAL, role=role), *Role)


@pytest.mark.parametrize("sign_in", ["local", "oidc"])
@pytest.mark.parametrize("with_accounts", [False, True])
def test_nobody_is_personal_where_people_sign_in(home: Path, sign_in: str, with_accounts: bool) -> None:
    # why: a call that forgot to ask who is signed in must not be taken for whoever sits at the machine
    with closing(Database(Settings(home=home, sign_in=sign_in))) as shared:
        if with_accounts:
            PeopleStore(shared).first_administrator("Ada")
        for role in Role:
            me = Actor(person=PERSONAL, role=role)
            for who in (HOUSE, me):
                for passes in (lambda session, me=me: require(session, me, *Role),
                               lambda session: require_account(session, PERSONAL)):  # fmt: skip
                    with pytest.raises(AccessDenied), shared.read(who) as session:
                        passes(session)


def test_nobody_is_personal_beside_accounts_that_were_never_noted(home: Path, database: Database) -> None:
    # why: a file from before there was such a note, or one that somebody else has filled
    assert home.exists()
    with database.write(HOUSE) as session:
        session.add(PersonRow(id="a" * 32, name="Ana", created_at=datetime.now(UTC)))
    me = Actor(person=PERSONAL, role=Role.MENTOR)
    with pytest.raises(AccessDenied), database.read(me) as session:
        require(session, me, *Role)


@pytest.mark.parametrize("wanted", ["", "%", "\0", "\ud83d", "0" * 32, "' OR 1=1 --", "#house", "A" * 32])
def test_no_person_is_read_as_anything_else(store: PeopleStore, admin: Actor, wanted: str) -> None:
    # why: ids come from cookies and the address bar
    with pytest.raises(AccessDenied, match="takes the role of"):
        store.list(Actor(person=wanted, role=Role.ADMINISTRATOR))
    with pytest.raises(InputError, match="There is no person"):
        store.close(admin, wanted)


def test_a_change_and_its_audit_are_kept_together_or_not_at_all(
    store: PeopleStore, admin: Actor, home: Path, database: Database
) -> None:
    # why: a change that the audit does not know of is what an audit is there to prevent
    with closing(sqlite3.connect(home / "eyelevel.db")) as connection, connection:
        connection.execute("CREATE TRIGGER no_audit BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END")
    before = (store.list(admin), actions(database))
    for call in (
        lambda: store.add(admin, "New"),
        lambda: store.rename(admin, admin.person, "Eve"),
        lambda: store.grant(admin, admin.person, Role.MANAGER),
    ):
        with pytest.raises(Exception, match="audit"):
            call()
        assert (store.list(admin), actions(database)) == before
    with database.read(HOUSE) as session:
        assert session.scalar(select(func.count(PersonRow.id))) == 1
