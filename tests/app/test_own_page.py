"""One's own notes on the pages: beside an answer, opened, searched, and gone once they are deleted or another's."""

import threading
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from app import everything, own, state
from app.accounts import AccountRoutes
from app.components import export, own_note, own_search
from app.downloads import Shelf
from app.gate import cookie_name
from assistant.coach.own_notes import Desk
from assistant.coach.own_passages import cut_passages
from assistant.errors import ModelMissing
from assistant.events import Own, OwnPlace, Sources
from assistant.notes.advice import Adviser
from assistant.notes.next_time import plan_next
from assistant.notes.session_plan import SessionPlan, plan_text
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings
from assistant.store.accounts import AccountStore
from assistant.store.commitments import CommitmentStore
from assistant.store.conversations import ConversationStore
from assistant.store.database import Database
from assistant.store.drafts import DraftStore
from assistant.store.notes import NoteStore
from assistant.store.people import PeopleStore
from assistant.store.records import SavedNote
from assistant.store.rights import RightsStore

ACTOR, OTHER_PART = Actor(person=PERSONAL, role=Role.MENTOR), Actor(person=PERSONAL, role=Role.MENTEE)
TEXT = "Her phone stays with the assistant <img src=x onerror=alert(1)> and **nobody** calls."


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    opened = Database(settings)
    yield opened
    opened.close()


@pytest.fixture
def desk(world: None, database: Database, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The real stores behind the pages; notes are not read in the background of a test."""
    made = Desk(NoteStore(database), DraftStore(database), CommitmentStore(database))
    monkeypatch.setattr(state, "get_notes", lambda: made.notes)
    monkeypatch.setattr(state, "get_drafts", lambda: made.drafts)
    monkeypatch.setattr(state, "get_commitments", lambda: made.commitments)
    monkeypatch.setattr(own, "prepare", lambda: None)
    return made


def write(desk: Desk, text: str = TEXT, actor: Actor = ACTOR) -> OwnPlace:
    """A saved note, and the place of its first passage."""
    note = desk.notes.save(actor, SavedNote(title=text, text=text, report="{}"))
    start, end = cut_passages(text)[0]
    return OwnPlace(kind="note", item=note, start=start, end=end)


def plan_of(phrase: str) -> SessionPlan:
    """The plan of any session, with this as what to end on."""
    material = Adviser(Settings(chat_model="none")).material
    return plan_next((), Role.MENTOR, material).model_copy(update={"commitment": phrase})


def keep_plan(desk: Desk, phrase: str, actor: Actor = ACTOR, title: str = "Third session") -> OwnPlace:
    """A saved plan, and the place of the passage in which the phrase stands."""
    plan = plan_of(phrase)
    made = desk.drafts.add(actor, "plan", title, plan.model_dump_json())
    text = plan_text(plan)
    [(start, end)] = [one for one in cut_passages(text) if phrase in text[one.start : one.end]]
    return OwnPlace(kind="plan", item=made, start=start, end=end)


def answer_with(coach: Any, make_reply: Any, *places: OwnPlace) -> None:
    coach.events = [Sources(sources=()), Own(places=places), make_reply(own=places)]


def has(session: AppTest, key: str) -> list[Any]:
    return [one for one in session.button if one.key and one.key.startswith(key)]


def test_own_words_stand_beside_the_answer_and_open_the_note(
    *, open_app: Any, ask: Any, html: Any, coach: Any, make_reply: Any, desk: Desk
) -> None:
    # why: apart from the guide's answer, as text, with the way to the note
    answer_with(coach, make_reply, write(desk))
    session = ask(open_app(), "What about her phone?")
    assert not session.exception
    page = html(session)
    assert page.index("From your own notes") < page.index("stays with the assistant") < page.index("Ask before you")
    assert "<img" not in page and "&lt;img src=x" in page
    [opener] = has(session, "ey-own-")
    opener.click().run()
    assert not session.exception
    assert "<mark>Her phone stays" in html(session)


def test_a_saved_plan_stands_beside_the_answer_and_opens_where_plans_are_read(
    *, open_app: Any, ask: Any, html: Any, coach: Any, make_reply: Any, desk: Desk
) -> None:
    # why: a plan is written to be found again; it is Eyelevel's words too, so it is not called the person's own
    place = keep_plan(desk, "Sit in on the <b>stand-up</b>")
    answer_with(coach, make_reply, place)
    session = ask(open_app(), "What did I plan about the stand-up?")
    assert not session.exception
    page = html(session)
    assert page.index("From your own plans") < page.index("Sit in on the &lt;b&gt;stand-up") < page.index("Ask before")
    assert "Your words, not the guide" not in page
    [opener] = has(session, "ey-own-")
    assert opener.label.startswith("Open your plan of ")
    opener.click().run()
    assert not session.exception
    assert "<h1>Third session</h1>" in html(session) and "Sit in on the &lt;b&gt;stand-up" in html(session)
    desk.drafts.delete(ACTOR, place.item)
    gone = html(open_app(conversation=session.session_state["conversation"]))
    assert own.GONE in gone and "Sit in on" not in gone


def test_the_question_takes_the_stores_along_for_who_writes_notes(
    open_app: Any, ask: Any, coach: Any, desk: Desk
) -> None:
    # why: a programme manager writes no notes here, and nothing is looked up in that part
    ask(open_app(), "How do I begin?")
    state_of_manager = open_app()
    state_of_manager.session_state["role"] = Role.MANAGER
    ask(state_of_manager.run(), "How do I begin?")
    assert [turn.desk for turn in coach.asked] == [desk, None]


def test_a_conversation_keeps_ids_and_reads_the_words_anew(
    *, open_app: Any, ask: Any, html: Any, coach: Any, make_reply: Any, desk: Desk, store: ConversationStore
) -> None:
    # why: a deleted note must not live on in a conversation, nor in its download
    place = write(desk)
    answer_with(coach, make_reply, place)
    session = ask(open_app(), "What about her phone?")
    kept = store.read(ACTOR, session.session_state["conversation"])
    assert "stays with the assistant" not in kept.model_dump_json()
    read = lambda one: own.read_for(ACTOR, desk, one)  # noqa: E731
    assert "> Her phone stays" in export.as_markdown(kept, read)
    desk.notes.delete(ACTOR, place.item)
    again = open_app(conversation=kept.id)
    assert "stays with the assistant" not in html(again) and own.GONE in html(again)
    assert "stays" not in export.as_markdown(kept, read) and own.GONE in export.as_markdown(kept, read)
    desk.notes.restore(ACTOR, place.item)
    assert "stays with the assistant" in html(open_app(conversation=kept.id))


def test_a_changed_note_shows_no_other_words_in_their_place(desk: Desk) -> None:
    # why: offsets of the old text would point at something that was never meant
    place = write(desk)
    desk.notes.update(ACTOR, place.item, report="{}", debrief=None, verdicts={}, text=f"New. {TEXT} And more words.")
    assert own.read_for(ACTOR, desk, place) is None


@pytest.mark.parametrize("kind", ["note", "plan", "commitment"])
def test_a_forged_place_shows_nothing_of_another_part(desk: Desk, kind: Any) -> None:
    # why: the place comes out of a stored answer; whose words they are is asked of the store alone
    places = {
        "note": write(desk, actor=OTHER_PART),
        "plan": keep_plan(desk, "Ring her", OTHER_PART),
        "commitment": OwnPlace(kind="commitment", item=desk.commitments.add(OTHER_PART, "Ring her"), start=0, end=8),
    }
    forged = places[kind]
    assert own.read_for(OTHER_PART, desk, forged) is not None
    assert own.read_for(ACTOR, desk, forged) is None
    assert own.read_for(ACTOR, desk, OwnPlace(kind=kind, item="0" * 32, start=0, end=1)) is None


def test_a_commitment_is_read_anew_too(desk: Desk) -> None:
    # why: promises are looked up beside notes
    made = desk.commitments.add(ACTOR, "Bring the tally")
    shown = own.read_for(ACTOR, desk, OwnPlace(kind="commitment", item=made, start=0, end=15))
    assert shown is not None and shown.passage == "Bring the tally" and shown.title == ""


def test_a_plan_is_read_anew_and_no_other_draft_is(desk: Desk) -> None:
    # why: what was changed, deleted or is no plan must not be shown in the place of what was found
    place = keep_plan(desk, "Bring the tally")
    shown = own.read_for(ACTOR, desk, place)
    assert shown is not None and "Bring the tally" in shown.passage and shown.title == "Third session"
    words = plan_of("Bring the tally").model_copy(update={"purpose": "Another purpose, and a longer one"})
    desk.drafts.save(ACTOR, place.item, "Third session", words.model_dump_json())
    assert own.read_for(ACTOR, desk, place) is None
    other = desk.drafts.add(ACTOR, "reflection", "t", '{"text": "Bring the tally"}')
    assert own.read_for(ACTOR, desk, place.model_copy(update={"item": other})) is None
    mended = plan_of("Bring the tally").model_dump_json()
    desk.drafts.save(ACTOR, place.item, "Third session", mended)
    assert own.read_for(ACTOR, desk, place) == shown
    desk.drafts.delete(ACTOR, place.item)
    assert own.read_for(ACTOR, desk, place) is None


def test_a_long_note_opens_at_the_passage() -> None:
    # why: a transcript of two hours must not be drawn whole for three sentences
    text = "a " * 5000 + "needle" + " b" * 5000
    page = own_note.around(own.Shown("t", date(2026, 1, 2), text, 10_000, 10_006))
    assert "<mark>needle</mark>" in page and len(page) < 3 * own_note.AROUND and page.count("…") == 2


def test_an_answer_on_its_way_shows_it_and_a_stopped_one_keeps_it(coach: Any, desk: Desk, store: Any) -> None:
    # why: the card must not vanish with a click on stop
    from app.writing import Writing

    place, never = write(desk), threading.Event()
    coach.events = [Sources(sources=()), Own(places=(place,)), never]
    writing = Writing(coach, lambda: store, ACTOR, "Her phone?", None, desk=desk)
    writing.start(())
    while not writing.progress.own:
        writing.wait(writing.progress, 1)
    writing.stop()
    [turn] = store.read(ACTOR, writing.progress.conversation or "").turns
    assert turn.reply is not None and turn.reply.own == (place,)


# The search


def search(session: AppTest, query: str) -> AppTest:
    return next(one for one in session.text_input if one.key == own_search.QUERY).set_value(query).run()


def test_the_search_finds_marks_and_opens(open_page: Any, html: Any, desk: Desk) -> None:
    # why: by the words of a note in whatever form, in place of the list, and back
    write(desk)
    write(desk, "We looked at the budget.")
    session = search(open_page("check"), "phones")
    assert not session.exception
    assert "1 place" in html(session) and "Her <mark>phone</mark> stays" in html(session)
    assert "<img" not in html(session) and not has(session, "ey-open-")
    has(session, "ey-own-found")[0].click().run()
    assert "<mark>Her phone stays" in html(session)
    has(session, "ey-own-all")[0].click().run()
    assert len(has(session, "ey-open-")) == 2


def test_the_search_finds_a_plan_where_no_note_was_saved_and_opens_it(open_page: Any, html: Any, desk: Desk) -> None:
    # why: who only plans must be able to look for it too; other drafts and other parts stay out
    keep_plan(desk, "Bring the tally sheet")
    keep_plan(desk, "The tally of the other part", OTHER_PART)
    desk.drafts.add(ACTOR, "rehearsal", "tally", plan_of("A tally that no page shows").model_dump_json())
    session = search(open_page("check"), "tally")
    assert not session.exception
    assert "1 place" in html(session) and "Bring the <mark>tally</mark> sheet" in html(session)
    assert "other part" not in html(session) and "no page shows" not in html(session)
    [found] = has(session, "ey-own-found")
    assert found.label.startswith("Plan of ")
    found.click().run()
    assert not session.exception
    [opened] = session.session_state["ey-drafts"].values()
    assert "<h1>Third session</h1>" in html(open_page("plan", draft=opened))


@pytest.mark.parametrize("query", ["xyzzy", "<b>**bold**</b>", "x" * 10_000, "word " * 2_000, "漢字", "'; DROP TABLE"])
def test_a_search_without_result_says_so(open_page: Any, html: Any, desk: Desk, query: str) -> None:
    # why: people paste anything, and "nothing" must not look like "broken"
    write(desk)
    session = search(open_page("check"), query)
    assert not session.exception
    assert "Nothing you wrote fits" in html(session) and "<b>" not in html(session).split("Nothing you wrote")[1][:200]


def test_without_notes_there_is_no_search_and_an_empty_one_shows_all(open_page: Any, desk: Desk) -> None:
    # why: an empty box over nothing only asks what it is for
    assert not [one for one in open_page("check").text_input if one.key == own_search.QUERY]
    write(desk)
    assert len(has(search(open_page("check"), "   "), "ey-open-")) == 1


def test_a_deleted_note_and_another_parts_note_are_not_found(open_page: Any, html: Any, desk: Desk) -> None:
    # why: at once, whatever is still held in memory
    place = write(desk)
    write(desk, "We looked at the budget.")
    write(desk, "The phone of the other part.", OTHER_PART)
    session = search(open_page("check"), "phone")
    assert "1 place" in html(session) and "other part" not in html(session)
    desk.notes.delete(ACTOR, place.item)
    assert "Nothing you wrote fits" in html(session.run())


def test_a_search_that_cannot_be_made_says_why(
    open_page: Any, html: Any, coach: Any, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    # why: a missing model is not the same as nothing found
    write(desk)

    def missing(*_: Any) -> Any:
        raise ModelMissing("The embedding model is not there; run `eyelevel ingest`.")

    monkeypatch.setattr(coach.own, "search", missing)
    assert "run <code>eyelevel ingest</code>" in html(search(open_page("check"), "phone"))


def test_the_words_of_the_query_are_marked_and_nothing_becomes_markup() -> None:
    # why: the passage is shown as it was written
    assert own_search.highlighted("Calls & <b>called</b> it", "call") == (
        "<mark>Calls</mark> &amp; &lt;b&gt;<mark>called</mark>&lt;/b&gt; it"
    )
    assert own_search.highlighted("one two", "") == "one two"


# In memory


def test_notes_are_read_in_the_background_and_forgotten_with_the_person(
    coach: Any, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    # why: the first question must not wait, and who left leaves nothing in this process
    monkeypatch.setattr(own, "PREPARED_AFTER", 0.0)
    write(desk)
    own._prepare(coach.own, ACTOR, desk, lambda: True)
    before = len(coach.own._embeddings.texts)
    assert coach.own.search(ACTOR, "phone", desk).unread == 0
    assert [text for call in coach.own._embeddings.texts[before:] for text in call] == ["phone"]
    coach.own.forget(PERSONAL)
    own._prepare(coach.own, ACTOR, desk, lambda: False)  # signed out meanwhile
    assert not coach.own._shelves


def test_erasing_everything_forgets_what_was_held(world: None, coach: Any, desk: Desk) -> None:
    # why: vectors tell nearly all of a text
    write(desk)
    coach.own.prepare(ACTOR, desk)
    state.forget_own(PERSONAL)
    assert not coach.own._shelves


@pytest.mark.parametrize("way", ["sign-out", "sign-out-everywhere"])
def test_signing_out_forgets_that_person_alone(settings: Settings, database: Database, coach: Any, way: str) -> None:
    # why: the page that was left runs no more, so the address that ends the sign-in must do it
    people, accounts = PeopleStore(database), AccountStore(database)
    chief = Actor(person=people.first_administrator("Ada"), role=Role.ADMINISTRATOR)
    tokens = dict[Actor, str]()
    stores = Desk(NoteStore(database), DraftStore(database), CommitmentStore(database))
    for name in ("Mina", "Hal"):
        person = Actor(person=people.add(chief, name, email=f"{name}@example.org"), role=Role.MENTOR)
        people.grant(chief, person.person, Role.MENTOR)
        tokens[person] = accounts.redeem(accounts.invite(chief, person.person), "quiet brass lantern 4")
        write(stores, actor=person)
        coach.own.prepare(person, stores)
    shared = settings.model_copy(update={"sign_in": "local"})
    routes = AccountRoutes(shared, lambda: accounts, Shelf, coach.own.forget).routes()
    client = TestClient(Starlette(routes=routes), base_url="http://localhost:8501", follow_redirects=False)
    leaving, staying = tokens
    headers = {"origin": "http://localhost:8501", "cookie": f"{cookie_name(shared)}={tokens[leaving]}"}
    assert client.post(f"/account/{way}", data={}, headers=headers).status_code == 303
    assert list(coach.own._shelves) == [staying]


def test_the_export_names_the_note_and_not_its_words_twice(
    desk: Desk, database: Database, store: ConversationStore, make_reply: Any
) -> None:
    # why: everything that is kept, and a deleted note said to be gone
    place, talk = write(desk, "Her phone stays outside."), store.start(ACTOR, "q")
    turn = store.add_turn(ACTOR, talk, "q")
    plan = keep_plan(desk, "Ring her", title="For Ana")
    store.finish_turn(ACTOR, turn, make_reply(own=(place, plan, place.model_copy(update={"item": "f" * 32}))), "done")
    made = RightsStore(database).export(ACTOR)
    text = everything.as_markdown(made)
    assert f"Shown from your own note, characters 0 to {place.end}: Her phone stays outside" in text
    assert f"Shown from your own plan, characters {plan.start} to {plan.end}: For Ana" in text
    assert "deleted since" in text
    assert place.item in everything.as_json(made)
