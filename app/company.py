"""Streamlit's side of signing in with a company (OpenID Connect): where it begins, and the proof it comes back with.

Streamlit's `st.login` sends the browser to `/auth/login`, checks what the provider returns and keeps the claims in a
signed cookie, for 30 days and without a record of it. Here the same way is begun by a link, because nobody has a
session yet, and the cookie is read once, exchanged for a sign-in in the database and removed. The settings of the
provider are Streamlit's own, in the section `auth` of its `secrets.toml`. Nothing else reads that cookie.
"""

import json
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from streamlit.auth_util import get_secrets_auth_section, validate_auth_credentials
from streamlit.errors import StreamlitAuthError
from streamlit.user_info import generate_login_redirect_url
from streamlit.web.server.starlette import starlette_auth_routes as streamlit_routes
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from assistant.errors import SettingsError
from assistant.store.accounts import Claims

PROVIDER = "default"
SHORTEST_SECRET = 32
"""Characters of the secret that signs Streamlit's cookie: who guesses it could be anybody."""


def verify_setup() -> None:
    """Raise `SettingsError` where Streamlit's `auth` section is not there, not complete or weak."""
    try:
        validate_auth_credentials(PROVIDER)
    except StreamlitAuthError as error:
        raise SettingsError(f"EYELEVEL_SIGN_IN is 'oidc': {' '.join(str(error).split())}") from None
    if len(str(get_secrets_auth_section().get("cookie_secret", ""))) < SHORTEST_SECRET:
        raise SettingsError(
            f"EYELEVEL_SIGN_IN is 'oidc' and 'cookie_secret' in the section 'auth' of Streamlit's secrets.toml has "
            f"less than {SHORTEST_SECRET} characters; take random ones, such as from `openssl rand -hex 32`."
        )


def login_address() -> str:
    """Where `st.login` would send the browser, for two minutes."""
    return generate_login_redirect_url(PROVIDER)


def read_claims(request: Request) -> Claims | None:
    """What the provider vouches for, from the cookie that Streamlit signed; None where there is none."""
    raw = streamlit_routes._get_cookie_value_from_request(request, USER_COOKIE_NAME)
    try:
        found: dict[str, Any] = json.loads(raw or b"")
        return Claims(
            issuer=found["iss"],
            subject=found["sub"],
            issued_at=datetime.fromtimestamp(float(found["iat"]), UTC),
            nonce=found["nonce"],
            email=found.get("email") if found.get("email_verified") is True else None,
        )
    except (ValueError, KeyError, TypeError, OverflowError):
        return None


def forget_claims(request: Request, response: Response) -> None:
    """Remove Streamlit's cookies, with the tokens of the provider in them."""
    streamlit_routes._clear_auth_cookie(response, request)
