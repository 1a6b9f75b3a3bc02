"""The chain of the audit, on a real SQLite file that is changed past the store."""

import random
import sqlite3
import string
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import AccessDenied, InputError, StoreDamaged
from assistant.roles import Actor, Role
from assistant.settings import Settings
from assistant.store import audit
from assistant.store.audit import AuditStore, append, verify
from assistant.store.database import HOUSE, Database, Who
from assistant.store.people import PeopleStore

PERSON, ITEM = "a" * 32, "b" * 32
ME = Actor(person=PERSON, role=Role.MENTOR)
ENTRIES = 40


@pytest.fixture
def database(home: Path) -> Iterator[Database]:
    with closing(Database(Settings(home=home))) as opened:
        yield opened


@pytest.fixture
def filled(database: Database) -> Database:
    for number in range(ENTRIES):
        note(database, ME if number % 3 else HOUSE, f"action_{number}")
    return database


def note(database: Database, who: Who, action: str, item: str = ITEM) -> None:
    with database.write(who) as session:
        append(session, database.keys, who, action, "thing", item)


def change(home: Path, *statements: str) -> None:
    with closing(sqlite3.connect(home / "eyelevel.db")) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def line(database: Database) -> str:
    """What `verify` complains about: one plain line."""
    fault = verify(database).fault
    assert fault is not None and "\n" not in fault and fault.endswith(".")
    return fault


# What is kept


def test_entries_follow_each_other_and_are_right(filled: Database) -> None:
    # why: this is the whole of a normal life of the chain
    found = verify(filled)
    assert (found.right, found.fault, len(found.newest)) == (ENTRIES, None, 64)
    note(filled, ME, "one_more")
    later = verify(filled)
    assert (later.right, later.fault) == (ENTRIES + 1, None) and later.newest != found.newest


def test_an_empty_chain_is_right(database: Database) -> None:
    # why: nothing done yet is not the same as something taken away
    assert verify(database).model_dump() == {"right": 0, "newest": "", "fault": None}


def test_a_long_chain_is_checked_in_batches(filled: Database, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    # why: the place where one batch ends and the next begins must not be a place to hide
    for size in (1, 3, ENTRIES - 1, ENTRIES, ENTRIES + 1):
        monkeypatch.setattr(audit, "BATCH", size)
        assert (verify(filled).right, verify(filled).fault) == (ENTRIES, None)
    monkeypatch.setattr(audit, "BATCH", 4)
    change(home, "DELETE FROM audit WHERE position = 5")
    assert "entry 5 is missing" in line(filled)


def test_an_undone_change_leaves_no_entry_and_no_gap(filled: Database) -> None:
    # why: the entry belongs to the change it tells of
    with pytest.raises(InputError), filled.write(ME) as session:
        append(session, filled.keys, ME, "undone", "thing", ITEM)
        raise InputError("no")
    note(filled, ME, "done")
    assert (verify(filled).right, verify(filled).fault) == (ENTRIES + 1, None)


def test_several_entries_of_one_transaction_and_of_many_writers_have_one_order(
    tmp_path: Path, filled: Database
) -> None:
    # why: two writers with one position would be two chains
    errors = list[BaseException]()

    def work(name: str) -> None:
        try:
            with closing(Database(Settings(home=tmp_path / "home"))) as own:
                for number in range(8):
                    with own.write(ME) as session:
                        append(session, own.keys, ME, f"{name}_{number}", "thing", ITEM)
                        append(session, own.keys, ME, f"{name}_again", "thing", ITEM)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert (verify(filled).right, verify(filled).fault) == (ENTRIES + 64, None)


# What is found

ALTERED = {
    "at": "'2020-01-01 00:00:00.000000'",
    "actor": f"'{'c' * 32}'",
    "action": "'nothing'",
    "kind": "'other'",
    "item": f"'{'d' * 32}'",
    "signature": f"'{'0' * 64}'",
}


@pytest.mark.parametrize("place", [1, 17, ENTRIES])
@pytest.mark.parametrize("column", ALTERED)
def test_any_altered_value_is_found(filled: Database, home: Path, column: str, place: int) -> None:
    # why: one altered row is what acceptance test 18 asks for; here every column, first, middle and last
    change(home, f"UPDATE audit SET {column} = {ALTERED[column]} WHERE position = {place}")
    assert f"entry {place} was changed" in line(filled)
    assert verify(filled).right == place - 1


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (["DELETE FROM audit WHERE position = 1"], "entry 1 is missing"),
        (["DELETE FROM audit WHERE position = 20"], "entry 20 is missing"),
        ([f"DELETE FROM audit WHERE position = {ENTRIES}"], "entry 40 is missing, the newest ones were cut off"),
        (["DELETE FROM audit WHERE position > 30"], "entry 31 is missing, the newest ones were cut off"),
        (["DELETE FROM audit"], "entry 1 is missing, the newest ones were cut off"),
        (
            ["DELETE FROM audit WHERE position = 20", "UPDATE audit SET position = position - 1 WHERE position > 20"],
            "20",
        ),
        (
            [
                "UPDATE audit SET position = 1000 WHERE position = 7",
                "UPDATE audit SET position = 7 WHERE position = 8",
                "UPDATE audit SET position = 8 WHERE position = 1000",
            ],
            "entry 7 was changed, or another one stands in its place",
        ),
        (["UPDATE audit SET position = 0 WHERE position = 7"], "entry 0 was put in"),
        (
            ["INSERT INTO audit SELECT -1, at, actor, action, kind, item, signature FROM audit LIMIT 1"],
            "entry -1 was put",
        ),
        (["INSERT INTO audit SELECT 41, at, actor, action, kind, item, signature FROM audit LIMIT 1"], "entry 41 was"),
        (["INSERT INTO audit SELECT 99, at, actor, action, kind, item, signature FROM audit LIMIT 1"], "41 is missing"),
        (["UPDATE audit SET at = 'sekret' WHERE position = 9"], "entry 9 cannot be read"),
        (["UPDATE audit SET at = x'00' WHERE position = 9"], "entry 9 cannot be read"),
        (["UPDATE audit SET item = x'00' WHERE position = 9"], "entry 9 was changed"),
        (["UPDATE audit SET item = CAST(x'fffe' AS TEXT) WHERE position = 9"], "entry 9 cannot be read"),
        (["UPDATE audit SET signature = 'ä' WHERE position = 9"], "entry 9 was changed"),
        (["DELETE FROM meta WHERE name = 'audit'"], "note of the newest entry was changed"),
        (["UPDATE meta SET value = 'sekret' WHERE name = 'audit'"], "note of the newest entry was changed"),
        (["UPDATE meta SET value = '40 ' || hex(randomblob(32)) WHERE name = 'audit'"], "note of the newest entry"),
        (["UPDATE meta SET value = '3 0' WHERE name = 'audit'"], "note of the newest entry"),
    ],
)
def test_what_is_missing_put_in_or_moved_is_named(
    filled: Database, home: Path, statements: list[str], expected: str
) -> None:
    # why: the first place that is wrong tells where to compare with a backup
    change(home, *statements)
    assert expected in line(filled) and "sekret" not in line(filled)


def test_a_cut_chain_stays_noticed_after_it_went_on(filled: Database, home: Path) -> None:
    # why: the next entry, made a second later, must not cover the cut
    change(home, "DELETE FROM audit WHERE position > 30")
    note(filled, ME, "afterwards")
    assert "entry 31 is missing" in line(filled)


def test_a_note_set_back_stops_the_chain(filled: Database, home: Path) -> None:
    # why: going on from there would put a second entry in a place that is taken
    change(
        home, "UPDATE meta SET value = (SELECT '30 ' || signature FROM audit WHERE position = 30) WHERE name = 'audit'"
    )
    with pytest.raises(StoreDamaged, match="do not fit"):
        note(filled, ME, "afterwards")
    change(home, "UPDATE meta SET value = 'x' WHERE name = 'audit'")
    with pytest.raises(StoreDamaged, match="do not fit"):
        note(filled, ME, "afterwards")


def test_what_the_chain_cannot_show_is_as_the_docstring_says(filled: Database, home: Path) -> None:
    # why: a limit that is written down must be the true one; the newest signature, noted elsewhere, shows it
    before = verify(filled).newest
    change(
        home,
        "UPDATE meta SET value = (SELECT '30 ' || signature FROM audit WHERE position = 30) WHERE name = 'audit'",
        "DELETE FROM audit WHERE position > 30",
    )
    cut = verify(filled)
    assert (cut.right, cut.fault) == (30, None) and cut.newest != before
    assert audit.__doc__ is not None and "sets `meta` back to match" in audit.__doc__


def test_another_house_cannot_sign(filled: Database, home: Path, tmp_path: Path) -> None:
    # why: a chain made anew with other keys is no proof of anything
    copy = tmp_path / "other"
    with closing(Database(Settings(home=copy))) as other:
        note(other, ME, "mine")
        with closing(sqlite3.connect(copy / "eyelevel.db")) as source:
            rows = source.execute("SELECT * FROM audit").fetchall()
    with closing(sqlite3.connect(home / "eyelevel.db")) as connection, connection:
        connection.execute("DELETE FROM audit")
        connection.executemany("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        connection.execute("UPDATE meta SET value = ? WHERE name = 'audit'", (f"1 {rows[0][-1]}",))
    assert "entry 1 was changed" in line(filled)


def test_300_random_changes_are_all_found(filled: Database, home: Path) -> None:
    # why: the cases above are those that we thought of
    chance, found = random.Random(5), 0
    columns = ["position", *ALTERED]
    with closing(sqlite3.connect(home / "eyelevel.db", isolation_level=None)) as connection:
        rows = connection.execute("SELECT * FROM audit ORDER BY position").fetchall()
        for _ in range(300):
            place, column = chance.randrange(ENTRIES), chance.randrange(1, len(columns))
            value = rows[place][column]
            where = chance.choice(
                [n for n in range(len(value)) if value[n] != " "]
            )  # any sign may stand before the hour
            letter = chance.choice([c for c in string.hexdigits[:16] if c != value[where]])
            changed = value[:where] + letter + value[where + 1 :]
            update = f"UPDATE audit SET {columns[column]} = ? WHERE position = ?"
            connection.execute(update, (changed, place + 1))
            report = verify(filled)
            found += report.right == place and report.fault is not None
            connection.execute(update, (value, place + 1))
    assert found == 300 and verify(filled).fault is None


# What may stand in it

TEXTS = [
    "",
    "two words",
    "Anna",
    "a@b.org",
    "ä",
    "x" * 65,
    "no\n",
    "a.b",
    "-",
    "_a",
    "a__b",
    "A" * 32,
    "1" * 31,
    "#house",
]


@pytest.mark.parametrize("field", ["actor", "action", "kind", "item"])
def test_no_text_gets_in(database: Database, field: str) -> None:
    # why: the administrator reads this; a name or a sentence in it would be read by the wrong person
    for text in TEXTS:
        values = {"actor": PERSON, "action": "do", "kind": "thing", "item": ITEM} | {field: text}
        who = Actor(person=values["actor"], role=Role.MENTOR)
        with (
            pytest.raises(InputError, match=f"The {field} of an audit entry") as refused,
            database.write(who) as session,
        ):
            append(session, database.keys, who, values["action"], values["kind"], values["item"])
        assert len(text) < 3 or text not in str(refused.value)
    assert verify(database).right == 0


@settings(max_examples=200, deadline=None, derandomize=True)
@given(text=st.text(max_size=70))
def test_only_ids_and_code_words_pass(text: str) -> None:
    # why: whatever somebody writes must not pass for a code word by chance of an odd character
    word = 0 < len(text) <= 32 and set(text) <= set(string.ascii_lowercase + string.digits + "_-")
    digest = len(text) in (32, 64) and set(text) <= set("0123456789abcdef")
    try:
        audit._check("item", text)
    except InputError:
        return
    assert word or digest


@pytest.mark.parametrize("item", [ITEM, "e" * 64, "hosted_model", "retention", "gpt-5"])
def test_ids_digests_and_code_words_are_taken(database: Database, item: str) -> None:
    # why: a setting that was changed has no id
    note(database, HOUSE, "change_setting", item)
    assert verify(database).right == 1


# Who may read it


def test_an_administrator_reads_ids_the_newest_first(database: Database) -> None:
    # why: who gave whom which role must be answerable, without a name in the answer
    people, store = PeopleStore(database), AuditStore(database)
    admin = Actor(person=people.first_administrator("Ada Admin"), role=Role.ADMINISTRATOR)
    person = people.add(admin, "Jun Junior", email="jun@example.org")
    people.grant(admin, person, Role.MENTOR)
    found = store.entries(admin)
    assert [(e.position, e.actor, e.action, e.kind, e.item) for e in found] == [
        (4, admin.person, "grant_mentor", "person", person),
        (3, admin.person, "add_person", "person", person),
        (2, "#house", "grant_administrator", "person", admin.person),
        (1, "#house", "add_person", "person", admin.person),
    ]
    assert all(abs(datetime.now(UTC) - entry.at) < timedelta(minutes=5) for entry in found)
    assert [e.position for e in store.entries(admin, before=4, limit=2)] == [3, 2]
    assert [len(store.entries(admin, limit=limit)) for limit in (-1, 0, 1, 10_000)] == [1, 1, 1, 4]
    assert not any(word in repr(found) for word in ("Ada", "Jun", "example"))


def test_one_kind_of_act_is_found_among_the_others(database: Database) -> None:
    # why: in a year there are thousands of entries
    admin = Actor(person=PeopleStore(database).first_administrator("Ada"), role=Role.ADMINISTRATOR)
    for number in range(6):
        note(database, HOUSE, f"action_{number % 2}")
    store = AuditStore(database)
    assert store.actions(admin) == ("action_0", "action_1", "add_person", "grant_administrator")
    assert [e.position for e in store.entries(admin, action="action_1")] == [8, 6, 4]
    assert [e.position for e in store.entries(admin, action="action_1", before=8, limit=1)] == [6]
    assert store.entries(admin, action="nothing") == ()


def test_an_administrator_is_told_what_the_command_tells(database: Database, home: Path) -> None:
    # why: two answers to one question would be worth nothing
    admin = Actor(person=PeopleStore(database).first_administrator("Ada"), role=Role.ADMINISTRATOR)
    store = AuditStore(database)
    assert store.check(admin) == verify(database) and store.check(admin).fault is None
    change(home, "UPDATE audit SET action = 'other' WHERE position = 2")
    assert store.check(admin) == verify(database) and "entry 2 was changed" in (store.check(admin).fault or "")
    change(home, "UPDATE audit SET at = 'never' WHERE position = 1")
    with pytest.raises(StoreDamaged, match="cannot be read"):
        store.entries(admin)


@pytest.mark.parametrize("role", Role)
def test_nobody_else_reads_it(database: Database, role: Role) -> None:
    # why: it tells who did something and when
    people, store = PeopleStore(database), AuditStore(database)
    refuse: Callable[[str], None] = lambda person: denied(store, Actor(person=person, role=role))  # noqa: E731
    refuse("me")
    admin = Actor(person=people.first_administrator("Ada"), role=Role.ADMINISTRATOR)
    person = people.add(admin, "Jun")
    for given_role in set(Role) - {Role.ADMINISTRATOR}:
        people.grant(admin, person, given_role)
    for wanted in ("me", person, "0" * 32, "", *((admin.person,) if role is not Role.ADMINISTRATOR else ())):
        refuse(wanted)


def denied(store: AuditStore, actor: Actor) -> None:
    for ask in (store.entries, store.actions, store.check):
        with pytest.raises(AccessDenied):
            ask(actor)
