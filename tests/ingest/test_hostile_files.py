"""Files that were made to do harm cost themselves alone: one plain line, within memory and time, and the next is read.

More of the random ones: `FUZZ_SECONDS=600 pytest tests/ingest/test_hostile_files.py`.
"""

import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hostile import SECRET, endless, hostile, mutations
from kit import one_line, run

from assistant.errors import LoadError
from assistant.guide.passage import Document
from ingest.limits import ParserLimits
from ingest.load import SUFFIXES, SourceFile, load_documents
from ingest.split import split_document

FUZZ_SECONDS = float(os.environ.get("FUZZ_SECONDS", "4"))

READER = """
import os, resource, time
from pathlib import Path
from ingest.limits import ParserLimits
from ingest.load import SourceFile
from ingest.parser_child import Failure, ParserChild
folder, found = Path(ARG["folder"]), {}
good = folder / "good.txt"
good.write_text("Words of a good file.")
with ParserChild(limits=ParserLimits(seconds=ARG["seconds"])) as child:
    for name in ARG["names"]:
        began = time.monotonic()
        results = list(child.parse(SourceFile(path=folder / name, source=name)))
        found[name] = {
            "seconds": time.monotonic() - began,
            "errors": [one.error for one in results if isinstance(one, Failure)],
            "text": "".join(one.model_dump_json() for one in results if not isinstance(one, Failure))[:100_000],
            "next": [type(one).__name__ for one in child.parse(SourceFile(path=good, source="good.txt"))],
        }
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(json.dumps({"found": found, "peak": peak}))
"""


def read(folder: Path, files: dict[str, bytes], seconds: int = 30) -> dict[str, Any]:
    """What the worker makes of the files, one after the other, and the most memory it had, in MiB."""
    inside = folder / "a" / "b"
    inside.mkdir(parents=True)
    for name, data in files.items():
        (inside / name).write_bytes(data)
    found: dict[str, Any] = run(READER, folder=inside, names=list(files), seconds=seconds)
    return found


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "secret.txt").write_text(SECRET)
    found = read(folder, hostile(folder / "secret.txt"))
    found["written"] = sorted(path.name for path in folder.rglob("*") if path.name in ("outside.txt", "pwned"))
    return found


def test_each_hostile_file_is_text_or_one_plain_line(result: dict[str, Any]) -> None:
    # why: bombs, entities, nesting, wrong encodings and lies about sizes must neither stop an ingest nor confuse it
    for name, found in result["found"].items():
        assert found["next"] == ["Document"], name
        assert found["text"] or found["errors"], name
        assert all(name in one_line(error) for error in found["errors"]), found["errors"]
    refused = [name for name, found in result["found"].items() if found["errors"]]
    assert len(refused) > 30 and {"deep.docx", "lies.docx", "circle.pdf", "zeros.md", "deep.jsonl"} <= set(refused)


def test_no_hostile_file_takes_more_than_the_limits(result: dict[str, Any]) -> None:
    # why: 512 MiB and 30 s, as the limits say, whatever the file says
    assert result["peak"] <= 512
    assert max(found["seconds"] for found in result["found"].values()) <= 33


def test_no_hostile_file_reads_or_writes_another(result: dict[str, Any]) -> None:
    # why: XML can name files of this machine, a container can name places outside, and YAML can call programs
    assert result["written"] == []
    for name, found in result["found"].items():
        told = found["text"] + str(found["errors"])
        assert SECRET not in told and "root:" not in told and "lollol" not in told, name


def test_what_takes_minutes_is_stopped(tmp_path: Path) -> None:
    # why: each of the parsers can be kept busy for ever; here two seconds stand for thirty
    files = endless()
    found = read(tmp_path, files, seconds=2)
    for name in files:
        assert "takes more than 2 s" in one_line(found["found"][name]["errors"][0])
        assert found["found"][name]["next"] == ["Document"]
    assert found["peak"] <= 512


@pytest.mark.timeout(300 + FUZZ_SECONDS)
def test_mutated_files_are_documents_or_one_plain_line(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    # why: the files above are those that we thought of
    wanted, until, read_of = mutations(random.Random(4), SUFFIXES), time.monotonic() + FUZZ_SECONDS, 0
    while time.monotonic() < until:
        name, data = next(wanted)
        path = tmp_path / name
        path.write_bytes(data)
        for found in load_documents(SourceFile(path=path, source=name), ParserLimits()):
            if isinstance(found, Document):
                split_document(found)
            else:
                assert isinstance(found, LoadError) and name in one_line(found)
        read_of += 1
    record_property("mutated files", read_of)
    assert read_of > 10
