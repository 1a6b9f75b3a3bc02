"""Upward feedback in a real browser: from the belief to the debrief of the rehearsal, with reloads between."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

expect.set_options(timeout=60_000)
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(280)]

DRAFT = (
    "In Thursday's planning meeting you always cut people off. When Amira and I started on the test results, you "
    "finished our sentences. I stopped offering numbers after that."
)
LINES = (
    "May I tell you something I noticed on Thursday?",
    "When Amira and I started on the test results, you finished our sentences. I stopped offering numbers after that.",
)


def _open(page: Page, address: str) -> None:
    page.goto(f"{address}/upward-feedback")
    page.get_by_role("radio", name="Mentor").click()
    expect(page.get_by_text("Which of these comes closest")).to_be_visible()


def _reload(page: Page, heading: str = "Something to tell") -> None:
    page.reload()
    expect(page.get_by_role("heading", level=1, name=re.compile(heading))).to_be_visible()


def _to_draft(page: Page, address: str) -> None:
    _open(page, address)
    page.get_by_text("I would embarrass", exact=False).first.click()
    expect(page.get_by_text("A belief, not yet a fact")).to_be_visible()
    expect(page).to_have_url(re.compile("draft="))
    expect(page.locator(".st-key-ey-tint-belief .ey-ask")).to_be_visible()  # the buttons below it have moved down
    page.get_by_role("button", name="On to my draft").click()
    box = page.get_by_label("Your draft")
    box.fill(DRAFT)
    box.blur()
    expect(page.get_by_role("button", name="Look at it")).to_be_enabled()


def _say(page: Page, line: str, answers: int) -> None:
    box = page.locator(".st-key-ey-saying textarea")
    expect(box).to_be_enabled()
    box.fill(line)
    box.press("Enter")
    expect(page.get_by_text("Simulated senior", exact=True)).to_have_count(answers)
    expect(page.get_by_text("Your senior is thinking")).to_have_count(0)


def _serious(page: Page) -> list[str]:
    page.wait_for_timeout(600)
    found = [one for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")]
    return [f"{one['id']}: {node['target']}" for one in found for node in one["nodes"]]


def test_from_the_belief_to_the_debrief_with_reloads_between(page: Page, address: str) -> None:
    # why: the whole job; nothing that was chosen, typed or said may be lost on the way
    _to_draft(page, address)
    _reload(page)
    expect(page.get_by_label("Your draft")).to_have_value(DRAFT)
    page.get_by_role("button", name="Look at it").click()
    expect(page.locator(".ey-draft mark").first).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("to look at$"))).to_be_visible()
    page.get_by_role("button", name="Rehearse this").click()
    _say(page, LINES[0], 1)
    _reload(page)
    expect(page.locator(".st-key-ey-rehearsal").get_by_text(LINES[0])).to_be_visible()
    _say(page, LINES[1], 2)
    expect(page.get_by_text("Debrief so far")).to_be_visible()
    expect(page.get_by_text("You asked before you told.")).to_be_visible()
    page.get_by_role("button", name="Take back my last line").click()
    expect(page.get_by_text("Simulated senior", exact=True)).to_have_count(1)
    _say(page, LINES[1], 2)
    page.get_by_role("button", name="End and debrief").click()
    expect(page.get_by_role("heading", name="Debrief", exact=True)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    assert download.value.suggested_filename == "eyelevel-rehearsal.pdf"


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)])
def test_every_step_is_read_by_everybody_and_fits(
    context: BrowserContext, address: str, scheme: str, width: int
) -> None:
    # why: contrast, names and the width of a phone
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    _to_draft(page, address)
    page.set_viewport_size({"width": width, "height": 900})
    page.get_by_role("button", name="Look at it").click()
    expect(page.locator(".ey-draft mark").first).to_be_visible()
    assert _serious(page) == []
    page.get_by_role("button", name="Rehearse this").click()
    _say(page, LINES[1], 1)
    assert _serious(page) == []
    page.get_by_role("radio", name="What stops me").click()
    expect(page.get_by_text("Which of these comes closest")).to_be_visible()
    assert _serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_senior_finds_nothing_of_it(page: Page, address: str) -> None:
    # why: who fears that the senior looks in writes nothing
    page.goto(f"{address}/upward-feedback")
    page.get_by_role("radio", name="Mentee").click()
    expect(page.get_by_text("This page belongs to the mentor")).to_be_visible()
    expect(page.get_by_role("link", name="Upward feedback")).to_have_count(0)
