"""What a manager reads of a release: made from the frozen release and the words alone, the right help first."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from releases import KNOWLEDGE, RICH, Shown, stored

from assistant.errors import KnowledgeError, StoreDamaged
from assistant.guide.sections import Section
from assistant.programme.codebook import load_codebook
from assistant.programme.report import Reporter, before_of
from assistant.programme.report_records import Report
from assistant.programme.report_words import load_report_words
from assistant.programme.survey import load_survey
from assistant.settings import Settings

WORDS = load_report_words(KNOWLEDGE)


@pytest.fixture
def reporter(guide_home: Path) -> Reporter:
    return Reporter(Settings(home=guide_home, chat_model="none"))


def report_of(reporter: Reporter, shown: Shown, **more: Any) -> Report:
    return reporter.report(stored(2, shown, **more), stored(1, {}), "Spring")


def guide() -> dict[Section, str]:
    """Every section of the shipped guide with its text."""
    found = {}
    for path in (KNOWLEDGE / "guide").rglob("*.md"):
        head, body = path.read_text(encoding="utf-8").removeprefix("---\n").split("\n---\n", 1)
        for part in f"\n{body}".split("\n## ")[1:]:
            heading, _, text = part.partition("\n")
            found[Section(article=yaml.safe_load(head)["id"], heading=heading)] = text
    return found


def test_every_help_rests_on_a_section_that_says_so() -> None:
    # why: an advice whose source does not open, or says something else, is worse than none
    sections = guide()
    steps = (*WORDS.help, WORDS.opening, WORDS.closing, WORDS.thanks, *WORDS.instead.items)
    for one in steps:
        assert all(quote in sections[one.section] for quote in one.quotes), (one.section, one.quotes)


def test_every_mistake_every_need_and_every_level_has_its_help() -> None:
    # why: a theme that needs help and has none would leave the manager alone with it
    codes = load_codebook(KNOWLEDGE).codes
    wanted = {code.id for code in codes if code.family in ("mistake", "need")}
    assert set(WORDS.codes) == wanted
    assert {one.level for one in load_survey(KNOWLEDGE).statements} == set(WORDS.survey)


def test_the_words_are_plain() -> None:
    # why: a manager sends some of these sentences as they stand
    text = (KNOWLEDGE / "theme_report.yaml").read_text(encoding="utf-8")
    assert "!" not in text and "It does not mean zero" in text
    assert all(one.what.count(".") >= 1 and len(one.what.split()) <= 60 for one in WORDS.help)


def test_a_wrong_file_is_refused_with_its_name(tmp_path: Path) -> None:
    # why: whoever edits the words must learn which file and what is wrong
    text = (KNOWLEDGE / "theme_report.yaml").read_text(encoding="utf-8")
    (tmp_path / "theme_report.yaml").write_text(text.replace("no_time: protect_time", "no_time: pray", 1), "utf-8")
    with pytest.raises(KnowledgeError, match=r"theme_report.*pray"):
        load_report_words(tmp_path)


def test_shown_themes_come_before_held_ones_and_larger_bands_first(reporter: Reporter) -> None:
    # why: what can be read in two minutes stands at the top
    report = report_of(reporter, RICH)
    help_, strong, about = report.groups
    assert [row.code for row in help_.shown] == [
        "one_way_lecturing", "tech_only_focus", "no_time", "mentor_holds_back", "need_time",
    ]  # fmt: skip
    assert [row.code for row in strong.shown] == ["sign_dialogue", "sign_trust"]
    assert [row.code for row in about.shown] == ["area_tools", "area_careers"]
    codes = [row.code for row in report.rows()]
    assert len(codes) == len(set(codes)) == len(load_codebook(KNOWLEDGE).codes)
    assert all(row.suppressed and row.band is None and row.trend is None for row in help_.held)


def test_every_advice_has_its_source(reporter: Reporter) -> None:
    # why: every claim opens its source
    report = report_of(reporter, RICH)
    assert all(row.advice and row.citations for row in report.rows())
    assert all(step.citations and step.citations[0].quotes for step in report.plan)
    assert report.focus and report.focus.citations and report.focus.citations[0].quotes
    assert all(row.help and row.whom for row in report.groups[0].rows)


def test_without_a_guide_only_the_sources_are_missing(tmp_path: Path) -> None:
    # why: a guide that is not ingested yet must not cost the manager the report
    bare = Reporter(Settings(home=tmp_path, chat_model="none"))
    report = report_of(bare, RICH)
    assert bare.trouble and "eyelevel ingest" in bare.trouble
    assert report.focus and report.plan and all(row.advice and not row.citations for row in report.rows())


@pytest.mark.parametrize(
    ("shown", "first", "said"),
    [
        ({"confidentiality_breach": ("5-9", None), "no_time": ("20+", "up")}, "privacy", "about trust"),
        ({"no_time": ("5-9", "up"), "tech_only_focus": ("20+", None)}, "protect_time", "grew"),
        ({"no_time": ("5-9", "steady"), "tech_only_focus": ("20+", "down")}, "new_topics", "20 or more pairs; nothing"),
        ({"need_match": ("5-9", None)}, "match", "5–9 pairs"),
    ],
)
def test_trust_comes_first_then_what_grew_then_what_most_name(
    reporter: Reporter, shown: Shown, first: str, said: str
) -> None:
    # why: a manager with one free hour must be sent to the right place
    report = report_of(reporter, shown)
    assert report.focus and report.focus.help == WORDS.find(first).name and said in report.focus.why


def test_a_months_plan_is_short_in_order_and_made_from_the_release(reporter: Reporter) -> None:
    # why: more than three kinds of help in a month are not done, and each step says why it is there
    many: Shown = dict.fromkeys(WORDS.codes, ("5-9", None))
    for shown in (RICH, many):
        plan = report_of(reporter, shown).plan
        weeks = [step.week for step in plan]
        assert weeks == sorted(weeks) and weeks[0] == 1 and weeks[-1] == 4 and len(plan) <= 6
        told = [step for step in plan if step.why]
        assert 3 <= len(told) <= 4
    named = {row.label for row in report_of(reporter, RICH).rows() if not row.suppressed}
    assert all(any(label in step.why for label in named) for step in report_of(reporter, RICH).plan if step.why)


def test_sessions_and_answers_can_ask_for_help_too(reporter: Reporter) -> None:
    # why: where no theme is shown, cancelled sessions or a clear no still tell the manager where to go
    health = report_of(reporter, {}, health={"cancelled": ("5-9", None)})
    assert health.focus and health.focus.help == WORDS.find("protect_time").name
    assert "did not take place" in health.focus.why
    one = next(one for one in load_survey(KNOWLEDGE).statements if one.level == "results")
    answers = report_of(reporter, {}, survey={f"survey:{one.id}:disagree": ("5-9", None)})
    assert answers.focus and answers.focus.help == WORDS.find("backing").name


def test_nothing_shown_is_said_kindly_and_is_no_zero(reporter: Reporter) -> None:
    # why: an empty report must not read as "all is well"
    report = report_of(reporter, {})
    assert report.empty and report.focus is None and "silence" in report.calm
    assert WORDS.find("check_in").title in [step.title for step in report.plan]
    assert not report_of(reporter, {"sign_trust": ("5-9", None)}).empty


def test_a_report_holds_no_number_of_pairs(reporter: Reporter) -> None:
    # why: bands are the only form in which a number of pairs leaves the store
    report = report_of(reporter, RICH, health={"on_plan": ("10-19", None)})

    def numbers(value: object, name: str = "") -> set[str]:
        if isinstance(value, dict):
            return set().union(*(numbers(one, key) for key, one in value.items()))
        if isinstance(value, list | tuple):
            return set().union(*(numbers(one, name) for one in value))
        return {name} if isinstance(value, int | float) and not isinstance(value, bool) else set()

    assert numbers(report.model_dump()) == {"number", "week", "minutes"}


def test_the_same_release_gives_the_same_report(reporter: Reporter) -> None:
    # why: what was frozen must not read otherwise tomorrow
    assert report_of(reporter, RICH) == report_of(reporter, RICH)


def test_an_older_codebook_loses_no_other_theme(reporter: Reporter) -> None:
    # why: releases stay readable after the codes have changed
    report = report_of(reporter, RICH, version=99)
    assert [row.code for row in report.groups[1].shown] == ["sign_dialogue", "sign_trust"]


def test_a_release_that_was_changed_is_told(reporter: Reporter) -> None:
    # why: a damaged release is neither empty nor shown
    broken = stored(1, RICH).model_copy(update={"content": '{"cells": 3}'})
    with pytest.raises(StoreDamaged, match="Release 1"):
        reporter.report(broken, None, "Spring")


def test_the_release_before_is_the_one_with_the_number_before() -> None:
    # why: a trend beside the wrong month would be a false statement
    newest_first = (stored(3, {}), stored(2, {}), stored(1, {}))
    assert before_of(newest_first[0], newest_first) == newest_first[1]
    assert before_of(newest_first[2], newest_first) is None
