"""`eyelevel reflect` as the contract has it, on the shipped guide."""

import json
import os
import subprocess
from pathlib import Path

import docx
import pytest
from command import EYELEVEL, run_eyelevel

NOTE = (
    "Session 3 with Lina. She said that new people stop asking after three months. I said we tried a buddy system in "
    "2019. She went quiet. I'll sit in on an onboarding day by Friday."
)
QUICK = ("--quick", "--json", "--writer", "mentee")


def piped(text: str, home: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """The command with a note on standard input."""
    environment = {**os.environ, "EYELEVEL_HOME": str(home), "EYELEVEL_CHAT_MODEL": "none"}
    command = [EYELEVEL, "reflect", "-", "--writer", "mentee", *options]
    return subprocess.run(
        command, capture_output=True, text=True, env=environment, input=text, check=False, timeout=280
    )


def reflect(path: Path | str, home: Path, *options: str) -> dict[str, object]:
    result = run_eyelevel("reflect", str(path), *options, home=home)
    assert result.returncode == 0, result.stderr
    found: dict[str, object] = json.loads(result.stdout)
    return found


def test_the_keys_are_those_of_the_contract(guide_home: Path, tmp_path: Path) -> None:
    # why: scripts and acceptance checks read them
    path = tmp_path / "note.txt"
    path.write_text(NOTE, encoding="utf-8")
    found = reflect(path, guide_home, *QUICK, "--mentee-role", "CTO", "--about", "onboarding")
    assert {"before", "after", "commitments", "citations"} <= set(found)
    assert len(found["before"]) == 3 and all(isinstance(one, str) for one in found["before"])  # type: ignore[arg-type]
    assert set(found["after"]) == {"what", "so_what", "now_what"}  # type: ignore[call-overload]
    after: dict[str, list[str]] = found["after"]  # type: ignore[assignment]
    assert all(1 <= len(stage) <= 3 and all(one.endswith("?") for one in stage) for stage in after.values())
    assert "Sit in on an onboarding day, by" in found["commitments"][0]  # type: ignore[index]
    for prompt in found["prompts"]:  # type: ignore[attr-defined]
        assert all(NOTE[quote["start"] : quote["end"]] == quote["quote"] for quote in prompt["quotes"])
    cited = found["citations"]
    assert cited and all(one["text"] and one["document"].startswith("knowledge/guide/") for one in cited)  # type: ignore[attr-defined,union-attr,index]
    assert found["referral"] is None


@pytest.mark.parametrize("ending", ["md", "docx", "vtt", "srt"])
def test_every_format_is_read(tmp_path: Path, ending: str) -> None:
    # why: people have their notes in many programs
    path = tmp_path / f"note.{ending}"
    if ending == "docx":
        document = docx.Document()
        document.add_paragraph(NOTE)
        document.save(str(path))
    elif ending == "md":
        path.write_text(f"# Session\n\n- {NOTE}", encoding="utf-8")
    else:
        mark = "," if ending == "srt" else "."
        head = "WEBVTT\n\n" if ending == "vtt" else "1\n"
        lines = f"00:00:01{mark}000 --> 00:00:05{mark}000\nLina: New people stop asking after three months.\n\n"
        lines += (
            "2\n" if ending == "srt" else ""
        ) + f"00:00:06{mark}000 --> 00:00:09{mark}000\nHenrik: Nobody told me.\n"
        path.write_text(head + lines, encoding="utf-8")
    found = reflect(path, tmp_path, *QUICK)
    assert "after three months" in json.dumps(found["after"])


def test_standard_input_and_words_for_a_person(tmp_path: Path) -> None:
    # why: a pipe is the quickest way, and a person reads no JSON
    result = piped(NOTE, tmp_path, "--quick")
    assert result.returncode == 0
    assert "What?" in result.stdout and "You could take on" in result.stdout and "Lina" in result.stdout


def test_the_mentors_note_is_turned_to_the_reader(tmp_path: Path) -> None:
    # why: the mentor's "he" is who reads it
    path = tmp_path / "note.txt"
    path.write_text("He waved it away and took a call. I had brought the survey of the night shift.", encoding="utf-8")
    found = reflect(path, tmp_path, "--quick", "--json", "--writer", "mentor")
    assert "you “waved it away and took a call”" in json.dumps(found["after"], ensure_ascii=False)


def test_a_disclosure_gets_contacts_and_no_question(tmp_path: Path) -> None:
    # why: harm is not coached around
    found = json.loads(piped("He put his hand on my thigh and would not stop.", tmp_path, "--quick", "--json").stdout)
    assert found["after"] == {"what": [], "so_what": [], "now_what": []} and found["before"] == []
    assert found["referral"]["contacts"]


@pytest.mark.parametrize(
    ("text", "options", "status", "said"),
    [
        ("", ("--quick",), 1, "."),
        (NOTE, ("--writer", "boss"), 2, "mentor or a mentee"),
        (None, ("--quick",), 1, "note.txt"),
    ],
)
def test_what_cannot_be_done_is_one_plain_line(
    tmp_path: Path, text: str | None, options: tuple[str, ...], status: int, said: str
) -> None:
    # why: bad input says what, which and how to fix it, and never what a person wrote
    path = tmp_path / "note.txt"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    result = run_eyelevel("reflect", str(path), *options, home=tmp_path)
    assert result.returncode == status and said in result.stderr and result.stderr.count("\n") == 1
    assert "Lina" not in result.stderr
