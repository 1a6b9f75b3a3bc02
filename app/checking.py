"""A note on its way through the check, and what one browser session has on the page for it.

Called by the page `check` and its parts. A `Sheet` lives in the session alone, one for each part a person plays: the
draft, the note as checked, its report and what the person said to each finding. It must never be put where another
session could reach it, and no text of it goes to a log. The store sees a note only when the person saves it.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import uuid4

import streamlit as st

from app import hosting, state
from assistant.errors import EyelevelError
from assistant.events import log
from assistant.notes.mistake import Mistake
from assistant.notes.note import Debrief, Finding, Note, NoteReport, Transcript
from assistant.roles import Role

NOTHING_YET = "There is nothing to check yet: paste a note, choose a file, or fill in the debrief."
BROKE_OFF = "The check broke off. Try it again; `eyelevel doctor` tells what is wrong."


class Run:
    """One check in a thread of its own, so that a page can be left and come back to while it is made."""

    def __init__(self, work: Callable[[], NoteReport]) -> None:
        self.report: NoteReport | None = None
        self.trouble = ""
        """One plain line where there is no report."""
        self._work = work
        self._thread = threading.Thread(target=self._do, name="checking", daemon=True)
        self._thread.start()

    def _do(self) -> None:
        try:
            self.report = self._work()
        except EyelevelError as error:
            self.trouble = str(error)
        except Exception as error:  # whatever it is, the page must not wait for ever
            log("check_failed", error=type(error).__name__)
            self.trouble = BROKE_OFF

    def is_over(self, seconds: float) -> bool:
        """Whether it is over, after at most this long."""
        self._thread.join(seconds)
        return not self._thread.is_alive()


class Replaced(NamedTuple):
    """A text before its names were replaced, and after."""

    before: str
    after: str


@dataclass
class Sheet:
    """Everything about one note that this browser session holds."""

    id: str = field(default_factory=lambda: uuid4().hex[:12])
    """Names the widgets, so that an emptied page begins with empty ones."""
    text: str = ""
    """What is typed or pasted."""
    file: Note | None = None
    """A transcript read from a file, in place of a text."""
    file_name: str = ""
    files: int = 0
    """How many files were read; names the widgets, so that what a file brought shows in them."""
    debrief: Debrief = field(default_factory=Debrief)
    note: Note | None = None
    """The note as it was checked last."""
    report: NoteReport | None = None
    verdicts: dict[Mistake, bool] = field(default_factory=dict)
    """What the person said: True for "Yes, that", False for "Not so"."""
    felt: bool | None = None
    """Whether "nothing to raise" matches how it felt; kept nowhere else."""
    adding: bool = False
    """Whether the debrief is being added to a note that was checked without."""
    minutes: int = 45
    """Length of the next session, as chosen."""
    replaced: Replaced | None = None
    """Set once names were replaced, so that it can be undone."""
    saved: str | None = None
    """Id in the store, where the person saved it."""
    trouble: str = ""
    running: Run | None = None

    def numbered(self) -> dict[int, Finding]:
        """The findings by the number they keep, whatever is dismissed."""
        return dict(enumerate(self.report.findings, start=1)) if self.report else {}

    def standing(self) -> dict[int, Finding]:
        """Those that the person did not dismiss."""
        return {at: one for at, one in self.numbered().items() if self.verdicts.get(one.mistake) is not False}

    def dismissed(self) -> frozenset[Mistake]:
        """What the person said "Not so" to."""
        return frozenset(mistake for mistake, holds in self.verdicts.items() if not holds)

    @property
    def is_unsaved(self) -> bool:
        """Whether something on the page would be lost with it."""
        written = self.text.strip() or self.file or self.report or self.running or not self.debrief.is_empty
        return bool(written) and self.saved is None

    @property
    def transcript(self) -> Transcript | None:
        """The transcript as the report read it, or as the file gave it."""
        return (self.report and self.report.transcript) or (self.note and self.note.transcript) or None


def sheet() -> Sheet:
    """What the part that this session plays has on the page."""
    sheets: dict[Role, Sheet] = st.session_state.setdefault("checks", {})
    return sheets.setdefault(state.role(), Sheet())


def put(replacement: Sheet) -> None:
    """Put another sheet in place of the one on the page."""
    st.session_state.setdefault("checks", {})[state.role()] = replacement


def clear() -> None:
    """Empty the page. What was saved stays saved."""
    put(Sheet())


def take_file(name: str, data: bytes) -> None:
    """Read an uploaded file: a transcript stands for itself, any other text goes where it can be changed."""
    from assistant.notes.files import read_upload

    current = sheet()
    current.trouble = ""
    try:
        note = read_upload(name, data)
    except EyelevelError as error:
        current.trouble = str(error)
        return
    if note.transcript:
        current.file, current.file_name = note, name
    else:
        current.text, current.file = note.text, None


def begin() -> None:
    """Check what is on the page. What cannot be taken is said on the page, and nothing typed is lost."""
    current = sheet()
    current.trouble = ""
    try:
        note = _note(current)
    except EyelevelError as error:
        current.trouble = str(error)
        return
    if note is None:
        current.trouble = NOTHING_YET
        return
    _run(note)


def again(**changes: object) -> None:
    """Check the same note again, with another debrief or transcript where given."""
    current = sheet()
    if current.note:
        _run(current.note.model_copy(update={"debrief": _debrief(current), **changes}))


def assign(mentor: str | None, mentee: str | None) -> None:
    """Say who of the transcript is mentor and who is mentee, and check it again."""
    from assistant.notes.parse import with_roles

    current = sheet()
    if current.note:
        _run(with_roles(current.note, mentor, mentee))


def settle() -> bool:
    """Take in a check that is over; whether there is a new report."""
    current = sheet()
    running = current.running
    if running is None or not running.is_over(0):
        return False
    current.running, current.trouble = None, running.trouble
    current.report = running.report or current.report
    return running.report is not None


def _debrief(current: Sheet) -> Debrief | None:
    return None if current.debrief.is_empty else current.debrief


def _note(current: Sheet) -> Note | None:
    """What is to be checked, or None where there is nothing."""
    from assistant.notes.parse import parse_note

    extra = {"writer": state.role(), "debrief": _debrief(current)}
    if current.file:
        return current.file.model_copy(update=extra)
    if current.text.strip():
        return parse_note(current.text, writer=state.role(), debrief=_debrief(current))
    return Note(**extra) if extra["debrief"] else None  # type: ignore[arg-type]


def _run(note: Note) -> None:
    current = sheet()
    current.note, current.adding = note, False
    sending = hosting.sending() if state.get_settings().note_judge else None
    current.running = Run(lambda: state.get_checker().check(note, sending))
