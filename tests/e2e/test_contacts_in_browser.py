"""The contacts are one click away on every page, on a laptop, on a phone, and where the sidebar is put away."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, expect

from app.navigation import PAGES, names
from assistant.coach.safety import DEFAULT_CONTACTS
from assistant.roles import Role

expect.set_options(timeout=60_000)
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(280)]


def _in_sight(buttons: Locator) -> Locator:
    """The one that can be clicked as the page stands: a sidebar that was put away keeps its own off the screen."""
    expect(buttons.first).to_be_attached()
    expect(buttons.last).to_be_visible()
    seen = [button for button in buttons.all() if (box := button.bounding_box()) and box["x"] >= 0]
    assert len(seen) == 1
    return seen[0]


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_the_contacts_are_one_click_away_on_every_page(
    context: BrowserContext, address: str, width: int, height: int
) -> None:
    # why: whatever is missed when a text is read, nobody shall have to look for help
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.set_viewport_size({"width": width, "height": height})
    for info in (PAGES[name] for name in names(Role.MENTOR)):
        page.goto(f"{address}/{info.address}")
        expect(page.get_by_role("heading", level=1).first).to_be_visible()
        _in_sight(page.get_by_role("button", name="Someone to talk to")).click()
        expect(page.get_by_role("dialog")).to_contain_text(DEFAULT_CONTACTS[0].name)
    page.wait_for_timeout(600)
    found = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
    assert found == [], [(v["id"], [node["target"] for node in v["nodes"]]) for v in found]


def test_a_sidebar_that_was_put_away_leaves_the_contacts(context: BrowserContext, address: str) -> None:
    # why: on a laptop, too, the sidebar is put away with one click
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(address)
    expect(page.locator("textarea").first).to_be_visible()
    page.get_by_test_id("stSidebarHeader").hover()
    page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
    page.wait_for_timeout(1000)
    _in_sight(page.get_by_role("button", name="Someone to talk to")).click()
    expect(page.get_by_role("dialog")).to_contain_text(DEFAULT_CONTACTS[0].name)
