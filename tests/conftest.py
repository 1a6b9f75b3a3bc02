"""What tests of several parts share."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from command import run_eyelevel

from assistant.settings import Settings


@pytest.fixture(scope="session", autouse=True)
def _keys_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test touches the keys of whoever runs it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EYELEVEL_KEYS", str(tmp_path_factory.mktemp("keys")))
        yield


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a new home with an empty shipped guide and no chat model."""
    (tmp_path / "knowledge").mkdir()
    return Settings(home=tmp_path / "home", knowledge=tmp_path / "knowledge", chat_model="none")


@pytest.fixture(scope="session")
def guide_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home into which the shipped guide was ingested by the command, once for all tests that only read it."""
    home = tmp_path_factory.mktemp("guide-home")
    result = run_eyelevel("ingest", "--json", home=home)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["failed"] == [], "nothing that ships may be refused"
    return home
