"""The page "Check a note" in each of its states, run by AppTest with a scripted checker and real parsing."""

import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app import checking, navigation, state
from app.components import examples, result
from app.preferences import save_role
from assistant.errors import InputError, StoreUnavailable
from assistant.guide.passage import Citation
from assistant.models.place import model_place
from assistant.notes.advice import Adviser
from assistant.notes.mistake import Mistake
from assistant.notes.note import (
    Debrief,
    Evidence,
    Finding,
    Measures,
    Method,
    Note,
    NoteReport,
    SpeakerMeasures,
    Transcript,
    TurnMeasure,
)
from assistant.privacy.sending import Sending
from assistant.roles import PERSONAL, Actor, Role
from assistant.settings import Settings
from assistant.store.database import Database
from assistant.store.hosted import HostedChoiceStore
from assistant.store.notes import NoteStore
from assistant.store.records import SavedNote

ACTOR = Actor(person=PERSONAL, role=Role.MENTOR)

NOTE = "I showed 38 slides.\nHe nodded a lot. <img src=x onerror=alert(1)> Perhaps I kept something back."
HALF = "The trained model is missing; run `eyelevel models`."
GERMAN = "The note is in German; only English is read."


def found(text: str, mistake: Mistake, confidence: float, quote: str) -> Finding:
    """A finding whose evidence is this quote."""
    start = text.index(quote)
    cited = Citation(marker="1", id="a" * 16, document="guide/a.md", title="One-way: a street", heading="", text="Ask.")
    return Finding(
        mistake=mistake,
        confidence=confidence,
        evidence=(Evidence(quote=quote, start=start, end=start + len(quote)),),
        question=f"Was it {mistake.value.replace('_', ' ')}?",
        advice="Ask <first>.",
        citations=(cited,),
    )


def measured(transcript: Transcript) -> Measures:
    """Some measures of a transcript, without a model: every turn tells for ten words."""
    people = tuple(
        SpeakerMeasures(
            speaker=name,
            side=transcript.side(name),
            turns=1,
            words=10,
            talk_share=0.5,
            longest_turn_words=10,
            longest_turn=0,
            open_questions=1,
            closed_questions=1,
        )
        for name in transcript.speakers
    )
    turns = tuple(
        TurnMeasure(
            speaker=turn.speaker,
            move="telling",
            probability=0.9,
            words=10,
            began=10.0 * at,
            ended=10.0 * at + 10,
            start=turn.start,
            end=turn.end,
        )
        for at, turn in enumerate(transcript.turns)
    )
    return Measures(unit="words", length=10.0 * len(turns), speakers=people, timeline=turns)


class ScriptedChecker:
    """Reports as told, or what the words of the note ask for; keeps what it was given."""

    def __init__(self) -> None:
        self.checked: list[Note] = []
        self.sent: list[Sending | None] = []
        self.trouble: Exception | None = None
        self.wait: threading.Event | None = None
        self.changes: dict[str, Any] = {}

    def prepare(self) -> None:
        """Nothing to load."""

    def check(self, note: Note, sending: Sending | None = None) -> NoteReport:
        self.checked.append(note)
        self.sent.append(sending)
        if self.wait:
            self.wait.wait(20)
        if self.trouble:
            raise self.trouble
        findings = []
        if "38 slides" in note.text:
            findings.append(found(note.text, Mistake.ONE_WAY_LECTURING, 0.92, "38 slides."))
        if "kept something back" in note.text:
            findings.append(found(note.text, Mistake.MENTOR_HOLDS_BACK, 0.58, "kept something back"))
        fields: dict[str, Any] = {
            "id": note.id,
            "text": note.text,
            "findings": tuple(findings),
            "transcript": note.transcript,
            "measures": measured(note.transcript) if note.transcript else None,
            "method": Method(classifier="scripted", sentences=3 if note.text else 0),
        }
        return NoteReport(**(fields | self.changes))


@pytest.fixture
def notes(settings: Settings) -> Iterator[NoteStore]:
    """A real store in the test's own home."""
    opened = NoteStore(Database(settings))
    yield opened
    opened.close()


@pytest.fixture
def checker(monkeypatch: pytest.MonkeyPatch, world: None, settings: Settings, notes: NoteStore) -> ScriptedChecker:
    """The checker of this test; the words of advice are the shipped ones."""
    made = ScriptedChecker()
    shipped = Adviser(Settings(home=settings.home, chat_model="none"))
    monkeypatch.setattr(state, "get_checker", lambda: made)
    monkeypatch.setattr(state, "get_adviser", lambda: shipped)
    monkeypatch.setattr(state, "get_notes", lambda: notes)
    return made


@pytest.fixture
def page(checker: ScriptedChecker, open_page: Any) -> AppTest:
    """The page, opened as a new session."""
    session: AppTest = open_page("check")
    assert not session.exception
    return session


def button(session: AppTest, key: str) -> Any:
    """The button whose key begins like this."""
    return next(one for one in session.button if one.key and one.key.startswith(key))


def has(session: AppTest, key: str) -> bool:
    """Whether there is such a button."""
    return any(one.key and one.key.startswith(key) for one in session.button)


def group(session: AppTest, key: str) -> Any:
    """The pills whose key begins like this."""
    return next(one for one in session.get("button_group") if one.key and one.key.startswith(key))


def check(session: AppTest, text: str = NOTE) -> AppTest:
    """Paste a note and have it checked."""
    session.text_area[0].set_value(text).run()
    button(session, "ey-note-check").click().run()
    assert not session.exception
    return session


def test_findings_stand_beside_the_marked_note(page: AppTest, html: Any) -> None:
    shown = html(check(page))
    assert "Two questions to look at" in shown
    assert shown.index("Was it one way lecturing?") < shown.index("Was it mentor holds back?")
    assert "<mark>38 slides.<sup" in shown
    assert '<mark class="ey-faint">kept something back<sup' in shown
    assert "Quite sure" in shown
    assert "Perhaps" in shown
    assert "Ask &lt;first&gt;." in shown
    assert "<img" not in shown


def test_the_writer_is_the_part_one_plays(page: AppTest, checker: ScriptedChecker) -> None:
    check(page)
    assert checker.checked[0].writer is Role.MENTOR


def test_not_so_folds_the_card_takes_the_mark_and_can_be_undone(page: AppTest, html: Any) -> None:
    session = check(page)
    button(session, "ey-no-one_way_lecturing").click().run()
    shown = html(session)
    assert "You said: not so" in shown
    assert "<mark>38 slides." not in shown
    assert "38 slides." in shown
    assert '<span class="ey-vh"> question </span>2</sup>' in shown  # the other keeps its number
    button(session, "ey-undo-one_way_lecturing").click().run()
    assert "<mark>38 slides." in html(session)


def test_yes_that_is_kept_on_the_card(page: AppTest, html: Any) -> None:
    session = check(page)
    button(session, "ey-yes-one_way_lecturing").click().run()
    assert "You said: yes, that" in html(session)
    assert "<mark>38 slides." in html(session)


def test_a_source_opens_with_its_passage(page: AppTest, html: Any) -> None:
    session = check(page)
    assert button(session, "ey-source-one_way").label == "One\\-way"
    button(session, "ey-source-one_way").click().run()
    assert not session.exception
    assert "The guide’s own words." in html(session)


def test_nothing_found_is_a_result_with_its_limits(page: AppTest, html: Any) -> None:
    text = "She asked what I would do, and I told her."
    session = check(page, text)
    shown = html(session)
    assert "Nothing to raise from this note" in shown
    assert "I read three sentences for the ten mistakes I know and found no evidence of one." in shown
    assert "not everything about the hour" in shown
    button(session, "ey-felt-good").click().run()
    assert "You know more about the hour" in html(session)


def test_sentences_worth_keeping_are_quoted(page: AppTest, checker: ScriptedChecker, html: Any) -> None:
    checker.changes = {"worth_keeping": (Evidence(quote="She <asked>", start=0, end=11),)}
    assert "“She &lt;asked&gt;”" in html(check(page, "She <asked> me."))


def test_half_a_check_is_neither_clear_nor_lost(page: AppTest, checker: ScriptedChecker, html: Any) -> None:
    checker.changes = {"degraded": True, "method": Method(classifier=None, not_looked_at=(HALF,))}
    session = check(page, "He was there.")
    assert "I could only do half of the check" in html(session)
    assert "Nothing to raise" not in html(session)
    checker.changes = {}
    button(session, "ey-note-again").click().run()
    assert "Nothing to raise from this note" in html(session)


def test_another_language_is_not_nothing_found(page: AppTest, checker: ScriptedChecker, html: Any) -> None:
    checker.changes = {"language": "de", "method": Method(classifier=None, not_looked_at=(GERMAN,))}
    shown = html(check(page, "Wir haben uns getroffen."))
    assert GERMAN in shown
    assert "Nothing to raise" not in shown


def test_what_was_not_looked_at_is_said_beside_findings(page: AppTest, checker: ScriptedChecker, html: Any) -> None:
    checker.changes = {"method": Method(classifier="x", sentences=3, not_looked_at=("No <chat model> read it.",))}
    assert "No &lt;chat model&gt; read it." in html(check(page))


def test_an_empty_page_says_what_it_needs(page: AppTest, checker: ScriptedChecker, html: Any) -> None:
    button(page, "ey-note-check").click().run()
    assert "There is nothing to check yet" in html(page)
    assert checker.checked == []


def test_what_cannot_be_taken_is_said_and_nothing_typed_is_lost(
    page: AppTest, checker: ScriptedChecker, html: Any
) -> None:
    checker.trouble = InputError("The note has 3,000,000 characters, the limit is 2,000,000; split it by session.")
    session = check(page)
    assert "split it by session" in html(session)
    assert session.text_area[0].value == NOTE


def test_a_check_that_breaks_off_can_be_tried_again(page: AppTest, checker: ScriptedChecker, html: Any) -> None:
    checker.trouble = ValueError("secret words of the note")
    session = check(page)
    assert "The check broke off." in html(session)
    assert "secret" not in html(session)
    checker.trouble = None
    button(session, "ey-note-check").click().run()
    assert "Two questions" in html(session)


def test_a_draft_outlives_another_page_and_no_other_session_sees_it(
    page: AppTest, checker: ScriptedChecker, open_page: Any
) -> None:
    page.text_area[0].set_value("half a note").run()
    again = open_page("check")
    assert again.text_area[0].value == ""
    again.session_state["checks"] = page.session_state["checks"]  # all that another page leaves: no widget's state
    assert again.run().text_area[0].value == "half a note"


def test_another_part_has_another_page_and_coming_back_finds_the_first(
    page: AppTest, html: Any, settings: Settings
) -> None:
    session = check(page)
    session.session_state["role"] = Role.MENTEE
    session.run()
    assert "Two questions" not in html(session)
    session.session_state["role"] = Role.MENTOR
    assert "Two questions" in html(session.run())


def test_clear_empties_the_page(page: AppTest, html: Any) -> None:
    session = check(page)
    button(session, "ey-note-clear").click().run()
    assert session.text_area[0].value == ""
    assert "Two questions" not in html(session)


@pytest.mark.parametrize("role", [Role.MENTOR, Role.MENTEE])
def test_an_example_is_one_click(
    role: Role, checker: ScriptedChecker, open_page: Any, settings: Settings, html: Any
) -> None:
    save_role(settings.home, role)
    session = open_page("check")
    button(session, "ey-example-A note").click().run()
    assert not session.exception
    assert checker.checked[0].text == examples.NOTES[role]


def test_the_debrief_alone_can_be_checked(page: AppTest, checker: ScriptedChecker, html: Any) -> None:
    assert button(page, "ey-debrief-check").disabled
    group(page, "ey-debrief-minutes_planned").set_value(45).run()
    group(page, "ey-debrief-minutes_held").set_value(10).run()
    assert button(page, "ey-debrief-check").label == "Check the debrief alone"
    button(page, "ey-debrief-check").click().run()
    assert not page.exception
    assert checker.checked[0].debrief == Debrief(minutes_planned=45, minutes_held=10)
    assert checker.checked[0].text == ""
    assert "Nothing to raise from the debrief" in html(page)


def test_nothing_brought_goes_with_nothing_else(page: AppTest, checker: ScriptedChecker) -> None:
    group(page, "ey-debrief-brought").set_value(["story", "questions"]).run()
    group(page, "ey-debrief-brought").set_value(["story", "questions", "nothing"]).run()
    button(page, "ey-debrief-check").click().run()
    debrief = checker.checked[0].debrief
    assert debrief
    assert {one.value for one in debrief.brought} == {"nothing"}


def test_a_debrief_can_be_added_to_a_checked_note(page: AppTest, checker: ScriptedChecker, html: Any) -> None:
    session = check(page)
    button(session, "ey-debrief-add").click().run()
    group(session, "ey-debrief-minutes_held").set_value(10).run()
    button(session, "ey-debrief-check").click().run()
    assert checker.checked[1].debrief == Debrief(minutes_held=10)
    assert checker.checked[1].text == NOTE
    assert "Held 10 of ? minutes" in html(session)


def test_a_transcript_is_drawn_and_its_roles_swapped(page: AppTest, checker: ScriptedChecker, html: Any) -> None:
    button(page, "ey-example-A transcript").click().run()
    assert not page.exception
    assert "Telling or drawing out, turn by turn" in html(page)
    if not has(page, "ey-swap"):
        group(page, "ey-who-").set_value("Lina").run()
    before = page.session_state["checks"][Role.MENTOR].transcript
    button(page, "ey-swap").click().run()
    assert not page.exception
    after = page.session_state["checks"][Role.MENTOR].transcript
    assert (after.mentor, after.mentee) == (before.mentee, before.mentor)
    assert f"<b>{after.mentor}</b> is the mentor" in html(page)
    assert "talk share" in html(page)


def test_an_uploaded_transcript_stands_for_the_note(page: AppTest, checker: ScriptedChecker, html: Any) -> None:
    vtt = (
        "WEBVTT\n\n00:00.000 --> 00:09.000\n<v Lina>How did it go?\n\n00:09.000 --> 00:30.000\n<v Henrik>It went well."
    )
    page.session_state["checks"] = {Role.MENTOR: _with_file("talk.vtt", vtt.encode())}
    page.run()
    assert "talk.vtt" in html(page)
    assert "2 turns: Lina and Henrik" in html(page)
    button(page, "ey-note-check").click().run()
    assert not page.exception
    assert checker.checked[0].transcript
    assert checker.checked[0].extracted


def _with_file(name: str, data: bytes) -> checking.Sheet:
    from assistant.notes.files import read_upload

    return checking.Sheet(file=read_upload(name, data), file_name=name)


def test_the_next_session_follows_from_what_stands(page: AppTest, html: Any) -> None:
    session = check(page)
    before = html(session)
    assert "ey-plan" in before
    for mistake in ("one_way_lecturing", "mentor_holds_back"):
        button(session, f"ey-no-{mistake}").click().run()
    assert not session.exception
    assert html(session) != before
    group(session, "ey-plan-minutes").set_value(15).run()
    minutes = [int(one) for one in re.findall(r"(\d+) min</p>", html(session))]
    assert sum(minutes) == 15


def test_the_whole_check_can_be_taken_away(page: AppTest) -> None:
    sheet = check(page).session_state["checks"][Role.MENTOR]
    sheet.verdicts[Mistake.ONE_WAY_LECTURING] = False
    document = result.as_markdown(sheet, Role.MENTOR, Adviser(Settings(chat_model="none")))
    assert "You said: not so." in document
    assert "## The next session, 45 minutes" in document
    assert "\\<img" in document


def test_nothing_is_stored_until_the_person_saves_it(page: AppTest, notes: NoteStore) -> None:
    session = check(page)
    button(session, "ey-no-one_way_lecturing").click().run()
    assert notes.list(ACTOR) == ()
    assert notes.kept_verdicts(ACTOR) == ()


def test_a_saved_note_opens_as_it_was_in_another_session(
    page: AppTest, notes: NoteStore, open_page: Any, html: Any
) -> None:
    session = check(page)
    button(session, "ey-note-save").click().run()
    assert not session.exception
    assert "Saved" in html(session)
    button(session, "ey-no-one_way_lecturing").click().run()
    assert notes.load(ACTOR, notes.list(ACTOR)[0].id).verdicts == {"one_way_lecturing": False}
    later = open_page("check")
    button(later, "ey-open").click().run()
    assert not later.exception
    assert "You said: not so" in html(later)
    assert '<mark class="ey-faint">kept something back' in html(later)


def test_a_new_check_of_a_saved_note_replaces_the_old_one(page: AppTest, notes: NoteStore) -> None:
    session = check(page)
    button(session, "ey-note-save").click().run()
    button(session, "ey-debrief-add").click().run()
    group(session, "ey-debrief-minutes_held").set_value(10).run()
    button(session, "ey-debrief-check").click().run()
    stored = notes.load(ACTOR, notes.list(ACTOR)[0].id)
    assert stored.debrief
    assert '"minutes_held":10' in stored.debrief
    assert stored.text == NOTE
    assert NOTE not in stored.report  # once is enough


def test_a_deleted_note_can_be_brought_back(page: AppTest, notes: NoteStore, html: Any) -> None:
    session = check(page)
    button(session, "ey-note-save").click().run()
    button(session, "ey-note-clear").click().run()
    button(session, "ey-delete").click().run()
    assert "Deleted: “I showed 38 slides." in html(session)
    assert notes.list(ACTOR) == ()
    button(session, "ey-undo").click().run()
    assert len(notes.list(ACTOR)) == 1
    assert has(session, "ey-open")


def test_another_part_does_not_see_saved_notes(page: AppTest, settings: Settings, open_page: Any) -> None:
    button(check(page), "ey-note-save").click().run()
    save_role(settings.home, Role.MENTEE)
    assert not has(open_page("check"), "ey-open")


def test_a_store_that_fails_costs_the_saving_and_no_text(
    page: AppTest, notes: NoteStore, monkeypatch: pytest.MonkeyPatch, html: Any
) -> None:
    def refuse(*_: object) -> str:
        raise StoreUnavailable("The database is locked; close the other program.")

    session = check(page)
    monkeypatch.setattr(notes, "save", refuse)
    button(session, "ey-note-save").click().run()
    assert "The database is locked" in html(session)
    assert "Two questions" in html(session)


def test_answers_are_kept_for_the_evaluation_only_with_consent(page: AppTest, notes: NoteStore) -> None:
    session = check(page)
    assert session.checkbox[0].value is False
    button(session, "ey-no-one_way_lecturing").click().run()
    session.checkbox[0].check().run()
    kept = notes.kept_verdicts(ACTOR)
    assert [(one.mistake, one.verdict, one.quotes, one.model) for one in kept] == [
        ("one_way_lecturing", False, ("38 slides.",), "scripted")
    ]
    button(session, "ey-undo-one_way_lecturing").click().run()
    assert notes.kept_verdicts(ACTOR) == ()
    button(session, "ey-yes-mentor_holds_back").click().run()
    assert len(notes.kept_verdicts(ACTOR)) == 1
    session.checkbox[0].uncheck().run()
    assert notes.kept_verdicts(ACTOR) == ()
    assert not session.exception


def test_answers_to_the_invented_example_are_never_kept(page: AppTest, notes: NoteStore) -> None:
    notes.set_consent(ACTOR, True)
    button(page, "ey-example-A note").click().run()
    button(page, "ey-no-one_way_lecturing").click().run()
    assert notes.kept_verdicts(ACTOR) == ()


def test_a_check_kept_in_a_form_of_the_past_is_said_to_be_that(page: AppTest, notes: NoteStore, html: Any) -> None:
    notes.save(ACTOR, SavedNote(title="Old", text="x", report='{"version": 0}'))
    page.run()
    button(page, "ey-open").click().run()
    assert not page.exception
    assert "check its text again" in html(page)


def test_a_manager_is_told_kindly_that_notes_are_not_for_managers(
    checker: ScriptedChecker, open_page: Any, settings: Settings, html: Any
) -> None:
    save_role(settings.home, Role.MANAGER)
    session = open_page("check")
    assert not session.exception
    assert "Notes belong to those who wrote them" in html(session)
    assert not session.text_area


def test_the_sidebar_shows_the_page_to_those_who_write_notes(checker: ScriptedChecker) -> None:
    info = navigation.PAGES["check"]
    order = list(navigation.PAGES)
    assert order.index("coach") < order.index("plan") < order.index("check")  # as a session goes
    assert info.roles == {Role.MENTOR, Role.MENTEE}


@pytest.mark.parametrize(("judge", "told"), [(True, True), (False, False)])
def test_a_hosted_judge_is_named_before_anything_goes_there(
    *,
    checker: ScriptedChecker,
    open_page: Any,
    settings: Settings,
    html: Any,
    monkeypatch: pytest.MonkeyPatch,
    judge: bool,
    told: bool,
) -> None:
    changes = {"chat_model": "anthropic:claude", "note_judge": judge, "hosted_models": True}
    hosted = settings.model_copy(update=changes)
    monkeypatch.setattr(state, "get_settings", lambda: hosted)
    HostedChoiceStore(state.get_database()).choose(ACTOR, model_place(hosted).id, True)
    page = html(open_page("check"))
    assert ("Anthropic" in page) is told
    assert ("It is read on this computer" in page) is not told
