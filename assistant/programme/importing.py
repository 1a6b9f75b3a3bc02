"""Session notes from a file into a programme: read line by line, kept, and turned into codes.

`read_lines` says of every line what it holds or what is wrong with it; `import_lines` keeps the notes; `code_waiting`
gives the store the codes of what was not coded yet, batch by batch, so that a run that was stopped can go on.
A note in which somebody discloses harm counts for nothing, and nobody learns how many those are. No text is logged.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, TypeVar

from pydantic import ValidationError

from assistant.errors import InputError
from assistant.notes.note import Debrief
from assistant.roles import PAIRED
from assistant.store.database import HOUSE
from assistant.store.theme_records import Added, CodedNote, ImportedNote, ImportedPair, UncodedNote

if TYPE_CHECKING:
    from assistant.store.imported import ImportedStore

AT_ONCE: Final = 500
"""Notes that are kept, and read quickly, in one go."""
CLOSELY_AT_ONCE: Final = 20
FEW: Final = 1_000
"""Notes that are read closely where so many wait: five minutes or so on two processor cores."""
LONGEST_TEXT: Final = 400_000
"""Characters of a note."""
LONGEST_NAME: Final = 200
"""Characters of the name of a pair or a team."""
EARLIEST: Final = date(2000, 1, 1)
_ROLES: Final = {role.value: role for role in PAIRED}
_One = TypeVar("_One")


class Line(NamedTuple):
    """A line of the file that holds a note."""

    number: int
    """From 1."""
    note: ImportedNote
    pair: ImportedPair | None
    """What it says of the pair's teams, where it does."""


class Bad(NamedTuple):
    """A line that cannot be taken."""

    number: int
    error: str
    """One plain line: what, which and how to fix it."""


class Kept(NamedTuple):
    """What `import_lines` did."""

    added: Added
    bad: tuple[Bad, ...]
    pairs: int
    """Distinct pairs that the file names."""


class Coder(Protocol):
    """Turns notes into codes; `assistant.programme.coding`."""

    @property
    def version(self) -> int:
        """Of the codebook."""

    def code_many(self, notes: Sequence[UncodedNote], *, closely: bool) -> list[tuple[str, ...] | None]:
        """For each note its codes; `None`: it must not count. `closely`: better, and far slower."""


Progress = Callable[[int], None]
"""Told how many lines or notes are done since it was told last."""


def read_lines(path: Path) -> Iterator[Line | Bad]:
    """Every line that is not blank. Raises `InputError` where the file cannot be read."""
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                if raw.strip():
                    yield _read(number, raw)
    except OSError as error:
        raise InputError(f"{str(path)!r} cannot be read ({error.strerror}); give a UTF-8 jsonl file.") from None


def _read(number: int, raw: bytes) -> Line | Bad:
    try:
        row = json.loads(raw.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError:
        return Bad(number, f"Line {number} is not UTF-8; save the file in that encoding.")
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        return Bad(number, f"Line {number} is not a JSON object; write one note a line.")
    try:
        return Line(number, _note(row), _pair(row))
    except InputError as error:
        return Bad(number, f"Line {number}: {error}")


def _note(row: dict[str, Any]) -> ImportedNote:
    role = str(row.get("author_role", "")).strip().lower()
    if role not in _ROLES:
        raise InputError(f"'author_role' is {_shown(row.get('author_role'))}; write 'mentor' or 'mentee'.")
    text = row.get("text")
    if not isinstance(text, str) or not text.strip():
        raise InputError("'text' is missing or empty; write the note there.")
    if len(text) > LONGEST_TEXT:
        raise InputError(f"'text' has {len(text):,} characters; at most {LONGEST_TEXT:,} can be taken.")
    return ImportedNote(
        pair=_name(row, "pair"), role=_ROLES[role], held_on=_day(row), text=_whole(text), debrief=_debrief(row)
    )


def _pair(row: dict[str, Any]) -> ImportedPair | None:
    teams = {side: _name(row, side) for side in ("mentor_team", "mentee_team") if row.get(side) is not None}
    return ImportedPair(pair=_name(row, "pair"), **teams) if teams else None  # type: ignore[arg-type]


def _name(row: dict[str, Any], field: str) -> str:
    value = row.get(field)
    name = _whole(str(value)).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not name or len(name) > LONGEST_NAME:
        raise InputError(f"'{field}' is {_shown(value)}; write a name of at most {LONGEST_NAME} characters.")
    return name


def _day(row: dict[str, Any]) -> date:
    value = row.get("date")
    try:
        day = date.fromisoformat(str(value)[:10])
    except ValueError:
        raise InputError(f"'date' is {_shown(value)}; write the day of the session, such as '2026-03-02'.") from None
    if not EARLIEST <= day <= datetime.now(UTC).date() + timedelta(days=1):
        raise InputError(f"'date' is {_shown(value)}; give a day from the year 2000 on that is not in the future.")
    return day


def _debrief(row: dict[str, Any]) -> str | None:
    """What the debrief says, as the app keeps it; fields that the app does not ask for are left out."""
    given = row.get("debrief")
    if given is None:
        return None
    if not isinstance(given, dict):
        raise InputError("'debrief' is not a JSON object; leave it out or correct it.")
    known = {name: value for name, value in given.items() if name in Debrief.model_fields}
    try:
        said = Debrief.model_validate(known)
    except ValidationError as error:
        name = error.errors(include_url=False)[0]["loc"][0]
        raise InputError(f"'debrief' has {str(name)!r} as {_shown(known[str(name)])}; correct or drop it.") from None
    return None if said.is_empty else said.model_dump_json()


def _shown(value: object) -> str:
    """What stands there, short, for a message."""
    return "missing" if value is None else repr(_whole(str(value)[:40]))


def _whole(text: str) -> str:
    """Without halves of surrogate pairs, which no encoding takes."""
    return text.encode("utf-8", "replace").decode()


def import_lines(
    store: "ImportedStore",
    programme: str,
    lines: Iterable[Line | Bad],
    on_progress: Progress,
    on_bad: Callable[[Bad], None],
) -> Kept:
    """Keep every note of the lines that is not there yet; a bad line is told, and the rest goes on.

    `on_bad` is called at once for each bad line. Raises `StoreError`.
    """
    bad, names = list[Bad](), set[str]()
    done = Added(notes=0, known=0, pairs=0)
    teams = dict[str, ImportedPair]()
    for some in _batches(lines):
        notes = [line for line in some if isinstance(line, Line)]
        for line in some:
            if isinstance(line, Bad):
                bad.append(line)
                on_bad(line)
        new = {line.note.pair: line.pair for line in notes if line.pair and teams.get(line.note.pair) != line.pair}
        added = store.add(HOUSE, programme, [line.note for line in notes], new.values())
        teams |= new
        names |= {line.note.pair for line in notes}
        done = Added(notes=done.notes + added.notes, known=done.known + added.known, pairs=done.pairs + added.pairs)
        on_progress(len(some))
    return Kept(done, tuple(bad), len(names))


def code_waiting(store: "ImportedStore", programme: str, coder: Coder, on_progress: Progress) -> int:
    """Code every note that has no codes of this codebook yet; how many were gone through. Raises `StoreError`.

    Up to `FEW` notes are read closely, more of them quickly. The number says nothing of how many count: a note that
    counts for nothing is gone through like any other.
    """
    done, closely = 0, store.waiting(HOUSE, programme) <= FEW
    at_once = CLOSELY_AT_ONCE if closely else AT_ONCE
    while some := store.uncoded(HOUSE, programme, at_once, codebook=coder.version):
        codes = coder.code_many(some, closely=closely)
        coded = [
            CodedNote(id=note.id, codes=found, codebook=coder.version) for note, found in zip(some, codes, strict=True)
        ]
        store.code(HOUSE, coded)
        done += len(some)
        on_progress(len(some))
    return done


def span(lines: Iterable[Line | Bad]) -> tuple[date, date] | None:
    """The first and the last day of the notes; `None` where there is none."""
    days = [line.note.held_on for line in lines if isinstance(line, Line)]
    return (min(days), max(days)) if days else None


def _batches(all_of_it: Iterable[_One]) -> Iterator[list[_One]]:
    left = iter(all_of_it)
    while some := list(islice(left, AT_ONCE)):
        yield some
