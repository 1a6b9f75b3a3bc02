"""A damaged index is named in one line, never a crash, and the next ingest builds it anew from what it recorded."""

import json
from pathlib import Path
from typing import Any

import pytest
from kit import ENCODER, article, held, ingest, one_line, run

from assistant.errors import GuideIndexError, IndexDamaged, IndexMismatch, IndexMissing
from assistant.guide import manifest as files
from assistant.guide.index import GuideIndex
from assistant.models.testing import HashedEmbeddings
from assistant.settings import Settings

DRIVER = """
import os, shutil, sqlite3
from pathlib import Path
import chromadb, bm25s  # imported once; each fork has them, and no client of Chroma exists before it
from assistant.guide.manifest import read_pointer
from assistant.settings import Settings
from kit import forked, held, ingest

def settings_of(home):
    return Settings(home=Path(home), knowledge=Path(ARG["knowledge"]), chat_model="none")

def build():
    return ingest(settings_of(ARG["base"]), Path(ARG["knowledge"]), Path(ARG["folder"])).model_dump()

def garble(path, start=0.0, size=None, text=b"\\x93\\x00garbage\\xff"):
    data = bytearray(path.read_bytes())
    at = int(len(data) * start)
    end = len(data) if size is None else min(len(data), at + size)
    data[at:end] = (text * (1 + (end - at) // len(text)))[: end - at]
    path.write_bytes(bytes(data))

def truncate(path, share=0.5):
    os.truncate(path, int(path.stat().st_size * share))

def sql(path, *statements):
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()

def replace_text(path):
    data = path.read_bytes()
    assert b"keeps the date" in data
    path.write_bytes(data.replace(b"keeps the date", b"drops the date"))

def damage(kind, index, generation):
    sqlite = generation / "chroma" / "chroma.sqlite3"
    segments = [p for p in (generation / "chroma").iterdir() if p.is_dir()]
    arrays = sorted((generation / "lexical").glob("*.npy"))
    {
        "manifest cut": lambda: truncate(generation / "manifest.json"),
        "manifest garbled": lambda: garble(generation / "manifest.json"),
        "manifest gone": lambda: (generation / "manifest.json").unlink(),
        "documents cut": lambda: truncate(generation / "documents.json"),
        "documents null": lambda: (generation / "documents.json").write_text("null"),
        "documents gone": lambda: (generation / "documents.json").unlink(),
        "documents nested": lambda: (generation / "documents.json").write_text("[" * 100_000),
        "lexical garbled": lambda: garble(arrays[0], 0.6),
        "lexical cut": lambda: truncate(arrays[-1]),
        "lexical gone": lambda: shutil.rmtree(generation / "lexical"),
        "sqlite cut": lambda: truncate(sqlite),
        "sqlite head": lambda: garble(sqlite, 0.0, 100),
        "sqlite middle": lambda: garble(sqlite, 0.4, 40_000),
        "sqlite zeroed": lambda: garble(sqlite, 0.02, None, b"\\x00"),
        "sqlite empty": lambda: truncate(sqlite, 0),
        "sqlite gone": lambda: sqlite.unlink(),
        "sqlite other": lambda: (sqlite.unlink(), sql(sqlite, "CREATE TABLE other (x)")),
        "records lost": lambda: sql(sqlite, "DELETE FROM embeddings WHERE id % 2"),
        "collections lost": lambda: sql(sqlite, "DELETE FROM collections"),
        "text changed": lambda: replace_text(sqlite),
        "vectors garbled": lambda: [garble(p) for s in segments for p in s.iterdir() if p.stat().st_size],
        "vectors cut": lambda: [truncate(p) for s in segments for p in s.iterdir()],
        "vectors gone": lambda: [shutil.rmtree(s) for s in segments],
        "pickle garbled": lambda: [garble(p) for s in segments for p in s.glob("*.pickle")],
        "folder gone": lambda: shutil.rmtree(generation),
        "pointer garbled": lambda: (index / "CURRENT").write_bytes(b"\\xff\\xfe\\x00\\x80garbage"),
        "pointer long": lambda: (index / "CURRENT").write_text("g" * 10_000),
        "pointer empty": lambda: (index / "CURRENT").write_text(""),
        "pointer outside": lambda: (index / "CURRENT").write_text("../index"),
        "pointer folder": lambda: ((index / "CURRENT").unlink(), (index / "CURRENT").mkdir()),
        "all lists gone": lambda: ((index / "origins.json").unlink(), (generation / "documents.json").unlink()),
    }[kind]()

def read(home):
    found = held(settings_of(home))
    assert any("date" in text for text in found.values())
    return found

print(json.dumps(forked(build)), flush=True)
whole = forked(lambda: read(ARG["base"]))
results = {}
for number, kind in enumerate(ARG["kinds"]):
    home = Path(ARG["base"]).with_name(f"damaged-{number}")
    shutil.copytree(ARG["base"], home)
    settings = settings_of(home)
    damage(kind, settings.index_dir, settings.index_dir / read_pointer(settings.index_dir))
    opened = forked(lambda: read(home))
    result = {"opened": "whole" if opened == whole else opened}
    if kind in ARG["mend"]:
        result["report"] = forked(lambda: ingest(settings).model_dump())
        mended = forked(lambda: read(home))
        result["mended"] = "whole" if mended == whole else mended
        result["generations"] = len(list(settings.index_dir.glob("g*")))
    results[kind] = result
    shutil.rmtree(home)
print(json.dumps(results))
"""
NAMED = (
    "manifest cut, manifest garbled, manifest gone, documents cut, documents null, documents gone, documents nested, "
    "lexical garbled, lexical cut, lexical gone, sqlite cut, sqlite head, sqlite middle, sqlite zeroed, sqlite empty, "
    "sqlite gone, sqlite other, records lost, collections lost, text changed, folder gone, pointer garbled, "
    "pointer long, pointer empty, pointer outside, pointer folder"
).split(", ")
MENDED = [
    "manifest gone",
    "documents nested",
    "lexical garbled",
    "sqlite cut",
    "sqlite gone",
    "collections lost",
    "text changed",
    "folder gone",
    "pointer garbled",
    "vectors gone",
]
"""One of each way in which an ingest meets damage."""
LOST = "all lists gone"
REPAIRED = ["vectors garbled", "vectors cut", "vectors gone"]
"""Chroma writes a small segment's files anew from SQLite: there is nothing to name and nothing lost."""


def _guide(tmp_path: Path) -> dict[str, Path]:
    """An article of the shipped guide, and a folder of a person's own: a file and a jsonl of three documents."""
    knowledge, folder = tmp_path / "knowledge", tmp_path / "own"
    knowledge.mkdir(exist_ok=True)
    folder.mkdir()
    (knowledge / "one.md").write_text(article("one", "## Why\n\nIt helps both.\n\n## How\n\nSlowly.", ("why do it",)))
    (folder / "pace.md").write_text("# Pace\n\nA pair meets every third week and keeps the date.\n")
    rows = [{"_id": f"d{n}", "title": f"Title {n}", "text": f"Paragraph number{n}."} for n in range(3)]
    (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return {"knowledge": knowledge, "folder": folder, "base": tmp_path / "base"}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Each kind of damage: what opening says, what the next ingest reports, what is there afterwards."""
    places = _guide(tmp_path_factory.mktemp("damage"))
    found: dict[str, Any] = run(DRIVER, **places, kinds=[*NAMED, *REPAIRED, LOST], mend=[*MENDED, LOST])
    return found


@pytest.mark.parametrize("kind", NAMED)
def test_damage_is_named(kind: str, outcomes: dict[str, Any]) -> None:
    # why: power cuts, full disks and sync tools damage files; people need one line and one command that mends
    outcome = outcomes[kind]
    assert outcome["opened"].get("error") == "IndexDamaged", outcome["opened"]
    assert "eyelevel ingest" in one_line(outcome["opened"]["message"])


@pytest.mark.parametrize("kind", MENDED)
def test_an_ingest_mends_damage(kind: str, outcomes: dict[str, Any]) -> None:
    # why: the one command that the message names must bring back everything, a person's own documents too
    outcome = outcomes[kind]
    assert outcome["mended"] == "whole", outcome
    assert not outcome["report"]["failed"] and outcome["generations"] <= 2


@pytest.mark.parametrize("kind", REPAIRED)
def test_files_that_chroma_writes_anew_do_no_harm(kind: str, outcomes: dict[str, Any]) -> None:
    # why: a false alarm would rebuild a guide that is whole
    assert outcomes[kind]["opened"] == "whole", outcomes[kind]


def test_where_no_list_is_left_the_loss_is_reported(outcomes: dict[str, Any]) -> None:
    # why: the shipped guide comes back, but a person's own files cannot be known: that must not pass unseen
    outcome = outcomes[LOST]
    assert outcome["opened"]["error"] == "IndexDamaged"
    (failure,) = outcome["report"]["failed"]
    assert "your own files" in one_line(failure["error"])
    assert outcome["report"]["passages"] == 2


def test_damage_to_a_large_vector_segment_never_reaches_chroma(tmp_path: Path) -> None:
    # why: from a thousand records on, Chroma reads its files without a check; garbage there could crash or unpickle
    places = _guide(tmp_path)
    rows = [{"_id": f"r{n}", "title": f"Row {n}", "text": f"Row number{n}."} for n in range(1100)]
    (places["folder"] / "many.jsonl").write_text("\n".join(map(json.dumps, rows)))
    kinds = ["vectors garbled", "vectors cut", "vectors gone", "pickle garbled"]
    found: dict[str, Any] = run(DRIVER, **places, kinds=kinds, mend=[])
    for outcome in found.values():
        assert outcome["opened"].get("error") == "IndexDamaged", outcome["opened"]
        one_line(outcome["opened"]["message"])


def test_lost_files_of_a_damaged_index_are_reported(settings: Settings, tmp_path: Path) -> None:
    # why: their text was only in the index; saying nothing would make it vanish
    file = tmp_path / "gone.md"
    file.write_text("# Gone\n\nOnly here.\n")
    ingest(settings, file)
    file.unlink()
    (settings.index_dir / str(files.read_pointer(settings.index_dir)) / files.MANIFEST).unlink()
    (failure,) = ingest(settings).failed
    assert failure.source.endswith("gone.md") and one_line(failure.error)


INTERRUPTED = """
import os, signal, sqlite3
connection = sqlite3.connect(ARG["path"], isolation_level=None)
connection.execute("PRAGMA cache_size = 1")
connection.execute("BEGIN IMMEDIATE")
connection.execute("UPDATE embedding_metadata SET string_value = string_value || zeroblob(20000)")
assert os.path.getsize(ARG["path"] + "-journal")
print(json.dumps(0), flush=True)
os._exit(0)
"""


def test_a_process_killed_while_it_read_does_no_damage(settings: Settings, tmp_path: Path) -> None:
    # why: Chroma writes to SQLite at every opening; what a killed reader left half done is taken back
    places = _guide(tmp_path)
    ingest(settings, places["folder"])
    before = held(settings)
    (database,) = settings.index_dir.glob("g*/chroma/chroma.sqlite3")
    run(INTERRUPTED, path=database)
    assert database.with_name(database.name + "-journal").exists()
    assert ingest(settings, places["folder"]).unchanged == 4
    assert held(settings) == before


def test_a_guide_built_with_another_model_is_refused(settings: Settings, tmp_path: Path) -> None:
    # why: vectors of two models have nothing to do with each other, and the results would look plausible
    ingest(settings, _guide(tmp_path)["folder"])
    with pytest.raises(IndexMismatch, match=r"'hashed-1'.*'other-model'") as refused:
        GuideIndex.open(settings, "other-model")
    one_line(refused.value)

    class Other(HashedEmbeddings):
        name = "other-model"

    assert ingest(settings, encoder=Other(16)).added == 5, "an ingest builds it anew with the model that is set"
    GuideIndex.open(settings, "other-model").close()


def test_a_guide_of_another_format_is_refused_and_built_anew(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # why: after an update of Eyelevel the old files may mean something else
    ingest(settings, _guide(tmp_path)["folder"])
    was = files.FORMAT
    monkeypatch.setattr(files, "FORMAT", 99)
    with pytest.raises(IndexMismatch, match=f"format {was}, not 99"):
        GuideIndex.open(settings, ENCODER.name)
    assert ingest(settings).added == 5


def test_an_empty_home_is_no_damage(settings: Settings) -> None:
    # why: "nothing was ingested yet" and "damaged" need different words
    with pytest.raises(IndexMissing, match="eyelevel ingest") as missing:
        GuideIndex.open(settings, ENCODER.name)
    one_line(missing.value)
    assert not issubclass(IndexMissing, IndexDamaged)


def test_a_home_with_odd_characters_works(tmp_path: Path) -> None:
    # why: "?", "#" and "%" mean something in the address that SQLite is opened with
    places = _guide(tmp_path)
    settings = Settings(home=tmp_path / "a#b?c=%41 é", knowledge=tmp_path / "none", chat_model="none")
    ingest(settings, places["folder"])
    assert len(held(settings)) == 4
    assert ingest(settings, places["folder"]).unchanged == 4


def test_an_unknown_document_is_named(settings: Settings, tmp_path: Path) -> None:
    # why: links to articles are kept by people and outlive the article
    ingest(settings, _guide(tmp_path)["folder"])
    index = GuideIndex.open(settings, ENCODER.name)
    with pytest.raises(GuideIndexError, match=r"'nowhere\.md'") as refused:
        index.read_document("nowhere.md")
    one_line(refused.value)
    assert index.passages([]) == {} and index.passages(["0" * 16]) == {}
    index.close()
