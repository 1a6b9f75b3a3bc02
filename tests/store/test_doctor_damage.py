"""Whatever was damaged, `eyelevel doctor` says which, in one line that ends with what to do, and the rest is right."""

import base64
import json
import random
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from command import run_eyelevel
from company import ANA, BEN, found_company, opened
from kit import article, ingest, one_line

from app.doctor import CHECKS, examine
from assistant.errors import StoreError
from assistant.guide.manifest import read_pointer
from assistant.models.minilm_export import EXPORT_NAME
from assistant.models.testing import HashedEmbeddings
from assistant.settings import Settings
from assistant.store import account_tables, people_tables, seals, tables, theme_tables
from assistant.store.database import HOUSE
from assistant.store.notes import NoteStore
from assistant.store.rights import erase_person


class Encoder(HashedEmbeddings):
    """Fast vectors under the real model's name."""

    name = EXPORT_NAME


@pytest.fixture
def whole(tmp_path: Path) -> Settings:
    """Settings of a home with a guide, and with a database in which two people wrote and one of them was erased."""
    knowledge = tmp_path / "knowledge"
    knowledge.mkdir()
    (knowledge / "one.md").write_text(article("one", "## Why\n\nIt helps both.", ("why do it",)))
    settings = Settings(home=tmp_path / "home", keys=tmp_path / "keys", knowledge=knowledge, chat_model="none")
    ingest(settings, encoder=Encoder(384))
    with opened(settings) as database:
        found_company(database)
        erase_person(database, HOUSE, BEN.person)
    return settings


def wrong(settings: Settings) -> dict[str, str]:
    """By name, what `doctor` says of the checks that fail; models may be missing on a machine."""
    checks = examine(settings)["checks"]
    return {one["name"]: one_line(one["message"]) for one in checks if not one["ok"] and "model" not in one["name"]}


def flip(path: Path, where: int = -1, seed: int = 1) -> None:
    data = bytearray(path.read_bytes())
    at = where if where >= 0 else random.Random(seed).randrange(len(data))
    data[at] ^= 0x10
    path.write_bytes(data)


def change_sealed(settings: Settings, column: str) -> None:
    """One bit of one sealed text, as a disk may change it: to SQLite it is a text like any other."""
    table, name = column.split(".")
    with closing(sqlite3.connect(settings.home / "eyelevel.db")) as connection, connection:
        row, sealed = connection.execute(f"SELECT rowid, {name} FROM {table} WHERE {name} IS NOT NULL").fetchone()
        raw = bytearray(base64.b64decode(sealed))
        raw[len(raw) // 2] ^= 1
        connection.execute(f"UPDATE {table} SET {name} = ? WHERE rowid = ?", (base64.b64encode(raw).decode(), row))


def garble_pages(settings: Settings) -> None:
    path = settings.home / "eyelevel.db"
    data = bytearray(path.read_bytes())
    data[8192:20480] = random.Random(2).randbytes(12288)
    path.write_bytes(data)


def keys_of(settings: Settings) -> list[Path]:
    return sorted(settings.keys.glob("*/*.key"))


def ledger(settings: Settings) -> Path:
    return next(settings.keys.rglob("erased.jsonl"))


def generation(settings: Settings) -> Path:
    return settings.index_dir / str(read_pointer(settings.index_dir))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


DAMAGE: dict[str, tuple[Callable[[Settings], object], str, str]] = {
    "pages of the database": (garble_pages, "database", "is damaged"),
    "a database cut off": (lambda s: cut(s.home / "eyelevel.db"), "database", "is damaged"),
    "a bit of a note": (lambda s: change_sealed(s, "notes.text"), "database", "'notes.text:"),
    "a bit of an answer": (lambda s: change_sealed(s, "turns.reply"), "database", "'turns.reply:"),
    "a bit of a promise": (lambda s: change_sealed(s, "commitments.text"), "database", "'commitments.text:"),
    "a person's key cut off": (lambda s: [cut(path) for path in keys_of(s)], "keys", "put the folder of keys back"),
    "a person's key flipped": (lambda s: [flip(path, 60) for path in keys_of(s)], "keys", "folder of keys back"),
    "the master key": (lambda s: (s.keys / "master.key").write_text("x\n"), "keys", "put the right one back"),
    "no master key": (lambda s: (s.keys / "master.key").unlink(), "keys", "put it back from your copy"),
    "the list of erasures cut off": (lambda s: cut(ledger(s)) or ledger(s).open("a").write("\n"), "database", "lines"),
    "another id among the erasures": (lambda s: flip(ledger(s), 30), "database", "1 lines of the list of erasures"),
    "the audit": (lambda s: sql(s, "UPDATE audit SET action = 'x'"), "database", "The audit was changed"),
    "the index's list": (lambda s: cut(generation(s) / "documents.json"), "guide", "eyelevel ingest"),
    "the index's manifest": (lambda s: flip(generation(s) / "manifest.json"), "guide", "eyelevel ingest"),
    "the index's vectors": (lambda s: cut(generation(s) / "chroma" / "chroma.sqlite3"), "guide", "eyelevel ingest"),
    "the index's pointer": (lambda s: (s.index_dir / "CURRENT").write_bytes(b"\xff\x00"), "guide", "eyelevel ingest"),
}


def sql(settings: Settings, statement: str) -> None:
    with closing(sqlite3.connect(settings.home / "eyelevel.db")) as connection, connection:
        connection.execute(statement)


@pytest.mark.parametrize("kind", DAMAGE)
def test_doctor_names_the_damage(whole: Settings, kind: str) -> None:
    # why: damage that nobody is told of is noticed on the day on which the backup has it too
    damage, check, says = DAMAGE[kind]
    damage(whole)
    found = wrong(whole)
    assert says in found.get(check, ""), found
    assert check == "guide" or "guide" not in found, "what is whole is not blamed"
    assert "Sekret" not in str(found)


def test_a_flipped_bit_anywhere_in_the_database_is_told_or_harmless(whole: Settings) -> None:
    # why: the cases above are those that we thought of
    path, chance, told = whole.home / "eyelevel.db", random.Random(9), 0
    data = path.read_bytes()
    used = [place for place, byte in enumerate(data) if byte]
    before = read_notes(whole)
    for _ in range(30):
        path.write_bytes(data)
        flip(path, chance.choice(used))
        try:
            CHECKS["database"](whole)
        except StoreError as error:
            assert "Sekret" not in one_line(error)
            told += 1
        else:
            assert read_notes(whole) in (before, [])
    assert told > 10


def read_notes(settings: Settings) -> list[tuple[str, str]]:
    with opened(settings) as database:
        notes = NoteStore(database)
        found = [notes.load(ANA, one.id) for one in notes.list(ANA)]
    return [(one.text, one.report) for one in found]


def test_an_unreadable_log_stops_nothing(whole: Settings) -> None:
    # why: it is written by machines for machines, and nothing depends on it
    path = whole.home / "logs" / "eyelevel.log"
    path.parent.mkdir()
    path.write_bytes(b"\xff\x00" * 1000)
    assert wrong(whole) == {}
    result = run_eyelevel("audit", "--json", home=whole.home, EYELEVEL_KEYS=str(whole.keys))
    assert result.returncode == 0 and json.loads(result.stdout)["ok"]


def test_every_sealed_column_is_looked_at() -> None:
    # why: a column that is sealed later must not be left out of what `doctor` opens
    modules = tables, people_tables, account_tables, theme_tables
    source = "".join(Path(str(module.__file__)).read_text() for module in modules)
    written = re.findall(r'    (\w+): Mapped\[[^\n]+\n    """[^"]*[Ss]ealed', source)
    listed = {column.key for column in seals.SEALED}
    assert listed == set(written), "the columns that their tables call sealed"
    assert {"database", "keys", "guide"} <= set(CHECKS)
