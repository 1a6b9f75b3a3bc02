"""A session plan in a real browser: made from a few words, changed, there after a reload, on one card, taken along."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from icalendar import Calendar
from playwright.sync_api import BrowserContext, Locator, Page, expect

expect.set_options(timeout=60_000)
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_a_plan_from_the_first_word_to_the_calendar(
    context: BrowserContext, address: str, width: int, scheme: str
) -> None:
    # why: the whole way on a laptop and on a phone, in both themes; each screen is sound for assistive technology
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{address}/session-plan")
    page.get_by_role("radio", name="Mentor").click()  # the part that was played last is remembered
    expect(page.get_by_label("What does your mentee do?")).to_be_visible()
    page.set_viewport_size({"width": width, "height": 844})
    _make(page, scheme)
    _sound(page, "plan")
    _change(page)
    page.reload()
    expect(_part(page)).to_be_visible()
    _card(page)
    _files(page)
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("It can be brought back now")).to_be_visible()
    _sound(page, "list")


def _fill(box: Locator, text: str) -> None:
    box.fill(text)
    box.blur()


def _make(page: Page, scheme: str) -> None:
    page.get_by_role("radio", name="Let the plan choose").wait_for(state="attached")
    _fill(page.get_by_label("What does your mentee do?"), "Head of customer service")
    _fill(page.get_by_label("What you call them (optional)"), f"Hen{scheme}")
    _fill(page.get_by_label("What should it be about?"), "What callers say to juniors and never to a director")
    day = datetime.now(UTC) + timedelta(days=3)
    _type(page, "ey-plan-day-", f"{day:%Y%m%d}")
    _type(page, "ey-plan-hour-", "1600")
    expect(
        page.locator("[class*=st-key-ey-plan-topic-] [role=radio], [class*=st-key-ey-plan-topic-] input")
    ).to_have_count(5)
    page.wait_for_timeout(1500)
    _sound(page, "form")
    page.get_by_role("button", name="Make the plan").click()
    expect(page.get_by_role("heading", name=f"Your plan for {day:%A}")).to_be_visible()
    expect(page.locator(".ey-plan-min b").first).to_have_text("16:00")
    expect(page.get_by_text(f"Ask Hen{scheme} for")).to_be_visible()
    leave = page.get_by_role("button", name="Leave it as it is")
    if leave.is_visible():
        leave.click()
    expect(leave).to_have_count(0)


def _part(page: Page) -> Locator:
    """The part with the title that the test types."""
    return page.get_by_role("heading", name=re.compile("Bring the tally"))


def _type(page: Page, field: str, digits: str) -> None:
    page.locator(f"[class*=st-key-{field}] [role=spinbutton]").first.click()
    page.keyboard.type(digits)
    page.keyboard.press("Tab")
    page.wait_for_timeout(600)


def _change(page: Page) -> None:
    page.get_by_role("button", name="Change it").click()
    first = page.locator("[class*=st-key-ey-plan-part-0]")
    expect(first).to_be_visible()
    _sound(page, "editor")
    first.get_by_label("Title").fill("Bring the tally")
    minutes = first.get_by_label("Minutes")
    minutes.fill("20")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(re.compile("The parts take .* minutes and the session has 45"))).to_be_visible()
    page.get_by_role("button", name="Fit the minutes").click()
    expect(page.get_by_text(re.compile("The parts take"))).to_have_count(0)
    page.get_by_role("button", name="Save").click()
    expect(_part(page)).to_be_visible()
    page.get_by_role("button", name="Undo the last change").click()
    expect(_part(page)).to_have_count(0)
    page.get_by_role("button", name="Change it").click()
    first.get_by_label("Title").fill("Bring the tally")
    page.get_by_role("button", name="Save").click()
    expect(_part(page)).to_be_visible()


def _card(page: Page) -> None:
    page.get_by_role("button", name="Show as one card").click()
    card = page.locator(".ey-onecard")
    expect(card).to_be_visible()
    _sound(page, "card")
    page.reload()
    expect(card).to_be_visible()
    page.get_by_role("button", name="Back to the whole plan").click()
    expect(card).to_have_count(0)
    page.locator(".st-key-ey-pills-plan button").first.click()
    expect(page.get_by_text("The guide’s own words.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("The guide’s own words.")).to_have_count(0)


def _files(page: Page) -> None:
    with page.expect_download() as download:
        page.get_by_role("link", name="Calendar").click()
    (event,) = Calendar.from_ical(Path(download.value.path()).read_bytes()).walk("VEVENT")
    assert event.decoded("dtstart").hour == 16 and "Bring the tally" in str(event["description"])
    page.get_by_role("button", name="Download").click()
    for name, beginning in (("As a PDF", b"%PDF"), ("As Markdown", b"# Session plan for")):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        assert Path(download.value.path()).read_bytes().startswith(beginning)
    page.keyboard.press("Escape")


def _sound(page: Page, what: str) -> None:
    page.wait_for_timeout(1200)
    found = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
    assert found == [], [(what, v["id"], [node["target"] for node in v["nodes"]]) for v in found]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), what
