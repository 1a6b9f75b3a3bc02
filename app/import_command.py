"""`eyelevel import-notes`: existing session notes into a programme, for its themes.

Reads the file, keeps what is not there yet, and turns notes into codes; stopped and started again, it goes on. Only
counts are printed, never a text, and never how many notes were left out because they disclose harm.
"""

import sys
import time
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from app.printing import AsJson, print_result
from assistant.settings import load_settings

if TYPE_CHECKING:
    from assistant.programme.importing import Bad
    from assistant.store.database import Database
    from assistant.store.people_records import Programme

TITLE: Final = "Imported notes"
CONFIRMED: Final = (
    "By importing you confirm that the authors of these notes agreed: that codes of them count for themes, that the "
    "texts are kept sealed, and that nobody reads them."
)
SMALL: Final = 7
"""Pairs from which a release can show anything."""
_MONTHS: Final = timedelta(days=180)
"""How long a programme goes on that is made for an import."""


def import_notes(
    file: Annotated[
        Path,
        typer.Argument(help='A jsonl file: {"pair", "author_role", "date", "text", "debrief"?} a line.'),
    ],
    *,
    programme: Annotated[
        str, typer.Option(help="Title or id of the programme; one that is not there is made.")
    ] = TITLE,
    as_json: AsJson = False,
) -> None:
    """Load existing session notes for a programme's themes; whoever imports confirms that the authors agreed."""
    from app.bars import counting_bar
    from app.coding import open_many
    from app.opening import open_database
    from assistant.errors import InputError
    from assistant.programme.importing import code_waiting, import_lines, read_lines, span
    from assistant.store.database import HOUSE
    from assistant.store.imported import ImportedStore

    began = time.monotonic()
    settings = load_settings()
    days = span(read_lines(file))
    _say(CONFIRMED)
    if days is None:
        bad = next((one for one in read_lines(file)), None)
        why = getattr(bad, "error", "It is empty.")
        raise InputError(f"{str(file)!r} holds no note that can be taken. {why}")
    with closing(open_database(settings)) as database:
        store = ImportedStore(database)
        within = find_or_make(database, programme, *days)
        with counting_bar("reading", "notes") as bar:
            kept = import_lines(store, within, read_lines(file), bar, _tell)
        waiting = store.waiting(HOUSE, within)
        with open_many(settings) as coder, counting_bar("coding", "notes", waiting) as bar:
            coded = code_waiting(store, within, coder, bar)
    if kept.pairs < SMALL:
        _say(f"The file names {kept.pairs} pairs. A release of fewer than seven pairs holds everything back.")
    counts: dict[str, Any] = {
        "programme": within,
        "imported": kept.added.notes,
        "skipped": kept.added.known,
        "failed": [{"line": one.number, "error": one.error} for one in kept.bad],
        "pairs": kept.added.pairs,
        "coded": coded,
        "seconds": round(time.monotonic() - began, 1),
    }
    text = (
        f"{kept.added.notes:,} notes imported, {kept.added.known:,} were there already, {len(kept.bad):,} lines "
        f"failed; {kept.added.pairs:,} pairs made; {coded:,} notes coded ({counts['seconds']} s).\n"
        f"Close the cycle with `eyelevel themes --publish --programme {within}`."
    )
    print_result(counts, text, as_json=as_json)


def find_or_make(database: "Database", wanted: str, first: date, last: date) -> str:
    """Id of the programme with this title or id, made now where there is none. Raises `InputError`, `StoreError`."""
    from assistant.store.database import HOUSE
    from assistant.store.imported import ImportedStore
    from assistant.store.themes import ThemeStore

    if found := find_programme(ThemeStore(database).programmes(HOUSE), wanted):
        return found.id
    ends = max(last, datetime.now(UTC).date() + _MONTHS)
    begins = max(first, ends - timedelta(days=5 * 365))
    return ImportedStore(database).create(HOUSE, wanted, begins, ends)


def find_programme(found: "tuple[Programme, ...]", wanted: str) -> "Programme | None":
    """The programme with this id, or with this title. Raises `InputError` where the title is that of several."""
    from assistant.errors import InputError

    named = [one for one in found if wanted in (one.id, one.title)]
    if len(named) > 1:
        ids = ", ".join(one.id for one in named)
        raise InputError(f"There are {len(named)} programmes called {wanted!r}; give the id of one: {ids}.")
    return named[0] if named else None


def _tell(bad: "Bad") -> None:
    _say(bad.error)


def _say(line: str) -> None:
    """A line on standard error, past a progress bar."""
    from tqdm import tqdm

    tqdm.write(line, file=sys.stderr)
