"""Backup and restore of a real PostgreSQL server: everybody's rows, in one file that fits a file's database as well."""

import json
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
from command import run_eyelevel
from company import ANA, BEN, CAI, found_company, in_files, opened, words_of, write_everything
from postgres_server import APP, OWNER, Company
from sqlalchemy import func, select, text
from test_backup import one_line

from assistant.errors import AccessDenied, InputError, StoreDamaged, StoreUnavailable
from assistant.roles import Actor, Role
from assistant.settings import Settings
from assistant.store import audit
from assistant.store.backup import backup
from assistant.store.database import HOUSE, Database
from assistant.store.former import find_copies
from assistant.store.notes import NoteStore, SavedNote
from assistant.store.people_tables import PersonRow
from assistant.store.restore import restore
from assistant.store.rights import RightsStore, erase_person
from assistant.store.server import prepare
from assistant.store.tables import Base, MetaRow


class Place:
    """A database of its own on the server, as the app sees it and as its owner does."""

    def __init__(self, company: Company, name: str, folder: Path) -> None:
        self.server, self.name, self._folder = company.server, name, folder
        self.app, self.owner = self.of(APP), self.of(OWNER)
        prepare(self.owner, APP)

    def of(self, user: str) -> Settings:
        return Settings(
            home=self._folder / "home", keys=self._folder / "keys", database_url=self.server.url(user, self.name)
        )


@pytest.fixture
def place(company: Company, tmp_path: Path) -> Iterator[Place]:
    name = f"place_{uuid4().hex[:8]}"
    company.server.make_database(name, OWNER)
    yield Place(company, name, tmp_path)
    company.server.execute(f"DROP DATABASE {name} WITH (FORCE)", database="postgres")


def content(database: Database) -> dict[str, list[str]]:
    with database.read(HOUSE) as session:
        tables = Base.metadata.tables
        found = {name: sorted(map(repr, session.execute(select(table)))) for name, table in tables.items()}
    return found | {"meta": [row for row in found["meta"] if "'erased'" not in row]}


def report_above(database: Database) -> None:
    """Ana and Ben report to Cai, so that rows refer to rows of the same table, in whatever order they come."""
    with database.write(HOUSE) as session:
        for actor in (ANA, BEN):
            session.get_one(PersonRow, actor.person).line_manager = CAI.person
        audit.append(session, database.keys, ANA, "share", "note", "d" * 32)


def test_a_server_comes_back_to_the_last_value_while_the_app_runs(place: Place, target: Path) -> None:
    # why: the app is stopped for neither; its user makes the backup, the owner puts it back
    with opened(place.app) as database:
        notes = found_company(database)
        write_everything(database, CAI)
        report_above(database)
        before = content(database)
        made = backup(place.app, target)
        assert stat.S_IMODE(target.stat().st_mode) == 0o600 and made.bytes == target.stat().st_size
        assert in_files(target.parent, words_of(ANA)) == []
        NoteStore(database).delete(ANA, notes[ANA])
        with database.write(HOUSE) as session:
            session.execute(text("DELETE FROM commitments"))
        done = restore(place.owner, target, replace=True)
        assert content(database) == before and NoteStore(database).load(ANA, notes[ANA]).text == words_of(ANA)
        assert audit.verify(database).fault is None and database.check() is None
    password = place.server.url(APP).split(":")[2].split("@")[0]
    assert password not in str(done) and done.former and done.without_key == 0
    Database(place.app).close()


def test_after_it_each_person_is_held_to_the_own_rows_and_the_app_to_its_rights(place: Place, target: Path) -> None:
    # why: a restore that takes the guards away would be worse than none
    with opened(place.app) as database:
        found_company(database)
        backup(place.app, target)
        restore(place.owner, target)
        for actor, seen in ((ANA, 2), (BEN, 2), (CAI, 0), (Actor(person=ANA.person, role=Role.MANAGER), 0)):
            with database.read(actor) as session:  # the own one, and the one that is shared
                assert session.scalar(text("SELECT count(*) FROM notes")) == seen
        for statement in ("DELETE FROM audit", "TRUNCATE notes", "ALTER TABLE notes DISABLE ROW LEVEL SECURITY"):
            with pytest.raises(StoreUnavailable, match="may not do this"), database.write(HOUSE) as session:
                session.execute(text(statement))
    asked = "SELECT count(*) FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
    assert place.server.execute(asked, database=place.name) == [(len(Base.metadata.tables),)]


def test_who_was_erased_after_the_backup_does_not_come_back_to_a_server(place: Place, target: Path) -> None:
    # why: the promise of erasing is worth nothing if last week's backup undoes it
    with opened(place.app) as database:
        notes = found_company(database)
        backup(place.app, target)
        RightsStore(database).erase_me(ANA)
        restore(place.owner, target, replace=True)
        assert NoteStore(database).load(BEN, notes[BEN]).text == words_of(BEN)
        assert "Zwetajewa" not in str(content(database)) and not database.keys.has(ANA.person)
        with pytest.raises(AccessDenied):
            NoteStore(database).load(ANA, notes[ANA])
        assert database.finish_erasures() == 0


def test_what_is_newer_is_replaced_only_when_asked_and_kept_beside(place: Place, target: Path) -> None:
    # why: other people may have written a whole day since; and the wrong backup is a mistake that happens
    with opened(place.app) as database:
        found_company(database)
        backup(place.app, target)
        NoteStore(database).save(ANA, SavedNote(title="new", text="new", report="{}"))
        before = content(database)
        with pytest.raises(InputError, match=r"1 in 'notes'.*--replace") as refused:
            restore(place.owner, target)
        one_line(refused.value)
        assert content(database) == before and find_copies(place.app.home / "eyelevel.db") == []
        former = restore(place.owner, target, replace=True).former
        assert len(NoteStore(database).list(ANA)) == 1 and former
        restore(place.owner, former)
        assert content(database) == before


def test_the_copy_that_is_kept_follows_every_erasure(place: Place, target: Path) -> None:
    # why: names stand in it in clear; whoever is erased is not to be found there either
    with opened(place.app) as database:
        found_company(database)
        backup(place.app, target)
        former = restore(place.owner, target).former
        assert former and in_files(place.app.home, "Zwetajewa") == [former.name]
        erase_person(database, HOUSE, ANA.person)
        assert in_files(place.app.home, "Zwetajewa", "ana@example.org") == []
        assert in_files(place.app.home, "Quisling") == [former.name]
        restore(place.owner, former, replace=True)
        assert "Quisling" in str(content(database)) and "Zwetajewa" not in str(content(database))


@pytest.mark.parametrize("user", [APP])
def test_only_the_owner_puts_a_backup_back(place: Place, target: Path, user: str) -> None:
    # why: the app must not be able to rewrite the audit, not even by way of a restore
    with opened(place.app) as database:
        found_company(database)
        backup(place.app, target)
        before = content(database)
        with pytest.raises(StoreUnavailable, match="does not own the tables") as refused:
            restore(place.of(user), target)
        one_line(refused.value)
        assert content(database) == before and find_copies(place.app.home / "eyelevel.db") == []


def test_a_company_moves_from_a_file_to_a_server_and_back(place: Place, target: Path) -> None:
    # why: who began alone should not have to begin anew
    file = place.app.model_copy(update={"database_url": None})
    with opened(file) as database:
        notes = found_company(database)
        before = content(database)
    backup(file, target)
    restore(place.owner, target)
    with opened(place.app) as database:
        assert NoteStore(database).load(ANA, notes[ANA]).text == words_of(ANA)
        assert {name: len(rows) for name, rows in content(database).items()} == {n: len(r) for n, r in before.items()}
        NoteStore(database).save(BEN, SavedNote(title="later", text="later", report="{}"))
        backup(place.app, target, replace=True)
    restore(file, target)
    with opened(file) as database:
        assert len(NoteStore(database).list(BEN)) == 2 and database.check() is None


def test_a_spoilt_backup_changes_nothing_on_a_server(place: Place, target: Path) -> None:
    # why: a bad backup must not take the good database with it
    with opened(place.app) as database:
        found_company(database)
        backup(place.app, target)
        before, whole = content(database), target.read_bytes()
        for raw in (whole[:-4096], whole.replace(b"Zwetajewa", b"Zwetajewo"), b"rubbish" * 4000):
            target.write_bytes(raw)
            with pytest.raises(StoreDamaged, match="nothing was changed") as refused:
                restore(place.owner, target)
            one_line(refused.value)
        assert content(database) == before


def test_a_server_without_tables_or_none_at_all_is_named(company: Company, tmp_path: Path, target: Path) -> None:
    # why: this is what somebody sees who restores to a new machine
    bare = Settings(home=tmp_path / "home", keys=tmp_path / "keys", database_url=company.server.url(OWNER, "postgres"))
    with pytest.raises(StoreUnavailable, match=r"has no tables of Eyelevel.*database prepare") as refused:
        backup(bare, target)
    one_line(refused.value)
    away = bare.model_copy(update={"database_url": "postgresql://me:sekret@127.0.0.1:1/eyelevel"})
    with pytest.raises(StoreUnavailable) as refused:
        backup(away, target)
    assert "sekret" not in one_line(refused.value) and list(target.parent.iterdir()) == []


def test_a_backup_during_many_writes_has_each_whole_or_not_at_all(place: Place, target: Path) -> None:
    # why: it is one moment of the database
    with opened(place.app) as database:
        found_company(database)
        store, stop = NoteStore(database), threading.Event()

        def work() -> None:
            while not stop.is_set():
                store.set_consent(ANA, True)
                store.save(ANA, SavedNote(title="t", text="t" * 2000, report="{}"))

        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        try:
            sizes = [backup(place.app, target, replace=True).bytes for _ in range(3)]
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        assert sizes == sorted(sizes)
        restore(place.owner, target, replace=True)
        with database.read(HOUSE) as session:
            kept = session.scalar(select(func.count()).select_from(Base.metadata.tables["notes"]))
        with closing(sqlite3.connect(target)) as copy:
            assert copy.execute("SELECT count(*) FROM notes").fetchone() == (kept,)
        assert all(store.load(ANA, note.id).text for note in store.list(ANA))


def test_both_commands_work_on_a_server_and_show_no_password(place: Place, target: Path) -> None:
    # why: one command each, as with a file
    with opened(place.app) as database:
        found_company(database)
    home, keys = place.app.home, str(place.app.keys)
    address = {user: str(place.of(user).database_url) for user in (APP, OWNER)}
    made = run_eyelevel("backup", str(target), "--json", home=home, EYELEVEL_DATABASE_URL=address[APP],
                        EYELEVEL_KEYS=keys)  # fmt: skip
    assert made.returncode == 0 and json.loads(made.stdout)["bytes"] == target.stat().st_size, made.stderr
    with opened(place.app) as database:
        NoteStore(database).save(ANA, SavedNote(title="new", text="new", report="{}"))
    words = ("restore", str(target))
    refused = run_eyelevel(*words, home=home, EYELEVEL_DATABASE_URL=address[OWNER], EYELEVEL_KEYS=keys)
    assert refused.returncode != 0 and "--replace" in refused.stderr and refused.stderr.count("\n") == 1
    done = run_eyelevel(*words, "--replace", home=home, EYELEVEL_DATABASE_URL=address[OWNER], EYELEVEL_KEYS=keys)
    assert done.returncode == 0 and "is erased again" in done.stdout and "erased there too" in done.stdout
    password = address[APP].split(":")[2].split("@")[0]
    assert all(password not in run.stdout + run.stderr for run in (made, refused, done))


def test_the_keys_of_the_backup_are_those_of_the_server_then(place: Place, target: Path) -> None:
    # why: a backup names the database whose keys open it
    with opened(place.app) as database:
        found_company(database)
        with database.read(HOUSE) as session:
            store = session.get_one(MetaRow, "store").value
    backup(place.app, target)
    place.server.execute("TRUNCATE meta", database=place.name)
    place.server.execute("INSERT INTO meta VALUES ('store', 'another')", database=place.name)
    restore(place.owner, target, replace=True)
    with opened(place.app) as database, database.read(HOUSE) as session:
        assert session.get_one(MetaRow, "store").value == store
