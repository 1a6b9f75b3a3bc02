"""`eyelevel check` as the contract has it, run as people run it: in a process of its own."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from command import EYELEVEL, run_eyelevel
from docx import Document

LECTURE = (
    "We met for an hour on Tuesday. I had prepared 42 slides about how language models work and went through every "
    "one of them. Henrik listened, nodded and said nothing. I did not ask him anything, and he did not ask anything "
    "either. At the end he thanked me for the lecture."
)
GOOD = (
    "We met for an hour in the canteen, phones in the bag. Henrik told me about the night when the depot flooded, and "
    "I asked what he would do differently today. He asked me how new drivers see the rota, and I told him plainly."
)
TURNS = [
    ("Lina", "The key point is that a model has three stages, and you must remember all of them."),
    ("Henrik", "I see."),
    ("Lina", "First the records are cleaned, which means that you should always keep the raw data."),
    ("Henrik", "Very good, go on."),
]
KEYS = {"id", "findings", "transcript", "method", "degraded"}
FINDING_KEYS = {"mistake", "confidence", "evidence", "advice", "citations"}


def subtitles(*, srt: bool) -> str:
    """The talk as a file of cues, by speaker."""
    cues = []
    for number, (name, said) in enumerate(TURNS, start=1):
        times = f"00:00:{10 * number:02}.000 --> 00:00:{10 * number + 8:02}.000"
        if srt:
            cues.append(f"{number}\n{times.replace('.', ',')}\n{name}: {said}\n")
        else:
            cues.append(f"{times}\n<v {name}>{said}</v>\n")
    return ("" if srt else "WEBVTT\n\n") + "\n".join(cues)


def check(tmp_path: Path, *arguments: object, given: str | None = None) -> "subprocess.CompletedProcess[str]":
    """The command with `given` on standard input, and without its model: every report is degraded, and comes at once.

    The model's folder would lie below a file, where nobody can make one.
    """
    (tmp_path / "file").write_text("")
    variables = {"HOME": tmp_path / "home", "MODEL_DIR": tmp_path / "file" / "models", "CHAT_MODEL": "none"}
    return subprocess.run(
        [EYELEVEL, "check", *map(str, arguments)],
        input=given,
        capture_output=True,
        text=True,
        env={**os.environ, **{f"EYELEVEL_{name}": str(value) for name, value in variables.items()}},
        check=False,
        timeout=280,
    )


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


# With the model, once


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Notes of every format, and one that cannot be read."""
    made = tmp_path_factory.mktemp("notes")
    (made / "a.txt").write_bytes(f"\ufeff{LECTURE}".replace(". ", ".\r\n").encode())
    (made / "b.docx").write_bytes(b"no archive")
    document = Document()
    document.add_paragraph(f"🌸 {LECTURE}")
    document.save(str(made / "c.docx"))
    (made / "d.vtt").write_text(subtitles(srt=False), encoding="utf-8")
    (made / "e.srt").write_text(subtitles(srt=True), encoding="utf-8")
    rows = [{"id": "z", "text": GOOD}, {"id": "y", "text": f"{LECTURE} \ud83d", "writer": "mentor"}]
    (made / "f.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\nnot json\n", encoding="utf-8")
    (made / "sub").mkdir()
    (made / "sub" / "g.md").write_text(f"# Tuesday\n\n- {GOOD}\n", encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def result(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> "subprocess.CompletedProcess[str]":
    """What the command says of the whole folder, with the model that `make setup` prepares."""
    return run_eyelevel("check", str(folder), "--json", home=tmp_path_factory.mktemp("check-home"))


def test_a_line_a_note_in_order_with_the_keys_of_the_contract(
    result: "subprocess.CompletedProcess[str]", folder: Path
) -> None:
    # why: scripts read standard output line by line and match it to what they gave
    found = lines(result.stdout)
    assert result.returncode == 0, result.stderr
    names = ("a.txt", "c.docx", "d.vtt", "e.srt")
    assert [report["id"] for report in found] == [
        *(f"{folder}/{name}" for name in names),
        "z",
        "y",
        f"{folder}/sub/g.md",
    ]
    for report in found:
        assert set(report) >= KEYS and report["degraded"] is False
        assert all(set(finding) >= FINDING_KEYS for finding in report["findings"])
        assert all(0 <= finding["confidence"] <= 1 for finding in report["findings"])
        assert not report["findings"] or report["findings"][0]["evidence"]


def test_every_quote_stands_where_it_is_said_to(result: "subprocess.CompletedProcess[str]", folder: Path) -> None:
    # why: `text[start:end] == quote` is what everything that shows a report relies on, in code points
    rows = lines("\n".join((folder / "f.jsonl").read_text(encoding="utf-8").splitlines()[:2]))
    given = {row["id"]: row["text"] for row in rows} | {
        f"{folder}/a.txt": (folder / "a.txt").read_bytes().decode("utf-8-sig"),
        f"{folder}/sub/g.md": (folder / "sub" / "g.md").read_text(encoding="utf-8"),
    }
    quoted = set()
    for report in lines(result.stdout):
        text = report["text"] if "text" in report else given[report["id"]]
        for quote in (quote for finding in report["findings"] for quote in finding["evidence"]):
            assert text[quote["start"] : quote["end"]] == quote["quote"] != ""
            quoted.add(report["id"])
    assert quoted >= {f"{folder}/a.txt", f"{folder}/c.docx", "y"}, "a plain lecture is found in every format"


def test_the_text_comes_back_where_it_was_extracted(result: "subprocess.CompletedProcess[str]", folder: Path) -> None:
    # why: offsets into a docx or a file of cues mean nothing without it; of all others the caller has the text
    found = {report["id"]: report for report in lines(result.stdout)}
    assert {name for name, report in found.items() if "text" in report} == {
        f"{folder}/{name}" for name in ("c.docx", "d.vtt", "e.srt")
    }
    assert found[f"{folder}/c.docx"]["text"].startswith("🌸 We met")


def test_transcripts_have_speakers_and_measures_and_notes_have_none(
    result: "subprocess.CompletedProcess[str]", folder: Path
) -> None:
    # why: figures are for what was recorded
    found = {report["id"]: report for report in lines(result.stdout)}
    talks = [found.pop(f"{folder}/{name}") for name in ("d.vtt", "e.srt")]
    assert all(report["transcript"] is None for report in found.values())
    for report in talks:
        assert report["transcript"]["speakers"] == ["Lina", "Henrik"]
        shares = {one["speaker"]: one["talk_share"] for one in report["transcript"]["measures"]["speakers"]}
        assert report["transcript"]["measures"]["unit"] == "seconds" and shares == {"Lina": 0.5, "Henrik": 0.5}


def test_what_cannot_be_read_is_a_plain_line_each_and_the_rest_goes_on(
    result: "subprocess.CompletedProcess[str]", folder: Path
) -> None:
    # why: one bad file among a year of notes must neither stop the batch nor go unseen
    told = [line for line in result.stderr.splitlines() if line.endswith(".")]
    assert len(told) == 2, result.stderr
    assert f"{folder}/b.docx" in told[0] and "Line 3" in told[1] and f"{folder}/f.jsonl" in told[1]
    assert "Traceback" not in result.stderr


# Without it: how the command behaves


def test_without_the_model_every_report_says_so(tmp_path: Path) -> None:
    # why: a batch on a machine that was never set up must not look like a batch of clean notes
    result = check(tmp_path, "-", "--json", given=LECTURE)
    (report,) = lines(result.stdout)
    assert result.returncode == 0 and report["id"] == "-" and report["degraded"] and report["findings"] == []
    assert "EYELEVEL_MODEL_DIR" in report["method"]["not_looked_at"][0]
    assert report["method"]["classifier"] is None and report["method"]["probabilities"] == {}


def test_jsonl_on_standard_input(tmp_path: Path) -> None:
    # why: a pipe is how a script hands over a thousand notes; a debrief alone is a note too
    rows = [
        {"id": "b", "text": GOOD},
        {"text": GOOD},
        {"id": 7, "debrief": {"minutes_planned": 45, "minutes_held": 12}},
    ]
    result = check(tmp_path, "-", "--json", given="\n".join(map(json.dumps, rows)))
    found = lines(result.stdout)
    assert [report["id"] for report in found] == ["b", "-:2", "7"]
    assert [(one["mistake"], one["debrief"]) for one in found[2]["findings"]] == [("no_time", "Held 12 of 45 minutes")]
    assert not found[2]["degraded"], "of a debrief alone nothing was missed"


def test_for_people_it_is_words(tmp_path: Path) -> None:
    # why: whoever tries it in a terminal wants no JSON
    (tmp_path / "note.jsonl").write_text(json.dumps({"id": "x", "debrief": {"minutes_held": 12}}))
    result = check(tmp_path, tmp_path / "note.jsonl")
    assert (
        result.returncode == 0 and result.stdout.startswith("x\n1. ") and "Debrief: Held 12 minutes." in result.stdout
    )
    assert "Try next time: " in result.stdout and "- There is no note" in result.stdout


def test_speakers_names_are_taken_where_they_are_spoken(tmp_path: Path) -> None:
    # why: a name that is in one note and not in the next is told of the next, and the batch goes on
    (tmp_path / "a.txt").write_text(GOOD)
    (tmp_path / "b.vtt").write_text(subtitles(srt=False))
    result = check(tmp_path, tmp_path / "a.txt", tmp_path / "b.vtt", "--mentor", "lina", "--json")
    note, talk = lines(result.stdout)
    assert result.returncode == 0
    assert note == {"id": f"{tmp_path}/a.txt", "error": note["error"]} and "no transcript" in note["error"]
    assert (talk["transcript"]["mentor"], talk["transcript"]["mentee"]) == ("Lina", "Henrik")


FAILS: dict[str, tuple[tuple[str, ...], int, str]] = {
    "a file that is not there": (("missing.txt",), 1, "missing.txt"),
    "an unknown format": (("note.pdf",), 1, "note.pdf"),
    "an empty note": (("empty.txt",), 1, "empty.txt"),
    "an empty folder": (("nothing",), 1, "nothing"),
    "a broken line": (("broken.jsonl",), 1, "Line 1"),
    "a name that nobody has": (("note.txt", "--mentor", "Petra"), 1, "Petra"),
    "an unknown writer": (("note.txt", "--writer", "boss"), 2, "'boss'"),
    "a manager as writer": (("note.txt", "--writer", "manager"), 2, "'manager'"),
    "reports into a folder that is not there": (("note.txt", "--output", "no/reports.jsonl"), 1, "no/reports.jsonl"),
    "reports into a folder": (("note.txt", "--output", "nothing"), 1, "nothing"),
}


@pytest.mark.parametrize(("arguments", "status", "says"), FAILS.values(), ids=FAILS.keys())
def test_what_goes_wrong_is_one_plain_line(
    arguments: tuple[str, ...], status: int, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # why: what, which and how to mend it, and never a trace; scripts tell a wrong call from a failed one
    monkeypatch.chdir(tmp_path)
    (tmp_path / "note.txt").write_text(GOOD)
    (tmp_path / "empty.txt").write_text(" \n")
    (tmp_path / "note.pdf").write_text(GOOD)
    (tmp_path / "broken.jsonl").write_text("{")
    (tmp_path / "nothing").mkdir()
    result = check(tmp_path, *arguments)
    assert result.returncode == status, result.stderr
    assert says in result.stderr and len(result.stderr.strip().splitlines()) == 1 and result.stdout == ""


def test_without_a_path_it_is_a_wrong_call(tmp_path: Path) -> None:
    # why: a script with an empty list must not wait for standard input
    result = check(tmp_path)
    assert result.returncode == 2 and result.stdout == ""


# A batch that goes on where it was


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    """Five notes with words that take more than one byte a letter."""
    path = tmp_path / "batch.jsonl"
    rows = [{"id": f"n{number}", "debrief": {"minutes_held": 12}, "text": f"🌸 {GOOD}"} for number in range(5)]
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return path


CUT = {
    "in the middle": lambda line: line[: len(line) // 2],
    "after one byte": lambda line: line[:1],
    "within a letter": lambda line: line.replace(b"Held", "🌸".encode())[: line.index(b"Held") + 2],
    "before the line's end": lambda line: line,
}


@pytest.mark.parametrize("cut", CUT.values(), ids=CUT.keys())
def test_a_batch_that_was_stopped_goes_on(cut: Any, batch: Path, tmp_path: Path) -> None:
    # why: a thousand notes take an hour; what is done is done, and the line that was cut off is done again
    output = tmp_path / "reports.jsonl"
    done = [json.dumps({"id": f"n{number}", "old": True}) for number in (0, 1)]
    last = json.dumps({"id": "n2", "findings": [{"debrief": "Held 12 minutes"}]}, ensure_ascii=False).encode()
    output.write_bytes("".join(f"{line}\n" for line in done).encode() + cut(last))
    result = check(tmp_path, batch, "--output", output, "--json")
    assert result.returncode == 0 and result.stdout == "", result.stderr
    text = output.read_text(encoding="utf-8")
    assert text.splitlines()[:2] == done and text.endswith("}\n")
    assert [(report["id"], "old" in report) for report in lines(text)] == [(f"n{n}", n < 2) for n in range(5)]


def test_a_batch_that_is_done_is_passed_over(batch: Path, tmp_path: Path) -> None:
    # why: starting it twice costs nothing, changes nothing, and is no failure
    output = tmp_path / "reports.jsonl"
    assert check(tmp_path, batch, "--output", output).returncode == 0
    before = output.read_bytes()
    assert len(before.splitlines()) == 5
    result = check(tmp_path, batch, "--output", output)
    assert result.returncode == 0 and output.read_bytes() == before and result.stdout == ""


def test_reports_of_other_notes_make_no_failure_good(batch: Path, tmp_path: Path) -> None:
    # why: nothing of what was asked for was checked
    output = tmp_path / "reports.jsonl"
    output.write_text('{"id": "x"}\n')
    assert check(tmp_path, tmp_path / "missing.txt", "--output", output).returncode == 1


@pytest.mark.parametrize("content", ["Dear diary,\nhe came late.", "Dear diary", '{"id": "x"}\nmine\n', "[1]\n"])
def test_a_file_of_somebodys_own_is_left_alone(content: str, batch: Path, tmp_path: Path) -> None:
    # why: a slip of the pen names a note as the output; its last line was once cut away
    output = tmp_path / "diary.txt"
    output.write_text(content)
    result = check(tmp_path, batch, "--output", output)
    assert result.returncode == 1 and "diary.txt" in result.stderr and len(result.stderr.strip().splitlines()) == 1
    assert output.read_text() == content
