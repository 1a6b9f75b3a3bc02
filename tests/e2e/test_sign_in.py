"""Signing in with real browsers against the served app: local accounts, and a company's provider on loopback."""

import contextlib
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from app_server import await_answer, free_port, serve
from command import EYELEVEL
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app import navigation
from assistant.roles import Actor, Role
from assistant.settings import Settings
from assistant.store.account_tables import SignInRow
from assistant.store.accounts import AccountStore
from assistant.store.conversations import ConversationStore
from assistant.store.database import HOUSE, Database
from assistant.store.people import PeopleStore

GOOD = "violet tram 71 window"
PAGES = {
    "mentor": [
        *("Coach", "Session plan", "Check a note", "Upward feedback", "You said, I did", "Survey", "Conversations"),
        *("The guide", "What others see"),
    ],
    "mentee": [
        *("Before and after", "Coach", "Session plan", "Check a note", "You said, I did", "Survey", "Conversations"),
        *("The guide", "What others see"),
    ],
    "manager": ["Themes", "Coach", "Programme plan", "Programmes", "Conversations", "The guide", "What others see"],
    "administrator": ["People", "Audit", "What others see"],
}
"""What the sidebar lists, and what alone is reached by typing its address."""


class Served:
    """A served app with its database, and one person in each role: `mentor@example.org` and so on."""

    def __init__(self, address: str, home: Path) -> None:
        self.address = address
        self.settings = Settings(home=home)
        self.database = Database(self.settings)
        self.accounts, self.people = AccountStore(self.database), PeopleStore(self.database)
        self.ids = {"administrator": self.people.first_administrator("Ada", "administrator@example.org")}
        self.ada = Actor(person=self.ids["administrator"], role=Role.ADMINISTRATOR)
        for role in (Role.MENTOR, Role.MENTEE, Role.MANAGER):
            made = self.people.add(self.ada, f"The {role.value}", email=f"{role.value}@example.org")
            self.people.grant(self.ada, made, role)
            self.ids[role.value] = made

    def invitation(self, name: str) -> str:
        return f"{self.address}/account/invitation?token={self.accounts.invite(HOUSE, self.ids[name])}"

    def expire(self) -> None:
        """Let twelve hours pass for every sign-in."""
        from datetime import UTC, datetime

        from sqlalchemy import update

        with self.database.write(HOUSE) as session:
            session.execute(update(SignInRow).values(expires_at=datetime.now(UTC)))


@contextlib.contextmanager
def serve_in(folder: Path, port: int, **variables: str) -> Iterator[Served]:
    """The app on this port, with a home below the folder, which is where it runs."""
    home = folder / "home"
    world = {"EYELEVEL_HOME": str(home), "EYELEVEL_CHAT_MODEL": "none", "EYELEVEL_THREADS": "1"}
    with serve(port, world | variables, folder):
        yield Served(f"http://localhost:{port}", home)


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serve_in(tmp_path_factory.mktemp("local"), free_port(), EYELEVEL_SIGN_IN="local") as served:
        yield served


@pytest.fixture
def new_browser(browser: Browser) -> Iterator[Any]:
    """Makes browsers that share no cookie."""
    made: list[BrowserContext] = []

    def new(cookies: list[Any] | None = None) -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        made.append(context)
        context.add_cookies(cookies or [])
        page = context.new_page()
        page.set_default_timeout(60_000)
        return page

    yield new
    for context in made:
        context.close()


def enter(page: Page, local: Served, name: str) -> Page:
    """Sign in by a new invitation."""
    page.goto(local.invitation(name))
    page.get_by_label("New password").fill(GOOD)
    page.get_by_role("button", name="Set password and sign in").click()
    expect(page.get_by_role("link", name="Account and sign out")).to_be_visible(timeout=60_000)
    return page


def listen(page: Page) -> list[Any]:
    """What the page receives through web sockets from now on."""
    frames: list[Any] = []

    def keep(frame: Any) -> None:
        frames.append(frame)

    page.on("websocket", lambda opened: opened.on("framereceived", keep))
    return frames


def is_let_in(page: Page, address: str) -> bool:
    """Whether the app shows anything but the way to sign in."""
    page.goto(address)
    page.wait_for_url("**/account/sign-in")
    return "Sign in" not in page.get_by_role("heading").first.inner_text()


@pytest.mark.parametrize("role", PAGES)
def test_each_role_reaches_its_own_pages_and_no_other(local: Served, new_browser: Any, role: str) -> None:
    # why: one company, four roles; what a role does not have must not be had by typing its address either
    page = enter(new_browser(), local, role)
    links = page.get_by_test_id("stSidebarNavLink")
    if PAGES[role]:
        expect(links).to_have_count(len(PAGES[role]))
    assert [text.split("\n")[-1] for text in links.all_inner_texts()] == PAGES[role]
    expect(page.get_by_role("radiogroup", name="You are the")).to_have_count(0)
    known = navigation.PAGES.values()
    assert {info.title for info in known if reaches(page, f"{local.address}/{info.address}", info)} == set(PAGES[role])


def reaches(page: Page, address: str, info: navigation.PageInfo) -> bool:
    """Whether the address shows its page, and not another or a refusal."""
    page.goto(address)
    expect(page.get_by_role("link", name="Account and sign out")).to_be_visible(timeout=60_000)
    expect(page).to_have_title(re.compile(" · Eyelevel$"), timeout=60_000)
    page.wait_for_timeout(700)
    return page.title() == f"{info.title} · Eyelevel" and not page.get_by_text("Not a page of yours").count()


def test_two_people_at_once_see_each_their_own(local: Served, new_browser: Any) -> None:
    # why: two browsers, one server; what one wrote must not even be sent to the other
    store = ConversationStore(local.database)
    for role in (Role.MENTOR, Role.MENTEE):
        store.start(Actor(person=local.ids[role.value], role=role), f"Mark of the {role.value}?")
    for role, other in (("mentor", "mentee"), ("mentee", "mentor")):
        page = new_browser()
        frames = listen(page)
        enter(page, local, role)
        page.goto(f"{local.address}/conversations")
        expect(page.get_by_text(f"Mark of the {role}?").first).to_be_visible(timeout=60_000)
        heard = b"".join(one if isinstance(one, bytes) else one.encode() for one in frames)
        assert f"Mark of the {role}".encode() in heard and f"Mark of the {other}".encode() not in heard


@pytest.mark.parametrize("end", ["sign out", "role", "12 hours", "revoked"])
def test_a_copied_cookie_lets_nobody_in_after_the_end(local: Served, new_browser: Any, end: str) -> None:
    # why: the measure of the whole: 0 replays accepted, where Streamlit's own sign-in accepted 1 of 1
    page = enter(new_browser(), local, "mentor")
    copied = page.context.cookies()
    thief = new_browser(copied)
    thief.goto(local.address)
    expect(thief.get_by_role("link", name="Account and sign out")).to_be_visible(timeout=60_000)
    if end == "sign out":
        page.get_by_role("link", name="Account and sign out").click()
        page.get_by_role("button", name="Sign out", exact=True).click()
        expect(page.get_by_text("You are signed out.")).to_be_visible()
    elif end == "role":
        local.people.grant(local.ada, local.ids["mentor"], Role.MENTEE)
        local.people.revoke(local.ada, local.ids["mentor"], Role.MENTEE)
    elif end == "revoked":
        local.accounts.revoke(local.ada, local.ids["mentor"])
    else:
        local.expire()
    assert not is_let_in(new_browser(copied), local.address)
    if end == "revoked":  # an open page notices by itself
        expect(thief.get_by_text("You are signed out")).to_be_visible(timeout=30_000)


def test_ten_wrong_passwords_end_in_a_clear_refusal(local: Served, new_browser: Any) -> None:
    # why: guessing stops, and whoever forgot the password reads what to do
    page, said = new_browser(), []
    page.on("response", lambda response: said.append(response.status) if response.request.method == "POST" else None)
    page.goto(f"{local.address}/account/sign-in")
    for number in range(10):
        page.get_by_label("E-mail address").fill("manager@example.org")
        page.get_by_label("Password").fill(f"wrong password {number}")
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_load_state()
    assert said == [401] * 5 + [429] * 5
    expect(page.get_by_role("alert")).to_contain_text("wait 15 minutes")


def test_a_link_from_elsewhere_finds_whoever_is_signed_in(local: Served, new_browser: Any) -> None:
    # why: a strict cookie does not come along from another site; nobody should have to sign in again for that
    page = enter(new_browser(), local, "mentor")
    page.goto(f"data:text/html,<a href='{local.address}/'>Eyelevel</a>")
    page.get_by_text("Eyelevel").click()
    expect(page.get_by_role("link", name="Account and sign out")).to_be_visible(timeout=60_000)


def test_the_pages_of_signing_in_are_accessible(local: Served, new_browser: Any) -> None:
    # why: everybody begins there
    from axe_playwright_python.sync_playwright import Axe

    page = new_browser()
    for address in (f"{local.address}/account/sign-in", local.invitation("mentee")):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.goto(address)
            found = Axe().run(page).response["violations"]
            assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], (address, scheme)


# A company's provider


@pytest.fixture(scope="module")
def oidc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The app with a provider on loopback that knows everybody who types a name."""
    folder, port, provider = tmp_path_factory.mktemp("oidc"), free_port(), free_port()
    secrets = {
        "redirect_uri": f"http://localhost:{port}/oauth2callback",
        "cookie_secret": "0123456789abcdef" * 4,
        "client_id": "eyelevel",
        "client_secret": "of no account",
        "server_metadata_url": f"http://localhost:{provider}/.well-known/openid-configuration",
    }
    (folder / ".streamlit").mkdir()
    lines = "".join(f"{name} = {json.dumps(value)}\n" for name, value in secrets.items())
    (folder / ".streamlit" / "secrets.toml").write_text(f"[auth]\n{lines}")
    claims = {"sub": "s-mentor", "email": "mentor@example.org", "email_verified": True}
    command = ["-p", str(provider), "--user-claims", json.dumps(claims), "--user", "s-stranger", "--user", "s-mentee"]
    mock = subprocess.Popen([str(Path(EYELEVEL).with_name("oidc-provider-mock")), *command])
    try:
        await_answer(secrets["server_metadata_url"])
        with serve_in(folder, port, EYELEVEL_SIGN_IN="oidc") as served:
            yield served
    finally:
        mock.terminate()
        mock.wait(20)


def come_from_company(page: Page, subject: str) -> None:
    """Through the provider's form and back."""
    page.get_by_role("link", name="Sign in with your company").click()
    page.locator("input[name=sub]").fill(subject)
    page.get_by_role("button", name="Authorize").click()


def test_a_subject_that_nobody_entered_is_refused(oidc: Served, new_browser: Any) -> None:
    # why: everybody in the company can prove who they are; that alone is no account here
    page = new_browser()
    page.goto(oidc.address)
    come_from_company(page, "s-stranger")
    expect(page.get_by_role("alert")).to_contain_text("no account here")
    assert not [one for one in page.context.cookies() if one["name"] in ("eyelevel", "_streamlit_user")]
    assert not is_let_in(page, oidc.address)


def test_a_known_person_gets_in_and_a_copy_of_any_cookie_does_not(oidc: Served, new_browser: Any) -> None:
    # why: Streamlit's cookie lasts 30 days and outlives the sign-out; ours is looked up at every run
    page, seen = new_browser(), []
    page.on("response", lambda response: seen.append(response.header_value("set-cookie") or ""))
    page.goto(oidc.address)
    come_from_company(page, "s-mentor")
    expect(page.get_by_role("link", name="Account and sign out")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("The mentor")).to_be_visible()
    ours = page.context.cookies()
    assert "_streamlit_user" not in {one["name"] for one in ours}
    (proof,) = {
        text.split(";")[0].split("=", 1)[1]
        for text in "\n".join(seen).split("\n")
        if "_streamlit_user=" in text and not text.startswith('_streamlit_user=""')
    }
    streamlits = [{"name": "_streamlit_user", "value": proof, "url": oidc.address}]
    assert not is_let_in(new_browser(streamlits), oidc.address), "the proof was used"
    page.get_by_role("link", name="Account and sign out").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/oauth2/end_session?**")
    for copied in (ours, streamlits, ours + streamlits):
        assert not is_let_in(new_browser(copied), oidc.address)


def test_signing_out_ends_the_companys_sign_in_too_and_comes_back(oidc: Served, new_browser: Any) -> None:
    # why: on a shared computer the next person would go straight in with the sign-in that the company keeps
    page = new_browser()
    page.goto(oidc.address)
    come_from_company(page, "s-mentor")
    page.get_by_role("link", name="Account and sign out").click(timeout=60_000)
    (kept,) = [one for one in page.context.cookies() if one["name"] == "eyelevel_company"]
    assert kept["httpOnly"] and kept["sameSite"] == "Strict"
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/oauth2/end_session?**")
    asked = parse_qs(urlsplit(page.url).query)
    assert asked["id_token_hint"] == [kept["value"]] and asked["client_id"] == ["eyelevel"]
    assert asked["post_logout_redirect_uri"] == [f"{oidc.address}/oauth2callback"]
    assert not [one for one in page.context.cookies() if one["name"].startswith("eyelevel")], "ended here before"
    page.get_by_role("button", name="End session").click()
    page.wait_for_url(f"{oidc.address}/account/sign-in")
    expect(page.get_by_role("link", name="Sign in with your company")).to_be_visible()


def test_an_invitation_connects_a_company_account(oidc: Served, new_browser: Any) -> None:
    # why: not every provider verifies addresses
    page = new_browser()
    page.goto(oidc.invitation("mentee"))
    come_from_company(page, "s-mentee")
    expect(page.get_by_text("The mentee")).to_be_visible(timeout=60_000)
    again = new_browser()
    again.goto(oidc.address)
    come_from_company(again, "s-mentee")
    expect(again.get_by_text("The mentee")).to_be_visible(timeout=60_000)
    oidc.accounts.revoke(HOUSE, oidc.ids["mentee"])
    assert not is_let_in(new_browser(again.context.cookies()), oidc.address)
