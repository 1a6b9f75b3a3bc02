"""`eyelevel programme`: a plan of a whole programme, for scripts and for people."""

import json
from pathlib import Path

from command import run_eyelevel

GOAL = "Our heads of nursing know why trainees leave"


def test_a_plan_has_its_parts_its_numbers_and_its_sources(guide_home: Path) -> None:
    # why: scripts read these keys, and a part without its source cannot be checked
    result = run_eyelevel(
        "programme", "--goal", GOAL, "--leader-role", "head of nursing", "--pairs", "9", "--months", "4",
        "--minutes", "60", "--start", "2027-03-01", "--json", home=guide_home,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    plan = json.loads(result.stdout)
    assert {"goal", "outcomes", "sessions", "first_session", "briefings", "check_ins", "matching", "pitch",
            "evaluation", "risks", "manager", "calendar", "citations", "supports", "remarks"} <= set(plan)  # fmt: skip
    assert sum(item["minutes"] for item in plan["first_session"]["items"]) == 60
    assert plan["sessions"][0]["on"] == "2027-03-01"
    markers = {one["marker"] for one in plan["citations"]}
    assert markers == {str(at) for at in range(1, len(markers) + 1)}
    assert all(one["markers"] and set(one["markers"]) <= markers for one in plan["supports"])
    assert sum(bool(one["quotes"]) for one in plan["citations"]) >= 8


def test_the_document_has_every_part(guide_home: Path) -> None:
    # why: this is what goes to the sponsor
    result = run_eyelevel("programme", "--goal", GOAL, "--markdown", home=guide_home)
    headings = [line for line in result.stdout.splitlines() if line.startswith("## ")]
    assert result.returncode == 0 and len(headings) == 11 and "## Evaluation on four levels" in headings


def test_what_cannot_be_planned_is_one_plain_line(tmp_path: Path) -> None:
    # why: bad input says what, which and how to fix it
    for goal, said in (("asdf qwer", "What should be different"), ("rank our leaders", "ranks and rates nobody")):
        result = run_eyelevel("programme", "--goal", goal, home=tmp_path)
        assert result.returncode == 1 and result.stderr.count("\n") == 1 and said in result.stderr
    wrong = run_eyelevel("programme", "--goal", GOAL, "--minutes", "40", home=tmp_path)
    assert wrong.returncode == 2 and "30, 45 or 60" in wrong.stderr
    day = run_eyelevel("programme", "--goal", GOAL, "--start", "soon", home=tmp_path)
    assert day.returncode == 1 and "2027-03-01" in day.stderr


def test_harm_is_answered_with_contacts(tmp_path: Path) -> None:
    # why: no job coaches around harm
    goal = "My boss touched me and threatens to fire me if I tell anybody"
    result = run_eyelevel("programme", "--goal", goal, "--json", home=tmp_path)
    assert result.returncode == 0 and json.loads(result.stdout)["referral"]["contacts"]
