"""Plans and other drafts through the store's own door, in a file and on a server."""

import inspect
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from company import ANA, BEN, PAIR, found_company, in_files, let_in
from kit import one_line
from postgres_server import OWNER, Company
from sqlalchemy import create_engine, select, text, update
from structlog.testing import capture_logs

from assistant.errors import AccessDenied, InputError, KeyMissing, StoreDamaged
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings
from assistant.store.backup import backup
from assistant.store.commitments import CommitmentStore
from assistant.store.database import HOUSE, Database
from assistant.store.drafts import LONGEST_CONTENT, DraftStore
from assistant.store.keys import rotate_master
from assistant.store.people_tables import PairRow
from assistant.store.restore import restore
from assistant.store.rights import RightsStore
from assistant.store.schema import MIGRATIONS
from assistant.store.tables import SCHEMA, DraftRow

ME = Actor(person=PERSONAL, role=Role.MENTOR)
CONTENT = '{"purpose": "Ärger “first” 🎓", "minutes": 45}'


@pytest.fixture
def database(home: Path) -> Iterator[Database]:
    with closing(Database(Settings(home=home))) as opened:
        yield opened


@pytest.fixture
def store(database: Database) -> DraftStore:
    return DraftStore(database)


def titles(store: DraftStore, actor: Actor = ME, kind: Any = None) -> list[str]:
    return [one.title for one in store.list(actor, kind)]


# What is kept


def test_a_draft_comes_back_whole_after_reopening(store: DraftStore, home: Path) -> None:
    # why: a plan that changes on the way to the disk is another plan
    made = store.add(ME, "plan", "  Next\n session ", CONTENT, form=3)
    with closing(Database(Settings(home=home))) as again:
        found = DraftStore(again).open(ME, made)
    assert found.model_dump(exclude={"created", "updated"}) == {
        "id": made, "kind": "plan", "title": "Next session", "pair": None, "content": CONTENT, "form": 3
    }  # fmt: skip
    assert datetime.now(UTC) - found.created < timedelta(minutes=1) and found.updated >= found.created


def test_saving_replaces_title_content_and_form_and_nothing_else(store: DraftStore) -> None:
    # why: a changed plan is still the same plan, and the one that is worked on stands first in the list
    first, second = store.add(ME, "plan", "first", "{}"), store.add(ME, "plan", "second", "{}")
    assert titles(store) == ["second", "first"]
    before = store.open(ME, first)
    store.save(ME, first, "first again", CONTENT, form=2)
    after = store.open(ME, first)
    assert after.updated > before.updated
    assert after == before.model_copy(
        update={"title": "first again", "content": CONTENT, "form": 2, "updated": after.updated}
    )
    assert titles(store) == ["first again", "second"] and store.open(ME, second).content == "{}"


def test_a_kind_is_listed_alone(store: DraftStore) -> None:
    # why: words to practise are not looked for among plans
    for kind in ("plan", "feedback", "reflection", "programme", "rehearsal", "plan"):
        store.add(ME, kind, kind, "{}")
    assert titles(store, kind="plan") == ["plan", "plan"] and titles(store, kind="feedback") == ["feedback"]
    assert len(store.list(ME)) == 6


@pytest.mark.parametrize(
    ("title", "content", "expected"),
    [
        ("", "{}", "is empty"),
        ("t", "", "no JSON object"),
        ("t", "sekret", "no JSON object"),
        ("t", '["sekret"]', "no JSON object"),
        ("t", "[" * 100_000, "no JSON object"),
        ("t", '{"sekret": "' + "x" * LONGEST_CONTENT + '"}', "at most 200,000 are kept"),
    ],
)
def test_a_refusal_is_one_line_and_changes_nothing(store: DraftStore, title: str, content: str, expected: str) -> None:
    # why: the line is shown on the page and must not repeat what was written; and nothing typed before is lost
    made = store.add(ME, "plan", "t", CONTENT)
    for call in (lambda: store.add(ME, "plan", title, content), lambda: store.save(ME, made, title, content)):
        with pytest.raises(InputError) as refused:
            call()
        assert expected in one_line(refused.value) and "sekret" not in str(refused.value)
    assert titles(store) == ["t"] and store.open(ME, made).content == CONTENT


def test_the_longest_content_is_kept(store: DraftStore) -> None:
    # why: the limit is a promise in both directions
    content = '{"x": "' + "ä" * (LONGEST_CONTENT - 9) + '"}'
    assert len(content) == LONGEST_CONTENT
    assert store.open(ME, store.add(ME, "plan", "t", content)).content == content


# Deleting


def test_a_deleted_one_can_be_brought_back_until_the_purge(store: DraftStore, database: Database) -> None:
    # why: the undo must bring all of it back, and the purge none of it
    kept, gone = store.add(ME, "plan", "kept", "{}"), store.add(ME, "plan", "gone", CONTENT)
    for _ in range(2):
        store.delete(ME, gone)
    assert titles(store) == ["kept"]
    for call in (lambda: store.open(ME, gone), lambda: store.save(ME, gone, "t", "{}")):
        with pytest.raises(AccessDenied):
            call()
    store.restore(ME, gone)
    assert store.open(ME, gone).content == CONTENT
    store.delete(ME, gone)
    assert store.purge_deleted(timedelta(days=1)) == 0
    assert store.purge_deleted(timedelta(0)) == 1
    with pytest.raises(AccessDenied):
        store.restore(ME, gone)
    with database.read(HOUSE) as session:
        assert list(session.scalars(select(DraftRow.id))) == [kept]


@pytest.mark.usefixtures("in_clear")
def test_a_purged_draft_is_in_no_file(home: Path, tmp_path: Path) -> None:
    # why: deleted means gone from the disk, also what it said before it was changed
    with closing(Database(Settings(home=home, keys=tmp_path / "keys"))) as database:
        store = DraftStore(database)
        made = [store.add(ME, "plan", "Zimtstern", '{"x": "' + "Zimtstern " * 300 + '"}') for _ in range(6)]
        for one in made:
            store.save(ME, one, "Zimtstern again", '{"x": "' + "Zimtstern again " * 200 + '"}')
        assert in_files(home, "Zimtstern") != []
        for one in made:
            store.delete(ME, one)
        assert store.purge_deleted(timedelta(0)) == 6 and in_files(tmp_path, "Zimtstern") == []


# Sealed


def test_the_folder_holds_no_word_of_it(store: DraftStore, home: Path) -> None:
    # why: 0 plaintext in the data folder
    made = store.add(ME, "feedback", "sekret title", '{"text": "sekret words"}')
    store.save(ME, made, "sekret title 2", '{"text": "sekret words 2"}')
    assert in_files(home, "sekret") == [] and "sekret" in store.open(ME, made).content


@pytest.mark.parametrize("column", ["title", "content"])
def test_a_text_moved_to_another_row_or_column_is_refused(store: DraftStore, database: Database, column: str) -> None:
    # why: whoever writes into the database must not be able to pass one plan off as another
    one, other = store.add(ME, "plan", "sekret", "{}"), store.add(ME, "plan", "sekret", "{}")
    foreign = {"row": select(getattr(DraftRow, column)).where(DraftRow.id == one),
               "column": select(DraftRow.title if column == "content" else DraftRow.content)
               .where(DraftRow.id == other)}  # fmt: skip
    for moved in foreign.values():
        with database.write(HOUSE) as session:
            sealed = session.scalar(moved)
            session.execute(update(DraftRow).where(DraftRow.id == other).values({column: sealed}))
        with pytest.raises(StoreDamaged) as refused:
            store.open(ME, other)
        assert "sekret" not in one_line(refused.value)


def test_a_content_that_is_none_is_damage_without_its_words(store: DraftStore, database: Database) -> None:
    # why: "nothing there" and "cannot be read" are different things, and neither repeats the words
    made = store.add(ME, "plan", "t", "{}")
    with database.write(HOUSE) as session:
        row = session.get_one(DraftRow, made)
        row.content = database.keys.seal(ME.person, f"drafts.content:{made}", "sekret")
    with pytest.raises(StoreDamaged, match="content of the draft") as refused:
        store.open(ME, made)
    assert "sekret" not in one_line(refused.value)


def test_an_erased_key_is_not_an_empty_list(store: DraftStore, database: Database) -> None:
    # why: what cannot be read any more must not look like what was never there
    store.add(ME, "plan", "t", "{}")
    database.keys.destroy(ME.person)
    with pytest.raises(KeyMissing):
        store.list(ME)


def test_a_rotated_master_key_opens_it(home: Path, tmp_path: Path) -> None:
    # why: a new master key must cost nobody a plan
    settings = Settings(home=home, keys=tmp_path / "keys")
    with closing(Database(settings)) as database:
        made = DraftStore(database).add(ME, "plan", "t", CONTENT)
        assert rotate_master(settings) >= 1
        assert DraftStore(database).open(ME, made).content == CONTENT
    with closing(Database(settings)) as again:
        assert DraftStore(again).open(ME, made).content == CONTENT


def test_a_backup_brings_it_back_and_what_was_erased_since_not(home: Path, tmp_path: Path) -> None:
    # why: a backup that forgets a table is none, and one that brings back what was erased breaks the promise
    settings = Settings(home=home, keys=tmp_path / "keys")
    with closing(Database(settings)) as database:
        store = DraftStore(database)
        kept, gone = store.add(ME, "plan", "kept", CONTENT), store.add(ME, "plan", "gone", CONTENT)
        backup(settings, tmp_path / "copy.db")
        store.delete(ME, gone)
        assert store.purge_deleted(timedelta(0)) == 1
        store.delete(ME, kept)
        assert store.purge_deleted(timedelta(0)) == 1
    ledger = next((tmp_path / "keys").rglob("erased.jsonl"))
    lines = ledger.read_bytes().splitlines(keepends=True)
    assert [b'"draft"' in line for line in lines] == [True, True]
    ledger.write_bytes(lines[0])
    assert restore(settings, tmp_path / "copy.db").without_key == 0
    with closing(Database(settings)) as database:
        assert [one.id for one in DraftStore(database).list(ME)] == [kept]
        assert DraftStore(database).open(ME, kept).content == CONTENT


def test_a_backup_of_drafts_alone_needs_their_key(home: Path, tmp_path: Path) -> None:
    # why: a backup that nobody can read must be refused before it replaces anything
    settings = Settings(home=home, keys=tmp_path / "keys")
    with closing(Database(settings)) as database:
        DraftStore(database).add(ME, "plan", "t", "{}")
        backup(settings, tmp_path / "copy.db")
        database.keys.destroy(ME.person)
    with pytest.raises(KeyMissing, match="None of the keys"):
        restore(settings, tmp_path / "copy.db")


def test_no_event_holds_text(store: DraftStore) -> None:
    # why: logs travel in tickets
    with capture_logs() as events:
        made = store.add(ME, "plan", "sekret", '{"x": "sekret"}')
        store.save(ME, made, "sekret", '{"x": "sekret"}')
        store.delete(ME, made)
        store.purge_deleted(timedelta(0))
    assert "sekret" not in str(events)


# Whose it is


def test_only_a_side_of_a_pair_may_name_it(database: Database, store: DraftStore) -> None:
    # why: a plan for somebody else's pair would tell who is paired with whom
    found_company(database)
    made = store.add(ANA, "plan", "for us", "{}", pair=PAIR)
    assert store.open(ANA, made).pair == PAIR
    for actor, pair in ((ANA, "0" * 32), (ANA, "%"), (ANA, "")):
        with pytest.raises(AccessDenied) as denied:
            store.add(actor, "plan", "t", "{}", pair=pair)
        one_line(denied.value)
    with database.write(HOUSE) as session:
        session.delete(session.get_one(PairRow, PAIR))
    assert store.open(ANA, made).pair is None


def test_the_partner_is_shown_none_of_it(database: Database, store: DraftStore) -> None:
    # why: a draft of feedback about somebody is the last thing that somebody should read
    found_company(database)
    made = store.add(ANA, "feedback", "sekret", '{"x": "sekret"}', pair=PAIR)
    with pytest.raises(AccessDenied):
        store.open(BEN, made)
    assert "sekret" not in str(store.list(BEN)) and "sekret" not in RightsStore(database).export(BEN).model_dump_json()


CALLS: dict[str, Callable[[DraftStore, Actor, str], Any]] = {
    "add": lambda s, a, d: s.add(a, "plan", "foreign", "{}"),
    "save": lambda s, a, d: s.save(a, d, "foreign", "{}"),
    "open": lambda s, a, d: s.open(a, d),
    "list": lambda s, a, d: s.list(a),
    "delete": lambda s, a, d: s.delete(a, d),
    "restore": lambda s, a, d: s.restore(a, d),
}


def test_every_public_method_is_in_the_matrix() -> None:
    # why: a new method without a line here would be a door that nobody tried
    public = {n for n, _ in inspect.getmembers(DraftStore, inspect.isfunction) if not n.startswith("_")}
    assert public == set(CALLS) | {"purge_deleted", "check", "close"}
    assert all(list(inspect.signature(getattr(DraftStore, name)).parameters)[1] == "actor" for name in CALLS)


@pytest.mark.parametrize(("name", "role"), product(CALLS, Role))
def test_only_the_owner_in_the_same_role_may(store: DraftStore, database: Database, name: str, role: Role) -> None:
    # why: nobody, and above all no manager, has a path to what another person prepares
    owner, other = (Actor(person=person * 32, role=role) for person in "ab")
    let_in(database, owner, *(Actor(person=other.person, role=one) for one in Role))
    made = store.add(owner, "plan", "mine", CONTENT)
    before = (store.open(owner, made), store.list(owner))
    for person, other_role in product((owner.person, other.person, "A" * 32, "a" * 31, PERSONAL, "%", ""), Role):
        asker = Actor(person=person, role=other_role)
        if asker == owner:
            continue
        if name in ("add", "list") and person == other.person:
            CALLS[name](store, asker, made)
            assert set(titles(store, asker)) <= {"foreign"}
        else:
            assert denial(store, name, asker, made) == denial(store, name, asker, "0" * 32)
        assert (store.open(owner, made), store.list(owner)) == before
    CALLS[name](store, owner, made)


def denial(store: DraftStore, name: str, asker: Actor, wanted: str) -> str:
    with pytest.raises(AccessDenied) as denied:
        CALLS[name](store, asker, wanted)
    return str(one_line(denied.value)).replace(wanted, "ID")


@pytest.mark.parametrize("wanted", ["", "x", "%", "0" * 33, "' OR 1=1 --", "\0", "\ud83d"])
def test_no_id_is_read_as_anything_else(store: DraftStore, wanted: str) -> None:
    # why: ids come from the address bar
    store.add(ME, "plan", "t", "{}")
    for call in (store.open, store.delete, store.restore):
        with pytest.raises(AccessDenied):
            call(ME, wanted)
    assert titles(store) == ["t"]


# An older database

_OLD = (
    "INSERT INTO commitments (id, person, role, text, created_at, done_at) VALUES"
    " ('{done}', 'me', 'mentor', 'x', '{now}', '{now}'), ('{open}', 'me', 'mentor', 'x', '{now}', NULL)"
)
_DONE, _OPEN = "a" * 32, "b" * 32
_NEW = ("drafts", "takeaways", "takeaway_consents", "reminder_choices", "theme_consents", "releases", "contributions")
_NEW += ("survey_answers", "imported_pairs", "imported_notes")
"""Tables that the version before did not have."""


def _seal_old(database: Database) -> None:
    with database.write(HOUSE) as session:
        for made in (_DONE, _OPEN):
            sealed = database.keys.seal("me", f"commitments.text:{made}", "Ring her")
            session.execute(text("UPDATE commitments SET text = :t WHERE id = :i"), {"t": sealed, "i": made})


def _to_older(engine_url: str, speak: bool) -> None:
    """Back to the version before, with one commitment that was done and one that is open."""
    engine = create_engine(engine_url)
    with engine.begin() as connection:
        if speak:
            connection.exec_driver_sql("SELECT set_config('eyelevel.role', 'house', true)")
        config = Config(attributes={"connection": connection})
        config.set_main_option("path_separator", "os")
        config.set_main_option("script_location", str(MIGRATIONS))
        command.downgrade(config, "0005")
        connection.exec_driver_sql(_OLD.format(done=_DONE, open=_OPEN, now="2026-01-01 00:00:00+00:00"))
        command.upgrade(config, SCHEMA)
    engine.dispose()


def test_a_file_of_the_version_before_is_taken_along(home: Path) -> None:
    # why: what was done before this version counts as kept, and nothing is lost on the way
    Database(Settings(home=home)).close()
    _to_older(f"sqlite:///{home / 'eyelevel.db'}", speak=False)
    _verify_taken_along(Settings(home=home))
    with closing(sqlite3.connect(home / "eyelevel.db")) as connection:
        indexes = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
    assert {"ix_drafts_owner", "ix_commitments_owner"} <= indexes


def test_a_server_of_the_version_before_is_taken_along(on_server: Company) -> None:
    # why: the same, and the new table is guarded like the others: its owner without an actor sees nothing
    server = on_server.server
    _to_older(server.url(OWNER).replace("postgresql", "postgresql+psycopg"), speak=True)
    for table, privilege in product(_NEW, ("SELECT", "INSERT", "UPDATE", "DELETE")):
        server.execute(f"GRANT {privilege} ON {table} TO eyelevel_app", OWNER)
    _verify_taken_along(Settings())
    for table in _NEW:
        asked = f"SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = '{table}'"
        assert server.execute(asked) == [(True, True)]


def _verify_taken_along(settings: Settings) -> None:
    with closing(Database(settings)) as database:
        _seal_old(database)
        found = {one.id: (one.outcome, one.settled) for one in CommitmentStore(database).list(ME)}
        assert found == {_DONE: ("kept", datetime(2026, 1, 1, tzinfo=UTC)), _OPEN: (None, None)}
        store = DraftStore(database)
        assert store.open(ME, store.add(ME, "plan", "t", CONTENT)).content == CONTENT
