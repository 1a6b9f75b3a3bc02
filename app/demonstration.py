"""A demonstration programme: forty made-up pairs over six months, so that a manager's pages have something to show.

Its notes go the way of any others: imported, coded by the same coder, and released by the same rules, only with the
days of the last six months. Where one person sits at the machine, `demonstration_screens` fills the other pages as
well. All of it is marked as a demonstration and can be removed again without a trace.
"""

import json
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from app.coding import open_coder
from app.demonstration_screens import Filling, count, read_screens
from assistant.errors import EyelevelError, KnowledgeError
from assistant.events import log
from assistant.notes.note import Debrief
from assistant.programme.importing import code_waiting
from assistant.programme.publishing import publish
from assistant.roles import Role
from assistant.settings import Settings
from assistant.store.database import HOUSE, Database
from assistant.store.examples import ExampleStore
from assistant.store.imported import ImportedStore
from assistant.store.theme_records import ImportedNote, ImportedPair
from assistant.store.themes import ThemeStore

TITLE: Final = "Demonstration: forty pairs, six months"
FILE: Final = Path("demonstration") / "notes.jsonl"
DAYS: Final = 60
"""Of a cycle."""
CYCLES: Final = 3
SHORT: Final = 20
"""Minutes of a session that fell away for the most part."""

Progress = Callable[[int, int], None]
"""Told how many notes and examples are done, and how many there are."""


class _Note(BaseModel):
    """A line of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cycle: int = Field(ge=1, le=CYCLES)
    pair: int = Field(ge=1)
    author_role: Literal["mentor", "mentee"]
    text: str
    debrief: Debrief


def find(database: Database) -> str | None:
    """Id of the demonstration that is loaded. Raises `StoreError`."""
    found = ThemeStore(database).programmes(HOUSE)
    return next((one.id for one in found if one.demonstration), None)


def is_there(database: Database) -> bool:
    """Whether a demonstration, or a part of one, is loaded. Raises `StoreError`."""
    return find(database) is not None or not ExampleStore(database).is_empty()


def load(settings: Settings, database: Database, progress: Progress) -> str:
    """Make the programme with three releases, and the examples; its id. One that is there, or in part, is replaced.

    Reads every note with the models: about a minute. Raises `EyelevelError`; what was made till then is removed by the
    next call, or by `remove`.
    """
    notes, screens = _read(settings.knowledge / FILE), read_screens(settings, database)
    total = len(notes) + (count(screens) if screens else 0)
    remove(database)
    store, coder = ImportedStore(database), open_coder(settings)
    began = datetime.now(UTC).date() - timedelta(days=CYCLES * DAYS)
    made = store.create(HOUSE, TITLE, began, began + timedelta(days=CYCLES * DAYS + 30), demonstration=True)
    done = 0

    def more(count: int) -> None:
        nonlocal done
        done += count
        progress(done, total)

    progress(0, total)
    for cycle in range(1, CYCLES + 1):
        opens = began + timedelta(days=(cycle - 1) * DAYS)
        store.add(HOUSE, made, _dated(notes, cycle, opens), _pairs(notes, cycle))
        code_waiting(store, made, coder, more)
        publish(ThemeStore(database), HOUSE, made, settings.knowledge, until=opens + timedelta(days=DAYS))
    if screens:
        for make in Filling(settings, database, screens).steps():
            make()
            more(1)
    return made


def remove(database: Database) -> int:
    """Erase the demonstration with everything in it; how many notes and examples it had. Raises `StoreError`."""
    removed = ExampleStore(database).remove()
    while (made := find(database)) is not None:
        removed += ImportedStore(database).remove(HOUSE, made)
    return removed


class Loading:
    """A demonstration being loaded, in a thread of its own, so that the page can be left meanwhile."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self.done, self.total = 0, 0
        """Notes and examples."""
        self.trouble = ""
        """One plain line where it could not be loaded."""
        self._thread = threading.Thread(target=self._do, args=(settings, database), name="demonstration", daemon=True)
        self._thread.start()

    def is_over(self, seconds: float = 0.0) -> bool:
        """Whether it is over, after at most this long."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _do(self, settings: Settings, database: Database) -> None:
        try:
            load(settings, database, self._note)
        except EyelevelError as error:
            self.trouble = str(error)
        except Exception as error:  # whatever it is, the page must not wait for ever
            log("demonstration_failed", error=type(error).__name__)
            self.trouble = "The demonstration could not be loaded; `eyelevel doctor` tells what is wrong."

    def _note(self, done: int, total: int) -> None:
        self.done, self.total = done, total


def _read(path: Path) -> list[_Note]:
    """The notes. Raises `KnowledgeError` naming the file."""
    lines: Any = None
    try:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        return TypeAdapter(list[_Note]).validate_python(lines)
    except (OSError, ValueError, ValidationError) as error:
        raise KnowledgeError(f"{str(path)!r} cannot be read ({type(error).__name__}); correct the file.") from None


def _dated(notes: list[_Note], cycle: int, opens: date) -> list[ImportedNote]:
    """The notes of a cycle with days in it, spread by the pair."""
    return [
        ImportedNote(
            pair=str(note.pair),
            role=Role(note.author_role),
            held_on=opens + timedelta(days=1 + note.pair % (DAYS - 2)),
            text=note.text,
            debrief=note.debrief.model_dump_json(),
        )
        for note in notes
        if note.cycle == cycle
    ]


def _pairs(notes: list[_Note], cycle: int) -> list[ImportedPair]:
    """What is known of each pair after a cycle: a session a month was planned, and a short one counts as cancelled."""
    found = []
    for pair in sorted({note.pair for note in notes}):
        held = [note.debrief.minutes_held or 0 for note in notes if note.pair == pair and note.cycle <= cycle]
        short = any(minutes <= SHORT for minutes in held)
        kept = 2 * sum(minutes > SHORT for minutes in held) + sum(minutes <= SHORT for minutes in held)
        found.append(
            ImportedPair(
                pair=str(pair),
                mentor_team=f"team {pair % 9}",
                mentee_team=f"board {pair % 6}",
                held=kept,
                expected=2 * cycle,
                cancelled=short,
            )
        )
    return found
