"""The page "Programme plan": from a goal to a programme that is kept, bettered, changed and taken along."""

import threading
from collections.abc import Callable, Generator, Iterator
from datetime import date
from typing import Any

import pytest
from icalendar import Calendar
from streamlit.testing.v1 import AppTest

from app import programme_edits as edits
from app import state
from app.programme_calendar import ics_of
from assistant.coach.programme import ProgrammePlan, ProgrammePlanner, ProgrammeWish, read_programme
from assistant.coach.service import ModelState
from assistant.errors import InputError
from assistant.events import Contact, Referral
from assistant.models.encoder import MiniLMEncoder
from assistant.models.service import ChatService
from assistant.privacy.sending import Sending
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings, load_settings
from assistant.store.database import Database
from assistant.store.drafts import DraftStore

ME = Actor(person=PERSONAL, role=Role.MANAGER)
GOAL = "Our plant managers understand what makes new technicians stay"


class Script(ProgrammePlanner):
    """The real planner, whose model is a script: one better goal behind a gate."""

    gate = threading.Event()
    line = ""

    def better(
        self, plan: ProgrammePlan, chat: ChatService, sending: Sending | None = None
    ) -> Generator[ProgrammePlan | None, None, None]:
        while not self.gate.wait(0.02):
            yield None
        yield plan.model_copy(update={"goal": self.line})


@pytest.fixture(scope="module")
def planner(tmp_path_factory: pytest.TempPathFactory) -> Script:
    settings = Settings(home=tmp_path_factory.mktemp("page"), chat_model="none")
    return Script(settings, MiniLMEncoder(load_settings().model_dir, 2))


@pytest.fixture
def drafts(settings: Settings) -> Iterator[DraftStore]:
    opened = Database(settings)
    yield DraftStore(opened)
    opened.close()


@pytest.fixture
def page(  # noqa: PLR0917
    monkeypatch: pytest.MonkeyPatch, world: None, coach: Any, drafts: DraftStore, planner: Script, settings: Settings,
    open_page: Callable[..., AppTest],
) -> Callable[..., AppTest]:  # fmt: skip
    """Opens the page as a programme manager."""
    planner.gate, planner.line = threading.Event(), ""
    coach.model = ModelState(status="none", message="")
    coach.referral = lambda text: None
    monkeypatch.setattr(state, "get_programme_planner", lambda: planner)
    monkeypatch.setattr(state, "warm_programme_planner", threading.Thread)
    monkeypatch.setattr(state, "get_drafts", lambda: drafts)
    monkeypatch.setattr(state, "role", lambda: Role.MANAGER)
    shipped = Settings(home=settings.home, chat_model="none")
    monkeypatch.setattr(state, "get_settings", lambda: shipped)
    return lambda **query: opened(open_page("programme_plan", **query))


def opened(session: AppTest) -> AppTest:
    assert not session.exception, session.exception
    return session


def press(session: AppTest, key: str) -> AppTest:
    found = next(one for one in session.button if (one.key or "").startswith(key) or one.label == key)
    return opened(found.click().run())


def area(session: AppTest, key: str) -> Any:
    return next(one for one in (*session.text_area, *session.text_input) if (one.key or "").startswith(key))


def made(session: AppTest, goal: str = GOAL) -> AppTest:
    area(session, "ey-programme-goal").set_value(goal)
    area(session, "ey-programme-roles").set_value("plant manager").run()
    return press(session, "ey-programme-make")


def kept(drafts: DraftStore) -> ProgrammePlan:
    (one,) = drafts.list(ME, "programme")
    draft = drafts.open(ME, one.id)
    plan = read_programme(draft.content, draft.form)
    assert plan is not None and draft.title == plan.title
    return plan


def test_a_plan_is_kept_as_it_is_made_and_there_after_a_reload(
    page: Callable[..., AppTest], drafts: DraftStore, html: Any
) -> None:
    # why: nothing may be lost between the first click and a reload
    session = made(page())
    plan = kept(drafts)
    assert plan.goal in html(session) and plan.wish.leader_roles == ("plant manager",)
    again = page(draft=drafts.list(ME)[0].id)
    assert plan.goal in html(again)
    for part in ("Month 6", "Check-ins", "Reaction", "Calendar", "Together", "Never asked"):
        assert part in html(again), part


def test_what_no_programme_serves_is_said_in_the_form_and_nothing_is_kept(
    page: Callable[..., AppTest], drafts: DraftStore, html: Any
) -> None:
    # why: the goal that was typed must still be there to be changed
    session = made(page(), "rank our executives by digital skills")
    assert "ranks and rates nobody" in html(session) and drafts.list(ME) == ()
    assert area(session, "ey-programme-goal").value == "rank our executives by digital skills"


def test_harm_is_answered_with_contacts(
    page: Callable[..., AppTest], drafts: DraftStore, coach: Any, html: Any
) -> None:
    # why: no job coaches around harm
    session = page()
    found = Referral(kind="danger", message="Call them now.", contacts=(Contact(name="Help", address="112"),))
    coach.referral = lambda text: found
    session = made(session)
    assert "Call them now." in html(session) and drafts.list(ME) == ()


def test_a_part_is_changed_saved_and_taken_back(page: Callable[..., AppTest], drafts: DraftStore, html: Any) -> None:
    # why: a plan that cannot be changed is a lecture
    session = press(made(page()), "ey-programme-change-pitch")
    before = kept(drafts).pitch
    area(session, "ey-pg-lines-").set_value("First sentence.\n\nSecond sentence.")
    session = press(session, "ey-programme-save-pitch")
    assert kept(drafts).pitch == ("First sentence.", "Second sentence.") and "First sentence." in html(session)
    press(session, "ey-programme-undo")
    assert kept(drafts).pitch == before


def test_minutes_that_do_not_add_up_are_refused_and_nothing_typed_is_lost(
    page: Callable[..., AppTest], drafts: DraftStore, html: Any
) -> None:
    # why: a first session of 47 minutes in a slot of 45
    session = press(made(page()), "ey-programme-change-first_session")
    plan = kept(drafts)
    number = next(one for one in session.number_input if (one.key or "").startswith("ey-pg-minutes-0"))
    number.set_value(plan.first_session.items[0].minutes + 2)
    session = press(session, "ey-programme-save-first_session")
    assert "add up to 47 minutes" in html(session) and kept(drafts) == plan


def test_a_topic_is_swapped_for_another_that_fits(page: Callable[..., AppTest], drafts: DraftStore) -> None:
    # why: the manager knows what was talked about last year
    session = made(page())
    before = kept(drafts)
    number = next(one.number for one in before.sessions if one.topic)
    session = press(session, f"ey-session-swap-{number}")
    radio = next(one for one in session.radio if (one.key or "").startswith("ey-plan-topic-programme-"))
    session = opened(radio.set_value(radio.options[0] if radio.options[0] in radio.options else None).run())
    press(session, f"ey-swap-do-{number}")
    after = kept(drafts)
    assert after.sessions[number - 1].topic not in {one.topic for one in before.sessions}
    assert any(after.sessions[number - 1].title in one.what for one in after.calendar)


def test_the_models_words_come_in_and_never_over_the_persons(  # noqa: PLR0917
    page: Callable[..., AppTest], drafts: DraftStore, planner: Script, coach: Any, html: Any, monkeypatch: Any
) -> None:
    # why: bettering must not cost a word that somebody typed
    coach.model = ModelState(status="ready", message="")
    planner.line = "The leaders know what makes technicians stay, and each has changed one thing."
    planner.gate.set()
    session = made(page())
    for _ in range(20):
        session.run()
        if planner.line in html(session):
            break
    assert kept(drafts).goal == planner.line
    plan = planner.plan(ProgrammeWish(goal=GOAL))
    mine = plan.model_copy(update={"goal": "My own words."})
    assert edits.merged(mine, plan, plan.model_copy(update={"goal": planner.line})).goal == "My own words."


def test_a_deleted_plan_can_be_brought_back(page: Callable[..., AppTest], drafts: DraftStore, html: Any) -> None:
    # why: one click must not cost an afternoon
    session = press(made(page()), "ey-programme-delete")
    assert drafts.list(ME) == () and "It can be brought back" in html(session)
    press(session, "ey-programme-restore")
    assert len(drafts.list(ME)) == 1


def test_others_are_told_kindly(page: Callable[..., AppTest], html: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # why: an address is shared, and nobody should meet a wall
    monkeypatch.setattr(state, "role", lambda: Role.MENTOR)
    session = page()
    assert "Do you run the programme yourself? Choose manager." in html(session) and not session.text_area


# Edits and the calendar, without a page


@pytest.fixture
def plan(planner: Script) -> ProgrammePlan:
    return planner.plan(ProgrammeWish(goal=GOAL, starts=date(2027, 3, 1)))


def test_another_first_week_moves_every_date(plan: ProgrammePlan) -> None:
    # why: starts are put off
    moved = edits.restarted(plan, date(2027, 4, 5))
    assert all((new.on - old.on).days == 35 for new, old in zip(moved.calendar, plan.calendar, strict=True))
    assert edits.restarted(plan, None).sessions[0].on is None and edits.restarted(moved, date(2027, 3, 1)) == plan


@pytest.mark.parametrize(
    "change",
    [
        lambda plan: edits.with_goal(plan, "", "A goal.", "one\ntwo"),
        lambda plan: edits.with_goal(plan, "A title", "A goal.", "one"),
        lambda plan: edits.with_lines(plan, "pitch", " \n "),
        lambda plan: edits.with_check_ins(plan, ()),
        lambda plan: edits.with_evaluation(plan, plan.evaluation[1:], plan.shown),
        lambda plan: edits.with_session(plan, plan.sessions[1].model_copy(update={"title": " "})),
        lambda plan: edits.with_first_session(plan, [(10, "Alone", "")]),
        lambda plan: edits.lines_of("x\n" * 50),
    ],
)
def test_a_change_that_breaks_the_plan_is_one_plain_line(plan: ProgrammePlan, change: Any) -> None:
    # why: the form stands, and says what to do
    with pytest.raises(InputError) as raised:
        change(plan)
    assert str(raised.value).endswith(".") and "\n" not in str(raised.value)


def test_the_calendar_file_has_every_entry_on_its_day(plan: ProgrammePlan) -> None:
    # why: this goes into the manager's own calendar
    events = Calendar.from_ical(ics_of(plan, "a" * 32)).walk("VEVENT")
    assert len(events) == len(plan.calendar) and len({str(one["uid"]) for one in events}) == len(events)
    assert [one.decoded("dtstart") for one in events] == [one.on for one in plan.calendar]
    with pytest.raises(InputError):
        ics_of(edits.restarted(plan, None), "a" * 32)
