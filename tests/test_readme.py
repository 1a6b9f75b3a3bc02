"""What the README and the shipped files state is true of the code."""

import re
from pathlib import Path

from typer.main import get_command

from app.cli import cli
from assistant.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_setting_is_listed_and_none_else() -> None:
    # A setting that nobody can find does not exist; one that is listed and gone misleads.
    listed = set(re.findall(r"^\| `(EYELEVEL_\w+)`", README, re.MULTILINE))
    assert listed == {f"EYELEVEL_{name.upper()}" for name in Settings.model_fields}


def test_every_command_is_listed_and_none_else() -> None:
    # The same for commands.
    listed = set(re.findall(r"^\| `eyelevel ([\w-]+)", README, re.MULTILINE))
    assert listed == set(get_command(cli).commands)  # type: ignore[attr-defined]


def test_the_changelog_counts_the_articles_right() -> None:
    # A count in prose goes stale first.
    articles = len(list((ROOT / "knowledge" / "guide").rglob("*.md")))
    assert f"{articles} articles" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
