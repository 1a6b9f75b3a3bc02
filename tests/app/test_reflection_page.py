"""The page "Before and after": for the senior alone, kept as it is made, and nothing lost on a reload."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app import state
from app.preferences import save_role
from assistant.coach.reflection import read_kept
from assistant.models.testing import HashedEmbeddings
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import REPOSITORY, Settings
from assistant.store.commitments import CommitmentStore
from assistant.store.conversations import ConversationStore
from assistant.store.drafts import DraftStore
from assistant.store.shares import ShareStore

ME = Actor(person=PERSONAL, role=Role.MENTEE)
NOTE = (
    "Session 3 with Lina. I asked her to open the ticket and show me where she got stuck. I said nobody had told me "
    "that in four years. She went quiet. I'll bring the nine days to the leads' meeting by Friday."
)
Opens = Callable[..., AppTest]


def the(found: Any, key: str) -> Any:
    """The one widget whose key begins like this."""
    (one,) = [one for one in found if one.key and one.key.startswith(key)]
    return one


@pytest.fixture
def senior(world: None, monkeypatch: pytest.MonkeyPatch, settings: Settings, coach: Any) -> None:
    """One person on this machine, as the mentee, with the shipped words."""
    save_role(settings.home, Role.MENTEE)
    shipped = settings.model_copy(update={"knowledge": REPOSITORY / "knowledge"})
    monkeypatch.setattr(state, "get_settings", lambda: shipped)
    coach.embeddings = HashedEmbeddings()
    coach.model = coach.model.model_copy(update={"status": "none"})


@pytest.fixture
def drafts(store: ConversationStore) -> DraftStore:
    return DraftStore(store._database)


@pytest.fixture
def commitments(store: ConversationStore) -> CommitmentStore:
    return CommitmentStore(store._database)


def choose(session: AppTest, tab: str) -> AppTest:
    """Go to a tab, as a click does; the tabs of a reflection are its own."""
    draft = session.query_params.get("draft", ["none"])
    session.session_state[f"ey-tabs-reflection-{draft[0] if isinstance(draft, list) else draft}"] = tab
    return session.run()


def begin(session: AppTest, text: str = NOTE) -> AppTest:
    """Write a note under "After" and ask for the questions."""
    choose(session, "After")
    the(session.text_area, "ey-reflect-text").set_value(text).run()
    return the(session.button, "ey-reflect-begin").click().run()


def test_before_has_three_questions_and_a_card(senior: None, open_page: Opens, html: Callable[[AppTest], str]) -> None:
    # why: ten minutes before is when it is read
    shown = html(open_page("reflection"))
    assert "Ten minutes before" in shown and "Three questions to bring" in shown
    assert shown.count("ey-said ey-ask") == 3 and "When you feel the urge to explain" in shown


def test_another_question_takes_the_place_of_one(
    senior: None, open_page: Opens, html: Callable[[AppTest], str]
) -> None:
    # why: a question that does not fit must not stand in the way
    session = open_page("reflection")
    before = html(session)
    after = html(the(session.button, "ey-bring-other-0").click().run())
    assert before != after and after.count("ey-said ey-ask") == 3


def test_a_promise_is_settled_before_the_session(
    senior: None, open_page: Opens, commitments: CommitmentStore, html: Callable[[AppTest], str]
) -> None:
    # why: what was promised comes first, and saying how it stands is one touch
    commitments.add(ME, "Sit in on an onboarding day")
    session = open_page("reflection")
    assert "Sit in on an onboarding day" in html(session)
    the(session.get("button_group"), "ey-pills-promised").set_value("Done").run()
    assert commitments.list(ME)[0].outcome == "kept"


def test_partly_asks_how_far(senior: None, open_page: Opens, commitments: CommitmentStore) -> None:
    # why: the store keeps no "partly" without a word
    commitments.add(ME, "Sit in on an onboarding day")
    session = open_page("reflection")
    the(session.get("button_group"), "ey-pills-promised").set_value("Partly").run()
    the(session.text_input, "ey-promised-why").set_value("An hour of it")
    the(session.button, "FormSubmitter:ey-promised-far").click().run()
    (one,) = commitments.list(ME)
    assert (one.outcome, one.reason) == ("partly", "An hour of it")


def test_questions_are_kept_as_they_are_made_and_found_after_a_reload(
    senior: None, open_page: Opens, drafts: DraftStore, html: Callable[[AppTest], str]
) -> None:
    # why: an answer that is lost is not given again
    session = begin(open_page("reflection"))
    assert "You said nobody had told you that in four years." in html(session)
    first = next(one for one in session.text_area if one.key.startswith("ey-answer"))
    first.set_value("That nobody owned the nine days.").run()
    (kept,) = drafts.list(ME, "reflection")
    content = read_kept(drafts.open(ME, kept.id).content)
    assert content and list(content.answers.values()) == ["That nobody owned the nine days."]
    assert content.after.text == ""
    again = open_page("reflection", draft=kept.id)
    assert "That nobody owned the nine days." in [one.value for one in again.text_area]


def test_the_commitment_goes_to_the_store_with_day_and_source(
    senior: None, open_page: Opens, commitments: CommitmentStore, html: Callable[[AppTest], str]
) -> None:
    # why: a reflection without a next step changes nothing
    session = begin(open_page("reflection"))
    next(one for one in session.button if one.label == "I will do that").click().run()
    (one,) = commitments.list(ME)
    assert one.text == "Bring the nine days to the leads' meeting" and one.due and one.due > date(2026, 1, 1)
    assert one.source and one.source.kind == "draft"
    assert "It stands in" in "".join(link.label for link in session.get("page_link")) or "Bring the nine" in html(
        session
    )


def test_not_this_time_is_a_choice(senior: None, open_page: Opens, commitments: CommitmentStore, html: Any) -> None:
    # why: a forced promise is none
    session = begin(open_page("reflection"))
    next(one for one in session.button if one.label == "Not this time").click().run()
    assert commitments.list(ME) == () and "That was a choice" in html(session)


def test_a_disclosure_shows_contacts_and_keeps_nothing(
    senior: None, open_page: Opens, drafts: DraftStore, html: Callable[[AppTest], str]
) -> None:
    # why: harm is not coached around, and not kept by the way
    session = begin(open_page("reflection"), "He put his hand on my thigh in the session and would not stop.")
    assert "ey-referral" in html(session) and drafts.list(ME, "reflection") == ()


def test_nothing_at_all_is_said_on_the_page(senior: None, open_page: Opens, html: Callable[[AppTest], str]) -> None:
    # why: an empty note gets a line and no questions
    assert "nothing to look back at yet" in html(begin(open_page("reflection"), " "))


def test_a_deleted_one_can_be_brought_back(
    senior: None, open_page: Opens, drafts: DraftStore, html: Callable[[AppTest], str]
) -> None:
    # why: a slip of the hand must not cost an hour's thought
    session = begin(open_page("reflection"))
    choose(session, "Earlier sessions")
    the(session.button, "ey-delete-").click().run()
    assert drafts.list(ME, "reflection") == ()
    choose(session, "Earlier sessions")
    the(session.button, "ey-undo").click().run()
    assert len(drafts.list(ME, "reflection")) == 1


@pytest.mark.parametrize(("role", "said"), [(Role.MENTOR, "your session plan"), (Role.MANAGER, "by that person alone")])
def test_others_get_a_kind_sentence(
    settings: Settings, open_page: Opens, html: Callable[[AppTest], str], role: Role, said: str
) -> None:
    # why: the address answers everyone on one's own machine
    save_role(settings.home, role)
    shown = html(open_page("reflection"))
    assert said in shown and "Three questions" not in shown


def test_one_of_an_old_form_costs_nothing_else(
    senior: None, open_page: Opens, drafts: DraftStore, html: Callable[[AppTest], str]
) -> None:
    # why: an update must not take the page away from who has used it
    old = drafts.add(ME, "reflection", "An old one", '{"after": 1}')
    assert "Three questions to bring" in html(open_page("reflection"))
    shown = html(open_page("reflection", draft=old))
    assert "in a form that is not read any more" in shown and "Three questions to bring" in shown


def test_where_people_sign_in_it_is_about_the_pair_and_shared_only_when_ticked(
    firm: Any, monkeypatch: pytest.MonkeyPatch, coach: Any, html: Callable[[AppTest], str]
) -> None:
    # why: the mentor reads one line, and only where the senior lets them
    shipped = state.get_settings().model_copy(update={"knowledge": REPOSITORY / "knowledge"})
    monkeypatch.setattr(state, "get_settings", lambda: shipped)
    coach.embeddings = HashedEmbeddings()
    lina, henrik = firm.add("Lina", Role.MENTOR), firm.add("Henrik", Role.MENTEE)
    today = datetime.now(UTC).date()
    programme = firm.programmes.create(firm.mara, "Autumn", today - timedelta(30), today + timedelta(90))
    pair = firm.programmes.pair(firm.mara, programme, lina, henrik)
    senior, junior = Actor(person=henrik, role=Role.MENTEE), Actor(person=lina, role=Role.MENTOR)
    firm.programmes.record_session(senior, pair, today + timedelta(2), minutes_planned=45)
    session = firm.open(henrik, "reflection")
    assert "Ten minutes before Lina" in html(session) and "45 minutes · session 1" in html(session)
    begin(session)
    (tick,) = session.checkbox
    assert tick.value is False and "only this line" in tick.label
    tick.check()
    next(one for one in session.button if one.label == "I will do that").click().run()
    (given,) = ShareStore(firm.database).received(junior)
    assert given.title == "Bring the nine days to the leads' meeting"
    assert "Not a page of yours" in html(firm.open(lina, "reflection"))
