"""The page "Session plan": from a few words to a plan that is kept, bettered, changed and taken along; both modes."""

import threading
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app import known, planning, state
from assistant.coach.plan import Known, Planner, PlanWish, Promise
from assistant.coach.service import ModelState
from assistant.models.service import ChatService
from assistant.models.testing import HashedEmbeddings
from assistant.notes.mistake import Mistake
from assistant.notes.note import Debrief, Evidence, Finding, Method, NoteReport, Topic
from assistant.notes.session_plan import FORM, SessionPlan
from assistant.privacy.sending import Sending
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings
from assistant.store.accounts import AccountStore
from assistant.store.commitments import CommitmentStore, Source
from assistant.store.conversations import ConversationStore
from assistant.store.database import Database
from assistant.store.drafts import DraftStore
from assistant.store.notes import NoteStore, SavedNote
from assistant.store.people import PeopleStore
from assistant.store.programmes import ProgrammeStore
from assistant.store.shares import ShareStore

ME = Actor(person=PERSONAL, role=Role.MENTOR)
NOTHING = Known()
TODAY = datetime.now(UTC).date()
PAGE = """
import streamlit as st
from importlib import import_module
from app import navigation, state
from app.components import pair_foot
state.admit()
st.navigation([navigation.page(name) for name in navigation.PAGES], position="hidden")
pair_foot.draw()
import_module("app.views.plan").render()
"""


class Script(Planner):
    """The real planner, whose model is a script: whole plans, each made from the one before, and gates to wait at."""

    steps: tuple[Callable[[SessionPlan], SessionPlan] | threading.Event, ...] = ()
    closed = 0

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, HashedEmbeddings())
        self.asked: list[tuple[PlanWish, Known]] = []

    def plan(self, wish: PlanWish, known: Known = NOTHING) -> SessionPlan:
        self.asked.append((wish, known))
        return super().plan(wish, known)

    def better(
        self, plan: SessionPlan, chat: ChatService, sending: Sending | None = None
    ) -> Generator[SessionPlan | None, None, None]:
        try:
            for step in self.steps:
                if isinstance(step, threading.Event):
                    while not step.wait(0.02):
                        yield None
                else:
                    plan = step(plan)
                    yield plan
        finally:
            self.closed += 1


@pytest.fixture
def shipped(settings: Settings) -> Settings:
    """The test's own home with the shipped topics and words."""
    return Settings(home=settings.home, chat_model="none")


@pytest.fixture
def database(store: ConversationStore) -> Database:
    return store._database


@pytest.fixture
def drafts(database: Database) -> DraftStore:
    return DraftStore(database)


@pytest.fixture
def planner(
    world: None, monkeypatch: pytest.MonkeyPatch, shipped: Settings, database: Database, coach: Any
) -> Iterator[Script]:
    coach.model = ModelState(status="none", message="")
    monkeypatch.setattr(state, "get_settings", lambda: shipped)
    monkeypatch.setattr(state, "get_database", lambda: database)
    made = Script(shipped)
    monkeypatch.setattr(state, "get_planner", lambda: made)
    yield made
    for step in made.steps:
        if isinstance(step, threading.Event):
            step.set()


@pytest.fixture
def page(planner: Script, open_page: Callable[..., AppTest]) -> AppTest:
    session = open_page("plan")
    assert not session.exception
    return session


def every(session: AppTest) -> list[Any]:
    kinds = ("button", "text_input", "text_area", "number_input", "date_input", "time_input", "radio", "button_group")
    return [one for kind in kinds for one in session.get(kind)]


def field(session: AppTest, key: str) -> Any:
    return next(one for one in every(session) if (one.key or "").startswith(key) or getattr(one, "label", "") == key)


def has(session: AppTest, key: str) -> bool:
    return any((one.key or "").startswith(key) for one in every(session))


def press(session: AppTest, key: str) -> AppTest:
    field(session, key).click().run()
    assert not session.exception
    return session


def made(session: AppTest, **words: Any) -> AppTest:
    """A plan from these words."""
    for key, value in ({"role": "CTO", "name": "Henrik"} | words).items():
        field(session, f"ey-plan-{key}-").set_value(value).run()
    return press(session, "ey-plan-make")


def until_closed(planner: Script) -> None:
    """Waits until the script was left, or four seconds."""
    for _ in range(200):
        if planner.closed:
            return
        threading.Event().wait(0.02)


def kept(drafts: DraftStore, actor: Actor = ME) -> SessionPlan:
    (one,) = drafts.list(actor, "plan")
    found = drafts.open(actor, one.id)
    assert found.form == FORM
    return SessionPlan.model_validate_json(found.content)


# Making


def test_a_plan_is_made_kept_and_there_after_a_reload(
    page: AppTest, drafts: DraftStore, open_page: Callable[..., AppTest], html: Any
) -> None:
    # why: the page's one job, and nothing of it may be lost with the tab
    assert "No plan yet" in html(page)
    day = TODAY + timedelta(days=3)
    session = made(page, about="release notes", day=day, hour=datetime(2026, 1, 1, 16).time(), length=30)
    plan = kept(drafts)
    assert (plan.minutes, plan.about, plan.mentee_role, plan.name) == (30, "release notes", "CTO", "Henrik")
    assert plan.starts == datetime(day.year, day.month, day.day, 16)
    shown = html(session)
    assert f"<h1>Your plan for {day:%A}</h1>" in shown and "with Henrik · 16:00, 30 minutes" in shown
    assert "<b>16:00</b>" in shown and "Ask Henrik for" in shown
    assert all(question in shown.replace("&#x27;", "'") for block in plan.blocks for question in block.questions)
    address = session.query_params["draft"]
    again = open_page("plan", draft=address if isinstance(address, str) else address[0])
    assert f"<h1>Your plan for {day:%A}</h1>" in html(again)


def test_topics_suit_the_wish_and_the_chosen_one_is_planned(page: AppTest, planner: Script, drafts: DraftStore) -> None:
    # why: a suggestion that is not taken up is decoration
    field(page, "ey-plan-about-").set_value("salary talks and pay").run()
    radio = field(page, "ey-plan-topic-")
    assert radio.options[0] == "Let the plan choose" and len(radio.options) == 5
    chosen = radio.options[2]
    radio.set_value(2).run()
    made(page)
    ((wish, _),) = planner.asked
    (topic,) = kept(drafts).topics
    assert topic.id == wish.topic and topic.title == chosen


def test_a_disclosure_gets_the_contacts_and_no_plan(page: AppTest, drafts: DraftStore, html: Any) -> None:
    # why: harm is not coached around, and nothing of it is kept
    session = made(page, about="He touched me again after the meeting and I am afraid of him")
    assert "Ombuds office" in html(session) and drafts.list(ME) == () and has(session, "ey-plan-make")
    made(session, about="How we run stand-ups")
    assert "Ombuds office" not in html(session) and len(drafts.list(ME)) == 1


def test_the_role_typed_last_is_there_next_time_and_had_topics_are_not(page: AppTest, html: Any) -> None:
    # why: who comes every two weeks should not type the same again, nor be offered the same again
    session = made(page)
    first = kept(DraftStore(state.get_database())).topics[0].title
    press(session, "ey-plan-back")
    assert (field(session, "ey-plan-role-").value, field(session, "ey-plan-name-").value) == ("CTO", "Henrik")
    assert first not in field(session, "ey-plan-topic-").options


def test_a_manager_is_told_that_it_is_not_theirs(page: AppTest, html: Any) -> None:
    # why: a plan belongs to a pair
    page.session_state["role"] = Role.MANAGER
    assert "A plan belongs to a session of a pair" in html(page.run()) and not has(page, "ey-plan-make")


# What is known


def report(*mistakes: Mistake) -> str:
    found = tuple(
        Finding(
            mistake=one,
            confidence=0.9 - at / 10,
            evidence=(Evidence(quote="x", start=0, end=1),),
            question="?",
            advice="a",
        )
        for at, one in enumerate(mistakes)
    )
    return NoteReport(id="n", text="", findings=found, method=Method(classifier="t")).model_dump_json()


def test_alone_what_was_kept_goes_into_the_plan(page: AppTest, database: Database, planner: Script) -> None:
    # why: a plan that knows nothing of last time is a template
    commitments, notes = CommitmentStore(database), NoteStore(database)
    commitments.add(ME, "Late thing", due=TODAY - timedelta(days=1))
    done = commitments.add(ME, "Done thing")
    commitments.settle(ME, done, "kept")
    dropped = commitments.add(ME, "Gone thing")
    commitments.settle(ME, dropped, "dropped", "no use")
    debrief = Debrief(topics=frozenset({Topic.TOOLS})).model_dump_json()
    notes.save(ME, SavedNote(title="old", text="x", report=report(Mistake.NO_TIME)))
    notes.save(
        ME,
        SavedNote(
            title="t",
            text="x",
            report=report(Mistake.ALIBI, Mistake.ONE_WAY_LECTURING),
            debrief=debrief,
            verdicts={"alibi": False},
        ),
    )
    made(page)
    ((_, found),) = planner.asked
    late = Promise(text="Late thing", owner="mentor", due=TODAY - timedelta(days=1), state="missed")
    assert found.commitments == (late, Promise(text="Done thing", owner="mentor", state="kept"))
    assert found.findings == (Mistake.ONE_WAY_LECTURING,) and found.human_thread is False
    assert (found.sessions, found.month, found.topics) == (None, None, ())


def test_a_check_of_another_version_breaks_nothing(page: AppTest, database: Database, drafts: DraftStore) -> None:
    # why: notes are kept for a year, and Eyelevel changes
    NoteStore(database).save(ME, SavedNote(title="t", text="x", report='{"old": 1}', debrief='{"odd": 2}'))
    drafts.add(ME, "plan", "Old", "{}", form=FORM + 1)
    made(page)
    assert len(drafts.list(ME)) == 2


# Bettering


def test_the_models_improvements_come_in_and_are_kept(
    page: AppTest, planner: Script, coach: Any, drafts: DraftStore, html: Any
) -> None:
    # why: the first plan is there at once, and the better one without a click
    coach.model = ModelState(status="ready", message="")
    planner.steps = (lambda plan: plan.model_copy(update={"purpose": "A better purpose"}),)
    session = made(page)
    until_closed(planner)
    assert "A better purpose" in html(session.run()) and kept(drafts).purpose == "A better purpose"
    assert "The chat model looks" not in html(session)


def test_leave_it_as_it_is_stops_the_model(planner: Script, coach: Any, monkeypatch: Any, open_page: Any) -> None:
    # why: nobody has to wait for a machine, nor read a plan that changes under the eyes
    coach.model = ModelState(status="ready", message="")
    gate = threading.Event()
    planner.steps = (gate, lambda plan: plan.model_copy(update={"purpose": "Too late"}))
    monkeypatch.setattr("app.views.plan._look_again", lambda saved, waiting: None)
    session = made(open_page("plan"))
    assert has(session, "ey-plan-enough")
    press(session, "ey-plan-enough")
    until_closed(planner)
    assert planner.closed == 1 and not has(session.run(), "ey-plan-enough")
    assert "Too late" not in kept(DraftStore(state.get_database())).purpose


def test_what_was_changed_meanwhile_is_not_overwritten(
    planner: Script, coach: Any, drafts: DraftStore, monkeypatch: Any, open_page: Any
) -> None:
    # why: a person who improves a sentence while the model works has the last word
    coach.model = ModelState(status="ready", message="")
    gate = threading.Event()
    planner.steps = (gate, lambda plan: plan.model_copy(update={"purpose": "Model", "commitment": "Model"}))
    monkeypatch.setattr("app.views.plan._look_again", lambda saved, waiting: None)
    session = press(made(open_page("plan")), "ey-plan-change")
    gate.set()
    until_closed(planner)
    session.run()
    field(session, "ey-plan-purpose").set_value("Mine")
    press(session, "Save")
    session.run()
    assert (kept(drafts).purpose, kept(drafts).commitment) == ("Mine", "Model")


def test_another_page_ends_the_work(planner: Script, coach: Any, monkeypatch: Any, open_page: Any) -> None:
    # why: a model that works for a page nobody looks at keeps others waiting
    coach.model = ModelState(status="ready", message="")
    planner.steps = (threading.Event(),)
    monkeypatch.setattr("app.views.plan._look_again", lambda saved, waiting: None)
    session = made(open_page("plan"))
    desks: dict[str, planning.Desk] = session.session_state["ey-plan-desks"]
    monkeypatch.setattr(st, "session_state", {"ey-plan-desks": desks})
    planning.stop_all()
    until_closed(planner)
    assert planner.closed == 1


# Changing


def test_parts_move_and_go_and_the_minutes_are_fitted(page: AppTest, drafts: DraftStore, html: Any) -> None:
    # why: each step takes what was typed, and one button mends the sum
    session = press(made(page), "ey-plan-change")
    before = kept(drafts)
    field(session, "ey-part-title-1").set_value("My part")
    press(session, "ey-icon-arrow_upward-1")
    assert field(session, "ey-part-title-0").value == "My part"
    press(session, "ey-icon-delete-1")
    press(session, "Save")
    assert "The parts take" in html(session) and kept(drafts) == before
    press(session, "Fit the minutes")
    press(session, "Save")
    after = kept(drafts)
    assert after.blocks[0].title == "My part" and len(after.blocks) == len(before.blocks) - 1
    assert sum(block.minutes for block in after.blocks) == after.minutes == before.minutes
    press(session, "ey-plan-undo-change")
    assert kept(drafts) == before and not has(session, "ey-plan-undo-change")


def test_harm_that_is_written_into_a_plan_gets_the_contacts(page: AppTest, drafts: DraftStore, html: Any) -> None:
    # why: people write what weighs on them wherever there is a box; it is theirs to keep, and not to be passed over
    session = press(made(page), "ey-plan-change")
    assert "Ombuds office" not in html(session)
    field(session, "ey-part-what-1").set_value("He touched me again after the meeting and I am afraid of him")
    press(session, "Save")
    assert "Ombuds office" in html(session) and "afraid of him" in kept(drafts).blocks[1].what
    press(session, "ey-plan-undo-change")
    assert "Ombuds office" not in html(session)


def test_a_part_can_be_added_and_is_asked_for_its_title(page: AppTest, drafts: DraftStore, html: Any) -> None:
    # why: a plan may need what nobody thought of
    session = press(press(made(page), "ey-plan-change"), "ey-plan-add")
    number = len(kept(drafts).blocks)
    press(session, "Save")
    assert f"Part {number} has no title" in html(session)
    field(session, f"ey-part-title-{number - 1}").set_value("Coffee")
    press(press(session, "Fit the minutes"), "Save")
    assert kept(drafts).blocks[-2].title == "Coffee"


def test_another_question_of_the_topic_takes_the_place_of_one(page: AppTest, drafts: DraftStore) -> None:
    # why: the catalogue has more questions than a plan asks
    session = press(made(page), "ey-plan-change")
    before = field(session, "ey-part-questions-1").value
    press(session, "ey-part-other-1")
    after = field(session, "ey-part-questions-1").value
    assert after != before and after.splitlines()[0].endswith("?")


def test_another_topic_makes_the_plan_anew_and_can_be_taken_back(page: AppTest, drafts: DraftStore) -> None:
    # why: the topic is the one thing that is chosen wrongly most easily
    session = made(page)
    before = kept(drafts)
    press(press(session, "ey-plan-swap"), "ey-plan-swap-keep")
    assert not has(session, "ey-plan-swap-do")
    press(press(session, "ey-plan-swap"), "ey-plan-swap-do")
    after = kept(drafts)
    assert after.topics != before.topics and (after.minutes, after.name) == (before.minutes, before.name)
    press(session, "ey-plan-undo-change")
    assert kept(drafts) == before


# Taking along


def test_the_calendar_asks_for_a_day_where_there_is_none(page: AppTest, drafts: DraftStore, html: Any) -> None:
    # why: a session without a day is none
    session = made(page)
    press(session, "Keep the day")
    assert "The day or the time is missing" in html(session)
    day = TODAY + timedelta(days=2)
    field(session, "ey-plan-ics-day").set_value(day)
    field(session, "ey-plan-ics-hour").set_value(datetime(2026, 1, 1, 9, 30).time())
    press(session, "Keep the day")
    assert kept(drafts).starts == datetime(day.year, day.month, day.day, 9, 30)
    assert not has(session, "ey-plan-ics-day") and "<b>09:30</b>" in html(session)


def test_every_file_holds_the_plan(page: AppTest, drafts: DraftStore, monkeypatch: Any) -> None:
    # why: what is taken along must be what was on the page
    offered: dict[str, Any] = {}
    monkeypatch.setattr(
        "app.components.download.button", lambda name, file, mime, make, **look: offered.update({mime: (file, make)})
    )
    session = made(page, day=TODAY + timedelta(days=1), hour=datetime(2026, 1, 1, 16).time())
    assert not session.exception
    for mime, ending, beginning in (
        ("text/calendar", ".ics", b"BEGIN:VCALENDAR"),
        ("application/pdf", ".pdf", b"%PDF"),
        ("text/markdown", ".md", b"# Session plan for"),
    ):
        file, make = offered[mime]
        content = make()
        assert file.endswith(ending)
        assert (content if isinstance(content, bytes) else content.encode()).startswith(beginning)


def test_the_card_shows_one_question_a_part_and_nothing_to_change(page: AppTest, drafts: DraftStore, html: Any) -> None:
    # why: it lies on the table during the session, to be read at a glance
    session = press(made(page), "ey-plan-card")
    plan = kept(drafts)
    shown = html(session).replace("&#x27;", "'")
    for block in plan.blocks:
        assert block.title in shown and block.questions[0] in shown
        assert all(question not in shown for question in block.questions[1:])
    assert plan.blocks[0].what not in shown and not has(session, "ey-plan-change")
    press(session, "ey-plan-whole")
    assert has(session, "ey-plan-change") and "card" not in session.query_params


# Where people sign in


class Office:
    """Mina, the mentor of Hal, in the second month of a programme of three."""

    def __init__(self, database: Database) -> None:
        accounts, people = AccountStore(database), PeopleStore(database)
        self.programmes, self.drafts = ProgrammeStore(database), DraftStore(database)
        self.commitments, self.shares = CommitmentStore(database), ShareStore(database)
        self.ada = Actor(person=people.first_administrator("Ada"), role=Role.ADMINISTRATOR)
        self.max = self._add(people, "Max", Role.MANAGER)
        self.mina, self.hal = self._add(people, "Mina", Role.MENTOR), self._add(people, "Hal <i>", Role.MENTEE)
        begun = TODAY - timedelta(days=35)
        self.programme = self.programmes.create(self.max, "Spring", begun, begun + timedelta(days=91))
        self.pair = self.programmes.pair(self.max, self.programme, self.mina.person, self.hal.person)
        self.tokens = {
            one: accounts.redeem(accounts.invite(self.ada, one.person), "violet tram 71 window")
            for one in (self.mina, self.hal)
        }

    def _add(self, people: PeopleStore, name: str, role: Role) -> Actor:
        made = people.add(self.ada, name)
        people.grant(self.ada, made, role)
        return Actor(person=made, role=role)


@pytest.fixture
def office(planner: Script, shipped: Settings, monkeypatch: pytest.MonkeyPatch, database: Database) -> Office:
    mine = shipped.model_copy(update={"sign_in": "local"})
    monkeypatch.setattr(state, "get_settings", lambda: mine)
    monkeypatch.setattr(state, "token", lambda: st.session_state["cookie"])
    return Office(database)


@pytest.fixture
def shows(office: Office) -> Callable[[Actor], AppTest]:
    def run(who: Actor) -> AppTest:
        session = AppTest.from_string(PAGE, default_timeout=20)
        session.session_state["cookie"] = office.tokens[who]
        session.run()
        assert not session.exception
        return session

    return run


def test_the_pair_is_filled_in_and_what_both_kept_goes_into_the_plan(
    office: Office, shows: Callable[[Actor], AppTest], planner: Script, html: Any
) -> None:
    # why: the pair's own history is what a blank chat does not have
    soon = TODAY + timedelta(days=4)
    office.programmes.record_session(office.mina, office.pair, TODAY - timedelta(days=20), minutes_held=40)
    office.programmes.record_session(office.mina, office.pair, TODAY - timedelta(days=9), minutes_held=0)
    office.programmes.record_session(office.hal, office.pair, soon, minutes_planned=30)
    shared = office.commitments.add(office.hal, "Sit in on the stand-up", pair=office.pair)
    office.commitments.add(office.hal, "Secret-4711", pair=office.pair)
    office.shares.share(office.hal, "commitment", shared, office.mina.person)
    session = shows(office.mina)
    assert field(session, "ey-plan-day").value == soon and not has(session, "ey-plan-name")
    shown = html(session)
    assert "You and Hal &lt;i&gt;" in shown and "Session 2, month 2 of 3" in shown
    assert f"Next: {soon:%A}</p>" in shown
    field(session, "ey-plan-role").set_value("CFO").run()
    press(session, "ey-plan-make")
    ((_, found),) = planner.asked
    assert found.commitments == (Promise(text="Sit in on the stand-up", owner="mentee"),)
    assert (found.sessions, found.month) == (1, 3)
    (draft,) = office.drafts.list(office.mina, "plan")
    assert draft.pair == office.pair
    shown = html(session)
    assert f"<h1>Your plan for {soon:%A}</h1>" in shown and "Session 2 with Hal &lt;i&gt; · 30 minutes" in shown
    assert "Secret-4711" not in shown and "<i>" not in shown.replace('<i class="', "")


def test_the_other_side_finds_nothing_of_it(office: Office, shows: Callable[[Actor], AppTest], html: Any) -> None:
    # why: a plan is one's own, in a pair as well
    session = shows(office.mina)
    field(session, "ey-plan-about").set_value("Mark-0815").run()
    press(session, "ey-plan-make")
    (draft,) = office.drafts.list(office.mina, "plan")
    other = AppTest.from_string(PAGE, default_timeout=20)
    other.session_state["cookie"] = office.tokens[office.hal]
    other.query_params["draft"] = draft.id
    other.run()
    assert not other.exception and has(other, "ey-plan-make")
    assert "Mark-0815" not in html(other) and "No plan yet" in html(other)


def test_a_commitment_made_from_a_plan_belongs_to_its_pair(
    office: Office, shows: Callable[[Actor], AppTest], html: Any
) -> None:
    # why: what was promised for a pair is erased with it, and carried into its next plan
    session = press(shows(office.mina), "ey-plan-make")
    field(session, "ey-plan-promise-text").set_value("Bring the tally")
    press(session, "Keep as a commitment")
    (one,) = office.commitments.list(office.mina)
    (draft,) = office.drafts.list(office.mina, "plan")
    assert (one.pair, one.source) == (office.pair, Source(kind="draft", item=draft.id))


def test_a_month_is_counted_from_one_and_never_past_the_end(office: Office) -> None:
    # why: month 7 of 6 would make anybody doubt the rest
    (programme,) = office.programmes.list(office.max)
    begun = programme.starts_on
    assert known.programme_month(programme, begun - timedelta(days=9)) == (1, 3)
    assert known.programme_month(programme, begun) == (1, 3)
    assert known.programme_month(programme, begun + timedelta(days=31)) == (2, 3)
    assert known.programme_month(programme, begun + timedelta(days=400)) == (3, 3)
