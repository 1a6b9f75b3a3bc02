"""The addresses under /account: signing in and out, invitations, the own account. Server-rendered, outside Streamlit.

`app.server` adds them to the one ASGI app where people sign in. Every form must come from a page of this app (Origin),
beside the cookie that no other site can send (SameSite=Strict); no answer tells whether an account exists. The pages
are in `account_pages`, the decisions in `assistant.store.accounts`.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from app import account_pages, company
from app.downloads import Shelf
from app.gate import cookie_name, public_address, set_cookie
from app.security import FORMS
from assistant.coach.safety import parse_contacts
from assistant.errors import AccessDenied, EyelevelError, InputError, StoreError, TooManyAttempts
from assistant.settings import Settings
from assistant.store.accounts import AccountStore, Claims
from assistant.store.signing_in import SIGNED_IN_FOR

HOME, SIGN_IN = "/", "/account/sign-in"
INVITATION_COOKIE = "eyelevel_invitation"
INVITATION_SECONDS = 600
KNOWN_COOKIE, PROOF_COOKIE = "eyelevel_known", "eyelevel_company"
"""What tells a known browser, and the company's proof for signing out there; sent under `/account/` alone."""
KNOWN_SECONDS = 180 * 24 * 3600
"""How long a browser is known again, from its last sign-in on."""
LARGEST_FORM = 8 * 1024
SIGNED_OUT = "You are signed out."
_SECONDS = int(SIGNED_IN_FOR.total_seconds())
Handler = Callable[[Request], Awaitable[Response]]


class _Foreign(Exception):
    """A form that no page of this app sent."""


class AccountRoutes:
    """The handlers, over the accounts that `get_accounts` gives at each request, and the shelf of downloads."""

    def __init__(
        self,
        settings: Settings,
        get_accounts: Callable[[], AccountStore],
        get_shelf: Callable[[], Shelf],
        forget: Callable[[str], None] = lambda person: None,
    ) -> None:
        """`forget`: drops what this process holds of a person whose sign-in ends."""
        self.settings = settings
        self.contacts = parse_contacts(settings.contacts)
        self.get_accounts = get_accounts
        self.get_shelf = get_shelf
        self.forget = forget
        self.cookie = cookie_name(settings)
        self.is_company = settings.sign_in == "oidc"

    def routes(self) -> list[Route]:
        """All routes of this mode; none but these answers under /account."""
        found = [
            _route("/account", self.show_account),
            _route(SIGN_IN, self.show_sign_in),
            _route("/account/sign-out", self.sign_out, "POST"),
            _route("/account/sign-out-everywhere", self.sign_out_everywhere, "POST"),
            _route("/account/invitation", self.show_invitation),
        ]
        if self.is_company:
            found += [_route("/account/company", self.go_to_company)]
        else:
            found += [
                _route(SIGN_IN, self.sign_in, "POST"),
                _route("/account/invitation", self.redeem, "POST"),
                _route("/account/password", self.change_password, "POST"),
            ]
        return [*found, Route("/account/{rest:path}", _nothing)]

    async def show_sign_in(self, request: Request) -> Response:
        """The form; straight on for whoever is signed in, or comes back from the company."""
        if await self._call("whoami", self._token(request)):
            return RedirectResponse(HOME, 303)
        done = SIGNED_OUT if "out" in request.query_params else ""
        if not self.is_company:
            return HTMLResponse(account_pages.sign_in(done=done))
        claims = company.read_claims(request)
        return await self._sign_in_company(request, claims) if claims else _company_page(done=done)

    async def sign_in(self, request: Request) -> Response:
        """A password."""
        form = await self._form(request)
        email, network = form.get("email", ""), request.client.host if request.client else None
        try:
            known = request.cookies.get(KNOWN_COOKIE)
            token = await self._call("sign_in", email, form.get("password", ""), network, known)
        except (AccessDenied, TooManyAttempts) as error:
            return HTMLResponse(account_pages.sign_in(str(error), email=email), _status(error))
        return await self._signed_in(request, token)

    async def sign_out(self, request: Request) -> Response:
        """End this sign-in."""
        await self._form(request)
        await self._end("sign_out", self._token(request))
        return await self._signed_out(request)

    async def sign_out_everywhere(self, request: Request) -> Response:
        """End all of the person's sign-ins."""
        await self._form(request)
        await self._end("sign_out_everywhere", self._token(request) or "")
        return await self._signed_out(request)

    async def show_account(self, request: Request) -> Response:
        """Who is signed in."""
        token = self._token(request)
        person = await self._call("whoami", token)
        if person is None:
            return HTMLResponse(account_pages.to_sign_in(), 401)
        changeable = not self.is_company and await self._call("has_password", token)
        return HTMLResponse(account_pages.account(person, self.contacts, has_password=changeable))

    async def change_password(self, request: Request) -> Response:
        """Another password for whoever is signed in."""
        form, token = await self._form(request), self._token(request) or ""
        person = await self._call("whoami", token)
        if person is None:
            return HTMLResponse(account_pages.to_sign_in(), 401)
        try:
            await self._call("change_password", token, form.get("old", ""), form.get("password", ""))
        except (AccessDenied, TooManyAttempts, InputError) as error:
            page = account_pages.account(person, self.contacts, has_password=True, trouble=str(error))
            return HTMLResponse(page, _status(error))
        page = account_pages.account(person, self.contacts, has_password=True, done="The password is changed.")
        return HTMLResponse(page)

    async def show_invitation(self, request: Request) -> Response:
        """The form for an invited person, or the way to the company's sign-in."""
        token = request.query_params.get("token", "")
        person = await self._call("invited", token)
        if not self.is_company:
            return HTMLResponse(account_pages.invitation(token, person))
        response = HTMLResponse(account_pages.company_invitation(person))
        set_cookie(response, self.settings, INVITATION_COOKIE, token, INVITATION_SECONDS)
        return response

    async def redeem(self, request: Request) -> Response:
        """The password of an invited person."""
        form = await self._form(request)
        invitation = form.get("token", "")
        person = await self._call("invited", invitation)
        try:
            token = await self._call("redeem", invitation, form.get("password", ""))
        except InputError as error:
            return HTMLResponse(account_pages.invitation(invitation, person, str(error)), _status(error))
        return await self._signed_in(request, token)

    async def go_to_company(self, _request: Request) -> Response:
        """To the provider, by Streamlit's own way."""
        return RedirectResponse(company.login_address(), 303)

    async def _sign_in_company(self, request: Request, claims: Claims) -> Response:
        """Exchange the provider's proof, which Streamlit keeps in a cookie for 30 days, for a sign-in of ours."""
        try:
            token = await self._call("sign_in_company", claims, request.cookies.get(INVITATION_COOKIE))
            response = await self._signed_in(request, token)
            if proof := company.read_proof(request):
                set_cookie(response, self.settings, PROOF_COOKIE, proof, _SECONDS, path=FORMS)
        except AccessDenied as error:
            response = _company_page(str(error), status=_status(error))
        company.forget_claims(request, response)
        response.delete_cookie(INVITATION_COOKIE, path="/")
        return response

    async def _signed_in(self, request: Request, token: str) -> Response:
        """To the app, with the new sign-in in place of an older one of the same browser."""
        await self._end("sign_out", self._token(request))
        response = RedirectResponse(HOME, 303)
        set_cookie(response, self.settings, self.cookie, token, _SECONDS)
        if not self.is_company and (known := await self._call("remember", token)):
            set_cookie(response, self.settings, KNOWN_COOKIE, known, KNOWN_SECONDS, path=FORMS)
        return response

    async def _signed_out(self, request: Request) -> Response:
        """The sign-in here is over by now, whatever the company's provider answers."""
        onward = await company.sign_out_address(request.cookies.get(PROOF_COOKIE)) if self.is_company else None
        page = HTMLResponse(account_pages.leave_company(onward)) if onward else None
        response: Response = page or RedirectResponse(f"{SIGN_IN}?out", 303)
        set_cookie(response, self.settings, self.cookie, "", 0)
        set_cookie(response, self.settings, PROOF_COOKIE, "", 0, path=FORMS)
        return response

    async def _end(self, method: str, token: str | None) -> None:
        """End one or all sign-ins of whoever has this one, and what is held of that person."""
        person = await self._call("whoami", token)
        await self._call(method, token)
        if token:
            self.get_shelf().withdraw_all(token)
        if person:
            await run_in_threadpool(self.forget, person.id)

    def _token(self, request: Request) -> str | None:
        return request.cookies.get(self.cookie)

    async def _call(self, method: str, *arguments: Any) -> Any:
        """A method of the accounts, beside the event loop: the database and Argon2 take their time."""
        return await run_in_threadpool(lambda: getattr(self.get_accounts(), method)(*arguments))

    async def _form(self, request: Request) -> dict[str, str]:
        """The fields of a form. Raises `_Foreign` for another site's, `InputError` for one too large or malformed."""
        allowed = {f"{scheme}://{request.headers.get('host', '')}" for scheme in ("http", "https")}
        if request.headers.get("origin") not in allowed | {public_address(self.settings)}:
            raise _Foreign
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_FORM:
                raise InputError("The form is too large; fill it in anew.")
        try:
            return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=8, errors="strict"))
        except ValueError:
            raise InputError("The form cannot be read; fill it in anew.") from None


def invitation_link(address: str, token: str) -> str:
    """What an invited person opens; `address`: the app's own, without a slash at the end."""
    return f"{address}/account/invitation?token={token}"


async def _nothing(_request: Request) -> Response:
    """Instead of Streamlit's page, which answers at every other address."""
    return HTMLResponse(account_pages.refused("There is no such page."), 404)


def _company_page(trouble: str = "", *, done: str = "", status: int = 200) -> Response:
    return HTMLResponse(account_pages.company_sign_in(trouble, done=done), status)


def _route(path: str, handler: Handler, method: str = "GET") -> Route:
    async def answer(request: Request) -> Response:
        try:
            response = await handler(request)
        except _Foreign:
            line = "This form was not sent from a page of Eyelevel; open the page anew and try again."
            response = HTMLResponse(account_pages.refused(line), 403)
        except (AccessDenied, InputError, TooManyAttempts) as error:
            response = HTMLResponse(account_pages.refused(str(error)), _status(error))
        except StoreError:
            response = HTMLResponse(account_pages.out_of_order(), 503)
        response.headers["Cache-Control"] = "no-store"
        return response

    return Route(path, answer, methods=[method])


def _status(error: EyelevelError) -> int:
    if isinstance(error, TooManyAttempts):
        return 429
    return 401 if isinstance(error, AccessDenied) else 400
