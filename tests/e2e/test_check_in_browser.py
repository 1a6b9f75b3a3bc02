"""The note check in a real browser, with the trained models and the shipped guide, from the paste to the undo."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, Page, expect

expect.set_options(timeout=60_000)
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(280)]

NOTE = """\
Session 2 with Henrik. I had prepared a deck on our build tools and walked him through all 42 slides for the whole \
hour. He nodded a lot and asked nothing, and I never asked him anything either.

He came twenty minutes late, answered messages while I talked and left early for the next meeting, so there was no \
time for anything else.

I wanted to bring up the release weekends, but I did not dare to say it to a director. We agreed on nothing for next \
time."""
TALK = [
    ("Lina Mentor", "So the first thing you should know is the registry, and in front of it sits the cache. You must "
     "always use the second build, because it skips all of this, and that means Mondays are slow."),
    ("Henrik", "Okay."),
    ("Lina Mentor", "And the next thing is how the layers are keyed. Every layer has a hash, and when somebody changes "
     "the base image then all hashes change. You should remember that, it is important."),
    ("Henrik", "Right."),
    ("Lina Mentor", "Then there are the runners. We have twelve of them, four are reserved for releases, and they are "
     "configured in three places, which is one reason why it takes so long for new people."),
    ("Henrik", "How long does it take a new joiner to get a first working build?"),
    ("Lina Mentor", "Nine days. What did you think it would be?"),
    ("Henrik", "A morning, honestly. When I started we had one machine and a sheet of paper on the wall."),
]  # fmt: skip
MARKED = ".ey-notetext mark"


def _vtt() -> bytes:
    cues = (
        f"00:{at:02}:00.000 --> 00:{at:02}:50.000\n<v {speaker}>{said}</v>" for at, (speaker, said) in enumerate(TALK)
    )
    return "\n\n".join(["WEBVTT", *cues]).encode()


def _open(page: Page, address: str) -> None:
    page.goto(f"{address}/check")
    page.get_by_role("radio", name="Mentor").click()
    expect(page.get_by_role("button", name="Check the note")).to_be_visible()


def _check(page: Page, text: str = NOTE) -> None:
    box = page.get_by_label("Your note", exact=True)
    box.fill(text)
    box.blur()
    page.get_by_role("button", name="Check the note").click()
    expect(page.get_by_role("heading", name="Your note", exact=True)).to_be_visible(timeout=120_000)


def _cards(page: Page) -> Locator:
    return page.locator("[class*=st-key-ey-finding-]")


def test_a_note_with_evident_mistakes_gets_questions_beside_its_marks(page: Page, address: str) -> None:
    # The main job: what happened goes in, questions come out, each with the words it rests on and its source.
    _open(page, address)
    _check(page)
    expect(_cards(page).first).to_be_visible()
    marked = page.locator(MARKED)
    expect(marked.first).to_be_visible()
    for text in marked.all_inner_texts():
        assert re.sub(r"\s*question\s*\d+$", "", text).strip() in NOTE
    note, card = page.locator(".ey-notetext").first.bounding_box(), _cards(page).first.bounding_box()
    assert note and card and note["x"] + note["width"] <= card["x"]
    page.locator("[class*=st-key-ey-source-] button").first.click()
    expect(page.get_by_text("The guide’s own words.")).to_be_visible()


def test_not_so_folds_up_and_undo_brings_it_back(page: Page, address: str) -> None:
    # The writer has the last word, and may change it.
    _open(page, address)
    _check(page)
    expect(_cards(page).first).to_be_visible()
    cards, marks = _cards(page).count(), page.locator(MARKED).count()
    page.get_by_role("button", name="Not so").first.click()
    expect(page.get_by_text("You said: not so")).to_be_visible()
    expect(_cards(page)).to_have_count(cards - 1)
    assert page.locator(MARKED).count() < marks
    page.get_by_role("button", name="Undo").click()
    expect(_cards(page)).to_have_count(cards)
    expect(page.locator(MARKED)).to_have_count(marks)


def test_a_transcript_is_uploaded_drawn_and_its_roles_swapped(page: Page, address: str) -> None:
    # A file is read on this machine; telling and drawing out are drawn for each person; roles are one click.
    _open(page, address)
    page.locator("input[type=file]").set_input_files(
        {"name": "talk.vtt", "mimeType": "text/vtt", "buffer": _vtt()}  # as a browser sends it
    )
    expect(page.get_by_text(f"A transcript of {len(TALK)} turns")).to_be_visible()
    page.get_by_role("button", name="Check the note").click()
    page.get_by_role("tab", name="The transcript").click(timeout=120_000)
    expect(page.locator(".st-key-ey-timeline .marks").first).to_be_visible()
    expect(page.get_by_text(re.compile("talk share")).first).to_be_visible()
    expect(page.get_by_text("Lina Mentor is the mentor")).to_be_visible()
    page.get_by_role("button", name="Swap").click()
    expect(page.get_by_text("Henrik is the mentor")).to_be_visible(timeout=120_000)
    for name, ending in (("Figures as CSV", ".csv"), ("Chart as a picture", ".png")):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        assert download.value.suggested_filename.endswith(ending)


def test_the_debrief_alone_is_enough(page: Page, address: str) -> None:
    # Sixty seconds and no typing: minutes that were cut to a fifth are raised without any note.
    _open(page, address)
    form = page.locator(".st-key-ey-debrief")
    for question, answer in (
        ("minutes_planned", "45"),
        ("minutes_held", "10"),
        ("topics", "Tools"),
        ("commitment", "No"),
    ):
        pill = form.locator(f"[class*=st-key-ey-debrief-{question}]").get_by_role("button", name=answer, exact=True)
        pill = pill.or_(form.locator(f"[class*=st-key-ey-debrief-{question}]").get_by_role("radio", name=answer))
        pill.first.click()
    page.get_by_role("button", name="Check the debrief alone").click()
    expect(page.get_by_text("Held 10 of 45 minutes").first).to_be_visible(timeout=120_000)
    expect(_cards(page).first).to_be_visible()


def test_what_is_on_the_page_outlives_another_page(page: Page, address: str) -> None:
    # Looking something up in the guide must not cost the note.
    _open(page, address)
    box = page.get_by_label("Your note", exact=True)
    box.fill("Half a note")
    page.get_by_role("link", name="The guide").click(delay=80)  # as a finger does; a mouse is not up at once
    expect(page.get_by_label("Search the guide")).to_be_visible()
    page.get_by_role("link", name="Check a note").click()
    expect(page.get_by_label("Your note", exact=True)).to_have_value("Half a note")


def test_a_saved_note_outlives_a_reload_and_a_deletion_can_be_undone(page: Page, address: str) -> None:
    # Nothing is kept before it is saved; what is saved is there after a restart of the browser.
    title = "A talk about the offsite"
    _open(page, address)
    _check(page, f"{title}. {NOTE}")
    page.reload()
    expect(page.get_by_role("button", name="Check the note")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile(title))).to_have_count(0)
    _check(page, f"{title}. {NOTE}")
    page.get_by_role("button", name="Save this note").click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    page.reload()
    page.get_by_role("button", name=re.compile(title)).click()
    expect(page.locator(".ey-notetext").first).to_contain_text(title)
    page.get_by_role("button", name="New note").click()
    page.get_by_role("button", name="Delete").first.click()
    expect(page.get_by_text("It can be brought back now")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile(title))).to_have_count(0)
    page.get_by_role("button", name="Bring it back").click()
    expect(page.get_by_role("button", name=re.compile(title))).to_be_visible()
    page.get_by_role("button", name="Delete").first.click()


def test_a_manager_finds_no_way_to_notes(page: Page, address: str) -> None:
    # Not in the sidebar, and at its address a kind word.
    _open(page, address)
    page.get_by_role("radio", name="Manager").click()
    expect(page.get_by_text("Notes belong to those who wrote them")).to_be_visible()
    expect(page.get_by_role("link", name="Check a note")).to_have_count(0)
    page.get_by_role("radio", name="Mentor").click()
    expect(page.get_by_role("link", name="Check a note")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_serious_for_accessibility(context: BrowserContext, address: str, scheme: str, width: int) -> None:
    # Input, result, transcript and next session, in both themes, on a laptop and a phone; no sideways scrolling.
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{address}/check")
    expect(page.get_by_role("button", name="Check the note")).to_be_visible()
    _sound(page, "input")
    page.get_by_role("button", name="A transcript").click()
    expect(page.get_by_role("tab", name="The note")).to_be_visible(timeout=120_000)
    for tab in ("The note", "The transcript", "Next time"):
        page.get_by_role("tab", name=tab).click()
        _sound(page, tab)


def _sound(page: Page, what: str) -> None:
    page.wait_for_timeout(1200)
    found = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
    assert found == [], [(what, v["id"], [node["target"] for node in v["nodes"]]) for v in found]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), what
