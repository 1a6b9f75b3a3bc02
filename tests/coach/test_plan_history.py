"""What is known of a pair, read from a file as people write it."""

import json
from datetime import date
from pathlib import Path

import pytest

from assistant.coach.plan import Known, Promise, read_history
from assistant.errors import InputError
from assistant.notes.mistake import Mistake


def kept(tmp_path: Path, content: object, name: str = "history.json") -> Path:
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_every_key_is_read_in_either_form(tmp_path: Path) -> None:
    # why: nobody reads a manual before writing down what they remember
    known = read_history(
        kept(
            tmp_path,
            {
                "commitments": [
                    {"who": "mentee", "text": "call Ana", "state": "not kept", "due": "2026-11-20"},
                    {"owner": "Junior", "text": "send  the\nlist", "outcome": "Done"},
                    "ask the reception",
                ],
                "topics": ["phishing", {"id": "first-morning"}],
                "topics_had": ["side projects"],
                "findings": ["one_way_lecturing", {"mistake": "No time"}],
                "sessions": [{}, {}],
                "month": 3,
                "anything": "else",
            },
        )
    )
    assert known == Known(
        commitments=(
            Promise(text="call Ana", owner="mentee", state="missed", due=date(2026, 11, 20)),
            Promise(text="send the list", owner="mentor", state="kept"),
            Promise(text="ask the reception"),
        ),
        topics=("phishing", "first-morning", "side projects"),
        findings=(Mistake.ONE_WAY_LECTURING, Mistake.NO_TIME),
        sessions=2,
        month=3,
    )


def test_a_text_gives_topics_and_nothing_else(tmp_path: Path) -> None:
    # why: a note is not checked here, so nothing is concluded from it
    known = read_history(kept(tmp_path, "# Session 2\n\n- phishing mails\n* the rota\n", "notes.md"))
    assert known == Known(topics=("Session 2", "phishing mails", "the rota"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "no valid JSON in line 1"),
        ("[]", "one JSON object"),
        ({"commitments": "x"}, "no list"),
        ({"commitments": [{"who": "mentee"}]}, "Commitment 1"),
        ({"findings": ["laziness"]}, "no mistake's name"),
        ({"sessions": -1}, "neither a number nor a list"),
        ({"sessions": True}, "neither a number nor a list"),
        ({"month": 9}, "write 1 to 6"),
        ({"starts": "soon"}, "no date"),
    ],
)
def test_a_bad_file_is_one_plain_line_without_its_words(tmp_path: Path, content: object, says: str) -> None:
    # why: what, which and how to fix; a history is private
    with pytest.raises(InputError) as caught:
        read_history(kept(tmp_path, content))
    message = str(caught.value)
    assert says in message and "\n" not in message and message.endswith(".") and "laziness" not in message


def test_a_file_that_is_not_there_or_no_text_is_told(tmp_path: Path) -> None:
    # why: a path with a slip in it is the commonest mistake
    with pytest.raises(InputError, match="cannot be read"):
        read_history(tmp_path / "none.json")
    (tmp_path / "raw.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="no UTF-8"):
        read_history(tmp_path / "raw.json")
