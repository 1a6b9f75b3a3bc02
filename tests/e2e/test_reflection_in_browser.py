"""Before and after a session in a real browser: questions, answers that survive a reload, and one commitment."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

expect.set_options(timeout=60_000)
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(280)]

NOTE = (
    "Session 3 with Lina. I asked her to open the ticket and show me where she got stuck. I said nobody had told me "
    "that in four years. She went quiet. I'll bring the nine days to the leads' meeting by Friday."
)


def _open(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("radio", name="Mentee").click()
    expect(page.get_by_role("link", name="Before and after")).to_be_visible()
    page.goto(f"{address}/before-and-after")
    expect(page.get_by_role("heading", name=re.compile("Ten minutes before"))).to_be_visible()


def _ask(page: Page) -> None:
    page.get_by_role("tab", name="After", exact=True).click()
    box = page.get_by_role("textbox", name="What happened, in your own words")
    box.fill(NOTE)
    box.blur()
    page.get_by_role("button", name="Ask me about it").click()
    expect(page.get_by_text("You said nobody had told you that in four years.").first).to_be_visible()


def _is_clean(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert not [one["id"] for one in found if one["impact"] in ("serious", "critical")]


def test_an_answer_survives_a_reload_and_the_commitment_is_kept(page: Page, address: str) -> None:
    # why: a senior answers between two meetings, and comes back to it
    _open(page, address)
    _is_clean(page)
    _ask(page)
    answer = page.get_by_role("textbox", name=re.compile("^Your answer to: You said nobody had told you"))
    answer.fill("That nobody owned the nine days.")
    answer.blur()
    page.wait_for_timeout(1500)
    page.reload()
    expect(page.get_by_role("textbox", name=re.compile("^Your answer to: You said nobody had told you"))).to_have_value(
        "That nobody owned the nine days."
    )
    _is_clean(page)
    page.get_by_role("button", name="I will do that").click()
    expect(page.get_by_role("link", name="It stands in “You said, I did”")).to_be_visible()
    page.get_by_role("tab", name="Ten minutes before").click()
    expect(page.get_by_text("Bring the nine days to the leads' meeting").first).to_be_visible()


def test_it_fits_a_phone(context: BrowserContext, address: str) -> None:
    # why: ten minutes before a session people have a phone
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.set_viewport_size({"width": 1280, "height": 800})
    _open(page, address)
    page.set_viewport_size({"width": 390, "height": 800})
    page.reload()
    for tab in ("After", "Earlier sessions", "Ten minutes before"):
        page.get_by_role("tab", name=tab, exact=True).click()
        page.wait_for_timeout(800)
        wide = page.evaluate("document.scrollingElement.scrollWidth > document.scrollingElement.clientWidth + 1")
        assert not wide, tab
