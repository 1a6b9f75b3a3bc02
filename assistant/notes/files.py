"""Session notes and transcripts from files, folders, standard input and uploads.

Reads bytes and hands texts to `parse`; a Word file's text comes from `word`. Text files are kept exactly as they
are, so that offsets into them hold; only a byte order mark goes. Every problem is an InputError of one plain line.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import BinaryIO, NoReturn

from pydantic import ValidationError

from assistant.decode import decode, read_lines
from assistant.errors import InputError, LoadError
from assistant.notes.note import MAX_CHARACTERS, Debrief, Note
from assistant.notes.parse import parse_note, parse_subtitles
from assistant.notes.word import word_text
from assistant.roles import Role

FORMATS = "txt, md, docx, vtt, srt, jsonl"
"""The formats as messages name them."""
SUFFIXES = (".txt", ".md", ".docx", ".vtt", ".srt", ".jsonl")
"""File name endings that can be read, lower case, with the dot."""
STANDARD_INPUT = Path("-")

_MAX_BYTES = 4 * MAX_CHARACTERS + 4
"""No text within the limit is longer in UTF-8, UTF-16 or UTF-32."""
_MAX_DOCX_BYTES = 50 * 1024 * 1024
_MAX_LINE_BYTES = 6 * MAX_CHARACTERS + 100_000
"""A line of jsonl may write each character as an escape."""
_SUBTITLES = (".vtt", ".srt")
_LINES = ".jsonl"
_ROLES = {"mentor": Role.MENTOR, "mentee": Role.MENTEE, "both": None, "": None}

Report = Callable[[InputError], None]


def read_note(path: Path) -> Note:
    """The note in one file; its id is the path as given. Raises InputError with one plain line.

    A jsonl file is one note only if it has one line; `read_notes` reads all of its lines.
    """
    source = path.as_posix()
    suffix = _known_suffix(path.name, source)
    return _only(_jsonl(path, source), source) if suffix == _LINES else _note(source, suffix, _read_bytes(path, suffix))


def read_upload(name: str, data: bytes) -> Note:
    """The note in an uploaded file, as `read_note` reads one of that name; its id is the name."""
    suffix = _known_suffix(name, name)
    if suffix == _LINES:
        return _only(_entries(data.splitlines(keepends=True), name), name)
    _verify_size(len(data), name, suffix)
    return _note(name, suffix, data)


def read_notes(paths: Sequence[Path], on_error: Report | None = None) -> Iterator[Note]:
    """The notes in files, folders (with all below them, by name) and `-`, the standard input; jsonl line by line.

    In folders, hidden entries, links and other formats are passed over. What cannot be read is handed to `on_error`
    and the rest goes on; without `on_error` it raises InputError.
    """
    report = on_error or _raise
    for path in paths:
        if path == STANDARD_INPUT:
            found: Iterable[Note | InputError] = _stream(sys.stdin.buffer, "-")
        elif path.is_dir():
            found = _folder(path)
        else:
            found = _file(path)
        for note in found:
            if isinstance(note, InputError):
                report(note)
            else:
                yield note


def _file(path: Path) -> Iterator[Note | InputError]:
    """The notes of one file; what cannot be read is yielded as an error."""
    try:
        if path.suffix.lower() == _LINES:
            yield from _jsonl(path, path.as_posix())
        else:
            yield read_note(path)
    except InputError as error:
        yield error


def _folder(folder: Path) -> Iterator[Note | InputError]:
    name = folder.as_posix()
    try:
        files = sorted(_files_below(folder))
    except OSError as error:
        yield InputError(f"The folder {name!r} cannot be listed ({error.strerror}); check its rights.")
        return
    if not files:
        yield InputError(f"The folder {name!r} holds no notes; put files of the formats {FORMATS} into it.")
    for file in files:
        yield from _file(file)


def _files_below(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.name.startswith(".") or entry.is_symlink():
            continue
        if entry.is_dir():
            yield from _files_below(entry)
        elif entry.suffix.lower() in SUFFIXES and entry.is_file():
            yield entry


def _stream(stream: BinaryIO, source: str) -> Iterator[Note | InputError]:
    """Standard input: jsonl where its first line is such an entry, else one text."""
    first = stream.readline(_MAX_LINE_BYTES + 1)
    if _is_entry(first):
        yield from _entries(chain([first], read_lines(stream, _MAX_LINE_BYTES)), source)
        return
    try:
        data = first + stream.read(max(0, _MAX_BYTES + 1 - len(first)))
        _verify_size(len(data), source, ".txt")
        yield _note(source, ".txt", data)
    except InputError as error:
        yield error


def _is_entry(line: bytes) -> bool:
    try:
        entry = json.loads(line.decode("utf-8-sig")) if line.lstrip(b"\xef\xbb\xbf \t").startswith(b"{") else None
    except (ValueError, RecursionError):
        return False
    return isinstance(entry, dict) and ("text" in entry or "debrief" in entry)


def _known_suffix(name: str, source: str) -> str:
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(f"{source!r} is of a format that cannot be read; give one of {FORMATS}.")
    return suffix


def _verify_size(size: int, source: str, suffix: str) -> None:
    limit = _MAX_DOCX_BYTES if suffix == ".docx" else _MAX_BYTES
    if size > limit:
        raise InputError(
            f"{source!r} is too large ({size / 1e6:,.0f} MB, the limit is {limit / 1e6:,.0f} MB); split it by session."
        )


def _read_bytes(path: Path, suffix: str) -> bytes:
    """The bytes of a regular file of bearable size."""
    source = path.as_posix()
    with _open(path) as stream:
        _verify_size(path.stat().st_size, source, suffix)
        return stream.read()


def _open(path: Path) -> BinaryIO:
    source = path.as_posix()
    try:
        if not path.exists():
            raise InputError(f"{source!r} is not there; check the path.")
        if not path.is_file():
            raise InputError(f"{source!r} is no regular file; give a file or a folder of files.")
        return path.open("rb")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such name"
        raise InputError(f"{source!r} cannot be read ({reason}); check the path and its rights.") from error


def _note(source: str, suffix: str, data: bytes) -> Note:
    text = word_text(data, source) if suffix == ".docx" else _decoded(data, source)
    _verify_text(text, repr(source))
    if suffix not in _SUBTITLES:
        return parse_note(text, id=source, extracted=suffix == ".docx")
    note = parse_subtitles(text, id=source)
    if note is None or not any(map(str.isalnum, note.text)):
        raise InputError(f"{source!r} has no cues with words; export it again as {suffix[1:]}, or name it .txt.")
    return note


def _decoded(data: bytes, source: str) -> str:
    try:
        return decode(data, source)
    except LoadError as error:
        raise InputError(str(error)) from error


def _verify_text(text: str, place: str) -> None:
    """Raises InputError where the text at a place says nothing, or too much."""
    if not any(map(str.isalnum, text)):
        raise InputError(f"{place} is empty; give a note with words in it.")
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            f"{place} is too long ({len(text):,} characters, the limit is {MAX_CHARACTERS:,}); split it by session."
        )


def _only(entries: Iterable[Note | InputError], source: str) -> Note:
    """The one note of a jsonl file."""
    notes = iter(entries)
    first = next(notes, None)
    if isinstance(first, InputError):
        raise first
    if first is None or next(notes, None) is not None:
        raise InputError(f"{source!r} is not a single note; give jsonl with one line, or each note as a file.")
    return first


def _jsonl(path: Path, source: str) -> Iterator[Note | InputError]:
    with _open(path) as stream:
        yield from _entries(read_lines(stream, _MAX_LINE_BYTES), source)


def _entries(lines: Iterable[bytes], source: str) -> Iterator[Note | InputError]:
    """A note or an error for each line that is not blank."""
    empty = True
    for number, line in enumerate(lines, 1):
        if line.strip():
            empty = False
            try:
                yield _entry(line, number, source)
            except InputError as error:
                yield error
    if empty:
        yield InputError(f"{source!r} is empty; give a note with words in it.")


def _entry(line: bytes, number: int, source: str) -> Note:
    place = f"Line {number:,} of {source!r}"
    if len(line) > _MAX_LINE_BYTES:
        raise InputError(f"{place} is too long (the limit is {MAX_CHARACTERS:,} characters); split it by session.")
    try:
        entry = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError(f"{place} is not UTF-8; save the file as UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place} is not JSON; each line is one object with `id` and `text`.") from error
    if not isinstance(entry, dict) or not isinstance(entry.get("text", "" if "debrief" in entry else None), str):
        raise InputError(f"{place} has no `text`; each line is one object with `id` and `text`.")
    debrief, text = _debrief(entry.get("debrief"), place), entry.get("text", "")
    if text or debrief is None or debrief.is_empty:
        _verify_text(text, place)
    return parse_note(text, id=_id(entry.get("id"), number, source), writer=_writer(entry, place), debrief=debrief)


def _id(given: object, number: int, source: str) -> str:
    known = isinstance(given, str | int) and not isinstance(given, bool) and str(given).strip()
    return str(given) if known else f"{source}:{number}"


def _writer(entry: dict[str, object], place: str) -> Role | None:
    given = entry.get("writer") or ""
    if not isinstance(given, str) or given.strip().lower() not in _ROLES:
        raise InputError(f"{place} has the writer {given!r}; give mentor or mentee, or leave it out.")
    return _ROLES[given.strip().lower()]


def _debrief(given: object, place: str) -> Debrief | None:
    if given is None:
        return None
    try:
        return Debrief.model_validate(given)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        key = ".".join(map(str, problem["loc"]))
        raise InputError(f"{place} has `debrief` wrong ({key or 'all of it'}: {problem['msg']}); mend it.") from error


def _raise(error: InputError) -> NoReturn:
    raise error
