"""Two of a pair and an outsider, each in a browser: what is shared arrives, what is not is never sent."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from app_server import free_port
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from test_sign_in import Served, enter, listen, serve_in

from assistant.roles import Actor, Role
from assistant.store.commitments import CommitmentStore
from assistant.store.notes import NoteStore, SavedNote
from assistant.store.programmes import ProgrammeStore

TITLE, TEXT, CHECK, LINE = "Marktitle", "Marktext", "Markcheck", "Markline"
SECONDS = 30_000
"""Milliseconds; an open page looks again every fifteen seconds."""


class Pair:
    """A served app with a mentor, the mentee of the pair and a mentee who is in another one; what the mentor wrote."""

    def __init__(self, served: Served) -> None:
        self.served, people, database = served, served.people, served.database
        for name, role in (("outsider", Role.MENTEE), ("other", Role.MENTOR)):
            made = people.add(served.ada, f"The {name}", email=f"{name}@example.org")
            people.grant(served.ada, made, role)
            served.ids[name] = made
        manager = Actor(person=served.ids["manager"], role=Role.MANAGER)
        programmes, today = ProgrammeStore(database), datetime.now(UTC).date()
        programme = programmes.create(manager, "Spring", today, today + timedelta(days=90))
        programmes.pair(manager, programme, served.ids["mentor"], served.ids["mentee"])
        programmes.pair(manager, programme, served.ids["other"], served.ids["outsider"])
        mentor = Actor(person=served.ids["mentor"], role=Role.MENTOR)
        self.note = NoteStore(database).save(mentor, SavedNote(title=TITLE, text=TEXT, report=f'{{"x": "{CHECK}"}}'))
        CommitmentStore(database).add(mentor, LINE)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with serve_in(tmp_path_factory.mktemp("pairs"), free_port(), EYELEVEL_SIGN_IN="local") as served:
        yield Pair(served)


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Any]:
    """Makes pages in browsers that share nothing."""
    made = []

    def new(width: int = 1280) -> Page:
        made.append(context := browser.new_context(viewport={"width": width, "height": 900}))
        page = context.new_page()
        page.set_default_timeout(60_000)
        return page

    yield new
    for context in made:
        context.close()


def heard(frames: list[Any], *marks: str) -> list[str]:
    """Which of the marks came through the web sockets."""
    said = b"".join(one if isinstance(one, bytes) else one.encode() for one in frames)
    return [mark for mark in marks if mark.encode() in said]


def open_page(page: Page, pair: Pair, address: str) -> Page:
    page.goto(f"{pair.served.address}/{address}")
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=60_000)
    return page


def test_a_shared_note_arrives_and_goes_and_an_outsider_never_gets_a_byte(pair: Pair, new_page: Any) -> None:
    # why: the promise of the whole product: who is not named beside the note does not receive it, at any moment
    mentor, mentee, outsider = new_page(), new_page(), new_page()
    to_mentee, to_outsider = listen(mentee), listen(outsider)
    for page, name in ((mentor, "mentor"), (mentee, "mentee"), (outsider, "outsider")):
        enter(page, pair.served, name)
    for page in (mentee, outsider):
        open_page(page, pair, "you-said-i-did")
        expect(page.get_by_text("Nothing at present")).to_be_visible()
    assert heard(to_mentee, TITLE, TEXT, CHECK, LINE) == []

    open_page(mentor, pair, "check")
    mentor.get_by_role("button", name="Share", exact=True).click()
    expect(mentor.get_by_text("The mentee will read the title and the whole text")).to_be_visible()
    mentor.get_by_role("button", name="Share with The mentee").click()
    expect(mentor.get_by_text("The mentee can read the title and the text of this note")).to_be_visible()

    expect(mentee.get_by_text(TITLE)).to_be_visible(timeout=SECONDS)
    assert heard(to_mentee, TITLE, TEXT, CHECK, LINE) == [TITLE], "the text is sent when it is opened"
    mentee.get_by_text(TITLE).click()
    expect(mentee.get_by_text(TEXT)).to_be_visible()
    assert heard(to_mentee, TITLE, TEXT, CHECK, LINE) == [TITLE, TEXT], "exactly that, and no check of it"

    open_page(mentor, pair, "what-others-see")
    mentor.get_by_role("button", name="Stop sharing").click()
    expect(mentor.get_by_text("Nothing. Whatever you share stands here")).to_be_visible()
    expect(mentee.get_by_text("not shared by The mentor any more")).to_be_visible(timeout=SECONDS)
    expect(mentee.get_by_text(TEXT)).to_have_count(0)
    to_mentee.clear()
    open_page(mentee, pair, "you-said-i-did")
    expect(mentee.get_by_text("Nothing at present")).to_be_visible()

    for address in ("check", "conversations", "what-others-see", "you-said-i-did"):
        open_page(outsider, pair, address)
    expect(outsider.get_by_text("Nothing at present")).to_be_visible()
    assert heard(to_mentee, TITLE, TEXT, CHECK, LINE) == []
    assert len(to_outsider) > 10 and heard(to_outsider, TITLE, TEXT, CHECK, LINE) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_of_a_pair_is_accessible_and_does_not_scroll_sideways(pair: Pair, new_page: Any, width: int) -> None:
    # why: the page has forms inside popovers inside rows, on a phone as well
    page = enter(new_page(1280), pair.served, "mentor")
    page.set_viewport_size({"width": width, "height": 900})
    open_page(page, pair, "you-said-i-did")
    expect(page.get_by_text(LINE)).to_be_visible()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(1500)
        for opened in (None, "Note a session", "It went otherwise", "Edit", "Share"):
            if opened:
                page.get_by_role("button", name=opened, exact=True).first.click()
                page.wait_for_timeout(800)
            found = [one for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")]
            assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], (scheme, opened)
            if opened:
                page.keyboard.press("Escape")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
