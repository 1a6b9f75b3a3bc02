"""What one meant and the other did not take away, on pairs of sentences of our own with the real embedding model."""

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.coach.gap import LONGEST, MOST, NEAR, Gap, find_gaps, topic_of
from assistant.models.encoder import MiniLMEncoder
from assistant.settings import Settings

PAIRS = [
    json.loads(line) for line in Path(__file__).with_name("gap_pairs.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.fixture(scope="module")
def encoder() -> MiniLMEncoder:
    return MiniLMEncoder(Settings().model_dir, threads=1)


def gaps(encoder: MiniLMEncoder, part: str) -> dict[bool, list[bool]]:
    """Whether a gap was found, for the pairs that are near and for those that are not."""
    found: dict[bool, list[bool]] = {True: [], False: []}
    for one in PAIRS:
        if one["part"] == part:
            found[one["near"]].append(bool(find_gaps(one["meant"], one["taken"], encoder).found))
    return found


@pytest.mark.parametrize(
    ("part", "count", "found", "wrong"), [("chosen on", 40, 0.75, 0.2), ("written after", 15, 0.4, 0.15)]
)
def test_the_figures_that_the_cut_off_rests_on(
    encoder: MiniLMEncoder, part: str, count: int, found: float, wrong: float
) -> None:
    # why: a cut-off without figures is a guess; a gap that is none tells somebody that they did not listen
    seen = gaps(encoder, part)
    assert len(seen[True]) == len(seen[False]) == count
    assert sum(seen[False]) / count >= found, "gaps that are some"
    assert sum(seen[True]) / count <= wrong, "gaps that are none"


def test_the_farthest_are_shown_with_the_words_of_both(encoder: MiniLMEncoder) -> None:
    # why: both are quoted, and the two can see for themselves
    meant = (
        "Every release waits nine days for a signature. I liked your story about Kiel. Trainees eat alone at noon. "
        "Please stop reading mails while I talk."
    )
    taken = "Your story about Kiel was good, you liked it. We should test more software."
    found = find_gaps(meant, taken, encoder)
    assert found.compared and len(found.found) == MOST
    assert [meant.index(one.meant) for one in found.found] == sorted(meant.index(one.meant) for one in found.found)
    for one in found.found:
        assert one.meant in meant and one.taken in taken and one.nearness < NEAR and "Kiel" not in one.meant


def test_what_came_across_is_no_gap(encoder: MiniLMEncoder) -> None:
    # why: "nothing is missing" is a result
    same = "Every release waits nine days for a signature."
    found = find_gaps(same, f"I take away: {same}", encoder)
    assert found.compared and found.found == ()


@pytest.mark.parametrize(
    ("meant", "taken"),
    [
        ("", "Something that was taken away from the talk."),
        ("That was good.", "It was."),
        ("Ich wollte dir zeigen, dass jede Freigabe neun Tage auf eine Unterschrift wartet.", "We need more tests."),
        ("Every release waits nine days for a signature.", "Wir brauchen bessere automatische Tests, sonst nichts."),
    ],
)  # fmt: skip
def test_where_nothing_can_be_compared_nothing_is_claimed(encoder: MiniLMEncoder, meant: str, taken: str) -> None:
    # why: the cut-off was chosen on English sentences that say something
    found = find_gaps(meant, taken, encoder)
    assert not found.compared and found.found == ()


def test_a_long_sentence_is_cut_and_the_topic_names_nobody(encoder: MiniLMEncoder) -> None:
    # why: it becomes the wish of the next plan, which either side may read aloud
    long = "Every release waits for a signature " + "and for another one " * 30
    (found,) = find_gaps(long, "The canteen should offer more salads.", encoder).found
    assert len(found.meant) <= LONGEST + 2 and topic_of([found]).startswith("First of all, what did not come across")


@pytest.mark.parametrize("field", [{"nearness": 2.0}, {"meant": None}, {"more": 1}])
def test_a_gap_is_strict(field: dict[str, Any]) -> None:
    # why: a record with anything else in it would be shown as if it were one
    with pytest.raises(ValueError, match="1 validation error"):
        Gap.model_validate({"meant": "a", "taken": "b", "nearness": 0.1} | field)
