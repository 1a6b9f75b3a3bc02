"""Streamlit's side of signing in with a company (OpenID Connect): where it begins, and the proof it comes back with.

Streamlit's `st.login` sends the browser to `/auth/login`, checks what the provider returns and keeps the claims in a
signed cookie, for 30 days and without a record of it. Here the same way is begun by a link, because nobody has a
session yet, and the cookie is read once, exchanged for a sign-in in the database and removed. Nothing else reads it.
Of what the provider gave, the browser keeps the ID token alone, for signing out there. The settings of the provider
are Streamlit's own, in the section `auth` of its `secrets.toml`.
"""

import asyncio
import json
import re
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from streamlit.auth_util import build_logout_url, get_secrets_auth_section, validate_auth_credentials
from streamlit.errors import StreamlitAuthError
from streamlit.user_info import generate_login_redirect_url
from streamlit.web.server.starlette import starlette_auth_routes as streamlit_routes
from streamlit.web.server.starlette.starlette_server_config import TOKENS_COOKIE_NAME, USER_COOKIE_NAME

from assistant.errors import SettingsError
from assistant.events import log
from assistant.store.accounts import Claims

PROVIDER = "default"
DISCOVERY_SECONDS = 5.0
_PROOF = re.compile(r"[\w.-]{1,3500}")
"""A signed token that fits a cookie."""
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


def read_proof(request: Request) -> str | None:
    """The provider's ID token, to show it once more when signing out there; None where it does not fit a cookie."""
    raw = streamlit_routes._get_cookie_value_from_request(request, TOKENS_COOKIE_NAME)
    try:
        proof = json.loads(raw or b"")["id_token"]
    except (ValueError, KeyError, TypeError):
        return None
    return proof if isinstance(proof, str) and _PROOF.fullmatch(proof) else None


async def sign_out_address(proof: str | None) -> str | None:
    """Where the provider ends its own sign-in (OpenID Connect RP-Initiated Logout 1.0) and sends the browser back.

    None where its discovery document names no such place or cannot be had within seconds. It comes back to the address
    of signing in, the one that the provider knows, which leads on to our page.
    """
    try:
        client, back = streamlit_routes._create_oauth_client(PROVIDER)
        metadata = await asyncio.wait_for(client.load_server_metadata(), DISCOVERY_SECONDS)
        place = metadata.get("end_session_endpoint")
    except Exception as error:  # whatever fails there, the sign-in here is over
        log("company_sign_out_failed", error=type(error).__name__)
        return None
    if not isinstance(place, str) or not place.startswith(("https://", "http://")):
        return None
    hint = proof if proof and _PROOF.fullmatch(proof) else None
    return build_logout_url(place, client.client_id, back, hint)


def forget_claims(request: Request, response: Response) -> None:
    """Remove Streamlit's cookies, with the tokens of the provider in them."""
    streamlit_routes._clear_auth_cookie(response, request)
