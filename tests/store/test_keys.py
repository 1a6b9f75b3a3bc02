"""Keys and what they seal: nothing in clear in the home, nothing readable without the key, nothing lost by rotation."""

import base64
import os
import stat
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from company import let_in
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine

from assistant.errors import KeyMissing, StoreDamaged
from assistant.events import Reply
from assistant.roles import Actor, Role
from assistant.settings import Settings
from assistant.store.conversations import ConversationStore
from assistant.store.database import Database
from assistant.store.files import create_private
from assistant.store.keys import Keyring, open_keyring, rotate_master
from assistant.store.notes import KeptVerdict, NoteStore, SavedNote
from assistant.store.schema import MIGRATIONS

ME, OTHER = Actor(person="a" * 32, role=Role.MENTOR), Actor(person="b" * 32, role=Role.MENTEE)
WORDS = "Sekret words about Ms Brandt"


@pytest.fixture
def settings(home: Path, tmp_path: Path) -> Settings:
    return Settings(home=home, keys=tmp_path / "keys")


@pytest.fixture
def keys(settings: Settings) -> Keyring:
    return open_keyring(settings, "store1", new=True)


def fill(settings: Settings, *actors: Actor) -> list[str]:
    """Every kind of text of each actor through the stores' own doors; ids of the notes."""
    made = []
    with closing(Database(settings)) as database:
        conversations, notes = ConversationStore(database), NoteStore(database)
        let_in(database, *actors)
        for actor in actors:
            talk = conversations.start(actor, WORDS)
            turn = conversations.add_turn(actor, talk, WORDS)
            answer = Reply(text=WORDS, sources=(), sentences=(), timings={}, provenance={})
            conversations.finish_turn(actor, turn, answer, "done")
            conversations.rename(actor, talk, WORDS)
            debrief = f'{{"brought": "{WORDS}"}}'
            made.append(
                notes.save(actor, SavedNote(title=WORDS, text=WORDS, report=f'{{"q": "{WORDS}"}}', debrief=debrief))
            )
            notes.set_consent(actor, True)
            notes.keep_verdict(
                actor, KeptVerdict(mistake="alibi", verdict=True, probability=1, quotes=(WORDS,), model=None)
            )
    return made


def in_files(folder: Path, words: bytes = b"Sekret") -> list[str]:
    return [str(path) for path in folder.rglob("*") if path.is_file() and words in path.read_bytes()]


def one_line(error: BaseException) -> str:
    message = str(error)
    assert "\n" not in message and message.endswith(".") and "Sekret" not in message
    return message


# Sealed


def test_nothing_that_people_write_stands_in_clear(settings: Settings, tmp_path: Path) -> None:
    # why: whoever steals the disk, or a backup, must find no word
    fill(settings, ME, OTHER)
    assert in_files(tmp_path) == []


@given(text=st.text(max_size=300), person=st.text(min_size=1, max_size=40))
def test_what_is_sealed_comes_back(text: str, person: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    # why: all of it, in every script
    clean = text.encode("utf-8", "replace").decode()
    ring = open_keyring(Settings(home=Path("/nowhere"), keys=tmp_path_factory.getbasetemp() / "given"), "s", new=True)
    sealed = ring.seal(person.encode("utf-8", "replace").decode(), "notes.text:1", clean)
    assert ring.open(person.encode("utf-8", "replace").decode(), "notes.text:1", sealed) == clean


def test_a_sealed_text_is_bound_to_its_person_place_and_database(settings: Settings, keys: Keyring) -> None:
    # why: whoever can write the database must not pass one text off as another, or open it as somebody else
    sealed = keys.seal("ana", "notes.text:1", WORDS)
    keys.seal("ben", "notes.text:1", "x")
    elsewhere = open_keyring(settings, "store2", new=True)
    elsewhere.seal("ana", "notes.text:1", "x")
    for ring, person, place in (
        (keys, "ben", "notes.text:1"), (keys, "ana", "notes.text:2"), (keys, "ana", "notes.title:1"),
        (elsewhere, "ana", "notes.text:1"),
    ):  # fmt: skip
        with pytest.raises(StoreDamaged) as refused:
            ring.open(person, place, sealed)
        one_line(refused.value)


def test_a_changed_byte_is_damage(keys: Keyring) -> None:
    # why: a wrong text would be worse than none
    raw = base64.b64decode(keys.seal("ana", "p", WORDS))
    for at in range(len(raw)):
        changed = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
        with pytest.raises(StoreDamaged):
            keys.open("ana", "p", base64.b64encode(changed).decode())
    for junk in ("", "x", "Sekret", base64.b64encode(raw[:11]).decode()):
        with pytest.raises(StoreDamaged):
            keys.open("ana", "p", junk)


def test_the_same_text_is_never_sealed_alike(keys: Keyring) -> None:
    # why: a nonce used twice breaks the cipher; equal texts must not show
    assert len({keys.seal("ana", "p", WORDS) for _ in range(500)}) == 500


def test_key_files_are_private(settings: Settings, tmp_path: Path) -> None:
    # why: a key that others on the machine can read is none
    old = os.umask(0)
    try:
        fill(settings, ME)
    finally:
        os.umask(old)
    for path in (tmp_path / "keys").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_an_older_database_is_sealed_at_opening(settings: Settings, home: Path, tmp_path: Path) -> None:
    # why: what was written before this version is promised the same, in the file's free pages too
    fill(settings, ME)
    with closing(Database(settings)) as database:
        clear = {
            "notes": ("title", "text", "report", "debrief", "verdicts"), "conversations": ("title",),
            "turns": ("question", "reply"), "kept_verdicts": ("quotes",),
        }  # fmt: skip
        engine = create_engine(f"sqlite:///{home / 'eyelevel.db'}")
        with engine.begin() as connection:
            for table, columns in clear.items():
                for key, *values in connection.exec_driver_sql(f"SELECT id, {', '.join(columns)} FROM {table}").all():
                    for column, value in zip(columns, values, strict=True):
                        opened = database.keys.open(ME.person, f"{table}.{column}:{key}", value)
                        connection.exec_driver_sql(f"UPDATE {table} SET {column} = ? WHERE id = ?", (opened, key))
            older = Config(attributes={"connection": connection})
            older.set_main_option("script_location", str(MIGRATIONS))
            command.downgrade(older, "0003")
            connection.exec_driver_sql("DROP TABLE meta")
            connection.exec_driver_sql("UPDATE eyelevel_version SET version_num = '0002'")
        engine.dispose()
    assert in_files(home) != []
    with closing(Database(settings)) as database:
        assert in_files(home) == []
        let_in(database, ME)
        notes = NoteStore(database)
        assert notes.load(ME, notes.list(ME)[0].id).text == WORDS
        assert ConversationStore(database).list(ME)[0].title == WORDS
        assert notes.kept_verdicts(ME)[0].quotes == (WORDS,)


# Gone


def test_a_destroyed_key_takes_the_texts_of_its_person_in_every_copy(settings: Settings, home: Path) -> None:
    # why: a backup that was made before still holds the rows
    mine, others = fill(settings, ME, OTHER)
    backup = (home / "eyelevel.db").read_bytes()
    with closing(Database(settings)) as database:
        notes = NoteStore(database)
        assert notes.load(ME, mine).text == WORDS
        assert database.keys.destroy(ME.person) and not database.keys.destroy(ME.person)
        with pytest.raises(KeyMissing):
            notes.load(ME, mine)
    (home / "eyelevel.db").write_bytes(backup)
    with closing(Database(settings)) as database:
        notes = NoteStore(database)
        for call in (lambda: notes.load(ME, mine), lambda: notes.list(ME)):
            with pytest.raises(KeyMissing) as refused:
                call()
            one_line(refused.value)
        assert notes.load(OTHER, others).text == WORDS


def test_another_process_that_destroys_a_key_is_noticed(settings: Settings, keys: Keyring) -> None:
    # why: a key in memory must not outlive its file, nor an old key seal what a new one should
    sealed = keys.seal("ana", "p", WORDS)
    other = open_keyring(settings, "store1", new=False)
    assert other.open("ana", "p", sealed) == WORDS
    other.destroy("ana")
    with pytest.raises(KeyMissing):
        keys.open("ana", "p", sealed)
    again = other.seal("ana", "p", "new")
    assert keys.open("ana", "p", again) == "new"
    with pytest.raises(StoreDamaged):
        keys.open("ana", "p", sealed)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda keys: (keys / "master.key").unlink(), "master.key"),
        (lambda keys: (keys / "master.key").write_text("rubbish\n"), "Key 1"),
        (lambda keys: (keys / "master.key").write_text("# nothing\n"), "no key"),
        (lambda keys: (keys / "master.key").chmod(0o644), "chmod 600"),
        (lambda keys: (keys / "master.key").write_text(base64.b64encode(b"x" * 32).decode()), "is needed"),
        (
            lambda keys: [path.rename(path.with_name("away")) for path in keys.iterdir() if path.is_dir()],
            "keys of this",
        ),
        (lambda keys: [path.write_text("{}") for path in keys.rglob("*.key") if path.parent != keys], "cannot be read"),
    ],
    ids=["no master", "no key in it", "empty", "open to all", "another master", "no folder", "spoilt key"],
)
def test_a_database_without_its_keys_says_what_to_put_back(
    settings: Settings, spoil: Callable[[Path], Any], says: str
) -> None:
    # why: making new keys without a word would look as if all was well, with nothing readable
    mine = fill(settings, ME)[0]
    spoil(settings.keys)
    with pytest.raises(KeyMissing, match=says) as refused, closing(Database(settings)) as database:
        NoteStore(database).load(ME, mine)
    assert "put" in one_line(refused.value) or "chmod" in str(refused.value)


def test_keys_do_not_lie_in_the_home(settings: Settings, home: Path) -> None:
    # why: whoever copies the home would copy the keys along
    with pytest.raises(KeyMissing, match="EYELEVEL_KEYS"):
        Database(settings.model_copy(update={"keys": home / "keys"}))


def test_a_folder_of_keys_that_cannot_be_made_is_one_line(settings: Settings, tmp_path: Path) -> None:
    # why: a container may have no writable home
    (tmp_path / "file").write_text("x")
    with pytest.raises(KeyMissing, match="EYELEVEL_KEYS") as refused:
        Database(settings.model_copy(update={"keys": tmp_path / "file" / "keys"}))
    one_line(refused.value)


# The variable, and rotation


def secret(*keys: bytes) -> str:
    return ",".join(base64.b64encode(key).decode() for key in keys)


def test_the_master_key_may_come_from_a_variable(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # why: a company keeps it in its vault; then no file holds it
    old, new = os.urandom(32), os.urandom(32)
    monkeypatch.setenv("EYELEVEL_MASTER_KEY", secret(old))
    mine = fill(Settings(home=home, keys=tmp_path / "keys"), ME)[0]
    assert not (tmp_path / "keys" / "master.key").exists()
    monkeypatch.setenv("EYELEVEL_MASTER_KEY", secret(new, old))
    assert rotate_master(Settings(home=home, keys=tmp_path / "keys")) == 1
    monkeypatch.setenv("EYELEVEL_MASTER_KEY", secret(new))
    with closing(Database(Settings(home=home, keys=tmp_path / "keys"))) as database:
        assert NoteStore(database).load(ME, mine).text == WORDS
    monkeypatch.setenv("EYELEVEL_MASTER_KEY", secret(old))
    with closing(Database(Settings(home=home, keys=tmp_path / "keys"))) as database, pytest.raises(KeyMissing):
        NoteStore(database).load(ME, mine)


def test_rotation_keeps_everything_readable_also_for_who_is_running(settings: Settings) -> None:
    # why: it runs while the app does; afterwards the old master key opens nothing
    mine, others = fill(settings, ME, OTHER)
    before = (settings.keys / "master.key").read_text()
    with closing(Database(settings)) as running:
        assert rotate_master(settings) == 2
        with closing(Database(settings)) as later:
            assert NoteStore(later).load(ME, mine).text == NoteStore(later).load(OTHER, others).text == WORDS
        assert NoteStore(running).load(ME, mine).text == WORDS
    assert (settings.keys / "master.key").read_text() != before
    (settings.keys / "master.key").write_text(before)
    with closing(Database(settings)) as database, pytest.raises(KeyMissing):
        NoteStore(database).load(ME, mine)


def test_a_rotation_that_was_broken_off_is_ended_by_the_next(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # why: a power cut in the middle must lose nothing
    mine, others = fill(settings, ME, OTHER)
    calls = iter([True])

    def once(path: Path, text: str) -> None:
        if path.name != "master.key" and not next(calls, False):
            raise KeyboardInterrupt
        create_private(path.with_suffix(".new"), text)
        path.with_suffix(".new").replace(path)

    with monkeypatch.context() as patch:
        patch.setattr("assistant.store.keys.replace_private", once)
        with pytest.raises(KeyboardInterrupt):
            rotate_master(settings)
    for work in (lambda: 0, lambda: rotate_master(settings)):
        work()
        with closing(Database(settings)) as database:
            assert NoteStore(database).load(ME, mine).text == NoteStore(database).load(OTHER, others).text == WORDS


def test_threads_that_begin_together_share_one_key(settings: Settings) -> None:
    # why: two keys for one person would lose what the first one sealed
    sealed: list[str] = []
    gate = threading.Barrier(8)

    def work() -> None:
        ring = open_keyring(settings, "store1", new=True)
        gate.wait()
        sealed.append(ring.seal("ana", "p", WORDS))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    last = open_keyring(settings, "store1", new=False)
    assert [last.open("ana", "p", text) for text in sealed] == [WORDS] * 8


def test_a_home_that_is_the_users_own_folder_has_its_keys_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # why: the usual place of keys would lie inside it, and a default must work
    monkeypatch.delenv("EYELEVEL_KEYS")
    for name in ("HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "user"))
    settings = Settings(home=tmp_path / "user")
    assert settings.keys == tmp_path / "user-keys"
    assert Settings(home=tmp_path / "elsewhere").keys.is_relative_to(tmp_path / "user")
    fill(settings, ME)
    assert in_files(tmp_path) == [] and (tmp_path / "user-keys" / "master.key").exists()
