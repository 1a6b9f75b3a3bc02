"""The rules by which reflection prompts are scored hold what people labelled, before any figure rests on them."""

import json
from pathlib import Path

import pytest

from assistant.roles import Role
from evals.scorers.reflection import FIXED, is_open_prompt, is_right_person, is_tied, shared

PROMPTS = [
    json.loads(line) for line in Path(__file__).with_name("reflection_prompts.jsonl").read_text("utf-8").splitlines()
]
LEAST = 0.95
"""Share of the labelled prompts on which the rules must agree."""


def test_the_person_is_told_as_people_tell_it() -> None:
    # why: a figure is worth what the rule behind it is
    assert len(PROMPTS) >= 60 and sum(row["right"] for row in PROMPTS) == len(PROMPTS) // 2
    agreed = [is_right_person(row["prompt"], Role(row["writer"])) is row["right"] for row in PROMPTS]
    wrong = [row["prompt"] for row, holds in zip(PROMPTS, agreed, strict=True) if not holds]
    assert sum(agreed) / len(agreed) >= LEAST, wrong


@pytest.mark.parametrize(
    ("prompt", "note", "tied"),
    [
        (
            "You said nobody had told you that in four years. What now?",
            "I said nobody had told me that in four years.",
            True,
        ),
        ("You wrote “nine days, five teams”. What now?", "Nine days, five teams, each on time.", True),
        ("What did you learn about the ticket?", "I opened the ticket and learned a lot.", False),
        ("You wrote “teams five”. What now?", "Nine days, five teams.", False),
        (FIXED["what"], "What happened in the session was good.", True),
        (FIXED["so_what"], "Nine days, five teams.", False),
    ],
)
def test_two_words_of_the_note_in_its_order_tie_a_prompt_to_it(prompt: str, note: str, tied: bool) -> None:
    # why: one word in common is chance
    assert is_tied(prompt, note) is tied


@pytest.mark.parametrize(
    ("prompt", "holds"),
    [
        ("You wrote “who decides?” What did you do with the answer?", True),
        ("It went quiet. When you explain, what happens to Lina’s face?", True),
        ("You asked. Did she answer?", False),
        ("You asked. What came? What now?", True),
        ("Tell more about it.", False),
    ],
)
def test_open_is_what_the_last_question_is(prompt: str, holds: bool) -> None:
    # why: the sentence before it quotes the note and asks nothing
    assert is_open_prompt(prompt) is holds


def test_a_prompt_of_two_notes_is_found() -> None:
    # why: distinct means across notes, and a capital makes no difference
    assert shared([("a", "What now?"), ("a", "What now?"), ("b", "Why that?")]) == set()
    assert shared([("a", "What now?"), ("b", "what  now?")]) == {"what now?"}
