"""The page "You said, I did", and sharing wherever it stands: alone on a computer, and between the two of a pair."""

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app import checking, state
from app.components.days import due_in_words, in_words
from app.preferences import save_role
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings
from assistant.store.accounts import AccountStore
from assistant.store.commitments import Commitment, CommitmentStore
from assistant.store.conversations import ConversationStore
from assistant.store.database import Database
from assistant.store.notes import NoteStore, SavedNote
from assistant.store.people import PeopleStore
from assistant.store.programmes import ProgrammeStore
from assistant.store.rights import RightsStore
from assistant.store.shares import ShareStore

ME = Actor(person=PERSONAL, role=Role.MENTOR)
TODAY = datetime.now(UTC).date()
PAGE = """
import streamlit as st
from app import navigation, state
from app.components import saved, sharing
from app.views import commitments
state.admit()
st.navigation([navigation.page(name) for name in navigation.PAGES], position="hidden")
{draw}
"""


def the(found: Any, key: str) -> Any:
    """The one widget whose key begins like this."""
    (one,) = [one for one in found if one.key and one.key.startswith(key)]
    return one


def buttons(session: AppTest, label: str) -> list[Any]:
    return [one for one in session.button if one.label == label]


@pytest.fixture
def commitments(store: ConversationStore) -> CommitmentStore:
    return CommitmentStore(store._database)


def promise(session: AppTest, text: str, due: date | None = None) -> AppTest:
    """Fill in the form of a new commitment and send it."""
    the(session.text_area, "ey-commitment-text-new").set_value(text)
    the(session.date_input, "ey-commitment-due-new").set_value(due)
    return the(session.button, "FormSubmitter:ey-commitment-new").click().run()


# Days


def test_days_are_said_as_people_say_them() -> None:
    # why: a day that is over is named without reproach, and another year with its year
    now = date(2026, 11, 22)
    assert in_words(date(2026, 11, 24), now) == "Tuesday 24 November"
    assert in_words(date(2027, 1, 4), now) == "Monday 4 January 2027"
    assert [due_in_words(now + timedelta(days), now) for days in (0, 1, 2)] == [
        "For today",
        "For tomorrow",
        "By Tuesday 24 November",
    ]
    late = due_in_words(date(2026, 11, 13), now)
    assert late.startswith("Was meant for Friday 13 November.") and "overdue" not in late.lower()


# Alone


def test_a_commitment_is_kept_and_shown_as_the_text_it_is(
    open_page: Any, html: Any, commitments: CommitmentStore
) -> None:
    # why: what somebody typed is never markup, and the form is empty again for the next one
    session = promise(open_page("commitments"), "Ask <b>twice</b> & **listen**", TODAY + timedelta(days=1))
    (kept,) = commitments.list(ME)
    assert not session.exception and (kept.text, kept.due) == ("Ask <b>twice</b> & **listen**", TODAY + timedelta(1))
    assert "Ask &lt;b&gt;twice&lt;/b&gt; &amp; **listen**" in html(session) and "<b>twice" not in html(session)
    assert "For tomorrow" in html(session)
    assert the(session.text_area, "ey-commitment-text-new").value == ""


def test_an_empty_one_is_refused_in_a_line_and_nothing_typed_is_lost(
    open_page: Any, html: Any, commitments: CommitmentStore
) -> None:
    # why: bad input costs a sentence and no work
    session = promise(open_page("commitments"), "   ", TODAY)
    assert "write at least one word" in html(session) and commitments.list(ME) == ()
    assert the(session.date_input, "ey-commitment-due-new").value == TODAY


def test_open_ones_stand_the_soonest_due_first(open_page: Any, html: Any, commitments: CommitmentStore) -> None:
    # why: the page answers "what next?" with its first line
    for text, days in (("later", 9), ("over", -3), ("sooner", 2)):
        commitments.add(ME, text, due=TODAY + timedelta(days))
    commitments.add(ME, "some day")
    page = html(open_page("commitments"))
    assert page.index(">over<") < page.index(">sooner<") < page.index(">later<") < page.index(">some day<")
    assert "Was meant for" in page


def test_done_is_one_click_and_so_is_open_again(open_page: Any, html: Any, commitments: CommitmentStore) -> None:
    # why: nobody writes a report about a small thing that was done, and a slip is put right as fast
    commitments.add(ME, "Small thing")
    session = open_page("commitments")
    assert "I did</h2>" not in html(session)
    the(session.button, "ey-done").click().run()
    (kept,) = commitments.list(ME)
    assert kept.outcome == "kept" and html(session).index("I did</h2>") < html(session).index("Small thing")
    the(session.button, "ey-reopen").click().run()
    assert commitments.list(ME)[0].outcome is None and "I did</h2>" not in html(session)


def settle(session: AppTest, outcome: str, why: str, **fields: Any) -> AppTest:
    """Say in the form that it went otherwise."""
    the(session.segmented_control, "ey-outcome").set_value(outcome).run()
    the(session.text_area, "ey-outcome-why").set_value(why)
    if "instead" in fields:
        the(session.text_area, "ey-outcome-instead").set_value(fields["instead"])
        the(session.date_input, "ey-outcome-due").set_value(fields["due"])
    return the(session.button, "FormSubmitter:ey-outcome-form").click().run()


def test_what_changed_or_was_let_go_says_why(open_page: Any, html: Any, commitments: CommitmentStore) -> None:
    # why: a promise that was not kept is worth a word, or it is an excuse
    commitments.add(ME, "Old plan", due=TODAY)
    session = open_page("commitments")
    settle(session, "changed", " ", instead="New plan", due=TODAY + timedelta(days=7))
    assert "without a reason" in html(session) and len(commitments.list(ME)) == 1
    assert the(session.text_area, "ey-outcome-instead").value == "New plan"
    settle(session, "changed", "He <asked> for it", instead="New plan", due=TODAY + timedelta(days=7))
    new, old = commitments.list(ME)
    assert (new.text, new.due, new.outcome) == ("New plan", TODAY + timedelta(days=7), None)
    assert (old.text, old.outcome, old.reason) == ("Old plan", "changed", "He <asked> for it")
    assert "He &lt;asked&gt; for it" in html(session)
    settle(session, "dropped", "It is not mine to do")
    assert [one.outcome for one in commitments.list(ME)] == ["dropped", "changed"]
    assert "Nothing is open" in html(session)


def test_it_can_be_edited_and_is_deleted_only_when_said_twice(
    open_page: Any, html: Any, commitments: CommitmentStore
) -> None:
    # why: what is deleted here is erased at once, in the file too
    made = commitments.add(ME, "First words", due=TODAY)
    session = open_page("commitments")
    the(session.text_area, f"ey-commitment-text-{made}").set_value("")
    the(session.button, f"FormSubmitter:ey-commitment-{made}").click().run()
    assert "write at least one word" in html(session) and commitments.list(ME)[0].text == "First words"
    the(session.text_area, f"ey-commitment-text-{made}").set_value("Better words")
    the(session.date_input, f"ey-commitment-due-{made}").set_value(None)
    the(session.button, f"FormSubmitter:ey-commitment-{made}").click().run()
    (kept,) = commitments.list(ME)
    assert (kept.text, kept.due) == ("Better words", None)
    the(session.button, "ey-delete").click().run()
    assert len(commitments.list(ME)) == 1
    the(session.button, "ey-keep").click().run()
    assert len(commitments.list(ME)) == 1 and not buttons(session, "Delete for good")
    the(session.button, "ey-delete").click().run()
    the(session.button, "ey-erase").click().run()
    assert commitments.list(ME) == () and "Better words" not in html(session) and not session.exception


def test_alone_there_is_nobody_to_share_with_and_the_page_says_so(
    open_page: Any, html: Any, commitments: CommitmentStore
) -> None:
    # why: a button that cannot work promises somebody who is not there
    commitments.add(ME, "Mine")
    session = open_page("commitments")
    assert html(session).count("there is nobody to share a line with here") == 1
    assert "Shared with you" not in html(session) and "can read it" not in html(session)
    assert not [one for one in session.button if one.key and one.key.startswith("ey-share")]
    assert "What you share" not in html(open_page("privacy"))


def test_each_part_has_its_own_and_a_manager_none(
    open_page: Any, html: Any, settings: Settings, commitments: CommitmentStore
) -> None:
    # why: what one promises as a mentor is not the mentee's list, and no manager's
    commitments.add(ME, "As mentor")
    save_role(settings.home, Role.MENTEE)
    assert "As mentor" not in html(open_page("commitments"))
    save_role(settings.home, Role.MANAGER)
    session = open_page("commitments")
    assert "belong to the two of a pair" in html(session) and not session.text_area and not session.exception


def test_a_key_that_is_gone_is_a_line_on_the_page_and_no_crash(
    open_page: Any, html: Any, commitments: CommitmentStore, store: ConversationStore
) -> None:
    # why: a store that fails must say what to do, and must not look like an empty list
    commitments.add(ME, "Sealed")
    shutil.rmtree(store._database.keys.folder)
    session = open_page("commitments")
    assert not session.exception and 'role="alert"' in html(session) and "Nothing is open" not in html(session)


# Two of a pair


class Pair:
    """Mina, who is mentor of Hal, and Uma, who is nobody's; a note and a commitment of each of the two."""

    def __init__(self, database: Database) -> None:
        self.database = database
        accounts, self.people = AccountStore(database), PeopleStore(database)
        self.programmes, self.shares = ProgrammeStore(database), ShareStore(database)
        self.commitments, self.notes = CommitmentStore(database), NoteStore(database)
        ada = Actor(person=self.people.first_administrator("Ada"), role=Role.ADMINISTRATOR)
        self.actors, self.tokens = {}, {}
        for name, role in (
            ("Mina", Role.MENTOR),
            ("Hal <i>", Role.MENTEE),
            ("Uma", Role.MENTEE),
            ("Max", Role.MANAGER),
        ):
            made = self.people.add(ada, name)
            self.people.grant(ada, made, role)
            self.actors[name[:3]] = Actor(person=made, role=role)
            self.tokens[name[:3]] = accounts.redeem(accounts.invite(ada, made), "violet tram 71 window")
        self.mina, self.hal, self.max = (self.actors[name] for name in ("Min", "Hal", "Max"))
        programme = self.programmes.create(self.max, "Spring <b>", TODAY, TODAY + timedelta(days=90))
        self.pair = self.programmes.pair(self.max, programme, self.mina.person, self.hal.person)
        self.line = self.commitments.add(self.mina, "Mark-7731 <u>", pair=self.pair)
        self.note = self.notes.save(
            self.mina, SavedNote(title="Mark-8842 <u>", text="Mark-8843 <script>x</script>\nnext", report="{}")
        )


Sees = Callable[..., AppTest]


@pytest.fixture
def pair(world: None, settings: Settings, monkeypatch: pytest.MonkeyPatch, store: ConversationStore) -> Pair:
    """The pages in shared mode."""
    mine = settings.model_copy(update={"sign_in": "local"})
    monkeypatch.setattr(state, "get_settings", lambda: mine)
    monkeypatch.setattr(state, "get_database", lambda: store._database)
    return Pair(store._database)


@pytest.fixture
def sees(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> Sees:
    """A page in the browser of one of them; given a session, that session anew."""
    monkeypatch.setattr(state, "token", lambda: st.session_state["cookie"])

    def run(name: str, draw: str = "commitments.render()", session: AppTest | None = None) -> AppTest:
        ran = session or AppTest.from_string(PAGE.format(draw=draw), default_timeout=15)
        ran.session_state["cookie"] = pair.tokens[name]
        ran.run()
        assert not ran.exception
        return ran

    return run


def test_the_pair_stands_at_the_top_with_its_next_session(pair: Pair, sees: Sees, html: Any) -> None:
    # why: with whom, in what, and when next is what one comes for
    assert "No next session is planned." in html(sees("Min"))
    pair.programmes.record_session(pair.hal, pair.pair, TODAY + timedelta(days=1), minutes_planned=45)
    pair.programmes.record_session(pair.hal, pair.pair, TODAY - timedelta(days=8), minutes_planned=45, minutes_held=0)
    page = html(sees("Min"))
    assert "With Hal &lt;i&gt;" in page and "Spring &lt;b&gt;" in page and "<i>" not in page
    assert "Next session: tomorrow, 45 minutes." in page and "it did not take place" in page
    assert "You are in no pair at present" in html(sees("Uma"))


def test_a_session_is_noted_changed_and_deleted_for_both(pair: Pair, sees: Sees, html: Any) -> None:
    # why: the two share one diary, and neither needs the other's consent to put it right
    session = sees("Min")
    the(session.date_input, "ey-session-day-new").set_value(TODAY + timedelta(days=5))
    the(session.number_input, "ey-session-held-new").set_value(30)
    the(session.button, "FormSubmitter:ey-session-new").click().run()
    assert "still to come" in html(session) and pair.programmes.sessions(pair.hal, pair.pair) == ()
    the(session.number_input, "ey-session-held-new").set_value(None)
    the(session.number_input, "ey-session-planned-new").set_value(60)
    the(session.button, "FormSubmitter:ey-session-new").click().run()
    (met,) = pair.programmes.sessions(pair.hal, pair.pair)
    assert (met.held_on, met.minutes_planned, met.minutes_held) == (TODAY + timedelta(days=5), 60, None)
    other = sees("Hal")
    the(other.date_input, f"ey-session-day-{met.id}").set_value(TODAY)
    the(other.number_input, f"ey-session-held-{met.id}").set_value(20)
    the(other.button, f"FormSubmitter:ey-session-{met.id}").click().run()
    assert "60 minutes planned, 20 minutes held" in html(sees("Min", session=session))
    the(session.button, "ey-session-delete").click().run()
    assert pair.programmes.sessions(pair.hal, pair.pair) == () and not session.exception


def test_a_line_is_shared_with_the_other_side_and_taken_back(pair: Pair, sees: Sees, html: Any) -> None:
    # why: who can read it stands beside it, and a "no" holds from the other's next run on
    session, other = sees("Min"), sees("Hal")
    assert "Only you can read it." in html(session) and "Mark-7731" not in html(other)
    assert "Hal &lt;i&gt; will read this line, and only this line." in html(session)
    the(session.button, "ey-share-with-commitment").click().run()
    assert "Hal &lt;i&gt; can read this line, and only this line." in html(session)
    assert not [one for one in session.button if one.key and one.key.startswith("ey-share-with")]
    assert "Mark-7731 &lt;u&gt;" in html(sees("Hal", session=other)) and "Mark-8842" not in html(other)
    assert "Mark-7731" not in html(sees("Uma"))
    the(session.button, "ey-stop").click().run()
    assert "Only you can read it." in html(session) and pair.shares.given(pair.mina) == ()
    assert "Mark-7731" not in html(sees("Hal", session=other))


def test_a_note_is_opened_in_its_place_and_gone_once_it_is_revoked(pair: Pair, sees: Sees, html: Any) -> None:
    # why: the reader is told that it is gone; and until it was opened its text was not even sent
    notes = sees("Min", "saved.draw()")
    assert "until you share one" in html(notes) and "not its check or its debrief" in html(notes)
    the(notes.button, "ey-share-with-note").click().run()
    assert "can read the title and the text of this note, not its check" in html(notes)
    other = sees("Hal")
    assert other.expander[0].label == "Mark\\-8842 \\<u\\>" and "Mark-8843" not in html(other)
    other.session_state[f"ey-read-{pair.note}"] = True
    other.run()
    assert "Mark-8843 &lt;script&gt;x&lt;/script&gt;\nnext" in html(other) and "<script>" not in html(other)
    the(notes.button, "ey-stop").click().run()
    other.run()
    assert "not shared by Mina any more" in html(other) and not other.expander and "Mark-884" not in html(other)


def test_the_page_of_a_note_names_its_readers(
    pair: Pair, sees: Sees, monkeypatch: pytest.MonkeyPatch, html: Any
) -> None:
    # why: "only you can read it" must not stand above a note that somebody else reads
    monkeypatch.setattr(checking, "sheet", lambda: SimpleNamespace(saved=pair.note))
    assert "Only you can read it" in html(sees("Min", "st.html(saved.promise())"))
    pair.shares.share(pair.mina, "note", pair.note, pair.hal.person)
    assert "Hal &lt;i&gt; can read the title" in html(sees("Min", "st.html(saved.promise())"))


def test_a_pair_that_ended_takes_its_shares_along(pair: Pair, sees: Sees, html: Any) -> None:
    # why: whoever is not paired any more reads nothing, and is offered nothing
    pair.shares.share(pair.mina, "commitment", pair.line, pair.hal.person)
    session, other = sees("Min"), sees("Hal")
    assert "Mark-7731" in html(other)
    pair.programmes.end_pair(pair.max, pair.pair)
    page = html(sees("Min", session=session))
    assert "This pair has ended" in page and "Mark-7731" in page and "can read this line" not in page
    assert not [one for one in session.button if one.key and one.key.startswith("ey-share-with")]
    assert "Mark-7731" not in html(sees("Hal", session=other))


def test_a_click_that_comes_too_late_is_answered_in_a_line(pair: Pair, sees: Sees, html: Any) -> None:
    # why: the pair may end, or the other side delete a session, between the picture and the click
    session = sees("Min")
    pair.programmes.end_pair(pair.max, pair.pair)
    late = the(session.button, "ey-share-with-commitment").click().run()
    assert not late.exception and pair.shares.given(pair.mina) == () and "This pair has ended" in html(late)


def test_who_erased_everything_leaves_a_page_that_works(pair: Pair, sees: Sees, html: Any) -> None:
    # why: the key is destroyed at once, and the other side must not meet a broken page
    pair.shares.share(pair.mina, "commitment", pair.line, pair.hal.person)
    pair.shares.share(pair.mina, "note", pair.note, pair.hal.person)
    other = sees("Hal")
    other.session_state[f"ey-read-{pair.note}"] = True
    assert "Mark-8843" in html(other.run())
    RightsStore(pair.database).erase_me(pair.mina)
    page = html(sees("Hal", session=other))
    assert "Mark-" not in page and "not shared by Mina any more" in page and 'role="alert"' not in page


def test_a_text_that_cannot_be_opened_costs_its_own_part_alone(pair: Pair, sees: Sees, html: Any) -> None:
    # why: damage in what somebody else shared must not take one's own list away
    pair.commitments.add(pair.hal, "My own line")
    pair.shares.share(pair.mina, "commitment", pair.line, pair.hal.person)
    key = pair.database.keys._path(pair.mina.person)
    key.write_text(key.read_text().replace("{", "[", 1))
    page = html(sees("Hal"))
    assert "My own line" in page and 'role="alert"' in page and "Nothing at present" not in page


def test_all_that_is_shared_stands_together_and_ends_there(pair: Pair, sees: Sees, html: Any) -> None:
    # why: nobody should have to look through every list to find what others read
    assert "Nothing. Whatever you share" in html(sees("Min", "sharing.given()"))
    pair.shares.share(pair.mina, "commitment", pair.line, pair.hal.person)
    pair.shares.share(pair.mina, "note", pair.note, pair.hal.person)
    session = sees("Min", "sharing.given()")
    page = html(session)
    assert "Mark-7731 &lt;u&gt;" in page and "Mark-8842 &lt;u&gt;" in page and "Mark-8843" not in page
    assert "A note of yours as mentor · Hal &lt;i&gt; can read it" in page
    the(session.button, "ey-stop-note").click().run()
    assert [one.kind for one in pair.shares.given(pair.mina)] == ["commitment"] and "Mark-8842" not in html(session)
    assert html(sees("Max", "sharing.given()")) == ""


def test_the_commitment_of_a_pair_says_with_whom(pair: Pair, sees: Sees, html: Any) -> None:
    # why: one pair needs no choosing, and the line still is nobody's but one's own
    session = promise(sees("Min"), "Together")
    made: Commitment = next(one for one in pair.commitments.list(pair.mina) if one.text == "Together")
    assert made.pair == pair.pair and "pair with Hal &lt;i&gt;" in html(session) and pair.shares.given(pair.mina) == ()
    the(session.selectbox, f"ey-commitment-pair-{made.id}").set_value("none")
    the(session.button, f"FormSubmitter:ey-commitment-{made.id}").click().run()
    assert next(one for one in pair.commitments.list(pair.mina) if one.id == made.id).pair is None
