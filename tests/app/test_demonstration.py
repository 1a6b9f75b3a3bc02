"""The demonstration: loaded like any import, marked as made up, offered on the page, and removed without a trace."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from firm import Firm
from releases import KNOWLEDGE
from sqlalchemy import func, select

from app import demonstration
from assistant.errors import KnowledgeError
from assistant.programme.records import read_release
from assistant.settings import Settings
from assistant.store.database import HOUSE, Database
from assistant.store.programmes import ProgrammeStore
from assistant.store.tables import Base
from assistant.store.theme_records import UncodedNote
from assistant.store.themes import ThemeStore


class ByDebrief:
    """Codes a note by its debrief alone, so that no model has to be read."""

    version = 1

    def code_many(self, notes: Sequence[UncodedNote], *, closely: bool) -> list[tuple[str, ...] | None]:
        return [self._code(json.loads(note.debrief or "{}")) for note in notes]

    @staticmethod
    def _code(debrief: dict[str, Any]) -> tuple[str, ...]:
        return ("no_time",) if (debrief["minutes_held"] or 0) <= 20 else ("area_tools",)


@pytest.fixture
def settings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(demonstration, "open_coder", lambda _: ByDebrief())
    return settings.model_copy(update={"knowledge": KNOWLEDGE})


def rows(database: Database) -> dict[str, int]:
    """How many rows each table has."""
    with database.read(HOUSE) as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table.name not in ("audit", "meta")
        }


def test_it_makes_three_releases_of_the_last_six_months(firm: Firm, settings: Settings) -> None:
    # why: a demonstration that shows nothing, or the future, is none; progress must reach its end
    told = list[tuple[int, int]]()
    made = demonstration.load(settings, firm.database, lambda done, of: told.append((done, of)))
    releases = ThemeStore(firm.database).releases(HOUSE, made)
    today = datetime.now(UTC).date()
    assert [one.number for one in releases] == [3, 2, 1]
    assert [one.until for one in releases] == [today - timedelta(days=60 * back) for back in range(3)]
    assert all(any(not cell.suppressed for cell in read_release(one).cells) for one in releases)
    assert told[0][0] == 0 and told[-1][0] == told[-1][1] > 100
    assert demonstration.find(firm.database) == made


def test_removed_it_leaves_no_row_and_nothing_of_others_goes(firm: Firm, settings: Settings) -> None:
    # why: who has looked around wants the own house back, with all that was in it
    firm.programmes.create(firm.mara, "Spring", datetime.now(UTC).date(), datetime.now(UTC).date())
    before = rows(firm.database)
    demonstration.load(settings, firm.database, lambda done, of: None)
    demonstration.load(settings, firm.database, lambda done, of: None)
    titles = [one.title for one in ProgrammeStore(firm.database).list(firm.mara)]
    assert titles.count(demonstration.TITLE) == 1, "a second one takes the place of the first"
    assert demonstration.remove(firm.database) > 100
    assert rows(firm.database) == before and demonstration.find(firm.database) is None
    assert demonstration.remove(firm.database) == 0


def test_a_broken_file_is_one_plain_line(firm: Firm, settings: Settings, tmp_path: Any) -> None:
    # why: whoever edits the notes must learn which file is wrong, and nothing half-made may stay
    (tmp_path / "demonstration").mkdir()
    (tmp_path / demonstration.FILE).write_text('{"cycle": 9}\n', encoding="utf-8")
    wrong = settings.model_copy(update={"knowledge": tmp_path})
    with pytest.raises(KnowledgeError, match=r"notes\.jsonl"):
        demonstration.load(wrong, firm.database, lambda done, of: None)
    loading = demonstration.Loading(wrong, firm.database)
    assert loading.is_over(30) and "notes.jsonl" in loading.trouble
    assert demonstration.find(firm.database) is None


def test_the_page_offers_it_says_that_it_is_made_up_and_removes_it(firm: Firm, settings: Settings, html: Any) -> None:
    # why: a manager who has nothing yet looks around with one press, never takes it for real, and has a way out
    session = firm.open(firm.mara.person, "themes")
    assert any(button.label == "Load the demonstration" for button in session.button)
    demonstration.load(settings, firm.database, lambda done, of: None)
    session.run()
    assert "Nobody here wrote this" in html(session) and "third release" in html(session)
    next(button for button in session.button if button.label == "Remove the demonstration").click()
    session.run()
    assert "Nobody here wrote this" not in html(session) and demonstration.find(firm.database) is None


def test_its_notes_are_forty_pairs_with_enough_in_each_cycle() -> None:
    # why: fewer than seven pairs in a cycle would show nothing, and one text twice is no note of a person
    lines = (KNOWLEDGE / demonstration.FILE).read_text(encoding="utf-8").splitlines()
    notes = [json.loads(line) for line in lines]
    assert len({note["pair"] for note in notes}) == 40 and len({note["text"] for note in notes}) == len(notes)
    for cycle in range(1, demonstration.CYCLES + 1):
        assert len({note["pair"] for note in notes if note["cycle"] == cycle}) > 30
