"""`eyelevel plan` as the contract has it, on the shipped guide."""

import json
from pathlib import Path

from command import run_eyelevel

CONTRACT = {"purpose", "blocks", "ask_the_senior", "non_technical", "commitment", "topics", "citations"}


def test_a_plan_has_the_contracts_keys_and_adds_up(guide_home: Path, tmp_path: Path) -> None:
    # why: scripts read these keys
    history = tmp_path / "history.json"
    commitments = [{"who": "mentee", "text": "sit in on an onboarding day", "state": "not kept"}]
    history.write_text(json.dumps({"commitments": commitments, "findings": ["one_way_lecturing"]}), encoding="utf-8")
    result = run_eyelevel(
        *("plan", "--mentee-role", "CTO", "--about", "the first day of new developers", "--minutes", "50"),
        *("--history", str(history), "--quick", "--json"),
        home=guide_home,
    )
    plan = json.loads(result.stdout)
    assert result.returncode == 0 and set(plan) >= CONTRACT
    assert sum(block["minutes"] for block in plan["blocks"]) == 50
    for block in plan["blocks"]:
        assert {"minutes", "title", "what", "questions"} <= set(block) and block["questions"]
    assert "sit in on an onboarding day" in plan["blocks"][0]["what"]
    assert {"id", "title", "why"} <= set(plan["topics"][0]) and plan["topics"][0]["planned"]
    assert [cited["marker"] for cited in plan["citations"]] == [str(n) for n in range(1, len(plan["citations"]) + 1)]
    assert all(cited["text"] for cited in plan["citations"]) and plan["referral"] is None


def test_a_disclosure_gets_contacts_and_no_plan(tmp_path: Path) -> None:
    # why: harm is not coached around, and this is no failure of the command
    said = "My mentee touched my thigh in our last session"
    result = run_eyelevel("plan", "--mentee-role", "CFO", "--about", said, "--json", home=tmp_path)
    plan = json.loads(result.stdout)
    assert result.returncode == 0 and plan["referral"]["kind"] == "harassment" and plan["referral"]["contacts"]
    assert plan["blocks"] == plan["topics"] == plan["citations"] == [] and plan["purpose"] == ""
    assert set(plan) >= CONTRACT


def test_a_first_session_and_a_document(tmp_path: Path) -> None:
    # why: what is printed is taken along to the session
    result = run_eyelevel("plan", "--first", "--mentee-role", "mayor", "--markdown", "--quick", home=tmp_path)
    assert (
        result.returncode == 0
        and result.stdout.startswith("# Session plan")
        and "What stays between you" in result.stdout
    )


def test_bad_requests_are_one_plain_line(tmp_path: Path) -> None:
    # why: what, which and how to fix it
    for arguments, status in (
        (("--history", str(tmp_path / "none.json")), 1),
        (("--topic", "no-such-topic"), 1),
        (("--first", "--format", "group"), 2),
    ):
        result = run_eyelevel("plan", "--quick", *arguments, home=tmp_path)
        assert result.returncode == status and result.stderr.count("\n") == 1, result.stderr
    assert run_eyelevel("plan", "--minutes", "5", home=tmp_path).returncode == 2
