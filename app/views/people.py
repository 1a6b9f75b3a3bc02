"""People, for administrators: who has an account, in which part, who reports to whom, and the links that let them in.

No text of anybody.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

import streamlit as st

from app import state
from app.accounts import invitation_link
from app.components import account_form, refusals
from app.components.markup import html_text
from app.components.pairs import names_of
from app.gate import public_address
from app.shell import ROLES
from assistant.errors import EyelevelError
from assistant.store.people_records import Person

PAGE = 30
"""Accounts on screen at a time."""
TROUBLE, LINK = "people-trouble", "people-link"


def render() -> None:
    """Draw the page."""
    found = state.get_people().list(state.actor())
    names = names_of(found)
    st.html(
        "<h1>People</h1><p class='ey-sub'>Who can sign in, and as what. An administrator sees accounts and nothing "
        "that anybody wrote.</p>"
    )
    if trouble := st.session_state.pop(TROUBLE, None):
        st.html(refusals.as_html(trouble))
    _show_link()
    with st.expander("Invite somebody", icon=":material/person_add:", expanded=len(found) < 2):
        if added := account_form.draw_new(names):
            _try_link(*added)
            st.rerun()
    pages = -(-len(found) // PAGE)
    shown = int(st.pagination(pages, key="ey-people-pages") or 1) if pages > 1 else 1
    with st.container(key="ey-list", gap=None):
        for person in found[(shown - 1) * PAGE : shown * PAGE]:
            _row(person, names)


def _show_link() -> None:
    """The link that was just made; it is nowhere else and leaves with the next run."""
    made: tuple[str, str] | None = st.session_state.pop(LINK, None)
    if made is None:
        return
    name, link = made
    with st.container(key="ey-spruce-link"):
        st.html(
            f"<h2>The link for {html_text(name)}</h2><p>Give it to them by a safe way. It is shown only now, works "
            "once and for 7 days.</p>"
        )
        st.code(link, language=None, wrap_lines=True)


def _try_link(person: str, name: str) -> None:
    try:
        token = state.get_accounts().invite(state.actor(), person)
    except EyelevelError as error:
        st.session_state[TROUBLE] = refusals.with_names(error, {person: name})
    else:
        st.session_state[LINK] = (name, invitation_link(_address(), token))


def _address() -> str:
    """As it is set, or as this browser reached the app."""
    settings = state.get_settings()
    here = urlsplit(st.context.url or "")
    if settings.public_url or not here.netloc:
        return public_address(settings)
    return f"{here.scheme}://{here.netloc}"


def _row(person: Person, names: Mapping[str, str]) -> None:
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", key=f"ey-row-{person.id}"):
        parts = ", ".join(ROLES[role] for role in person.roles) or "no part yet"
        above = f" · reports to {html_text(names[person.line_manager])}" if person.line_manager else ""
        closed = " · closed" if person.closed else ""
        st.html(
            f'<p class="ey-label">{html_text(person.name)}</p>'
            f'<p class="ey-small">{html_text(person.email or "no address")} · {parts}{above}{closed}</p>'
        )
        change = st.popover("Change", type="tertiary", key=f"ey-more-{person.id}", on_change="rerun")
        if change.open:
            with change:
                _change(person, names)


def _change(person: Person, names: Mapping[str, str]) -> None:
    if person.closed:
        _button("Open the account again", "reopen", person)
    else:
        if account_form.draw_change(person, names):
            st.rerun()
        _button("New link to sign in with", "invite", person)
        _button("Sign out everywhere", "sign_out", person)
        _button("Close the account", "close", person)
    st.html(f'<p class="ey-path">Id, as in the audit: {person.id}</p>')


def _button(text: str, what: str, person: Person) -> None:
    st.button(text, type="tertiary", key=f"ey-{what}-{person.id}", on_click=_act, args=(what, person))


def _act(what: str, person: Person) -> None:
    """Do it, or say on the page why not."""
    people, actor = state.get_people(), state.actor()
    try:
        if what == "invite":
            _try_link(person.id, person.name)
        elif what == "sign_out":
            state.get_accounts().revoke(actor, person.id)
        elif what == "close":
            people.close(actor, person.id)
        elif what == "reopen":
            people.reopen(actor, person.id)
    except EyelevelError as error:
        st.session_state[TROUBLE] = refusals.with_names(error, {person.id: person.name})
