"""The write-ahead log cut off or garbled anywhere: what is read is what was saved up to there, and nothing else."""

import os
import random
import shutil
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from kit import one_line

from assistant.errors import StoreError
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings
from assistant.store.conversations import ConversationStore
from assistant.store.database import Database
from assistant.store.notes import NoteStore, SavedNote

ME = Actor(person=PERSONAL, role=Role.MENTOR)
CUTS = 1_000
FLIPS = 60
_HEAD, _FRAME = 32, 24 + 4096
"""Bytes of the log's own head and of one frame in it."""


class Written(NamedTuple):
    """A database as it stood when its process was gone, and how long the log was after each acknowledged write."""

    settings: Settings
    main: bytes
    log: bytes
    ends: list[int]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """In memory where that can be had: a thousand databases are not to wait for the disk."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path_factory.mktemp("log")
        return
    with TemporaryDirectory(dir=memory) as made:
        yield Path(made)


@pytest.fixture(scope="module")
def written(folder: Path) -> Written:
    """Forty acknowledged writes, each a note or a question, that stand in the log alone."""
    settings = Settings(home=folder / "home", keys=folder / "keys")
    path = settings.home / "eyelevel.db"
    log = path.with_name(f"{path.name}-wal")
    with closing(Database(settings)) as database:
        notes, talks, ends = NoteStore(database), ConversationStore(database), [log.stat().st_size]
        for number in range(40):
            if number % 2:
                talks.start(ME, title(number))
            else:
                notes.save(ME, SavedNote(title=title(number), text=text(number), report="{}"))
            ends.append(log.stat().st_size)
        assert ends == sorted(set(ends)), "nothing was moved from the log into the file meanwhile"
        return Written(settings, path.read_bytes(), log.read_bytes(), ends)


def title(number: int) -> str:
    return f"{number:02}"


def text(number: int) -> str:
    return f"note {number} " * (1 + 40 * number)


def opened_with(written: Written, log: bytes) -> list[str]:
    """Titles of all that is read, oldest first, from the file with this log beside it; the newest note is whole."""
    home = written.settings.home
    shutil.rmtree(home)
    home.mkdir(mode=0o700)
    path = home / "eyelevel.db"
    path.write_bytes(written.main)
    path.with_name(f"{path.name}-wal").write_bytes(log)
    with closing(Database(written.settings)) as database:
        notes, talks = NoteStore(database), ConversationStore(database)
        shown = notes.list(ME)
        for newest in shown[:1]:
            assert notes.load(ME, newest.id).text == text(int(newest.title))
        return sorted([one.title for one in shown] + [one.title for one in talks.list(ME)])


def saved_until(written: Written, whole: int) -> list[str]:
    """What was acknowledged while the log was no longer than `whole` bytes."""
    return [title(number) for number in range(bisect_right(written.ends, whole) - 1)]


def places(written: Written) -> Iterable[int]:
    """Where to cut: at and beside the ends of frames and of writes, and anywhere else."""
    size = len(written.log)
    frames = [_HEAD + number * _FRAME for number in range((size - _HEAD) // _FRAME + 1)]
    near = [place + beside for place in (0, _HEAD, *frames) for beside in (-1, 0, 1) if 0 <= place + beside <= size]
    chance = random.Random(1)
    exact = chance.sample(near, min(len(near), CUTS // 2))
    return [*exact, *(chance.randrange(size + 1) for _ in range(CUTS - len(exact)))]


def test_a_log_cut_anywhere_gives_what_was_saved_up_to_there(written: Written) -> None:
    # why: after a power cut the log ends anywhere; a start, whole and in order, is all that may come back
    seen = set()
    for place in places(written):
        found = opened_with(written, written.log[:place])
        assert found == saved_until(written, place), place
        seen.add(len(found))
    assert seen == set(range(41)), "each write was the last one that counted at some cut"


def test_a_garbled_log_gives_what_was_saved_before(written: Written) -> None:
    # why: a bad sector in the log must not bring a half or a wrong text
    chance = random.Random(2)
    for _ in range(FLIPS):
        place = chance.randrange(len(written.log))
        garbled = bytearray(written.log)
        garbled[place] ^= 1 << chance.randrange(8)
        whole = _HEAD + (place - _HEAD) // _FRAME * _FRAME if place >= _HEAD else 0
        assert opened_with(written, bytes(garbled)) == saved_until(written, whole), place


def test_a_log_of_another_database_is_not_read(written: Written, tmp_path: Path) -> None:
    # why: a copy of one file with the log of another day must not be mixed
    other = Settings(home=tmp_path / "home", keys=tmp_path / "keys")
    with closing(Database(other)) as database:
        NoteStore(database).save(ME, SavedNote(title="other", text="other", report="{}"))
        log = (other.home / "eyelevel.db-wal").read_bytes()
    try:
        assert set(opened_with(written, log)) <= {title(number) for number in range(40)}
    except StoreError as error:
        assert "damaged" in one_line(error)
