"""Signing in over the real ASGI app: what is answered to whom, with which cookie; and what a session may show."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from streamlit import auth_util
from streamlit.runtime import Runtime
from streamlit.runtime.secrets import Secrets
from streamlit.testing.v1 import AppTest

from app import accounts, gate, navigation, security, server, state
from app.downloads import Shelf
from assistant.errors import AccessDenied, SettingsError, StoreUnavailable
from assistant.roles import COACHED, Actor, Role
from assistant.settings import Settings
from assistant.store.accounts import AccountStore
from assistant.store.conversations import ConversationStore
from assistant.store.database import HOUSE, Database
from assistant.store.people import PeopleStore

GOOD = "violet tram 71 window"
HERE = "http://localhost:8501"
MAIN = Path(__file__).resolve().parents[2] / "app" / "main.py"
STREAM = "ws://localhost:8501/_stcore/stream"


class Company:
    """An administrator, a mentor and a mentee over one database; the mentor and the mentee have a password."""

    def __init__(self, database: Database) -> None:
        self.accounts, self.people = AccountStore(database), PeopleStore(database)
        self.ada = Actor(person=self.people.first_administrator("Ada"), role=Role.ADMINISTRATOR)
        self.mina = self._add("Mina", Role.MENTOR)
        self.hal = self._add("Hal", Role.MENTEE)

    def _add(self, name: str, *roles: Role) -> str:
        made = self.people.add(self.ada, name, email=f"{name}@example.org")
        for role in roles:
            self.people.grant(self.ada, made, role)
        self.accounts.redeem(self.accounts.invite(self.ada, made), GOOD)
        return made

    def token(self, name: str = "mina") -> str:
        return self.accounts.sign_in(f"{name}@example.org", GOOD, None)


@contextmanager
def serve_shared(home: Path) -> Iterator[tuple[TestClient, Company]]:
    """The app as it is served where people sign in, without the coach that would load beside it."""
    st.cache_resource.clear()
    settings = Settings(home=home, chat_model="none", sign_in="local")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(state, "get_coach", lambda: SimpleNamespace(own=SimpleNamespace(forget=str)))
        app = server.build_app(settings)
        company = Company(state.get_database())
        with TestClient(app, base_url=HERE, follow_redirects=False) as client:
            yield client, company
    Runtime._instance = None
    state._configured.clear()
    st.cache_resource.clear()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, Company]]:
    with serve_shared(tmp_path_factory.mktemp("shared")) as served:
        yield served


@pytest.fixture
def client(shared: tuple[TestClient, Company]) -> TestClient:
    shared[0].cookies.clear()
    return shared[0]


@pytest.fixture
def company(shared: tuple[TestClient, Company]) -> Company:
    return shared[1]


def post(client: TestClient, path: str, fields: dict[str, str], origin: str | None = HERE, **more: str) -> Any:
    headers = more | ({"origin": origin} if origin else {})
    return client.post(path, data=fields, headers=headers)


def sign_in(client: TestClient, password: str = GOOD, email: str = "mina@example.org") -> Any:
    return post(client, "/account/sign-in", {"email": email, "password": password})


def opens(client: TestClient, **headers: str) -> bool:
    """Whether the web socket of the app opens."""
    try:
        with client.websocket_connect(STREAM, headers={"origin": HERE, **headers}):
            return True
    except WebSocketDisconnect:
        return False


# The gate


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/",
            "/coach",
            "/what-others-see",
            "/people",
            "/download/abc",
            "/_stcore/host-config",
            "/_stcore/upload_file",
        ),
        *("/account/../download/x", "/static/../download/x", "//download/x", "/static/%2e%2e/download/x"),
        *("/account", "/auth/login", "/oauth2callback", "/component/x/y", "/accounts", "/nothing"),
    ],
)
def test_nobody_gets_anything_without_a_sign_in(client: TestClient, path: str) -> None:
    # why: exports were had by their address alone; here every address but the way in answers 401
    found = client.get(path, headers={"accept": "text/html"})
    assert found.status_code == 401 and 'href="/account/sign-in"' in found.text
    assert client.get(path).status_code == 401 and "Eyelevel runs" not in found.text
    assert client.put(path).status_code in (401, 405)


def test_the_web_socket_opens_for_the_signed_in_alone(client: TestClient, company: Company) -> None:
    # why: everything that a page shows comes through it
    assert not opens(client)
    assert not opens(client, cookie="eyelevel=" + "x" * 43)
    assert opens(client, cookie=f"eyelevel={company.token()}")


def test_a_foreign_origin_or_host_is_refused_with_a_good_cookie_too(client: TestClient, company: Company) -> None:
    # why: a page elsewhere may make a browser that is signed in here open a web socket, or a name point here
    cookie = f"eyelevel={company.token()}"
    assert opens(client, cookie=cookie)
    for origin in (
        "https://evil.example",
        "null",
        "http://localhost.evil.example:8501",
        "http://localhost:9999",
        "http://[",
    ):
        assert not opens(client, origin=origin, cookie=cookie)
    assert not opens(client, host="evil.example", cookie=cookie)
    assert client.get("/account", headers={"host": "evil.example", "cookie": cookie}).status_code == 400
    assert client.get("/_stcore/metrics").status_code == 404


def test_nobody_is_given_the_session_of_another(client: TestClient, company: Company) -> None:
    # why: Streamlit gives a session back to whoever names it, so a person must stand beside the name
    def session_of(token: str, wanted: str = "") -> str:
        names = {"sec-websocket-protocol": f"streamlit, x, {wanted}", "origin": HERE, "cookie": f"eyelevel={token}"}
        with client.websocket_connect(STREAM, headers=names):
            (session,) = [one.session for one in Runtime.instance()._session_mgr.list_active_sessions()]
            return str(session.id)

    mina, hal = company.token("mina"), company.token("hal")
    first = session_of(mina)
    assert session_of(hal, first) != first
    assert session_of(mina, first) == first


def test_health_and_the_look_need_no_sign_in(client: TestClient) -> None:
    # why: the form itself has a typeface, and whoever watches the service has no account
    assert client.get("/_stcore/health").status_code == 200
    assert client.get("/app/static/favicon.svg").status_code == 200


# Signing in and out


def test_signing_in_sets_a_cookie_that_no_script_and_no_other_site_gets(client: TestClient) -> None:
    # why: the cookie is the account for twelve hours
    found = sign_in(client)
    assert (found.status_code, found.headers["location"]) == (303, "/")
    cookie, *parts = found.headers["set-cookie"].split("; ")
    assert {part.lower() for part in parts} >= {"httponly", "samesite=strict", "path=/", "max-age=43200"}
    assert not {part.lower().split("=")[0] for part in parts} & {"secure", "domain"}
    assert opens(client, cookie=cookie) and client.get("/account", headers={"cookie": cookie}).status_code == 200


@pytest.mark.parametrize("email", ["mina@example.org", "nobody@example.org", "ada@example.org"])
def test_ten_wrong_passwords_and_the_last_five_are_429(client: TestClient, company: Company, email: str) -> None:
    # why: guessing must stop, and the answers must not tell which accounts there are
    tries = [sign_in(client, f"wrong {number}", email) for number in range(10)]
    assert [found.status_code for found in tries] == [401] * 5 + [429] * 5
    assert "The address or the password is wrong" in tries[0].text and "wait 15 minutes" in tries[9].text
    assert len({found.text.replace(email, "") for found in tries[:5]}) == 1
    assert all("set-cookie" not in found.headers for found in tries)
    forget_attempts(company)


def test_guesses_by_others_keep_nobody_out_of_the_own_browser(client: TestClient, company: Company) -> None:
    # why: otherwise anybody who knows an address could lock its person out, a quarter of an hour at a time
    cookies = sign_in(client).headers.get_list("set-cookie")
    (given,) = [one for one in cookies if one.startswith("eyelevel_known=")]
    assert {part.lower() for part in given.split("; ")} >= {"httponly", "samesite=strict", "max-age=15552000"}
    client.cookies.clear()
    assert [sign_in(client, f"wrong {number}").status_code for number in range(6)] == [401] * 5 + [429]
    assert sign_in(client).status_code == 429
    fields = {"email": "mina@example.org", "password": GOOD}
    assert post(client, "/account/sign-in", fields, cookie=given.split("; ")[0]).status_code == 303
    client.cookies.clear()
    assert not opens(client, cookie=given.split("; ")[0]), "it opens nothing by itself"
    forget_attempts(company)


def forget_attempts(company: Company) -> None:
    from sqlalchemy import delete

    from assistant.store.account_tables import AttemptRow

    with company.accounts._database.write(HOUSE) as session:
        session.execute(delete(AttemptRow))


ENDS: dict[str, Any] = {
    "sign out": lambda client, _: post(client, "/account/sign-out", {}),
    "sign out everywhere": lambda client, _: post(client, "/account/sign-out-everywhere", {}),
    "revoked": lambda _, company: company.accounts.revoke(company.ada, company.mina),
    "another role": lambda _, company: company.people.grant(company.ada, company.mina, Role.MANAGER),
    "a role less": lambda _, company: company.people.revoke(company.ada, company.mina, Role.MANAGER),
    "somebody else signs in here": lambda client, _: sign_in(client, email="hal@example.org"),
}


@pytest.mark.parametrize("end", ENDS)
def test_a_copied_cookie_is_refused_after_the_end(client: TestClient, company: Company, end: str) -> None:
    # why: Streamlit's own cookie still worked after logging out; here 0 of these may
    copied = company.token()
    client.cookies.set("eyelevel", copied, domain="localhost.local")
    assert client.get("/account", headers={"cookie": f"eyelevel={copied}"}).status_code == 200
    ENDS[end](client, company)
    client.cookies.clear()
    with_copy = {"cookie": f"eyelevel={copied}"}
    assert not opens(client, **with_copy)
    for path in ("/", "/account", "/download/x"):
        assert client.get(path, headers=with_copy).status_code == 401


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://localhost:9999", "http://127.0.0.1"])
@pytest.mark.parametrize("path", ["sign-in", "sign-out", "sign-out-everywhere", "invitation", "password"])
def test_forms_of_another_site_are_refused(client: TestClient, company: Company, path: str, origin: str | None) -> None:
    # why: another site's form would sign somebody in as the attacker, or out
    token = company.token()
    fields = {"email": "mina@example.org", "password": GOOD, "old": GOOD, "token": "x"}
    found = post(client, f"/account/{path}", fields, origin, cookie=f"eyelevel={token}")
    assert found.status_code == 403 and "set-cookie" not in found.headers
    assert company.accounts.whoami(token)


def test_a_get_changes_nothing(client: TestClient, company: Company) -> None:
    # why: a link or a picture elsewhere sends a GET
    token = company.token()
    for path in ("sign-out", "sign-out-everywhere", "password"):
        assert client.get(f"/account/{path}", headers={"cookie": f"eyelevel={token}"}).status_code == 404
    assert company.accounts.whoami(token)


def test_an_invitation_is_a_form_that_works_once(client: TestClient, company: Company) -> None:
    # why: it is how everybody begins
    made = company.people.add(company.ada, "Zoë <b>", email="zoe@example.org")
    token = company.accounts.invite(company.ada, made)
    shown = client.get("/account/invitation", params={"token": token})
    assert shown.status_code == 200 and "Welcome, Zoë &lt;b&gt;" in shown.text
    weak = post(client, "/account/invitation", {"token": token, "password": "short"})
    assert weak.status_code == 400 and "take 12 to 256" in weak.text
    done = post(client, "/account/invitation", {"token": token, "password": GOOD})
    assert done.status_code == 303 and "eyelevel=" in done.headers["set-cookie"]
    client.cookies.clear()
    for again in (
        client.get("/account/invitation", params={"token": token}),
        post(client, "/account/invitation", {"token": token, "password": GOOD}),
        client.get("/account/invitation", params={"token": "' OR 1=1"}),
    ):
        assert again.status_code == 401 and "Zoë" not in again.text and "set-cookie" not in again.headers


def test_changing_the_password_keeps_this_browser(client: TestClient, company: Company) -> None:
    # why: the others are signed out, this one is where it was done
    here, elsewhere = company.token("hal"), company.token("hal")
    cookie, new = f"eyelevel={here}", "slow copper kettle 9"
    assert "Change the password" in client.get("/account", headers={"cookie": cookie}).text
    wrong = post(client, "/account/password", {"old": "wrong", "password": new}, cookie=cookie)
    assert wrong.status_code == 401 and "The old password is wrong" in wrong.text
    done = post(client, "/account/password", {"old": GOOD, "password": new}, cookie=cookie)
    assert done.status_code == 200 and "The password is changed." in done.text
    assert company.accounts.whoami(here) and company.accounts.whoami(elsewhere) is None
    assert post(client, "/account/password", {"old": new, "password": GOOD}, cookie=cookie).status_code == 200


@pytest.mark.parametrize(
    "body", [b"x" * 9_000, b"email=" + b"\xff", b"&".join(b"a=b" for _ in range(50)), b"", b"password=%ff"]
)
def test_a_strange_form_is_refused_in_words(client: TestClient, body: bytes) -> None:
    # why: whoever is not signed in can send anything
    form = {"origin": HERE, "content-type": "application/x-www-form-urlencoded"}
    found = client.post("/account/sign-in", content=body, headers=form)
    assert found.status_code in (400, 401) and "<h1>" in found.text and "Traceback" not in found.text


def test_the_pages_run_no_script_and_are_kept_by_no_cache(client: TestClient) -> None:
    # why: nothing may run where a password is typed
    found = client.get("/account/sign-in")
    policy = found.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src" not in policy and "form-action 'self'" in policy
    assert found.headers["cache-control"] == "no-store" and "<script" not in found.text
    assert found.headers["referrer-policy"] == "same-origin"  # with none, a browser would not say where a form is from


# Behind TLS, and with a database that fails


def small(settings: Settings, get_accounts: Any) -> TestClient:
    """The gate and the pages before a page that tells what it heard."""

    async def page(request: Request) -> Response:
        response = PlainTextResponse(request.headers.get(gate.PERSON_HEADER, "nobody"))
        response.set_cookie("other", "x")
        return response

    app = Starlette(
        routes=[*accounts.AccountRoutes(settings, get_accounts, Shelf).routes(), Route("/{rest:path}", page)],
        middleware=[
            *security.middleware(gate.host_names(settings), Path(st.__file__).with_name("static") / "index.html"),
            security.Middleware(gate.Gate, settings=settings, whoami=lambda token: get_accounts().whoami(token)),
        ],
    )
    return TestClient(app, base_url="https://coach.example.org", follow_redirects=False)


@pytest.fixture
def behind_tls(tmp_path: Path) -> Iterator[tuple[TestClient, Company]]:
    settings = Settings(home=tmp_path / "home", sign_in="local", public_url="https://coach.example.org/")
    database = Database(settings)
    company = Company(database)
    yield small(settings, lambda: company.accounts), company
    database.close()


def test_served_by_https_every_cookie_is_secure(behind_tls: tuple[TestClient, Company]) -> None:
    # why: one request without TLS would give the account away; Streamlit leaves the flag out
    client, _ = behind_tls
    found = post(
        client, "/account/sign-in", {"email": "mina@example.org", "password": GOOD}, "https://coach.example.org"
    )
    assert found.headers["set-cookie"].startswith("__Host-eyelevel=") and "; Secure" in found.headers["set-cookie"]
    other = client.get("/page").headers["set-cookie"]
    assert other.startswith("other=") and other.endswith("; Secure")


def test_only_the_gate_says_whose_session_it_is(behind_tls: tuple[TestClient, Company]) -> None:
    # why: Streamlit gives a session back to whoever has this header's name
    client, company = behind_tls
    cookie = f"__Host-eyelevel={company.token()}"
    forged = {gate.PERSON_HEADER: company.hal}
    assert client.get("/page", headers={**forged, "cookie": cookie}).text == company.mina
    assert client.get("/app/static/x", headers=forged).text == "nobody"


def test_a_database_that_fails_lets_nobody_in(tmp_path: Path) -> None:
    # why: an error must not open the gate, nor tell strangers where files are
    def fail() -> Any:
        raise StoreUnavailable("The database '/secret/path' cannot be used: x; y.")

    client = small(Settings(home=tmp_path, sign_in="local", public_url="https://coach.example.org"), fail)
    for found in (client.get("/page"), client.get("/account/sign-in")):
        assert found.status_code == 503 and "/secret/path" not in found.text


def test_a_shared_address_without_tls_is_refused(settings: Settings) -> None:
    # why: everybody on the way could read the passwords
    bad = settings.model_copy(update={"sign_in": "local", "public_url": "http://coach.example.org"})
    with pytest.raises(SettingsError, match="EYELEVEL_PUBLIC_URL is 'http:"):
        server.build_app(bad)
    state._configured.clear()


@pytest.mark.parametrize("secrets", ["", "[auth]\nredirect_uri = 'http://localhost/oauth2callback'\n", "weak"])
def test_a_company_is_set_up_whole_or_the_app_does_not_start(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, secrets: str
) -> None:
    # why: a secret that can be guessed lets anybody be everybody
    keys = ("client_id", "client_secret", "cookie_secret", "server_metadata_url", "redirect_uri")
    whole = "[auth]\n" + "".join(f"{key} = 'x'\n" for key in keys)
    (tmp_path / "secrets.toml").write_text(whole if secrets == "weak" else secrets)
    monkeypatch.setattr(Secrets, "load_if_toml_exists", lambda self: True)
    monkeypatch.setattr(auth_util, "secrets_singleton", fresh := Secrets())
    fresh._secrets = tomllib.loads((tmp_path / "secrets.toml").read_text())
    with pytest.raises(SettingsError, match="EYELEVEL_SIGN_IN is 'oidc'") as refused:
        server.build_app(settings.model_copy(update={"sign_in": "oidc"}))
    state._configured.clear()
    assert "\n" not in str(refused.value) and ("less than 32 characters" in str(refused.value)) == (secrets == "weak")


def test_in_personal_mode_there_are_no_accounts(settings: Settings) -> None:
    # why: one person at this machine is the default, and is to stay as it is
    app = server.build_app(settings)
    state._configured.clear()
    assert not any("account" in one.path for one in app._user_routes)
    assert gate.Gate not in {one.cls for one in app._user_middleware}


# What a session may do and show


@pytest.fixture
def signed_in(world: None, settings: Settings, monkeypatch: pytest.MonkeyPatch, store: ConversationStore) -> Any:
    """The pages in shared mode; `cookie` is what the browser shows."""
    mine = settings.model_copy(update={"sign_in": "local"})
    company = Company(store._database)
    cookie: dict[str, str] = {}
    monkeypatch.setattr(state, "get_settings", lambda: mine)
    monkeypatch.setattr(state, "get_database", lambda: store._database)
    monkeypatch.setattr(state, "token", lambda: cookie.get("is"))
    return company, cookie


def open_app(**query: str) -> AppTest:
    session = AppTest.from_file(str(MAIN), default_timeout=15)
    session.query_params.update(query)
    return session.run()


def test_a_reload_keeps_what_was_open(signed_in: Any, html: Any, store: ConversationStore) -> None:
    # why: emptying a session for the next person must not cost this one the page
    company, cookie = signed_in
    cookie["is"] = company.token("mina")
    made = store.start(Actor(person=company.mina, role=Role.MENTOR), "Mark-7731?")
    store.add_turn(Actor(person=company.mina, role=Role.MENTOR), made, "Mark-7731?")
    assert "Mark-7731" in html(open_app(conversation=made))
    cookie["is"] = company.token("hal")
    assert "Mark-7731" not in html(open_app(conversation=made))


def test_without_a_sign_in_a_page_shows_the_way_and_nothing_else(signed_in: Any, html: Any) -> None:
    # why: an open tab outlives its sign-in
    session = open_app()
    assert "You are signed out" in html(session) and "/account/sign-in" in html(session)
    assert not session.chat_input and not session.sidebar.button


def test_the_next_person_in_the_same_tab_finds_nothing_of_the_one_before(
    signed_in: Any, html: Any, ask: Any, store: ConversationStore
) -> None:
    # why: what a session holds in memory is the text of whoever was there
    company, cookie = signed_in
    cookie["is"] = company.token("mina")
    session = ask(open_app(), "How do I tell Viktor Mark-7731?")
    assert "Mark-7731" in html(session)
    session.session_state["secret"] = "Mark-7731"
    cookie["is"] = company.token("hal")
    session.run()
    assert "Mark-7731" not in html(session) and "Hal" in html(session)
    assert "secret" not in session.session_state and "conversation" not in session.query_params
    assert store.list(Actor(person=company.hal, role=Role.MENTEE)) == ()
    assert len(store.list(Actor(person=company.mina, role=Role.MENTOR))) == 1


def test_what_one_person_left_on_the_page_is_never_done_in_the_name_of_the_next(
    signed_in: Any, html: Any, ask: Any, store: ConversationStore
) -> None:
    # why: a callback runs before the frame; it must not save one person's text for another
    company, cookie = signed_in
    cookie["is"] = company.token("mina")
    session = open_app()
    cookie["is"] = company.token("hal")
    ask(session, "Mark-7731")
    assert store.list(Actor(person=company.hal, role=Role.MENTEE)) == ()
    assert "Mark-7731" not in html(session)


def test_a_revoked_sign_in_ends_at_the_next_run(signed_in: Any, html: Any, ask: Any, store: ConversationStore) -> None:
    # why: revoking must work at once, not when the tab is closed
    company, cookie = signed_in
    cookie["is"] = company.token("mina")
    session = open_app()
    company.accounts.revoke(company.ada, company.mina)
    assert "You are signed out" in html(ask(session, "Still here?"))
    assert "Still here?" not in html(session.run())
    assert store.list(Actor(person=company.mina, role=Role.MENTOR)) == ()


def test_a_person_plays_the_granted_parts_and_no_other(signed_in: Any, settings: Settings) -> None:
    # why: the part decides what is seen; neither memory nor a file may give one
    company, cookie = signed_in
    cookie["is"] = company.token("mina")
    session = open_app()
    assert not session.segmented_control
    session.session_state["role"] = Role.ADMINISTRATOR
    session.run()
    assert session.session_state["role"] is Role.MENTOR
    company.people.grant(company.ada, company.mina, Role.MANAGER)
    cookie["is"] = company.token("mina")
    session.run()
    (switch,) = session.segmented_control
    assert switch.options == ["Mentor", "Manager"]
    switch.set_value(Role.MANAGER).run()
    assert session.session_state["role"] is Role.MANAGER
    company.people.revoke(company.ada, company.mina, Role.MANAGER)
    cookie["is"] = company.token("mina")
    session.run()
    assert session.session_state["role"] is Role.MENTOR and not session.segmented_control
    assert not (settings.home / "app.json").exists()


def test_an_administrator_has_no_page_of_the_coach(signed_in: Any, html: Any) -> None:
    # why: who manages accounts reads nothing that anybody wrote
    company, cookie = signed_in
    cookie["is"] = company.accounts.redeem(company.accounts.invite(HOUSE, company.ada.person), GOOD)
    session = open_app()
    assert "<h1>People</h1>" in html(session) and "Mina" in html(session) and not session.chat_input
    assert navigation.names(Role.ADMINISTRATOR) == ["people", "audit", "privacy"]
    assert all("people" not in navigation.names(role) for role in COACHED)


def test_a_link_to_sign_in_with_is_shown_once(signed_in: Any, html: Any) -> None:
    # why: whoever looks over the shoulder later must not find it
    company, cookie = signed_in
    cookie["is"] = company.accounts.redeem(company.accounts.invite(HOUSE, company.ada.person), GOOD)
    session = open_app()
    session.session_state[f"ey-more-{company.hal}"] = True
    next(one for one in session.run().button if one.key == f"ey-invite-{company.hal}").click().run()
    (shown,) = session.code
    token = shown.value.split("token=")[1]
    assert company.accounts.invited(token).id == company.hal
    assert not session.run().code and token not in str(dict(session.session_state))


def test_only_administrators_see_people(signed_in: Any) -> None:
    # why: the list of accounts is personal data too; the store refuses, whatever page asks
    company, _ = signed_in
    for role in Role:
        with pytest.raises(AccessDenied):
            company.people.list(Actor(person=company.mina, role=role))
