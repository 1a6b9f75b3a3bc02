"""Signing out where a company's provider vouches: here first and in every case, there where it has a place for it."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit import auth_util
from streamlit.runtime.secrets import Secrets
from test_accounts_pages import HERE, Company, post

from app import accounts, company, gate, security
from app.downloads import File, Shelf
from assistant.settings import Settings
from assistant.store.database import Database

PAGE = Path(st.__file__).with_name("static") / "index.html"
BACK = f"{HERE}/oauth2callback"


@contextmanager
def provider(document: dict[str, Any] | None, wait: float = 0) -> Iterator[str]:
    """The address of a discovery document on loopback; None: it answers 500."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(wait)
            body = json.dumps(document or {}).encode()
            self.send_response(200 if document is not None else 500)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(OSError):  # nobody waits for it any more
                self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing on the screen of the tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/.well-known/openid-configuration"
    finally:
        server.shutdown()
        server.server_close()


class Signed(Company):
    """The company behind the routes, and the shelf of downloads."""

    def __init__(self, settings: Settings, database: Database) -> None:
        super().__init__(database)
        self.shelf = Shelf()
        app = Starlette(
            routes=list(accounts.AccountRoutes(settings, lambda: self.accounts, lambda: self.shelf).routes()),
            middleware=security.middleware(gate.host_names(settings), PAGE),
        )
        self.client = TestClient(app, base_url=HERE, follow_redirects=False)


@pytest.fixture
def signed(tmp_path: Path) -> Iterator[Signed]:
    settings = Settings(home=tmp_path / "home", sign_in="oidc", public_url=HERE)
    database = Database(settings)
    yield Signed(settings, database)
    database.close()


@pytest.fixture
def point_to(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets where the provider's discovery document is."""

    def point(address: str) -> None:
        auth = {"redirect_uri": BACK, "cookie_secret": "x" * 32, "client_id": "eyelevel", "client_secret": "x"}
        monkeypatch.setattr(Secrets, "load_if_toml_exists", lambda self: True)
        monkeypatch.setattr(auth_util, "secrets_singleton", fresh := Secrets())
        fresh._secrets = {"auth": auth | {"server_metadata_url": address}}

    return point


def sign_out(signed: Signed, proof: str = "a.b-c_.d", how: str = "sign-out") -> Any:
    """The answer to signing out; nothing of the sign-in is left then, whatever the provider did."""
    token = signed.token()
    offered = signed.shelf.offer(token, File("x", "text/plain", str))
    found = post(signed.client, f"/account/{how}", {}, cookie=f"eyelevel={token}; eyelevel_company={proof}")
    assert signed.accounts.whoami(token) is None and signed.shelf.find(token, offered) is None
    gone = [header.split("=")[0] for header in found.headers.get_list("set-cookie") if "Max-Age=0" in header]
    assert sorted(gone) == ["eyelevel", "eyelevel_company"]
    return found


@pytest.mark.parametrize("how", ["sign-out", "sign-out-everywhere"])
def test_the_provider_is_asked_to_sign_out_with_its_own_proof(signed: Signed, point_to: Any, how: str) -> None:
    # why: the sign-in there opens this app, and every other, for whoever comes next
    with provider({"end_session_endpoint": "https://idp.example/end?tenant=7"}) as address:
        point_to(address)
        found = sign_out(signed, how=how)
    assert found.status_code == 200, "a page: a browser follows no redirect of a form to another site"
    place = found.text.split('content="0;url=')[1].split('"')[0].replace("&amp;", "&")
    assert place.startswith("https://idp.example/end?")
    assert parse_qs(urlsplit(place).query) == {
        "tenant": ["7"],
        "client_id": ["eyelevel"],
        "post_logout_redirect_uri": [BACK],
        "id_token_hint": ["a.b-c_.d"],
    }


def test_a_proof_that_somebody_made_up_is_not_passed_on(signed: Signed, point_to: Any) -> None:
    # why: the cookie is text from outside
    with provider({"end_session_endpoint": "https://idp.example/end"}) as address:
        point_to(address)
        found = sign_out(signed, proof="<script>")
    assert found.status_code == 200 and "id_token_hint" not in found.text and "<script>" not in found.text


@pytest.mark.parametrize(
    "document", [{}, None, {"end_session_endpoint": None}, {"end_session_endpoint": "javascript:alert(1)"}]
)
def test_without_a_place_for_it_signing_out_ends_here(signed: Signed, point_to: Any, document: Any) -> None:
    # why: not every provider has one
    with provider(document) as address:
        point_to(address)
        found = sign_out(signed)
    assert (found.status_code, found.headers["location"]) == (303, "/account/sign-in?out")


def test_a_provider_that_is_away_or_hangs_keeps_nobody_signed_in(
    signed: Signed, point_to: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # why: signing out must work on the day the network does not
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        point_to(f"http://127.0.0.1:{free.getsockname()[1]}/nothing")
    assert sign_out(signed).status_code == 303
    monkeypatch.setattr(company, "DISCOVERY_SECONDS", 0.3)
    with provider({"end_session_endpoint": "https://idp.example/end"}, wait=2) as address:
        point_to(address)
        begun = time.monotonic()
        assert sign_out(signed).status_code == 303
        assert time.monotonic() - begun < 2
