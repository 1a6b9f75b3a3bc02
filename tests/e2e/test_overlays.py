"""What Streamlit draws over the page and outside of it: popovers and dialogs have the colours of the theme too."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

expect.set_options(timeout=60_000)
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(280)]

NOTE = (
    "Session 2 with Henrik. I had prepared a deck on our build tools and walked him through all 42 slides for the "
    "whole hour. He nodded a lot and asked nothing, and I never asked him anything either."
)


def _open(context: BrowserContext, address: str, system: str, width: int = 1280) -> Page:
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.emulate_media(color_scheme=system)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(address)
    expect(page.locator("textarea").first).to_be_visible()
    return page


def _verify(page: Page, scheme: str) -> None:
    """The whole document is in this scheme, and axe-core finds nothing serious, contrast included."""
    for part in ("html", ".stApp"):
        expect(page.locator(part)).to_have_css("color-scheme", scheme)
    page.wait_for_timeout(600)
    found = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
    assert found == [], [(v["id"], [node["target"] for node in v["nodes"]]) for v in found]


@pytest.mark.parametrize(
    ("system", "query", "scheme"),
    [
        ("dark", "", "dark"),
        ("light", "", "light"),
        ("light", "?embed_options=dark_theme", "dark"),
        ("dark", "?embed_options=light_theme", "light"),
    ],
)
def test_a_popover_is_read_in_either_theme_whoever_chose_it(
    context: BrowserContext, address: str, system: str, query: str, scheme: str
) -> None:
    # why: a popover lies outside of what Streamlit gives the theme's scheme; muted text on the wrong ground is lost
    page = _open(context, f"{address}/{query}", system)
    page.get_by_role("button", name="Someone to talk to").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    _verify(page, scheme)


def test_an_open_popover_follows_the_system_without_a_reload(context: BrowserContext, address: str) -> None:
    # why: at dusk the machine turns dark while the page is open
    page = _open(context, address, "light")
    page.get_by_role("button", name="Someone to talk to").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.emulate_media(color_scheme="dark")
    _verify(page, "dark")
    page.emulate_media(color_scheme="light")
    _verify(page, "light")


def test_a_dialog_is_read_in_dark_on_a_laptop_and_a_phone(context: BrowserContext, address: str) -> None:
    # why: the source of an advice opens in one, with muted, marked and linked words
    page = _open(context, f"{address}/check", "dark")
    box = page.get_by_label("Your note", exact=True)
    box.fill(NOTE)
    box.blur()
    page.get_by_role("button", name="Check the note").click()
    page.locator("[class*=st-key-ey-source-] button").first.click(timeout=120_000)
    expect(page.get_by_text("The guide’s own words.")).to_be_visible()
    _verify(page, "dark")
    page.set_viewport_size({"width": 390, "height": 844})
    _verify(page, "dark")
