"""Which notes are read closely: so many as a person waits for, and all of an import in the same way."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from assistant.programme import importing
from assistant.programme.importing import code_waiting
from assistant.roles import Role
from assistant.settings import Settings
from assistant.store.database import HOUSE, Database
from assistant.store.imported import ImportedStore
from assistant.store.pairing import today
from assistant.store.theme_records import ImportedNote, UncodedNote


class Remembers:
    """A coder that finds nothing, and keeps how many notes it got at once and how to read them."""

    version = 1

    def __init__(self) -> None:
        self.got: list[tuple[int, bool]] = []

    def code_many(self, notes: Sequence[UncodedNote], *, closely: bool) -> list[tuple[str, ...] | None]:
        self.got.append((len(notes), closely))
        return [()] * len(notes)


@pytest.mark.parametrize(
    ("count", "got"),
    [(5, [(2, True), (2, True), (1, True)]), (6, [(4, False), (2, False)])],
)
def test_few_notes_are_read_closely_bit_by_bit_and_many_quickly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, got: list[tuple[int, bool]]
) -> None:
    # why: words alone find a third of what the close reading finds, which takes a night for a hundred thousand
    monkeypatch.setattr(importing, "FEW", 5)
    monkeypatch.setattr(importing, "AT_ONCE", 4)
    monkeypatch.setattr(importing, "CLOSELY_AT_ONCE", 2)
    database = Database(Settings(home=tmp_path))
    store = ImportedStore(database)
    spring = store.create(HOUSE, "Spring", today() - timedelta(days=9), today() + timedelta(days=9))
    notes = [
        ImportedNote(pair=f"p{at}", role=Role.MENTOR, held_on=date(2026, 1, 5), text=f"Note {at}.")
        for at in range(count)
    ]
    store.add(HOUSE, spring, notes)
    coder, told = Remembers(), list[int]()
    assert code_waiting(store, spring, coder, told.append) == count == sum(told)
    assert coder.got == got and store.waiting(HOUSE, spring) == 0
    database.close()
