"""Questions after a session: about that session, to the right person, with the words that they rest on."""

import json
from datetime import date
from pathlib import Path

import pytest

from assistant.coach.reflection import About, After, Reflector
from assistant.coach.reflection.better import question_of
from assistant.errors import InputError
from assistant.models.testing import HashedEmbeddings
from assistant.notes.mistake import Mistake
from assistant.notes.note import Brought, Debrief, Evidence, Finding, Method, Note, NoteReport, Topic
from assistant.notes.parse import parse_note
from assistant.roles import Role
from assistant.settings import REPOSITORY, Settings
from evals.scorers.reflection import is_open_prompt, is_right_person, is_tied, shared

TODAY = date(2026, 11, 22)
"""A Sunday."""
NOTES = [
    json.loads(line) for line in Path(__file__).with_name("reflection_notes.jsonl").read_text("utf-8").splitlines()
]
LINA = (
    "Session 3 with Lina, 50 minutes. I asked her to open the ticket and show me where she got stuck. Nine days, five "
    "teams, each of them on time. I said nobody had told me that in four years. She went quiet when I started to "
    "explain the budget. I'll bring the nine days to the leads' meeting by Friday."
)


@pytest.fixture(scope="module")
def reflector(tmp_path_factory: pytest.TempPathFactory) -> Reflector:
    home = tmp_path_factory.mktemp("reflection")
    return Reflector(Settings(home=home, knowledge=REPOSITORY / "knowledge", chat_model="none"), HashedEmbeddings())


def after(reflector: Reflector, text: str, writer: Role | None = Role.MENTEE, **about: object) -> After:
    return reflector.after(parse_note(text, writer=writer), About(**about), today=TODAY)  # type: ignore[arg-type]


def texts(result: After) -> str:
    return "\n".join(one.text for one in result.prompts)


@pytest.mark.parametrize("row", NOTES, ids=lambda row: row["id"])
def test_every_question_is_about_the_note_open_and_said_to_the_senior(
    reflector: Reflector, row: dict[str, str]
) -> None:
    # why: a question that fits any session helps nobody, and one about "him" is not read
    writer = Role(row["writer"])
    found = after(reflector, row["text"], writer)
    for stage in (found.what, found.so_what, found.now_what):
        assert 1 <= len(stage) <= 3
    for one in found.prompts:
        assert is_open_prompt(one.text) and is_right_person(one.text, writer), one.text
        assert one.stage == "now_what" or is_tied(one.text, row["text"]), one.text
        assert len(question_of(one.text).split()) <= 25
    quotes = [*(one.quotes for one in found.prompts), *(one.quotes for one in found.commitments)]
    for quote in (quote for each in quotes for quote in each):
        assert row["text"][quote.start : quote.end] == quote.quote
    assert found.commitments and found.listening and found.listening.question.endswith("?")


def test_no_two_notes_get_the_same_question(reflector: Reflector) -> None:
    # why: what is said to everybody is said to nobody
    made = [
        (row["id"], one.text) for row in NOTES for one in after(reflector, row["text"], Role(row["writer"])).prompts
    ]
    assert not shared(made)


def test_within_one_result_no_wording_comes_twice(reflector: Reflector) -> None:
    # why: the same words twice on a page show the machine
    for row in NOTES:
        frames = [one.frame for one in after(reflector, row["text"], Role(row["writer"])).prompts]
        assert len(frames) == len(set(frames)), row["id"]


def test_the_next_session_is_asked_in_other_words(reflector: Reflector) -> None:
    # why: a pair meets ten times
    first = after(reflector, LINA)
    second = after(reflector, LINA, used=frozenset(one.frame for one in first.prompts))
    same = {one.frame for one in first.prompts} & {one.frame for one in second.prompts}
    assert len(same) <= 1 and texts(first) != texts(second)


def test_the_senior_reads_their_own_note_as_you(reflector: Reflector) -> None:
    # why: the page speaks to the reader, in the words of the note
    found = texts(after(reflector, LINA))
    assert "You asked her to open the ticket and show you where she got stuck." in found
    assert "You said nobody had told you that in four years." in found
    assert "Lina went quiet when you started to explain the budget." in found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("He waved it away and took a call from the board.", "you “waved it away and took a call from the board”"),
        (
            "He told me about his years on the night shift in Gdynia.",
            "You told your mentor about your years on the night",
        ),
        ("She asked which of the persons I believe and why.", "you “asked which of the persons I believe and why”"),
        ("He said we tried that in 2019 and it failed.", "“we tried that in 2019 and it failed”"),
    ],
)
def test_the_senior_reads_the_mentors_note_as_you(reflector: Reflector, text: str, said: str) -> None:
    # why: in the mentor's note "he" is the reader
    assert said in texts(after(reflector, text, Role.MENTOR))


@pytest.mark.parametrize(
    ("text", "writer", "move"),
    [
        ("She brought the survey. I said we tried that years ago.", Role.MENTEE, "brushed_aside"),
        ("I explained to him how the budget works, from the beginning.", Role.MENTEE, "explained"),
        ("He got defensive about the Friday letter and blamed the team.", Role.MENTOR, "defended"),
        ("I had no idea that the drivers cannot see the map.", Role.MENTEE, "surprised"),
        ("I asked what people say once I have left the room.", Role.MENTEE, "asked"),
        ("He asked why I never eat in the canteen.", Role.MENTEE, "was_asked"),
        ("It went quiet after my remark about the seating plan.", Role.MENTEE, "silence"),
        ("I did not dare to say that the motto embarrasses us.", Role.MENTOR, "held_back"),
        ("I did not understand the part about embeddings.", Role.MENTEE, "not_understood"),
        ("She took two calls and we had only ten minutes.", Role.MENTOR, "short_of_time"),
        ("I forgot to read the exit interviews, again.", Role.MENTEE, "not_kept"),
        ("I changed my mind about the parking spaces.", Role.MENTEE, "changed_mind"),
        ("I had her take the minutes of the steering round.", Role.MENTEE, "gave_task"),
        ("Ich habe ihm erklärt, warum die Runde am Montag so lange dauert.", Role.MENTEE, "explained"),
        ("Elle m'a montré le formulaire que les alternants remplissent.", Role.MENTEE, "shown"),
        ("Marta me contó que los becarios comen en el coche. No lo sabía.", Role.MENTEE, "surprised"),
    ],
)
def test_what_happened_is_recognised(reflector: Reflector, text: str, writer: Role, move: str) -> None:
    # why: the question is chosen by what happened
    assert move in {one.move for one in after(reflector, text, writer).prompts}


@pytest.mark.parametrize(
    ("text", "writer"),
    [
        ("She had never known that the depot closes at noon.", Role.MENTEE),
        ("He asked which of my ideas I believe in.", Role.MENTOR),
        ("I explained the app to her, slide by slide.", Role.MENTOR),
    ],
)
def test_nobody_is_given_the_acts_of_the_other(reflector: Reflector, text: str, writer: Role) -> None:
    # why: "what made you explain so much?" to the one who listened ends the reading
    wrong = {"surprised", "mentor_thinks", "explained"}
    assert not wrong & {one.move for one in after(reflector, text, writer).prompts}


def test_one_strength_comes_first(reflector: Reflector) -> None:
    # why: who is met with a fault first reads no further
    found = after(reflector, LINA)
    assert found.what[0].praise and found.what[0].move == "asked"
    assert not any(one.praise for one in found.prompts[1:])


def test_promises_of_the_note_are_proposed_with_their_day(reflector: Reflector) -> None:
    # why: what was promised is taken up first, and a promise without a day is a wish
    first, *_ = after(reflector, LINA).commitments
    assert (first.text, first.due, first.promised) == (
        "Bring the nine days to the leads' meeting",
        date(2026, 11, 27),
        True,
    )
    mentors = "He was kind. He'll ask the night team what they would keep, by the 3rd. I send him two names."
    (promise, *others) = after(reflector, mentors, Role.MENTOR).commitments
    assert promise.text == "Ask the night team what they would keep" and promise.due == date(2026, 12, 3)
    assert not any(one.promised for one in others)


def test_a_note_without_promises_gets_something_small_with_a_day(reflector: Reflector) -> None:
    # why: feedback alone changes little
    found = after(reflector, "She said that nobody reads the Friday letter. I laughed.")
    assert all(not one.promised and one.due == date(2026, 11, 29) for one in found.commitments)
    assert any("Friday letter" in one.text for one in found.commitments)


@pytest.mark.parametrize(
    "text", ["We tried that, I said. Tomasz looked away.", "Lucía explained prompts. I understood nothing."]
)
def test_a_few_words_get_one_question_a_step(reflector: Reflector, text: str) -> None:
    # why: more questions than words would be an interrogation
    found = after(reflector, text)
    assert (len(found.what), len(found.so_what), len(found.now_what)) == (1, 1, 1)


def test_other_languages_are_quoted_as_they_are_and_that_is_said(reflector: Reflector) -> None:
    # why: a translated quote would be none
    text = "Jonas sagte, in meinen Runden traut sich niemand. Ich habe das System erklärt. Er hat nur genickt."
    found = after(reflector, text)
    assert found.language == "de" and any("in German" in line for line in found.remarks)
    assert "Er hat nur genickt”" in texts(found) or "traut sich niemand" in texts(found)


def test_where_nobody_says_who_wrote_nothing_is_guessed(reflector: Reflector) -> None:
    # why: half of such guesses would be wrong
    found = after(reflector, "I said it takes too long. Then we looked at the form.", None)
    assert any("Nobody said who wrote" in line for line in found.remarks)
    assert "The note" in found.what[0].text or "the note" in found.what[0].text


def test_a_transcript_knows_who_said_what(reflector: Reflector) -> None:
    # why: in a transcript the speaker is certain
    text = (
        "Lina: The ticket waits nine days before anybody reads it.\n"
        "Henrik: We tried to fix that in 2019, it is a budget question.\n"
        "Lina: Okay.\nHenrik: What would you do first?\nLina: I would ask the five people who wait.\n"
        "Henrik: I did not know that. I will talk to Amira on Tuesday."
    )
    found = after(reflector, text, None, mentor="Lina")
    assert "“We tried to fix that in 2019" in found.what[0].text and "note" not in found.what[0].text
    assert found.commitments[0].text == "Talk to Amira" and found.mentor == "Lina"
    unknown = after(reflector, text, None)
    assert any("Nobody said who" in line for line in unknown.remarks) and "You said" not in texts(unknown)


def test_findings_of_the_note_check_are_asked_about(reflector: Reflector) -> None:
    # why: what the check saw is what cost something
    text = "We met in her office. The coffee was good and the view is wide. Half of it went to the parking question."
    quote = "The coffee was good and the view is wide."
    start = text.index(quote)
    finding = Finding(
        mistake=Mistake.ALIBI,
        confidence=0.9,
        evidence=(Evidence(quote=quote, start=start, end=start + len(quote)),),
        question="Was it for show?",
        advice="Ask.",
    )
    report = NoteReport(id="", text=text, findings=(finding,), method=Method(classifier=None))
    note = parse_note(text, writer=Role.MENTOR)
    moves = {one.move for one in reflector.after(note, report=report, today=TODAY).prompts}
    assert "for_show" in moves and "for_show" not in {one.move for one in reflector.after(note, today=TODAY).prompts}


def test_a_debrief_alone_is_enough(reflector: Reflector) -> None:
    # why: sixty seconds are all that some seniors have
    debrief = Debrief(
        minutes_planned=45,
        minutes_held=10,
        asked_more="mentor",
        brought=frozenset({Brought.NOTHING}),
        topics=frozenset({Topic.TOOLS}),
        commitment="none",
        last_kept="not",
    )
    found = reflector.after(Note(writer=Role.MENTEE, debrief=debrief), today=TODAY)
    assert "You had planned 45 minutes and held 10." in texts(found) and "not kept" in texts(found)
    assert all(is_open_prompt(one.text) for one in found.prompts) and found.commitments
    assert found.listening is None


@pytest.mark.parametrize("note", [Note(), Note(text="  \n "), Note(text="???")])
def test_nothing_to_reflect_on_is_one_plain_line(reflector: Reflector, note: Note) -> None:
    # why: an empty page of questions would be generic
    with pytest.raises(InputError, match=r"nothing to reflect on yet.*\.$"):
        reflector.after(note)


def test_a_disclosure_is_referred(reflector: Reflector) -> None:
    # why: harm is not coached around
    referral = reflector.refer("In the session he put his hand on my thigh and would not stop.")
    assert referral and referral.contacts
    assert reflector.refer(LINA) is None


def test_what_cannot_be_read_as_a_name_or_promise_does_no_harm(reflector: Reflector) -> None:
    # why: notes hold anything
    for text in ("“”“ ((( I'll", "Ａ\u200b\ud800 he said ‘yes", "- \n- \n- he: \n", "a " * 3000, "I'd I'd I'd went."):
        try:
            found = after(reflector, text)
        except InputError:
            continue
        for quote in (quote for one in found.prompts for quote in one.quotes):
            assert text[quote.start : quote.end] == quote.quote
