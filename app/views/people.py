"""People, for administrators: who has an account, in which part, and the links that let them in. No text of anybody."""

from urllib.parse import urlsplit

import streamlit as st

from app import state
from app.accounts import invitation_link
from app.components.markup import html_text, label, message
from app.gate import public_address
from app.shell import ROLES
from assistant.errors import AccessDenied, InputError
from assistant.roles import Role
from assistant.store.people_records import Person

TROUBLE, LINK = "people-trouble", "people-link"


def render() -> None:
    """Draw the page."""
    found = state.get_people().list(state.actor())
    st.html(
        "<h1>People</h1><p class='ey-sub'>Who can sign in, and as what. An administrator sees accounts and nothing "
        "that anybody wrote.</p>"
    )
    if trouble := st.session_state.pop(TROUBLE, None):
        st.html(f'<p class="ey-error" role="alert">{message(trouble)}</p>')
    _show_link()
    with st.expander("Invite somebody", icon=":material/person_add:", expanded=len(found) < 2):
        _invite()
    with st.container(key="ey-list", gap=None):
        for person in found:
            _row(person)


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


def _invite() -> None:
    with st.form(key="ey-invite", border=False, clear_on_submit=True):
        name = st.text_input("Name", max_chars=120)
        email = st.text_input("E-mail address", max_chars=254)
        roles = st.multiselect("Takes part as", list(ROLES), format_func=ROLES.__getitem__)
        if st.form_submit_button("Make the account and a link"):
            _try_adding(name, email, roles)
            st.rerun()


def _try_adding(name: str, email: str, roles: list[Role]) -> None:
    try:
        person = state.get_people().add(state.actor(), name, email=email or None)
        for role in roles:
            state.get_people().grant(state.actor(), person, role)
        _make_link(person, name)
    except (InputError, AccessDenied) as error:
        st.session_state[TROUBLE] = str(error)


def _make_link(person: str, name: str) -> None:
    token = state.get_accounts().invite(state.actor(), person)
    st.session_state[LINK] = (name, invitation_link(_address(), token))


def _address() -> str:
    """As it is set, or as this browser reached the app."""
    settings = state.get_settings()
    here = urlsplit(st.context.url or "")
    if settings.public_url or not here.netloc:
        return public_address(settings)
    return f"{here.scheme}://{here.netloc}"


def _row(person: Person) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"ey-row-{person.id}"):
        parts = ", ".join(ROLES[role] for role in person.roles) or "no part yet"
        closed = " · closed" if person.closed else ""
        st.html(
            f'<p class="ey-label">{html_text(person.name)}</p>'
            f'<p class="ey-small">{html_text(person.email or "no address")} · {parts}{closed}</p>'
        )
        with st.popover("Change", type="tertiary", key=f"ey-more-{person.id}"):
            _change(person)


def _change(person: Person) -> None:
    if person.closed:
        _button("Open the account again", "reopen", person)
        return
    with st.form(key=f"ey-roles-{person.id}", border=False):
        wanted = st.multiselect(
            f"{label(person.name)} takes part as", list(ROLES), default=person.roles, format_func=ROLES.__getitem__
        )
        if st.form_submit_button("Save"):
            _act("roles", person, wanted)
            st.rerun()
    _button("New link to sign in with", "invite", person)
    _button("Sign out everywhere", "sign_out", person)
    _button("Close the account", "close", person)


def _button(text: str, what: str, person: Person) -> None:
    st.button(text, type="tertiary", key=f"ey-{what}-{person.id}", on_click=_act, args=(what, person))


def _act(what: str, person: Person, wanted: list[Role] | None = None) -> None:
    """Do it, or say on the page why not."""
    people, actor = state.get_people(), state.actor()
    try:
        if what == "invite":
            _make_link(person.id, person.name)
        elif what == "sign_out":
            state.get_accounts().revoke(actor, person.id)
        elif what == "close":
            people.close(actor, person.id)
        elif what == "reopen":
            people.reopen(actor, person.id)
        for role in Role if wanted is not None else ():
            change = people.grant if role in (wanted or ()) else people.revoke
            change(actor, person.id, role)
    except (InputError, AccessDenied) as error:
        st.session_state[TROUBLE] = str(error)
