"""What tests of the store share."""

from pathlib import Path

import pytest

from assistant.store.keys import Keyring


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def in_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is sealed, so that a test can look for words that the database leaves behind in its file."""
    monkeypatch.setattr(Keyring, "seal", lambda _self, _person, _place, text: text)
    monkeypatch.setattr(Keyring, "open", lambda _self, _person, _place, sealed: sealed)
