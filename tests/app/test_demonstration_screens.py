"""The examples of the demonstration: on every page of mentor, mentee and manager, and gone again without a trace."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from firm import Firm
from releases import KNOWLEDGE
from sqlalchemy import func, select
from test_demonstration import ByDebrief

from app import demonstration
from app.demonstration_screens import Screens, count, read_screens
from assistant.coach import service
from assistant.coach.programme.record import read_programme
from assistant.coach.reflection import read_kept
from assistant.notes.note import NoteReport
from assistant.notes.session_plan import read_plan
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings
from assistant.store.commitments import CommitmentStore
from assistant.store.conversations import ConversationStore
from assistant.store.database import HOUSE, Database
from assistant.store.drafts import DraftStore
from assistant.store.examples import ExampleStore
from assistant.store.notes import NoteStore
from assistant.store.records import SavedNote
from assistant.store.tables import Base, MetaRow

MENTOR, MENTEE, MANAGER = (Actor(person=PERSONAL, role=role) for role in (Role.MENTOR, Role.MENTEE, Role.MANAGER))
OWN = "I call Ruth on Monday."


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"knowledge": KNOWLEDGE})


@pytest.fixture
def database(store: ConversationStore) -> Database:
    return store._database


@pytest.fixture
def load(settings: Settings, database: Database, coach: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """Loads it, with a coach that follows a script and a coder without a model; the notes are really checked."""
    monkeypatch.setattr(demonstration, "open_coder", lambda _: ByDebrief())
    monkeypatch.setattr(service, "Coach", lambda _: coach)
    return lambda: demonstration.load(settings, database, lambda done, of: None)


def rows(database: Database) -> dict[str, int]:
    """How many rows each table has; of `meta` those that note an example."""
    with database.read(HOUSE) as session:
        found = {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table.name not in ("audit", "meta")
        }
        noted = session.scalars(select(MetaRow.name).where(MetaRow.value.like("example%")))
        return found | {"noted": len(noted.all())}


def test_the_words_are_typed_and_every_title_says_that_it_is_an_example(settings: Settings, database: Database) -> None:
    # why: a slip in the file must show here and not on the screen, and nobody may take an example for the own
    screens = read_screens(settings, database)
    assert isinstance(screens, Screens) and count(screens) > 15
    assert {one.outcome for one in screens.commitments if one.role == "mentor"} == {None, "kept", "dropped", "changed"}
    assert {one.outcome for one in screens.commitments if one.role == "mentee"} == {None, "kept", "dropped", "changed"}


def test_every_page_of_the_three_parts_has_something(load: Callable[[], str], database: Database) -> None:
    # why: a page that stays empty shows nothing of what it is for; each thing must be one that its page can open
    load()
    notes, drafts, talks = NoteStore(database), DraftStore(database), ConversationStore(database)
    for actor in (MENTOR, MENTEE):
        stored = [notes.load(actor, one.id) for one in notes.list(actor)]
        assert stored and all(one.title.startswith("Example: ") for one in stored)
        assert all(NoteReport.model_validate_json(one.report).method for one in stored)
        promised = CommitmentStore(database).list(actor)
        assert {one.outcome for one in promised} == {None, "kept", "dropped", "changed"}
        soon = datetime.now(UTC).date() + timedelta(days=7)
        assert any(one.is_open and one.due and one.due <= soon for one in promised)
        assert all(one.text.startswith("Example: ") for one in promised)
        plan = drafts.open(actor, drafts.list(actor, "plan")[0].id)
        assert read_plan(plan.content, plan.form)
        (talk,) = talks.list(actor)
        turns = talks.read(actor, talk.id).turns
        assert talk.title.startswith("Example: ") and len(turns) == 2
        assert all(turn.status == "done" and turn.reply for turn in turns)
    assert "Example: " in drafts.list(MENTOR, "feedback")[0].title
    assert read_kept(drafts.open(MENTEE, drafts.list(MENTEE, "reflection")[0].id).content)
    programme = drafts.open(MANAGER, drafts.list(MANAGER, "programme")[0].id)
    plan_of_programme = read_programme(programme.content, programme.form)
    assert plan_of_programme and plan_of_programme.title.startswith("Example: ")


def test_the_check_finds_something_in_the_first_note(load: Callable[[], str], database: Database) -> None:
    # why: the check is really run; a note about a lecture without a commitment must not come out spotless
    load()
    notes = NoteStore(database)
    reports = [NoteReport.model_validate_json(notes.load(MENTOR, one.id).report) for one in notes.list(MENTOR)]
    assert any(report.findings for report in reports)


def test_removed_it_leaves_what_was_there_before_and_what_came_beside_it(
    load: Callable[[], str], database: Database
) -> None:
    # why: the person's own must survive the demonstration, and nothing of the demonstration may survive it
    commitments, notes = CommitmentStore(database), NoteStore(database)
    commitments.add(MENTOR, OWN)
    load()
    notes.save(MENTOR, SavedNote(title="Example: one of my own", text="Mine.", report="{}"))
    notes.update(MENTOR, notes.list(MENTOR)[-1].id, text="changed", report="{}", debrief=None, verdicts={})
    demonstration.remove(database)
    assert [one.text for one in commitments.list(MENTOR)] == [OWN]
    assert [one.title for one in notes.list(MENTOR)] == ["Example: one of my own"]
    left = {name: number for name, number in rows(database).items() if number}
    assert left == {"commitments": 1, "notes": 1} and not demonstration.is_there(database)


def test_a_second_time_takes_the_place_of_the_first(load: Callable[[], str], database: Database) -> None:
    # why: who presses twice wants one demonstration, and wants all of it gone at one removal
    before = rows(database)
    load()
    once = rows(database)
    load()
    assert rows(database) == once
    demonstration.remove(database)
    assert rows(database) == before and demonstration.remove(database) == 0


def test_what_an_interrupted_loading_left_is_removed_and_nothing_like_it(database: Database) -> None:
    # why: between the making of a thing and its noting the machine may go off; then the thing must be found again
    store, examples = CommitmentStore(database), ExampleStore(database)
    store.add(MENTOR, "Example: I ask.")

    def break_off() -> str:
        store.add(MENTOR, "Example: I ask.")
        store.add(MENTEE, "Example: I ask.")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        examples.keep(MENTOR, "commitment", "Example: I ask.", break_off)
    assert demonstration.is_there(database)
    assert examples.remove() == 1 and examples.is_empty()
    assert len(store.list(MENTOR)) == len(store.list(MENTEE)) == 1


def test_a_thing_that_its_person_erased_first_is_no_trouble(load: Callable[[], str], database: Database) -> None:
    # why: whoever tidies up by hand must still be able to remove the rest
    load()
    commitments = CommitmentStore(database)
    commitments.delete(MENTEE, commitments.list(MENTEE)[0].id)
    demonstration.remove(database)
    assert not commitments.list(MENTEE) and not demonstration.is_there(database)


def test_where_people_sign_in_nobody_gets_an_example(firm: Firm, load: Callable[[], str]) -> None:
    # why: in a firm the pages of mentors and mentees belong to people, and no made-up word may stand among theirs
    load()
    assert demonstration.find(firm.database) and ExampleStore(firm.database).is_empty()
    found = rows(firm.database)
    assert not any(found[table] for table in ("conversations", "drafts", "commitments", "noted"))


@pytest.mark.parametrize("name", ["commitments", "plan", "conversations"])
def test_an_empty_page_says_in_one_line_where_the_demonstration_is(name: str, open_page: Any, html: Any) -> None:
    # why: whoever opens the app for the first time should not have to guess that there is something to look at
    assert "load the demonstration" in html(open_page(name))


def test_pages_show_the_examples(load: Callable[[], str], open_page: Any, html: Any) -> None:
    # why: that a thing is in the store does not yet mean that its page can draw it
    load()
    assert "Example: I write down the three numbers" in html(open_page("commitments"))
    for name in ("plan", "conversations", "check", "feedback"):
        session = open_page(name)
        assert not session.exception
        assert any("Example" in button.label for button in session.button), name
