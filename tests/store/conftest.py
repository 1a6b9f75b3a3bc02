"""What tests of the store share. A test that opens a database runs on a file, and on a PostgreSQL server as well.

Only what asks for `home` itself looks into that file, and so runs on a file alone.
"""

import inspect
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from postgres_server import Company, find_programs, running_server

from assistant.store.failures import VARIABLE
from assistant.store.keys import Keyring

KINDS: Final = ("file", "server")
ALONE: Final = {"test_keys", "test_postgres", "test_postgres_users", "test_postgres_writers"}
"""Modules whose tests are for one of the two and say so."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def in_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is sealed, so that a test can look for words that the database leaves behind in its file."""
    monkeypatch.setattr(Keyring, "seal", lambda _self, _person, _place, text: text)
    monkeypatch.setattr(Keyring, "open", lambda _self, _person, _place, sealed: sealed)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    asked = inspect.signature(metafunc.function).parameters
    alone = "home" in asked or metafunc.module.__name__ in ALONE
    if "home" in metafunc.fixturenames and not alone:
        metafunc.parametrize("kind", KINDS, indirect=True)


@pytest.fixture(autouse=True)
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where `Settings(home=…)` has its database in this test: in a file, unless the test is run for a server."""
    chosen: str = getattr(request, "param", "file")
    monkeypatch.delenv(VARIABLE, raising=False)
    if chosen == "server":
        request.getfixturevalue("on_server")
    return chosen


@pytest.fixture
def on_server(company: Company, monkeypatch: pytest.MonkeyPatch) -> Company:
    """The database of this test is an empty one on the server."""
    company.empty()
    monkeypatch.setenv(VARIABLE, company.url)
    return company


@pytest.fixture(scope="session")
def company() -> Iterator[Company]:
    """A PostgreSQL server with a database that was made as the README says."""
    programs = find_programs()
    if programs is None and os.environ.get("CI") != "true":
        pytest.skip("no PostgreSQL server on this machine; install postgresql to run these tests")
    assert programs, "CI must have PostgreSQL: apt-get install postgresql"
    with running_server(programs) as server:
        yield Company(server)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where a backup goes."""
    (tmp_path / "safe").mkdir()
    return tmp_path / "safe" / "eyelevel.backup"
