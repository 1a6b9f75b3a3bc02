"""`eyelevel check`: reads notes, checks them one by one, and prints a report for each.

A long batch shows its progress on standard error. With an output file every report is written as soon as it is
made, so that a batch that was stopped goes on where it was.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any, TextIO

from pydantic import BaseModel, ConfigDict
from tqdm import tqdm

from app.sending import personal_sending
from assistant.errors import InputError
from assistant.notes.checker import NoteChecker
from assistant.notes.files import read_notes
from assistant.notes.note import Note, NoteReport
from assistant.notes.parse import with_roles
from assistant.privacy.sending import Sending
from assistant.roles import Role
from assistant.settings import Settings

_BEGINNING = b'{"id": '
"""Of every report that `--output` writes."""


class Request(BaseModel):
    """What is to be checked, and where the reports go."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    paths: tuple[Path, ...]
    writer: Role | None = None
    mentor: str | None = None
    mentee: str | None = None
    output: Path | None = None


def check_paths(settings: Settings, request: Request, *, as_json: bool) -> bool:
    """Whether at least one note could be checked, or had been checked before; all else went wrong with a message."""
    done = _ids_in(request.output) if request.output else frozenset[str]()
    found = list(read_notes(request.paths, lambda error: print(error, file=sys.stderr)))
    notes = [note for note in found if note.id not in done]
    worked = len(notes) < len(found)
    checker = NoteChecker(settings)
    sending = personal_sending(settings) if settings.note_judge else None
    out = _open(request.output) if request.output else None
    try:
        for note in tqdm(notes, desc="checking", unit=" notes", file=sys.stderr, disable=len(notes) < 2 or None):
            worked = _check_one(checker, note, request, out, sending, as_json=as_json or out is not None) or worked
    finally:
        if out:
            out.close()
    return worked


def report_json(report: NoteReport, *, with_text: bool) -> dict[str, Any]:
    """The report by the contract; `text` is given where it was extracted from a file."""
    found: dict[str, Any] = {
        "id": report.id,
        "findings": [finding.model_dump(mode="json") for finding in report.findings],
        "transcript": None,
        "method": report.method.model_dump(mode="json"),
        "degraded": report.degraded,
        "language": report.language,
        "worth_keeping": [quote.model_dump(mode="json") for quote in report.worth_keeping],
    }
    if report.transcript and report.measures:
        found["transcript"] = {
            "speakers": list(report.transcript.speakers),
            "mentor": report.transcript.mentor,
            "mentee": report.transcript.mentee,
            "form": report.transcript.form,
            "measures": report.measures.model_dump(mode="json"),
        }
    return found | ({"text": report.text} if with_text else {})


def report_text(report: NoteReport) -> str:
    """The report for a terminal."""
    lines = [report.id or "note"]
    for number, finding in enumerate(report.findings, start=1):
        lines.append(f"{number}. {finding.question}  ({finding.confidence:.0%})")
        lines += [f"   “{' '.join(quote.quote.split())}”" for quote in finding.evidence]
        lines += [f"   Debrief: {finding.debrief}."] if finding.debrief else []
        lines.append(f"   Try next time: {finding.advice}")
        lines += [f"   [{citation.marker}] {citation.title} › {citation.heading}" for citation in finding.citations]
    if not report.findings:
        read = report.method.sentences
        lines.append(
            f"Nothing to raise: no evidence of a mistake in {read} sentences." if read else "Nothing was read."
        )
    lines += [f"- {remark}" for remark in report.method.not_looked_at]
    return "\n".join(lines) + "\n"


def _check_one(
    checker: NoteChecker, note: Note, request: Request, out: TextIO | None, sending: Sending | None, *, as_json: bool
) -> bool:
    """Whether the note could be checked; a problem of one note is told, and the batch goes on."""
    try:
        if request.writer and note.writer is None:
            note = note.model_copy(update={"writer": request.writer})
        report = checker.check(with_roles(note, request.mentor, request.mentee), sending)
    except InputError as error:
        print(error, file=sys.stderr)
        if as_json and out is None:
            print(_line({"id": note.id, "error": str(error)}), flush=True)
        return False
    shown = _line(report_json(report, with_text=note.extracted)) if as_json else report_text(report)
    if out:
        out.write(f"{shown}\n")
        out.flush()
    else:
        print(shown.encode("utf-8", "replace").decode(), flush=True)
    return True


def _line(found: dict[str, Any]) -> str:
    """One line of JSON; half of a surrogate pair, which no encoding takes, makes it all escapes."""
    line = json.dumps(found, ensure_ascii=False)
    return line if line == line.encode("utf-8", "replace").decode() else json.dumps(found)


def _open(path: Path) -> TextIO:
    try:
        return path.open("a", encoding="utf-8")
    except OSError as error:
        raise InputError(f"{str(path)!r} cannot be written ({error.strerror}); name another file.") from None


def _ids_in(path: Path) -> frozenset[str]:
    """Ids of the reports that a file holds already; a last line that was cut off is cut away."""
    if not path.exists():
        return frozenset()
    ids = []
    try:
        data = path.read_bytes()
        *whole, last = data.split(b"\n")
        ids = [json.loads(line)["id"] for line in whole if line.strip()]
        if not last.startswith(_BEGINNING[: len(last)]):
            raise ValueError  # somebody's own file, of which nothing may be cut away
        os.truncate(path, len(data) - len(last))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{str(path)!r} cannot be gone on with ({type(error).__name__}); name a new file for the reports."
        ) from None
    return frozenset(str(one) for one in ids)
