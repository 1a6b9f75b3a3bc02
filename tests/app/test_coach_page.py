"""The coach page in each of its states, run by AppTest with a scripted coach and a real store."""

import threading
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app import hosting
from assistant.coach.service import GuideState, ModelState
from assistant.errors import InputError, ModelTimeout, StoreUnavailable
from assistant.events import Contact, Notice, Referral, Sentence, Sources
from assistant.roles import PERSONAL, Actor, Role
from assistant.store.conversations import ConversationStore, Rating

ACTOR = Actor(person=PERSONAL, role=Role.MENTOR)
HOSTILE = "<img src=x onerror=alert(1)> **bold** $x$ :red[hi]"


def button(session: AppTest, key: str) -> Any:
    """The button whose key begins like this."""
    return next(one for one in session.button if one.key and one.key.startswith(key))


def group(session: AppTest, key: str) -> Any:
    """The pills whose key begins like this."""
    return next(one for one in session.get("button_group") if one.key and one.key.startswith(key))


def shown(session: AppTest) -> str:
    """Id of the conversation in the address."""
    found = session.query_params["conversation"]
    return found if isinstance(found, str) else found[0]


def test_the_first_page_offers_ways_to_begin(open_app: Any, html: Any, coach: Any) -> None:
    session = open_app()
    assert not session.exception
    assert "whatever the rank" in html(session)
    button(session, "ey-start-0").click().run()
    assert coach.asked[0].text == "How does a mentor begin?"


def test_an_answer_shows_its_sentences_with_their_sources(open_app: Any, ask: Any, html: Any) -> None:
    session = ask(open_app(), "How do I begin?")
    assert not session.exception
    page = html(session)
    assert "How do I begin?" in page
    assert page.index("Ask before you tell.") < page.index("Then ask again.")
    assert [option.content for option in group(session, "ey-pills").proto.options] == [
        "**1** What it is",
        "**2** Asking",
    ]
    assert "What do I ask first" in str(group(session, "ey-following").proto)


def test_a_source_opens_beside_the_answer_with_the_words_it_rests_on(open_app: Any, ask: Any, html: Any) -> None:
    session = ask(open_app(), "How do I begin?")
    group(session, "ey-pills").set_value("1").run()
    assert "Source 1 of 2" in html(session)
    assert "<mark>Ask before you tell.</mark>" in html(session)
    button(session, "ey-icon-chevron_right").click().run()
    assert "<mark>Ask twice.</mark>" in html(session)
    button(session, "ey-icon-close").click().run()
    assert "Source 2 of 2" not in html(session)


def test_a_reload_and_a_restart_show_the_same(open_app: Any, ask: Any, html: Any) -> None:
    first = ask(open_app(), "How do I begin?")
    again = open_app(conversation=shown(first))
    assert "Then ask again." in html(again)
    assert "whatever the rank" not in html(again)


def test_a_follow_up_takes_the_earlier_exchange_along(open_app: Any, ask: Any, coach: Any) -> None:
    session = ask(ask(open_app(), "How do I begin?"), "And then?")
    assert not session.exception
    assert [one.question for one in coach.asked[1].history] == ["How do I begin?"]


def test_two_tabs_do_not_see_each_other(open_app: Any, ask: Any, html: Any) -> None:
    first = ask(open_app(), "Something private")
    second = open_app()
    assert "Something private" not in html(second)
    assert "conversation" not in second.query_params
    assert shown(first)


def test_someone_elses_conversation_is_not_shown(open_app: Any, html: Any, store: ConversationStore) -> None:
    other = Actor(person=PERSONAL, role=Role.MENTEE)
    hidden = store.start(other, "secret")
    store.add_turn(other, hidden, "secret")
    session = open_app(conversation=hidden)
    assert "secret" not in html(session)
    assert "not among yours" in html(session)


@pytest.mark.parametrize("question", ["", "   ", "\n"])
def test_nothing_is_asked_when_nothing_is_typed(open_app: Any, ask: Any, coach: Any, question: str) -> None:
    session = ask(open_app(), question)
    assert not session.exception
    assert coach.asked == []


def test_a_question_that_is_too_long_stays_in_the_input(open_app: Any, ask: Any, html: Any, coach: Any) -> None:
    coach.events = [InputError("The question has 50,000 characters; shorten it.")]
    session = ask(open_app(), "x" * 50_000)
    assert not session.exception
    assert "The question has 50,000 characters; shorten it." in html(session)
    assert session.chat_input[0].proto.value == "x" * 50_000


def test_a_question_that_cannot_be_put_stays_in_the_input(
    open_app: Any, ask: Any, html: Any, coach: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # why: what somebody typed must outlive a database that fails for a moment, and must not fail every later page
    def fail() -> None:
        raise StoreUnavailable("The database is away; try again.")

    session = open_app()
    with monkeypatch.context() as failing:
        failing.setattr(hosting, "sending", fail)
        ask(session, "Still here?")
        assert not session.exception and "The database is away; try again." in html(session)
        assert session.chat_input[0].proto.value == "Still here?" and not coach.asked
    assert not session.run().exception
    assert ask(session, "Still here?") and coach.asked[0].text == "Still here?"


def test_hostile_text_is_shown_as_text(open_app: Any, ask: Any, html: Any, coach: Any, make_reply: Any) -> None:
    said = Sentence(text=HOSTILE, markers=("1",), quotes=("",))
    coach.events = [make_reply(text=HOSTILE, sentences=(said,), suggestions=(HOSTILE,))]
    session = ask(open_app(), HOSTILE)
    assert not session.exception
    assert "<img" not in html(session)
    assert html(session).count("&lt;img src=x onerror=alert(1)&gt; **bold** $x$ :red[hi]") == 2
    assert "**bold**" not in str(group(session, "ey-following").proto)


def test_a_disclosure_replaces_the_answer_by_people(
    open_app: Any, ask: Any, html: Any, coach: Any, make_reply: Any
) -> None:
    named = (Contact(name="Works council", address="+49 30 123"),)
    found = Referral(kind="harassment", message="This is not a coaching matter.", contacts=named)
    coach.events = [make_reply(text=found.message, sources=(), sentences=(), suggestions=(), referral=found)]
    page = html(ask(open_app(), "He touched me"))
    assert "ey-referral" in page
    assert "This is not a coaching matter." in page
    assert 'href="tel:+4930123"' in page


def test_contacts_are_one_click_away_or_said_to_be_missing(open_app: Any, html: Any, coach: Any) -> None:
    assert "ombuds@example.org" in html(open_app())
    coach.named = ()
    assert "EYELEVEL_CONTACTS" in html(open_app())


def test_a_failed_answer_says_so_and_can_be_asked_again(open_app: Any, ask: Any, html: Any, coach: Any) -> None:
    coach.events[3:] = [ModelTimeout("The chat model gave no answer in 60 seconds.")]
    session = ask(open_app(), "How do I begin?")
    assert "Ask before you tell." in html(session)  # what was written stays
    assert "The chat model gave no answer in 60 seconds." in html(session)
    button(session, "ey-again").click().run()
    assert [turn.text for turn in coach.asked] == ["How do I begin?"] * 2


def test_an_answer_that_cannot_be_kept_is_shown_whole_and_nothing_is_left_to_stop(
    open_app: Any, ask: Any, html: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # why: a button that stops an answer which has long ended says that more is coming
    def fail(*_: Any) -> None:
        raise StoreUnavailable("The keys lie inside the home.")

    session = open_app()
    monkeypatch.setattr(ConversationStore, "start", fail)
    ask(session, "How do I begin?")
    page = html(session)
    assert not session.exception and "This is not kept: The keys lie inside the home." in page
    assert "Ask before you tell." in page and group(session, "ey-pills")
    assert not [one for one in session.button if one.key == "ey-stop"]


def test_an_answer_can_be_stopped(open_app: Any, html: Any, coach: Any, store: ConversationStore) -> None:
    never = threading.Event()
    coach.events[3:] = [never]
    from app.writing import Writing

    session = open_app()
    writing = Writing(coach, lambda: store, ACTOR, "How do I begin?", None)
    writing.start(())
    while not writing.progress.sentences:
        writing.wait(writing.progress, 1)
    writing.stop()
    session.session_state["writing"] = writing
    session.run()
    assert "Stopped here." in html(session)
    assert "Ask before you tell." in html(session)
    assert coach.closed == 1


def test_thumbs_are_kept(open_app: Any, ask: Any, store: ConversationStore) -> None:
    session = ask(open_app(), "How do I begin?")
    session.feedback[0].set_value(1).run()
    assert store.read(ACTOR, shown(session)).turns[0].rating == Rating.UP
    session.feedback[0].set_value(None).run()
    assert store.read(ACTOR, shown(session)).turns[0].rating is None


def test_what_passages_cannot_answer_is_said(open_app: Any, ask: Any, html: Any, coach: Any, make_reply: Any) -> None:
    said = Sentence(text="The guide says nothing about this.", origin="eyelevel")
    coach.events = [make_reply(text=said.text, sources=(), sentences=(said,), abstained=True)]
    session = ask(open_app(), "Who won the match?")
    assert "The guide says nothing about this." in html(session)
    assert not [one for one in session.get("button_group") if one.key and one.key.startswith("ey-pills")]


def test_notices_stand_below_the_answer(open_app: Any, ask: Any, html: Any, coach: Any, make_reply: Any) -> None:
    coach.events = [
        Sources(sources=()),
        Notice(text="No model wrote this."),
        make_reply(notices=("No model wrote this.",)),
    ]
    assert "No model wrote this." in html(ask(open_app(), "How?"))


@pytest.mark.parametrize(
    ("status", "line"),
    [
        ("none", "Answers are the guide&#x27;s own passages, word for word"),
        ("loading", "You can ask already"),
        ("missing", "Run <code>eyelevel models</code>."),
        ("failed", "Run <code>eyelevel models</code>."),
    ],
)
def test_the_state_of_the_model_is_said_and_never_in_the_way(
    open_app: Any, html: Any, coach: Any, status: Any, line: str
) -> None:
    coach.model = ModelState(status=status, message="Run `eyelevel models`.")
    session = open_app()
    assert line in html(session)
    assert "Then ask again." in html(session.chat_input[0].set_value("How do I begin?").run())


def test_an_empty_guide_says_how_to_fill_it(open_app: Any, html: Any, coach: Any) -> None:
    coach.guide = GuideState(status="empty", message="", documents=0, passages=0, generation="")
    session = open_app()
    assert "The guide is empty" in html(session)
    assert [block.value for block in session.code] == ["eyelevel ingest"]
    assert session.chat_input[0].disabled


def test_a_filled_guide_is_noticed(open_app: Any, html: Any, coach: Any) -> None:
    filled = coach.guide
    coach.guide = GuideState(status="empty", message="", documents=0, passages=0, generation="")
    session = open_app()
    coach.guide = filled
    assert "The guide is empty" not in html(session.run())
    assert not session.chat_input[0].disabled


def test_a_damaged_guide_says_what_to_do(open_app: Any, html: Any, coach: Any) -> None:
    coach.guide = GuideState(status="damaged", message="Run `eyelevel ingest`.", documents=0, passages=0, generation="")
    assert "Run <code>eyelevel ingest</code>." in html(open_app())


def test_a_guide_that_is_being_opened_can_be_asked(open_app: Any, html: Any, coach: Any) -> None:
    coach.guide = GuideState(status="loading", message="", documents=0, passages=0, generation="")
    session = open_app()
    assert "The guide is being opened" in html(session)
    assert not session.chat_input[0].disabled


def test_the_part_one_plays_is_remembered(open_app: Any, html: Any, settings: Any) -> None:
    session = open_app()
    group(session, "ey-role").set_value(Role.MANAGER).run()
    assert not session.exception
    assert "match, brief and support" in html(session)
    assert "match, brief and support" in html(open_app())


def test_changing_the_part_leaves_the_conversation(open_app: Any, ask: Any, html: Any) -> None:
    session = ask(open_app(), "As a mentor")
    group(session, "ey-role").set_value(Role.MENTEE).run()
    assert "As a mentor" not in html(session)
    assert "conversation" not in session.query_params


def test_an_answer_that_another_tab_has_made_is_waited_for(open_app: Any, html: Any, store: ConversationStore) -> None:
    conversation = store.start(ACTOR, "How?")
    store.add_turn(ACTOR, conversation, "How?")
    assert "still being written" in html(open_app(conversation=conversation))
