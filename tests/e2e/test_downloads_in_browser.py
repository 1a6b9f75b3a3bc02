"""Downloads in real browsers: they work with one click or one key, and for nobody else."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from app_server import free_port, serve
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from test_sign_in import Served, enter, serve_in

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(280)]
AWAY = "what-others-see"
READ = "To read (Markdown)"


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the app of one person."""
    port = free_port()
    world = {"EYELEVEL_HOME": str(tmp_path_factory.mktemp("alone")), "EYELEVEL_CHAT_MODEL": "none"}
    with serve(port, world | {"EYELEVEL_THREADS": "1"}):
        yield f"http://localhost:{port}"


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve_in(tmp_path_factory.mktemp("together"), free_port(), EYELEVEL_SIGN_IN="local") as served:
        yield served


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Any]:
    """Makes pages of browsers that share no cookie."""
    contexts = []

    def new(**look: Any) -> Page:
        context = browser.new_context(**look)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        return page

    yield new
    for context in contexts:
        context.close()


def status(page: Page, address: str) -> int:
    """What the page's browser is answered at an address that is no file for it."""
    response = page.goto(address)
    assert response
    return response.status


def link_of(page: Page, name: str = READ) -> str:
    link = page.get_by_role("link", name=name)
    link.wait_for()
    return str(link.get_attribute("href"))


def test_everything_is_downloaded_with_a_click_and_with_a_key(alone: str, new_page: Any) -> None:
    # why: a link must do what the button did, without leaving the page, for the hand and for the keyboard
    page = new_page()
    refused: list[str] = []
    page.on("response", lambda found: refused.append(found.url) if found.status >= 400 else None)
    page.goto(f"{alone}/{AWAY}")
    link_of(page)
    with page.expect_download() as read:
        page.get_by_role("link", name=READ).click()
    assert read.value.suggested_filename == "eyelevel-everything.md"
    assert Path(read.value.path()).read_text(encoding="utf-8").startswith("# What Eyelevel keeps of you")
    with page.expect_download() as kept:
        page.get_by_role("link", name="For programs (JSON)").focus()
        page.keyboard.press("Enter")
    assert json.loads(Path(kept.value.path()).read_bytes())
    assert len(page.context.pages) == 1 and page.url.endswith(AWAY)
    strange = [url for url in refused if "/download/" in url or "/media/" in url or "/static/" in url]
    assert strange == [], "pictures, typefaces and icons come by another way than /media"


def test_another_account_of_the_machine_has_nothing_of_the_address(alone: str, new_page: Any) -> None:
    # why: everybody on the machine can ask the port, and addresses are seen in histories and lists of processes
    page = new_page()
    page.goto(f"{alone}/{AWAY}")
    address = alone + link_of(page)
    other = new_page()
    assert status(other, address) == 401
    expect(other.get_by_role("heading", name="No file")).to_be_visible()
    other.get_by_role("link", name="go to Eyelevel").click()
    expect(other.get_by_role("link", name="The guide")).to_be_visible()
    assert status(other, address) == 404


def test_a_first_visit_by_a_link_from_elsewhere_can_download(alone: str, new_page: Any) -> None:
    # why: there a browser shows no cookie with the page, and it must have one when the page is drawn
    page = new_page()
    page.goto(f"data:text/html,<a href='{alone}/{AWAY}'>Eyelevel</a>")
    page.get_by_text("Eyelevel").click()
    link_of(page)
    with page.expect_download() as read:
        page.get_by_role("link", name=READ).click()
    assert read.value.suggested_filename == "eyelevel-everything.md"


def test_a_closed_page_offers_nothing_any_more(alone: str, new_page: Any) -> None:
    # why: going on to another page must end what the first one offered
    page = new_page()
    page.goto(f"{alone}/{AWAY}")
    address = alone + link_of(page)
    page.get_by_role("link", name="The guide").click()
    expect(page.get_by_role("heading", name="The guide", exact=True).first).to_be_visible()
    page.wait_for_timeout(1000)
    assert status(page.context.new_page(), address) == 404


@pytest.mark.parametrize("look", [{"color_scheme": "light"}, {"color_scheme": "dark"}])
def test_downloads_and_their_refusal_are_accessible(alone: str, new_page: Any, look: Any) -> None:
    # why: everybody may take their data away
    page = new_page(viewport={"width": 390, "height": 844}, **look)
    for path in (AWAY, "download/x"):
        page.goto(f"{alone}/{path}")
        expect(page.locator("h1").first).to_be_visible()
        page.wait_for_timeout(1500)
        found = [one for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")]
        assert found == [], [(path, one["id"], [node["target"] for node in one["nodes"]]) for one in found]


def test_the_old_address_of_the_coach_works(alone: str, new_page: Any) -> None:
    # why: it said "Page not found" before the page that was asked for
    page = new_page()
    page.goto(f"{alone}/coach")
    expect(page.locator("textarea").or_(page.locator("h1")).first).to_be_visible()
    page.wait_for_timeout(1500)
    expect(page.get_by_text("Page not found")).to_have_count(0)


def test_an_export_is_the_signed_in_persons_alone(together: Served, new_page: Any) -> None:
    # why: an export is everything that somebody wrote; its address was enough before
    page = enter(new_page(), together, "mentor")
    page.goto(f"{together.address}/{AWAY}")
    address = together.address + link_of(page)
    with page.expect_download() as read:
        page.get_by_role("link", name=READ).click()
    assert together.ids["mentor"] in Path(read.value.path()).read_text(encoding="utf-8")
    assert status(new_page(), address) == 401
    assert status(enter(new_page(), together, "mentee"), address) == 404
    copied = page.context.cookies()
    page.get_by_role("link", name="Account and sign out").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    thief = new_page()
    thief.context.add_cookies(copied)
    assert status(thief, address) == 401
