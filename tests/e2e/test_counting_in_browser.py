"""What counts of a person, in a real browser: a note's codes, the survey, and what others see, on laptop and phone."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from app_server import free_port
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from test_sign_in import Served, enter, listen, serve_in

from assistant.programme.codebook import load_codebook
from assistant.programme.publishing import publish
from assistant.roles import Actor, Role
from assistant.settings import REPOSITORY
from assistant.store.commitments import CommitmentStore
from assistant.store.database import HOUSE
from assistant.store.imported import ImportedStore
from assistant.store.programmes import ProgrammeStore
from assistant.store.theme_records import CodedNote, ImportedNote
from assistant.store.themes import ThemeStore

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]
expect.set_options(timeout=60_000)
NewPage = Callable[[], Page]
KNOWLEDGE = REPOSITORY / "knowledge"
LAPTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
SECRET = "Zwetajewa"
"""Stands in the note; no manager may ever be sent it."""
NOTE = f"""\
Session 2 with {SECRET}. I had prepared a deck on our build tools and walked him through all 42 slides for the whole \
hour. He nodded a lot and asked nothing, and I never asked him anything either.

He came twenty minutes late, answered messages while I talked and left early for the next meeting, so there was no \
time for anything else."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, guide_home: Path) -> Iterator[Served]:
    """The mentor and the mentee are a pair of a programme that has a release already."""
    folder = tmp_path_factory.mktemp("counting")
    (folder / "home").mkdir()
    (folder / "home" / "index").symlink_to(guide_home / "index")
    with serve_in(folder, free_port(), EYELEVEL_SIGN_IN="local") as local:
        today = datetime.now(UTC).date()
        manager = Actor(person=local.ids["manager"], role=Role.MANAGER)
        programmes = ProgrammeStore(local.database)
        programme = programmes.create(manager, "Spring", today, today + timedelta(days=90))
        store, version = ImportedStore(local.database), load_codebook(KNOWLEDGE).version
        names = [f"pair {at}" for at in range(24)]
        notes = [ImportedNote(pair=one, role=Role.MENTOR, held_on=date(2026, 1, 5), text=one) for one in names]
        store.add(HOUSE, programme, notes)
        codes = ("no_time", "sign_dialogue")
        waiting = store.uncoded(HOUSE, programme, 100)
        store.code(HOUSE, [CodedNote(id=one.id, codes=codes, codebook=version) for one in waiting])
        publish(ThemeStore(local.database), HOUSE, programme, KNOWLEDGE)
        pair = programmes.pair(manager, programme, local.ids["mentor"], local.ids["mentee"])
        mentor = Actor(person=local.ids["mentor"], role=Role.MENTOR)
        CommitmentStore(local.database).add(mentor, "I will send the three examples", pair=pair)
        yield local


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Makes pages in browsers that share nothing, as wide as a laptop and light."""
    made = []

    def new() -> Page:
        made.append(context := browser.new_context(viewport=LAPTOP, color_scheme="light"))  # type: ignore[arg-type]
        page = context.new_page()
        page.set_default_timeout(60_000)
        return page

    yield new
    for context in made:
        context.close()


def check(page: Page, name: str) -> None:
    """Nothing serious for assistive technology and no sideways scrolling, on a laptop in light and a phone in dark."""
    for size, scheme in ((LAPTOP, "light"), (PHONE, "dark")):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.wait_for_timeout(1500)
        found = [one for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")]
        seen = [(one["id"], one["nodes"][0]["html"][:160], one["nodes"][0]["failureSummary"][:300]) for one in found]
        assert not seen, (name, scheme, seen)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], (name, scheme)
    page.set_viewport_size(LAPTOP)  # type: ignore[arg-type]
    page.emulate_media(color_scheme="light")
    page.wait_for_timeout(500)


def test_a_mentor_lets_a_note_a_promise_and_the_survey_count_and_sees_what_others_see(
    served: Served, new_page: NewPage
) -> None:
    # why: the whole way in one go, from a saved note to the picture that managers get
    page = enter(new_page(), served, "mentor")
    page.get_by_role("link", name="Check a note").click()
    box = page.get_by_label("Your note", exact=True)
    box.fill(NOTE)
    box.blur()
    page.get_by_role("button", name="Check the note").click()
    expect(page.get_by_role("button", name="Save this note")).to_be_visible(timeout=120_000)
    expect(page.get_by_role("button", name="Let themes count")).to_have_count(0)
    page.get_by_role("button", name="Save this note").click()
    expect(page.get_by_role("heading", name="Let its themes count for your programme?")).to_be_visible()
    check(page, "invitation")
    mentor = Actor(person=served.ids["mentor"], role=Role.MENTOR)
    themes = ThemeStore(served.database)
    assert themes.own(mentor) == () and not themes.consents(mentor), "nothing counts before it was agreed to"

    page.get_by_role("button", name="Let themes count").click()
    expect(page.get_by_role("heading", name="What counts of this note")).to_be_visible()
    out = page.get_by_role("button", name="Leave this out")
    expect(out.first).to_be_visible(timeout=120_000)
    codes = out.count()
    assert codes >= 2
    out.first.click()
    expect(page.get_by_role("button", name="Count it")).to_have_count(1)
    expect(out).to_have_count(codes - 1)
    expect(page.locator(".ey-code-out s")).to_be_visible()
    (of_note,) = themes.own(mentor)
    assert len(of_note.withdrawn) == 1 and len(of_note.codes) == codes
    check(page, "codes of a note")

    page.get_by_role("link", name="You said, I did").click()
    page.get_by_role("button", name="Done", exact=True).click()
    expect(page.locator(".ey-code", has_text="Promises are kept")).to_be_visible()
    check(page, "promises")
    of_promise = next(one for one in themes.own(mentor) if one.source.kind == "commitment")
    assert of_promise.codes == ("sign_commitment_kept",)

    page.get_by_role("link", name="Survey").click()
    expect(page.get_by_role("heading", level=1, name="Survey")).to_be_visible()
    fully, hardly = (page.get_by_role("radio", name=name, exact=True) for name in ("Fully", "Not at all"))
    fully.nth(0).click()
    hardly.nth(1).click()
    page.get_by_role("button", name="Keep my answers").click()
    expect(page.get_by_text("Your answers count in the next release.")).to_be_visible()
    check(page, "survey")
    of_survey = next(one for one in themes.own(mentor) if one.source.kind == "survey")
    assert set(of_survey.codes) == {"survey:worth:agree", "survey:recommend:disagree"}

    page.get_by_role("link", name="What others see").first.click()
    expect(page.get_by_role("heading", level=1, name="What others see")).to_be_visible()
    expect(page.get_by_role("heading", name="What counts of you")).to_be_visible()
    expect(page.get_by_text("They do, as mentor.")).to_be_visible()
    expect(page.get_by_role("button", name="Leave all of it out")).to_have_count(3)
    check(page, "what others see")
    page.get_by_role("button", name="Open their view").click()
    expect(page.get_by_role("heading", level=1, name="Themes, first release")).to_be_visible()
    expect(page.get_by_text("As your programme manager reads it.")).to_be_visible()
    check(page, "their view")
    page.get_by_role("button", name="What others see").click()
    page.get_by_role("button", name="Stop …").click()
    expect(page.get_by_text("All that no release has taken yet is erased at once")).to_be_visible()
    check(page, "stopping")
    page.get_by_role("button", name="Stop and erase it").click()
    expect(page.get_by_text("Nothing for the next release.")).to_be_visible()
    assert themes.own(mentor) == () and not themes.consents(mentor)


def test_a_manager_is_sent_nothing_of_a_note_that_counts(served: Served, new_page: NewPage) -> None:
    # why: codes count and words never do, whatever a manager opens
    page = new_page()
    frames = listen(page)
    enter(page, served, "manager")
    for address in ("themes", "programmes", "what-others-see"):
        page.goto(f"{served.address}/{address}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_timeout(1000)
    sent = b"".join(one if isinstance(one, bytes) else one.encode() for one in frames)
    assert len(frames) > 10 and SECRET.encode() not in sent and b"42 slides" not in sent
    page.goto(f"{served.address}/survey")
    expect(page.get_by_role("heading", level=1, name="Not a page of yours")).to_be_visible()
