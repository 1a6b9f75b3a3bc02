"""Themes in a real browser: a manager closes a cycle, reads it, opens a source, takes it away; nothing else is sent."""

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from app_server import free_port
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from test_sign_in import Served, enter, listen, serve_in

from assistant.programme.codebook import load_codebook
from assistant.programme.publishing import publish
from assistant.roles import Actor, Role
from assistant.settings import REPOSITORY
from assistant.store.database import HOUSE
from assistant.store.imported import ImportedStore
from assistant.store.programmes import ProgrammeStore
from assistant.store.theme_records import CodedNote, ImportedNote
from assistant.store.themes import ThemeStore

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]
expect.set_options(timeout=60_000)
KNOWLEDGE = REPOSITORY / "knowledge"
SECRET = "Zwetajewa"
"""Stands in every note and in every name of a pair."""
LOOKS = "404 (Not Found)"
"""Streamlit looks for itself below the address of a page that is loaded anew, and says so."""
FIRST = ("tech_only_focus", "sign_dialogue")
SECOND = ("tech_only_focus", "no_time", "sign_dialogue", "area_tools")


class Spring:
    """A programme with one release, and a cycle that can be closed."""

    def __init__(self, served: Served) -> None:
        self.served, today = served, datetime.now(UTC).date()
        manager = Actor(person=served.ids["manager"], role=Role.MANAGER)
        self.programme = ProgrammeStore(served.database).create(manager, "Spring", today, today + timedelta(days=90))
        self._contribute(24, FIRST)
        publish(ThemeStore(served.database), HOUSE, self.programme, KNOWLEDGE)
        self._contribute(14, SECOND)

    def _contribute(self, pairs: int, codes: tuple[str, ...]) -> None:
        store = ImportedStore(self.served.database)
        names = [f"{SECRET} {codes} {at}" for at in range(pairs)]
        notes = [ImportedNote(pair=one, role=Role.MENTOR, held_on=date(2026, 1, 5), text=one) for one in names]
        store.add(HOUSE, self.programme, notes)
        version = load_codebook(KNOWLEDGE).version
        waiting = store.uncoded(HOUSE, self.programme, 100)
        store.code(HOUSE, [CodedNote(id=one.id, codes=codes, codebook=version) for one in waiting])


@pytest.fixture(scope="module")
def spring(tmp_path_factory: pytest.TempPathFactory, guide_home: Path) -> Iterator[Spring]:
    folder = tmp_path_factory.mktemp("themes")
    (folder / "home").mkdir()
    (folder / "home" / "index").symlink_to(guide_home / "index")
    with serve_in(folder, free_port(), EYELEVEL_SIGN_IN="local") as served:
        yield Spring(served)


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Any]:
    """Makes pages in browsers that share nothing; their errors are kept beside them."""
    made = []

    def new(width: int = 1280) -> Page:
        made.append(context := browser.new_context(viewport={"width": width, "height": 900}, accept_downloads=True))
        page = context.new_page()
        page.set_default_timeout(60_000)
        return page

    yield new
    for context in made:
        context.close()


def sound(page: Page, name: str) -> None:
    """Nothing serious for assistive technology, and no sideways scrolling."""
    found = [one for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")]
    assert not found, (name, [(one["id"], one["nodes"][0]["html"][:160]) for one in found])
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), name


def heard_errors(page: Page) -> list[str]:
    """What goes wrong on the page from now on."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console", lambda said: errors.append(said.text) if said.type == "error" and LOOKS not in said.text else None
    )
    return errors


def test_a_manager_closes_a_cycle_reads_it_and_takes_it_away(spring: Spring, new_page: Any) -> None:
    # why: the whole way in one go, and every byte on it is free of notes and pairs
    page = new_page()
    frames, errors = listen(page), heard_errors(page)
    enter(page, spring.served, "manager")
    page.get_by_role("link", name="Themes").click()
    expect(page.get_by_role("heading", level=1, name="Themes, first release")).to_be_visible()
    page.get_by_role("button", name="Close this cycle").click()
    expect(page.get_by_text("Nobody can change it or take it back")).to_be_visible()
    page.wait_for_timeout(600)
    sound(page, "closing")
    page.get_by_role("button", name="Close the cycle").click()
    expect(page.get_by_role("heading", level=1, name="Themes, second release")).to_be_visible()
    expect(page.get_by_role("heading", name="Time is not protected")).to_be_visible()
    expect(page.get_by_text("Five pairs need to contribute before a new one can be made")).to_be_visible()
    icon = page.locator(".ey-held .ey-icon").first.bounding_box()
    assert icon and icon["width"] < 24, "the icon is a sign and not its name in letters"

    page.locator("[class*=st-key-ey-theme-row-no_time] button").click()
    expect(page.get_by_role("dialog").locator("mark").first).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Report").click()
    taken = []
    for name in ("As a PDF", "As pictures for slides"):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        taken.append(Path(download.value.path()).read_bytes())
    assert taken[0].startswith(b"%PDF")
    with zipfile.ZipFile(io.BytesIO(taken[1])) as archive:
        unpacked = b"".join(archive.read(name) for name in archive.namelist())
        assert "descriptions.txt" in archive.namelist()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="First, to").click()
    expect(page.get_by_role("heading", level=1, name="Themes, first release")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", level=1, name="Themes, first release")).to_be_visible()

    sent = b"".join(one if isinstance(one, bytes) else one.encode() for one in frames) + taken[0] + unpacked
    assert SECRET.encode() not in sent and len(frames) > 10
    assert errors == []


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")])
def test_the_page_is_sound_on_a_laptop_and_on_a_phone(spring: Spring, new_page: Any, width: int, scheme: str) -> None:
    # why: it has bars, icons, chips and a chart, each of which can be lost on somebody
    page = enter(new_page(1280), spring.served, "manager")
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{spring.served.address}/themes")
    expect(page.get_by_role("heading", level=2, name="Where to help first")).to_be_visible()
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_timeout(1500)
    sound(page, f"{width} {scheme}")
    page.get_by_text("All themes over time, as a table").click()
    page.wait_for_timeout(800)
    sound(page, f"{width} {scheme} table")
    levels = page.evaluate("[...document.querySelectorAll('.stMain :is(h1,h2,h3,h4)')].map(h => +h.tagName[1])")
    assert levels and levels[0] == 1 and all(below - above <= 1 for above, below in pairwise(levels)), levels
