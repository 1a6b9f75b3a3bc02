"""Files to download: who gets them, for how long, with which headers, and what is said where there is none."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.runtime import Runtime
from streamlit.runtime.media_file_storage import MediaFileKind
from streamlit.testing.v1 import AppTest
from test_accounts_pages import HERE, Company, post, serve_shared

from app import downloads, navigation, security, server, state
from app.downloads import BROWSER_COOKIE, KEPT_SECONDS, MOST_EACH, RENEW_SECONDS, Downloads, File, Shelf
from assistant.errors import AccessDenied, StoreUnavailable
from assistant.roles import Actor, Role
from assistant.settings import Settings
from assistant.store.conversations import ConversationStore
from assistant.store.database import HOUSE
from assistant.store.rights import RightsStore

PAGE = Path(st.__file__).with_name("static") / "index.html"
MINE, OTHERS = "m" * 43, "o" * 43
HTML = {"accept": "text/html"}


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shelf(clock: Clock) -> Shelf:
    return Shelf(clock)


def file(content: str | bytes = "words", name: str = "notes.md") -> File:
    return File(name, "text/markdown", lambda: content)


def failing(error: Exception) -> File:
    def fail() -> str:
        raise error

    return File("notes.md", "text/markdown", fail)


# The shelf


def test_an_offer_is_for_one_browser_and_its_token_cannot_be_guessed(shelf: Shelf) -> None:
    # why: Streamlit's addresses were digests of the content, and good for everybody
    first, second = shelf.offer(MINE, file()), shelf.offer(MINE, file())
    assert first != second and all(re.fullmatch(r"[\w-]{43}", token) for token in (first, second))  # 256 bits
    assert shelf.find(MINE, first) and shelf.find(OTHERS, first) is None
    assert shelf.find(MINE, "x" * 43) is None and shelf.find("", first) is None


def test_an_offer_ends_minutes_after_its_page(shelf: Shelf, clock: Clock) -> None:
    # why: a link in a history or a log must lead nowhere; on an open page it must not end
    assert RENEW_SECONDS * 2 < KEPT_SECONDS <= 600
    closed, opened = shelf.offer(MINE, file()), shelf.offer(MINE, file())
    for _ in range(40):
        clock.at += RENEW_SECONDS
        shelf.renew(MINE, [opened])
        shelf.renew(OTHERS, [closed])
    assert shelf.find(MINE, opened) and shelf.find(MINE, closed) is None
    assert len(shelf) == 1
    clock.at += KEPT_SECONDS
    shelf.renew(MINE, [opened])
    assert shelf.find(MINE, opened) is None and len(shelf) == 0


def test_an_offer_is_replaced_and_withdrawn(shelf: Shelf) -> None:
    # why: what is deleted or cleared on the page must not be had by its old link
    token = shelf.offer(MINE, file("old"))
    assert shelf.offer(MINE, file("new"), token) == token
    found = shelf.find(MINE, token)
    assert found and found.make() == "new" and len(shelf) == 1
    shelf.withdraw([token, "x"])
    assert shelf.find(MINE, token) is None
    mine, others = [shelf.offer(MINE, file()) for _ in range(3)], shelf.offer(OTHERS, file())
    shelf.withdraw_all(MINE)
    assert not any(shelf.find(MINE, one) for one in mine) and shelf.find(OTHERS, others)


def test_the_shelf_is_bounded(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    # why: somebody who turns pages all day must neither fill the memory nor cost another a download
    others = shelf.offer(OTHERS, file())
    mine = [shelf.offer(MINE, file()) for _ in range(MOST_EACH * 2)]
    assert len(shelf) == MOST_EACH + 1 and shelf.find(OTHERS, others)
    assert shelf.find(MINE, mine[-MOST_EACH]) and shelf.find(MINE, mine[-MOST_EACH - 1]) is None
    monkeypatch.setattr(downloads, "MOST", 600)
    for number in range(700):
        shelf.offer(f"browser {number}", file())
    assert len(shelf) == 600 and len(shelf._count) == 600


# The route


def small(settings: Settings, shelf: Shelf) -> TestClient:
    """The route and the cookie behind the middleware, as one person has them."""

    async def page(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("a page")

    app = Starlette(
        routes=[*Downloads(settings, lambda: shelf).routes(), Route("/{rest:path}", page)],
        middleware=[*security.middleware("localhost", PAGE), *downloads.middleware()],
    )
    return TestClient(app, base_url=HERE, follow_redirects=False)


@pytest.fixture
def personal(settings: Settings, shelf: Shelf) -> TestClient:
    return small(settings, shelf)


def fetch(client: TestClient, token: str, cookie: str | None = f"{BROWSER_COOKIE}={MINE}") -> Any:
    client.cookies.clear()
    return client.get(downloads.address(token), headers={"cookie": cookie} if cookie else {})


def test_a_file_is_made_when_it_is_fetched_and_kept_by_no_cache(personal: TestClient, shelf: Shelf) -> None:
    # why: a page with fifty downloads must not make fifty files; and the file is nobody else's
    made: list[int] = []

    def make() -> str:
        made.append(1)
        return "Grüße"

    token = shelf.offer(MINE, File("a.md", "text/markdown", make))
    assert made == []
    found = fetch(personal, token)
    assert (found.status_code, found.text, len(made)) == (200, "Grüße", 1)
    expected = {
        "content-type": "text/markdown; charset=utf-8",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
        "content-disposition": "attachment; filename=\"a.md\"; filename*=UTF-8''a.md",
        "referrer-policy": "no-referrer",
        "cross-origin-resource-policy": "same-origin",
    }
    assert expected.items() <= dict(found.headers).items()
    assert fetch(personal, shelf.offer(MINE, file(b"\x89PNG"))).content == b"\x89PNG"


def test_without_the_browsers_cookie_there_is_nothing(personal: TestClient, shelf: Shelf) -> None:
    # why: every account of this machine can ask this port, and may see the address in a list of processes
    token = shelf.offer(MINE, file())
    for cookie, status in (
        (None, 401),
        (f"{BROWSER_COOKIE}=", 401),
        (f"other={MINE}", 401),
        (f"{BROWSER_COOKIE}={OTHERS}", 404),
        (f"{BROWSER_COOKIE}={MINE[:-1]}", 404),
    ):
        found = fetch(personal, token, cookie)
        assert found.status_code == status and "words" not in found.text and "<h1>No file</h1>" in found.text
        assert found.headers["cache-control"] == "no-store" and "content-disposition" not in found.headers
    assert fetch(personal, "x" * 43).status_code == 404
    assert personal.post(downloads.address(token), headers={"cookie": f"{BROWSER_COOKIE}={MINE}"}).status_code == 405


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (AccessDenied("There is no conversation 'x'; choose one from the list."), 404, "There is no conversation"),
        (StoreUnavailable("The database cannot be read; run `eyelevel doctor`."), 503, "The database cannot be read"),
        (ValueError("Mark-7731"), 500, "The file could not be made."),
    ],
)
def test_what_cannot_be_made_is_a_plain_page_with_the_reason(
    personal: TestClient, shelf: Shelf, error: Exception, status: int, said: str
) -> None:
    # why: the note may be deleted meanwhile, the disk full; a file of half a kilobyte of error helps nobody
    found = fetch(personal, shelf.offer(MINE, failing(error)))
    assert found.status_code == status and said in found.text and "Mark-7731" not in found.text
    assert 'href="/"' in found.text and "content-disposition" not in found.headers
    policy = found.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src" not in policy
    assert found.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("name", "plain", "whole"),
    [
        ("eyelevel-everything.json", "eyelevel-everything.json", "eyelevel-everything.json"),
        ("Führung für Zoë.md", "Fuhrung fur Zoe.md", "Führung für Zoë.md"),
        ("日本語.md", "eyelevel.md", "日本語.md"),
        ("../../etc/passwd.md", "-..-etc-passwd.md", "-..-etc-passwd.md"),
        ('a"; filename="b.exe', "a- filename=-b.exe", "a- filename=-b.exe"),
        ("a\r\nSet-Cookie: x=y.md", "aSet-Cookie- x=y.md", "aSet-Cookie- x=y.md"),
        ("\u202egpj.md", "gpj.md", "gpj.md"),
        ("", "eyelevel", "eyelevel"),
        (".md", "md", "md"),
        ("x" * 300 + ".md", "x" * 120 + ".md", "x" * 120 + ".md"),
    ],
)
def test_a_file_name_is_safe_in_every_script(name: str, plain: str, whole: str) -> None:
    # why: a title that somebody wrote must neither write headers nor leave the folder of downloads
    header = downloads.disposition(name)
    found = re.fullmatch(r"attachment; filename=\"([^\"\\]*)\"; filename\*=UTF-8''([\w.%~-]+)", header)
    assert found and found[1] == plain and unquote(found[2]) == whole


# The cookie of one's own machine


def test_a_browser_gets_its_cookie_with_the_page_and_keeps_it(personal: TestClient) -> None:
    # why: the links of an open page hang on it
    given = personal.get("/", headers=HTML).headers["set-cookie"]
    value, *parts = given.split("; ")
    assert re.fullmatch(rf"{BROWSER_COOKIE}=[\w-]{{43}}", value)
    assert {part.lower() for part in parts} >= {"httponly", "samesite=strict", "path=/"} and "Domain" not in given
    personal.cookies.clear()
    again = personal.get("/check", headers=HTML | {"cookie": value}).headers["set-cookie"]
    assert again.split("; ")[0] == value
    personal.cookies.clear()
    forged = personal.get("/", headers=HTML | {"cookie": f"{BROWSER_COOKIE}=short"}).headers["set-cookie"]
    assert "short" not in forged
    personal.cookies.clear()
    assert personal.get("/", headers=HTML).headers["set-cookie"].split("; ")[0] != value


def test_a_link_from_elsewhere_does_not_take_the_cookie_away(personal: TestClient) -> None:
    # why: a browser keeps a strict cookie back there, and a new one would end the downloads of the other tabs
    from_elsewhere = {"sec-fetch-site": "cross-site"}
    assert "set-cookie" not in personal.get("/", headers=HTML | from_elsewhere).headers
    assert "set-cookie" not in personal.get("/static/x.js").headers
    assert "set-cookie" in personal.get("/_stcore/host-config", headers={"sec-fetch-site": "same-origin"}).headers


# Where people sign in


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, Company]]:
    with serve_shared(tmp_path_factory.mktemp("downloads")) as served:
        yield served


def download(client: TestClient, token: str, sign_in: str | None) -> Any:
    return fetch(client, token, f"eyelevel={sign_in}" if sign_in else None)


def test_an_export_is_for_the_sign_in_that_asked_for_it(shared: tuple[TestClient, Company]) -> None:
    # why: an address without a session answered 200 before; without one it is 401, with another's 404
    client, company = shared
    mina, elsewhere, hal = company.token("mina"), company.token("mina"), company.token("hal")
    token = state.get_shelf().offer(mina, file("Mark-7731"))
    answers = {sign_in: download(client, token, sign_in) for sign_in in (None, "x" * 43, hal, elsewhere)}
    assert [found.status_code for found in answers.values()] == [401, 401, 404, 404]
    assert not any("Mark-7731" in found.text for found in answers.values())
    assert download(client, token, mina).text == "Mark-7731"
    assert state.get_shelf().find(mina, token), "and it can be fetched again while the page is open"


def _erase(_: TestClient, company: Company, __: str) -> None:
    RightsStore(state.get_database()).erase_me(Actor(person=company.hal, role=Role.MENTEE))


def _twelve_hours(_: TestClient, company: Company, __: str) -> None:
    from datetime import UTC, datetime

    from sqlalchemy import update

    from assistant.store.account_tables import SignInRow

    with company.accounts._database.write(HOUSE) as session:
        session.execute(update(SignInRow).values(expires_at=datetime.now(UTC)))


ENDS: dict[str, Callable[[TestClient, Company, str], Any]] = {
    "sign out": lambda client, _, mine: post(client, "/account/sign-out", {}, cookie=f"eyelevel={mine}"),
    "everywhere": lambda client, _, mine: post(client, "/account/sign-out-everywhere", {}, cookie=f"eyelevel={mine}"),
    "revoked": lambda _, company, __: company.accounts.revoke(company.ada, company.hal),
    "another role": lambda _, company, __: company.people.grant(company.ada, company.hal, Role.MENTOR),
    "a role less": lambda _, company, __: company.people.revoke(company.ada, company.hal, Role.MENTOR),
    "12 hours": _twelve_hours,
    "erased": _erase,
}


@pytest.mark.parametrize("end", ENDS)
def test_a_download_ends_with_the_sign_in(shared: tuple[TestClient, Company], end: str) -> None:
    # why: whoever copied cookie and address must have nothing of them: 0 of these
    client, company = shared
    mine = company.token("hal")
    token = state.get_shelf().offer(mine, file("Mark-7731"))
    assert download(client, token, mine).status_code == 200
    client.cookies.clear()
    ENDS[end](client, company, mine)
    assert download(client, token, mine).status_code == 401
    if "sign out" in end or end == "everywhere":
        assert state.get_shelf().find(mine, token) is None, "and nothing of it stays in memory"


def test_streamlits_own_files_are_not_served(shared: tuple[TestClient, Company]) -> None:
    # why: what it keeps under /media answers to everybody who is signed in, by its address alone
    client, company = shared
    client.cookies.clear()
    storage = Runtime.instance().media_file_mgr._storage
    name = storage.load_and_get_id(b"Mark-7731", "text/plain", MediaFileKind.DOWNLOADABLE, "x.txt")
    address, cookie = storage.get_url(name), f"eyelevel={company.token('mina')}"
    assert address.startswith("/media/")
    for path in (address, f"/{address}", "/media", "/media/"):
        found = client.get(HERE + path, headers={"cookie": cookie})
        assert found.status_code == 404 and "Mark-7731" not in found.text


def test_no_page_uses_what_streamlit_serves_under_media() -> None:
    # why: a picture or a file put there would not be shown
    used = re.compile(r"\bst\.(download_button|image|audio|video|pdf)\(|\bmedia_file_m")
    folder = Path(server.__file__).parent
    assert [path.name for path in folder.rglob("*.py") if used.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("name", navigation.FIRST)
def test_the_first_page_has_a_name_of_its_own_too(shared: tuple[TestClient, Company], name: str) -> None:
    # why: an old link to /coach said that there is no such page
    client, company = shared
    client.cookies.clear()
    path = f"/{navigation.PAGES[name].address}"
    assert client.get(path).status_code == 401
    signed_in = {"cookie": f"eyelevel={company.token('mina')}"}
    found = client.get(f"{path}?conversation={'a' * 32}", headers=signed_in)
    assert (found.status_code, found.headers["location"]) == (307, f"/?conversation={'a' * 32}")
    assert client.get(path, headers=signed_in).headers["location"] == "/"


# On a page


def links(session: AppTest) -> list[str]:
    return [one.proto.url for one in session.get("link_button")]


def follow(session: AppTest, settings: Settings) -> Any:
    """The answer to the page's one link, in the browser of the tests' pages."""
    (link,) = links(session)
    return fetch(small(settings, state.get_shelf()), link.removeprefix("/download/"), f"{BROWSER_COOKIE}={'b' * 43}")


@pytest.fixture
def talk(store: ConversationStore) -> str:
    actor = Actor(person="me", role=Role.MENTOR)
    made = store.start(actor, "How do I begin?")
    store.add_turn(actor, made, "How do I begin?")
    return made


def test_a_page_offers_its_files_under_the_same_link_while_it_is_shown(
    open_app: Any, talk: str, settings: Settings
) -> None:
    # why: a link that changes under the pointer is missed, one that stays after the page is a way in
    session = open_app(conversation=talk)
    (link,) = links(session)
    assert links(session.run()) == [link] and len(state.get_shelf()) == 1
    found = follow(session, settings)
    assert found.status_code == 200 and "How do I begin?" in found.text
    assert "eyelevel-how-do-i-begin.md" in found.headers["content-disposition"]
    session.query_params.clear()
    session.session_state["conversation"] = None
    assert links(session.run()) == [] and len(state.get_shelf()) == 0


def test_what_was_deleted_meanwhile_is_a_plain_page(
    open_app: Any, talk: str, settings: Settings, store: ConversationStore
) -> None:
    # why: another tab may have deleted it
    session = open_app(conversation=talk)
    store.delete(Actor(person="me", role=Role.MENTOR), talk)
    found = follow(session, settings)
    assert found.status_code == 404 and "<h1>No file</h1>" in found.text


def test_a_browser_without_cookies_is_told(open_app: Any, talk: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # why: a link that can only fail helps nobody
    monkeypatch.setattr(state, "browser", lambda: None)
    session = open_app(conversation=talk)
    assert links(session) == [] and not session.exception and len(state.get_shelf()) == 0
    (button,) = [one for one in session.button if one.label == "Download"]
    assert button.disabled and "allow cookies" in button.help


def test_signing_out_and_erasing_end_what_a_browser_was_offered(world: None) -> None:
    # why: an open check holds the note's text
    token = state.get_shelf().offer("b" * 43, file())
    state.forget_downloads()
    assert state.get_shelf().find("b" * 43, token) is None
