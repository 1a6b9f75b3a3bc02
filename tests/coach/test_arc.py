"""The mix of topics over a programme, beside the arc that the guide suggests."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from assistant.coach.arc import AREAS, Planned, Span, load_arc, mix_topics, span_of
from assistant.coach.catalogue import Area, load_topics
from assistant.errors import KnowledgeError

FOLDER = Path(__file__).resolve().parents[2] / "knowledge" / "topics"
SPAN = Span(date(2026, 1, 1), date(2026, 6, 30))


def test_the_arc_is_the_guides_own() -> None:
    # why: what is drawn as the guide's must stand in the guide, month by month
    arc, guide = load_arc(FOLDER / "arc.yaml"), FOLDER.parent / "guide"
    (file,) = guide.rglob(f"{arc.rests_on.article}.md")
    section = file.read_text(encoding="utf-8").partition(f"## {arc.rests_on.heading}\n")[2].partition("\n## ")[0]
    words = {Area.TECHNOLOGY: "technology", Area.WAYS_OF_WORKING: "ways of working", Area.CUSTOMERS: "customers",
             Area.CULTURE: "culture", Area.CAREERS: "careers"}  # fmt: skip
    for month, areas in arc.months.items():
        (line,) = [line for line in section.splitlines() if line.startswith(f"- Month {month} ")]
        assert all(words[area] in line for area in areas), line
    assert set(AREAS) == set(Area) == {area for areas in arc.months.values() for area in areas}


def test_every_area_has_topics_that_suit_the_months_in_which_it_leads() -> None:
    # why: an area that is suggested in a month needs something to talk about in it
    arc, topics = load_arc(FOLDER / "arc.yaml"), load_topics(FOLDER)
    for area in Area:
        for month in arc.months_of(area):
            suiting = [one for one in topics if one.area is area and one.months[0] <= month <= one.months[1]]
            assert len(suiting) >= 5, (area, month)


@pytest.mark.parametrize(
    ("day", "month"),
    [(date(2025, 12, 1), 1), (date(2026, 1, 1), 1), (date(2026, 3, 15), 3), (date(2026, 6, 30), 6)],
)
def test_any_programme_is_seen_as_one_of_six_months(day: date, month: int) -> None:
    # why: a programme of a year must not be over in the middle of the picture
    assert SPAN.month(day) == month
    year = Span(SPAN.starts_on, SPAN.starts_on + 2 * (SPAN.ends_on - SPAN.starts_on))
    assert year.begin(1) == SPAN.starts_on and year.begin(7) == year.ends_on + timedelta(days=1)
    assert [year.month(year.begin(one)) for one in range(1, 7)] == [1, 2, 3, 4, 5, 6]


def test_a_span_without_a_programme_holds_all_that_there_is() -> None:
    # why: who works alone has no dates but those of the own plans
    today = date(2026, 5, 1)
    assert span_of([], today).starts_on == today
    old = span_of([date(2025, 1, 1), date(2026, 4, 1)], today)
    assert (old.starts_on, old.ends_on) == (date(2025, 1, 1), today)


def test_what_is_missing_is_what_should_have_come_by_now_and_never_more() -> None:
    # why: nobody is told in month two that careers are missing
    arc, topics = load_arc(FOLDER / "arc.yaml"), load_topics(FOLDER)
    tech = next(one for one in topics if one.area is Area.TECHNOLOGY)
    had = [Planned(date(2026, 2, 3), tech), Planned(date(2026, 1, 3), tech)]
    assert mix_topics(had, topics, arc, 2).missing == () and mix_topics(had, topics, arc, 2).next is None
    mix = mix_topics(had, topics, arc, 5)
    assert [one.day.month for one in mix.had[Area.TECHNOLOGY]] == [1, 2]
    assert mix.missing[0] is Area.WAYS_OF_WORKING and set(mix.missing) == set(Area) - {Area.TECHNOLOGY}
    assert mix.next and mix.next.area is Area.WAYS_OF_WORKING and mix.next.months[0] <= 5


def test_a_broken_arc_names_its_file(tmp_path: Path) -> None:
    # why: whoever edits the knowledge needs to know where the mistake is
    wrong = tmp_path / "arc.yaml"
    for text in ("months: {9: [technology]}", "months: {2: [gossip]}", "- x", ": :"):
        wrong.write_text(text, encoding="utf-8")
        load_arc.cache_clear()
        with pytest.raises(KnowledgeError, match=r"arc\.yaml"):
            load_arc(wrong)
