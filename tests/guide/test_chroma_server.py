"""The same guide in a Chroma server, as a larger installation keeps it."""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import chromadb
import pytest
from kit import ENCODER, held, ingest, one_line

from assistant.errors import GuideIndexError, IndexDamaged
from assistant.guide.index import GuideIndex
from assistant.settings import Settings


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of its own on a free port."""
    port, folder = free_port(), tmp_path_factory.mktemp("server")
    program = Path(sys.executable).with_name("chroma")
    command = [str(program), "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v2/heartbeat", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


@pytest.fixture
def served(settings: Settings, address: str, tmp_path: Path) -> Settings:
    (tmp_path / "knowledge" / "pace.md").write_text("# Pace\n\nA pair meets every third week.\n")
    (tmp_path / "knowledge" / "trust.md").write_text("# Trust\n\nTrust grows with confidentiality.\n")
    return settings.model_copy(update={"chroma_url": address})


def collections(address: str) -> set[str]:
    client = chromadb.HttpClient(host="127.0.0.1", port=int(address.rpartition(":")[2]))
    return {str(collection.name) for collection in client.list_collections()}


def test_build_search_and_replace(served: Settings, address: str, tmp_path: Path) -> None:
    # why: growing past one machine is by setting alone, and a server must not fill up with old generations
    before = collections(address)
    ingest(served)
    assert sorted(text.split()[0] for text in held(served).values()) == ["A", "Trust"]
    reader = GuideIndex.open(served, ENCODER.name)
    names = [reader.manifest.generation]
    for number in range(3):
        (tmp_path / "knowledge" / "pace.md").write_text(f"# Pace\n\nVersion {number} of the text.\n")
        assert ingest(served).updated == 1
        index = GuideIndex.open(served, ENCODER.name)
        names.append(index.manifest.generation)
        near = index.nearest(ENCODER.encode([f"Pace\nVersion {number} of the text."])[0], 2)
        assert max(found.cosine for found in near.values()) > 0.9
        index.close()
        if number == 0:
            assert reader.nearest(ENCODER.encode(["third week"])[0], 2), "the generation before still answers"
    assert collections(address) - before == {f"{n}-{kind}" for n in names[-2:] for kind in ("passages", "questions")}
    with pytest.raises(IndexDamaged) as gone:
        reader.nearest(ENCODER.encode(["third week"])[0], 2)
    one_line(gone.value)


def test_nothing_changed_writes_nothing(served: Settings, address: str) -> None:
    # why: as with files
    ingest(served)
    before = collections(address)
    assert ingest(served).unchanged == 2
    assert collections(address) == before


def test_a_failed_ingest_leaves_nothing_behind(served: Settings, address: str, tmp_path: Path) -> None:
    # why: half-built collections in a shared server would be found by nobody
    ingest(served)
    before = collections(address)

    class Broken:
        def encode(self, texts: object, progress: object = None) -> object:
            raise RuntimeError("two\nlines")

    (tmp_path / "knowledge" / "more.md").write_text("# More\n\nMore text.\n")
    with pytest.raises(GuideIndexError) as failed:
        ingest(served.model_copy(), encoder=type("Named", (Broken,), {"name": ENCODER.name})())
    one_line(failed.value)
    assert collections(address) == before and len(held(served)) == 2


def test_a_lost_collection_is_damage_and_is_mended(served: Settings, address: str) -> None:
    # why: somebody may tidy up a server by hand
    ingest(served)
    client = chromadb.HttpClient(host="127.0.0.1", port=int(address.rpartition(":")[2]))
    index = GuideIndex.open(served, ENCODER.name)
    client.delete_collection(f"{index.manifest.generation}-passages")
    with pytest.raises(IndexDamaged, match="eyelevel ingest") as lost:
        GuideIndex.open(served, ENCODER.name)
    one_line(lost.value)
    ingest(served)
    assert len(held(served)) == 2


def test_a_server_that_is_down_is_not_a_damaged_guide(settings: Settings, tmp_path: Path) -> None:
    # why: "build it anew" would be the wrong advice; and no ingest may throw the known documents away
    down = settings.model_copy(update={"chroma_url": f"http://127.0.0.1:{free_port()}"})
    ingest(settings, tmp_path / "knowledge")
    (tmp_path / "knowledge" / "a.md").write_text("# A\n\nText.\n")
    ingest(settings)
    for call in (lambda: GuideIndex.open(down, ENCODER.name), lambda: ingest(down)):
        with pytest.raises(GuideIndexError, match="EYELEVEL_CHROMA_URL") as refused:
            call()
        assert not isinstance(refused.value, IndexDamaged) and str(down.chroma_url) in one_line(refused.value)
