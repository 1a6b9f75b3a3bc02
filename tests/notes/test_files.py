"""Notes from files, folders, standard input and uploads, and one plain line for whatever cannot be read."""

import io
import json
import os
import zipfile
from pathlib import Path

import pytest
from docx import Document

from assistant.errors import InputError
from assistant.notes.files import MAX_CHARACTERS, read_note, read_notes, read_upload
from assistant.notes.note import Note
from assistant.roles import Role

TALK = "Lina: Hello there.\nHenrik: Hi, how was it?\nLina: Good, thanks.\nHenrik: Next week then."
VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Lina>Hello.</v>\n\n00:03.000 --> 00:04.000\n<v Henrik>Hi.</v>\n"


def docx(*paragraphs: str, rows: tuple[tuple[str, ...], ...] = ()) -> bytes:
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if rows:
        table = document.add_table(len(rows), len(rows[0]))
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                table.cell(row, column).text = cell
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def turns(note: Note) -> list[tuple[str, str]]:
    assert note.transcript, note.text
    return [(turn.speaker, note.text[turn.start : turn.end]) for turn in note.transcript.turns]


def read_all(*paths: Path) -> tuple[list[Note], list[str]]:
    errors: list[InputError] = []
    return list(read_notes(paths, errors.append)), [str(error) for error in errors]


@pytest.mark.parametrize("name", ["a.txt", "a.MD"])
@pytest.mark.parametrize("text", ["  Two\r\n\r\nlines \t\xa0\n", TALK, TALK.replace("\n", "\r\n"), "\u200fé\rb"])
def test_text_is_kept_as_it_is(tmp_path: Path, name: str, text: str) -> None:
    # why: offsets of the findings count in the file that the person has
    path = tmp_path / name
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    note = read_note(path)
    assert note.text == text and note.id == path.as_posix() and not note.extracted
    assert read_upload(name, path.read_bytes()) == note.model_copy(update={"id": name})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252", "utf-8-sig"])
def test_encodings(encoding: str) -> None:
    # why: notes come from old editors too
    text = "Grüße – „wir“ sprachen über Löhne, Übergänge und das Büro."
    assert read_upload("a.txt", text.encode(encoding)).text == text


def test_subtitles_become_lines(tmp_path: Path) -> None:
    # why: nobody reads a note with the times of every cue in it
    note = read_upload("a.vtt", VTT.encode())
    assert note.text == "Lina: Hello.\nHenrik: Hi." and note.extracted
    assert turns(note) == [("Lina", "Hello."), ("Henrik", "Hi.")]
    srt = VTT.replace("WEBVTT\n", "").replace(".000", ",000")
    assert (
        read_upload("a.srt", srt.encode()).text.startswith("Lina: Hello.")
        and "-->" not in read_upload("a.srt", srt.encode()).text
    )


def test_word(tmp_path: Path) -> None:
    # why: Teams saves transcripts so, names and words parted by a line break; tables are minutes or transcripts
    note = read_upload(
        "a.docx", docx("Lina Berg   0:03\nHello there.", "Henrik Voss   0:09\nHi.", "Lina Berg   0:12\nGood.")
    )
    assert turns(note) == [("Lina Berg", "Hello there."), ("Henrik Voss", "Hi."), ("Lina Berg", "Good.")]
    assert note.extracted and note.transcript and note.transcript.form == "teams"
    assert [turn.began for turn in note.transcript.turns] == [3.0, 9.0, 12.0]
    table = docx("Session 3", rows=(("00:03", "Lina", "Hello."), ("00:09", "Henrik", "Hi."), ("00:12", "Lina", "So?")))
    assert turns(read_upload("b.docx", table)) == [("Lina", "Hello."), ("Henrik", "Hi."), ("Lina", "So?")]
    assert read_upload("c.docx", docx("One.", "Two.")).text == "One.\nTwo."


def test_lines_of_jsonl(tmp_path: Path) -> None:
    # why: a bad line must not cost the others, and has to be found again
    path = tmp_path / "a.jsonl"
    debrief = {"minutes_planned": 45, "minutes_held": 12}
    entries = [
        {"id": "one", "text": " A good hour.\r\n", "writer": "mentee"}, {"id": 2, "text": TALK, "writer": "both"},
        "{broken", {"id": "x"}, {"id": "x", "text": 3}, {"id": "x", "text": "y", "writer": "boss"}, [1],
        {"id": "x", "text": "y", "debrief": {"minutes_held": "many"}}, "", {"text": "no id"},
        {"id": "form", "text": "", "debrief": debrief},
    ]  # fmt: skip
    path.write_text("\n".join(entry if isinstance(entry, str) else json.dumps(entry) for entry in entries))
    notes, errors = read_all(path)
    assert [note.id for note in notes] == ["one", "2", f"{path.as_posix()}:10", "form"]
    assert notes[0].text == " A good hour.\r\n" and notes[0].writer is Role.MENTEE and notes[1].writer is None
    assert notes[1].transcript and notes[3].debrief and notes[3].debrief.minutes_held == 12
    assert [error.split(" of ")[0] for error in errors] == [f"Line {number}" for number in (3, 4, 5, 6, 7, 8)]
    assert all("\n" not in error for error in errors)


def test_jsonl_is_read_lazily(tmp_path: Path) -> None:
    # why: a year's notes of a programme need not fit into memory
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "1", "text": "one"}\n{bad\n')
    notes = read_notes([path])
    assert next(notes).id == "1"
    with pytest.raises(InputError, match="Line 2"):
        next(notes)


def test_one_line_of_jsonl_is_a_note(tmp_path: Path) -> None:
    # why: a browser's upload is one note
    assert read_upload("a.jsonl", b'{"id": "1", "text": "one"}\n').id == "1"
    with pytest.raises(InputError, match=r"'a.jsonl' is not a single note"):
        read_upload("a.jsonl", b'{"id": "1", "text": "one"}\n' * 2)


def test_folders(tmp_path: Path) -> None:
    # why: the order of a run must not depend on the file system, and stray files must not fail it
    for name in ("b.md", "a.txt", "sub/c.TXT", ".hidden.txt", ".git/e.md", "table.xlsx"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("words")
    (tmp_path / "link.txt").symlink_to(tmp_path / "a.txt")
    (tmp_path / "loop").symlink_to(tmp_path)
    notes, errors = read_all(tmp_path, tmp_path / "gone.txt")
    assert [Path(note.id).relative_to(tmp_path).as_posix() for note in notes] == ["a.txt", "b.md", "sub/c.TXT"]
    assert len(errors) == 1 and "gone.txt' is not there; check the path." in errors[0]


class Stream:
    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


@pytest.mark.parametrize(
    ("data", "ids"),
    [
        (TALK.encode(), ["-"]),
        (b'{"id": "1", "text": "one"}\n{"id": "2", "text": "two"}', ["1", "2"]),
        (b"{not json", ["-"]),
    ],
)
def test_standard_input(monkeypatch: pytest.MonkeyPatch, data: bytes, ids: list[str]) -> None:
    # why: a note can be piped in, and so can many
    monkeypatch.setattr("sys.stdin", Stream(data))
    assert [note.id for note in read_notes([Path("-")])] == ids


def bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("word/document.xml", b" " * 60_000_000)
    return stream.getvalue()


REFUSED: dict[str, tuple[str, bytes, str]] = {
    "empty": ("a.txt", b"", "is empty; give"),
    "blank": ("a.txt", b" \n\t", "is empty; give"),
    "binary": ("a.txt", b"\x89PNG\r\n\x00\x00", "is not text"),
    "damaged": ("a.txt", "äöü".encode() * 50 + b"\xff" + "äöü".encode() * 50, "is damaged"),
    "suffix": ("a.pdf", b"x", "is of a format that cannot be read; give one of txt"),
    "no suffix": ("notes", b"x", "is of a format"),
    "too long": ("a.md", b"word " * (MAX_CHARACTERS // 5 + 1), "is too long"),
    "too large": ("a.txt", b"a" * (4 * MAX_CHARACTERS + 10), "is too large"),
    "no cues": ("a.vtt", b"WEBVTT\n\nnothing", "has no cues"),
    "cues without words": ("a.srt", b"1\n00:01,0 --> 00:02,0\n\n2\n00:02,0 --> 00:03,0\n", "no cues"),
    "a cue of a sign": ("a.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\n<\n", "no cues with words"),
    "no docx": ("a.docx", b"words", "is damaged or no docx"),
    "empty docx": ("a.docx", docx(), "is empty"),
    "a zip": ("a.docx", b"PK\x05\x06" + b"\x00" * 18, "is damaged or no docx"),
    "old Word": ("a.docx", b"\xd0\xcf\x11\xe0 ", "is protected with a password"),
    "bomb": ("a.docx", bomb(), "unpacks to too much"),
    "empty jsonl": ("a.jsonl", b"\n", "is empty"),
    "deep jsonl": ("a.jsonl", b"[" * 100_000, "is not JSON"),
    "jsonl, old encoding": ("a.jsonl", '{"text": "ä"}'.encode("cp1252"), "is not UTF-8"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "data", "hint"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_read_is_told_in_one_plain_line(tmp_path: Path, name: str, data: bytes, hint: str) -> None:
    # why: the line is all that the person sees of it
    with pytest.raises(InputError) as raised:
        read_upload(name, data)
    line = str(raised.value)
    assert repr(name) in line and hint in line and "\n" not in line and line.endswith(".")
    path = tmp_path / name
    path.write_bytes(data)
    notes, errors = read_all(path)
    assert not notes and len(errors) == 1 and errors[0].replace(path.as_posix(), name) == line


def test_paths_that_are_no_files(tmp_path: Path) -> None:
    # why: a slip in a path is the commonest mistake of all
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "folder.txt").mkdir()
    for name, hint in {"pipe.txt": "no regular file", "folder.txt": "no regular file", "gone.md": "not there"}.items():
        with pytest.raises(InputError, match=hint):
            read_note(tmp_path / name)
    (tmp_path / "pipe.txt").unlink()
    assert "holds no notes" in read_all(tmp_path)[1][0]
    with pytest.raises(InputError):
        read_note(Path("a\x00b.txt"))
