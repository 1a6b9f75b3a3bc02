"""`eyelevel themes`: the contract's keys, refusals in one line, and the same release again and again."""

import json
from pathlib import Path
from typing import Any

import pytest
from command import run_eyelevel

PAIRS = 14


@pytest.fixture
def home(guide_home: Path, tmp_path: Path) -> Path:
    """A home of its own with the shipped guide in it."""
    (tmp_path / "index").symlink_to(guide_home / "index")
    return tmp_path


def notes(pairs: int, first: int = 0) -> str:
    """Two notes of each pair, in which the senior had no time."""
    rows = [
        {
            "pair": f"pair {first + at % pairs}",
            "author_role": "mentor" if at % 2 else "mentee",
            "date": f"2026-01-{1 + at % 28:02d}",
            "text": f"We had only ten minutes again, because the board meeting ran late. He left in the middle, {at}.",
            "debrief": {"minutes_planned": 45, "minutes_held": 10},
        }
        for at in range(28)
    ]
    return "\n".join(map(json.dumps, rows))


def load(home: Path, pairs: int, first: int = 0) -> dict[str, Any]:
    file = home / "notes.jsonl"
    file.write_text(notes(pairs, first), encoding="utf-8")
    result = run_eyelevel("import-notes", str(file), "--json", home=home)
    assert result.returncode == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def themes(home: Path, *options: str) -> dict[str, Any]:
    result = run_eyelevel("themes", "--json", *options, home=home)
    assert result.returncode == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_before_there_is_anything_it_says_so(home: Path) -> None:
    # why: a script that asks too early needs an answer, not a failure
    assert themes(home) == {"release": None, "next_release_needs": 5, "programme": None}
    refused = run_eyelevel("themes", "--publish", home=home)
    assert refused.returncode == 1 and refused.stderr.count("\n") == 1 and "import-notes" in refused.stderr


def test_too_few_pairs_are_refused_with_the_reason(home: Path) -> None:
    # why: the floor holds on the command line as well
    load(home, 3)
    assert themes(home)["next_release_needs"] == 2
    refused = run_eyelevel("themes", "--publish", "--json", home=home)
    assert refused.returncode == 1 and refused.stdout == "" and refused.stderr.count("\n") == 1
    assert "2 more pairs" in refused.stderr and themes(home)["release"] is None


def test_a_release_has_the_keys_of_the_contract_and_stays_as_it_is(home: Path) -> None:
    # why: scripts read these keys, and what was frozen is never made again
    load(home, PAIRS)
    found = themes(home, "--publish")
    release = found["release"]
    assert set(release) >= {"id", "period", "minimum_group", "themes"} and release["minimum_group"] == 5
    assert set(release["period"]) == {"since", "until"} and found["next_release_needs"] == 5
    shown = {one["code"]: one for one in release["themes"] if not one["suppressed"]}
    assert shown["no_time"]["band"] == "10-19" and shown["no_time"]["trend"] is None
    for theme in release["themes"]:
        assert {"code", "label", "band", "suppressed", "trend", "advice", "citations"} <= set(theme)
        assert (theme["band"] is None) is theme["suppressed"]
        assert all({"marker", "id", "document", "heading", "text"} <= set(one) for one in theme["citations"])
    assert shown["no_time"]["citations"], "the advice rests on the guide"
    assert themes(home) == found
    again = run_eyelevel("themes", "--publish", home=home)
    assert again.returncode == 1 and "5 more pairs" in again.stderr


def test_the_next_release_is_of_new_contributions_alone(home: Path) -> None:
    # why: cycles are disjoint, or the difference of two releases would be a single pair
    load(home, PAIRS)
    first = themes(home, "--publish")["release"]
    load(home, PAIRS, first=PAIRS)
    second = themes(home, "--publish")["release"]
    assert second["number"] == 2 and second["period"]["since"] == first["period"]["until"]
    band = next(one for one in second["themes"] if one["code"] == "no_time")
    assert band["band"] == "10-19" and band["trend"] == "steady"


def test_a_person_reads_it_too(home: Path) -> None:
    # why: without --json it is a page for a terminal, and says when everything is held back
    load(home, 5)
    result = run_eyelevel("themes", "--publish", home=home)
    assert result.returncode == 0 and "Themes, first release" in result.stdout
    assert "held back" in result.stderr and "It does not mean zero" in result.stdout
    assert "A plan for the next month" in result.stdout


def test_with_several_programmes_publishing_asks_which(home: Path) -> None:
    # why: closing a cycle cannot be undone, so it is never guessed
    file = home / "notes.jsonl"
    file.write_text(notes(PAIRS), encoding="utf-8")
    for title in ("Spring", "Autumn"):
        assert run_eyelevel("import-notes", str(file), "--programme", title, home=home).returncode == 0
    refused = run_eyelevel("themes", "--publish", home=home)
    assert refused.returncode == 1 and "'Spring'" in refused.stderr and "'Autumn'" in refused.stderr
    assert themes(home, "--publish", "--programme", "Autumn")["programme"]["title"] == "Autumn"
    assert themes(home)["programme"]["title"] == "Autumn", "the newest release is shown"
    assert themes(home, "--programme", "Spring")["release"] is None
    unknown = run_eyelevel("themes", "--programme", "Winter", home=home)
    assert unknown.returncode == 1 and "'Winter'" in unknown.stderr
