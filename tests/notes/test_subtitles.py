"""WebVTT and SRT, in files and pasted, whole and broken."""

import pytest

from assistant.notes.note import Note
from assistant.notes.parse import parse_note, parse_subtitles, spoken

VTT = """WEBVTT - made by a meeting tool
Kind: captions

STYLE
::cue { color: white }

NOTE Lina is the mentor
and this is a comment

intro-1
00:00:01.000 --> 00:00:03.500 align:start position:0%
<v Lina Berg>Hello <i>Henrik</i>,
how are you?</v>

00:00:03.600 --> 00:00:04.000
<v Lina Berg>Well?</v>

9f3c-12/7-0
00:00:04.100 --> 00:01:02.000
<v.loud Henrik Voss>Fine &amp; busy.</v>

100:00:05.000 --> 100:00:06.000
<v Lina Berg>Good.</v>
"""
NAMED = """WEBVTT

1
00:00:01.000 --> 00:00:03.500
Lina: Hello.

2
00:00:03.600 --> 00:00:04.000
How are you?

3
00:00:04.100 --> 00:01:02.000
Henrik: Fine.

4
00:01:05.000 --> 00:01:06.000
Lina: Good.
"""
SRT = """1
00:00:01,000 --> 00:00:03,500
Lina: <b>Hello.</b>

2
00:00:03,600 --> 00:00:04,000
Lina: 42

3
00:00:04,100 --> 00:01:02,000
Henrik: {\\an8}Fine.
Really.
"""


def shape(note: Note | None) -> list[tuple[str, str]]:
    assert note and note.transcript
    return [(turn.speaker, note.text[turn.start : turn.end]) for turn in note.transcript.turns]


def times(note: Note | None) -> list[tuple[float | None, float | None]]:
    assert note and note.transcript
    return [(turn.began, turn.ended) for turn in note.transcript.turns]


def test_a_file_becomes_lines_of_names_and_words() -> None:
    # why: the extracted text is what people read beside the findings, without the machinery of the format
    note = parse_subtitles(VTT)
    assert note and note.extracted and note.transcript and note.transcript.form == "webvtt"
    assert note.text == "Lina Berg: Hello Henrik, how are you? Well?\nHenrik Voss: Fine & busy.\nLina Berg: Good."
    assert shape(note) == [
        ("Lina Berg", "Hello Henrik, how are you? Well?"), ("Henrik Voss", "Fine & busy."), ("Lina Berg", "Good."),
    ]  # fmt: skip
    assert times(note) == [(1.0, 4.0), (4.1, 62.0), (360005.0, 360006.0)]


@pytest.mark.parametrize("raw", [NAMED, NAMED.replace("\n", "\r\n"), NAMED.replace("00:00:", "00:"), "\ufeff" + NAMED])
def test_names_before_a_colon(raw: str) -> None:
    # why: Zoom writes no voice tags, and names a speaker only where somebody else begins
    note = parse_subtitles(raw)
    assert shape(note) == [("Lina", "Hello. How are you?"), ("Henrik", "Fine."), ("Lina", "Good.")]


def test_srt() -> None:
    # why: commas, tags and numbers: a spoken number is not the number of a cue
    note = parse_subtitles(SRT)
    assert note and note.transcript and note.transcript.form == "srt"
    assert shape(note) == [("Lina", "Hello. 42"), ("Henrik", "Fine. Really.")]
    assert times(note) == [(1.0, 4.0), (4.1, 62.0)]


@pytest.mark.parametrize("raw", [VTT, NAMED, SRT, f"Session 3, 4 May\n\n{NAMED}\nA good hour, I think."])
def test_pasted_cues_keep_the_text_as_given(raw: str) -> None:
    # why: findings point into what the person pasted
    note = parse_note(raw)
    assert note.text == raw and note.transcript and not note.extracted
    for turn, stretches in zip(note.transcript.turns, spoken(note), strict=True):
        words = " ".join(raw[piece.start : piece.end] for piece in stretches)
        assert "-->" not in words and turn.speaker not in words and "WEBVTT" not in words
        assert turn.start <= stretches[0].start and stretches[-1].end <= turn.end
    assert [turn.speaker.split()[0] for turn in note.transcript.turns][:2] == ["Lina", "Henrik"]


BROKEN = {
    "no blank lines": SRT.replace("\n\n", "\n"),
    "a time that is none": SRT.replace("00:00:03,600", "00:0x"),
    "no end": SRT.replace("--> 00:00:03,500", "-->"),
    "one dash": SRT.replace("-->", "->"),
    "points": SRT.replace(",", "."),
    "tabs": SRT.replace(" --> ", "\t-->\t"),
    "blank lines after the times": SRT.replace("00\nLina", "00\n\nLina"),
}


@pytest.mark.parametrize("raw", BROKEN.values(), ids=BROKEN.keys())
def test_broken_cues_lose_times_and_no_words(raw: str) -> None:
    # why: files are edited by hand and cut off by tools
    assert shape(parse_subtitles(raw)) == [("Lina", "Hello. 42"), ("Henrik", "Fine. Really.")]


def test_times_that_run_backwards_are_dropped() -> None:
    # why: an interruption or a talk time reckoned from them would be nonsense
    swapped = SRT.replace("00:00:04,100", "00:00:00,100")
    assert times(parse_subtitles(swapped)) == [(None, None), (None, None)]


def test_without_names_there_are_words_and_times_and_no_speakers() -> None:
    # why: captions of a room's one microphone name nobody; nobody may be made up
    cues = (
        "00:01.000 --> 00:02.000\nSo what I",
        "00:02.000 --> 00:03.000\nmeant. Yes.",
        "00:05.000 --> 00:06.000\nNo.",
    )
    raw = "\n\n".join(("WEBVTT", *cues))
    note = parse_subtitles(raw)
    assert note and note.text == "So what I meant. Yes.\nNo."
    assert shape(note) == [("", "So what I meant. Yes."), ("", "No.")]
    assert times(note) == [(1.0, 3.0), (5.0, 6.0)]
    assert note.transcript and note.transcript.roles_from == "unknown"


def test_two_voices_in_one_cue() -> None:
    # why: live captions put a quick answer into the same cue
    raw = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Lina>Ready?</v> <v Henrik>Yes.</v>\n<v Lina>Good.\n"
    assert shape(parse_subtitles(raw)) == [("Lina", "Ready?"), ("Henrik", "Yes."), ("Lina", "Good.")]


@pytest.mark.parametrize("raw", ["", "WEBVTT", "WEBVTT\n\nNOTE nothing", "no cues at all", "a --> b"])
def test_without_cues_there_is_no_note(raw: str) -> None:
    # why: the file's reader then says so; a prose note with an arrow in it is no transcript
    assert parse_subtitles(raw) is None
    assert parse_note(raw).transcript is None
