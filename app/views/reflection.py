"""Before and after: ten minutes before a session, after it, and the earlier ones; for the senior alone.

Draws what `app.reflecting` has. Beside it stands what was promised. Keeps nothing itself.
"""

import streamlit as st

from app import known, reflecting, state
from app.components import contacts, reflect_after, reflect_before, reflect_earlier, reflect_ledger, refusals, reminder
from app.components.attempt import told
from app.components.days import in_words, today
from app.components.markup import html_text
from app.reflecting import OnPage
from assistant.errors import EyelevelError
from assistant.roles import Role

COLUMNS = [600, 340]
"""Pixels of questions and of promises in a window of 1280."""
BEFORE, AFTER, PAST = "Ten minutes before", "After", "Earlier sessions"
_TABS = "ey-tabs-reflection"


def render() -> None:
    """Draw the page."""
    if state.role() != Role.MENTEE:
        _for_others()
        return
    reminder.draw(on="reflection")
    try:
        shown = reflecting.on_page()
    except EyelevelError as error:
        shown = None
        st.html(refusals.as_html(str(error)))
    with told():
        tab = st.session_state.get(_key(shown)) or (AFTER if shown else BEFORE)
        _head(tab, shown)
        _referral()
        left, right = st.columns(COLUMNS, gap="large")
        with left, st.container(key="ey-tabs"):
            _tabs(tab, shown)
        with right, told():
            reflect_ledger.draw()


def _key(shown: OnPage | None) -> str:
    return f"{_TABS}-{shown.id if shown else 'none'}"


def _tabs(chosen: str, shown: OnPage | None) -> None:
    """The three tabs, of which the chosen one alone is drawn."""
    names = (BEFORE, AFTER, PAST)
    default = AFTER if shown else BEFORE
    tabs = st.tabs(names, default=default, key=_key(shown), on_change="rerun")
    with tabs[names.index(chosen)], told():
        if chosen == BEFORE:
            reflect_before.draw()
        elif chosen == AFTER:
            reflect_after.draw(shown)
        else:
            reflect_earlier.draw(shown)


def _head(tab: str, shown: OnPage | None) -> None:
    pair = reflecting.pair()
    name = pair.partner_name if pair else reflecting.fitted().mentor
    st.html(f"<h1>{html_text(_title(tab, name))}</h1><p class='ey-sub'>{html_text(_below(tab, shown))}</p>")


def _title(tab: str, name: str) -> str:
    if tab == PAST:
        return "Your earlier sessions"
    if tab == AFTER:
        return f"After your session with {name}" if name else "After your session"
    return f"Ten minutes before {name}" if name else "Ten minutes before your session"


def _below(tab: str, shown: OnPage | None) -> str:
    if tab == PAST:
        return "What you asked yourself, and what you answered · only you can read it"
    if tab == AFTER:
        day = in_words(shown.kept.session, today()) if shown else ""
        return f"{day[:1].upper()}{day[1:]} · your answers stay with you" if day else "Your answers stay with you"
    pair = reflecting.pair()
    standing = known.stands(pair, today()) if pair else None
    if standing is None or standing.next is None:
        return "What you promised, three questions to bring, and nothing to read up on"
    day = in_words(standing.next.held_on, today())
    planned = f", {standing.next.minutes_planned} minutes" if standing.next.minutes_planned else ""
    return f"{day[:1].upper()}{day[1:]}{planned} · session {standing.held + 1}"


def _referral() -> None:
    found = reflecting.referred()
    if found is None:
        return
    contacts.referral(found)
    st.button("Go on with the page", type="tertiary", key="ey-reflect-go-on", on_click=reflecting.go_on)


def _for_others() -> None:
    st.html("<h1>Before and after</h1><p class='ey-sub'>For the senior of a pair</p>")
    if state.role() == Role.MENTOR:
        words = (
            "This page gives the senior ten quiet minutes before and after a session with you. What helps you to "
            "prepare stands in your session plan, and what you saw in “Check a note”."
        )
    else:
        words = "What a senior asks and answers here is read by that person alone. Are you one yourself? Choose mentee."
    with st.container(key="ey-tint-not-here"):
        st.html(f"<p>{words}</p>")
