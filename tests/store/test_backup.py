"""Backup while others write, and restore: sound, refused where it cannot be, and nothing lost on the way."""

import random
import sqlite3
import stat
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from company import ANA, BEN, CAI, found_company, in_files, opened, words_of, write_everything
from kit import start

from assistant.errors import AccessDenied, InputError, KeyMissing, StoreDamaged, StoreError, StoreUnavailable
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings
from assistant.store.backup import backup
from assistant.store.conversations import ConversationStore
from assistant.store.database import HOUSE
from assistant.store.erasure import Ledger
from assistant.store.notes import NoteStore, SavedNote
from assistant.store.restore import restore
from assistant.store.rights import RightsStore, erase_person

ME = Actor(person=PERSONAL, role=Role.MENTOR)
HOLDER = """
from assistant.settings import Settings
from assistant.store.database import Database
database = Database(Settings(home=ARG["home"], keys=ARG["keys"]))
print("open", flush=True)
input()
database.close()
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", keys=tmp_path / "keys")


def one_line(error: BaseException) -> str:
    message = str(error)
    assert "\n" not in message and message.endswith(".") and "Sekret" not in message
    return message


def live(settings: Settings) -> Path:
    return settings.home / "eyelevel.db"


def content(settings: Settings) -> list[str]:
    with closing(sqlite3.connect(live(settings))) as connection:
        return sorted(line for line in connection.iterdump() if "eyelevel_version" not in line)


def save(settings: Settings, title: str) -> None:
    with opened(settings) as database:
        NoteStore(database).save(ME, SavedNote(title=title, text=title, report="{}"))


def titles(settings: Settings) -> list[str]:
    with opened(settings) as database:
        return sorted(note.title for note in NoteStore(database).list(ME))


# Backup


def test_a_backup_is_one_private_file_without_keys_or_words(settings: Settings, target: Path) -> None:
    # why: it lies on other disks; whoever finds it must be able to read nothing
    with opened(settings) as database:
        found_company(database)
        made = backup(settings, target)
        keys = [path.read_bytes() for path in settings.keys.rglob("*") if path.is_file()]
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600 and made.bytes == target.stat().st_size
    assert made.keys == settings.keys and in_files(target.parent, words_of(ANA)) == []
    whole = target.read_bytes()
    assert keys and not any(key.split(b'"wrapped": "')[-1][:40] in whole for key in keys)


def test_a_backup_during_two_hundred_writes_is_sound(settings: Settings, target: Path) -> None:
    # why: the app is not stopped for it; each conversation is there whole or not at all, none that was saved before
    with opened(settings) as database:
        talks = ConversationStore(database)
        first = [talks.start(ME, f"before {number}") for number in range(20)]
        failed: list[BaseException] = []
        begun = threading.Barrier(9)

        def work(number: int) -> None:
            begun.wait()
            try:
                for turn in range(25):
                    talks.add_turn(ME, talks.start(ME, f"{number} {turn}"), "question " * 200)
            except BaseException as error:
                failed.append(error)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        begun.wait()
        copies = [target.with_name(f"{number}.backup") for number in range(6)]
        for copy in copies:
            backup(settings, copy)
        for thread in threads:
            thread.join()
        assert not failed and len(talks.list(ME)) == 220
    sizes = []
    for copy in copies:
        restore(settings, copy)
        with opened(settings) as database:
            assert database.check() is None
            talks = ConversationStore(database)
            shown = {one.id: talks.read(ME, one.id) for one in talks.list(ME)}
            assert set(first) <= set(shown)
            sizes.append(len(shown))
    assert sizes == sorted(sizes)


@pytest.mark.parametrize(
    ("where", "says"),
    [
        (lambda target, home: target.write_text("mine") and target, "--replace"),
        (lambda target, home: target.parent, "is a folder"),
        (lambda target, home: home / "eyelevel.db", "database itself"),
        (lambda target, home: target / "deeper" / "x", "no folder"),
    ],
    ids=["exists", "folder", "itself", "nowhere"],
)
def test_a_backup_overwrites_nothing(
    settings: Settings, target: Path, where: Callable[[Path, Path], Path], says: str
) -> None:
    # why: a typing slip must not cost the last good backup, and least of all the database
    save(settings, "kept")
    wanted = where(target, settings.home)
    with pytest.raises(InputError, match=says) as refused:
        backup(settings, wanted)
    one_line(refused.value)
    assert titles(settings) == ["kept"] and (not target.exists() or target.read_text() == "mine")


def test_a_backup_may_replace_an_older_one_when_told(settings: Settings, target: Path) -> None:
    # why: a nightly job writes the same name
    save(settings, "one")
    backup(settings, target)
    save(settings, "two")
    backup(settings, target, replace=True)
    restore(settings, target)
    assert titles(settings) == ["one", "two"]


def test_without_a_database_there_is_no_backup_and_none_is_made(settings: Settings, target: Path) -> None:
    # why: an empty backup would look like a good one
    with pytest.raises(StoreUnavailable, match="no database") as refused:
        backup(settings, target)
    one_line(refused.value)
    assert not live(settings).exists() and list(target.parent.iterdir()) == []


def test_a_damaged_database_gives_no_backup(settings: Settings, target: Path) -> None:
    # why: the damage would be noticed on the day the backup is needed
    with opened(settings) as database:
        for number in range(60):
            NoteStore(database).save(ME, SavedNote(title=f"{number}", text="x" * 4000, report="{}"))
    raw = bytearray(live(settings).read_bytes())
    raw[9 * 4096 : 40 * 4096] = random.Random(1).randbytes(31 * 4096)
    live(settings).write_bytes(raw)
    with pytest.raises(StoreDamaged) as refused:
        backup(settings, target)
    one_line(refused.value)
    assert list(target.parent.iterdir()) == []


# Restore


def test_a_restored_backup_has_what_it_had_and_the_former_content_is_kept(settings: Settings, target: Path) -> None:
    # why: whoever restores the wrong file must be able to go back
    save(settings, "old")
    backup(settings, target)
    save(settings, "new")
    report = restore(settings, target)
    assert titles(settings) == ["old"] and report.without_key == 0 and report.database == str(live(settings))
    assert report.former and stat.S_IMODE(report.former.stat().st_mode) == 0o600
    assert stat.S_IMODE(live(settings).stat().st_mode) == 0o600
    with opened(settings.model_copy(update={"database_url": f"sqlite:///{report.former}"})) as database:
        assert sorted(note.title for note in NoteStore(database).list(ME)) == ["new", "old"]
    assert {path.name for path in settings.home.iterdir()} <= {
        "eyelevel.db", report.former.name, *(report.former.name + end for end in ("-wal", "-shm"))
    }  # fmt: skip


def test_a_backup_can_be_put_where_nothing_is(settings: Settings, target: Path) -> None:
    # why: the disk is new, and only backup and keys are left
    save(settings, "old")
    backup(settings, target)
    live(settings).unlink()
    settings.home.rmdir()
    assert restore(settings, target).former is None
    assert titles(settings) == ["old"]


def test_who_was_erased_after_the_backup_does_not_come_back(settings: Settings, target: Path) -> None:
    # why: the promise of erasing is worth nothing if last week's backup undoes it
    with opened(settings) as database:
        notes = found_company(database)
        write_everything(database, CAI)
    backup(settings, target)
    with opened(settings) as database:
        RightsStore(database).erase_me(ANA)
        erase_person(database, HOUSE, CAI.person)
    former = restore(settings, target).former
    with opened(settings) as database:
        assert NoteStore(database).load(BEN, notes[BEN]).text == words_of(BEN)
        for gone in (ANA, CAI):
            assert not database.keys.has(gone.person)
            with pytest.raises(AccessDenied):
                NoteStore(database).list(gone)
    assert former and in_files(settings.home, "Zwetajewa") == []
    with closing(sqlite3.connect(target)) as copy:
        sealed = copy.execute("SELECT id, person, text FROM notes WHERE person <> ?", (BEN.person,)).fetchall()
    assert len(sealed) == 2
    with opened(settings) as database:
        for row, person, text in sealed:
            with pytest.raises(KeyMissing):
                database.keys.open(person, f"notes.text:{row}", text)


def test_a_restored_backup_that_was_made_after_an_erasure_keeps_what_is_newer(settings: Settings, target: Path) -> None:
    # why: the same person goes on writing at the own machine
    save(settings, "before")
    with opened(settings) as database:
        erase_person(database, HOUSE, PERSONAL)
    save(settings, "after")
    backup(settings, target)
    save(settings, "last")
    restore(settings, target)
    assert titles(settings) == ["after"]


def spoilt(whole: bytes) -> list[bytes]:
    """Cut, garbled, emptied; and single bytes changed where the file says something."""
    chance = random.Random(7)
    cuts = [whole[: int(len(whole) * part)] for part in (0, 0.001, 0.3, 0.7, 0.999)] + [whole[:-4096]]
    garbled = [whole[:at] + chance.randbytes(512) + whole[at + 512 :] for at in range(0, len(whole) - 512, 4096 * 5)]
    return [*cuts, *garbled, b"rubbish" * 4000, whole[4096:]]


def test_a_cut_or_garbled_backup_is_refused_and_nothing_is_lost(settings: Settings, target: Path) -> None:
    # why: a bad backup must not take the good database with it
    with opened(settings) as database:
        found_company(database)
        write_everything(database, CAI)
    backup(settings, target)
    before, whole = content(settings), target.read_bytes()
    refused = 0
    for raw in spoilt(whole):
        target.write_bytes(raw)
        try:
            restore(settings, target)
        except StoreError as error:
            assert "nothing was changed" in one_line(error) or "Nothing was changed" in str(error)
            refused += 1
        assert content(settings) == before  # what was put in place says the same to the last value
    assert refused >= len(spoilt(whole)) - 2
    assert not [path for path in settings.home.iterdir() if path.name.startswith(".")]


def test_one_changed_letter_is_noticed(settings: Settings, target: Path) -> None:
    # why: SQLite itself does not see it; a name that reads wrong is as bad as a missing one
    with opened(settings) as database:
        found_company(database)
    backup(settings, target)
    whole = target.read_bytes()
    assert whole.count(b"Zwetajewa") == 1
    target.write_bytes(whole.replace(b"Zwetajewa", b"Zwetajewo"))
    with pytest.raises(StoreDamaged):
        restore(settings, target)


def change(target: Path, statement: str) -> None:
    with closing(sqlite3.connect(target)) as connection, connection:
        connection.execute(statement)


def test_a_plain_copy_is_no_backup(settings: Settings, target: Path) -> None:
    # why: it may lack what stood in the log, and carries nothing by which that would show
    save(settings, "kept")
    target.write_bytes(live(settings).read_bytes())
    with pytest.raises(StoreDamaged, match="did not make it"):
        restore(settings, target)
    with pytest.raises(InputError, match="no file"):
        restore(settings, target.with_name("none"))


def test_a_backup_of_a_newer_version_is_refused(settings: Settings, target: Path) -> None:
    # why: this version would not know what it says
    from assistant.store.content import remove_note, write_note

    save(settings, "kept")
    backup(settings, target)
    with closing(sqlite3.connect(target)) as copy:
        remove_note(copy)
        copy.execute("UPDATE eyelevel_version SET version_num = '9999'")
        write_note(copy)
    with pytest.raises(StoreUnavailable, match="newer") as refused:
        restore(settings, target)
    assert str(target) in one_line(refused.value) and titles(settings) == ["kept"]


@pytest.mark.parametrize("damaged", [False, True])
def test_nothing_is_restored_while_another_program_has_the_database_open(
    settings: Settings, target: Path, damaged: bool
) -> None:
    # why: that program would go on with what it remembers; a damaged database may be open as well
    save(settings, "kept")
    backup(settings, target)
    holder = start(HOLDER, home=settings.home, keys=settings.keys)
    try:
        assert holder.stdout and holder.stdout.readline() == "open\n"
        if damaged:
            with live(settings).open("r+b") as file:
                file.write(b"rubbish" * 20)
        raw = live(settings).read_bytes()
        with pytest.raises(StoreUnavailable, match="open in another program") as refused:
            restore(settings, target)
        one_line(refused.value)
        assert live(settings).read_bytes() == raw and len(list(settings.home.glob("*before*"))) == 0
    finally:
        holder.communicate("\n", timeout=30)
    restore(settings, target)
    assert titles(settings) == ["kept"]


@pytest.mark.parametrize("part", [0.0, 0.5], ids=["not a database", "cut"])
def test_a_damaged_database_is_replaced_and_kept(settings: Settings, target: Path, part: float) -> None:
    # why: this is what backups are for; what is left of the old file may still be needed
    with opened(settings) as database:
        found_company(database)
        write_everything(database, CAI)
    backup(settings, target)
    raw = live(settings).read_bytes()
    wrong = raw[: int(len(raw) * part)] or b"rubbish" * 1000
    live(settings).write_bytes(wrong)
    report = restore(settings, target)
    assert report.former and report.former.read_bytes() == wrong
    with opened(settings) as database:
        assert NoteStore(database).list(CAI)[0].title == words_of(CAI)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda keys, store: (keys / "master.key").unlink(), "master"),
        (lambda keys, store: (keys / store).rename(keys / "away"), "put the folder back"),
        (lambda keys, store: [path.unlink() for path in (keys / store).glob("*.key")], "None of the keys"),
        (lambda keys, store: [path.write_text("{}") for path in (keys / store).glob("*.key")], "cannot be read"),
        (lambda keys, store: (keys / store / "erased.jsonl").write_text("rubbish\n"), "could come back"),
    ],
    ids=["no master", "no folder", "no key", "spoilt key", "spoilt ledger"],
)
def test_a_backup_whose_keys_do_not_fit_is_refused_with_what_to_do(
    settings: Settings, target: Path, spoil: Callable[[Path, str], Any], says: str
) -> None:
    # why: a database that nobody can read must not take the place of one that can be read
    with opened(settings) as database:
        write_everything(database, ME)
        store = database.keys.folder.name
    backup(settings, target)
    raw = live(settings).read_bytes()
    spoil(settings.keys, store)
    with pytest.raises((KeyMissing, StoreDamaged), match=says) as refused:
        restore(settings, target)
    assert "put" in one_line(refused.value)
    assert live(settings).read_bytes() == raw and not list(settings.home.glob("*before*"))


def test_a_single_missing_key_is_reported(settings: Settings, target: Path) -> None:
    # why: the others should not wait for it
    with opened(settings) as database:
        found_company(database)
        backup(settings, target)
        database.keys.destroy(ANA.person)
        assert Ledger(database.keys).content() == b""
    assert restore(settings, target).without_key == 1


def test_many_backups_and_restores_in_turn_change_nothing(settings: Settings, target: Path) -> None:
    # why: what goes round must come round, to the last value
    with opened(settings) as database:
        found_company(database)
    before = content(settings)
    for _ in range(4):
        backup(settings, target, replace=True)
        restore(settings, target)
    assert content(settings) == before


# The copy of what was there before


def test_the_copy_that_a_restore_leaves_follows_every_erasure(settings: Settings, target: Path) -> None:
    # why: names stand in it in clear; whoever is erased afterwards is not to be found there either, and the others stay
    with opened(settings) as database:
        notes = found_company(database)
    backup(settings, target)
    former = restore(settings, target).former
    assert former and in_files(former.parent, "Zwetajewa").count(former.name) == 1
    with opened(settings) as database:
        erase_person(database, HOUSE, ANA.person)
        assert in_files(settings.home, "Zwetajewa", "ana@example.org") == []
        assert former.name in in_files(settings.home, "Quisling")
        NoteStore(database).delete(BEN, notes[BEN])
        NoteStore(database).purge_deleted(timedelta(0))
    with closing(sqlite3.connect(former)) as copy:
        assert copy.execute("SELECT count(*) FROM notes").fetchone() == (0,)
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert stat.S_IMODE(former.stat().st_mode) == 0o600


@pytest.mark.parametrize("spoil", ["damaged", "older"])
def test_a_copy_in_which_nothing_can_be_erased_is_deleted(settings: Settings, target: Path, spoil: str) -> None:
    # why: a name that cannot be taken out goes with the file
    with opened(settings) as database:
        found_company(database)
    backup(settings, target)
    former = restore(settings, target).former
    assert former
    if spoil == "damaged":
        former.write_bytes(former.read_bytes()[:4096] + b"rubbish" * 5000)
    else:
        change(former, "UPDATE eyelevel_version SET version_num = '0004'")
    with opened(settings) as database:
        assert former.exists()
        erase_person(database, HOUSE, ANA.person)
    assert list(settings.home.glob("*before*")) == [] and in_files(settings.home, "Zwetajewa") == []
