"""A person's way through the app, in a real browser, with the real embedded chat model and the shipped guide."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from app.components.first import WELCOME
from assistant.roles import Role

expect.set_options(timeout=60_000)
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(280)]

QUESTIONS = {
    "Mentor": "My mentee interrupts everyone in meetings. How do I tell him?",
    "Mentee": "My mentor gave me hard feedback and I got angry. How do I react better?",
    "Manager": "How do I match mentors with seniors?",
}
ANSWER = ".ey-answer, [class*=ey-answer]"


def _ask(page: Page, question: str) -> None:
    box = page.locator("textarea")
    box.fill(question)
    box.press("Enter")


def _open(page: Page, address: str, role: str = "Mentor") -> None:
    page.goto(address)
    expect(page.locator("textarea")).to_be_visible()
    page.get_by_role("radio", name=role).click()
    # A person reads what the role's page says before typing; typed during the change, the question would be lost.
    expect(page.get_by_text(WELCOME[Role(role.lower())])).to_be_visible()


def _await_answer(page: Page) -> None:
    expect(page.get_by_role("radio", name="Thumbs up").first).to_be_visible(timeout=200_000)


@pytest.mark.parametrize("role", QUESTIONS)
def test_each_role_asks_and_gets_a_cited_answer(page: Page, address: str, role: str) -> None:
    # The main job, for each kind of person: passages first, then sentences with marks, written by the local model.
    _open(page, address, role)
    _ask(page, QUESTIONS[role])
    expect(page.get_by_role("radiogroup").get_by_text("1", exact=False).first).to_be_visible()
    _await_answer(page)
    pills = page.locator('[data-testid="stButtonGroup"] button').filter(has_text=re.compile(r"^\s*\d"))
    assert pills.count() >= 1
    assert re.search(r"conversation=\w{32}", page.url)


def test_tokens_stream_and_stop_works_at_once(page: Page, address: str) -> None:
    # Somebody who sees that the answer goes the wrong way must not wait for its end.
    _open(page, address)
    _ask(page, "Why do reverse mentoring programmes fail, and how would I notice it early in my own sessions?")
    stop = page.get_by_role("button", name="Stop").first
    stop.click()
    expect(page.get_by_role("button", name="Stop")).to_have_count(0, timeout=3_000)
    expect(page.get_by_text(re.compile("stopped", re.IGNORECASE)).first).to_be_visible()


def test_a_suggested_question_is_asked_with_one_click(page: Page, address: str) -> None:
    # After an answer there is always a way on that the guide can answer.
    _open(page, address)
    _ask(page, "How do I end a session with something that really happens?")
    _await_answer(page)
    pill = page.locator(".st-key-ey-following button").first
    question = pill.inner_text().strip()
    assert question.endswith("?")
    pill.click()
    expect(page.locator(".st-key-ey-talk").get_by_text(question)).to_be_visible()
    expect(page.get_by_role("radio", name="Thumbs up")).to_have_count(2, timeout=200_000)


def test_a_source_opens_and_a_reload_keeps_the_conversation(page: Page, address: str) -> None:
    # Every claim opens its passage, and nothing is lost by a reload.
    question = "How do I end a session with something that really happens?"
    _open(page, address)
    _ask(page, question)
    _await_answer(page)
    marked = 0
    for pill in page.locator('[data-testid="stButtonGroup"] button').filter(has_text=re.compile(r"^\s*\d")).all():
        pill.click()
        expect(page.get_by_text("Read the whole article")).to_be_visible()
        page.wait_for_timeout(700)
        marked += page.locator("mark").count()
    assert marked >= 1
    page.reload()
    expect(page.get_by_text(question).first).to_be_visible()


def test_conversations_belong_to_their_browser_pages(context: BrowserContext, address: str) -> None:
    # A new visit starts empty; the history has the conversation.
    first = context.new_page()
    _open(first, address)
    _ask(first, "Who should be a mentor in a small company?")
    _await_answer(first)
    second = context.new_page()
    second.goto(address)
    expect(second.locator("textarea")).to_be_visible()
    expect(second.get_by_text("Who should be a mentor in a small company?")).to_have_count(0)
    second.get_by_role("link", name="Conversations").click()
    expect(second.get_by_text("Who should be a mentor in a small company?").first).to_be_visible()


def test_the_guide_is_searched_and_an_article_read(page: Page, address: str) -> None:
    # The guide is a library of its own, not only a source of answers.
    page.goto(address)
    page.get_by_role("link", name="The guide").click()
    box = page.get_by_label("Search the guide")
    box.fill("upward feedback")
    box.press("Enter")
    expect(page.get_by_text(re.compile("SBI", re.IGNORECASE)).first).to_be_visible()


def test_a_disclosure_replaces_the_answer_with_contacts(page: Page, address: str) -> None:
    # Harm is not coached around, on the screen as on the command line.
    _open(page, address)
    _ask(page, "My director groped me after the session.")
    expect(page.get_by_text("Coaching pauses here").first).to_be_visible()
    expect(page.get_by_text("Emergency services").first).to_be_visible()


def test_an_uncovered_question_is_declined(page: Page, address: str) -> None:
    # When the guide does not support an answer, the coach says so.
    _open(page, address)
    _ask(page, "Which wine goes with a mushroom risotto?")
    expect(page.get_by_text("The guide does not cover this").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_serious_for_accessibility(context: BrowserContext, address: str, scheme: str, width: int) -> None:
    # axe-core finds nothing serious on any page, in both themes, on a laptop and a phone; no sideways scrolling.
    page = context.new_page()
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 844})
    for path in ("", "conversations", "guide", "privacy"):
        page.goto(f"{address}/{path}")
        expect(page.locator("h1").first).to_be_visible()
        page.wait_for_timeout(800)
        found = [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
        assert found == [], [(path, v["id"], [node["target"] for node in v["nodes"]]) for v in found]
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), path


def test_the_page_asks_nobody_else_for_anything(page: Page, address: str) -> None:
    # Fonts, scripts and images come from this machine, and the policy says so to the browser.
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    response = page.goto(address)
    expect(page.locator("textarea")).to_be_visible()
    page.wait_for_timeout(1000)
    assert response and "default-src 'self'" in response.headers["content-security-policy"]
    strangers = [u for u in asked if not u.startswith((address, address.replace("http", "ws"), "data:", "blob:"))]
    assert strangers == []


def test_the_keyboard_reaches_the_question(page: Page, address: str) -> None:
    # Without a mouse one can ask.
    page.goto(address)
    expect(page.locator("textarea")).to_be_visible()
    for _ in range(25):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "TEXTAREA":
            break
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
