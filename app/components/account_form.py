"""One account on the page of administrators: name, address, line manager and parts, to add somebody or to change them.

A form that was refused keeps what was typed, with the reason below it.
"""

from collections.abc import Mapping
from typing import NamedTuple

import streamlit as st

from app import state
from app.components import refusals
from app.shell import ROLES
from assistant.errors import EyelevelError
from assistant.roles import Role
from assistant.store.people import LONGEST_EMAIL, LONGEST_NAME
from assistant.store.people_records import Person

_TAKEN = "accounts-taken"
"""How many forms of this session were taken; part of their keys, so that the next one begins with what is kept."""
NOBODY = ""
REPORTS_HELP = "Nobody is paired with somebody of the own reporting line, directly or further up."


class Typed(NamedTuple):
    """What stands in the form."""

    name: str
    email: str
    line_manager: str | None
    roles: list[Role]


def draw_new(names: Mapping[str, str]) -> tuple[str, str] | None:
    """Id and name of somebody in the run in which they are added; `names`: everybody's, by ids."""
    typed = _fields("new", Typed("", "", None, []), names, "Make the account and a link")
    if typed is None:
        return None
    people, actor = state.get_people(), state.actor()
    try:
        added = people.add(actor, typed.name, email=typed.email or None, line_manager=typed.line_manager)
        for role in typed.roles:
            people.grant(actor, added, role)
    except EyelevelError as error:
        st.html(refusals.as_html(refusals.with_names(error, names)))
        return None
    _take()
    return added, typed.name


def draw_change(person: Person, names: Mapping[str, str]) -> bool:
    """Whether something was changed in this run."""
    before = Typed(person.name, person.email or "", person.line_manager, list(person.roles))
    others = {known: name for known, name in names.items() if known != person.id}
    typed = _fields(person.id, before, others, "Save")
    if typed is None:
        return False
    try:
        _save(person, before, typed)
    except EyelevelError as error:
        st.html(refusals.as_html(refusals.with_names(error, names)))
        return False
    _take()
    return True


def _take() -> None:
    st.session_state[_TAKEN] = st.session_state.get(_TAKEN, 0) + 1


def _fields(which: str, before: Typed, above: Mapping[str, str], label: str) -> Typed | None:
    """The form; what stands in it, in the run in which it is sent."""
    key, options = f"{which}-{st.session_state.get(_TAKEN, 0)}", [NOBODY, *above]
    with st.form(key=f"ey-account-{key}", border=False):
        name = st.text_input("Name", before.name, max_chars=LONGEST_NAME, key=f"ey-name-{key}")
        email = st.text_input("E-mail address", before.email, max_chars=LONGEST_EMAIL, key=f"ey-email-{key}")
        chosen = st.selectbox(
            "Reports to",
            options,
            index=options.index(before.line_manager or NOBODY),
            format_func=lambda one: above.get(one, "Nobody here"),
            help=REPORTS_HELP,
            key=f"ey-above-{key}",
        )
        roles = st.multiselect(
            "Takes part as", list(ROLES), default=before.roles, format_func=ROLES.__getitem__, key=f"ey-parts-{key}"
        )
        sent = st.form_submit_button(label)
    return Typed(name, email, chosen or None, roles) if sent else None


def _save(person: Person, before: Typed, typed: Typed) -> None:
    """Only what was changed, each with its line in the audit; what stands before a refusal is kept."""
    people, actor = state.get_people(), state.actor()
    if typed.name != before.name:
        people.rename(actor, person.id, typed.name)
    if typed.email != before.email:
        people.set_email(actor, person.id, typed.email)
    if typed.line_manager != before.line_manager:
        people.set_line_manager(actor, person.id, typed.line_manager)
    for role in Role:
        if (role in typed.roles) != (role in before.roles):
            change = people.grant if role in typed.roles else people.revoke
            change(actor, person.id, role)
