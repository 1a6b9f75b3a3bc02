"""Makes the codes of saved notes beside the pages: one thread of the process, which holds ids and no text.

It reads a note in its owner's name, as it stands in the store at that moment, and lets the store keep its codes; so the
last of several changes always wins, and a note that was meanwhile deleted, or a consent that was withdrawn, stops it.
`contributing` asks for it. Nothing is logged but the kind of an error.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from assistant.errors import AccessDenied, EyelevelError, InputError
from assistant.events import log
from assistant.notes.mistake import Mistake
from assistant.notes.note import Debrief, NoteReport
from assistant.roles import Actor
from assistant.store.theme_records import ThemeSource

if TYPE_CHECKING:
    from assistant.programme.coding import ThemeCoder
    from assistant.store.notes import NoteStore
    from assistant.store.records import StoredNote
    from assistant.store.themes import ThemeStore

BROKE_OFF: Final = "The themes of this note could not be read. Try it again; `eyelevel doctor` tells what is wrong."
OLD_CHECK: Final = "This note was checked by an older version. Check it again, and its themes can be read."
MOST_TOLD: Final = 500
"""Endings that are remembered until somebody looks; the oldest goes first."""

Ending = Literal["counts", "disclosed", "invented", "unpaired", "failed"]
"""What came of reading a note: its codes count; it discloses harm, or is one of our invented examples, or is about no
pair any more, and does not count; or something went wrong."""


class Told(NamedTuple):
    """How it ended, and for `failed` one plain line."""

    ending: Ending
    line: str = ""


class _Task(NamedTuple):
    actor: Actor
    note: str


class Counting:
    """The thread, which ends whenever nothing waits; safe to call from every session."""

    def __init__(
        self,
        notes: "NoteStore",
        themes: "ThemeStore",
        coder: "Callable[[], ThemeCoder]",
        invented: frozenset[str] = frozenset(),
    ) -> None:
        """`coder` is called in the thread, and may load models. `invented`: texts that are nobody's note."""
        self._notes, self._themes, self._coder, self._invented = notes, themes, coder, invented
        self._lock = threading.Lock()
        self._waiting: OrderedDict[_Task, bool] = OrderedDict()
        """With whether it shall count if it does not so far."""
        self._running: _Task | None = None
        self._told: OrderedDict[_Task, Told] = OrderedDict()
        self._thread: threading.Thread | None = None

    def begin(self, actor: Actor, note: str, *, new: bool) -> None:
        """Let the codes of this note count; where `new` is false, only in place of those that count already."""
        task = _Task(actor, note)
        with self._lock:
            self._told.pop(task, None)
            self._waiting[task] = self._waiting.get(task, False) or new
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="counting", daemon=True)
                self._thread.start()

    def is_busy(self, actor: Actor, note: str) -> bool:
        """Whether it is being read, or waits for that."""
        task = _Task(actor, note)
        with self._lock:
            return task in self._waiting or task == self._running

    def waiting(self, actor: Actor) -> int:
        """How many notes of the actor, in this role, are still to be read."""
        with self._lock:
            running = self._running is not None and self._running.actor == actor
            return sum(task.actor == actor for task in self._waiting) + running

    def told(self, actor: Actor, note: str) -> Told | None:
        """How the last reading ended; `None`: it was not read in this process, must not be, or that was forgotten."""
        with self._lock:
            return self._told.get(_Task(actor, note))

    def join(self, seconds: float) -> bool:
        """Whether nothing waits any more, after at most this long."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)
        return self._thread is None

    def _work(self) -> None:
        while True:
            with self._lock:
                self._running = None
                if not self._waiting:
                    self._thread = None
                    return
                task, new = self._waiting.popitem(last=False)
                self._running = task
            told = self._attempt(task, new=new)
            if told is None:
                continue
            with self._lock:
                self._told[task] = told
                while len(self._told) > MOST_TOLD:
                    self._told.popitem(last=False)

    def _attempt(self, task: _Task, *, new: bool) -> Told | None:
        """`None`: it was not to be read, or is not there any more."""
        try:
            return self._count(task.actor, task.note, new=new)
        except AccessDenied:
            return None
        except EyelevelError as error:
            return Told("failed", str(error))
        except Exception as error:  # whatever it is, the page must not wait for ever
            log("counting_failed", error=type(error).__name__)
            return Told("failed", BROKE_OFF)

    def _count(self, actor: Actor, note: str, *, new: bool) -> Told | None:
        if not self._themes.consents(actor):
            return None
        source, stored = ThemeSource("note", note), self._notes.load(actor, note)
        before = next((one for one in self._themes.own(actor) if one.source == source), None)
        if before is None and not new:
            return None
        if before is not None and before.released:
            return Told("counts")
        if stored.pair is None or stored.text in self._invented:
            return self._leave(actor, source, "unpaired" if stored.pair is None else "invented")
        coder = self._coder()
        codes = _code(coder, stored)
        if codes is None:
            return self._leave(actor, source, "disclosed")
        self._themes.contribute(actor, source, stored.pair, sorted(codes), codebook=coder.version)
        return Told("counts")

    def _leave(self, actor: Actor, source: ThemeSource, ending: Ending) -> Told:
        self._themes.retract(actor, source)
        return Told(ending)


def _code(coder: "ThemeCoder", stored: "StoredNote") -> frozenset[str] | None:
    """The codes of a note and its check; `None`: it discloses harm."""
    try:
        report = NoteReport.model_validate_json(stored.report)
        debrief = Debrief.model_validate_json(stored.debrief) if stored.debrief else None
        verdicts = {Mistake(name): holds for name, holds in stored.verdicts.items()}
    except ValueError:
        raise InputError(OLD_CHECK) from None
    return coder.code_own(stored.text, findings=report.findings, verdicts=verdicts, debrief=debrief)
