"""`eyelevel feedback` as the contract has it, on the shipped guide."""

import json
import os
import subprocess
from pathlib import Path

from command import EYELEVEL, run_eyelevel

KEYS = {"assessment", "issues", "draft", "alternatives", "belief", "ask_first", "referral", "citations"}
TEXT = (
    "In Thursday's planning meeting you always cut people off. When Amira and I started on the test results, you "
    "finished our sentences. I stopped offering numbers after that. Could you let us finish?"
)


def coached(home: Path, *arguments: str) -> dict[str, object]:
    result = run_eyelevel("feedback", *arguments, "--quick", "--json", home=home)
    assert result.returncode == 0, result.stderr
    found: dict[str, object] = json.loads(result.stdout)
    assert set(found) >= KEYS
    return found


def test_the_contracts_keys_are_there_with_quotes_and_sources(guide_home: Path) -> None:
    # why: scripts read these keys, and advice without its source cannot be checked
    found = coached(guide_home, TEXT)
    assessment, issues = found["assessment"], found["issues"]
    assert isinstance(assessment, dict) and isinstance(issues, list)
    assert set(assessment) == {"situation", "behaviour", "impact", "request"}
    assert all(part["present"] == bool(part["quote"]) and part["quote"] in TEXT for part in assessment.values())
    assert {"kind", "quote", "why"} <= set(issues[0]) and all(issue["quote"] in TEXT for issue in issues)
    assert all(isinstance(one, str) for one in found["alternatives"]) and len(found["alternatives"]) == 2  # type: ignore[arg-type, attr-defined]
    assert found["draft"] and found["citations"] and found["referral"] is None


def test_with_a_referral_nothing_else_is_coached(guide_home: Path) -> None:
    # why: harm is not coached around
    found = coached(guide_home, "He sexually harassed me in our session and I don't know how to tell him.")
    assert isinstance(found["referral"], dict) and found["referral"]["contacts"]
    assert not found["draft"] and not found["issues"] and not found["citations"] and found["ask_first"] is None


def test_a_belief_can_be_chosen_and_an_unknown_one_is_one_plain_line(guide_home: Path) -> None:
    # why: bad input says what, which and how to fix it
    belief = coached(guide_home, TEXT, "--belief", "career")["belief"]
    assert isinstance(belief, dict) and belief["id"] == "career" and belief["question"].endswith("?")
    result = run_eyelevel("feedback", TEXT, "--belief", "luck", "--quick", home=guide_home)
    assert result.returncode == 1 and result.stderr.count("\n") == 1 and "'luck'" in result.stderr


def test_an_empty_text_is_one_plain_line(tmp_path: Path) -> None:
    # why: a script that passes nothing shall notice
    result = run_eyelevel("feedback", " ", "--quick", home=tmp_path)
    assert result.returncode == 1 and result.stderr.count("\n") == 1 and "no text" in result.stderr


def test_a_person_can_read_it(guide_home: Path) -> None:
    # why: the command is used by people too
    result = run_eyelevel("feedback", TEXT, "--senior", "Henrik", "--quick", home=guide_home)
    assert (
        result.returncode == 0 and "It could be said like this:" in result.stdout and "Henrik, may I" in result.stdout
    )


def test_a_text_comes_from_standard_input_as_well(tmp_path: Path) -> None:
    # why: a long mail is piped, not typed
    environment = {**os.environ, "EYELEVEL_HOME": str(tmp_path), "EYELEVEL_CHAT_MODEL": "none"}
    result = subprocess.run(
        [EYELEVEL, "feedback", "-", "--quick", "--json"], input=TEXT, capture_output=True, text=True, env=environment,
        check=False, timeout=280,
    )  # fmt: skip
    assert result.returncode == 0 and "finished our sentences" in json.loads(result.stdout)["draft"]
