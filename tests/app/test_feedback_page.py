"""The page "Upward feedback": belief, draft and rehearsal, kept as they are made, safe, and nobody else's."""

import re
import threading
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from firm import Firm
from streamlit.testing.v1 import AppTest

from app import state
from app.components import feedback_marks
from app.upward import Sheet
from assistant.coach.feedback.coach import FeedbackCoach
from assistant.coach.feedback.record import Alternative, Assessment, Element, FeedbackCoaching, Mark
from assistant.coach.rehearsal.record import Mood, Rehearsal, Senior, SpokenLine
from assistant.coach.rehearsal.rehearser import Rehearser
from assistant.errors import AccessDenied
from assistant.models.service import ChatService
from assistant.models.testing import HashedEmbeddings, ScriptedChatModel
from assistant.privacy.sending import Sending
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings
from assistant.store.conversations import ConversationStore
from assistant.store.drafts import DraftStore

ME = Actor(person=PERSONAL, role=Role.MENTOR)
TEXT = "In Thursday's review you always cut Ana off <b>twice</b>. I stopped offering numbers."
LINE = "When Ana and I began with the test results, you finished our sentences."


class Script(FeedbackCoach):
    """Marks what the test's text holds; its model is a script of whole results and gates to wait at."""

    steps: tuple[Callable[[FeedbackCoaching], FeedbackCoaching] | threading.Event, ...] = ()

    def coach(
        self, text: str, *, senior: str | None = None, belief: str | None = None, reason: str = ""
    ) -> FeedbackCoaching:
        if found := Rehearser(Settings(chat_model="none")).referral(text):
            return FeedbackCoaching(text=text, referral=found)
        parts = {"situation": "In Thursday's review", "impact": "I stopped offering numbers"}
        elements = {
            name: Element(present=True, quote=words, start=text.index(words), end=text.index(words) + len(words))
            for name, words in parts.items()
            if words in text
        }
        at = text.find("always")
        mark = Mark(
            kind="absolute", quote="always", start=at, end=at + 6, why="It invites one counterexample.",
            question="Could they name one exception to “always”?", instead="“twice on Thursday”",
        )  # fmt: skip
        return FeedbackCoaching(
            text=text,
            assessment=Assessment(**elements),
            marks=(mark,) if at >= 0 else (),
            draft="On Thursday you cut Ana off twice.",
            alternatives=(Alternative(text="A gentle one.", directness="gentle"),),
        )

    def better(
        self, result: FeedbackCoaching, chat: ChatService, sending: Sending | None = None
    ) -> Generator[FeedbackCoaching | None, None, None]:
        for step in self.steps:
            if isinstance(step, threading.Event):
                while not step.wait(0.02):
                    yield None
            else:
                result = step(result)
                yield result


@pytest.fixture
def shipped(settings: Settings) -> Settings:
    return Settings(home=settings.home, chat_model="none")


@pytest.fixture
def script(shipped: Settings) -> Script:
    return Script(shipped, HashedEmbeddings())


@pytest.fixture
def drafts(store: ConversationStore) -> DraftStore:
    return DraftStore(store._database)


@pytest.fixture
def there(
    monkeypatch: pytest.MonkeyPatch,
    world: None,
    coach: Any,
    store: ConversationStore,
    script: Script,
) -> Iterator[None]:
    """The page's world: the real store and rehearser, a scripted coach of drafts."""
    none = Settings(chat_model="none")
    coach.chat = ChatService(none)
    monkeypatch.setattr(state, "get_database", lambda: store._database)
    monkeypatch.setattr(state, "get_feedback_coach", lambda: script)
    monkeypatch.setattr(state, "get_rehearser", lambda: Rehearser(none))
    yield


Opens = Callable[..., AppTest]


@pytest.fixture
def page(there: None, open_page: Opens) -> Opens:
    def run(**query: str) -> AppTest:
        session = open_page("feedback", **query)
        assert not session.exception
        return session

    return run


def press(session: AppTest, name: str) -> AppTest:
    next(one for one in session.button if name in (one.label, one.key)).click().run()
    assert not session.exception
    return session


def say(session: AppTest, line: str) -> AppTest:
    session.chat_input[0].set_value(line).run()
    assert not session.exception
    return session


def go(session: AppTest, step: str) -> AppTest:
    steps: Any = next(one for one in session.get("button_group") if (one.key or "").startswith("ey-step"))
    steps.set_value(step).run()
    assert not session.exception
    return session


def looked_at(session: AppTest, text: str = TEXT) -> AppTest:
    go(session, "draft")
    session.text_area[0].set_value(text).run()
    return press(session, "Look at it")


def rehearsing_(session: AppTest) -> AppTest:
    return press(looked_at(session), "Rehearse this")


def only(drafts: DraftStore) -> Sheet:
    (kept,) = drafts.list(ME, "feedback")
    return Sheet.model_validate_json(drafts.open(ME, kept.id).content)


# What stops me


def test_a_belief_shows_its_way_through_and_is_kept_at_once(page: Opens, drafts: DraftStore, html: Any) -> None:
    # why: what somebody thought about must be there when they come back
    session = page()
    assert drafts.list(ME) == () and len(session.radio[0].options) == 5
    session.radio[0].set_value("embarrass").run()
    assert only(drafts).belief == "embarrass"
    assert "Only you can read it, and none of this reaches your senior" in html(session)
    belief = next(one for one in state.get_feedback_coach().beliefs() if one.id == "embarrass")
    assert belief.question.split("’")[0][:20] in html(session)
    again = page(draft=drafts.list(ME)[0].id)
    assert again.radio[0].value == "embarrass"


def test_none_of_these_is_an_answer_too(page: Opens, drafts: DraftStore) -> None:
    # why: who has another reason must not be made to choose a wrong one
    press(page(), "None of these")
    kept = only(drafts)
    assert kept.none_of_these and kept.belief is None and kept.step == "draft"


def test_contacts_are_on_the_first_step(page: Opens, html: Any) -> None:
    # why: some matters must not be coached at all, and the way out must be in sight
    shown = html(page())
    assert "When not to do this alone" in shown and "ombuds@example.org" in shown


@pytest.mark.parametrize("role", [Role.MENTEE, Role.MANAGER])
def test_others_find_a_kind_sentence_and_nothing_of_it(page: Opens, drafts: DraftStore, html: Any, role: Role) -> None:
    # why: a mentor who fears that a senior looks in writes nothing
    looked_at(page())
    kept = drafts.list(ME)[0].id
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(state, "role", lambda: role)
        patch.setattr(state, "actor", lambda: Actor(person=PERSONAL, role=role))
        shown = html(page(draft=kept))
    assert "belongs to the mentor" in shown and "Thursday" not in shown


# My draft


def test_what_is_typed_is_kept_before_anything_is_done_with_it(page: Opens, drafts: DraftStore) -> None:
    # why: a raw complaint is written once
    session = go(page(), "draft")
    session.text_area[0].set_value(TEXT).run()
    assert only(drafts).text == TEXT
    again = page(draft=drafts.list(ME)[0].id)
    assert again.text_area[0].value == TEXT


def test_a_draft_is_read_with_its_parts_and_weak_places(page: Opens, html: Any) -> None:
    # why: a finding without the words that it rests on is an accusation; and typed markup must stay text
    shown = html(looked_at(page()))
    assert '<mark class="ey-part">In Thursday&#x27;s review</mark>' in shown and "&lt;b&gt;twice&lt;/b&gt;" in shown
    assert "One place to look at" in shown and "one exception to" in shown and "Not there yet" in shown
    assert "How it could be said" in shown


def test_a_wording_is_taken_by_a_click_and_taken_back(page: Opens, drafts: DraftStore) -> None:
    # why: the person's own words must never be lost to ours
    session = press(looked_at(page()), "ey-use-0")
    assert only(drafts).text == "On Thursday you cut Ana off twice."
    press(session, "Take my words again")
    assert only(drafts).text == TEXT and only(drafts).before is None


def test_editing_goes_on_from_what_stands(page: Opens, drafts: DraftStore) -> None:
    # why: the reading must not be a dead end
    session = press(looked_at(page()), "Edit the draft")
    assert session.text_area[0].value == TEXT
    session.text_area[0].set_value(TEXT + " Could you let her finish?").run()
    press(session, "Look at it")
    assert only(drafts).current and only(drafts).text.endswith("finish?")


def test_harm_in_a_draft_is_not_coached(page: Opens, drafts: DraftStore, html: Any) -> None:
    # why: safety comes before every job
    session = looked_at(page(), "He touched my leg under the table again and nobody said a word.")
    shown = html(session)
    assert "Coaching pauses here" in shown and "How it could be said" not in shown
    assert not any(one.label == "Rehearse this" for one in session.button)
    press(session, "Back to the text")
    assert only(drafts).text.startswith("He touched")


@pytest.fixture
def with_model(there: None, coach: Any) -> None:
    """A chat model is ready; what it says is the script's."""
    settings = Settings(chat_model="local:/tmp/x.gguf")
    coach.chat = ChatService(settings, build=lambda _: ScriptedChatModel())
    coach.chat.start()
    assert coach.chat.wait(10).status == "ready"


@pytest.mark.usefixtures("with_model")
def test_what_the_model_betters_is_taken_in_and_kept(
    page: Opens, drafts: DraftStore, script: Script, html: Any
) -> None:
    # why: the page must not need a reload to show the better wording
    script.steps = (lambda result: result.model_copy(update={"draft": "A better one.", "bettered": True}),)
    shown = html(looked_at(page()))
    assert "A better one." in shown and "a chat model helped" in shown
    assert only(drafts).current and only(drafts).coaching.draft == "A better one."  # type: ignore[union-attr]


@pytest.mark.usefixtures("with_model")
def test_the_model_never_writes_over_an_edit(
    page: Opens, drafts: DraftStore, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    # why: what a person typed while a machine was thinking is worth more
    gate = threading.Event()
    script.steps = (gate, lambda result: result.model_copy(update={"draft": "Late.", "bettered": True}))
    monkeypatch.setattr("app.components.feedback_draft._look_again", lambda _: None)
    session = press(looked_at(page()), "Edit the draft")
    session.text_area[0].set_value("Another text.").run()
    gate.set()
    session.run()
    kept = only(drafts)
    assert kept.text == "Another text." and (kept.coaching is None or kept.coaching.draft != "Late.")


# Rehearsal


def kept_rehearsal(drafts: DraftStore) -> Rehearsal:
    shown = only(drafts).rehearsal
    assert shown
    return Rehearsal.model_validate_json(drafts.open(ME, shown).content)


def test_a_line_is_answered_kept_and_debriefed(page: Opens, drafts: DraftStore, html: Any) -> None:
    # why: the whole of the third step
    session = say(rehearsing_(page()), LINE)
    rehearsal = kept_rehearsal(drafts)
    assert rehearsal.said == (LINE,) and rehearsal.is_answered and rehearsal.situation == TEXT
    shown = html(session)
    assert "Simulated senior" in shown and "No chat model plays here" in shown
    assert "Debrief so far" in shown and "What worked" in shown and "Still missing" in shown
    again = page(draft=drafts.list(ME, "feedback")[0].id)
    assert "finished our sentences" in html(again)


def test_a_line_is_taken_back_and_a_rehearsal_ended_and_gone_on_with(
    page: Opens, drafts: DraftStore, html: Any
) -> None:
    # why: practice is saying it again, and looking at it
    session = say(say(rehearsing_(page()), LINE), "What was going on for you?")
    press(session, "Take back my last line")
    assert kept_rehearsal(drafts).said == (LINE,)
    press(session, "End and debrief")
    assert kept_rehearsal(drafts).ended and "<h2>Debrief</h2>" in html(session) and not session.chat_input
    press(session, "Go on with it")
    assert not kept_rehearsal(drafts).ended and session.chat_input


def test_another_mood_begins_anew_and_the_earlier_one_stays(page: Opens, drafts: DraftStore, html: Any) -> None:
    # why: three kinds of senior are three rehearsals, and none may be lost
    session = say(rehearsing_(page()), LINE)
    moods: Any = next(one for one in session.get("button_group") if (one.key or "").startswith("ey-mood"))
    moods.set_value(Mood.RUSHED).run()
    assert "Earlier rehearsals of this" in html(session) and len(drafts.list(ME, "rehearsal")) == 1
    say(session, LINE)
    assert kept_rehearsal(drafts).senior.mood is Mood.RUSHED and len(only(drafts).rehearsals) == 2
    first = only(drafts).rehearsals[1]
    press(session, f"ey-delete-{first}")
    assert len(drafts.list(ME, "rehearsal")) == 1
    press(session, "Bring it back")
    opener = next(one for one in session.button if (one.key or "").startswith(f"ey-open-{first}"))
    press(session, opener.label)
    assert kept_rehearsal(drafts).senior.mood is Mood.DEFENSIVE


def test_harm_in_a_line_pauses_the_rehearsal_and_is_not_kept(page: Opens, drafts: DraftStore, html: Any) -> None:
    # why: harm is not rehearsed around, and nothing of it is counted or kept
    session = say(rehearsing_(page()), LINE)
    say(session, "He grabbed me from behind in the lift and said nobody would believe me.")
    assert "Coaching pauses here" in html(session) and not session.chat_input
    press(session, "Back to the rehearsal")
    assert kept_rehearsal(drafts).said == (LINE,) and session.chat_input


def test_an_answer_that_a_reload_lost_is_given_again(page: Opens, drafts: DraftStore) -> None:
    # why: a line without an answer would stay so for ever
    rehearsal = Rehearsal(senior=Senior(mood=Mood.OPEN), lines=(SpokenLine(speaker="mentor", text=LINE),))
    made = drafts.add(ME, "rehearsal", "x", rehearsal.model_dump_json())
    sheet = Sheet(step="rehearsal", text=TEXT, rehearsal=made, rehearsals=(made,))
    shown = drafts.add(ME, "feedback", "x", sheet.model_dump_json())
    page(draft=shown)
    assert kept_rehearsal(drafts).is_answered


def test_typed_markup_in_a_line_stays_text(page: Opens, html: Any) -> None:
    # why: what people paste must not come alive
    shown = html(say(rehearsing_(page()), "You said <script>alert(1)</script> **loud** on Thursday."))
    assert "<script>" not in shown and "&lt;script&gt;" in shown


# The list, and whose it is


def test_deleting_one_takes_its_rehearsals_along_and_all_come_back(page: Opens, drafts: DraftStore) -> None:
    # why: what was practised for a talk belongs to it
    session = say(rehearsing_(page()), LINE)
    kept = drafts.list(ME, "feedback")[0].id
    press(go(session, "belief"), "New")
    press(session, f"ey-delete-{kept}")
    assert drafts.list(ME) == ()
    press(session, "Bring it back")
    assert {one.kind for one in drafts.list(ME)} == {"feedback", "rehearsal"}


def test_what_is_kept_opens_for_its_owner_in_that_part_alone(page: Opens, drafts: DraftStore) -> None:
    # why: neither the senior of the pair nor a manager may read a word of it
    say(rehearsing_(page()), LINE)
    for one in drafts.list(ME):
        for other in (
            Actor(person="somebody", role=Role.MENTEE),
            Actor(person="somebody", role=Role.MENTOR),
            Actor(person="somebody", role=Role.MANAGER),
            Actor(person=PERSONAL, role=Role.MENTEE),
        ):
            with pytest.raises(AccessDenied):
                drafts.open(other, one.id)


def test_a_draft_of_another_form_or_damaged_begins_anew(page: Opens, drafts: DraftStore) -> None:
    # why: an older version's draft must not break the page
    for content, form in (('{"other": 1}', 1), ('{"step": "draft"}', 9)):
        kept = drafts.add(ME, "feedback", "An old one", content, form=form)
        assert not page(draft=kept).exception


@pytest.fixture
def lina(firm: Firm, coach: Any, script: Script, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Lina mentors Henrik, where people sign in."""
    none = Settings(chat_model="none")
    coach.chat = ChatService(none)
    monkeypatch.setattr(state, "get_feedback_coach", lambda: script)
    monkeypatch.setattr(state, "get_rehearser", lambda: Rehearser(none))
    mentor, senior = firm.add("Lina", Role.MENTOR), firm.add("Henrik", Role.MENTEE)
    today = datetime.now(UTC).date()
    programme = firm.programmes.create(firm.mara, "Autumn", today, today + timedelta(days=90))
    return {"lina": mentor, "henrik": senior, "pair": firm.programmes.pair(firm.mara, programme, mentor, senior)}


def test_where_people_sign_in_the_senior_is_named_and_sees_nothing(
    firm: Firm, lina: dict[str, str], drafts: DraftStore, html: Any
) -> None:
    # why: the pair is known, what is told of its senior goes with the pair, and no other side may read a word
    session = firm.open(lina["lina"], "feedback")
    assert "Something to tell Henrik" in html(session)
    say(rehearsing_(session), LINE)
    mine = drafts.list(Actor(person=lina["lina"], role=Role.MENTOR))
    assert {(one.kind, one.pair) for one in mine} == {("feedback", lina["pair"]), ("rehearsal", lina["pair"])}
    for person, role in ((lina["henrik"], Role.MENTEE), (firm.mara.person, Role.MANAGER)):
        other = Actor(person=person, role=role)
        assert drafts.list(other) == ()
        for one in mine:
            with pytest.raises(AccessDenied):
                drafts.open(other, one.id)
        assert "Not a page of yours" in html(firm.open(person, "feedback"))


# Marks


def test_marks_join_to_the_text_again() -> None:
    # why: a reading that changes what somebody wrote is a forgery
    text = "a <b> you always & always cut me off"
    start = text.index("always")
    coaching = FeedbackCoaching(
        text=text,
        assessment=Assessment(behaviour=Element(present=True, quote=text[6:], start=6, end=len(text))),
        marks=(Mark(kind="absolute", quote="always", start=start, end=start + 6, why="", question="", instead=""),),
    )
    shown = feedback_marks.draft_html(coaching)
    bare = re.sub(r'<(?:sup|span class="ey-letter)[^>]*>.*?</(?:sup|span)>\w?(?:</span>)?', "", shown)
    assert unescape(re.sub(r"<[^>]+>", "", bare)) == text
