"""The exception tree and the settings: what every message and every variable must be."""

import inspect
import os
import re
from pathlib import Path

import pytest
from kit import one_line
from pydantic import SecretStr

from assistant import errors
from assistant.errors import EyelevelError, SettingsError
from assistant.settings import Settings, load_settings

CLASSES = [
    value
    for _, value in inspect.getmembers(errors, inspect.isclass)
    if issubclass(value, EyelevelError) and value.__module__ == errors.__name__
]


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("EYELEVEL_")]:
        monkeypatch.delenv(name)


# Errors


def drawn() -> dict[str, tuple[str, bool]]:
    """Class to its parent and whether it is retryable, as the tree in the docstring shows them."""
    tree: dict[str, tuple[str, bool]] = {}
    above: list[tuple[int, str]] = []
    for line in str(errors.__doc__).splitlines()[2:]:
        match = re.match(r"([│├└─ ]*)(\w+)", line)
        assert match, line
        depth, name = len(match[1]), match[2]
        above = [(column, parent) for column, parent in above if column < depth]
        tree[name] = (above[-1][1] if above else "Exception", line.rstrip().endswith("(retryable)"))
        above.append((depth, name))
    return tree


@pytest.mark.parametrize("kind", CLASSES)
def test_the_tree_shows_every_class_as_it_is(kind: type[EyelevelError]) -> None:
    # why: callers choose what to catch and what to try again by that picture
    assert drawn()[kind.__name__] == (kind.__mro__[1].__name__, kind.retryable and "retryable" in vars(kind))
    assert kind.__doc__ and kind.__doc__.strip().endswith(".")


def test_the_tree_shows_nothing_else() -> None:
    # why: a class that is gone must go from the picture
    assert set(drawn()) == {kind.__name__ for kind in CLASSES}


# Settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("THREADS", "many"),
        ("THREADS", "0"),
        ("THREADS", ""),
        ("THREADS", "2.5"),
        ("CHAT_TIMEOUT_SECONDS", "-1"),
        ("CHAT_TIMEOUT_SECONDS", "nan"),
        ("CHAT_TIMEOUT_SECONDS", "1e9"),
        ("CHAT_QUEUE", "-1"),
        ("CHAT_QUEUE", "a\nb"),
        ("RETENTION_DAYS", "0"),
    ],
)
def test_a_wrong_value_is_named_in_one_line(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # why: this is the first thing that goes wrong on a new machine; the line says which variable and what to do
    monkeypatch.setenv(f"EYELEVEL_{name}", value)
    with pytest.raises(SettingsError, match=f"EYELEVEL_{name} is ") as refused:
        load_settings()
    assert repr(value) in one_line(refused.value) and "correct or unset" in str(refused.value)


def test_every_setting_is_read_from_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    # why: a renamed field would silently ignore what people set
    values = {"HOME": "/h", "MODEL_DIR": "/m", "KNOWLEDGE": "/k", "CHAT_MODEL": "none", "CHAT_BASE_URL": "http://x"}
    values |= {"CHAT_API_KEY": "k", "CHAT_TIMEOUT_SECONDS": "9", "CHAT_QUEUE": "7", "THREADS": "3", "DATABASE_URL": "d"}
    values |= {"CHROMA_URL": "http://c", "CONTACTS": "A: b", "ALLOWED_HOSTS": "h", "NOTE_JUDGE": "true"}
    values |= {"HOSTED_MODELS": "true"}
    values |= {"KEYS": "/y", "MASTER_KEY": "m", "SIGN_IN": "local", "PUBLIC_URL": "https://e", "RETENTION_DAYS": "30"}
    for name, value in values.items():
        monkeypatch.setenv(f"EYELEVEL_{name}", value)
    settings = load_settings()
    for name, value in values.items():
        found = getattr(settings, name.lower())
        plain = found.get_secret_value() if isinstance(found, SecretStr) else found
        assert plain == (Path(value) if isinstance(plain, Path) else type(plain)(value)), name
    assert {name.lower() for name in values} == set(Settings.model_fields), "a new setting needs its line here"
    assert settings.index_dir == Path("/h/index") and settings.database == "d"


def test_every_setting_is_explained() -> None:
    # why: `eyelevel doctor` and the README list the settings with what they mean
    source = inspect.getsource(Settings)
    for name in Settings.model_fields:
        assert re.search(rf"^    {name}:[^\n]*\n    \"\"\"", source, re.M), name


def test_the_defaults_need_nothing() -> None:
    # why: two commands to the first answer, without any variable
    settings = load_settings()
    assert settings.chat_model.startswith("local:") and settings.database.startswith("sqlite:///")
    assert (settings.knowledge / "guide").is_dir()


def test_settings_cannot_be_changed_and_keep_the_key_to_themselves() -> None:
    # why: they are read once and shared by threads; logs and error pages print them
    settings = Settings(chat_api_key="sk-very-secret")  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        settings.threads = 4
    assert "very-secret" not in repr(settings) + str(settings.model_dump()) + settings.model_dump_json()


def test_the_fingerprint_changes_with_what_can_change_an_answer() -> None:
    # why: a stored reply is traced to its settings; folders and keys must not show in it
    plain = Settings()
    assert re.fullmatch(r"[0-9a-f]{12}", plain.fingerprint())
    assert plain.fingerprint() == Settings(home=Path("/elsewhere"), chat_api_key="k").fingerprint()  # type: ignore[arg-type]
    assert plain.fingerprint() != Settings(chat_model="none").fingerprint()
    assert plain.fingerprint() != Settings(chat_base_url="http://127.0.0.1:9").fingerprint()
