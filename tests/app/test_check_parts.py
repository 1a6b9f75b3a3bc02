"""The pure parts of the note check's screen: marks, meter words, rows and figures of a transcript, the debrief."""

import csv
import io
import re
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.components import charts, debrief, finding, highlight, turn_rows
from app.components.highlight import Mark, Segment
from assistant.notes.mistake import Mistake
from assistant.notes.note import Brought, Debrief, Evidence, Finding, Measures, SpeakerMeasures, Topic, TurnMeasure
from assistant.roles import Role

MARKS = some.lists(
    some.builds(Mark, some.integers(0, 60), some.integers(0, 60), some.integers(1, 5), some.booleans()), max_size=6
)


def visible(html: str) -> str:
    """What a browser shows, without chips."""
    return unescape(re.sub(r"<[^>]*>", "", re.sub(r"<sup.*?</sup>", "", html)))


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ([], [Segment("abcdefghij")]),
        ([Mark(2, 4, 1)], [Segment("ab"), Segment("cd", (1,), False, (1,)), Segment("efghij")]),
        (  # adjacent marks of two questions stay two
            [Mark(2, 4, 1), Mark(4, 6, 2, True)],
            [Segment("ab"), Segment("cd", (1,), False, (1,)), Segment("ef", (2,), True, (2,)), Segment("ghij")],
        ),
        (  # where two overlap, the shared words belong to both and count as sure
            [Mark(0, 6, 1), Mark(4, 10, 2, True)],
            [Segment("abcd", (1,)), Segment("ef", (1, 2), False, (1,)), Segment("ghij", (2,), True, (2,))],
        ),
        (  # one inside the other
            [Mark(0, 10, 1, True), Mark(3, 5, 2)],
            [Segment("abc", (1,), True), Segment("de", (1, 2), False, (2,)), Segment("fghij", (1,), True, (1,))],
        ),
        ([Mark(1, 5, 1), Mark(5, 8, 1)], [Segment("a"), Segment("bcdefgh", (1,), False, (1,)), Segment("ij")]),
        ([Mark(8, 99, 1)], [Segment("abcdefgh"), Segment("ij", (1,), False, (1,))]),
        ([Mark(5, 5, 1), Mark(7, 3, 2)], [Segment("abcdefghij")]),
    ],
)
def test_a_note_is_cut_where_marks_begin_and_end(marks: list[Mark], expected: list[Segment]) -> None:
    assert highlight.segments("abcdefghij", marks) == expected


@given(some.text(max_size=60), MARKS)
def test_marks_never_change_what_the_note_says(text: str, marks: list[Mark]) -> None:  # evidence stays verbatim
    assert "".join(piece.text for piece in highlight.segments(text, marks)) == text
    html = highlight.note_html(text, marks)
    assert visible(html) == text
    assert set(re.findall(r"<(\w+)", html)) <= {"div", "mark", "sup", "span"}


def test_nothing_in_a_note_becomes_markup() -> None:  # somebody else may have written the transcript
    hostile = '<img src=x onerror=alert(1)> </mark><script>"&amp;'
    html = highlight.note_html(hostile, [Mark(0, 28, 1)])
    assert visible(html) == hostile
    assert "<img" not in html
    assert "<script" not in html


def test_a_chip_stands_behind_the_words_and_before_the_line_break() -> None:  # not alone on the next line
    html = highlight.note_html("He nodded.\nThen", [Mark(0, 11, 3)])
    assert re.search(r"<mark>He nodded\.<sup.*>3</sup></mark>\nThen", html)


def test_an_excerpt_keeps_the_marks_and_is_cut() -> None:  # a turn may run over lines with names between
    html = highlight.excerpt_html("aaa Lina: bbbbbb", [(0, 3), (10, 16)], [Mark(10, 12, 1)], 7)
    assert re.sub(r"<sup.*?</sup>", "", html).endswith("aaa <mark>bb</mark>bb …</div>")


@pytest.mark.parametrize(
    ("confidence", "words", "faint"),
    [
        (1.0, "Quite sure", False),
        (0.85, "Quite sure", False),
        (0.8499, "Likely", False),
        (0.70, "Likely", False),
        (0.6999, "Perhaps", True),
        (0.0, "Perhaps", True),
    ],
)
def test_how_sure_is_said_in_three_words(confidence: float, words: str, faint: bool) -> None:
    assert highlight.sureness(confidence) == (words, faint)
    assert words in finding.meter(confidence)


def test_a_card_escapes_everything_that_somebody_wrote() -> None:
    one = Finding(
        mistake=Mistake.NO_TIME,
        confidence=0.6,
        evidence=(Evidence(quote="<b>late</b>", start=0, end=11),),
        debrief="Held <10> of 45",
        question="Was <i>time</i> kept?",
        advice="Try <u>this</u>.",
    )
    html = finding.as_html(2, one)
    assert not re.search(r"<(i|u)>", html)
    assert "&lt;b&gt;late&lt;/b&gt;" in html
    assert "Held &lt;10&gt; of 45" in html


def turn(speaker: str, move: Any, began: float, ended: float, words: int = 10) -> TurnMeasure:
    """One turn of a timeline."""
    return TurnMeasure(
        speaker=speaker, move=move, probability=0.5, words=words, began=began, ended=ended, start=0, end=1
    )


def person(speaker: str, side: Any, words: int, **changes: Any) -> SpeakerMeasures:
    """One speaker's measures."""
    fields: dict[str, Any] = {
        "turns": 2,
        "talk_share": 0.5,
        "longest_turn_words": 10,
        "longest_turn": 0,
        "open_questions": 0,
        "closed_questions": 0,
    }
    return SpeakerMeasures(speaker=speaker, side=side, words=words, **(fields | changes))


@pytest.fixture
def talk() -> Measures:
    """Two people and a guest, forty minutes."""
    return Measures(
        unit="seconds",
        length=2400,
        speakers=(
            person("Henrik", "mentee", 100),
            person("Guest", None, 900),
            person("Lina", "mentor", 300, open_questions=5, closed_questions=3, talk_share=0.69),
        ),
        timeline=(
            turn("Lina", "telling", 0, 100),
            turn("Henrik", "listening", 100, 101, 1),
            turn("Lina", "telling", 247, 457),
            turn("Lina", "drawing_out", 460, 470),
            turn("Guest", "sharing", 470, 900),
        ),
    )


def test_each_turn_has_its_place_on_the_chart(talk: Measures) -> None:
    rows = turn_rows.turn_rows(talk)
    assert [row.number for row in rows] == [1, 2, 3, 4, 5]
    assert [(row.low < 0, row.high > 0) for row in rows] == [
        (False, True),
        (True, True),
        (False, True),
        (True, False),
        (False, True),
    ]
    assert [row.framed for row in rows] == [False, False, True, False, False]  # the longest that tells
    assert rows[1].until - rows[1].began > 1  # even a nod can be seen
    assert rows[4].who == turn_rows.OTHERS


def test_without_telling_nothing_is_framed(talk: Measures) -> None:
    quiet = talk.model_copy(update={"timeline": talk.timeline[3:]})
    assert turn_rows.marked_turn(quiet) is None
    assert not any(row.framed for row in turn_rows.turn_rows(quiet))
    assert turn_rows.figures(quiet, "mentor")[2].value == "none"


def test_the_pair_is_named_before_a_louder_guest_and_the_mentor_first(talk: Measures) -> None:
    assert turn_rows.chief_speakers(talk) == {"Lina": "mentor", "Henrik": "mentee"}


def test_the_four_figures_are_about_the_writer(talk: Measures) -> None:
    mentor = turn_rows.figures(talk, "mentor")
    assert [(one.label, one.value) for one in mentor] == [
        ("Your turns that told", "67%"),
        ("Your questions that opened", "5 of 8"),
        ("Longest stretch of telling", "3 min 30"),
        ("Your talk share", "69%"),
    ]
    assert "says little about quality" in mentor[3].detail
    mentee = turn_rows.figures(talk, "mentee")
    assert [one.value for one in mentee[:2]] == ["none", "none asked"]  # absence is no zero


def test_where_nobody_knows_who_is_who_nobody_is_you(talk: Measures) -> None:
    unknown = talk.model_copy(
        update={"speakers": tuple(one.model_copy(update={"side": None}) for one in talk.speakers)}
    )
    assert turn_rows.figures(unknown, "mentor")[0].label == "Guest’s turns that told"
    assert list(charts.person_colours(unknown, charts.COLOURS["light"]).values()) == [
        charts.COLOURS["light"][name] for name in ("mentor", "mentee", "other")
    ]


def test_the_words_of_a_person_are_counted_by_what_they_did(talk: Measures) -> None:
    told = next(row for row in turn_rows.words_by_move(talk) if row["speaker"] == "Lina" and row["does"] == "Telling")
    assert (told["words"], told["label"]) == (20, "20 words in 2 turns")


@pytest.mark.parametrize(
    ("unit", "length", "expected"),
    [
        ("seconds", 2400, [0, 600, 1200, 1800, 2400]),
        ("seconds", 40, [0]),
        ("words", 289, [0, 50, 100, 150, 200, 250]),
        ("words", 9000, [0, 2500, 5000, 7500]),
    ],
)
def test_the_axis_has_round_places(talk: Measures, unit: Any, length: float, expected: list[float]) -> None:
    assert turn_rows.ticks(talk.model_copy(update={"unit": unit, "length": length})) == expected


def test_places_and_lengths_are_told_as_people_do(talk: Measures) -> None:
    assert turn_rows.place(talk, talk.timeline[2]) == "04:07"
    in_words = talk.model_copy(update={"unit": "words"})
    assert turn_rows.place(in_words, talk.timeline[2]) == "after 247 words"
    assert [turn_rows.duration(seconds) for seconds in (9.4, 60, 210)] == ["9 s", "1 min 00", "3 min 30"]


def test_the_csv_holds_no_words_and_no_formula(talk: Measures) -> None:  # spreadsheets run what begins with "="
    named = talk.model_copy(update={"timeline": (turn("=1+1", "telling", 0, 5),)})
    rows = list(csv.DictReader(io.StringIO(turn_rows.as_csv(named))))
    assert rows[0]["speaker"] == "'=1+1"
    assert set(rows[0]) == {"turn", "speaker", "side", "move", "telling_probability", "words", "began", "ended", "unit"}


def test_the_chart_says_in_words_what_it_shows(talk: Measures) -> None:  # for who cannot see it
    words = turn_rows.describe(talk, None)
    assert words.startswith("5 turns in order. Lina: 2 turns of telling, 1 turn of drawing out; Henrik:")


def test_the_chart_can_be_downloaded_as_a_picture(talk: Measures) -> None:
    assert charts.picture(talk, None).startswith(b"\x89PNG")


def test_the_debrief_in_words() -> None:
    given = Debrief(
        minutes_planned=45,
        minutes_held=12,
        asked_more="mentee",
        brought=frozenset({Brought.QUESTIONS, Brought.STORY}),
        topics=frozenset({Topic.PEOPLE}),
        commitment="none",
        last_kept="partly",
    )
    assert debrief.in_words(given, Role.MENTOR) == [
        "Held 12 of 45 minutes",
        "Asked most of the questions: my mentee",
        "Brought by the senior: a story, questions",
        "It was about: people",
        "A commitment for next time: no",
        "The last commitment: in part",
    ]
    assert debrief.in_words(Debrief(minutes_held=0), Role.MENTEE) == ["Held 0 of ? minutes"]
    assert debrief.in_words(Debrief(), Role.MENTEE) == []
