"""Two of a pair, each in a browser: what was meant beside what was taken away, once both said yes and no longer."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from app_server import free_port
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from test_pairs_in_browser import SECONDS, Pair, heard, new_page, open_page  # noqa: F401
from test_sign_in import enter, listen, serve_in

from assistant.roles import Actor, Role
from assistant.store.commitments import CommitmentStore
from assistant.store.programmes import ProgrammeStore

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(280)]
MEANT = "Markmeant: the wiki is out of date because nobody has time to write."
TAKEN = "Marktaken: the canteen should offer warm soup at night."


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with serve_in(tmp_path_factory.mktemp("sides"), free_port(), EYELEVEL_SIGN_IN="local") as served:
        made, today = Pair(served), datetime.now(UTC).date()
        mentor = Actor(person=served.ids["mentor"], role=Role.MENTOR)
        programmes = ProgrammeStore(served.database)
        (own,) = programmes.own_pairs(mentor)
        programmes.record_session(mentor, own.id, today, minutes_planned=45, minutes_held=45)
        CommitmentStore(served.database).add(mentor, "Ring the leads", pair=own.id, due=today + timedelta(days=1))
        yield made


def open_sides(page: Page, pair: Pair) -> Page:
    """The page of promises with both sides' view unfolded."""
    open_page(page, pair, "you-said-i-did")
    page.get_by_text("What came across", exact=True).click()
    return page


def write(page: Page, question: str, words: str) -> None:
    page.get_by_role("textbox", name=question).fill(words)
    page.get_by_role("button", name="Keep it", exact=True).click()
    expect(page.get_by_role("button", name="Show it to each other")).to_be_visible()
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(state="attached")
    page.wait_for_timeout(1000)  # the fold grows around it, and a click would land beside it


def say_yes(page: Page) -> None:
    page.get_by_role("button", name="Show it to each other").click()
    page.get_by_role("button", name="Yes, show it to each other").click()
    expect(page.get_by_text("You said yes")).to_be_visible()


def test_each_reads_the_other_when_both_say_yes_and_until_one_takes_it_back(pair: Pair, new_page: Any) -> None:  # noqa: F811
    # why: before both consents not a byte of it may travel, and after one was taken back it leaves the open page
    mentor, mentee, outsider = new_page(), new_page(), new_page()
    to_mentor, to_mentee, to_outsider = listen(mentor), listen(mentee), listen(outsider)
    for page, name in ((mentor, "mentor"), (mentee, "mentee"), (outsider, "outsider")):
        enter(page, pair.served, name)
    write(open_sides(mentor, pair), "What did you mean to convey?", MEANT)
    say_yes(mentor)
    write(open_sides(mentee, pair), "What do you take away?", TAKEN)
    assert heard(to_mentee, "Markmeant") == heard(to_mentor, "Marktaken") == []
    say_yes(mentee)

    expect(mentee.get_by_text(MEANT).first).to_be_visible(timeout=SECONDS)
    expect(mentor.get_by_text(TAKEN).first).to_be_visible(timeout=SECONDS)
    expect(mentor.get_by_text("Did that come across?")).to_be_visible(timeout=SECONDS)
    expect(mentee.get_by_role("link", name="Put it into the next plan")).to_be_visible(timeout=SECONDS)

    mentee.get_by_role("button", name="Take it back").click()
    expect(mentee.get_by_text(MEANT)).to_have_count(0)
    expect(mentor.get_by_text(TAKEN)).to_have_count(0, timeout=SECONDS)
    to_mentor.clear()
    open_page(mentor, pair, "you-said-i-did")
    expect(mentor.get_by_text("Your programme with The mentee")).to_be_visible(timeout=SECONDS)
    assert heard(to_mentor, "Marktaken") == []
    open_page(outsider, pair, "you-said-i-did")
    expect(outsider.get_by_text("Nothing at present")).to_be_visible()
    assert len(to_outsider) > 10 and heard(to_outsider, "Markmeant", "Marktaken") == []


@pytest.mark.parametrize("width", [1280, 390])
def test_following_through_is_accessible_and_fits_a_phone(pair: Pair, new_page: Any, width: int) -> None:  # noqa: F811
    # why: the picture, its table and both sides' view are for everybody, on a phone as well
    page = enter(new_page(1280), pair.served, "mentor")
    expect(page.get_by_text("Ring the leads")).to_be_visible(timeout=SECONDS)
    page.set_viewport_size({"width": width, "height": 900})
    open_page(page, pair, "you-said-i-did")
    expect(page.get_by_text("Show all of it as a table")).to_be_visible(timeout=SECONDS)
    page.get_by_text("Show all of it as a table").click()
    if page.get_by_role("textbox", name="What did you mean to convey?").count() == 0:
        page.get_by_text("What came across", exact=True).click()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(1500)
        found = [one for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], scheme
    assert page.evaluate("document.documentElement.scrollWidth") <= width
