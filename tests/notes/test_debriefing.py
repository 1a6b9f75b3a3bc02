"""What a debrief settles, and what it leaves to the note."""

from typing import Any

import pytest

from assistant.notes.debriefing import DENIED, SHOWN, settle
from assistant.notes.mistake import Mistake
from assistant.notes.note import Debrief

TIME, TECH, FOLLOW, LECTURE = (
    Mistake.NO_TIME,
    Mistake.TECH_ONLY_FOCUS,
    Mistake.NO_FOLLOW_THROUGH,
    Mistake.ONE_WAY_LECTURING,
)
Expected = dict[Mistake, tuple[float, str]]

CASES: dict[str, tuple[dict[str, Any], Expected]] = {
    "nothing filled in": ({}, {}),
    # Time
    "12 of 45 minutes": (
        {"minutes_planned": 45, "minutes_held": 12}, {TIME: (SHOWN, "Held 12 of 45 minutes")},
    ),
    "12 minutes, nothing planned": ({"minutes_held": 12}, {TIME: (SHOWN, "Held 12 minutes")}),
    "a short slot that both agreed to": (
        {"minutes_planned": 20, "minutes_held": 20}, {TIME: (DENIED, "Held 20 of 20 minutes")},
    ),
    "a short slot, five minutes lost": (
        {"minutes_planned": 20, "minutes_held": 15}, {TIME: (DENIED, "Held 15 of 20 minutes")},
    ),
    "a short slot, six minutes lost": (
        {"minutes_planned": 20, "minutes_held": 14}, {TIME: (SHOWN, "Held 14 of 20 minutes")},
    ),
    "24 of 30": ({"minutes_planned": 30, "minutes_held": 24}, {TIME: (SHOWN, "Held 24 of 30 minutes")}),
    "25 of 30, five are forgiven": (
        {"minutes_planned": 30, "minutes_held": 25}, {TIME: (DENIED, "Held 25 of 30 minutes")},
    ),
    "26 of 60, cut short": ({"minutes_planned": 60, "minutes_held": 26}, {TIME: (SHOWN, "Held 26 of 60 minutes")}),
    "30 of 60, half an hour is enough": ({"minutes_planned": 60, "minutes_held": 30}, {}),
    "27 of 45, in between": ({"minutes_planned": 45, "minutes_held": 27}, {}),
    "longer than planned": (
        {"minutes_planned": 45, "minutes_held": 70}, {TIME: (DENIED, "Held 70 of 45 minutes")},
    ),
    "held long, nothing planned": ({"minutes_held": 45}, {}),
    "only planned": ({"minutes_planned": 45}, {}),
    "not held at all": ({"minutes_planned": 45, "minutes_held": 0}, {TIME: (SHOWN, "Held 0 of 45 minutes")}),
    # Topics
    "tools alone": ({"topics": ["tools"]}, {TECH: (SHOWN, "It was about tools and nothing else")}),
    "tools and people": ({"topics": ["tools", "people"]}, {TECH: (DENIED, "It was about more than tools")}),
    "careers": ({"topics": ["careers"]}, {TECH: (DENIED, "It was about more than tools")}),
    # What follows
    "the last one was not kept": ({"last_kept": "not"}, {FOLLOW: (SHOWN, "The last commitment was not kept")}),
    "not kept, though a new one was made": (
        {"last_kept": "not", "commitment": "made"}, {FOLLOW: (SHOWN, "The last commitment was not kept")},
    ),
    "none was made": ({"commitment": "none", "last_kept": "kept"}, {FOLLOW: (0.75, "No commitment was made")}),
    "made and kept": (
        {"commitment": "made", "last_kept": "kept"},
        {FOLLOW: (DENIED, "A commitment was made, and the last one kept")},
    ),
    "the first one": ({"commitment": "made", "last_kept": "no_last"}, {FOLLOW: (DENIED, "A commitment was made")}),
    "partly kept": ({"commitment": "made", "last_kept": "partly"}, {}),
    "made, and nothing about the last": ({"commitment": "made"}, {}),
    # Dialogue
    "both asked and the senior brought something": (
        {"asked_more": "even", "brought": ["story"]},
        {LECTURE: (DENIED, "Both asked, and the senior brought something")},
    ),
    "both asked, nothing brought": ({"asked_more": "even", "brought": ["nothing"]}, {}),
    "the senior only asked": (
        {"asked_more": "mentee", "brought": ["nothing"]},
        {LECTURE: (0.7, "The senior only asked and brought nothing of their own")},
    ),
    "the senior asked and told a story": ({"asked_more": "mentee", "brought": ["story", "nothing"]}, {}),
    "who asked proves nothing alone": ({"asked_more": "mentor"}, {}),
    # Together
    "all four": (
        {"minutes_held": 10, "topics": ["tools"], "last_kept": "not", "asked_more": "mentee", "brought": ["nothing"]},
        {
            TIME: (SHOWN, "Held 10 minutes"),
            TECH: (SHOWN, "It was about tools and nothing else"),
            FOLLOW: (SHOWN, "The last commitment was not kept"),
            LECTURE: (0.7, "The senior only asked and brought nothing of their own"),
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), CASES.values(), ids=CASES.keys())
def test_what_a_debrief_settles(given: dict[str, Any], expected: Expected) -> None:
    # why: a tick weighs more than what a model reads into a note, so each rule must do what its words say
    assert {mistake: tuple(one) for mistake, one in settle(Debrief.model_validate(given)).items()} == expected


def test_without_a_debrief_nothing_is_settled() -> None:
    # why: most notes come without one
    assert settle(None) == {}


@pytest.mark.parametrize("wrong", [{"minutes_held": -1}, {"minutes_held": 481}, {"topics": ["golf"]}, {"mood": "good"}])
def test_what_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    # why: a debrief may come from a file, and a slip in it would settle the wrong thing
    with pytest.raises(ValueError):
        Debrief.model_validate(wrong)
