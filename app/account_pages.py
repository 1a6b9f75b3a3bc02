"""The pages of signing in as plain HTML, in the look of the app: no script, nothing from elsewhere, no Streamlit.

Pure: text in, text out. Whatever comes from outside is escaped. `app.accounts` and `app.gate` send them.
"""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from app.components.contact_list import WHY, as_html
from app.components.markup import html_text, message
from assistant.events import Contact
from assistant.roles import Role
from assistant.store.passwords import LONGEST, SHORTEST
from assistant.store.people_records import Me

COMPONENTS = Path(__file__).with_name("components")
ROLES = {
    Role.MENTOR: "Mentor",
    Role.MENTEE: "Mentee",
    Role.MANAGER: "Programme manager",
    Role.ADMINISTRATOR: "Administrator",
}
_NEW_PASSWORD = f"""<label for="password">New password</label>
<input id="password" name="password" type="password" autocomplete="new-password" minlength="{SHORTEST}"
 maxlength="{LONGEST}" required aria-describedby="hint">
<p class="small" id="hint">At least {SHORTEST} characters. Four words that do not belong together are good and easy to
keep in mind.</p>"""


def sign_in(trouble: str = "", *, done: str = "", email: str = "") -> str:
    """The form of local accounts."""
    return _page(
        "Sign in",
        f"""{_said(done)}{_trouble(trouble)}<form method="post" action="/account/sign-in">
<label for="email">E-mail address</label>
<input id="email" name="email" type="email" autocomplete="username" value="{html_text(email)}" maxlength="254" required>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="{LONGEST}" required>
<button>Sign in</button></form>
<p class="small">No account, or the password is lost? Ask whoever administers Eyelevel for an invitation. You stay
signed in for 12 hours.</p>""",
    )


def company_sign_in(trouble: str = "", *, done: str = "") -> str:
    """The way to a company's own sign-in."""
    return _page(
        "Sign in",
        f"""{_said(done)}{_trouble(trouble)}
<p><a class="button" href="/account/company">Sign in with your company</a></p>
<p class="small">Your company tells Eyelevel who you are, and learns nothing of what you write. You stay signed in for
12 hours.</p>""",
    )


def leave_company(onward: str) -> str:
    """Signed out here already; leads on to the company's provider, to be signed out there as well."""
    there = html_text(onward)
    return _page(
        "You are signed out",
        f"""{_said("Whoever uses this browser next finds nothing of yours in Eyelevel.")}
<p><a href="{there}">Sign out at your company too</a></p>""",
        head=f'<meta http-equiv="refresh" content="0;url={there}">',
    )


def invitation(token: str, person: Me, trouble: str = "") -> str:
    """The form by which an invited person sets a password."""
    shown = html_text(person.email or person.name or "")
    return _page(
        f"Welcome, {person.name}",
        f"""{_trouble(trouble)}<p>Set a password for <b>{shown}</b>. This link works once.</p>
<form method="post" action="/account/invitation"><input type="hidden" name="token" value="{html_text(token)}">
{_whose(person)}{_NEW_PASSWORD}
<button>Set password and sign in</button></form>""",
    )


def company_invitation(person: Me) -> str:
    """The way by which an invited person connects a company's sign-in."""
    return _page(
        f"Welcome, {person.name}",
        """<p>Connect your company's sign-in with your account here. This link works once.</p>
<p><a class="button" href="/account/company">Sign in with your company</a></p>""",
    )


def account(person: Me, contacts: Sequence[Contact], *, has_password: bool, trouble: str = "", done: str = "") -> str:
    """Who is signed in, the ways to end it, and whom to turn to for what is no coaching matter."""
    roles = ", ".join(ROLES[role] for role in person.roles) or "no part yet"
    change = f"""<h2>Change the password</h2><form method="post" action="/account/password">
{_whose(person)}<label for="old">Old password</label>
<input id="old" name="old" type="password" autocomplete="current-password" maxlength="{LONGEST}" required>
{_NEW_PASSWORD}<button>Change it and sign out elsewhere</button></form>"""
    return _page(
        "Your account",
        f"""{_said(done)}{_trouble(trouble)}<p><b>{html_text(person.name or "")}</b><br>{html_text(person.email or "")}
<br>{html_text(roles)}</p><p><a href="/">Back to Eyelevel</a></p>
<form method="post" action="/account/sign-out"><button>Sign out</button></form>
<form method="post" action="/account/sign-out-everywhere"><button class="quiet">Sign out everywhere</button></form>
{change if has_password else ""}
<details><summary>Someone to talk to</summary><p>{html_text(WHY)}</p>{as_html(contacts)}</details>""",
    )


def refused(line: str) -> str:
    """One plain line, and the way to sign in."""
    return _page("This did not work", f'{_trouble(line)}<p><a href="/account/sign-in">Sign in</a></p>')


def no_file(line: str) -> str:
    """Why there is nothing to download, in a tab of its own beside the page."""
    return _page("No file", f'{_trouble(line)}<p>Close this tab, or <a href="/">go to Eyelevel</a>.</p>')


def to_sign_in(where: str = "/account/sign-in") -> str:
    """Leads on by itself, as a step within this site: only then does a browser send a strict cookie along."""
    return _page(
        "Sign in first",
        f'<p><a href="{where}">Go on</a></p>',
        head=f'<meta http-equiv="refresh" content="0;url={where}">',
    )


def out_of_order() -> str:
    """Where the database fails; why is for whoever runs the machine."""
    line = "Eyelevel cannot be used right now. Whoever runs it finds the reason with `eyelevel doctor`."
    return _page("Out of order", _trouble(line))


def _whose(person: Me) -> str:
    """Tells a password manager whose password it is; nobody sees or reaches it otherwise."""
    name = html_text(person.email or person.name or "")
    return f'<input class="vh" autocomplete="username" value="{name}" readonly tabindex="-1" aria-hidden="true">'


def _trouble(line: str) -> str:
    return f'<p class="error" role="alert">{message(line)}</p>' if line else ""


def _said(line: str) -> str:
    return f'<p class="done" role="status">{html_text(line)}</p>' if line else ""


def _page(title: str, body: str, head: str = "") -> str:
    shown = html_text(title)
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8">{head}
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{shown} · Eyelevel</title>
<link rel="icon" href="/app/static/favicon.svg"><style>{_style()}</style></head><body><main>
<picture><source srcset="/app/static/logo-dark.svg" media="(prefers-color-scheme: dark)">
<img src="/app/static/logo-light.svg" alt="Eyelevel" height="40"></picture>
<h1>{shown}</h1>{body}</main></body></html>"""


@cache
def _style() -> str:
    """The colours of the app's own style, and what these pages add."""
    colours = re.search(r":root\{.*?\n\}", (COMPONENTS / "eyelevel.css").read_text(encoding="utf-8"), re.DOTALL)
    assert colours
    return colours[0] + (COMPONENTS / "account.css").read_text(encoding="utf-8")
