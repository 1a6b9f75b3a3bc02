"""Plans that a person keeps: saved from a check, listed and opened on their page, reworded, deleted, brought back."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app import state
from assistant.notes.advice import Adviser
from assistant.notes.next_time import plan_next
from assistant.notes.note import Method, Note, NoteReport
from assistant.notes.session_plan import FORM, SessionPlan
from assistant.privacy.sending import Sending
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings
from assistant.store.commitments import CommitmentStore, Source
from assistant.store.database import Database
from assistant.store.drafts import DraftStore

ME = Actor(person=PERSONAL, role=Role.MENTOR)


class QuietChecker:
    """Finds nothing in any note, so that the plan is that of any session."""

    def prepare(self) -> None:
        """Nothing to load."""

    def check(self, note: Note, sending: Sending | None = None) -> NoteReport:
        return NoteReport(id=note.id, text=note.text, findings=(), method=Method(classifier="quiet", sentences=1))


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    opened = Database(settings)
    yield opened
    opened.close()


@pytest.fixture
def drafts(database: Database) -> DraftStore:
    return DraftStore(database)


@pytest.fixture
def shipped(settings: Settings) -> Adviser:
    return Adviser(Settings(home=settings.home, chat_model="none"))


@pytest.fixture
def plan(shipped: Adviser) -> SessionPlan:
    return plan_next((), Role.MENTOR, shipped.material)


@pytest.fixture
def page(
    *,
    monkeypatch: pytest.MonkeyPatch,
    world: None,
    database: Database,
    shipped: Adviser,
    settings: Settings,
    open_page: Callable[..., AppTest],
) -> AppTest:
    """The page of the note check, opened as a new session."""
    monkeypatch.setattr(state, "get_checker", QuietChecker)
    monkeypatch.setattr(state, "get_adviser", lambda: shipped)
    monkeypatch.setattr(state, "get_database", lambda: database)
    shown = Settings(home=settings.home, chat_model="none")
    monkeypatch.setattr(state, "get_settings", lambda: shown)
    session = open_page("check")
    assert not session.exception
    return session


def button(session: AppTest, key: str) -> Any:
    return next(one for one in session.button if (one.key or "").startswith(key) or one.label == key)


def press(session: AppTest, key: str) -> AppTest:
    button(session, key).click().run()
    assert not session.exception
    return session


def field(session: AppTest, key: str) -> Any:
    every = (*session.text_input, *session.text_area, *session.number_input)
    return next(one for one in every if (one.key or "").startswith(key))


def checked(session: AppTest) -> AppTest:
    session.text_area[0].set_value("We talked about her first week.").run()
    return press(session, "ey-note-check")


def saved(session: AppTest) -> AppTest:
    """The check, its plan saved; the page of plans is opened for it, and here the check is drawn again."""
    return press(checked(session), "ey-plan-save")


@pytest.fixture
def opened(page: AppTest, drafts: DraftStore, open_page: Callable[..., AppTest]) -> AppTest:
    """The page of plans with a plan that was saved from a check."""
    saved(page)
    session = open_page("plan", draft=drafts.list(ME)[0].id)
    assert not session.exception
    return session


# On the page


def test_a_plan_is_kept_only_when_it_is_saved_and_then_as_it_stood(
    page: AppTest, drafts: DraftStore, html: Any, plan: SessionPlan
) -> None:
    # why: nothing that was not asked for may lie in the database, and what was asked for must be what was read
    session = checked(page)
    assert drafts.list(ME) == () and "It is not kept until you save it" in html(session)
    press(session, "ey-plan-save")
    (kept,) = drafts.list(ME)
    found = drafts.open(ME, kept.id)
    assert (kept.kind, kept.title, found.form) == ("plan", plan.purpose, FORM)
    assert SessionPlan.model_validate_json(found.content) == plan
    assert "Saved</p>" in html(session) and not any(one.key == "ey-plan-save" for one in session.button)


def test_another_length_is_another_plan(page: AppTest, drafts: DraftStore) -> None:
    # why: "Saved" must not stand beside a plan that is not
    session = saved(page)
    pills: Any = next(one for one in session.get("button_group") if (one.key or "").startswith("ey-plan-minutes"))
    pills.set_value(30).run()
    press(session, "ey-plan-save")
    assert len(drafts.list(ME)) == 2
    assert {SessionPlan.model_validate_json(drafts.open(ME, one.id).content).minutes for one in drafts.list(ME)} == {
        45,
        30,
    }


def test_the_words_and_minutes_can_be_changed(opened: AppTest, drafts: DraftStore, html: Any) -> None:
    # why: a plan in somebody else's words is not one's own
    session = press(opened, "ey-plan-change")
    field(session, "ey-plan-title").set_value("For Ana")
    field(session, "ey-plan-purpose").set_value("Hear <b>her</b> first")
    field(session, "ey-part-title-0").set_value("Hello")
    field(session, "ey-part-minutes-0").set_value(10)
    field(session, "ey-part-questions-0").set_value("How are you?\n\n  What  is new? ")
    press(session, "Save")
    assert "The parts take 49 minutes and the session has 45; take 4 off" in html(session)
    assert drafts.list(ME)[0].title != "For Ana" and field(session, "ey-plan-title").value == "For Ana"
    field(session, "ey-plan-length").set_value(49)
    press(session, "Save")
    (kept,) = drafts.list(ME)
    found = SessionPlan.model_validate_json(drafts.open(ME, kept.id).content)
    assert (kept.title, found.purpose, found.minutes) == ("For Ana", "Hear <b>her</b> first", 49)
    first = found.blocks[0]
    assert (first.title, first.minutes, first.questions) == ("Hello", 10, ("How are you?", "What is new?"))
    shown = html(session)
    assert "Hear &lt;b&gt;her&lt;/b&gt; first" in shown and "<h1>For Ana</h1>" in shown and "10 min" in shown
    assert not any((one.key or "").startswith("ey-plan-title") for one in session.text_input)


def test_a_change_can_be_given_up(opened: AppTest, drafts: DraftStore) -> None:
    # why: a form that only saves is a trap
    session = press(opened, "ey-plan-change")
    before = drafts.open(ME, drafts.list(ME)[0].id)
    field(session, "ey-plan-purpose").set_value("Nothing")
    press(session, "ey-plan-unchanged")
    assert drafts.open(ME, before.id) == before
    press(session, "ey-plan-back")
    assert [one.key for one in session.button if (one.key or "").startswith(f"ey-open-{before.id}")]


def test_what_was_saved_is_said_to_be_on_the_check_and_opens_from_there(page: AppTest, drafts: DraftStore) -> None:
    # why: who comes back to the check must not save the same plan a second time
    session = saved(page)
    assert button(session, "ey-plan-open-saved").label == "Open and change it"
    press(session, "ey-plan-open-saved")
    assert session.session_state["ey-drafts"] == {(Role.MENTOR, "plan"): drafts.list(ME)[0].id}


@pytest.mark.parametrize("where", ["list", "plan"])
def test_a_deleted_plan_can_be_brought_back(opened: AppTest, drafts: DraftStore, html: Any, where: str) -> None:
    # why: one slip of the finger must not cost a plan, wherever it was deleted from
    session = opened
    if where == "list":
        press(session, "ey-plan-back")
    press(session, "ey-delete-" if where == "list" else "ey-plan-delete")
    assert drafts.list(ME) == () and "It can be brought back now" in html(session)
    assert "No plan yet" in html(session)
    press(session, "ey-plan-restore")
    assert len(drafts.list(ME)) == 1 and "brought back" not in html(session)


def test_kept_plans_are_listed_where_one_begins_and_for_this_part_alone(
    page: AppTest, drafts: DraftStore, open_page: Callable[..., AppTest], html: Any, plan: SessionPlan
) -> None:
    # why: a plan is looked for on another day, in another browser; what one wrote as a mentee is not a mentor's
    made = drafts.add(ME, "plan", "For **Ana**", plan.model_dump_json())
    drafts.add(ME, "feedback", "Not a plan", "{}")
    drafts.add(ME.model_copy(update={"role": Role.MENTEE}), "plan", "As mentee", plan.model_dump_json())
    session = open_page("plan")
    labels = [one.label for one in session.button if (one.key or "").startswith("ey-open-")]
    assert labels == ["For \\*\\*Ana\\*\\*"]
    press(session, f"ey-open-{made}")
    assert "<h1>For **Ana**</h1>" in html(session) and plan.purpose in html(session)
    assert "For **Ana**" not in html(open_page("check"))


def test_another_part_finds_its_own_page(opened: AppTest, html: Any) -> None:
    # why: a plan that is open as a mentor must not stand there, or be missed, as a mentee
    session = opened
    session.session_state["role"] = Role.MENTEE
    session.run()
    assert not session.exception and "Change it" not in [one.label for one in session.button]
    assert "There is no draft" not in html(session)
    session.session_state["role"] = Role.MENTOR
    assert "Change it" in [one.label for one in session.run().button]


@pytest.mark.parametrize("old", [("{}", 0), ('{"purpose": "sekret"}', 0), (None, 1)])
def test_a_plan_of_another_form_is_said_to_be_one(
    *,
    page: AppTest,
    drafts: DraftStore,
    open_page: Callable[..., AppTest],
    html: Any,
    plan: SessionPlan,
    old: tuple[str | None, int],
) -> None:
    # why: an old plan must not break the page, and the way to its words must be told
    content, newer = old
    made = drafts.add(ME, "plan", "Old", content or plan.model_dump_json(), form=FORM + newer)
    session = press(open_page("plan"), f"ey-open-{made}")
    assert "is in a form that is not read any more" in html(session) and "sekret" not in html(session)
    assert drafts.open(ME, made).form == FORM + newer
    press(session, "ey-plan-back")
    assert button(session, f"ey-open-{made}").label == "Old"


def test_what_one_will_do_is_kept_as_a_commitment(
    page: AppTest, drafts: DraftStore, database: Database, open_page: Callable[..., AppTest], html: Any
) -> None:
    # why: a session ends on a commitment, and the commitment must be found where all of them are
    session = checked(page)
    press(session, "Keep as a commitment")
    assert "The commitment is empty" in html(session)
    field(session, "ey-plan-promise-text").set_value("Sit in on the stand-up")
    press(session, "Keep as a commitment")
    store = CommitmentStore(database)
    assert [(one.text, one.source) for one in store.list(ME)] == [("Sit in on the stand-up", None)]
    assert field(session, "ey-plan-promise-text").value == "" and "Kept</p>" in html(session)
    press(session, "ey-plan-save")
    session = open_page("plan", draft=drafts.list(ME)[0].id)
    field(session, "ey-plan-promise-text").set_value("Write to her")
    press(session, "Keep as a commitment")
    made = {one.text: one.source for one in store.list(ME)}
    assert made["Write to her"] == Source(kind="draft", item=drafts.list(ME)[0].id)
