"""`eyelevel topics` as the contract has it, on the shipped guide."""

import json
from pathlib import Path

from command import run_eyelevel


def test_topics_are_a_list_with_reasons_and_sources(guide_home: Path) -> None:
    # why: scripts read these keys, and a topic without its source cannot be checked
    result = run_eyelevel(
        "topics", "--mentee-role", "CTO", "--about", "passwords", "-n", "4", "--json", home=guide_home
    )
    found = json.loads(result.stdout)
    assert result.returncode == 0 and len(found) == 4
    for one in found:
        assert set(one) == {"id", "title", "why", "opening_question", "technical", "citations"}
        assert one["why"] and one["opening_question"].endswith("?")
        assert one["citations"] and all(cited["text"] for cited in one["citations"])
        assert [cited["marker"] for cited in one["citations"]] == [str(n) for n in range(1, len(one["citations"]) + 1)]


def test_what_is_excluded_stays_away(guide_home: Path) -> None:
    # why: a pair that gets its old topic again stops asking
    first = json.loads(run_eyelevel("topics", "-n", "2", "--json", home=guide_home).stdout)
    had = [part for one in first for part in ("--exclude", one["id"])]
    again = json.loads(run_eyelevel("topics", *had, "-n", "5", "--json", home=guide_home).stdout)
    assert {one["id"] for one in first}.isdisjoint(one["id"] for one in again)


def test_without_a_guide_there_are_topics_without_sources(tmp_path: Path) -> None:
    # why: the catalogue ships with the program; only the citations wait for an ingest
    found = json.loads(run_eyelevel("topics", "-n", "1", "--json", home=tmp_path).stdout)
    assert len(found) == 1 and found[0]["citations"] == []


def test_a_wish_that_is_too_long_is_one_plain_line(tmp_path: Path) -> None:
    # why: bad input says what, which and how to fix it
    result = run_eyelevel("topics", "--about", "x" * 3000, home=tmp_path)
    assert result.returncode == 1 and result.stderr.count("\n") == 1 and "shorten it" in result.stderr
