"""What tests of several parts share."""

from pathlib import Path

import pytest

from assistant.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a new home with an empty shipped guide and no chat model."""
    (tmp_path / "knowledge").mkdir()
    return Settings(home=tmp_path / "home", knowledge=tmp_path / "knowledge", chat_model="none")
