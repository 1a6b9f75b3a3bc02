"""A release as words, JSON, a document and slides: the same bands everywhere, and nothing that is held back."""

import io
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader
from releases import KNOWLEDGE, RICH, stored

from app import theme_form, theming
from app.theme_document import pdf_of_report
from app.theme_slides import zip_of_report
from assistant.programme.report import Reporter
from assistant.programme.report_records import Report
from assistant.programme.survey import load_survey
from assistant.settings import Settings
from assistant.store.theme_records import CycleState, StoredRelease

FIRST = {"tech_only_focus": ("20+", None), "one_way_lecturing": ("10-19", None)}
SECOND = {
    "tech_only_focus": ("20+", "steady"),
    "one_way_lecturing": ("10-19", "steady"),
    "no_time": ("5-9", None),
    "sign_trust": ("5-9", None),
}
RELEASES = (
    stored(3, RICH, health={"on_plan": ("10-19", None)}, survey={}),
    stored(2, SECOND),  # type: ignore[arg-type]
    stored(1, FIRST),  # type: ignore[arg-type]
)


@pytest.fixture(scope="module")
def reporter(guide_home: Path) -> Reporter:
    return Reporter(Settings(home=guide_home, chat_model="none"))


@pytest.fixture(scope="module")
def report(reporter: Reporter) -> Report:
    return reporter.report(RELEASES[0], RELEASES[1], "Spring Ω programme")


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        (None, date(2026, 3, 15), "Up to 15 March 2026"),
        (date(2026, 2, 1), date(2026, 3, 15), "1 February to 15 March 2026"),
        (date(2025, 12, 20), date(2026, 1, 15), "20 December 2025 to 15 January 2026"),
        (date(2026, 3, 1), date(2026, 3, 15), "1 to 15 March 2026"),
        (date(2026, 3, 15), date(2026, 3, 15), "15 March 2026"),
    ],
)
def test_a_period_reads_as_people_say_it(since: date | None, until: date, said: str) -> None:
    # why: it is the first thing that is read out in a meeting
    assert theming.period(since, until) == said


def test_numbers_in_words() -> None:
    # why: "Themes, third release" and "three more pairs", not "release 3" and "1 more pairs"
    assert [theming.ordinal(number) for number in (1, 3, 20, 21, 22, 111)] == [
        "first", "third", "twentieth", "21st", "22nd", "111th",
    ]  # fmt: skip
    assert theming.needs_words(1) == "One more pair needs to contribute before a new one can be made."
    assert theming.needs_words(5, first=True) == "Five pairs need to contribute before the first one can be made."
    assert "can be made" in theming.needs_words(0) and "more" not in theming.needs_words(0)


def test_in_short_names_what_is_strong_what_needs_help_and_what_changed(report: Report) -> None:
    # why: the manager who has no two minutes reads these three lines
    (_, strong), (_, needs), (_, changed) = theming.in_short(report)
    labels = {row.code: row.label for row in report.rows()}
    assert strong.lower() == f"{labels['sign_dialogue']}, {labels['sign_trust']}".lower()
    assert needs.lower().startswith(labels["one_way_lecturing"].lower()) and needs.endswith("and 2 more")
    assert "(more)" in changed and "(fewer)" in changed


def test_a_trend_is_good_or_bad_by_what_it_is_about() -> None:
    # why: more trust is green, more lost time is not, and more talk about tools is neither
    assert [theming.tone(part, "up") for part in ("help", "strong", "about")] == ["bad", "good", "even"]
    assert [theming.tone(part, "down") for part in ("help", "strong", "about")] == ["good", "bad", "even"]
    assert theming.tone("help", "steady") == "even"


def test_no_line_leads_out_of_a_release_in_which_a_theme_was_held_back(report: Report) -> None:
    # why: a line to or from a hidden band would draw what must not be known
    series = {one.code: one for one in theming.draw_series(RELEASES, report)}
    assert [point.band for point in series["no_time"].points] == [None, "5-9", "10-19"]
    assert [point.joined for point in series["no_time"].points] == [False, False, True]
    assert [point.joined for point in series["tech_only_focus"].points] == [False, True, True]
    assert "alibi" not in series, "what was never shown is not drawn"
    assert [point.when for point in series["no_time"].points] == ["Jan", "Feb", "Mar"]


def test_no_line_joins_releases_of_different_codebooks(reporter: Reporter) -> None:
    # why: the same word meant something else then
    old = stored(1, FIRST, version=99)  # type: ignore[arg-type]
    report = reporter.report(RELEASES[1], old, "Spring")
    series = {one.code: one for one in theming.draw_series((RELEASES[1], old), report)}
    assert [point.joined for point in series["tech_only_focus"].points] == [False, False]


def test_the_chart_shows_two_themes_that_need_help_and_moved(report: Report) -> None:
    # why: a chart of everything says nothing
    chosen = theming.choose_series(theming.draw_series(RELEASES, report), report)
    assert {one.code for one in chosen} == {"no_time", "tech_only_focus"}
    assert "held back in Jan, then 5 to 9 in Feb" in theming.describe(chosen)


def test_an_earlier_release_is_drawn_without_what_came_after(reporter: Reporter) -> None:
    # why: an opened second release must read as it did then
    report = reporter.report(RELEASES[1], RELEASES[2], "Spring")
    assert {len(one.points) for one in theming.draw_series(RELEASES, report)} == {2}


def test_json_follows_the_contract(report: Report) -> None:
    # why: scripts read these keys
    state = CycleState(programme="d" * 32, needs=3, last=RELEASES[0])
    found = json.loads(json.dumps(theming.as_json(report, state)))
    assert set(found) >= {"release", "next_release_needs"} and found["next_release_needs"] == 3
    release = found["release"]
    assert release["minimum_group"] == 5 and release["period"] == {"since": "2026-02-14", "until": "2026-03-15"}
    for theme in release["themes"]:
        assert set(theme) >= {"code", "label", "band", "suppressed", "trend", "advice", "citations"}
        assert (theme["band"] is None) is theme["suppressed"] and theme["band"] in (None, "5-9", "10-19", "20+")
        assert all(set(one) >= {"marker", "id", "document", "heading", "text"} for one in theme["citations"])
    assert theming.as_json(None, state)["release"] is None


def test_the_document_says_what_the_page_says(report: Report) -> None:
    # why: it is printed and taken into meetings
    text = text_of(pdf_of_report(report, theming.draw_series(RELEASES, report)))
    for row in report.rows():
        assert row.label in text or row.label.split()[0] in text
    for said in ("third release", "Spring Ω programme", "Where to help first", "A plan for the next month", "Sources"):
        assert said in text
    assert "It does not mean zero" in text and all(step.title in text for step in report.plan)


def test_the_slides_are_pictures_with_a_description_each(report: Report) -> None:
    # why: they go into a presentation as they are, and somebody in the room does not see them
    with zipfile.ZipFile(io.BytesIO(zip_of_report(report, theming.draw_series(RELEASES, report)))) as archive:
        names = archive.namelist()
        told = archive.read("descriptions.txt").decode()
        for name in (one for one in names if one.endswith(".png")):
            with Image.open(io.BytesIO(archive.read(name))) as picture:
                assert picture.size == (1920, 1080) and len(picture.getcolors(1_000_000) or []) > 20, name
    pictures = [one for one in names if one.endswith(".png")]
    assert len(pictures) >= 7 and told.count("\n\n") + 1 == len(pictures)
    assert all(row.label in told for group in report.groups for row in group.rows)


def test_files_hold_no_band_that_is_not_shown(reporter: Reporter) -> None:
    # why: a document of a release that shows nothing must show nothing either
    nothing: StoredRelease = stored(1, {})
    report = reporter.report(nothing, None, "Spring")
    text = text_of(pdf_of_report(report, theming.draw_series((nothing,), report)))
    assert not any(band in text for band in ("5–9", "10–19", "20+"))
    with zipfile.ZipFile(io.BytesIO(zip_of_report(report, ()))) as archive:
        told = archive.read("descriptions.txt").decode()
    assert not any(band in told for band in ("5–9", "10–19", "20+"))


def test_the_same_release_gives_the_same_slides(report: Report) -> None:
    # why: a file that differs each time would carry when it was made
    series = theming.draw_series(RELEASES, report)
    assert zip_of_report(report, series) == zip_of_report(report, series)


def test_the_form_has_every_statement_of_the_survey(reporter: Reporter) -> None:
    # why: programmes that are too small for a release take it along on paper
    from docx import Document

    statements = [one.text for one in load_survey(KNOWLEDGE).statements]
    markdown = theme_form.markdown(reporter)
    document = Document(io.BytesIO(theme_form.docx(reporter)))
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    assert all(one in markdown and one in cells for one in statements)
    assert "would say in person" in markdown and len(document.tables) == 4


def test_releases_of_one_month_or_of_two_years_are_told_apart() -> None:
    # why: two points with the same name on an axis fall on each other
    days = [date(2026, 1, 5), date(2026, 1, 20), date(2026, 3, 1)]
    assert theming._names(days) == ["5 Jan", "20 Jan", "Mar"]
    assert theming._names([date(2025, 12, 1), date(2026, 12, 1)]) == ["Dec 25", "Dec 26"]
