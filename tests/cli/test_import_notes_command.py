"""`eyelevel import-notes`: every bad line is told and the rest goes on; stopped or repeated, nothing is doubled."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from command import EYELEVEL, run_eyelevel

GOOD = {"pair": "p1", "author_role": "mentor", "date": "2026-01-05", "text": "We spoke about onboarding, both of us."}


def rows(count: int) -> list[dict[str, Any]]:
    return [GOOD | {"pair": f"p{at % 20}", "text": f"We had ten minutes, for the {at}th time."} for at in range(count)]


def write(path: Path, *lines: "dict[str, Any] | str | bytes") -> Path:
    def line(one: "dict[str, Any] | str | bytes") -> bytes:
        return one if isinstance(one, bytes) else (one if isinstance(one, str) else json.dumps(one)).encode()

    path.write_bytes(b"\n".join(map(line, lines)) + b"\n")
    return path


def load(home: Path, file: Path, *options: str) -> dict[str, Any]:
    result = run_eyelevel("import-notes", str(file), "--json", *options, home=home)
    assert result.returncode == 0, result.stderr
    assert "you confirm that the authors of these notes agreed" in result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_each_bad_line_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    # why: one broken row in ten thousand must cost one note and say which
    file = write(
        tmp_path / "n.jsonl",
        GOOD,
        "{broken",
        b"\xff\xfe{}",
        GOOD | {"author_role": "boss"},
        GOOD | {"date": "soon"},
        "",
        GOOD | {"date": "2199-01-01"},
        GOOD | {"text": "  "},
        {"author_role": "mentor", "date": "2026-01-05", "text": "x"},
        GOOD | {"debrief": {"minutes_held": "many"}},
        GOOD | {"debrief": "good"},
        GOOD | {"pair": 7, "debrief": {"minutes_planned": 45, "mood": "fine"}, "mentor_team": "north"},
        GOOD | {"pair": "p2", "author_role": "Mentee", "date": "2026-01-05T09:00:00Z", "text": "half \ud83d a sign"},
    )
    result = run_eyelevel("import-notes", str(file), "--json", home=tmp_path)
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout)
    assert (found["imported"], found["skipped"], found["pairs"]) == (3, 0, 3)
    assert [one["line"] for one in found["failed"]] == [2, 3, 4, 5, 7, 8, 9, 10, 11]
    words = ("JSON", "UTF-8", "boss", "soon", "future", "text", "pair", "minutes_held", "debrief")
    for one, said in zip(found["failed"], words, strict=True):
        assert said in one["error"] and one["error"] in result.stderr and "\n" not in one["error"]
        assert one["error"].startswith(f"Line {one['line']}")


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    # why: whoever is not sure whether it worked runs it once more
    file = write(tmp_path / "n.jsonl", *rows(24))
    first, second = load(tmp_path, file), load(tmp_path, file)
    assert (first["imported"], first["skipped"], first["coded"], first["pairs"]) == (24, 0, 24, 20)
    assert (second["imported"], second["skipped"], second["coded"], second["pairs"]) == (0, 24, 0, 0)
    longer = write(tmp_path / "n.jsonl", *rows(26))
    third = load(tmp_path, longer)
    assert (third["imported"], third["skipped"], third["coded"]) == (2, 24, 2)


def test_a_run_that_was_killed_goes_on(tmp_path: Path) -> None:
    # why: a hundred thousand notes take minutes, and machines are switched off
    file = write(tmp_path / "n.jsonl", *rows(3000))
    environment = {**os.environ, "EYELEVEL_HOME": str(tmp_path), "EYELEVEL_CHAT_MODEL": "none"}
    running = subprocess.Popen(
        [EYELEVEL, "import-notes", str(file), "--json"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    until = time.monotonic() + 60
    while not (tmp_path / "eyelevel.db").exists() and running.poll() is None and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(1.5)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    done = load(tmp_path, file)
    assert done["imported"] + done["skipped"] == 3000 and done["failed"] == []
    again = load(tmp_path, file)
    assert (again["imported"], again["skipped"], again["coded"]) == (0, 3000, 0)


def test_a_note_that_discloses_harm_counts_for_nothing_and_is_not_counted(tmp_path: Path) -> None:
    # why: a disclosure is nobody's theme, and the number of them would tell on somebody
    harm = "He put his hand on my knee and said my contract depends on it. I do not know whom to tell."
    bad = write(tmp_path / "n.jsonl", *(GOOD | {"pair": f"h{at}", "text": f"{harm} {at}"} for at in range(8)))
    found = load(tmp_path, bad)
    assert (found["imported"], found["coded"]) == (8, 8)
    assert not any("disclos" in key or "harm" in key for key in found)
    result = run_eyelevel("themes", "--json", home=tmp_path)
    assert json.loads(result.stdout)["next_release_needs"] == 5


def test_small_files_are_warned_that_they_can_show_nothing(tmp_path: Path) -> None:
    # why: five pairs can close a cycle and will read that all is held back
    file = write(tmp_path / "n.jsonl", *(GOOD | {"pair": f"p{at}", "text": f"Note {at}"} for at in range(6)))
    result = run_eyelevel("import-notes", str(file), home=tmp_path)
    assert result.returncode == 0 and "fewer than seven pairs" in result.stderr and "6 notes imported" in result.stdout


def test_a_programme_is_found_by_title_or_id(tmp_path: Path) -> None:
    # why: the second file of a programme belongs to the same one
    file = write(tmp_path / "n.jsonl", GOOD)
    first = load(tmp_path, file, "--programme", "Spring")
    assert load(tmp_path, file, "--programme", first["programme"])["skipped"] == 1
    assert load(tmp_path, file, "--programme", "Spring")["skipped"] == 1
    assert load(tmp_path, file)["imported"] == 1, "another programme, another import"


def test_what_holds_no_note_is_one_plain_line(tmp_path: Path) -> None:
    # why: a wrong file name or a wrong format must not look like success
    empty = write(tmp_path / "empty.jsonl", "")
    table = write(tmp_path / "table.csv", "pair,text", "a,b")
    for file, said in ((tmp_path / "none.jsonl", "cannot be read"), (empty, "no note"), (table, "JSON object")):
        result = run_eyelevel("import-notes", str(file), "--json", home=tmp_path)
        assert result.returncode == 1 and result.stdout == "" and said in result.stderr.splitlines()[-1]


def test_no_text_of_a_note_is_printed_or_left_in_the_open(tmp_path: Path) -> None:
    # why: what was imported is sealed, and standard error ends up in logs
    file = write(tmp_path / "in.jsonl", GOOD | {"text": "Zwetajewa talked."}, GOOD | {"text": "Zwetajewa", "date": "x"})
    result = run_eyelevel("import-notes", str(file), home=tmp_path)
    assert "Zwetajewa" not in result.stdout + result.stderr
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and path != file]
    assert kept and all(b"Zwetajewa" not in path.read_bytes() for path in kept)
