"""A plan while it is changed: every word is kept, minutes add up, and improvements overwrite nothing."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from icalendar import Calendar
from markdown_it import MarkdownIt
from pydantic import ValidationError

from app.calendar_file import has_hour, hours, ics_of
from app.plan_edits import (
    Part,
    Working,
    asked_otherwise,
    fitted,
    is_fitting,
    merged,
    moved,
    plan_of,
    with_new,
    without,
    working_of,
)
from assistant.errors import InputError
from assistant.notes.advice import load_material
from assistant.notes.next_time import plan_next
from assistant.notes.session_plan import LEAST, LONGEST, SHORTEST, SessionPlan, render_plan
from assistant.roles import Role
from assistant.settings import Settings

PLAN = plan_next((), Role.MENTOR, load_material(Settings(home=Path("nowhere"), chat_model="none").knowledge))
AT_FOUR = PLAN.model_copy(update={"starts": datetime(2026, 11, 24, 16)})


def begun(**changes: Any) -> Working:
    return working_of(PLAN, "x")._replace(**changes)


def test_words_that_were_not_touched_stay_as_they_were() -> None:
    # why: saving without a change must change nothing
    assert plan_of(PLAN, begun()) == PLAN


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"purpose": " \n"}, "The purpose is empty"),
        ({"commitment": ""}, "The line to end on is empty"),
        ({"minutes": 46}, "The parts take 45 minutes and the session has 46; add 1"),
        ({"minutes": 44}, "take 1 off"),
        ({"minutes": 5}, "No plan fits 5 minutes"),
        ({"minutes": 500}, "No plan fits 500 minutes"),
        ({"title": " "}, "Part 2 has no title"),
    ],
)
def test_what_is_missing_is_said_in_a_line(change: dict[str, Any], expected: str) -> None:
    # why: minutes that do not add up are found out in the session, which is too late
    parts = list(begun().parts)
    parts[1] = parts[1]._replace(title=change.pop("title", parts[1].title))
    with pytest.raises(InputError) as refused:
        plan_of(PLAN, begun(parts=tuple(parts), **change))
    assert expected in str(refused.value) and "\n" not in str(refused.value) and str(refused.value).endswith(".")


def test_a_reworded_plan_is_one_that_can_be_read_again() -> None:
    # why: what is kept is checked when it is opened, and must not be refused then
    parts = tuple(Part(f"  {one.title} ", one.minutes, "", "", one.block) for one in begun().parts)
    again = plan_of(PLAN, begun(purpose="a\nb", commitment="c", parts=parts, thread=" ", ask="one\n\n two"))
    assert SessionPlan.model_validate_json(again.model_dump_json()) == again
    assert (again.purpose, again.thread, again.ask) == ("a b", None, ("one", "two"))
    with pytest.raises(ValidationError):
        SessionPlan.model_validate_json(again.model_copy(update={"minutes": 44}).model_dump_json())


def test_parts_move_go_and_come_with_their_words() -> None:
    # why: an order that cannot be changed is somebody else's plan; a step must not cost a word
    titles = [one.title for one in begun().parts]
    assert [one.title for one in moved(begun(), 1, 1).parts] == [titles[0], titles[2], titles[1], *titles[3:]]
    assert moved(begun(), 0, -1) == moved(begun(), len(titles) - 1, 1) == begun()
    assert [one.title for one in without(begun(), 2).parts] == titles[:2] + titles[3:]
    more = with_new(begun())
    assert more.parts[-1] == begun().parts[-1] and more.parts[-2] == Part("", 5, "", "")
    short, long = begun(parts=begun().parts[:3]), begun(parts=begun().parts[:1] * 8)
    with pytest.raises(InputError):
        without(short, 0)
    with pytest.raises(InputError):
        with_new(long)


def test_another_question_is_one_that_the_plan_does_not_ask_yet() -> None:
    # why: a button that shows the same question again, or one from the next part, helps nobody
    parts = (Part("a", 5, "", "Old?\nStays?"), Part("b", 5, "", "Two?"), Part("c", 5, "", ""))
    offered = ("One?", "Two?", "Three?")
    once = asked_otherwise(begun(parts=parts), 0, offered)
    assert once.parts[0].questions == "One?\nStays?"
    assert asked_otherwise(once, 0, offered).parts[0].questions == "Three?\nStays?"
    assert asked_otherwise(once, 2, offered).parts[2].questions == "Three?"
    with pytest.raises(InputError):
        asked_otherwise(begun(parts=parts), 0, ("Two?",))


@given(some.lists(some.integers(LEAST, 90), min_size=3, max_size=8), some.integers(SHORTEST, LONGEST))
def test_fitted_minutes_always_add_up_or_it_is_said_why_not(minutes: list[int], total: int) -> None:
    # why: the one button that mends the sum must never leave it broken, or a part without time
    working = begun(minutes=total, parts=tuple(Part("x", one, "", "") for one in minutes))
    if total < LEAST * len(minutes):
        with pytest.raises(InputError):
            fitted(working)
        return
    found = fitted(working)
    assert is_fitting(found) and min(one.minutes for one in found.parts) >= LEAST
    longest, shortest = minutes.index(max(minutes)), minutes.index(min(minutes))
    assert found.parts[longest].minutes >= found.parts[shortest].minutes


# What gets better meanwhile


def reworded(plan: SessionPlan, at: int, **words: Any) -> SessionPlan:
    blocks = list(plan.blocks)
    blocks[at] = blocks[at].model_copy(update=words)
    return plan.model_copy(update={"blocks": tuple(blocks)})


def test_improvements_come_in_where_the_person_changed_nothing() -> None:
    # why: the plan that is read is the best there is
    better = reworded(PLAN, 2, questions=("Better?",)).model_copy(update={"purpose": "Better"})
    assert merged(PLAN, PLAN, better) == better


def test_what_the_person_changed_is_never_overwritten() -> None:
    # why: one's own words are gone for good where a machine writes over them
    better = reworded(reworded(PLAN, 1, what="Better"), 2, what="Better").model_copy(update={"purpose": "Better"})
    mine = reworded(PLAN, 1, what="Mine").model_copy(update={"purpose": "Mine"})
    found = merged(mine, PLAN, better)
    assert (found.purpose, found.blocks[1].what, found.blocks[2].what) == ("Mine", "Mine", "Better")


def test_a_part_is_bettered_where_it_was_moved_to_and_none_comes_back() -> None:
    # why: the person's order and what was taken out stand as well
    better = reworded(reworded(PLAN, 1, what="Better 1"), 2, what="Better 2")
    order = (PLAN.blocks[2], PLAN.blocks[0], *PLAN.blocks[3:])
    minutes = sum(block.minutes for block in order)
    found = merged(PLAN.model_copy(update={"blocks": order, "minutes": minutes}), PLAN, better)
    assert [block.what for block in found.blocks] == ["Better 2", *(block.what for block in order[1:])]
    assert found.minutes == minutes


def test_an_improvement_that_would_break_the_sum_is_left() -> None:
    # why: minutes that add up matter more than a better word
    mine = reworded(PLAN, 1, what="Mine")
    assert merged(mine, PLAN, reworded(PLAN, 2, minutes=PLAN.blocks[2].minutes + 1)) == mine


# Files


def test_the_calendar_file_has_the_hour_the_length_the_parts_and_a_reminder() -> None:
    # why: it is read by other people's programs, which take nothing that is not as the standard says
    event = Calendar.from_ical(ics_of(AT_FOUR, "Session; with, Ana\nx", "ab12")).walk("VEVENT")[0]
    assert event.decoded("dtstart") == datetime(2026, 11, 24, 16) and event["uid"] == "ab12@eyelevel"
    assert event.decoded("duration").total_seconds() == 45 * 60
    assert str(event["summary"]) == "Session; with, Ana\nx"
    (alarm,) = event.walk("VALARM")
    assert alarm.decoded("trigger").total_seconds() == -24 * 3600
    for when, block in zip(hours(AT_FOUR), PLAN.blocks, strict=True):
        assert f"{when} {block.title} ({block.minutes} min)" in str(event["description"])


def test_without_an_hour_there_is_no_calendar_file_and_no_clock() -> None:
    # why: a session at midnight is a day whose hour nobody knows
    day = PLAN.model_copy(update={"starts": datetime(2026, 11, 24)})
    assert not has_hour(day) and hours(day)[:2] == ("+0", f"+{PLAN.blocks[0].minutes}")
    assert hours(AT_FOUR)[0] == "16:00"
    for plan in (PLAN, day):
        with pytest.raises(InputError):
            ics_of(plan, "x", "y")


def test_the_file_shows_all_of_it_as_it_was_written() -> None:
    # why: a link or a picture in a plan must not come alive in whatever opens the file
    nasty = "<script>x</script> # no heading [a](http://x) ![i](http://y)"
    parts = tuple(Part(nasty, one.minutes, nasty, nasty, one.block) for one in begun().parts)
    text = render_plan(plan_of(PLAN, begun(purpose=nasty, commitment=nasty, parts=parts)), nasty)
    tokens = MarkdownIt("commonmark").parse(text)
    kinds = {token.type for token in tokens} | {child.type for token in tokens for child in token.children or ()}
    assert not kinds & {"link_open", "image", "html_block", "html_inline", "code_block", "fence"}
    assert text.count("no heading") == 3 + 3 * len(PLAN.blocks) and text.startswith("# \\<script")
    plain = render_plan(PLAN, "For Ana")
    assert plain.startswith("# For Ana\n") and all(one.title in plain for one in PLAN.blocks)
