"""The figures of a transcript: who talks, asks, tells, draws out, takes up and interrupts."""

import time
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.notes import measures as module
from assistant.notes.measures import measure_transcript
from assistant.notes.note import Measures, Note, SpeakerMeasures, Transcript, Turn

Said = tuple[str, str] | tuple[str, str, float | None] | tuple[str, str, float | None, float | None]
KINDS = "TQRSL"
"""Telling, question, reflection, sharing, listening: the order of the moves."""


def talk(turns: Sequence[Said], **sides: str) -> Note:
    """A note of turns: speaker, words, and where wanted the seconds from which and to which."""
    text, found = "", []
    for speaker, said, *times in turns:
        text += f"{speaker}: "
        began, ended = [*times, None, None][:2]
        found.append(Turn(speaker=speaker, start=len(text), end=len(text) + len(said), began=began, ended=ended))
        text += f"{said}\n"
    return Note(text=text, transcript=Transcript(turns=tuple(found), form="names", **sides))


def measure(turns: Sequence[Said], **sides: str) -> Measures:
    found = measure_transcript(talk(turns, **sides))
    assert found is not None
    return found


def of(found: Measures, speaker: str) -> SpeakerMeasures:
    return next(one for one in found.speakers if one.speaker == speaker)


def words(count: int) -> str:
    return " ".join(["word"] * count)


@pytest.fixture
def moves(monkeypatch: pytest.MonkeyPatch):
    """Each turn's move as told, one letter a turn, with certainty."""

    def script(letters: str) -> None:
        rows = np.eye(5, dtype=np.float32)[[KINDS.index(letter) for letter in letters]]
        monkeypatch.setattr(module, "find_moves", lambda _: rows)

    return script


def test_prose_is_never_measured() -> None:
    # why: talk share cannot be known from prose, and a percentage would look as if it could
    assert measure_transcript(Note(text="Lina talked. Henrik listened.")) is None


SHARES = {
    "even": ((10, 10), "balanced"),
    "just balanced": ((109, 91), "balanced"),
    "at the first edge": ((11, 9), "mid"),
    "just not low": ((129, 71), "mid"),
    "at the second edge": ((13, 7), "low"),
    "one says it all": ((20, 0), "low"),
}


@pytest.mark.parametrize(("counts", "balance"), SHARES.values(), ids=SHARES.keys())
@pytest.mark.parametrize("louder", [0, 1])
def test_talk_share_and_its_bands(counts: tuple[int, int], balance: str, louder: int) -> None:
    # why: the bands are ConvoKit's, edges included, whoever of the two is the louder
    first, second = counts if louder == 0 else reversed(counts)
    found = measure([("Lina", words(first) or "…"), ("Henrik", words(second) or "…")])
    assert found.unit == "words" and found.balance == balance
    assert [one.talk_share for one in found.speakers] == pytest.approx([first / sum(counts), second / sum(counts)])
    assert [one.words for one in found.speakers] == [first, second]


def test_more_or_fewer_than_two_have_no_balance() -> None:
    # why: the bands are defined for two
    assert measure([("A", words(9)), ("B", words(1)), ("C", words(1))]).balance is None
    alone = measure([("A", words(9)), ("A", words(3))])
    assert alone.balance is None and alone.speakers[0].talk_share == 1.0 and alone.speakers[0].uptake is None


def test_the_longest_turn_is_pointed_at() -> None:
    # why: the page jumps to it
    found = measure([("A", words(3)), ("B", words(8)), ("A", words(12)), ("B", words(8))])
    assert (of(found, "A").longest_turn_words, of(found, "A").longest_turn) == (12, 2)
    assert (of(found, "B").longest_turn_words, of(found, "B").longest_turn) == (8, 1)
    assert of(found, "A").longest_turn_seconds is None
    assert (of(found, "A").turns, of(found, "A").words) == (2, 15)


def test_seconds_count_where_every_turn_has_them() -> None:
    # why: somebody slow talks as long with fewer words; words would call this a balanced talk
    found = measure([("A", words(10), 0.0, 60.0), ("B", words(10), 60.0, 80.0), ("A", words(1), 80.0, 100.0)])
    assert (found.unit, found.length, found.balance) == ("seconds", 100.0, "low")
    assert of(found, "A").talk_share == pytest.approx(0.8) and of(found, "A").longest_turn_seconds == 60.0
    assert [(one.began, one.ended) for one in found.timeline] == [(0.0, 60.0), (60.0, 80.0), (80.0, 100.0)]


def test_without_ends_a_turn_lasts_until_the_next_begins() -> None:
    # why: Otter and Zoom give beginnings only; the last turn goes on at the pace of the others
    found = measure([("A", words(10), 0.0), ("B", words(20), 10.0), ("A", words(5), 30.0)])
    assert [one.ended for one in found.timeline] == pytest.approx([10.0, 30.0, 35.0])
    assert found.unit == "seconds" and of(found, "A").interruptions is None


UNTIMED = {
    "not in order": [0.0, 30.0, 10.0],
    "all at once": [5.0, 5.0, 5.0],
    "one is missing": [0.0, None, 10.0],
    "none": [None, None, None],
}


@pytest.mark.parametrize("times", UNTIMED.values(), ids=UNTIMED.keys())
def test_times_that_cannot_be_are_not_used(times: list[float | None]) -> None:
    # why: a share of seconds made of broken times would be nonsense to two decimals
    found = measure([(name, words(5), began) for name, began in zip("ABA", times, strict=True)])
    assert found.unit == "words" and found.length == 15
    assert [(one.began, one.ended) for one in found.timeline] == [(0, 5), (5, 10), (10, 15)]
    assert of(found, "A").talk_share == pytest.approx(2 / 3) and of(found, "A").longest_turn_seconds is None


def test_an_end_before_the_beginning_is_no_negative_time() -> None:
    # why: exports cut by hand have such cues
    found = measure([("A", words(5), 0.0, 10.0), ("B", words(5), 10.0, 2.0), ("A", words(5), 20.0, 30.0)])
    assert found.timeline[1].ended == 10.0 and of(found, "B").talk_share == 0.0


INTERRUPTIONS = {
    "half a second too early": (9.5, {"A": 0, "B": 1}),
    "within what a recogniser knows": (9.9, {"A": 0, "B": 0}),
    "on time": (10.0, {"A": 0, "B": 0}),
    "after a pause": (15.0, {"A": 0, "B": 0}),
}


@pytest.mark.parametrize(("began", "expected"), INTERRUPTIONS.values(), ids=INTERRUPTIONS.keys())
def test_interruptions(began: float, expected: dict[str, int]) -> None:
    # why: they are counted against a person, so a recogniser's tenth of a second is none
    found = measure([("A", words(5), 0.0, 10.0), ("B", words(5), began, 20.0), ("A", words(2), 20.0, 21.0)])
    assert {one.speaker: one.interruptions for one in found.speakers} == expected


def test_nobody_interrupts_oneself_nor_without_times() -> None:
    # why: two cues of one speaker overlap in every second export
    found = measure([("A", words(5), 0.0, 10.0), ("A", words(5), 5.0, 20.0), ("B", words(5), 30.0, 40.0)])
    assert [one.interruptions for one in found.speakers] == [0, 0]
    assert [one.interruptions for one in measure([("A", words(5)), ("B", words(5))]).speakers] == [None, None]


HEARD = "Drivers fear the night rota, and nobody upstairs listens."
UPTAKE: dict[str, tuple[list[Said], str, float | None]] = {
    "a reflection": ([("A", HEARD), ("B", "So it goes unheard.")], "TR", 1.0),
    "a question with two of the words": ([("A", HEARD), ("B", "What do drivers fear about nights?")], "TQ", 1.0),
    "a question with one of many": ([("A", HEARD), ("B", "What do drivers cost?")], "TQ", 0.0),
    "a question about something else": ([("A", HEARD), ("B", "What time is lunch?")], "TQ", 0.0),
    "telling with the same words": ([("A", HEARD), ("B", "Drivers who fear the rota may leave.")], "TT", 0.0),
    "listening": ([("A", HEARD), ("B", "Mm.")], "TL", 0.0),
    "one of two": (
        [("A", HEARD), ("B", "So it goes unheard."), ("A", HEARD), ("B", "Lunch?")], "TRTQ", 0.5,
    ),
    "nothing substantial to take up": ([("A", "Fine, thanks."), ("B", "So you are fine.")], "TR", None),
    "only one's own turns": ([("B", HEARD), ("B", "So it goes unheard.")], "TR", None),
}  # fmt: skip


@pytest.mark.parametrize(("turns", "letters", "expected"), UPTAKE.values(), ids=UPTAKE.keys())
def test_uptake(turns: list[Said], letters: str, expected: float | None, moves) -> None:
    # why: taking up what the other said is what listening looks like in a transcript; its absence is a finding
    moves(letters)
    assert of(measure(turns), "B").uptake == expected


def test_telling_and_drawing_out_are_shares_of_words_and_turns(moves) -> None:
    # why: one long explanation outweighs ten short questions; "Mm." is no turn at all
    moves("TQLRS")
    found = measure([("A", words(30)), ("A", words(10)), ("A", words(2)), ("A", words(10)), ("B", words(50))])
    assert of(found, "A").telling == pytest.approx(30 / 50) and of(found, "A").drawing_out == pytest.approx(2 / 3)
    assert of(found, "B").telling == 0.0 and of(found, "B").drawing_out == 0.0
    assert found.telling == pytest.approx(30 / 50) and found.teller == "A"
    assert [one.move for one in found.timeline] == ["telling", "drawing_out", "listening", "drawing_out", "sharing"]
    assert [one.probability for one in found.timeline] == [1, 0, 0, 0, 0]


TELLERS = {
    "one tells": ("TTQ", [60, 10, 20], "A"),
    "both tell": ("TQT", [50, 10, 40], None),
    "more is drawn out than told": ("TQQ", [30, 10, 40], None),
    "nobody does either": ("SSS", [30, 10, 40], None),
}


@pytest.mark.parametrize(("letters", "counts", "teller"), TELLERS.values(), ids=TELLERS.keys())
def test_somebody_is_named_the_teller_only_where_it_is_clear(
    letters: str, counts: list[int], teller: str | None, moves
) -> None:
    # why: the name stands in the report
    moves(letters)
    found = measure([(name, words(count)) for name, count in zip("AAB", counts, strict=True)])
    assert found.teller == teller
    assert (found.telling is None) == (letters == "SSS")


def test_too_little_said_is_no_share_of_telling(moves) -> None:
    # why: 100% of seven words says nothing about a person
    moves("TT")
    found = measure([("A", words(14)), ("B", words(15))])
    assert of(found, "A").telling is None and of(found, "B").telling == 1.0


@pytest.mark.parametrize("said", ["…", "?", "(–)", "🌸"])
def test_turns_without_words_are_borne(said: str) -> None:
    # why: recognisers write "…" for a cough; nothing may be divided by nothing
    found = measure([("A", said), ("B", said)])
    assert found.length == 0 and found.balance == "balanced"
    assert [(one.talk_share, one.words, one.telling) for one in found.speakers] == [(0.0, 0, None)] * 2
    mixed = measure([("A", said), ("B", words(20)), ("A", words(20))])
    assert of(mixed, "A").talk_share == 0.5 and of(mixed, "A").longest_turn == 2


def test_sides_are_those_of_the_transcript() -> None:
    # why: a figure on the wrong side accuses the wrong person
    found = measure([("A", words(5)), ("B", words(5)), ("C", words(5))], mentor="B", mentee="A")
    assert [one.side for one in found.speakers] == ["mentee", "mentor", None]


def test_questions_are_counted_for_each() -> None:
    # why: the sums of `count_questions`, in the right column
    found = measure([("A", "How was it? Did it work?"), ("B", "Fine."), ("A", "What next? Why?"), ("B", "Is it over?")])
    assert (of(found, "A").open_questions, of(found, "A").closed_questions) == (3, 1)
    assert (of(found, "B").open_questions, of(found, "B").closed_questions) == (0, 1)


def test_names_and_times_between_lines_are_not_counted_as_words() -> None:
    # why: a turn of several lines runs over the names that stand in between
    from assistant.notes.parse import parse_note

    note = parse_note("Anna: One two three.\nAnna: Four five.\nBen: Six.\nAnna: Seven.\nBen: Eight.")
    found = measure_transcript(note)
    assert found and [one.words for one in found.speakers] == [6, 2]


LECTURE: list[Said] = [
    ("Lina", "So today I will explain how language models work. A model reads pieces of words and predicts the next "
     "one, and because it has read most of the web, it can write almost anything."),
    ("Henrik", "OK. I have the slides in front of me, and I have heard of that from our consultants last year."),
    ("Lina", "The key point is that it does not look anything up. You should always check the facts yourself. Next, "
     "remember that the prompt must contain the context, otherwise it simply makes something up."),
    ("Henrik", "Right, right. We have a licence for one of those, finance bought it in the spring, I think it was."),
    ("Lina", "There are three rules for prompts. First, give it a role. Second, show an example. Third, ask for the "
     "format that you need. It is important that you do all three, every time."),
    ("Henrik", "OK. I see. That is a lot to remember, I will have my assistant put that in a file for me."),
    ("Lina", "And finally there is retrieval, which means that the documents are split and searched first, so the "
     "model should only use what was found. That is basically the whole architecture."),
    ("Henrik", "Mm. Very interesting, thank you, we should do this again when the new budget has been settled."),
]  # fmt: skip
DIALOGUE: list[Said] = [
    ("Lina", "Last week you said that the drivers go quiet when you come into the depot. I have thought about that a "
     "lot. What happened the last time, and what did you see in their faces when you came in?"),
    ("Henrik", "They stopped talking at once. I had brought cake, and I stood there with it like a fool for a minute."),
    ("Lina", "So you came as a guest and they saw the boss. It sounds as if that stung a little, standing there with "
     "the cake. What did you do then, and what would you have liked to say to them?"),
    ("Henrik", "I talked about the weather. I would have liked to ask about the night rota, but I did not dare to."),
    ("Lina", "You did not dare to ask, although you could change that rota tomorrow. What held you back in that "
     "moment? And how do you think it looks from their side, when nobody asks about the nights?"),
    ("Henrik", "As if I did not care. My father drove nights. I know how that feels, and I have never told them so."),
    ("Lina", "So there is something of your own in it that they have never heard. How would it be to tell them that "
     "on Friday? What could you ask first, so that they talk before you do?"),
    ("Henrik", "I could ask who slept. That is what my mother asked, every morning, before anything else was said."),
]  # fmt: skip


def test_a_lecture_tells_more_than_a_talk_of_equal_shares() -> None:
    # why: talk share says little about quality; what is measured must see the difference that it does not
    lecture, dialogue = measure(LECTURE), measure(DIALOGUE)
    shares = [of(found, "Lina").talk_share for found in (lecture, dialogue)]
    assert abs(shares[0] - shares[1]) < 0.03, shares
    assert lecture.telling is not None and dialogue.telling is not None
    assert lecture.telling > 0.7 and dialogue.telling < 0.3
    assert lecture.teller == "Lina" and dialogue.teller is None
    drawn = [of(found, "Lina").drawing_out or 0 for found in (lecture, dialogue)]
    assert drawn[0] < 0.3 and drawn[1] > 0.7


def test_three_hours_are_measured_in_a_moment() -> None:
    # why: the figures are shown while a person waits
    turns = [("AB"[row % 2], f"{words(15)} what do you think?", 7.0 * row) for row in range(1500)]
    note = talk(turns)
    assert len(note.text.split()) > 25_000
    measure(LECTURE)  # the model is read from disk
    began = time.process_time()
    found = measure_transcript(note)
    assert time.process_time() - began < 2
    assert found and len(found.timeline) == 1500 and found.length == pytest.approx(10_500, abs=1)


seconds = st.one_of(st.none(), st.floats(min_value=0, max_value=1e5))
saying = st.one_of(
    st.sampled_from(["Mm.", "…", "What was it like?", "So you fear the rota.", HEARD]), st.text(min_size=1)
)


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ABC"), saying, seconds, seconds), min_size=1, max_size=9))
def test_any_transcript_can_be_measured(turns: list[Said]) -> None:
    # why: transcripts are cut, pasted together and recognised wrongly; every figure must stay within its range
    note = talk(turns)
    found = measure_transcript(note)
    assert found and note.transcript
    silent = not any(one.words for one in found.speakers)
    assert sum(one.talk_share for one in found.speakers) == pytest.approx(1, abs=1e-4) or silent
    assert [(one.start, one.end) for one in found.timeline] == [(t.start, t.end) for t in note.transcript.turns]
    assert all(one.began <= one.ended <= found.length + 1e-3 for one in found.timeline)
    assert sum(one.turns for one in found.speakers) == len(turns)
    assert all(turns[one.longest_turn][0] == one.speaker for one in found.speakers)
