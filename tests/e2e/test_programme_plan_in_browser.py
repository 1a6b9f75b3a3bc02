"""A programme plan in a real browser: made, read in all its tabs, changed, there after a reload, deleted."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

expect.set_options(timeout=60_000)
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]
TABS = ("Sessions", "Before the start", "On the way", "Time", "Goal")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_a_programme_from_its_goal_to_its_calendar(
    context: BrowserContext, address: str, width: int, scheme: str
) -> None:
    # why: the whole way on a laptop and on a phone, in both themes; each screen is sound for assistive technology
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{address}/programme-plan")
    page.get_by_role("radio", name="Manager").click()
    page.set_viewport_size({"width": width, "height": 844})
    page.get_by_label("What should leaders understand").fill(f"Our {scheme} store managers see why trainees leave")
    page.get_by_label("Who are the leaders").fill("store manager")
    page.get_by_label("Who are the leaders").blur()
    _sound(page, "form")
    page.get_by_role("button", name="Make the plan").click()
    expect(page.get_by_role("tab", name="Sessions")).to_be_visible()
    for tab in TABS:
        page.get_by_role("tab", name=tab).click()
        page.wait_for_timeout(600)
        _sound(page, tab)
    page.get_by_role("button", name="1 How to word a programme goal").click()
    expect(page.get_by_role("dialog").locator("mark")).to_be_visible()
    page.keyboard.press("Escape")
    _change(page)
    page.reload()
    expect(page.get_by_text("A goal of our own, by June.")).to_be_visible()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("It can be brought back now")).to_be_visible()


def _change(page: Page) -> None:
    page.get_by_role("button", name="Change goal and outcomes").click()
    box = page.get_by_label("The goal in one sentence")
    box.fill("A goal of our own, by June.")
    box.blur()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Undo the last change")).to_be_visible()


def _sound(page: Page, name: str) -> None:
    """Nothing serious for assistive technology, and no sideways scrolling."""
    found = [one for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")]
    assert not found, (name, [(one["id"], one["nodes"][0]["html"][:120]) for one in found])
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), name
