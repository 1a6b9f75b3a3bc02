"""About whose sessions a saved note or plan is, on the page of the check; and erasing all of it on the pair's card."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app import state
from assistant.notes.advice import Adviser
from assistant.notes.note import Method, Note, NoteReport
from assistant.privacy.sending import Sending
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings
from assistant.store.accounts import AccountStore
from assistant.store.commitments import CommitmentStore
from assistant.store.conversations import ConversationStore
from assistant.store.database import Database
from assistant.store.drafts import DraftStore
from assistant.store.notes import NoteStore, SavedNote
from assistant.store.people import PeopleStore
from assistant.store.programmes import ProgrammeStore
from assistant.store.rights import RightsStore

TODAY = datetime.now(UTC).date()
TEXT = "Mark-5521 was late again, and we talked about it."
PAGE = """
import streamlit as st
from importlib import import_module
from app import navigation, state
state.admit()
st.navigation([navigation.page(name) for name in navigation.PAGES], position="hidden")
import_module(f"app.views.{st.session_state['page']}").render()
"""


class QuietChecker:
    """Finds nothing in any note."""

    def prepare(self) -> None:
        """Nothing to load."""

    def check(self, note: Note, sending: Sending | None = None) -> NoteReport:
        return NoteReport(id=note.id, text=note.text, findings=(), method=Method(classifier="quiet", sentences=1))


class Office:
    """Mina, a mentor of Hal in one pair, and a programme in which more pairs can be made."""

    def __init__(self, database: Database) -> None:
        self.database = database
        accounts, self.people = AccountStore(database), PeopleStore(database)
        self.programmes, self.commitments = ProgrammeStore(database), CommitmentStore(database)
        self.notes, self.drafts = NoteStore(database), DraftStore(database)
        self.ada = Actor(person=self.people.first_administrator("Ada"), role=Role.ADMINISTRATOR)
        self.max = self.add("Max", Role.MANAGER)
        self.mina, self.hal = self.add("Mina", Role.MENTOR), self.add("Hal <i>", Role.MENTEE)
        self.programme = self.programmes.create(self.max, "Spring <b>", TODAY, TODAY + timedelta(days=90))
        self.pair = self.programmes.pair(self.max, self.programme, self.mina.person, self.hal.person)
        self.tokens = {
            one: accounts.redeem(accounts.invite(self.ada, one.person), "violet tram 71 window")
            for one in (self.mina, self.hal)
        }

    def add(self, name: str, role: Role) -> Actor:
        made = self.people.add(self.ada, name)
        self.people.grant(self.ada, made, role)
        return Actor(person=made, role=role)

    def pair_with(self, name: str) -> str:
        """Another pair of Mina's."""
        mentee = self.add(name, Role.MENTEE)
        return self.programmes.pair(self.max, self.programme, self.mina.person, mentee.person)


@pytest.fixture(autouse=True)
def quiet(world: None, settings: Settings, monkeypatch: pytest.MonkeyPatch, store: ConversationStore) -> None:
    """The pages over the test's own database, with a check that finds nothing."""
    shipped = Adviser(Settings(home=settings.home, chat_model="none"))
    monkeypatch.setattr(state, "get_checker", QuietChecker)
    monkeypatch.setattr(state, "get_adviser", lambda: shipped)
    monkeypatch.setattr(state, "get_database", lambda: store._database)


@pytest.fixture
def office(quiet: None, settings: Settings, monkeypatch: pytest.MonkeyPatch, store: ConversationStore) -> Office:
    """The pages where people sign in."""
    mine = settings.model_copy(update={"sign_in": "local"})
    monkeypatch.setattr(state, "get_settings", lambda: mine)
    monkeypatch.setattr(state, "token", lambda: st.session_state["cookie"])
    return Office(store._database)


Shows = Callable[..., AppTest]


@pytest.fixture
def shows(office: Office) -> Shows:
    """A page in the browser of one of the two; given a session, that page in that session."""

    def run(page: str, who: Actor | None = None, session: AppTest | None = None) -> AppTest:
        ran = session or AppTest.from_string(PAGE, default_timeout=15)
        ran.session_state["cookie"] = office.tokens[who or office.mina]
        ran.session_state["page"] = page
        ran.run()
        assert not ran.exception
        return ran

    return run


def the(found: Any, key: str) -> Any:
    """The one widget whose key begins like this."""
    (one,) = [one for one in found if one.key and one.key.startswith(key)]
    return one


def press(session: AppTest, key: str) -> AppTest:
    the(session.button, key).click().run()
    assert not session.exception
    return session


def checked(session: AppTest) -> AppTest:
    session.text_area[0].set_value(TEXT).run()
    return press(session, "ey-note-check")


def asked(session: AppTest) -> list[Any]:
    return [one for one in session.selectbox if one.label == "About your sessions with"]


# Saving


def test_alone_nothing_is_asked_and_nothing_linked(open_page: Any, store: ConversationStore) -> None:
    # why: who sits alone at the machine has nobody to name
    session = checked(open_page("check"))
    press(press(session, "ey-note-save"), "ey-plan-save")
    me, notes = Actor(person=PERSONAL, role=Role.MENTOR), NoteStore(store._database)
    assert notes.load(me, notes.list(me)[0].id).pair is None and not asked(session)
    assert [one.pair for one in DraftStore(store._database).list(me)] == [None]


def test_with_one_pair_note_and_plan_are_about_it(office: Office, shows: Shows) -> None:
    # why: what is erased with a pair must be known without a question that has one answer
    session = checked(shows("check"))
    assert not asked(session)
    press(press(session, "ey-note-save"), "ey-plan-save")
    (note,), (plan,) = office.notes.list(office.mina), office.drafts.list(office.mina)
    assert office.notes.load(office.mina, note.id).pair == plan.pair == office.pair


def test_whom_a_saved_note_is_about_is_shown_and_can_be_changed(office: Office, shows: Shows) -> None:
    # why: a link that nobody sees would erase what nobody meant
    session = press(checked(shows("check")), "ey-note-save")
    (note,) = office.notes.list(office.mina)
    (about,) = asked(session)
    assert about.options == ["nobody in particular", "Hal <i>, Spring <b>"] and about.value == office.pair
    about.set_value("none").run()
    assert not session.exception and office.notes.load(office.mina, note.id).pair is None
    assert asked(session)[0].value == "none"
    asked(session)[0].set_value(office.pair).run()
    assert office.notes.load(office.mina, note.id).pair == office.pair


def test_with_several_pairs_one_is_asked_and_nobody_comes_first(office: Office, shows: Shows) -> None:
    # why: a guess would put one person's note among what is erased with another's
    other = office.pair_with("Uma")
    session = checked(shows("check"))
    first, second = asked(session)
    assert first.value == second.value == "none" and first.options[0] == "nobody in particular"
    press(session, "ey-plan-save")
    assert [one.pair for one in office.drafts.list(office.mina)] == [None]
    the(session.selectbox, "ey-about-choice-note").set_value(other).run()
    press(session, "ey-note-save")
    (note,) = office.notes.list(office.mina)
    assert office.notes.load(office.mina, note.id).pair == other


def test_without_a_pair_nothing_is_asked(office: Office, shows: Shows) -> None:
    # why: an ended pair is no present one, and a note can be saved all the same
    office.programmes.end_pair(office.max, office.pair)
    session = press(checked(shows("check")), "ey-note-save")
    (note,) = office.notes.list(office.mina)
    assert office.notes.load(office.mina, note.id).pair is None and not asked(session)


# Erasing


def fill(office: Office) -> None:
    """Something of every kind about the pair from both sides, and something of Mina's about nobody."""
    for actor in (office.mina, office.hal):
        office.notes.save(actor, SavedNote(title="about us", text="x", report="{}", pair=office.pair))
        office.drafts.add(actor, "plan", "for us", "{}", pair=office.pair)
        office.commitments.add(actor, "with us", pair=office.pair)
    office.notes.save(office.mina, SavedNote(title="about nobody", text="x", report="{}"))
    office.commitments.add(office.mina, "for nobody")
    office.programmes.record_session(office.mina, office.pair, TODAY, minutes_held=30)


def kept(office: Office, actor: Actor) -> list[str]:
    notes = [one.title for one in office.notes.list(actor)]
    plans = [one.title for one in office.drafts.list(actor)]
    return sorted([*notes, *plans, *(one.text for one in office.commitments.list(actor))])


def test_a_pair_is_erased_only_when_said_twice(office: Office, shows: Shows, html: Any) -> None:
    # why: there is no way back, so what goes and what stays is said before
    fill(office)
    session = press(shows("commitments"), "ey-erase-pair-")
    page = html(session)
    assert "Erased for good: the notes, plans, commitments and takeaways" in page
    assert "The pair ends, for Hal &lt;i&gt; too" in page
    assert "What Hal &lt;i&gt; wrote stays, because it is not yours" in page and "<i>" not in page
    assert len(kept(office, office.mina)) == 5
    press(session, "ey-erase-pair-keep")
    assert "Erased for good" not in html(session) and len(kept(office, office.mina)) == 5
    assert office.programmes.own_pairs(office.mina)[0].active


def test_what_one_wrote_about_the_pair_goes_and_the_partners_things_stay(
    office: Office, shows: Shows, html: Any
) -> None:
    # why: it is a right to one's own words, and not to what somebody else wrote
    fill(office)
    session = press(press(shows("commitments"), "ey-erase-pair-"), "ey-erase-pair-sure")
    page = html(session)
    assert kept(office, office.mina) == ["about nobody", "for nobody"]
    assert kept(office, office.hal) == ["about us", "for us", "with us"]
    assert "What you wrote about this pair is erased" in page and "What remains, and why" in page
    assert "That there was this pair, when it met and for how long" in page and "This pair has ended" in page
    assert len(office.programmes.sessions(office.hal, office.pair)) == 1
    other = html(shows("commitments", office.hal))
    assert "This pair has ended" in other and "with us" in other and "What remains" not in other
    assert "What remains" not in html(session.run())


def test_what_an_ended_pair_left_can_be_erased_too(office: Office, shows: Shows, html: Any) -> None:
    # why: most people clear up when it is over
    fill(office)
    office.programmes.end_pair(office.max, office.pair)
    session = press(shows("commitments"), "ey-erase-pair-")
    assert "The pair ends" not in html(session)
    press(session, "ey-erase-pair-sure")
    assert kept(office, office.mina) == ["about nobody", "for nobody"]


def test_the_note_that_was_saved_leaves_the_page_as_well(
    office: Office, shows: Shows, html: Any, coach: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # why: erased for good means that the open browser does not show it either, nor what is searched
    forgotten: list[str] = []
    monkeypatch.setattr(state, "forget_own", forgotten.append)
    session = press(press(checked(shows("check")), "ey-note-save"), "ey-plan-save")
    assert "Mark-5521" in html(session)
    assert the(shows("plan", session=session).button, "ey-plan-change")
    shows("commitments", session=session)
    press(press(session, "ey-erase-pair-"), "ey-erase-pair-sure")
    assert kept(office, office.mina) == []
    assert forgotten == [office.mina.person]
    page = html(shows("check", session=session))
    assert "Mark-5521" not in page and "Check a note" in page
    assert not any("Mark-5521" in str(one.value) for one in session.text_area)
    assert the(shows("plan", session=session).button, "ey-plan-make") and "No plan yet" in html(session)


def test_a_note_about_nobody_stays_on_the_page(office: Office, shows: Shows, html: Any) -> None:
    # why: erasing one thing must not clear away another
    session = press(checked(shows("check")), "ey-note-save")
    asked(session)[0].set_value("none").run()
    shows("commitments", session=session)
    press(press(session, "ey-erase-pair-"), "ey-erase-pair-sure")
    assert "Mark-5521" in html(shows("check", session=session)) and len(office.notes.list(office.mina)) == 1


def test_a_click_after_the_pair_is_gone_leaves_a_page_that_works(office: Office, shows: Shows, html: Any) -> None:
    # why: the other side may erase everything between the picture and the click
    session = press(shows("commitments"), "ey-erase-pair-")
    RightsStore(office.database).erase_me(office.hal)
    press(session, "ey-erase-pair-sure")
    assert "ey-erase-pair" not in str([one.key for one in session.button])
    assert "You are in no pair at present" in html(session) and "What remains" not in html(session)
