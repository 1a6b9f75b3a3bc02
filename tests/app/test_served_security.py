"""The whole app as it is served, in both modes: headers on every answer, closed addresses, foreign pages and names."""

from collections.abc import Iterator
from typing import Any

import pytest
import streamlit as st
from starlette.routing import Mount
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from streamlit.runtime import Runtime
from test_accounts_pages import HERE, STREAM, Company

from app import downloads, security, server, state
from assistant.settings import Settings

SERVED = {
    "/_stcore/health",
    "/_stcore/host-config",
    "/_stcore/upload_file/{session_id}/{file_id}",
    "/_stcore/stream",
    "/component/{path:path}",
    "/_stcore/bidi-components/{path:path}",
    "/auth/login",
    "/auth/logout",
    "/oauth2callback",
    "/app/static/{path:path}",
}
"""Streamlit's addresses that are answered; all others are closed."""
ADDRESSES = (
    *("/", "/coach", "/check", "/nothing", "/download/x", "/account", "/account/sign-in", "/account/nothing"),
    *("/_stcore/health", "/_stcore/host-config", "/_stcore/metrics", "/_stcore/agent/mcp", "/media/x", "/auth/login"),
    *("/app/static/favicon.svg", "/app/static/nothing", "/static/nothing", "/component/x", "/oauth2callback"),
)


Served = tuple[TestClient, dict[str, str]]


@pytest.fixture(scope="module", params=["personal", "local"])
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[TestClient, Any]]:
    """A client of the served app, and the headers of a browser that may use it."""
    st.cache_resource.clear()
    settings = Settings(home=tmp_path_factory.mktemp("served"), chat_model="none", sign_in=request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(state, "get_coach", lambda: None)
        app = server.build_app(settings)
        cookie = f"{downloads.BROWSER_COOKIE}={'b' * 43}"
        if request.param == "local":
            cookie = f"eyelevel={Company(state.get_database()).token()}"
        with TestClient(app, base_url=HERE, follow_redirects=False) as client:
            yield client, {"cookie": cookie}
    Runtime._instance = None
    state._configured.clear()
    st.cache_resource.clear()


def assert_headers(found: Any) -> None:
    held = {name: found.headers.get(name) for name in security.HEADERS}
    policy = found.headers["content-security-policy"]
    assert held.pop("Referrer-Policy") in ("no-referrer", "same-origin")
    assert held.items() <= security.HEADERS.items()
    assert "default-src 'self'" in policy or "default-src 'none'" in policy
    assert "http:" not in policy and "https:" not in policy and "unsafe-eval" not in policy


@pytest.mark.parametrize("path", ADDRESSES)
def test_every_answer_carries_the_headers(served: Served, path: str) -> None:
    # why: one page without them is the one that is framed, sniffed or made to load a picture from elsewhere
    client, signed_in = served
    client.cookies.clear()
    for headers in ({}, signed_in, signed_in | {"host": "evil.example"}):
        assert_headers(client.get(path, headers=headers))
    assert_headers(client.post(path, headers=signed_in | {"origin": "https://evil.example"}))
    assert_headers(client.options(path, headers=signed_in))


def test_streamlit_answers_where_we_know_and_nowhere_else(served: Served) -> None:
    # why: its next version may bring another address that needs no account, as metrics, agents and media were
    client, signed_in = served
    own = {route.path for route in client.app._user_routes}  # type: ignore[attr-defined]
    there = {route.path for route in client.app._starlette_app.routes if not isinstance(route, Mount)}  # type: ignore[attr-defined]
    closed = there - own - SERVED
    assert {"/_stcore/metrics", "/media/{file_id:path}", "/_stcore/agent/mcp"} <= closed
    for path in closed:
        plain = path.replace("{file_id:path}", "x")
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"):
            assert client.request(method, plain, headers=signed_in).status_code == 404, (method, path)


@pytest.mark.parametrize("path", ["/", "/download/x", "/account/sign-in", "/_stcore/health", "/app/static/favicon.svg"])
def test_a_name_that_points_here_from_elsewhere_is_refused(served: Served, path: str) -> None:
    # why: DNS rebinding makes a foreign page's own name lead to this machine
    client, signed_in = served
    for host in ("evil.example", "localhost.evil.example", "169.254.1.1:8501", ""):
        assert client.get(path, headers=signed_in | {"host": host}).status_code == 400


def test_a_foreign_page_opens_no_web_socket_and_changes_nothing(served: Served) -> None:
    # why: a browser lets any page open a web socket to this machine
    client, signed_in = served
    client.cookies.clear()

    def opens(**headers: str) -> bool:
        try:
            with client.websocket_connect(STREAM, headers=signed_in | headers):
                return True
        except WebSocketDisconnect:
            return False

    assert opens(origin=HERE)
    for origin in ("https://evil.example", "null", "http://localhost:9999", "https://localhost:9999", "file://"):
        assert not opens(origin=origin), origin
        put = client.put("/_stcore/upload_file/x/y", headers=signed_in | {"origin": origin})
        assert put.status_code == 403, origin
    assert not opens(origin="http://evil.example", host="evil.example")
