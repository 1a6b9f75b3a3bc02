"""What holds for every text: offsets, order, no exception, and time in proportion to length."""

import json
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.notes.note import Note
from assistant.notes.parse import parse_note, parse_subtitles, spoken

PARTS = (
    "Anna|Ben|Dr. Weiß|mentor|Topic|Me|: |:|::| – |-|—|\t|  | |\xa0|\u200f|\ufeff|\n|\n\n|\r\n|\r|\u2028|\x0b|[|]|(|)|"
    "**|_|>|<|<v Anna>|</v>|<i>|00:01|00:01.000|00:00:01,500|99:99:99|-->|->| --> |WEBVTT|NOTE|1|"
    "2|10:02:11 From Anna to Everyone:|"
    "12/03/2026, 14:05 - |[12.03.26, 14:05:11] |2:03 PM|said|- |* |"
    "...|&amp;|{\\an8}|é|\x00|\ud800|From |to Everyone|🌸|hello"
).split("|")
anything = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from([*PARTS, "\n", "\n", "Anna: ", "\nBen: ", "\n00:01.000 --> 00:02.000\n"]), max_size=40
    ).map("".join),
)


def verify_turns(note: Note) -> None:
    if note.transcript is None:
        return
    turns = note.transcript.turns
    assert turns and all(0 <= turn.start < turn.end <= len(note.text) for turn in turns)
    assert all(turn.end <= after.start for turn, after in pairwise(turns))
    assert all(note.text[turn.start : turn.end].strip() == note.text[turn.start : turn.end] for turn in turns)
    began = [turn.began for turn in turns if turn.began is not None]
    assert began == sorted(began)
    assert all(turn.ended is None or (turn.began or 0) <= turn.ended for turn in turns)
    for turn, stretches in zip(turns, spoken(note), strict=True):
        assert turn.start == stretches[0].start and stretches[-1].end == turn.end
        assert all(piece.end <= after.start for piece, after in pairwise(stretches))


@settings(max_examples=400, deadline=None)
@given(anything)
def test_any_text_can_be_read(text: str) -> None:
    # why: people paste anything, and a mark in the wrong place is a false quotation
    note = parse_note(text)
    assert note.text == text
    verify_turns(note)


@settings(max_examples=300, deadline=None)
@given(anything)
def test_any_file_of_cues_can_be_read(text: str) -> None:
    # why: subtitle files are cut off, edited by hand, and sometimes no subtitles at all
    note = parse_subtitles("WEBVTT\n\n" + text)
    if note:
        assert note.text
        verify_turns(note)


LONG = 2_000_000
SLOW = {
    "blank lines": "\n",
    "names without words": "a:\n",
    "a long line": "word ",
    "letters": "a",
    "one-letter lines": "a\n",
    "brackets": "Anna (",
    "brackets and lines": "Anna ((((((((((((((((((\n",
    "open tags": "<v ",
    "digits": "1",
    "digits and points": "12.03.",
    "times": "00:00:01 ",
    "time lines": "00:00:01 00:00:02 12.03.26 12.03.26 Anna\n",
    "blanks": " ",
    "blanks before a word": " " * 150 + "a\n",
    "dashes": "- ",
    "stars": "*",
    "arrows": "-->\n",
    "arrows with times": "00:01.000 --> 00:02.000\n",
    "cues": "00:01.000 --> 00:02.000\n<v Anna>Hello <i>there</i>.</v>\n\n",
    "tags in a cue": "00:01.000 --> 00:02.000\n" + "<i>" * 60 + "\n\n",
    "names": "Anna: Hello there, how are you?\nBen: Fine.\n",
    "many names": None,
    "from": "10:02:11 From " + "to " * 40 + "\n",
    "capitals": "Aa Bb Cc Dd Ee\n",
    "name and time": "Anna 0:03\nHello.\n",
}  # fmt: skip


@pytest.mark.parametrize("part", SLOW.values(), ids=SLOW.keys())
@pytest.mark.parametrize("header", ["", "WEBVTT\n\n00:01.000 --> 00:02.000\n"])
def test_two_megabytes_take_less_than_a_few_seconds(part: str | None, header: str) -> None:
    # why: a pattern that goes back over what it has read would stop the machine on a crafted paste
    text = part * (LONG // len(part)) if part else "".join(f"N{i} X: a b c\n" for i in range(120_000))
    started = time.process_time()
    parse_note(header + text)
    assert time.process_time() - started < 8  # under two on the machine it was written on; others test beside


def test_three_hours_take_well_under_a_second() -> None:
    # why: the figures are shown while a person waits
    text = "".join(
        f"[{i // 360:02}:{i // 6 % 60:02}:{i % 6 * 10:02}] {'AB'[i % 2]}nna: {'some words ' * 13}\n"
        for i in range(1000)
    )
    assert len(text.split()) > 25_000
    started = time.process_time()
    note = parse_note(text)
    assert time.process_time() - started < 1.5
    assert note.transcript and len(note.transcript.turns) == 1000 and note.transcript.turns[-1].began == 9990.0
    verify_turns(note)


def test_the_notes_of_the_corpus_are_told_apart() -> None:
    # why: two thousand notes by authors who knew nothing of this parser
    found: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for path in sorted(Path("evals/datasets/notes").glob("*/*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            entry = json.loads(line)
            note = parse_note(entry["text"])
            verify_turns(note)
            total[entry["form"]] += 1
            found[entry["form"]] += note.transcript is not None
            if note.transcript:
                assert len(note.transcript.speakers) <= 4 and all(note.transcript.speakers), entry["id"]
    assert total["prose"] > 1000 and total["transcript"] > 200
    assert found["transcript"] >= 0.97 * total["transcript"] and found["chat"] >= 0.95 * total["chat"]
    assert all(found[form] <= 0.005 * total[form] for form in ("prose", "bullets", "dictation")), found
